"""View ``payments`` to the end of the funnel, and ``owed``: small histories counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st

from projections.matter import Trace, payees
from projections.result import Amount, Row, ViewResult


def gbp(minor: int) -> Amount:
    return Amount(minor, "GBP", 2)


def row(result: ViewResult, key: str) -> Row:
    [found] = [one for one in result.rows if one.key == key]
    return found


def accepted(book: Book, project: str, person: str, minor: int, **how: Any) -> str:
    offer = book.offer(project, person, minor, **how)
    book.answered(offer, person)
    return offer


def test_every_offer_is_in_exactly_one_of_five_answers(book: Book) -> None:
    project = book.project()
    ann, bob, cem, dee = (book.person() for _ in range(4))
    accepted(book, project, ann, 1000)
    book.answered(book.offer(project, bob, 1000), bob, less=400)
    book.answered(book.offer(project, cem, 1000), cem, "redirected")
    book.answered(book.offer(project, dee, 1000), dee, "declined")
    book.offer(project, ann, 1000)
    book.offer(project, book.group(project, "community", "parents"), 1000, mode="history")
    result = book.view("payments")
    cells = row(result, "fee-GBP").cells
    answers = ("accepted", "redirected", "declined", "awaiting", "no_answer")
    assert [cells[name] for name in answers] == [2, 1, 1, 1, 1]
    assert cells["accepted_less"] == 1
    assert cells["offers"] == 6
    [sums] = [one for one in result.relations if one.kind == "sum"]
    assert sums.total == ("fee-GBP", "offers")
    assert {part[1] for part in sums.parts} == set(answers)


def test_a_claim_on_no_offer_is_a_row_of_its_own_and_never_an_offer(book: Book) -> None:
    project, ben = book.project(), book.person()
    claim = book.claimed(project, ben, 1800, kind="expense-refund")
    book.judged(claim, ben, "approved", 1500)
    book.paid(ben, 1000, claim=claim, kind="expense-refund")
    result = book.view("payments")
    assert [one.key for one in result.rows] == ["claimed-expense-refund-GBP"]
    cells = result.rows[0].cells
    assert cells.get("offers") is None
    assert (cells["claimed"], cells["approved"], cells["waiting"]) == (1, 1, 0)
    assert (cells["paid"], cells["open"]) == (gbp(1000), gbp(500))  # 15.00 approved, not 18.00


def test_the_claims_of_an_offer_are_looked_at_queried_and_refused(book: Book) -> None:
    project = book.project()
    people = [book.person() for _ in range(4)]
    for person, said in zip(people, ("approved", "queried", "refused", ""), strict=True):
        offer = accepted(book, project, person, 1000)
        claim = book.claimed(project, person, 1000, offer=offer)
        if said == "approved":
            book.judged(claim, person, said, 1000, offer=offer)
        elif said:
            book.judged(claim, person, said)
    result = book.view("payments")
    cells = row(result, "fee-GBP").cells
    names = ("claimed", "approved", "in_query", "refused", "waiting")
    assert [cells[name] for name in names] == [4, 1, 1, 1, 1]
    # What was refused is not open; the other three offers of 10.00 are.
    assert cells["open"] == gbp(3000)
    assert len(row(result, "fee-GBP").rests_on("refused")) == 4  # offer, yes, claim, refusal


def test_a_payment_on_a_claim_on_an_offer_is_counted_once(book: Book) -> None:
    project, ben = book.project(), book.person()
    offer = accepted(book, project, ben, 1000)
    claim = book.claimed(project, ben, 1000, offer=offer)
    book.judged(claim, ben, "approved", 1000, offer=offer)
    book.paid(ben, 1000, offer=offer, claim=claim)
    cells = row(book.view("payments"), "fee-GBP").cells
    assert (cells["paid"], cells["open"], cells["as_promised"], cells["due"]) == (
        gbp(1000),
        gbp(0),
        1,
        1,
    )


def test_late_is_after_the_day_an_offer_names_or_the_days_it_promises_after_a_claim(
    book: Book,
) -> None:
    project = book.project()
    ann, bob, cem = (book.person() for _ in range(3))
    named = accepted(book, project, ann, 1000, due="2026-01-10")
    terms = accepted(book, project, bob, 1000, term=30)
    book.claimed(project, bob, 1000, offer=terms)  # on 1 January: due on the 31st
    accepted(book, project, cem, 1000)
    book.open_day("2026-01-11")
    book.paid(ann, 1000, offer=named)
    first = row(book.view("payments"), "fee-GBP").cells
    # Due: Ann's, paid a day late, and Cem's, for which no day was promised; Bob's day is to come.
    assert (first["due"], first["late"], first["as_promised"], first["overdue"]) == (2, 1, 0, 0)
    assert first["no_day"] == 1
    book.open_day("2026-02-05")
    late = row(book.view("payments"), "fee-GBP").cells
    assert (late["overdue"], late["overdue_money"], late["oldest"]) == (1, gbp(1000), 5)
    assert (late["due"], late["as_promised"]) == (3, 0)


def test_overdue_is_as_of_the_day_asked_for(book: Book) -> None:
    project, ann = book.project(), book.person()
    accepted(book, project, ann, 1000, due="2026-01-10")
    before = book.size
    book.open_day("2026-03-01")
    assert row(book.view("payments", at=before), "fee-GBP").cells["overdue"] == 0
    january = book.view("payments", happened_by=date(2026, 1, 15))
    assert row(january, "fee-GBP").cells["oldest"] == 5
    assert row(book.view("payments"), "fee-GBP").cells["oldest"] == 50


def test_a_share_is_given_from_ten_on_or_from_what_the_charter_sets(book: Book) -> None:
    project = book.project()
    for at in range(9):
        ann = book.person()
        offer = accepted(book, project, ann, 1000)
        if at:
            book.paid(ann, 1000, offer=offer)
    assert row(book.view("payments"), "fee-GBP").cells.get("share_as_promised") is None
    book.say("charter-amended/v1", {"thresholds": {"least-for-a-rate": 9}}, under=False)
    result = book.view("payments")
    assert row(result, "fee-GBP").cells["share_as_promised"] == 88.9  # 8 of 9
    assert "as the charter sets it" in result.notes[-1]


def test_what_was_taken_back_is_open_again_and_what_was_written_off_is_not(book: Book) -> None:
    project, ann, bob = book.project(), book.person(), book.person()
    offer = accepted(book, project, ann, 1000)
    payment = book.paid(ann, 1000, offer=offer)
    amount = {"minor": 400, "currency": "GBP", "exponent": 2}
    back = {"payment": payment, "to": ann, "offer": offer, "amount": amount, "cause": "mistake"}
    book.say("payment-reversed/v1", back)
    other = accepted(book, project, bob, 1000)
    off = {"offer": other, "to": bob, "amount": {**amount, "minor": 1000}, "cause": "no-money"}
    book.say("payment-written-off/v1", off | {"has": ["reason"]})
    cells = row(book.view("payments"), "fee-GBP").cells
    assert (cells["paid"], cells["taken_back"], cells["open"]) == (gbp(600), gbp(400), gbp(400))
    assert cells["written_off"] == gbp(1000)
    assert (cells["due"], cells["as_promised"]) == (2, 0)


def test_a_payment_in_part_noted_afterwards_leaves_the_rest_not_recorded(book: Book) -> None:
    project, ann = book.project(), book.person()
    offer = book.offer(project, ann, 1000, mode="history")
    book.answered(offer, ann, mode="history")
    book.paid(ann, 400, offer=offer, mode="history")
    result = book.view("payments")
    assert row(result, "fee-GBP").cells["open"] == gbp(0)
    assert any("whether the rest was paid is not recorded" in note for note in result.notes)
    assert book.view("owed").rows == ()


def test_a_corrected_line_gives_way_to_the_one_that_stands_instead(book: Book) -> None:
    project, ann = book.project(), book.person()
    offer = accepted(book, project, ann, 1000)
    book.paid(ann, 100, offer=offer)
    wrong = book.hash(book.size - 1)
    book.paid(ann, 900, offer=offer)
    body = {"line": wrong, "instead": book.hash(book.size - 1), "people": [ann], "cause": "mistake"}
    before = book.size
    # The rules refuse it: money is reversed. A record written around them is read like this.
    book.force(book.sealed("record-corrected/v1", body))
    assert row(book.view("payments", at=before), "fee-GBP").cells["paid"] == gbp(1000)
    result = book.view("payments")
    assert row(result, "fee-GBP").cells["paid"] == gbp(900)
    assert any("1 line corrected since" in note for note in result.notes)


def test_the_view_narrows_to_a_side_and_to_a_group(book: Book) -> None:
    project = book.project()
    ann, eve = book.person("community"), book.person("institution")
    parents = book.group(project, "community", "parents", number=3)
    book.offer(project, ann, 100)
    book.offer(project, eve, 200)
    book.offer(project, parents, 400, mode="history", number=3)
    community = row(book.view("payments", side="community"), "fee-GBP")
    assert community.cells["offered"] == gbp(100 + 1200)
    assert row(book.view("payments", group="parents"), "fee-GBP").cells["offered"] == gbp(1200)
    assert book.view("payments", side="front-line").rows == ()


def test_work_for_which_nothing_was_offered_is_a_row_of_the_funnel(book: Book) -> None:
    project, ann, eve = book.project(), book.person("community"), book.person("institution")
    for person in (ann, ann, eve):
        book.gave(project, person)
    work = book.gave(project, ann)
    book.offer(project, ann, 1000, contribution=work)
    result = book.view("payments")
    never = row(result, "never-offered")
    # Two of Ann's three pieces. Whether a salary covers Eve's, nobody said; and once something is
    # offered to Ann that names no work, nobody can say what it is for.
    assert (never.cells["never_offered"], never.cells.get("offers")) == (2, None)
    assert "Nothing was offered for 2 pieces of work." in result.summary.shows
    book.offer(project, ann, 500)
    assert [one.key for one in book.view("payments").rows] == ["fee-GBP"]


def test_two_people_are_owed_what_was_promised_and_not_paid(book: Book) -> None:
    project = book.project()
    ann, bob, cem = (book.person() for _ in range(3))
    offer = accepted(book, project, ann, 5000)
    claim = book.claimed(project, bob, 1800)
    book.judged(claim, bob, "approved", 1800)
    book.open_day("2026-02-04")
    book.paid(ann, 500, offer=offer)
    book.claimed(project, cem, 700)
    result = book.view("owed")
    cells = row(result, "fee-GBP").cells
    assert (cells["people"], cells["owed"], cells["oldest"]) == (2, gbp(6300), 34)
    assert (cells["asked_people"], cells["asked"], cells["asked_oldest"]) == (1, gbp(700), 0)
    assert result.summary.shows == (
        "2 people are owed 63.00 GBP (fee or honorarium). Oldest: 34 days.",
        "1 person asks for 7.00 GBP (fee or honorarium), which nobody has settled yet. "
        "Oldest: 0 days.",
    )
    assert row(result, "fee-GBP").payees["owed"] == (4500, 1800)
    payments = book.view("payments")
    parts = [row(payments, key).cells["open"] for key in ("fee-GBP", "claimed-fee-GBP")]
    assert parts == [gbp(4500), gbp(1800)]  # what the two views say is one figure


def test_what_is_owed_of_two_types_or_currencies_is_said_apart(book: Book) -> None:
    project, ann = book.project(), book.person()
    accepted(book, project, ann, 500)
    accepted(book, project, ann, 700, currency="EUR")
    result = book.view("owed")
    assert [one.key for one in result.rows] == ["fee-EUR", "fee-GBP"]
    assert result.summary.shows[0].startswith("1 person is owed something")
    assert "12.00" not in str(result)


def test_nobody_is_owed_anything_is_said_only_as_far_as_the_record_goes(book: Book) -> None:
    project = book.project()
    book.offer(project, book.group(project, "community", "parents"), 2000, mode="history")
    result = book.view("owed")
    assert result.rows == ()
    [said] = result.summary.shows
    assert said.startswith(
        "Nothing is recorded as owed. Of some offers the payment is not recorded"
    )
    assert "does not mean that they were not paid" in result.summary.unknown[0]
    assert "unpaid" not in str(result)


def test_every_cell_with_a_figure_names_entries_that_are_behind_the_row(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    offer = accepted(book, project, ann, 1000, due="2026-01-10")
    book.paid(ann, 400, offer=offer)
    book.open_day("2026-02-01")
    for name in ("payments", "owed"):
        result = book.view(name)
        for one in result.rows:
            assert all(set(some) <= set(one.events) for some in one.behind.values())
            assert set(one.events) <= result.hashes.keys()


@pytest.mark.parametrize("number", [1, 7, 1000, 1_000_000])
def test_the_shares_of_a_group_add_up_to_its_sum(number: int) -> None:
    shares = payees([(Trace("group:a", number, ()), 12_345)])
    assert sum(shares) == 12_345
    assert max(shares) - min(shares) <= 1


MINORS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**6)), max_size=20)


@given(MINORS)
def test_each_person_has_one_share_however_often_they_were_paid(
    paid: list[tuple[str, int]],
) -> None:
    shares = payees((Trace(f"person:{who}", 1, ()), n) for who, n in paid)
    assert sum(shares) == sum(n for _, n in paid)
    assert len(shares) == len({who for who, n in paid if n})


def test_a_group_that_claims_twice_is_counted_once_among_people(book: Book) -> None:
    p = book.project()
    group = book.group(p, "community", "carers", 5)
    offer = book.offer(p, group, 1000, mode="history", on="2025-03-01", number=5)
    for _ in range(2):
        book.claimed(p, group, 400, offer=offer, mode="history", on="2025-04-01")
    [row] = book.view("payments").rows
    assert row.cells["claimed"] == 2
    assert row.people["claimed"] == row.people["offers"] == 5
