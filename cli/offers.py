"""Offers as they stand: what was offered to whom, the answer, what was paid, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words
from cli.errors import WrongInput, events_in_words

if TYPE_CHECKING:
    from cli.names import Thing
    from cli.workspace import Workspace
    from projections.matter import Matter
    from projections.store_world import StoreWorld


def offers(ws: Workspace) -> list[dict[str, Any]]:
    """Every offer in log order, counted as the views `payments` and `owed` count them."""
    from projections.kept import facts_of
    from projections.offers import NEEDS, read
    from projections.result import Asked

    money = read(facts_of(ws.ledger, NEEDS), Asked())
    return [_listed(ws, matter) for matter in money.matters if matter.offered_first]


def find_offer(ws: Workspace, text: str) -> dict[str, Any]:
    """The offer named by its entry's number or hash, its id, or the words it was made for.

    Raises:
        WrongInput: there is none, or it is another kind of entry.
    """
    from cli.names import find_line
    from projections.store_world import StoreWorld

    things = ws.register("offer").things
    if text.isdecimal() or (len(text) >= 8 and not set(text) - set("0123456789abcdef")):
        entry = find_line(ws.ledger, text)
        thing = next((thing for thing in things.values() if thing.index == entry.index), None)
        if thing is None:
            raise WrongInput(
                f"Entry {entry.index} is no offer but {events_in_words(entry.type)}.",
                "`tally payment list` lists the offers.",
            )
    else:
        thing = things[ws.need("offer", text)]
    return _row(ws, StoreWorld(ws.ledger, ws.ledger.head().size), thing)


def _listed(ws: Workspace, matter: Matter) -> dict[str, Any]:
    body = matter.first.body
    unit, to = {**body["amount"], "minor": matter.promised or matter.stated}, body["to"]
    thing = ws.register("offer").get(body["offer"])
    return {
        "entry": matter.first.index,
        "offer": body["offer"],
        "what": thing.name if thing else "",
        "to": to,
        "to_name": ws.register(to.partition(":")[0]).label(to),
        "kind": body["kind"],
        "state": _state(matter),
        "amount": unit,
        "paid": {**unit, "minor": matter.paid},
        "open": {**unit, "minor": matter.open},
        "charity": matter.redirected,
        "offered_words": money_in_words(unit),
        "paid_words": money_in_words({**unit, "minor": matter.paid}) if matter.paid else None,
        "budget": body.get("budget"),
        "due": str(matter.due) if matter.due else None,
    }


def _state(matter: Matter) -> str:
    if matter.paid > 0:
        return "paid" if matter.paid >= (matter.promised or matter.stated) else "part paid"
    if matter.written_off:
        return "written off"
    if matter.unrecorded:
        # No record of payment is not a record of non-payment.
        return "offered, payment not recorded"
    answers = {"accepted": matter.accepted, "redirected": matter.redirected}
    answers["declined"] = matter.declined
    return next((said for said, so in answers.items() if so), "offered")


def _row(ws: Workspace, world: StoreWorld, thing: Thing) -> dict[str, Any]:
    from domain.offer import Offer
    from projections.payload import decoded

    state = world.get(Offer, thing.id)
    entry = ws.ledger.entry(thing.index)
    body = decoded(entry.index, entry.envelope)["body"] if entry.envelope else {}
    unit = state.amount.model_dump() if state.amount else {}
    group = state.to.startswith("group:")
    to_name = ws.register("group" if group else "person").label(state.to)
    return {
        "entry": thing.index,
        "offer": thing.id,
        "what": thing.name,
        "to": state.to,
        "to_name": to_name,
        "kind": state.kind,
        "amount": unit,
        "paid": {**unit, "minor": state.paid},
        "open": {**unit, "minor": max(state.open, 0)},
        "charity": state.answer == "redirected",
        "offered_words": money_in_words(unit) if unit else None,
        "paid_words": money_in_words({**unit, "minor": state.paid}) if state.paid else None,
        "budget": state.budget,
        "due": body.get("due"),
    }
