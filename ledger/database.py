"""The two databases a store can lie in, and what each needs to keep what was acknowledged.

Promise: when a transaction returns, its rows survive the death of the process and of the machine;
readers never wait for writers; no exception of a driver leaves this room.

    SQLite      journal WAL, synchronous FULL, foreign keys on; BEGIN IMMEDIATE takes the write
                lock at once. The driver's own transactions stay off (``isolation_level=None``):
                it would begin lazily, after the first read, on a head that is already stale.
    PostgreSQL  autocommit outside our own BEGIN … COMMIT, ``synchronous_commit = on``; migrations
                under an advisory lock, so that many may start on an empty database together.

Connections are kept and handed out last in, first out. Source: sqlite.org/wal.html,
sqlite.org/pragma.html#pragma_synchronous; PostgreSQL manual, §30.3 and §13.3.5.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.sql.expression import ClauseElement

from ledger.errors import Refused, StorageFailed
from ledger.schema import migrate

_BUSY_SECONDS: Final = 60.0
#: Pages of write-ahead log before they are moved into the database file (32 MB): a page that many
#: commits touch is moved once.
_WAL_PAGES: Final = 8192
_MIGRATION_LOCK: Final = 7_459_210_331


class Cursor(Protocol):
    """What the store asks of a driver's cursor."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any: ...
    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchmany(self, size: int, /) -> list[Any]: ...
    def fetchall(self) -> list[Any]: ...
    def close(self) -> None: ...


class Broken(Exception):
    """A unique key or another rule of the tables refused a row; the transaction was rolled back."""


class Database(ABC):
    """One database: connections, transactions, and the text of statements in its dialect."""

    begin_write: str
    placeholder: str
    where: str

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

    @contextlib.contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor outside any transaction: each statement sees what is committed."""
        with self._connection() as connection, self.translated("read"):
            cursor = connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A cursor in one write transaction: committed at the end, rolled back on any exception.

        Raises Broken when a rule of the tables refuses a row, StorageFailed for all else.
        """
        with self._connection() as connection, self.translated("written"):
            cursor = connection.cursor()
            cursor.execute(self.begin_write)
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(self.driver_errors[0]):
                    cursor.execute("ROLLBACK")
                raise
            finally:
                cursor.close()

    @contextlib.contextmanager
    def translated(self, what: str) -> Iterator[None]:
        """Turn the driver's errors into ours: no caller should need to know which database."""
        failed, refused = self.driver_errors
        try:
            yield
        except refused as error:
            raise Broken(str(error)) from error
        except (failed, SQLAlchemyError) as error:
            raise StorageFailed(
                f"{self.where} could not be {what}: {str(error).splitlines()[0]}",
                hint="what was acknowledged still holds; see to the database and try again",
            ) from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Any]:
        if self._closed:
            raise StorageFailed(f"{self.where} is closed")
        try:
            connection = self._idle.pop()
        except IndexError:
            with self.translated("opened"):
                connection = self.connect()
        try:
            yield connection
        except (StorageFailed, GeneratorExit):
            connection.close()
            raise
        except BaseException:
            self._give_back(connection)
            raise
        self._give_back(connection)

    def _give_back(self, connection: Any) -> None:
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
    connection.execute("PRAGMA cache_size=-16000")


class PostgresDatabase(Database):
    """A store in a PostgreSQL database; needs the extra ``tallystick[postgres]``."""

    begin_write = "BEGIN"
    placeholder = "%s"

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
        self.where = f"PostgreSQL database {url.render_as_string(hide_password=True)}"
        super().__init__(
            create_engine(
                url.set(drivername="postgresql+psycopg"), poolclass=NullPool, paramstyle="format"
            )
        )

    @property
    def driver_errors(self) -> tuple[type[Exception], type[Exception]]:
        return self._psycopg.Error, self._psycopg.IntegrityError

    def connect(self) -> Any:
        return self._psycopg.connect(
            self._conninfo, autocommit=True, options="-c synchronous_commit=on"
        )

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
