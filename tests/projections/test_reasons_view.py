"""View ``reasons``: why people said no to money, in tallies that name nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book

from projections.exports import prepared
from projections.result import Asked, Hidden, ViewResult


def tally(book: Book, first: str, last: str, **counts: int) -> int:
    """Record how many gave which reason; gives the entry's index."""
    said = [{"reason": name.replace("_", "-"), "number": n} for name, n in counts.items()]
    book.say("decline-reasons-tallied/v1", {"first": first, "last": last, "counts": said})
    return book.size - 1


def numbers(result: ViewResult) -> dict[str, Any]:
    return {row.key: row.cells["people"] for row in result.rows}


def test_tallies_are_added_up_and_each_figure_leads_to_them(book: Book) -> None:
    one = tally(book, "2026-01-01", "2026-01-31", benefits=5, too_little=4)
    two = tally(book, "2026-02-01", "2026-02-28", benefits=8)
    result = book.view("reasons")
    assert numbers(result) == {"benefits": 13, "too-little": 4, "all": 17}
    behind = {row.key: row.events for row in result.rows}
    assert behind == {"benefits": (one, two), "too-little": (one,), "all": (one, two)}
    assert result.summary.shows == (
        "Reasons people gave for saying no to money: benefits 13, too little 4.",
    )


def test_without_a_tally_there_is_no_figure_which_is_not_none(book: Book) -> None:
    result = book.view("reasons")
    assert result.rows == ()
    assert result.summary.unknown == ("No tally of reasons for saying no is recorded.",)


def test_only_spans_that_lie_within_the_time_asked_for_count(book: Book) -> None:
    tally(book, "2026-01-01", "2026-01-31", benefits=9)
    tally(book, "2026-02-01", "2026-03-31", privacy=8)
    january = book.view("reasons", period=(date(2026, 1, 1), date(2026, 1, 31)))
    assert numbers(january) == {"benefits": 9, "all": 9}
    assert january.notes[1].startswith("1 tally of a span that does not lie within")
    assert numbers(book.view("reasons", happened_by=date(2026, 3, 30))) == numbers(january)
    assert numbers(book.view("reasons", happened_by=date(2026, 3, 31)))["all"] == 17


def test_a_reason_that_few_gave_is_hidden_and_so_is_what_would_give_it_away(book: Book) -> None:
    tally(book, "2026-01-01", "2026-01-31", benefits=40, privacy=2)
    [out] = prepared(book.ledger, ["reasons"], Asked()).views
    assert numbers(out)["privacy"] == Hidden("small")
    assert [type(number) for number in numbers(out).values()].count(Hidden) == 2
    assert out.summary.shows == ()
