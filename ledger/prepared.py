"""One statement on PostgreSQL, prepared once for each connection and sent by libpq itself.

A cursor of psycopg adapts parameters and results of any kind. For the one statement that writes
nearly every entry that took as long as the server needed for it; its parameters are of three kinds
and its result is none:

    int      as text, for it is cast in the statement
    str      UTF-8 as bytes with a length: sent as text it would end at a NUL, and none would know
    bytes    as they are

Waiting is psycopg's, so an interrupted one cancels the statement. After a rollback psycopg lets go
of every prepared statement of a connection, ours among them; then it is prepared again. So it is
for use outside transactions, which an unknown name would end. Source: psycopg 3, ``psycopg.pq``
(libpq), ``Connection.wait``; PostgreSQL manual §34.4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any, Final
from weakref import WeakSet

#: Names of statements are those of a connection, and one store has several.
_NUMBERS: Final = count()
_TEXT: Final = 0
_BINARY: Final = 1


class Prepared:
    """A statement that gives no rows; called with a cursor and the parameters in their order."""

    def __init__(self, sql: str) -> None:
        places = count(1)
        self._sql = re.sub("%s", lambda _: f"${next(places)}", sql).encode()
        self._name = b"tallystick_%d" % next(_NUMBERS)
        self._known: WeakSet[Any] = WeakSet()

    def __call__(self, cursor: Any, parameters: Sequence[int | str | bytes | None]) -> None:
        """Execute it. Raises psycopg's errors, and UnicodeEncodeError for half a surrogate pair."""
        from psycopg.errors import InvalidSqlStatementName

        connection = cursor.connection
        values = [
            one.encode() if isinstance(one, str) else b"%d" % one if isinstance(one, int) else one
            for one in parameters
        ]
        formats = [_TEXT if isinstance(one, int) else _BINARY for one in parameters]
        if connection not in self._known:
            self._prepare(connection)
        try:
            self._send(connection, values, formats)
        except InvalidSqlStatementName:
            self._prepare(connection)
            self._send(connection, values, formats)

    def _prepare(self, connection: Any) -> None:
        connection.pgconn.send_prepare(self._name, self._sql)
        _finish(connection)
        self._known.add(connection)

    def _send(self, connection: Any, values: list[bytes | None], formats: list[int]) -> None:
        connection.pgconn.send_query_prepared(self._name, values, formats)
        _finish(connection)


def _finish(connection: Any) -> None:
    from psycopg import errors, generators

    for result in connection.wait(generators.execute(connection.pgconn)):
        if result.error_message:
            raise errors.error_from_result(result)
