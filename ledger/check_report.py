"""What an audit says: findings, gathered without end to the reading but with an end to the list.

A check does not stop at the first thing that is wrong, and does not bury it under the hundred
thousandth either: after ``LIMIT`` findings of one kind the rest are counted and said in one line.

    exit code   10  something does not match; nothing else outranks it
                11  nothing is shown to be wrong, but something could not be checked
                 0  every step held; notes may still be worth reading

Source: format §5 (10 outranks 11) and §7 (steps), experience «Exit codes» and «Stable JSON».
"""

from __future__ import annotations

from ledger.encoding import b64encode
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, NOTED, Finding
from ledger.tuples import NamedTuple

#: Findings of one kind (step, code, kind) that are listed one by one.
LIMIT = 20
#: Steps whose work is counted in a report, in the order of format §7.
STEPS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10")


def counted(number: int, one: str, more: str) -> str:
    """The number with the words for one thing or for more: ``1 value is``, ``3 values are``."""
    return f"{number} {one if number == 1 else more}"


class Report(NamedTuple):
    """The outcome of one check.

    ``checked`` counts the things each step looked at: 1 entries parsed, 2 checkpoint signatures,
    3 cosignatures, 4 earlier roots, 5 leaf hashes, 6 envelopes hashed, 7 signatures, 8 statements
    linked, 9 disclosures, 10 entries judged by the rules. ``size`` is in entries, ``root`` raw.
    ``note`` is the checkpoint that was accepted, and ``verified`` how many entries, from the first,
    have had all their signatures verified: for a later incremental check. ``whole`` is False when
    the medium failed before the last entry.
    """

    origin: str
    size: int
    root: bytes
    checked: dict[str, int]
    findings: list[Finding]
    note: bytes = b""
    verified: int = 0
    whole: bool = True

    @property
    def exit_code(self) -> int:
        """0, 10 or 11: the gravest finding, where 10 outranks 11."""
        codes = {finding.code for finding in self.findings}
        return next((code for code in (DOES_NOT_MATCH, CANNOT_BE_CHECKED) if code in codes), NOTED)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and nothing needed was left unchecked."""
        return self.exit_code == NOTED

    def as_json(self) -> dict[str, object]:
        """The stable form of ``tally verify --json``; the root is base64, as in a checkpoint."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "size": self.size,
            "root": b64encode(self.root),
            "checked": self.checked,
            "findings": [finding.as_json() for finding in self.findings],
        }


class _Kind:
    """How often one kind of finding came, and where beyond what was listed."""

    __slots__ = ("count", "last")

    def __init__(self) -> None:
        self.count = 0
        self.last: int | None = None


class Findings:
    """The findings of a check in progress, with the count of what each step has looked at."""

    __slots__ = ("_kinds", "_listed", "checked", "limit")

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.checked = dict.fromkeys(STEPS, 0)
        self._listed: list[Finding] = []
        self._kinds: dict[tuple[int, int, str], _Kind] = {}

    def add(self, code: int, step: int, entry: int | None, kind: str, message: str) -> None:
        """Say one thing; ``kind`` is a short phrase under which repetitions are counted.

        A message may quote what somebody hostile wrote, names of files too: what a terminal would
        obey, or could not print, is written out.
        """
        if not message.isprintable():
            message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
        seen = self._kinds.setdefault((step, code, kind), _Kind())
        seen.count += 1
        if seen.count <= self.limit:
            self._listed.append(Finding(code, step, entry, message))
        elif entry is not None:
            seen.last = entry

    def wrong(self, step: int, entry: int | None, kind: str, message: str) -> None:
        """Something does not match what the signed bytes or the format say (10)."""
        self.add(DOES_NOT_MATCH, step, entry, kind, message)

    def unchecked(self, step: int, entry: int | None, kind: str, message: str) -> None:
        """Something could not be checked, for it is withheld or nobody trusted signed it (11)."""
        self.add(CANNOT_BE_CHECKED, step, entry, kind, message)

    def noted(self, step: int, entry: int | None, kind: str, message: str) -> None:
        """Something worth reading that changes no verdict (0)."""
        self.add(NOTED, step, entry, kind, message)

    def count(self, step: int, number: int = 1) -> None:
        """Note that ``step`` has looked at ``number`` more things."""
        self.checked[str(step)] += number

    def any(self, code: int, steps: frozenset[int]) -> bool:
        """Whether a finding with this code was made at one of these steps."""
        return any(found == code and step in steps for step, found, _ in self._kinds)

    def result(self) -> list[Finding]:
        """All findings, gravest first and then by step; what was not listed is counted."""
        rest = [
            Finding(
                code,
                step,
                None,
                f"{kind}: {seen.count - self.limit} more like this, {seen.count} in all"
                + (f", the last at entry {seen.last}" if seen.last is not None else ""),
            )
            for (step, code, kind), seen in self._kinds.items()
            if seen.count > self.limit
        ]
        rank = {DOES_NOT_MATCH: 0, CANNOT_BE_CHECKED: 1, NOTED: 2}
        return sorted(self._listed + rest, key=lambda one: (rank.get(one.code, 0), one.step))
