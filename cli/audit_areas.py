"""The areas of an audit: decisions, power, payments, people; each one function over its views.

    area   the views it reads                      what it asks
    ────   ───────────────────                      ────────────
    decisions  decisions, provenance               what was decided, by whom, under which authority
    power      power                               who holds which power, and how power ended
    payments   payments, reasons, owed             what was promised, paid, late and open
    people     unanswered, integrity, inclusion    who waits for a reply, was told, came and left

A new area is one function and one line in ``AREAS``. People are named where the view names them:
for seats, votes and powers, never for money, time or leaving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from cli.audit_page import Line, Section, section, unknown, why
from cli.names import short
from cli.render.text import silence, visible, words
from projections.result import Hidden, Row, ViewResult

Results = Mapping[str, ViewResult]


class Area(NamedTuple):
    """One area: its title, the views it needs, and what makes its sections of them."""

    title: str
    views: tuple[str, ...]
    sections: Callable[[Results], Iterator[Section | None]]


def _cell(result: ViewResult, row: Row, name: str) -> str:
    """A cell in words, as the view shows it."""
    column = next(column for column in result.columns if column.name == name)
    return visible(words(column, row.cells.get(name)))


def _number(row: Row, name: str) -> int:
    cell = row.cells.get(name)
    return cell if isinstance(cell, int) else 0


# ── decisions ────────────────────────────────────────────────────────────────────────────────────


def decisions(results: Results) -> Iterator[Section | None]:
    """What was decided by whom under which authority; what is open; what needs a look."""
    found, provenance = results["decisions"], results["provenance"]
    closed = [row for row in found.rows if row.cells["outcome"] != "open"]
    closed.reverse()  # the newest first
    yield Section("In short", tuple(_sentences(found, provenance)))
    yield section(
        "What was decided", [_decided(found, row) for row in closed], "decisions",
        empty="No decision is closed.",
    )  # fmt: skip
    open_ = [
        Line(_cell(found, row, "decision"), _dossier(row), row.rests_on("decision"))
        for row in found.rows
        if row.cells["outcome"] == "open"
    ]
    yield section("Still open", open_, "decisions")
    yield section("What needs a look", list(_prompts(found)), "decisions")
    yield unknown(found, provenance)


def _sentences(*results: ViewResult) -> Iterator[Line]:
    said = dict.fromkeys(text for one in results for text in one.summary.shows)
    yield from (Line(text) for text in said or [silence(results[0])])


def _dossier(row: Row) -> str:
    return f"tally view decision --about {short(row.name)}"


def _decided(found: ViewResult, row: Row) -> Line:
    def said(name: str) -> str:
        return _cell(found, row, name)

    chosen = f": {said('chosen')}" if row.cells.get("chosen") else ""
    parts = [
        f"{said('decision')}: {said('outcome')}{chosen}",
        f"on {said('day')}" if row.cells.get("day") else "date not recorded",
        f"by {said('decider')}, {said('method')}, {said('ballots')} of {said('electorate')} voted",
        f"under {said('authority')}" if row.cells.get("authority") else "no grant named",
        f"began with {said('began_with')}" if row.cells["began_with"] != "not recorded"
        else "where it began is not recorded",
    ]  # fmt: skip
    for name, words_ in (("tie", "tie in the count: {}"), ("overridden", "overridden: {}"),
                         ("reversed_by", "reversed by {}")):  # fmt: skip
        if row.cells.get(name) and not isinstance(row.cells[name], Hidden):
            parts.append(words_.format(said(name)))
    return Line(" · ".join(parts), _dossier(row), row.events)


def _prompts(found: ViewResult) -> Iterator[Line]:
    """Prompts to look, never verdicts; each with the entries that made it."""
    for row in reversed(found.rows):
        name = _cell(found, row, "decision")
        if "DIFFERS" in str(row.cells["count"]):
            yield Line(
                f"{name}: {_cell(found, row, 'count')}", why(found, row, "count"), row.events
            )
        if _number(row, "unhandled"):
            n = _number(row, "unhandled")
            yield Line(f"{name}: {n} interest{'s' * (n > 1)} that nobody handled", _dossier(row),
                       row.rests_on("unhandled"))  # fmt: skip
        if _number(row, "own") and row.cells["method"] in {"delegated", "executive (one office)"}:
            yield Line(f"{name}: decided alone by who put it forward", why(found, row, "own"),
                       row.rests_on("own"))  # fmt: skip
        if row.cells["major"] == "yes" and row.cells.get("lacks"):
            yield Line(f"{name}: major, and nothing is recorded of its {row.cells['lacks']}",
                       _dossier(row), row.rests_on("lacks"))  # fmt: skip
        if row.cells["outcome"] == "tied":
            yield Line(f"{name}: tied, and no cited rule has broken it", _dossier(row), row.events)


# ── power ────────────────────────────────────────────────────────────────────────────────────────


def power(results: Results) -> Iterator[Section | None]:
    """Who holds which power now, what is unused or blocked, and how power ended."""
    found = results["power"]
    held = [row for row in found.rows if str(row.cells["state"]).startswith("held")]
    over = [row for row in found.rows if not str(row.cells["state"]).startswith("held")]
    yield Section("In short", tuple(_sentences(found)))
    yield section("Who holds which power", [_held(found, row) for row in held], "power",
                  empty="Nobody holds any power that is recorded.")  # fmt: skip
    ended = [
        Line(
            f"{_grant(found, row)}, {_cell(found, row, 'state')} ({_cell(found, row, 'ended')})",
            why(found, row),
            row.events,
        )
        for row in reversed(over)
    ]
    yield section("What is not held now", ended, "power")
    unused = [
        Line(
            f"{_grant(found, row)}, since {_cell(found, row, 'since')} never used; its holder "
            f"says: {_cell(found, row, 'says')}",
            why(found, row),
            row.events,
        )
        for row in held
        if row.cells.get("acts") == 0
    ]
    yield section("What needs a look", unused, "power")
    yield unknown(found)


def _grant(found: ViewResult, row: Row, side: str = "") -> str:
    """Who holds what over what; without the last, two grants of one holder would read alike."""
    limits = [name for name in ("project", "body", "budget", "limit") if row.cells.get(name)]
    over = f" over {', '.join(_cell(found, row, name) for name in limits)}" if limits else ""
    return f"{_cell(found, row, 'holder')}{side}: {_cell(found, row, 'kinds')}{over}"


def _held(found: ViewResult, row: Row) -> Line:
    def said(name: str) -> str:
        return _cell(found, row, name)

    acts = row.cells.get("acts")
    used = "confers nothing" if acts is None else f"{acts} act{'s' * (acts != 1)} under it"
    text = _grant(found, row, f" ({said('side')})")
    until = f", until {said('until')}" if row.cells.get("until") else ""
    chain = f"rests on {said('chain')}"
    return Line(f"{text} · since {said('since')}{until} · {used} · {chain}", why(found, row),
                row.rests_on("chain"))  # fmt: skip


# ── payments ─────────────────────────────────────────────────────────────────────────────────────


def payments(results: Results) -> Iterator[Section | None]:
    """What was offered, paid, late and open, by type and currency; nobody's money by name."""
    found, owed = results["payments"], results["owed"]
    yield Section("In short", tuple(_sentences(owed)))
    lines = [Line(_money(found, row), why(found, row), row.events) for row in found.rows]
    yield section("What was promised and paid", lines, "payments",
                  empty="No offer and no payment is recorded.")  # fmt: skip
    late = [
        Line(
            f"{_cell(owed, row, 'kind')}, {_cell(owed, row, 'currency')}: "
            f"{_cell(owed, row, 'late')} past its day, owed to {_cell(owed, row, 'late_people')}",
            why(owed, row, "late"),
            row.rests_on("late"),
        )
        for row in owed.rows
        if _number(row, "late_people")
    ]
    yield section("What needs a look", late, "owed")
    said = [Line(text) for text in results["reasons"].summary.shows]
    yield section("Why people said no, where they chose to say", said, "reasons")
    yield unknown(found, owed)


def _money(found: ViewResult, row: Row) -> str:
    """Every figure of a row that is there and is not nothing, with its column's own words."""
    named = {"kind", "currency", "rests_on"}
    head = f"{_cell(found, row, 'kind')}, {_cell(found, row, 'currency')}"
    figures = [
        f"{column.title.lower()} {words(column, row.cells[column.name])}"
        for column in found.columns
        if column.name not in named and _something(row.cells.get(column.name))
    ]
    return f"{head}: {'; '.join(figures) or 'nothing recorded'}"


def _something(cell: object) -> bool:
    """Whether a figure is there and not nothing; a hidden one is there."""
    return cell is not None and getattr(cell, "minor", cell) != 0


# ── people ───────────────────────────────────────────────────────────────────────────────────────


def people(results: Results) -> Iterator[Section | None]:
    """Who waits for a reply, who was told, how people came and left; by side, never by name."""
    waiting, kept, came = results["unanswered"], results["integrity"], results["inclusion"]
    yield Section("In short", tuple(_sentences(waiting, kept)))
    open_ = [
        Line(
            f"{_cell(waiting, row, 'thing')} ({_cell(waiting, row, 'kind')}): "
            f"{_cell(waiting, row, 'state')}, waiting {_cell(waiting, row, 'days')} days",
            why(waiting, row),
            row.events,
        )
        for row in waiting.rows
    ]
    yield section("What nobody has answered", open_, "unanswered")
    care = [
        Line(_care(kept, row), why(kept, row), row.events)
        for row in kept.rows
        if row.cells["part"] in {"Told", "What people said"} and _something(row.cells["of"])
    ]
    yield section("What people were told, and said", care, "integrity")
    moves = [
        Line(
            f"{row.cells['part']}: {row.cells['what']} ({row.cells['side']}): "
            + _cell(came, row, "n")
            + (f" of {_cell(came, row, 'of')}" if row.cells.get("of") is not None else ""),
            why(came, row),
            row.events,
        )
        for row in came.rows
        if _something(row.cells.get("n"))
    ]
    yield section("How people came, stayed and left", moves, "inclusion")
    yield unknown(waiting, kept, came)


def _care(kept: ViewResult, row: Row) -> str:
    about = f" ({_cell(kept, row, 'about')})" if row.cells.get("about") else ""
    return f"{row.cells['item']}{about}: {_cell(kept, row, 'n')} of {_cell(kept, row, 'of')}"


AREAS: Mapping[str, Area] = {
    "decisions": Area("What was decided by whom", ("decisions", "provenance"), decisions),
    "power": Area("Who holds which power", ("power",), power),
    "payments": Area("What was paid when", ("payments", "reasons", "owed"), payments),
    "people": Area(
        "Who took part, and was heard", ("unanswered", "integrity", "inclusion"), people
    ),
}
