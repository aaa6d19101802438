"""``tally interest``: declared by those who have them, handled by those who chair, and recusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

NATURES = (
    "money",
    "employer",
    "family",
    "friendship",
    "own-proposal",
    "office",
    "belief",
    "other",
)
HANDLINGS = (
    "noted",
    "spoke-did-not-vote",
    "left-the-room",
    "stepped-back",
    "replaced",
    "independent-check",
)


@click.group(cls=Group)
def interest() -> None:
    """Declare interests, say how they were handled, and step back."""


@interest.command(
    "declare", example='tally interest declare employer --decision "Open late?" --option late'
)
@click.argument("nature", type=click.Choice(NATURES))
@click.option("--decision", metavar="DECISION", help="In which; left out: the register.")
@click.option("--project", metavar="PROJECT", help="For the register: in which project.")
@click.option("--option", metavar="KEY", help="The option it lies in, if in one.")
@click.option("--words", help="What it is (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def declare(
    ws: Workspace,
    nature: str,
    decision: str | None,
    project: str | None,
    option: str | None,
    words: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say that an outcome touches you otherwise than everyone. It does not take your vote away.

    NATURE is money, employer, family, friendship, own-proposal, office, belief or other.
    """
    from cli.answering import tell
    from cli.writer import Writer

    writer, spoken = Writer(ws), ws.on_behalf(behalf)
    body = {
        "person": spoken["for"] or writer.acting(),
        "decision": ws.find("decision", decision),
        "project": None if decision else ws.find("project", project),
        "nature": nature,
        "option": option,
        **spoken,
    }
    tell(ws, writer.write("interest-declared/v1", body, {"words": words}, manner=manner))


@interest.command("manage", example='tally interest manage "Ben Okri" "Open late?" noted')
@click.argument("who", metavar="PERSON")
@click.argument("which", metavar="DECISION")
@click.argument("handling", type=click.Choice(HANDLINGS))
@click.option("--reason", help="Why so (kept apart, erasable).")
@writes
@with_workspace
def manage(
    ws: Workspace, who: str, which: str, handling: str, reason: str | None, manner: Manner
) -> None:
    """Say how a declared interest was handled. Not one's own.

    HANDLING is noted, spoke-did-not-vote, left-the-room, stepped-back, replaced or
    independent-check.
    """
    from cli.answering import tell
    from cli.writer import Writer

    body = {
        "decision": ws.need("decision", which),
        "person": ws.people.find(who),
        "handling": handling,
    }
    tell(ws, Writer(ws).write("interest-managed/v1", body, {"reason": reason}, manner=manner))


@interest.command("recuse", example='tally interest recuse "Open late?" --as "Ben Okri"')
@click.argument("which", metavar="DECISION")
@click.option("--reason", help="Why (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def recuse(ws: Workspace, which: str, reason: str | None, behalf: Behalf, manner: Manner) -> None:
    """Step back from a decision: your ballot will not be taken. Nobody can do it for you.

    (Only for somebody who never had a key may it be recorded, with a witness.)
    """
    from cli.answering import tell
    from cli.writer import Writer

    writer, spoken = Writer(ws), ws.on_behalf(behalf)
    body = {
        "decision": ws.need("decision", which),
        "person": spoken["for"] or writer.acting(),
        **spoken,
    }
    tell(ws, writer.write("recusal-declared/v1", body, {"reason": reason}, manner=manner))
