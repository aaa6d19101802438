"""What the program makes piece by piece, here in one: texts of a view, and guarded views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cli.render.csv_ import csv_lines
from cli.render.json_ import json_pieces
from projections.guard import Guarded, hidden_in, joined
from projections.guard_before import Earlier
from projections.guard_people import Behind
from projections.guard_rules import Control
from projections.result import ViewResult


def render_csv(result: ViewResult) -> str:
    """The whole CSV file of a view."""
    return "".join(csv_lines(result))


def render_json(result: ViewResult) -> str:
    """The whole JSON file of a view."""
    return "".join(json_pieces(result))


def guarded(
    results: Sequence[ViewResult],
    control: Control,
    earlier: Iterable[Earlier] = (),
    behind: Behind | None = None,
) -> Guarded:
    """Views as they may be published together; a view made by hand has nobody behind it."""
    return hidden_in(joined(results, control, earlier, behind))
