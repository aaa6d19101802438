"""View ``money``: set aside, offered, paid and open at each stage, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book
from hypothesis import given
from hypothesis import strategies as st
from made_up import facts_of

from ledger.encoding import new_id
from projections.money import money
from projections.result import Amount, Asked


def pounds(minor: int) -> Amount:
    return Amount(minor, "GBP", 2)


def budget(book: Book, project: str, minor: int, *stages: str, **how: Any) -> str:
    """Set money aside, or a line of it out of another budget."""
    id_ = new_id("budget")
    amount = {"minor": minor, "currency": "GBP", "exponent": 2}
    body = {"budget": id_, "project": project, "amount": amount, "stages": list(stages)} | how
    book.say("budget-allocated/v1" if "from" in how else "budget-opened/v1", body)
    return id_


def rows(book: Book, **asked: Any) -> dict[str, dict[str, Any]]:
    return {row.name: dict(row.cells) for row in book.view("money", **asked).rows}


def test_money_stands_at_the_stage_of_its_work_else_of_its_budget(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.give_key(ben)
    work = book.gave(project, ben, stage="S2")
    purse = budget(book, project, 50000, "S5")
    both = budget(book, project, 50000, "S1", "S5")
    for how in ({"contribution": work}, {"budget": purse}, {"budget": both}, {}):
        offer = book.offer(project, ben, 1000, **how)
        accepted = {"offer": offer} | ({"budget": how["budget"]} if "budget" in how else {})
        book.say("payment-accepted/v1", accepted, author=ben)
        if "contribution" in how:
            book.paid(ben, 600, offer=offer)
    found = rows(book)
    fees = {key: (found[key]["offered"], found[key]["paid"], found[key]["open"]) for key in found
            if "/fee/" in key}  # fmt: skip
    assert fees == {
        "S2/fee/GBP": (pounds(1000), pounds(600), pounds(400)),
        "S5/fee/GBP": (pounds(1000), pounds(0), pounds(1000)),
        "unsorted/fee/GBP": (pounds(2000), pounds(0), pounds(2000)),
    }


def test_a_budget_is_set_aside_less_the_lines_taken_out_of_it(book: Book) -> None:
    project = book.project()
    whole = budget(book, project, 100000, "S4b")
    budget(book, project, 30000, "S5", **{"from": whole})
    aside = {key: cells["set_aside"] for key, cells in rows(book).items()}
    assert aside == {"S4b/set-aside/GBP": pounds(70000), "S5/set-aside/GBP": pounds(30000)}
    assert rows(book, side="community") == {}


def test_types_and_currencies_have_rows_of_their_own(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    work = book.gave(project, ben, stage="S1")
    for how in ({"kind": "fee"}, {"kind": "voucher"}, {"kind": "fee", "currency": "EUR"}):
        book.offer(project, ben, 500, contribution=work, **how)
    found = rows(book)
    assert list(found) == ["S1/fee/EUR", "S1/fee/GBP", "S1/voucher/GBP"]
    assert all(cells["offered"].minor == 500 for cells in found.values())


def test_what_nobody_kept_a_book_of_is_not_recorded_and_never_zero(book: Book) -> None:
    project = book.project()
    parents = book.group(project, "community", "parents", 5)
    book.offer(project, parents, 1000, number=5, mode="history")
    found = rows(book)["unsorted/fee/GBP"]
    assert found["offered"] == pounds(5000)
    assert (found["paid"], found["open"], found["unrecorded"]) == (None, None, 1)
    [row] = book.view("money").rows
    assert row.payees["offered"] == (1000,) * 5


def test_a_day_leaves_out_later_money_and_a_sorting_moves_it(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    work = book.gave(project, ben, stage="S1")
    book.offer(project, ben, 1000, contribution=work, on="2025-03-01", mode="history")
    book.offer(project, ben, 1000, contribution=work, on="2025-09-01", mode="history")
    by = rows(book, happened_by=date(2025, 6, 1))
    assert by["S1/fee/GBP"]["offered"] == pounds(1000)
    before = book.size
    book.say("contribution-sorted/v1", {"contribution": work, "stage": "S5"})
    assert list(rows(book)) == ["S5/fee/GBP"]
    assert list(rows(book, at=before)) == ["S1/fee/GBP"]


OFFERS = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S4b", None]),
        st.sampled_from(["fee", "voucher"]),
        st.sampled_from(["GBP", "EUR"]),
        st.integers(1, 5000),
    ),
    max_size=12,
)


@given(OFFERS)
def test_the_rows_hold_every_offer_once(
    written: list[tuple[str | None, str, str, int]],
) -> None:
    story: list[tuple[str, dict[str, Any], str | None]] = []
    for n, (stage, kind, currency, minor) in enumerate(written):
        who = {"project": "project:p"}
        body: dict[str, Any] = {"offer": f"offer:{n}", "to": f"person:{n}", "kind": kind}
        body |= who | {"amount": {"minor": minor, "currency": currency, "exponent": 2}}
        if stage:
            work = {"contribution": f"contribution:{n}", "stage": stage, "people": []}
            story.append(("contribution-recorded/v1", work | who, None))
            body["contribution"] = f"contribution:{n}"
        story.append(("payment-offered/v1", body, None))
    plain: dict[str, int] = {}
    for stage, kind, currency, minor in written:
        key = f"{stage or 'unsorted'}/{kind}/{currency}"
        plain[key] = plain.get(key, 0) + minor
    result = money(facts_of(story), Asked())
    shown = {}
    for row in result.rows:
        cell = row.cells["offered"]
        assert isinstance(cell, Amount)
        assert sum(row.payees["offered"]) == cell.minor
        shown[row.name] = cell.minor
    assert shown == plain
