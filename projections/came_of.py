"""What came of what people gave: decisions it fed, problems taken up, outputs, inputs heard.

«Came of it» is what the record ties together, and no claim that one thing was because of another:
measured after, never because of (domain.md section 11).
"""

from __future__ import annotations

from collections.abc import Iterable

from projections.credits import BENEFIT, CAME, GIFT, Credits
from projections.facts import Fact
from projections.given import Given, Giver
from projections.lived import Lived
from projections.sides import UNSAID

OPENED = "decision-opened/v1"
CLOSED = "decision-closed/v1"
OVERRIDDEN = "decision-overridden/v1"
REVERSED = "decision-reversed/v1"
ADOPTED = "problem-adopted/v1"
ARTEFACT = "artefact-attached/v1"
OUTPUT = "output-published/v1"
INPUT = "input-submitted/v1"
ANSWERED = "input-answered/v1"
CITED = "input-cited/v1"
BENEFITED = "benefit-received/v1"
GIVEN = "gift-declared/v1"
TAKEN_BACK = "gift-revoked/v1"
CAME_TYPES = frozenset(
    {OPENED, CLOSED, OVERRIDDEN, REVERSED, ADOPTED, ARTEFACT, OUTPUT, INPUT, ANSWERED, CITED}
    | {BENEFITED, GIVEN, TAKEN_BACK}
)
_HEARD = {
    "accepted": "input accepted",
    "partly": "input accepted in part",
    "not-accepted": "input not accepted, with reasons",
    "explained": "input explained",
    "noted": "input noted",
}


def came_lines(credits: Credits, lived: Lived, works: Iterable[Given]) -> None:
    """Add what came of these contributions, of inputs, and the outputs people wrote."""
    works = list(works)
    _of_work(credits, lived, works)
    if lived.asked.scale is not None:
        return  # what was said and published has no scale
    _of_inputs(credits, lived)
    for fact in lived.acts(OUTPUT):
        if lived.here(fact):
            for one in fact.body.get("people", ()):
                giver = _giver(lived, fact, one["person"])
                where = (CAME, "output written", giver.side)
                degree = one.get("share", "")
                credits.put(
                    where, fact.body["output"], (fact.index,), giver, unit="output", degree=degree
                )
            for id_ in fact.body.get("groups", ()):
                giver = _group(lived, id_)
                where = (CAME, "output written", giver.side)
                credits.put(where, fact.body["output"], (fact.index,), giver, unit="output")


def _of_work(credits: Credits, lived: Lived, works: list[Given]) -> None:
    adopted = adopted_decisions(lived)
    taken_up = {fact.body["problem"]: fact.index for fact in lived.lasting(ADOPTED)}
    weighed: dict[str, list[tuple[str, int]]] = {}
    for fact in lived.lasting(OPENED):
        for id_ in fact.body.get("inputs", ()):
            weighed.setdefault(id_, []).append((fact.body["decision"], fact.index))
    left: dict[str, list[int]] = {}
    for fact in lived.lasting(ARTEFACT):
        left.setdefault(fact.body["contribution"], []).append(fact.index)
    for work in works:
        id_ = work.fact.body["contribution"]
        fed = [(work.body["decision"], work.fact.index)] if "decision" in work.body else []
        came: dict[str, list[int]] = {}
        for decision, index in (*fed, *weighed.get(id_, ())):
            what = "fed a decision, adopted" if decision in adopted else "fed another decision"
            came.setdefault(what, []).extend((index, adopted.get(decision, -1)))
        problem = work.body.get("problem")
        if problem is not None:
            what = "about a problem, taken up" if problem in taken_up else "about another problem"
            came.setdefault(what, []).append(taken_up.get(problem, -1))
        if id_ in left:
            came["left something to read, see or hear"] = left[id_]
        for what, because in came.items():
            for giver in work.givers:
                where = (CAME, what, giver.side)
                credits.put(where, id_, (*work.events, *because), giver)


def adopted_decisions(lived: Lived) -> dict[str, int]:
    """Give the decisions that were decided and stand, each with the entry that says so."""
    reversed_ = {fact.body["decision"] for fact in lived.lasting(REVERSED)}
    last: dict[str, Fact] = {fact.body["decision"]: fact for fact in lived.lasting(CLOSED)}
    last |= {fact.body["decision"]: fact for fact in lived.lasting(OVERRIDDEN)}
    return {
        decision: fact.index
        for decision, fact in last.items()
        if fact.body["outcome"] == "decided" and decision not in reversed_
    }


def _of_inputs(credits: Credits, lived: Lived) -> None:
    """Inputs by the last answer to each, and those that were named as having counted."""
    answers = {fact.body["input"]: fact for fact in lived.lasting(ANSWERED)}
    cited: dict[str, list[int]] = {}
    for fact in lived.lasting(CITED):
        cited.setdefault(fact.body["input"], []).append(fact.index)
    for fact in lived.acts(INPUT):
        if not lived.here(fact):
            continue
        id_ = fact.body["input"]
        said = (
            [(_HEARD[answers[id_].body["outcome"]], [answers[id_].index])]
            if (id_ in answers)
            else [("input without an answer", [])]
        )
        if id_ in cited:
            said.append(("input named as having counted", cited[id_]))
        givers = [_giver(lived, fact, person) for person in fact.body.get("people", ())]
        if "group" in fact.body:
            givers.append(_group(lived, fact.body["group"]))
        for what, because in said:
            for giver in givers:
                where = (CAME, what, giver.side)
                credits.put(where, id_, (fact.index, *because), giver, unit="input")


def returned_lines(credits: Credits, lived: Lived) -> None:
    """Add what people say they got, and what they gave: benefits and gifts on each side."""
    if lived.asked.scale is not None:
        return  # neither has a scale
    for fact in lived.acts(BENEFITED):
        if lived.here(fact):
            giver = _giver(lived, fact, fact.body["person"])
            thing = lived.linked.one(giver.id)
            for benefit in dict.fromkeys(fact.body["benefits"]):
                what = benefit.replace("-", " ") if benefit != "none" else "none, as they say"
                where = (BENEFIT, what, giver.side)
                credits.put(where, thing, (fact.index, giver.because), giver, unit="person")
    back = {fact.body["gift"]: fact.index for fact in lived.lasting(TAKEN_BACK)}
    for fact in lived.acts(GIVEN):
        if lived.here(fact):
            giver = _giver(lived, fact, fact.body["person"])
            gift = fact.body["gift"]
            what = "declared, and taken back" if gift in back else "declared, and standing"
            events = (fact.index, giver.because, back.get(gift, -1))
            credits.put((GIFT, what, giver.side), gift, events, giver, unit="gift")


def _giver(lived: Lived, fact: Fact, person: str) -> Giver:
    side, because = lived.side(fact, person)
    return Giver(person, side, because)


def _group(lived: Lived, id_: str) -> Giver:
    group = lived.sides.groups.get(id_)
    if group is None:  # withheld from this reader
        return Giver(id_, UNSAID, -1, "", None)
    body = group.body
    return Giver(id_, body["side"], group.index, body["label"], body.get("number"))
