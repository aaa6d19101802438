"""Erasing: what a recorded erasure promises, and carrying it out so that a crash loses nothing.

An erasure is a signed statement. It is recorded first, and only then carried out; until it is, the
record says more is gone than is, which the next opening puts right::

    1  values-erased/v1 is in the log
    2  data keys of the people concerned are replaced; the old ones stay readable
    3  the erased disclosures are deleted
    4  what remains is encrypted anew; then the old key is destroyed,
       or every key, when nothing of that person remains
    5  withdrawn envelopes are forgotten; leaf, place, tags and tombstone remain

Every step may be done twice. Replacing the key is what reaches the backups of the database: they
hold the erased values under a key that is no more, once the vault's own backups have expired.

What an erasure may say (checked when it is written, while the envelopes are still there): digests
that the entry really committed to; tombstones that repeat the envelope's own fields and tags; and
only types that both the charter and the catalogue call withdrawable.

Source: format §1a (values-erased), §3.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.disclosure import Disclosure
from ledger.disclosure import parse as parse_disclosure
from ledger.envelope import Envelope, parse_envelope
from ledger.errors import LedgerError, Refused
from ledger.keyring import Keyring
from ledger.owned import Erasure, Tombstone, read_erased
from ledger.records import StoredDisclosure, StoredEntry
from ledger.standing import opened
from ledger.statement import Statement, parse_statement
from ledger.store import Store
from ledger.types import VALUES_ERASED, Catalogue, TypeInfo, tags_of
from ledger.values import associated_data
from ledger.vault import Vault, decrypt, encrypt


def tombstone(envelope: Envelope, statement: Statement, info: TypeInfo | None) -> Tombstone:
    """The tombstone that an erasure must carry to withdraw this envelope."""
    return Tombstone(
        hash=envelope.hash,
        type=statement.type,
        author=statement.author,
        key=statement.key,
        seq=statement.seq,
        nonce=statement.nonce,
        payload_hash=statement.payload_hash,
        ids=tuple(sorted(tags_of(statement, info))),
    )


def check_erasure(
    statement: Statement, store: Store, keyring: Keyring, catalogue: Catalogue
) -> None:
    """Whether an erasure says only what is so.

    Raises ``Refused`` for an entry that is not there or was withdrawn before, a digest it never
    committed to, a type that may not be withdrawn, or a tombstone that differs from its envelope;
    ``Malformed`` for another shape.
    """
    erasure = read_erased(statement)
    for values in erasure.values:
        _, found = _present(store, values.entry)
        if foreign := sorted(set(values.digests) - set(found.sd)):
            raise Refused(
                f"erasure: envelope {values.entry} never committed to the digest {foreign[0]}; "
                "nothing was erased",
                step=9,
            )
    for stone in erasure.tombstones:
        _check_tombstone(stone, store, keyring, catalogue)


def finish_erasures(store: Store, vault: Vault) -> int:
    """Carry out what recorded erasures still owe; gives how many had something left.

    Safe to repeat. Raises ``StorageFailed`` when store or vault cannot be written.
    """
    found = store.matching([(frozenset({VALUES_ERASED}), frozenset())])
    owing = [erasure for erasure in map(_read, found) if _owes(erasure, store, vault)]
    for erasure in owing:
        carry_out(erasure, store, vault)
    for subject in vault.unsettled():
        _settle(subject, store, vault)
    return len(owing)


def carry_out(erasure: Erasure, store: Store, vault: Vault) -> None:
    """Steps 2–5 for one recorded erasure."""
    for subject in sorted(_subjects(erasure, store)):
        if vault.key_for(subject) is not None:
            vault.replace(subject)
    for values in erasure.values:
        store.delete_disclosures(values.entry, values.digests)
    for stone in erasure.tombstones:
        store.delete_disclosures(stone.hash)
    for subject in sorted({erasure.about, *vault.unsettled()}):
        _settle(subject, store, vault)
    for stone in erasure.tombstones:
        store.withdraw(stone.hash)


def reveal(value: StoredDisclosure, vault: Vault, origin: str) -> Disclosure:
    """The disclosure in a stored value; raises ``Refused`` when its data key was destroyed."""
    data = associated_data(origin, value.digest)
    keys = (vault.key_for(value.subject), vault.retiring_key(value.subject))
    last: LedgerError | None = None
    for key in keys:
        if key is None:
            continue
        try:
            found = parse_disclosure(decrypt(key, value.blob, data).decode("ascii"))
        except LedgerError as error:
            last = error
            continue
        if found.digest == value.digest:
            return found
    raise last or Refused(
        f"entry {value.index}: a value can no longer be read, for the data key of {value.subject} "
        "was destroyed; the signed statement still verifies"
    )


def _check_tombstone(
    stone: Tombstone, store: Store, keyring: Keyring, catalogue: Catalogue
) -> None:
    envelope, found = _present(store, stone.hash)
    info = catalogue.get(found.type)
    if found.type not in keyring.withdrawable or info is None or not info.withdrawable:
        raise Refused(
            f"erasure: an envelope of type {found.type} may not be withdrawn: the charter lists "
            f"{', '.join(sorted(keyring.withdrawable)) or 'no type'}",
            hint="erase its disclosed values instead; the statement itself stays",
        )
    true = tombstone(envelope, found, info)
    if true != stone:
        wrong = [name for name in true.as_body() if getattr(true, name) != getattr(stone, name)]
        raise Refused(
            f"erasure: the tombstone of {stone.hash} differs from its envelope in "
            f"{', '.join(wrong)}; nothing was erased",
            step=8,
        )


def _present(store: Store, envelope_hash: str) -> tuple[Envelope, Statement]:
    entry = store.by_hash(envelope_hash)
    if entry is None:
        raise Refused(f"erasure: no entry has the envelope {envelope_hash}; nothing was erased")
    if entry.envelope is None:
        raise Refused(f"erasure: the envelope of entry {entry.index} was withdrawn already")
    envelope = parse_envelope(entry.envelope)
    return envelope, parse_statement(envelope.payload)


def _read(entry: StoredEntry) -> Erasure:
    return read_erased(opened(entry)[1])


def _subjects(erasure: Erasure, store: Store) -> set[str]:
    """Whose data keys the erased rows lie under, as far as they are still there."""
    return {value.subject for value in _rows(erasure, store)}


def _rows(erasure: Erasure, store: Store) -> Iterable[StoredDisclosure]:
    for values in erasure.values:
        for row in store.disclosures(values.entry):
            if row.digest in values.digests:
                yield row
    for stone in erasure.tombstones:
        yield from store.disclosures(stone.hash)


def _owes(erasure: Erasure, store: Store, vault: Vault) -> bool:
    """Whether a recorded erasure was cut short."""
    if any(True for _ in _rows(erasure, store)):
        return True
    for stone in erasure.tombstones:
        entry = store.by_hash(stone.hash)
        if entry is not None and entry.envelope is not None:
            return True
    return vault.retiring_key(erasure.about) is not None


def _settle(subject: str, store: Store, vault: Vault) -> None:
    """Encrypt what remains of a subject under its newest key, and destroy all others."""
    key = vault.key_for(subject)
    if key is None:
        return
    if not store.disclosures_of(subject):
        vault.destroy(subject)
        return
    origin = store.origin

    def seal_anew(value: StoredDisclosure) -> bytes:
        found = reveal(value, vault, origin)
        return encrypt(key, found.text.encode("ascii"), associated_data(origin, value.digest))

    if vault.retiring_key(subject) is not None:
        store.reseal(subject, seal_anew)
        vault.settle(subject)
