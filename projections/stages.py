"""View ``stages``: who defined problems, designed, resourced, gathered, delivered, evaluated.

Two figures that must never share an axis (domain.md section 2):

* over all projects, a share of **projects**::

      eligible projects with a community contribution at the stage / all eligible projects

  eligible: some standing contribution claims more than informing and consulting. This is the form
  of the published figures, shares of 260 papers: communities implemented in 95 %, defined problems
  in 18 %. A project where nothing is recorded at a stage, or not for whom its givers act, stays in
  the denominator as the band «not recorded».

* within one project, a share of **people** and of **contributions** by whom their givers act for.

Either is split by side or by recorded group (``--split``). A group is a group entry's label, the
source's own word; the groups that people count themselves among are personal values, in no body,
and so in no figure here.

View ``projects`` lists each project, and says where communities only delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from projections.charts import panels
from projections.facts import Facts, Happened
from projections.given import NEEDS, Given, Record, read
from projections.result import Asked, Column, Relation, Row, Summary, ViewResult
from projections.sides import UNSAID
from projections.stage_common import (
    COMMUNITY,
    ELIGIBLE,
    PUBLISHED,
    STAGES,
    UNSORTED,
    common_notes,
    events_of,
    many,
    rate,
    spoke,
    stages_of,
    unsaid,
)
from projections.stage_people import within
from projections.stage_split import split_by
from projections.view import View

SPLITS = ("bands", "side", "group")
_QUESTION = "At which stages did communities take part, and in what share of projects?"


def stages(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the share of projects, or of people within the project asked for."""
    record = read(facts, asked)
    split = asked.options.get("split", SPLITS[0])
    if asked.project is not None:
        return within(facts, asked, record, by_group=split == "group")
    # A project is eligible by what anybody claims in it: else its share among those of one side
    # would leave out the projects in which that side had no part.
    narrowed = asked.side is not None or asked.group is not None
    whole = read(facts, replace(asked, side=None, group=None)) if narrowed else record
    if split == "bands":
        return _portfolio(facts, asked, record, whole)
    return split_by(facts, asked, record, claims(whole).more, by_group=split == "group")


# ── over all projects: a share of projects ──────────────────────────────────────────────────────


class Claims(NamedTuple):
    """Projects by the level they claim: more than consulting, at most consulting, none stated."""

    more: set[str]
    nominal: set[str]
    unclaimed: set[str]


def claims(record: Record) -> Claims:
    """Sort the projects by what their standing contributions claim."""
    claimed: dict[str, set[str]] = {project: set() for project in record.projects}
    for given in record.standing:
        claimed.setdefault(given.project, set()).add(given.level)
    more = {project for project, levels in claimed.items() if levels & ELIGIBLE}
    unknown = {project for project, levels in claimed.items() if levels <= {UNSORTED}}
    return Claims(more, set(claimed) - more - unknown, unknown)


def _portfolio(facts: Facts, asked: Asked, record: Record, whole: Record) -> ViewResult:
    claimed = claims(whole)
    more = claimed.more
    by_date = asked.dated
    here = stages_of(given for given in record.standing if given.project in more)
    first = _first_claims(whole, more)
    rows = [_portfolio_row(stage, here[stage], more, first, by_date=by_date) for stage in STAGES]
    bands = ["community", "others", "not_recorded"]
    if by_date:
        bands.append("date_unknown")
    return ViewResult(
        view="stages",
        title="Stages, by project",
        question=_QUESTION,
        formula=(
            "For each stage: eligible projects with at least one standing contribution by people "
            "acting for the community, divided by all eligible projects. Eligible: some "
            "contribution claims to involve, collaborate or lead. «Others only»: front line, "
            "institution or bridging contributed and the community did not. «Not recorded»: "
            "nothing is recorded at the stage, or not for whom its givers act."
        ),
        does_not_show=(
            "How many people took part, for how long, or with what influence: a project counts "
            "once. It says what was recorded, not what happened, and not whether it was «with» "
            "the community. A share of people is another number and does not belong on this axis."
        ),
        checkpoint=facts.standing(asked),
        columns=_portfolio_columns(by_date),
        rows=tuple(rows),
        notes=tuple(_portfolio_notes(facts, asked, record, claimed)),
        summary=_portfolio_summary(record, rows, claimed),
        chart=_portfolio_chart(rows, by_date) if more else None,
        relations=tuple(
            Relation((stage, "eligible"), tuple((stage, band) for band in bands))
            for stage in STAGES
        ),
    )


def _portfolio_columns(by_date: bool) -> tuple[Column, ...]:
    columns = [
        Column("stage", "text", "", "Code", guard="open"),
        Column("stage_title", "text", "", "Stage", guard="open"),
        Column("eligible", "integer", "project", "Eligible projects", guard="open"),
        Column("community", "integer", "project", "Community contributed", guard="open"),
        Column("others", "integer", "project", "Others only", guard="open"),
        Column("not_recorded", "integer", "project", "Not recorded", guard="open"),
        Column(
            "share",
            "percent",
            "percent",
            "Share of eligible projects",
            unknown="not given",
            guard="open",
            of=("community", "eligible"),
        ),
        Column(
            "published",
            "percent",
            "percent",
            "Published, of 260 papers",
            unknown="none",
            guard="open",
        ),
    ]
    if by_date:
        columns.insert(
            5, Column("date_unknown", "integer", "project", "Date unknown", guard="open")
        )
    return tuple(columns)


def _first_claims(record: Record, more: set[str]) -> dict[str, Given]:
    """By project, the first contribution that makes it eligible."""
    found: dict[str, Given] = {}
    for given in record.standing:
        if given.project in more and given.level in ELIGIBLE:
            found.setdefault(given.project, given)
    return found


def _portfolio_row(
    stage: str,
    here: Sequence[Given],
    more: set[str],
    first: Mapping[str, Given],
    *,
    by_date: bool,
) -> Row:
    dated = [given for given in here if given.happened is Happened.YES]
    community = {given.project for given in dated if given.by(COMMUNITY)}
    undated = {given.project for given in here if given.happened is Happened.UNKNOWN} - community
    # A giver whose side nobody recorded may have acted for the community: not «others only».
    unsaid = {given.project for given in dated if given.by(UNSAID)} - community - undated
    others = {given.project for given in dated} - community - undated - unsaid
    told = bool(community or others)  # else a share of nothing would show unknown as zero
    cells: dict[str, str | int | float | None] = {
        "stage": stage,
        "stage_title": STAGES[stage],
        "eligible": len(more),
        "community": len(community),
        "others": len(others),
        "not_recorded": len(more - community - undated - others),
        "share": rate(len(community), len(more)) if told else None,
        "published": PUBLISHED.get(stage),
    }
    if by_date:
        cells["date_unknown"] = len(undated)
    theirs = events_of(given for given in dated if given.by(COMMUNITY))
    eligible = events_of(first.values())
    behind = {
        "eligible": eligible,
        "community": theirs,
        "share": tuple(sorted({*theirs, *eligible})),
        "others": events_of(given for given in dated if given.project in others),
        "not_recorded": events_of(given for given in dated if given.project in unsaid),
        "published": (),
        "date_unknown": events_of(given for given in here if given.project in undated),
    }
    return Row(cells, events_of(here), stage, behind)


def _portfolio_notes(facts: Facts, asked: Asked, record: Record, claimed: Claims) -> Iterable[str]:
    yield (
        f"{many(len(claimed.more), 'project')} eligible; "
        f"{many(len(claimed.nominal), 'at most consults', 'at most consult')} "
        f"and {many(len(claimed.unclaimed), 'claims', 'claim')} no level; these are not in the "
        "denominator."
    )
    if asked.side is not None or asked.group is not None:
        yield (
            "The bands count contributions by those asked for alone; eligible are the projects by "
            "what anybody claims in them."
        )
    unsorted = sum(given.stage == UNSORTED for given in record.standing)
    if unsorted:
        yield f"{many(unsorted, 'contribution')} not sorted to a stage yet and in no row."
    yield (
        "The published figures are shares of papers in a review that kept only papers with more "
        "than nominal participation; they are comparable with a share of eligible projects, and "
        "with no share of people."
    )
    yield from common_notes(facts, asked, record)


#: The two stages that the published review sets side by side.
_TWO_ENDS = {"S1": "defining the problem", "S4b": "delivering"}


def _portfolio_summary(record: Record, rows: Sequence[Row], claimed: Claims) -> Summary:
    more, nominal, unclaimed = claimed
    cells = {row.cells["stage"]: row.cells for row in rows}
    total = len(more) + len(nominal) + len(unclaimed)
    standing = len(record.standing)
    shows = [f"{many(standing, 'contribution')} in {many(total, 'project')} stand."]
    if not standing:
        shows = [f"{many(total, 'project')}, and no contribution is recorded."]
    if more:
        shows += [
            f"Communities took part in {what} in {cells[stage]['community']} of {len(more)} "
            "eligible projects."
            for stage, what in _TWO_ENDS.items()
            # Where every project lacks the record, «in 0 of 1» would show unknown as zero.
            if cells[stage]["not_recorded"] != len(more)
        ]
    unknown = [
        f"Who took part in {what} is not recorded for {cells[stage]['not_recorded']} of "
        f"{len(more)} eligible projects."
        for stage, what in _TWO_ENDS.items()
        if more and cells[stage]["not_recorded"]
    ]
    if unclaimed:
        unknown.append(f"{many(len(unclaimed), 'project')} without any claimed level.")
    unsorted = sum(given.stage == UNSORTED for given in record.standing)
    if unsorted:
        unknown.append(f"{many(unsorted, 'contribution')} not sorted to a stage yet.")
    return Summary(tuple(shows), spoke(record.standing), (*unknown, *unsaid(record.standing)))


def _portfolio_chart(rows: Sequence[Row], by_date: bool) -> dict[str, object]:
    bands = {"community": "Community contributed", "others": "Others only"}
    if by_date:
        bands["date_unknown"] = "Date unknown"
    bands["not_recorded"] = "Not recorded"
    values = [
        {
            "row": row.cells["stage_title"],
            "panel": title,
            "n": row.cells[band],
            "label": str(row.cells[band]),
        }
        for row in rows
        for band, title in bands.items()
    ]
    return panels(
        values,
        rows=list(STAGES.values()),
        columns=list(bands.values()),
        unit="projects",
        description=(
            "Bars for each stage: in how many eligible projects the community contributed, only "
            "others did, or nothing is recorded."
        ),
    )


VIEW = View(
    "stages",
    "Stages",
    _QUESTION,
    NEEDS,
    stages,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
    options={"split": SPLITS},
)
