"""Who holds which power: every grant ever made, with its state at the ledger date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words
from cli.names import entries_of, hash_of, short

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.records import StoredEntry

_GRANTING = ("charter-adopted/v1", "power-granted/v1", "power-delegated/v1")


def grants(ws: Workspace) -> list[dict[str, Any]]:
    """Every grant in log order: holder, powers, limits, and live, revoked, expired or history."""
    from domain.power import Authority, held
    from domain.refusal import Refused
    from projections.store_world import StoreWorld

    ledger = ws.ledger
    world = StoreWorld(ledger, ledger.head().size)
    today = str(ledger.keyring().ledger_day or ws.today())
    rows = []
    for entry in entries_of(ledger, _GRANTING):
        name = hash_of(entry)
        for grant in world.get(Authority, name).grants:
            try:
                held(world, name, grant.to, today)
                state = "live"
            except Refused as refusal:
                state = refusal.rule.removeprefix("grant-")
            rows.append(_row(ws, entry, name, grant, state))
    return rows


def holders_in(entry: StoredEntry) -> list[str]:
    """The people whom the entry gave a power."""
    from projections.replay import decoded

    if entry.type not in _GRANTING or entry.envelope is None:
        return []
    body = decoded(entry.index, entry.envelope)["body"]
    given = body["grants"] if entry.type == _GRANTING[0] else [body]
    return list(dict.fromkeys(grant["to"] for grant in given))


def _row(ws: Workspace, entry: StoredEntry, name: str, grant: Any, state: str) -> dict[str, Any]:
    return {
        "entry": entry.index,
        "grant": name,
        "state": {"stands-on-history": "history"}.get(state, state),
        "person": grant.to,
        "holder": ws.people.label(grant.to),
        "from": "charter"
        if grant.parent is None and entry.index == 0
        else ws.people.label(grant.by),
        "kinds": sorted(grant.kinds),
        "limits": _limits(ws, grant.scope) or None,
        "onward": grant.onward,
    }


def _limits(ws: Workspace, scope: Any) -> str:
    parts = []
    if scope.project:
        parts.append(f"in {ws.register('project').label(scope.project)}")
    if scope.body:
        parts.append(f"on {short(scope.body)}")
    if scope.budget:
        parts.append(f"for {ws.register('budget').label(scope.budget)}")
    if scope.amount:
        parts.append(f"up to {money_in_words(scope.amount.model_dump())}")
    if scope.until:
        parts.append(f"until {scope.until}")
    return ", ".join(parts)
