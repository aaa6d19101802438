"""The two databases a store can lie in, and what each needs to keep what was acknowledged.

Promise: when a transaction returns, its rows survive the death of the process and of the machine;
readers never wait for writers; no exception of a driver leaves this room.

    SQLite      journal WAL, synchronous FULL, foreign keys on; BEGIN IMMEDIATE takes the write
                lock at once. The driver's own transactions stay off (``isolation_level=None``):
                it would begin lazily, after the first read, on a head that is already stale.
    PostgreSQL  autocommit outside our own BEGIN … COMMIT, ``synchronous_commit = on``, isolation
                ``read committed`` whatever the server is set to; migrations
                under an advisory lock, so that many may start on an empty database together; a
                transaction that writes holds the advisory lock of its ledger.

Connections are kept and handed out last in, first out. Source: sqlite.org/wal.html,
sqlite.org/pragma.html#pragma_synchronous; PostgreSQL manual, §30.3 and §13.3.5.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import URL, Engine, NullPool, Table, create_engine, insert, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.sql.expression import ClauseElement

from ledger.errors import Malformed, Refused, StorageFailed
from ledger.prepared import Prepared
from ledger.schema import migrate

_BUSY_SECONDS: Final = 60.0
#: Pages of write-ahead log before they are moved into the database file (32 MB): a page that many
#: commits touch is moved once.
_WAL_PAGES: Final = 8192
_MIGRATION_LOCK: Final = 7_459_210_331
#: The first half of the advisory lock of a ledger; its number is the other.
_LEDGER_LOCK: Final = 745_921_034


class Cursor(Protocol):
    """What the store asks of a driver's cursor."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any: ...
    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchmany(self, size: int, /) -> list[Any]: ...
    def fetchall(self) -> list[Any]: ...
    def close(self) -> None: ...


Rows = Sequence[Sequence[object]]
Inserter = Callable[[Cursor, Rows], None]
#: Sends one statement, which gives no rows, with its parameters.
Sender = Callable[[Cursor, Sequence[Any]], None]


class Broken(Exception):
    """A unique key or another rule of the tables refused a row; the transaction was rolled back."""


class Database(ABC):
    """One database: connections, transactions, and the text of statements in its dialect."""

    begin_write: str
    placeholder: str
    where: str
    #: What the locks of ledgers are known by; None where a write transaction excludes all others.
    lock_class: int | None = None

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._idle: deque[Any] = deque()
        self._closed = False

    @abstractmethod
    def connect(self) -> Any:
        """A new connection of the driver, set up as the module docstring says."""

    @property
    @abstractmethod
    def driver_errors(self) -> tuple[type[Exception], type[Exception]]:
        """The driver's base error and its error for a row that breaks a rule of the tables."""

    @abstractmethod
    def migrate(self, *, create: bool) -> None:
        """Bring the tables to this release's version, making them only when ``create``."""

    def compile(self, statement: ClauseElement) -> str:
        """The text of ``statement`` in this dialect, with positional parameters."""
        return str(statement.compile(dialect=self.engine.dialect))

    @abstractmethod
    def inserter(self, table: Table) -> Inserter:
        """A function that inserts rows, given in the order of the columns, into ``table``."""

    def sender(self, statement: ClauseElement) -> Sender:
        """A function that sends a statement which gives no rows, as directly as can be."""
        sql = self.compile(statement)

        def send(cursor: Cursor, parameters: Sequence[Any]) -> None:
            cursor.execute(sql, parameters)

        return send

    def reading(self) -> Reading:
        """A cursor outside any transaction: each statement sees what is committed."""
        return Reading(self)

    def writing(self) -> Writing:
        """A cursor in one write transaction: committed at the end, rolled back on any exception.

        Raises Broken when a rule of the tables refuses a row, StorageFailed for all else.
        """
        return Writing(self, "written")

    def writing_once(self) -> Reading:
        """A cursor for one statement that writes and is a transaction by itself."""
        return Reading(self, "written")

    @contextlib.contextmanager
    def translated(self, what: str) -> Iterator[None]:
        """Turn the driver's errors into ours: no caller should need to know which database."""
        try:
            yield
        except Exception as error:
            if (ours := self.translate(error, what)) is None:
                raise
            raise ours from error

    def translate(self, error: BaseException, what: str) -> Exception | None:
        """Our error for one of the driver, SQLAlchemy or a value no column takes; else None."""
        failed, refused = self.driver_errors
        if isinstance(error, refused):
            return Broken(str(error))
        if isinstance(error, (failed, SQLAlchemyError)):
            return StorageFailed(
                f"{self.where} could not be {what}: {str(error).partition(chr(10))[0]}",
                hint="what was acknowledged still holds; see to the database and try again",
            )
        if isinstance(error, (OverflowError, UnicodeError)):
            return Malformed(f"a value does not fit the tables: {error}; nothing was recorded")
        return None

    def take(self) -> Any:
        """An idle connection, or a new one. Raises StorageFailed."""
        if self._closed:
            raise StorageFailed(f"{self.where} is closed")
        try:
            return self._idle.pop()
        except IndexError:
            with self.translated("opened"):
                return self.connect()

    def give_back(self, connection: Any) -> None:
        """Keep a connection for the next who asks."""
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close every connection; one still in use is closed when it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()


class Reading:
    """The block in which a connection is lent out for reading.

    A class, not a generator: this and ``Writing`` stand around every single statement.
    """

    __slots__ = ("_connection", "_cursor", "_database", "_lost", "_what")

    def __init__(self, database: Database, what: str = "read") -> None:
        self._database = database
        self._what = what
        self._lost = False

    def __enter__(self) -> Cursor:
        self._connection = self._database.take()
        cursor: Cursor = self._connection.cursor()
        self._cursor = cursor
        return cursor

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._finish(error)

    def _finish(self, error: BaseException | None) -> None:
        """Give the connection back; raise our error for the driver's, after which it is closed."""
        ours = None if error is None else self._database.translate(error, self._what)
        if self._lost or isinstance(ours, StorageFailed):
            self._connection.close()
        else:
            self._cursor.close()
            self._database.give_back(self._connection)
        if ours is not None:
            raise ours from error


class Writing(Reading):
    """The block of one write transaction."""

    __slots__ = ()

    def __enter__(self) -> Cursor:
        cursor = super().__enter__()
        try:
            cursor.execute(self._database.begin_write)
        except BaseException as error:
            self._finish(error)
            raise
        return cursor

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            try:
                self._cursor.execute("COMMIT")
            except BaseException as failure:
                self._roll_back()
                self._finish(failure)
                raise
        else:
            self._roll_back()
        self._finish(error)

    def _roll_back(self) -> None:
        try:
            self._cursor.execute("ROLLBACK")
        except self._database.driver_errors[0]:
            # SQLite may have rolled back by itself; what is left of the connection is not trusted.
            self._lost = True


class SqliteDatabase(Database):
    """A store in one SQLite file (and its ``-wal`` and ``-shm`` beside it while it is open)."""

    begin_write = "BEGIN IMMEDIATE"
    placeholder = "?"

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise Refused(
                "a ledger needs a file: an SQLite database in memory is gone with its process",
                hint="give a URL like sqlite:///ledger.db",
            )
        self.path = Path(url.database)
        self.where = f"SQLite database {self.path}"
        super().__init__(create_engine("sqlite://", creator=self.connect, poolclass=NullPool))

    @property
    def driver_errors(self) -> tuple[type[Exception], type[Exception]]:
        return sqlite3.Error, sqlite3.IntegrityError

    def inserter(self, table: Table) -> Inserter:
        sql = self.compile(insert(table))

        def insert_rows(cursor: Cursor, rows: Rows) -> None:
            if len(rows) == 1:
                cursor.execute(sql, rows[0])
            else:
                cursor.executemany(sql, rows)

        return insert_rows

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _set_up_sqlite(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def migrate(self, *, create: bool) -> None:
        if not create and not self.path.exists():
            raise StorageFailed(
                f"{self.where} does not exist", hint="create the ledger first, or mend the path"
            )
        with self.translated("migrated"), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            migrate(connection, create=create)
            connection.commit()


def _set_up_sqlite(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            break
        except sqlite3.OperationalError as error:
            # Two first connections may both switch the mode; SQLite does not wait for that lock.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    if mode != "wal":
        raise sqlite3.OperationalError(f"journal mode is {mode}, and the ledger needs wal")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_WAL_PAGES}")
    connection.execute("PRAGMA cache_size=-32000")


class PostgresDatabase(Database):
    """A store in a PostgreSQL database; needs the extra ``tallystick[postgres]``."""

    begin_write = "BEGIN"
    placeholder = "%s"
    lock_class = _LEDGER_LOCK

    def __init__(self, url: URL) -> None:
        try:
            import psycopg
        except ImportError as error:  # pragma: no cover - the extra is installed in development
            raise Refused(
                "PostgreSQL needs the driver psycopg, which is not installed",
                hint="pip install 'tallystick[postgres]'",
            ) from error
        self._psycopg = psycopg
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        # A password may stand among the parameters too: they are left out of every message.
        shown = url.set(query={}).render_as_string(hide_password=True)
        self.where = f"PostgreSQL database {shown}"
        super().__init__(
            create_engine(
                url.set(drivername="postgresql+psycopg"), poolclass=NullPool, paramstyle="format"
            )
        )

    @property
    def driver_errors(self) -> tuple[type[Exception], type[Exception]]:
        return self._psycopg.Error, self._psycopg.IntegrityError

    def connect(self) -> Any:
        # What a server is set to otherwise: with one picture for a whole transaction, an append
        # would read the record as it was before it waited for the lock.
        settings = (
            "-c synchronous_commit=on -c client_encoding=UTF8 "
            r"-c default_transaction_isolation=read\ committed"
        )
        return self._psycopg.connect(self._conninfo, autocommit=True, options=settings)

    def sender(self, statement: ClauseElement) -> Sender:
        return Prepared(self.compile(statement))

    def inserter(self, table: Table) -> Inserter:
        types = [column.type.compile(self.engine.dialect) for column in table.columns]
        # A column with nulls goes as text, so that its type is the one named here; bytes go as
        # they are, and not in the hexadecimal text form.
        arrays = ", ".join(f"{'%b' if kind == 'BYTEA' else '%s'}::{kind}[]" for kind in types)
        start = self.compile(insert(table)).partition("VALUES")[0]
        sql = f"{start} SELECT * FROM unnest({arrays})"  # noqa: S608 - of our tables' names alone

        def insert_rows(cursor: Cursor, rows: Rows) -> None:
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])

        return insert_rows

    def migrate(self, *, create: bool) -> None:
        with self.translated("migrated"), self.engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            migrate(connection, create=create)


def open_database(url: str) -> Database:
    """The database behind ``url`` (``sqlite:///file`` or ``postgresql://…``), not yet touched.

    Raises Refused when the URL is of no kind that a ledger can lie in.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Refused("the database URL cannot be read", hint="sqlite:///ledger.db") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return SqliteDatabase(parsed)
    if backend in ("postgresql", "postgres"):
        return PostgresDatabase(parsed)
    raise Refused(
        f"a ledger cannot lie in a database of kind «{backend}»",
        hint="use sqlite:///file or postgresql://…",
    )
