"""Stores for the tests: each starts with a ledger of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres import postgres_server

from ledger.store import Store


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of the one PostgreSQL server of this run."""
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind: a fresh file, or the PostgreSQL that all tests share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def origin() -> str:
    """An origin that no other test has."""
    return f"example.org/{secrets.token_hex(8)}"


@pytest.fixture
def open_store(database_url: str, origin: str) -> Iterator[Callable[[], Store]]:
    """Opens the ledger of this test, as often as it is called; closes every store after."""
    stores: list[Store] = []

    def open_one() -> Store:
        stores.append(Store.open(database_url, origin, create=True))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    """An empty store."""
    return open_store()
