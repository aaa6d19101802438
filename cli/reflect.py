"""``tally reflect``: looking at the work together, scoring it, and what came of it.

Scores name their tool, scorers and date; every item runs from 1 to 5. What came of the work is
noted whether it was planned or not, for better or worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import POWERS, STAGES
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.workspace import Workspace

TOOLS = ("nesta", "scie", "rifkin", "ppeet")
SIDES = ("inside", "outside", "together")
EFFECTS = ("better", "worse", "mixed", "none", "unclear")
INDICATORS = tuple(f"T{number}" for number in range(1, 21))
ANSWERS = ("acted", "will-act", "explained", "disagree")
FOLLOWED = ("changed", "to-be-changed", "noted", "no-agreement")


def _together(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--project", metavar="PROJECT", help="In which; left out if there is one."),
        click.option("--group", "groups", metavar="GROUP", multiple=True, help="A group that did."),
        click.option(
            "--by", "people", metavar="PERSON", multiple=True, help="Who did it; you, if left out."
        ),
    ):
        command = option(command)
    return command


@click.group(cls=Group)
def reflect() -> None:
    """Look at the work together: points in time, scores, what came of it."""


@reflect.command("point", example="tally reflect point 'mid-term' --by Ben --by Ana --on 2026-06")
@click.argument("label")
@click.option(
    "--side",
    type=click.Choice(SIDES),
    default="inside",
    show_default=True,
    help="From where it was looked at.",
)
@click.option("--findings", help="What was found, in words.")
@_together
@on_behalf
@writes
@with_workspace
def point(ws: Workspace, label: str, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Record that people looked at how the work goes, under LABEL."""
    from cli.recording import record
    from ledger.encoding import new_id

    made = new_id("evaluation")
    body = {"evaluation": made, "label": label, "by": more["side"], **_who(ws, behalf, more)}
    values = {"findings": more["findings"]}
    record(ws, "evaluation-held/v1", body, values, manner=manner, made=made)


@reflect.command(
    "score", example="tally reflect score rifkin leadership=2 management=4 --by Ben --by Ana"
)
@click.argument("tool", type=click.Choice(TOOLS))
@click.argument("scores", metavar="ITEM=SCORE…", nargs=-1, required=True)
@click.option("--disagreed", is_flag=True, help="The scorers did not agree on each score.")
@click.option("--at", "evaluation", metavar="LABEL", help="At which evaluation point.")
@click.option("--words", help="More, in words.")
@_together
@on_behalf
@writes
@with_workspace
def score(
    ws: Workspace,
    tool: str,
    scores: tuple[str, ...],
    behalf: Behalf,
    manner: Manner,
    **more: Any,
) -> None:
    """Score the work on one TOOL, 1 to 5 for each item; an item left out is not scored.

    nesta: assets, capabilities, mutuality, networks, blurred-roles, catalysts.
    scie: leaders, planning, panels, training.
    rifkin: needs-assessment, leadership, organisation, resource-mobilisation, management.
    ppeet: integrity, influence, culture, collaboration.
    """
    from cli.recording import record

    body = {
        "tool": tool,
        "scores": [_scored(text) for text in scores],
        "agreed": not more["disagreed"],
        "evaluation": _point(ws, more["evaluation"]),
        **_who(ws, behalf, more),
    }
    record(ws, "assessment-scored/v1", body, {"words": more["words"]}, manner=manner)


@reflect.command(
    "outcome",
    example="tally reflect outcome 'Believe the message' better --planned --measured 59:81:percent",
)
@click.argument("what")
@click.argument("effect", type=click.Choice(EFFECTS))
@click.option("--planned/--unplanned", required=True, help="Whether it was intended.")
@click.option("--measured", metavar="BEFORE:AFTER:UNIT", help="Whole numbers in a unit.")
@click.option("--stage", type=click.Choice(STAGES), default="unsorted", help="At which stage.")
@click.option("--at", "evaluation", metavar="LABEL", help="At which evaluation point.")
@click.option("--words", help="In their own words (kept apart, erasable).")
@_together
@on_behalf
@writes
@with_workspace
def outcome(
    ws: Workspace,
    what: str,
    effect: str,
    planned: bool,
    behalf: Behalf,
    manner: Manner,
    **more: Any,
) -> None:
    """Note WHAT came of the work, and with which EFFECT: also the unplanned, also the worse."""
    from cli.recording import record

    body = {
        "planned": planned,
        "effect": effect,
        "stage": more["stage"],
        "evaluation": _point(ws, more["evaluation"]),
        **_measured(more["measured"]),
        **_who(ws, behalf, more),
    }
    values = {"what": what, "words": more["words"]}
    record(ws, "outcome-noted/v1", body, values, manner=manner)


@reflect.command(
    "imbalance", example="tally reflect imbalance 'Who speaks first' to-be-changed --kind chairing"
)
@click.argument("what")
@click.argument("followed", type=click.Choice(FOLLOWED))
@click.option("--kind", "kinds", multiple=True, type=click.Choice(POWERS), metavar="KIND",
              help="agenda, decision, chairing, …")  # fmt: skip
@click.option("--body", metavar="BODY", help="In or about which body.")
@click.option("--decision", metavar="DECISION", help="The decision that followed.")
@_together
@on_behalf
@writes
@with_workspace
def imbalance(
    ws: Workspace, what: str, followed: str, behalf: Behalf, manner: Manner, **more: Any
) -> None:
    """Record that an imbalance of power, WHAT, was talked about, and what FOLLOWED."""
    from cli.recording import record

    body = {
        "kinds": list(more["kinds"]),
        "body": ws.find("body", more["body"]),
        "outcome": followed,
        "decision": ws.find("decision", more["decision"]),
        **_who(ws, behalf, more),
    }
    record(ws, "imbalance-discussed/v1", body, {"what": what}, manner=manner)


@reflect.command(
    "concern", example="tally reflect concern T3 will-act --words 'All ideas get a reply in May'"
)
@click.argument("indicator", type=click.Choice(INDICATORS))
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("--words", metavar="TEXT", help="Why, or what; anyone may read it.")
@click.option(
    "--project", metavar="PROJECT", help="About one project; left out: about the whole programme."
)
@writes
@with_workspace
def concern(
    ws: Workspace,
    indicator: str,
    answer: str,
    words: str | None,
    project: str | None,
    manner: Manner,
) -> None:
    """Reply to an INDICATOR of `tally view concerns`; only the record can clear it."""
    from cli.recording import record

    body = {"indicator": indicator, "answer": answer, "project": ws.find("project", project)}
    record(ws, "concern-answered/v1", body, {"words": words}, manner=manner)


@reflect.command("list", example="tally reflect list")
@with_workspace
def list_points(ws: Workspace) -> None:
    """List the evaluation points."""
    from cli.listing import things

    things(ws, "evaluation", "Nobody looked yet: tally reflect point LABEL")


def _who(ws: Workspace, behalf: Behalf, more: dict[str, Any]) -> dict[str, Any]:
    from cli.writer import Writer

    said = ws.on_behalf(behalf)
    people = [ws.people.find(name) for name in more["people"]]
    groups = [ws.need("group", name) for name in more["groups"]]
    if not people and not groups:
        people = [said["for"] or Writer(ws).acting()]
    project = ws.need("project", more["project"])
    return {"project": project, "people": people, "groups": groups, **said}


def _point(ws: Workspace, label: str | None) -> str | None:
    from cli.recording import made_by

    return made_by(ws, "evaluation", label) if label else None


def _scored(text: str) -> dict[str, Any]:
    from cli.errors import WrongInput

    item, _, number = text.partition("=")
    if not number.isdecimal():
        raise WrongInput(f"«{text}» is no score.", "Write it as leadership=3.")
    return {"item": item, "score": int(number)}


def _measured(text: str | None) -> dict[str, Any]:
    from cli.errors import WrongInput

    if text is None:
        return {}
    before, _, rest = text.partition(":")
    after, _, unit = rest.partition(":")
    if not (before.isdecimal() and after.isdecimal() and unit):
        raise WrongInput(f"«{text}» is no measurement.", "Write it as 59:81:percent.")
    return {
        "before": {"amount": int(before), "unit": unit},
        "after": {"amount": int(after), "unit": unit},
    }
