"""Dates, money and time as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.amounts import money_in_words, parse_minutes, parse_money
from cli.dates import in_words, parse_at, parse_day, parse_on
from cli.errors import WrongInput

TODAY = date(2026, 5, 2)


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2026-04-03", "2026-04-03", "2026-04-03", "day"),
        ("today", "2026-05-02", "2026-05-02", "day"),
        ("yesterday", "2026-05-01", "2026-05-01", "day"),
        ("2026-02", "2026-02-01", "2026-02-28", "month"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "quarter"),
        ("2026", "2026-01-01", "2026-12-31", "year"),
        ("2026-04-03..2026-04-05", "2026-04-03", "2026-04-05", "period"),
    ],
)
def test_a_date_is_read_with_the_precision_it_was_written_in(
    text: str, start: str, end: str, precision: str
) -> None:
    assert parse_on(text, TODAY) == {"from": start, "to": end, "precision": precision}


def test_an_unknown_date_has_no_days_at_all() -> None:
    assert parse_on("unknown", TODAY) == {"precision": "unknown"}
    assert in_words({"precision": "unknown"}) == "date not known"


def test_a_date_that_could_mean_two_days_is_refused_with_both_readings() -> None:
    with pytest.raises(WrongInput) as caught:
        parse_on("03/04/26", TODAY)
    assert "2026-04-03 or 2026-03-04" in caught.value.hint or (
        "2026-03-04" in caught.value.hint and "2026-04-03" in caught.value.hint
    )


def test_a_date_with_slashes_that_can_mean_one_day_only_still_asks_for_the_plain_form() -> None:
    with pytest.raises(WrongInput) as caught:
        parse_day("23/04/2026")
    assert "2026-04-23" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-02-30", "0000", "2026-00", "soon", "", "..", "2026-05-02..2026-05-01"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        parse_on(text, TODAY)


@given(st.dates())
def test_a_day_reads_back_as_it_was_written(day: date) -> None:
    assert in_words(parse_on(day.isoformat(), TODAY)) == day.isoformat()


def test_at_takes_a_size_or_a_day() -> None:
    assert [parse_at(text) for text in ("812", "2026", "10000")] == [812, 2026, 10000]
    assert parse_at("2026-04-03") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "minor", "currency", "words"),
    [
        ("18", 1800, "GBP", "18.00 GBP"),
        ("18.5", 1850, "GBP", "18.50 GBP"),
        ("£18.05", 1805, "GBP", "18.05 GBP"),
        ("20 EUR", 2000, "EUR", "20.00 EUR"),
        ("EUR 20", 2000, "EUR", "20.00 EUR"),
        ("500JPY", 500, "JPY", "500 JPY"),
        ("1.234 KWD", 1234, "KWD", "1.234 KWD"),
    ],
)
def test_money_becomes_whole_minor_units(text: str, minor: int, currency: str, words: str) -> None:
    money = parse_money(text, "GBP")
    assert (money["minor"], money["currency"]) == (minor, currency)
    assert money_in_words(money) == words


@pytest.mark.parametrize("text", ["18.505", "1e3", "-5", "", "ten", "500.5 JPY", "9" * 30])
def test_money_that_cannot_be_recorded_exactly_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        parse_money(text, "GBP")


@pytest.mark.parametrize(
    ("text", "basis", "minutes"),
    [
        ("90m", "worked", 90),
        ("1.5h", "worked", 90),
        ("1h30", "worked", 90),
        ("2h", "worked", 120),
        ("half-day", "band", 210),
        ("unknown", "unknown", None),
    ],
)
def test_time_is_minutes_a_band_or_unknown(text: str, basis: str, minutes: int | None) -> None:
    assert parse_minutes(text) == (basis, minutes)


@pytest.mark.parametrize("text", ["", "a while", "3", "0.001h", "-1h"])
def test_time_without_a_unit_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(WrongInput):
        parse_minutes(text)
