"""The suites that the eventsourcing library ships, run on our recorders over both databases.

They insert arbitrary bytes: the store verifies nothing, and keeps streams, one order, tracking and
tags as the library means them. The DCB suite has methods that start with ``_test`` and would
silently not run; they are called here. The last test counts what ran.

Their ``test_performance`` print durations and assert nothing; they run with the others, being
short. Left out: ``InfrastructureFactoryTestCase`` (it compresses and encrypts what our mapper must
leave alone) and the transcoder's cases (we have no transcoder).
"""

from __future__ import annotations

import secrets
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

from ledger.adapter import (
    StoreAggregateRecorder,
    StoreApplicationRecorder,
    StoreDCBRecorder,
    StoreProcessRecorder,
    StoreTrackingRecorder,
)
from ledger.store import Store

RAN: Counter[str] = Counter()


class OnSqlite(unittest.TestCase):
    """Gives each test an empty ledger in a file of its own."""

    database: ClassVar[str] = "sqlite"
    url: str
    store: Store

    @pytest.fixture(autouse=True)
    def _ledger(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
        if self.database == "sqlite":
            self.url = f"sqlite:///{tmp_path / 'suite.db'}"
        else:
            self.url = request.getfixturevalue("postgres_url")
        with Store.open(self.url, f"suite/{secrets.token_hex(8)}", create=True) as self.store:
            yield
        RAN[self.database] += 1


class OnPostgres(OnSqlite):
    """Gives each test an empty ledger in the PostgreSQL that all tests share."""

    database = "postgresql"


class AggregateSuite(AggregateRecorderTestCase):
    store: Store

    def create_recorder(self) -> StoreAggregateRecorder:
        return StoreAggregateRecorder(self.store)


class ApplicationSuite(ApplicationRecorderTestCase[StoreApplicationRecorder]):
    store: Store

    def create_recorder(self) -> StoreApplicationRecorder:
        return StoreApplicationRecorder(self.store)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TrackingSuite(TrackingRecorderTestCase):
    store: Store

    def create_recorder(self) -> StoreTrackingRecorder:
        return StoreTrackingRecorder(self.store)


class ProcessSuite(ProcessRecorderTestCase):
    store: Store

    def create_recorder(self) -> StoreProcessRecorder:
        return StoreProcessRecorder(self.store)


class NonInterleavingSuite(NonInterleavingNotificationIDsBaseCase):
    store: Store

    def create_recorder(self) -> StoreApplicationRecorder:
        return StoreApplicationRecorder(self.store)


class DCBSuite(DCBRecorderTestCase):
    store: Store

    def test_append_read(self) -> None:
        self._test_append_read(StoreDCBRecorder(self.store))

    def test_append_subscribe(self) -> None:
        self._test_append_subscribe(StoreDCBRecorder(self.store))


class TestAggregateOnSqlite(OnSqlite, AggregateSuite):
    pass


class TestAggregateOnPostgres(OnPostgres, AggregateSuite):
    pass


class TestApplicationOnSqlite(OnSqlite, ApplicationSuite):
    pass


class TestApplicationOnPostgres(OnPostgres, ApplicationSuite):
    pass


class TestTrackingOnSqlite(OnSqlite, TrackingSuite):
    pass


class TestTrackingOnPostgres(OnPostgres, TrackingSuite):
    pass


class TestProcessOnSqlite(OnSqlite, ProcessSuite):
    pass


class TestProcessOnPostgres(OnPostgres, ProcessSuite):
    pass


class TestNonInterleavingOnSqlite(OnSqlite, NonInterleavingSuite):
    pass


class TestNonInterleavingOnPostgres(OnPostgres, NonInterleavingSuite):
    pass


class TestDCBOnSqlite(OnSqlite, DCBSuite):
    pass


class TestDCBOnPostgres(OnPostgres, DCBSuite):
    pass


SUITES: dict[type[unittest.TestCase], set[str]] = {
    TestAggregateOnSqlite: {"test_insert_and_select", "test_performance"},
    TestApplicationOnSqlite: {
        "test_concurrent_no_conflicts",
        "test_concurrent_throughput",
        "test_insert_select",
        "test_insert_subscribe",
        "test_performance",
    },
    TestTrackingOnSqlite: {"test_insert_tracking", "test_wait"},
    TestProcessOnSqlite: {
        "test_has_tracking_id",
        "test_insert_select",
        "test_performance",
        "test_raises_when_lower_inserted_later",
    },
    TestNonInterleavingOnSqlite: {"test"},
    TestDCBOnSqlite: {"test_append_read", "test_append_subscribe"},
}
SUITES |= {
    TestAggregateOnPostgres: SUITES[TestAggregateOnSqlite],
    TestApplicationOnPostgres: SUITES[TestApplicationOnSqlite],
    TestTrackingOnPostgres: SUITES[TestTrackingOnSqlite],
    TestProcessOnPostgres: SUITES[TestProcessOnSqlite],
    TestNonInterleavingOnPostgres: SUITES[TestNonInterleavingOnSqlite],
    TestDCBOnPostgres: SUITES[TestDCBOnSqlite],
}

# The bases are no tests of their own.
del AggregateRecorderTestCase, ApplicationRecorderTestCase, TrackingRecorderTestCase
del ProcessRecorderTestCase, NonInterleavingNotificationIDsBaseCase, DCBRecorderTestCase
del AggregateSuite, ApplicationSuite, TrackingSuite, ProcessSuite, NonInterleavingSuite, DCBSuite
del OnSqlite, OnPostgres


def test_no_test_of_the_suites_was_lost(request: pytest.FixtureRequest) -> None:
    found = {suite: {*unittest.TestLoader().getTestCaseNames(suite)} for suite in SUITES}
    assert found == SUITES

    here = request.node.nodeid.partition("::")[0]
    collected = [item for item in request.session.items if item.nodeid.startswith(f"{here}::Test")]
    if len(collected) == 32:
        assert Counter(sqlite=16, postgresql=16) == RAN
