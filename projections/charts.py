"""Charts as data: Vega-Lite specifications that a renderer draws.

One form serves the views of today: small panels of bars side by side on one shared scale, a panel
for each band or side, each bar with its number. No meaning rests on colour, and nothing is stacked,
so every bar starts at zero and can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Four tones that keep 3:1 against a light and a dark page; the renderer may exchange them.
TONES = ("#2f7f86", "#8a7fb0", "#b98a4a", "#8d9298")
_PAGE = 830


def panels(
    values: Sequence[dict[str, Any]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    unit: str,
    description: str,
) -> dict[str, Any]:
    """Give a specification over ``values`` [{row, panel, n, label}] in the given order.

    ``unit`` names the axis, ``description`` is read out in place of the drawing.
    """
    longest = max((len(row) for row in rows), default=0)
    labels = min(260, 7 * longest + 16)
    width = max(70, min(260, (_PAGE - labels) // max(1, len(columns)) - 32))
    scale = {"domain": list(columns), "range": [TONES[at % 4] for at in range(len(columns))]}
    top = max((value["n"] or 0 for value in values), default=0)
    x = {
        "field": "n",
        "type": "quantitative",
        "title": unit,
        # Room at the right for the number beside the longest bar.
        "scale": {"domain": [0, max(1, top) * 1.28]},
        "axis": {"values": ticks(top), "format": "d"},
    }
    y = {"field": "row", "type": "nominal", "sort": list(rows), "title": None}
    return {
        "description": description,
        "data": {"values": list(values)},
        "transform": [{"calculate": "datum.n == null ? 0 : datum.n", "as": "length"}],
        "facet": {
            "column": {
                "field": "panel",
                "type": "nominal",
                "sort": list(columns),
                "title": None,
                "header": {"labelLimit": width + 28, "labelAnchor": "start"},
            }
        },
        "spacing": 30,
        "spec": {
            "width": width,
            "height": {"step": 30},
            "encoding": {"y": {**y, "axis": {"labelLimit": labels}}},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 16, "cornerRadiusEnd": 2},
                    "encoding": {
                        "x": {**x, "field": "length"},
                        "color": {"field": "panel", "scale": scale, "legend": None},
                    },
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 5},
                    "encoding": {"x": {**x, "field": "length"}, "text": {"field": "label"}},
                },
            ],
        },
    }


def ticks(top: int) -> list[int]:
    """Give two to four whole numbers from 0 up to about ``top``, in steps of 1, 2 or 5 × 10ⁿ."""
    step = 1
    while top / step > 3:
        # 1, 2, 5, 10, 20, 50, …
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return list(range(0, max(1, top) + 1, step))
