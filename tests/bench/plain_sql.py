"""The figures of two views as plain SQL, over the same kept facts laid out as columns.

    contribution_recorded, payment_offered, …   a table a type; a row an entry, or entry and giver

Every figure of ``time`` and ``payments`` is among them; all are compared before anything is timed.
It is written as somebody would who wants it fast, and of several ways the fastest was kept: a table
for each type with a key, or an index, for each join; offers and pieces of work put together once in
temporary tables, which both views read; what is looked up seldom is looked up only then.

It gives figures and nothing else: no entries behind them, no people behind a count, no relations,
no dates, no notes. It says less than the views do where a record is less simple: several sides
declared for one person, lines corrected, persons linked, work given by groups, gifts of a time,
two words in one answer. The record measured has none of that.

The same text runs in DuckDB over the same rows as Parquet files, which is told beside.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from domain.values import INTANGIBLE
from projections.cover import FOR_WORK
from projections.facts import Fact, Facts
from projections.result import Amount, ViewResult

_MONEY = "project to kind currency minor contribution mode"
#: The tables, named as the types whose facts they hold, and their columns.
TABLES: Mapping[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "contribution_recorded": "index contribution person place givers project stage mode minutes"
        " basis kinds",
        "contribution_retracted": "contribution",
        "contribution_reinstated": "contribution",
        "contribution_sorted": "contribution stage",
        "acting_for_declared": "person project side",
        "person_enrolled": "index person project route",
        "gift_declared": "contribution person",
        "payment_offered": f"offer number due {_MONEY}",
        "payment_accepted": "offer mode minor",
        "payment_declined": "offer mode",
        "payment_redirected": "offer mode",
        "payment_claimed": f"claim offer {_MONEY}",
        "payment_approved": "index claim minor due",
        "payment_queried": "index claim",
        "payment_refused": "index claim",
        "payment_made": "payment offer claim minor day",
        "payment_received": "payment received",
        "payment_reversed": "offer claim minor",
        "payment_written_off": "offer claim minor",
        "today": "day",
    }.items()
}
TYPES = frozenset(f"{name.replace('_', '-')}/v1" for name in TABLES if name != "today")
#: By what rows are found: a table's own key, where it has one, and indexes of the others.
_KEYS = {
    "contribution_sorted": "contribution",
    "payment_accepted": "offer",
    "payment_declined": "offer",
    "payment_redirected": "offer",
    "payment_claimed": "claim",
    "payment_approved": 'claim, "index"',
    "payment_queried": 'claim, "index"',
    "payment_refused": 'claim, "index"',
    "payment_made": "payment",
    "payment_received": "payment",
}
_INDEXES = {
    "acting_for_declared": "person, project, side",
    "person_enrolled": "route, person, project",
    "gift_declared": "contribution, person",
    "payment_claimed": "offer",
}
#: Days are numbers, as is usual where they are compared and subtracted.
_NUMBERS = frozenset(["index", "place", "givers", "minutes", "minor", "number", "due", "day"])
Sums = dict[tuple[str, str], Any]


def _quoted(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _without(text: str) -> str:
    """The text without any word for intangible labour."""
    for word in sorted(INTANGIBLE):
        text = f"replace({text}, '{word}', '')"
    return text


def _known(name: str, if_any: str) -> str:
    """A sum, zero where there is none; not known where nothing has a time at all."""
    return f"CASE WHEN {if_any} IS NOT NULL THEN coalesce({name}, 0) END"


#: Each offer, and each claim on no offer, with what became of it.
_MATTER = """
CREATE TEMP TABLE matter AS
WITH spoken AS MATERIALIZED (
  SELECT c.claim, coalesce(c.offer, c.claim) AS matter, c.minor, c.mode,
    coalesce((SELECT max("index") FROM payment_approved WHERE claim = c.claim), -1) AS approved,
    coalesce((SELECT max("index") FROM payment_queried WHERE claim = c.claim), -1) AS queried,
    coalesce((SELECT max("index") FROM payment_refused WHERE claim = c.claim), -1) AS refused
  FROM payment_claimed c),
claims AS MATERIALIZED (
  SELECT CAST(s.matter AS TEXT) AS matter, count(*) AS claims,
    count(*) FILTER (WHERE s.approved >= 0 AND s.approved > s.refused) AS approved,
    count(*) FILTER (WHERE s.approved < 0 AND s.queried < 0 AND s.refused < 0) AS waiting,
    count(*) FILTER (WHERE s.queried > s.approved AND s.queried > s.refused) AS in_query,
    count(*) FILTER (WHERE s.refused > s.approved AND s.refused > s.queried) AS refused,
    count(*) FILTER (WHERE s.approved < 0 AND s.queried >= s.refused) AS asked,
    count(*) FILTER (WHERE s.mode = 'live') AS live,
    sum(a.minor) FILTER (WHERE s.approved > s.refused) AS agreed,
    min(a.due) AS due
  FROM spoken s
  LEFT JOIN payment_approved a ON a.claim = s.claim AND a."index" = s.approved
  GROUP BY s.matter),
moved AS MATERIALIZED (
  SELECT CAST(matter AS TEXT) AS matter, sum(paid) AS paid, sum(taken_back) AS taken_back,
    sum(written_off) AS written_off, max(day) AS paid_on, max(short) AS short
  FROM (
    SELECT coalesce(p.offer, p.claim) AS matter, p.minor AS paid, 0 AS taken_back,
      0 AS written_off, p.day, CASE WHEN r.received <> 'all' THEN 1 END AS short
    FROM payment_made p LEFT JOIN payment_received r ON r.payment = p.payment
    UNION ALL
    SELECT coalesce(offer, claim), 0, minor, 0, NULL, NULL FROM payment_reversed
    UNION ALL
    SELECT coalesce(offer, claim), 0, 0, minor, NULL, NULL FROM payment_written_off) AS m
  GROUP BY matter),
begun AS (
  SELECT o.offer AS matter, 1 AS offered, o."to" AS person, o.project, o.contribution, o.kind,
    o.currency, o.number, o.minor * o.number AS stated, o.due AS offer_due, y.minor AS less,
    CASE WHEN y.offer IS NOT NULL THEN 'accepted' WHEN n.offer IS NOT NULL THEN 'declined'
         WHEN r.offer IS NOT NULL THEN 'redirected' ELSE '' END AS answer,
    coalesce(y.mode, n.mode, r.mode, '') AS answered,
    CASE WHEN o.mode = 'history' OR o."to" LIKE 'group:%' THEN 1 ELSE 0 END AS mute
  FROM payment_offered o
  LEFT JOIN payment_accepted y ON y.offer = o.offer
  LEFT JOIN payment_declined n ON n.offer = o.offer
  LEFT JOIN payment_redirected r ON r.offer = o.offer
  UNION ALL
  SELECT claim, 0, "to", project, contribution, kind, currency, 1, minor, NULL, NULL, '', '', 0
  FROM payment_claimed WHERE offer IS NULL),
joined AS MATERIALIZED (
  SELECT b.*, coalesce(c.claims, 0) AS claims, coalesce(c.approved, 0) AS approved,
    coalesce(c.waiting, 0) AS waiting, coalesce(c.in_query, 0) AS in_query,
    coalesce(c.refused, 0) AS refused, coalesce(m.paid - m.taken_back, 0) AS paid, m.paid_on,
    coalesce(m.taken_back, 0) AS taken_back, coalesce(m.written_off, 0) AS written_off, m.short,
    coalesce(c.due, b.offer_due) AS due_on,
    CASE WHEN b.answer IN ('accepted', 'redirected') THEN coalesce(b.less, b.stated)
         ELSE coalesce(c.agreed, 0) END AS promised,
    CASE WHEN b.answer IN ('accepted', 'redirected') THEN 0 ELSE coalesce(c.asked, 0) END AS asked,
    CASE WHEN b.answered = 'live' OR c.live > 0 THEN 1 ELSE 0 END AS kept
  FROM begun b
  LEFT JOIN claims c ON c.matter = b.matter
  LEFT JOIN moved m ON m.matter = b.matter)
SELECT *,
  CASE WHEN kept = 1 AND NOT (claims > 0 AND claims = refused) AND promised > paid + written_off
       THEN promised - paid - written_off ELSE 0 END AS open,
  CASE WHEN promised > 0 AND paid >= promised THEN 1 ELSE 0 END AS settled,
  CASE WHEN promised > 0 AND paid >= promised AND paid_on > due_on THEN 1 ELSE 0 END AS late,
  CASE WHEN paid_on IS NULL AND kept = 0 AND (promised > 0 OR mute = 1 AND answer = '')
       THEN 1 ELSE 0 END AS unrecorded,
  CASE WHEN paid_on IS NULL AND offered = 1 AND mute = 0 AND answer = ''
       THEN 1 ELSE 0 END AS awaiting
FROM joined
"""
_PAYMENTS = """
WITH judged AS (
  SELECT m.*, CASE WHEN answer = '' AND awaiting = 0 THEN 1 END AS unanswered,
    CASE WHEN open > 0 AND due_on < (SELECT day FROM today)
         THEN (SELECT day FROM today) - due_on END AS overdue,
    CASE WHEN promised > 0 AND unrecorded = 0 AND NOT (claims > 0 AND claims = refused)
          AND (settled = 1 OR written_off > 0
               OR kept = 1 AND (due_on IS NULL OR due_on < (SELECT day FROM today)))
         THEN 1 ELSE 0 END AS due
  FROM matter m),
sums AS (
  SELECT offered, kind, currency, count(*) AS offers, sum(number) AS places,
    sum(stated) AS stated, count(*) FILTER (WHERE answer = 'accepted') AS accepted,
    count(less) AS accepted_less, count(*) FILTER (WHERE answer = 'redirected') AS redirected,
    count(*) FILTER (WHERE answer = 'declined') AS declined, sum(awaiting) AS awaiting,
    count(unanswered) AS no_answer, sum(claims) AS claimed, sum(approved) AS approved,
    sum(waiting) AS waiting, sum(in_query) AS in_query, sum(refused) AS refused,
    count(*) FILTER (WHERE paid > 0) AS paid_offers, sum(paid) AS paid,
    count(short) AS not_arrived, sum(taken_back) AS taken_back, sum(written_off) AS written_off,
    sum(due) AS due, count(*) FILTER (WHERE due = 1 AND settled = 1 AND late = 0) AS as_promised,
    count(*) FILTER (WHERE due = 1 AND late = 1) AS late, sum(open) AS open,
    count(overdue) AS overdue, sum(CASE WHEN overdue > 0 THEN open ELSE 0 END) AS overdue_money,
    max(overdue) AS oldest, count(*) FILTER (WHERE open > 0 AND due_on IS NULL) AS no_day,
    sum(unrecorded) AS payment_not_recorded
  FROM judged GROUP BY offered, kind, currency)
SELECT *, CASE WHEN due >= 10 THEN floor((2000 * as_promised + due) / (2.0 * due)) / 10 END
FROM sums
"""
#: Each giver's part of each standing contribution, with what covered it.
_PIECE = f"""
CREATE TEMP TABLE piece AS
WITH gone AS (
  SELECT contribution FROM (
    SELECT contribution, 1 AS turn FROM contribution_retracted
    UNION ALL SELECT contribution, -1 FROM contribution_reinstated) AS turns
  GROUP BY contribution HAVING sum(turn) > 0),
standing AS (
  SELECT c."index", c.contribution, c.person, c.project, c.mode, c.basis, c.kinds,
    coalesce(m.stage, c.stage) AS stage, coalesce(here.side, everywhere.side, 'unsaid') AS side,
    (c.minutes - c.minutes % c.givers) / c.givers
      + CASE WHEN c.place < c.minutes % c.givers THEN 1 ELSE 0 END AS minutes
  FROM contribution_recorded c
  LEFT JOIN contribution_sorted m ON m.contribution = c.contribution
  LEFT JOIN acting_for_declared here ON here.person = c.person AND here.project = c.project
  LEFT JOIN acting_for_declared everywhere
    ON everywhere.person = c.person AND everywhere.project IS NULL
  WHERE c.contribution NOT IN (SELECT contribution FROM gone)),
sets AS MATERIALIZED (SELECT DISTINCT kinds FROM contribution_recorded),
intangible AS MATERIALIZED (
  SELECT kinds FROM sets WHERE trim({_without("kinds")}) = '' AND kinds <> ''),
named AS MATERIALIZED (
  SELECT contribution, person, max(open) AS open, max(paid) AS paid, max(awaiting) AS awaiting,
    max(asked) AS asked, max(unrecorded) AS unrecorded,
    min(CASE WHEN answer = 'declined' THEN 1 ELSE 0 END) AS declined
  FROM matter WHERE contribution IS NOT NULL AND kind IN ({_quoted(FOR_WORK)})
  GROUP BY contribution, person),
loose AS MATERIALIZED (
  SELECT project, person,
    max(CASE WHEN kind = 'wage' AND (answer = 'accepted' OR paid > 0) THEN 1 ELSE 0 END) AS wage
  FROM matter WHERE contribution IS NULL AND kind IN ({_quoted(FOR_WORK)})
  GROUP BY project, person)
SELECT s."index", s.stage, s.side, s.person, s.basis, s.minutes,
  CASE WHEN s.kinds IN (SELECT kinds FROM intangible) THEN 1 ELSE 0 END AS intangible,
  CASE
    WHEN n.open > 0 THEN 'waiting'
    WHEN n.paid > 0 THEN 'paid'
    WHEN EXISTS (SELECT 1 FROM gift_declared g
                 WHERE g.contribution = s.contribution AND g.person = s.person) THEN 'gift'
    WHEN EXISTS (SELECT 1 FROM person_enrolled e
                 WHERE e.route = 'employed' AND e.person = s.person AND e."index" < s."index"
                   AND (e.project = s.project OR e.project IS NULL)) THEN 'salary'
    WHEN EXISTS (SELECT 1 FROM loose l
                 WHERE l.project = s.project AND l.person = s.person AND l.wage = 1) THEN 'salary'
    WHEN n.awaiting > 0 OR n.asked > 0 THEN 'waiting'
    WHEN n.unrecorded > 0 THEN 'unknown'
    WHEN n.declined > 0 THEN 'declined'
    WHEN n.contribution IS NOT NULL THEN 'waiting'
    ELSE coalesce((SELECT 'unknown' FROM loose l
                   WHERE l.project = s.project AND l.person = s.person),
      CASE WHEN s.mode = 'live' AND s.side IN ('community', 'bridging') THEN 'never_offered'
           ELSE 'unknown' END)
  END AS cause
FROM standing s
LEFT JOIN named n ON n.contribution = s.contribution AND n.person = s.person
"""  # noqa: S608  our own words
_TIMED = ("worked", "estimated", "band", "least", "most")
_INTANGIBLE = tuple(
    f"intangible{name}" for name in ("_least", "", "_covered", "_choice", "_uncovered", "_unknown")
)
_SUMS = """
    count(DISTINCT person) AS people, count(DISTINCT "index") AS work,
    count(DISTINCT CASE WHEN minutes IS NULL THEN "index" END) AS untimed,
    sum(minutes) FILTER (WHERE basis = 'worked') AS worked,
    sum(minutes) FILTER (WHERE basis = 'estimated') AS estimated,
    sum(minutes) FILTER (WHERE basis = 'band') AS band,
    sum(minutes) FILTER (WHERE basis <> 'band') AS least, sum(minutes) AS most,
    sum(minutes) FILTER (WHERE intangible = 1 AND basis <> 'band') AS intangible_least,
    sum(minutes) FILTER (WHERE intangible = 1) AS intangible,
    sum(minutes) FILTER (WHERE intangible = 1 AND cause IN ('paid', 'salary'))
      AS intangible_covered,
    sum(minutes) FILTER (WHERE intangible = 1 AND cause IN ('gift', 'declined'))
      AS intangible_choice,
    sum(minutes) FILTER (WHERE intangible = 1 AND cause IN ('waiting', 'never_offered'))
      AS intangible_uncovered,
    sum(minutes) FILTER (WHERE intangible = 1 AND cause = 'unknown') AS intangible_unknown
"""
_TIME = f"""
WITH sums AS (
  SELECT stage, side, {_SUMS} FROM piece GROUP BY stage, side
  UNION ALL
  SELECT 'all', side, {_SUMS} FROM piece GROUP BY side)
SELECT stage, side, people, work, untimed,
  {", ".join(_known(name, "most") for name in _TIMED)},
  {", ".join(_known(name, "intangible") for name in _INTANGIBLE)}
FROM sums
"""  # noqa: S608  our own words
_NEVER = "SELECT count(*) FROM piece WHERE cause = 'never_offered'"
_TIME_CELLS = ("people", "work", "untimed", *_TIMED, *_INTANGIBLE)
_OFFER_CELLS = (
    "offers", "places", "offered", "accepted", "accepted_less", "redirected", "declined",
    "awaiting", "no_answer",
)  # fmt: skip
_MONEY_CELLS = (
    "claimed", "approved", "waiting", "in_query", "refused", "paid_offers", "paid", "not_arrived",
    "taken_back", "written_off", "due", "as_promised", "late", "open", "overdue", "overdue_money",
    "oldest", "no_day", "payment_not_recorded", "share_as_promised",
)  # fmt: skip


def rows(facts: Facts) -> dict[str, list[tuple[Any, ...]]]:
    """The facts as rows of the ``TABLES``; a contribution has one for each giver."""
    found: dict[str, list[tuple[Any, ...]]] = {
        "today": [(max(day for _, day in facts.days).toordinal(),)]
    }
    for name, columns in TABLES.items():
        of_type = facts.of(f"{name.replace('_', '-')}/v1", before=facts.size)
        found.setdefault(name, []).extend(
            tuple(map(said.get, columns)) for fact in of_type for said in _said(fact)
        )
    return found


def _said(fact: Fact) -> Iterator[dict[str, Any]]:
    body = dict(fact.body)
    said = body | body.get("amount", {}) | body.get("time", {})
    said |= {"index": fact.index, "mode": fact.mode, "day": fact.day and fact.day.toordinal()}
    said |= {"number": body.get("number", 1), "kinds": " ".join(body.get("kinds", ()))}
    if "due" in body:
        said["due"] = date.fromisoformat(body["due"]).toordinal()
    givers = body.get("people", [{}])
    for place, giver in enumerate(givers):
        yield said | giver | {"place": place, "givers": len(givers)}


def table(path: Path, made: Mapping[str, list[tuple[Any, ...]]]) -> sqlite3.Connection:
    """An SQLite database with the tables, keyed or indexed for each join and analysed."""
    db = sqlite3.connect(path)
    db.executescript("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -200000")
    with db:
        for name, columns in TABLES.items():
            typed = [f'"{one}" {"INTEGER" if one in _NUMBERS else "TEXT"}' for one in columns]
            key = [f"PRIMARY KEY ({_KEYS[name]})"] if name in _KEYS else []
            how = "WITHOUT ROWID" if key else ""
            db.execute(f"CREATE TABLE {name} ({', '.join(typed + key)}) {how}")
            marks = ", ".join("?" * len(columns))
            db.executemany(f"INSERT INTO {name} VALUES ({marks})", made[name])  # noqa: S608  ours
        for name, columns in _INDEXES.items():
            db.execute(f"CREATE INDEX {name}_by ON {name} ({columns})")
    db.execute("ANALYZE")
    return db


def parquet(folder: Path, made: Mapping[str, list[tuple[Any, ...]]]) -> Any:
    """A DuckDB connection whose tables are the same rows as Parquet files, read at each query."""
    import duckdb

    folder.mkdir()
    db = duckdb.connect()
    for name, columns in TABLES.items():
        plain, path = folder / f"{name}.csv", folder / f"{name}.parquet"
        with plain.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(made[name])
        types = {one: "BIGINT" if one in _NUMBERS else "VARCHAR" for one in columns}
        db.execute(
            f"COPY (SELECT * FROM read_csv('{plain}', header = true, columns = {types}))"  # noqa: S608
            f" TO '{path}' (FORMAT parquet)"
        )
        db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")  # noqa: S608  ours
    return db


def by_sql(run: Callable[[str], Any]) -> Sums:
    """All figures, by row and column of the views; ``run`` executes a statement."""
    for name, made in (("matter", _MATTER), ("piece", _PIECE)):
        run(f"DROP TABLE IF EXISTS {name}")
        run(made)
    found: Sums = {}
    for stage, side, *cells in run(_TIME).fetchall():
        found |= _cells(f"{stage}/{side}", _TIME_CELLS, cells)
    for offered, kind, currency, *cells in run(_PAYMENTS).fetchall():
        of_offer, of_both = cells[: len(_OFFER_CELLS)], cells[len(_OFFER_CELLS) :]
        key = f"{'' if offered else 'claimed-'}{kind}-{currency}"
        found |= _cells(key, _OFFER_CELLS, of_offer) if offered else {}
        found |= _cells(key, _MONEY_CELLS, of_both)
    [(never,)] = run(_NEVER).fetchall()
    return found | {("never-offered", "never_offered"): never}


def _cells(row: str, names: tuple[str, ...], cells: list[Any]) -> Sums:
    """The cells that are known."""
    return {(row, name): cell for name, cell in zip(names, cells, strict=True) if cell is not None}


def by_views(results: Iterable[ViewResult]) -> Sums:
    """Every number of the views ``time`` and ``payments``, by row and column; minor units."""
    return {
        (row.name, name): cell.minor if isinstance(cell, Amount) else cell
        for result in results
        for row in result.rows
        for name, cell in row.cells.items()
        if isinstance(cell, int | float | Amount)
    }
