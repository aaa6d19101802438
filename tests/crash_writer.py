"""A process that appends until it is killed, and writes down what was acknowledged.

    python crash_writer.py URL ORIGIN NAME FILE [SYNCHRONOUS]

Each line of FILE is ``index leaf-hash`` of one receipt, written after ``append`` returned. With
SYNCHRONOUS (``off``, ``normal``) the SQLite connection is weakened, to show that a test notices.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys

from ledger import database
from ledger.store import Pending, Receipt, Store


def main(url: str, origin: str, name: str, file: str, synchronous: str = "") -> None:
    """Append batches of one to five statements for ever."""
    if synchronous:
        _weaken(synchronous)
    acknowledged = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    chance = random.Random(name)
    seq = 0
    with Store.open(url, origin, create=True) as store:
        while True:
            batch = []
            for _ in range(chance.choice((1, 1, 1, 5))):
                seq += 1
                envelope = f"{name} {seq} {chance.random()}".encode() * chance.randint(1, 60)
                tags = (f"writer:{name}", f"entry:{chance.randrange(50)}")
                batch.append(Pending(envelope, "x/v1", tags, name, seq, f"{name} {seq}"))
            lines = [
                f"{outcome.index} {outcome.leaf_hash.hex()}\n"
                for outcome in store.append(batch)
                if isinstance(outcome, Receipt)
            ]
            os.write(acknowledged, "".join(lines).encode())


def _weaken(synchronous: str) -> None:
    durable = database._set_up_sqlite

    def set_up(connection: sqlite3.Connection) -> None:
        durable(connection)
        connection.execute(f"PRAGMA synchronous={synchronous}")

    database._set_up_sqlite = set_up


if __name__ == "__main__":
    main(*sys.argv[1:])
