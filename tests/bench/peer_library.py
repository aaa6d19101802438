"""Runs in the environment of the peers: inserts stored events, as many as each line asks for.

    python peer_library.py DATABASE SIZE

For each number read from standard input: that many events of SIZE bytes, each in a transaction of
its own, and the seconds one took as the answer. The line ``versions`` is answered with what runs.
"""

import sys
import time
from importlib.metadata import version
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing_sqlalchemy.datastore import SQLAlchemyDatastore
from eventsourcing_sqlalchemy.recorders import SQLAlchemyApplicationRecorder


def main() -> None:
    path, size = sys.argv[1:]
    store = SQLAlchemyDatastore(url=f"sqlite:///{path}")
    recorder = SQLAlchemyApplicationRecorder(datastore=store, events_table_name="stored_events")
    recorder.create_table()
    stream, at, state = uuid4(), 0, b"x" * int(size)
    for line in sys.stdin:
        if line.strip() == "versions":
            names = ("eventsourcing-sqlalchemy", "sqlalchemy")
            print(*(f"{name} {version(name)}" for name in names), sep=", ", flush=True)
            continue
        number = int(line)
        start = time.perf_counter()
        for _ in range(number):
            at += 1
            recorder.insert_events([StoredEvent(stream, at, "contribution-recorded/v1", state)])
        print((time.perf_counter() - start) / number, flush=True)


main()
