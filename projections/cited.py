"""What was done under a decision: the later entries that cite it, and the money below it.

    action, output, seat, chair, grant, budget, problem taken up …   name the decision
    offer and payment                                                name a budget that names it

What cites a decision was done in its name; whether it was done *because* of it nobody can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from projections.facts import Fact, Facts, Happened, happened
from projections.result import Asked

#: Types that name a decision under which they stand, each with what it is in words.
CITING_TYPES: Mapping[str, str] = {
    "action-set/v1": "task set",
    "output-published/v1": "output published",
    "problem-adopted/v1": "problem taken up",
    "problem-refused/v1": "problem refused",
    "problem-closed/v1": "problem closed",
    "problems-prioritised/v1": "problems ranked",
    "input-answered/v1": "input answered",
    "seat-filled/v1": "seat filled",
    "chair-taken/v1": "chair taken",
    "power-granted/v1": "power granted",
    "power-delegated/v1": "power delegated",
    "power-shared/v1": "power shared",
    "power-elected/v1": "power given by election",
    "power-transferred/v1": "power transferred",
    "power-expanded/v1": "power widened",
    "power-narrowed/v1": "power narrowed",
    "power-revoked/v1": "power taken back",
    "power-returned/v1": "power returned",
    "budget-opened/v1": "budget opened",
    "budget-allocated/v1": "budget allocated",
    "project-closed/v1": "project closed",
    "rules-adopted/v1": "rules adopted",
    "charter-amended/v1": "charter amended",
    "imbalance-discussed/v1": "balance of power talked about",
}
#: Ends of tasks, and money under a budget; they follow what cites the decision.
_ENDED = "action-ended/v1"
_BUDGETS = frozenset({"budget-opened/v1", "budget-allocated/v1"})
_MONEY: Mapping[str, str] = {
    "payment-offered/v1": "payment offered",
    "payment-made/v1": "payment made",
    "payment-reversed/v1": "payment taken back",
}
CITING = frozenset({*CITING_TYPES, _ENDED, *_MONEY})
WORDS: Mapping[str, str] = {**CITING_TYPES, _ENDED: "task ended", **_MONEY}


@dataclass(slots=True)
class Acts:
    """What was done under one decision, in log order."""

    facts: list[Fact] = field(default_factory=list)

    @property
    def events(self) -> tuple[int, ...]:
        """The indexes of the entries."""
        return tuple(sorted(fact.index for fact in self.facts))


def acts_citing(facts: Facts, asked: Asked, before: int) -> dict[str, Acts]:
    """Give what was done under each decision, as far as it had happened by the day asked for."""
    found: dict[str, Acts] = {}
    below: dict[str, str] = {}
    tasks: dict[str, str] = {}
    for fact in facts.of(*CITING, before=before):
        if happened(fact, asked.happened_by, on_saying=True) is Happened.NO:
            continue
        body = fact.body
        decision = body.get("decision")
        if fact.type in _BUDGETS:
            decision = decision or below.get(body.get("from", ""))
            if decision:
                below[body["budget"]] = decision
        elif fact.type in _MONEY:
            decision = below.get(body.get("budget", ""))
        elif fact.type == _ENDED:
            decision = tasks.get(body["action"])
        elif fact.type == "action-set/v1" and decision:
            tasks[body["action"]] = decision
        if decision:
            found.setdefault(decision, Acts()).facts.append(fact)
    return found
