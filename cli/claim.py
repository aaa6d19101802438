"""``tally payment claim`` and what follows: approve, query, reply, refuse.

Whoever is out of pocket claims in their own voice, on an offer or on none. Nobody approves what
they claim, recorded, witnessed or gain from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
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
CAUSES = ("not-covered", "above-policy", "no-evidence", "duplicate", "not-as-agreed", "other")
_FILE = click.Path(exists=True, dir_okay=False)


@click.command(
    cls=Command, example="tally payment claim 4.20 --for 'bus' --spent-on 2026-05-03 --as Ben"
)
@click.argument("amount")
@click.option("--to", metavar="PERSON|GROUP", help="To whom it is owed; left out: to you.")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="expense-refund",
    show_default=True,
    help="Which type of payment.",
)
@click.option("--offer", metavar="OFFER", help="The offer it rests on; it needs none.")
@click.option("--for", "what", help="What it is for, in words.")
@click.option("--contribution", metavar="CONTRIBUTION", help="The contribution it is for.")
@click.option("--spent-on", metavar="DATE", help="When the money was spent, if you know.")
@click.option("--evidence", type=_FILE, help="A receipt; only its hash is recorded.")
@on_behalf
@writes
@with_workspace
def claim(ws: Workspace, amount: str, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Say what is owed to you: AMOUNT, for work or for money you spent."""
    from cli.amounts import parse_money
    from cli.recording import day, made_by, payee, record
    from cli.writer import Writer
    from ledger.encoding import new_id

    to = more["to"] or behalf.recorded_for
    made = new_id("claim")
    body = {
        "claim": made,
        "project": ws.need("project", more["project"]),
        "to": payee(ws, to) if to else Writer(ws).acting(),
        "kind": more["kind"],
        "amount": parse_money(amount, ws.config.currency),
        "offer": made_by(ws, "offer", more["offer"]) if more["offer"] else None,
        "contribution": ws.find("contribution", more["contribution"]),
        "spent_on": day(more["spent_on"]),
        "evidence": evidence_hash(more["evidence"]),
        **ws.on_behalf(behalf),
    }
    then = f"Somebody else looks at it: tally payment approve {ws.ledger.head().size}"
    values = {"what": more["what"]}
    record(ws, "payment-claimed/v1", body, values, manner=manner, made=made, then=then)


@click.command(cls=Command, example="tally payment approve 24 --budget 'Fees' --due 2026-06-01")
@click.argument("which", metavar="CLAIM")
@click.option("--amount", help="Less than was claimed; left out: all of it.")
@click.option("--budget", metavar="BUDGET", help="The budget that bears it, if no offer names one.")
@click.option("--due", metavar="DATE", help="When it is to be paid.")
@click.option("--by", metavar="PERSON", help="Who approved it; with --afterwards.")
@writes
@with_workspace
def approve(ws: Workspace, which: str, manner: Manner, **more: Any) -> None:
    """Find a CLAIM right (its number, id or words). Not one's own."""
    from cli.amounts import parse_money
    from cli.recording import day, record, standing
    from domain.offer import Offer

    found, state = _claim(ws, which)
    budget = ws.find("budget", more["budget"])
    if budget is None:
        budget = standing(ws, Offer, state.offer).budget if state.offer else state.budget
    before = state.approved or state.amount
    amount = parse_money(more["amount"], ws.config.currency) if more["amount"] else None
    body = {
        **found,
        "amount": amount or (before.model_dump() if before else None),
        "offer": state.offer,
        "budget": budget,
        "due": day(more["due"]),
        "by": ws.find("person", more["by"]),
    }
    record(ws, "payment-approved/v1", body, manner=manner)


@click.command(cls=Command, example="tally payment query 24 'Was this the bus or the train?'")
@click.argument("which", metavar="CLAIM")
@click.argument("question")
@writes
@with_workspace
def query(ws: Workspace, which: str, question: str, manner: Manner) -> None:
    """Ask QUESTION about a CLAIM, before it is approved or refused."""
    from cli.recording import record

    found, _ = _claim(ws, which)
    record(ws, "payment-queried/v1", found, {"question": question}, manner=manner)


@click.command(cls=Command, example="tally payment reply 24 'The bus' --as Ben")
@click.argument("which", metavar="CLAIM")
@click.argument("words")
@click.option("--evidence", type=_FILE, help="A file; its hash is recorded.")
@on_behalf
@writes
@with_workspace
def reply(
    ws: Workspace, which: str, words: str, evidence: str | None, behalf: Behalf, manner: Manner
) -> None:
    """Answer in WORDS what was asked about your CLAIM."""
    from cli.recording import record

    found, _ = _claim(ws, which)
    body = {**found, "evidence": evidence_hash(evidence), **ws.on_behalf(behalf)}
    record(ws, "query-answered/v1", body, {"words": words}, manner=manner)


@click.command(
    cls=Command, example="tally payment refuse 24 --cause duplicate --reason 'Paid as claim 19'"
)
@click.argument("which", metavar="CLAIM")
@click.option("--cause", type=click.Choice(CAUSES), required=True, help="Why, as a code.")
@click.option("--reason", required=True, help="Why, in words for the person.")
@writes
@with_workspace
def refuse(ws: Workspace, which: str, cause: str, reason: str, manner: Manner) -> None:
    """Refuse a CLAIM, always with a reason. The person can claim again."""
    from cli.recording import record

    found, _ = _claim(ws, which)
    body = {**found, "cause": cause}
    record(ws, "payment-refused/v1", body, {"reason": reason}, manner=manner)


@click.command(cls=Command, example="tally payment claims")
@with_workspace
def claims(ws: Workspace) -> None:
    """List the claims with how they stand and when they are due.

    Those of others are for who recorded them, and for who holds the power budget or information.
    """
    from cli.claims import claims_of
    from cli.looking import show_rows

    columns = (
        ("entry", "ENTRY"),
        ("state", "STATE"),
        ("claimed_words", "CLAIMED"),
        ("paid_words", "PAID"),
        ("due", "DUE"),
        ("to_name", "TO"),
        ("what", "FOR"),
    )
    show_rows(ws, claims_of(ws), columns, "Nothing was claimed yet: tally payment claim AMOUNT")


def _claim(ws: Workspace, which: str) -> tuple[dict[str, str], Any]:
    """The claim that ``which`` names, as bodies name it, and how it stands."""
    from cli.recording import made_by, standing
    from domain.claim import Claim

    claim_id = made_by(ws, "claim", which)
    state = standing(ws, Claim, claim_id)
    return {"claim": claim_id, "to": state.to}, state
