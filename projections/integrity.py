"""View ``integrity``: how the record itself is kept; by whom, how soon, and with whose yes.

Who wrote down what about whom, by side and never by name; whether people were told, and what they
said; how late things were written down; what was corrected, taken back, contested or erased; what
share was recorded afterwards; and who looked at one person's records. Time here is ledger time: a
period keeps what was *recorded* in it.

Medians are in days and stand on so many; below the least number none is given.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache

from domain import catalogue
from projections import integrity_care as care
from projections.about_people import (
    CONFIRMED,
    DISPUTED,
    REPLIED,
    SETTLED,
    Lines,
    Written,
    days_between,
    entries_of,
    known_by_then,
    lateness,
    number_of,
    read_lines,
    recorded,
)
from projections.behind import common_notes
from projections.entries import entries
from projections.facts import Fact, Facts
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.offers import today_of
from projections.record_figures import COLUMNS, Figure, Recorded, Things, each, row_of, things
from projections.result import Asked, Relation, Row, Said, Summary, ViewResult
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import SIDES, many
from projections.view import View

NEEDS = frozenset(catalogue.EVENTS) | LIMIT_TYPES
_QUESTION = "Who wrote down what about whom, were they told, and what was changed or erased?"
_OWN = "own hand"
_HANDS = (_OWN, "community", "front-line", "institution", "bridging", UNSAID, "operator")


def integrity(facts: Facts, asked: Asked) -> ViewResult:
    """Fold how the record is kept, as ``asked``."""
    size = facts.size_at(asked.at)
    least, limit = least_for_a_rate(facts, size)
    lines = read_lines(facts, asked)
    everything = Recorded(facts, size)
    if asked.dated:
        everything = everything.where(lambda fact: recorded(fact, asked))
    mine = everything
    if asked.project is not None:
        mine = everything.where(lambda fact: fact.body.get("project") == asked.project)
    figures = [
        *_by_side(lines),
        *_answers(facts, asked, lines, size),
        *_late(mine),
        *care.corrections(mine),
    ]
    if asked.project is None:
        figures += [*care.keys(facts, everything, size), *care.erasures(facts, everything, size)]
        figures += [*care.looks(everything, lines.sides), *care.figures(everything)]
    rows = tuple(row_of(figure, least) for figure in figures)
    return ViewResult(
        view="integrity",
        title="How the record is kept",
        question=_QUESTION,
        formula=(
            "A line is an entry about a person; it counts once under each side of its people. "
            "«Own hand»: written by one of them. Told: the first entry after the line that says "
            "so. Days are ledger days; written late: ledger day minus the day claimed (the end of "
            "a span, so at least). Medians stand on so many, and none on fewer than the least."
        ),
        does_not_show=(
            "Why somebody said nothing: silence is neutral. What was told without being written "
            "down, who read the files outside this program, and whether a line is true: that is "
            "what people say of it."
        ),
        checkpoint=facts.standing(asked),
        columns=COLUMNS,
        rows=rows,
        notes=tuple(_notes(facts, asked, limit)),
        summary=_summary(rows, facts, asked),
        relations=tuple(_relations(rows)),
    )


def _by_side(lines: Lines) -> Iterator[Figure]:
    """Who holds the pen, and whether people were told: lines about each side."""
    told: list[Figure] = []
    for side, title in SIDES.items():
        theirs = [some for some in lines.written if side in some.sides]
        if theirs:
            whole = _lines(theirs)
            yield from _pens(side, theirs, whole)
            yield from _subjects(side, theirs, whole)
            told.append(_told(lines, f"told.{side}", title, theirs, whole))
    yield from told


def _pens(side: str, theirs: Sequence[Written], whole: Things) -> Iterator[Figure]:
    """Lines about one side, by whose hand."""
    part, title = "Who wrote it down", SIDES[side]
    by_hand = defaultdict[str, list[Written]](list)
    for some in theirs:
        by_hand[_OWN if some.own and some.by == side else some.by].append(some)
    yield Figure(f"pen.{side}", part, "lines about them", title, "", "line", whole, whole)
    for hand in _HANDS:
        if mine := by_hand.get(hand):
            key, by = f"pen.{side}.{hand.replace(' ', '-')}", SIDES.get(hand, hand)
            item = "of these, written by"
            yield Figure(key, part, item, title, by, "line", _lines(mine), whole)


def _subjects(side: str, theirs: Sequence[Written], whole: Things) -> Iterator[Figure]:
    """Lines about one side, by what they are of."""
    numbers = Counter[str]()
    behind: defaultdict[str, array[int]] = defaultdict(lambda: array("Q"))
    for some in theirs:
        subjects = list(map(subject_of, some.kinds))
        numbers.update(subjects)
        for subject in set(subjects):
            behind[subject].extend(some.because)
        for subject, index in zip(subjects, some.indexes, strict=True):
            behind[subject].append(index)
    for subject, found in sorted(behind.items()):
        key, item = f"what.{side}.{subject}", f"of these, on {subject.replace('_', ' ')}"
        mine = Things(numbers[subject], entries(found))
        yield Figure(key, "What was written", item, SIDES[side], "", "line", mine, whole)


@cache
def subject_of(type_: str) -> str:
    """The subject of a type: the file of the domain that says what it is and when it is allowed."""
    return catalogue.MODELS[type_].__module__.rpartition(".")[2]


def _told(lines: Lines, key: str, title: str, theirs: Sequence[Written], whole: Things) -> Figure:
    """Whether people were told what is recorded about them, and how soon."""
    told, waited, behind = 0, list[int](), array("Q")
    for written in theirs:
        for line, telling, days in lines.told(written):
            told += 1
            behind.extend((line, telling))
            if days is not None:
                waited.append(days)
    some = Things(told, entries(behind))
    item = "lines of which somebody they are about was told"
    return Figure(key, "Told", item, title, "", "line", some, whole, waited)


def _answers(facts: Facts, asked: Asked, lines: Lines, size: int) -> Iterator[Figure]:
    """What people said of the lines about them, and what became of it."""
    whole, spoken = _lines(lines.written), lines.spoken_of
    words = {line.hash: lines.last_words(line) for line in spoken}
    for type_, item in ((CONFIRMED, "lines said to be right"), (DISPUTED, "lines queried")):
        found, waited = [], []
        for line in spoken:
            some = [fact for fact in words[line.hash] if fact.type == type_]
            if some:
                found.append((line.index, *(fact.index for fact in some)))
                days = days_between(line.day, some[0].day)
                waited += [] if days is None else [days]
        yield Figure(
            type_.partition("/")[0].removeprefix("record-"),
            "What people said",
            item,
            "",
            "",
            "line",
            things(found),
            whole,
            waited,
        )
    yield from _queries(facts, asked, words.keys(), size)


def _queries(facts: Facts, asked: Asked, hashes: Set[str], size: int) -> Iterator[Figure]:
    raised = [
        fact
        for fact in facts.of(DISPUTED, before=size)
        if known_by_then(fact, asked) and fact.body["line"] in hashes
    ]
    replies: dict[str, Fact] = {}
    closed: dict[str, Fact] = {}
    for fact in facts.of(REPLIED, SETTLED, before=size):
        if known_by_then(fact, asked):
            into = replies if fact.type == REPLIED else closed
            into.setdefault(fact.body["dispute"], fact)
    whole = each(raised)
    answered = [(fact, replies[fact.hash]) for fact in raised if fact.hash in replies]
    waited = [
        days for pair in answered if (days := days_between(pair[0].day, pair[1].day)) is not None
    ]
    behind = [(query.index, reply.index) for query, reply in answered]
    yield Figure(
        "queries-answered",
        "What people said",
        "queries answered",
        "",
        "",
        "query",
        things(behind),
        whole,
        waited,
    )
    for settled, item in ((True, "queries closed as settled"), (False, "queries given up")):
        some = [
            (fact.index, closed[fact.hash].index)
            for fact in raised
            if fact.hash in closed and closed[fact.hash].body["settled"] is settled
        ]
        key = "queries-settled" if settled else "queries-given-up"
        yield Figure(key, "What people said", item, "", "", "query", things(some), whole)
    today = today_of(facts, asked)
    open_ = [fact for fact in raised if fact.hash not in replies and fact.hash not in closed]
    ages = [(today - fact.day).days for fact in open_ if today and fact.day]
    yield Figure(
        "queries-open",
        "What people said",
        "queries nobody answered",
        "",
        "",
        "query",
        each(open_),
        whole,
        ages,
    )


def _late(everything: Recorded) -> Iterator[Figure]:
    """How late things were written down, and how many afterwards."""
    live, undated, dated, late, afterwards = (array("Q") for _ in range(5))
    days = list[int]()
    for fact in everything:
        if fact.mode == "history":
            afterwards.append(fact.index)
        if fact.mode != "live":
            continue
        live.append(fact.index)
        if fact.on is None:
            undated.append(fact.index)
        elif (waited := lateness(fact)) is not None:
            dated.append(fact.index)
            days.append(waited)
            if waited > _LATE:
                late.append(fact.index)
    yield Figure(
        "late",
        "Written late",
        f"live entries over {_LATE} days late",
        "",
        "",
        "entry",
        _entries(late),
        _entries(dated),
        days,
    )
    yield Figure(
        "undated",
        "Written late",
        "live entries that claim no date of their own",
        "",
        "",
        "entry",
        _entries(undated),
        _entries(live),
    )
    yield Figure(
        "history",
        "Written late",
        "entries recorded afterwards (history)",
        "",
        "",
        "entry",
        _entries(afterwards),
        everything.all,
    )


#: Days after which recording is called late: a default of this program.
_LATE = 30


def _entries(some: Sequence[int]) -> Things:
    """Entries as things, each given once."""
    return Things(len(some), entries(some))


def _lines(some: Sequence[Written]) -> Things:
    return Things(number_of(some), entries_of(some))


def _relations(rows: Sequence[Row]) -> Iterator[Relation]:
    keys_ = {row.key for row in rows}
    for side in SIDES:
        for part in ("pen", "what"):
            parts = tuple((key, "n") for key in sorted(keys_) if key.startswith(f"{part}.{side}."))
            if parts:
                yield Relation((f"pen.{side}", "n"), parts)
    for row in rows:
        yield Relation((row.key, "of"), ((row.key, "n"),), "within")


def _notes(facts: Facts, asked: Asked, limit: str) -> Iterable[str]:
    if asked.dated:
        yield f"Kept is what was recorded {asked.span}, by the ledger day."
    if asked.project is not None:
        yield "Keys, erasures and looks are of the whole programme: ask without a project."
    yield from common_notes(facts, asked, frozenset())
    yield f"«Late» is over {_LATE} days, a default of this program."
    yield limit


def _summary(rows: Sequence[Row], facts: Facts, asked: Asked) -> Summary:
    by_key = {row.key: row.cells for row in rows}
    shows: list[str] = []
    unknown: list[str] = []
    theirs = by_key.get(f"pen.{COMMUNITY}")
    if theirs:
        pen, hand, told = f"pen.{COMMUNITY}", f"pen.{COMMUNITY}.own-hand", f"told.{COMMUNITY}"
        if hand in by_key:
            cells = {(hand, "n"): by_key[hand]["n"], (pen, "n"): theirs["n"]}
            shows.append(Said.of("Lines about the community in their own hand: {} of {}.", cells))
        else:
            shows.append("No line about the community is in their own hand.")
        cells = {(told, "n"): by_key[told]["n"], (told, "of"): by_key[told]["of"]}
        shows.append(Said.of("Lines of which they were told: {} of {}.", cells))
    else:
        unknown.append("No line is recorded about people acting for the community.")
    queried = by_key["queries-answered"]
    if queried["of"]:
        shows.append(f"{many(_int(queried['of']), 'query', 'queries')}, {queried['n']} answered.")
    history = by_key["history"]
    if history["n"]:
        shows.append(f"{history['n']} of {history['of']} entries were recorded afterwards.")
    if any(index < facts.size_at(asked.at) for index in facts.missing):
        unknown.append("Some entries are not shown to this reader, or were withdrawn.")
    return Summary(tuple(shows), (), tuple(unknown))


def _int(cell: object) -> int:
    return cell if isinstance(cell, int) else 0


VIEW = View(
    "integrity",
    "How the record is kept",
    _QUESTION,
    NEEDS,
    integrity,
    filters=frozenset({"project", "period"}),
)
