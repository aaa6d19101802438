"""The sums of two views as plain SQL, over the same kept facts laid out as columns.

    table fact: one row an entry and giver, with the members that these sums need as columns

The same text runs in SQLite over that table, indexed for each join, and in DuckDB over the same
rows as a Parquet file. It is what somebody would write by hand for these two tables, and gives
nothing else: no entries behind a figure, no people behind a cell, no dates. It says less than the
views do where a record is less simple (a side declared twice, a line corrected, persons linked);
the record measured has none of that, and the figures are compared.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from projections.facts import Fact, Facts
from projections.result import Amount, ViewResult

TYPES = frozenset(
    f"{name}/v1"
    for name in (
        "contribution-recorded", "contribution-retracted", "contribution-reinstated",
        "contribution-sorted", "acting-for-declared", "gift-declared", "payment-offered",
        "payment-accepted", "payment-declined", "payment-redirected", "payment-claimed",
        "payment-approved", "payment-queried", "payment-refused", "payment-made",
    )
)  # fmt: skip
_NUMBERS = ("index", "minutes", "minor")
_WORDS = (
    "type", "mode", "project", "person", "side", "contribution", "stage", "offer", "claim",
    "kind", "currency",
)  # fmt: skip
COLUMNS = (*_NUMBERS, *_WORDS)
Sums = dict[tuple[str, str], Any]

_STANDING = """
WITH gone AS (
  SELECT contribution FROM fact
  WHERE type IN ('contribution-retracted/v1', 'contribution-reinstated/v1') GROUP BY contribution
  HAVING sum(CASE type WHEN 'contribution-retracted/v1' THEN 1 ELSE -1 END) > 0),
moved AS (
  SELECT contribution, stage FROM fact
  WHERE type = 'contribution-sorted/v1' AND stage IS NOT NULL),
says AS (SELECT person, project, side FROM fact WHERE type = 'acting-for-declared/v1'),
work AS (
  SELECT g.contribution, g.person, g.mode, g.minutes, coalesce(m.stage, g.stage) AS stage,
         coalesce(here.side, everywhere.side, 'unsaid') AS side
  FROM fact g
  LEFT JOIN moved m ON m.contribution = g.contribution
  LEFT JOIN says here ON here.person = g.person AND here.project = g.project
  LEFT JOIN says everywhere ON everywhere.person = g.person AND everywhere.project IS NULL
  WHERE g.type = 'contribution-recorded/v1'
    AND g.contribution NOT IN (SELECT contribution FROM gone))
"""
_TIME = (
    _STANDING
    + """
SELECT stage, side, count(*), count(DISTINCT person), sum(minutes),
       count(*) FILTER (WHERE minutes IS NULL)
FROM work GROUP BY stage, side
UNION ALL
SELECT 'all', side, count(*), count(DISTINCT person), sum(minutes),
       count(*) FILTER (WHERE minutes IS NULL)
FROM work GROUP BY side
"""
)
_NEVER = (
    _STANDING
    + """
SELECT count(*) FROM work w
LEFT JOIN fact o ON o.type = 'payment-offered/v1'
  AND o.contribution = w.contribution AND o.person = w.person
LEFT JOIN fact g ON g.type = 'gift-declared/v1'
  AND g.contribution = w.contribution AND g.person = w.person
WHERE w.side IN ('community', 'bridging') AND w.mode = 'live'
  AND o.offer IS NULL AND g.person IS NULL
"""
)
_PAYMENTS = """
WITH answers AS (
  SELECT offer, type FROM fact WHERE type IN
    ('payment-accepted/v1', 'payment-declined/v1', 'payment-redirected/v1')),
words AS (
  SELECT claim, type, row_number() OVER (PARTITION BY claim ORDER BY "index" DESC) AS back
  FROM fact
  WHERE type IN ('payment-approved/v1', 'payment-queried/v1', 'payment-refused/v1')),
claims AS (
  SELECT c.offer, count(*) AS n, count(*) FILTER (WHERE w.type = 'payment-approved/v1') AS approved,
         count(*) FILTER (WHERE w.type = 'payment-queried/v1') AS queried
  FROM fact c LEFT JOIN words w ON w.claim = c.claim AND w.back = 1
  WHERE c.type = 'payment-claimed/v1' GROUP BY c.offer),
paid AS (
  SELECT offer, sum(minor) AS minor FROM fact WHERE type = 'payment-made/v1' GROUP BY offer)
SELECT o.kind, o.currency, count(*), sum(o.minor),
       count(*) FILTER (WHERE a.type = 'payment-accepted/v1'),
       count(*) FILTER (WHERE a.type = 'payment-declined/v1'),
       sum(coalesce(c.n, 0)), sum(coalesce(c.approved, 0)), sum(coalesce(c.queried, 0)),
       sum(coalesce(p.minor, 0)),
       sum(CASE WHEN a.type = 'payment-accepted/v1' AND o.minor > coalesce(p.minor, 0)
                THEN o.minor - coalesce(p.minor, 0) ELSE 0 END)
FROM fact o
LEFT JOIN answers a ON a.offer = o.offer
LEFT JOIN claims c ON c.offer = o.offer
LEFT JOIN paid p ON p.offer = o.offer
WHERE o.type = 'payment-offered/v1' GROUP BY o.kind, o.currency
"""
_TIMED = ("work", "people", "most", "untimed")
_OFFERED = (
    "offers", "offered", "accepted", "declined", "claimed", "approved", "in_query", "paid", "open",
)  # fmt: skip


def rows(facts: Facts) -> Iterator[tuple[Any, ...]]:
    """The facts as rows of ``COLUMNS``; a contribution has one for each giver."""
    for fact in facts.of(*TYPES, before=facts.size):
        for person in _people(fact):
            found = _members(fact) | {"person": person}
            yield tuple(found.get(name) for name in COLUMNS)


def _people(fact: Fact) -> Sequence[str | None]:
    if "people" in fact.body:
        return [one["person"] for one in fact.body["people"]]
    return [fact.body.get("person") or fact.body.get("to")]


def _members(fact: Fact) -> dict[str, Any]:
    body = dict(fact.body)
    amount, time = body.get("amount") or {}, body.get("time") or {}
    return body | {
        "index": fact.index,
        "type": fact.type,
        "mode": fact.mode,
        "minor": amount.get("minor"),
        "currency": amount.get("currency"),
        "minutes": time.get("minutes"),
    }


def table(path: Path, made: Iterable[tuple[Any, ...]]) -> sqlite3.Connection:
    """An SQLite database with the table, indexed for each join and analysed."""
    db = sqlite3.connect(path)
    columns = ", ".join(
        [f'"{name}" INTEGER' for name in _NUMBERS] + [f"{name} TEXT" for name in _WORDS]
    )
    with db:
        db.execute(f"CREATE TABLE fact ({columns})")
        marks = ", ".join("?" * len(COLUMNS))
        db.executemany(f"INSERT INTO fact VALUES ({marks})", made)  # noqa: S608  our own names
        for name in ("contribution", "offer", "claim", "person"):
            db.execute(f"CREATE INDEX by_{name} ON fact (type, {name})")
    db.execute("ANALYZE")
    return db


def parquet(path: Path, made: Iterable[tuple[Any, ...]]) -> Any:
    """A DuckDB connection whose ``fact`` is the same rows as a Parquet file, read at each query."""
    import duckdb

    plain = path.with_suffix(".csv")
    with plain.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(made)
    db = duckdb.connect()
    types = dict.fromkeys(_NUMBERS, "BIGINT") | dict.fromkeys(_WORDS, "VARCHAR")
    db.execute(
        f"COPY (SELECT * FROM read_csv('{plain}', header = true, columns = {types}))"  # noqa: S608
        f" TO '{path}' (FORMAT parquet)"
    )
    db.execute(f"CREATE VIEW fact AS SELECT * FROM read_parquet('{path}')")  # noqa: S608  ours
    return db


def by_sql(run: Callable[[str], Any]) -> Sums:
    """The sums, by row and column of the views; ``run`` executes a statement."""
    found: Sums = {}
    for stage, side, *cells in run(_TIME).fetchall():
        found |= {(f"{stage}/{side}", name): cell for name, cell in zip(_TIMED, cells, strict=True)}
    for kind, currency, *cells in run(_PAYMENTS).fetchall():
        key = f"{kind}-{currency}"
        found |= {(key, name): int(cell) for name, cell in zip(_OFFERED, cells, strict=True)}
    [(never,)] = run(_NEVER).fetchall()
    return found | {("never-offered", "never_offered"): never}


def by_views(results: Iterable[ViewResult]) -> Sums:
    """The same sums out of the views ``time`` and ``payments``."""
    found: Sums = {}
    for result in results:
        for row in result.rows:
            for name in (*_TIMED, *_OFFERED, "never_offered"):
                if name in row.cells:
                    cell = row.cells[name]
                    found[row.name, name] = cell.minor if isinstance(cell, Amount) else cell
    return found
