"""Which statements of a batch may be recorded: one after the other, each on its own.

Every pending envelope is judged against the store *and* the earlier ones of its batch; otherwise
writing many at once would let two votes of one person through, each not seeing the other. One
that may not be recorded is answered alone and leaves no gap. The order of judging:

1. same nonce: the same bytes get the earlier receipt, other bytes a conflict
2. same place in the chain of a key: a conflict
3. conditions: an entry at or after ``after`` matches: a conflict — unless 1 holds, because a
   repeated statement is met by its own first copy

Steps 1 and 2 are looked up only when asked to be ``careful``: the unique keys of the tables say
the same, and hardly any statement is a repetition. The caller begins again, carefully, when a
unique key refuses a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ledger.database import Cursor
from ledger.errors import Conflict
from ledger.queries import Place, Queries
from ledger.recent import Recent
from ledger.records import Condition, Item, Pending, Receipt

Outcome = Receipt | Conflict
#: A statement that may be recorded, and its leaf hash.
Accepted = tuple[Pending, bytes]


class Batch:
    """The judging of one batch on a store that holds ``start`` entries."""

    def __init__(
        self, start: int, recent: Recent, queries: Queries, cursor: Cursor, *, careful: bool
    ) -> None:
        self._start = start
        self._recent = recent
        self._queries = queries
        self._cursor = cursor
        self._careful = careful
        self.accepted: list[Accepted] = []
        self._nonces: dict[str, Place] = {}
        self._links: set[tuple[str, int]] = set()
        self._by_tag: defaultdict[str, list[int]] = defaultdict(list)
        self._tagged = 0

    def judge(self, pending: Pending, leaf: bytes) -> Outcome:
        """Accept ``pending`` at the next index, or say why not. ``leaf`` is its leaf hash."""
        repeated = self._repeated(pending, leaf, look=self._careful)
        if repeated is not None:
            return repeated
        refused = self._taken(pending) or self._unmet(pending, leaf)
        return refused if refused is not None else self._accept(pending, leaf)

    def _accept(self, pending: Pending, leaf: bytes) -> Receipt:
        index = self._start + len(self.accepted)
        self.accepted.append((pending, leaf))
        self._recent.add(pending)
        if pending.nonce is not None:
            self._nonces[pending.nonce] = (index, leaf)
        if pending.chain is not None and pending.seq is not None:
            self._links.add((pending.chain, pending.seq))
        return Receipt(index, leaf)

    def _repeated(self, pending: Pending, leaf: bytes, *, look: bool) -> Outcome | None:
        nonce = pending.nonce
        if nonce is None:
            return None
        place = self._nonces.get(nonce)
        if place is None and look:
            place = self._queries.place_by_nonce(self._cursor, nonce)
        if place is None:
            return None
        if place[1] == leaf:
            return Receipt(place[0], leaf, duplicate=True)
        return Conflict(
            f"nonce {nonce} is taken by entry {place[0]}, whose bytes are others; "
            "nothing was recorded",
            hint="make the statement again with a fresh nonce",
        )

    def _taken(self, pending: Pending) -> Conflict | None:
        chain, seq = pending.chain, pending.seq
        if chain is None or seq is None:
            return None
        if (chain, seq) in self._links or (
            self._careful and self._queries.place_in_chain(self._cursor, chain, seq) is not None
        ):
            return Conflict(
                f"place {seq} in the chain of key {chain} is taken; nothing was recorded",
                hint="read the end of the chain again and sign anew",
            )
        return None

    def _unmet(self, pending: Pending, leaf: bytes) -> Outcome | None:
        for condition in pending.conditions:
            index = self._met_by(condition)
            if index is not None:
                return self._repeated(pending, leaf, look=True) or Conflict(
                    f"entry {index} was recorded after the {condition.after} entries that this "
                    f"{pending.type} was decided on, and bears on it; nothing was recorded",
                    hint="read again, decide again, and sign anew",
                )
        return None

    def _met_by(self, condition: Condition) -> int | None:
        """The index of an entry that the condition says must not be there."""
        items: Sequence[Item] = condition.items or ((frozenset(), frozenset()),)
        for item in items:
            if self._recent.rules_out(item, condition.after):
                continue
            found = None
            if condition.after < self._start:
                found = self._queries.first_match(self._cursor, item, condition.after, self._start)
            if found is None:
                found = self._match_in_batch(item, condition.after)
            if found is not None:
                return found
        return None

    def _match_in_batch(self, item: Item, after: int) -> int | None:
        if not self.accepted:
            return None
        types, tags = item
        self._tag_accepted()
        if tags:
            rows: Sequence[int] = min((self._by_tag.get(tag, []) for tag in tags), key=len)
        else:
            rows = range(self._start, self._start + len(self.accepted))
        for index in rows:
            pending = self.accepted[index - self._start][0]
            if index >= after and (not types or pending.type in types) and tags <= {*pending.tags}:
                return index
        return None

    def _tag_accepted(self) -> None:
        """Index the tags of what was accepted since; without conditions nobody asks."""
        for at in range(self._tagged, len(self.accepted)):
            for tag in self.accepted[at][0].tags:
                self._by_tag[tag].append(self._start + at)
        self._tagged = len(self.accepted)
