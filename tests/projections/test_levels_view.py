"""View ``levels``: claimed, found and said by members; small histories counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book, cells
from hypothesis import given
from hypothesis import strategies as st
from made_up import facts_of, holds
from whole import guarded

from ledger.encoding import new_id
from projections.crosswalk import BANDS, LADDERS, highest
from projections.guard_rules import Control
from projections.levels import AGREED, LESS, NO_GAP, OTHERWISE, SILENT, UNCLAIMED, levels
from projections.result import Asked, Hidden


def member(book: Book, side: str = "community") -> str:
    """Somebody who can speak for themselves."""
    person = book.person(side)
    book.give_key(person)
    return person


def said(book: Book, person: str, project: str, level: str, **how: Any) -> None:
    """What a person says of a project in their own voice."""
    on = how.pop("on", None)
    body = {"person": person, "project": project, "level": level} | how
    book.say("level-said/v1", body, author=person, on=on)


def seat(book: Book, body: str, person: str, **how: Any) -> None:
    """Fill a voting seat."""
    on = how.pop("on", None)
    said = {"body": body, "person": person, "chosen_by": "community", "voting": True} | how
    book.say("seat-filled/v1", said, on=on)


def gap_of(book: Book, project: str, **asked: Any) -> Any:
    return cells(book.view("levels", **asked), project=project)["gap"]


def test_what_a_few_members_say_is_in_no_file(book: Book) -> None:
    ben, quiet, heard = member(book), book.project(), book.project()
    for project in (quiet, heard):
        book.gave(project, ben, stage="S2", level="lead", scale="group")
    said(book, ben, heard, "consult")
    result = guarded([book.view("levels")], Control()).views[0]
    gaps = {row.cells["project"]: row.cells["gap"] for row in result.rows}
    assert gaps[heard] == Hidden("person")


def test_the_gap_is_what_is_claimed_beside_what_members_say(book: Book) -> None:
    ben, ida = member(book), member(book, "institution")
    agreed, otherwise, silent, less, none = (book.project() for _ in range(5))
    for project, level in (
        (agreed, "collaborate"),
        (otherwise, "lead"),
        (silent, "collaborate"),
        (less, "consult"),
    ):
        book.gave(project, ben, stage="S2", level=level, scale="group")
    said(book, ben, agreed, "collaborate")
    said(book, ben, otherwise, "consult")
    said(book, ida, silent, "lead")  # the institution does not speak for the community
    assert gap_of(book, less) == NO_GAP
    said(book, ben, less, "lead")
    gaps = {row.cells["project"]: row.cells["gap"] for row in book.view("levels").rows}
    assert gaps == {
        agreed: AGREED,
        otherwise: OTHERWISE,
        silent: SILENT,
        less: LESS,
        none: UNCLAIMED,
    }
    shows = book.view("levels").summary.shows[0]
    assert shows.startswith("3 projects with a claim to work «with» people; in 2 of them")


def test_a_claim_is_shown_on_the_ladder_that_was_chosen_with_its_marks(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S2", level="consult", scale="group")
    book.gave(project, ben, stage="S2", level="inform", scale="group")
    for ladder, rungs in (
        ("stored", "consult, involve"),
        ("arnstein", "consultation, placation"),
        ("involvement-matrix", "co-thinker, adviser"),
    ):
        result = book.view("levels", options={"ladder": ladder})
        row = cells(result, project=project)
        assert (row["claimed"], row["band"], row["on_ladder"]) == ("consult", "doing for", rungs)
        assert (row["claims_to"], row["claims_for"], row["claims_with"]) == (1, 1, 0)
    assert any("‡" in note for note in result.notes)
    assert "therapy†" in LADDERS["arnstein"].rungs("inform")
    assert not any("‡" in note for note in book.view("levels").notes)


def test_what_is_said_of_one_persons_care_counts_at_no_other_scale(book: Book) -> None:
    project, ben = book.project(), member(book)
    care = book.gave(project, ben, stage="S2", level="lead", scale="individual")
    book.gave(project, ben, stage="S2", level="lead", scale="group")
    said(book, ben, project, "lead", contribution=care)
    for asked in ({}, {"scale": "group"}, {"scale": "individual"}):
        assert cells(book.view("levels", **asked), project=project)["members"] == 0
    assert gap_of(book, project, scale="group") == "claims «with», no member has said"


def test_what_is_said_of_one_scale_does_not_count_at_another(book: Book) -> None:
    project, ben = book.project(), member(book)
    ours = book.gave(project, ben, stage="S2", level="lead", scale="group")
    book.gave(project, ben, stage="S2", level="lead", scale="collective")
    said(book, ben, project, "lead", contribution=ours)
    assert gap_of(book, project, scale="group") == "claims «with», members say so"
    assert gap_of(book, project, scale="collective") == "claims «with», no member has said"


def test_individual_scale_is_not_assessed_and_counted_apart(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S2", level="lead", scale="individual")
    row = cells(book.view("levels"), project=project)
    assert (row["claimed"], row["individual"], row["claims_with"]) == (None, 1, 0)
    alone = cells(book.view("levels", scale="individual"), project=project)
    assert alone["gap"] == "not assessed at individual scale"


def test_the_latest_word_of_a_member_on_each_thing_counts(book: Book) -> None:
    project, ben, cat = book.project(), member(book), member(book)
    book.gave(project, ben, stage="S2", level="lead", scale="group")
    said(book, ben, project, "consult")
    said(book, ben, project, "lead")
    said(book, cat, project, "inform", stage="S1")
    said(book, cat, project, "lead", stage="S2")
    row = cells(book.view("levels"), project=project)
    # Ben: with. Cat: to (of S1) and with (of S2).
    assert [row[f"members_{band}"] for band in ("to", "for", "with")] == [1, 0, 2]
    assert row["members"] == 2


def test_facts_stand_beside_the_claim_and_unknown_is_not_zero(book: Book) -> None:
    project = book.project()
    ben, ida, sam = member(book), member(book, "institution"), member(book)
    row = cells(book.view("levels"), project=project)
    assert [row[name] for name in ("problems", "decisions", "seats", "chairs", "budgets")] == [
        None
    ] * 5
    assert row["problems_community"] is None
    ours, theirs = book.problem(project, ben), book.problem(project, ida)
    for problem in (ours, theirs):
        book.say("problem-adopted/v1", {"problem": problem, "project": project})
    book.decided(
        [ben, ida, sam],
        project=project,
        raised_by=ben,
        options=[{"option": "a", "put_by": ben}, {"option": "b", "nothing": True}],
    )
    book.decided([ben, ida], project=project, method="consent")
    body = new_id("body")
    book.say("body-created/v1", {"body": body, "project": project})
    for person in (ben, ida, sam):
        seat(book, body, person)
    seat_of_observer = book.person("community")
    seat(book, body, seat_of_observer, voting=False)
    chair = {"body": body, "person": ida, "chosen_by": "institution"}
    book.say("chair-taken/v1", chair)
    money = {"minor": 5000, "currency": "GBP", "exponent": 2}
    budget = {"budget": new_id("budget"), "project": project, "amount": money}
    book.say("budget-opened/v1", budget | {"controller": ben})
    row = cells(book.view("levels"), project=project)
    found = {name: (row[name], row[f"{name}_community"]) for name in COUNTED}
    assert found == {
        "problems": (2, 1),
        "ballots": (5, 3),  # three of the first decision, two of the second
        "seats": (3, 2),  # the observer has no vote
        "chairs": (1, 0),
        "budgets": (1, 1),
    }
    assert row["decisions"] == 2
    assert (row["questions_community"], row["options_community"], row["veto_community"]) == (
        1,
        1,
        1,
    )
    assert row["side_unknown"] == 1  # of the second decision nobody said who put its option
    result = book.view("levels")
    [shown] = [one for one in result.rows if one.cells["project"] == project]
    assert len(shown.rests_on("options_community")) == 2  # the opening and the close
    assert set(shown.rests_on("seats_community")) < set(shown.events)


COUNTED = ("problems", "ballots", "seats", "chairs", "budgets")


def test_a_decision_that_was_reversed_no_longer_stands(book: Book) -> None:
    project, ben = book.project(), member(book)
    first = book.decided([ben], project=project)
    second = book.decided([ben], project=project, revisits=first)
    assert cells(book.view("levels"), project=project)["decisions"] == 2
    book.say("decision-reversed/v1", {"decision": first, "by": second})
    assert cells(book.view("levels"), project=project)["decisions"] == 1


def test_seats_are_those_held_at_the_end_of_the_time_asked_for(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    body = new_id("body")
    book.say("body-created/v1", {"body": body, "project": project})
    seat(book, body, ben, until="2026-02-01")
    assert cells(book.view("levels"), project=project)["seats"] == 1
    book.open_day("2026-03-01")
    assert cells(book.view("levels"), project=project)["seats"] is None  # its term is over
    by = book.view("levels", happened_by=date(2026, 1, 15))
    assert cells(by, project=project)["seats"] == 1
    before = book.view("levels", happened_by=date(2025, 12, 1))
    assert cells(before, project=project)["seats"] is None


def test_what_belongs_to_no_project_has_the_last_row(book: Book) -> None:
    project, ben = book.project(), member(book)
    book.decided([ben])
    result = book.view("levels")
    assert [row.name for row in result.rows] == [project, "programme"]
    assert cells(result, project="programme")["ballots_community"] == 1
    assert [row.name for row in book.view("levels", project=project).rows] == [project]


def test_a_saying_of_an_unknown_day_is_in_no_span(book: Book) -> None:
    project, ben = book.project(), member(book)
    book.gave(project, ben, stage="S2", level="lead", scale="group", on="2025-03-01")
    said(book, ben, project, "lead")  # live, said on 1 January 2026
    assert gap_of(book, project, happened_by=date(2025, 6, 1)) == SILENT
    assert gap_of(book, project, happened_by=date(2026, 1, 1)) == AGREED


def test_a_ladder_there_is_not_is_refused(book: Book) -> None:
    with pytest.raises(ValueError, match="ladder of the view levels is one of stored, un"):
        book.view("levels", options={"ladder": "rope"})


def test_every_ladder_of_the_crosswalk_places_every_stored_level() -> None:
    assert list(LADDERS) == [
        "stored",
        "un",
        "arnstein",
        "carman",
        "slay-stephens",
        "senge",
        "iap2",
        "involvement-matrix",
    ]
    for ladder in LADDERS.values():
        rungs = {ladder.rungs(level) for level in BANDS}
        assert len(rungs) == 3
        assert ladder.rungs("consult") == ladder.rungs("involve")


@given(st.sets(st.sampled_from([*BANDS, "unsorted"])))
def test_the_highest_level_is_no_lower_than_any_other(found: set[str]) -> None:
    top = highest(found)
    order = [*BANDS]
    assert (top is None) == (not found & set(BANDS))
    assert all(order.index(one) <= order.index(top) for one in found & set(BANDS) if top)


SAYINGS = st.lists(
    st.tuples(
        st.sampled_from(["community", "institution"]),
        st.integers(0, 2),
        st.sampled_from([*BANDS, "unsorted"]),
        st.sampled_from([None, "S1", "S2"]),
    ),
    max_size=12,
)


@given(SAYINGS, st.sampled_from([*BANDS, "unsorted"]))
def test_members_are_counted_as_a_plain_reading_counts_them(
    sayings: list[tuple[str, int, str, str | None]], claimed: str
) -> None:
    story: list[tuple[str, dict[str, Any], str | None]] = [
        ("project-opened/v1", {"project": "project:p"}, None),
        *(
            ("acting-for-declared/v1", {"person": f"person:{side}{n}", "side": side}, None)
            for side in ("community", "institution")
            for n in range(3)
        ),
        (
            "contribution-recorded/v1",
            {
                "contribution": "contribution:a",
                "project": "project:p",
                "people": [{"person": "person:community0"}],
                "level": claimed,
            },
            None,
        ),
    ]
    latest: dict[tuple[str, str | None], str] = {}
    for side, n, level, stage in sayings:
        body = {"person": f"person:{side}{n}", "project": "project:p", "level": level}
        story.append(("level-said/v1", body | ({"stage": stage} if stage else {}), None))
        if side == "community" and level in BANDS:
            latest[f"{side}{n}", stage] = level
    result = levels(facts_of(story), Asked())
    [row] = result.rows
    for band in ("to", "for", "with"):
        people = {person for (person, _), level in latest.items() if BANDS[level] == band}
        assert row.cells[f"members_{band}"] == len(people)
    assert row.cells["members"] == len({person for person, _ in latest})
    says_with = any(BANDS[level] == "with" for level in latest.values())
    claims_with = BANDS.get(claimed) == "with"
    assert (row.cells["gap"] in {OTHERWISE, SILENT}) == (claims_with and not says_with)
    assert all(holds(result, relation) for relation in result.relations)
