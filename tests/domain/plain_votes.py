"""The rules of decisions once more, as plainly: the rest of ``plain_rules.py``.

Only a simple majority is counted here, by signed ballots.
"""

from __future__ import annotations

from typing import Any

from plain_rules import PlainRules, Said


class PlainRulesAndVotes(PlainRules):
    """May this be said now? Decisions, ballots and recusals too."""

    def decision_opened(self, said: Said) -> bool:
        """By who decides or chairs; everything clear, everyone enrolled."""
        body = said.body
        people = body["electorate"]
        options = [option["option"] for option in body["options"]]
        return (
            self.project(body["project"])
            and not self.over(said)
            and self.may(said, {"decision", "chairing"}, body["project"])
            and self.first("decision-opened", decision=body["decision"]) is None
            and len(set(options)) == len(options)
            and bool(people)
            and len(set(people)) == len(people)
            and body["quorum"] <= len(people)
            and all(self.takes_part(person, body["project"]) for person in people)
        )

    def open(self, said: Said) -> Said | None:
        """The decision, of the same kind, if it can still be voted on."""
        opened = self.first("decision-opened", decision=said.body["decision"])
        if opened is None or opened.history != said.history:
            return None
        if self.first("decision-closed", decision=said.body["decision"]):
            return None
        return opened

    def vote_cast(self, said: Said) -> bool:
        """Once, in time, by who may vote, for an option that was put."""
        opened = self.open(said)
        if opened is None:
            return False
        voter, choice = said.body["voter"], said.body.get("choice")
        if voter not in opened.body["electorate"] or self.is_late(said, opened):
            return False
        if self.first("vote-cast", decision=said.body["decision"], voter=voter):
            return False
        if self.first("recusal-declared", decision=said.body["decision"], person=voter):
            return False
        if choice is not None and choice not in [o["option"] for o in opened.body["options"]]:
            return False
        return self.speaks(said, voter, opened.body["project"])

    def is_late(self, said: Said, opened: Said) -> bool:
        """After the last day."""
        last = opened.body.get("last_day")
        return last is not None and not said.history and said.today > last

    def recusal_declared(self, said: Said) -> bool:
        """By who may vote and has not; nobody else, if they have a key."""
        opened = self.open(said)
        person = said.body["person"]
        if opened is None or person not in opened.body["electorate"] or self.is_late(said, opened):
            return False
        if self.first("vote-cast", decision=said.body["decision"], voter=person):
            return False
        if self.first("recusal-declared", decision=said.body["decision"], person=person):
            return False
        if said.author != person and not said.history and self.has_key(person):
            return False
        return self.speaks(said, person, opened.body["project"])

    def decision_closed(self, said: Said) -> bool:
        """By who decides or chairs, in time, with what the ballots give."""
        opened = self.open(said)
        if opened is None:
            return False
        if not self.may(said, {"decision", "chairing"}, opened.body["project"]):
            return False
        decision = said.body["decision"]
        votes = [p.body.get("choice") for p in self.all("vote-cast", decision=decision)]
        gone = len(list(self.all("recusal-declared", decision=decision)))
        last = opened.body.get("last_day")
        waiting = len(votes) + gone < len(opened.body["electorate"])
        if last is not None and said.today <= last and waiting and not said.history:
            return False
        return self.as_counted(said.body, opened.body, votes)

    def action_set(self, said: Said) -> bool:
        """Once, to who takes part; by oneself or who leads; of a decision taken, if of any."""
        body = said.body
        if not self.project(body["project"]) or self.first("action-set", action=body["action"]):
            return False
        if not self.takes_part(body["person"], body["project"]):
            return False
        done = body.get("decision")
        if done:
            opened = self.first("decision-opened", decision=done, project=body["project"])
            closed = self.first("decision-closed", decision=done)
            if opened is None or closed is None or closed.body["outcome"] != "decided":
                return False
            if opened.history and not said.history:
                return False
        own = said.author == body["person"] and not said.history
        return own or self.may(said, {"delivery", "agenda", "record"}, body["project"])

    def as_counted(
        self, body: dict[str, Any], opened: dict[str, Any], votes: list[str | None]
    ) -> bool:
        """Whether tally and outcome are those of a simple majority."""
        options = [option["option"] for option in opened["options"]]
        said = {s["option"]: s["votes"] for s in body["tally"]["support"]}
        if said != {option: votes.count(option) for option in options}:
            return False
        abstained = votes.count(None)
        if (body["tally"]["ballots"], body["tally"]["abstained"]) != (len(votes), abstained):
            return False
        most = max(said.values())
        leaders = [option for option in options if most and said[option] == most]
        outcome, chosen, tied = "not-reached", [], []
        if len(votes) < opened["quorum"]:
            outcome = "no-quorum"
        elif len(leaders) > 1:
            outcome, tied = "tied", leaders
        elif leaders and 2 * most > len(votes) - abstained:
            outcome, chosen = "decided", leaders
        return (body["outcome"], body["chosen"], body["tied"]) == (outcome, chosen, tied)
