"""View ``projects``: in which projects did communities only deliver?

One row a project: how many standing contributions people acting for the community made at each
stage, and one reading in words:

    only delivered      all of them at S4b, and at least one
    also elsewhere      at least one at another stage
    cannot be said      at S4b, but others are not sorted to a stage, or have no recorded side
    none recorded       no contribution by people acting for the community

A prompt to look, never a verdict (domain.md section 9, indicator T1 asks a narrower question).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from projections.facts import Facts, Happened
from projections.given import NEEDS, Given, Record, read
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult
from projections.sides import UNSAID
from projections.stage_common import (
    COMMUNITY,
    STAGES,
    UNSORTED,
    common_notes,
    events_of,
    many,
    people_in,
    stages_of,
)
from projections.view import View

ONLY, ALSO, UNSURE, NONE = "only delivered", "also elsewhere", "cannot be said", "none recorded"
_QUESTION = "In which projects did communities only deliver?"


def projects(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each project, in the order in which they were opened."""
    record = read(facts, asked)
    by_project: dict[str, list[Given]] = {project: [] for project in record.projects}
    for given in record.standing:
        by_project.setdefault(given.project, []).append(given)
    rows = [_row(project, here, record, asked.dated) for project, here in by_project.items()]
    return ViewResult(
        view="projects",
        title="Projects, one by one",
        question=_QUESTION,
        order="in the order in which they were opened, the newest at the end",
        newest_last=True,
        formula=(
            "For each project: standing contributions with a giver acting for the community, by "
            "stage. «Only delivered»: at least one, and every one of them at the stage of "
            "delivery. «Cannot be said»: some are not sorted to a stage, are not dated, or nobody "
            "recorded for whom the giver acts."
        ),
        does_not_show=(
            "Whether delivering was what people wanted, or who was asked and said no. It reads "
            "the record: what was never written down is not in it."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        notes=tuple(common_notes(facts, asked, record)),
        summary=_summary(rows),
        relations=tuple(
            Relation((row.name, "all"), ((row.name, part),), "within")
            for row in rows
            for part in (*STAGES, "unsorted", "unsaid", *(["date_unknown"] if asked.dated else []))
        ),
    )


def _columns(by_date: bool) -> tuple[Column, ...]:
    def count(name: str, title: str) -> Column:
        return Column(name, "integer", "contribution", title, guard="count")

    return (
        Column("project", "text", "", "Project", guard="open"),
        Column("reading", "text", "", "Communities", guard="open"),
        *(
            count(stage, f"{stage} {title.split(',')[0].lower()}")
            for stage, title in STAGES.items()
        ),
        count("unsorted", "Not sorted"),
        *([count("date_unknown", "Date unknown")] if by_date else []),
        count("unsaid", "Side not recorded"),
        count("all", "All contributions"),
    )


def _row(project: str, here: Sequence[Given], record: Record, by_date: bool) -> Row:
    opened = record.projects.get(project)
    community = [given for given in here if given.by(COMMUNITY)]
    dated = [given for given in community if given.happened is Happened.YES]
    by_stage = stages_of(dated)
    stages = Counter({stage: len(given) for stage, given in by_stage.items()})
    unsaid = [given for given in here if given.by(UNSAID) and not given.by(COMMUNITY)]
    unsure = stages[UNSORTED] + len(unsaid) + len(community) - len(dated)
    whole = [given for given in here if given.happened is Happened.YES]
    said = [given for given in unsaid if given.happened is Happened.YES]
    cells: dict[str, Cell] = {
        "project": project,
        "reading": _reading(stages, unsure),
        # Nothing recorded at a stage is not a zero: it may have happened unrecorded.
        **{stage: stages[stage] or None for stage in STAGES},
        "unsorted": stages[UNSORTED],
        "unsaid": len(said),
        "all": len(whole),
    }
    if by_date:
        cells["date_unknown"] = len(here) - len(whole)
    first = () if opened is None else (opened.index,)
    behind = {
        **{stage: events_of(by_stage[stage]) for stage in (*STAGES, UNSORTED)},
        "unsaid": events_of(said),
        "all": events_of(whole),
        "date_unknown": events_of(g for g in here if g.happened is not Happened.YES),
    }
    stood = {stage: people_in(record, by_stage[stage]) for stage in (*STAGES, UNSORTED)}
    stood |= {"unsaid": people_in(record, said), "all": people_in(record, whole)}
    return Row(cells, tuple(sorted({*first, *events_of(here)})), project, behind, people=stood)


def _reading(stages: Counter[str], unsure: int) -> str:
    if any(stages[stage] for stage in STAGES if stage != "S4b"):
        return ALSO
    if unsure:
        return UNSURE
    return ONLY if stages["S4b"] else NONE


def _summary(rows: Sequence[Row]) -> Summary:
    readings = Counter(row.cells["reading"] for row in rows)
    shows = []
    if readings[ONLY]:
        shows.append(f"In {many(readings[ONLY], 'project')} communities only delivered.")
    return Summary(tuple(shows), (), tuple(_unknown(readings)))


def _unknown(readings: Counter[Cell]) -> Iterable[str]:
    if readings[UNSURE]:
        yield (
            f"For {many(readings[UNSURE], 'project')} it cannot be said whether communities only "
            "delivered."
        )


VIEW = View(
    "projects",
    "Projects, one by one",
    _QUESTION,
    NEEDS,
    projects,
    filters=frozenset({"project", "scale", "period"}),
)
