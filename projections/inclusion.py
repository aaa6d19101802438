"""View ``inclusion``: by what way people came, who let them in, and whether they could stay.

Lines of people, requests, roles and minutes by whom people act for, side beside side:

    way in              people by the route of their first enrolment
    gatekeeper          people by who invited them; gatekeepers are numbered and never named
    staying             taking part, paused, gone at the end of the time asked for; came back;
                        and the same of those who gave at each stage
    leaving             those who left, by stage; in their own words, or only seen to be gone
    another way in      of those who left: offered, said to be none, or not recorded
    access and support  what was asked and what became of it; the person's own word goes first
    handover            roles that ended: to a successor with papers, without, or to nobody
    training            who learned and who taught
    time                minutes given, at least and at most

Nobody is named: leaving is nobody's to see but by case access (domain.md section 10). Reasons are
personal values and stay beside their lines; how many gave one is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections import given
from projections.access_met import ACCESS_TYPES, access_lines
from projections.coming_going import COMING_TYPES, coming_lines
from projections.facts import Facts, Happened
from projections.given import Record
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.lines import COLUMNS, Lines
from projections.lived import Lived
from projections.result import Asked, Fixed, Row, Summary, ViewResult
from projections.stage_common import SIDES, many, record_notes
from projections.timed import Minutes, shares
from projections.view import View

NEEDS = given.NEEDS | COMING_TYPES | ACCESS_TYPES | LIMIT_TYPES
_QUESTION = "By what way did people come, who let them in, and could they stay?"


def inclusion(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the lines in the order in which a person comes, stays and goes."""
    record = given.read(facts, asked)
    size = facts.size_at(asked.at)
    least, limit = least_for_a_rate(facts, size)
    lived = Lived(facts, asked, record.sides, record.linked)
    lines = Lines(asked.side, least)
    coming_lines(lived, lines, record.dated(Happened.YES))
    access_lines(lived, lines)
    _time(record, lines)
    return ViewResult(
        view="inclusion",
        title="Coming, staying, leaving",
        question=_QUESTION,
        formula=(
            "Each line: so many different people (requests, roles) of those of the same side. Way "
            "in: the route of a person's first enrolment. Gatekeeper: who invited them, as "
            "recorded. Staying: the last that was recorded of a person by the end of the time "
            "asked for. A need is met when the person says so, else when others do. Time given "
            "together is shared equally; a band is at least nothing and at most its end."
        ),
        does_not_show=(
            "Who left or why: reasons are people's own and need not be given. Who was never "
            "asked, or stayed away without a word. Whether an invitation was a gate or a kindness. "
            "Whoever writes down an enrolment is not thereby its gatekeeper."
        ),
        checkpoint=facts.standing(asked),
        columns=COLUMNS,
        rows=tuple(lines.rows),
        notes=tuple(_notes(facts, asked, lived, limit)),
        summary=_summary(lines.rows),
        relations=tuple(lines.relations),
    )


def _time(record: Record, lines: Lines) -> None:
    """Minutes by side; how many pieces of work have none."""
    sums = {side: Minutes() for side in SIDES}
    timed: dict[str, dict[str, tuple[int, ...]]] = {side: {} for side in SIDES}
    untimed: dict[str, dict[str, tuple[int, ...]]] = {side: {} for side in SIDES}
    for work in record.dated(Happened.YES):
        for share in shares(work):
            side = share.giver.side
            sums[side].add(share)
            where = untimed if share.minutes is None else timed
            where[side][work.fact.body["contribution"]] = tuple(work.events)
    for side, minutes in sums.items():
        both = timed[side] | untimed[side]
        if both:
            lines.add("time", "work without a time", side, untimed[side], unit="work", of=both)
            lines.add_sum("time", "minutes at least", side, minutes.least, timed[side])
            lines.add_sum("time", "minutes at most", side, minutes.most, timed[side])


def _notes(facts: Facts, asked: Asked, lived: Lived, limit: str) -> Iterable[str]:
    yield Fixed(
        "Nobody is named here: who left or needed what is for those with case access. Gatekeepers "
        "are numbered in the order of the first whom they invited."
    )
    if asked.dated and lived.undated:
        yield (
            f"{many(len(lived.undated), 'entry', 'entries')} of which no date says whether it was "
            f"{asked.span}: in no line."
        )
    yield from record_notes(facts, asked, NEEDS)
    if lived.history:
        entries = many(len(lived.history), "entry", "entries")
        yield f"{entries} recorded afterwards, not at the time."
    yield limit


def _summary(rows: Sequence[Row]) -> Summary:
    found = {row.name: row.cells for row in rows}

    def number(key: str) -> int:
        cell = found[key]["n"] if key in found else 0
        return cell if isinstance(cell, int) else 0

    shows, unknown = [], []
    came = number("way in/all who came/community")
    if came:
        shows.append(f"{came} people acting for the community came in.")
    left = sum(number(f"leaving/all who left/{side}") for side in SIDES)
    if left:
        offered = sum(number(f"another way in/offered/{side}") for side in SIDES)
        shows.append(
            f"{many(left, 'person', 'people')} left; {offered} had another way in offered."
        )
    asked_for = sum(number(f"access and support/all that was asked/{side}") for side in SIDES)
    if asked_for:
        silent = sum(number(f"access and support/no word yet/{side}") for side in SIDES)
        shows.append(
            f"{many(asked_for, 'request')} for access or support; {silent} without a word."
        )
    untimed = sum(number(f"time/work without a time/{side}") for side in SIDES)
    if untimed:
        unknown.append(
            f"For {many(untimed, 'piece')} of work no time is recorded; that is not zero."
        )
    if not came:
        unknown.append("How people acting for the community came in is not recorded.")
    return Summary(tuple(shows), (), tuple(unknown))


VIEW = View(
    "inclusion",
    "Coming, staying, leaving",
    _QUESTION,
    NEEDS,
    inclusion,
    filters=frozenset({"project", "side", "period"}),
)
