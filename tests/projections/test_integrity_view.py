"""View ``integrity``: how the record itself is kept."""

from __future__ import annotations

import statistics
from datetime import date
from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import parse
from domain.line import people_in
from ledger.encoding import new_id
from projections.about_people import about, median
from projections.replay import read_facts
from projections.result import ViewResult


@pytest.fixture
def cy(book: Book) -> str:
    """Acts for the community and has no key."""
    return book.person("community")


def figure(result: ViewResult, key: str) -> tuple[Any, Any]:
    found = [row for row in result.rows if row.key == key]
    return (found[0].cells["n"], found[0].cells["of"]) if found else (0, None)


def days(result: ViewResult, key: str) -> Any:
    [row] = [row for row in result.rows if row.key == key]
    return row.cells["days"]


def behind(result: ViewResult, key: str) -> tuple[int, ...]:
    [row] = [row for row in result.rows if row.key == key]
    return row.rests_on("n")


def own(book: Book, person: str, project: str, **how: Any) -> int:
    """A contribution that its giver writes down; gives its index."""
    body = {"contribution": new_id("contribution"), "project": project}
    body |= {"people": [{"person": person}]}
    on = how.pop("on", None)
    return book.say("contribution-recorded/v1", body | how, author=person, on=on).index


def tell(book: Book, person: str, **how: Any) -> int:
    body = {"person": person, "how": "shown", "has": ["contact"]} | how
    return book.say("person-told/v1", body).index


def test_lines_are_counted_by_whose_they_are_and_by_whose_hand(
    book: Book, ben: str, cy: str
) -> None:
    project = book.project()
    book.acts_for(book.ana, "institution")
    mine = own(book, ben, project)
    book.gave(project, cy)
    result = book.view("integrity", project=project)
    assert figure(result, "pen.community") == (2, 2)
    assert figure(result, "pen.community.own-hand") == (1, 2)
    assert figure(result, "pen.community.institution") == (1, 2)
    assert mine in behind(result, "pen.community.own-hand")
    parts = [row for row in result.rows if row.key.startswith("pen.community.")]
    assert [row.cells["n"] for row in parts] == [1, 1]
    relation = next(one for one in result.relations if one.total == ("pen.community", "n"))
    assert {part for part, _ in relation.parts} == {row.key for row in parts}


def test_what_was_written_about_people_is_told_by_its_subject(
    book: Book, ben: str, cy: str
) -> None:
    project = book.project()
    own(book, ben, project)
    book.offer(project, cy, 100)
    result = book.view("integrity", project=project)
    assert figure(result, "what.community.contribution") == (1, 2)
    assert figure(result, "what.community.offer") == (1, 2)
    [relation] = [
        one
        for one in result.relations
        if one.total == ("pen.community", "n") and one.parts[0][0].startswith("what.")
    ]
    assert len(relation.parts) == 2


def test_nobody_is_named_and_nobody_is_ranked(book: Book, ben: str) -> None:
    own(book, ben, book.project())
    result = book.view("integrity")
    assert not any("person:" in str(cell) for row in result.rows for cell in row.cells.values())


def test_told_is_the_first_telling_after_the_line_that_covers_it(
    book: Book, ben: str, cy: str
) -> None:
    project = book.project()
    tell(book, cy)  # before there was any line in this project
    book.gave(project, cy)
    one = book.size - 1
    book.gave(project, ben)
    book.open_day("2026-01-11")
    named = tell(book, cy, lines=[book.hash(one)])
    result = book.view("integrity", project=project)
    assert figure(result, "told.community") == (1, 2)
    assert behind(result, "told.community") == (one, named)
    tell(book, ben)
    assert figure(book.view("integrity", project=project), "told.community") == (2, 2)


def test_a_median_of_days_is_given_from_ten_on(book: Book, cy: str) -> None:
    project = book.project()
    for _ in range(9):
        book.gave(project, cy)
    book.open_day("2026-01-05")
    tell(book, cy)
    assert days(book.view("integrity", project=project), "told.community") is None
    book.gave(project, cy)
    book.open_day("2026-01-25")
    tell(book, cy)
    # Nine lines waited 4 days (1 to 5 January), one 20 (5 to 25): the median is 4.
    assert days(book.view("integrity", project=project), "told.community") == 4.0


def test_the_last_word_of_a_person_on_a_line_counts(book: Book, ben: str) -> None:
    project = book.project()
    book.gave(project, ben)
    line = book.hash(book.size - 1)
    book.say("record-disputed/v1", {"line": line}, author=ben)
    query = book.hash(book.size - 1)
    result = book.view("integrity", project=project)
    assert (figure(result, "disputed"), figure(result, "confirmed")) == ((1, 1), (0, 1))
    assert figure(result, "queries-open") == (1, 1)
    body = {"dispute": query, "line": line, "person": ben, "outcome": "explained"}
    book.say("dispute-answered/v1", body)
    book.say("record-confirmed/v1", {"line": line}, author=ben)
    result = book.view("integrity", project=project)
    assert (figure(result, "disputed"), figure(result, "confirmed")) == ((0, 1), (1, 1))
    assert figure(result, "queries-answered") == (1, 1)
    assert figure(result, "queries-open") == (0, 1)
    settled = {"dispute": query, "line": line, "person": ben, "settled": True}
    book.say("dispute-closed/v1", settled, author=ben)
    assert figure(book.view("integrity", project=project), "queries-settled") == (1, 1)


def test_a_hidden_query_counts_and_names_nobody(book: Book, cy: str) -> None:
    project = book.project()
    book.gave(project, cy)
    line = book.hash(book.size - 1)
    book.say("record-disputed/v1", {"line": line, "hidden": True})
    assert figure(book.view("integrity", project=project), "disputed") == (1, 1)


def test_what_is_written_down_late_is_late_by_the_ledgers_day(book: Book, ben: str) -> None:
    project = book.project()
    book.open_day("2026-03-01")
    own(book, ben, project, on="2026-02-27")  # 2 days
    own(book, ben, project, on="2026-01-02")  # 58 days
    january = {"from": "2026-01-01", "to": "2026-01-31", "precision": "month"}
    own(book, ben, project, on=january)  # at least 29 days
    own(book, ben, project)
    book.gave(project, ben, mode="history", on="2025-01-01")
    result = book.view("integrity", project=project)
    assert figure(result, "late") == (1, 3)
    # The project itself and one contribution claim no date; history is counted apart.
    assert figure(result, "undated") == (2, 5)
    assert figure(result, "history") == (1, 6)


def test_corrections_and_retractions_are_counted_by_cause(book: Book, ben: str) -> None:
    project = book.project()
    one = book.gave(project, ben)
    wrong = book.hash(book.size - 1)
    book.gave(project, ben)
    body = {"line": wrong, "instead": book.hash(book.size - 1), "people": [ben]}
    book.say("record-corrected/v1", body | {"cause": "wrong-person"})
    book.say("contribution-retracted/v1", {"contribution": one, "cause": "mistake"})
    book.put_back(one)
    result = book.view("integrity")
    assert figure(result, "corrected.wrong-person") == (1, 1)
    assert figure(result, "retracted.mistake") == (1, 1)
    assert figure(result, "reinstated") == (1, None)


def test_a_revoked_key_leaves_contested_entries_that_are_counted(book: Book, ben: str) -> None:
    project = book.project()
    suspect = own(book, ben, project)
    own(book, ben, project)
    key = book.keys[ben].key_id
    body = {"key": key, "reason": "stolen", "suspect_from": suspect}
    book.say("key-revoked/v1", body)
    result = book.view("integrity")
    assert figure(result, "keys-revoked.stolen") == (1, 1)
    assert figure(result, "contested")[0] == 2
    assert figure(book.view("integrity", at=book.size - 1), "contested")[0] == 0


def test_erasures_are_counted_with_their_ground(book: Book, ben: str) -> None:
    project = book.project()
    book.gave(project, ben, has=["what"])
    at = book.size - 1
    _, statement = book.ledger.opened(at)
    values = [{"entry": book.hash(at), "digests": list(statement.sd)}]
    body = {"about": ben, "ground": "request", "values": values, "tombstones": []}
    book.say("values-erased/v1", body, author=book.operator)
    result = book.view("integrity")
    assert figure(result, "erasures.request") == (1, 1)
    assert figure(result, "values-erased") == (1, None)
    assert figure(result, "withdrawn") == (0, None)
    assert figure(book.view("integrity", project=project), "erasures") == (0, None)


def test_who_looked_at_ones_records_is_counted_by_purpose_and_side(
    book: Book, ben: str, cy: str
) -> None:
    body = {"to": ben, "person": cy, "purpose": "complaint", "until": "2026-02-01"}
    book.say("access-granted/v1", body)
    access = book.hash(book.size - 1)
    for view in ("statement", "log"):
        body = {"access": access, "person": cy, "view": view}
        book.say("access-used/v1", body, author=ben)
    result = book.view("integrity")
    assert figure(result, "access-granted.complaint") == (1, 1)
    assert figure(result, "access-used.community") == (2, 2)


def test_a_period_keeps_what_was_recorded_in_it_and_follows_it_further(book: Book, cy: str) -> None:
    project = book.project()
    book.gave(project, cy)
    book.open_day("2026-02-01")
    book.gave(project, cy)
    tell(book, cy)
    january = (date(2026, 1, 1), date(2026, 1, 31))
    assert figure(book.view("integrity", project=project, period=january), "told.community") == (
        1,
        1,
    )
    by = book.view("integrity", project=project, happened_by=january[1])
    assert figure(by, "told.community") == (0, 1)
    assert figure(book.view("integrity", project=project, at=january[1]), "pen.community")[0] == 1


def test_whom_an_entry_is_about_is_what_the_domain_says_of_it(
    book: Book, ben: str, cy: str
) -> None:
    project = book.project()
    book.gave(project, cy)
    own(book, ben, project)
    book.problem(project, ben)
    book.decided([ben], project=project, raised_by=cy)
    book.offer(project, cy, 1800)
    book.offer(project, book.group(project, "community", "carers", 5), 500)
    body = {"training": new_id("training"), "project": project, "topic": "forms"}
    book.say("training-held/v1", body | {"people": [ben], "trainers": [cy]})
    tell(book, cy)
    book.say("record-confirmed/v1", {"line": book.hash(book.size - 1), "for": cy,
                                     "witness": book.person()})  # fmt: skip
    facts = read_facts(book.ledger)
    checked = 0
    for some in facts.by_type.values():
        for fact in some:
            assert about(fact) == people_in(parse(fact.type, fact.body)), fact.type
            checked += bool(about(fact))
    assert checked > 12


@given(st.lists(st.integers(0, 400), max_size=30))
def test_the_median_is_that_of_the_standard_library(values: list[int]) -> None:
    assert median(values) == (float(statistics.median(values)) if values else None)
