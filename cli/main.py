"""The ``tally`` command: the list of its subcommands and nothing else.

    tally [--ledger DIR] [--as PERSON] [--key FILE] [--json] [-q] COMMAND …

What each command does stands in its own file; how errors become words and exit codes stands in
``errors.py``, the only place that does it. Adding a command is one line in ``COMMANDS``.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from cli.lazy import Group
from cli.settings import Settings, global_options

COMMANDS: dict[str, tuple[str, str]] = {
    "start": ("cli.start:start", "Begin: four questions, and a ledger that works."),
    "home": ("cli.home:home", "Say what needs you today, and one thing to do next."),
    "owed": ("cli.owed:owed", "Say how many people are owed how much, and for how long."),
    "audit": ("cli.audit:audit", "Answer on one page: decisions, power, payments or people."),
    "unanswered": ("cli.unanswered:unanswered", "Say what people said that nobody has replied to."),
    "demo": ("cli.demo:demo", "Make a worked programme from real records."),
    "init": ("cli.init:init", "Make a new ledger: keys, charter, policy, store."),
    "status": ("cli.status:status", "Say which ledger this is and how it stands."),
    "doctor": ("cli.status:doctor", "Look for what would trip you up, and say what to do."),
    "charter": ("cli.charter:charter", "Show and amend the charter."),
    "key": ("cli.key:key", "Make, list, rotate and revoke signing keys."),
    "person": ("cli.person:person", "Add people, and say how they come, go and act."),
    "group": ("cli.group:group", "Record a number of people who are not named."),
    "project": ("cli.project:project", "Open, close and list projects."),
    "problem": ("cli.problem:problem", "Propose problems, and say what becomes of them."),
    "input": ("cli.input:input_", "Submit, answer and cite what people said."),
    "promise": ("cli.promise:promise", "Record promises, and what became of them."),
    "output": ("cli.output_:output", "Record what went out, who wrote it, and what it replaces."),
    "contribution": ("cli.contribution:contribution", "Record what people gave."),
    "confirm": ("cli.confirm:confirm", "Say that a line about you is right."),
    "dispute": ("cli.confirm:dispute", "Say that a line is not right."),
    "correct": (
        "cli.sorting:correct",
        "Say that a line stands instead of LINE.",
    ),
    "support": ("cli.support:support", "Say what you need to take part, and whether it was met."),
    "training": ("cli.support:training", "Record that people learned something, and from whom."),
    "gift": ("cli.support:gift", "Declare that work of yours is a gift, and take it back."),
    "action": ("cli.action:action", "Set tasks, pass them on, and end them."),
    "reflect": (
        "cli.reflect:reflect",
        "Look at the work together: points in time, scores, what came of it.",
    ),
    "told": (
        "cli.disputes:told",
        "Record that a PERSON was shown what is recorded about them, and how to object.",
    ),
    "answer": (
        "cli.disputes:answer",
        "Answer a DISPUTE for the record (--outcome), or close your own (--settled, --given-up).",
    ),
    "access": ("cli.access:access", "Let somebody see one person's records, for a while."),
    "body": ("cli.body:body", "Create boards and panels, and fill their seats."),
    "budget": ("cli.budget:budget", "Open, divide and show budgets."),
    "decision": (
        "cli.decision:decision",
        "Open, vote on, close, override and reverse decisions.",
    ),
    "interest": (
        "cli.interest:interest",
        "Declare interests, say how they were handled, and step back.",
    ),
    "rules": ("cli.rules:rules", "Show and adopt the rules of conduct."),
    "payment": ("cli.payment:payment", "Offer, answer, claim and make payments."),
    "power": ("cli.power:power", "Grant, pass on and take back authority."),
    "erase": ("cli.erase:erase", "Erase personal values, or withdraw an entry."),
    "import": ("cli.import_:import_", "Record the rows of a spreadsheet."),
    "log": ("cli.log:log", "List the entries of the ledger."),
    "show": ("cli.log:show", "Show one entry in full."),
    "view": ("cli.view:view", "Show a view: figures with the events behind them."),
    "report": ("cli.report:report", "Write views as pages and tables."),
    "verify": ("cli.verify:verify", "Check that nothing was changed."),
    "checkpoint": ("cli.checkpoint:checkpoint", "Make, show, witness and compare checkpoints."),
    "publish": ("cli.publish:publish", "Write the directory that strangers can check."),
    "statement": ("cli.statement:statement", "Write down what is recorded about one person."),
}


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"tally {version('tallystick')}")
        ctx.exit()


class Tally(Group):
    """The root group: every error of every command ends in ``errors.report``."""

    def main(  # type: ignore[override]  # click overloads main on standalone_mode; we have one
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        obj: Settings | None = None,
        **extra: Any,
    ) -> NoReturn:
        """Run ``args`` (``sys.argv`` when None) and exit with the code of the outcome."""
        line = list(sys.argv[1:] if args is None else args)
        settings = obj if obj is not None else Settings()
        # An option that stands after a mistake on the line is never parsed; its wish still holds.
        settings.json = settings.json or "--json" in line
        extra.pop("standalone_mode", None)
        try:
            code = super().main(
                line, prog_name or "tally", standalone_mode=False, obj=settings, **extra
            )
        except BaseException as error:  # noqa: BLE001  the one place that turns errors into codes
            from cli.errors import report

            sys.exit(report(error, settings))
        sys.exit(code if isinstance(code, int) else 0)


tally = Tally(
    name="tally",
    help="Tallystick keeps a record of who took part, who decided, who was paid and who held\n"
    "power: signed line by line, so that anyone can check that nothing was changed.",
    epilog="A ledger is found like a git repository: --ledger, TALLY_LEDGER, this directory or a "
    "parent. Begin with `tally start`.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[
        *global_options(hidden=False),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            help="Show the version and exit.",
        ),
    ],
    lazy=COMMANDS,
)


def main() -> None:
    """Entry point of the console script."""
    # Most of what a command makes lives until it ends; looking for garbage every 700 objects is a
    # tenth of the time of a short one.
    gc.set_threshold(50_000, 20, 20)
    tally.main()


if __name__ == "__main__":
    main()
