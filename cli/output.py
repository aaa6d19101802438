"""How a command answers: words for people, or JSON on stdout and nothing else there.

``Out`` belongs to one run. ``say`` is talk (silenced by ``-q`` and by ``--json``); ``answer`` is
what was asked for and is always given, in one of the two forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from cli.errors import WrongInput
from cli.settings import Settings


def to_json(value: Any) -> str:
    """One line of JSON, readable letters kept."""
    return json.dumps(value, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class Out:
    """Answers of one run, in the form its settings ask for."""

    settings: Settings
    _warned: set[str] = field(default_factory=set, repr=False, compare=False)

    def say(self, text: str = "") -> None:
        """Talk to a person: progress, next steps."""
        if not (self.settings.quiet or self.settings.json):
            click.echo(text, color=self.settings.color)

    def warn(self, text: str) -> None:
        """Say something on stderr, once, that a person must not miss; JSON readers get it too."""
        if text not in self._warned:
            self._warned.add(text)
            click.echo(text, err=True, color=self.settings.color)

    def answer(self, value: Any, words: str | Iterable[str]) -> None:
        """Give the answer: ``value`` as JSON, or the ``words``."""
        if self.settings.json:
            click.echo(to_json(value))
            return
        for line in [words] if isinstance(words, str) else words:
            click.echo(line, color=self.settings.color)

    def rows(
        self, rows: Sequence[dict[str, Any]], columns: Sequence[tuple[str, str]], empty: str
    ) -> None:
        """List rows: a JSON array, or a plain table of ``(key, title)`` columns."""
        if self.settings.json:
            click.echo(to_json(list(rows)))
        elif not rows:
            click.echo(empty)
        else:
            for line in table(rows, columns):
                click.echo(line)

    def bold(self, text: str) -> str:
        """``text`` in bold where colours are on."""
        return click.style(text, bold=True)

    def confirm(self, question: str, *, otherwise: str) -> None:
        """Ask yes or no; stop unless yes. ``otherwise`` is the flag that answers it in scripts."""
        if self.settings.no_input or self.settings.json:
            raise WrongInput(f"{question} This needs an answer.", f"Add {otherwise} to answer yes.")
        click.confirm(question, abort=True)


def table(rows: Sequence[dict[str, Any]], columns: Sequence[tuple[str, str]]) -> list[str]:
    """Lines of a plain left-aligned table with a header; the last column is not padded."""
    cells = [[title for _, title in columns]]
    cells += [[_cell(row.get(key)) for key, _ in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
