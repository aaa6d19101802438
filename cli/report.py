"""``tally report``: views of one state of the record as files for an evaluation.

Every file of a report stands on the same number of entries, which its foot names together with the
root, so that whoever holds the entries can count the figures again. Views are counted, written and
let go of one by one, so that a report takes no more memory than its largest view.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.asking import asking_options
from cli.figures import guarding_options
from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.exporting import Export
    from cli.render.names import Known
    from cli.workspace import Workspace
    from ledger.files import Aside
    from projections.result import Asked, ViewResult

FORMATS = ("html", "csv", "json")


@click.command(cls=Command, example="tally report all --format html,csv -o report")
@click.argument("name")
@asking_options
@guarding_options
@click.option(
    "--format", "forms", default="html", show_default=True, help="Of html, csv, json; with commas."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write into.",
)
@with_workspace
def report(
    ws: Workspace,
    name: str,
    forms: str,
    output: Path,
    guarded: bool,
    identified: bool,
    audience: str,
    profile: str | None,
    **narrowed: str | None,
) -> None:
    """Write the view NAME, or all of them, into a directory: one page, and tables beside it.

    Small numbers are hidden, so that no total of the report gives one away, and the export is
    recorded: what, for whom, at which checkpoint. With --ledger more than once the ledgers are
    read together, with --identified, for who holds `information` in each.
    """
    from cli.asking import asked_of, refuse_unfollowed
    from cli.errors import WrongInput
    from cli.several import is_several, refuse_guarded, several
    from projections.result import GUARDED, NOT_FOR_PUBLICATION
    from projections.views import listed

    wanted = [form.strip() for form in forms.split(",")]
    for form in wanted:
        if form not in FORMATS:
            raise WrongInput(f"There is no format {form}.", f"Choose of {', '.join(FORMATS)}.")
    if name != "all" and name not in listed():
        raise WrongInput(
            f"There is no view {name}.", f"Write all, or one of {', '.join(listed())}."
        )
    views = list(listed()) if name == "all" else [name]
    if guarded and identified:
        raise WrongInput("A report is guarded or identified, not both.", "Leave one out.")
    if is_several(ws):
        refuse_guarded(guarded=guarded, profile=profile, to_file=True, identified=identified)
        with several(ws) as ledgers:
            asked = ledgers.asked(**narrowed)
            refuse_unfollowed(views, asked, *ledgers.ledgers)
            export = ledgers.exported(views, asked, wanted, audience)
            written = write_files(export, wanted, output, ledgers.known, ledgers.title)
    else:
        asked = asked_of(ws, **narrowed)
        refuse_unfollowed(views, asked, ws)
        written = write_report(
            ws,
            views,
            asked,
            wanted,
            output,
            audience=audience,
            profile=profile,
            identified=identified,
        )
    form_ = {"files": [str(path) for path in written]}
    lines = [f"✔ {path}" for path in written]
    ws.out.answer(form_, [*lines, f"  {NOT_FOR_PUBLICATION if identified else GUARDED}"])


def write_report(
    ws: Workspace,
    views: list[str],
    asked: Asked,
    forms: list[str],
    output: Path,
    *,
    audience: str = "public",
    profile: str | None = None,
    identified: bool = False,
) -> list[Path]:
    """Record the export, write the files and give their paths; each is whole or not there."""
    from cli.exporting import exported
    from cli.knowing import known_to

    export = exported(
        ws, views, asked, forms, audience=audience, profile=profile, identified=identified
    )
    return write_files(export, forms, output, lambda _: known_to(ws), ws.config.name)


def write_files(
    export: Export,
    forms: Sequence[str],
    output: Path,
    known: Callable[[ViewResult], Known] | None,
    title: str,
) -> list[Path]:
    """Write the files of a report and give their paths: the page, then tables; see ``Export``."""

    def write(views: Iterator[ViewResult], files: Aside) -> None:
        tables = _tables(views, forms, files)
        if "html" in forms:
            from cli.render.html import render_report

            files.write(
                "report.html", [render_report(tables, title=title, known=known, beside=forms)]
            )
        deque(tables, maxlen=0)  # what the page has not taken already

    return sorted(export.into(output, write), key=_place)


def _tables(
    views: Iterator[ViewResult], forms: Sequence[str], files: Aside
) -> Iterator[ViewResult]:
    """Write the tables of each view, and pass it on."""
    for view in views:
        if "csv" in forms:
            from cli.render.csv_ import csv_lines

            files.write(f"{view.view}.csv", csv_lines(view))
        if "json" in forms:
            from cli.render.json_ import json_pieces

            files.write(f"{view.view}.json", json_pieces(view))
        yield view
        del view  # before the next is counted


def _place(path: Path) -> int:
    """The page first, then the tables of each form."""
    return FORMATS.index(path.suffix[1:])
