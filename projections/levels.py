"""View ``levels``: the level claimed, the facts found, and what community members themselves say.

One row a project. The claim is that of whoever recorded its contributions; beside it stand facts
and no verdict (``level_facts.py``); whether it was «with» people is said by the community members
themselves. The gap is read from the last two alone::

    claims «with», members say so            claims «with», members say otherwise
    claims «with», no member has said        claims less, and members say «with»

Shown on any ladder of the crosswalk (``crosswalk.py``, ``--ladder``). At individual scale nothing
is assessed: its contributions, decisions and sayings are left out and counted apart.

Source: domain.md section 3; indicator T20 of section 9 fires on the second and third.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from projections import given, level_facts
from projections.corrected import superseded
from projections.crosswalk import BAND_TITLES, BANDS, LADDERS, Ladder, highest
from projections.entries import entries
from projections.facts import Facts, Happened, in_span
from projections.given import Given, Record
from projections.level_facts import PROGRAMME, Found
from projections.result import Asked, Cell, Column, Fixed, Relation, Row, Summary, ViewResult
from projections.stage_common import (
    COMMUNITY,
    common_notes,
    events_of,
    many,
    people_in,
)
from projections.view import View

SAID = "level-said/v1"
NEEDS = given.NEEDS | level_facts.FACT_TYPES | {SAID}
_QUESTION = "Where does the level we claim exceed the facts found, and what members say?"

AGREED = "claims «with», members say so"
OTHERWISE = "claims «with», members say otherwise"
SILENT = "claims «with», no member has said"
LESS = "claims less, and members say «with»"
NO_GAP = "claims less than «with»"
UNCLAIMED = "no level claimed"
NOT_ASSESSED = "not assessed at individual scale"
#: Where the claim says «with» and no community member does.
GAPS = (OTHERWISE, SILENT)

#: Columns of facts: name, unit, title, and the title of those of the community.
_FACTS = (
    ("problems", "problem", "Problems taken up", "first raised by the community"),
    ("decisions", "decision", "Decisions that stand", ""),
    ("ballots", "ballot", "Ballots", "by the community"),
    ("seats", "seat", "Voting seats", "held for the community"),
    ("chairs", "chair", "Chairs", "held for the community"),
    ("budgets", "budget", "Budgets with a controller", "controlled for the community"),
)
_OF_DECISIONS = {
    "questions_community": "of these, asked for by the community",
    "options_community": "of these, an option of the community chosen",
    "veto_community": "of these, the community could have stopped",
}


@dataclass(slots=True)
class _Said:
    """Who of the community said which band, each with the entries that say so."""

    by_band: dict[str, dict[str, tuple[int, ...]]] = field(
        default_factory=lambda: {band: {} for band in BAND_TITLES}
    )

    @property
    def people(self) -> set[str]:
        return {person for people in self.by_band.values() for person in people}

    def behind(self, *bands: str) -> Sequence[int]:
        return entries(
            index
            for band in bands or tuple(BAND_TITLES)
            for some in self.by_band[band].values()
            for index in some
        )


def levels(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each project, with what belongs to none last."""
    record = given.read(facts, asked)
    found, undated = level_facts.read(facts, asked)
    ladder = LADDERS[asked.options.get("ladder", "stored")]
    said, unsaid_when = _sayings(facts, asked, record)
    by_project = _by_project(record)
    keys = [*by_project, *(key for key in found if key not in by_project)]
    rows = [
        _row(
            _Project(key, by_project.get(key, _Here([], [])), said.get(key, _Said()), asked),
            found.get(key, Found()),
            record,
            ladder,
        )
        for key in sorted(keys, key=lambda key: key == PROGRAMME)
    ]
    return ViewResult(
        view="levels",
        title="Levels: claimed, found, and said by members",
        question=_QUESTION,
        order="by project in the order in which they were opened, the programme at the end",
        newest_last=True,
        formula=(
            "For each project: the highest level that a standing, dated contribution claims, and "
            "how many claim each band; people acting for the community whose latest word on the "
            "project, a stage or a contribution is in each band; and facts: problems taken up, "
            "decisions that stand, ballots, voting seats and chairs held at the end, budgets. "
            "Individual scale is left out."
        ),
        does_not_show=(
            "A verdict: a lower level stated honestly is no misconduct, and facts do not say how "
            "it felt. One person may say different things of different stages, and counts in each "
            "band. What members did not say here they may have said elsewhere."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        notes=tuple(_notes(facts, asked, record, ladder, undated + unsaid_when)),
        summary=_summary(rows),
        relations=tuple(_relations(rows)),
    )


def _sayings(facts: Facts, asked: Asked, record: Record) -> tuple[dict[str, _Said], int]:
    """What community members said, by project: each one's latest word of each thing."""
    size = facts.size_at(asked.at)
    out = superseded(facts, size)
    scales = _scales(facts, size)
    latest: dict[tuple[str, str, str, str], tuple[str, int, int]] = {}
    undated = 0
    for fact in facts.of(SAID, before=size):
        body = fact.body
        if fact.hash in out or asked.project not in {None, body["project"]}:
            continue
        of_scale = scales.get(body.get("contribution", ""))
        if of_scale == "individual" or body["level"] not in BANDS:
            continue
        if of_scale is not None and asked.scale not in {None, of_scale}:
            continue
        when = in_span(fact, asked, on_saying=True)
        undated += when is Happened.UNKNOWN
        side, because = record.sides.at(body["person"], body["project"], fact.index)
        if when is not Happened.YES or side != COMMUNITY:
            continue
        of = (body.get("stage", ""), body.get("contribution", ""))
        person = record.linked.one(body["person"])
        latest[body["project"], person, *of] = (body["level"], fact.index, because)
    found: dict[str, _Said] = {}
    for (project, person, *_), (level, index, because) in latest.items():
        people = found.setdefault(project, _Said()).by_band[BANDS[level]]
        people[person] = (*people.get(person, ()), index, because)
    return found, undated


def _scales(facts: Facts, size: int) -> dict[str, str]:
    """The scale of each contribution of which somebody said a level, however far it is narrowed."""
    named = {fact.body.get("contribution") for fact in facts.of(SAID, before=size)} - {None}
    found: dict[str, str] = {}
    for fact in facts.of(given.RECORDED, given.SORTED, before=size) if named else ():
        id_ = fact.body["contribution"]
        if id_ in named and (fact.type == given.RECORDED or "scale" in fact.body):
            found[id_] = fact.body.get("scale", "unsorted")
    return found


def gaps(facts: Facts, asked: Asked) -> dict[str, tuple[str, Sequence[int]]]:
    """Give the gap of each project with contributions, and the entries behind it."""
    record = given.read(facts, asked)
    said, _ = _sayings(facts, asked, record)
    projects = [
        _Project(key, some, said.get(key, _Said()), asked)
        for key, some in _by_project(record).items()
    ]
    return {one.key: (one.gap, one.behind_gap) for one in projects}


class _Here(NamedTuple):
    """The contributions of one project: those to it, and those to one person's own case."""

    given: list[Given]
    individual: list[Given]


def _by_project(record: Record) -> dict[str, _Here]:
    """By project, told apart in the order of the log, in which bodies are at hand."""
    found = {project: _Here([], []) for project in record.projects}
    for one in record.standing:
        if (here := found.get(one.project)) is None:
            here = found[one.project] = _Here([], [])
        (here.individual if one.body.get("scale") == "individual" else here.given).append(one)
    return found


class _Project:
    """One project: what is claimed of it, and what members of the community say."""

    def __init__(self, key: str, here: _Here, said: _Said, asked: Asked) -> None:
        self.key, self.here, self.said, self.asked = key, here, said, asked
        self.assessed = [one for one in here.given if one.happened is Happened.YES]
        individual = asked.scale == "individual"
        self.claimed = None if individual else highest({one.level for one in self.assessed})
        self.gap = NOT_ASSESSED if individual else _gap(self.claimed, said)

    @cached_property
    def tops(self) -> Sequence[int]:
        """The entries of the contributions that claim the highest level."""
        return events_of(one for one in self.assessed if one.level == self.claimed)

    @property
    def behind_gap(self) -> Sequence[int]:
        """The entries behind claim and sayings."""
        return entries((*self.tops, *self.said.behind()))


def _row(project: _Project, found: Found, record: Record, ladder: Ladder) -> Row:
    by_band: dict[str, list[Given]] = {band: [] for band in BAND_TITLES}
    for one in project.assessed:
        if one.level in BANDS:
            by_band[BANDS[one.level]].append(one)
    claimed = project.claimed
    cells: dict[str, Cell] = {
        "project": project.key,
        "claimed": claimed,
        "band": BAND_TITLES[BANDS[claimed]] if claimed else None,
        "on_ladder": ladder.rungs(claimed) if claimed else None,
        "gap": project.gap,
    }
    behind: dict[str, Sequence[int]] = {}
    behind |= dict.fromkeys(("claimed", "band", "on_ladder"), project.tops)
    stood: dict[str, int | None] = {}
    for band in BAND_TITLES:
        name = f"claims_{band}"
        cells[name] = len(by_band[band])
        behind[name] = events_of(by_band[band])
        stood[name] = people_in(record, by_band[band])
        cells[f"members_{band}"] = len(project.said.by_band[band])
        behind[f"members_{band}"] = project.said.behind(band)
    cells["members"] = len(project.said.people)
    behind["members"] = project.said.behind()
    behind["gap"] = project.behind_gap
    _facts(found, cells, behind)
    left_out = project.here.individual
    cells["individual"] = len(left_out)
    behind["individual"] = events_of(left_out)
    undated = [one for some in project.here for one in some if one.happened is not Happened.YES]
    if project.asked.dated:
        cells["date_unknown"] = len(undated)
        behind["date_unknown"] = events_of(undated)
    opened = record.projects.get(project.key)
    events = {index for some in behind.values() for index in some}
    events |= {opened.index} if opened else set()
    return Row(cells, entries(events), project.key, behind, people=stood)


def _facts(found: Found, cells: dict[str, Cell], behind: dict[str, Sequence[int]]) -> None:
    """Fill in the facts found: of nothing recorded, nothing is known of the community's part."""
    for name, _, _, of_community in _FACTS:
        number = found.number(name)
        cells[name] = number or None
        behind[name] = found.behind(name)
        parts = [f"{name}_community"] if of_community else list(_OF_DECISIONS)
        for part in parts:
            cells[part] = found.number(part) if number else None
            behind[part] = found.behind(part)
    cells["side_unknown"] = found.number("side_unknown")
    behind["side_unknown"] = found.behind("side_unknown")


def _gap(claimed: str | None, said: _Said) -> str:
    members_say_with = bool(said.by_band["with"])
    if claimed is None:
        return UNCLAIMED
    if BANDS[claimed] != "with":
        return LESS if members_say_with else NO_GAP
    if members_say_with:
        return AGREED
    return OTHERWISE if said.people else SILENT


def _columns(by_date: bool) -> tuple[Column, ...]:
    def count(name: str, unit: str, title: str, unknown: str = "not recorded") -> Column:
        return Column(name, "integer", unit, title, unknown=unknown, guard="count")

    columns = [
        Column("project", "text", "", "Project", guard="open"),
        Column("claimed", "text", "", "Level claimed", unknown="none claimed", guard="open"),
        Column("band", "text", "", "That is", unknown="none claimed", guard="open"),
        Column("on_ladder", "text", "", "On the ladder", unknown="none claimed", guard="open"),
        *(
            count(f"claims_{band}", "contribution", f"Contributions that claim {title}")
            for band, title in BAND_TITLES.items()
        ),
        count("members", "person", "Community members who said a level"),
        *(
            count(f"members_{band}", "person", f"of these, {title}")
            for band, title in BAND_TITLES.items()
        ),
        # What members say is told only where it may be told how many said it.
        Column(
            "gap", "text", "", "Claim and members", guard="derived", of=("members", "members_with")
        ),
    ]
    for name, unit, title, of_community in _FACTS:
        open_ = name == "decisions"
        columns.append(
            Column(
                name,
                "integer",
                unit,
                title,
                unknown="none recorded",
                guard="open" if open_ else "count",
            )
        )
        if of_community:
            columns.append(count(f"{name}_community", unit, of_community, "none recorded"))
        else:
            columns += [
                Column(part, "integer", unit, words, unknown="none recorded", guard="open")
                for part, words in _OF_DECISIONS.items()
            ]
    columns.append(count("side_unknown", "fact", "Facts of which the side is not recorded"))
    columns.append(count("individual", "contribution", "At individual scale, not assessed"))
    if by_date:
        columns.append(count("date_unknown", "contribution", "Date unknown"))
    return tuple(columns)


def _notes(
    facts: Facts, asked: Asked, record: Record, ladder: Ladder, undated: int
) -> Iterable[str]:
    yield Fixed(f"Ladder: {ladder.title}. Levels are placed on it by the bands to, for and with.")
    if ladder.note:
        yield Fixed(ladder.note)
    yield (
        "Whether it was «with» people is said by the community members themselves; the facts stand "
        "beside it and are no verdict. Where a side is not recorded, figures of the community are "
        "«at least»."
    )
    if asked.scale is not None:
        yield Fixed(
            "Problems, seats, chairs, budgets and words on a whole project have no scale: they are "
            "counted whatever scale is asked for."
        )
    if asked.dated and undated:
        yield f"{many(undated, 'entry', 'entries')} of facts and sayings with no date, not counted."
    yield from common_notes(facts, asked, record)


def _summary(rows: Sequence[Row]) -> Summary:
    gaps = sum(row.cells["gap"] in GAPS for row in rows)
    claims = sum(row.cells["gap"] in {AGREED, *GAPS} for row in rows)
    shows = []
    if claims:
        shows.append(
            f"{many(claims, 'project')} with a claim to work «with» people; in {gaps} of them no "
            "community member says so."
        )
    members = sum(number for row in rows if isinstance(number := row.cells["members"], int))
    spoke = (f"{members} times a community member said of a project at which level it was.",)
    silent = sum(row.cells["gap"] == SILENT for row in rows)
    unknown = (
        (f"{many(silent, 'project')} claiming «with», and no community member has said a level.",)
        if silent
        else ()
    )
    return Summary(tuple(shows), spoke if members else (), unknown)


def _relations(rows: Sequence[Row]) -> Iterable[Relation]:
    for row in rows:
        bands = tuple((row.name, f"members_{band}") for band in BAND_TITLES)
        yield Relation((row.name, "members"), bands, "union")
        for name, _, _, of_community in _FACTS:
            parts = [f"{name}_community"] if of_community else list(_OF_DECISIONS)
            for part in parts:
                yield Relation((row.name, name), ((row.name, part),), "within")


VIEW = View(
    "levels",
    "Levels: claimed, found, and said by members",
    _QUESTION,
    NEEDS,
    levels,
    filters=frozenset({"project", "scale", "period"}),
    options={"ladder": tuple(LADDERS)},
)
