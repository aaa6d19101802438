"""``tally view``: figures with their question, their formula, and the entries behind them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.asking import asking_options, choice_options
from cli.figures import guarding_options
from cli.lazy import Command
from cli.series import series_options
from cli.several import is_several, several
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.exporting import Export
    from cli.render.names import Known
    from cli.several import Several
    from cli.workspace import Workspace
    from ledger.files import Aside
    from projections.result import Asked, ViewResult

FORMATS = ("table", "json", "csv", "html")


@click.command(
    cls=Command, example="tally view stages --at 2026-06-30 --format html -o stages.html"
)
@click.argument("name", required=False)
@asking_options
@click.option("--about", metavar="THING", help="The decision, person or project a view is about.")
@choice_options
@series_options
@guarding_options
@click.option("--why", metavar="CELL", help="The entries behind one figure: ROW/COLUMN.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="table, json, csv or html.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file."
)
@with_workspace
def view(
    ws: Workspace,
    name: str | None,
    why: str | None,
    form: str | None,
    output: Path | None,
    guarded: bool,
    identified: bool,
    audience: str,
    profile: str | None,
    **narrowed: str | None,
) -> None:
    """Show the view NAME; without a name, list the views.

    On the screen, whoever holds `information` sees figures as they were counted, and the look is
    recorded, once a day. In a file, and for everybody else, small numbers are hidden. The format
    follows the ending of the output file when none is given. With --ledger more than once the
    ledgers are read together, for who holds `information` in each.
    """
    if name is None:
        _list(ws)
        return
    if is_several(ws):
        guard = {"guarded": guarded, "identified": identified, "profile": profile}
        with several(ws) as ledgers:
            _of_several(
                ledgers, name, narrowed, guard, why=why, form=form, output=output, audience=audience
            )
        return
    asked = _asked(ws, name, narrowed)
    if output is not None and why is None:
        from cli.exporting import exported

        form = _format(ws, form, output)
        if asked.series is not None:  # whose row may be named as people call it
            asked = _answer(ws, name, asked).asked
        export = exported(
            ws, [name], asked, [form], audience=audience, profile=profile, identified=identified
        )
        _write(ws, export, form, output, identified=identified)
        return
    result = _answer(ws, name, asked)
    if why is not None:
        from cli.figures import explained

        ws.out.answer(*explained(ws, result, why))
        return
    form = _format(ws, form, output)
    from cli.figures import on_screen

    shown = on_screen(ws, result, guarded=guarded, identified=identified, profile=profile)
    _print(ws, _render(ws, shown, form))


def _of_several(
    ledgers: Several,
    name: str,
    said: dict[str, str | None],
    guard: dict[str, Any],
    *,
    why: str | None,
    form: str | None,
    output: Path | None,
    audience: str,
) -> None:
    """The same over several ledgers, each of which records the look or the export."""
    from cli.asking import refuse_unfollowed
    from cli.series import NAMES
    from cli.several import refuse_alone, refuse_guarded
    from projections.views import find

    ws = ledgers.ledgers[-1]
    _known(name)
    refuse_guarded(**guard, to_file=output is not None)
    refuse_alone(said, find(name).about_kind)
    said["about_kind"] = find(name).about_kind
    asked = ledgers.asked(**{key: value for key, value in said.items() if key not in NAMES})
    refuse_unfollowed([name], asked, *ledgers.ledgers)
    form = _format(ws, form, output)
    if output is not None:
        export = ledgers.exported([name], asked, [form], audience)
        _write(ws, export, form, output, identified=True, known=ledgers.known)
        return
    result = ledgers.answer(name, asked)
    ledgers.look(result)
    if why is not None:
        from cli.why import explain

        ws.out.answer(*explain(ws, result, why, lambda index: ledgers.place(result, index)))
        return
    _print(ws, _render(ws, result, form, ledgers.known(result)))


def _asked(ws: Workspace, name: str, said: dict[str, str | None]) -> Asked:
    """What the view was asked; a look at one person's records is recorded."""
    from dataclasses import replace

    from cli.asking import asked_of, refuse_unfollowed
    from cli.series import NAMES, series_of
    from projections.views import find

    _known(name)
    said["about_kind"] = find(name).about_kind
    days = {key: said.pop(key) for key in NAMES}
    asked = replace(asked_of(ws, **said), series=series_of(ws, **days))
    refuse_unfollowed([name], asked, ws)
    if find(name).about_kind == "person" and asked.about is not None:
        from cli.looking import look, viewer

        if not viewer(ws).information:  # whose look at figures is an entry of its own
            look(ws, asked.about, name)
    return asked


def _answer(ws: Workspace, name: str, asked: Asked) -> ViewResult:
    """The view as it was asked for, or one figure of it through time."""
    if asked.series is not None:
        from cli.series import followed

        return followed(ws, name, asked, asked.series)
    from projections.views import answer

    return answer(ws.ledger, name, asked)


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
    from cli.errors import WrongInput

    ending = output.suffix.lstrip(".").lower() if output else ""
    if ending in FORMATS:
        return ending
    if ending not in {"", "txt"}:
        raise WrongInput(
            f"A view is not written as .{ending}.",
            "Its ending says the format: .html, .csv, .json or .txt. Another name needs --format.",
        )
    return "json" if ws.settings.json else "table"


def _render(
    ws: Workspace, result: ViewResult, form: str, known: Known | None = None
) -> Iterable[str]:
    """The view in one of the forms, piece by piece."""
    if form == "json":
        from cli.render.json_ import json_pieces

        return json_pieces(result)
    if form == "csv":
        from cli.render.csv_ import csv_lines

        return csv_lines(result)
    from cli.knowing import known_to

    known = known or known_to(ws)
    if form == "html":
        from cli.render.html import render_html

        return [render_html(result, known=known)]
    from os import environ

    from cli.render.lines import is_dossier, render_lines
    from cli.render.names import with_names
    from cli.render.table import color_wanted, render_table

    color = ws.settings.color is None and color_wanted(sys.stdout, environ)
    render = render_lines if is_dossier(result) else render_table
    return [render(with_names(result, known), color=color)]


def _print(ws: Workspace, pieces: Iterable[str]) -> None:
    click.echo("".join(pieces), nl=False, color=True if ws.settings.color is None else None)


def _write(
    ws: Workspace,
    export: Export,
    form: str,
    output: Path,
    *,
    identified: bool,
    known: Callable[[ViewResult], Known] | None = None,
) -> None:
    from projections.result import GUARDED, NOT_FOR_PUBLICATION

    def write(views: Iterator[ViewResult], files: Aside) -> None:
        for view_ in views:
            files.write(output.name, _render(ws, view_, form, known(view_) if known else None))

    export.into(output.parent, write)
    ws.out.say(f"✔ {output} is written. {NOT_FOR_PUBLICATION if identified else GUARDED}")
