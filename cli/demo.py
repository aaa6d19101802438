"""``tally demo``: a whole programme from charter to report, made from real records.

The records that are shipped: 872 quotations of three focus groups that designed a citizen-science
platform with autistic people. They go in as anybody's spreadsheet would, through a mapping; what
comes out is a ledger like any other, with a report, a published directory, and its own check.

``--case NAME`` plays a case instead: a short history in the program's own commands, made up after
the literature, and the questions that its ledger must answer (``story.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from cli.output import Out
    from cli.workspace import Workspace

EXAMPLES = Path(__file__).with_name("examples")
#: The records that are shipped: folder, table, name of the ledger.
RECORDS = (
    "autspaces",
    "session_contributions.csv",
    "AutSPACEs: a platform designed with autistic people",
)


@click.command(cls=Command, example="tally demo my-demo")
@click.argument(
    "directory",
    metavar="[DIR]",
    default=Path("tallystick-demo"),
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option("--case", metavar="NAME", help="A case instead: NAME, or «list» to see them.")
@click.pass_context
def demo(ctx: click.Context, directory: Path, case: str | None) -> None:
    """Make a worked programme in DIR: charter, real records, report, and a check of it all."""
    from cli.output import Out

    settings = settings_of(ctx)
    if case is not None:
        from cli.casebook import show_case

        ctx.exit(show_case(settings, directory, case))
    out = Out(settings)
    size, code = _records(settings, out, directory)
    _tell(out, directory, size, code)
    ctx.exit(code)


def _records(settings: Settings, out: Out, directory: Path) -> tuple[int, int]:
    """Make the ledger of the shipped records; gives its size and the exit code of its check."""
    from cli.founding import Founding, found

    folder, table, name = RECORDS
    founding = Founding(name=name, founder="Demo recorder", currency="GBP", zone="Europe/London")
    out.say(f"Making a ledger in {directory} (its keys have no passphrase: it is a demonstration)…")
    with found(directory, founding, settings) as ws:
        entries = _bring_in(ws, EXAMPLES / folder / table, EXAMPLES / folder / "mapping.toml")
        out.say(f"✔ {entries} entries recorded from {table}, each signed.")
        _leave_behind(ws)
        out.say("✔ A report and a directory for auditors are written.")
        size = ws.ledger.head().size
    return size, _check(settings, directory)


def _bring_in(ws: Workspace, table: Path, mapping: Path) -> int:
    """Import the records; gives how many entries that made."""
    from cli.import_ import run_import
    from cli.importing import Import
    from cli.mapping import read_mapping
    from cli.sheets import read_sheet
    from cli.writer import Writer

    writer = Writer(ws)
    run = Import(ws, read_sheet(table), read_mapping(mapping), writer.acting())
    today = writer.open_day()
    return run_import(ws, run, run.judge(today), today).written


def _leave_behind(ws: Workspace) -> None:
    """The report and the auditor's directory."""
    from cli.report import write_report
    from ledger.publish import publish
    from projections.result import Asked
    from projections.views import listed

    write_report(ws, list(listed()), Asked(), ["html", "csv"], ws.directory / "report")
    publish(ws.ledger, ws.directory / "published", "auditor", ws.policy_path.read_bytes())


def _check(settings: Settings, directory: Path) -> int:
    """Check the published directory as a stranger would, with the policy as one's own."""
    from cli.auditing import check_path
    from cli.verify import words

    report = check_path(settings, directory / "published", (directory / "policy").read_bytes())
    if not settings.json:
        for line in words(report, settings):
            click.echo(line, color=settings.color)
    return report.exit_code


def _tell(out: Out, directory: Path, size: int, code: int) -> None:
    form = {"directory": str(directory), "size": size, "report": str(directory / "report")}
    page, published = directory / "report" / "report.html", directory / "published"
    out.answer(
        form | {"exit": code},
        [
            "",
            "Look at:",
            f"  {page}",
            "    who spoke, at which stage; who was offered money, and what nobody wrote down",
            "Try next:",
            f"  tally --ledger {directory} view stages",
            f"  tally --ledger {directory} view payments",
            f"  tally --ledger {directory} log | head",
            f"  tally verify {published} --policy {directory / 'policy'}",
            "    then change one letter of any file in it but `policy`, and verify again",
            "Begin your own:  tally start",
        ],
    )
