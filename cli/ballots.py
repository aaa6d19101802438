"""What voters say themselves: ballots, objections, dissent.

tally decision vote "Open late?" late                one option
tally decision vote "Who goes?" "ben > ana = cy"     a ranking: best first, «=» for alike
tally decision vote "Grants" ramp bus                a budget vote: each option it is for
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.standing import Standing
    from cli.workspace import Workspace


@click.command("vote", cls=Command, example='tally decision vote "Open late?" late --as "Ben Okri"')
@click.argument("which", metavar="DECISION")
@click.argument("choices", metavar="[CHOICE…]", nargs=-1)
@click.option("--abstain", is_flag=True, help="Vote for nothing; it counts for the quorum.")
@click.option(
    "--against", multiple=True, metavar="KEY", help="Oppose an option (consensus, consent)."
)
@click.option("--reason", help="Why (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def vote(
    ws: Workspace,
    which: str,
    choices: tuple[str, ...],
    abstain: bool,
    against: tuple[str, ...],
    reason: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Cast one ballot: the key of an option, or several. A ballot stands as cast.

    Under ranked choice CHOICE is a ranking, best first: «ben > ana = cy». Whom you leave out you
    have no opinion of: they rank neither before nor behind the others.
    """
    from cli.answering import tell
    from cli.standing import standing
    from cli.writer import Writer

    decided = ws.need("decision", which)
    writer, spoken = Writer(ws), ws.on_behalf(behalf)
    body = {
        "decision": decided,
        "voter": spoken["for"] or writer.acting(),
        **_ballot(ws, standing(ws, decided), choices, abstain),
        "against": list(against),
        **spoken,
    }
    tell(ws, writer.write("vote-cast/v1", body, {"reason": reason}, manner=manner))


def _ballot(
    ws: Workspace, stand: Standing, choices: tuple[str, ...], abstain: bool
) -> dict[str, Any]:
    from cli.errors import WrongInput

    opened = stand.opened
    if not choices and not abstain:
        choices = _asked(ws, stand)
    if bool(choices) == abstain:
        raise WrongInput(
            "A ballot is for one option, or abstains.",
            "Give the key of an option or --abstain; `tally decision show` lists the options.",
        )
    if abstain:
        return {}
    if opened.method == "ranked-choice":
        places = [alike for alike in " ".join(choices).split(">") if alike.strip()]
        return {"ranking": [[key.strip() for key in alike.split("=")] for alike in places]}
    if opened.method == "budget-vote":
        return {"approves": list(choices)}
    if len(choices) != 1:
        raise WrongInput(f"Under {opened.method} a ballot is for one option.", "Name one.")
    return {"choice": choices[0]}


def _asked(ws: Workspace, stand: Standing) -> tuple[str, ...]:
    """A ballot, asked for with the options in sight."""
    from cli.render.text import visible

    if not ws.settings.may_ask:
        return ()
    for key in stand.opened.keys:
        click.echo(f"  {key:12} {visible(str(stand.words.get(key, '')))}", err=True)
    question = {
        "ranked-choice": "Your ranking, best first, as: one > two = three",
        "budget-vote": "The options you are for, with spaces between",
    }.get(stand.opened.method, "Your choice")
    answer = click.prompt(question, err=True)
    return tuple(str(answer).split())


@click.command(
    "object",
    cls=Command,
    example='tally decision object "Open late?" late --reason "Nobody could lock up"',
)
@click.argument("which", metavar="DECISION")
@click.argument("option", metavar="OPTION")
@click.option("--reason", help="Why; under consent an objection needs one.")
@click.option("--withdraw", is_flag=True, help="Take your objection back.")
@on_behalf
@writes
@with_workspace
def object_to(
    ws: Workspace,
    which: str,
    option: str,
    reason: str | None,
    withdraw: bool,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Stand against an OPTION, or no longer. While an objection stands it cannot be chosen.

    It needs no ballot, and a ballot you cast stays as it was.
    """
    from cli.answering import tell
    from cli.writer import Writer

    writer, spoken = Writer(ws), ws.on_behalf(behalf)
    body = {
        "decision": ws.need("decision", which),
        "person": spoken["for"] or writer.acting(),
        "option": option,
        **spoken,
    }
    type = "objection-withdrawn/v1" if withdraw else "objection-raised/v1"
    tell(ws, writer.write(type, body, {"reason": reason}, manner=manner))


@click.command(
    "dissent", cls=Command, example='tally decision dissent "Open late?" "We were not heard"'
)
@click.argument("which", metavar="DECISION")
@click.argument("words")
@on_behalf
@writes
@with_workspace
def dissent(ws: Workspace, which: str, words: str, behalf: Behalf, manner: Manner) -> None:
    """Say that you disagree with an outcome. It changes nothing, and stands beside it."""
    from cli.answering import tell
    from cli.writer import Writer

    writer, spoken = Writer(ws), ws.on_behalf(behalf)
    body = {
        "decision": ws.need("decision", which),
        "person": spoken["for"] or writer.acting(),
        **spoken,
    }
    tell(ws, writer.write("dissent-stated/v1", body, {"words": words}, manner=manner))
