"""View ``home``: what needs a coordinator today."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book
from whole import guarded

from ledger.encoding import new_id
from projections.guard_rules import Control
from projections.result import Amount, Row, ViewResult


def row(result: ViewResult, key: str) -> Row:
    [found] = [one for one in result.rows if one.key == key]
    return found


def said(project: str, who: str) -> dict[str, Any]:
    return {"input": new_id("input"), "project": project, "people": [who]}


def test_owed_and_unanswered_are_those_of_the_views_of_these_names(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    offer = book.offer(project, ben, 2500, due="2026-01-10")
    book.answered(offer, ben)
    book.say("input-submitted/v1", said(project, ben))
    book.open_day("2026-02-01")
    result = book.view("home", happened_by=date(2026, 2, 1))
    owed = row(result, "owed-fee-GBP").cells
    assert (owed["n"], owed["money"], owed["late"]) == (1, Amount(2500, "GBP"), Amount(2500, "GBP"))
    assert (owed["days"], owed["overdue"], owed["thing"]) == (31, 1, offer)
    [there] = book.view("owed", happened_by=date(2026, 2, 1)).rows
    assert (there.cells["people"], there.cells["owed"]) == (owed["n"], owed["money"])
    assert row(result, "unanswered").cells["n"] == 1
    assert row(result, "unanswered").cells["days"] == 31


def test_told_counts_people_about_whom_somebody_else_wrote(book: Book) -> None:
    ben, _cy = book.person("community"), book.person("community")
    body = {"how": "shown", "object_to": book.person(), "person": ben}
    book.say("person-told/v1", body)
    told = row(book.view("home"), "told")
    # Ben, Cy, and the one to object to: three were enrolled by Ana, and one was told.
    assert (told.cells["n"], told.cells["of"]) == (1, 3)
    assert row(book.view("home", at=3), "told").cells["n"] == 0


def test_a_decision_is_undecided_past_its_last_day_or_without_a_ballot(book: Book) -> None:
    book.project()
    voters = [book.person("community") for _ in range(2)]
    for voter in voters:
        book.give_key(voter)
    book.decision(voters)  # without ballots
    voted = book.decision(voters, last_day="2026-01-20")
    book.vote(voted, voters[0])
    book.decided(voters)
    assert [*_undecided(book, date(2026, 1, 20))] == [1, 2, 0]
    book.open_day("2026-01-21")
    assert [*_undecided(book, date(2026, 1, 21))] == [2, 2, 1]
    assert (
        row(book.view("home", happened_by=date(2026, 1, 21)), "undecided").cells["thing"] == voted
    )


def _undecided(book: Book, day: date) -> list[Any]:
    cells = row(book.view("home", happened_by=day), "undecided").cells
    return [cells[name] for name in ("n", "of", "overdue")]


def test_one_person_holds_every_key_until_somebody_else_has_signed(book: Book) -> None:
    ben, project = book.person("community"), book.project()
    book.give_key(ben)
    alone = "One person holds every key: nobody else has signed yet."
    assert alone in book.view("home").summary.shows
    book.say("input-submitted/v1", said(project, ben), author=ben)
    assert alone not in book.view("home").summary.shows
    assert row(book.view("home"), "signed").cells["n"] == 2


def test_three_concerns_at_most(book: Book) -> None:
    result = book.view("home")
    found = [one for one in result.rows if one.key.startswith("concern-")]
    firing = [one for one in book.view("concerns").rows if one.cells["state"] == "fires"]
    assert len(found) == min(3, len(firing))


def test_guarded_it_names_nothing_and_its_sentences_hold_no_small_number(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.say("input-submitted/v1", said(project, ben))
    [shown] = guarded([book.view("home")], Control()).views
    assert (
        row(shown, "unanswered").cells.get("thing")
        != row(book.view("home"), "unanswered").cells["thing"]
    )
    assert not any("1" in sentence for sentence in shown.summary.shows)


def test_nothing_is_owed_and_nothing_is_undecided_in_a_new_record(book: Book) -> None:
    result = book.view("home")
    assert result.summary.shows[:4] == (
        "Nobody is owed anything, as far as this record says.",
        "Unanswered ideas and problems: 0.",
        "Told what is recorded about them: 0 of 0.",
        "Undecided, past the last day or without ballots: 0 of 0 open decisions.",
    )
    assert result.notes[0].startswith("Last backup: none recorded")
