"""Runs in the environment of the peers: records events with eventsourcing-sqlalchemy, unsigned.

    python peer_library.py FOLDER SIZE

Each line read is answered with one line. ``versions`` tells what runs; ``save N`` and ``insert N``
record N events of SIZE bytes, each in a transaction of its own, and tell the seconds one took:
``save`` by ``Application.save``, as the library is used; ``insert`` by its recorder alone.
"""

import sys
import time
from importlib.metadata import version
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent
from eventsourcing_sqlalchemy.datastore import SQLAlchemyDatastore
from eventsourcing_sqlalchemy.recorders import SQLAlchemyApplicationRecorder


class Record(Aggregate):
    """What somebody gave; each contribution is one event."""

    def __init__(self) -> None:
        self.count = 0

    @event("Contributed")
    def contribute(self, text: str) -> None:
        """Take in one contribution."""
        self.count += 1


class Saving:
    """The library as an application uses it."""

    def __init__(self, folder: str, size: int) -> None:
        self.application = Application(
            env={
                "PERSISTENCE_MODULE": "eventsourcing_sqlalchemy",
                "SQLALCHEMY_URL": f"sqlite:///{folder}/saved.db",
            }
        )
        self.record = Record()
        self.application.save(self.record)
        self.text = "x" * size

    def __call__(self) -> None:
        self.record.contribute(self.text)
        self.application.save(self.record)


class Inserting:
    """Its recorder, which stores bytes that somebody else made."""

    def __init__(self, folder: str, size: int) -> None:
        store = SQLAlchemyDatastore(url=f"sqlite:///{folder}/inserted.db")
        self.recorder = SQLAlchemyApplicationRecorder(
            datastore=store, events_table_name="stored_events"
        )
        self.recorder.create_table()
        self.stream, self.at, self.state = uuid4(), 0, b"x" * size

    def __call__(self) -> None:
        self.at += 1
        self.recorder.insert_events(
            [StoredEvent(self.stream, self.at, "contribution-recorded/v1", self.state)]
        )


def main() -> None:
    folder, size = sys.argv[1], int(sys.argv[2])
    ways = {"save": Saving(folder, size), "insert": Inserting(folder, size)}
    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        if word == "versions":
            names = ("eventsourcing", "eventsourcing-sqlalchemy", "sqlalchemy")
            print(*(f"{name} {version(name)}" for name in names), sep=", ", flush=True)
            continue
        start = time.perf_counter()
        for _ in range(int(number)):
            ways[word]()
        print((time.perf_counter() - start) / int(number), flush=True)


main()
