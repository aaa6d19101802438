"""A fresh book for each test."""

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
