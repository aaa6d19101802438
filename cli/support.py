"""``tally support``, ``training`` and ``gift``: what people need, learn and give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import SIDES
from cli.contribution import KINDS
from cli.lazy import Command, Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

NEEDS = (
    "interpreter",
    "translation",
    "easy-read",
    "transport",
    "childcare",
    "care-cover",
    "device",
    "venue",
    "format",
    "time-of-day",
    "pace",
    "money-ahead",
    "someone-along",
    "emotional-support",
    "other",
)
BENEFITS = (
    "skills",
    "knowledge",
    "confidence",
    "contacts",
    "belonging",
    "influence",
    "health",
    "income",
    "reference",
    "qualification",
    "work",
    "enjoyment",
    "better-service",
    "better-research",
    "none",
    "other",
)
RATIONALES = ("rights", "managerial", "experience", "other")
NAMINGS = ("by-name", "by-pseudonym", "not-named")
OUTCOMES = ("met", "partly", "not-met", "no-longer")


@click.group(cls=Group)
def support() -> None:
    """Say what you need to take part, and whether it was met."""


@support.command("ask", example="tally support ask interpreter --words 'BSL' --as Ben")
@click.argument("need", type=click.Choice(NEEDS))
@click.option("--words", help="More, in words; no diagnosis is needed (kept apart, erasable).")
@click.option("--project", metavar="PROJECT", help="In one; left out: in all.")
@on_behalf
@writes
@with_workspace
def ask(
    ws: Workspace,
    need: str,
    words: str | None,
    project: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say what you need. No reason is asked for."""
    from cli.recording import record
    from ledger.encoding import new_id

    made = new_id("support")
    body = {"support": made, "need": need, **_self(ws, project, behalf)}
    record(ws, "support-asked/v1", body, {"words": words}, manner=manner, made=made)


@support.command("met", example="tally support met 14 partly --as Ben")
@click.argument("which", metavar="SUPPORT")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--words", help="More, in words (kept apart, erasable).")
@writes
@with_workspace
def met(ws: Workspace, which: str, outcome: str, words: str | None, manner: Manner) -> None:
    """Say whether a need was met: by who met it, or by who has it; both words stand."""
    from cli.recording import made_by, record, standing
    from domain.support import Support

    found = made_by(ws, "support", which)
    body = {"support": found, "person": standing(ws, Support, found).person, "outcome": outcome}
    record(ws, "support-met/v1", body, {"words": words}, manner=manner)


@click.command(cls=Command, example="tally training listening --for 'Ana' --by 'Ben Okri'")
@click.argument("topic")
@click.option("--for", "learners", metavar="PERSON", multiple=True, help="Who learned.")
@click.option("--for-group", metavar="GROUP", multiple=True, help="A group that learned.")
@click.option("--by", metavar="PERSON", multiple=True, help="Who taught.")
@click.option("--time", "length", help="90m, 1h30, half-day or unknown.")
@click.option("--what", help="More, in words.")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@writes
@with_workspace
def training(ws: Workspace, topic: str, manner: Manner, **more: Any) -> None:
    """Record that people learned something, and from whom."""
    from cli.amounts import parse_minutes
    from cli.recording import record
    from ledger.encoding import new_id

    made, time = new_id("training"), None
    if more["length"]:
        basis, minutes = parse_minutes(more["length"])
        time = {"basis": basis} | ({"minutes": minutes} if minutes else {})
    body = {
        "training": made,
        "project": ws.need("project", more["project"]),
        "topic": topic,
        "people": [ws.people.find(name) for name in more["learners"]],
        "groups": [ws.need("group", name) for name in more["for_group"]],
        "trainers": [ws.people.find(name) for name in more["by"]],
        "time": time,
    }
    record(ws, "training-held/v1", body, {"what": more["what"]}, manner=manner, made=made)


@click.command(cls=Command, example="tally person benefit confidence contacts --as Ben")
@click.argument("benefits", nargs=-1, required=True, type=click.Choice(BENEFITS))
@click.option("--words", help="In your own words (kept apart, erasable).")
@click.option("--project", metavar="PROJECT", help="In one; left out: in all.")
@on_behalf
@writes
@with_workspace
def benefit(
    ws: Workspace,
    benefits: tuple[str, ...],
    words: str | None,
    project: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say what you got out of taking part; «none» is an answer."""
    from cli.recording import record

    body = {"benefits": list(dict.fromkeys(benefits)), **_self(ws, project, behalf)}
    record(ws, "benefit-received/v1", body, {"words": words}, manner=manner)


@click.command(cls=Command, example="tally person rationale community rights --as Ben")
@click.argument("side", type=click.Choice(SIDES))
@click.argument("rationales", nargs=-1, required=True, type=click.Choice(RATIONALES))
@click.option("--words", help="In your own words.")
@click.option("--project", metavar="PROJECT", help="In one; left out: in all.")
@on_behalf
@writes
@with_workspace
def rationale(
    ws: Workspace,
    side: str,
    rationales: tuple[str, ...],
    words: str | None,
    project: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say what your SIDE works together for; never averaged with others."""
    from cli.recording import record

    body = {"side": side, "rationales": list(rationales), **_self(ws, project, behalf)}
    record(ws, "rationale-stated/v1", body, {"words": words}, manner=manner)


@click.command(cls=Command, example="tally person naming by-name --as Ben")
@click.argument("wish", type=click.Choice(NAMINGS))
@click.option("--words", help="In your own words (kept apart, erasable).")
@click.option("--project", metavar="PROJECT", help="In one; left out: in all.")
@on_behalf
@writes
@with_workspace
def naming(
    ws: Workspace,
    wish: str,
    words: str | None,
    project: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say whether you wish to be named where work is credited; your latest word counts."""
    from cli.recording import record

    body = {"wish": wish, **_self(ws, project, behalf)}
    record(ws, "naming-said/v1", body, {"words": words}, manner=manner)


@click.group(cls=Group)
def gift() -> None:
    """Declare that work of yours is a gift, and take it back."""


@gift.command("declare", example="tally gift declare --kind advice --until 2026-12-31 --as Ben")
@click.option("--contribution", metavar="CONTRIBUTION", help="Of one contribution, or")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), metavar="KIND",
              help="of these kinds of work,")  # fmt: skip
@click.option("--until", metavar="DATE", help="up to this day.")
@click.option("--words", help="In your own words (kept apart, erasable).")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@writes
@with_workspace
def declare(ws: Workspace, words: str | None, manner: Manner, **more: Any) -> None:
    """Declare that work of yours is a gift: one contribution, or a project until a day.

    Nobody can do it for you, and it is no consent to anything else.
    """
    from cli.recording import day, made_by, record
    from cli.writer import Writer
    from ledger.encoding import new_id

    made, of = new_id("gift"), more["contribution"]
    body = {
        "gift": made,
        "person": Writer(ws).acting(),
        "project": ws.need("project", more["project"]),
        "contribution": made_by(ws, "contribution", of) if of else None,
        "kinds": list(more["kinds"]),
        "until": day(more["until"]),
    }
    record(ws, "gift-declared/v1", body, {"words": words}, manner=manner, made=made)


@gift.command("revoke", example="tally gift revoke 44 --as Ben")
@click.argument("which", metavar="GIFT")
@writes
@with_workspace
def revoke(ws: Workspace, which: str, manner: Manner) -> None:
    """Take a gift back, from now on."""
    from cli.recording import made_by, record, standing
    from domain.gift import Gift

    found = made_by(ws, "gift", which)
    body = {"gift": found, "person": standing(ws, Gift, found).person}
    record(ws, "gift-revoked/v1", body, manner=manner)


def _self(ws: Workspace, project: str | None, behalf: Behalf) -> dict[str, Any]:
    from cli.writer import Writer

    said = ws.on_behalf(behalf)
    person = said["for"] or Writer(ws).acting()
    return {"person": person, "project": ws.find("project", project), **said}
