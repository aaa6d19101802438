"""Drawing by lot: people are selected in an order that nobody could choose and anyone recomputes.

The pool, the seats and the drawers are fixed when the decision opens: the options are the pool,
the electorate are those who draw, two or more, none of whom can be drawn. Each for themselves::

    draw-sealed     a drawer seals a secret: its SHA-256, bound to decision and drawer
    draw-revealed   once every seal is in, the drawer shows the secret, which must fit the seal

The order follows from the secrets, the decision's id and the pool (``lot.py`` says exactly how),
and the close states it. A drawer who never shows theirs stops the draw: it closes without a quorum,
decides nothing, and names nobody in another's place; who it was stands in the record. A new draw is
a new decision. So a drawer can prevent a draw, and be seen to, but never steer one.

Source: domain.md section 5 (sortition for selecting people).
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from domain import lot, tally
from domain.act import Act
from domain.ballot import Ballots, refuse_unentitled
from domain.decision import refuse_late, still_open
from domain.event import Event, Touches
from domain.line import Line
from domain.question import DecisionOpened
from domain.refusal import Refused
from domain.values import DecisionId, Hex64, PersonId
from domain.world import World

_OF_DRAW = (
    "unknown-decision",
    "decision-closed-already",
    "voting-over",
    "no-draw",
    "not-on-electorate",
    "not-your-secret",
    "recused",
    "stands-on-history",
    "before-it-happened",
)


class _OfDraw(Event):
    """What the events of a draw have in common."""

    HISTORY = False
    OWN_VOICE = True
    WHO = "a drawer named at opening, and nobody for them"

    decision: DecisionId = Field(description="the decision")
    person: PersonId = Field(description="who draws")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Ballots, self.decision), *Line.of(act, self.person))


class DrawSealed(_OfDraw):
    """A drawer sealed a secret, before any is shown."""

    TYPE = "draw-sealed/v1"
    REFUSED_BY = (*_OF_DRAW, "sealed-already")

    seal: Hex64 = Field(description="SHA-256 that binds the secret; see the page `lot.py`")

    def count(self, ballots: Ballots) -> None:
        """Keep the seal."""
        ballots.seals[self.person] = self.seal


class DrawRevealed(_OfDraw):
    """A drawer showed the secret that they had sealed."""

    TYPE = "draw-revealed/v1"
    REFUSED_BY = (*_OF_DRAW, "not-all-sealed", "revealed-already", "secret-differs")

    secret: Hex64 = Field(description="the 32 random bytes, hex")

    def count(self, ballots: Ballots) -> None:
        """Take it for the draw."""
        ballots.secrets[self.person] = self.secret
        ballots.voted.add(self.person)
        ballots.ballots += 1


def seal(world: World, act: Act[DrawSealed]) -> None:
    """Seal a secret, once."""
    ballots, _ = _of_draw(world, act)
    if act.event.person in ballots.seals:
        raise Refused(
            "sealed-already",
            f"{act.event.person} has sealed a secret; a seal stands",
            "draw-revealed/v1 of that secret",
        )


def reveal(world: World, act: Act[DrawRevealed]) -> None:
    """Show the secret, once every seal is in."""
    event = act.event
    ballots, opened = _of_draw(world, act)
    waiting = [person for person in opened.electorate if person not in ballots.seals]
    if waiting:
        raise Refused(
            "not-all-sealed",
            f"{', '.join(waiting)} sealed nothing yet, and could still choose by what is shown",
            "draw-sealed/v1 by every drawer first",
        )
    if event.person in ballots.secrets:
        raise Refused("revealed-already", f"{event.person} has shown it", "nothing more is needed")
    if lot.seal(event.decision, event.person, event.secret) != ballots.seals[event.person]:
        raise Refused(
            "secret-differs",
            f"the secret is not the one that {event.person} sealed",
            "draw-revealed/v1 of the secret that was sealed, or a new draw",
        )


def _of_draw(world: World, act: Act[Any]) -> tuple[Ballots, DecisionOpened]:
    event = act.event
    state, opened = still_open(world, act)
    if not tally.METHODS[opened.method].draws:
        raise Refused(
            "no-draw",
            f"{event.decision} is decided by {opened.method}, not drawn",
            "decision-opened/v1 with the method sortition",
        )
    refuse_unentitled(state, event.decision, event.person)
    refuse_late(act, opened)
    if act.author != event.person:
        raise Refused(
            "not-your-secret",
            f"a secret that another knows draws nothing: only {event.person} seals and shows it",
            f"{act.type} by that person",
        )
    ballots = world.get(Ballots, event.decision)
    if event.person in ballots.recused:
        raise Refused(
            "recused",
            f"{event.person} stepped back from {event.decision}; that stands",
            "a new decision-opened/v1 with other drawers",
        )
    return ballots, opened
