"""A view, or a report of several, as one self-contained HTML page.

The page needs no network, no script and no other file: its content policy is
``default-src 'none'`` and lets in one style sheet by its hash. Headings, caption, scope, a skip
link and words beside every colour make it usable without seeing it (WCAG 2.2 AA); it prints, and
follows light and dark. Everything that came from the record is escaped by jinja2 and has its
steering characters made visible. On top stands whether it may be published, at the foot the
checkpoint and how to check it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cli.render.lines import in_parts, is_dossier
from cli.render.text import is_number, silence, visible, words
from projections.result import GUARDED, NOT_FOR_PUBLICATION, ViewResult

_TEMPLATES = Path(__file__).parent / "templates"
#: A cell of more signs than this is given room; a table of more columns than this is wide: its
#: first column stays in sight, and on paper each row is a block of its own, so nothing is cut off.
LONG_TEXT, WIDE = 60, 8
_GLANCE = (
    ("What this record shows", "shows"),
    ("Who spoke", "spoke"),
    ("What is not known", "unknown"),
)


@dataclass(frozen=True, slots=True)
class _Item:
    result: ViewResult
    #: What a reader is told of this view alone.
    notes: tuple[str, ...]
    #: The parts of a dossier with their lines; empty for a table.
    parts: list[tuple[str, list[str]]]
    svg: Markup | None
    description: str


def render_html(result: ViewResult, *, title: str = "", lang: str = "en") -> str:
    """Give one view as a complete page; ``title`` is the view's own when empty.

    A dossier is called by what it is of, as its first line says it.
    """
    if not title and result.asked.about is not None and is_dossier(result) and result.rows:
        title = f"{result.title}: {result.rows[0].cells.get('said')}"
    return _page([result], title=title or result.title, lead=_stands(result), cards=[], lang=lang)


def render_report(
    results: Sequence[ViewResult], *, title: str, lead: str = "", lang: str = "en"
) -> str:
    """Give several views of one record as a page that begins with plain sentences.

    Raises ``ValueError`` when there is no view, or when they stand on different states.
    """
    if not results:
        raise ValueError("a report needs at least one view")
    if any(result.checkpoint != results[0].checkpoint for result in results):
        raise ValueError("the views of one report must stand on the same state of the record")
    cards = []
    for heading, part in _GLANCE:
        sentences = [text for result in results for text in getattr(result.summary, part)]
        cards.append((heading, list(dict.fromkeys(sentences)) or [silence(results[0])]))
    return _page(results, title=title, lead=lead or _stands(results[0]), cards=cards, lang=lang)


def _stands(result: ViewResult) -> str:
    size = result.checkpoint.size
    return f"Counted from {size} signed {'entry' if size == 1 else 'entries'} of the record."


def _page(
    results: Sequence[ViewResult],
    *,
    title: str,
    lead: str,
    cards: list[tuple[str, list[str]]],
    lang: str,
) -> str:
    css = style()
    head, rest = _band(results)
    shared = _shared(results)
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            lang=lang,
            title=title,
            lead=lead,
            cards=cards,
            shared=shared,
            items=[_item(result, shared) for result in results],
            standing=results[0].checkpoint,
            stands=results[0].parts,
            names=[result.view for result in results],
            style=Markup(css),  # noqa: S704 (our own file, read from this package)
            style_hash=source_hash(css),
            band_head=head,
            band_rest=rest,
            guarded=results[0].control is not None,
            version=version(),
        )
    )


def _band(results: Sequence[ViewResult]) -> tuple[str, str]:
    """What stands on top: that it may be published, or that it may not."""
    if all(result.control is not None for result in results):
        return "Guarded figures.", GUARDED
    head, _, rest = NOT_FOR_PUBLICATION.partition(":")
    return head + ".", rest.strip().capitalize()


def _shared(results: Sequence[ViewResult]) -> tuple[str, ...]:
    """What every view of a report says: said once, before the first of them."""
    first, *others = results
    if not others:
        return ()
    return tuple(note for note in first.notes if all(note in one.notes for one in others))


def _item(result: ViewResult, shared: Sequence[str]) -> _Item:
    notes = tuple(note for note in result.notes if note not in shared)
    parts = in_parts(result) if is_dossier(result) else []
    if result.chart is None:
        return _Item(result, notes, parts, None, "")
    from cli.render.chart import draw

    description = str(result.chart.get("description", result.question))
    svg = draw(
        result.chart, name=f"{result.view}-chart", title=result.title, description=description
    )
    return _Item(result, notes, parts, Markup(svg), visible(description))  # noqa: S704 (rebuilt from a list of safe elements)


@cache
def environment() -> Environment:
    """Give the templates, escaping whatever is put into them."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    helpers: dict[str, Any] = {"visible": visible, "words": words, "is_number": is_number}
    helpers |= {"long_text": LONG_TEXT, "wide": WIDE}
    environment.globals.update(helpers)
    return environment


@cache
def style() -> str:
    """Give the style sheet of every page."""
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """Give the CSP source expression of an inline style (CSP 3, hash-source)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def version() -> str:
    """Give the version of this program, as a page's foot says it."""
    try:
        return metadata.version("tallystick")
    except metadata.PackageNotFoundError:
        return "(from a checkout)"
