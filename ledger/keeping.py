"""What a store keeps beside the entries: checkpoints, erasable values, and positions.

Disclosures and envelopes are the only things that are ever taken away, by a recorded erasure; the
leaf hash stays, and with it the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ledger.database import Broken
from ledger.envelope import leaf_entry
from ledger.errors import Conflict, Malformed
from ledger.reading import Reader
from ledger.records import StoredDisclosure
from ledger.tree import leaf_hash


class Keeper(Reader):
    """A reader that also keeps checkpoints, disclosures and positions."""

    def checkpoints(self) -> list[tuple[int, bytes]]:
        """Every retained checkpoint as (size, signed note), smallest first."""
        return self._all(self._queries.sql.checkpoints)

    def add_checkpoint(self, size: int, note: bytes) -> None:
        """Retain a signed checkpoint. Raises Conflict when one of that size is there."""
        try:
            self._change(self._queries.sql.add_checkpoint, size, note)
        except Broken as error:
            raise Conflict(f"a checkpoint of size {size} is retained already") from error

    def replace_checkpoint(self, size: int, note: bytes) -> None:
        """Retain a checkpoint in the place of the one of that size (it gained cosignatures)."""
        self._change(self._queries.sql.put_checkpoint, size, note)

    def disclosures(self, entry: int | str) -> list[StoredDisclosure]:
        """The erasable values of an entry, by its index or envelope hash, in order of digest."""
        return self._disclosed(self._queries.sql.disclosures, self._index(entry))

    def disclosures_of(self, subject: str) -> list[StoredDisclosure]:
        """Every value that is encrypted under the data key of ``subject``, in order of index."""
        return self._disclosed(self._queries.sql.disclosures_of, subject)

    def delete_disclosures(self, entry: int | str, digests: Iterable[str] | None = None) -> int:
        """Delete these values of an entry (all, when None); gives how many were there.

        Deleting again deletes nothing and is no error: an erasure can be taken up after a crash.
        """
        index = self._index(entry)
        found = {value.digest for value in self.disclosures(index)}
        gone = found if digests is None else found & set(digests)
        with self._database.writing() as cursor:
            for digest in sorted(gone):
                cursor.execute(
                    self._queries.sql.delete_disclosure, (self._queries.ledger_id, index, digest)
                )
        return len(gone)

    def reseal(self, subject: str, seal: Callable[[StoredDisclosure], bytes]) -> int:
        """Give every value of ``subject`` the blob that ``seal`` makes of it, in one transaction.

        For a data key that was replaced; gives how many values there were.
        """
        sql, ledger_id = self._queries.sql, self._queries.ledger_id
        with self._database.writing() as cursor:
            # Under the lock of the ledger: no append slips a value of the old key in between.
            self._queries.lock(cursor)
            cursor.execute(sql.disclosures_of, (ledger_id, subject))
            values = [StoredDisclosure(*row) for row in cursor.fetchall()]
            for value in values:
                place = (ledger_id, value.index, value.digest)
                cursor.execute(sql.set_disclosure, (subject, seal(value), *place))
        return len(values)

    def withdraw(self, envelope_hash: str) -> None:
        """Forget the bytes of an envelope; its leaf hash, place and columns stay."""
        leaf = leaf_hash(leaf_entry(envelope_hash))
        self._change(self._queries.sql.withdraw, leaf)

    def tracked(self, application: str) -> int | None:
        """How far ``application`` has been followed, None when it never was."""
        rows = self._all(self._queries.sql.tracked, application)
        return rows[0][0] if rows else None

    def count_tags(self) -> int:
        """How many rows the index of tags has: as many as the settled entries have tags."""
        count: int = self._all(self._queries.sql.count_tags)[0][0]
        return count

    def _index(self, entry: int | str) -> int:
        if isinstance(entry, int):
            return entry
        found = self.by_hash(entry)
        if found is None:
            raise Malformed(f"no entry has the envelope hash {entry}")
        return found.index

    def _disclosed(self, sql: str, key: int | str) -> list[StoredDisclosure]:
        return [StoredDisclosure(*row) for row in self._all(sql, key)]

    def _all(self, sql: str, *parameters: Any) -> list[Any]:
        with self._database.reading() as cursor:
            cursor.execute(sql, (self._queries.ledger_id, *parameters))
            return cursor.fetchall()

    def _change(self, sql: str, *parameters: Any) -> None:
        with self._database.writing() as cursor:
            cursor.execute(sql, (self._queries.ledger_id, *parameters))
