"""The full audit, steps 1–9, of a live store and of a published directory; and its memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.check import check_directory
from ledger.check_report import Report
from ledger.errors import CANNOT_BE_CHECKED
from ledger.intake import Item
from ledger.log import Ledger
from ledger.note import ED25519, make_vkey
from ledger.publish import publish
from projections.bridge import catalogue
from tests.bench.audited import audit_store
from tests.bench.measure import Line, Pair, Run
from tests.bench.memory import Peak, watched
from tests.bench.raw import decode_all, hash_all, signed, verify_on_all_cores
from tests.bench.record import TODAY, Seed
from tests.projections.book import ORIGIN

_MANY = 50_000
_MEMORY = 100_000
_MILLION = 1_000_000
_PORTION = 50_000


def fill(seed: Seed, path: Path, number: int) -> Ledger:
    """A ledger of ``number`` contributions, imported a portion at a time."""
    ledger = seed.plant(f"sqlite:///{path}")
    for at in range(0, number, _PORTION):
        made = seed.stream(min(_PORTION, number - at))
        ledger.record_many([Item(one.envelope) for one in made], today=TODAY)
    return ledger


@contextmanager
def _store(run: Run) -> Iterator[Pair]:
    seed, path = Seed(), run.folder / "audit.db"
    ledger = fill(seed, path, _MANY)
    limit = _Limit(seed, ledger)
    ledger.close()
    yield Pair(
        lambda: timed(lambda: audit_store(path), _MANY),
        limit,
        alone=lambda: audit_store(path, cores=1),
        notes=lambda: limit.notes,
    )


@contextmanager
def _directory(run: Run) -> Iterator[Pair]:
    seed = Seed()
    ledger = fill(seed, run.folder / "audit.db", _MANY)
    ledger.make_checkpoint(seed.log_key)
    policy = f"log {make_vkey(ORIGIN, ED25519, seed.log_key.public)}\nquorum none\n"
    published = run.folder / "published"
    publish(ledger, published, "auditor", policy)
    limit = _Limit(seed, ledger)
    ledger.close()

    def audit() -> Report:
        return check_directory(published, policy=policy, catalogue=catalogue())

    def notes() -> list[str]:
        start = time.perf_counter()
        files = [path.read_bytes() for path in (published / "envelopes").rglob("*.json")]
        each = (time.perf_counter() - start) / len(files)
        return [*limit.notes, f"reading the {len(files)} files alone: {each * 1e6:.1f} µs an event"]

    yield Pair(lambda: timed(audit, _MANY), limit, notes=notes)


class _Limit:
    """Verify on all cores, then decode, then hash; the very same envelopes, held in memory."""

    def __init__(self, seed: Seed, ledger: Ledger) -> None:
        first = len(seed.first)
        self._envelopes = [entry.envelope or b"" for entry in ledger.entries(first)]
        self._signed = signed(self._envelopes, seed.keys())
        self.notes: list[str] = []

    def __call__(self) -> float:
        number = len(self._envelopes)
        verified = verify_on_all_cores(self._signed)
        decoded, hashed = decode_all(self._envelopes), hash_all(self._envelopes)
        parts = [seconds / number * 1e6 for seconds in (verified, decoded, hashed)]
        said = "limit: verify {:.1f} + decode {:.1f} + hash {:.1f} µs an event"
        self.notes = [said.format(*parts)]
        return (verified + decoded + hashed) / number


def timed(audit: Callable[[], Report], number: int) -> float:
    """Seconds an event; the ledger is honest, so anything found is a mistake of this program."""
    start = time.perf_counter()
    report = audit()
    seconds = time.perf_counter() - start
    if report.exit_code == 10 or report.size < number:
        raise RuntimeError(f"the audit found fault with an honest ledger: {report.findings[:3]}")
    return seconds / number


@contextmanager
def _memory(run: Run, number: int = _MEMORY) -> Iterator[Pair]:
    path = run.folder / "memory.db"
    fill(Seed(), path, number).close()
    with memory_of(path, number) as pair:
        yield pair


@contextmanager
def memory_of(path: Path, number: int, *how: str) -> Iterator[Pair]:
    """The peak of an audit by a process of its own; ``how`` is what it is told besides the path."""
    said: list[str] = []

    def peak() -> float:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.audited", str(path), *how], stdout=subprocess.PIPE
        )
        found: Peak = watched(process)
        seconds = time.perf_counter() - start
        report = json.loads(process.stdout.read()) if process.stdout else {}
        if report.get("exit") not in {0, CANNOT_BE_CHECKED}:  # values lie in a vault elsewhere
            raise RuntimeError(f"the audit ended {report}")
        said[:] = [
            f"{number:,} events in {seconds:.1f} s; the checking process alone "
            f"{found.parent:.0f} MB, its workers the rest"
        ]
        return found.together

    yield Pair(peak, notes=lambda: said)


@contextmanager
def _memory_of_a_million(run: Run) -> Iterator[Pair]:
    with _memory(run, _MILLION) as pair:
        yield pair


_AGAINST = "verify on both cores + orjson decode + hashing of the same envelopes, in series"
RESIDENT = "300 MB, for the checking process and its workers together"

LINES = [
    Line("audit-store", "full audit of a store", _AGAINST, "/s", _store, at_least=0.85, rounds=3),
    Line(
        "audit-directory",
        "full audit of a published directory",
        _AGAINST,
        "/s",
        _directory,
        at_least=0.85,
        rounds=3,
    ),
    Line(
        "audit-memory",
        f"peak memory of an audit, {_MEMORY:,} events",
        RESIDENT,
        "MB",
        _memory,
        at_most=1.0,
        fixed=300,
        rounds=1,
    ),
    Line(
        "audit-million",
        f"peak memory of an audit, {_MILLION:,} events",
        RESIDENT,
        "MB",
        _memory_of_a_million,
        at_most=1.0,
        fixed=300,
        rounds=1,
        long=True,
    ),
]
