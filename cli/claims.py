"""Claims as they stand: what was claimed, what was said of it, what was paid, whether it is late.

Late is derived: a claim is late when the day it was promised for has passed and something that was
approved is still open, or nobody has judged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.matter import Claim, Matter


def claims_of(ws: Workspace) -> list[dict[str, Any]]:
    """Every claim in log order, counted as the views `payments` and `owed` count them."""
    from projections.kept import facts_of
    from projections.offers import NEEDS, read
    from projections.result import Asked

    money = read(facts_of(ws.ledger, NEEDS), Asked())
    rows = [_row(ws, matter, claim) for matter in money.matters for claim in matter.claims]
    return sorted(rows, key=lambda row: int(row["entry"]))


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


def _row(ws: Workspace, matter: Matter, claim: Claim) -> dict[str, Any]:
    body, due = claim.fact.body, matter.due_of(claim)
    unit, to = dict(body["amount"]), body["to"]
    approved = claim.approved.body if claim.approved else {}
    thing = ws.register("claim").get(body["claim"])
    return {
        "entry": claim.fact.index,
        "claim": body["claim"],
        "what": thing.name if thing else "",
        "to": to,
        "to_name": ws.register(to.partition(":")[0]).label(to),
        "kind": body["kind"],
        "state": _state(claim, late=due is not None and due < ws.local_today()),
        "amount": unit,
        "approved": approved.get("amount"),
        "paid": {**unit, "minor": claim.paid},
        "claimed_words": money_in_words(unit),
        "paid_words": money_in_words({**unit, "minor": claim.paid}) if claim.paid else None,
        "offer": body.get("offer"),
        "budget": approved.get("budget"),
        "due": str(due) if due else None,
    }


def _state(claim: Claim, *, late: bool) -> str:
    if claim.refused:
        return "refused"
    if claim.approved and claim.minor - claim.paid - claim.written_off <= 0:
        return "written off" if claim.written_off and not claim.paid else "paid"
    said = "approved" if claim.approved else "queried" if claim.in_query else "claimed"
    return f"{said}, late" if late else said
