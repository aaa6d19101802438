"""``tally told`` and ``tally answer``: what follows a line, and a dispute of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

HOW = ("read-aloud", "printed", "sent", "shown", "easy-read", "interpreted")
OUTCOMES = ("corrected", "retracted", "kept", "explained")


@click.command(cls=Command, example="tally told 'Ben Okri' --how printed --object-to 'Dana Reyes'")
@click.argument("people", metavar="PERSON…", nargs=-1, required=True)
@click.option("--how", type=click.Choice(HOW), required=True, help="In which form.")
@click.option("--object-to", metavar="PERSON", help="To whom they can object: not the recorder.")
@click.option("--contact", help="Or a contact outside (kept apart, erasable).")
@click.option("--project", metavar="PROJECT", help="Of one project; left out: of all.")
@click.option("--line", "lines", metavar="LINE", multiple=True, help="Of these lines alone.")
@writes
@with_workspace
def told(
    ws: Workspace,
    people: tuple[str, ...],
    how: str,
    object_to: str | None,
    contact: str | None,
    project: str | None,
    lines: tuple[str, ...],
    manner: Manner,
) -> None:
    """Record that a PERSON was shown what is recorded about them, and how to object."""
    from cli.recording import line_named, record

    found = [ws.people.find(who) for who in people]
    for person in found:
        body = {
            "person": person,
            "project": ws.find("project", project),
            "how": how,
            "lines": [line_named(ws, line) for line in lines] or None,
            "object_to": ws.find("person", object_to),
        }
        record(ws, "person-told/v1", body, {"contact": contact}, manner=manner)


@click.command(cls=Command, example="tally answer 32 --outcome corrected --words 'It was two'")
@click.argument("which", metavar="DISPUTE")
@click.option(
    "--outcome", type=click.Choice(OUTCOMES), help="What was done about it; it is done first."
)
@click.option("--settled", is_flag=True, help="You raised it, and are content.")
@click.option("--given-up", is_flag=True, help="You raised it, and close it all the same.")
@click.option("--words", help="In words for whom it concerns (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def answer(
    ws: Workspace,
    which: str,
    outcome: str | None,
    settled: bool,
    given_up: bool,
    words: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Answer a DISPUTE for the record (--outcome), or close your own (--settled, --given-up)."""
    from cli.errors import WrongInput
    from cli.recording import body_of, line_named, record, standing
    from domain.dispute import Dispute

    if (outcome is not None) + settled + given_up != 1:
        raise WrongInput(
            "It is not said what becomes of the dispute.",
            "Whoever keeps the record gives --outcome; who raised it --settled or --given-up.",
        )
    raised = body_of(ws, which, "record-disputed/v1")
    dispute = line_named(ws, which)
    state = standing(ws, Dispute, dispute)
    body = {"dispute": dispute, "line": raised["line"], "person": state.raiser}
    if outcome:
        body["outcome"] = outcome
        record(ws, "dispute-answered/v1", body, {"words": words}, manner=manner)
        return
    closed = {**body, "settled": settled, **ws.on_behalf(behalf)}
    record(ws, "dispute-closed/v1", closed, {"words": words}, manner=manner)
