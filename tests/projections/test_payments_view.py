"""View ``payments``: small histories counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book, cells

from ledger.encoding import new_id
from projections.owed import NOTHING, SILENT
from projections.result import Amount, ViewResult


def answer(book: Book, offer: str, person: str, yes: bool, less: int | None = None) -> None:
    body: dict[str, Any] = {"offer": offer, "for": person, "witness": witness(book)}
    if less is not None:
        body["amount"] = {"minor": less, "currency": "GBP", "exponent": 2}
    book.say("payment-accepted/v1" if yes else "payment-declined/v1", body)


def witness(book: Book) -> str:
    return book.person()


def pay(book: Book, offer: str, to: str, minor: int, *, mode: str = "live", on: Any = None) -> None:
    body = {
        "payment": new_id("payment"),
        "offer": offer,
        "to": to,
        "kind": "fee",
        "amount": {"minor": minor, "currency": "GBP", "exponent": 2},
    }
    book.say("payment-made/v1", body, mode=mode, on=on)


def gbp(minor: int) -> Amount:
    return Amount(minor, "GBP", 2)


def test_the_funnel_runs_from_offered_to_paid(book: Book) -> None:
    project = book.project()
    ann, bob, cem, dee = (book.person() for _ in range(4))
    first = book.offer(project, ann, 7500)
    second = book.offer(project, bob, 7500)
    third = book.offer(project, cem, 7500)
    book.offer(project, dee, 7500)
    answer(book, first, ann, True)
    pay(book, first, ann, 7500)
    answer(book, second, bob, True, less=5000)
    pay(book, second, bob, 2000)
    answer(book, third, cem, False)
    row = cells(book.view("payments"), kind="Fee or honorarium")
    assert row["offers"] == 4
    assert row["offered"] == gbp(30000)
    assert (row["accepted"], row["accepted_less"], row["declined"], row["awaiting"]) == (2, 1, 1, 1)
    assert (row["paid_offers"], row["paid"], row["open"]) == (2, gbp(9500), gbp(3000))
    assert row["payment_not_recorded"] == 0


def test_an_imported_offer_to_a_group_is_never_called_unpaid(book: Book) -> None:
    project = book.project()
    parents = book.group(project, "community", "parents", number=5)
    book.offer(project, parents, 2000, mode="history", number=5)
    result = book.view("payments")
    row = cells(result, currency="GBP")
    assert row["offered"] == gbp(10000)
    assert row["places"] == 5
    assert row["payment_not_recorded"] == 1
    # Not a single zero that nobody recorded.
    assert {row.get(name) for name in ("accepted", "declined", "awaiting", "paid", "open")} == {
        None
    }
    assert "Payment is not recorded for 1 of 1 offer." in result.summary.unknown[0]
    assert "unpaid" not in str(result)


def test_a_payment_to_a_group_is_counted_and_the_rest_stays_not_recorded(book: Book) -> None:
    project = book.project()
    parents = book.group(project, "community", "parents")
    paid = book.offer(project, parents, 2000, mode="history")
    book.offer(project, parents, 2000, mode="history")
    pay(book, paid, parents, 2000, mode="history")
    row = cells(book.view("payments"), currency="GBP")
    assert (row["paid_offers"], row["paid"], row["payment_not_recorded"]) == (1, gbp(2000), 1)
    assert row.get("accepted") is None


def test_an_offer_noted_afterwards_without_an_answer_is_not_awaiting_one(book: Book) -> None:
    project = book.project()
    ann, bob = book.person(), book.person()
    book.offer(project, ann, 2000, mode="history")
    book.offer(project, bob, 2000)
    row = cells(book.view("payments"), currency="GBP")
    assert (row["awaiting"], row["payment_not_recorded"], row["paid"]) == (1, 1, gbp(0))


def test_types_and_currencies_have_rows_of_their_own(book: Book) -> None:
    project = book.project()
    ann = book.person()
    book.offer(project, ann, 100)
    book.offer(project, ann, 200, currency="EUR")
    book.offer(project, ann, 400, kind="voucher")
    result = book.view("payments")
    found = [(row.cells["kind"], row.cells["offered"]) for row in result.rows]
    assert found == [
        ("Fee or honorarium", Amount(200, "EUR", 2)),
        ("Fee or honorarium", gbp(100)),
        ("Voucher", gbp(400)),
    ]
    assert "Types of payment and currencies are never added together." in result.notes


def test_at_shows_each_state_of_an_offer(book: Book) -> None:
    project = book.project()
    ann = book.person()
    offer = book.offer(project, ann, 7500)
    sizes = [book.size]
    answer(book, offer, ann, True)
    sizes.append(book.size)
    pay(book, offer, ann, 7500)
    sizes.append(book.size)

    def state(at: int) -> tuple[Any, ...]:
        row = cells(book.view("payments", at=at), currency="GBP")
        return row["awaiting"], row["open"], row["paid"]

    assert book.view("payments", at=sizes[0] - 1).rows == ()
    assert [state(at) for at in sizes] == [
        (1, gbp(0), gbp(0)),
        (0, gbp(7500), gbp(0)),
        (0, gbp(0), gbp(7500)),
    ]


def test_what_followed_later_has_not_happened_yet_and_unknown_dates_are_counted(
    book: Book,
) -> None:
    project = book.project()
    ann, bob = book.person(), book.person()
    dated = book.offer(project, ann, 7500, mode="history", on="2025-05-01")
    pay(book, dated, ann, 7500, mode="history", on="2025-06-01")
    book.offer(project, bob, 1000, mode="history")
    may: ViewResult = book.view("payments", happened_by=date(2025, 5, 31))
    row = cells(may, currency="GBP")
    assert (row["offers"], row["payment_not_recorded"], row["date_unknown"]) == (1, 1, 1)
    june = cells(book.view("payments", happened_by=date(2025, 6, 30)), currency="GBP")
    assert (june["paid"], june["date_unknown"]) == (gbp(7500), 1)
    assert book.view("payments", happened_by=date(2025, 4, 1)).notes[2].startswith("1 offer made")


def test_a_live_offer_happened_on_its_ledger_day(book: Book) -> None:
    project = book.project()
    book.offer(project, book.person(), 7500)
    assert cells(book.view("payments", happened_by=date(2026, 1, 1)), currency="GBP")["offers"] == 1
    assert book.view("payments", happened_by=date(2025, 12, 31)).rows == ()


def test_project_and_scale_narrow_the_view(book: Book) -> None:
    here, there = book.project(), book.project()
    ann = book.person()
    work = book.gave(here, ann, scale="individual")
    book.offer(here, ann, 100, contribution=work)
    book.offer(here, ann, 200)
    book.offer(there, ann, 400)
    assert cells(book.view("payments", project=there), currency="GBP")["offered"] == gbp(400)
    alone = book.view("payments", scale="individual")
    assert cells(alone, currency="GBP")["offered"] == gbp(100)
    assert any("2 offers for no named contribution" in note for note in alone.notes)


@pytest.mark.parametrize("name", ["stages", "projects", "payments"])
def test_a_view_gives_the_same_rows_each_time(book: Book, name: str) -> None:
    project = book.project()
    ann = book.person("community")
    book.gave(project, ann, stage="S1", level="lead")
    book.offer(project, ann, 100)
    assert book.view(name).digest == book.view(name).digest


def test_what_was_claimed_and_paid_each_month_was_never_late(book: Book) -> None:
    project, ann = book.project(), book.person()
    offer = book.offer(project, ann, 2000, term=30)
    book.answered(offer, ann)
    for month in ("01", "03"):
        book.open_day(f"2026-{month}-10")
        claim = book.claimed(project, ann, 1000, offer=offer)
        book.judged(claim, ann, "approved", 1000, offer=offer)
        book.open_day(f"2026-{month}-20")
        book.paid(ann, 1000, offer=offer, claim=claim)
        row = cells(book.view("payments", happened_by=date(2026, int(month), 28)), currency="GBP")
        assert (row["late"], row["overdue"]) == (0, 0)
    assert row["as_promised"] == 1
    book.open_day("2026-07-01")
    assert cells(book.view("payments"), currency="GBP")["as_promised"] == 1


def test_of_what_is_half_paid_the_claim_that_waits_is_overdue_by_its_own_day(book: Book) -> None:
    project, ann = book.project(), book.person()
    offer = book.offer(project, ann, 2000, term=30)
    book.answered(offer, ann)
    first = book.claimed(project, ann, 1000, offer=offer)
    book.judged(first, ann, "approved", 1000, offer=offer)
    book.paid(ann, 1000, offer=offer, claim=first)
    book.open_day("2026-03-01")
    # The rest was never claimed, so its thirty days have not begun.
    assert cells(book.view("payments"), currency="GBP")["overdue"] == 0
    book.claimed(project, ann, 1000, offer=offer)
    book.open_day("2026-04-05")
    row = cells(book.view("payments"), currency="GBP")
    assert (row["overdue"], row["oldest"]) == (1, 5)


def test_where_nobody_kept_a_book_it_is_not_said_that_nobody_is_owed_anything(book: Book) -> None:
    assert book.view("owed").summary.shows == (NOTHING,)
    project = book.project()
    parents = book.group(project, "community", "parents", number=5)
    book.offer(project, parents, 2000, mode="history", number=5)
    assert book.view("owed").summary.shows == (SILENT,)
    assert SILENT in book.view("home").summary.shows
