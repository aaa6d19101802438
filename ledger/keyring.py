"""Whose key may sign at which index: the fold of the statements that the ledger owns.

Trust rules (format §1a, §7 step 7), every one judged by index and never by a claimed time:

1. The charter is entry 0. It is signed by every founder key and the operator's event key; its
   origin is the ledger's; it opens its own ledger day, the UTC day of its ``at``.
2. ``key-enrolled``: the new key signs too. It counts for that statement's proof of possession and
   for every entry after it. A key id is enrolled once, and never again after it ended.
3. ``key-rotated``, ``operator-key-rotated``: signed by the old and the new key. The old key's last
   entry is this one; the new key stands in its place.
4. ``key-revoked``: this entry is the last the old key may sign. Entries of that key from
   ``suspect_from`` on are contested. The operator's event key is rotated, never revoked: without
   one no day can be opened and the ledger would stand still for ever.
5. ``day-opened``: signed by the operator's event key; the ledger day never goes back.
6. The primary key of a statement (``chain.key``) belongs to its author and is one of its signers.

The fold is all or nothing: a statement that breaks a rule raises and changes nothing.

Source: format §1 (chain, signers), §1a, §7 step 7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ledger.errors import LedgerError, Unverified
from ledger.keys import PublicKey
from ledger.owned import (
    Charter,
    NewKey,
    parse_day,
    read_charter,
    read_day,
    read_enrolled,
    read_revoked,
    read_rotated,
)
from ledger.statement import Statement
from ledger.tuples import NamedTuple
from ledger.types import (
    CHARTER,
    DAY_OPENED,
    KEY_ENROLLED,
    KEY_REVOKED,
    KEY_ROTATED,
    KEYRING_TYPES,
    OPERATOR_KEY_ROTATED,
)

_BRINGS_A_KEY: Final = frozenset({KEY_ENROLLED, KEY_ROTATED, OPERATOR_KEY_ROTATED})


class KeyRecord(NamedTuple):
    """One key ever enrolled.

    ``enrolled_at`` and ``revoked_at`` are indexes: the key may sign entries with
    ``enrolled_at < index <= revoked_at`` (and its enrolling entry, for proof of possession).
    ``via`` says how it came: charter, enrolled, rotated.
    """

    key_id: str
    public: PublicKey
    holder: str
    enrolled_at: int
    via: str
    revoked_at: int | None = None
    suspect_from: int | None = None

    def may_sign(self, index: int) -> bool:
        """Whether this key counts for the entry at ``index``, enrolling entry left aside."""
        return self.enrolled_at < index and (self.revoked_at is None or index <= self.revoked_at)


class _Change(NamedTuple):
    """What one statement does to the keyring."""

    records: tuple[KeyRecord, ...] = ()
    charter: Charter | None = None
    operator_key: str | None = None
    day: dt.date | None = None


class Keyring:
    """Keys, charter and ledger day as they stand after the entries applied so far.

    ``size`` is the number of entries seen, whether or not they were of the ledger's own types.
    """

    __slots__ = ("_keys", "charter", "charter_hash", "ledger_day", "operator_key", "size")

    def __init__(self) -> None:
        self._keys: dict[str, KeyRecord] = {}
        self.charter: Charter | None = None
        self.charter_hash: str = ""
        self.operator_key: str = ""
        self.ledger_day: dt.date | None = None
        self.size = 0

    @property
    def origin(self) -> str:
        """The origin the charter names, empty before the charter."""
        return self.charter.origin if self.charter else ""

    @property
    def log_vkey(self) -> str:
        """The verifier key of the log, empty before the charter."""
        return self.charter.log if self.charter else ""

    @property
    def withdrawable(self) -> frozenset[str]:
        """The types whose envelopes an erasure may withdraw."""
        return self.charter.withdrawable if self.charter else frozenset()

    def key(self, key_id: str) -> KeyRecord:
        """The record of a key ever enrolled; raises ``Unverified`` when there is none."""
        record = self._keys.get(key_id)
        if record is None:
            raise Unverified(f"key {key_id} was never enrolled", step=7)
        return record

    def get(self, key_id: str) -> KeyRecord | None:
        """The record of a key, or nothing."""
        return self._keys.get(key_id)

    def keys(self) -> Iterable[KeyRecord]:
        """Every key ever enrolled, in the order of enrolling."""
        return self._keys.values()

    def keys_of(self, holder: str) -> list[KeyRecord]:
        """The keys of one person or operator that may still sign, in the order of enrolling."""
        return [
            record
            for record in self._keys.values()
            if record.holder == holder and record.revoked_at is None
        ]

    def contested(self, key_id: str, index: int) -> bool:
        """Whether the entry at ``index`` by this key falls in the time it was perhaps not alone."""
        record = self._keys.get(key_id)
        if record is None or record.suspect_from is None:
            return False
        return record.suspect_from <= index

    def public_keys(self, statement: Statement) -> Mapping[str, PublicKey]:
        """The keys to verify a statement's signatures with: its signers, new ones included.

        Raises ``Unverified`` for a signer that nobody enrolled and ``Malformed`` for a new key
        that is no key. It says nothing about whether they may sign: see ``check_signers``.
        """
        known = self._keys
        brought: dict[str, PublicKey] | None = None
        found: dict[str, PublicKey] = {}
        for key_id in statement.signers:
            record = known.get(key_id)
            if record is not None:
                found[key_id] = record.public
                continue
            if brought is None:
                brought = {new.key_id: new.public for new in brought_keys(statement)}
            if key_id not in brought:
                raise Unverified(f"signer {key_id} was never enrolled", step=7)
            found[key_id] = brought[key_id]
        return found

    def check_signers(self, statement: Statement, index: int) -> None:
        """Step 7: every signer may sign the entry at ``index``, and the primary is the author's.

        Raises ``Unverified`` for a key that is unknown, enrolled later, or ended earlier, and
        for a primary key that is not the author's before this entry (format §1a: a new key
        proves possession, and speaks from the next entry on).
        """
        known = self._keys
        primary = statement.key
        author_holds = False
        for key_id in statement.signers:
            record = known.get(key_id)
            if record is None or not (
                record.enrolled_at < index
                and (record.revoked_at is None or index <= record.revoked_at)
            ):
                holder = self._newcomer(statement, key_id, index)
                # It proves that somebody has the new key, not that its holder says this: else
                # anyone could enrol a key of their own in another's name, signed by that key.
                vouches = statement.type == CHARTER
            else:
                holder, vouches = record.holder, True
            if key_id == primary:
                author_holds = vouches and holder == statement.author
        if not author_holds:
            self._refuse_primary(statement, index)

    def vouch(
        self, author: str, primary: str, signers: Sequence[str], between: tuple[int, int]
    ) -> bool:
        """Whether ``check_signers`` lets all entries pass that these signed ``between`` two.

        Requires that no entry there brings a key or moves one.
        """
        for signer in signers:
            record = self._keys.get(signer)
            if record is None or not all(map(record.may_sign, between)):
                return False
        return primary in signers and self._keys[primary].holder == author

    def check(self, index: int, statement: Statement) -> None:
        """Whether ``apply`` would accept this statement; changes nothing.

        Raises ``Unverified`` or ``Malformed`` with step 7 or 8.
        """
        if statement.type in KEYRING_TYPES or index == 0:
            self._change(index, statement)

    def apply(self, index: int, statement: Statement, envelope_hash: str = "") -> None:
        """Fold one entry; statements of other types only move ``size``.

        Raises as ``check`` does, and then nothing has changed but ``size``.
        """
        self.size = max(self.size, index + 1)
        if statement.type not in KEYRING_TYPES and index != 0:
            return
        change = self._change(index, statement)
        for record in change.records:
            self._keys[record.key_id] = record
        if change.charter is not None:
            self.charter = change.charter
            self.charter_hash = envelope_hash
        if change.operator_key is not None:
            self.operator_key = change.operator_key
        if change.day is not None:
            self.ledger_day = change.day

    def copy(self) -> Keyring:
        """A keyring that can be folded further without changing this one."""
        other = Keyring()
        other._keys = dict(self._keys)
        other.charter, other.charter_hash = self.charter, self.charter_hash
        other.operator_key, other.ledger_day = self.operator_key, self.ledger_day
        other.size = self.size
        return other

    def _change(self, index: int, statement: Statement) -> _Change:
        try:
            return self._judge(index, statement)
        except LedgerError as error:
            error.entry = index if error.entry is None else error.entry
            error.step = 7 if error.step is None else error.step
            raise

    def _judge(self, index: int, statement: Statement) -> _Change:
        kind = statement.type
        if (index == 0) != (kind == CHARTER):
            raise Unverified(
                f"entry {index}: the charter is entry 0 and nothing else is; found {kind}", step=7
            )
        if kind == CHARTER:
            return self._founded(statement)
        if kind == DAY_OPENED:
            return self._day(statement)
        if kind == KEY_ENROLLED:
            return _Change(records=(self._enrolled(index, read_enrolled(statement), statement),))
        if kind == KEY_REVOKED:
            return self._revoked(index, statement)
        return self._rotated(index, statement)

    def _founded(self, statement: Statement) -> _Change:
        charter = read_charter(statement)
        if charter.origin != statement.ledger:
            raise Unverified(
                f"charter: expected the origin {statement.ledger!r}, found {charter.origin!r}",
                step=8,
            )
        expected = {key.key_id for key in charter.keys}
        if set(statement.signers) != expected:
            raise Unverified(
                "charter: must be signed by every founder key and the operator's event key: "
                f"expected {len(expected)} signers, found {len(statement.signers)}, missing "
                f"{', '.join(sorted(expected - set(statement.signers))) or 'none'}",
                step=7,
            )
        return _Change(
            records=tuple(
                KeyRecord(new.key_id, new.public, new.holder, 0, "charter") for new in charter.keys
            ),
            charter=charter,
            operator_key=charter.operator_key,
            day=parse_day(statement.at[:10]),
        )

    def _day(self, statement: Statement) -> _Change:
        if self.operator_key not in statement.signers:
            raise Unverified(
                f"day-opened/v1: only the operator's event key {self.operator_key} can open a day",
                step=8,
            )
        day = read_day(statement)
        if self.ledger_day is not None and day < self.ledger_day:
            raise Unverified(
                f"day-opened/v1: the ledger day never goes back: it is {self.ledger_day}, "
                f"found {day}",
                step=8,
            )
        return _Change(day=day)

    def _enrolled(self, index: int, new: NewKey, statement: Statement) -> KeyRecord:
        if new.key_id in self._keys:
            raise Unverified(f"key {new.key_id} is enrolled already; a key is enrolled once")
        if new.key_id not in statement.signers:
            raise Unverified(f"{statement.type}: the new key {new.key_id} did not sign")
        if new.holder.startswith("operator:"):
            raise Unverified(
                "key-enrolled/v1: the operator has one event key at a time; rotate it instead"
            )
        return KeyRecord(new.key_id, new.public, new.holder, index, "enrolled")

    def _rotated(self, index: int, statement: Statement) -> _Change:
        rotation = read_rotated(statement)
        old = self.key(rotation.old)
        if old.key_id not in statement.signers or not old.may_sign(index):
            raise Unverified(f"{statement.type}: the old key {old.key_id} must sign, and could not")
        operators = old.key_id == self.operator_key
        if operators != (statement.type == OPERATOR_KEY_ROTATED):
            raise Unverified(
                f"{statement.type}: the operator's event key is rotated by operator-key-rotated/v1,"
                " every other key by key-rotated/v1"
            )
        new = rotation.new._replace(holder="")
        record = self._enrolled(index, new, statement)._replace(holder=old.holder, via="rotated")
        return _Change(
            records=(old._replace(revoked_at=index), record),
            operator_key=record.key_id if operators else None,
        )

    def _revoked(self, index: int, statement: Statement) -> _Change:
        revocation = read_revoked(statement)
        old = self.key(revocation.key_id)
        if old.revoked_at is not None:
            raise Unverified(f"key {old.key_id} ended at entry {old.revoked_at} already")
        if old.key_id == self.operator_key:
            raise Unverified("key-revoked/v1: the operator's event key is rotated, never revoked")
        suspect = revocation.suspect_from
        if suspect is not None and suspect > index:
            raise Unverified(
                f"key-revoked/v1: `suspect_from` {suspect} lies after the entry itself ({index})"
            )
        return _Change(records=(old._replace(revoked_at=index, suspect_from=suspect),))

    def _newcomer(self, statement: Statement, key_id: str, index: int) -> str:
        """The holder of a key that this very statement brings in; raises ``Unverified`` else."""
        record = self._keys.get(key_id)
        if record is None or record.enrolled_at == index:
            for new in brought_keys(statement):
                if new.key_id == key_id:
                    return new.holder
        if record is None:
            found = "it was never enrolled"
        elif record.enrolled_at >= index:
            found = f"it was enrolled at entry {record.enrolled_at}"
        else:
            found = f"its last entry was {record.revoked_at}"
        raise Unverified(f"key {key_id} may not sign entry {index}: {found}", step=7, entry=index)

    def _refuse_primary(self, statement: Statement, index: int) -> None:
        record = self._keys.get(statement.key)
        raise Unverified(
            f"entry {index}: the primary key {statement.key} must be one of the signers and belong "
            f"to the author {statement.author}; it belongs to "
            f"{record.holder if record else 'nobody'}",
            step=7,
            entry=index,
        )


def brought_keys(statement: Statement) -> tuple[NewKey, ...]:
    """The keys that a statement brings in, none for most; raises ``Malformed``."""
    if statement.type == CHARTER:
        return read_charter(statement).keys
    if statement.type == KEY_ENROLLED:
        return (read_enrolled(statement),)
    if statement.type in _BRINGS_A_KEY:
        return (read_rotated(statement).new,)
    return ()
