"""What can go wrong in the ledger, and how it is said.

    LedgerError
    ├── Malformed      bytes do not parse; nothing of them was used
    ├── Unverified     a proof, signature, hash or link does not match        (exit 10)
    ├── Untrusted      it cannot be judged: withheld, or nobody we trust signed (exit 11)
    ├── Conflict       someone wrote first; read again and try again          (exit 6)
    ├── Refused        a rule of the ledger itself, a key or a permission said no (exit 4)
    └── StorageFailed  the database or a file could not be read or written    (exit 5)

An error is raised where work must stop. An audit does not stop: it collects ``Finding`` values,
one for each thing that is wrong, numbered by the step of the format (section 7) that found it.
"""

from __future__ import annotations

from ledger.tuples import NamedTuple

#: Exit codes and finding codes (``experience.md``): the record holds, does not match, or cannot
#: be checked. A finding with ``NOTED`` is worth reading and changes no verdict.
NOTED = 0
DOES_NOT_MATCH = 10
CANNOT_BE_CHECKED = 11


class LedgerError(Exception):
    """Base of all errors of this room; ``hint`` says what to do next.

    ``step`` is the step of checking (1–10) and ``entry`` the 0-based index, where they are known.
    """

    def __init__(
        self, message: str, *, hint: str = "", step: int | None = None, entry: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.step = step
        self.entry = entry


class Malformed(LedgerError):
    """Bytes from outside do not have the form that the format gives them."""


class Unverified(LedgerError):
    """A signature, hash, proof or link does not match what it claims."""


class Untrusted(LedgerError):
    """Nothing is shown to be wrong, but nobody whom the policy trusts vouches for it."""


class Conflict(LedgerError):
    """Another writer was first: the statement rests on a state that is no longer the newest."""


class Refused(LedgerError):
    """A rule of the ledger, a missing key or a missing permission stands in the way."""


class StorageFailed(LedgerError):
    """The database or a file could not be read or written; what was acknowledged still holds."""


class Finding(NamedTuple):
    """One thing an audit has to say: verdict code, step 1–10, entry index if any, and words."""

    code: int
    step: int
    entry: int | None
    message: str

    def as_json(self) -> dict[str, object]:
        """The finding in the stable JSON form of ``tally verify``."""
        return {
            "code": self.code,
            "step": self.step,
            "entry": self.entry,
            "message": self.message,
        }
