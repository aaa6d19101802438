"""View ``unanswered``: what people raised or said, and nobody has replied to.

One row for each, oldest first, with its age in days up to the day the record had reached. «Not
answered», said by who had said it, puts an answered one back here until another answer comes. A
problem waits while it is neither taken up, refused nor closed, and an input while it is not
answered: that it was cited somewhere is no reply to who said it. Silence about something recorded
afterwards may only mean that no book of answers was kept; such rows say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from projections.behind import common_notes, day_said
from projections.decided import DECISION_TYPES
from projections.dossier import words
from projections.facts import Fact, Facts, Happened
from projections.offers import today_of
from projections.proposals import (
    PROPOSAL_NEEDS,
    UNANSWERED,
    Proposal,
    read_answered,
)
from projections.result import Asked, Cell, Column, Row, Summary, ViewResult
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many
from projections.view import View

NEEDS = PROPOSAL_NEEDS | DECISION_TYPES
_QUESTION = "What did people raise or say that nobody has replied to?"
#: Days after which domain.md section 9 (T3) asks to look; a default of this program.
LONG = 60
_THINGS = {"problem": ("problem", "problems"), "": ("idea", "ideas")}


def unanswered(facts: Facts, asked: Asked) -> ViewResult:
    """Fold what waits for a reply as ``asked``, oldest first."""
    today = today_of(facts, asked)
    proposals, _, _, outside, _ = read_answered(facts, asked)
    open_ = [one for one in proposals if one.waits]
    ages = {one.id: age(one.fact, today) for one in open_}
    open_.sort(key=lambda one: (-(ages[one.id] or 0), ages[one.id] is None, one.fact.index))
    rows = tuple(_row(one, ages[one.id], asked) for one in open_)
    return ViewResult(
        view="unanswered",
        title="What nobody has answered",
        question=_QUESTION,
        order="the longest wait first",
        formula=(
            "Inputs whose latest word is no answer, or «not answered» by who said it; problems "
            "neither taken up, refused nor closed, by word or by a decision on them. Age: days "
            "from the day it was said to the day the record had reached; where only a span is "
            "known, from its end, so «at least»."
        ),
        does_not_show=(
            "Answers given in person that nobody wrote down, and what people never said because "
            "they expected no answer. Being ranked or cited is not a reply."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked),
        rows=rows,
        notes=tuple(_notes(facts, asked, open_, outside, today)),
        summary=_summary(open_, ages, len(proposals)),
    )


def age(fact: Fact, today: date | None) -> int | None:
    """Give the days since it was said, at least; None where no day is known."""
    said = (day_said(fact) or "").removeprefix("by ").rpartition(" to ")[2]
    if not said or today is None:
        return None
    return max(0, (today - date.fromisoformat(said)).days)


def _columns(asked: Asked) -> tuple[Column, ...]:
    columns = [
        Column("thing", "text", "", "What", guard="words"),
        Column("kind", "text", "", "Kind", guard="open"),
        Column("project", "text", "", "Project", guard="open"),
        Column("side", "text", "", "Said for", guard="open", identity=True),
        Column("said_on", "date", "", "Said on", unknown="date not recorded", guard="day"),
        Column("days", "integer", "day", "Waiting, days", unknown="not known", guard="day"),
        Column("state", "text", "", "How it stands", guard="open"),
        Column("asked_for", "text", "", "Was asked for", guard="open"),
        Column("carried", "text", "", "Carried on", unknown="no", guard="open"),
        Column("words", "text", "", "In their words", unknown="", guard="words"),
    ]
    if asked.dated:
        columns.append(Column("dated", "text", "", f"Known to be {asked.span}", guard="open"))
    return tuple(columns)


def _row(one: Proposal, days: int | None, asked: Asked) -> Row:
    cells: dict[str, Cell] = {
        "thing": one.id,
        "kind": one.kind,
        "project": one.fact.body["project"],
        "side": ", ".join(sorted(one.sides - {UNSAID})) or None,
        "said_on": day_said(one.fact),
        "days": days,
        "state": state(one),
        "asked_for": "yes" if "asked_by" in one.fact.body else "no",
        "carried": one.carried,
        "words": words(one.fact, "words"),
    }
    if asked.dated:
        cells["dated"] = "yes" if one.when is Happened.YES else "date unknown"
    marked = tuple(fact.index for fact in one.replies if fact.type == UNANSWERED)
    behind = {"state": tuple(sorted({one.fact.index, *marked}))} if marked else {}
    return Row(cells, one.events, key=one.id, behind=behind)


def state(one: Proposal) -> str:
    """Say how something that waits stands."""
    if one.reply == "ranked":
        said = f"ranked (place {one.place}), neither taken up nor refused"
    else:
        said = one.reply_words
    said += "; named as having counted, and not told" if one.cited else ""
    return said + ("; recorded afterwards" if one.fact.mode == "history" else "")


def _notes(
    facts: Facts, asked: Asked, open_: Sequence[Proposal], outside: int, today: date | None
) -> Iterable[str]:
    if today is not None:
        yield f"Ages are counted up to {today.isoformat()}."
    if outside:
        yield f"{many(outside, 'proposal')} said outside the time asked for ({asked.span})."
    if asked.dated:
        yield "What has no date that says whether it was then is listed as «date unknown»."
    history = sum(one.fact.mode == "history" for one in open_)
    if history:
        yield (
            f"{many(history, 'proposal')} recorded afterwards: that no reply is recorded may only "
            "mean that nobody kept a book of replies."
        )
    yield from common_notes(facts, asked, NEEDS)


def _summary(open_: Sequence[Proposal], ages: dict[str, int | None], all_: int) -> Summary:
    if not all_:
        return Summary(unknown=("Nobody is recorded as having raised or said anything.",))
    if not open_:
        return Summary(shows=("Everything that people raised or said has a reply.",))
    kinds = Counter("problem" if one.kind == "problem" else "" for one in open_)
    named = " and ".join(
        many(kinds[kind], *_THINGS[kind]) for kind in ("", "problem") if kinds[kind]
    )
    shows = [f"{named} {'has' if len(open_) == 1 else 'have'} no reply."]
    known = [days for days in ages.values() if days is not None]
    if known:
        shows.append(f"The oldest waits {many(max(known), 'day')}.")
        long = sum(days > LONG for days in known)
        if long:
            shows.append(f"{long} of them over {LONG} days (a default of this program).")
    marked = sum(one.reply == "not-answered" for one in open_)
    if marked:
        shows.append(f"{marked} said by those who asked to be not answered.")
    theirs = sum(COMMUNITY in one.sides for one in open_)
    spoke = [f"{theirs} of {len(open_)} came from people acting for the community."]
    undated = len(ages) - len(known)
    unknown = [f"Of {undated} it is not known when they were said."] if undated else []
    return Summary(tuple(shows), tuple(spoke), tuple(unknown))


VIEW = View(
    "unanswered",
    "What nobody has answered",
    _QUESTION,
    NEEDS,
    unanswered,
    filters=frozenset({"project", "side", "period"}),
)
