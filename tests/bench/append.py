"""One signed append: on SQLite, with a value beside it, with the rules asked, on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from ledger.envelope import parse_envelope
from ledger.log import Ledger
from ledger.statement import Statement, parse_statement
from projections.judge import Judge
from tests.bench.measure import Line, Pair, Run
from tests.bench.raw import RawStore, Rows, Signed, signed
from tests.bench.record import TODAY, Made, Seed

T = TypeVar("T")

#: Appends in a round: enough that the moving of the write-ahead log has its share in each.
_MANY = 500


def record(ledger: Ledger, some: list[Made]) -> None:
    """Record statements one by one, as anybody would."""
    for made in some:
        ledger.record(made.envelope, made.values, today=TODAY)


def record_by_rules(ledger: Ledger, judge: Judge, some: list[tuple[Made, Statement]]) -> None:
    """The same, each judged by the rules of the domain, as ``tally`` does before it signs.

    Each comes with its statement: who composes one has it (``ledger.statement.composed``), and the
    rules are asked before it is sealed.
    """
    for made, statement in some:
        judged = judge.judge(statement, TODAY.isoformat())
        receipt = ledger.record(made.envelope, made.values, judged.conditions, today=TODAY)
        judge.learn(judged, receipt, made.envelope)


class Portions(Generic[T]):
    """A supply of statements, a portion for each round, that one ledger records in order."""

    def __init__(self, made: list[T], size: int = _MANY) -> None:
        self._made, self._size, self._at = made, size, 0

    def next(self) -> list[T]:
        """The next portion; says so when the supply was too small."""
        self._at += self._size
        if self._at > len(self._made):
            raise RuntimeError("more rounds than statements were made for")
        return self._made[self._at - self._size : self._at]


def timed(work: Callable[[], object], number: int) -> float:
    """Seconds for one of ``number`` pieces of work done by one call."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / number


@contextmanager
def _sqlite(run: Run, *, values: bool = False) -> Iterator[Pair]:
    seed = Seed()
    made = seed.contributions(_MANY * (run.rounds + 1), values=values)
    ledger = seed.plant(f"sqlite:///{run.folder / 'append.db'}")
    portions = Portions(made)
    record(ledger, portions.next())  # warm: connections, statements, keys
    rows = Rows.of(run.folder / "append.db", len(seed.first))
    raw = RawStore(run.folder / "raw.db", rows)
    limit = _Limit(raw, rows, signed([m.envelope for m in made[:_MANY]], seed.keys()))

    def notes() -> list[str]:
        """What stands between the two, and what it would be beside a slower disk."""
        ours, least = sorted(each)[len(each) // 2], sorted(limit.each)[len(limit.each) // 2]
        more, slow = ours - least, 370e-6
        return [
            f"limit {least * 1e6:.0f} µs, ours {more * 1e6:.0f} µs more; the same on a disk as "
            f"slow as the design's (limit {slow * 1e6:.0f} µs) would be {slow / (slow + more):.2f}"
        ]

    each: list[float] = []

    def ours() -> float:
        each.append(timed(lambda: record(ledger, portions.next()), _MANY))
        return each[-1]

    yield Pair(ours, limit, notes=notes)
    raw.close()
    ledger.close()


class _Limit:
    """Verify, then insert the row of the event, durably; then the next."""

    def __init__(self, raw: RawStore, rows: Rows, signatures: list[Signed]) -> None:
        self._raw, self._rows, self._signatures = raw, rows, signatures
        self._round = 0
        self.each: list[float] = []

    def __call__(self) -> float:
        self._round += 1
        shift = 1_000_000 * self._round  # another index, place in the chain and nonce each round
        events = [
            (row[0], row[1] + shift, row[2], row[3] + shift, f"{row[4]}{self._round}", *row[5:])  # type: ignore[operator]  # a number
            for row in self._rows.events
        ]
        put = self._raw.put
        start = time.perf_counter()
        for (key, signature, message), event in zip(self._signatures, events, strict=True):
            key.verify(signature, message)
            put(event)
        self.each.append((time.perf_counter() - start) / len(events))
        return self.each[-1]


@contextmanager
def _with_value(run: Run) -> Iterator[Pair]:
    with _sqlite(run, values=True) as pair:
        yield pair


@contextmanager
def _with_rules(run: Run) -> Iterator[Pair]:
    seed = Seed()
    made = seed.contributions(_MANY * (2 * run.rounds + 2))
    ledger = seed.plant(f"sqlite:///{run.folder / 'rules.db'}")
    composed = Portions([(one, _statement(one)) for one in made])
    record(ledger, [one for one, _ in composed.next()])
    judge = Judge(ledger)
    record_by_rules(ledger, judge, composed.next())

    def plain() -> float:
        some = [one for one, _ in composed.next()]
        return timed(lambda: record(ledger, some), _MANY)

    def by_rules() -> float:
        some = composed.next()
        return timed(lambda: record_by_rules(ledger, judge, some), _MANY)

    yield Pair(by_rules, plain)
    ledger.close()


def _statement(made: Made) -> Statement:
    return parse_statement(parse_envelope(made.envelope).payload)


_MOVE = """WITH moved AS (
  UPDATE bench_head SET size = size + 1, frontier = %b WHERE ledger_id = 1 AND size = %s
  RETURNING size)
INSERT INTO bench_event SELECT 1, %s, %s, %s, %s, %s, %s, %b, %b FROM moved"""


@contextmanager
def _postgres(run: Run, *, verified: bool = False) -> Iterator[Pair]:
    from tests.postgres import postgres_server

    seed = Seed()
    made = seed.contributions(_MANY * (run.rounds + 1))
    portions = Portions(made)
    planted = seed.plant(f"sqlite:///{run.folder / 'rows.db'}")
    record(planted, made[:_MANY])
    planted.close()
    rows = Rows.of(run.folder / "rows.db", len(seed.first))
    signatures = signed([m.envelope for m in made[:_MANY]], seed.keys()) if verified else []
    with postgres_server() as url:
        ledger = seed.plant(url)
        record(ledger, portions.next())
        limit = _CompareAndSet(url, rows, signatures)
        yield Pair(lambda: timed(lambda: record(ledger, portions.next()), _MANY), limit)
        limit.close()
        ledger.close()


@contextmanager
def _postgres_verified(run: Run) -> Iterator[Pair]:
    with _postgres(run, verified=True) as pair:
        yield pair


class _CompareAndSet:
    """Move the head from the size that is known and insert the event, in one statement.

    With ``signatures`` one is verified before each.
    """

    def __init__(self, url: str, rows: Rows, signatures: list[Signed]) -> None:
        import psycopg

        self._connection = psycopg.connect(url, autocommit=True)
        self._run = self._connection.execute
        self._run("CREATE TABLE bench_head (LIKE ledger_head INCLUDING ALL)")
        self._run("CREATE TABLE bench_event (LIKE event INCLUDING ALL)")
        self._run("INSERT INTO bench_head VALUES (1, 0, '')")
        self._events, self._size, self._round = rows.events, 0, 0
        self._signatures = signatures

    def __call__(self) -> float:
        self._round += 1
        shift = 1_000_000 * self._round
        edge = bytes(8 + 32 * 10)
        rows = [
            (edge, self._size + at, row[1] + shift, row[2], row[3] + shift,  # type: ignore[operator]  # a number
             f"{row[4]}{self._round}", *row[5:])
            for at, row in enumerate(self._events)
        ]  # fmt: skip
        start = time.perf_counter()
        for at, row in enumerate(rows):
            if self._signatures:
                key, signature, message = self._signatures[at]
                key.verify(signature, message)
            if self._run(_MOVE, row).rowcount != 1:
                raise RuntimeError("the compare-and-set found another size")
        seconds = time.perf_counter() - start
        self._size += len(rows)
        return seconds / len(rows)

    def close(self) -> None:
        self._connection.close()


_SERIES = "one Ed25519 verify + one durable raw insert of the event's row, in series"

LINES = [
    Line("append", "one signed append, SQLite", _SERIES, "/s", _sqlite, at_least=0.8, rounds=15),
    Line("append-value", "the same with one encrypted value", _SERIES, "/s", _with_value),
    Line(
        "append-rules",
        "the same with the rules asked, time",
        "the same append without the rules",
        "s",
        _with_rules,
        at_most=1.3,
    ),
    Line(
        "append-postgres",
        "one signed append, PostgreSQL",
        "one-round-trip compare-and-set of the same row, nothing verified",
        "/s",
        _postgres,
        at_least=0.6,
    ),
    Line(
        "append-postgres-verified",
        "the same",
        "one Ed25519 verify + the same compare-and-set, in series",
        "/s",
        _postgres_verified,
    ),
]
