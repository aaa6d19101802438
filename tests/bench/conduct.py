"""Replaying the rules over every event (step 10), against the audit of signatures alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.audit import RESIDENT, fill, memory_of, timed
from tests.bench.audited import audit_store
from tests.bench.measure import Line, Pair, Run
from tests.bench.mixed import Mixed
from tests.bench.record import Seed

_MANY = 100_000
_MILLION = 1_000_000


@contextmanager
def _conduct(run: Run, number: int = _MANY) -> Iterator[Pair]:
    path = run.folder / "conduct.db"
    fill(Seed(), path, number).close()
    yield Pair(
        lambda: timed(lambda: audit_store(path, rules=True), number),
        lambda: timed(lambda: audit_store(path), number),
    )


@contextmanager
def _memory_of_a_million(run: Run) -> Iterator[Pair]:
    path = run.folder / "memory.db"
    fill(Seed(), path, _MILLION).close()
    with memory_of(path, _MILLION, "--rules") as pair:
        yield pair


@contextmanager
def _memory_of_everything(run: Run) -> Iterator[Pair]:
    path = run.folder / "mixed.db"
    Mixed().fill(f"sqlite:///{path}", _MANY).close()
    with memory_of(path, _MANY, "--rules") as pair:
        yield pair


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
    Line(
        "conduct-mixed",
        f"peak memory of an audit with the rules replayed, {_MANY:,} entries of everything",
        RESIDENT,
        "MB",
        _memory_of_everything,
        at_most=1.0,
        fixed=300,
        rounds=1,
        long=True,
    ),
    Line(
        "conduct-memory-million",
        f"peak memory of an audit with the rules replayed, {_MILLION:,} events",
        RESIDENT,
        "MB",
        _memory_of_a_million,
        at_most=1.0,
        fixed=300,
        rounds=1,
        long=True,
    ),
]
