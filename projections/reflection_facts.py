"""Facts of the ledger that stand beside the items of self-assessments.

Each item of a tool has the facts that bear on the same matter; each is counted for people acting
for the community and for others, and where the side is not recorded apart. Which facts stand beside
which item is this program's own choice (‡): the tools do not name any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from projections.entries import entries
from projections.facts import Fact, Facts, Happened, in_span
from projections.given import NEEDS as GIVEN_NEEDS
from projections.given import Record, read
from projections.origins import ORIGIN_NEEDS, PROPOSED, SUBMITTED
from projections.result import Asked
from projections.sides import COMMUNITY, UNSAID, Sides

TRAINED = "training-held/v1"
BENEFIT = "benefit-received/v1"
SEATED = "seat-filled/v1"
CHAIRED = "chair-taken/v1"
BUDGETS = ("budget-opened/v1", "budget-allocated/v1")
ENROLLED = "person-enrolled/v1"
TOLD = "person-told/v1"
FACT_NEEDS = (
    GIVEN_NEEDS | ORIGIN_NEEDS | {TRAINED, BENEFIT, SEATED, CHAIRED, ENROLLED, TOLD, *BUDGETS}
)

#: What each fact is in words, by its key.
TITLES: Mapping[str, str] = {
    "given": "contributions given",
    "trained": "people who learned in trainings",
    "trainers": "people who taught in trainings",
    "benefits": "statements of what people got out of it",
    "peers": "people invited by a peer",
    "delivered": "contributions that delivered (S4b)",
    "facilitated": "contributions of facilitating",
    "raised": "problems and ideas raised",
    "defined": "contributions at S1",
    "resourced": "contributions at S3",
    "budgets": "budgets whose money they sign for",
    "governed": "contributions at G",
    "seats": "seats taken on bodies",
    "chairs": "chairs taken",
    "evaluated": "contributions at S5",
    "designed": "contributions at S2",
    "told": "times people were told what is recorded about them",
}
#: Which facts stand beside which item (‡).
BESIDE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("nesta", "assets"): ("given",),
    ("nesta", "capabilities"): ("trained",),
    ("nesta", "mutuality"): ("benefits",),
    ("nesta", "networks"): ("peers",),
    ("nesta", "blurred-roles"): ("delivered", "trainers"),
    ("nesta", "catalysts"): ("facilitated",),
    ("scie", "leaders"): ("chairs",),
    ("scie", "planning"): ("designed",),
    ("scie", "panels"): ("seats",),
    ("scie", "training"): ("trainers",),
    ("rifkin", "needs-assessment"): ("raised", "defined"),
    ("rifkin", "leadership"): ("chairs",),
    ("rifkin", "organisation"): ("seats",),
    ("rifkin", "resource-mobilisation"): ("resourced", "budgets"),
    ("rifkin", "management"): ("governed",),
    ("ppeet", "integrity"): ("told",),
    ("ppeet", "influence"): ("raised", "seats"),
    ("ppeet", "culture"): ("trained",),
    ("ppeet", "collaboration"): ("designed", "evaluated"),
}


@dataclass(slots=True)
class Beside:
    """One fact: how many by the community, by others, and by whom nobody said."""

    key: str
    community: int = 0
    others: int = 0
    unsaid: int = 0
    found: set[int] = field(default_factory=set)

    @property
    def title(self) -> str:
        """What it is, in words."""
        return TITLES[self.key]

    @property
    def events(self) -> Sequence[int]:
        """The entries behind it."""
        return entries(self.found)

    def add(self, sides: Iterable[str], events: Iterable[int]) -> None:
        """Count one more thing, on the side of the community where anybody of it is there."""
        known = set(sides)
        if COMMUNITY in known:
            self.community += 1
        elif known - {UNSAID}:
            self.others += 1
        else:
            self.unsaid += 1
        self.found.update(events)


def facts_beside(facts: Facts, asked: Asked, sides: Sides) -> Iterator[tuple[str, str, Beside]]:
    """Give, for each item of each tool, the facts that stand beside it."""
    plain = Asked(asked.project, at=asked.at, happened_by=asked.happened_by, period=asked.period)
    found = {key: Beside(key) for key in TITLES}
    _contributions(found, read(facts, plain))
    _others(found, facts, plain, sides)
    for (tool, item), keys in BESIDE.items():
        for key in keys:
            yield tool, item, found[key]


def _contributions(found: Mapping[str, Beside], record: Record) -> None:
    stages = {
        "S1": "defined",
        "S2": "designed",
        "S3": "resourced",
        "S4b": "delivered",
        "S5": "evaluated",
        "G": "governed",
    }
    for given in record.standing:
        if given.happened is not Happened.YES:
            continue
        keys = ["given", *([stages[given.stage]] if given.stage in stages else [])]
        keys += ["facilitated"] if "facilitation" in given.body.get("kinds", ()) else []
        for key in keys:
            found[key].add((giver.side for giver in given.givers), given.events)


def _others(found: Mapping[str, Beside], facts: Facts, asked: Asked, sides: Sides) -> None:
    size = facts.size_at(asked.at)
    types = (PROPOSED, SUBMITTED, TRAINED, BENEFIT, SEATED, CHAIRED, ENROLLED, TOLD, *BUDGETS)
    for fact in facts.of(*types, before=size):
        if asked.project not in (None, fact.body.get("project")):
            continue
        if in_span(fact, asked, on_saying=True) is not Happened.YES:
            continue
        for key, people, groups in _counted(fact):
            for person in people:
                side, because = sides.at(person, fact.body.get("project"), fact.index)
                found[key].add({side}, {fact.index, because} - {-1})
            for group in groups:
                said, behind = sides.of_all((), (group,), None, fact.index)
                found[key].add(said, {fact.index, *behind})
        if fact.type in {PROPOSED, SUBMITTED}:
            body = fact.body
            groups = [body["group"]] if "group" in body else []
            said, behind = sides.of_all(
                body.get("people", ()), groups, body.get("project"), fact.index
            )
            found["raised"].add(said, {fact.index, *behind})


def _counted(fact: Fact) -> Iterator[tuple[str, Iterable[str], Iterable[str]]]:
    """What an entry counts for, one by one: the people, and the group entries."""
    body = fact.body
    if fact.type == TRAINED:
        yield "trained", body.get("people", ()), body.get("groups", ())
        yield "trainers", body.get("trainers", ()), ()
    elif fact.type in BUDGETS:
        yield "budgets", [body["controller"]] if "controller" in body else [], ()
    elif fact.type == ENROLLED:
        yield "peers", [body["person"]] if body.get("route") == "invited-by-peer" else [], ()
    else:
        key = {BENEFIT: "benefits", SEATED: "seats", CHAIRED: "chairs", TOLD: "told"}
        if fact.type in key:
            yield key[fact.type], [body["person"]], ()
