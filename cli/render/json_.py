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
from typing import Any

from projections.result import GUARDED, NOT_FOR_PUBLICATION, ViewResult, hidden, plain


def as_json(result: ViewResult) -> dict[str, Any]:
    """Give the view as the documented JSON object."""
    return {
        "view": result.view,
        "question": result.question,
        "checkpoint": {
            "origin": result.checkpoint.origin,
            "size": result.checkpoint.size,
            "root": result.checkpoint.root,
        },
        **_checkpoints(result),
        "columns": [
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
        "rows": [plain(row) for row in result.rows],
        "notes": list(result.notes),
        "formula": result.formula,
        "does_not_show": result.does_not_show,
        "publication": NOT_FOR_PUBLICATION if result.control is None else GUARDED,
        "asked": result.asked.as_json(),
        "keys": [row.name for row in result.rows],
        "events": {
            "rows": [list(row.events) for row in result.rows],
            "hashes": {str(index): hash_ for index, hash_ in sorted(result.hashes.items())},
        },
        "digest": result.digest,
        "hidden": {row.name: dark for row in result.rows if (dark := hidden(row))},
        "control": None if result.control is None else dict(result.control),
    }


def _checkpoints(result: ViewResult) -> dict[str, Any]:
    """What each of several ledgers stands on, and with which index its entries begin here."""
    if not result.parts:
        return {}
    return {
        "checkpoints": [
            {"origin": one.origin, "size": one.size, "root": one.root, "first": one.first}
            for one in result.parts
        ]
    }


def render_json(result: ViewResult, *, indent: int | None = 2) -> str:
    """Give the view as JSON text ending in a line feed; text stays readable (UTF-8)."""
    return json.dumps(as_json(result), ensure_ascii=False, indent=indent) + "\n"
