"""Facts kept beside a ledger, so that a view need not decode the whole record again.

    entries since the position  ->  catch up  ->  chunks of facts  ->  Facts  ->  a view

One SQLite file holds, for each type and span of ``SPAN`` indexes, the facts of that type as lines
of JSON, cut out of the signed payloads as they stand. Facts and position move in one transaction:
an entry is in the facts exactly once, whenever the reader is stopped. Each entry read hashes to its
leaf, and the root that is printed is computed from the very leaves that were read.

    kept        format, origin, how many entries, the edge of their tree
    chunk       (type, span) -> lines [index, hash, author, day, mode, on, body, under, key]
    day         ledger days by index         missing   entries without an envelope
    suspicion   keys revoked with a date back     broken   entries that do not decode
    owed        withdrawals recorded, not carried out when they were read

Everything here follows from the entries: it is dropped and read again when the format changed, when
the ledger is another one, or when it was put back to an earlier state. Reading anew gives the same
chunks, byte for byte, for the same state of erasure: a withdrawn entry leaves its chunk, and its
bytes are overwritten in the file. The file holds no disclosed value. It proves nothing: who doubts
a figure deletes it, and ``tally verify`` holds it against the entries.

Source: design.md, «Store» and «Projections».
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from array import array
from base64 import b64encode
from binascii import Error as BadBase64
from binascii import a2b_base64
from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import orjson

from ledger.errors import Malformed, StorageFailed, Unverified
from ledger.tree import Frontier
from ledger.types import CHARTER, DAY_OPENED, KEY_REVOKED, VALUES_ERASED
from projections.facts import Fact, Facts
from projections.replay import Entry, Signed, contested, decoded, entries, payload_of, read_facts

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

#: Raised when the form of what is kept changes; an older file is then read anew.
FORMAT: Final = 1
#: Indexes in one chunk.
SPAN: Final = 1024
#: Entries read between writes, so that a million of them take little memory.
_BATCH: Final = 32 * SPAN
_VERIFY = "run `tally verify` for a full account"

_TABLES = """
CREATE TABLE kept (format INTEGER, origin TEXT, edge BLOB);
CREATE TABLE chunk (type TEXT, span INTEGER, facts TEXT, PRIMARY KEY (type, span));
CREATE TABLE day ("index" INTEGER PRIMARY KEY, day TEXT);
CREATE TABLE missing ("index" INTEGER PRIMARY KEY);
CREATE TABLE suspicion (key TEXT, since INTEGER, revoked_at INTEGER);
CREATE TABLE broken ("index" INTEGER PRIMARY KEY, type TEXT, why TEXT);
CREATE TABLE owed (hash TEXT PRIMARY KEY, type TEXT);
"""
_NAMES = ("kept", "chunk", "day", "missing", "suspicion", "broken", "owed")

# The members of a canonical payload that a fact is made of; what precedes `author` is not kept.
_CUT = re.compile(
    r'"author":"([a-z]+:[a-z2-7]{26})","body":(\{.*\}),"chain":\{"key":"([0-9a-f]{64})"[^{}]*\},'
    r'(?:"erased":\[[^\]]*\],)?"ledger":"([^"\\]*)","mode":"([a-z]+)","nonce":"[^"\\]*",'
    r'(?:"on":(\{[^{}]*\}),)?"signers":\[[^\]]*\],"type":"([^"\\]*)","under":(\{[^{}]*\}),"v":1\}',
    re.DOTALL,
)


class _Said(NamedTuple):
    """What is cut out of one payload, as text: ``on``, ``body`` and ``under`` are JSON."""

    author: str
    body: str
    key: str
    ledger: str
    mode: str
    on: str
    type: str
    under: str


class KeptFacts:
    """The facts of one ledger in the file at ``path``; use it in a ``with``, or close it.

    Raises ``StorageFailed`` when the file cannot be used (``kept_facts`` then reads the ledger).
    """

    def __init__(self, path: Path | str, ledger: LedgerReader) -> None:
        self._ledger = ledger
        try:
            _make_apart(Path(path))
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.execute("PRAGMA journal_mode=WAL")
            # Lost with the power is only what the next reading adds again.
            self._db.execute("PRAGMA synchronous=NORMAL")
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(f"facts cannot be kept in {path}: {error}") from error

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
        led: Signed = defaultdict(lambda: array("Q"))
        by_type = {kind: self._read(kind, led if suspicions else None) for kind in sorted(types)}
        root = b64encode(edge.root()).decode()

        def root_at(size: int) -> str:
            return root if size == edge.size else b64encode(self._ledger.root_at(size)).decode()

        return Facts(
            origin=self._ledger.origin,
            size=edge.size,
            by_type={kind: facts for kind, facts in by_type.items() if facts},
            days=tuple(days),
            root_at=root_at,
            missing=tuple(index for (index,) in self._rows("missing")),
            contested=tuple(contested(suspicions, led)),
        )

    def catch_up(self) -> Frontier:
        """Take in what was recorded since, in one transaction; gives the edge of the tree read."""
        with self._transaction("BEGIN IMMEDIATE"):
            edge = self._standing()
            head = self._ledger.head()
            self._settle_owed()
            while edge.size < head.size:
                self._take_in(edge, min(head.size, edge.size + _BATCH))
            if edge.root() != head.root:
                raise Unverified(
                    f"the {edge.size} entries read do not have the root that the ledger gives for "
                    "them; no figure was made from this record",
                    hint=_VERIFY,
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

    def _take_in(self, edge: Frontier, stop: int) -> None:
        """Read the entries from the edge to before ``stop``, and move the edge there."""
        lines: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        days = self._rows("day")
        day: str | None = days[-1][1] if days else None
        for entry in entries(self._ledger, start=edge.size, stop=stop, tree=edge):
            if entry.envelope is None:
                self._db.execute("INSERT INTO missing VALUES (?)", (entry.index,))
                continue
            said = self._said(entry)
            if said is None:
                continue
            if said.type in _NOTED:
                day = self._note(entry, said, day)
            lines[said.type, entry.index // SPAN].append(_line(entry, said, day))
        for (kind, span), some in sorted(lines.items()):
            self._db.execute(
                "INSERT INTO chunk VALUES (?, ?, ?) ON CONFLICT (type, span) DO UPDATE"
                " SET facts = facts || char(10) || excluded.facts",
                (kind, span, "\n".join(some)),
            )
        self._settle_owed()

    def _said(self, entry: Entry) -> _Said | None:
        """The parts of a payload; notes the entry as broken when it has none."""
        try:
            text = a2b_base64(payload_of(entry.envelope or b"")).decode()
            match = None if "\n" in text else _CUT.search(text)
            if match is not None and text.startswith("{") and match.end() == len(text):
                author, body, key, ledger, mode, on, kind, under = match.groups()
                return _Said(author, body, key, ledger, mode, on or "null", kind, under)
            return _by_the_decoder(decoded(entry.index, entry.envelope or b""))
        except (Malformed, ValueError, KeyError, TypeError, BadBase64) as error:
            why = str(error) or type(error).__name__
            self._db.execute("INSERT INTO broken VALUES (?, ?, ?)", (entry.index, entry.type, why))
            return None

    def _note(self, entry: Entry, said: _Said, day: str | None) -> str | None:
        """Take in what concerns other facts: days, suspicions, withdrawals. Gives the day."""
        said_whole = decoded(entry.index, entry.envelope or b"")
        body = said_whole["body"]
        if said.type in (CHARTER, DAY_OPENED):
            day = str(said_whole["at"])[:10] if said.type == CHARTER else str(body["day"])
            date.fromisoformat(day)
            self._db.execute("INSERT INTO day VALUES (?, ?)", (entry.index, day))
        elif said.type == KEY_REVOKED and type(since := body.get("suspect_from")) is int:
            row = (str(body.get("key")), since, entry.index)
            self._db.execute("INSERT INTO suspicion VALUES (?, ?, ?)", row)
        elif said.type == VALUES_ERASED:
            stones = [(str(s["hash"]), str(s["type"])) for s in body.get("tombstones", ())]
            self._db.executemany("INSERT OR IGNORE INTO owed VALUES (?, ?)", stones)
        return day

    def _settle_owed(self) -> None:
        """Let go of the facts of entries whose envelopes are gone by now."""
        for hash_, kind in self._rows("owed"):
            entry = self._ledger.by_hash(hash_)
            if entry is not None and entry.envelope is not None:
                continue  # recorded, and not carried out yet: looked at again next time
            found = self._db.execute(
                "SELECT span, facts FROM chunk WHERE type = ? AND instr(facts, ?)", (kind, hash_)
            ).fetchall()
            for span, facts in found:
                self._withdraw(kind, span, facts, hash_)
            self._db.execute("DELETE FROM owed WHERE hash = ?", (hash_,))

    def _withdraw(self, kind: str, span: int, facts: str, hash_: str) -> None:
        lines = facts.split("\n")
        mark = re.compile(rf'\[([0-9]+),"{re.escape(hash_)}",')
        gone = [match for line in lines if (match := mark.match(line))]
        kept = [line for line in lines if not mark.match(line)]
        if kept:
            row = ("\n".join(kept), kind, span)
            self._db.execute("UPDATE chunk SET facts = ? WHERE type = ? AND span = ?", row)
        else:
            self._db.execute("DELETE FROM chunk WHERE type = ? AND span = ?", (kind, span))
        self._db.executemany("INSERT OR IGNORE INTO missing VALUES (?)", [(m[1],) for m in gone])

    # ── giving out ──────────────────────────────────────────────────────────────────────────────

    def _read(self, kind: str, led: Signed | None) -> list[Fact]:
        found: list[Fact] = []
        rows = self._db.execute("SELECT facts FROM chunk WHERE type = ? ORDER BY span", (kind,))
        for (text,) in rows:
            said = _loaded(text)
            found += map(
                Fact._make,
                [(i, h, kind, a, _date(d), m, o, b, u) for i, h, a, d, m, o, b, u, _ in said],
            )
            if led is not None:
                for line in said:
                    led[line[8], kind].append(line[0])
        return found

    def _refuse_broken(self, types: Set[str]) -> None:
        for index, kind, why in self._rows("broken"):
            if not kind or kind in types:
                raise Malformed(why, hint=_VERIFY, entry=index, step=1)

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        return self._db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608  # one of ours

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        try:
            self._db.execute(begin)
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StorageFailed(f"the kept facts cannot be used: {error}") from error


#: Where the facts of an open ledger are kept.
_BESIDE: WeakKeyDictionary[LedgerReader | Directory, Path] = WeakKeyDictionary()


def keep_beside(ledger: LedgerReader, path: Path) -> None:
    """From now on keep the facts of this open ledger in the file at ``path``."""
    _BESIDE[ledger] = path


def facts_of(source: LedgerReader | Directory, types: Set[str]) -> Facts:
    """The facts of ``types``: kept ones where they are kept, else read from the record itself.

    A file that is damaged is dropped and made again; where none can be written, the record is read.
    Raises as ``read_facts`` does.
    """
    path = _BESIDE.get(source)
    if path is None:
        return read_facts(source, types)
    for _ in range(2):
        try:
            with KeptFacts(path, source) as kept:  # type: ignore[arg-type]  # no directory is in it
                return kept.facts(types)
        except StorageFailed:
            if not _dropped(path):
                break
    return read_facts(source, types)


def let_go(ledger: LedgerReader) -> None:
    """Take withdrawn entries out of the facts kept beside a ledger, if any are kept.

    A file that cannot be used now loses them at the next reading.
    """
    path = _BESIDE.get(ledger)
    if path is not None and path.exists():
        with suppress(StorageFailed), KeptFacts(path, ledger) as kept:
            kept.catch_up()


def differing(ledger: LedgerReader) -> str:
    """What of the facts kept beside a ledger does not follow from its entries; empty if nothing.

    Reads the whole record anew into a file that is gone afterwards. Raises as ``facts`` does.
    """
    path = _BESIDE.get(ledger)
    if path is None or not path.exists():
        return ""
    with TemporaryDirectory() as folder, KeptFacts(Path(folder) / "facts.db", ledger) as anew:
        anew.catch_up()
        with KeptFacts(path, ledger) as kept:
            kept.catch_up()
            for expected, found in zip_longest(anew.contents(), kept.contents()):
                if expected != found:
                    table, key, *_ = expected or found or ("", "")
                    return f"{table} {key}"
    return ""


def _make_apart(path: Path) -> None:
    """Make the file, if it is not there, for its owner, and for the group where they share the
    directory: bodies of statements are in it, also when the record lies on a server.
    """
    if not path.exists():
        shared = path.parent.stat().st_mode & 0o020
        mode = 0o660 if shared else 0o600
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))


def _dropped(path: Path) -> bool:
    """Whether a file that cannot be used was a damaged one, and is gone now."""
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            return False  # locked, or nobody may write here
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return True
    return False


_NOTED = frozenset({CHARTER, DAY_OPENED, KEY_REVOKED, VALUES_ERASED})


@cache
def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _line(entry: Entry, said: _Said, day: str | None) -> str:
    """One fact as a line of JSON; a canonical payload has no line feed outside its escapes."""
    when = "null" if day is None else f'"{day}"'
    return (
        f'[{entry.index},"{entry.hash}","{said.author}",{when},"{said.mode}",{said.on},{said.body},'
        f'{said.under},"{said.key}"]'
    )


def _by_the_decoder(said: dict[str, Any]) -> _Said:
    """The parts of a statement that is not laid out as we write it; slower, and as exact."""
    chain = said.get("chain")
    key = chain.get("key") if isinstance(chain, dict) else ""
    texts = [said["author"], key, said["ledger"], said["mode"], said["type"]]
    if any(not isinstance(text, str) or not re.fullmatch(r'[^"\\\n]*', text) for text in texts):
        raise ValueError("its payload is not a statement")
    author, key, ledger, mode, kind = texts
    body, on, under = (
        json.dumps(value, separators=(",", ":"))
        for value in (said["body"], said.get("on"), said.get("under") or {})
    )
    return _Said(author, body, key, ledger, mode, on, kind, under)


def _loaded(text: str) -> list[list[Any]]:
    """The facts of a chunk; when one does not decode, it is named.

    What only the standard library reads (``NaN``, half a surrogate pair) is read by it, as it is
    where the record is read itself.
    """
    with suppress(ValueError):
        found: list[list[Any]] = orjson.loads(f"[{text.replace(chr(10), ',')}]")
        return found
    found = []
    for line in text.split("\n"):
        try:
            found.append(json.loads(line))
        except ValueError as error:
            index = line[1:].partition(",")[0]
            raise Malformed(
                f"entry {index}: its payload does not decode ({error})", hint=_VERIFY, step=1
            ) from error
    return found
