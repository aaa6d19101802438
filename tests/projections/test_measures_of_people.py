"""View ``measures``: money lent, work moved, the pen, and whether it is safe to disagree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from measured import (
    PROJECT,
    START,
    Said,
    acting,
    contribution,
    counts,
    decision,
    id_of,
    person,
    record,
    row,
)

from ledger.encoding import new_id
from projections.lent import Loan
from projections.measures import measures
from projections.result import Amount, Asked

# ── money participants lent us ──────────────────────────────────────────────────────────────────


def expense(
    number: int, who: str, minor: int, spent: str | None, currency: str = "GBP", **how: Any
) -> list[Said]:
    amount = {"minor": minor, "currency": currency, "exponent": 2}
    body: dict[str, Any] = {
        "claim": id_of("claim", number),
        "project": PROJECT,
        "to": person(who),
        "kind": "expense-refund",
        "amount": amount,
    } | how
    return [("payment-claimed/v1", body | ({"spent_on": spent} if spent else {}), 0)]


def refund(number: int, who: str, minor: int, day: int) -> Said:
    amount = {"minor": minor, "currency": "GBP", "exponent": 2}
    body: dict[str, Any] = {
        "payment": id_of("payment", number * 100 + day),
        "claim": id_of("claim", number),
    }
    body = {**body, "to": person(who), "kind": "expense-refund", "amount": amount}
    return ("payment-made/v1", body, day)


JANUARY = (date(2026, 1, 1), date(2026, 1, 30))  # thirty days


def test_money_lent_is_what_was_spent_and_not_refunded_on_an_average_day() -> None:
    said = [
        *expense(1, "ca", 14300, "2025-12-20"),  # all thirty days: 143.00 × 30
        refund(1, "ca", 14300, 35),
        *expense(2, "cb", 3000, "2026-01-11"),  # refunded on the 21st: 30.00 × 10
        refund(2, "cb", 3000, 20),
        *expense(3, "cc", 6000, "2026-01-01"),  # 60.00 × 10, then 40.00 × 20
        refund(3, "cc", 2000, 10),
    ]
    result = measures(record(said), Asked(period=JANUARY))
    cells = row(result, "lent-GBP").cells
    # 4290.00 + 300.00 + 600.00 + 800.00 = 5990.00 pounds × days; over 30 days 199.67
    assert cells["total"] == Amount(599000, "GBP")
    assert cells["average"] == Amount(19967, "GBP")
    assert (cells["denominator"], cells["n_of"]) == (30, "days")
    assert "On an average day people were lending us 199.67 GBP." in result.summary.shows
    assert sum(row(result, "lent-GBP").payees["total"]) == 599000


def test_unknown_days_of_spending_are_counted_apart_and_what_was_paid_before_is_no_loan() -> None:
    said = [
        *expense(1, "ca", 1000, "2026-01-01"),
        *expense(2, "cb", 9900, None),
        *expense(3, "cc", 5000, None, kind="expense-in-advance"),
        ("payment-refused/v1", {"claim": id_of("claim", 4), "to": person("ca")}, 1),
    ]
    said[3:3] = expense(4, "ca", 7000, "2026-01-01")
    cells = row(measures(record(said), Asked(period=JANUARY)), "lent-GBP").cells
    assert cells["average"] == Amount(1000, "GBP")
    assert cells["left_out"] == 1
    assert cells["excluded"] == (
        "1 without a day of spending; 1 refused; 1 paid in advance so nothing lent"
    )


def test_currencies_are_never_added_and_a_short_period_gives_no_average() -> None:
    said = [
        *expense(1, "ca", 1000, "2026-01-01"),
        *expense(2, "cb", 2000, "2026-01-01", currency="EUR"),
    ]
    result = measures(record(said), Asked(period=JANUARY))
    assert row(result, "lent-GBP").cells["average"] == Amount(1000, "GBP")
    assert row(result, "lent-EUR").cells["average"] == Amount(2000, "EUR")
    week = (date(2026, 1, 1), date(2026, 1, 7))
    short = row(measures(record(said), Asked(period=week)), "lent-GBP").cells
    assert short["average"] is None
    assert short["assessed"] == "no figure is given on fewer than 10 days"


def test_without_a_period_it_begins_with_the_first_day_known() -> None:
    said = expense(1, "ca", 1000, "2025-12-22")
    cells = row(measures(record(said, until=9), Asked()), "lent-GBP").cells
    assert cells["denominator"] == 20  # 22 December to 10 January


def test_an_expense_of_which_nobody_knows_when_is_no_zero() -> None:
    cells = row(measures(record(expense(1, "ca", 1000, None)), Asked()), "lent-GBP").cells
    assert cells["average"] is None
    assert cells["assessed"] == "of no expense is it known when it was spent"


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(-50, 50)), min_size=1, max_size=6),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_money_days_are_the_sum_over_single_days(
    changes: list[tuple[int, int]], start: int, length: int
) -> None:
    steps = tuple((START + timedelta(days=day), minor) for day, minor in changes)
    first, last = START + timedelta(days=start), START + timedelta(days=start + length)
    every = (first + timedelta(days=n) for n in range(length + 1))
    by_day = sum(max(0, sum(m for at, m in steps if at <= day)) for day in every)
    assert Loan("x", steps, ()).money_days(first, last) == by_day


# ── work moved without power ────────────────────────────────────────────────────────────────────


def moved(number: int, was: str, to: str, day: int) -> list[Said]:
    action = id_of("action", number)
    return [
        ("action-set/v1", {"action": action, "project": PROJECT, "person": person(was)}, 0),
        ("action-moved/v1", {"action": action, "person": person(was), "to": person(to)}, day),
    ]


def granted(to: str, day: int, **scope: str) -> Said:
    body = {"to": person(to), "kinds": ["delivery"], "scope": scope, "onward": 0}
    return ("power-granted/v1", body, day)


def test_moves_with_no_grant_budget_or_gift_beside_them_are_moved_without_power() -> None:
    names = [f"c{letter}" for letter in "abcdefghij"]
    said = [*acting("community", *names), *acting("institution", "ia"), *acting("front-line", "fa")]
    for number, name in enumerate(names):
        said += moved(number, "ia" if number else "fa", name, 100)
    budget = {"budget": id_of("budget", 1), "project": PROJECT, "controller": person("cb")}
    gift = {"gift": id_of("gift", 1), "person": person("cc"), "project": PROJECT}
    said += [
        granted("ca", 10),  # ninety days before
        ("budget-opened/v1", budget, 190),  # ninety days after
        ("gift-declared/v1", gift, 120),
        granted("cd", 191),  # ninety-one days after
        granted("ce", 100, project=id_of("project", 7)),  # elsewhere
        *moved(20, "ia", "fa", 100),  # to staff
        *moved(21, "ca", "cb", 100),  # among contributors
        *moved(22, "ia", "ca", 320),  # its ninety days are not over on day 400
    ]
    result = measures(record(said), Asked())
    assert counts(result, "moved-work") == (7, 10, 70.0)
    assert (
        row(result, "moved-work").cells["excluded"] == "1 of which the 90 days after are not over"
    )


def test_power_that_ended_long_before_is_not_beside_a_move() -> None:
    said = [*acting("community", "ca", "cb"), *acting("institution", "ia")]
    said += [granted("ca", 0), granted("cb", 0)]
    for name, day in (("ca", 9), ("cb", 10)):
        at = f"{len(said) - 2:064x}"  # the two grants lie two before the two ends
        said.append(("power-revoked/v1", {"grant": at, "holder": person(name)}, day))
    said += [*moved(1, "ia", "ca", 100), *moved(2, "ia", "cb", 100)]
    # Ca's ended 91 days before, Cb's 90.
    assert counts(measures(record(said), Asked()), "moved-work") == (1, 2, None)


# ── who holds the pen ───────────────────────────────────────────────────────────────────────────


def test_lines_that_others_signed_about_each_side_and_days_until_told() -> None:
    said: list[Any] = [*acting("community", "ca"), *acting("institution", "ia")]  # two lines
    said += [contribution(n, "ca", 10, "ca" if n < 4 else "ana") for n in range(11)]
    said += [contribution(20 + n, "ia", 10, "ia" if n < 9 else "ana") for n in range(11)]
    said += [("person-told/v1", {"person": person("ca"), "how": "shown"}, 14)]
    result = measures(record(said), Asked())
    # Ca: 13 lines with the telling, 4 by her own hand; Ia: 12, 9 by their own.
    assert counts(result, "pen-community") == (9, 13, 69.2)
    assert counts(result, "pen-staff") == (3, 12, 25.0)
    assert row(result, "pen-difference").cells["value"] == 44.2
    told = row(result, "pen-told").cells
    assert (told["numerator"], told["denominator"], told["value"]) == (12, 13, 4.0)


def test_the_pen_of_the_community_is_that_of_the_view_integrity(book: Book) -> None:
    project = book.project()
    for _ in range(3):
        someone = book.person("community")
        book.give_key(someone)
        book.gave(project, someone)
        book.say("input-submitted/v1", said_by(project, someone), author=someone)
    whole = {one.key: one.cells for one in book.view("integrity").rows}
    found = row(book.view("measures"), "pen-community").cells
    whole_of_it, own = whole["pen.community"]["n"], whole["pen.community.own-hand"]["n"]
    assert found["denominator"] == whole_of_it
    assert isinstance(whole_of_it, int)
    assert (found["numerator"], own) == (whole_of_it - 3, 3)


def said_by(project: str, who: str) -> dict[str, Any]:
    return {"input": new_id("input"), "project": project, "people": [who]}


# ── safe to disagree ────────────────────────────────────────────────────────────────────────────


def disagreeing(objectors: int, others: int, day: int = 5) -> tuple[list[Any], list[str]]:
    names = [f"v{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}" for n in range(objectors + others)]
    against = [(name, "a") for name in names[:objectors]]
    votes: list[tuple[str, str | None]] = [(name, "b") for name in names]
    return decision(1, votes, day, method="consensus", against=against), names


def test_who_is_still_there_half_a_year_after_an_objection() -> None:
    said, names = disagreeing(20, 20)
    body = id_of("body", 1)
    said.append(("body-created/v1", {"body": body}, 6))
    for at, name in enumerate(names):
        if at < 12:
            said.append(contribution(at, name, 175))  # 170 days after
        elif at >= 22 and at % 2:
            seat = {"body": body, "person": person(name), "chosen_by": "community"}
            said.append(("seat-filled/v1", seat | {"voting": True}, 7))
        elif at >= 22:
            said.append(contribution(at, name, 185))  # on the very day
    result = measures(record(said), Asked())
    assert counts(result, "safe-objectors") == (12, 20, 60.0)
    assert counts(result, "safe-others") == (18, 20, 90.0)
    difference = row(result, "safe-difference").cells
    assert (difference["value"], difference["unit"]) == (-30.0, "percentage points")


def test_what_was_long_before_or_later_than_the_180th_day_shows_nobody_still_there() -> None:
    said, names = disagreeing(3, 0)
    said += [contribution(1, names[0], 95), contribution(2, names[1], 186)]
    said += [contribution(3, names[2], 96)]  # 89 days before the day
    result = measures(record(said), Asked())
    assert counts(result, "safe-objectors")[:2] == (1, 3)


def test_who_paused_is_in_neither_group_and_who_left_is_gone() -> None:
    said, names = disagreeing(3, 1)
    said += [contribution(n, name, 150) for n, name in enumerate(names)]
    said.append(("person-paused/v1", {"person": person(names[0])}, 160))
    said.append(("person-left/v1", {"person": person(names[1])}, 160))
    result = measures(record(said), Asked())
    assert counts(result, "safe-objectors") == (1, 2, None)
    assert counts(result, "safe-others") == (1, 1, None)
    assert row(result, "safe-objectors").cells["excluded"] == "1 paused"
    assert "fewer than 20" in str(row(result, "safe-objectors").cells["assessed"])


@pytest.mark.parametrize(("until", "n"), [(184, 0), (185, 2)])
def test_nobody_is_judged_before_the_180_days_are_over(until: int, n: int) -> None:
    said, _ = disagreeing(2, 2)
    cells = row(measures(record(said, until=until), Asked()), "safe-objectors").cells
    assert cells["denominator"] == n
    assert cells["excluded"] == (None if n else "4 of which 180 days are not over")
