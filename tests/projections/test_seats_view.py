"""Views ``seats``, ``motions``, ``concentration``: counted by hand, and real chairs by employer."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from leadership import DATA, EMERITUS, POWER, Taken, changes, needs_data, rows

from projections.concentration import herfindahl
from projections.result import Row


def found(book: Book, view: str = "seats", **asked: Any) -> dict[str, Row]:
    return {row.key: row for row in book.view(view, **asked).rows}


def leave(book: Book, body: str, person: str, **how: Any) -> None:
    book.say("seat-vacated/v1", {"body": body, "person": person}, **how)


def test_days_run_until_a_seat_falls_free_or_through_the_last_day_or_until_now(book: Book) -> None:
    board = book.body()
    ann, bob, cem = book.person("community"), book.person("institution"), book.person()
    book.seated(board, ann, "community")
    book.seated(board, bob, "institution", until="2026-01-05")
    book.seated(board, cem, "open-call", voting=False)
    book.open_day("2026-01-04")
    leave(book, board, ann)
    book.open_day("2026-01-11")
    rows = found(book)
    # Ann 1–3 January: 3 days. Bob 1–5: 5. Cem 1–11, without a vote: 11.
    whole = rows[f"{board}/all"].cells
    assert (whole["days"], whole["voting_days"]) == (19, 8)
    assert (whole["seats"], whole["voting"], whole["over"]) == (1, 0, 2)
    choosers = ("community", "institution", "open-call")
    chosen = [rows[f"{board}/chosen/{who}"].cells["voting_days"] for who in choosers]
    assert chosen == [3, 5, 0]
    assert rows[f"{board}/side/unsaid"].cells["days"] == 11


def test_who_chose_and_whom_the_holder_acts_for_are_two_divisions_of_the_same_seats(
    book: Book,
) -> None:
    board = book.body()
    book.seated(board, book.person("community"), "institution")
    book.seated(board, book.person("community"), "community")
    rows = found(book)
    assert rows[f"{board}/chosen/institution"].cells["voting"] == 1
    assert rows[f"{board}/side/community"].cells["voting"] == 2
    assert f"{board}/side/institution" not in rows
    for relation in book.view("seats").relations:
        total = rows[relation.total[0]].cells[relation.total[1]]
        assert total == sum(int(str(rows[key].cells[name])) for key, name in relation.parts)


def test_a_chair_counts_apart_and_ends_with_the_seat(book: Book) -> None:
    board, ann = book.body(), book.person("community")
    book.seated(board, ann, "open-call")
    book.say("chair-taken/v1", {"body": board, "person": ann, "chosen_by": "community"})
    book.open_day("2026-01-03")
    leave(book, board, ann)
    book.open_day("2026-01-31")
    rows = found(book)
    assert rows[f"{board}/all"].cells["chair_days"] == 2
    assert rows[f"{board}/chosen/community"].cells["chair_days"] == 2
    assert rows[f"{board}/chosen/community"].cells["days"] == 0  # the seat was an open call's
    assert rows[f"{board}/all"].cells["chairs"] == 0


def test_vacant_seats_are_told_only_where_the_number_is_set(book: Book) -> None:
    board, panel = book.body(seats=3), book.body()
    book.seated(board, book.person(), "community")
    rows = found(book)
    assert (rows[f"{board}/all"].cells["vacant"], rows[f"{panel}/all"].cells["vacant"]) == (2, None)


def test_a_period_counts_the_days_within_it(book: Book) -> None:
    board, ann = book.body(mode="history"), book.person("community")
    book.seated(board, ann, "community", mode="history", on="2025-12-20")
    asked = {"period": (date(2025, 12, 25), date(2025, 12, 31))}
    assert found(book, **asked)[f"{board}/all"].cells["voting_days"] == 7
    assert found(book, happened_by=date(2025, 12, 21))[f"{board}/all"].cells["voting_days"] == 2


def test_what_is_known_to_a_quarter_is_counted_from_its_end_and_said(book: Book) -> None:
    board, ann = book.body(mode="history"), book.person("community")
    quarter = {"from": "2025-10-01", "to": "2025-12-31", "precision": "quarter"}
    book.seated(board, ann, "community", mode="history", on=quarter)
    result = book.view("seats")
    assert {row.key: row.cells["days"] for row in result.rows}[f"{board}/all"] == 2
    assert any("known to a span" in note for note in result.notes)


def test_a_seat_share_is_given_of_ten_voting_terms_on(book: Book) -> None:
    board = book.body()
    for at in range(9):
        book.seated(board, book.person(), "community" if at < 3 else "institution")
    row = found(book)[f"{board}/chosen/community"].cells
    assert (row["voting_days"], row["all_voting_days"], row.get("seat_share")) == (3, 9, None)
    book.seated(board, book.person(), "community")
    assert found(book)[f"{board}/chosen/community"].cells["seat_share"] == 40.0


def test_the_view_can_be_of_one_body(book: Book) -> None:
    one, other = book.body(), book.body()
    for body in (one, other):
        book.seated(body, book.person(), "community")
    keys = set(found(book, about=one))
    assert f"{one}/all" in keys
    assert not any(key.startswith((other, "all/")) for key in keys)


def decide(book: Book, body: str, voters: list[str], choice: str) -> str:
    id_ = book.decision(voters, body=body)
    for voter in voters:
        if voter not in book.keys:
            book.give_key(voter)
        book.vote(id_, voter, choice)
    book.close(id_)
    return id_


def test_motions_say_who_had_chosen_those_with_a_vote_on_the_day(book: Book) -> None:
    board, project = book.body(), book.project()
    ann, bob = book.person("community"), book.person("institution")
    book.seated(board, ann, "community")
    book.seated(board, bob, "institution")
    one = decide(book, board, [ann, bob], "a")
    book.open_day("2026-02-01")
    leave(book, board, ann)
    other = decide(book, board, [bob], "b")
    rows = found(book, "motions")
    names = ("by_community", "by_institution", "carried")
    assert [rows[one].cells[name] for name in names] == [1, 1, "yes"]
    assert [rows[other].cells[name] for name in names] == [0, 1, "no"]
    result = book.view("motions")
    assert result.summary.shows == (
        "2 motions put and closed, 1 carried and standing.",
        "On 1 of them somebody chosen by the community held a voting seat; 1 of these carried.",
    )
    assert project
    assert all(set(row.events) <= result.hashes.keys() for row in result.rows)


def test_concentration_by_hand_and_what_nobody_said_stands_apart(book: Book) -> None:
    board = book.body()
    for at in range(12):
        person = book.person()
        if at < 10:
            org = "Clinic" if at < 6 else "Library"
            body = {"person": person, "side": "institution", "organisation": org}
            book.say("acting-for-declared/v1", body)
        book.seated(board, person, "open-call")
    rows = found(book, "concentration")
    # 0.6^2 + 0.4^2 = 0.52
    assert rows["voting seats/all"].cells["concentration"] == 0.52
    assert rows["voting seats/of/Clinic"].cells["share"] == 60.0
    assert rows["voting seats/unknown"].cells["held"] == 2


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_concentration_lies_between_equal_shares_and_one(numbers: list[int]) -> None:
    assert 1 / len(numbers) - 1e-12 <= herfindahl(numbers) <= 1 + 1e-12


def test_an_empty_record_has_no_seats_and_says_so(book: Book) -> None:
    assert book.view("seats").rows == ()
    assert book.view("seats").summary.unknown == ("No seat is recorded.",)
    assert book.view("motions").rows == ()


@pytest.fixture(scope="module")
def chairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Nine years of who led what, with each leader's employer as stated at each snapshot."""
    taken = Taken(Book(tmp_path_factory.mktemp("employers"), day="2026-10-01"))
    for change in changes():
        if change.held.role != EMERITUS:
            taken.take(change)
    stated: dict[str, str] = {}
    for row in sorted(rows("leadership_snapshots.csv"), key=lambda row: row["snapshot_date"]):
        if row["role"] not in POWER or not row["company"] or not row["github"]:
            continue
        if stated.get(row["github"]) != row["company"]:
            stated[row["github"]] = row["company"]
            day = {"precision": "quarter", "to": row["snapshot_date"]}
            body = {"side": "institution", "organisation": row["company"]}
            person = taken.id("person", row["github"])
            taken.say("acting-for-declared/v1", {"person": person, **body}, day)
    taken.write()
    yield taken.book
    taken.book.ledger.close()


@needs_data
def test_chairs_by_employer_match_the_control_figures_of_the_data(chairs: Book) -> None:
    with (DATA / "leadership_snapshots.csv").open(encoding="utf-8", newline="") as file:
        last = [
            row
            for row in csv.DictReader(file)
            if row["quarter"] == "2026Q3" and row["role"] == "chairs"
        ]
    by = Counter(row["company"] for row in last)
    assert (len(last), by.most_common(2)) == (112, [("Red Hat", 24), ("Google", 24)])
    result = {
        row.key: row.cells
        for row in chairs.view("concentration", happened_by=date(2026, 9, 30)).rows
    }
    assert result["power: chairing/all"]["held"] == 112
    for company, number in by.items():
        assert result[f"power: chairing/of/{company}"]["held"] == number
    oracle = sum((number / 112) ** 2 for number in by.values())
    assert result["power: chairing/all"]["concentration"] == pytest.approx(oracle, abs=5e-5)


@needs_data
def test_who_chaired_at_an_earlier_snapshot_comes_out_by_employer_too(chairs: Book) -> None:
    day = "2020-06-25"
    days = sorted({row["snapshot_date"] for row in rows("leadership_snapshots.csv")})
    day = max(one for one in days if one <= day)
    there = [
        row
        for row in rows("leadership_snapshots.csv")
        if row["snapshot_date"] == day and row["role"] == "chairs"
    ]
    result = {
        row.key: row.cells
        for row in chairs.view("concentration", happened_by=date.fromisoformat(day)).rows
    }
    stated = Counter(row["company"] for row in there if row["company"])
    assert result["power: chairing/of/Google"]["held"] == stated["Google"]
    assert result["power: chairing/of/Red Hat"]["held"] == stated["Red Hat"]


def test_motions_are_told_by_the_scale_of_what_was_decided(book: Book) -> None:
    board, eve = book.body(), book.person("institution")
    book.give_key(eve)
    for scale in ("group", "collective", "collective"):
        book.decided([eve], body=board, scale=scale)
    assert [len(book.view("motions", scale=one).rows) for one in ("group", "collective")] == [1, 2]
