"""``tally payment``: offered, answered, claimed, judged, made. Saying no needs no reason.

Claims and what is said of them lie in ``claim.py``; what follows a payment in ``settling.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, evidence_hash, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

KINDS = (
    "fee",
    "wage",
    "expense-refund",
    "expense-in-advance",
    "in-kind",
    "voucher",
    "group-grant",
    "time-credit",
)
BASES = ("session", "half-day", "day", "hour", "task", "item", "month", "other")
# «confirmation» is offered too, so that whoever tries hears why it is refused.
DEPENDS = ("nothing", "attendance", "work-done", "receipt", "invoice", "confirmation")


#: Members of the group that lie in files of their own.
LATER = {
    "redirect": ("cli.settling:redirect", "Ask that a charity have what an OFFER would pay you."),
    "claim": (
        "cli.claim:claim",
        "Say what is owed to you: AMOUNT, for work or for money you spent.",
    ),
    "claims": ("cli.claim:claims", "List the claims with how they stand and when they are due."),
    "approve": (
        "cli.claim:approve",
        "Find a CLAIM right (its number, id or words). Not one's own.",
    ),
    "query": ("cli.claim:query", "Ask QUESTION about a CLAIM, before it is approved or refused."),
    "reply": ("cli.claim:reply", "Answer in WORDS what was asked about your CLAIM."),
    "refuse": ("cli.claim:refuse", "Refuse a CLAIM, always with a reason."),
    "receipt": ("cli.settling:receipt", "Say whether a PAYMENT reached you."),
    "reverse": ("cli.settling:reverse", "Take a PAYMENT back, in whole or in part."),
    "write-off": ("cli.settling:write_off", "Say that what is open will not be paid."),
    "advise": ("cli.settling:advise", "Record that PERSON was offered advice."),
    "advice": ("cli.settling:advice", "Say whether you take the advice you were offered."),
    "pace": ("cli.settling:pace", "Ask to be paid at a pace of your own."),
    "reasons": ("cli.settling:reasons", "Count the reasons people chose to give for saying no."),
}


@click.group(cls=Group, lazy=LATER)
def payment() -> None:
    """Offer, answer, claim and make payments."""


@payment.command(
    "offer", example='tally payment offer "Ben Okri" 25 --for "leaflet session" --due 2026-05-01'
)
@click.argument("to", metavar="PERSON|GROUP", required=False)
@click.argument("amount", metavar="AMOUNT", required=False)
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="fee",
    show_default=True,
    help="Which type of payment.",
)
@click.option("--for", "what", help="What it is for, in words.")
@click.option("--terms", help="The written information that came with it.")
@click.option("--number", type=click.IntRange(1), default=1, help="To how many, for a group.")
@click.option("--basis", type=click.Choice(BASES), default="other", help="For each what.")
@click.option("--depends-on", type=click.Choice(DEPENDS), default="nothing", help="Condition.")
@click.option("--contribution", metavar="CONTRIBUTION", help="The contribution it is for.")
@click.option("--budget", metavar="BUDGET", help="The budget that bears it.")
@click.option("--due", metavar="DATE", help="When it is to be paid.")
@click.option("--term", type=click.IntRange(0, 366), help="Days from a claim to its payment.")
@writes
@with_workspace
def offer(ws: Workspace, manner: Manner, **more: Any) -> None:
    """Offer AMOUNT to a person, or to each of a group.

    At a terminal it asks for what is missing.
    """
    from cli import questions
    from cli.amounts import parse_money
    from cli.answering import tell
    from cli.recording import day, payee
    from cli.writer import Writer
    from ledger.encoding import new_id

    more, made = questions.offer(ws, more, manner), new_id("offer")
    body = {
        "offer": made,
        "project": ws.need("project", more["project"]),
        "to": payee(ws, more["to"]),
        "kind": more["kind"],
        "amount": parse_money(more["amount"], ws.config.currency),
        "number": more["number"],
        "basis": more["basis"],
        "depends_on": more["depends_on"],
        "contribution": ws.find("contribution", more["contribution"]),
        "budget": ws.find("budget", more["budget"]),
        "due": day(more["due"]),
        "term": more["term"],
    }
    values = {"what": more["what"], "terms": more["terms"]}
    written = Writer(ws).write("payment-offered/v1", body, values, manner=manner)
    tell(ws, written, made, then=f"They answer with: tally payment accept {written.index}")


@payment.command("accept", example="tally payment accept 21 --less 20")
@click.argument("which", metavar="OFFER")
@click.option("--less", metavar="AMOUNT", help="Accept less than was offered.")
@on_behalf
@writes
@with_workspace
def accept(ws: Workspace, which: str, less: str | None, behalf: Behalf, manner: Manner) -> None:
    """Say yes to an OFFER (its number, id or words)."""
    from cli.amounts import parse_money
    from cli.answering import tell
    from cli.writer import Writer

    found = _offer(ws, which)
    body = {
        "offer": found["offer"],
        "budget": found["budget"],
        "amount": parse_money(less, ws.config.currency) if less else None,
        **ws.on_behalf(behalf),
    }
    tell(ws, Writer(ws).write("payment-accepted/v1", body, manner=manner))


@payment.command("decline", example="tally payment decline 21")
@click.argument("which", metavar="OFFER")
@on_behalf
@writes
@with_workspace
def decline(ws: Workspace, which: str, behalf: Behalf, manner: Manner) -> None:
    """Say no to an OFFER. No reason is asked for, and there is no place to put one."""
    from cli.answering import tell
    from cli.writer import Writer

    found = _offer(ws, which)
    body = {"offer": found["offer"], "budget": found["budget"], **ws.on_behalf(behalf)}
    tell(ws, Writer(ws).write("payment-declined/v1", body, manner=manner))


@payment.command("pay", example="tally payment pay 21 --evidence receipt.pdf")
@click.argument("which", metavar="OFFER|CLAIM")
@click.option("--amount", help="How much; left out: all that is open.")
@click.option("--budget", metavar="BUDGET", help="The budget that bears it, if none does yet.")
@click.option("--reference", help="The bank's reference (kept apart, erasable).")
@click.option(
    "--evidence", type=click.Path(exists=True, dir_okay=False), help="A file; its hash is recorded."
)
@writes
@with_workspace
def pay(
    ws: Workspace,
    which: str,
    amount: str | None,
    budget: str | None,
    reference: str | None,
    evidence: str | None,
    manner: Manner,
) -> None:
    """Record that an OFFER, or an approved CLAIM, was paid, in whole or in part."""
    from cli.amounts import parse_money
    from cli.answering import tell
    from cli.errors import WrongInput
    from cli.writer import Writer
    from ledger.encoding import new_id

    found, made = _owed(ws, which), new_id("payment")
    if amount is None and not found["open"]["minor"]:
        raise WrongInput(
            f"Nothing is open of this: {found['paid_words'] or 'nothing'} of "
            f"{found['offered_words']} is paid.",
            "Make another offer, or name an --amount.",
        )
    body = {
        "payment": made,
        "offer": found["offer"],
        "claim": found.get("claim"),
        "charity": found["charity"] or None,
        "to": found["to"],
        "kind": found["kind"],
        "amount": parse_money(amount, ws.config.currency) if amount else found["open"],
        "budget": ws.find("budget", budget) or found["budget"],
        "evidence": evidence_hash(evidence),
    }
    values = {"reference": reference}
    tell(ws, Writer(ws).write("payment-made/v1", body, values, manner=manner), made)


@payment.command("list", example="tally payment list")
@with_workspace
def list_offers(ws: Workspace) -> None:
    """List the offers with how they were answered and what was paid.

    Those to others are for who offered them, and for who holds the power budget or information.
    """
    from cli.looking import show_rows
    from cli.offers import offers

    columns = (
        ("entry", "ENTRY"),
        ("state", "STATE"),
        ("offered_words", "OFFERED"),
        ("paid_words", "PAID"),
        ("due", "DUE"),
        ("to_name", "TO"),
        ("what", "FOR"),
    )
    show_rows(ws, offers(ws), columns, "Nothing was offered yet: tally payment offer PERSON AMOUNT")


@payment.command("show", example="tally payment show 21")
@click.argument("which", metavar="OFFER")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show everything recorded about one offer."""
    from cli.listing import about, show_lines
    from cli.looking import look_at_thing, viewer

    found = _offer(ws, which)
    look_at_thing(ws, "payment-show", ws.register("offer").get(found["offer"]))
    known = viewer(ws).may_open(found["to"]) or viewer(ws).office("budget")
    whom = found["to_name"] if known else "somebody"
    show_lines(ws, about(ws, found["offer"]), title=f"Offer to {whom}")


def _owed(ws: Workspace, text: str) -> dict[str, Any]:
    """An offer, or a claim in the same form, as it stands."""
    from cli.claims import owed_on_claim
    from cli.errors import WrongInput
    from cli.recording import made_by

    try:
        return _offer(ws, text)
    except WrongInput as error:
        try:
            return owed_on_claim(ws, made_by(ws, "claim", text))
        except WrongInput:
            raise error from None


def _offer(ws: Workspace, text: str) -> dict[str, Any]:
    from cli.offers import find_offer

    return find_offer(ws, text)
