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
from projections.given import NEEDS, Given, read
from projections.result import Asked, Cell, Column, Row, Summary, ViewResult
from projections.sides import UNSAID
from projections.stage_common import COMMUNITY, STAGES, UNSORTED, common_notes, events_of, many
from projections.view import View

ONLY, ALSO, UNSURE, NONE = "only delivered", "also elsewhere", "cannot be said", "none recorded"
_QUESTION = "In which projects did communities only deliver?"


def projects(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each project, in the order in which they were opened."""
    record = read(facts, asked)
    by_project: dict[str, list[Given]] = {project: [] for project in record.projects}
    for given in record.standing:
        by_project.setdefault(given.project, []).append(given)
    opened = {project: fact.index for project, fact in record.projects.items()}
    rows = [_row(project, here, opened.get(project)) for project, here in by_project.items()]
    events = sorted({index for row in rows for index in row.events})
    return ViewResult(
        view="projects",
        title="Projects, one by one",
        question=_QUESTION,
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
        columns=_columns(),
        rows=tuple(rows),
        hashes={index: record.hashes[index] for index in events},
        notes=tuple(common_notes(facts, asked, record)),
        summary=_summary(rows),
    )


def _columns() -> tuple[Column, ...]:
    stages = [
        Column(
            stage,
            "integer",
            "contribution",
            f"{stage} {title.split(',')[0].lower()}",
            guard="count",
        )
        for stage, title in STAGES.items()
    ]
    return (
        Column("project", "text", "", "Project", guard="open"),
        Column("reading", "text", "", "Communities", guard="open"),
        *stages,
        Column("unsorted", "integer", "contribution", "Not sorted", guard="count"),
        Column("unsaid", "integer", "contribution", "Side not recorded", guard="count"),
        Column("all", "integer", "contribution", "All contributions", guard="count"),
    )


def _row(project: str, here: Sequence[Given], opened: int | None) -> Row:
    community = [given for given in here if given.by(COMMUNITY)]
    dated = [given for given in community if given.happened is Happened.YES]
    stages = Counter(given.stage for given in dated)
    unsaid = sum(given.by(UNSAID) and not given.by(COMMUNITY) for given in here)
    unsure = stages[UNSORTED] + unsaid + len(community) - len(dated)
    cells: dict[str, Cell] = {
        "project": project,
        "reading": _reading(stages, unsure),
        # Nothing recorded at a stage is not a zero: it may have happened unrecorded.
        **{stage: stages[stage] or None for stage in STAGES},
        "unsorted": stages[UNSORTED],
        "unsaid": unsaid,
        "all": len(here),
    }
    first = () if opened is None else (opened,)
    return Row(cells, tuple(sorted({*first, *events_of(here)})))


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
