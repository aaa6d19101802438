"""What a view is asked: the options that narrow it, and what they mean.

    --project P  --scale S  --side S  --group LABEL  --period A..B  --about THING
    --at SIZE|DATE  --happened-by DATE

Choices that one view offers (``--ladder``) have a table of their own, and travel as
``Asked.options``. A view says which of all these it follows; asked for another it refuses, for a
figure that silently ignored what was asked would be a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.choices import SCALES, SIDES

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.result import Asked

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--project", metavar="PROJECT", help="Only this project."),
    click.option("--scale", type=click.Choice(SCALES), help="Only this scale."),
    click.option("--side", type=click.Choice(SIDES), help="Only people acting for this side."),
    click.option("--group", metavar="LABEL", help="Only the group entries with this label."),
    click.option("--period", metavar="DATE", help="Only what happened then: 2026-Q1, or A..B."),
    click.option("--at", metavar="SIZE|DATE", help="What the ledger knew then."),
    click.option("--happened-by", metavar="DATE", help="What had happened by then, as known now."),
)


#: Choices that a view may offer, by their name in ``View.options``, with a line of help.
CHOICES = {
    "ladder": "View levels: stored, arnstein, un, carman, slay-stephens, senge, iap2 or "
    "involvement-matrix.",
    "lines": "View recognition: roles, or people who wish to be named.",
    "split": "View stages: by side, or by group.",
    "by": "View power: each grant, or by side. View budgets: budget, side or chosen.",
}


def choice_options(command: F) -> F:
    """Add the choices that single views offer; the view says which words it takes."""
    for name, help_ in reversed(CHOICES.items()):
        command = click.option(f"--{name}", metavar="WORD", help=help_)(command)
    return command


def asking_options(command: F) -> F:
    """Add the options that narrow a view, in their order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_of(
    ws: Workspace,
    *,
    project: str | None = None,
    scale: str | None = None,
    side: str | None = None,
    group: str | None = None,
    period: str | None = None,
    at: str | None = None,
    happened_by: str | None = None,
    about: str | None = None,
    about_kind: str | None = None,
    **choices: str | None,
) -> Asked:
    """What was asked, with names as ids; ``about`` is of ``about_kind``, or of any kind.

    Raises:
        WrongInput: a date, size or name cannot be read, the ledger has not reached the size, or
            had not begun by that day.
    """
    from cli.dates import parse_at, parse_day
    from cli.errors import WrongInput
    from cli.listing import size_at
    from projections.result import Asked

    if size_at(ws, at) == 0:
        raise WrongInput(
            f"--at {at}: the ledger had not begun; there is nothing to count.",
            "`tally log --at 1` shows its first entry, with its day.",
        )
    return Asked(
        project=ws.find("project", project),
        scale=scale,
        side=side,
        group=group,
        period=_period(ws, period) if period else None,
        at=parse_at(at) if at else None,
        happened_by=parse_day(happened_by) if happened_by else None,
        about=_about(ws, about, about_kind),
        options={name: word for name, word in choices.items() if word is not None},
    )


def as_typed(asked: Asked) -> list[str]:
    """What was asked, as the options that ask it again: the way back from ``asked_of``."""
    from shlex import quote

    said = {name: getattr(asked, name) for name in ("project", "scale", "side", "group")}
    if asked.period is not None:
        said["period"] = "..".join(day.isoformat() for day in asked.period)
    said |= {"about": asked.about, "at": asked.at, "happened-by": asked.happened_by}
    said |= dict(asked.options)
    if asked.series is not None:
        said["series"] = asked.series.cell
        said["dates"] = ",".join(day.isoformat() for day in asked.series.dates)
        said["axis"] = asked.series.axis
    return [f"--{name} {quote(str(value))}" for name, value in said.items() if value is not None]


def refuse_unfollowed(names: Sequence[str], asked: Asked, *ledgers: Workspace) -> None:
    """Refuse a view that does not follow what was asked, and a label that none of them knows.

    Raises:
        WrongInput: names what it does follow, or where the labels are listed.
    """
    from cli.errors import WrongInput
    from projections.view import FILTERS
    from projections.views import find, not_offered, unfollowed

    for name in names:
        view = find(name)
        for option, words in not_offered(view, asked).items():
            raise WrongInput(
                f"There is no {option} «{asked.options[option]}» in the view {name}.",
                f"Choose of {', '.join(words)}.",
            )
        wrong = unfollowed(view, asked)
        if not wrong:
            continue
        if asked.series is not None and wrong == ("happened_by",):
            raise WrongInput(
                "The dates of a series say by when; nothing was counted.",
                "Leave --happened-by out.",
            )
        followed = [f"--{filter_}" for filter_ in FILTERS if filter_ in view.filters]
        followed += [f"--{option}" for option in view.options]
        if "about" in wrong and "about" in view.filters:
            raise WrongInput(
                f"The view {name} is about one thing, and none was named.",
                f"Name it: tally view {name} --about THING",
            )
        raise WrongInput(
            f"The view {name} cannot be narrowed by --{wrong[0]}; nothing was counted.",
            f"It follows {', '.join([*followed, '--at', '--happened-by'])}.",
        )
    if asked.group is not None and not any(_has_label(ws, asked.group) for ws in ledgers):
        raise WrongInput(
            f"There is no group entry with the label «{asked.group}» here.",
            "`tally group list` shows them.",
        )


def _has_label(ws: Workspace, label: str) -> bool:
    return any(thing.name == label for thing in ws.register("group").things.values())


def _period(ws: Workspace, text: str) -> tuple[Any, Any]:
    from datetime import date

    from cli.dates import parse_on
    from cli.errors import WrongInput

    on = parse_on(text, ws.local_today())
    if "from" not in on or "to" not in on:
        raise WrongInput(f"«{text}» is not a period.", "Write 2026-Q1, 2026-03, 2026 or A..B.")
    return date.fromisoformat(on["from"]), date.fromisoformat(on["to"])


def _about(ws: Workspace, about: str | None, kind: str | None) -> str | None:
    if about is None:
        return None
    return ws.need(kind, about) if kind else thing_named(ws, about)


def thing_named(ws: Workspace, text: str) -> str:
    """The id that ``text`` names, of whatever kind.

    Raises:
        WrongInput: nothing in this ledger goes by that name.
    """
    from cli.errors import WrongInput
    from cli.names import KINDS

    kind = text.partition(":")[0]
    if kind in KINDS and ":" in text:
        return ws.need(kind, text)
    for kind in KINDS:
        try:
            return ws.need(kind, text)
        except WrongInput:
            continue
    raise WrongInput(f"Nothing in this ledger is called «{text}».", "Give an id or a name.")
