"""A published directory as a source: files that may be missing, altered, added or swapped.

Promise: every file of format §5 is read and either explained by the log or named in a finding. An
entry bundle that cannot be read costs its own entries and no others: their leaf hashes are then
taken from the hash tile, so that the root still tells whether the rest is whole.

The size is what the newest checkpoint says; whether anybody trusted signed that is judged first
(steps 2 and 3), and whether the entries give its root at the end (step 5).
Source: format §5.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ledger.check_published import check_published
from ledger.check_report import Findings, counted
from ledger.check_shown import Shown
from ledger.check_source import CHUNK, LOST, Chunk, Class, OpenNote
from ledger.check_tree import TreeFold
from ledger.checkpoint import parse_checkpoint
from ledger.directory import Directory, Withheld
from ledger.disclosure import digest_of
from ledger.envelope import parse_leaf_entry
from ledger.errors import LedgerError, Malformed
from ledger.keyring import Keyring
from ledger.tiles import TILE_WIDTH, tile_path
from ledger.tree import HASH_SIZE, leaf_hash

_NO_LEAF: Final = bytes(HASH_SIZE)
#: What is read beyond the entries that the files there can hold: so many bundles may be missing one
#: by one; who claims more, in a checkpoint that perhaps nobody signed, lacks the rest at the end.
SPARE_BUNDLES: Final = 1024


class DirectorySource:
    """A published directory, read for a check; ``close`` it afterwards.

    Raises StorageFailed when there is no such folder, and Malformed when its class cannot be
    read: nothing says then what it should show.
    """

    def __init__(self, path: Path | str) -> None:
        self._directory = Directory(path)
        self.shown_as: Class = self._directory.shown_as
        self.folder: Path | None = self._directory.path
        self.size = self._claimed_size()
        self._withheld: Withheld | None = None
        self._withheld_used = 0
        self._present = 0

    def __enter__(self) -> DirectorySource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the open folders."""
        self._directory.close()

    def policy(self) -> bytes | None:
        """The policy enclosed in the directory, or nothing."""
        return self._directory.policy()

    def newest(self) -> bytes | None:
        """The file ``checkpoint``, or nothing."""
        return self._directory.checkpoint()

    def checkpoints(self, findings: Findings) -> Iterator[tuple[int, bytes]]:
        """Size and note of each file in ``checkpoints/``, in the order of size."""
        try:
            sizes = self._directory.checkpoint_sizes()
        except Malformed as error:
            findings.wrong(1, None, "a malformed file", error.message)
            return
        for size in sizes:
            try:
                yield size, self._directory.checkpoint_at(size)
            except Malformed as error:
                findings.wrong(1, None, "a malformed file", error.message)

    def chunks(self, findings: Findings) -> Iterator[Chunk]:
        """All entries below ``size``, in index order; envelopes are left to the examiner."""
        self._withheld_used = self._present = 0
        self._withheld = self._read_withheld(findings)
        shown = Shown(self._disclosures(findings))
        try:
            for first in range(0, self.size, CHUNK):
                yield self._chunk(first, min(first + CHUNK, self.size), shown, findings)
            if shown.left:
                findings.wrong(
                    9,
                    None,
                    "a disclosure of no entry",
                    f"disclosures.jsonl: {counted(shown.left, 'line belongs', 'lines belong')} to "
                    "no entry of this ledger",
                )
        finally:
            shown.close()

    def envelope(self, envelope_hash: str) -> bytes | None:
        """One envelope by its hex hash, or nothing; unverified. Raises Malformed for a link."""
        return self._directory.envelope(envelope_hash)

    def withheld(self, envelope_hash: str) -> bool:
        """Whether ``withheld`` lists this envelope."""
        listed = self._withheld is not None and envelope_hash in self._withheld
        self._withheld_used += listed
        return listed

    def erasures(self) -> Iterator[bytes]:
        """Every envelope that is there: which of them erase, only their contents tell."""
        for chunk in self._bundles():
            for name in chunk:
                with contextlib.suppress(Malformed):  # said where that entry is examined
                    raw = self.envelope(name) if name != LOST else None
                    if raw is not None:
                        yield raw

    def still_shown(self, erased: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
        """Envelope hash and digest of each disclosure line that is among ``erased``."""
        if not erased:
            return
        for envelope_hash, text in self._disclosures(Findings()):
            digest = digest_of(text)
            if digest in erased.get(envelope_hash, ()):
                yield envelope_hash, digest

    def finish(
        self, tree: TreeFold, keyring: Keyring, opened: OpenNote, findings: Findings
    ) -> None:
        """Step 5: tiles, proofs, consistency files. Step 6: ``withheld``. Step 8: ``keys.json``."""
        if self._withheld is not None and len(self._withheld) != self._withheld_used:
            findings.wrong(
                6,
                None,
                "withheld lists what it should not",
                f"withheld: lists {counted(len(self._withheld), 'envelope', 'envelopes')}; "
                f"{self._withheld_used} of that are of entries that are not shown",
            )
        check_published(self._directory, tree, keyring, opened, findings)

    def _claimed_size(self) -> int:
        """The size to read: of the newest checkpoint, else of the largest one retained."""
        most = TILE_WIDTH * (2 * self._directory.count_bundles() + SPARE_BUNDLES)
        try:
            note = self._directory.checkpoint()
            if note is not None:
                return min(parse_checkpoint(note).size, most)
        except LedgerError:
            pass  # said when the checkpoint is opened
        try:
            return min(max(self._directory.checkpoint_sizes(), default=0), most)
        except LedgerError:
            return 0

    def _read_withheld(self, findings: Findings) -> Withheld | None:
        try:
            return self._directory.withheld()
        except Malformed as error:
            findings.wrong(1, None, "a malformed file", error.message)
            return None

    def _disclosures(self, findings: Findings) -> Iterator[tuple[str, str]]:
        try:
            yield from self._directory.disclosures()
        except Malformed as error:
            message = f"{error.message}; the lines after it were not read"
            findings.wrong(1, None, "a malformed file", message)

    def _chunk(self, first: int, stop: int, shown: Shown, findings: Findings) -> Chunk:
        hashes: list[str] = []
        leaves: list[bytes] = []
        for start in range(first, stop, TILE_WIDTH):
            width = min(TILE_WIDTH, self.size - start)
            named, hashed = self._bundle(start // TILE_WIDTH, width, findings)
            hashes += named
            leaves += hashed
        disclosures = {}
        for at, name in enumerate(hashes):
            if name != LOST and (texts := shown.take(name)):
                disclosures[at] = texts
        return Chunk(first, b"".join(leaves), hashes, None, None, disclosures)

    def _bundle(self, index: int, width: int, findings: Findings) -> tuple[list[str], list[bytes]]:
        """Envelope hashes and leaf hashes of one bundle of entries."""
        try:
            entries = self._directory.bundle(index, width)
        except Malformed as error:
            findings.wrong(5, index * TILE_WIDTH, "a malformed entry bundle", error.message)
            return [LOST] * width, self._tile_hashes(index, width)
        named = []
        for at, entry in enumerate(entries):
            try:
                named.append(parse_leaf_entry(entry))
            except Malformed as error:
                place = index * TILE_WIDTH + at
                message = f"entry {place} in {tile_path('entries', index, width)}: {error.message}"
                findings.wrong(6, place, "a malformed leaf entry", message)
                named.append(LOST)
        return named, [leaf_hash(entry) for entry in entries]

    def _tile_hashes(self, index: int, width: int) -> list[bytes]:
        """Leaf hashes from the hash tile, where the entries themselves cannot be read."""
        try:
            data = self._directory.tile(0, index, width)
        except Malformed:
            return [_NO_LEAF] * width  # said when the tiles are compared
        return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]

    def _bundles(self) -> Iterator[list[str]]:
        for start in range(0, self.size, TILE_WIDTH):
            width = min(TILE_WIDTH, self.size - start)
            yield self._bundle(start // TILE_WIDTH, width, Findings())[0]
