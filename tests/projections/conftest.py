"""A fresh book for each test, and two people who can sign in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from book import Book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A ledger with a charter, closed afterwards."""
    made = Book(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def ben(book: Book) -> str:
    """Acts for the community and can sign."""
    person = book.person("community")
    book.give_key(person)
    return person


@pytest.fixture
def eve(book: Book) -> str:
    """Acts for the institution and can sign."""
    person = book.person("institution")
    book.give_key(person)
    return person
