"""View ``decisions``: every decision, how it was taken, where it began, and what became of it.

One row a decision. Whether its count was made from signed ballots, attested by tellers or taken
over from elsewhere is said for each, and the outcome is counted again by the domain's own rules
(``decided.py``). Where it began is traced as ``origins.py`` says. A tie in the count is shown as a
tie, also when both options were chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from projections.behind import common_notes, day_said
from projections.charts import panels
from projections.cited import CITING, Acts, acts_citing
from projections.decided import (
    CLOSED,
    DECISION_TYPES,
    INTERESTED,
    METHODS,
    OVERRIDDEN,
    RECUSED,
    REVERSED,
    Decided,
    Decisions,
    read_decisions,
)
from projections.facts import Fact, Facts, Happened
from projections.limits import CHARTER
from projections.origins import ORIGIN_NEEDS, WAYS, Origin, Origins, Way
from projections.result import Asked, Cell, Column, Row, Summary, ViewResult
from projections.sides import COMMUNITY
from projections.stage_common import many
from projections.view import View

#: What can be named as the grant of an act.
GRANTING = frozenset({CHARTER, *(type_ for type_ in CITING if type_.startswith("power-"))})
NEEDS = DECISION_TYPES | ORIGIN_NEEDS | CITING | GRANTING
_QUESTION = "What was decided, how, by how many, and did it begin with the community?"
OUTCOMES = {
    "": "open",
    "decided": "decided",
    "not-reached": "not reached",
    "tied": "tied",
    "no-quorum": "no quorum",
}


class Authority(NamedTuple):
    """The grant under which a decision was closed (opened, while it is open): in words, and where.

    The whole chain up to the charter is in the view of power.
    """

    words: str | None
    events: tuple[int, ...]


class Line(NamedTuple):
    """One decision with where it began, what cites it, and under which grant it was taken."""

    one: Decided
    origin: Origin
    done: Acts
    authority: Authority


def decisions(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the decisions as ``asked``, one row each, in the order of their opening."""
    size = facts.size_at(asked.at)
    read = read_decisions(facts, asked)
    origins = Origins.of(facts, size)
    done = acts_citing(facts, asked, size)
    grants = {fact.hash: fact for fact in facts.of(*GRANTING, before=size)}
    lines = [
        Line(one, origins.origin(one), done.get(one.id, Acts()), _authority(one, grants))
        for one in read.by_id.values()
    ]
    rows = [_row(line, origins, asked) for line in lines]
    return ViewResult(
        view="decisions",
        title="Decisions",
        question=_QUESTION,
        order="in the order in which they were opened, the newest at the end",
        newest_last=True,
        formula=(
            "One row for each decision opened. The outcome is counted again from what came in, by "
            "the method fixed at opening. «Began with»: community, when somebody acting for the "
            "community asked for it, raised the problem it is about, said what it cites, or put "
            "forward what was chosen; others, when only others did. «Decided on their own»: people "
            "on the electorate who raised the problem or put an option forward. Evidence is cited "
            "when it weighs a contribution or a document. «Done since»: later entries citing it."
        ),
        does_not_show=(
            "What was said in the room, whether a decision was right, or whether people on the "
            "electorate had a real choice. A count by tellers or from elsewhere is not proven. "
            "Influence before the question was put leaves no trace here."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked),
        rows=tuple(rows),
        notes=tuple(_notes(facts, asked, read, lines)),
        summary=_summary(read, lines),
        chart=_chart(lines) if lines else None,
    )


def _columns(asked: Asked) -> tuple[Column, ...]:
    columns = [
        Column("decision", "text", "", "Decision"),
        Column("project", "text", "", "Project", unknown="the whole programme"),
        Column("day", "date", "", "Decided on", unknown="date not recorded", guard="day"),
        Column("decider", "text", "", "Decided by"),
        Column("authority", "text", "", "Under", unknown="no grant named"),
        Column("method", "text", "", "Method"),
        Column("major", "text", "", "Major"),
        Column("raised_by", "text", "", "Asked for by", guard="person"),
        Column("began_with", "text", "", "Began with"),
        Column("began_as", "text", "", "As", unknown="nothing recorded"),
        Column("electorate", "integer", "person", "May vote", guard="count"),
        Column("ballots", "integer", "ballot", "Ballots", unknown="not shown", guard="count"),
        Column("outcome", "text", "", "Outcome"),
        Column("chosen", "text", "", "Chosen", unknown="none chosen"),
        Column(
            "tie",
            "text",
            "",
            "Tie in the count",
            unknown="none",
            guard="derived",
            of=("electorate", "ballots"),
        ),
        Column("count", "text", "", "How the count is known"),
        Column("evidence", "text", "", "Evidence", unknown="still open"),
        Column("lacks", "text", "", "Nothing recorded of its", unknown="–"),
        Column("interests", "integer", "person", "Interests declared", guard="count"),
        Column("unhandled", "integer", "person", "of these, not handled", guard="count"),
        Column("own", "integer", "person", "Decided on their own", guard="count"),
        Column("overridden", "text", "", "Overridden by a rule", unknown="no"),
        Column("reversed_by", "text", "", "Reversed by", unknown="no"),
        Column("done", "integer", "entry", "Done since", guard="count"),
    ]
    if asked.dated:
        columns.append(Column("dated", "text", "", f"Known to be {asked.span}"))
    return tuple(columns)


def _row(line: Line, origins: Origins, asked: Asked) -> Row:
    one, origin, done, authority = line
    ended = one.later.get(CLOSED)
    mine, because = own(one, origins)
    cells: dict[str, Cell] = {
        "decision": one.id,
        "project": one.opened.project,
        "day": day_said(ended[0]) if ended else None,
        "decider": one.opened.body or one.opened.office or "its electorate",
        "authority": authority.words,
        "method": METHODS.get(one.opened.method, one.opened.method),
        "major": "yes" if one.opened.major else "no",
        "raised_by": one.opened.raised_by,
        "began_with": origin.side,
        "began_as": ", ".join(dict.fromkeys(WAYS[way.kind] for way in _telling(origin))) or None,
        "electorate": one.opened.voters,
        "ballots": None if one.few else one.ballots.ballots,
        "outcome": OUTCOMES.get(one.outcome, one.outcome),
        "chosen": ", ".join(one.chosen) or None,
        "tie": tie_words(one),
        "count": count_words(one),
        "evidence": evidence(one),
        "lacks": ", ".join(one.lacks) or None,
        "interests": len(one.interests.declared),
        "unhandled": len(one.unhandled),
        "own": len(mine),
        "overridden": one.override.kind if one.override else None,
        "reversed_by": one.reversed_by,
        "done": len(done.events),
    }
    if asked.dated:
        known = not one.undated and one.when is Happened.YES
        cells["dated"] = "yes" if known else "date unknown"
    behind = {
        "authority": authority.events,
        "began_with": origin.events,
        "began_as": origin.events,
        "raised_by": (one.fact.index,),
        "interests": tuple(fact.index for fact in one.of(INTERESTED)),
        "own": because,
        "overridden": tuple(fact.index for fact in one.of(OVERRIDDEN)),
        "reversed_by": tuple(fact.index for fact in one.of(REVERSED)),
        "done": done.events,
    }
    events = tuple(sorted({*one.events, *origin.events, *done.events, *because, *authority.events}))
    return Row(cells, events, key=one.id, behind=behind)


def _authority(one: Decided, grants: Mapping[str, Fact]) -> Authority:
    acted = next(iter(one.of(CLOSED)), one.fact)
    for hash_ in acted.under.values():
        grant = grants.get(hash_)
        if grant is None:
            return Authority("a grant not shown here", (acted.index,))
        words = "the charter" if grant.type == CHARTER else f"the grant in entry {grant.index}"
        return Authority(words, (acted.index, grant.index))
    return Authority(None, (acted.index,))


def _telling(origin: Origin) -> Sequence[Way]:
    """The ways worth naming: those of the community, else all."""
    return origin.by_community or origin.ways


def own(one: Decided, origins: Origins) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Give who on the electorate raised the problem or put an option; and the entries behind."""
    put = {str(option.put_by) for option in one.opened.options if option.put_by}
    events = {one.fact.index}
    if one.opened.problem is not None:
        for way in origins.raised(one.opened.problem):
            put.update(way.people)
            events.add(origins.problems[way.thing].index)
    mine = tuple(person for person in one.opened.electorate if person in put)
    return mine, tuple(sorted(events)) if mine else ()


def evidence(one: Decided) -> str | None:
    """Say whether it cites evidence, as the domain asks it of an auditable decision."""
    if one.closed is None:
        return None
    return "none cited" if "evidence" in one.lacks else "cited"


def tie_words(one: Decided) -> str | None:
    """Name the options that share a place in the count."""
    if one.few and one.closed is None:
        return None
    return "; ".join(" = ".join(place) for place in one.tied) or None


def count_words(one: Decided) -> str:
    """Say how the count is known, and whether counting again gives what the close states."""
    known = one.known_by
    if one.closed is None:
        return f"still open; {known}"
    if one.differs:
        return f"{known}; counted again it DIFFERS in: {', '.join(one.differs)}"
    return f"{known}; the outcome follows from it"


def _notes(facts: Facts, asked: Asked, read: Decisions, lines: Sequence[Line]) -> Iterable[str]:
    differing = sum(bool(line.one.differs) for line in lines)
    if differing:
        yield (
            f"In {many(differing, 'decision')} what is recorded does not give the stated outcome; "
            "run `tally verify` for a full account."
        )
    if read.outside:
        yield f"{many(read.outside, 'decision')} outside the time asked for ({asked.span})."
    if asked.dated:
        yield (
            "Where a date does not say whether it was then, the decision is shown as «date "
            "unknown» and is in no sentence of the summary."
        )
    if any(line.one.few for line in lines):
        yield (
            "Of secret ballots among fewer than ten people only the outcome is shown, not the "
            "numbers."
        )
    if read.unread:
        yield f"{many(read.unread, 'entry', 'entries')} that cannot be read as what they claim."
    yield from common_notes(facts, asked, NEEDS, (line.one.fact for line in lines))
    yield "Interests and origins are what people declared or recorded; silence proves neither."


def _summary(read: Decisions, lines: Sequence[Line]) -> Summary:
    dated = {id(one) for one in read.dated()}
    lines = [line for line in lines if id(line.one) in dated]
    if not lines:
        return Summary(unknown=("No decision is recorded.",))
    closed = [line for line in lines if line.one.closed]
    shows = [f"{many(len(lines), 'decision')} opened, {len(closed)} closed."]
    shows += [f"{n} by {METHODS.get(method, method)}." for method, n in _methods(lines)]
    adopted = [line for line in lines if line.one.adopted]
    community = sum(line.origin.side == COMMUNITY for line in adopted)
    if adopted:
        shows.append(
            f"{community} of {many(len(adopted), 'adopted decision')} began with the community."
        )
    for words, n in (
        ("{} the charter calls major", sum(line.one.opened.major for line in lines)),
        ("{} with a tie in the count", sum(bool(line.one.tied) for line in closed)),
        ("{} overridden by a cited rule", sum(line.one.override is not None for line in lines)),
        ("{} reversed later", sum(line.one.reversed_by is not None for line in lines)),
        ("{} by lot stopped by a secret never shown", sum(bool(o.one.kept_back) for o in closed)),
    ):
        if n:
            shows.append(words.format(many(n, "decision")) + ".")
    alone = sum(line.one.one_voter and line.one.unhandled != () for line in lines)
    return Summary(
        tuple(shows),
        tuple(_spoke(closed, alone)),
        tuple(_unknown(closed)),
    )


def _methods(lines: Sequence[Line]) -> list[tuple[str, int]]:
    return Counter(str(line.one.opened.method) for line in lines).most_common()


def _spoke(closed: Sequence[Line], alone: int) -> Iterable[str]:
    stepped = sum(bool(line.one.of(RECUSED)) for line in closed)
    if stepped:
        yield f"In {many(stepped, 'decision')} somebody stepped back."
    if alone:
        yield f"In {many(alone, 'decision')} of one person an interest was not handled."


def _unknown(closed: Sequence[Line]) -> Iterable[str]:
    bare = sum(evidence(line.one) == "none cited" for line in closed)
    if bare:
        cite = "cites" if len(closed) == 1 else "cite"
        yield f"{bare} of {many(len(closed), 'closed decision')} {cite} no evidence."
    lost = sum(line.origin.side == "not recorded" for line in closed)
    if lost:
        yield f"Where {many(lost, 'closed decision')} began is not recorded."
    unproven = sum(line.one.opened.ballots != "open" for line in closed)
    if unproven:
        yield f"{many(unproven, 'count')} by tellers or from elsewhere: not proven."


def _chart(lines: Sequence[Line]) -> dict[str, object]:
    bands = {COMMUNITY: "Began with community", "others": "With others", "not recorded": "Unknown"}
    found = Counter((str(line.one.opened.method), line.origin.side) for line in lines)
    methods = [method for method, _ in _methods(lines)]
    values = [
        {
            "row": METHODS.get(method, method),
            "panel": title,
            "n": found[method, side],
            "label": str(found[method, side]),
        }
        for method in methods
        for side, title in bands.items()
    ]
    return panels(
        values,
        rows=[METHODS.get(method, method) for method in methods],
        columns=list(bands.values()),
        unit="decisions",
        description="Bars for each method: how many decisions began with the community, with "
        "others only, or with nobody that is recorded.",
    )


VIEW = View(
    "decisions",
    "Decisions",
    _QUESTION,
    NEEDS,
    decisions,
    filters=frozenset({"project", "scale", "period"}),
)
