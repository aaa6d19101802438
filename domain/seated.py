"""Seats as an electorate: a decision by whoever holds the voting seats of a body when it opens.

The seats are written out as people at opening and frozen with everything else, so that a term that
ends or a seat that is filled while voting goes on changes nobody's ballot. One seat is one vote; a
quorum is at least the body's own. Whoever is left out is named, with the cause.

A chair breaks a tie only where the opening says so (``casting``): then the chair's own signed
ballot, should two options of a simple majority have equally many, counts once more. A chair who
abstained breaks nothing.

Who sat on a body is known as it stands now, not as it stood on a day in the past: a decision that
is recorded afterwards names its people.

Source: domain.md sections 5 and 7.
"""

from __future__ import annotations

from domain.act import Act
from domain.body import Body
from domain.dates import refuse_resting_on_history
from domain.question import DecisionOpened
from domain.refusal import Refused
from domain.world import World


def refuse_other_than_seats(world: World, act: Act[DecisionOpened]) -> None:
    """Raises Refused unless an electorate by seats is that of the body, and its chair the chair."""
    event = act.event
    if not event.by_seats:
        if event.casting is not None:
            raise _unclear("a casting vote is that of a body's chair, and the electorate is people")
        return
    state = _body(world, act)
    sitting = state.voters(act.today)
    if not sitting:
        raise Refused(
            "no-voting-seats",
            f"nobody holds a voting seat on {event.body}",
            "seat-filled/v1 first, or an electorate of people",
        )
    out = {left.person for left in event.left_out}
    if set(event.electorate) != sitting - out:
        raise Refused(
            "electorate-differs",
            f"the voting seats of {event.body} are held by {', '.join(sorted(sitting))}; the "
            f"electorate is {', '.join(sorted(event.electorate))}",
            "decision-opened/v1 with those people, whoever is left out named with the cause",
        )
    if state.quorum is not None and event.quorum < state.quorum:
        raise Refused(
            "quorum-too-low",
            f"{event.body} has a quorum of {state.quorum}, and this one is {event.quorum}",
            f"decision-opened/v1 with a quorum of {state.quorum} or more",
        )
    _refuse_other_chair(act, state)


def _body(world: World, act: Act[DecisionOpened]) -> Body:
    event = act.event
    if event.body is None or act.is_history:
        raise Refused(
            "electorate-unclear",
            "who sat on it then is not known: afterwards, the people are named"
            if act.is_history
            else "the seats of which body is not said",
            "decision-opened/v1 with its people" if act.is_history else "the same with `body`",
        )
    state = world.get(Body, event.body)
    if not state.created:
        raise Refused("unknown-body", f"{event.body} was never created", "body-created/v1")
    refuse_resting_on_history(act, state.history, event.body)
    if state.project not in {None, event.project}:
        raise Refused(
            "electorate-unclear",
            f"{event.body} belongs to {state.project}, and this is decided for "
            f"{event.project or 'the whole programme'}",
            "a body of that project, or of the whole programme",
        )
    return state


def _refuse_other_chair(act: Act[DecisionOpened], state: Body) -> None:
    event = act.event
    if event.casting is None:
        return
    chairs = state.chairs(act.today)
    if chairs != {event.casting} or event.casting not in event.electorate:
        raise _unclear(
            f"{event.casting} is not the one chair of {event.body} with a vote: "
            f"{', '.join(sorted(chairs)) or 'nobody'} chairs it"
        )
    if event.method != "simple-majority" or event.ballots != "open":
        raise _unclear("a casting vote breaks ties of a simple majority by signed ballots")


def _unclear(what: str) -> Refused:
    return Refused("casting-unclear", what, "decision-opened/v1 without it, or with the one chair")
