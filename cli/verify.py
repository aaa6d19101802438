"""``tally verify``: was anything changed?

    tally verify              the ledger here, with its own policy
    tally verify DIR          a ledger directory, or a published one
    tally verify FILE         one person's statement (bundle), offline
    tally verify VIEW.json    a saved view, counted again from the record that --ledger names

Exit 0: everything that was needed was checked and holds. 10: something does not match. 11: nothing
is shown to be wrong, but something needed is withheld or untrusted. The two never share a message,
and 10 outranks 11. A bundle is checked by ``ledger.bundle`` and click alone, so that the person
whose statement it is waits for nothing else; what checks a ledger or a directory stands in
``auditing.py``. For the same reason this file speaks of paths as text.
"""

from __future__ import annotations

import json
import os.path
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import click

from cli.lazy import Command
from cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from ledger.check_report import Report
    from ledger.errors import Finding

#: What each step of the format (section 7) has looked at, in plain words: one, and more.
STEPS = {
    "1": ("entry or checkpoint read", "entries and checkpoints read"),
    "2": ("checkpoint signed by the log", "checkpoints signed by the log"),
    "3": ("cosignature of a witness", "cosignatures of witnesses"),
    "4": ("earlier state continued", "earlier states continued"),
    "5": ("entry in the tree", "entries in the tree"),
    "6": ("entry as it was recorded", "entries as they were recorded"),
    "7": ("signature", "signatures"),
    "8": ("place in the record", "places in the record"),
    "9": ("personal value", "personal values"),
    "10": ("act allowed by the rules", "acts allowed by the rules"),
}


@click.command(cls=Command, example="tally verify www/ledger --policy policy.txt --state seen.json")
@click.argument("target", metavar="[LEDGER|DIR|BUNDLE|VIEW]", required=False, type=click.Path())
@click.option(
    "--policy",
    type=click.File("rb"),
    metavar="FILE",
    help="Whom you trust to sign checkpoints (C2SP tlog-policy).",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False),
    help="Remember here what was accepted; the next check continues from it.",
)
@click.pass_context
def verify(
    ctx: click.Context, target: str | None, policy: BinaryIO | None, state: str | None
) -> None:
    """Check that nothing was changed, in ten steps, and name what does not match.

    Exit code 0: it holds. 10: something does not match. 11: something cannot be checked.
    """
    settings = settings_of(ctx)
    text = judged_policy(policy.read(), policy.name) if policy else None
    bundle = target is not None and os.path.isfile(target)  # noqa: PTH113  pathlib takes 4 ms
    if target and bundle and _is_view(target):
        from cli.rechecking import recheck_view

        ctx.exit(recheck_view(settings, target))
    report = _bundle(target, text) if target and bundle else _audit(settings, target, text, state)
    if settings.json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for line in words(report, settings, bundle=bundle):
            click.echo(line, color=settings.color)
    ctx.exit(report.exit_code)


def words(report: Report, settings: Settings, *, bundle: bool = False) -> list[str]:
    """The report for people: the verdict first, then what was found, then what was checked.

    A ``bundle`` shows that its own lines are unaltered, never that the list is complete.
    """
    from ledger.check_report import counted

    lines = [_of_bundle(report) if bundle and report.ok else _verdict(report)]
    if settings.quiet:
        return lines
    if report.origin:
        lines.append(f"  {report.origin}, {_entries(report.size)}, root {report.as_json()['root']}")
    marks = {10: "✖", 11: "?", 0: "·"}
    for finding, more in _alike(report.findings):
        where = f"step {finding.step}" + (
            f", entry {finding.entry}" if finding.entry is not None else ""
        )
        message = finding.message.removeprefix(f"entry {finding.entry}: ")
        lines.append(f"{marks[finding.code]} {where}: {message}{more}")
    checked = [
        counted(count, *STEPS[step])
        for step, count in report.checked.items()
        if count and step in STEPS
    ]
    lines.append(f"  Checked: {', '.join(checked) or 'nothing'}.")
    if report.exit_code == 11:
        lines.append("  Nothing was found to be wrong in what could be checked.")
    return lines


def _alike(findings: Sequence[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding; of three and more that differ in numbers and names alone, the first two.

    One altered charter makes every signature after it fail: nobody reads a thousand such lines.
    ``--json`` gives all of them.
    """
    groups: dict[tuple[int, int, str], list[Finding]] = {}
    for finding in findings:
        form = re.sub(r"\S*\d\S*|^checkpoint:", "…", finding.message)
        groups.setdefault((finding.code, finding.step, form), []).append(finding)
    for alike in groups.values():
        yield alike[0], ""
        if len(alike) == 2:
            yield alike[1], ""
        elif len(alike) > 2:
            yield alike[1], f" (and {len(alike) - 2} more like this; --json lists all)"


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


def _audit(
    settings: Settings, target: str | None, policy: bytes | None, state: str | None
) -> Report:
    """A ledger or a published directory: everything that needs more than one file."""
    from pathlib import Path

    from cli.auditing import check_path

    return check_path(
        settings, Path(target) if target else None, policy, Path(state) if state else None
    )


def judged_policy(text: bytes, where: str, *, own: bool = False) -> bytes:
    """The text of a policy, read before anything else: a wrong one says nothing of the record.

    Raises:
        CliError: it is no policy (exit 2; exit 5 when it is the ledger's ``own``).
    """
    from cli.errors import STORAGE, USAGE, CliError
    from ledger.errors import Malformed
    from ledger.policy import Policy

    try:
        Policy.parse(text)
    except Malformed as error:
        raise CliError(
            f"{where} is not a policy: {error.message}. The record itself was not looked at.",
            "Put it back from a backup, or give your own with --policy."
            if own
            else "Give the file that names the log you trust: every ledger directory has one.",
            exit_code=STORAGE if own else USAGE,
        ) from error
    return text


def _is_view(path: str) -> bool:
    """Whether a file is a saved view, by how it begins: a statement begins otherwise."""
    with click.open_file(path, "rb") as file:
        return re.match(rb'\s*\{\s*"view"\s*:', file.read(256)) is not None


def _bundle(path: str, policy: bytes | None) -> Report:
    """A statement of one person: light, offline, steps 1–9."""
    from cli.errors import DOES_NOT_MATCH, CliError
    from ledger.bundle import check_bundle
    from ledger.bundle_form import MAX_BUNDLE
    from ledger.errors import Malformed
    from ledger.policy import Policy

    chosen = Policy.parse(policy) if policy is not None else None
    try:
        with click.open_file(path, "rb") as file:
            return check_bundle(file.read(MAX_BUNDLE + 1), chosen)
    except Malformed as error:
        raise CliError(
            f"{path} does not match the form of a statement: {error.message}.",
            "It was changed or cut off, or it is another kind of file: ask for it again.",
            exit_code=DOES_NOT_MATCH,
        ) from error
