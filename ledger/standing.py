"""What a writer knows of the record before it writes: keys, day, ends of chains, checkpoints.

Reading all of it anew for every statement would cost more than verifying it. So it is kept, and
each thing kept carries the size it is known to hold at. A statement is judged by what is kept and
appended under the condition that nothing bearing on it was recorded since; when something was, the
writer catches up and judges again. So it never matters how old the kept state is, only what it
costs.

    keyring   holds at ``size``: no key, charter or day entry lies between its own last and there;
              ``admission`` judges by it
    tips      the end of a key's chain and the size it holds at
    roots     retained checkpoints; they are only ever added, so none can be out of date

Threads share one ``Standing``. The keyring is replaced and never changed in place; whoever reads
``size`` before ``keyring`` has a keyring at least as new as the size.

Source: design «Store» (a writer that keeps authority folded up to the head needs no query when the
head has not moved), format §1 (chains).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

from ledger.admission import Admission
from ledger.checkpoint import parse_checkpoint
from ledger.encoding import b64encode
from ledger.envelope import parse_envelope
from ledger.errors import Conflict, StorageFailed
from ledger.keyring import Keyring
from ledger.owned import Tombstone, read_erased
from ledger.records import Receipt, StoredEntry
from ledger.statement import Statement, parse_statement
from ledger.store import Store
from ledger.types import KEYRING_TYPES, VALUES_ERASED

#: Ends of chains kept; beyond it all are forgotten, and read again as they are needed.
MAX_TIPS = 50_000
#: Own entries whose predecessors have not been acknowledged yet; more, and others are writing too.
MAX_AHEAD = 256


class Tip(NamedTuple):
    """The end of a chain: highest ``seq`` (0 for none), its payload hash, the size it holds at."""

    seq: int
    payload_hash: str
    seen: int


class Standing:
    """The state a writer judges by, over one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self.keyring = Keyring()
        self.admission = Admission(self.root_at, self.keyring)
        self.size = 0
        self._tips: dict[str, Tip] = {}
        self._complete = 0  # every entry below it was read here or written from here
        self._ahead: set[int] = set()
        self._roots: dict[int, str] = {}
        self.catch_up()

    def catch_up(self) -> bool:
        """Fold what was recorded since; says whether there was anything."""
        with self._lock:
            head = self._store.head().size
            if head <= self.size and head <= self._complete:
                return False
            items = [(KEYRING_TYPES, frozenset[str]())]
            new = list(self._store.matching(items, after=self.size, before=head))
            if new:
                keyring = self.keyring.copy()
                for entry in new:
                    envelope_hash, statement = opened(entry)
                    keyring.apply(entry.index, statement, envelope_hash)
                self.keyring, self.admission = keyring, Admission(self.root_at, keyring)
            self.size = max(self.size, head)
            self.keyring.size = self.size
            self._forget(head)
            return True

    def root_at(self, size: int) -> str | None:
        """The base64 root of the checkpoint retained at ``size``, or nothing."""
        root = self._roots.get(size)
        if root is None:
            self._roots = {
                known: b64encode(parse_checkpoint(note).root)
                for known, note in self._store.checkpoints()
            }
            root = self._roots.get(size)
        return root

    def tip(self, key: str) -> Tip:
        """The end of a key's chain."""
        tip = self._tips.get(key)
        if tip is None:
            seen = self._complete
            entry = self._store.chain_tip(key)
            if entry is None or entry.seq is None:
                tip = Tip(0, "", seen)
            else:
                tip = Tip(entry.seq, payload_hash_of(self._store, entry), seen)
            self._tips[key] = tip
        return tip

    def link(self, statement: Statement) -> int:
        """Accept a statement into its chain; gives the size at which that holds.

        Raises ``Conflict`` when its place is taken or a neighbour that is there says otherwise.
        """
        complete = self._complete  # before the tip, which must be as new as what is said of it
        tip = self._tips.get(statement.key) or self.tip(statement.key)
        if statement.seq != tip.seq + 1:
            return self._link_apart(statement)
        if tip.seq and statement.prev != tip.payload_hash:
            raise _broken(statement, tip.payload_hash)
        seen = tip.seen
        return seen if seen > complete else complete

    def learn(self, receipt: Receipt, statement: Statement) -> None:
        """Take in an entry that was just written from here, under the conditions of its judging."""
        index = receipt.index
        with self._lock:
            tip = self._tips.get(statement.key)
            if tip is None or statement.seq > tip.seq:
                if len(self._tips) >= MAX_TIPS:
                    self._tips.clear()
                self._tips[statement.key] = Tip(statement.seq, statement.payload_hash, index + 1)
            if index == self._complete:
                self._complete = index + 1
                while self._complete in self._ahead:
                    self._ahead.remove(self._complete)
                    self._complete += 1
            elif index > self._complete:
                self._ahead.add(index)
                if len(self._ahead) > MAX_AHEAD:
                    self._forget(max(self._ahead) + 1)
            if statement.type in KEYRING_TYPES:
                self.catch_up()
            elif index >= self.size:
                self.size = index + 1

    def learn_all(self, receipts: Sequence[Receipt], statements: Sequence[Statement]) -> None:
        """As ``learn`` for entries that were written together, in their order."""
        with self._lock:
            moved = any(one.type in KEYRING_TYPES for one in statements)
            first, after = receipts[0].index, receipts[-1].index + 1
            if moved or first != self._complete or after - first != len(receipts) or self._ahead:
                for receipt, statement in zip(receipts, statements, strict=True):
                    self.learn(receipt, statement)
                return
            newest = {one.key: (one, at) for at, one in enumerate(statements, first + 1)}
            if len(self._tips) + len(newest) > MAX_TIPS:
                self._tips.clear()
            for key, (statement, seen) in newest.items():
                tip = self._tips.get(key)
                if tip is None or statement.seq > tip.seq:
                    self._tips[key] = Tip(statement.seq, statement.payload_hash, seen)
            self._complete = after
            self.size = max(self.size, after)

    def _forget(self, complete: int) -> None:
        """Others wrote below ``complete``: what is known of chains may be old."""
        if complete > self._complete:
            self._tips.clear()
            self._complete = complete
            self._ahead = {index for index in self._ahead if index >= complete}

    def _link_apart(self, statement: Statement) -> int:
        """The link of a statement that does not follow the end of its chain."""
        seen = self._complete
        key, seq = statement.key, statement.seq
        if self._store.chain_at(key, seq) is not None:
            raise Conflict(
                f"place {seq} in the chain of key {key} is taken; nothing was recorded",
                hint="read the end of the chain again and sign anew",
                step=8,
            )
        before = self._store.chain_at(key, seq - 1) if seq > 1 else None
        if before is not None:
            expected = payload_hash_of(self._store, before)
            if statement.prev != expected:
                raise _broken(statement, expected)
        after = self._store.chain_at(key, seq + 1)
        if after is not None and after.envelope is not None:
            following = opened(after)[1]
            if following.prev != statement.payload_hash:
                raise _broken(following, statement.payload_hash)
        self._tips.pop(key, None)
        return seen


def opened(entry: StoredEntry) -> tuple[str, Statement]:
    """Envelope hash and statement of an entry of our own store.

    Raises ``StorageFailed`` when its envelope is gone, ``Malformed`` when it was altered.
    """
    if entry.envelope is None:
        raise StorageFailed(
            f"entry {entry.index} ({entry.type}) has no envelope, and is not of a type that an "
            "erasure may withdraw",
            hint="restore the database from a backup and check it",
        )
    envelope = parse_envelope(entry.envelope)
    return envelope.hash, parse_statement(envelope.payload)


def tombstone_of(store: Store, entry: StoredEntry) -> Tombstone:
    """The tombstone of a withdrawn entry; raises ``StorageFailed`` when no erasure left one."""
    # A key id is 64 hex digits in the body of the erasure, and so one of its tags.
    tags = frozenset({entry.chain}) if entry.chain else frozenset[str]()
    for erasure in store.matching([(frozenset({VALUES_ERASED}), tags)]):
        for stone in read_erased(opened(erasure)[1]).tombstones:
            if (stone.key, stone.seq) == (entry.chain, entry.seq):
                return stone
    raise StorageFailed(
        f"entry {entry.index} has no envelope, and no erasure withdrew it",
        hint="restore the database from a backup and check it",
    )


def payload_hash_of(store: Store, entry: StoredEntry) -> str:
    """The payload hash of an entry, from its tombstone when its envelope was withdrawn."""
    if entry.envelope is None:
        return tombstone_of(store, entry).payload_hash
    return opened(entry)[1].payload_hash


def _broken(statement: Statement, expected: str) -> Conflict:
    return Conflict(
        f"chain of key {statement.key}: the statement with seq {statement.seq} does not follow "
        f"seq {statement.seq - 1}: expected prev {expected}, found {statement.prev}; nothing was "
        "recorded",
        hint="the key signed on two devices: ask for its next link and sign anew",
        step=8,
    )
