"""A view, or a report of several, as one self-contained HTML page.

The page needs no network, no script and no other file: its content policy is
``default-src 'none'`` and lets in one style sheet by its hash. Headings, caption, scope, a skip
link and words beside every colour make it usable without seeing it (WCAG 2.2 AA); it prints, and
follows light and dark. Everything that came from the record is escaped by jinja2 and has its
steering characters made visible. On top stands whether it may be published, at the foot the
checkpoint and how to check it.

A table shows ``MOST_ROWS`` rows at most, and a line under it says how many there are and where all
of them are. Sentences, charts, digest and numbers of rows are of all rows. A dossier is whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cli.asking import as_typed
from cli.render.lines import in_parts, is_dossier
from cli.render.names import Known, with_names
from cli.render.text import grouped, is_number, silence, visible, words
from projections.result import GUARDED, NOT_FOR_PUBLICATION, Row, ViewResult

_TEMPLATES = Path(__file__).parent / "templates"
#: A cell of more signs than this is given room; a table of more columns than this is wide: its
#: first column stays in sight, and on paper each row is a block of its own, so nothing is cut off.
LONG_TEXT, WIDE = 60, 8
#: So many rows of one table stand on a page: more is read in a spreadsheet, not on a telephone or
#: on paper, where a hundred rows of a wide table are a dozen sheets.
MOST_ROWS = 100
_GLANCE = (
    ("What this record shows", "shows"),
    ("Who spoke", "spoke"),
    ("What is not known", "unknown"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page needs of a view: the rows it shows, without the entries behind them.

    ``rows`` and ``entries`` are how many rows there are in all, and on how many entries they rest.
    """

    result: ViewResult
    rows: int
    entries: int

    @property
    def left_out(self) -> int:
        """How many rows are not on the page."""
        return self.rows - len(self.result.rows)


@dataclass(frozen=True, slots=True)
class _Item:
    shown: Shown
    #: What a reader is told of this view alone.
    notes: tuple[str, ...]
    #: The parts of a dossier with their lines; empty for a table.
    parts: list[tuple[str, list[str]]]
    svg: Markup | None
    description: str
    #: Where rows are left out: which are shown; the files beside, or else the command, with all.
    which: str
    files: list[str]
    command: str

    @property
    def result(self) -> ViewResult:
        return self.shown.result


def shown_of(result: ViewResult, known: Known | None = None) -> Shown:
    """Give what a page shows of a view, things called by their names where they are ``known``."""
    rows, entries = result.rows, len(result.hashes)
    if len(rows) > MOST_ROWS and not is_dossier(result):
        rows = rows[-MOST_ROWS:] if result.newest_last else rows[:MOST_ROWS]
    few = replace(result, rows=rows, hashes={}, relations=(), counted=result.digest)
    if known is not None:
        few = with_names(few, known)
    bare = tuple(Row(row.cells, key=row.name) for row in few.rows)
    return Shown(replace(few, rows=bare), len(result.rows), entries)


def render_html(
    result: ViewResult, *, title: str = "", lang: str = "en", known: Known | None = None
) -> str:
    """Give one view as a complete page; ``title`` is the view's own when empty.

    A dossier is called by what it is of, as its first line says it.
    """
    shown = shown_of(result, known)
    result = shown.result
    if not title and result.asked.about is not None and is_dossier(result) and result.rows:
        title = f"{result.title}: {result.rows[0].cells.get('said')}"
    return _page(
        [shown],
        title=title or result.title,
        lead=_stands(result),
        cards=[],
        lang=lang,
        command=_typed(result, f"view {result.view}", "--format csv"),
    )


def render_report(
    results: Iterable[ViewResult],
    *,
    title: str,
    lead: str = "",
    lang: str = "en",
    known: Callable[[ViewResult], Known] | None = None,
    beside: Sequence[str] = (),
) -> str:
    """Give several views of one record as a page that begins with plain sentences.

    They are taken one by one, and no more is kept of each than the page shows. ``known`` gives what
    things of a view are called, ``beside`` are the forms (csv, json) in which each view lies beside
    the page.

    Raises ``ValueError`` when there is no view, or when they stand on different states.
    """
    shown = []
    for result in results:
        shown.append(shown_of(result, known(result) if known else None))
        del result  # before the next is counted
    results = [one.result for one in shown]
    if not results:
        raise ValueError("a report needs at least one view")
    if any(result.checkpoint != results[0].checkpoint for result in results):
        raise ValueError("the views of one report must stand on the same state of the record")
    cards = []
    for heading, part in _GLANCE:
        sentences = [text for result in results for text in getattr(result.summary, part)]
        cards.append((heading, list(dict.fromkeys(sentences)) or [silence(results[0])]))
    return _page(
        shown,
        title=title,
        lead=lead or _stands(results[0]),
        cards=cards,
        lang=lang,
        beside=beside,
        command=_typed(
            results[0],
            f"report {results[0].view if len(results) == 1 else 'all'}",
            "--format csv -o FOLDER",
        ),
    )


def _stands(result: ViewResult) -> str:
    size = result.checkpoint.size
    return f"Counted from {size} signed {'entry' if size == 1 else 'entries'} of the record."


def _typed(result: ViewResult, command: str, form: str) -> str:
    """The command that gives the same rows, all of them."""
    several = " --ledger DIR" * len(result.parts)
    words = [f"tally{several} {command}", *_asked(result)]
    if command.startswith("view") and result.control is not None:
        words.append("--guarded")
    if command.startswith("report") and result.control is None:
        words.append("--identified")
    return " ".join([*words, form])


def _asked(result: ViewResult) -> list[str]:
    """What was asked, at the state the page stands on."""
    at = result.asked.at if result.parts else result.checkpoint.size
    return as_typed(replace(result.asked, at=at))


def _page(
    shown: Sequence[Shown],
    *,
    title: str,
    lead: str,
    cards: list[tuple[str, list[str]]],
    lang: str,
    command: str,
    beside: Sequence[str] = (),
) -> str:
    css = style()
    results = [one.result for one in shown]
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
            items=[_item(one, shared, beside, command) for one in shown],
            standing=results[0].checkpoint,
            stands=results[0].parts,
            names=[result.view for result in results],
            again=" ".join(_asked(results[0])),
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


def _item(shown: Shown, shared: Sequence[str], beside: Sequence[str], command: str) -> _Item:
    result = shown.result
    notes = tuple(note for note in result.notes if note not in shared)
    parts = in_parts(result) if is_dossier(result) else []
    files = [f"{result.view}.{form}" for form in ("csv", "json") if form in beside]
    svg, description = _drawn(result)
    return _Item(shown, notes, parts, svg, description, _which(shown), files, command)


def _which(shown: Shown) -> str:
    """Which rows of a long table stand on the page, and how many do not; empty where all do."""
    if not shown.left_out:
        return ""
    result = shown.result
    order = f" ({result.order})" if result.order else ""
    left_out = "1 is" if shown.left_out == 1 else f"{grouped(str(shown.left_out))} are"
    return (
        f"These are the {'last' if result.newest_last else 'first'} {len(result.rows)} of "
        f"{grouped(str(shown.rows))} rows{order}; {left_out} left out."
    )


def _drawn(result: ViewResult) -> tuple[Markup | None, str]:
    """The chart of a view, if it has one, with its description."""
    if result.chart is None:
        return None, ""
    from cli.render.chart import draw

    description = str(result.chart.get("description", result.question))
    svg = draw(
        result.chart, name=f"{result.view}-chart", title=result.title, description=description
    )
    return Markup(svg), visible(description)  # noqa: S704 (rebuilt from a list of safe elements)


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
    helpers |= {"long_text": LONG_TEXT, "wide": WIDE, "grouped": grouped}
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
