"""Who holds which power: every grant ever made, with its state at the ledger date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words
from cli.names import entries_of, hash_of

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.records import StoredEntry

#: Every type that gives somebody a power.
GRANTING = (
    "charter-adopted/v1",
    "power-granted/v1",
    "power-delegated/v1",
    "power-shared/v1",
    "power-elected/v1",
    "power-transferred/v1",
    "power-expanded/v1",
    "power-narrowed/v1",
)


def grants(ws: Workspace) -> list[dict[str, Any]]:
    """Every grant in log order: holder, powers, limits, and live, revoked, expired or history."""
    from domain.power import Authority, held
    from domain.refusal import Refused
    from projections.store_world import StoreWorld

    ledger = ws.ledger
    world = StoreWorld(ledger, ledger.head().size)
    today = str(ledger.keyring().ledger_day or ws.today())
    says = _says(ws)
    rows = []
    for entry in entries_of(ledger, GRANTING):
        name = hash_of(entry)
        for grant in world.get(Authority, name).grants:
            try:
                held(world, name, grant.to, today)
                state = "live"
            except Refused as refusal:
                state = refusal.rule.removeprefix("grant-")
            row = _row(ws, entry, name, grant, state)
            rows.append(row | {"says": says.get((name, grant.to))})
    return rows


def holders_in(entry: StoredEntry) -> list[str]:
    """The people whom the entry gave a power."""
    from projections.replay import decoded

    if entry.type not in GRANTING or entry.envelope is None:
        return []
    body = decoded(entry.index, entry.envelope)["body"]
    given = body["grants"] if entry.type == GRANTING[0] else [body]
    return list(dict.fromkeys(grant["to"] for grant in given))


def _says(ws: Workspace) -> dict[tuple[str, str], str]:
    """What each holder last said of each grant."""
    from projections.replay import decoded

    said = {}
    for entry in entries_of(ws.ledger, ("power-said/v1",)):
        if entry.envelope is not None:
            body = decoded(entry.index, entry.envelope)["body"]
            said[body["grant"], body["holder"]] = body["state"]
    return said


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
        parts.append(f"on {ws.register('body').label(scope.body)}")
    if scope.budget:
        parts.append(f"for {ws.register('budget').label(scope.budget)}")
    if scope.amount:
        parts.append(f"up to {money_in_words(scope.amount.model_dump())}")
    if scope.until:
        parts.append(f"until {scope.until}")
    return ", ".join(parts)
