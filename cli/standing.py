"""How a decision stands: what was fixed, what was counted, what became of it, in one form.

Everything is read off the entries and counted by the rules, nothing is kept beside them. Of secret
ballots among fewer than ten people the numbers are left out (domain.md section 10).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.names import short

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from domain.ballot import Ballots
    from domain.decision import Decision
    from domain.interest import Interests
    from domain.question import DecisionOpened


@dataclass(frozen=True)
class Standing:
    """One decision of a ledger, as its rules see it, with names to speak of it."""

    ws: Workspace
    id: str
    state: Decision
    ballots: Ballots
    interests: Interests
    words: dict[str, str]

    @property
    def opened(self) -> DecisionOpened:
        """What was fixed."""
        if self.state.opened is None:
            raise AssertionError("a register lists only what was opened")
        return self.state.opened

    @property
    def suppressed(self) -> bool:
        """Whether numbers would tell who voted how."""
        from domain.counted import FEWEST

        return self.opened.ballots != "open" and self.opened.voters < FEWEST

    def counting(self) -> dict[str, Any]:
        """What closing must state now: tally, places, outcome, chosen, tied, unhandled."""
        from domain.closing import counted, unhandled

        found = counted(self.ballots)
        return found | {
            "tally": found["tally"].model_dump(mode="json"),
            "places": [list(place) for place in found["places"]],
            "chosen": list(found["chosen"]),
            "tied": list(found["tied"]),
            "unhandled": list(unhandled(self.opened, self.interests)),
        }

    def as_json(self) -> dict[str, Any]:
        """The stable form of ``tally decision show --json``."""
        opened, state, counting = self.opened, self.state, self.counting()
        people, hidden = self.ws.people, self.suppressed
        names = self.ws.register("decision")
        return {
            "id": self.id,
            "question": names.label(self.id),
            "method": opened.method,
            "count_rule": opened.count_rule,
            "seats": opened.seats,
            "quorum": opened.quorum,
            "body": opened.body and self.ws.register("body").label(opened.body),
            "by_seats": opened.by_seats,
            "casting": opened.casting and people.label(opened.casting),
            "draw": self._draw(),
            "subject": opened.subject,
            "major": opened.major,
            "recorded_afterwards": state.history,
            "ballots_are": opened.ballots,
            "tellers": [people.label(person) for person in opened.tellers],
            "electorate": [people.label(person) for person in opened.electorate],
            "may_vote": opened.voters,
            "left_out": [self._left_out(one) for one in opened.left_out],
            "ballots": self.ballots.ballots,
            "turnout": self.ballots.ballots / opened.voters,
            "suppressed": hidden,
            "recused": [people.label(person) for person in sorted(self.ballots.recused)],
            "interests": [people.label(person) for person in sorted(self.interests.declared)],
            "unhandled": [people.label(person) for person in counting["unhandled"]],
            "lacks": list(state.lacks),
            "closed": bool(state.outcome),
            "outcome": state.outcome or None,
            "chosen": list(state.chosen),
            "counted": {key: counting[key] for key in ("outcome", "chosen", "tied")},
            "places": counting["places"] if opened.ballots == "open" or state.outcome else [],
            "overridden": self._override() if state.overridden else None,
            "reversed_by": names.label(state.reversed_by) if state.reversed_by else None,
            "options": [self._option(option, hidden) for option in opened.options],
        }

    def _option(self, option: Any, hidden: bool) -> dict[str, Any]:
        from domain.tally import METHODS

        count = self.ballots.count()
        votes = None if hidden or METHODS[self.opened.method].places else count.support
        return {
            "option": option.option,
            "words": self.words.get(option.option),
            "person": option.person and self.ws.people.label(option.person),
            "put_by": self._put_by(option),
            "side": option.side,
            "cost": option.cost and str(option.cost),
            "for": None if votes is None else votes.get(option.option, 0),
            "against": None if hidden else count.against.get(option.option, 0),
        }

    def name(self, key: str) -> str:
        """An option as people should read it: its key, and whom it stands for."""
        person = next((o.person for o in self.opened.options if o.option == key), None)
        return f"{key} ({self.ws.people.label(person)})" if person else key

    def names(self, keys: Iterable[str]) -> str:
        """Several of them, with commas."""
        return ", ".join(map(self.name, keys))

    def _draw(self) -> dict[str, Any] | None:
        from cli.electorates import side_of
        from domain.lot import seed
        from domain.tally import METHODS

        opened, people = self.opened, self.ws.people
        if not METHODS[opened.method].draws:
            return None
        shown = self.ballots.secrets
        whole = len(shown) == len(opened.electorate)
        return {
            "drawers": [
                {
                    "person": people.label(person),
                    "side": side_of(self.ws, person),
                    "sealed": person in self.ballots.seals,
                    "shown": person in shown,
                }
                for person in opened.electorate
            ],
            "quotas": {quota.side: quota.seats for quota in opened.quotas},
            "seed": seed(opened.decision, opened.frame.pool, shown.items()) if whole else None,
        }

    def _put_by(self, option: Any) -> str | None:
        if option.put_by:
            return self.ws.people.label(option.put_by)
        group = option.put_by_group
        return self.ws.register("group").label(group) if group else None

    def _left_out(self, one: Any) -> str:
        who = self.ws.people.label(one.person) if one.person else one.group and short(one.group)
        return f"{who or one.number} ({one.cause})"

    def _override(self) -> dict[str, Any] | None:
        from cli.listing import about, as_object

        for entry in about(self.ws, self.id):
            if entry.type == "decision-overridden/v1":
                item = as_object(self.ws, entry)
                if item["body"]["decision"] == self.id:
                    return dict(item["body"]) | {"rule": item["disclosed"].get("rule", "erased")}
        return None


def standing(ws: Workspace, decided: str) -> Standing:
    """How the decision with this id stands at the head of the ledger."""
    from cli.listing import disclosed
    from domain.ballot import Ballots
    from domain.decision import Decision
    from domain.interest import Interests
    from projections.store_world import StoreWorld

    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    thing = ws.register("decision").get(decided)
    words = disclosed(ws, thing.index).get("options") if thing else None
    return Standing(
        ws,
        decided,
        world.get(Decision, decided),
        world.get(Ballots, decided),
        world.get(Interests, decided),
        words if isinstance(words, dict) else {},
    )
