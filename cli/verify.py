"""``tally verify``: was anything changed?

    tally verify              the ledger here, with its own policy
    tally verify DIR          a ledger directory, or a published one
    tally verify FILE         one person's statement (bundle), offline

Exit 0: everything that was needed was checked and holds. 10: something does not match. 11: nothing
is shown to be wrong, but something needed is withheld or untrusted. The two never share a message,
and 10 outranks 11. A bundle is checked without the database, the rules or pydantic being loaded.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
from cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from ledger.check_report import Report

#: What each step of the format (section 7) says when it holds, in plain words.
STEPS = {
    "1": "entries read",
    "2": "checkpoints signed by the log",
    "3": "cosignatures of witnesses",
    "4": "earlier states continued",
    "5": "entries in the tree",
    "6": "entries as they were recorded",
    "7": "signatures",
    "8": "places in the record",
    "9": "personal values",
    "10": "acts allowed by the rules",
}


@click.command(cls=Command, example="tally verify www/ledger --policy policy.txt --state seen.json")
@click.argument(
    "target", metavar="[LEDGER|DIR|BUNDLE]", required=False, type=click.Path(path_type=Path)
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whom you trust to sign checkpoints (C2SP tlog-policy).",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Remember here what was accepted; the next check continues from it.",
)
@click.pass_context
def verify(
    ctx: click.Context, target: Path | None, policy: Path | None, state: Path | None
) -> None:
    """Check that nothing was changed, in ten steps, and name what does not match.

    Exit code 0: it holds. 10: something does not match. 11: something cannot be checked.
    """
    settings = settings_of(ctx)
    text = policy.read_bytes() if policy else None
    report = check_path(settings, target, text, state)
    if settings.json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        bundle = target is not None and target.is_file()
        for line in words(report, settings, bundle=bundle):
            click.echo(line, color=settings.color)
    ctx.exit(report.exit_code)


def words(report: Report, settings: Settings, *, bundle: bool = False) -> list[str]:
    """The report for people: the verdict first, then what was found, then what was checked.

    A ``bundle`` shows that its own lines are unaltered, never that the list is complete.
    """
    lines = [_of_bundle(report) if bundle and report.ok else _verdict(report)]
    if settings.quiet:
        return lines
    if report.origin:
        lines.append(f"  {report.origin}, {_entries(report.size)}, root {report.as_json()['root']}")
    marks = {10: "✖", 11: "?", 0: "·"}
    for finding in report.findings:
        where = f"step {finding.step}" + (
            f", entry {finding.entry}" if finding.entry is not None else ""
        )
        lines.append(f"{marks[finding.code]} {where}: {finding.message}")
    checked = [
        f"{count} {STEPS[step]}"
        for step, count in report.checked.items()
        if count and step in STEPS
    ]
    lines.append(f"  Checked: {', '.join(checked) or 'nothing'}.")
    if report.exit_code == 11:
        lines.append("  Nothing was found to be wrong in what could be checked.")
    return lines


def _verdict(report: Report) -> str:
    if report.exit_code == 10:
        wrong = sum(finding.code == 10 for finding in report.findings)
        things = "one thing" if wrong == 1 else f"{wrong} things"
        return f"✖ The record does not match: {things} in {_entries(report.size)}."
    if report.exit_code == 11:
        missing = sum(finding.code == 11 for finding in report.findings)
        things = "one thing" if missing == 1 else f"{missing} things"
        return f"? Not everything can be checked: {things} withheld or not vouched for."
    return f"✔ Nothing was changed: {_entries(report.size)}, all signatures hold."


def _of_bundle(report: Report) -> str:
    many = report.checked.get("1", 0)
    return f"✔ None of these {_entries(many)} was changed; all signatures hold."


def _entries(size: int) -> str:
    return "1 entry" if size == 1 else f"{size} entries"


def check_path(
    settings: Settings, target: Path | None, policy: bytes | None, state: Path | None = None
) -> Report:
    """Check what lies at ``target``: a bundle, a published directory, a ledger (None: this one)."""
    if target is not None and target.is_file():
        return _bundle(target, policy)
    # What says it is published is judged as such, whatever lies beside it: a live ledger is checked
    # with its own policy, so a `tally.toml` slipped into a download would turn 11 into 0.
    if target is not None and (
        os.path.lexists(target / "class") or not (target / "tally.toml").is_file()
    ):
        return _directory(settings, target, policy, state)
    return _live(settings, str(target) if target else None, policy, state)


def _bundle(path: Path, policy: bytes | None) -> Report:
    """A statement of one person: light, offline, steps 1–9."""
    from cli.errors import DOES_NOT_MATCH, CliError
    from ledger.bundle import check_bundle
    from ledger.bundle_form import MAX_BUNDLE
    from ledger.errors import Malformed
    from ledger.policy import Policy

    chosen = Policy.parse(policy) if policy is not None else None
    try:
        with path.open("rb") as file:
            return check_bundle(file.read(MAX_BUNDLE + 1), chosen)
    except Malformed as error:
        raise CliError(
            f"{path} does not match the form of a statement: {error.message}.",
            "It was changed or cut off, or it is another kind of file: ask for it again.",
            exit_code=DOES_NOT_MATCH,
        ) from error


def _directory(settings: Settings, path: Path, policy: bytes | None, state: Path | None) -> Report:
    """A published directory: nothing but its files."""
    from cli.errors import NoLedger
    from ledger.check import check_directory
    from projections.bridge import catalogue
    from projections.conduct import Conduct

    if not path.exists():
        raise NoLedger(f"There is nothing at {path}.", "Name a ledger, a directory or a statement.")
    if not (path / "class").is_file() and not (path / "checkpoint").is_file():
        raise NoLedger(
            f"{path} is neither a ledger (no tally.toml) nor a published directory (no class, "
            "no checkpoint).",
            "Name one that is; `tally publish` makes published directories.",
        )
    progress = _Progress(settings)
    report = check_directory(
        path,
        policy=policy,
        catalogue=catalogue(),
        remembered=_remembered(state),
        conduct=Conduct(),
        progress=progress,
        now=settings.clock(),
    )
    progress.done()
    return _remember(state, report)


def _live(
    settings: Settings, where: str | None, policy: bytes | None, state: Path | None
) -> Report:
    """A live ledger: the store itself, every column and row of it."""
    from cli.opening import HIGH_WATER, explained, require_files
    from cli.workspace import Workspace
    from ledger.check import check
    from ledger.check_live import LiveSource
    from ledger.check_state import Remembered
    from ledger.checkpoint import HighWaterMark
    from ledger.errors import StorageFailed
    from ledger.store import Store
    from projections.bridge import catalogue
    from projections.conduct import Conduct

    ws = Workspace.at(settings, where)
    require_files(ws)
    own = ws.policy_path.read_bytes() if ws.policy_path.is_file() else None
    mark = HighWaterMark(ws.directory / HIGH_WATER).read()
    progress = _Progress(settings)
    try:
        store = Store.open(ws.store_url, ws.config.origin)
    except StorageFailed as error:
        raise explained(ws, error) from error
    try:
        report = check(
            LiveSource(store, vault=ws.vault, policy=own),
            policy=policy,
            catalogue=catalogue(),
            remembered=_remembered(state),
            earlier=[Remembered(ws.config.origin, *mark)] if mark else [],
            conduct=Conduct(),
            progress=progress,
            now=settings.clock(),
        )
    finally:
        store.close()
        ws.close()
    progress.done()
    return _remember(state, report)


def _remembered(state: Path | None) -> Any:
    from ledger.check_state import load_state

    return load_state(state) if state is not None else None


def _remember(state: Path | None, report: Report) -> Report:
    from ledger.check_state import save_state

    if state is not None:
        save_state(state, report)
    return report


class _Progress:
    """How far a long check is, on a terminal only; it can be interrupted at any time."""

    def __init__(self, settings: Settings) -> None:
        self._show = sys.stderr.isatty() and not settings.quiet
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` entries are checked."""
        if self._show and total > 5000:
            self._shown = True
            click.echo(f"\r{done:,} of {total:,} entries checked", nl=False, err=True)

    def done(self) -> None:
        """End the line."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
