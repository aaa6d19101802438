"""A statement on its way in: parsed, matched with its disclosures, and made ready for the store.

Steps 1 and 9 of checking, and the columns that a store keeps beside an envelope. Nothing here
looks at the record: whether the statement may be written now is ``ledger.standing`` and
``ledger.admission``.

Source: format §1, §3; design «Store».
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ledger.disclosure import Disclosure
from ledger.envelope import PAYLOAD_TYPE, Envelope, parse_envelope
from ledger.errors import Conflict, LedgerError, Malformed, Refused
from ledger.owned import read_day
from ledger.records import Condition, Pending, StoredDisclosure
from ledger.statement import Statement, parse_statement
from ledger.store import Store
from ledger.types import DAY_OPENED, KEYRING_TYPES, Catalogue, TypeInfo, tags_of
from ledger.values import associated_data, match_all
from ledger.vault import Vault, decrypt, encrypt

_ANY_TYPE: Final[frozenset[str]] = frozenset()
_NO_TAG: Final[frozenset[str]] = frozenset()
_KEYRING_ITEM: Final = (KEYRING_TYPES, _NO_TAG)


class Item(NamedTuple):
    """One envelope with its disclosures, each with the subject whose data key encrypts it."""

    envelope: bytes
    disclosures: Sequence[tuple[Disclosure, str]] = ()


class Incoming(NamedTuple):
    """An item taken apart: ``values`` are (digest, subject, disclosure)."""

    envelope: Envelope
    statement: Statement
    info: TypeInfo
    values: tuple[tuple[str, str, Disclosure], ...] = ()


def receive(item: Item, catalogue: Catalogue) -> Incoming:
    """Steps 1 and 9 for an item.

    Raises ``Malformed``, ``Unverified`` when disclosures and digests do not match one to one, and
    ``Refused`` for a type that is not in the catalogue.
    """
    envelope = parse_envelope(item.envelope)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise Malformed(
            f"envelope: expected the payload type {PAYLOAD_TYPE}, found {envelope.payload_type}",
            step=1,
        )
    statement = parse_statement(envelope.payload)
    info = catalogue.get(statement.type)
    if info is None:
        raise Refused(
            f"the type {statement.type} is not known here; nothing was recorded",
            hint="write with the release that knows it",
        )
    return Incoming(envelope, statement, info, matched(statement, item.disclosures))


def matched(
    statement: Statement, disclosures: Sequence[tuple[Disclosure, str]]
) -> tuple[tuple[str, str, Disclosure], ...]:
    """Step 9 for what came with a statement: digest, subject and disclosure of each value.

    Raises ``Unverified`` when disclosures and digests do not match one to one.
    """
    if not statement.sd and not disclosures and "has" not in statement.body:
        return ()
    found = match_all(statement, [disclosure for disclosure, _ in disclosures])
    subjects = {disclosure.digest: subject for disclosure, subject in disclosures}
    return tuple((digest, subjects[digest], found[digest]) for digest in statement.sd)


def pending(
    incoming: Incoming,
    vault: Vault,
    seen: tuple[int, int] | None,
    conditions: Sequence[Condition] = (),
    keys: Mapping[str, bytes | None] | None = None,
    *,
    tags: Iterable[str] | None = None,
) -> Pending:
    """What goes to the store: columns, encrypted values, conditions.

    ``seen`` are the sizes at which the keyring and the chain were judged: an append fails when a
    key, charter or day entry came after the first, or an entry by the author after the second.
    Without it only ``conditions`` stand. ``keys`` are the data keys, and ``tags`` the tags, where
    the caller has them.
    """
    statement = incoming.statement
    if seen is not None:
        by_author = (_ANY_TYPE, frozenset((statement.author,)))
        own = (Condition((_KEYRING_ITEM,), seen[0]), Condition((by_author,), seen[1]))
        conditions = (*own, *conditions)
    return Pending(
        envelope=incoming.envelope.raw,
        type=statement.type,
        tags=tags_of(statement, incoming.info) if tags is None else tags,
        chain=statement.key,
        seq=statement.seq,
        nonce=statement.nonce,
        disclosures=sealed(incoming, vault, keys),
        conditions=tuple(conditions),
    )


def sealed(
    incoming: Incoming, vault: Vault, keys: Mapping[str, bytes | None] | None = None
) -> tuple[tuple[str, str, bytes], ...]:
    """The values of an item, each encrypted under the data key of its subject."""
    if not incoming.values:
        return ()
    if keys is None:
        keys = vault.keys_for({subject for _, subject, _ in incoming.values}, create=True)
    origin = incoming.statement.ledger
    return tuple(
        (digest, subject, _encrypted(keys[subject], disclosure, origin, digest))
        for digest, subject, disclosure in incoming.values
    )


def check_day(statement: Statement, ledger_day: dt.date | None, today: dt.date) -> None:
    """The ledger date (format §1): no write on a day that the operator has not opened.

    Raises ``Refused`` when ``today`` (UTC) lies after the ledger day, or when a day is opened
    that has not come, and ``Conflict`` when the ledger day lies after ``today``: at midnight
    another writer opened the next day, by which terms and expiries would be judged otherwise.
    """
    if ledger_day is not None and statement.type != DAY_OPENED:
        if ledger_day == today:
            return
        if ledger_day > today:
            raise Conflict(
                f"the ledger day is {ledger_day} by now, and this was decided on {today} (UTC); "
                "nothing was recorded",
                hint="decide again by the new day; if it has not come, set the clock right",
                step=8,
            )
    if statement.type == DAY_OPENED:
        if (day := read_day(statement)) > today:
            raise Refused(f"the day {day} has not come; today is {today} (UTC)", step=8)
        return
    if ledger_day is None:
        return  # the charter opens its own day
    raise Refused(
        f"the ledger day is {ledger_day} and today is {today} (UTC): only the operator's event key "
        "can open a day; nothing was recorded",
        hint="ask the operator to open the day, then record again",
        step=8,
    )


def _encrypted(key: bytes | None, disclosure: Disclosure, origin: str, digest: str) -> bytes:
    if key is None:
        raise Refused("the vault gave no data key, though it was asked to make one")
    return encrypt(key, disclosure.text.encode("ascii"), associated_data(origin, digest))


def seal_again(index: int, incoming: Incoming, store: Store, vault: Vault) -> None:
    """Encrypt the values of an entry again if a data key was replaced while it was written.

    An erasure replaces a person's key and re-encrypts what it finds; a value that arrives just
    then would be left under a key about to be destroyed, while its text is still at hand here.
    """
    texts = {digest: disclosure.text for digest, _, disclosure in incoming.values}
    origin = incoming.statement.ledger

    def readable(row: StoredDisclosure) -> bool:
        key = vault.key_for(row.subject)
        if key is None:
            return False
        try:
            decrypt(key, row.blob, associated_data(origin, row.digest))
        except LedgerError:
            return False
        return True

    def anew(row: StoredDisclosure) -> bytes:
        key = vault.key_for(row.subject, create=True)
        if row.index != index or key is None:
            return row.blob
        return encrypt(key, texts[row.digest].encode("ascii"), associated_data(origin, row.digest))

    for row in store.disclosures(index):
        if not readable(row):
            store.reseal(row.subject, anew)
