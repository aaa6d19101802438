"""``tally power``: who may do what, where that comes from, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import POWERS
from cli.errors import WrongInput
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.workspace import Workspace


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that bound a grant, and say on which decision and conditions it is given."""
    for option in reversed(
        (
            click.option("--project", metavar="PROJECT", help="Only in this project."),
            click.option("--body", metavar="BODY", help="Only over this body."),
            click.option("--budget", metavar="BUDGET", help="Only for this budget."),
            click.option("--amount", help="At most this much in one act."),
            click.option("--until", metavar="DATE", help="Its last day, as 2026-12-31."),
            click.option(
                "--onward", type=click.IntRange(0, 8), default=0, help="Times it may be passed on."
            ),
            click.option("--decision", metavar="DECISION", help="The decision that authorised it."),
            click.option("--conditions", help="Conditions, in words (kept apart, erasable)."),
        )
    ):
        command = option(command)
    return command


LATER = {
    "share": ("cli.transfer:share", "Hold a power side by side with PERSON: you keep it too."),
    "elect": ("cli.transfer:elect", "Give PERSON a power for a term."),
    "transfer": ("cli.transfer:transfer", "Hand your grant on whole."),
    "expand": ("cli.transfer:expand", "Give the holder of a grant these kinds of power too."),
    "narrow": ("cli.transfer:narrow", "Leave the holder of a grant these kinds of power alone."),
    "return": ("cli.transfer:give_back", "Give your grant back to whoever it came from."),
    "say": ("cli.transfer:say", "Say how it stands with a power of yours."),
}


@click.group(cls=Group, lazy=LATER)
def power() -> None:
    """Grant, pass on and take back authority."""


@power.command("grant", example='tally power grant "Ben Okri" record enrol --project "Late clinic"')
@click.argument("to", metavar="PERSON", required=False)
@click.argument("kinds", metavar="KIND…", nargs=-1, type=click.Choice(POWERS))
@scope_options
@writes
@with_workspace
def grant(
    ws: Workspace, to: str | None, kinds: tuple[str, ...], manner: Manner, **limits: Any
) -> None:
    """Give PERSON a part of a power you hold, in their own right.

    At a terminal it asks for what is missing.

    KIND is one or more of agenda, decision, chairing, budget, hiring, information, knowledge,
    delivery, evaluation, publication, record, enrol and keys.
    """
    from cli import questions

    to, kinds, limits = questions.grant(ws, to, kinds, limits, manner)
    pass_on(ws, "power-granted/v1", to, kinds, manner, limits)


@power.command("delegate", example='tally power delegate "Ben Okri" chairing --until 2026-12-31')
@click.argument("to", metavar="PERSON")
@click.argument("kinds", metavar="KIND…", nargs=-1, required=True, type=click.Choice(POWERS))
@scope_options
@writes
@with_workspace
def delegate(ws: Workspace, to: str, kinds: tuple[str, ...], manner: Manner, **limits: Any) -> None:
    """Give PERSON a part of a power until a stated day; you keep it too."""
    pass_on(ws, "power-delegated/v1", to, kinds, manner, limits)


@power.command("revoke", example='tally power revoke 12 --reason "Left the programme"')
@click.argument("which", metavar="LINE")
@click.option("--from", "holder", metavar="PERSON", help="Whose, if the entry gave it to several.")
@click.option("--decision", metavar="DECISION", help="The decision that authorised it.")
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@click.option("--yes", is_flag=True, help="Even if the grant is a founding one.")
@writes
@with_workspace
def revoke(
    ws: Workspace,
    which: str,
    holder: str | None,
    decision: str | None,
    reason: str | None,
    yes: bool,
    manner: Manner,
) -> None:
    """End a grant: take it back, or give it back if it is yours.

    LINE is the entry that made the grant; `tally power show` lists them.
    """
    from cli.answering import tell
    from cli.names import find_line, hash_of
    from cli.writer import Writer

    entry = find_line(ws.ledger, which)
    if entry.index == 0 and not yes:
        raise _founding_grant(ws)
    body = {
        "grant": hash_of(entry),
        "holder": ws.people.find(holder) if holder else only_holder(ws, entry),
        "decision": ws.find("decision", decision),
    }
    tell(ws, Writer(ws).write("power-revoked/v1", body, {"reason": reason}, manner=manner))


def _founding_grant(ws: Workspace) -> WrongInput:
    """What ending a founding grant ends with it."""
    from cli.grants import grants

    passed_on = sum(row["entry"] > 0 and row["state"] == "live" for row in grants(ws))
    below = "1 grant stands" if passed_on == 1 else f"{passed_on} grants stand"
    return WrongInput(
        f"Entry 0 is the charter: ending a founding grant ends every grant passed on from it "
        f"({below} on the charter now), and nobody may record anything under them again.",
        "To end one person's grant, give the entry that made it: `tally power show`. If the "
        "founding grant must end, add --yes.",
    )


@power.command("show", example="tally power show")
@click.argument("who", metavar="[PERSON]", required=False)
@with_workspace
def show(ws: Workspace, who: str | None) -> None:
    """List who holds which power, from where, and until when."""
    from cli.grants import grants

    person = ws.people.find(who) if who else None
    rows = [row for row in grants(ws) if person in (None, row["person"])]
    columns = (
        ("entry", "ENTRY"),
        ("state", "STATE"),
        ("holder", "HOLDER"),
        ("from", "FROM"),
        ("says", "HOLDER SAYS"),
        ("limits", "LIMITS"),
        ("onward", "ONWARD"),
        ("kinds", "POWERS"),
    )
    if not ws.settings.json:
        rows = [row | {"kinds": _short(row["kinds"])} for row in rows]
    ws.out.rows(rows, columns, "Nobody holds any power here.")


def _short(kinds: list[str]) -> str:
    return "all" if set(kinds) == set(POWERS) else ", ".join(kinds)


def pass_on(
    ws: Workspace,
    type: str,
    to: str,
    kinds: tuple[str, ...],
    manner: Manner,
    limits: dict[str, Any],
) -> None:
    """Record one way of giving ``to`` the power ``kinds`` within ``limits``."""
    from cli.amounts import parse_money
    from cli.answering import tell
    from cli.dates import parse_day
    from cli.writer import Writer

    until, amount = limits["until"], limits["amount"]
    scope = {
        "project": ws.find("project", limits["project"]),
        "body": ws.find("body", limits["body"]),
        "budget": ws.find("budget", limits["budget"]),
        "amount": parse_money(amount, ws.config.currency) if amount else None,
        "until": parse_day(until).isoformat() if until else None,
    }
    body = {
        "to": ws.people.find(to),
        "kinds": list(dict.fromkeys(kinds)),
        "scope": {name: value for name, value in scope.items() if value is not None},
        "onward": limits["onward"],
        "decision": ws.find("decision", limits["decision"]),
    }
    values = {"conditions": limits["conditions"]}
    tell(ws, Writer(ws).write(type, body, values, manner=manner))


def only_holder(ws: Workspace, entry: Any) -> str:
    """The person whom an entry gave power, when it is only one.

    Raises:
        WrongInput: there are several, or it is another kind of entry.
    """
    from cli.grants import holders_in

    holders = holders_in(entry)
    if len(holders) != 1:
        names = ", ".join(ws.people.label(person) for person in holders) or "nobody"
        what = entry.type.partition("/")[0].replace("-", " ")
        raise WrongInput(
            f"Entry {entry.index} ({what}) gave power to {names}.",
            "Say whose grant ends: --from PERSON. `tally power show` lists the entries that grant.",
        )
    return holders[0]
