"""Erasures as an audit sees them: who was promised to be forgotten, and whether the rest closes.

Promise: an absent envelope passes only under a recorded erasure that names it, came later, and
withdraws a type the charter lets go; its tombstone is held against all that can still be known. A
missing value passes only under a recorded erasure that lists a digest of that entry.

An erasure comes after what it erases. The fold meets the gap first, so as soon as one envelope is
absent all erasures are read ahead; a tombstone read ahead counts only because its own entry is
verified when the fold reaches it. Values are settled at the end: of an entry with missing values
48 bytes are kept.

Source: format §1a (values-erased), §3, §5.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger.check_entry import parse_entry
from ledger.check_report import Findings, counted
from ledger.check_seen import Seen
from ledger.check_source import Source
from ledger.envelope import leaf_entry
from ledger.errors import LedgerError
from ledger.owned import Erasure, Tombstone, read_erased
from ledger.statement import Statement
from ledger.tree import leaf_hash
from ledger.types import VALUES_ERASED, Catalogue, tags_of


@dataclass(slots=True)
class Erasures:
    """What was erased, and what is missing for want of it.

    ``tombstones`` are by leaf hash. ``erased`` are digests by envelope hash.
    """

    source: Source
    catalogue: Catalogue
    findings: Findings
    tombstones: dict[bytes, Tombstone] = field(default_factory=dict)
    erased: dict[str, frozenset[str]] = field(default_factory=dict)
    withdrawn: int = 0
    _buried: dict[str, int] = field(default_factory=dict)
    _read_ahead: bool = False
    _missing: array[int] = field(default_factory=lambda: array("Q"))
    _missing_hashes: bytearray = field(default_factory=bytearray)

    def tombstone(self, leaf: bytes) -> Tombstone | None:
        """What a recorded erasure leaves of the entry with this leaf hash, if one withdrew it."""
        if not self._read_ahead:
            self._read_ahead = True
            for erasure in _all_of(self.source.erasures()):
                for stone in erasure.tombstones:
                    self.tombstones.setdefault(leaf_hash(leaf_entry(stone.hash)), stone)
        return self.tombstones.get(leaf)

    def miss(self, index: int, envelope_hash: str, number: int) -> None:
        """Note that ``number`` values of an entry, visible to this class, are not shown."""
        self._missing.extend((index, number))
        self._missing_hashes += bytes.fromhex(envelope_hash)

    def record(self, index: int, statement: Statement, seen: Seen) -> None:
        """Take in the erasure recorded at ``index``, and hold it against what it erases."""
        try:
            erasure = read_erased(statement)
        except LedgerError as error:
            message = f"entry {index}: {error.message}"
            self.findings.wrong(1, index, "a malformed erasure", message)
            return
        for value in erasure.values:
            if value.entry not in seen:
                self._too_early(index, value.entry)
                continue
            self._check_digests(index, value.entry, value.digests)
            known = self.erased.get(value.entry, frozenset())
            self.erased[value.entry] = known.union(value.digests)
        for stone in erasure.tombstones:
            if stone.hash not in seen:
                self._too_early(index, stone.hash)
            # Once the envelope is gone, a second tombstone could tell another story of it.
            if (first := self._buried.setdefault(stone.hash, index)) != index:
                self.findings.wrong(
                    8,
                    index,
                    "an envelope is withdrawn twice",
                    f"entry {index}: it withdraws envelope {stone.hash}, which entry {first} had "
                    "withdrawn already; the first tombstone stands",
                )
            self._check_present(index, stone)

    def settle(self) -> None:
        """After the last entry: explain what was missing, and find what should be gone."""
        for at in range(0, len(self._missing), 2):
            index, number = self._missing[at], self._missing[at + 1]
            envelope_hash = self._missing_hashes[16 * at : 16 * at + 32].hex()
            listed = len(self.erased.get(envelope_hash, ()))
            if listed < number:
                self.findings.wrong(
                    9,
                    index,
                    "a value is missing and no erasure lists it",
                    f"entry {index}: {counted(number, 'value', 'values')} this class may see "
                    f"{'is' if number == 1 else 'are'} not shown (expected each to be shown or "
                    f"listed in a recorded erasure, found {listed} listed); "
                    "the signed statement itself holds",
                )
        for envelope_hash, digest in self.source.still_shown(self.erased):
            self.findings.wrong(
                9,
                None,
                "an erased value is still shown",
                f"envelope {envelope_hash}: the value with digest {digest} is still shown, though "
                "its erasure is recorded; remove it",
            )

    def counts(self) -> tuple[int, int]:
        """How many envelopes were withdrawn and how many values erased, by recorded erasures."""
        return self.withdrawn, sum(len(digests) for digests in self.erased.values())

    def _too_early(self, index: int, envelope_hash: str) -> None:
        self.findings.wrong(
            8,
            index,
            "an erasure of what was not recorded before",
            f"entry {index}: it erases from envelope {envelope_hash}, which is not an entry before "
            "it; nothing else is affected",
        )

    def _check_digests(self, index: int, entry: str, digests: Iterable[str]) -> None:
        found = self._statement(entry)
        foreign = sorted(set(digests).difference(found.sd)) if found is not None else []
        if foreign:
            self.findings.wrong(
                9,
                index,
                "an erasure lists a digest the entry does not have",
                f"entry {index}: it erases digest {foreign[0]} of envelope {entry}, which never "
                f"committed to it ({len(foreign)} such digests)",
            )

    def _check_present(self, index: int, stone: Tombstone) -> None:
        """An envelope that is still there shows whether its tombstone tells the truth."""
        found = self._statement(stone.hash)
        if found is None:
            return
        tags = tuple(sorted(tags_of(found, self.catalogue.get(found.type))))
        true = Tombstone(
            stone.hash,
            found.type,
            found.author,
            found.key,
            found.seq,
            found.nonce,
            found.payload_hash,
            tags,
        )
        if true != stone:
            wrong = [name for name in true.as_body() if getattr(true, name) != getattr(stone, name)]
            self.findings.wrong(
                8,
                index,
                "a tombstone lies",
                f"entry {index}: its tombstone of envelope {stone.hash} differs from the envelope "
                f"in {', '.join(wrong)}; the envelope itself is signed",
            )
        self.findings.wrong(
            9,
            index,
            "a withdrawn envelope is still shown",
            f"entry {index}: envelope {stone.hash} is still there, though its erasure is recorded; "
            "finish the erasure",
        )

    def _statement(self, envelope_hash: str) -> Statement | None:
        try:
            raw = self.source.envelope(envelope_hash)
            return None if raw is None else parse_entry(raw)[1]
        except LedgerError:
            return None  # said where that entry is examined


def _all_of(envelopes: Iterable[bytes]) -> Iterator[Erasure]:
    """The erasures among some envelopes; the malformed are reported at their own entries."""
    for raw in envelopes:
        try:
            statement = parse_entry(raw)[1]
            if statement.type == VALUES_ERASED:
                yield read_erased(statement)
        except LedgerError:
            continue
