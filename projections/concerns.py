"""View ``concerns``: what ought to be looked at, by the twenty indicators of domain.md section 9.

A prompt to look, never a verdict and never a label on a person. Each indicator fires, does not
fire, or cannot be assessed; «cannot be assessed» is never shown as clear. Each names the entries
that fired it, what would clear it, and the latest reply. The limits are defaults of this program
(‡), no norms of the field.

A reply belongs to the indicator and to the scope that it names: one project, or the whole
programme. Asked for the programme, the reply is the programme's own, and beside it stands for how
many projects there is one; asked for a project, the reply is the project's own, and beside it
stands the programme's. Neither is taken for the other.

A first page shows three at most (``first_three``), in an order that puts people's money, replies
and leaving before what a board can take its time for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from projections import concern_money, concern_people, concern_voice, concern_work
from projections.behind import common_notes
from projections.concern import FIRES, QUIET, UNKNOWN, Concern, Evidence, Indicator
from projections.facts import Fact, Facts, Happened, happened
from projections.limits import LIMIT_TYPES
from projections.measure import events_of
from projections.result import Asked, Cell, Column, Row, Summary, ViewResult, Words
from projections.stage_common import many
from projections.view import View

REPLIED = "concern-answered/v1"
NEEDS = (
    concern_work.NEEDS
    | concern_voice.NEEDS
    | concern_people.NEEDS
    | concern_money.NEEDS
    | LIMIT_TYPES
    | {REPLIED}
)
_BY_SUBJECT = (
    concern_work.INDICATORS,
    concern_voice.INDICATORS,
    concern_people.INDICATORS,
    concern_money.INDICATORS,
)
INDICATORS: tuple[Indicator, ...] = tuple(
    sorted(chain.from_iterable(_BY_SUBJECT), key=lambda one: int(one.id[1:]))
)
#: The order in which concerns reach a first page.
FIRST = (
    "T14", "T3", "T11", "T19", "T8", "T15", "T13", "T12", "T7", "T20", "T4", "T5", "T1", "T2",
    "T6", "T18", "T9", "T10", "T17", "T16",
)  # fmt: skip
_QUESTION = "What ought to be looked at?"
_ORDER = {FIRES: 0, QUIET: 1, UNKNOWN: 2}
_ANSWERS = {
    "acted": "something was done",
    "will-act": "something will be done",
    "explained": "explained",
    "disagree": "seen otherwise",
}


def concerns(facts: Facts, asked: Asked) -> ViewResult:
    """Look at the record by each indicator; one row each, those that fire first."""
    replies = _replies(facts, asked, facts.size_at(asked.at))
    found = _looked(facts, asked)
    rows = [_row(one, concern, replies.get(one.id, {}), asked) for one, concern in found]
    return ViewResult(
        view="concerns",
        title="What to look at",
        question=_QUESTION,
        formula=(
            "Each indicator by its own rule, stated in its row; the limits in it are defaults of "
            "this program (‡). It fires, does not fire, or cannot be assessed with what is "
            "recorded."
        ),
        does_not_show=(
            "Whether anything is wrong: an indicator is a prompt to look, never a verdict, and no "
            "word about a person. «Cannot be assessed» does not mean that all is well, and neither "
            "does «does not fire»."
        ),
        checkpoint=facts.standing(asked),
        columns=(*_COLUMNS, *(_ELSEWHERE if asked.project is None else _ABOVE)),
        rows=tuple(rows),
        notes=tuple(_notes(facts, asked, found)),
        summary=_summary(found),
    )


def _looked(facts: Facts, asked: Asked) -> list[tuple[Indicator, Concern]]:
    """What each indicator finds, those that fire first.

    Indicators of one subject look at much the same; of a large record, all that was folded for one
    subject goes before the next.
    """
    found, evidence = dict[str, Concern](), Evidence(facts, asked)
    for indicators in _BY_SUBJECT:
        found |= {one.id: one.look(evidence) for one in indicators}
        if not facts.held:
            facts.let_go()
            evidence = Evidence(facts, asked)
    order = sorted(INDICATORS, key=lambda one: _ORDER[found[one.id].state])
    return [(one, found[one.id]) for one in order]


_COLUMNS = (
    Column("id", "text", "", "No."),
    Column("title", "text", "", "Indicator"),
    Column("state", "text", "", "State"),
    Column("found", "text", "", "Found", guard="words"),
    Column("n", "integer", "thing", "Fired by", unknown="not counted", guard="count"),
    Column("of", "integer", "thing", "Looked at", unknown="not counted", guard="count"),
    Column("unit", "text", "", "Counted in"),
    Column("rule", "text", "", "Fires when ‡"),
    Column("clears", "text", "", "What would clear it"),
    Column("reply", "text", "", "Reply", unknown="none recorded"),
    Column("words", "text", "", "In their words", unknown="", guard="words"),
)
#: What stands beside the reply: those for single projects, or the programme's.
_ELSEWHERE = (
    Column(
        "replied_in",
        "integer",
        "projects",
        "Projects with a reply of their own",
        guard="open",
    ),
)
_ABOVE = (
    Column("programme_reply", "text", "", "Reply for the whole programme", unknown="none recorded"),
    Column("programme_words", "text", "", "In the programme's words", unknown="", guard="words"),
)


def _row(one: Indicator, concern: Concern, replies: Mapping[str | None, Fact], asked: Asked) -> Row:
    cells: dict[str, Cell] = {
        "id": one.id,
        "title": one.title,
        "state": concern.state,
        "found": concern.found,
        "n": concern.n,
        "of": concern.of,
        "unit": one.unit,
        "rule": one.rule,
        "clears": one.clears,
    }
    behind: dict[str, Sequence[int]] = {}
    said = {"reply": (asked.project, "words")}
    if asked.project is None:
        elsewhere = [reply.index for project, reply in replies.items() if project is not None]
        cells["replied_in"], behind["replied_in"] = len(elsewhere), tuple(sorted(elsewhere))
    else:
        said["programme_reply"] = (None, "programme_words")
    for name, (project, in_words) in said.items():
        reply = replies.get(project)
        if reply is None:
            continue
        cells[name] = _ANSWERS[reply.body["answer"]]
        if "words" in reply.body.get("has", ()):
            cells[in_words] = Words(reply.index, "words")
        behind |= dict.fromkeys((name, in_words), (reply.index,))
    events = events_of(concern.events, *behind.values())
    if events != concern.events:
        behind |= dict.fromkeys(("state", "found", "n"), concern.events)
    return Row(cells, events, key=one.id, behind=behind)


def _replies(facts: Facts, asked: Asked, size: int) -> dict[str, dict[str | None, Fact]]:
    """The latest reply to each indicator in each scope: by project, None for the programme's."""
    found: dict[str, dict[str | None, Fact]] = {}
    for fact in facts.of(REPLIED, before=size):
        if happened(fact, asked.happened_by, on_saying=True) is not Happened.NO:
            found.setdefault(fact.body["indicator"], {})[fact.body.get("project")] = fact
    return found


def first_three(result: ViewResult) -> list[Row]:
    """The concerns of a first page: three at most, those without a reply first."""
    firing = {row.name: row for row in result.rows if row.cells["state"] == FIRES}
    order = [firing[id_] for id_ in FIRST if id_ in firing]
    return sorted(order, key=lambda row: bool({"reply", "programme_reply"} & set(row.cells)))[:3]


def _notes(facts: Facts, asked: Asked, found: Sequence[tuple[Indicator, Concern]]) -> Iterable[str]:
    unknown = [one.id for one, concern in found if concern.state == UNKNOWN]
    if unknown:
        yield f"Cannot be assessed, which is not «clear»: {', '.join(unknown)}."
    yield "‡ The limits are defaults of this program, not norms of the field."
    yield from common_notes(facts, asked, NEEDS)


def _summary(found: Sequence[tuple[Indicator, Concern]]) -> Summary:
    firing = {one.id: (one, concern) for one, concern in found if concern.state == FIRES}
    shows = [f"To look at: {firing[id_][0].title} ({id_})." for id_ in FIRST if id_ in firing][:3]
    if len(firing) > len(shows):
        shows.append(f"{many(len(firing) - len(shows), 'more concern')} in the table.")
    if not firing:
        shows.append("No indicator fires, which does not mean that all is well.")
    unknown = sum(concern.state == UNKNOWN for _, concern in found)
    quiet = sum(concern.state == QUIET for _, concern in found)
    words = (
        f"{unknown} of {len(found)} indicators cannot be assessed with what is recorded; "
        f"{quiet} {'does' if quiet == 1 else 'do'} not fire."
    )
    return Summary(tuple(shows), (), (words,) if unknown else ())


VIEW = View(
    "concerns",
    "What to look at",
    _QUESTION,
    frozenset(NEEDS),
    concerns,
    filters=frozenset({"project", "period"}),
)
