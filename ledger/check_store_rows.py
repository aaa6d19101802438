"""The rows of a store as they are, for a check: no parsing, no caches, whatever stands in them.

``Store`` trusts what it wrote and may stop at a row that no writer makes; a check must go on and
name it. Every statement is read on its own, in spans, outside any transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, Table, and_, bindparam, exists, func, select
from sqlalchemy.dialects import registry

from ledger.schema import CHECKPOINT, DISCLOSURE, EVENT, EVENT_TAG, HEAD, SYMBOL, TILE
from ledger.store import Store

_FETCH: Final = 10_000


class StoreRows:
    """Raw access to the tables of one ledger."""

    def __init__(self, store: Store) -> None:
        self._database = store._database
        self._ledger_id = store._queries.ledger_id
        self._sql = _texts(self._database.engine.dialect.name)

    def head(self) -> tuple[object, object, int]:
        """Size and edge of the head row, and how many entries there are to read, all at once.

        That is one more than the highest index; when that is far beyond the number of rows, an
        index was altered, and it is the number of rows.
        """
        rows = self._all(self._sql["head"], self._ledger_id, self._ledger_id)
        if not rows:
            return None, None, 0
        highest, count, size, frontier = rows[0]
        entries = highest + 1 if isinstance(highest, int) else count
        return size, frontier, entries if 0 <= entries <= 2 * count + _FETCH else count

    def symbols(self) -> dict[int, str]:
        """The names of chains and types by the numbers that stand for them."""
        return dict(self._all(self._sql["symbols"]))

    def events(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """index, chain, seq, nonce, type, tags, leaf_hash, envelope of a span, by index."""
        return self._all(self._sql["events"], start, stop)

    def disclosures(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """index, digest, subject, blob of a span."""
        return self._all(self._sql["disclosures"], start, stop)

    def strays(self, table: Table, settled: int) -> int:
        """How many rows of ``table`` (event_tag, disclosure) stand at an index without an entry,
        or without a settled one.

        Of the index of tags only those outside the first ``settled`` entries are looked at: those
        within are compared one by one.
        """
        return int(self._all(self._sql[f"strays of {table.name}"], *_sized(table, settled))[0][0])

    def before_first(self) -> int:
        """How many rows of events stand at an index below 0."""
        return int(self._all(self._sql["before first"], 0)[0][0])

    def checkpoints(self) -> list[tuple[Any, ...]]:
        """size and note of the retained checkpoints, by size."""
        return self._all(self._sql["checkpoints"])

    def tiles(self) -> Iterator[tuple[Any, ...]]:
        """level, index and bytes of every stored tile."""
        return self._stream(self._sql["tiles"])

    def tag_index(self, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """tag, type and index of each row of the index of tags in a span; a scan of it all."""
        return self._stream(self._sql["tag index"], start, stop)

    def of_types(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """The envelopes whose type column is one of ``numbers``."""
        for number in numbers:
            for (envelope,) in self._stream(self._sql["of type"], number):
                if isinstance(envelope, bytes):
                    yield envelope

    def envelope(self, leaf: bytes) -> bytes | None:
        """The envelope of the first entry with this leaf hash, if it is there."""
        rows = self._all(self._sql["envelope"], leaf)
        return rows[0][0] if rows and isinstance(rows[0][0], bytes) else None

    def digests(self, leaf: bytes) -> list[str]:
        """The digests of the values kept for the entry with this leaf hash."""
        return [str(digest) for (digest,) in self._all(self._sql["digests"], leaf)]

    def _all(self, sql: str, *parameters: object) -> list[Any]:
        with self._database.reading() as cursor:
            cursor.execute(sql, (self._ledger_id, *parameters))
            return cursor.fetchall()

    def _stream(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        with self._database.reading() as cursor:
            cursor.execute(sql, (self._ledger_id, *parameters))
            while rows := cursor.fetchmany(_FETCH):
                yield from rows


@lru_cache(8)
def _texts(dialect: str) -> dict[str, str]:
    """Every statement in a dialect; the number of the ledger is always the first parameter."""
    # Parameters are given by place: the marks must be the driver's positional ones.
    made = registry.load(dialect)(paramstyle="qmark" if dialect == "sqlite" else "format")
    return {name: str(query().compile(dialect=made)) for name, query in _QUERIES.items()}


def _events() -> Select[Any]:
    columns = (
        EVENT.c.index,
        EVENT.c.chain,
        EVENT.c.seq,
        EVENT.c.nonce,
        EVENT.c.type,
        EVENT.c.tags,
        EVENT.c.leaf_hash,
        EVENT.c.envelope,
    )
    return select(*columns).where(_mine(EVENT), *_span(EVENT)).order_by(EVENT.c.index)


def _disclosures() -> Select[Any]:
    table = DISCLOSURE.c
    columns = select(table.index, table.digest, table.subject, table.blob)
    return columns.where(_mine(DISCLOSURE), *_span(DISCLOSURE)).order_by(table.index, table.digest)


def _head() -> Select[Any]:
    highest = select(func.max(EVENT.c.index)).where(_mine(EVENT)).scalar_subquery()
    count = select(func.count()).select_from(EVENT).where(_mine(EVENT)).scalar_subquery()
    return select(highest, count, HEAD.c.size, HEAD.c.frontier).where(_mine(HEAD))


def _strays(table: Table) -> Select[Any]:
    there = exists().where(EVENT.c.ledger_id == table.c.ledger_id, EVENT.c.index == table.c.index)
    strays = select(func.count()).select_from(table).where(_mine(table))
    if table is EVENT_TAG:  # its rows are written when entries are settled, and not before
        settled = select(HEAD.c.size).where(HEAD.c.ledger_id == table.c.ledger_id).scalar_subquery()
        there = there.where(EVENT.c.index < settled)
        strays = strays.where(~and_(*_span(table)))
    return strays.where(~there)


def _sized(table: Table, settled: int) -> tuple[int, ...]:
    return (0, settled) if table is EVENT_TAG else ()


def _tag_index() -> Select[Any]:
    columns = select(EVENT_TAG.c.tag, EVENT_TAG.c.type, EVENT_TAG.c.index)
    return columns.where(_mine(EVENT_TAG), *_span(EVENT_TAG))


def _digests() -> Select[Any]:
    same = (EVENT.c.ledger_id == DISCLOSURE.c.ledger_id) & (EVENT.c.index == DISCLOSURE.c.index)
    there = select(DISCLOSURE.c.digest).join(EVENT, same)
    return there.where(_mine(DISCLOSURE), EVENT.c.leaf_hash == _parameter("leaf"))


_QUERIES: Final[dict[str, Callable[[], Select[Any]]]] = {
    "head": _head,
    "events": _events,
    "disclosures": _disclosures,
    "digests": _digests,
    "tag index": _tag_index,
    "strays of event_tag": lambda: _strays(EVENT_TAG),
    "strays of disclosure": lambda: _strays(DISCLOSURE),
    "before first": lambda: (
        select(func.count())
        .select_from(EVENT)
        .where(_mine(EVENT), ~(EVENT.c.index >= _parameter("start")))
    ),
    "symbols": lambda: select(SYMBOL.c.number, SYMBOL.c.name).where(_mine(SYMBOL)),
    "checkpoints": lambda: (
        select(CHECKPOINT.c.size, CHECKPOINT.c.note)
        .where(_mine(CHECKPOINT))
        .order_by(CHECKPOINT.c.size)
    ),
    "tiles": lambda: select(TILE.c.level, TILE.c.index, TILE.c.bytes).where(_mine(TILE)),
    "of type": lambda: select(EVENT.c.envelope).where(
        _mine(EVENT), EVENT.c.type == _parameter("type")
    ),
    "envelope": lambda: select(EVENT.c.envelope).where(
        _mine(EVENT), EVENT.c.leaf_hash == _parameter("leaf")
    ),
}


def _parameter(name: str) -> Any:
    return bindparam(name)


def _mine(table: Table) -> Any:
    return table.c.ledger_id == _parameter("ledger")


def _span(table: Table) -> tuple[Any, Any]:
    return table.c.index >= _parameter("start"), table.c.index < _parameter("stop")
