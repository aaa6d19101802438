"""The dossier of a draw: quotas go by the sides that the pool states, and who declared another."""

from __future__ import annotations

from typing import Any

from book import Book

from ledger.encoding import new_id


def _pool(book: Book, *people: tuple[str, str]) -> str:
    """Open a draw over people, each with the side that the opening states."""
    decision, drawers = new_id("decision"), [book.person(), book.person()]
    body: dict[str, Any] = {
        "decision": decision,
        "method": "sortition",
        "options": [
            {"option": f"p{at}", "person": person, "side": side}
            for at, (person, side) in enumerate(people)
        ],
        "electorate": drawers,
        "quorum": 2,
        "quotas": [{"side": "community", "seats": 1}],
        "last_day": "2030-01-01",
    }
    book.say("decision-opened/v1", body)
    return decision


def test_whoever_the_pool_counts_for_another_side_than_they_declared_is_named(book: Book) -> None:
    eve, ben, cy = book.person("institution"), book.person("community"), book.person()
    one = _pool(book, (eve, "community"), (ben, "community"), (cy, "community"))
    rows = [dict(row.cells) for row in book.view("decision", about=one).rows]
    [odd] = [row for row in rows if row.get("item") == "in the pool for another side than declared"]
    assert (odd["who"], odd["side"], odd["said"]) == (eve, "institution", "put as community")


def test_what_was_declared_only_afterwards_is_no_fault_of_the_pool(book: Book) -> None:
    eve, ben = book.person(), book.person("community")
    one = _pool(book, (eve, "community"), (ben, "community"))
    book.say("acting-for-declared/v1", {"person": eve, "side": "institution"})
    rows = [dict(row.cells) for row in book.view("decision", about=one).rows]
    assert "another side than declared" not in str(rows)
