"""A report from kept facts against plain SQL; guarded against as counted; the memory it takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ledger.collector import collection_paused
from ledger.log import Ledger
from projections.exports import prepared
from projections.kept import facts_of, keep_beside
from projections.kept_file import KeptFacts
from projections.result import Asked, Hidden
from projections.views import answers, listed
from tests.bench.measure import Line, Pair, Run
from tests.bench.memory import watched
from tests.bench.mixed import Mixed
from tests.bench.plain_sql import TYPES, Sums, by_sql, by_views, parquet, rows, table

_MANY = 100_000
_MILLION = 1_000_000


@contextmanager
def kept(run: Run, number: int) -> Iterator[Ledger]:
    """A mixed record of so many entries whose facts are kept, up to the newest."""
    with closing(Mixed().fill(f"sqlite:///{run.folder / 'mixed.db'}", number)) as ledger:
        path = run.folder / "kept.db"
        with KeptFacts(path, ledger) as facts:
            facts.catch_up()
        keep_beside(ledger, path)
        yield ledger


@contextmanager
def _report(run: Run, number: int = _MANY) -> Iterator[Pair]:
    with kept(run, number) as ledger:
        made = rows(facts_of(ledger, TYPES))
        with closing(table(run.folder / "plain.db", made)) as db:
            said = by_sql(db.execute)
            _same(said, by_views(answers(ledger, ["time", "payments"], Asked())))
            notes = _beside(run, made, said)
            del made
            yield Pair(
                lambda: _took(lambda: answers(ledger, ["time", "payments"], Asked())),
                lambda: _took(lambda: by_sql(db.execute)),
                notes=lambda: [*notes, _reading(ledger)],
            )


def _same(sql: Sums, views: Sums) -> None:
    """Refuse to compare times of different figures, or of more on one side."""
    for key in sql.keys() | views.keys():
        if views.get(key) != sql.get(key):
            raise RuntimeError(
                f"plain SQL gives {sql.get(key)} for {key}, the view {views.get(key)}"
            )


def _beside(run: Run, made: Mapping[str, list[tuple[Any, ...]]], said: Sums) -> list[str]:
    """How many figures there are, and how long DuckDB takes, with how many threads it likes."""
    figures = f"{len(said)} figures, all alike"
    try:
        db = parquet(run.folder / "parquet", made)
    except ImportError:
        return [figures, "DuckDB over Parquet: not measured, pip install duckdb"]
    with closing(db):
        _same(by_sql(db.execute), said)
        seconds = statistics.median(_took(lambda: by_sql(db.execute)) for _ in range(3))
    return [figures, f"the same SQL by DuckDB over Parquet: {seconds * 1e3:.0f} ms"]


def _reading(ledger: Ledger) -> str:
    """How much of ours is the facts being read, before any view folds one."""
    from projections.views import find

    needs = find("time").needs | find("payments").needs
    with collection_paused():  # as ``answers`` reads them
        seconds = min(_took(lambda: facts_of(ledger, needs)) for _ in range(3))
    return f"ours: reading and decoding the kept facts alone {seconds * 1e3:.0f} ms"


def _took(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _million(run: Run) -> Iterator[Pair]:
    with _report(run, _MILLION) as pair:
        yield pair


@contextmanager
def _guarded(run: Run) -> Iterator[Pair]:
    """All views as they may be published, against the same views as they were counted."""
    with kept(run, _MANY) as ledger:
        shown: list[str] = []

        def guarded() -> None:
            figures = [
                cell
                for view in prepared(ledger, listed(), Asked()).views
                for row in view.rows
                for cell in row.cells.values()
            ]
            hidden = sum(isinstance(cell, Hidden) for cell in figures)
            shown[:] = [f"{len(figures):,} cells of rows that are shown, {hidden:,} hidden"]

        yield Pair(
            lambda: _took(guarded),
            lambda: _took(lambda: answers(ledger, listed(), Asked())),
            notes=lambda: shown,
        )


@contextmanager
def _memory(run: Run, number: int = _MANY, how: str = "counted") -> Iterator[Pair]:
    with kept(run, number):
        pass
    said: list[str] = []

    def peak() -> float:
        start = time.perf_counter()
        files = [str(run.folder / name) for name in ("mixed.db", "kept.db", "report")]
        found = watched(
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.reported", *files, how],
                stdout=subprocess.PIPE,
            )
        )
        if not Path(files[2], "report.html").exists():
            raise RuntimeError("no report was written")
        said[:] = [f"all views, {how}, as a page and tables: {time.perf_counter() - start:.1f} s"]
        return found.together

    yield Pair(peak, notes=lambda: said)


@contextmanager
def _memory_guarded(run: Run) -> Iterator[Pair]:
    with _memory(run, how="guarded") as pair:
        yield pair


@contextmanager
def _memory_of_a_million(run: Run) -> Iterator[Pair]:
    with _memory(run, _MILLION) as pair:
        yield pair


_SQL = "the same sums as plain SQL over the same facts as columns (SQLite)"
_WORK = "time and payments from kept facts, {:,} events, time"
_PEAK = "peak memory of a report of all views, {:,} events"

LINES = [
    Line("report", _WORK.format(_MANY), _SQL, "s", _report, at_most=1.5, rounds=5),
    Line(
        "report-million",
        _WORK.format(_MILLION),
        _SQL,
        "s",
        _million,
        at_most=1.5,
        rounds=3,
        long=True,
    ),
    Line(
        "guarded",
        f"a report of all views as it may be published, {_MANY:,} events, time",
        "the same report as it was counted",
        "s",
        _guarded,
        at_most=1.5,
        rounds=5,
    ),
    Line(
        "memory-report",
        _PEAK.format(_MANY),
        "300 MB, as an audit may take",
        "MB",
        _memory,
        fixed=300,
        rounds=1,
    ),
    Line(
        "memory-guarded",
        _PEAK.format(_MANY) + ", as it may be published",
        "300 MB, as an audit may take",
        "MB",
        _memory_guarded,
        fixed=300,
        rounds=1,
    ),
    Line(
        "memory-report-million",
        _PEAK.format(_MILLION),
        "300 MB, as an audit may take",
        "MB",
        _memory_of_a_million,
        fixed=300,
        rounds=1,
        long=True,
    ),
]
