"""A Vega-Lite specification drawn as SVG that is safe inside a page.

vl-convert draws in this process, without network and without a browser; it is loaded only when a
chart is drawn (its import is slow). Its SVG is then read as XML and rebuilt from a short list of
elements and attributes, so nothing in a title or a label can become markup, a link or a script,
whatever the drawing library does. The page gives colours to text and axes, so that one drawing
serves light and dark.

Accessible: ``role="img"`` with ``title`` and ``desc`` (WAI-ARIA Graphics; WCAG 2.2, 1.1.1). The
table beside it carries every number.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from defusedxml.ElementTree import fromstring

_SVG = "http://www.w3.org/2000/svg"
_VL_VERSION = "5.21"

_ELEMENTS = frozenset({"svg", "g", "path", "text", "tspan", "rect", "line", "circle"})
_ATTRIBUTES = frozenset(
    [
        "class",
        "cx",
        "cy",
        "d",
        "dx",
        "dy",
        "fill",
        "fill-opacity",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "height",
        "opacity",
        "r",
        "rx",
        "ry",
        "stroke",
        "stroke-dasharray",
        "stroke-linecap",
        "stroke-miterlimit",
        "stroke-opacity",
        "stroke-width",
        "text-anchor",
        "transform",
        "viewBox",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
        "display",
    ]
)

_CONFIG: Mapping[str, Any] = {
    "background": None,
    "font": "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelPadding": 8,
        "titlePadding": 10,
        "gridOpacity": 0.35,
    },
    "header": {"labelFontSize": 13, "labelFontWeight": "bold", "labelPadding": 8},
    "text": {"fontSize": 13},
    "legend": {"labelFontSize": 13, "titleFontSize": 13},
}


def draw(spec: Mapping[str, Any], *, name: str, title: str, description: str) -> str:
    """Give the specification as an SVG string; ``name`` (ASCII) makes its ids unique in the page.

    Raises ``ValueError`` when the specification cannot be drawn.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(_with_config(spec), vl_version=_VL_VERSION)
    root = _rebuilt(fromstring(drawn))
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    _named(root, description, "desc", f"{name}-desc")
    _named(root, title, "title", f"{name}-title")
    register_namespace("", _SVG)
    return tostring(root, encoding="unicode")


def _with_config(spec: Mapping[str, Any]) -> dict[str, Any]:
    full = copy.deepcopy(dict(spec))
    full.setdefault("$schema", "https://vega.github.io/schema/vega-lite/v5.json")
    full["config"] = {**_CONFIG, **full.get("config", {})}
    # Labels are measured here and shown in the reader's font, which may be wider: leave room.
    full.setdefault("padding", {"left": 40, "right": 12, "top": 4, "bottom": 4})
    return full


def _rebuilt(old: Element) -> Element:
    new = Element(old.tag, {key: old.attrib[key] for key in old.attrib if key in _ATTRIBUTES})
    new.text = old.text if old.tag in (f"{{{_SVG}}}text", f"{{{_SVG}}}tspan") else None
    for child in old:
        if child.tag.removeprefix(f"{{{_SVG}}}") in _ELEMENTS and child.attrib.get("d") != "":
            new.append(_rebuilt(child))
    return new


def _named(root: Element, text: str, tag: str, id_: str) -> None:
    element = SubElement(root, f"{{{_SVG}}}{tag}", {"id": id_})
    element.text = text
    root.remove(element)
    root.insert(0, element)
