"""Reading: facts rebuilt from the source, and inclusion proofs in a large tree."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path

from ledger.check_tree import TreeFold
from ledger.collector import collection_paused
from ledger.log_read import LedgerReader
from ledger.store import Store
from ledger.tiles import TILE_WIDTH, tiles_at
from ledger.tree import Frontier, verify_inclusion
from ledger.vault import MemoryVault
from projections.bridge import catalogue
from projections.kept import keep_beside
from projections.kept_file import KeptFacts
from projections.result import Asked
from projections.views import answer, listed
from tests.bench.audit import fill
from tests.bench.measure import Line, Pair, Run
from tests.bench.raw import decode
from tests.bench.record import Seed
from tests.bench.reports import kept
from tests.projections.book import ORIGIN

_HELD = 20_000
_PROOFS = 1000
_SMALL = 100_000
_LARGE = 1_000_000


@contextmanager
def _rebuild(run: Run, number: int = _SMALL) -> Iterator[Pair]:
    path = run.folder / "facts.db"
    with fill(Seed(), path, number) as ledger:
        yield Pair(
            lambda: _kept(ledger, run.folder / "kept.db", number),
            lambda: _read_and_decode(path),
            alone=lambda: _kept(ledger, run.folder / "kept.db", number, cores=1),
            notes=lambda: [_in_one_process(ledger, run.folder / "kept.db", number)],
        )


@contextmanager
def _rebuild_of_a_million(run: Run) -> Iterator[Pair]:
    with _rebuild(run, _LARGE) as pair:
        yield pair


@contextmanager
def _catch_up(run: Run) -> Iterator[Pair]:
    with fill(Seed(), run.folder / "facts.db", _SMALL) as ledger:
        yield Pair(lambda: _kept(ledger, run.folder / "kept.db", _SMALL))


def _kept(ledger: LedgerReader, path: Path, number: int, cores: int | None = None) -> float:
    """Seconds for one entry to become a kept fact, from an empty file."""
    path.unlink(missing_ok=True)
    start = time.perf_counter()
    with KeptFacts(path, ledger, cores) as kept:
        kept.catch_up()
    return (time.perf_counter() - start) / number


def _in_one_process(ledger: LedgerReader, path: Path, number: int) -> str:
    seconds = _kept(ledger, path, number, cores=1)
    return f"ours in one process: {seconds * 1e6:.1f} µs; {path.stat().st_size / number:.0f} bytes"


@contextmanager
def _views(run: Run) -> Iterator[Pair]:
    """Every view over a record of everything."""
    with kept(run, _SMALL) as ledger:
        yield _each_view(ledger)


@contextmanager
def _views_of_work(run: Run) -> Iterator[Pair]:
    """Every view over a record of nothing but work: the most that one fold meets."""
    with fill(Seed(), run.folder / "facts.db", _SMALL) as ledger:
        keep_beside(ledger, run.folder / "kept.db")
        answer(ledger, "stages", Asked())
        yield _each_view(ledger)


def _each_view(ledger: LedgerReader) -> Pair:
    """Every view of a report in turn, over facts that are kept; the slowest counts.

    Its processor time is told too: other work on the machine does not lengthen that much.
    """
    took: dict[str, tuple[float, float]] = {}

    def ours() -> float:
        for name in listed():
            start, worked = time.perf_counter(), time.process_time()
            answer(ledger, name, Asked())
            took[name] = time.perf_counter() - start, time.process_time() - worked
        return max(seconds for seconds, _ in took.values())

    def notes() -> list[str]:
        said = [f"{name} {seconds:.2f} ({own:.2f})" for name, (seconds, own) in took.items()]
        return [f"seconds (of processor time): {', '.join(said)}"]

    return Pair(ours, notes=notes)


def _read_and_decode(path: Path) -> float:
    connection = sqlite3.connect(path)
    start, number = time.perf_counter(), 0
    with collection_paused():
        found = connection.execute('SELECT envelope FROM event ORDER BY "index"')
        # Kept some at a time, as a view would that folds them.
        while kept := [decode(envelope)[3] for (envelope,) in islice(found, _HELD)]:
            number += len(kept)
    seconds = time.perf_counter() - start
    connection.close()
    return seconds / number


@contextmanager
def _proof(run: Run) -> Iterator[Pair]:
    with _tree(run, _LARGE) as ledger:
        yield Pair(lambda: _prove(ledger, _LARGE))


@contextmanager
def _flat(run: Run) -> Iterator[Pair]:
    with _tree(run, _LARGE) as large, _tree(run, _SMALL) as small:
        yield Pair(lambda: _prove(large, _LARGE), lambda: _prove(small, _SMALL))


def _prove(ledger: LedgerReader, size: int) -> float:
    chosen = random.Random(1).sample(range(size), _PROOFS)
    start = time.perf_counter()
    for index in chosen:
        ledger.inclusion(index, size)
    return (time.perf_counter() - start) / _PROOFS


@contextmanager
def _tree(run: Run, size: int) -> Iterator[LedgerReader]:
    """A store whose tree has ``size`` opaque leaves; rows stand only where no tile is full."""
    path = run.folder / f"tree-{size}.db"
    with Store.open(f"sqlite:///{path}", ORIGIN, create=True):
        pass
    leaves = [sha256(b"leaf %d" % at).digest() for at in range(size)]
    tree = TreeFold()
    tree.extend(b"".join(leaves))
    _write(path, tree, leaves)
    with Store.open(f"sqlite:///{path}", ORIGIN) as store:
        ledger = LedgerReader(store, catalogue(), MemoryVault())
        root = store.head().root
        for index in (0, 255, size // 2, size - 1):
            verify_inclusion(index, size, leaves[index], ledger.inclusion(index), root)
        yield ledger


def _write(path: Path, tree: TreeFold, leaves: list[bytes]) -> None:
    size = len(leaves)
    edge = Frontier()
    for leaf in leaves:
        edge.append(leaf)
    partial = range(size - size % TILE_WIDTH, size)
    connection = sqlite3.connect(path)
    with connection:
        for tile in tiles_at(size):
            if tile.level or tile.width == TILE_WIDTH:
                data = tree.tile(tile.level, tile.index, tile.width)
                connection.execute(
                    "INSERT INTO tile VALUES (1, ?, ?, ?)", (tile.level, tile.index, data)
                )
        connection.execute("INSERT INTO symbol VALUES (1, 1, 'opaque/v1')")
        connection.executemany(
            'INSERT INTO event (ledger_id, "index", type, tags, leaf_hash, envelope)'
            " VALUES (1, ?, 1, '', ?, '')",
            [(index, leaves[index]) for index in partial],
        )
        connection.execute("UPDATE ledger_head SET size = ?, frontier = ?", (size, edge.to_bytes()))
    connection.close()


LINES = [
    Line(
        "rebuild",
        f"kept facts made anew from the source, {_SMALL:,} events, time",
        "read the envelopes in order + orjson decode",
        "s",
        _rebuild,
        at_most=1.5,
        rounds=5,
    ),
    Line(
        "rebuild-million",
        f"the same, {_LARGE:,} events, time",
        "read the envelopes in order + orjson decode",
        "s",
        _rebuild_of_a_million,
        at_most=1.5,
        rounds=3,
        long=True,
    ),
    Line(
        "catch-up",
        f"entries taken into the kept facts, {_SMALL:,} behind",
        "100,000 a second",
        "/s",
        _catch_up,
        at_least=1.0,
        fixed=100_000,
        rounds=3,
    ),
    Line(
        "views",
        f"the slowest view at {_SMALL:,} events, time",
        "one second",
        "s",
        _views,
        at_most=1.0,
        fixed=1.0,
        rounds=3,
    ),
    Line(
        "views-work",
        f"the same over {_SMALL:,} contributions, time",
        "one second",
        "s",
        _views_of_work,
        at_most=1.0,
        fixed=1.0,
        rounds=3,
    ),
    Line(
        "proof",
        "inclusion proofs in a tree of a million",
        "2,000 a second",
        "/s",
        _proof,
        at_least=1.0,
        fixed=2000,
        rounds=3,
    ),
    Line(
        "proof-flat",
        "one proof in a tree of a million, time",
        "the same in a tree of a hundred thousand",
        "s",
        _flat,
        at_most=1.5,
        rounds=3,
    ),
]
