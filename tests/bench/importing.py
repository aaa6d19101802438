"""Bulk import: ``Ledger.record_many`` against the sum of what it cannot do without."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.intake import Item
from tests.bench.measure import Line, Pair, Run
from tests.bench.memory import watched
from tests.bench.raw import RawStore, Rows, decode_all, signed, verify_on_all_cores
from tests.bench.record import TODAY, Made, Seed

_MANY = 40_000
_ROWS, _FEW_ROWS = 100_000, 10_000
_CHUNK = 2000


@contextmanager
def _import(run: Run, *, values: bool = False) -> Iterator[Pair]:
    seed = Seed()
    made = seed.contributions(_MANY, values=values)
    imports = _Imports(run, seed, made)
    imports()
    limit = _Limit(run, Rows.of(imports.last, len(seed.first)), seed, made)
    yield Pair(imports, limit, alone=imports, notes=lambda: limit.notes)


@contextmanager
def _with_values(run: Run) -> Iterator[Pair]:
    with _import(run, values=True) as pair:
        yield pair


class _Imports:
    """The same statements into one new ledger after the other."""

    def __init__(self, run: Run, seed: Seed, made: list[Made]) -> None:
        self._folder, self._seed, self._number = run.folder, seed, 0
        self._items = [Item(one.envelope, one.values) for one in made]
        self.last = run.folder / "import-0.db"

    def __call__(self) -> float:
        self._number += 1
        self.last = self._folder / f"import-{self._number}.db"
        with self._seed.plant(f"sqlite:///{self.last}") as ledger:
            start = time.perf_counter()
            ledger.record_many(self._items, today=TODAY, chunk=_CHUNK)
            return (time.perf_counter() - start) / len(self._items)


class _Limit:
    """Verify on all cores, then decode, then insert the very rows of events and tags."""

    def __init__(self, run: Run, rows: Rows, seed: Seed, made: list[Made]) -> None:
        self._folder, self._rows, self._number = run.folder, rows, 0
        self._envelopes = [one.envelope for one in made]
        self._signed = signed(self._envelopes, seed.keys())
        self._portions = []
        for at in range(0, len(rows.events), _CHUNK):
            events = rows.events[at : at + _CHUNK]
            first, last = events[0][1], events[-1][1]
            tags = [row for row in rows.tags if first <= row[3] <= last]  # type: ignore[operator]  # a number
            self._portions.append((events, tags))
        self.notes: list[str] = []

    def __call__(self) -> float:
        number = len(self._envelopes)
        verified, decoded = verify_on_all_cores(self._signed), decode_all(self._envelopes)
        written = self._write()
        parts = [seconds / number * 1e6 for seconds in (verified, decoded, written)]
        said = "limit: verify {:.1f} + decode {:.1f} + raw rows {:.1f} µs an event"
        self.notes = [said.format(*parts)]
        return (verified + decoded + written) / number

    def _write(self) -> float:
        self._number += 1
        raw = RawStore(self._folder / f"raw-{self._number}.db", self._rows)
        start = time.perf_counter()
        for events, tags in self._portions:
            raw.put_all(events, tags)
        seconds = time.perf_counter() - start
        raw.close()
        return seconds


@contextmanager
def _rows(run: Run) -> Iterator[Pair]:
    """``tally import`` of a table, from nothing to the last row, by how many rows it has."""
    environment = {name: text for name, text in os.environ.items() if name != "TALLY_LEDGER"}
    said: dict[int, str] = {}

    def peak(number: int) -> float:
        book, table, mapping = (run.folder / f"{number}{end}" for end in ("", ".csv", ".toml"))
        if book.exists():
            shutil.rmtree(book)
        mapping.write_text(_MAPPING)
        with table.open("w") as file:
            file.write("id,who,when,words\n")
            file.writelines(
                f"{n},P{n % 200},2026-01-{n % 28 + 1:02},{_WORDS} {n}\n" for n in range(number)
            )
        tally = [sys.executable, "-c", "from cli.main import main; main()"]
        made = [*tally, "init", str(book), "--name", "Rows", "--founder", "Ana", "--no-passphrase"]
        subprocess.run(made, env=environment, check=True, stdout=subprocess.DEVNULL)
        start = time.perf_counter()
        process = subprocess.Popen(
            [*tally, "--ledger", str(book), "import", str(table), "--map", str(mapping)],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        found = watched(process)
        if process.returncode:
            raise RuntimeError(f"tally import ended with {process.returncode}")
        said[number] = f"{number:,} rows in {time.perf_counter() - start:.0f} s"
        return found.together

    yield Pair(lambda: peak(_ROWS), lambda: peak(_FEW_ROWS), notes=lambda: sorted(said.values()))


_WORDS = "said in the third session and written down as it was said"
_MAPPING = """
[mapping]
name = "rows"
row = ["id"]
[project]
key = "late"
title = "Late clinic"
[contribution]
person = { column = "who" }
on = { column = "when" }
words = { column = "words" }
"""

_AGAINST = "verify on both cores + orjson decode + raw insert of the same rows, in series"

LINES = [
    Line("import", "bulk import", _AGAINST, "/s", _import, at_least=0.8, rounds=3),
    Line("import-values", "the same with a value each", _AGAINST, "/s", _with_values, rounds=3),
    Line(
        "import-rows",
        f"peak memory of tally import, {_ROWS:,} rows",
        f"the same of {_FEW_ROWS:,} rows",
        "MB",
        _rows,
        at_most=1.5,
        rounds=1,
        long=True,
    ),
]
