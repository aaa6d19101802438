"""What a checker remembers between two checks, so that the second sees a rollback or a fork.

    tallystick/verify-state/v1
    {"origin": …, "size": …, "root": base64, "note": base64, "verified": …}

Promise: the file is replaced whole, and only by a check in which nothing failed to match. With it
a later check verifies the signatures of new entries only: the old ones are hashed to the root
remembered here, and a hash that still holds needs no second signature. ``verified`` is how many
entries that is true of: a check that some envelopes were withheld from has not seen their
signatures, and must not vouch for them when they are shown. Everything else (keys, chains,
erasures, conduct) is replayed from the first entry. It is as trustworthy as the place it lies in:
keep it with the checker, not with the ledger.

Source: format §7 step 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger import jcs
from ledger.check_report import Report
from ledger.encoding import b64decode, b64encode
from ledger.errors import DOES_NOT_MATCH, LedgerError, Malformed, StorageFailed
from ledger.files import read_file, write_file

_HEADER: Final = b"tallystick/verify-state/v1\n"
_LIMIT: Final = 2 << 20


@dataclass(frozen=True, slots=True)
class Remembered:
    """Size (entries) and root (32 bytes) that an earlier check accepted, with its signed note.

    Of the first ``verified`` entries every signature was verified, and is not verified again.
    """

    origin: str
    size: int
    root: bytes
    note: bytes = b""
    verified: int = 0


def load_state(path: Path) -> Remembered | None:
    """What was remembered in ``path``, None where there is no file.

    Raises StorageFailed when it is damaged: it then protects from nothing.
    """
    if (data := read_file(path, _LIMIT)) is None:
        return None
    try:
        return _parse(data)
    except (LedgerError, KeyError, TypeError, AttributeError) as error:
        raise StorageFailed(
            f"{path}: not the remembered state of an earlier check",
            hint="remove it to check everything anew; a rollback before now is then not seen",
        ) from error


def _parse(data: bytes) -> Remembered:
    if not data.startswith(_HEADER):
        raise Malformed("not a state of ours")
    found = jcs.parse(data.removeprefix(_HEADER).removesuffix(b"\n"))
    root = b64decode(found["root"])
    if len(root) != 32 or type(found["size"]) is not int or found["size"] < 0:
        raise Malformed("no size and root")
    verified = found.get("verified", 0)
    if type(verified) is not int or not 0 <= verified <= found["size"]:
        raise Malformed("no number of verified entries")
    note = b64decode(found["note"])
    return Remembered(str(found["origin"]), found["size"], root, note, verified)


def save_state(path: Path, report: Report) -> bool:
    """Remember the outcome of a check, unless something did not match; whether it was.

    Nor one that stopped halfway: it would put the memory back to a smaller size.
    """
    if report.exit_code == DOES_NOT_MATCH or report.size == 0 or not report.whole:
        return False
    state = {
        "origin": report.origin,
        "size": report.size,
        "root": b64encode(report.root),
        "note": b64encode(report.note),
        "verified": report.verified,
    }
    write_file(path, _HEADER + jcs.canonical(state) + b"\n")
    return True
