"""``tally view``: figures with their question, their formula, and the entries behind them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.result import ViewResult

FORMATS = ("table", "json", "csv", "html")
SCALES = ("individual", "group", "collective", "unsorted")


@click.command(
    cls=Command, example="tally view stages --at 2026-06-30 --format html -o stages.html"
)
@click.argument("name", required=False)
@click.option("--project", metavar="PROJECT", help="Only this project.")
@click.option("--scale", type=click.Choice(SCALES), help="Only this scale.")
@click.option("--at", metavar="SIZE|DATE", help="What the ledger knew then.")
@click.option("--happened-by", metavar="DATE", help="What had happened by then, as known now.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="table, json, csv or html.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file."
)
@with_workspace
def view(
    ws: Workspace,
    name: str | None,
    project: str | None,
    scale: str | None,
    at: str | None,
    happened_by: str | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Show the view NAME; without a name, list the views.

    The format follows the ending of the output file when none is given.
    """
    from cli.dates import parse_at, parse_day
    from cli.listing import size_at
    from projections.result import Asked
    from projections.views import answer

    if name is None:
        _list(ws)
        return
    _known(name)
    size_at(ws, at)  # refuses a size that the ledger has not reached
    asked = Asked(
        project=ws.find("project", project),
        scale=scale,
        at=parse_at(at) if at else None,
        happened_by=parse_day(happened_by) if happened_by else None,
    )
    text = _render(ws, answer(ws.ledger, name, asked), _format(ws, form, output))
    _give(ws, text, output)


def _list(ws: Workspace) -> None:
    from projections.views import find, names

    rows = [
        {"view": name, "title": find(name).title, "question": find(name).question}
        for name in names()
    ]
    ws.out.rows(rows, (("view", "VIEW"), ("question", "QUESTION")), "There is no view.")


def _known(name: str) -> None:
    import difflib

    from cli.errors import WrongInput
    from projections.views import names

    if name not in names():
        near = difflib.get_close_matches(name, names(), n=2)
        raise WrongInput(
            f"There is no view {name}.",
            (f"Did you mean {' or '.join(near)}? " if near else "")
            + f"The views are {', '.join(names())}.",
        )


def _format(ws: Workspace, form: str | None, output: Path | None) -> str:
    if form is not None:
        return form
    ending = output.suffix.lstrip(".").lower() if output else ""
    if ending in FORMATS:
        return ending
    return "json" if ws.settings.json else "table"


def _render(ws: Workspace, result: ViewResult, form: str) -> str:
    if form == "json":
        from cli.render.json_ import render_json

        return render_json(result)
    if form == "csv":
        from cli.render.csv_ import render_csv

        return render_csv(result)
    from cli.render.names import with_names
    from cli.report import titles

    result = with_names(result, titles(ws))
    if form == "html":
        from cli.render.html import render_html

        return render_html(result)
    from os import environ

    from cli.render.table import color_wanted, render_table

    color = ws.settings.color is None and color_wanted(sys.stdout, environ)
    return render_table(result, color=color)


def _give(ws: Workspace, text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False, color=True if ws.settings.color is None else None)
        return
    from ledger.files import write_file

    write_file(output, text.encode(), mode=0o600)
    ws.out.say(f"✔ {output} is written. Not for publication: small numbers are not hidden yet.")
