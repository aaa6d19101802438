"""Random histories of drawing by lot, judged as those of ``histories.py``, by the same two judges.

Money and work are left out, so that draws come to their end within a short history.
"""

from __future__ import annotations

from typing import Any

from histories import PEOPLE, Histories, given, mostly, place, whose
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from plain_draws import PlainRulesAndDraws, digest
from plain_rules import Said
from story import hashed, ident, person

from domain.ballot import Ballots
from domain.closing import counted

secret = st.sampled_from(("red", "red", "red", "red", "blue"))
#: Which of those who draw; 6 is somebody else.
drawer = st.integers(0, 6)
#: Mostly the last draw that was opened; 9 is none.
newest = st.sampled_from((0, 0, 0, 0, 1, 9))
DRAW = {"where": "p", "drawers": ["ana", "ben"], "pool": ["cy", "dee"], "seats": 1, "quorum": 2}


class Draws(Histories):
    """One history in which people draw, vote, step back, and are said to be one person."""

    budget_opened = payment_offered = payment_answered = payment_made = payment_reversed = None
    contribution_recorded = contribution_turned = record_confirmed = action_set = None
    power_granted = power_revoked = project_opened = person_enrolled = decision_opened = None

    def __init__(self) -> None:
        super().__init__()
        self.plain = PlainRulesAndDraws(self.charter)

    @initialize()
    def begin(self) -> None:
        """What the others begin with, and a draw."""
        super().begin()
        how = {"who": "ana", "grant": "own", "history": False}
        self.say(
            how, "person-enrolled", {"person": person("dee"), "project": ident("project", "p")}
        )
        self._open(how, last_day="2026-02-20", **DRAW)

    @rule(
        how=whose,
        where=place,
        drawers=st.lists(st.sampled_from(("ana", "ben", "cy")), min_size=1, max_size=3),
        pool=st.lists(st.sampled_from(("cy", "dee", "dee", "zoe")), max_size=2),
        seats=st.integers(1, 3),
        quorum=st.sampled_from((2, 2, 2, 3)),
        last_day=st.sampled_from(("2026-02-02", "2026-02-20", "2026-02-20", None)),
    )
    def draw_opened(self, how: dict[str, Any], **what: Any) -> None:
        if what["quorum"] <= len(what["drawers"]):  # else it is unclear in another way as well
            self._open(how, **what)

    def _open(self, how: dict[str, Any], **what: Any) -> None:
        pool = [{"option": f"p{n}", "person": person(name)} for n, name in enumerate(what["pool"])]
        body = given(
            decision=self._new("decision", fresh=True),
            project=ident("project", what["where"]),
            options=[*pool, {"option": "x"}],
            electorate=[person(name) for name in what["drawers"]],
            method="sortition",
            quorum=what["quorum"],
            seats=what["seats"],
            last_day=what["last_day"],
        )
        self.say(how, "decision-opened", body)

    @rule(how=whose, id=newest, who=drawer, own=mostly, secret=secret)
    def draw_sealed(self, how: dict[str, Any], id: int, who: int, own: bool, secret: str) -> None:
        decision, name = self._draw(id), self._drawer(id, who)
        seal = digest("tallystick/draw-seal/v1", decision, person(name), hashed(secret))
        self._said(how, "draw-sealed", name, own, decision=decision, seal=seal)

    @rule(how=whose, id=newest, who=drawer, own=mostly, secret=secret)
    def draw_revealed(self, how: dict[str, Any], id: int, who: int, own: bool, secret: str) -> None:
        decision, name = self._draw(id), self._drawer(id, who)
        self._said(how, "draw-revealed", name, own, decision=decision, secret=hashed(secret))

    @rule(how=whose, id=newest, wrong=st.sampled_from((None, None, "chosen", "places", "tally")))
    def draw_closed(self, how: dict[str, Any], id: int, wrong: str | None) -> None:
        """With what the lot gives, or with something else in one place."""
        decision = self._draw(id)
        found = counted(self.story.world.get(Ballots, decision))
        body: dict[str, Any] = {
            "decision": decision,
            "tally": found["tally"].model_dump(mode="json"),
            "places": [list(alike) for alike in found["places"]],
            "outcome": found["outcome"],
            "chosen": list(found["chosen"]),
            "tied": [],
        }
        if wrong == "tally":
            body["tally"]["ballots"] += 1
        elif wrong and body[wrong]:
            body[wrong] = body[wrong][::-1] if len(body[wrong]) > 1 else ["x"]
        if not body["tally"]["support"]:
            self.say(how, "decision-closed", body)

    def _said(self, how: dict[str, Any], type: str, who: str, own: bool, **body: str) -> None:
        how = how | {"who": who} if own else how
        self.say(how, type, body | {"person": person(who)})

    def _drawer(self, id: int, number: int) -> str:
        """One of those who draw, mostly."""
        opened = self.plain.first("decision-opened", decision=self._draw(id))
        drawers = opened.body["electorate"] if opened and number < 6 else [person("dee")]
        return next(name for name in PEOPLE if person(name) == drawers[number % len(drawers)])

    def _draw(self, id: int) -> str:
        """The newest draws, or none."""
        opened: list[Said] = list(self.plain.all("decision-opened", method="sortition"))
        return (
            opened[-1 - id % len(opened)].body["decision"] if id < 7 else self._id("decision", id)
        )
