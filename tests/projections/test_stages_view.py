"""View ``stages`` and ``projects``: small histories counted by hand."""

from __future__ import annotations

from datetime import date

import pytest
from book import Book, cells
from hypothesis import given
from hypothesis import strategies as st
from made_up import holds, made_up

from ledger.encoding import b64encode
from projections.result import Asked
from projections.stages import stages

MARCH = {"from": "2025-03-01", "to": "2025-03-31", "precision": "month"}


def test_a_project_counts_once_however_often_its_community_spoke(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    for _ in range(3):
        book.gave(project, ben, stage="S1", level="collaborate")
    row = cells(book.view("stages"), stage="S1")
    assert (row["eligible"], row["community"], row["others"], row["not_recorded"]) == (1, 1, 0, 0)
    assert row["published"] == 18.0
    assert row["share"] is None  # one project is too few for a rate


def test_a_stage_at_which_no_project_recorded_anything_has_no_share(book: Book) -> None:
    ben, eve = book.person("community"), book.person("institution")
    for _ in range(10):
        book.gave(book.project(), ben, stage="S4b", level="involve")
    row = cells(book.view("stages"), stage="S5")
    assert (row["not_recorded"], row["share"]) == (10, None)
    book.gave(book.project(), eve, stage="S5", level="involve")
    assert cells(book.view("stages"), stage="S5")["share"] == 0.0  # others did, the community not


def test_ten_projects_make_a_share_and_what_is_not_recorded_stays_in_it(book: Book) -> None:
    ben, eve, sam = book.person("community"), book.person("institution"), book.person()
    for at in range(10):
        project = book.project()
        book.gave(project, ben, stage="S4b", level="involve")
        if at < 3:
            book.gave(project, ben, stage="S1")
        elif at < 7:
            book.gave(project, eve, stage="S1")
        elif at == 7:
            book.gave(project, sam, stage="S1")  # nobody said for whom Sam acts
    result = book.view("stages")
    defined = cells(result, stage="S1")
    assert (defined["community"], defined["others"], defined["not_recorded"]) == (3, 4, 3)
    assert defined["share"] == 30.0
    assert cells(result, stage="S4b")["share"] == 100.0
    assert cells(result, stage="S5")["not_recorded"] == 10


def test_projects_that_only_consult_or_claim_nothing_are_not_in_the_denominator(
    book: Book,
) -> None:
    ben = book.person("community")
    for level in ("lead", "consult", "inform", "unsorted"):
        book.gave(book.project(), ben, stage="S2", level=level)
    result = book.view("stages")
    assert cells(result, stage="S2")["eligible"] == 1
    assert "2 at most consult" in result.notes[0]
    assert "1 claims no level" in result.notes[0]


def test_within_a_project_people_and_contributions_are_counted_by_side(book: Book) -> None:
    project = book.project()
    ben, cat, eve = book.person("community"), book.person("community"), book.person("institution")
    parents = book.group(project, "community", "parents", number=5)
    for giver, times in ((ben, 4), (cat, 1), (eve, 3), (parents, 2)):
        for _ in range(times):
            book.gave(project, giver, stage="S4a", scale="group")
    result = book.view("stages", project=project)
    community = cells(result, stage="S4a", side="Community")
    assert community["contributions"] == 7
    assert community["share_contributions"] == 70.0
    assert community["people"] == 7  # Ben, Cat and five parents
    assert community["groups"] == "parents 2"
    assert community["share_people"] is None  # of 8 people: too few
    assert cells(result, stage="S1")["side"] is None if "side" in cells(result, stage="S1") else 1
    assert (
        book.view("stages", project=project, scale="individual").rows[0].cells.get("side") is None
    )


def test_a_group_without_a_number_makes_the_count_of_people_unknown_and_not_zero(
    book: Book,
) -> None:
    project = book.project()
    book.gave(project, book.group(project, "community", "parents"), stage="S4a")
    row = cells(book.view("stages", project=project), stage="S4a")
    assert row["contributions"] == 1
    assert row["people"] is None


def test_a_retraction_counts_from_its_index_on_and_a_reinstatement_undoes_it(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    one = book.gave(project, ben, stage="S1", level="lead")
    before = book.size
    book.take_back(one)
    between = book.size
    book.put_back(one)

    def counted(at: int | None) -> int:
        rows = book.view("stages", project=project, at=at).rows
        return sum(row.cells.get("contributions", 0) for row in rows)

    assert [counted(at) for at in (before - 1, before, between, None)] == [0, 1, 0, 1]
    result = book.view("stages", project=project, at=between)
    assert result.checkpoint.size == between
    assert any("1 contribution taken back" in note for note in result.notes)


def test_each_row_names_the_entries_behind_it_and_the_root_is_the_ledgers(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    first = book.size
    one = book.gave(project, ben, stage="S1", level="lead")
    book.take_back(one)
    book.put_back(one)
    result = book.view("stages")
    row = next(row for row in result.rows if row.cells["stage"] == "S1")
    declared = first - 1
    assert row.events == (declared, first, first + 1, first + 2)
    assert result.hashes[first] == book.hash(first)
    assert set(result.hashes) == set(row.events)
    assert result.checkpoint.root == b64encode(book.ledger.head().root)
    at = book.view("stages", at=first)
    assert at.checkpoint.root == b64encode(book.ledger.root_at(first))


def test_a_day_means_what_the_ledger_knew_on_that_day(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    book.gave(project, ben, stage="S1", level="lead", on="2025-12-01")
    book.open_day("2026-02-01")
    book.gave(project, ben, stage="S2", on="2025-12-01")
    january = book.view("stages", at=date(2026, 1, 31))
    assert cells(january, stage="S1")["community"] == 1
    assert cells(january, stage="S2")["community"] == 0
    assert cells(book.view("stages", at=date(2026, 2, 1)), stage="S2")["community"] == 1
    # What had happened by then is another question: by now both are known to have.
    december = book.view("stages", happened_by=date(2025, 12, 1))
    assert cells(december, stage="S2")["community"] == 1


def test_a_date_that_does_not_say_is_counted_as_date_unknown(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    book.gave(project, ben, stage="S1", level="lead", on="2025-03-02")
    book.gave(project, ben, stage="S2", on=MARCH)
    book.gave(project, ben, stage="S3")
    book.gave(project, ben, stage="S5", on="2025-03-16")
    result = book.view("stages", happened_by=date(2025, 3, 15))

    def band(stage: str) -> str:
        row = cells(result, stage=stage)
        [name] = [n for n in ("community", "others", "date_unknown", "not_recorded") if row[n]]
        return name

    assert [band(stage) for stage in ("S1", "S2", "S3", "S5")] == [
        "community",
        "date_unknown",
        "date_unknown",
        "not_recorded",
    ]
    assert any(
        "1 contribution dated outside the time asked for (by 2025-03-15)" in note
        for note in result.notes
    )


def test_people_count_for_whom_they_acted_when_they_gave(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    book.gave(project, ben, stage="S1", level="lead")
    book.acts_for(ben, "institution")
    book.gave(project, ben, stage="S2")
    result = book.view("stages")
    assert cells(result, stage="S1")["community"] == 1
    assert cells(result, stage="S2")["others"] == 1


def test_a_side_declared_for_one_project_outranks_the_programmes(book: Book) -> None:
    here, there = book.project(), book.project()
    ben = book.person("community")
    book.acts_for(ben, "bridging", here)
    book.gave(here, ben, stage="S1", level="lead")
    book.gave(there, ben, stage="S1", level="lead")
    row = cells(book.view("stages"), stage="S1")
    assert (row["community"], row["others"]) == (1, 1)


def test_the_two_figures_have_different_units_and_say_so(book: Book) -> None:
    project = book.project()
    book.gave(project, book.person("community"), stage="S1", level="lead")
    over_all, within = book.view("stages"), book.view("stages", project=project)
    units = {column.name: column.unit for column in over_all.columns}
    assert units["community"] == "project"
    assert "published" not in {column.name for column in within.columns}
    assert "people" not in units
    assert over_all.chart is not None
    assert within.chart is not None
    assert over_all.chart["data"]["values"][0]["n"] == 1


def test_projects_where_communities_only_delivered_are_told_apart(book: Book) -> None:
    ben, eve, sam = book.person("community"), book.person("institution"), book.person()
    only, also, unsure, none = (book.project() for _ in range(4))
    book.gave(only, ben, stage="S4b")
    book.gave(only, eve, stage="S1")
    book.gave(also, ben, stage="S4b")
    book.gave(also, ben, stage="S1")
    book.gave(unsure, ben, stage="S4b")
    book.gave(unsure, sam, stage="S1")
    book.gave(none, eve, stage="S4b")
    result = book.view("projects")
    readings = {row.cells["project"]: row.cells["reading"] for row in result.rows}
    assert readings == {
        only: "only delivered",
        also: "also elsewhere",
        unsure: "cannot be said",
        none: "none recorded",
    }
    assert result.summary.shows == ("In 1 project communities only delivered.",)
    assert cells(result, project=none)["S4b"] is None


def test_an_empty_record_gives_no_figure_that_looks_like_one(book: Book) -> None:
    result = book.view("stages")
    assert {row.cells["share"] for row in result.rows} == {None}
    assert {row.cells["eligible"] for row in result.rows} == {0}
    assert book.view("projects").rows == ()
    assert book.view("payments").rows == ()


def test_each_side_has_a_row_of_its_own_when_projects_are_split_by_side(book: Book) -> None:
    """Three projects at S2: community and front line; front line; bridging and institution."""
    ben, fay = book.person("community"), book.person("front-line")
    ida, bo = book.person("institution"), book.person("bridging")
    for givers in ((ben, fay), (fay,), (bo, ida)):
        project = book.project()
        for giver in givers:
            book.gave(project, giver, stage="S2", level="collaborate")
    result = book.view("stages", options={"split": "side"})
    counted = {row.name: (row.cells["projects"], row.cells["eligible"]) for row in result.rows}
    assert counted == {
        "S2/community": (1, 3),
        "S2/front-line": (2, 3),
        "S2/institution": (1, 3),
        "S2/bridging": (1, 3),
    }


def test_groups_are_told_apart_by_the_label_of_their_entry(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    parents = book.group(project, "community", "parents", number=5)
    book.gave(project, ben, stage="S2", level="involve")
    for _ in range(2):
        book.gave(project, parents, stage="S2", mode="history")
    over_all = book.view("stages", options={"split": "group"})
    assert {row.name: row.cells["projects"] for row in over_all.rows} == {
        "S2/named people/community": 1,
        "S2/parents/community": 1,
    }
    within = book.view("stages", project=project, options={"split": "group"})
    found = {
        row.name: (row.cells["contributions"], row.cells["of_contributions"], row.cells["people"])
        for row in within.rows
        if "people" in row.cells
    }
    assert found == {"S2/named people/community": (1, 3, 1), "S2/parents/community": (2, 3, 5)}
    assert any("personal values" in note for note in within.notes)


def test_a_corrected_line_gives_way_to_the_one_that_stands_instead(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S1", level="lead")
    wrong = book.hash(book.size - 1)
    book.gave(project, ben, stage="S5", level="lead")
    right = book.hash(book.size - 1)
    before = book.size
    book.correct(wrong, right, ben)
    result = book.view("stages")
    assert cells(result, stage="S1")["community"] == 0
    assert cells(result, stage="S5")["community"] == 1
    assert any("1 contribution corrected" in note for note in result.notes)
    assert cells(book.view("stages", at=before), stage="S1")["community"] == 1


def test_somebody_with_two_pseudonyms_is_one_person_unless_it_is_a_guess(book: Book) -> None:
    project = book.project()
    ben, cleo, dan = (book.person("community") for _ in range(3))
    for giver in (ben, cleo, dan):
        book.gave(project, giver, stage="S1", level="lead")
    book.link(ben, cleo, "said-so")
    book.link(ben, dan, "guess")
    row = cells(book.view("stages", project=project), stage="S1")
    assert (row["contributions"], row["people"]) == (3, 2)


def test_a_cell_rests_on_the_entries_it_was_counted_from_and_no_others(book: Book) -> None:
    ben, eve = book.person("community"), book.person("institution")
    ours, theirs = book.project(), book.project()
    book.gave(ours, ben, stage="S1", level="lead")
    book.gave(theirs, eve, stage="S1", level="involve")
    row = next(row for row in book.view("stages").rows if row.name == "S1")
    recorded = {book.size - 2: "community", book.size - 1: "others"}
    for index, column in recorded.items():
        assert index in row.rests_on(column)
        assert not (set(recorded) - {index}) & set(row.rests_on(column))
    assert set(recorded) <= set(row.rests_on("eligible"))


@pytest.mark.parametrize("name", ["stages", "voices", "projects", "contributions"])
@pytest.mark.parametrize("one", [True, False])
def test_rows_have_keys_of_their_own_and_every_entry_its_hash(
    book: Book, name: str, one: bool
) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S1", level="lead", kinds=["writing"], recorded_as="doc")
    book.gave(project, ben, stage="S1", level="lead", kinds=["writing"])
    parents = book.group(project, "community", "parents", number=5)
    book.gave(project, parents, stage="unsorted", mode="history", on=MARCH)
    result = book.view(
        name, project=project if one else None, happened_by=date(2025, 3, 15) if one else None
    )
    keys = [row.name for row in result.rows]
    assert len(set(keys)) == len(keys) > 0
    columns = {column.name: column for column in result.columns}
    for row in result.rows:
        assert set(row.cells) <= set(columns)
        for name_ in columns:
            assert set(row.rests_on(name_)) <= set(result.hashes)
    for column in columns.values():
        if column.guard == "derived":
            assert column.of is not None
            assert set(column.of) <= set(columns)
    named = {(key, column) for key in keys for column in columns}
    for relation in result.relations:
        assert {relation.total, *relation.parts} <= named


COUNTED = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S4b", "unsorted"]),
        st.sampled_from(["community", "front-line", "unsaid", "bridging"]),
        st.sampled_from(["involve", "consult", "unsorted"]),
        st.integers(0, 3),
        st.sampled_from([None, "2025-03-01", "2025-06-01"]),
    ),
    max_size=25,
)


@given(COUNTED)
def test_the_bands_of_a_stage_add_up_to_the_eligible_projects(
    written: list[tuple[str, str, str, int, str | None]],
) -> None:
    facts = made_up(written)
    eligible = {project for *_, level, project, on in written if level == "involve"}
    result = stages(facts, Asked())
    for relation in result.relations:
        assert holds(result, relation)
    for row in result.rows:
        assert row.cells["eligible"] == len(eligible)
        said = {
            project
            for stage, side, _, project, _ in written
            if stage == row.name and side == "community"
        }
        assert row.cells["community"] == len(said & eligible)
    within = stages(facts, Asked(project="project:0"))
    assert all(holds(within, relation) for relation in within.relations)
    by_date = stages(facts, Asked(happened_by=date(2025, 4, 1)))
    assert all(holds(by_date, relation) for relation in by_date.relations)


def test_entries_of_one_label_are_told_apart_without_their_number(book: Book) -> None:
    """A key goes where the number is hidden, and is the same at every size and narrowing."""
    project = book.project()
    groups = [book.group(project, "community", "parents", number) for number in (9, None, 4, 9)]
    for group in groups:
        book.gave(project, group, kinds=["advice"], on="2025-03-01")
    keys = {row.key: row.cells["people"] for row in book.view("voices").rows}
    assert keys == {
        "parents/community": 9,
        "parents/community/no. 2": None,
        "parents/community/no. 3": 4,
    }
    other = book.project()
    there = book.group(other, "community", "parents", 4)
    book.gave(other, there, kinds=["advice"], on="2025-03-01")
    [row] = book.view("voices", project=other).rows
    assert row.key == "parents/community/no. 3"
