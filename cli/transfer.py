"""``tally power`` beyond granting: share, elect, transfer, return, expand, narrow, say.

A grant is named by the entry that made it; `tally power show` lists them. Handing one on leaves
its giver without it, and ends what the giver had passed on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cli.choices import POWERS
from cli.lazy import Command
from cli.power import pass_on, scope_options
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

WAYS = ("transfer", "rotate", "hand-over")
STATES = ("available", "blocked", "not-yet-needed")
_POWERS = click.argument(
    "kinds", metavar="KIND…", nargs=-1, required=True, type=click.Choice(POWERS)
)
_FROM = click.option(
    "--from", "holder", metavar="PERSON", help="Whose, if it was given to several."
)


@click.command(cls=Command, example="tally power share 'Ben Okri' chairing")
@click.argument("to", metavar="PERSON")
@_POWERS
@scope_options
@writes
@with_workspace
def share(ws: Workspace, to: str, kinds: tuple[str, ...], manner: Manner, **limits: Any) -> None:
    """Hold a power side by side with PERSON: you keep it too."""
    pass_on(ws, "power-shared/v1", to, kinds, manner, limits)


@click.command(
    cls=Command, example="tally power elect Ben chairing --decision 'Chair?' --until 2027-03-31"
)
@click.argument("to", metavar="PERSON")
@_POWERS
@scope_options
@writes
@with_workspace
def elect(ws: Workspace, to: str, kinds: tuple[str, ...], manner: Manner, **limits: Any) -> None:
    """Give PERSON a power for a term, on the decision that chose them."""
    pass_on(ws, "power-elected/v1", to, kinds, manner, limits)


@click.command(cls=Command, example="tally power transfer 12 --to 'Ben Okri' --way hand-over")
@click.argument("which", metavar="LINE")
@click.option("--to", metavar="PERSON", required=True, help="Who is to have it.")
@click.option(
    "--way",
    type=click.Choice(WAYS),
    default="transfer",
    show_default=True,
    help="How it came about.",
)
@click.option("--until", metavar="DATE", help="An earlier last day.")
@click.option("--decision", metavar="DECISION", help="The decision that authorised it.")
@click.option("--conditions", help="Conditions, in words (kept apart, erasable).")
@writes
@with_workspace
def transfer(ws: Workspace, which: str, to: str, manner: Manner, **more: Any) -> None:
    """Hand your grant on whole: PERSON has it, and you have it no longer."""
    from cli.recording import day, record
    from cli.writer import Writer

    held = _held(ws, which, Writer(ws).acting())
    scope = held["scope"] | ({"until": day(more["until"])} if more["until"] else {})
    body = {
        **held,
        "scope": scope,
        "to": ws.people.find(to),
        "way": more["way"],
        "decision": ws.find("decision", more["decision"]),
    }
    named = replace(manner, under=manner.under or which)
    record(ws, "power-transferred/v1", body, {"conditions": more["conditions"]}, manner=named)


@click.command(cls=Command, example="tally power expand 12 evaluation")
@click.argument("which", metavar="LINE")
@_POWERS
@_FROM
@click.option("--decision", metavar="DECISION", help="The decision that authorised it.")
@writes
@with_workspace
def expand(
    ws: Workspace,
    which: str,
    kinds: tuple[str, ...],
    holder: str | None,
    decision: str | None,
    manner: Manner,
) -> None:
    """Give the holder of a grant these kinds of power too."""
    from cli.recording import record

    held = _held(ws, which, _holder(ws, which, holder))
    body = {
        **held,
        "to": held["holder"],
        "kinds": sorted({*held["kinds"], *kinds}),
        "onward": 0,
        "decision": ws.find("decision", decision),
    }
    record(ws, "power-expanded/v1", body, manner=manner)


@click.command(cls=Command, example="tally power narrow 12 record --until 2026-12-31")
@click.argument("which", metavar="LINE")
@_POWERS
@_FROM
@click.option("--until", metavar="DATE", help="An earlier last day.")
@click.option("--project", metavar="PROJECT", help="Only in this project from now on.")
@click.option("--decision", metavar="DECISION", help="The decision that authorised it.")
@writes
@with_workspace
def narrow(
    ws: Workspace,
    which: str,
    kinds: tuple[str, ...],
    holder: str | None,
    until: str | None,
    project: str | None,
    decision: str | None,
    manner: Manner,
) -> None:
    """Leave the holder of a grant these kinds of power alone."""
    from cli.recording import day, record

    held = _held(ws, which, _holder(ws, which, holder))
    limits = {"until": day(until), "project": ws.find("project", project)}
    body = {
        **held,
        "to": held["holder"],
        "kinds": list(dict.fromkeys(kinds)),
        "scope": held["scope"] | {name: limit for name, limit in limits.items() if limit},
        "decision": ws.find("decision", decision),
    }
    record(ws, "power-narrowed/v1", body, manner=manner)


@click.command("return", cls=Command, example="tally power return 12 --as Ben")
@click.argument("which", metavar="LINE")
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@click.option("--decision", metavar="DECISION", help="The decision behind it.")
@writes
@with_workspace
def give_back(
    ws: Workspace, which: str, reason: str | None, decision: str | None, manner: Manner
) -> None:
    """Give your grant back to whoever it came from."""
    from cli.recording import line_named, record
    from cli.writer import Writer

    me = Writer(ws).acting()
    body = {
        "grant": line_named(ws, which),
        "holder": me,
        "to": _grant(ws, which, me).by,
        "decision": ws.find("decision", decision),
    }
    record(ws, "power-returned/v1", body, {"reason": reason}, manner=manner)


@click.command(cls=Command, example="tally power say 12 blocked --reason 'No budget yet' --as Ben")
@click.argument("which", metavar="LINE")
@click.argument("state", type=click.Choice(STATES))
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@writes
@with_workspace
def say(ws: Workspace, which: str, state: str, reason: str | None, manner: Manner) -> None:
    """Say how it stands with a power of yours: available, blocked, or not yet needed."""
    from cli.recording import line_named, record
    from cli.writer import Writer

    body = {"grant": line_named(ws, which), "holder": Writer(ws).acting(), "state": state}
    record(ws, "power-said/v1", body, {"reason": reason}, manner=manner)


def _holder(ws: Workspace, which: str, name: str | None) -> str:
    from cli.names import find_line
    from cli.power import only_holder

    return ws.people.find(name) if name else only_holder(ws, find_line(ws.ledger, which))


def _grant(ws: Workspace, which: str, holder: str) -> Any:
    """The grant that the entry gave this holder."""
    from cli.errors import WrongInput
    from cli.recording import line_named, standing
    from domain.power import Authority

    made = standing(ws, Authority, line_named(ws, which))
    found = next((grant for grant in made.grants if grant.to == holder), None)
    if found is None:
        raise WrongInput(
            f"Entry {which} gave {ws.people.label(holder)} no power.",
            "`tally power show` lists the entries that grant.",
        )
    return found


def _held(ws: Workspace, which: str, holder: str) -> dict[str, Any]:
    """A grant as the bodies that are about it repeat it."""
    from cli.recording import line_named

    grant = _grant(ws, which, holder)
    return {
        "grant": line_named(ws, which),
        "holder": holder,
        "kinds": sorted(grant.kinds),
        "scope": grant.scope.model_dump(mode="json", exclude_none=True),
        "onward": grant.onward,
    }
