"""View ``budgets``: balances by hand, and against the rules' own balance over made-up histories."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.budget import Budget
from domain.refusal import Refused
from ledger.encoding import new_id
from projections.budgets import read
from projections.replay import read_facts
from projections.result import Amount, Asked, Series
from projections.store_world import whole_world


def gbp(minor: int) -> Amount:
    return Amount(minor, "GBP", 2)


def opened(book: Book, project: str, minor: int, **how: Any) -> str:
    id_ = new_id("budget")
    amount = {"minor": minor, "currency": "GBP", "exponent": 2}
    type_ = "budget-allocated/v1" if "from" in how else "budget-opened/v1"
    signers = tuple(one for one in (book.ana, how.pop("cosigner", "")) if one)
    body = {"budget": id_, "project": project, "amount": amount, **how}
    book.say(type_, body, signers=signers)
    return id_


def cells(book: Book, budget: str, **asked: Any) -> dict[str, Any]:
    [row] = [row for row in book.view("budgets", **asked).rows if row.key == budget]
    return dict(row.cells)


def test_a_balance_is_what_is_opened_less_allocated_paid_and_promised(book: Book) -> None:
    project, ann, bob = book.project(), book.person("community"), book.person()
    budget = opened(book, project, 10_000)
    line = opened(book, project, 2000, **{"from": budget})
    paid = book.offer(project, ann, 1500, budget=budget)
    book.answered_on(paid, ann, budget)
    book.paid(ann, 500, offer=paid, budget=budget)
    declined = book.offer(project, bob, 700, budget=budget)
    before = book.size
    book.answered_on(declined, bob, budget, say="declined")
    found = cells(book, budget)
    parts = [found[name] for name in ("opened", "allocated", "paid", "promised", "free")]
    assert parts == [gbp(10_000), gbp(2000), gbp(500), gbp(1000), gbp(6500)]
    assert cells(book, budget, at=before)["promised"] == gbp(1700)
    assert cells(book, line)["from"] == budget


def test_who_controls_a_budget_is_shown_with_whom_they_act_for(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    book.give_key(ann)
    fund = opened(book, project, 5000, controller=ann, stages=["S4b"])
    opened(book, project, 9000)
    found = cells(book, fund)
    assert (found["controller"], found["side"], found["stages"]) == (ann, "Community", "S4b")
    result = book.view("budgets")
    assert result.summary.shows == (
        "2 budgets, 1 controlled by somebody who acts for the community.",
        "Of GBP, 50.00 GBP set aside under their control.",
    )
    for relation in result.relations:
        key = relation.total[0]
        row = cells(book, key)
        assert row["opened"].minor == sum(row[part[1]].minor for part in relation.parts)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["offer", "yes", "less", "no", "pay", "back", "off", "claim", "approve"]),
        st.integers(0, 5),
        st.integers(1, 900),
    ),
    max_size=16,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_the_balance_is_the_one_that_the_rules_keep(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    book = Book(tmp_path_factory.mktemp("money"))
    project = book.project()
    ann = book.person()
    book.give_key(ann)
    budget = opened(book, project, 5000)
    offers: list[str] = []
    claims: list[str] = []
    payments: list[tuple[str, dict[str, Any]]] = []
    for what, which, minor in steps:
        try:
            _step(book, what, (project, ann, budget), (which, minor), (offers, claims, payments))
        except Refused:
            continue
    state = whole_world(book.ledger, book.size).get(Budget, budget)
    found = read(read_facts(book.ledger), Asked())
    mine = found[budget]
    book.ledger.close()
    assert (mine.paid, mine.promised, mine.free) == (state.paid, state.promised, state.free())


def _step(
    book: Book,
    what: str,
    where: tuple[str, str, str],
    how: tuple[int, int],
    made: tuple[list[str], list[str], list[tuple[str, dict[str, Any]]]],
) -> None:
    (project, ann, budget), (which, minor), (offers, claims, payments) = where, how, made
    amount = {"minor": minor, "currency": "GBP", "exponent": 2}
    if what == "offer":
        offers.append(book.offer(project, ann, minor, budget=budget))
    elif what == "claim":
        claims.append(book.claimed(project, ann, minor))
    elif what == "approve" and claims:
        claim = claims[which % len(claims)]
        book.judged(claim, ann, "approved", minor, budget=budget)
    elif what in {"yes", "less", "no"} and offers:
        say = "declined" if what == "no" else "accepted"
        less = minor if what == "less" else None
        book.answered_on(offers[which % len(offers)], ann, budget, say=say, less=less)
    elif what in {"pay", "off"} and offers + claims:
        thing = (offers + claims)[which % len(offers + claims)]
        on = {thing.partition(":")[0]: thing, "budget": budget}
        if what == "off":
            body = {"to": ann, "amount": amount, "cause": "other", "has": ["reason"], **on}
            book.say("payment-written-off/v1", body)
        else:
            payments.append((book.paid(ann, minor, **on), on))
    elif what == "back" and payments:
        payment, on = payments[which % len(payments)]
        body = {"payment": payment, "to": ann, "amount": amount, "cause": "mistake", **on}
        book.say("payment-reversed/v1", body)


def test_money_is_added_up_by_whom_controllers_act_for_and_by_who_chose_them(book: Book) -> None:
    project, board = book.project(), book.body()
    ann, eve = book.person("community"), book.person("institution")
    for person in (ann, eve):
        book.give_key(person)
    book.seated(board, ann, "open-call")
    fund = opened(book, project, 5000, controller=ann)
    opened(book, project, 2000, controller=eve)
    opened(book, project, 9000)
    opened(book, project, 1000, controller=eve, cosigner=ann, **{"from": fund})
    before = book.size
    book.seated(board, eve, "institution")

    def by(word: str, **asked: Any) -> dict[str, Amount]:
        rows = book.view("budgets", options={"by": word}, **asked).rows
        return {str(row.cells["who"]): row.cells["set_aside"] for row in rows}

    assert by("side") == {
        "Community": gbp(4000),
        "Institution": gbp(3000),
        "Nobody of its own": gbp(9000),
    }
    # Who was seated only afterwards was not chosen for it.
    chosen = {
        "Chosen by open call": gbp(4000),
        "Somebody who held no seat": gbp(3000),
        "Nobody of its own": gbp(9000),
    }
    assert by("chosen") == by("chosen", at=before) == chosen
    total = sum(one.minor for one in by("side").values())
    assert total == 5000 + 2000 + 9000  # a line is counted once, under its own controller


def test_money_under_one_side_is_followed_through_time(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    book.give_key(ann)
    opened(book, project, 5000, controller=ann)
    book.open_day("2026-02-01")
    opened(book, project, 700, controller=ann)
    days = (date(2026, 1, 31), date(2026, 2, 28))
    series = Series("community/GBP/set_aside", days)
    rows = book.view("budgets", options={"by": "side"}, series=series).rows
    assert [row.cells["set_aside"] for row in rows] == [gbp(5000), gbp(5700)]
