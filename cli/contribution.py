"""``tally contribution``: work, knowledge or a resource that somebody gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import SCALES, STAGES
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, evidence_hash, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

LEVELS = ("inform", "consult", "involve", "collaborate", "lead", "unsorted")
KINDS = (
    "problem-raising",
    "priority-setting",
    "testimony",
    "design",
    "advice",
    "review",
    "outreach",
    "delivery",
    "data-collection",
    "analysis",
    "writing",
    "teaching",
    "accessibility",
    "facilitation",
    "chairing",
    "governance",
    "resources-in-kind",
    "dissemination",
    "evaluation",
    "preparation",
    "travel-and-waiting",
    "brokering-trust",
    "mentoring",
    "peer-support",
    "hosting",
    "care-cover",
    "emotional-labour",
    "unsorted",
)
CAUSES = ("mistake", "duplicate", "asked", "list-changed", "unsaid")


LATER = {
    "sort": ("cli.sorting:sort", "Sort a CONTRIBUTION, now or anew."),
    "level": ("cli.sorting:level", "Say at which level it was, as you saw it."),
    "artefact": ("cli.sorting:artefact", "Attach FILE to a CONTRIBUTION."),
}


@click.group(cls=Group, lazy=LATER)
def contribution() -> None:
    """Record what people gave."""


@contribution.command(
    "record",
    example='tally contribution record "Wrote the leaflet" --by "Ben Okri" --time 1h30 --stage S4b',
)
@click.argument("what", metavar="WHAT", required=False)
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option("--by", metavar="PERSON", multiple=True, help="Who gave it; you, if left out.")
@click.option("--by-group", metavar="GROUP", help="Or the group that gave it.")
@click.option(
    "--credit",
    "credits_",
    metavar="PERSON=ROLE[:DEGREE]",
    multiple=True,
    help="A CRediT role: «Ben=methodology:lead».",
)
@click.option(
    "--stage", type=click.Choice(STAGES), default="unsorted", help="S1 define … S6 share."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    metavar="KIND",
    help="advice, design, travel-and-waiting, …",
)
@click.option("--level", type=click.Choice(LEVELS), default="unsorted", help="The level claimed.")
@click.option("--scale", type=click.Choice(SCALES), default="unsorted", help="For how many.")
@click.option(
    "--time",
    "given",
    help="90m, 1h30, half-day or unknown; left out: not said. A group's is of all its people.",
)
@click.option("--estimated", is_flag=True, help="The time is a guess by whoever gave it.")
@click.option("--words", help="Their own words (kept apart, erasable).")
@click.option("--problem", metavar="PROBLEM", help="The problem it concerns.")
@click.option("--decision", metavar="DECISION", help="The decision it fed.")
@click.option(
    "--evidence", type=click.Path(exists=True, dir_okay=False), help="A file; its hash is recorded."
)
@on_behalf
@writes
@with_workspace
def record(ws: Workspace, behalf: Behalf, manner: Manner, **said: Any) -> None:
    """Record what somebody gave. Unknown is a valid answer everywhere, and is not zero.

    At a terminal it asks for what is missing.
    """
    from cli import questions
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.encoding import new_id

    _refuse_both(said["by"], said["by_group"])
    if behalf.recorded_for and not said["by"]:
        said["by"] = (behalf.recorded_for,)
    said, manner = questions.contribution(ws, said, manner)
    writer, made = Writer(ws), new_id("contribution")
    people = [ws.people.find(name) for name in said["by"]]
    people = people or ([] if said["by_group"] else [writer.acting()])
    body: dict[str, Any] = {
        "contribution": made,
        "project": ws.need("project", said["project"]),
        "people": [{"person": who} | _credit(ws, who, said["credits_"]) for who in people],
        "group": ws.find("group", said["by_group"]),
        "kinds": list(said["kinds"]) or ["unsorted"],
        "time": _time(said["given"], said["estimated"]),
        "problem": ws.find("problem", said["problem"]),
        "decision": ws.find("decision", said["decision"]),
        "evidence": evidence_hash(said["evidence"]),
        **{name: said[name] for name in ("stage", "level", "scale")},
        **ws.on_behalf(behalf),
    }
    values = {"what": said["what"], "words": said["words"]}
    tell(ws, writer.write("contribution-recorded/v1", body, values, manner=manner), made)


@contribution.command(
    "retract", example='tally contribution retract "Wrote the leaflet" --cause duplicate'
)
@click.argument("which", metavar="CONTRIBUTION")
@click.option("--cause", type=click.Choice(CAUSES), default="unsaid", help="Why, as a code.")
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@writes
@with_workspace
def retract(ws: Workspace, which: str, cause: str, reason: str | None, manner: Manner) -> None:
    """Take a contribution back: it no longer counts, and stays readable."""
    _turn(ws, "contribution-retracted/v1", which, cause, reason, manner)


@contribution.command("reinstate", example='tally contribution reinstate "Wrote the leaflet"')
@click.argument("which", metavar="CONTRIBUTION")
@click.option("--cause", type=click.Choice(CAUSES), default="unsaid", help="Why, as a code.")
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@writes
@with_workspace
def reinstate(ws: Workspace, which: str, cause: str, reason: str | None, manner: Manner) -> None:
    """Let a retracted contribution count again."""
    _turn(ws, "contribution-reinstated/v1", which, cause, reason, manner)


@contribution.command("list", example="tally contribution list")
@with_workspace
def list_contributions(ws: Workspace) -> None:
    """List the contributions."""
    from cli.listing import things

    things(ws, "contribution", "Nothing is recorded yet: tally contribution record WHAT")


@contribution.command("show", example='tally contribution show "Wrote the leaflet"')
@click.argument("which", metavar="CONTRIBUTION")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show everything recorded about one contribution."""
    from cli.listing import about, show_lines
    from cli.looking import look_at_thing

    found = ws.need("contribution", which)
    look_at_thing(ws, "contribution-show", ws.register("contribution").get(found))
    show_lines(ws, about(ws, found), title=ws.register("contribution").label(found))


def _credit(ws: Workspace, who: str, credits_: tuple[str, ...]) -> dict[str, Any]:
    """The CRediT roles that were named for one giver."""
    from cli.errors import WrongInput

    roles = []
    for text in credits_:
        name, equals, role = text.partition("=")
        if not equals:
            raise WrongInput(f"«{text}» names no role.", "Write it as Ben=methodology:lead.")
        role, _, degree = role.partition(":")
        if ws.people.find(name) == who:
            roles.append({"role": role} | ({"degree": degree} if degree else {}))
    return {"credit": roles} if roles else {}


def _turn(
    ws: Workspace, type: str, which: str, cause: str, reason: str | None, manner: Manner
) -> None:
    from cli.answering import tell
    from cli.writer import Writer

    body = {"contribution": ws.need("contribution", which), "cause": cause}
    tell(ws, Writer(ws).write(type, body, {"reason": reason}, manner=manner))


def _time(given: str | None, estimated: bool) -> dict[str, Any] | None:
    from cli.amounts import parse_minutes

    if given is None:
        return None
    basis, minutes = parse_minutes(given)
    if minutes is None:
        return {"basis": basis}
    return {"basis": "estimated" if estimated and basis == "worked" else basis, "minutes": minutes}


def _refuse_both(by: tuple[str, ...], by_group: str | None) -> None:
    """People by name and a group entry are two contributions: their sums are never mixed."""
    if by and by_group:
        raise click.UsageError(
            "--by and --by-group do not go together: record what the people gave, and what the "
            "group gave, one by one."
        )
