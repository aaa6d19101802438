"""The rules of drawing by lot once more, as plainly; beside ``plain_rules.py`` and its votes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from plain_rules import Said
from plain_votes import PlainRulesAndVotes


class PlainRulesAndDraws(PlainRulesAndVotes):
    """May this be said now? Draws too: each seals a secret, then all show theirs."""

    def decision_opened(self, said: Said) -> bool:
        """A draw has two drawers at least, a pool of others, a last day, and is held live."""
        body = said.body
        if body["method"] != "sortition":
            return super().decision_opened(said)
        drawers, pool = body["electorate"], body["options"]
        keys = [option["option"] for option in pool]
        people = [option["person"] for option in pool if "person" in option]
        return (
            not said.history
            and self.project(body["project"])
            and not self.over(said)
            and self.may(said, {"decision", "chairing"}, body["project"])
            and self.first("decision-opened", decision=body["decision"]) is None
            and len(set(keys)) == len(keys)
            and len(set(people)) == len(people)
            and len(set(drawers)) == len(drawers) >= 2
            and not set(drawers) & set(people)
            and body["quorum"] == len(drawers)
            and "last_day" in body
            and body["seats"] < len(pool)
            and all(self.takes_part(person, body["project"]) for person in drawers + people)
            and all(self.names(person) & {*drawers, *people} == {person} for person in drawers)
        )

    def draw(self, said: Said) -> Said | None:
        """The draw that is still on, if it is for the author to seal and show in it."""
        opened = self.open(said)
        if opened is None or opened.body["method"] != "sortition" or said.history:
            return None
        person = said.body["person"]
        if person not in opened.body["electorate"] or person != said.author:
            return None
        gone = self.first("recusal-declared", decision=said.body["decision"], person=person)
        return None if gone or self.is_late(said, opened) else opened

    def draw_sealed(self, said: Said) -> bool:
        """Once."""
        decision, person = said.body["decision"], said.body["person"]
        sealed = self.first("draw-sealed", decision=decision, person=person)
        return self.draw(said) is not None and sealed is None

    def draw_revealed(self, said: Said) -> bool:
        """Once all have sealed theirs; and the one that was sealed."""
        opened, body = self.draw(said), said.body
        if opened is None:
            return False
        seals = {
            past.body["person"]: past.body["seal"]
            for past in self.all("draw-sealed", decision=body["decision"])
        }
        if set(seals) != set(opened.body["electorate"]):
            return False
        if self.first("draw-revealed", decision=body["decision"], person=body["person"]):
            return False
        lines = ("tallystick/draw-seal/v1", body["decision"], body["person"], body["secret"])
        return seals[body["person"]] == digest(*lines)

    def vote_cast(self, said: Said) -> bool:
        """Nobody votes in a draw."""
        drawn = self.first("decision-opened", decision=said.body["decision"], method="sortition")
        return drawn is None and super().vote_cast(said)

    def decision_closed(self, said: Said) -> bool:
        """When all have shown theirs or the last day has passed, with what the lot gives."""
        opened = self.open(said)
        if opened is None or opened.body["method"] != "sortition":
            return super().decision_closed(said)
        if not self.may(said, {"decision", "chairing"}, opened.body["project"]):
            return False
        decision, drawers = said.body["decision"], opened.body["electorate"]
        shown = {
            past.body["person"]: past.body["secret"]
            for past in self.all("draw-revealed", decision=decision)
        }
        gone = {past.body["person"] for past in self.all("recusal-declared", decision=decision)}
        waiting = set(drawers) - set(shown) - gone
        if waiting and said.today <= opened.body["last_day"]:
            return False
        order: list[str] = []
        if len(shown) == len(drawers):
            order = drawn(opened.body, shown)
        expected = {
            "tally": {"ballots": len(shown), "abstained": 0, "support": [], "against": []},
            "places": [[key] for key in order],
            "outcome": "decided" if order else "no-quorum",
            "chosen": order[: opened.body["seats"]],
            "tied": [],
        }
        return all(said.body[name] == value for name, value in expected.items())


def drawn(opened: dict[str, Any], shown: dict[str, str]) -> list[str]:
    """The order of the pool by these secrets, from the words of ``domain/lot.py`` alone."""
    pool = [
        f"{option['option']} {option.get('person', '-')} {option.get('side', 'unsaid')}"
        for option in opened["options"]
    ]
    secrets = [f"{person} {shown[person]}" for person in sorted(shown)]
    seed = digest("tallystick/draw-seed/v1", opened["decision"], *pool, *secrets)
    keys = [option["option"] for option in opened["options"]]
    return sorted(keys, key=lambda key: digest("tallystick/draw-ticket/v1", seed, key))


def digest(*lines: str) -> str:
    """SHA-256 of lines that each end in LF, hex."""
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
