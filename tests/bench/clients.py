"""Thirty-two clients at once, each with its own key, writing through one ``Ledger``."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.log import Ledger
from tests.bench.append import record
from tests.bench.measure import Line, Pair, Run
from tests.bench.raw import Signed, signed, verify
from tests.bench.record import Made, Seed

_CLIENTS = 32
_EACH = 100


@contextmanager
def _clients(run: Run) -> Iterator[Pair]:
    seed = Seed(people=_CLIENTS)
    made = seed.contributions(_CLIENTS * _EACH * (run.rounds + 1))
    ledger = seed.plant(f"sqlite:///{run.folder / 'clients.db'}")
    rounds = iter(
        [made[at : at + _CLIENTS * _EACH] for at in range(0, len(made), _CLIENTS * _EACH)]
    )
    signatures = signed([one.envelope for one in made[: 2 * 4000]], seed.keys())
    _together(ledger, next(rounds))
    yield Pair(lambda: _together(ledger, next(rounds)), lambda: _two_threads(signatures))
    ledger.close()


def _together(ledger: Ledger, made: list[Made]) -> float:
    """Each client records its own, one after the other; all begin together."""
    mine = [made[at::_CLIENTS] for at in range(_CLIENTS)]
    gate = threading.Barrier(_CLIENTS + 1)

    def client(some: list[Made]) -> None:
        gate.wait()
        record(ledger, some)

    return _run([threading.Thread(target=client, args=(some,)) for some in mine], gate, len(made))


def _two_threads(signatures: list[Signed]) -> float:
    gate = threading.Barrier(3)

    def one(some: list[Signed]) -> None:
        gate.wait()
        verify(some)

    half = len(signatures) // 2
    threads = [
        threading.Thread(target=one, args=(some,))
        for some in (signatures[:half], signatures[half:])
    ]
    return _run(threads, gate, len(signatures))


def _run(threads: list[threading.Thread], gate: threading.Barrier, number: int) -> float:
    for thread in threads:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - start) / number


LINES = [
    Line(
        "clients",
        f"{_CLIENTS} clients at once",
        "the rate at which two threads verify, and do nothing else",
        "/s",
        _clients,
        at_least=0.5,
        rounds=5,
    )
]
