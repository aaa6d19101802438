"""``tally verify VIEW.json --ledger DIR``: a saved view, counted again.

DIR is a ledger or a published directory; nothing else is needed. What is shown is that the figures
follow from those entries; that the entries are signed and unaltered is `tally verify DIR`'s to say.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cli.settings import Settings
    from cli.workspace import Workspace
    from ledger.check_report import Report
    from projections.recheck import Saved


def recheck_view(settings: Settings, path: str) -> int:
    """Count the view in the file at ``path`` again, say how it went, and give the exit code.

    Raises:
        CliError: the file is no saved view (10), or it cannot be asked again (11).
    """
    from projections.recheck import MAX_VIEW, parse_saved

    with click.open_file(path, "rb") as file:
        saved = _parsed(path, file.read(MAX_VIEW + 1), parse_saved)
    report = _recheck(settings, saved)
    if settings.json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for line in _words(report, saved):
            click.echo(line, color=settings.color)
    return report.exit_code


def _parsed(path: str, text: bytes, parse: object) -> Saved:
    from cli.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, CliError
    from ledger.errors import Malformed
    from projections.recheck import OfSeveral

    try:
        saved: Saved = parse(text)  # type: ignore[operator]  # parse_saved, loaded late
    except OfSeveral as error:
        raise CliError(
            f"{path} was counted over several ledgers, and no one record counts it again.",
            "Count it once more over the same ledgers, each named with --ledger, at the same day; "
            "`checkpoints` in the file says what each of them stood on.",
            exit_code=CANNOT_BE_CHECKED,
        ) from error
    except Malformed as error:
        raise CliError(
            f"{path} does not match the form of a saved view: {error.message}.",
            "It was changed or cut off: save it again (`tally view NAME --format json -o FILE`).",
            exit_code=DOES_NOT_MATCH,
        ) from error
    return saved


def _recheck(settings: Settings, saved: Saved) -> Report:
    from cli.errors import CANNOT_BE_CHECKED, CliError
    from ledger.directory import Directory
    from projections.recheck import recheck

    where = Path(settings.ledgers[-1]) if settings.ledgers else None  # the nearest to the view
    try:
        if where is not None and os.path.lexists(where / "class"):
            with Directory(where) as directory:
                return recheck(saved, directory)
        ws = _record(settings, where, saved)
        try:
            return recheck(saved, ws.ledger)
        finally:
            ws.close()
    except (KeyError, ValueError) as error:
        raise CliError(
            f"The view cannot be counted again by this release: {error.args[0]}.",
            "Use the release that saved it; the record itself can be checked all the same.",
            exit_code=CANNOT_BE_CHECKED,
        ) from error


def _record(settings: Settings, where: Path | None, saved: Saved) -> Workspace:
    """The ledger to count from. Raises NoLedger: none was named and there is none here."""
    from cli.errors import NoLedger
    from cli.workspace import Workspace

    try:
        return Workspace.at(settings, str(where) if where else None)
    except NoLedger as error:
        if where is not None:
            raise
        raise NoLedger(
            f"This is a saved view of {saved.origin}, and no ledger is here to count it from.",
            "Name the ledger or the published directory it came from: --ledger DIR",
        ) from error


def _words(report: Report, saved: Saved) -> list[str]:
    from projections.stage_common import many

    cells = report.checked["10"]
    if report.exit_code == 10:
        lines = ["✖ The view does not match the record."]
    elif report.exit_code == 11:
        lines = ["? Not every figure can be counted again here."]
    else:
        size = many(saved.size, "entry", "entries")
        lines = [f"✔ Every figure comes out the same: {many(cells, 'cell')}, from {size}."]
    marks = {10: "✖", 11: "?", 0: "·"}
    lines += [f"{marks[finding.code]} {finding.message}" for finding in report.findings]
    lines.append(f"  {saved.origin}, view {saved.view}")
    lines.append("  That these entries are signed and unaltered: `tally verify` on the record.")
    return lines
