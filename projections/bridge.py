"""Between the two rooms that do not know each other: domain events, ledger statements.

``catalogue`` hands the ledger the fixed list of types (format section 1a); ``to_act`` reads a
verified statement as the act that a rule judges: who signed it by holder instead of by key, under
which grants, on which ledger day. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from domain import catalogue as rules
from domain.act import Act
from domain.refusal import NotAnEvent
from domain.values import On
from ledger.keyring import Keyring, brought_keys
from ledger.owned import Tombstone
from ledger.statement import Statement
from ledger.types import CHARTER, LEDGER_TYPES, Catalogue, TypeInfo

_TYPED_ID = re.compile(r"[a-z][a-z-]*:[a-z2-7]{26}")


@cache
def catalogue() -> Catalogue:
    """Give every type the ledger may meet: composites, audience, whether it is withdrawable."""
    types: dict[str, TypeInfo] = {}
    for name, event in rules.EVENTS.items():
        owned = LEDGER_TYPES.get(name)
        types[name] = TypeInfo(
            name=name,
            composites=tuple(event.composites),
            # The ledger's own types are public whatever the domain says: without them a stranger
            # could not tell an erasure from an omission.
            public=event.public or (owned is not None and owned.public),
            withdrawable=event.withdrawable,
            values=dict(event.values),
        )
    return {**LEDGER_TYPES, **types}


def to_act(
    statement: Statement, keyring: Keyring, *, hash: str, index: int, today: str
) -> Act[Any]:
    """Give the statement as an act; ``today`` is the ledger date at ``index``, YYYY-MM-DD.

    Raises ``domain.refusal.NotAnEvent`` when the body is not an event of its type, and
    ``Unverified`` for a signer that nobody enrolled.
    """
    holders = holders_of(statement, keyring)
    under: dict[str, str] = {}
    for key, grant in statement.under.items():
        if key not in holders:
            raise NotAnEvent(statement.type, ("a key that it brings in acts under no grant yet",))
        if under.setdefault(holders[key], grant) != grant:
            # Only one of the two would be judged, and the other believed by whoever reads it.
            raise NotAnEvent(statement.type, (f"{holders[key]} names two grants in `under`",))
    return Act(
        type=statement.type,
        author=statement.author,
        event=rules.parse(statement.type, statement.body),
        today=today,
        signed_by=frozenset(holders.values()),
        under=under,
        mode=statement.mode,
        at=statement.at,
        on=On.parse(statement.on),
        hash=hash,
        index=index,
    )


def holders_of(statement: Statement, keyring: Keyring) -> Mapping[str, str]:
    """Give the person or operator behind each signing key that may vouch for somebody.

    A key that the statement itself brings in proves possession and vouches for nobody yet (format
    section 1a), but for the founders' in the charter. Raises ``Unverified`` for a key that nobody
    enrolled.
    """
    brought = {new.key_id: new for new in brought_keys(statement)}
    holders: dict[str, str] = {}
    for key_id in statement.signers:
        if key_id not in brought:
            holders[key_id] = keyring.key(key_id).holder
        elif statement.type == CHARTER:
            holders[key_id] = brought[key_id].holder
    return holders


def typed_ids(tombstone: Tombstone) -> tuple[str, ...]:
    """Give the typed ids among a tombstone's tags, which also hold hashes and composites."""
    return tuple(tag for tag in tombstone.ids if _TYPED_ID.fullmatch(tag))
