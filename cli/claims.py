"""Claims as they stand: what was claimed, what was said of it, what was paid, whether it is late.

Late is derived: a claim is late when the day it was promised for has passed and something that was
approved is still open, or nobody has judged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words

if TYPE_CHECKING:
    from cli.names import Thing
    from cli.workspace import Workspace
    from projections.store_world import StoreWorld


def claims_of(ws: Workspace) -> list[dict[str, Any]]:
    """Every claim in log order."""
    from projections.store_world import StoreWorld

    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    return [_row(ws, world, thing) for thing in ws.register("claim").things.values()]


def owed_on_claim(ws: Workspace, claim_id: str) -> dict[str, Any]:
    """What is open of a claim, in the form in which offers are told."""
    from cli.recording import standing
    from domain.claim import Claim
    from domain.offer import Offer

    state = standing(ws, Claim, claim_id)
    answer = standing(ws, Offer, state.offer).answer if state.offer else ""
    unit = (state.approved or state.amount).model_dump() if state.amount else {}
    return {
        "claim": claim_id,
        "offer": state.offer,
        "charity": answer == "redirected",
        "to": state.to,
        "kind": state.kind,
        "budget": state.budget,
        # Before it is approved all of it is asked for; the rule then says what is missing.
        "open": {**unit, "minor": state.open if state.approved else unit.get("minor", 0)},
        "offered_words": money_in_words(unit),
        "paid_words": money_in_words({**unit, "minor": state.paid}) if state.paid else None,
    }


def _row(ws: Workspace, world: StoreWorld, thing: Thing) -> dict[str, Any]:
    from domain.claim import Claim, due_on
    from domain.offer import Offer

    state = world.get(Claim, thing.id)
    due = due_on(state, world.get(Offer, state.offer) if state.offer else Offer())
    unit = state.amount.model_dump() if state.amount else {}
    group = state.to.startswith("group:")
    return {
        "entry": thing.index,
        "claim": thing.id,
        "what": thing.name,
        "to": state.to,
        "to_name": ws.register("group" if group else "person").label(state.to),
        "kind": state.kind,
        "state": _state(state, late=due is not None and due < str(ws.local_today())),
        "amount": unit,
        "approved": state.approved.model_dump() if state.approved else None,
        "paid": {**unit, "minor": state.paid},
        "claimed_words": money_in_words(unit) if unit else None,
        "paid_words": money_in_words({**unit, "minor": state.paid}) if state.paid else None,
        "offer": state.offer,
        "budget": state.budget,
        "due": due,
    }


def _state(state: Any, *, late: bool) -> str:
    if state.state == "approved" and state.open <= 0:
        return "written off" if state.written_off and not state.paid else "paid"
    if state.state == "refused":
        return "refused"
    return f"{state.state}, late" if late else str(state.state)
