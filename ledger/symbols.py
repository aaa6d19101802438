"""Key ids and type names, and the small numbers that stand for them inside one store.

A key id is 64 characters and random: as part of a key it would make the indexes wide and their
order random. The numbers never leave the store, are given under the head lock, and never change.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.database import Cursor
from ledger.sql import Statements


class Symbols:
    """The names and numbers of one ledger, as far as this process has met them."""

    def __init__(self, ledger_id: int, statements: Statements) -> None:
        self._ledger_id = ledger_id
        self._sql = statements
        self.numbers: dict[str, int] = {}
        self.names: dict[int, str] = {}
        #: Every name of the entries before it is known here.
        self.seen = 0

    def number(self, name: str, cursor: Cursor) -> int | None:
        """The number that stands for ``name``, None when no entry has it."""
        if name not in self.numbers:
            self.catch_up(cursor)
        return self.numbers.get(name)

    def allot(self, names: Iterable[str], cursor: Cursor) -> dict[str, int]:
        """A number for each name that has none yet, written under the head lock.

        The caller makes them known with ``learn`` once its transaction is committed: a number of a
        transaction that was rolled back would mean something else tomorrow.
        """
        missing = {name for name in names if name not in self.numbers}
        if not missing:
            return {}
        self.catch_up(cursor)
        unknown = sorted(missing - self.numbers.keys())
        new = {name: at for at, name in enumerate(unknown, max(self.names, default=0) + 1)}
        rows = [(self._ledger_id, number, name) for name, number in new.items()]
        cursor.executemany(self._sql.insert_symbol, rows)
        return new

    def learn(self, numbers: dict[str, int]) -> None:
        """Remember numbers that are committed."""
        for name, number in numbers.items():
            self.names[number] = name
            self.numbers[name] = number

    def catch_up(self, cursor: Cursor) -> None:
        """Read the numbers that other processes gave since."""
        cursor.execute(self._sql.symbols, (self._ledger_id, max(self.names, default=0)))
        self.learn({name: number for number, name in cursor.fetchall()})
