"""The tables of a store, and how an older database becomes a newer one.

Promise: one set of tables for SQLite and PostgreSQL; ``ledger_id`` stands in every key, so one
database holds many ledgers and can be split by it without another schema.

    ledger        origin → ledger_id; one origin is one tree, for ever
    ledger_head   how many entries are settled, and the edge of the tree of that size
    symbol        key ids and type names, written once and then meant by a small number
    event         one signed envelope, verbatim, with what is derived from it
    event_tag     the index of the tags in ``event.tags`` of settled entries, for consistency
                  boundaries
    tile          hash tiles as they are published: level 0 when full, upper levels as they grow
    checkpoint    retained signed checkpoints
    disclosure    erasable values, encrypted under the data key of ``subject``
    tracking      how far a process has followed another application

A migration only ever goes forward, under a lock, in one transaction; a database that a newer
release has written is refused. Source: design «Store».
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from ledger.errors import StorageFailed

SCHEMA_VERSION: Final = 2

METADATA: Final = MetaData()


def _ledger_id() -> Column[int]:
    return Column("ledger_id", Integer, primary_key=True, autoincrement=False)


def _key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


SCHEMA = Table("tallystick_schema", METADATA, Column("version", Integer, nullable=False))

LEDGER = Table(
    "ledger",
    METADATA,
    Column("ledger_id", Integer, primary_key=True, autoincrement=True),
    Column("origin", Text, nullable=False, unique=True),
)

HEAD = Table(
    "ledger_head",
    METADATA,
    _ledger_id(),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

SYMBOL = Table(
    "symbol",
    METADATA,
    _ledger_id(),
    _key("number", Integer()),
    Column("name", Text, nullable=False),
    UniqueConstraint("ledger_id", "name", name="symbol_name"),
)

EVENT = Table(
    "event",
    METADATA,
    _ledger_id(),
    _key("index", BigInteger()),
    Column("chain", Integer),
    Column("seq", BigInteger),
    Column("nonce", Text),
    Column("type", Integer, nullable=False),
    Column("tags", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("envelope", LargeBinary),
    Index("event_chain", "ledger_id", "chain", "seq", unique=True),
    Index("event_nonce", "ledger_id", "nonce", unique=True),
    Index("event_leaf_hash", "ledger_id", "leaf_hash"),
    Index("event_type", "ledger_id", "type", "index"),
)

EVENT_TAG = Table(
    "event_tag",
    METADATA,
    _ledger_id(),
    _key("tag", Text()),
    _key("type", Integer()),
    _key("index", BigInteger()),
    sqlite_with_rowid=False,
)

TILE = Table(
    "tile",
    METADATA,
    _ledger_id(),
    _key("level", Integer()),
    _key("index", BigInteger()),
    Column("bytes", LargeBinary, nullable=False),
)

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    _ledger_id(),
    _key("size", BigInteger()),
    Column("note", LargeBinary, nullable=False),
)

DISCLOSURE = Table(
    "disclosure",
    METADATA,
    _ledger_id(),
    _key("index", BigInteger()),
    _key("digest", Text()),
    Column("subject", Text, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Index("disclosure_subject", "ledger_id", "subject"),
)

TRACKING = Table(
    "tracking",
    METADATA,
    _ledger_id(),
    _key("application", Text()),
    Column("position", BigInteger, nullable=False),
)


def _create(connection: Connection) -> None:
    METADATA.create_all(connection)


def _let_the_head_lag(connection: Connection) -> None:
    """From here on the newest entries may lie beyond the head row (``ledger.settling``).

    No table changes; a release that knows version 1 would write over them, and is refused.
    """
    beyond = connection.execute(
        select(func.count())
        .select_from(EVENT.join(HEAD, EVENT.c.ledger_id == HEAD.c.ledger_id))
        .where(EVENT.c.index >= HEAD.c.size)
    ).scalar_one()
    if beyond:
        raise StorageFailed(
            f"the database says that it has schema version 1, in which the head row counts every "
            f"entry, and {beyond} lie beyond it; nothing was changed",
            hint="the database was altered outside tally: put back the newest backup",
        )


#: What makes version n out of version n-1. A step, once released, is never edited.
MIGRATIONS: Final[Mapping[int, Callable[[Connection], None]]] = {
    1: _create,
    2: _let_the_head_lag,
}


def migrate(connection: Connection, *, create: bool) -> None:
    """Bring the tables to ``SCHEMA_VERSION``; the caller holds the lock and commits.

    Raises StorageFailed when a newer release has written this database, or when it has no tables
    and none are to be made (``create`` is False).
    """
    found = version(connection)
    if not found and not create:
        raise StorageFailed(
            "the database holds no ledger", hint="create the ledger first, or mend the address"
        )
    if found > SCHEMA_VERSION:
        raise StorageFailed(
            f"the database has schema version {found}, and this release knows versions up to "
            f"{SCHEMA_VERSION}; nothing was changed",
            hint="open it with the release that wrote it, or a later one",
        )
    for step in range(found + 1, SCHEMA_VERSION + 1):
        MIGRATIONS[step](connection)
    if found < SCHEMA_VERSION:
        connection.execute(SCHEMA.delete())
        connection.execute(SCHEMA.insert().values(version=SCHEMA_VERSION))


def version(connection: Connection) -> int:
    """The schema version the database has, 0 when it has no tables of ours.

    Raises StorageFailed when what stands there is no version: SQLite keeps whatever is written.
    """
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    found = connection.execute(text("SELECT max(version) FROM tallystick_schema")).scalar()
    if found is None:
        return 0
    if type(found) is not int or found < 0:
        raise StorageFailed(
            f"the schema version of the database is {found!r:.60}, which is no version (expected a "
            f"number up to {SCHEMA_VERSION}); nothing was changed",
            hint="the database was altered outside tally: put back the newest backup",
        )
    return found
