"""The file of kept facts, so that a view need not decode the whole record again.

    entries since the position  ->  cut (kept_cut)  ->  chunks of facts  ->  Facts (kept_read)

One SQLite file holds, for each type and span of ``SPAN`` indexes, the facts of that type as columns
of text, a line an entry, cut out of the signed payloads as they stand. Facts and position move in
one transaction: an entry is in the facts exactly once, whenever the reader is stopped. Each entry
read hashes to its leaf, and the root that is printed is computed from the very leaves that were
read.

    kept        format, origin, how many entries, the edge of their tree
    chunk       (type, span) -> columns index, hash, author, mode, on, body, under, key
    day         ledger days by index         missing   entries without an envelope
    suspicion   keys revoked with a date back     broken   entries that do not decode
    owed        withdrawals recorded, not carried out when they were read

Everything here follows from the entries: it is dropped and read again when the format changed, when
the ledger is another one, or when it was put back to an earlier state. Reading anew gives the same
chunks, byte for byte, for the same state of erasure: a withdrawn entry leaves its chunk, and its
bytes are overwritten in the file. The file holds no disclosed value.

Source: design.md, «Store» and «Projections».
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ledger.errors import Malformed, StorageFailed, Unverified
from ledger.tree import Frontier
from ledger.types import CHARTER, DAY_OPENED, KEY_REVOKED, VALUES_ERASED
from projections import kept_cut, kept_stream
from projections.facts import Fact, Facts
from projections.kept_crew import cuts
from projections.kept_cut import COLUMNS, Cut, Span
from projections.kept_read import Readout
from projections.kept_stream import Places, Source, StreamedFacts, streamed
from projections.payload import VERIFY, decoded
from projections.replay import Signed, contested

if TYPE_CHECKING:
    from ledger.log_read import LedgerReader

#: Raised when the form of what is kept changes; an older file is then read anew.
FORMAT: Final = 2

#: Bytes of a page in a new file: a chunk has some 100 kB, and large pages halve its writing.
_PAGE: Final = 32_768
_QUOTED: Final = tuple(f'"{name}"' for name in COLUMNS)
_TABLES: Final = f"""
CREATE TABLE kept (format INTEGER, origin TEXT, edge BLOB);
CREATE TABLE chunk (type TEXT, span INTEGER, {", ".join(f"{name} TEXT" for name in _QUOTED)},
    PRIMARY KEY (type, span));
CREATE TABLE day ("index" INTEGER PRIMARY KEY, day TEXT);
CREATE TABLE missing ("index" INTEGER PRIMARY KEY);
CREATE TABLE suspicion (key TEXT, since INTEGER, revoked_at INTEGER);
CREATE TABLE broken ("index" INTEGER PRIMARY KEY, type TEXT, why TEXT);
CREATE TABLE owed (hash TEXT PRIMARY KEY, type TEXT);
"""
Days = Sequence[tuple[int, date]]
_INDEX, _HASH = map(COLUMNS.index, ("index", "hash"))
_NAMES: Final = ("kept", "chunk", "day", "missing", "suspicion", "broken", "owed")
_LINE_FEED: Final = "char(10)"
_ADD: Final = (
    f"INSERT INTO chunk VALUES (?, ?{', ?' * len(COLUMNS)}) ON CONFLICT (type, span) DO UPDATE SET "  # noqa: S608  # ours
    + ", ".join(f"{name} = {name} || {_LINE_FEED} || excluded.{name}" for name in _QUOTED)
)
#: What facts are made of; keys, which come last, are read only where one is under suspicion.
_READ: Final = f"SELECT {', '.join(_QUOTED[:-1])} FROM chunk WHERE type = ? ORDER BY span"  # noqa: S608  # ours
_SPANS: Final = (
    'SELECT span, length("index") - length(replace("index", char(10), \'\')) + 1 FROM chunk '
    "WHERE type = ? ORDER BY span"
)
_READ_KEYS: Final = 'SELECT "index", key FROM chunk WHERE type = ? ORDER BY span'
_WITHDRAW: Final = (
    f"UPDATE chunk SET {', '.join(f'{name} = ?' for name in _QUOTED)} WHERE type = ? AND span = ?"  # noqa: S608  # ours
)


class KeptFacts:
    """The facts of one ledger in the file at ``path``; use it in a ``with``, or close it.

    At most ``cores`` are used to take in many entries (all, when None). Raises ``StorageFailed``
    when the file cannot be used (``facts_of`` then reads the ledger).
    """

    def __init__(self, path: Path | str, ledger: LedgerReader, cores: int | None = None) -> None:
        self._ledger = ledger
        self._cores = cores
        self._path = Path(path)
        self._db = _opened(self._path)

    def __enter__(self) -> KeptFacts:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def facts(self, types: Set[str]) -> Facts:
        """The facts of ``types`` up to the newest entry, caught up first.

        Raises ``Unverified`` when an entry does not hash to its leaf, or the leaves do not give the
        root of the ledger; ``Malformed`` when an entry of these types does not decode;
        ``StorageFailed`` when the file cannot be used.
        """
        caught_up = False
        while True:
            with self._transaction("BEGIN"):
                edge = self._kept_edge()
                # Once is enough: others may write all the time, and a withdrawal that was cut short
                # stays owed until somebody carries it out.
                if edge is not None and (caught_up or self._is_newest(edge)):
                    return self._facts(edge, types)
            self.catch_up()
            caught_up = True

    def _is_newest(self, edge: Frontier) -> bool:
        head = self._ledger.head()
        return edge.size == head.size and edge.root() == head.root and not self._rows("owed")

    def _facts(self, edge: Frontier, types: Set[str]) -> Facts:
        self._refuse_broken(types)
        days = [(index, date.fromisoformat(day)) for index, day in self._rows("day")]
        suspicions = [(str(k), int(s), int(r)) for k, s, r in self._rows("suspicion")]
        root = b64encode(edge.root()).decode()

        def root_at(size: int) -> str:
            return root if size == edge.size else b64encode(self._ledger.root_at(size)).decode()

        missing = tuple(index for (index,) in self._rows("missing"))
        led = self._led(types if suspicions else frozenset())
        made = self._streamed(edge, types, days) or self._held(types, days)
        return made(
            origin=self._ledger.origin,
            size=edge.size,
            days=tuple(days),
            root_at=root_at,
            missing=missing,
            contested=tuple(contested(suspicions, led)),
        )

    def _held(self, types: Set[str], days: Days) -> Callable[..., Facts]:
        readout = Readout(days)
        by_type = {kind: self._read(kind, readout) for kind in sorted(types)}
        return partial(Facts, by_type={kind: facts for kind, facts in by_type.items() if facts})

    def _streamed(self, edge: Frontier, types: Set[str], days: Days) -> Callable[..., Facts] | None:
        """Facts that are read when they are asked for, where they are many; else None."""
        most = kept_stream.HELD_AT_MOST
        if edge.size <= most:
            return None
        spans = {kind: self._db.execute(_SPANS, (kind,)).fetchall() for kind in sorted(types)}
        if sum(many for some in spans.values() for _, many in some) <= most:
            return None
        # This connection is the facts' own from now on, with the state that it has begun to read.
        mine, self._db = self._db, _opened(self._path)
        source = Source(mine, days)
        by_type = streamed(source, spans)
        places = Places(source, by_type, edge.size)
        return partial(StreamedFacts, by_type=by_type, source=source, places=places)

    def catch_up(self) -> Frontier:
        """Take in what was recorded since, in one transaction; gives the edge of the tree read."""
        with self._transaction("BEGIN IMMEDIATE"):
            edge = self._standing()
            head = self._ledger.head()
            with closing(cuts(self._ledger, edge.size, head.size, self._cores)) as found:
                for span, cut in found:
                    self._take_in(edge, span, cut)
            self._settle_owed()
            if edge.root() != head.root:
                raise Unverified(
                    f"the {edge.size} entries read do not have the root that the ledger gives for "
                    "them; no figure was made from this record",
                    hint=VERIFY,
                    step=5,
                )
            self._db.execute("UPDATE kept SET edge = ?", (edge.to_bytes(),))
        return edge

    def contents(self) -> Iterator[tuple[Any, ...]]:
        """Every row that is kept, in one order: two files of one state have equal contents."""
        for table in _NAMES:
            order = "1, 2" if table == "chunk" else "1"
            for row in self._db.execute(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608  # ours
                yield (table, *row)

    # ── taking in ───────────────────────────────────────────────────────────────────────────────

    def _standing(self) -> Frontier:
        """The edge of the tree whose facts are here; empty, with fresh tables, when they are not
        of this ledger as it stands."""
        edge = self._kept_edge()
        if edge is None:
            for name in _NAMES:
                self._db.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)
            edge = Frontier()
            self._db.execute(
                "INSERT INTO kept VALUES (?, ?, ?)", (FORMAT, self._ledger.origin, edge.to_bytes())
            )
        return edge

    def _kept_edge(self) -> Frontier | None:
        try:
            rows = self._rows("kept")
            [(form, origin, data)] = rows
            edge = Frontier.from_bytes(data)
        except (sqlite3.OperationalError, ValueError, TypeError, Malformed):
            return None
        if form != FORMAT or origin != self._ledger.origin:
            return None
        size = self._ledger.head().size
        if edge.size > size or self._ledger.root_at(edge.size) != edge.root():
            return None  # the ledger was put back, or is another one of that name
        return edge

    def _take_in(self, edge: Frontier, span: Span, cut: Cut) -> None:
        """Write what was cut out of the span after the edge, and move the edge to its end."""
        number = span.first // kept_cut.SPAN
        rows = [(kind, number, *columns) for kind, columns in sorted(cut.columns.items())]
        self._db.executemany(_ADD, rows)
        self._db.executemany("INSERT INTO missing VALUES (?)", [(index,) for index in cut.missing])
        for index, why in cut.broken:
            row = (index, self._ledger.entry(index).type, why)
            self._db.execute("INSERT INTO broken VALUES (?, ?, ?)", row)
        for index, kind in cut.noted:
            self._note(index, kind, decoded(index, span.rows[index - span.first][1] or b""))
        for level, subtree in cut.subtrees:
            edge.add(level, subtree)

    def _note(self, index: int, kind: str, said: dict[str, Any]) -> None:
        """Take in what an entry says of other facts: days, suspicions, withdrawals."""
        body = said["body"]
        if kind in (CHARTER, DAY_OPENED):
            day = str(said["at"])[:10] if kind == CHARTER else str(body["day"])
            date.fromisoformat(day)
            self._db.execute("INSERT INTO day VALUES (?, ?)", (index, day))
        elif kind == KEY_REVOKED and type(since := body.get("suspect_from")) is int:
            row = (str(body.get("key")), since, index)
            self._db.execute("INSERT INTO suspicion VALUES (?, ?, ?)", row)
        elif kind == VALUES_ERASED:
            stones = [(str(s["hash"]), str(s["type"])) for s in body.get("tombstones", ())]
            self._db.executemany("INSERT OR IGNORE INTO owed VALUES (?, ?)", stones)

    def _settle_owed(self) -> None:
        """Let go of the facts of entries whose envelopes are gone by now."""
        for hash_, kind in self._rows("owed"):
            entry = self._ledger.by_hash(hash_)
            if entry is not None and entry.envelope is not None:
                continue  # recorded, and not carried out yet: looked at again next time
            found = self._db.execute(
                "SELECT * FROM chunk WHERE type = ? AND instr(hash, ?)", (kind, hash_)
            ).fetchall()
            for _, span, *columns in found:
                self._withdraw(kind, span, columns, hash_)
            self._db.execute("DELETE FROM owed WHERE hash = ?", (hash_,))

    def _withdraw(self, kind: str, span: int, columns: list[str], hash_: str) -> None:
        lines = list(zip(*(column.split("\n") for column in columns), strict=True))
        gone = [line for line in lines if line[_HASH] == hash_]
        kept = [line for line in lines if line[_HASH] != hash_]
        if kept:
            row = (*map("\n".join, zip(*kept, strict=True)), kind, span)
            self._db.execute(_WITHDRAW, row)
        else:
            self._db.execute("DELETE FROM chunk WHERE type = ? AND span = ?", (kind, span))
        indexes = [(int(line[_INDEX]),) for line in gone]
        self._db.executemany("INSERT OR IGNORE INTO missing VALUES (?)", indexes)

    # ── giving out ──────────────────────────────────────────────────────────────────────────────

    def _read(self, kind: str, readout: Readout) -> list[Fact]:
        found: list[Fact] = []
        for row in self._db.execute(_READ, (kind,)):
            found += readout.facts(kind, row)
        return found

    def _led(self, types: Set[str]) -> Signed:
        """The indexes of the facts that each key has signed."""
        led: Signed = defaultdict(lambda: array("Q"))
        for kind in types:
            for indexes, keys in self._db.execute(_READ_KEYS, (kind,)):
                for index, key in zip(indexes.split("\n"), keys.split("\n"), strict=True):
                    led[key, kind].append(int(index))
        return led

    def _refuse_broken(self, types: Set[str]) -> None:
        for index, kind, why in self._rows("broken"):
            if not kind or kind in types:
                raise Malformed(why, hint=VERIFY, entry=index, step=1)

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        return self._db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608  # one of ours

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        db = self._db
        try:
            db.execute(begin)
            try:
                yield
            except BaseException:
                db.execute("ROLLBACK")
                raise
            if db is self._db:  # else facts that are streamed read on from it
                db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StorageFailed(f"the kept facts cannot be used: {error}") from error


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, made if it is not there. Raises ``StorageFailed``."""
    try:
        _make_apart(path)
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        db.execute(f"PRAGMA page_size={_PAGE}")
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA journal_mode=WAL")
        # Lost with the power is only what the next reading adds again.
        db.execute("PRAGMA synchronous=NORMAL")
    except (sqlite3.Error, OSError) as error:
        raise StorageFailed(f"facts cannot be kept in {path}: {error}") from error
    return db


def _make_apart(path: Path) -> None:
    """Make the file, if it is not there, for its owner, and for the group where they share the
    directory: bodies of statements are in it, also when the record lies on a server.
    """
    if not path.exists():
        shared = path.parent.stat().st_mode & 0o020
        mode = 0o660 if shared else 0o600
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
