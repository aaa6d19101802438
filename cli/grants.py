"""Who holds which power: every grant ever made, with its state at the ledger date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from cli.workspace import Workspace
    from ledger.records import StoredEntry
    from projections.grants import Grant

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
    """Every grant in log order: holder, powers, limits, and live, revoked, expired or history.

    The view `power` says the same of each, with what was done under it.
    """
    from projections.grants import GRANT_TYPES, read
    from projections.kept import facts_of
    from projections.result import Asked

    powers = read(facts_of(ws.ledger, GRANT_TYPES), Asked())
    return [_row(ws, one, _state(one, powers.today)) for one in powers.grants]


def _state(one: Grant, today: date | None) -> str:
    """The word that lists show, and that other commands look for."""
    if one.history:
        return "history"
    state = one.state(today)
    if state == "ended above":
        lapsed = (above for above in one.chain() if above.over(today) == "lapsed")
        return "expired" if next(lapsed, None) else "revoked"
    return {"held": "live", "lapsed": "expired"}.get(state, "revoked")


def holders_in(entry: StoredEntry) -> list[str]:
    """The people whom the entry gave a power."""
    from projections.payload import decoded

    if entry.type not in GRANTING or entry.envelope is None:
        return []
    body = decoded(entry.index, entry.envelope)["body"]
    given = body["grants"] if entry.type == GRANTING[0] else [body]
    return list(dict.fromkeys(grant["to"] for grant in given))


def _row(ws: Workspace, one: Grant, state: str) -> dict[str, Any]:
    return {
        "entry": one.fact.index,
        "grant": one.fact.hash,
        "state": state,
        "person": one.to,
        "holder": ws.people.label(one.to),
        "from": "charter" if one.number >= 0 else ws.people.label(one.by) if one.by else None,
        "kinds": sorted(one.kinds),
        "limits": _limits(ws, one.scope) or None,
        "onward": one.onward,
        "says": one.says.body["state"] if one.says else None,
    }


def _limits(ws: Workspace, scope: Mapping[str, Any]) -> str:
    parts = []
    for kind, word in (("project", "in"), ("body", "on"), ("budget", "for")):
        if kind in scope:
            parts.append(f"{word} {ws.register(kind).label(scope[kind])}")
    if "amount" in scope:
        parts.append(f"up to {money_in_words(scope['amount'])}")
    if "until" in scope:
        parts.append(f"until {scope['until']}")
    return ", ".join(parts)
