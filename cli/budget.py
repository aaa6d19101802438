"""``tally budget``: money set aside, of which no more can be promised than there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import STAGES
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.group(cls=Group)
def budget() -> None:
    """Open, divide and show budgets."""


@budget.command("open", example='tally budget open "Contributor fees" 1200')
@click.argument("title")
@click.argument("amount")
@click.option("--project", metavar="PROJECT", help="For which; may be left out if there is one.")
@click.option("--source", help="Where the money comes from.")
@click.option("--decision", metavar="DECISION", help="The decision that set it aside.")
@click.option("--controller", metavar="PERSON", help="Who signs whatever newly binds its money.")
@click.option("--stage", "stages", type=click.Choice(STAGES), multiple=True, help="What it is for.")
@writes
@with_workspace
def open_budget(
    ws: Workspace,
    title: str,
    amount: str,
    project: str | None,
    source: str | None,
    decision: str | None,
    controller: str | None,
    stages: tuple[str, ...],
    manner: Manner,
) -> None:
    """Set AMOUNT aside under TITLE."""
    from cli.amounts import parse_money
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.encoding import new_id

    made = new_id("budget")
    body = {
        "budget": made,
        "project": ws.need("project", project),
        "amount": parse_money(amount, ws.config.currency),
        "decision": ws.find("decision", decision),
        "controller": ws.find("person", controller),
        "stages": list(stages) or None,
    }
    values = {"title": title, "source": source}
    tell(ws, Writer(ws).write("budget-opened/v1", body, values, manner=manner), made)


@budget.command(
    "allocate", example="tally budget allocate 'User-led fund' 300 --from 'Fees' --controller Ben"
)
@click.argument("title")
@click.argument("amount")
@click.option("--from", "source", metavar="BUDGET", help="Out of which; the only one if left out.")
@click.option("--controller", metavar="PERSON", help="Who signs whatever newly binds its money.")
@click.option("--stage", "stages", type=click.Choice(STAGES), multiple=True, help="What it is for.")
@click.option("--decision", metavar="DECISION", help="The decision that set it aside.")
@writes
@with_workspace
def allocate(ws: Workspace, title: str, amount: str, manner: Manner, **more: Any) -> None:
    """Make AMOUNT of a budget a line of its own under TITLE, perhaps with its own controller."""
    from cli.amounts import parse_money
    from cli.recording import record, standing
    from domain.budget import Budget
    from ledger.encoding import new_id

    made, source = new_id("budget"), ws.need("budget", more["source"])
    body = {
        "budget": made,
        "from": source,
        "project": standing(ws, Budget, source).project,
        "amount": parse_money(amount, ws.config.currency),
        "controller": ws.find("person", more["controller"]),
        "stages": list(more["stages"]) or None,
        "decision": ws.find("decision", more["decision"]),
    }
    record(ws, "budget-allocated/v1", body, {"title": title}, manner=manner, made=made)


@budget.command("show", example='tally budget show "Contributor fees"')
@click.argument("which", metavar="[BUDGET]", required=False)
@with_workspace
def show(ws: Workspace, which: str | None) -> None:
    """Show what each budget holds, has paid and has promised.

    What was paid and promised is for its controller, and for who holds the power budget or
    information: the payments of a small budget are those of one person.
    """
    from projections.budgets import NEEDS, read
    from projections.kept import facts_of
    from projections.result import Asked

    wanted = ws.find("budget", which)
    found = read(facts_of(ws.ledger, NEEDS), Asked())
    rows, shown = [], []
    for id_, one in found.items():
        if wanted not in (None, id_):
            continue
        sums = {"opened": one.opened, "allocated": one.allocated}
        moved = {"paid": one.paid, "promised": one.promised, "free": one.free}
        whole = _pays(ws, one.controller)
        thing = ws.register("budget").get(id_)
        row = {"id": id_, "title": thing.name if thing else "", "project": one.fact.body["project"]}
        row["controller"] = ws.people.label(one.controller) if one.controller else None
        unit = one.fact.body["amount"]
        apart = dict.fromkeys(() if whole else moved)
        known = sums | moved if whole else sums
        rows.append({**row, **{name: {**unit, "minor": n} for name, n in known.items()}, **apart})
        words = {name: str(one.money(n)) for name, n in known.items()}
        shown.append({**row, **words, **dict.fromkeys(apart, "kept apart")})
    columns = (
        ("opened", "OPENED"),
        ("allocated", "ALLOCATED"),
        ("paid", "PAID"),
        ("promised", "PROMISED"),
        ("free", "FREE"),
        ("controller", "CONTROLLER"),
        ("title", "BUDGET"),
    )
    ws.out.rows(rows if ws.settings.json else shown, columns, "No budget is open yet.")


def _pays(ws: Workspace, controller: str | None) -> bool:
    """Whether who acts may see what moved on a budget: they control it, or pay, or see people."""
    from cli.looking import viewer

    seen = viewer(ws)
    own = seen.who is not None and controller == seen.who
    return own or seen.information or seen.office("budget")
