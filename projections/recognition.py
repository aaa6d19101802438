"""View ``recognition``: what people gave, in which roles, what came of it, and what they got.

Over the programme the lines are counted by side and name nobody. With ``--about PERSON`` they are
that person's own: their roles, what of it is intangible, what came of it, what they say they got
and what they declared a gift. Nobody is compared with anybody, and nothing is sorted by number.

People are named only where they said that they wish to be (``--lines people``, ``named.py``), by
name or by pseudonym, with what they did and no numbers (domain.md section 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from projections import given
from projections.came_of import CAME_TYPES, came_lines, returned_lines
from projections.credits import (
    BENEFIT,
    DEGREES,
    GIFT,
    HIDDEN,
    LACKS,
    ROLE,
    Credits,
    Line,
    given_lines,
    role_title,
)
from projections.facts import Facts, Happened
from projections.given import Given, Record
from projections.lived import Lived
from projections.named import COLUMNS, NAMING, named_rows
from projections.result import Asked, Cell, Column, Fixed, Row, Summary, ViewResult
from projections.stage_common import SIDES, common_notes, many
from projections.view import View

NEEDS = given.NEEDS | CAME_TYPES | {NAMING}
LINES = ("roles", "people")
_QUESTION = "What did people give, in which roles, what came of it, and what did they get?"


def recognition(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the lines of everybody by side, or of the person asked about."""
    record = _own(given.read(facts, asked), asked)
    lived = Lived(facts, asked, record.sides, record.linked)
    credits = Credits(record.linked, asked.about)
    works = record.dated(Happened.YES)
    if asked.options.get("lines") == "people":
        return _people(facts, asked, record, lived)
    given_lines(credits, works)
    came_lines(credits, lived, works)
    returned_lines(credits, lived)
    rows = [
        _row(where, line) for where, line in credits.ordered() if asked.side in {None, where[2]}
    ]
    return ViewResult(
        view="recognition",
        title="Recognition" if asked.about is None else "Recognition: one person's own record",
        question=_QUESTION,
        formula=(
            "For each role, kind of work, outcome, benefit and gift, and each side: how many "
            "(contributions, outputs, inputs, people, gifts) with a giver of that side, and how "
            "many different people. Lead, equal and supporting as they were attached. What came of "
            "it: what the record ties to it, measured after and never because of it."
        ),
        does_not_show=(
            "How good, how long or how hard it was; who gave most: nothing is ranked. Work that "
            "nobody wrote down, and roles that nobody attached. «None» is an answer about "
            "benefits; who said nothing is in no line."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=tuple(rows),
        notes=(*_notes(asked, lived), *common_notes(facts, asked, record)),
        summary=_summary(rows, asked),
    )


def _people(facts: Facts, asked: Asked, record: Record, lived: Lived) -> ViewResult:
    """Those who wish to be named, with what they did."""
    rows = named_rows(lived, record.dated(Happened.YES), asked.about)
    unnamed = len({giver.id for work in record.standing for giver in work.givers}) - len(rows)
    return ViewResult(
        view="recognition",
        title="Recognition: who wishes to be named",
        question="Who wishes to be named, and for what?",
        order="in the order in which they said so",
        formula=(
            "Each person whose last word on it is to be named, by name or by pseudonym; what they "
            "said of a project counts there before what they said in general. With the roles and "
            "kinds of work of their standing contributions there, in a fixed order."
        ),
        does_not_show=(
            "Whoever did not say that they wish to be named, however much they gave. How much, how "
            "long or how well: people stand in the order in which they said so."
        ),
        checkpoint=facts.standing(asked),
        columns=COLUMNS,
        rows=tuple(rows),
        notes=tuple(common_notes(facts, asked, record)),
        summary=Summary(
            (),
            (),
            (f"{many(unnamed, 'other giver')} did not say that they wish to be named.",)
            if unnamed > 0
            else (),
        ),
    )


def _own(record: Record, asked: Asked) -> Record:
    """The record, or the part of it that one person gave, so that its notes are theirs too."""
    if asked.about is None:
        return record
    me = record.linked.one(asked.about)

    def mine(works: Iterable[Given]) -> tuple[Given, ...]:
        return tuple(
            work for work in works if any(record.linked.one(one.id) == me for one in work.givers)
        )

    return replace(
        record, standing=mine(record.standing), gone=mine(record.gone), later=0, corrected=0
    )


_COLUMNS = (
    Column("part", "text", "", "Part", guard="open"),
    Column("what", "text", "", "What", guard="open"),
    Column("side", "text", "", "Acting for", guard="open", identity=True),
    Column("unit", "text", "", "Counted in", guard="open"),
    Column("n", "integer", "", "Number", guard="count"),
    Column("people", "integer", "person", "People", guard="count"),
    *(
        Column(degree, "integer", "", f"as {degree}", unknown="not said", guard="count")
        for degree in DEGREES
    ),
)


def _row(where: tuple[str, str, str], line: Line) -> Row:
    part, what, side = where
    people = line.people
    cells: dict[str, Cell] = {
        "part": part,
        "what": role_title(what),
        "side": SIDES[side],
        "unit": line.unit,
        "n": len(line.things),
        "people": people,
    }
    if line.degrees:
        cells |= {degree: line.degrees[degree] for degree in DEGREES}
    stood = dict.fromkeys(("n", *DEGREES), people)
    return Row(cells, line.events, f"{part}/{what}/{side}", people=stood)


def _notes(asked: Asked, lived: Lived) -> Iterable[str]:
    yield Fixed(
        "Nobody is named here: who wishes to be says so, and is in the lines of people (--lines "
        "people). Lines have a fixed order and rank nobody. Emotional labour is the person's own "
        "word alone."
    )
    yield Fixed(
        "‡ Which kinds of work CRediT has a role for, and care cover among the intangible ones, "
        "are defaults of this program, not norms of the field."
    )
    if asked.scale is not None:
        yield Fixed("Inputs, outputs, benefits and gifts have no scale, and are left out.")
    if asked.about is not None:
        yield Fixed("This is one person's own record: it is theirs, and for whom they show it to.")
        if asked.dated:
            yield f"Only what happened {asked.span} is here."
    if asked.dated and lived.undated:
        yield (
            f"{many(len(lived.undated), 'entry', 'entries')} of which no date says whether it was "
            f"{asked.span}: in no line."
        )


def _summary(rows: Sequence[Row], asked: Asked) -> Summary:
    def total(*parts: str) -> int:
        return len({i for row in rows if row.cells["part"] in parts for i in row.events})

    has = {str(row.cells["part"]) for row in rows}
    shows, unknown = [], []
    lacking = sorted({str(row.cells["what"]) for row in rows if row.cells["part"] == LACKS})
    if lacking:
        shows.append(f"Work that CRediT has no role for: {', '.join(lacking).lower()}.")
    hidden = sorted({str(row.cells["what"]) for row in rows if row.cells["part"] == HIDDEN})
    if hidden:
        shows.append(f"Intangible labour is recorded: {', '.join(hidden).lower()}.")
    if ROLE not in has:
        unknown.append("No role of CRediT is attached to any contribution.")
    if not total(BENEFIT):
        unknown.append("What people got out of it nobody has said.")
    if not total(GIFT) and asked.about is None:
        unknown.append("Nobody has declared a gift.")
    return Summary(tuple(shows), (), tuple(unknown))


VIEW = View(
    "recognition",
    "Recognition",
    _QUESTION,
    NEEDS,
    recognition,
    filters=frozenset({"project", "scale", "side", "period", "about"}),
    about_kind="person",
    options={"lines": LINES},
)
