"""``tally payment`` after the yes: redirect, receipt, reverse, write off; advice and pace.

Nothing here asks for a reason of the person, or names a benefit: advice was offered and taken or
not, and somebody wishes to be paid at a pace of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

REVERSALS = ("mistake", "duplicate", "sent-back-by-bank", "given-back", "not-done")
WRITE_OFFS = ("cannot-be-reached", "asked-by-person", "work-not-done", "no-money", "other")
RECEIVED = ("all", "part", "nothing")
ANSWERS = ("taken", "later", "not-wanted")
PACES = ("at-once", "weekly", "monthly", "spread", "hold", "ask-first")
GIVERS = ("independent", "in-house")


@click.command(cls=Command, example="tally payment redirect 21 --charity 'Mind' --as Ben")
@click.argument("which", metavar="OFFER")
@click.option("--charity", help="Which charity is to have it (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def redirect(
    ws: Workspace, which: str, charity: str | None, behalf: Behalf, manner: Manner
) -> None:
    """Ask that a charity have what an OFFER would pay you."""
    from cli.offers import find_offer
    from cli.recording import record

    found = find_offer(ws, which)
    body = {"offer": found["offer"], "budget": found["budget"], **ws.on_behalf(behalf)}
    record(ws, "payment-redirected/v1", body, {"charity": charity}, manner=manner)


@click.command(cls=Command, example="tally payment receipt 27 --as Ben")
@click.argument("which", metavar="PAYMENT")
@click.option(
    "--received",
    type=click.Choice(RECEIVED),
    default="all",
    show_default=True,
    help="How much of it arrived.",
)
@click.option("--words", help="In your own words (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def receipt(
    ws: Workspace, which: str, received: str, words: str | None, behalf: Behalf, manner: Manner
) -> None:
    """Say whether a PAYMENT reached you; a later word replaces an earlier one."""
    from cli.recording import record

    payment, state = _payment(ws, which)
    body = {"payment": payment, "to": state.to, "received": received, **ws.on_behalf(behalf)}
    record(ws, "payment-received/v1", body, {"words": words}, manner=manner)


@click.command(cls=Command, example="tally payment reverse 27 --amount 5 --cause mistake")
@click.argument("which", metavar="PAYMENT")
@click.option("--amount", help="A part of it; left out: all that is left.")
@click.option("--cause", type=click.Choice(REVERSALS), required=True, help="Why, as a code.")
@click.option("--reason", help="Why, in words.")
@writes
@with_workspace
def reverse(
    ws: Workspace, which: str, amount: str | None, cause: str, reason: str | None, manner: Manner
) -> None:
    """Take a PAYMENT back, in whole or in part; the budget has it again."""
    from cli.amounts import parse_money
    from cli.recording import record

    payment, state = _payment(ws, which)
    unit = state.amount.model_dump()
    left = {**unit, "minor": unit["minor"] - state.reversed}
    offer, claim, budget = state.on
    body = {
        "payment": payment,
        "to": state.to,
        "amount": parse_money(amount, ws.config.currency) if amount else left,
        "offer": offer,
        "claim": claim,
        "budget": budget,
        "cause": cause,
    }
    record(ws, "payment-reversed/v1", body, {"reason": reason}, manner=manner)


@click.command(
    "write-off",
    cls=Command,
    example="tally payment write-off 21 --cause cannot-be-reached --reason 'Letters came back'",
)
@click.argument("which", metavar="OFFER|CLAIM")
@click.option("--amount", help="A part of it; left out: all that is open.")
@click.option("--cause", type=click.Choice(WRITE_OFFS), required=True, help="Why, as a code.")
@click.option("--reason", required=True, help="Why, in words.")
@writes
@with_workspace
def write_off(
    ws: Workspace, which: str, amount: str | None, cause: str, reason: str, manner: Manner
) -> None:
    """Say that what is open will not be paid. It is shown as such, never as paid."""
    from cli.amounts import parse_money
    from cli.recording import record

    body = _owed(ws, which) | {"cause": cause}
    if amount:
        body["amount"] = parse_money(amount, ws.config.currency)
    record(ws, "payment-written-off/v1", body, {"reason": reason}, manner=manner)


@click.command(cls=Command, example="tally payment advise 'Ben Okri'")
@click.argument("who", metavar="PERSON")
@click.option(
    "--by",
    type=click.Choice(GIVERS),
    default="independent",
    show_default=True,
    help="Whose advice it is.",
)
@click.option("--project", metavar="PROJECT", help="In which project; left out: in all.")
@writes
@with_workspace
def advise(ws: Workspace, who: str, by: str, project: str | None, manner: Manner) -> None:
    """Record that PERSON was offered advice on what being paid would mean for them."""
    from cli.recording import record

    body = {"person": ws.people.find(who), "by": by, "project": ws.find("project", project)}
    record(ws, "advice-offered/v1", body, manner=manner)


@click.command(cls=Command, example="tally payment advice taken --as Ben")
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("--project", metavar="PROJECT", help="In which project; left out: in all.")
@on_behalf
@writes
@with_workspace
def advice(ws: Workspace, answer: str, project: str | None, behalf: Behalf, manner: Manner) -> None:
    """Say whether you take the advice you were offered. No more is asked."""
    body = {"answer": answer, "project": ws.find("project", project)}
    _of_oneself(ws, "advice-answered/v1", body, behalf, manner)


@click.command(cls=Command, example="tally payment pace monthly --as Ben")
@click.argument("pace", type=click.Choice(PACES))
@click.option("--project", metavar="PROJECT", help="In which project; left out: in all.")
@on_behalf
@writes
@with_workspace
def pace(ws: Workspace, pace: str, project: str | None, behalf: Behalf, manner: Manner) -> None:
    """Ask to be paid at a pace of your own. Why is nobody's business."""
    body = {"pace": pace, "project": ws.find("project", project)}
    _of_oneself(ws, "pacing-requested/v1", body, behalf, manner)


@click.command(
    cls=Command, example="tally payment reasons 2026-01-01 2026-06-30 benefits=5 too-little=4"
)
@click.argument("first", metavar="FIRST-DAY")
@click.argument("last", metavar="LAST-DAY")
@click.argument("counts", metavar="REASON=NUMBER…", nargs=-1, required=True)
@writes
@with_workspace
def reasons(ws: Workspace, first: str, last: str, counts: tuple[str, ...], manner: Manner) -> None:
    """Count the reasons people chose to give for saying no: in all, linked to nobody.

    REASON is does-not-want-money, benefits, tax-or-status, employer, paid-elsewhere, too-little,
    too-hard, privacy or other. Fewer than eight in all, or under four weeks, could point at one
    person and are refused.
    """
    from cli.recording import day, record

    body = {
        "first": day(first),
        "last": day(last),
        "counts": [{"reason": reason, "number": n} for reason, n in map(_counted, counts)],
    }
    record(ws, "decline-reasons-tallied/v1", body, manner=manner)


def _counted(text: str) -> tuple[str, int]:
    from cli.errors import WrongInput

    reason, _, number = text.partition("=")
    if not number.isdecimal():
        raise WrongInput(f"«{text}» is not a count.", "Write it as benefits=5.")
    return reason, int(number)


def _of_oneself(
    ws: Workspace, type: str, body: dict[str, Any], behalf: Behalf, manner: Manner
) -> None:
    from cli.recording import record
    from cli.writer import Writer

    said = ws.on_behalf(behalf)
    record(ws, type, {"person": said["for"] or Writer(ws).acting(), **body, **said}, manner=manner)


def _payment(ws: Workspace, which: str) -> tuple[str, Any]:
    from cli.recording import made_by, standing
    from domain.payment import Payment

    payment = made_by(ws, "payment", which)
    return payment, standing(ws, Payment, payment)


def _owed(ws: Workspace, which: str) -> dict[str, Any]:
    """What is open of an offer or claim, as bodies name it."""
    from cli.errors import WrongInput
    from cli.recording import made_by, standing
    from domain.claim import Claim
    from domain.offer import Offer

    try:
        offer_id = made_by(ws, "offer", which)
    except WrongInput:
        claim_id = made_by(ws, "claim", which)
        claim = standing(ws, Claim, claim_id)
        of: dict[str, Any] = {"claim": claim_id, "offer": claim.offer}
        return of | _open(claim.to, claim.approved or claim.amount, claim.open, claim.budget)
    offer = standing(ws, Offer, offer_id)
    return {"offer": offer_id} | _open(offer.to, offer.amount, offer.open, offer.budget)


def _open(to: str, amount: Any, minor: int, budget: str | None) -> dict[str, Any]:
    open_now = {**amount.model_dump(), "minor": max(minor, 0)}
    return {"to": to, "amount": open_now, "budget": budget}
