"""A view counts a contribution as it was sorted last."""

from __future__ import annotations

from typing import Any

from book import Book, cells


def test_the_latest_word_of_each_field_counts(book: Book) -> None:
    project = book.project()
    ann = book.person("community")
    given = book.gave(project, ann, stage="S5")
    body: dict[str, Any] = {
        "contribution": given,
        "stage": "S1",
        "level": "lead",
        "kinds": ["advice"],
    }
    first = book.say("contribution-sorted/v1", body)
    book.say("contribution-sorted/v1", {"contribution": given, "kinds": ["design"]})
    assert cells(book.view("contributions"), kind="design")
    assert cells(book.view("contributions", at=first.index + 1), kind="advice")
    sorted_by = book.view("stages").rows
    assert any(first.index in row.events for row in sorted_by)
