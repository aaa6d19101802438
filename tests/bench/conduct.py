"""Replaying the rules over every event (step 10), against the audit of signatures alone."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.check import check
from ledger.check_live import LiveSource
from ledger.store import Store
from projections.bridge import catalogue
from projections.conduct import Conduct
from tests.bench.audit import fill
from tests.bench.measure import Line, Pair, Run
from tests.bench.record import Seed
from tests.projections.book import ORIGIN

_MANY = 100_000
_MILLION = 1_000_000


def _audit(path: Path, number: int, *, rules: bool) -> float:
    """Seconds an event; the ledger is honest, so anything found is a mistake of this program."""
    start = time.perf_counter()
    with Store.open(f"sqlite:///{path}", ORIGIN) as store:
        report = check(
            LiveSource(store),
            policy=None,
            catalogue=catalogue(),
            conduct=Conduct() if rules else None,
        )
    seconds = time.perf_counter() - start
    if report.exit_code == 10 or report.size < number:
        raise RuntimeError(f"the audit found fault with an honest ledger: {report.findings[:3]}")
    return seconds / number


@contextmanager
def _conduct(run: Run, number: int = _MANY) -> Iterator[Pair]:
    path = run.folder / "conduct.db"
    fill(Seed(), path, number).close()
    yield Pair(
        lambda: _audit(path, number, rules=True),
        lambda: _audit(path, number, rules=False),
        notes=_held,
    )


def _held() -> list[str]:
    """What this process held at most, filling the ledger included; those that verify hold more."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return [f"the process that replays held at most {held:.0f} MB"]


@contextmanager
def _conduct_of_a_million(run: Run) -> Iterator[Pair]:
    with _conduct(run, _MILLION) as pair:
        yield pair


_AGAINST = "the same audit without the rules (steps 1–9)"

LINES = [
    Line(
        "conduct",
        f"audit with the rules replayed, {_MANY:,} events",
        _AGAINST,
        "/s",
        _conduct,
        at_least=0.5,
        rounds=3,
    ),
    Line(
        "conduct-million",
        f"audit with the rules replayed, {_MILLION:,} events",
        _AGAINST,
        "/s",
        _conduct_of_a_million,
        at_least=0.5,
        rounds=1,
        long=True,
    ),
]
