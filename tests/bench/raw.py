"""What limits are made of: signatures on all cores, the fastest decoder, hashes, raw rows.

Nothing here comes from the product but the tables and rows themselves, which are copied from a
ledger that was made in the usual way: a limit writes exactly the rows that the product wrote.
"""

from __future__ import annotations

import os
import sqlite3
import time
from binascii import a2b_base64
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_PORTION = 256
_LEAF = b"\x00tallystick/leaf/v1\nsha256:%b\n"


class Signed(NamedTuple):
    """One signature and what it covers, ready to be verified."""

    key: Ed25519PublicKey
    signature: bytes
    message: bytes


def cores() -> int:
    """How many cores there are to use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def decode(envelope: bytes) -> tuple[bytes, str, bytes, dict[str, object]]:
    """Payload, key id, signature and statement by the fastest decoder there is for Python."""
    outer = orjson.loads(envelope)
    payload = a2b_base64(outer["payload"])
    one = outer["signatures"][0]
    return payload, one["keyid"], a2b_base64(one["sig"]), orjson.loads(payload)


def signed(envelopes: Iterable[bytes], keys: dict[str, bytes]) -> list[Signed]:
    """The signatures of envelopes, each with its key (32 bytes by key id)."""
    known = {name: Ed25519PublicKey.from_public_bytes(raw) for name, raw in keys.items()}
    found = []
    for envelope in envelopes:
        payload, key_id, signature, _ = decode(envelope)
        kind = orjson.loads(envelope)["payloadType"].encode()
        message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
        found.append(Signed(known[key_id], signature, message))
    return found


def verify(some: Sequence[Signed]) -> None:
    """Verify signatures one after the other."""
    for key, signature, message in some:
        key.verify(signature, message)


def verify_on_all_cores(some: Sequence[Signed]) -> float:
    """Seconds to verify them on all cores: threads, for the verifying holds no lock."""
    portions = [some[at : at + _PORTION] for at in range(0, len(some), _PORTION)]
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(verify, portions[: cores()]))  # threads that are there already
        start = time.perf_counter()
        list(pool.map(verify, portions))
        return time.perf_counter() - start


def decode_all(envelopes: Sequence[bytes]) -> float:
    """Seconds to decode envelopes and statements."""
    start = time.perf_counter()
    for envelope in envelopes:
        decode(envelope)
    return time.perf_counter() - start


def hash_all(envelopes: Sequence[bytes]) -> float:
    """Seconds to hash envelopes, leaves and the tree over them."""
    start = time.perf_counter()
    row = [sha256(_LEAF % sha256(envelope).hexdigest().encode()).digest() for envelope in envelopes]
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return time.perf_counter() - start


class Rows(NamedTuple):
    """The tables of a ledger as SQL, and the rows of some of its entries."""

    tables: list[str]
    events: list[tuple[object, ...]]
    tags: list[tuple[object, ...]]

    @classmethod
    def of(cls, database: Path, first: int) -> Rows:
        """The tables in an SQLite file, and the rows of the entries from ``first`` on."""
        connection = sqlite3.connect(database)
        try:
            made = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
                " AND tbl_name IN ('event', 'event_tag') ORDER BY type DESC"
            )
            tables = [sql for (sql,) in made]
            events = connection.execute(
                'SELECT * FROM event WHERE "index" >= ? ORDER BY "index"', (first,)
            ).fetchall()
            tags = connection.execute(
                'SELECT * FROM event_tag WHERE "index" >= ? ORDER BY "index"', (first,)
            ).fetchall()
        finally:
            connection.close()
        return cls(tables, events, tags)


class RawStore:
    """The same tables in another SQLite file, written with nothing in between.

    As durable as the product's (WAL, synchronous FULL), with the same room for its log and pages.
    """

    def __init__(self, path: Path, rows: Rows) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._run = self._connection.execute
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8192",
                       "cache_size=-16000"):  # fmt: skip
            self._run(f"PRAGMA {pragma}")
        for sql in rows.tables:
            self._run(sql)
        self._event = _insert("event", rows.events)
        self._tag = _insert("event_tag", rows.tags)

    def put(self, event: Sequence[object]) -> None:
        """One durable row of an event: one statement, which is a transaction by itself."""
        self._run(self._event, event)

    def put_all(self, events: Sequence[Sequence[object]], tags: Sequence[Sequence[object]]) -> None:
        """Many rows in one transaction."""
        self._run("BEGIN IMMEDIATE")
        self._connection.executemany(self._event, events)
        self._connection.executemany(self._tag, tags)
        self._run("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _insert(table: str, rows: Sequence[Sequence[object]]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})"  # noqa: S608
