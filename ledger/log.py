"""The ledger: the one door through which statements are recorded.

    with Ledger.create(url, origin, catalogue, vault) as ledger:
        ledger.record(charter, today=today)
        ledger.record(envelope, [(disclosure, person)], today=today)
        note = ledger.make_checkpoint(log_key)

Promise: nothing is recorded that an audit would find wrong in steps 1–9. Whether somebody is
allowed to say a thing by the rules of the domain is not judged here: that judgement comes in as
``conditions``, which say that nothing it rests on has changed since.

A write goes through the steps of format §7 in this order, all but the last outside the
transaction:

    1  parse envelope and statement; an unknown type is refused
    9  disclosures match the digests one to one
    7  signatures; keys enrolled and not ended
    8  origin, ledger day, anchor, chain
       append, under the condition that no key, charter or day entry and nothing by the author came
       since; when something did, catch up and judge again, a few times

A statement recorded before, byte for byte, gives its first receipt again.

Source: format §1–§4; design «One way through», «Store».
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from ledger.admission import verify_signatures
from ledger.checkpoint import Checkpoint, HighWaterMark, parse_checkpoint, sign_checkpoint
from ledger.disclosure import Disclosure
from ledger.erasure import carry_out, check_erasure, finish_erasures
from ledger.errors import Conflict, LedgerError, Refused, StorageFailed
from ledger.group_commit import GroupCommitter
from ledger.intake import Incoming, Item, check_day, pending, receive, seal_again
from ledger.keys import SigningKey
from ledger.log_import import import_all
from ledger.log_read import LedgerReader
from ledger.note import VerifierKey
from ledger.owned import read_erased
from ledger.records import Condition, Pending, Receipt
from ledger.statement import Statement
from ledger.store import Store
from ledger.types import CHARTER, VALUES_ERASED, Catalogue
from ledger.vault import Vault

#: How often a write is judged anew because the keys or the author's chain moved meanwhile.
ATTEMPTS: Final = 8


class Ledger(LedgerReader):
    """One ledger; safe to share between threads. Close it, or use it in a ``with``.

    ``high_water`` guards against a database put back from an old backup. What several threads
    record at the same time is written in one transaction.
    """

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        vault: Vault,
        *,
        high_water: HighWaterMark | None = None,
    ) -> None:
        super().__init__(store, catalogue, vault)
        self._mark = high_water
        self._group = GroupCommitter(store)
        self._marked: tuple[int, bytes] | None = None
        self._guard()
        self.finish_erasures()

    @classmethod
    def create(
        cls,
        url: str,
        origin: str,
        catalogue: Catalogue,
        vault: Vault,
        *,
        high_water: Path | None = None,
    ) -> Self:
        """A new ledger in the database at ``url``; its first statement must be the charter.

        Raises ``Refused`` when that ledger has entries already.
        """
        store = Store.open(url, origin, create=True)
        if store.head().size:
            store.close()
            raise Refused(
                f"the ledger {origin} is there already; nothing was changed", hint="open it instead"
            )
        return cls._over(store, catalogue, vault, high_water)

    @classmethod
    def open(
        cls,
        url: str,
        origin: str,
        catalogue: Catalogue,
        vault: Vault,
        *,
        high_water: Path | None = None,
    ) -> Self:
        """The ledger ``origin`` in the database at ``url``; unfinished erasures are finished.

        Raises ``StorageFailed`` when it is not there, or is behind its high-water mark.
        """
        return cls._over(Store.open(url, origin), catalogue, vault, high_water)

    @classmethod
    def _over(
        cls, store: Store, catalogue: Catalogue, vault: Vault, high_water: Path | None
    ) -> Self:
        try:
            mark = None if high_water is None else HighWaterMark(high_water)
            return cls(store, catalogue, vault, high_water=mark)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Close the database. The vault is the caller's."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(
        self,
        envelope: bytes,
        disclosures: Sequence[tuple[Disclosure, str]] = (),
        conditions: Sequence[Condition] = (),
        *,
        today: dt.date,
        tracking: tuple[str, int] | None = None,
    ) -> Receipt:
        """Record one signed statement; durable when this returns.

        ``disclosures`` pairs each value with the subject whose data key encrypts it (a person, or
        the origin); ``today`` is the UTC day. Raises ``Malformed``, ``Unverified``, ``Refused``
        (unknown type, day not opened, an erasure that says what is not so), ``Conflict`` (a
        condition, the chain, the nonce) and ``StorageFailed``. When it raises, nothing is recorded.
        """
        incoming = receive(Item(envelope, disclosures), self.catalogue)
        receipt = self._record(incoming, conditions, today, tracking)
        if incoming.values and not receipt.duplicate:
            seal_again(receipt.index, incoming, self.store, self.vault)
        if incoming.statement.type == VALUES_ERASED:
            carry_out(read_erased(incoming.statement), self.store, self.vault)
        return receipt

    def record_many(
        self,
        items: Iterable[Item],
        *,
        today: dt.date,
        chunk: int = 2000,
        workers: int | None = None,
        since: int | None = None,
    ) -> list[Receipt]:
        """Record many statements in order, ``chunk`` a transaction; gives their receipts.

        Signatures are verified in parallel. Statements recorded before give their first receipt,
        so an import that was cut short is taken up by running it again. At the first statement
        that may not be recorded it stops and raises: the chunks before stand, its own does not.

        ``since`` is the size at which a rule judged all of them: when anything else was recorded
        after it, ``Conflict`` is raised instead of writing on what is no longer the newest.
        """
        return import_all(self, items, today, chunk=chunk, workers=workers, since=since)

    def erase(
        self,
        envelope: bytes,
        disclosures: Sequence[tuple[Disclosure, str]] = (),
        conditions: Sequence[Condition] = (),
        *,
        today: dt.date,
    ) -> Receipt:
        """Record a ``values-erased/v1`` and carry it out.

        Raises as ``record`` does, and ``Refused`` for a statement of another type. When the
        process dies in between, the next opening carries on.
        """
        statement = receive(Item(envelope, disclosures), self.catalogue).statement
        if statement.type != VALUES_ERASED:
            raise Refused(f"only values-erased/v1 erases; this is {statement.type}")
        return self.record(envelope, disclosures, conditions, today=today)

    def finish_erasures(self) -> int:
        """Carry out what recorded erasures still owe; gives how many did. Safe to repeat."""
        return finish_erasures(self.store, self.vault)

    def make_checkpoint(self, log_key: SigningKey) -> bytes:
        """Sign the tree as it stands, under the head lock, and retain the note.

        At a size that has a checkpoint already that one is given, with its cosignatures. Raises
        ``Refused`` for a key that is not the one the charter names, and for an empty ledger.
        """
        self._check_log_key(log_key)
        made: list[tuple[int, bytes]] = []

        def sign(size: int, _outcomes: object) -> None:
            head = self.store.head()
            if head.size != size:
                raise StorageFailed(f"the head moved from {size} to {head.size} under its lock")
            self._guard(head.size, head.root)
            checkpoint = Checkpoint(self.origin, head.size, head.root)
            note = sign_checkpoint(checkpoint, self.origin, log_key)
            if self._mark is not None:
                self._mark.raise_to(head.size, head.root)
            made.append((size, note))

        self.store.append([], before_commit=sign)
        size, note = made[0]
        return self._retain(size, note)

    def _retain(self, size: int, note: bytes) -> bytes:
        try:
            self.store.add_checkpoint(size, note)
        except Conflict:
            for known, kept in self.store.checkpoints():
                if known == size:
                    if parse_checkpoint(kept).root != parse_checkpoint(note).root:
                        raise StorageFailed(
                            f"the checkpoint retained at size {size} has another root than the "
                            "store; one of the two was altered"
                        ) from None
                    return kept
            raise
        return note

    def _check_log_key(self, log_key: SigningKey) -> None:
        vkey = self.keyring().log_vkey
        if not vkey:
            raise Refused("an empty ledger has no checkpoint; record the charter first")
        if VerifierKey.parse(vkey).public != log_key.public:
            raise Refused(f"the charter names the log key {vkey}; this is another one")

    def _record(
        self,
        incoming: Incoming,
        conditions: Sequence[Condition],
        today: dt.date,
        tracking: tuple[str, int] | None,
    ) -> Receipt:
        verified = False
        for attempt in range(1, ATTEMPTS + 1):
            size = self._standing.size  # before the keyring: see Standing
            try:
                if not verified:
                    verify_signatures(incoming.envelope, incoming.statement, self._standing.keyring)
                    verified = True
                chain_seen = self._judge(incoming.statement, size, today)
                waiting = pending(incoming, self.vault, (size, chain_seen), conditions)
                receipt = self._append(waiting, tracking)
            except StorageFailed:
                raise
            except LedgerError:
                # Recorded before, or judged by what is no longer the newest? Else it stands.
                if earlier := self._recorded(incoming):
                    return earlier
                if not self._standing.catch_up() or attempt == ATTEMPTS:
                    raise
                continue
            if not receipt.duplicate:
                self._standing.learn(receipt, incoming.statement)
            return receipt
        raise Conflict("the record moved too often while this was written")  # pragma: no cover

    def _judge(self, statement: Statement, size: int, today: dt.date) -> int:
        """Steps 7 and 8; gives the size at which the chain's link holds."""
        standing = self._standing
        self._guard_mark()
        if size == 0 and statement.type != CHARTER:
            raise Refused("an empty ledger begins with its charter; nothing was recorded", step=8)
        if statement.ledger != self.origin:
            raise Refused(
                f"the statement is for the ledger {statement.ledger}, and this is {self.origin}",
                step=8,
            )
        admission = standing.admission
        admission.admit(size, statement)
        check_day(statement, admission.keyring.ledger_day, today)
        if statement.type == VALUES_ERASED:
            check_erasure(statement, self.store, admission.keyring, self.catalogue)
        return standing.link(statement)

    def _append(self, waiting: Pending, tracking: tuple[str, int] | None) -> Receipt:
        if tracking is None:
            return self._group.submit(waiting)
        [outcome] = self.store.append([waiting], tracking=tracking)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _recorded(self, incoming: Incoming) -> Receipt | None:
        """The receipt of the same bytes recorded earlier."""
        entry = self.store.by_nonce(incoming.statement.nonce)
        if entry is None or entry.envelope != incoming.envelope.raw:
            return None
        return Receipt(entry.index, entry.leaf_hash, duplicate=True)

    def _guard(self, size: int | None = None, root: bytes | None = None) -> None:
        """Refuse a store that is behind its high-water mark, or beside it."""
        if self._mark is None:
            return
        if size is None or root is None:
            head = self.store.head()
            size, root = head.size, head.root
        self._mark.guard(size, root, self.root_at)
        self._marked = self._mark.read()

    def _guard_mark(self) -> None:
        """Before each append: another process may have raised the mark beyond this store."""
        if self._mark is not None and self._mark.read() != self._marked:
            self._guard()
