"""Charts as data: Vega-Lite specifications that a renderer draws.

One form serves the views of today: small panels of bars side by side on one shared scale, a panel
for each band or side, each bar with its number. No meaning rests on colour, and nothing is stacked,
so every bar starts at zero and can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

#: Four tones that keep 3:1 against a light and a dark page; the renderer may exchange them.
TONES = ("#2f7f86", "#8a7fb0", "#b98a4a", "#8d9298")
_PAGE = 830
#: So many dates at most carry their figure, or their name, along a line.
_LABELLED = 16


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
        "axis": {"values": ticks(ceil(top)), "format": "d"},
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


def line(
    values: Sequence[dict[str, Any]], *, panels: Sequence[str], unit: str, description: str
) -> dict[str, Any]:
    """Give a specification over ``values`` [{date, panel, n, label}]: a line for each panel.

    Steps, for a figure holds until the next date that was asked for; a date without a figure leaves
    a gap. Panels stand one above the other on one scale, so that no meaning rests on colour.
    """
    dates = list(dict.fromkeys(value["date"] for value in values))
    top = max((value["n"] or 0 for value in values), default=0)
    few = len(dates) <= _LABELLED
    y = {
        "field": "n",
        "type": "quantitative",
        "title": unit,
        "scale": {"domain": [0, max(1, top) * 1.12]},
    }
    x: dict[str, Any] = {"field": "date", "type": "ordinal", "sort": dates, "title": None}
    if len(dates) > _LABELLED:
        x["axis"] = {"values": dates[:: -(-len(dates) // _LABELLED)], "labelAngle": -45}
    marks: list[dict[str, Any]] = [
        {"mark": {"type": "line", "interpolate": "step-after", "color": TONES[0]}},
        {"mark": {"type": "circle", "size": 45, "color": TONES[0]}},
    ]
    if few:
        marks.append(
            {
                "mark": {"type": "text", "dy": -10},
                "encoding": {"text": {"field": "label"}},
            }
        )
    return {
        "description": description,
        "data": {"values": list(values)},
        "facet": {
            "row": {
                "field": "panel",
                "type": "nominal",
                "sort": list(panels),
                "title": None,
                "header": {"labelAnchor": "start", "labelOrient": "top", "labelAngle": 0},
            }
        },
        "spec": {
            "width": _PAGE - 130,
            "height": 170,
            "encoding": {"x": x, "y": y},
            "layer": marks,
        },
    }


def ticks(top: int) -> list[int]:
    """Give two to four whole numbers from 0 up to about ``top``, in steps of 1, 2 or 5 × 10ⁿ."""
    step = 1
    while top / step > 3:
        # 1, 2, 5, 10, 20, 50, …
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return list(range(0, max(1, top) + 1, step))
