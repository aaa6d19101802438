"""Making a bundle: which entries are about a person, and which keys must be known to trust them.

The keys needed are those of everyone who signed an entry about the person, of the operator who
signs the count, and of everyone who signed the entries that enrolled or ended those keys, until
nothing new is needed. Day openings are left out: nothing in a bundle rests on them.

Disclosed values enclosed are the person's own and those about nobody; other people's are not.

Source: format §6.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledger.bundle_form import Bundle, BundleEntry, encode_bundle, is_person, public_keys
from ledger.checkpoint import parse_checkpoint
from ledger.count import Count, digest_of, sign_count
from ledger.envelope import parse_envelope
from ledger.errors import Refused
from ledger.keyring import Keyring, brought_keys
from ledger.owned import read_revoked, read_rotated
from ledger.statement import Statement, parse_statement
from ledger.tree import inclusion_proof
from ledger.types import (
    DAY_OPENED,
    KEY_REVOKED,
    KEY_ROTATED,
    KEYRING_TYPES,
    OPERATOR_KEY_ROTATED,
)

if TYPE_CHECKING:
    from ledger.keys import SigningKey
    from ledger.log import Ledger


def make_bundle(
    ledger: Ledger, person: str, operator_key: SigningKey, policy: str | None = None
) -> bytes:
    """The bundle about ``person`` as of the newest checkpoint kept, its count signed here.

    Entries after that checkpoint are not in it: make a checkpoint first. Raises ``Refused`` when
    there is none, when ``person`` is no person's id, or when the key is not the operator's.
    """
    if not is_person(person):
        raise Refused(f"a bundle is about one person; {person!r} is not an id of a person")
    note = ledger.newest_checkpoint()
    if note is None:
        raise Refused(
            "there is no checkpoint yet, and a bundle rests on one", hint="make a checkpoint first"
        )
    checkpoint = parse_checkpoint(note)
    size = checkpoint.size
    about = [entry.index for entry in ledger.about(person, before=size)]
    kept = _with_keys(ledger, about, size)
    keyring = _fold(ledger, kept)
    if operator_key.key_id != keyring.operator_key:
        raise Refused(
            f"the count is signed by the operator's event key {keyring.operator_key}, found "
            f"{operator_key.key_id}"
        )
    count = Count(ledger.origin, size, checkpoint.root, person, len(about), digest_of(about))
    entries, disclosures = _collect(ledger, sorted({*about, *kept}), size, person)
    return encode_bundle(
        Bundle(
            origin=ledger.origin,
            checkpoint=note,
            entries=entries,
            disclosures=disclosures,
            keys=public_keys(keyring.keys()),
            count=sign_count(count, operator_key),
            policy=policy,
        )
    )


def _collect(
    ledger: Ledger, indexes: Iterable[int], size: int, person: str
) -> tuple[tuple[BundleEntry, ...], tuple[tuple[str, str], ...]]:
    entries: list[BundleEntry] = []
    disclosures: list[tuple[str, str]] = []
    read = ledger.hash_reader()
    for index in indexes:
        entry = ledger.entry(index)
        proof = tuple(inclusion_proof(index, size, read))
        if entry.envelope is None:
            entries.append(BundleEntry(index, None, ledger.withdrawn_hash(index), proof))
            continue
        entries.append(BundleEntry(index, entry.envelope, None, proof))
        name = parse_envelope(entry.envelope).hash
        disclosures.extend(
            (name, disclosure.text)
            for disclosure, subject in ledger.disclosures(index)
            if subject in (person, ledger.origin)
        )
    return tuple(entries), tuple(disclosures)


def _with_keys(ledger: Ledger, about: list[int], size: int) -> list[int]:
    """Indexes of the charter and the key entries that the entries ``about`` rest on."""
    key_entries = _key_entries(ledger, size)
    touching: dict[str, list[int]] = {}
    for index, statement in key_entries.items():
        for key_id in _touches(statement):
            touching.setdefault(key_id, []).append(index)
    needed = {0, *(i for i, s in key_entries.items() if s.type == OPERATOR_KEY_ROTATED)}
    waiting = [key for index in about for key in _signers(ledger, index)]
    waiting += [key for index in needed for key in key_entries[index].signers]
    seen: set[str] = set()
    while waiting:
        key_id = waiting.pop()
        if key_id in seen:
            continue
        seen.add(key_id)
        for index in touching.get(key_id, ()):
            needed.add(index)
            statement = key_entries[index]
            waiting += [*statement.signers, *_touches(statement)]
    return sorted(needed)


def _key_entries(ledger: Ledger, size: int) -> dict[int, Statement]:
    types = KEYRING_TYPES - {DAY_OPENED}
    return {
        entry.index: parse_statement(parse_envelope(entry.envelope).payload)
        for entry in ledger.of_types(types, before=size)
        if entry.envelope is not None
    }


def _signers(ledger: Ledger, index: int) -> tuple[str, ...]:
    envelope = ledger.entry(index).envelope
    if envelope is None:
        return ()
    return parse_statement(parse_envelope(envelope).payload).signers


def _touches(statement: Statement) -> tuple[str, ...]:
    """The keys that begin or end with a key entry."""
    brought = tuple(new.key_id for new in brought_keys(statement))
    if statement.type == KEY_REVOKED:
        return (read_revoked(statement).key_id,)
    if statement.type in (KEY_ROTATED, OPERATOR_KEY_ROTATED):
        return (*brought, read_rotated(statement).old)
    return brought


def _fold(ledger: Ledger, indexes: Iterable[int]) -> Keyring:
    keyring = Keyring()
    for index in indexes:
        envelope = ledger.entry(index).envelope
        if envelope is not None:
            parsed = parse_envelope(envelope)
            keyring.apply(index, parse_statement(parsed.payload), parsed.hash)
    return keyring
