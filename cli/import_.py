"""``tally import``: a spreadsheet becomes entries, through a mapping.

At a terminal it asks whether to save the good rows; in scripts it is all or nothing unless
``--accept-good-rows``. ``--check`` signs nothing. Problems are told by cell, alike ones once, and
the whole table comes back as ``NAME_to_fix.xlsx`` with what to fix beside each row.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.errors import ROWS, CliError, WrongInput
from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from cli.importing import Import, Imported, Judged, Progress
    from cli.names import Thing
    from cli.planning import Problem
    from cli.sheets import Sheet
    from cli.workspace import Workspace

#: Kinds of problem shown on a screen; all of them stand in the file to fix.
_SHOWN = 8


class RowsNeedFixing(CliError):
    """Rows of a table cannot be saved; nothing of it was."""

    exit_code = ROWS


@click.command("import", cls=Command, example="tally import log.csv --map log.toml --check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="The mapping file.")
@click.option("--draft-map", is_flag=True, help="Write a mapping for FILE, to be looked over.")
@click.option("--sheet", help="Which sheet of a workbook; the first if left out.")
@click.option("--check", is_flag=True, help="Look for problems; sign and save nothing.")
@click.option("--accept-good-rows", is_flag=True, help="Save the good rows even if others are bad.")
@with_workspace
def import_(
    ws: Workspace,
    file: Path,
    map_file: Path | None,
    draft_map: bool,
    sheet: str | None,
    check: bool,
    accept_good_rows: bool,
) -> None:
    """Record the rows of FILE (.csv or .xlsx) as a mapping says.

    Importing the same file again records nothing twice; an import that was cut short goes on.
    """
    from cli.importing import Import
    from cli.mapping import read_mapping
    from cli.sheets import read_sheet
    from cli.writer import Writer

    if draft_map:
        _draft(ws, file, map_file, sheet)
        return
    if map_file is None:
        raise WrongInput(
            "A mapping says which column is what, and none was given.",
            f"Name it with --map, or let one be written to look over: "
            f"tally import {file} --draft-map",
        )
    mapping = read_mapping(map_file)
    rows = read_sheet(file, sheet)
    writer = Writer(ws)
    run = Import(ws, rows, mapping, writer.acting())
    today = writer.open_day(dry_run=check)
    with _bar(ws, "Checking", len(rows.rows)) as progress:
        judged = run.judge(today, progress)
    if judged.problems:
        _mend(ws, rows, judged, check=check, accept=accept_good_rows)
    if check:
        _checked(ws, judged)
        return
    done = run_import(ws, run, judged, today)
    _done(ws, judged, done)


def _draft(ws: Workspace, file: Path, map_file: Path | None, sheet: str | None) -> None:
    from cli.draft_map import draft
    from cli.sheets import read_sheet

    path = map_file or file.with_suffix(".toml")
    if path.exists():
        raise WrongInput(f"{path} is there already.", "Name another with --map; nothing was done.")
    columns = read_sheet(file, sheet).columns
    project, words = _project(ws)
    named = (ws.config.name, None) if project is None else (project.name or "", project.id)
    path.write_text(draft(file.stem, columns, *named), encoding="utf-8")
    ws.out.answer(
        {
            "mapping": str(path),
            "columns": list(columns),
            "project": None if project is None else project.id,
        },
        [
            f"✔ {path} says what each of {len(columns)} columns is taken for. Look it over.",
            f"  {words}",
            f"  Then: tally import {file} --map {path} --check",
        ],
    )


def _project(ws: Workspace) -> tuple[Thing | None, str]:
    """The project that rows of a first mapping go into, None for a new one; and that in words.

    It is the one called as the programme is, else the only one there is.
    """
    register, title = ws.register("project"), ws.config.name
    every = list(register.things.values())
    fitting = register.called(title) or every
    if len(fitting) == 1:
        return fitting[0], f"Its rows go into the project {fitting[0].label}, which is here."
    words = f"It opens a new project, «{title}»."
    if every:
        words += f" {len(every)} are here: for one of them write its id (tally project list)."
    return None, words


def run_import(ws: Workspace, run: Import, judged: Judged, today: Any) -> Imported:
    """Record what was judged good, with a progress bar at a terminal, and sign a checkpoint."""
    with _bar(ws, "Recording", len(judged.good)) as progress:
        done = run.record(judged, today, progress)
    key = ws.log_key()
    if key is not None and done.written:
        ws.ledger.make_checkpoint(key)
    return done


@contextmanager
def _bar(ws: Workspace, label: str, length: int) -> Iterator[Progress]:
    """A progress bar at a terminal, and nothing elsewhere."""
    shown = sys.stderr.isatty() and not (ws.settings.quiet or ws.settings.json)
    bar: ProgressBar[int]
    with click.progressbar(
        length=length, label=label if shown else "", file=sys.stderr, hidden=not shown
    ) as bar:
        yield lambda now, _all: bar.update(now - bar.pos)


def _mend(ws: Workspace, sheet: Sheet, judged: Judged, *, check: bool, accept: bool) -> None:
    """Tell the problems, write the file to fix, and stop unless the good rows are to be saved."""
    from cli.to_fix import write_to_fix
    from projections.stage_common import many

    path = write_to_fix(sheet, judged.problems)
    for line in (*grouped(judged.problems), *_undated(judged)):
        ws.out.warn(line)
    whole, bad = len(sheet.rows), judged.bad_rows
    if check or not accept:
        if check or ws.settings.no_input or ws.settings.json or not _terminal():
            raise RowsNeedFixing(
                f"Nothing was saved. {bad} of {many(whole, 'row')} need{'s' * (bad == 1)} fixing.",
                f"Mend what {path} marks and import that file, or add --accept-good-rows to save "
                f"the other {whole - bad} now.",
            )
        ws.out.say(f"{whole - bad} fine, {bad} need you → {path}")
        if not click.confirm(f"Save the {whole - bad} now?", default=True):
            raise RowsNeedFixing("Nothing was saved.", f"What to fix stands in {path}.")


def grouped(problems: Sequence[Problem]) -> Iterator[str]:
    """Lines for a screen: alike problems once, with how many more there are."""
    alike: defaultdict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        alike[problem.column, problem.advice].append(problem)
    for shown, group in enumerate(alike.values()):
        if shown == _SHOWN:
            yield f"… and {len(alike) - _SHOWN} more kinds of problem"
            return
        more = f" (and {len(group) - 1} more like this)" if len(group) > 1 else ""
        yield f"{group[0]}{more}"


def _terminal() -> bool:
    return sys.stdin.isatty()


def _checked(ws: Workspace, judged: Judged) -> None:
    from projections.stage_common import many

    form = {
        "rows": judged.plan.rows,
        "entries": len(judged.good),
        "known": judged.known,
        "new_people": len(judged.people),
        "undated": judged.undated,
    }
    rows = many(judged.plan.rows, "row is", "rows are")
    words = f"{rows} fine: {many(len(judged.good), 'entry', 'entries')} would be recorded"
    known = f", {judged.known} recorded already" if judged.known else ""
    lines = [f"✔ {words}{known}. Nothing was saved (--check)."]
    ws.out.answer(form, [*lines, *_undated(judged), *_new_people(judged, "would be added")])


def _undated(judged: Judged) -> list[str]:
    """How many rows say no date: in a table nobody sees an empty cell."""
    from projections.stage_common import many

    if not judged.undated:
        return []
    rows = many(judged.undated, "row has no date, and counts", "rows have no date, and count")
    return [f"  {rows} as «date unknown»."]


def _new_people(judged: Judged, verb: str) -> list[str]:
    """Who is new, by name: the moment to see that one of them is somebody else mistyped."""
    from projections.stage_common import many

    number = len(judged.people)
    if not number:
        return []
    named = ", ".join(judged.people[:_SHOWN])
    named += f" and {number - _SHOWN} more" if number > _SHOWN else ""
    return [f"  {many(number, 'person', 'people')} {verb}: {named}. Is each name right?"]


def _done(ws: Workspace, judged: Judged, done: Imported) -> None:
    from projections.stage_common import many

    form = {
        "rows": judged.plan.rows,
        "bad_rows": judged.bad_rows,
        "written": done.written,
        "known": done.known,
        "first": done.first,
        "last": done.last,
        "undated": judged.undated,
    }
    if done.written:
        which = f"{done.first}–{done.last}" if done.written > 1 else f"{done.first}"
        words = f"✔ Recorded {many(done.written, 'entry', 'entries')} ({which}) from "
        words += f"{many(judged.plan.rows - judged.bad_rows, 'row')}."
    else:
        words = "✔ Nothing new: every row of this file is recorded already."
    more = f"  Recorded before: {done.known}." if done.known and done.written else ""
    told = [*_undated(judged), *_new_people(judged, "added")] if done.written else []
    ws.out.answer(form, [words, *([more] if more else []), *told])
