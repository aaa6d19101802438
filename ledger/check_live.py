"""A live store as a source: what it keeps beside the signed envelopes is held against them.

Promise: every column and row that was derived from signed bytes is derived again and compared:
index, chain, seq, nonce, type, tags and their index, leaf hash, tiles, head row, checkpoint rows,
and each encrypted value with the digest it stands under. Rows are read as they are, whatever
somebody has put into them; nothing here writes.

A store grows while it is read: everything is read up to the size found at the start, and what lies
beyond it is left to the next check. The index of tags, written as far as the head row says
(``ledger.settling``), is compared as a whole: the sum of a keyed 64-bit hash of every (tag, type,
index) in it must be that of the tags beside the envelopes; the key is random in every process, so
nobody can prepare rows that cancel out. Where the sums differ, they are compared for each span of
entries, and only a span in which they differ is searched.

Source: design «Store», format §7 step 8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ledger.check_report import Findings, counted
from ledger.check_source import CHUNK, LOST, SEALED, Chunk, Class, Columns, OpenNote
from ledger.check_store_rows import StoreRows
from ledger.check_tree import TreeFold
from ledger.disclosure import digest_of
from ledger.encoding import is_hash
from ledger.envelope import leaf_entry
from ledger.errors import LedgerError, StorageFailed
from ledger.keyring import Keyring
from ledger.schema import DISCLOSURE, EVENT_TAG
from ledger.settling import last_border
from ledger.store import Store
from ledger.tiles import TILE_WIDTH, Tile, tiles_at
from ledger.tree import HASH_SIZE, Frontier, leaf_hash
from ledger.types import VALUES_ERASED
from ledger.values import associated_data
from ledger.vault import Vault, decrypt

_NO_LEAF: Final = bytes(HASH_SIZE)
#: Spans of the index of tags that are searched for what differs.
_SEARCHED: Final = 4
#: Rows of a span: events, and values.
_Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
#: The disclosure texts of a span, by the place of their entry in it.
_Shown = dict[int, list[str]]
#: Subjects whose data keys are held at a time.
_KEYS_HELD: Final = 4096


class LiveSource:
    """The store of a ledger, read for a check.

    ``vault`` opens the disclosures; without it values are counted and not read. ``policy`` is
    the ledger's own.
    """

    shown_as: Class = "live"
    folder: Path | None = None

    def __init__(
        self, store: Store, *, vault: Vault | None = None, policy: bytes | None = None
    ) -> None:
        self.origin = store.origin
        self._rows = StoreRows(store)
        self._vault = vault
        self._policy = policy
        self._symbols = self._rows.symbols()
        head_size, frontier, self.size = self._rows.head()
        self._head: tuple[object, object] = (head_size, frontier)
        #: Entries whose tags the index must have; one that the head row makes up is found by it.
        self._settled = self.size
        if type(head_size) is int and 0 <= head_size <= self.size:
            self._settled = head_size
        self._tag_sums: list[int] = []
        self._data_keys: dict[str, list[bytes]] = {}

    def policy(self) -> bytes | None:
        """The policy kept beside the ledger, or nothing."""
        return self._policy

    def newest(self) -> bytes | None:
        """The newest checkpoint note, or nothing when none was ever signed."""
        found = None
        for _, note in self.checkpoints(Findings()):
            found = note
        return found

    def checkpoints(self, findings: Findings) -> Iterator[tuple[int, bytes]]:
        """Size and note of each retained checkpoint, in the order of size."""
        for size, note in self._rows.checkpoints():
            if isinstance(size, int) and isinstance(note, bytes):
                yield size, note
            else:
                message = f"the checkpoint row of size {size!r} does not hold a size and a note"
                findings.wrong(1, None, "a malformed checkpoint", message)

    def chunks(self, findings: Findings) -> Iterator[Chunk]:
        """All entries below ``size``, in index order."""
        self._tag_sums = [0] * (self.size // CHUNK + 1)
        for first in range(0, self.size, CHUNK):
            stop = min(first + CHUNK, self.size)
            failed = None
            try:
                rows = self._rows.events(first, stop), self._rows.disclosures(first, stop)
            except StorageFailed as error:
                failed, stop = error, self._readable(first, stop)
                rows = self._rows.events(first, stop), self._rows.disclosures(first, stop)
            if first < stop:
                yield self._chunk(first, stop, rows, findings)
            if failed is not None:
                raise failed

    def _readable(self, first: int, stop: int) -> int:
        """The entry at which reading this span fails, found by halving it."""
        good, bad = first, stop
        while good < bad - 1:
            middle = (good + bad) // 2
            try:
                self._rows.events(good, middle)
                self._rows.disclosures(good, middle)
            except StorageFailed:
                bad = middle
            else:
                good = middle
        return good

    def envelope(self, envelope_hash: str) -> bytes | None:
        """One envelope by its hex hash, or nothing; unverified."""
        if not is_hash(envelope_hash):
            return None
        return self._rows.envelope(leaf_hash(leaf_entry(envelope_hash)))

    def withheld(self, envelope_hash: str) -> bool:  # noqa: ARG002  # a store withholds nothing
        """A store withholds nothing."""
        return False

    def erasures(self) -> Iterator[bytes]:
        """The envelopes whose type column says they erase; a column that lies is found."""
        return self._rows.of_types(
            [number for number, name in self._symbols.items() if name == VALUES_ERASED]
        )

    def still_shown(self, erased: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
        """Envelope hash and digest of each disclosure row that is among ``erased``."""
        for envelope_hash, digests in erased.items():
            for digest in self._rows.digests(leaf_hash(leaf_entry(envelope_hash))):
                if digest in digests:
                    yield envelope_hash, digest

    def finish(
        self,
        tree: TreeFold,
        keyring: Keyring,
        opened: OpenNote,  # noqa: ARG002  # a store keeps no notes but its checkpoints
        findings: Findings,
    ) -> None:
        """Step 5: head and tiles. Step 8: the index of tags. Step 9: values of no entry."""
        if keyring.charter is not None and keyring.origin != self.origin:
            message = f"the store calls this ledger {self.origin}, its charter {keyring.origin}"
            findings.wrong(8, None, "another origin", message)
        self._check_head(tree, findings)
        self._check_tiles(tree, findings)
        self._check_tag_index(findings)
        self._check_hidden(findings)
        for step, table, entry in ((8, EVENT_TAG, "settled entry"), (9, DISCLOSURE, "entry")):
            if stray := self._rows.strays(table, self._settled):
                rows = f"{counted(stray, 'row', 'rows')} of {table.name}"
                message = f"{rows} at an index that has no {entry}"
                findings.wrong(step, None, f"rows of {table.name} of no {entry}", message)

    def _check_hidden(self, findings: Findings) -> None:
        """What an audit that goes by index and by name would not meet, and a writer would."""
        if before := self._rows.before_first():
            message = (
                f"{counted(before, 'row', 'rows')} of event before the first entry, in no tree"
            )
            findings.wrong(8, None, "rows before the first entry", message)
        names = Counter(map(str, self._symbols.values()))
        for name in sorted(name for name, numbers in names.items() if numbers > 1):
            message = f"{name!r:.100} has two numbers: a condition would miss entries under one"
            findings.wrong(8, None, "one name with two numbers", message)

    def _chunk(self, first: int, stop: int, rows: _Rows, findings: Findings) -> Chunk:
        shown = self._disclosures(first, rows[1], findings)
        return self._sound(first, stop, rows[0], shown) or self._odd(
            first, stop, rows[0], shown, findings
        )

    def _sound(
        self, first: int, stop: int, events: list[tuple[Any, ...]], shown: _Shown
    ) -> Chunk | None:
        """A span whose rows are all there and of the usual kinds, a column at a time."""
        if len(events) != stop - first:
            return None
        indexes, chains, seqs, nonces, kinds, tags, leaves, envelopes = zip(*events, strict=True)
        if (
            indexes != tuple(range(first, stop))
            or {*map(type, tags)} != {str}
            or {*map(type, leaves)} != {bytes}
            or {*map(len, leaves)} != {HASH_SIZE}
            or {*map(type, envelopes)} - {bytes, type(None)}
        ):
            return None
        # A span is a chunk, and begins with one.
        self._tag_sums[_span(first)] += sum(
            [
                hash((tag, kind, index))
                for index, kind, text in zip(indexes, kinds, tags, strict=True)
                if text and index < self._settled
                for tag in text.split("\n")
            ]
        )
        symbols = self._symbols
        keys = [symbols.get(chain) for chain in chains]
        types = [symbols.get(kind, "?") for kind in kinds]
        return Chunk(
            first,
            b"".join(leaves),
            [""] * len(events),
            list(envelopes),
            list(zip(keys, seqs, nonces, types, tags, strict=True)),
            shown,
        )

    def _odd(
        self,
        first: int,
        stop: int,
        events: list[tuple[Any, ...]],
        shown: _Shown,
        findings: Findings,
    ) -> Chunk:
        """A span row by row, whatever somebody has put into it."""
        leaves: list[bytes] = []
        hashes: list[str] = []
        envelopes: list[bytes | None] = []
        columns: list[Columns | None] = []
        for index, row in self._each(first, stop, events, findings):
            leaf, envelope, column = (_NO_LEAF, None, None) if row is None else self._row(row)
            hashes.append(LOST if row is None else "")
            if len(leaf) != HASH_SIZE:
                found = f"{len(leaf)} bytes"
                message = f"entry {index}: its leaf hash has {found}, expected {HASH_SIZE}"
                findings.wrong(5, index, "a malformed leaf hash", message)
                leaf = _NO_LEAF
            leaves.append(leaf)
            envelopes.append(envelope)
            columns.append(column)
        return Chunk(first, b"".join(leaves), hashes, envelopes, columns, shown)

    def _each(
        self, first: int, stop: int, events: list[tuple[Any, ...]], findings: Findings
    ) -> Iterator[tuple[int, tuple[Any, ...] | None]]:
        """The rows of a span with ``None`` for an index that has no row."""
        expected = first
        for row in events:
            while expected < row[0]:
                message = f"entry {expected}: there is no such row; indexes have no gaps"
                findings.wrong(8, expected, "an index without an entry", message)
                yield expected, None
                expected += 1
            yield expected, row
            expected += 1
        for index in range(expected, stop):
            message = f"entry {index}: there is no such row; indexes have no gaps"
            findings.wrong(8, index, "an index without an entry", message)
            yield index, None

    def _row(self, row: tuple[Any, ...]) -> tuple[bytes, bytes | None, Columns]:
        index, chain, seq, nonce, kind, tags, leaf, envelope = row
        if type(tags) is str and tags and index < self._settled:
            span = _span(index)
            for tag in tags.split("\n"):
                self._tag_sums[span] += hash((tag, kind, index))
        symbols = self._symbols
        column = (symbols.get(chain), seq, nonce, symbols.get(kind, "?"), tags)
        return (
            leaf if type(leaf) is bytes else b"",
            None if envelope is None else envelope if type(envelope) is bytes else b"",
            column,
        )

    def _disclosures(self, first: int, values: list[tuple[Any, ...]], findings: Findings) -> _Shown:
        shown: _Shown = {}
        for index, digest, subject, blob in values:
            text = self._open(index, digest, subject, blob, findings)
            if text is not None:
                shown.setdefault(index - first, []).append(text)
        return shown

    def _open(
        self, index: int, digest: str, subject: str, blob: bytes, findings: Findings
    ) -> str | None:
        """The text of one stored value, or that it is sealed; ``None`` when it does not match."""
        try:
            keys = self._keys(subject)
        except LedgerError as error:
            message = f"entry {index}: a value is kept under {subject!r:.80}: {error.message}"
            findings.wrong(9, index, "a stored value that does not open", message)
            return None
        if not keys:
            why = "no vault was given" if self._vault is None else f"the key of {subject} is gone"
            findings.unchecked(
                9,
                index,
                "a value that cannot be read",
                f"entry {index}: a value cannot be read, for {why}; its digest is signed",
            )
            return f"{SEALED}{digest}"
        for key in keys:
            try:
                text = decrypt(key, blob, associated_data(self.origin, digest)).decode("ascii")
            except (LedgerError, ValueError, TypeError, AttributeError):
                continue
            if digest_of(text) == digest:
                return text
        findings.wrong(
            9,
            index,
            "a stored value that does not open",
            f"entry {index}: the value stored under digest {digest!r:.60} does not open to it with "
            f"the key of {subject}; the signed statement itself holds",
        )
        return None

    def _keys(self, subject: str) -> list[bytes]:
        """The data keys of a subject: the one in use, and one about to be destroyed."""
        if self._vault is None:
            return []
        known = self._data_keys.get(subject)
        if known is None:
            if len(self._data_keys) >= _KEYS_HELD:
                self._data_keys.clear()
            found = (self._vault.key_for(subject), self._vault.retiring_key(subject))
            known = self._data_keys[subject] = [key for key in found if key is not None]
        return known

    def _check_head(self, tree: TreeFold, findings: Findings) -> None:
        """Whether the head row is of a size that the entries have, with the edge of that tree."""
        size, frontier = self._head
        root = None
        try:
            edge = Frontier.from_bytes(frontier if isinstance(frontier, bytes) else b"")
            root = edge.root() if edge.size == size else None
        except LedgerError:
            pass  # said below: what cannot be read does not match
        least = last_border(self.size)
        if type(size) is not int or not least <= size <= self.size or root != tree.root(size):
            expected = tree.root(self._settled).hex()
            findings.wrong(
                5,
                None,
                "the head row differs from the entries",
                f"the head row says that {size!r} entries are settled, with root "
                f"{root.hex() if root else 'unreadable'} (expected {least} to {self.size} of the "
                f"{self.size} entries; the root of {self._settled} is {expected}); the entries "
                "themselves are judged one by one",
            )

    def _check_tiles(self, tree: TreeFold, findings: Findings) -> None:
        grown = self._rows.head()[2] > self.size
        expected = {
            (tile.level, tile.index): tile.width
            for tile in tiles_at(self.size)
            if tile.level or tile.width == TILE_WIDTH
        }
        for level, index, data in self._rows.tiles():
            width = expected.pop((level, index), 0)
            should = tree.tile(level, index, width) if width else b""
            if data == should or (grown and isinstance(data, bytes) and data.startswith(should)):
                continue
            self._wrong_tile(Tile(level, index, width), "differs from the leaf hashes", findings)
        for (level, index), width in expected.items():
            self._wrong_tile(Tile(level, index, width), "is missing", findings)

    def _wrong_tile(self, tile: Tile, what: str, findings: Findings) -> None:
        findings.wrong(
            5,
            None,
            "a stored tile differs from the leaf hashes",
            f"the stored tile {tile.index} at level {tile.level} {what}; the root is computed from "
            "the entries and does not rest on it",
        )

    def _check_tag_index(self, findings: Findings) -> None:
        if sum(map(hash, self._rows.tag_index(0, self._settled))) == sum(self._tag_sums):
            return
        sums = [0] * len(self._tag_sums)
        for row in self._rows.tag_index(0, self._settled):
            sums[_span(row[2])] += hash(row)
        both = zip(sums, self._tag_sums, strict=True)
        spans = [at for at, (does, should) in enumerate(both) if does != should]
        for first in spans[:_SEARCHED]:
            self._compare_tags(first * CHUNK, findings)
        if len(spans) > _SEARCHED:
            found = counted(len(spans), "span", "spans")
            message = f"the index of tags differs in {found} of {CHUNK} entries"
            findings.wrong(8, None, "the index of tags differs widely", message)

    def _compare_tags(self, first: int, findings: Findings) -> None:
        """Name where the index of tags and the tags beside the envelopes differ in one span."""
        stop = min(first + CHUNK, self._settled)
        should = {
            (tag, row[4], row[0])
            for row in self._rows.events(first, stop)
            for tag in str(row[5]).split("\n")
            if tag
        }
        does = set(map(tuple, self._rows.tag_index(first, stop)))
        for what, rows in (("lacks", should - does), ("wrongly has", does - should)):
            for tag, _, index in sorted(rows, key=lambda row: (row[2], str(row[0]))):
                findings.wrong(
                    8,
                    index,
                    "the index of tags differs from the entries",
                    f"entry {index}: the index of tags {what} {tag!r:.100}, so a condition on it "
                    "would be judged wrongly; the signed statement itself holds",
                )


def _span(index: object) -> int:
    """Which span an index falls into; what somebody made of an index may not be a number."""
    return index // CHUNK if type(index) is int else 0
