"""The ledger as a recorder of the eventsourcing library; the one module that imports it.

Promise: what the library stores comes back as the same bytes. There is no transcoder, cipher or
compressor between a signed envelope and the store, and a topic is the permanent name of a type,
never the path of a class: ``resolve_topic`` would import whatever a stored row names.

    originator_id       UUID of the first 128 bits of the key id: a stream is a key's chain
    originator_version  seq, the place in that chain
    notification id     index + 1 (the library counts from 1; the ledger from 0, everywhere else)
    tracking            the position of another application, in the same transaction

Recorders keep opaque bytes and verify nothing: the way in for statements is ``ledger.log``. Two
recorders stand over the same tables, because the two ``subscribe`` of the library clash. A
subscription asks for the head again and again: NOTIFY would queue all commits of a server.

Source: eventsourcing 9.5 (``persistence``, ``dcb.api``), design «Event sourcing».
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    Mapper,
    Notification,
    OperationalError,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from ledger.batch import Outcome
from ledger.errors import Conflict, LedgerError
from ledger.queries import UNLIMITED
from ledger.records import Condition, Item, Pending, Receipt, StoredEntry
from ledger.store import Store

#: Seconds between two looks at the head while nothing new is there.
POLL_SECONDS: Final = 0.05
_SELECT: Final = 500
_KEY_PREFIX: Final = 32


def originator_of(chain: str) -> UUID:
    """The UUID of a chain: the first 128 bits of the key id."""
    return UUID(hex=chain[:_KEY_PREFIX])


@contextlib.contextmanager
def _library_errors() -> Iterator[None]:
    """Say what went wrong in the words of the library, to callers that know only those."""
    try:
        yield
    except Conflict as error:
        raise IntegrityError(error.message) from error
    except LedgerError as error:
        raise OperationalError(error.message) from error


class StoreAggregateRecorder(AggregateRecorder):
    """Streams of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._chains: dict[str, str] = {}

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append the events, all or none; gives nothing. Raises IntegrityError."""
        self._insert(stored_events, kwargs.get("tracking"))
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of a stream with ``gt`` < version <= ``lte``, by version."""
        with _library_errors():
            entries = self.store.chain(
                self._chain(originator_id),
                0 if gt is None else gt + 1,
                UNLIMITED if lte is None else lte,
                limit=UNLIMITED if limit is None else limit,
                newest_first=desc,
            )
        return [StoredEvent(**_columns(entry)) for entry in entries]

    def _insert(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None
    ) -> list[Outcome]:
        position = None
        if tracking is not None:
            position = (tracking.application_name, tracking.notification_id)
        with _library_errors():
            batch = [
                Pending(
                    envelope=event.state,
                    type=event.topic,
                    chain=self._chain(event.originator_id),
                    seq=event.originator_version,
                )
                for event in stored_events
            ]
            return self.store.append(batch, tracking=position, whole=True)

    def _chain(self, originator_id: UUID | str) -> str:
        """The key id whose beginning the id is; the id itself when there is no such chain yet."""
        prefix = _hex(originator_id)
        if prefix not in self._chains:
            found = self.store.key_starting(prefix)
            if found is None:
                return prefix
            self._chains[prefix] = found
        return self._chains[prefix]


class StoreApplicationRecorder(StoreAggregateRecorder, ApplicationRecorder):
    """Streams of one store, and the one order of all their events."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append the events, all or none; gives their notification ids. Raises IntegrityError."""
        outcomes = self._insert(stored_events, kwargs.get("tracking"))
        return [outcome.index + 1 for outcome in outcomes if isinstance(outcome, Receipt)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """At most ``limit`` notifications from ``start`` to and with ``stop``, of these topics."""
        first = 1 if start is None else max(start if inclusive_of_start else start + 1, 1)
        items: list[Item] = [(frozenset(topics), frozenset())] if topics else []
        with _library_errors():
            entries = self.store.matching(items, after=first - 1, before=stop, limit=limit)
            return [Notification(id=entry.index + 1, **_columns(entry)) for entry in entries]

    def max_notification_id(self) -> int | None:
        """The size of the tree, None when it is empty."""
        with _library_errors():
            return self.store.head().size or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Notifications after ``gt``, those of now and those to come."""
        return StoreSubscription(self, gt, topics)


class StoreTrackingRecorder(TrackingRecorder):
    """How far other applications have been followed."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a position. Raises IntegrityError when it is not beyond the recorded one."""
        with _library_errors():
            position = (tracking.application_name, tracking.notification_id)
            self.store.append([], tracking=position)

    def max_tracking_id(self, application_name: str) -> int | None:
        """The recorded position, None when there is none."""
        with _library_errors():
            return self.store.tracked(application_name)


class StoreProcessRecorder(StoreTrackingRecorder, StoreApplicationRecorder, ProcessRecorder):
    """Events and the position they were made at, in one transaction."""

    def __init__(self, store: Store) -> None:
        StoreApplicationRecorder.__init__(self, store)


class StoreSubscription(Subscription[ApplicationRecorder]):
    """Notifications without end; waits by polling, in the thread of whoever iterates."""

    def __init__(
        self, recorder: ApplicationRecorder, gt: int | None, topics: Sequence[str]
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._stopped = threading.Event()
        self._waiting: Iterator[Notification] = iter(())

    def stop(self) -> None:
        """End the iteration, from any thread."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            for notification in self._waiting:
                self._last_notification_id = notification.id
                return notification
            found = self._recorder.select_notifications(
                start=self._last_notification_id or 0,
                limit=_SELECT,
                topics=self._topics,
                inclusive_of_start=False,
            )
            self._waiting = iter(found)
            if not found:
                self._stopped.wait(POLL_SECONDS)
        raise StopIteration


class StoreDCBRecorder(DCBRecorder):
    """Events with tags, and appends under the condition that nothing new bears on them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def read(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
    ) -> DCBReadResponse:
        """The events after position ``after`` that match; ``head`` is the last position looked at.

        With a limit ``head`` is the position of the last event given, so that one reads on there.
        """
        with _library_errors():
            size = self.store.head().size
            entries = self.store.matching(
                _items(query),
                after=after or 0,
                before=size,
                limit=UNLIMITED if limit is None else limit,
            )
            if limit is None:
                return StoreReadResponse(entries, size or None)
            found = list(entries)
        return StoreReadResponse(found, found[-1].index + 1 if found else None)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Append the events, all or none; gives the position of the last.

        Raises IntegrityError when an event matches the condition, ProgrammingError for no events.
        """
        if not events:
            raise ProgrammingError("an append needs at least one event")
        conditions: tuple[Condition, ...] = ()
        if condition is not None:
            items = tuple(_items(condition.fail_if_events_match))
            conditions = (Condition(items, condition.after or 0),)
        batch = [
            # The condition is about what was there before; it must not see its own events.
            Pending(event.data, event.type, event.tags, conditions=() if at else conditions)
            for at, event in enumerate(events)
        ]
        with _library_errors():
            outcomes = self.store.append(batch, whole=True)
        return max(outcome.index for outcome in outcomes if isinstance(outcome, Receipt)) + 1

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> DCBSubscription[Self]:
        """Matching events after position ``after``, those of now and those to come."""
        return StoreDCBSubscription(self, query, after)


class StoreReadResponse(DCBReadResponse):
    """Events as they are read, and the position up to which the record was looked at."""

    def __init__(self, entries: Iterable[StoredEntry], head: int | None) -> None:
        self._entries = iter(entries)
        self._head = head

    @property
    def head(self) -> int | None:
        """The position up to which there is no further match."""
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        with _library_errors():
            entry = next(self._entries)
        event = DCBEvent(entry.type, entry.envelope or b"", list(entry.tags))
        return DCBSequencedEvent(event, entry.index + 1)


_Recorder = TypeVar("_Recorder", bound=DCBRecorder)


class StoreDCBSubscription(DCBSubscription[_Recorder]):
    """Matching events without end; waits by polling, in the thread of whoever iterates."""

    def __init__(self, recorder: _Recorder, query: DCBQuery | None, after: int | None) -> None:
        super().__init__(recorder, query, after)
        self._stopped = threading.Event()
        self._waiting: Iterator[DCBSequencedEvent] = iter(())

    def stop(self) -> None:
        """End the iteration, from any thread."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> DCBSequencedEvent:
        while not self._stopped.is_set():
            for event in self._waiting:
                self._last_position = event.position
                return event
            found = list(self._recorder.read(self._query, after=self._last_position, limit=_SELECT))
            self._waiting = iter(found)
            if not found:
                self._stopped.wait(POLL_SECONDS)
        raise StopIteration


@dataclass(frozen=True, slots=True)
class EnvelopeEvent:
    """A signed envelope as the library's «domain event»: bytes, and where they stand."""

    originator_id: UUID
    originator_version: int
    type: str
    envelope: bytes


class EnvelopeMapper(Mapper[UUID]):
    """Hands envelopes through, both ways, untouched."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The stored form of an ``EnvelopeEvent``. Raises ProgrammingError for anything else."""
        if not isinstance(domain_event, EnvelopeEvent):
            raise ProgrammingError("only signed envelopes are recorded")
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.type,
            state=domain_event.envelope,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The envelope in a stored event; its topic is kept as a name and resolved to nothing."""
        event: Any = EnvelopeEvent(
            originator_of(_hex(stored_event.originator_id)),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
        found: DomainEventProtocol[UUID] = event
        return found


class StoreFactory(InfrastructureFactory[StoreTrackingRecorder]):
    """Makes recorders over the store that ``LEDGER_URL`` and ``LEDGER_ORIGIN`` name."""

    LEDGER_URL = "LEDGER_URL"
    LEDGER_ORIGIN = "LEDGER_ORIGIN"

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        url, origin = self.env.get(self.LEDGER_URL), self.env.get(self.LEDGER_ORIGIN)
        if not url or not origin:
            raise OSError(f"set {self.LEDGER_URL} and {self.LEDGER_ORIGIN}: which ledger is meant?")
        with _library_errors():
            self.store = Store.open(url, origin)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Streams. Raises ProgrammingError for snapshots: a state that nobody signed."""
        if purpose != "events":
            raise ProgrammingError(f"a ledger keeps signed events and no {purpose}")
        return StoreAggregateRecorder(self.store)

    def application_recorder(self) -> ApplicationRecorder:
        """Streams and notifications."""
        return StoreApplicationRecorder(self.store)

    def tracking_recorder(
        self, tracking_recorder_class: type[StoreTrackingRecorder] | None = None
    ) -> StoreTrackingRecorder:
        """Positions, in a view of the caller's own when it brings the class for it."""
        return (tracking_recorder_class or StoreTrackingRecorder)(self.store)

    def process_recorder(self) -> ProcessRecorder:
        """Events with positions."""
        return StoreProcessRecorder(self.store)

    def dcb_recorder(self) -> DCBRecorder:
        """Events with tags."""
        return StoreDCBRecorder(self.store)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


class LedgerApplication(Application[UUID]):
    """The ledger for the tools of the library: its notification log, followers and projections.

    ``events.get(originator_of(key_id))`` gives the envelopes of a key's chain as they were signed.
    """

    name = "ledger"

    def construct_factory(self, env: Any) -> InfrastructureFactory[Any]:
        """The factory over our store, whatever the environment names."""
        return StoreFactory(env)

    def construct_mapper(self) -> Mapper[UUID]:
        """The mapper that changes nothing."""
        return EnvelopeMapper(self.construct_transcoder())


def _hex(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


def _columns(entry: StoredEntry) -> dict[str, Any]:
    return {
        "originator_id": originator_of(entry.chain or "0" * _KEY_PREFIX),
        "originator_version": entry.seq or 0,
        "topic": entry.type,
        "state": entry.envelope or b"",
    }


def _items(query: DCBQuery | None) -> list[Item]:
    return [(frozenset(item.types), frozenset(item.tags)) for item in query.items] if query else []
