"""View ``hours``: each minute under one cause; small histories counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book

from ledger.encoding import new_id
from projections.cover import CAUSES
from projections.result import Row

HOUR = {"basis": "worked", "minutes": 60}


def row(book: Book, side: str, **asked: Any) -> Row:
    [found] = [one for one in book.view("hours", **asked).rows if one.key == side]
    return found


def causes(book: Book, side: str, **asked: Any) -> dict[str, int]:
    cells = row(book, side, **asked).cells
    return {name: int(str(cells[name])) for name in CAUSES if cells.get(name)}


def gift(book: Book, person: str, project: str, **how: Any) -> str:
    id_ = new_id("gift")
    if person not in book.keys:
        book.give_key(person)
    body = {"gift": id_, "person": person, "project": project, **how}
    book.say("gift-declared/v1", body, author=person)
    return id_


def test_each_cause_takes_its_own_hour_and_they_add_up(book: Book) -> None:
    project = book.project()
    people = {name: book.person("community") for name in CAUSES}
    work = {
        name: book.gave(project, who, time=HOUR, mode="history" if name == "unknown" else "live")
        for name, who in people.items()
    }
    for name in ("paid", "declined", "waiting"):
        offer = book.offer(project, people[name], 1000, contribution=work[name])
        if name != "waiting":
            book.answered(offer, people[name], "accepted" if name == "paid" else "declined")
        if name == "paid":
            book.paid(people[name], 1000, offer=offer)
    gift(book, people["gift"], project, contribution=work["gift"])
    body = {"person": people["salary"], "project": project, "route": "employed"}
    book.say("person-enrolled/v1", body)
    assert causes(book, "community") == dict.fromkeys(CAUSES, 60)
    cells = row(book, "community").cells
    assert (cells["minutes"], cells["known"], cells["uncovered"]) == (420, 360, 120)
    assert cells.get("share_uncovered") is None  # six people: too few


def test_a_gift_is_no_consent_to_later_non_payment(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    work = book.gave(project, ann, time=HOUR)
    gift(book, ann, project, contribution=work)
    assert causes(book, "community") == {"gift": 60}
    offer = book.offer(project, ann, 1000, contribution=work)
    assert causes(book, "community") == {"gift": 60}
    book.answered(offer, ann)
    assert causes(book, "community") == {"waiting": 60}
    book.paid(ann, 1000, offer=offer)
    assert causes(book, "community") == {"paid": 60}


def test_a_decline_is_never_a_gift_and_never_uncovered(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    work = book.gave(project, ann, time=HOUR)
    book.answered(book.offer(project, ann, 1000, contribution=work), ann, "declined")
    cells = row(book, "community").cells
    assert (cells["declined"], cells["gift"], cells["uncovered"]) == (60, 0, 0)


def test_staff_time_that_nobody_called_salaried_is_not_known_and_never_unpaid(book: Book) -> None:
    project, eve = book.project(), book.person("institution")
    book.gave(project, eve, time=HOUR)
    assert causes(book, "institution") == {"unknown": 60}
    wage = book.offer(project, eve, 250_000, kind="wage")
    book.answered(wage, eve)
    assert causes(book, "institution") == {"salary": 60}
    assert "unpaid" not in str(book.view("hours").rows)


def test_an_offer_that_names_no_work_leaves_what_it_covers_unknown(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    book.gave(project, ann, time=HOUR)
    assert causes(book, "community") == {"never_offered": 60}
    offer = book.offer(project, ann, 1000)
    assert causes(book, "community") == {"unknown": 60}
    book.answered(offer, ann, "declined")
    assert causes(book, "community") == {"unknown": 60}  # no more than it is known what was offered


def test_a_no_to_one_thing_is_no_choice_to_give_all_the_rest(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    work = book.gave(project, ann, time=HOUR)
    for _ in range(5):
        book.gave(project, ann, time=HOUR)
    book.answered(book.offer(project, ann, 1000, contribution=work), ann, "declined")
    assert causes(book, "community") == {"declined": 60, "never_offered": 300}
    book.answered(book.offer(project, ann, 1000), ann, "declined")
    assert causes(book, "community") == {"declined": 60, "unknown": 300}


def test_an_expense_refunded_pays_for_no_hour(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    work = book.gave(project, ann, time=HOUR)
    bus = book.offer(project, ann, 420, kind="expense-refund", contribution=work)
    book.answered(bus, ann)
    book.paid(ann, 420, offer=bus, kind="expense-refund")
    assert causes(book, "community") == {"never_offered": 60}


def test_a_gift_covers_its_kinds_until_its_day_and_until_it_is_taken_back(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    given = gift(book, ann, project, kinds=["advice"], until="2026-02-01")
    book.gave(project, ann, time=HOUR, kinds=["advice"])
    book.gave(project, ann, time=HOUR, kinds=["writing"])
    assert causes(book, "community") == {"gift": 60, "never_offered": 60}
    body = {"gift": given, "person": ann}
    book.say("gift-revoked/v1", body, author=ann)
    book.gave(project, ann, time=HOUR, kinds=["advice"])
    assert causes(book, "community") == {"gift": 60, "never_offered": 120}
    book.open_day("2026-02-02")
    gift(book, ann, project, until="2026-02-05")
    book.gave(project, ann, time=HOUR, on="2026-02-01")  # before it was declared
    assert causes(book, "community") == {"gift": 60, "never_offered": 180}


def test_awarded_scores_are_not_time_and_unknown_time_is_not_zero(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    book.gave(project, ann, measure={"amount": 235, "unit": "impact-hours"})
    book.gave(project, ann, time={"basis": "unknown"})
    result = book.view("hours")
    cells = result.rows[0].cells
    assert cells["untimed"] == 2
    assert {cells.get(name) for name in ("minutes", "people", *CAUSES)} == {None}
    assert "that is not zero" in result.summary.unknown[-1]


def test_time_given_together_is_shared_in_whole_minutes(book: Book) -> None:
    project = book.project()
    ann, eve = book.person("community"), book.person("institution")
    id_ = new_id("contribution")
    people = [{"person": ann}, {"person": eve}]
    time = {"basis": "worked", "minutes": 61}
    body = {"contribution": id_, "project": project, "people": people, "time": time}
    book.say("contribution-recorded/v1", body)
    assert row(book, "community").cells["minutes"] == 31
    assert row(book, "institution").cells["minutes"] == 30
    assert [one.key for one in book.view("hours", side="institution").rows] == ["institution"]


def test_a_share_is_given_of_ten_people_on(book: Book) -> None:
    project = book.project()
    for at in range(10):
        ann = book.person("community")
        work = book.gave(project, ann, time=HOUR)
        if at < 4:
            offer = book.offer(project, ann, 1000, contribution=work)
            book.answered(offer, ann)
            book.paid(ann, 1000, offer=offer)
    cells = row(book, "community").cells
    assert (cells["people"], cells["share_uncovered"]) == (10, 60.0)


@pytest.mark.parametrize(("by", "cause"), [("2026-01-01", "waiting"), ("2026-03-01", "paid")])
def test_what_had_happened_by_a_day_decides_the_cause(book: Book, by: str, cause: str) -> None:
    project, ann = book.project(), book.person("community")
    work = book.gave(project, ann, time=HOUR, on="2026-01-01")
    offer = book.offer(project, ann, 1000, contribution=work)
    book.answered(offer, ann)
    early = book.size
    book.open_day("2026-02-01")
    book.paid(ann, 1000, offer=offer)
    assert causes(book, "community", happened_by=date.fromisoformat(by)) == {cause: 60}
    assert causes(book, "community", at=early) == {"waiting": 60}


def test_every_minute_is_in_one_column_and_its_entries_are_behind_it(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    work = book.gave(project, ann, time=HOUR)
    offer = book.offer(project, ann, 1000, contribution=work)
    result = book.view("hours")
    [one] = result.rows
    assert sum(int(str(one.cells[name])) for name in CAUSES) == one.cells["minutes"]
    relation = result.relations[0]
    assert [part[1] for part in relation.parts] == list(CAUSES)
    kinds = {result.hashes[index] for index in one.rests_on("waiting")}
    assert book.hash(book.size - 1) in kinds  # the offer
    assert offer


def test_what_a_volunteer_gave_before_being_employed_is_no_salarys(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, time={"basis": "worked", "minutes": 60})
    hired = {"person": ben, "project": project, "route": "employed"}
    book.open_day("2026-03-02")
    book.say("person-enrolled/v1", hired, on="2026-03-01")
    book.gave(project, ben, time={"basis": "worked", "minutes": 30})
    book.gave(project, ben, time={"basis": "worked", "minutes": 15}, on="2026-02-01")
    [row] = book.view("hours").rows
    assert (row.cells["salary"], row.cells["never_offered"]) == (30, 75)
