"""A page of an audit: sections of lines, each line with the way to its entries.

    Page   one area: its question, its sections, what it stands on
    Line   one answer in words, with the view, row and column that it was read from

A page is made from views and says nothing that they do not say: each line names its row, so that
``tally view VIEW --why ROW`` gives the entries behind it. Sections on a page are short; what is
left out is counted, and the view that has all of it is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cli.render.text import wrapped
from projections.result import Row, Standing, ViewResult

#: Lines in a section; a board has ten minutes.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One answer; ``events`` are the entries behind it, ``way`` the command that shows them."""

    text: str
    way: str = ""
    events: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines; ``more`` says what is left out and where all of it is."""

    heading: str
    lines: tuple[Line, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One area of an audit."""

    area: str
    title: str
    sections: tuple[Section, ...]
    standing: Standing
    #: Whether small numbers are hidden in it.
    guarded: bool = False

    def as_json(self) -> dict[str, Any]:
        """The page as JSON values."""
        return {
            "area": self.area,
            "title": self.title,
            "guarded": self.guarded,
            "checkpoint": {
                "origin": self.standing.origin,
                "size": self.standing.size,
                "root": self.standing.root,
            },
            "sections": [
                {
                    "heading": section.heading,
                    "lines": [
                        {"text": line.text, "way": line.way, "events": list(line.events)}
                        for line in section.lines
                    ],
                    "more": section.more,
                }
                for section in self.sections
            ],
        }

    def in_words(self, room: int) -> list[str]:
        """The page for a terminal of ``room`` columns; commands are on one line, to be copied."""
        lines = [self.title]
        for section in self.sections:
            lines += ["", section.heading.upper()]
            for line in section.lines:
                lines += _indented(line.text, room)
                if line.way:
                    lines.append(f"      → {line.way}")
            if section.more:
                lines.append(f"  {section.more}")
        at = self.standing
        stands = f"Stands on {at.size} entries of {at.origin}, root {at.root}."
        return [*lines, "", *wrapped(stands, room)]


def _indented(text: str, room: int) -> list[str]:
    """A line of a section; what does not fit stands below it, further in."""
    first, *rest = wrapped(text, max(20, room - 4))
    return [f"  {first}", *(f"    {more}" for more in rest)]


def section(heading: str, lines: Sequence[Line], view: str, *, empty: str = "") -> Section | None:
    """Give a section of at most ``SHOWN`` lines; None where there is none and nothing to say."""
    if not lines:
        return Section(heading, (Line(empty),)) if empty else None
    left = len(lines) - SHOWN
    more = f"and {left} more: tally view {view}" if left > 0 else ""
    return Section(heading, tuple(lines[:SHOWN]), more)


def unknown(*results: ViewResult) -> Section | None:
    """Give what the views say cannot be said; each sentence once."""
    said = dict.fromkeys(text for one in results for text in one.summary.unknown)
    return section("What we cannot say", [Line(text) for text in said], results[0].view)


def why(result: ViewResult, row: Row, column: str = "") -> str:
    """The command that gives the entries behind a row, or behind one cell of it.

    Of guarded figures there is none: entries can name people, and are for who may see them.
    """
    if result.control is not None:
        return ""
    key = f"{row.name}/{column}" if column else row.name
    return f"tally view {result.view} --why {key if ' ' not in key else repr(key)}"
