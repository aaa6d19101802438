"""The tools of the eventsourcing library see the ledger, and change no byte of it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
)

from ledger.adapter import (
    EnvelopeEvent,
    LedgerApplication,
    StoreApplicationRecorder,
    StoreFactory,
    originator_of,
)
from ledger.store import Pending, Store

KEY = "0123456789abcdef" * 4


@pytest.fixture
def application(database_url: str, origin: str) -> Iterator[LedgerApplication]:
    Store.open(database_url, origin, create=True).close()
    env = {"LEDGER_URL": database_url, "LEDGER_ORIGIN": origin}
    with LedgerApplication(env) as application:
        yield application


def store_of(application: LedgerApplication) -> Store:
    factory = application.factory
    assert isinstance(factory, StoreFactory)
    return factory.store


def test_a_stream_is_the_chain_of_a_key(application: LedgerApplication) -> None:
    store_of(application).append(
        [Pending(b"1", "a/v1", (), KEY, 1, "n1"), Pending(b"2", "b/v1", (), KEY, 2, "n2")]
    )
    assert originator_of(KEY) == UUID("01234567-89ab-cdef-0123-456789abcdef")
    assert list(application.events.get(originator_of(KEY))) == [
        EnvelopeEvent(originator_of(KEY), 1, "a/v1", b"1"),
        EnvelopeEvent(originator_of(KEY), 2, "b/v1", b"2"),
    ]


def test_envelopes_go_in_and_out_untouched(application: LedgerApplication) -> None:
    envelope = bytes(range(256))
    event = EnvelopeEvent(originator_of(KEY), 1, "a/v1", envelope)
    application.save(event)
    assert list(application.events.get(originator_of(KEY))) == [event]
    assert store_of(application).entry(0).envelope == envelope
    [notification] = application.notification_log.select(1, 10)
    assert (notification.id, notification.topic, notification.state) == (1, "a/v1", envelope)


def test_what_is_recorded_by_stream_continues_the_chain_of_the_key(
    application: LedgerApplication,
) -> None:
    store_of(application).append([Pending(b"1", "a/v1", (), KEY, 1, "n1")])
    application.save(EnvelopeEvent(originator_of(KEY), 2, "a/v1", b"2"))
    tip = store_of(application).chain_tip(KEY)
    assert tip is not None and (tip.seq, tip.envelope) == (2, b"2")
    with pytest.raises(IntegrityError, match="place 2 in the chain"):
        application.save(EnvelopeEvent(originator_of(KEY), 2, "a/v1", b"fork"))


def test_a_topic_is_a_name_and_imports_nothing(application: LedgerApplication) -> None:
    module = "antigravity"
    assert module not in sys.modules
    store_of(application).append([Pending(b"!", f"{module}:fly", (), KEY, 1)])
    [event] = application.events.get(originator_of(KEY))
    assert isinstance(event, EnvelopeEvent) and event.type == f"{module}:fly"
    assert module not in sys.modules


def test_only_envelopes_are_recorded_and_no_snapshots(application: LedgerApplication) -> None:
    class Other:
        originator_id = originator_of(KEY)
        originator_version = 1

    with pytest.raises(ProgrammingError, match="only signed envelopes"):
        application.save(Other())
    with pytest.raises(ProgrammingError, match="no snapshots"):
        application.factory.aggregate_recorder("snapshots")


def test_a_factory_has_to_be_told_which_ledger(database_url: str) -> None:
    with pytest.raises(OSError, match="which ledger is meant"):
        LedgerApplication({"LEDGER_URL": database_url})
    with pytest.raises(OperationalError, match="does not exist"):
        LedgerApplication({"LEDGER_URL": "sqlite:////nowhere.db", "LEDGER_ORIGIN": "o"})


def test_errors_reach_the_library_in_its_own_words(store: Store) -> None:
    recorder = StoreApplicationRecorder(store)
    store.close()
    event = StoredEvent(originator_of(KEY), 1, "a/v1", b"1")
    with pytest.raises(OperationalError, match="is closed"):
        recorder.insert_events([event], tracking=Tracking("upstream", 1))
    with pytest.raises(OperationalError, match="is closed"):
        recorder.max_notification_id()


def test_a_subscription_waits_for_what_comes_and_can_be_stopped(store: Store) -> None:
    recorder = StoreApplicationRecorder(store)
    seen: list[bytes] = []
    with recorder.subscribe(topics=["wanted/v1"]) as subscription:
        follower = threading.Thread(target=lambda: seen.extend(n.state for n in subscription))
        follower.start()
        store.append([Pending(b"1", "wanted/v1"), Pending(b"2", "other/v1")])
        store.append([Pending(b"3", "wanted/v1")])
        for _ in range(100):
            if len(seen) == 2:
                break
            follower.join(0.02)
        subscription.stop()
        follower.join(5)
    assert seen == [b"1", b"3"] and not follower.is_alive()
