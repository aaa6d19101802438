"""The statements a store sends, built once from the tables and kept as text.

Compiling a Core statement costs more than running it, so each is compiled when the store is
opened (or when its shape is first asked for) and then goes to the driver as it is. Parameters are
positional, in the order in which they stand in the text; the ledger's number comes first but in
an UPDATE, where what is set comes first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ledger.database import Database
from ledger.schema import (
    CHECKPOINT,
    DISCLOSURE,
    EVENT,
    EVENT_TAG,
    HEAD,
    LEDGER,
    SYMBOL,
    TILE,
    TRACKING,
)

_ENTRY: Final = (
    EVENT.c.index,
    EVENT.c.chain,
    EVENT.c.seq,
    EVENT.c.nonce,
    EVENT.c.type,
    EVENT.c.tags,
    EVENT.c.leaf_hash,
    EVENT.c.envelope,
)
_DISCLOSURE: Final = (
    DISCLOSURE.c.index,
    DISCLOSURE.c.digest,
    DISCLOSURE.c.subject,
    DISCLOSURE.c.blob,
)


def p(name: str) -> Any:
    """A parameter; its name is for the reader of the text alone."""
    return bindparam(name)


def _mine(table: Table) -> ColumnElement[bool]:
    return bool_(table.c.ledger_id == p("ledger"))


def bool_(clause: Any) -> ColumnElement[bool]:
    """``clause`` as the boolean expression it is (column comparisons are typed as Any)."""
    expression: ColumnElement[bool] = clause
    return expression


def _unnest(table: Table, name: str) -> Any:
    """The elements of an array parameter, as rows of this column."""
    array = postgresql.ARRAY(table.c[name].type)
    return func.unnest(bindparam(f"{table.name}_{name}", type_=array))


class Statements:
    """Every statement of the store, as text in the dialect of ``database``."""

    def __init__(self, database: Database) -> None:
        self._make = database.compile
        self._send = database.sender
        self._inserter = database.inserter
        self._limit = f"\nLIMIT {database.placeholder}"
        self._insert_or: Any = (
            sqlite.insert if database.engine.dialect.name == "sqlite" else postgresql.insert
        )
        #: Indexes of the entries that match an item with so many types and tags, in a span.
        self.matching = lru_cache(256)(self._matching)
        #: Entries at so many given indexes.
        self.entries_at = lru_cache(32)(self._entries_at)
        self._lock_class = database.lock_class
        self._open()
        self._append()
        self._find()
        self._keep()

    def _open(self) -> None:
        self.ledger = self._make(select(LEDGER.c.ledger_id).where(LEDGER.c.origin == p("origin")))
        self.add_ledger = self._make(
            self._insert_or(LEDGER)
            .values(origin=p("origin"))
            .on_conflict_do_nothing(index_elements=["origin"])
        )
        self.add_head = self._make(
            self._insert_or(HEAD)
            .values(ledger_id=p("ledger"), size=p("size"), frontier=p("frontier"))
            .on_conflict_do_nothing(index_elements=["ledger_id"])
        )
        self.symbols = self._make(
            select(SYMBOL.c.number, SYMBOL.c.name).where(
                _mine(SYMBOL), SYMBOL.c.number > p("number")
            )
        )

    def _append(self) -> None:
        self._next()
        highest = EVENT.alias("highest")
        newest = and_(
            EVENT.c.ledger_id == HEAD.c.ledger_id,
            EVENT.c.index
            == select(func.max(highest.c.index))
            .where(highest.c.ledger_id == HEAD.c.ledger_id)
            .scalar_subquery(),
        )
        #: How far everything is derived, and the newest entry, as they stand at one moment.
        self.head = self._make(
            select(HEAD.c.size, HEAD.c.frontier, EVENT.c.index, EVENT.c.leaf_hash)
            .select_from(HEAD.outerjoin(EVENT, newest))
            .where(_mine(HEAD))
        )
        self.settled = self._make(select(HEAD.c.size).where(_mine(HEAD)))
        self.tail = self._make(
            select(EVENT.c.index, EVENT.c.type, EVENT.c.tags, EVENT.c.leaf_hash)
            .where(_mine(EVENT), EVENT.c.index >= p("start"), EVENT.c.index < p("stop"))
            .order_by(EVENT.c.index)
        )
        self.set_head = self._make(
            update(HEAD).values(size=p("size"), frontier=p("frontier")).where(_mine(HEAD))
        )
        self.insert_events = self._inserter(EVENT)
        self.insert_tags = self._inserter(EVENT_TAG)
        self.insert_disclosures = self._inserter(DISCLOSURE)
        self.insert_symbol = self._make(insert(SYMBOL))
        self.put_tile = self._make(self._put(TILE, "bytes"))
        put = self._insert_or(TRACKING).values({c.name: p(c.name) for c in TRACKING.columns})
        self.track = self._make(
            put.on_conflict_do_update(
                index_elements=["ledger_id", "application"],
                set_={"position": put.excluded.position},
                where=TRACKING.c.position < put.excluded.position,
            ).returning(TRACKING.c.position)
        )
        self.tracked = self._make(
            select(TRACKING.c.position).where(
                _mine(TRACKING), TRACKING.c.application == p("application")
            )
        )

    def _next(self) -> None:
        """The statements that write an entry after the newest, if that is the one given.

        Parameters: ledger; ledger, index and leaf hash of the newest; the other columns of the
        entry. When another is the newest by now, the index is NULL or taken, and a rule of the
        table refuses the row. Writers who lock the ledger for longer are waited for.
        """
        newest = EVENT.alias("newest")
        known = and_(
            newest.c.ledger_id == p("newest_ledger"),
            newest.c.index == p("newest_index"),
            newest.c.leaf_hash == p("newest_leaf_hash"),
        )
        after = select(newest.c.index + literal_column("1")).where(known)
        self.lock: str | None = None
        if self._lock_class is not None:
            number: Any = literal_column(str(self._lock_class))
            ledger = bindparam("ledger", type_=Integer)
            self.lock = self._make(select(func.pg_advisory_xact_lock(number, ledger)))
            shared = func.pg_advisory_xact_lock_shared(number, newest.c.ledger_id).alias("shared")
            after = after.select_from(newest.join(shared, literal_column("TRUE")))
        columns = {c.name: bindparam(c.name, type_=c.type) for c in EVENT.columns}
        event = insert(EVENT).inline().values(columns | {"index": after.scalar_subquery()})
        self.insert_next = self._send(event)
        #: The same with the values of the entry, where a round trip costs more than a long
        #: statement: arrays of digests, subjects and blobs follow.
        self.insert_next_with_values: str | None = None
        if self._lock_class is not None:
            made = event.returning(EVENT.c.ledger_id, EVENT.c.index).cte("made")
            kept = ("digest", "subject", "blob")
            rows = (_unnest(DISCLOSURE, name) for name in kept)
            values = insert(DISCLOSURE).from_select(
                ["ledger_id", "index", *kept], select(made.c.ledger_id, made.c.index, *rows)
            )
            self.insert_next_with_values = self._make(values)

    def _find(self) -> None:
        entry = select(*_ENTRY).where(_mine(EVENT))
        place = select(EVENT.c.index, EVENT.c.leaf_hash).where(_mine(EVENT))
        span = and_(EVENT.c.index >= p("start"), EVENT.c.index < p("stop"))
        nonce = EVENT.c.nonce == p("nonce")
        link = and_(EVENT.c.chain == p("chain"), EVENT.c.seq == p("seq"))
        in_order = EVENT.c.index
        self.entry = self._make(entry.where(EVENT.c.index == p("index")))
        self.entries = self._make(entry.where(span).order_by(in_order))
        self.leaf_hashes = self._make(
            select(EVENT.c.leaf_hash).where(_mine(EVENT), span).order_by(in_order)
        )
        self.envelopes = self._make(
            select(EVENT.c.leaf_hash, EVENT.c.envelope).where(_mine(EVENT), span).order_by(in_order)
        )
        self.by_nonce = self._make(entry.where(nonce))
        self.place_by_nonce = self._make(place.where(nonce))
        self.by_leaf_hash = self._make(
            entry.where(EVENT.c.leaf_hash == p("leaf")).order_by(in_order)
        )
        self.in_chain = self._make(entry.where(link))
        self.place_in_chain = self._make(place.where(link))
        self.chain_end = self._make(
            select(func.max(EVENT.c.seq)).where(_mine(EVENT), EVENT.c.chain == p("chain"))
        )
        part = entry.where(
            EVENT.c.chain == p("chain"), EVENT.c.seq >= p("first"), EVENT.c.seq <= p("last")
        )
        self.chain = self._make(part.order_by(EVENT.c.seq)) + self._limit
        self.chain_backwards = self._make(part.order_by(EVENT.c.seq.desc())) + self._limit

    def _keep(self) -> None:
        self.tile = self._make(
            select(TILE.c.bytes).where(
                _mine(TILE), TILE.c.level == p("level"), TILE.c.index == p("index")
            )
        )
        self.checkpoints = self._make(
            select(CHECKPOINT.c.size, CHECKPOINT.c.note)
            .where(_mine(CHECKPOINT))
            .order_by(CHECKPOINT.c.size)
        )
        self.put_checkpoint = self._make(self._put(CHECKPOINT, "note"))
        self.add_checkpoint = self._make(insert(CHECKPOINT))
        found = select(*_DISCLOSURE).where(_mine(DISCLOSURE))
        one = and_(
            DISCLOSURE.c.ledger_id == p("ledger"),
            DISCLOSURE.c.index == p("index"),
            DISCLOSURE.c.digest == p("digest"),
        )
        self.disclosures = self._make(
            found.where(DISCLOSURE.c.index == p("index")).order_by(DISCLOSURE.c.digest)
        )
        self.disclosures_of = self._make(
            found.where(DISCLOSURE.c.subject == p("subject")).order_by(
                DISCLOSURE.c.index, DISCLOSURE.c.digest
            )
        )
        self.delete_disclosure = self._make(delete(DISCLOSURE).where(one))
        self.set_disclosure = self._make(
            update(DISCLOSURE).values(subject=p("subject"), blob=p("blob")).where(one)
        )
        self.withdraw = self._make(
            update(EVENT)
            .values(envelope=literal_column("NULL"))
            .where(_mine(EVENT), EVENT.c.leaf_hash == p("leaf"))
        )
        self.count_tags = self._make(
            select(func.count()).select_from(EVENT_TAG).where(_mine(EVENT_TAG))
        )
        self.has_tag = self._make(
            select(literal_column("1")).where(
                exists().where(
                    _mine(EVENT_TAG),
                    EVENT_TAG.c.tag == p("tag"),
                    EVENT_TAG.c.type == p("type"),
                    EVENT_TAG.c.index == p("index"),
                )
            )
        )

    def _put(self, table: Table, column: str) -> Any:
        """Insert a row, or give ``column`` of the row that is there its new value."""
        put = self._insert_or(table).values({c.name: p(c.name) for c in table.columns})
        return put.on_conflict_do_update(
            index_elements=[c.name for c in table.primary_key], set_={column: put.excluded[column]}
        )

    def _matching(self, types: int, tags: int) -> str:
        """Parameters: ledger, start, stop, types, first tag, ledger and tag of each other, limit.

        The rarest tag should come first: its entries are the ones that are looked at.
        """
        table = EVENT_TAG if tags else EVENT
        wanted: Select[Any] = select(table.c.index).where(
            _mine(table), table.c.index >= p("start"), table.c.index < p("stop")
        )
        if types:
            wanted = wanted.where(table.c.type.in_([p(f"type{n}") for n in range(types)]))
        if tags:
            wanted = wanted.where(EVENT_TAG.c.tag == p("tag"))
        for n in range(1, tags):
            other = EVENT_TAG.alias(f"tag{n}")
            wanted = wanted.where(
                exists().where(
                    other.c.ledger_id == p(f"ledger{n}"),
                    other.c.tag == p(f"tag{n}"),
                    other.c.type == EVENT_TAG.c.type,
                    other.c.index == EVENT_TAG.c.index,
                )
            )
        return self._make(wanted.order_by(table.c.index)) + self._limit

    def _entries_at(self, count: int) -> str:
        return self._make(
            select(*_ENTRY)
            .where(_mine(EVENT), EVENT.c.index.in_([p(f"index{n}") for n in range(count)]))
            .order_by(EVENT.c.index)
        )
