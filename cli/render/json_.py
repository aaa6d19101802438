"""A view as stable JSON for scripts (experience.md, «Stable JSON»).

    {"view", "question", "checkpoint": {"origin", "size", "root"},
     "columns": [{"name", "type", "unit", "title", "from", "unknown"}],
     "rows": [{…}], "notes": […],
     "formula", "does_not_show", "publication", "asked": {…}, "keys": [row key, …],
     "events": {"rows": [[index, …], …], "hashes": {"index": envelope hash}}, "digest",
     "hidden": {row key: {column: reason}}, "control": {…} or null}

``keys`` and ``events.rows`` run parallel to ``rows``; each envelope hash is given once. ``asked``
is what the view was asked, so that ``tally verify`` can ask it again. A cell that is not
known is ``null`` and its column says in ``unknown`` what that means. A cell that is known and
hidden is ``null`` too, and ``hidden`` says why; ``control`` holds the parameters it was guarded
with. A guarded view names no entries, for those can point at people. Of several ledgers read
together, ``checkpoints`` says what each stands on, and which index its entry 0 has (``first``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from projections.result import GUARDED, NOT_FOR_PUBLICATION, ViewResult, hidden, plain

_JSON = json.JSONEncoder(ensure_ascii=False, indent=2)


def as_json(result: ViewResult) -> dict[str, Any]:
    """Give the view as the documented JSON object."""
    whole: dict[str, Any] = _whole(_Long(_form(result), named=True))
    return whole


class _Long(NamedTuple):
    """A list, or an object if its items are pairs, whose items are made while they are read."""

    items: Iterable[Any]
    named: bool = False


def _whole(value: Any) -> Any:
    if not isinstance(value, _Long):
        return value
    if value.named:
        return {name: _whole(inner) for name, inner in value.items}
    return list(value.items)


def _form(result: ViewResult) -> Iterator[tuple[str, Any]]:
    """The parts of the object in their order."""
    yield "view", result.view
    yield "question", result.question
    at = result.checkpoint
    yield "checkpoint", {"origin": at.origin, "size": at.size, "root": at.root}
    yield from _checkpoints(result)
    yield (
        "columns",
        [
            {
                "name": column.name,
                "type": column.type,
                "unit": column.unit,
                "title": column.title,
                "from": column.source,
                "unknown": column.unknown,
            }
            for column in result.columns
        ],
    )
    yield "rows", _Long(plain(row) for row in result.rows)
    yield "notes", list(result.notes)
    yield "formula", result.formula
    yield "does_not_show", result.does_not_show
    yield "publication", NOT_FOR_PUBLICATION if result.control is None else GUARDED
    yield "asked", result.asked.as_json()
    yield "keys", _Long(row.name for row in result.rows)
    behind = _Long(list(row.events) for row in result.rows)
    hashes = ((str(index), result.hashes[index]) for index in sorted(result.hashes))
    yield "events", _Long([("rows", behind), ("hashes", _Long(hashes, named=True))], named=True)
    yield "digest", result.digest
    yield "hidden", {row.name: dark for row in result.rows if (dark := hidden(row))}
    yield "control", None if result.control is None else dict(result.control)


def _checkpoints(result: ViewResult) -> Iterator[tuple[str, Any]]:
    """What each of several ledgers stands on, and with which index its entries begin here."""
    if result.parts:
        yield (
            "checkpoints",
            [
                {"origin": one.origin, "size": one.size, "root": one.root, "first": one.first}
                for one in result.parts
            ],
        )


def json_pieces(result: ViewResult) -> Iterator[str]:
    """Give the view as JSON text, piece by piece, as ``json.dumps`` with an indent of 2 writes it.

    It ends in a line feed, and text stays readable (UTF-8).
    """
    yield from _written(_Long(_form(result), named=True), "\n")
    yield "\n"


def _written(value: Any, line: str) -> Iterator[str]:
    """Write a value; ``line`` is a line feed with the indent that the value stands at."""
    if not isinstance(value, _Long):
        # No text holds a line feed of its own: JSON escapes them.
        yield _JSON.encode(value).replace("\n", line)
        return
    first, last = "{}" if value.named else "[]"
    between = first
    for item in value.items:
        yield f"{between}{line}  "
        inner = item
        if value.named:
            name, inner = item
            yield f"{_JSON.encode(name)}: "
        yield from _written(inner, f"{line}  ")
        between = ","
    yield f"{line}{last}" if between == "," else first + last
