"""Entries as people and scripts read them: one line each, or one object each.

    {"index", "hash", "type", "author", "at", "on", "signers", "under", "status", "mode", "body",
     "disclosed"}

``status`` is ``recorded``, ``withdrawn`` (its envelope was erased), ``contested`` (its key may have
been in other hands by then) or ``kept-apart``: not for who looks (``looking.py``), and then only
its index, hash, type and date are told. Words that others wrote are shown with control characters
made visible, so that no entry can repaint a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.dates import in_words, parse_at
from cli.looking import KEPT_APART, viewer
from cli.names import hash_of, short
from cli.output import to_json
from cli.phrases import phrase

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.records import Item, StoredEntry
    from ledger.statement import Statement

#: How many of a long list are shown to a person who did not say.
SHOWN = 50


def as_object(ws: Workspace, entry: StoredEntry) -> dict[str, Any]:
    """One entry in the stable form of ``tally log --json``."""
    if entry.envelope is None:
        return {
            "index": entry.index,
            "hash": ws.ledger.withdrawn_hash(entry.index),
            "type": entry.type,
            "status": "withdrawn",
        }
    _, statement = ws.ledger.opened(entry.index)
    contested = ws.ledger.keyring().contested(statement.key, entry.index)
    if not viewer(ws).sees(statement.type, statement.author, statement.body):
        return {
            "index": entry.index,
            "hash": hash_of(entry),
            "type": statement.type,
            "at": statement.at,
            "status": KEPT_APART,
        }
    return {
        "index": entry.index,
        "hash": hash_of(entry),
        "type": statement.type,
        "author": statement.author,
        "at": statement.at,
        "on": statement.on,
        "signers": list(statement.signers),
        "under": statement.under,
        "status": "contested" if contested else "recorded",
        "mode": statement.mode,
        "body": statement.body,
        "disclosed": _heard(ws, statement, disclosed(ws, entry.index)) if statement.sd else {},
    }


def _heard(ws: Workspace, statement: Statement, values: dict[str, Any]) -> dict[str, Any]:
    """The values that who looks may read: personal ones are not for everybody."""
    from domain.catalogue import EVENTS

    kind = EVENTS.get(statement.type)
    if kind is None or viewer(ws).hears(statement.author, statement.body):
        return values
    return {name: said for name, said in values.items() if kind.values.get(name) != "personal"}


def disclosed(ws: Workspace, index: int) -> dict[str, Any]:
    """The values of an entry that can still be read."""
    from ledger.errors import Refused

    try:
        return ws.ledger.disclosed(index)
    except Refused:  # the person's data key was destroyed: erased, and said so by the erasure
        return {}


def line(ws: Workspace, item: dict[str, Any]) -> str:
    """One entry on one line: number, date, who, what, and its words."""
    what = item["type"].partition("/")[0].replace("-", " ")
    if item["status"] == "withdrawn":
        return f"{item['index']:>6}  {'':10}  {what}: withdrawn, {short(item['hash'])}"
    if item["status"] == KEPT_APART:
        return f"{item['index']:>6}  {item['at'][:10]:10}  {what}: kept apart"
    when = in_words(item["on"]) if item["on"] else item["at"][:10]
    marks = "".join(
        f" [{mark}]"
        for mark, holds in (
            ("recorded afterwards", item["mode"] == "history"),
            ("contested", item["status"] == "contested"),
        )
        if holds
    )
    with ws.people.veiled(not viewer(ws).names(item["type"])):
        said = phrase(ws, item["type"], item["author"], item["body"], item["disclosed"])
    return f"{item['index']:>6}  {when:10}  {said}{marks}"


def about(ws: Workspace, subject: str) -> Iterator[StoredEntry]:
    """The entries whose author or body names a typed id, in log order."""
    return ws.ledger.about(subject)


def show_lines(ws: Workspace, entries: Iterable[StoredEntry], title: str = "") -> None:
    """Print entries: objects one a line with --json, else one line each under a title."""
    if title and not ws.settings.json and not ws.settings.quiet:
        click.echo(title)
    apart = 0
    for entry in entries:
        item = as_object(ws, entry)
        apart += item["status"] == KEPT_APART
        click.echo(to_json(item) if ws.settings.json else line(ws, item))
    if apart:
        ws.out.say(
            f"({apart} kept apart: about people whose records you may not open; "
            "«tally access grant» lets somebody)"
        )


def things(ws: Workspace, kind: str, empty: str) -> None:
    """List everything of one kind."""
    from cli.names import KINDS

    register, item = ws.register(kind), (frozenset(KINDS[kind][0]), frozenset[str]())
    entries = newest(ws, [item], ws.ledger.head().size, None if ws.settings.json else SHOWN)
    rows = [
        {"id": thing.id, "name": thing.name, "entry": thing.index}
        for thing in map(register.made_by, entries)
        if thing is not None
    ]
    columns = (("id", "ID"), ("entry", "ENTRY"), ("name", "NAME"))
    if len(rows) == SHOWN and not ws.settings.json:
        ws.out.say(f"(the newest {SHOWN}; --json gives all of them)")
    ws.out.rows(rows, columns, empty)


def newest(
    ws: Workspace, items: Sequence[Item], size: int, wanted: int | None
) -> list[StoredEntry]:
    """The last ``wanted`` entries below ``size`` that match any item, in log order; None: all.

    Reads backwards in growing windows, so that the end of a long record is found at once.
    """
    if wanted is None:
        return list(ws.ledger.matching(items, before=size))
    found: list[StoredEntry] = []
    before, window = size, 512
    while before > 0 and len(found) < wanted:
        after = max(0, before - window)
        found = [*ws.ledger.matching(items, after=after, before=before), *found]
        before, window = after, window * 4
    return found[-wanted:]


def size_at(ws: Workspace, at: str | None) -> int:
    """The size that ``--at`` means: a number of entries, or a day and everything before it.

    Raises:
        WrongInput: neither, or larger than the ledger.
    """
    from cli.errors import WrongInput

    size = ws.ledger.head().size
    if at is None:
        return size
    wanted = parse_at(at)
    if isinstance(wanted, date):
        return _size_on(ws, wanted, size)
    if wanted > size:
        raise WrongInput(f"--at {at}: the ledger has only {size} entries.")
    return wanted


def _size_on(ws: Workspace, day: date, size: int) -> int:
    """The number of entries recorded by the end of a ledger day."""
    from projections.payload import decoded

    for entry in ws.ledger.of_types(frozenset({"charter-adopted/v1", "day-opened/v1"})):
        if entry.envelope is None:
            continue
        said = decoded(entry.index, entry.envelope)
        opened = said["body"].get("day") or said["at"][:10]
        if date.fromisoformat(opened) > day:
            return entry.index
    return size
