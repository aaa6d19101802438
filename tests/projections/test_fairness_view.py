"""Views ``fairness`` and ``spread``: small histories counted by hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from book import Book
from made_up import facts_of

from projections.exports import prepared
from projections.inequality import gini, theil
from projections.result import Asked, Hidden, Row, ViewResult
from projections.views import find

PRAISE = Path(__file__).parents[3] / "shared" / "data" / "praise-recognition" / "praise.csv"

HOUR = {"basis": "worked", "minutes": 60}


def row(result: ViewResult, key: str) -> Row:
    [found] = [one for one in result.rows if one.key == key]
    return found


def cells(book: Book, key: str, view: str = "fairness", **asked: Any) -> dict[str, Any]:
    return dict(row(book.view(view, **asked), key).cells)


def worked(book: Book, project: str, side: str, minor: int, pay: bool = True, **how: Any) -> str:
    """An hour of somebody new, offered and accepted, and paid unless not."""
    person = book.person(side)
    work = book.gave(project, person, time=HOUR, **how)
    offer = book.offer(project, person, minor, contribution=work)
    book.answered(offer, person)
    if pay:
        book.paid(person, minor, offer=offer)
    return person


def test_paid_as_promised_is_the_figure_of_the_view_payments(book: Book) -> None:
    project = book.project()
    for at in range(12):
        worked(book, project, "community", 1000, pay=at < 9)
    found = cells(book, "promised-fee-GBP")
    assert (found["numerator"], found["denominator"], found["share"]) == (9, 12, 75.0)
    assert found["low"] < 75 < found["high"]
    [payments] = book.view("payments").rows
    assert (payments.cells["as_promised"], payments.cells["due"]) == (9, 12)
    relations = {one.total[1:]: one.parts for one in book.view("fairness").relations}
    for count, name in (("numerator", "as_promised"), ("denominator", "due")):
        assert relations["promised-fee-GBP", count] == (("payments", "fee-GBP", name),)


def test_below_ten_there_are_counts_and_no_rate(book: Book) -> None:
    project = book.project()
    for at in range(9):
        worked(book, project, "community", 1000, pay=at < 6)
    result = book.view("fairness")
    for one in result.rows:
        assert (one.cells["share"], one.cells["value"], one.cells["low"]) == (None, None, None)
    assert cells(book, "promised-fee-GBP")["numerator"] == 6
    assert any("fewer than 10" in note for note in result.notes)
    assert any("only 9 people" in one for one in result.summary.unknown)


def test_the_difference_of_uncovered_time_is_in_points_and_needs_both_sides(book: Book) -> None:
    project = book.project()
    for at in range(10):
        worked(book, project, "community", 1000, pay=at < 4)
    assert cells(book, "uncovered-community")["share"] == 60.0
    alone = cells(book, "uncovered-difference")
    assert (alone["value"], alone["n"]) == (None, 0)
    for at in range(10):
        worked(book, project, "institution", 1000, pay=at < 9)
    found = cells(book, "uncovered-difference")
    assert (found["value"], found["unit"]) == (50.0, "percentage points")  # 60 % minus 10 %
    assert found["low"] < 50 < found["high"]


def test_acceptance_by_offers_and_by_people_are_two_figures(book: Book) -> None:
    project = book.project()
    for at in range(10):
        ann = book.person("community")
        book.answered(book.offer(project, ann, 100), ann, "accepted" if at < 6 else "declined")
        if at < 2:  # two of those who said yes say no to a second offer
            book.answered(book.offer(project, ann, 100), ann, "declined")
    book.offer(project, book.person(), 100)  # not answered: in neither
    offers, people = (cells(book, f"accepted-{name}-fee") for name in ("offers", "people"))
    assert (offers["numerator"], offers["denominator"], offers["share"]) == (6, 12, 50.0)
    assert (people["numerator"], people["denominator"], people["share"]) == (6, 10, 60.0)


def test_what_goes_to_a_charity_is_answered_and_not_accepted(book: Book) -> None:
    project, ann = book.project(), book.person()
    book.answered(book.offer(project, ann, 100), ann, "redirected")
    found = cells(book, "accepted-offers-fee")
    assert (found["numerator"], found["denominator"]) == (0, 1)


def claims(book: Book, project: str, number: int) -> list[tuple[str, str]]:
    people = [book.person("community") for _ in range(number)]
    made = [(who, book.claimed(project, who, 100)) for who in people]
    for who, claim in made:
        book.judged(claim, who, "approved", 100)
    return made


def test_days_to_payment_count_open_claims_as_at_least(book: Book) -> None:
    project = book.project()
    made = claims(book, project, 12)
    for at, day in enumerate(("2026-01-03", "2026-01-05", "2026-01-09")):
        book.open_day(day)
        for who, claim in made[at * 3 : at * 3 + 3]:
            book.paid(who, 100, claim=claim)
    # 3 paid after 2 days, 3 after 4, 3 after 8; 3 open for 8 days.
    median, p90 = (cells(book, f"days-{name}-fee") for name in ("median", "p90"))
    assert (median["value"], median["reading"]) == (4.0, "as recorded")
    assert (p90["value"], p90["reading"]) == (8.0, "at least")
    assert (median["numerator"], median["n"]) == (9, 12)
    assert p90["low"] is None  # a bound has no interval
    for who, claim in made[9:]:
        book.paid(who, 100, claim=claim)
    done = cells(book, "days-p90-fee")
    assert done["reading"] == "as recorded"
    assert 2 <= done["low"] <= done["high"] <= 8


def test_a_claim_whose_day_nobody_knows_is_left_out_and_counted(book: Book) -> None:
    project = book.project()
    claims(book, project, 1)
    who = book.person()
    book.give_key(who)
    month = {"from": "2025-12-01", "to": "2025-12-31", "precision": "month"}
    book.claimed(project, who, 100, on=month)
    found = cells(book, "days-median-fee")
    assert (found["n"], found["left_out"]) == (1, 1)


def test_fees_for_an_hour_are_aggregate_and_illustrative(book: Book) -> None:
    project = book.project()
    for at in range(10):
        worked(book, project, "community", 1000 + 100 * at, kinds=["advice"])
    found = cells(book, "hourly-community-GBP")
    assert (found["value"], found["reading"]) == (14.5, "illustrative")  # 145.00 for 10 hours
    silent = cells(book, "ratio-advice-GBP")
    assert (silent["value"], silent["reading"]) == (None, "institution's pay not recorded")
    for _ in range(10):
        worked(book, project, "institution", 2900, kinds=["advice"])
    found = cells(book, "ratio-advice-GBP")
    # median of 10.00 … 19.00 is 14.50; of ten times 29.00 it is 29.00
    assert (found["value"], found["n"]) == (0.5, 10)


def test_awarded_scores_enter_no_rate(book: Book) -> None:
    project = book.project()
    for _ in range(10):
        person = book.person("community")
        measure = {"amount": 600, "unit": "impact-hours"}
        work = book.gave(project, person, measure=measure)
        offer = book.offer(project, person, 1000, contribution=work)
        book.answered(offer, person)
        book.paid(person, 1000, offer=offer)
    keys = {one.key for one in book.view("fairness").rows}
    assert not any(key.startswith(("hourly", "ratio")) for key in keys)
    assert not any(one.key.endswith("-time") for one in book.view("spread").rows)


def test_one_offer_for_two_pieces_of_work_gives_no_rate(book: Book) -> None:
    project, ann = book.project(), book.person("community")
    one = book.gave(project, ann, time=HOUR)
    other = book.gave(project, ann, time=HOUR)
    offer = book.offer(project, ann, 1000, contribution=one)
    book.answered(offer, ann)
    claim = book.claimed(project, ann, 1000, offer=offer, contribution=other)
    book.judged(claim, ann, "approved", 1000, offer=offer)
    book.paid(ann, 1000, offer=offer, claim=claim)
    assert cells(book, "uncovered-community")["denominator"] == 120
    assert not any(one.key.startswith("hourly") for one in book.view("fairness").rows)


def test_imported_offers_without_payment_enter_no_figure_of_payment(book: Book) -> None:
    project = book.project()
    parents = book.group(project, "community", "parents", number=12)
    work = book.gave(project, parents, mode="history", time=HOUR)
    book.offer(project, parents, 2000, mode="history", number=12, contribution=work)
    result = book.view("fairness")
    assert not any(one.key.startswith(("promised", "accepted")) for one in result.rows)
    found = cells(book, "uncovered-community")
    assert (found["denominator"], found["left_out"]) == (None, 1)
    assert any("says nothing about whether it was made" in note for note in result.notes)
    assert "unpaid" not in str(result)


def test_a_period_narrows_the_work_and_the_offers(book: Book) -> None:
    project = book.project()
    worked(book, project, "community", 1000, on="2026-01-01")
    book.open_day("2026-02-01")
    worked(book, project, "community", 1000, on="2026-02-01")
    january = {"period": (date(2026, 1, 1), date(2026, 1, 31))}
    assert cells(book, "promised-fee-GBP", **january)["denominator"] == 1
    assert cells(book, "uncovered-community", **january)["denominator"] == 60
    assert cells(book, "promised-fee-GBP")["period"] == "all that is recorded"
    assert "from 2026-01-01" in cells(book, "promised-fee-GBP", **january)["period"]


def test_the_spread_of_fees_leaves_out_who_declined_and_keeps_who_waits(book: Book) -> None:
    project = book.project()
    for at in range(9):
        worked(book, project, "community", 1000 * (at + 1))
    worked(book, project, "institution", 500, pay=False)
    for _ in range(3):
        ann = book.person("community")
        book.answered(book.offer(project, ann, 9000), ann, "declined")
    found = cells(book, "gini-fee-GBP", view="spread")
    values = [1000 * (at + 1) for at in range(9)] + [0]
    assert found["value"] == pytest.approx(gini(values), abs=1e-4)
    assert (found["n"], found["left_out"]) == (10, 3)
    whole = cells(book, "theil-fee-GBP", view="spread")["value"]
    parts = [
        cells(book, f"theil-{n}-fee-GBP", view="spread")["value"] for n in ("between", "within")
    ]
    assert whole == pytest.approx(theil(values), abs=1e-4)
    assert sum(parts) == pytest.approx(whole, abs=2e-4)


def test_the_spread_of_time_is_over_people_and_not_over_pieces_of_work(book: Book) -> None:
    project = book.project()
    people = [book.person("community") for _ in range(10)]
    for at, person in enumerate(people):
        for _ in range(1 + (at == 0)):
            book.gave(project, person, time=HOUR)
    time = cells(book, "gini-time", view="spread")
    x = np.array([2] + [1] * 9)
    oracle = np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert time["value"] == pytest.approx(float(oracle), abs=1e-4)
    assert cells(book, "gini-work", view="spread")["n"] == 10


def test_two_pseudonyms_that_are_linked_are_one_person(book: Book) -> None:
    project = book.project()
    one, other = book.person("community"), book.person("community")
    for who in (one, other):
        offer = book.offer(project, who, 100)
        book.answered(offer, who)
        book.paid(who, 100, offer=offer)
    assert cells(book, "accepted-people-fee")["n"] == 2
    book.say("persons-linked/v1", {"person": one, "same_as": other, "basis": "same-contact"})
    assert cells(book, "accepted-people-fee")["n"] == 1
    assert cells(book, "gini-fee-GBP", view="spread")["n"] == 1


def test_intervals_are_the_same_at_the_same_size_and_follow_from_the_root(book: Book) -> None:
    project = book.project()
    for at in range(12):
        worked(book, project, "community", 1000 * (at + 1), pay=at % 3 > 0)
    size = book.size
    first = book.view("fairness")
    assert first.digest == book.view("fairness").digest
    book.person()
    again = book.view("fairness", at=size)
    assert again.digest == first.digest
    assert book.view("spread", at=size).digest == book.view("spread", at=size).digest


def test_an_empty_record_gives_no_figure(book: Book) -> None:
    result = book.view("fairness")
    assert result.rows == ()
    assert result.summary.unknown == (
        "No offer, claim or time is recorded that fairness could be counted from.",
    )
    assert book.view("spread").rows == ()


def test_every_figure_names_entries_that_have_their_hash(book: Book) -> None:
    project = book.project()
    for _ in range(2):
        worked(book, project, "community", 1000, kinds=["advice"])
    claims(book, project, 2)
    for name in ("fairness", "spread", "hours"):
        result = book.view(name)
        assert result.rows
        for one in result.rows:
            assert one.events
            assert set(one.events) <= result.hashes.keys()
        assert len({one.key for one in result.rows}) == len(result.rows)


@pytest.mark.skipif(not PRAISE.is_file(), reason="needs shared/data/praise-recognition")
def test_the_awarded_hours_of_the_praise_data_enter_no_rate_and_are_no_time() -> None:
    said: list[tuple[str, dict[str, Any], str | None]] = [
        ("project-opened/v1", {"project": "project:praise"}, None)
    ]
    people: dict[str, str] = {}
    with PRAISE.open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file)):
            person = people.setdefault(row["to"], f"person:{len(people)}")
            body: dict[str, Any] = {
                "contribution": f"contribution:{at}",
                "project": "project:praise",
                "people": [{"person": person}],
            }
            if row["impact_hours"]:
                thousandths = round(1000 * float(row["impact_hours"]))
                body["measure"] = {"amount": thousandths, "unit": "impact-hours-thousandths"}
            said.append(("contribution-recorded/v1", body, None))
    facts = facts_of(said)
    asked = Asked()
    hours = find("hours").fold(facts, asked)
    [unsaid] = hours.rows
    assert unsaid.cells["untimed"] == len(said) - 1
    assert {name for name, cell in unsaid.cells.items() if cell is not None} == {"side", "untimed"}
    assert find("fairness").fold(facts, asked).rows == ()
    spread = {row.key for row in find("spread").fold(facts, asked).rows}
    assert spread == {f"{name}-work" for name in ("gini", "theil", "theil-between", "theil-within")}


def test_each_figure_says_how_many_it_leaves_out(book: Book) -> None:
    project = book.project()
    for at in range(3):
        worked(book, project, "community", 1000, pay=at < 2)
    late = book.person("community")
    later = book.offer(project, late, 500, due="2026-03-01")
    book.answered(later, late)  # promised, and not due yet
    silent = book.person("community")
    book.offer(project, silent, 500)  # no answer
    book.offer(project, book.person(), 500, mode="history")  # its payment nobody recorded
    promised = cells(book, "promised-fee-GBP")
    assert (promised["denominator"], promised["left_out"]) == (3, 2)
    offers, people = (cells(book, f"accepted-{name}-fee") for name in ("offers", "people"))
    assert (offers["denominator"], offers["left_out"]) == (4, 2)
    assert (people["denominator"], people["left_out"]) == (4, 2)


def test_a_fee_whose_hours_nobody_recorded_is_left_out_of_the_hourly_rate(book: Book) -> None:
    project = book.project()
    worked(book, project, "community", 1000)
    ann = book.person("community")
    offer = book.offer(project, ann, 700, contribution=book.gave(project, ann))
    book.answered(offer, ann)
    book.paid(ann, 700, offer=offer)
    found = cells(book, "hourly-community-GBP")
    assert (found["n"], found["left_out"]) == (1, 1)


def guarded_cells(book: Book, key: str, *views: str) -> dict[str, Any]:
    """The cells of one figure as they may be published, the views exported together."""
    out = prepared(book.ledger, views or ["fairness"], Asked()).views
    return dict(row(next(one for one in out if one.view == "fairness"), key).cells)


@pytest.mark.parametrize("paid", [1, 23])
@pytest.mark.parametrize("views", [["fairness"], ["fairness", "hours"]])
def test_minutes_of_one_person_are_not_left_between_numerator_and_denominator(
    book: Book, paid: int, views: list[str]
) -> None:
    project = book.project()
    for at in range(24):
        if at < paid:
            worked(book, project, "community", 1000)
        else:
            book.gave(project, book.person("community"), time=HOUR)
    found = guarded_cells(book, "uncovered-community", *views)
    counts = {found["numerator"], found["denominator"]}
    assert Hidden("small") in counts or Hidden("group") in counts
    assert found["share"] == found["low"] == found["high"] == Hidden("share")


def test_the_one_who_declined_is_not_left_between_accepted_and_answered(book: Book) -> None:
    project = book.project()
    for at in range(40):
        person = book.person("community")
        offer = book.offer(project, person, 1000)
        book.answered(offer, person, "declined" if at == 0 else "accepted")
    found = guarded_cells(book, "accepted-offers-fee", "fairness", "payments")
    assert found["numerator"] == Hidden("small") or (
        found["denominator"] == found["n"] == Hidden("small")  # n repeats the denominator
    )
