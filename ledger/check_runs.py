"""Entries of which nothing has to be said, gathered: what the fold asks of them, and no more.

Nearly every entry is ordinary: it parses, hashes to its leaf, is signed, says what its columns say,
shows its values, follows the one before in its chain, and moves neither keys nor erasures. Whoever
examines a chunk gathers such neighbours into one ``Run``; all others stay by themselves, in order.
A run is small to hand from process to process, and the fold asks of it once, and not a thousand
times, what needs the entries before it: 40 µs a run where single entries take some 4 each.

    chunk   ordinary … ordinary   key-enrolled   ordinary … ordinary
    parts   Run                   Examined       Run

Promise: a run is believed only whole. Where anything about it does not hold, its entries are
examined again and folded one by one, so every finding is made in one place.
"""

from __future__ import annotations

from array import array
from typing import Any, Final, NamedTuple

from ledger.admission import Admission, Chains
from ledger.check_entry import OPEN, VERIFIED, Examined, Examiner
from ledger.check_source import Chunk
from ledger.check_values import NOTHING
from ledger.errors import LedgerError
from ledger.statement import Statement
from ledger.types import KEYRING_TYPES, VALUES_ERASED


class Link(NamedTuple):
    """A stretch of one chain without a gap: ``prev`` of its first, payload hash of its last."""

    key: str
    first: int
    prev: str | None
    last: int
    tip: str


class Run(NamedTuple):
    """Ordinary entries ``first`` … ``first + len(hashes) - 1``, in values that travel fast.

    ``hashes`` and ``nonces`` are of each entry, ``led`` its place in ``links`` (two bytes each).
    The rest is of all together: for which ledger they were said and who signed (origin, author,
    leading key, all signers), what they are anchored to (size, root, the first entry that is), the
    latest day a live one claims, how many signatures were verified, and values shown and withheld.
    """

    first: int
    hashes: list[str]
    nonces: list[str]
    led: bytes
    links: list[Link]
    said: list[tuple[str, str, str, tuple[str, ...]]]
    anchors: list[tuple[int, str, int]]
    latest: str
    signed: int
    shown: int
    withheld: int

    @property
    def last(self) -> int:
        """The index of its last entry."""
        return self.first + len(self.hashes) - 1


Part = Run | Examined

_APART: Final = KEYRING_TYPES | {VALUES_ERASED}


class _Gathered:
    """A run as it grows."""

    __slots__ = (
        "anchors", "first", "hashes", "latest", "led", "links", "nonces", "said", "shown", "signed",
        "withheld",
    )  # fmt: skip

    def __init__(self, first: int) -> None:
        self.first = first
        self.hashes: list[str] = []
        self.nonces: list[str] = []
        self.led = array("H")
        #: Place, last seq and tip by key; then what a ``Link`` begins with.
        self.links: dict[str, list[Any]] = {}
        self.said: set[tuple[str, str, str, tuple[str, ...]]] = set()
        self.anchors: dict[tuple[int, str], int] = {}
        self.latest = ""
        self.signed = self.shown = self.withheld = 0

    def take(self, one: Examined, statement: Statement) -> bool:
        """Take in the next entry, unless its chain goes on elsewhere than where it ended here."""
        key, seq, links = statement.key, statement.seq, self.links
        link = links.get(key)
        if link is None:
            links[key] = link = [len(links), seq, "", seq, statement.prev]
        elif seq != link[_LAST] + 1 or statement.prev != link[_TIP]:
            return False
        link[_LAST], link[_TIP] = seq, statement.payload_hash
        self.led.append(link[_PLACE])
        anchor = (statement.anchor_size, statement.anchor_root)
        if anchor not in self.anchors:
            self.anchors[anchor] = self.first + len(self.hashes)
        self.hashes.append(one.hash)
        self.nonces.append(statement.nonce)
        self.said.add((statement.ledger, statement.author, key, statement.signers))
        if statement.at > self.latest and statement.mode == "live":
            self.latest = statement.at
        if one.signatures == VERIFIED:
            self.signed += one.signed
        if one.values is not NOTHING:
            self.shown += one.values.shown
            self.withheld += one.values.withheld
        return True

    def run(self) -> Run:
        """The run, for the fold."""
        return Run(
            self.first,
            self.hashes,
            self.nonces,
            self.led.tobytes(),
            [
                Link(key, first, prev, last, tip)
                for key, (_, last, tip, first, prev) in self.links.items()
            ],
            list(self.said),
            [(size, root, index) for (size, root), index in self.anchors.items()],
            self.latest[:10],
            self.signed,
            self.shown,
            self.withheld,
        )


_PLACE, _LAST, _TIP = range(3)


def gather(examiner: Examiner, chunk: Chunk, *, whole: bool) -> list[Part]:
    """Examine every entry of a chunk, and gather the ordinary ones.

    With ``whole`` there are no runs, for whoever judges conduct wants every statement.
    """
    if whole:
        return list(examiner.entries(chunk))
    parts: list[Part] = []
    gathered = _Gathered(chunk.first)
    for index, one in enumerate(examiner.entries(chunk), chunk.first):
        statement = one.statement
        if (
            statement is None
            or one.problems
            or one.signatures == OPEN
            or one.values.missing
            or statement.type in _APART
            or statement.type not in examiner.catalogue
            or index == 0
            or not gathered.take(one, statement)
        ):
            if gathered.hashes:
                parts.append(gathered.run())
            parts.append(one)
            gathered = _Gathered(index + 1)
    if gathered.hashes:
        parts.append(gathered.run())
    return parts


def fits(run: Run, admission: Admission, ledger_day: str) -> bool:
    """Whether all that is asked of entries in their order holds for each entry of a run."""
    keyring, chains = admission.keyring, admission.chains
    if not isinstance(chains, Chains) or run.latest > ledger_day:
        return False
    for origin, author, key, signers in run.said:
        if origin != keyring.origin:
            return False
        if not keyring.vouch(author, key, signers, (run.first, run.last)):
            return False
    if not all(chains.goes_on(link.key, link.first, link.prev) for link in run.links):
        return False
    try:
        for size, root, index in run.anchors:
            admission.check_anchor(index, size, root)
    except LedgerError:
        return False
    return True


def fold_links(run: Run, admission: Admission) -> None:
    """Take the chains of a run that fits into those of all entries."""
    if isinstance(admission.chains, Chains):
        for link in run.links:
            admission.chains.extend(*link)
