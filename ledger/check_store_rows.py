"""The rows of a store as they are, for a check: no parsing, no caches, whatever stands in them.

``Store`` trusts what it wrote and may stop at a row that no writer makes; a check must go on and
name it. Every statement is read on its own, in spans, outside any transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Select, Table, bindparam, exists, func, select

from ledger.schema import CHECKPOINT, DISCLOSURE, EVENT, EVENT_TAG, HEAD, SYMBOL, TILE
from ledger.store import Store

_FETCH: Final = 10_000


class StoreRows:
    """Raw access to the tables of one ledger."""

    def __init__(self, store: Store) -> None:
        self._database = store._database
        self._ledger_id = store._queries.ledger_id
        ledger, start, stop = _parameter("ledger"), _parameter("start"), _parameter("stop")
        make = self._database.compile
        span = (EVENT.c.index >= start, EVENT.c.index < stop)
        self._events = make(
            select(
                EVENT.c.index,
                EVENT.c.chain,
                EVENT.c.seq,
                EVENT.c.nonce,
                EVENT.c.type,
                EVENT.c.tags,
                EVENT.c.leaf_hash,
                EVENT.c.envelope,
            )
            .where(EVENT.c.ledger_id == ledger, *span)
            .order_by(EVENT.c.index)
        )
        self._disclosures = make(
            select(DISCLOSURE.c.index, DISCLOSURE.c.digest, DISCLOSURE.c.subject, DISCLOSURE.c.blob)
            .where(
                DISCLOSURE.c.ledger_id == ledger,
                DISCLOSURE.c.index >= start,
                DISCLOSURE.c.index < stop,
            )
            .order_by(DISCLOSURE.c.index, DISCLOSURE.c.digest)
        )
        self._head = make(
            select(
                select(func.max(EVENT.c.index))
                .where(EVENT.c.ledger_id == ledger)
                .scalar_subquery(),
                HEAD.c.size,
                HEAD.c.frontier,
            ).where(HEAD.c.ledger_id == bindparam("again"))
        )
        self._make = make

    def head(self) -> tuple[object, object, int]:
        """Size and edge of the head row, and the highest index there is (-1 when none), at once."""
        rows = self._all(self._head, self._ledger_id)
        if not rows:
            return None, None, -1
        highest, size, frontier = rows[0]
        return size, frontier, -1 if not isinstance(highest, int) else highest

    def symbols(self) -> dict[int, str]:
        """The names of chains and types by the numbers that stand for them."""
        query = select(SYMBOL.c.number, SYMBOL.c.name).where(_mine(SYMBOL))
        return dict(self._all(self._make(query)))

    def events(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """index, chain, seq, nonce, type, tags, leaf_hash, envelope of a span, by index."""
        return self._all(self._events, start, stop)

    def disclosures(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """index, digest, subject, blob of a span."""
        return self._all(self._disclosures, start, stop)

    def strays(self, table: Table) -> int:
        """How many rows of ``table`` (with an index column) stand at an index without an entry."""
        there = exists().where(
            EVENT.c.ledger_id == table.c.ledger_id, EVENT.c.index == table.c.index
        )
        query = select(func.count()).select_from(table).where(_mine(table), ~there)
        return int(self._all(self._make(query))[0][0])

    def checkpoints(self) -> list[tuple[Any, ...]]:
        """size and note of the retained checkpoints, by size."""
        query = select(CHECKPOINT.c.size, CHECKPOINT.c.note).where(_mine(CHECKPOINT))
        return self._all(self._make(query.order_by(CHECKPOINT.c.size)))

    def tiles(self) -> Iterator[tuple[Any, ...]]:
        """level, index and bytes of every stored tile."""
        return self._stream(select(TILE.c.level, TILE.c.index, TILE.c.bytes).where(_mine(TILE)))

    def tag_index(self, size: int) -> Iterator[tuple[Any, ...]]:
        """tag, type and index of each row of the index of tags below ``size``."""
        query = select(EVENT_TAG.c.tag, EVENT_TAG.c.type, EVENT_TAG.c.index)
        return self._stream(query.where(_mine(EVENT_TAG), _before(EVENT_TAG.c.index)), size)

    def of_types(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """The envelopes whose type column is one of ``numbers``."""
        wanted = [_parameter(f"type{at}") for at in range(len(numbers))]
        query = select(EVENT.c.envelope).where(_mine(EVENT), EVENT.c.type.in_(wanted))
        for (envelope,) in self._stream(query, *numbers):
            if isinstance(envelope, bytes):
                yield envelope

    def envelope(self, leaf: bytes) -> bytes | None:
        """The envelope of the first entry with this leaf hash, if it is there."""
        query = select(EVENT.c.envelope).where(_mine(EVENT), EVENT.c.leaf_hash == bindparam("leaf"))
        rows = self._all(self._make(query), leaf)
        return rows[0][0] if rows and isinstance(rows[0][0], bytes) else None

    def digests(self, leaf: bytes) -> list[str]:
        """The digests of the values kept for the entry with this leaf hash."""
        query = (
            select(DISCLOSURE.c.digest)
            .join(
                EVENT,
                (EVENT.c.ledger_id == DISCLOSURE.c.ledger_id)
                & (EVENT.c.index == DISCLOSURE.c.index),
            )
            .where(_mine(DISCLOSURE), EVENT.c.leaf_hash == bindparam("leaf"))
        )
        return [str(digest) for (digest,) in self._all(self._make(query), leaf)]

    def _all(self, sql: str, *parameters: object) -> list[Any]:
        with self._database.reading() as cursor:
            cursor.execute(sql, (self._ledger_id, *parameters))
            return cursor.fetchall()

    def _stream(self, query: Select[Any], *parameters: object) -> Iterator[tuple[Any, ...]]:
        with self._database.reading() as cursor:
            cursor.execute(self._make(query), (self._ledger_id, *parameters))
            while rows := cursor.fetchmany(_FETCH):
                yield from rows


def _parameter(name: str) -> Any:
    return bindparam(name)


def _mine(table: Any) -> Any:
    return table.c.ledger_id == bindparam("ledger")


def _before(column: Any) -> Any:
    return column < bindparam("size")
