"""View ``reflection``: what people say of the work, beside what the ledger holds of the same.

Scores on four tools (domain.md section 11), item by item and side by side through time, each as
its scorers gave it; **no average is ever made**, neither across sides nor across scorers or items.
Under each item stand facts of the ledger on the same matter, for the community and for others; they
are prompts, not a second score. Then what each side says it takes part for, the points in time at
which the work was looked at, what came of it (unplanned and worse first), and whether the balance
of power was talked about. Where nothing is recorded, that is said.

The items of Nesta's six are from general knowledge of the source, not checked against its text (†).
That the other tools use Rifkin's five steps is a default of this program (‡).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from domain.reflection import ITEMS
from projections.behind import common_notes, day_said
from projections.charts import panels
from projections.dossier import NOTHING, Dossier, words
from projections.facts import Fact, Facts, Happened, in_span
from projections.reflection_facts import FACT_NEEDS, Beside, facts_beside
from projections.result import Asked, Column, Row, Summary, ViewResult
from projections.sides import SIDE_TYPES, UNSAID, Sides
from projections.stage_common import SIDES, many
from projections.view import View

SCORED = "assessment-scored/v1"
POINT = "evaluation-held/v1"
OUTCOME = "outcome-noted/v1"
IMBALANCE = "imbalance-discussed/v1"
RATIONALE = "rationale-stated/v1"
_SAID = frozenset({SCORED, POINT, OUTCOME, IMBALANCE, RATIONALE})
NEEDS = _SAID | SIDE_TYPES | FACT_NEEDS
_QUESTION = "What do people say of the work, each side for itself, and what does the ledger hold?"
TOOLS = {
    "nesta": "Nesta six †",
    "scie": "SCIE four",
    "rifkin": "Rifkin spidergram",
    "ppeet": "PPEET",
}
RATIONALES = {
    "rights": "as a right",
    "managerial": "to manage better",
    "experience": "for what experience knows",
    "other": "for something else",
}
_EFFECTS = {
    "worse": "for the worse",
    "mixed": "for better and worse",
    "unclear": "unclear",
    "none": "no effect",
    "better": "for the better",
}

COLUMNS = (
    Column("part", "text", "", "Part", guard="open"),
    Column("item", "text", "", "What", unknown="", guard="open"),
    Column(
        "side", "text", "", "Said by people acting for", unknown="", guard="open", identity=True
    ),
    Column("score", "integer", "of 5", "Score, 1 to 5", unknown="", guard="open"),
    Column("said", "text", "", "As recorded", unknown="", guard="open"),
    Column("community", "integer", "", "Community", unknown="", guard="count"),
    Column("others", "integer", "", "Others", unknown="", guard="count"),
    Column("unsaid", "integer", "", "Side not recorded", unknown="", guard="count"),
    Column("day", "date", "", "When", unknown="", guard="day"),
    Column("point", "text", "", "At which point", unknown="", guard="open"),
    Column("words", "text", "", "In their words", unknown="", guard="words"),
)


def reflection(facts: Facts, asked: Asked) -> ViewResult:
    """Fold what people say of the work as ``asked``, beside what the ledger holds."""
    size = facts.size_at(asked.at)
    sides = Sides.of(facts, size)
    said = [fact for fact in facts.of(*_SAID, before=size) if _wanted(fact, asked, sides)]
    labels = {
        fact.body["evaluation"]: fact.body.get("label") or fact.body["evaluation"]
        for fact in facts.of(POINT, before=size)
    }
    made = Dossier()
    _scores(made, said, sides, labels)
    for tool, item, beside in facts_beside(facts, asked, sides):
        _fact(made, TOOLS[tool], item, beside)
    made.rows.sort(key=_order)
    _rationales(made, said)
    _points(made, said, sides)
    _outcomes(made, said, sides, labels)
    _imbalances(made, said, sides)
    scored = [fact for fact in said if fact.type == SCORED]
    return ViewResult(
        view="reflection",
        title="What people say of the work",
        question=_QUESTION,
        formula=(
            "Each score as its scorers gave it, with the side or sides they acted for then; no "
            "average of any kind. Beside each item, counts of the ledger on the same matter, for "
            "people acting for the community and for others. Outcomes are «measured after»."
        ),
        does_not_show=(
            "What people thought and did not say, and whether a score is right. A count beside a "
            "score is no second score, and an outcome after the work is not because of it."
        ),
        checkpoint=facts.standing(asked),
        columns=COLUMNS,
        rows=tuple(made.rows),
        notes=tuple(_notes(facts, asked, said)),
        summary=_summary(said, sides),
        chart=_chart(scored, sides),
    )


def _wanted(fact: Fact, asked: Asked, sides: Sides) -> bool:
    if asked.project not in (None, fact.body.get("project")):
        return False
    if in_span(fact, asked, on_saying=True) is Happened.NO:
        return False
    return asked.side is None or asked.side in sides_of(fact, sides)[0]


def sides_of(fact: Fact, sides: Sides) -> tuple[frozenset[str], tuple[int, ...]]:
    """Give the sides of who said it, and the entries that say so; a rationale states its own."""
    body = fact.body
    if fact.type == RATIONALE:
        return frozenset({body["side"]}), ()
    people = body.get("people", ())
    return sides.of_all(people, body.get("groups", ()), body.get("project"), fact.index)


def _side_words(found: frozenset[str]) -> str:
    named = [title.lower() for side, title in SIDES.items() if side in found]
    return " and ".join(named) + (", together" if len(found) > 1 else "")


def _scores(made: Dossier, said: Sequence[Fact], sides: Sides, labels: dict[str, str]) -> None:
    scored = {
        (fact.body["tool"], one["item"]): True
        for fact in said
        if fact.type == SCORED
        for one in fact.body["scores"]
    }
    for tool, items in ITEMS.items():
        for item in items:
            if (tool, item) not in scored:
                made.nothing(TOOLS[tool], item)
    for fact in said:
        if fact.type != SCORED:
            continue
        body = fact.body
        found, because = sides_of(fact, sides)
        for one in body["scores"]:
            made.add(
                TOOLS[body["tool"]],
                one["item"],
                (fact.index, *because),
                key=f"{one['item']}.{_name(fact)}",
                side=_side_words(found),
                score=one["score"],
                said="agreed" if body["agreed"] else "not agreed by all who scored",
                day=day_said(fact),
                point=labels.get(body.get("evaluation", "")),
                words=words(fact, "words"),
            )


def _fact(made: Dossier, part: str, item: str, beside: Beside) -> None:
    """A fact of the ledger; of which there is no entry, nothing is recorded, which is not none."""
    said = f"in the ledger: {beside.title}"
    key = f"{item}.fact.{beside.key}"
    if not beside.found:
        made.add(part, item, (), key=key, said=f"{said}: {NOTHING}")
        return
    made.add(
        part,
        item,
        beside.events,
        key=key,
        said=said,
        community=beside.community,
        others=beside.others,
        unsaid=beside.unsaid,
    )


def _name(fact: Fact) -> str:
    """The key of something said; what one person said alone has one that exports drop."""
    alone = len(fact.body.get("people", ())) == 1 and not fact.body.get("groups")
    return fact.hash[:16] if alone or fact.type == RATIONALE else f"at{fact.index}"


def _order(row: Row) -> tuple[int, int]:
    tools = list(TOOLS.values())
    part = tools.index(str(row.cells["part"]))
    tool = list(TOOLS)[part]
    return part, ITEMS[tool].index(str(row.cells["item"]))


def _rationales(made: Dossier, said: Sequence[Fact]) -> None:
    stated = [fact for fact in said if fact.type == RATIONALE]
    for fact in stated:
        side = fact.body["side"]
        made.add(
            "What each side takes part for",
            SIDES.get(side, side),
            (fact.index,),
            key=_name(fact),
            side=_side_words(frozenset({side})),
            said=", ".join(RATIONALES[one] for one in fact.body["rationales"]),
            day=day_said(fact),
            words=words(fact, "words"),
        )
    if not stated:
        made.nothing("What each side takes part for", "rationale")


def _points(made: Dossier, said: Sequence[Fact], sides: Sides) -> None:
    points = [fact for fact in said if fact.type == POINT]
    for fact in points:
        found, because = sides_of(fact, sides)
        made.add(
            "Evaluation points",
            fact.body.get("label") or "evaluation",
            (fact.index, *because),
            key=fact.body["evaluation"],
            side=_side_words(found),
            said=f"looked at from {fact.body.get('by', 'inside')}",
            day=day_said(fact),
            words=words(fact, "findings"),
        )
    if not points:
        made.nothing("Evaluation points", "evaluation")


def _outcomes(made: Dossier, said: Sequence[Fact], sides: Sides, labels: dict[str, str]) -> None:
    effects = list(_EFFECTS)
    noted = sorted(
        (fact for fact in said if fact.type == OUTCOME),
        key=lambda fact: (fact.body["planned"], effects.index(fact.body["effect"]), fact.index),
    )
    for fact in noted:
        body = fact.body
        found, because = sides_of(fact, sides)
        made.add(
            "What came of it",
            f"{'planned' if body['planned'] else 'unplanned'}, {_EFFECTS[body['effect']]}",
            (fact.index, *because),
            key=f"outcome.{_name(fact)}",
            side=_side_words(found),
            said=_measured(fact) or None,
            day=day_said(fact),
            point=labels.get(body.get("evaluation", "")),
            words=words(fact, "what") or words(fact, "words"),
        )
    for wanted, item in (
        (lambda f: not f.body["planned"], "unplanned"),
        (lambda f: f.body["effect"] in {"worse", "mixed"}, "for the worse"),
    ):
        if not any(map(wanted, noted)):
            made.nothing("What came of it", item)


def _measured(fact: Fact) -> str:
    before, after = fact.body.get("before"), fact.body.get("after")
    parts = [
        f"{one['amount']} {one['unit']} {when}"
        for one, when in ((before, "before"), (after, "after"))
        if one
    ]
    return "measured: " + ", ".join(parts) if parts else ""


def _imbalances(made: Dossier, said: Sequence[Fact], sides: Sides) -> None:
    talked = [fact for fact in said if fact.type == IMBALANCE]
    for fact in talked:
        body = fact.body
        found, because = sides_of(fact, sides)
        outcome = f"{body['outcome']}{' by ' + body['decision'] if 'decision' in body else ''}"
        made.add(
            "Balance of power talked about",
            ", ".join(body.get("kinds", ())) or "in general",
            (fact.index, *because),
            key=f"imbalance.{_name(fact)}",
            side=_side_words(found),
            said=outcome,
            day=day_said(fact),
            words=words(fact, "what"),
        )
    if not talked:
        made.nothing("Balance of power talked about", "imbalance")


def _notes(facts: Facts, asked: Asked, said: Sequence[Fact]) -> Iterable[str]:
    if asked.dated:
        unsure = sum(in_span(f, asked, on_saying=True) is Happened.UNKNOWN for f in said)
        if unsure:
            yield f"{many(unsure, 'entry', 'entries')} whose date does not say whether it was then."
    yield from common_notes(facts, asked, NEEDS, said)
    yield "Scores are never averaged: not across sides, scorers, items or times."
    yield "† From general knowledge of the source, not checked against its text."
    yield (
        "‡ Scoring all four tools in Rifkin's five steps, and which count of the ledger stands "
        "beside which item, are defaults of this program."
    )


def _summary(said: Sequence[Fact], sides: Sides) -> Summary:
    by_type: dict[str, list[Fact]] = {}
    for fact in said:
        by_type.setdefault(fact.type, []).append(fact)
    shows, unknown = [], []
    for type_, one, more in (
        (SCORED, "scoring", "scorings"),
        (POINT, "evaluation point", "evaluation points"),
        (OUTCOME, "outcome", "outcomes"),
        (IMBALANCE, "talk about the balance of power", "talks about the balance of power"),
        (RATIONALE, "statement of what people take part for", "statements"),
    ):
        some = by_type.get(type_, [])
        if some:
            shows.append(f"{many(len(some), one, more)} recorded.")
        else:
            unknown.append(f"No {one} is recorded.")
    worse = [f for f in by_type.get(OUTCOME, []) if f.body["effect"] in {"worse", "mixed"}]
    unplanned = [f for f in by_type.get(OUTCOME, []) if not f.body["planned"]]
    if unplanned or worse:
        shows.append(f"{len(unplanned)} of the outcomes unplanned, {len(worse)} for the worse.")
    spoke = [f"{SIDES[side]} spoke in {n}." for side, n in _by_side(said, sides)]
    return Summary(tuple(shows), tuple(spoke), tuple(unknown))


def _by_side(said: Sequence[Fact], sides: Sides) -> Iterator[tuple[str, int]]:
    for side in SIDES:
        n = sum(side in sides_of(fact, sides)[0] for fact in said)
        if n and side != UNSAID:
            yield side, n


def _chart(scored: Sequence[Fact], sides: Sides) -> dict[str, object] | None:
    """Small multiples: the latest score of each item, a panel for each group of scorers."""
    latest: dict[tuple[str, str], tuple[int, str]] = {}
    for fact in scored:
        if fact.body["tool"] != "rifkin":
            continue
        side = _side_words(sides_of(fact, sides)[0]) or "side not recorded"
        for one in fact.body["scores"]:
            day = day_said(fact) or "no date"
            latest[one["item"], side] = (one["score"], f"{one['score']} ({day})")
    if not latest:
        return None
    panels_ = list(dict.fromkeys(side for _, side in latest))
    values = []
    for item in ITEMS["rifkin"]:
        for side in panels_:
            n, label = latest.get((item, side), (None, NOTHING))
            values.append({"row": item, "panel": side, "n": n, "label": label})
    return panels(
        values,
        rows=ITEMS["rifkin"],
        columns=panels_,
        unit="score, 1 narrow to 5 wide",
        description="Bars for the five items of Rifkin's spidergram: the latest score by each "
        "side, 1 narrow to 5 wide. No bar: nothing recorded. Sides are never averaged.",
    )


VIEW = View(
    "reflection",
    "What people say of the work",
    _QUESTION,
    NEEDS,
    reflection,
    filters=frozenset({"project", "side", "period"}),
)
