"""Who sees figures as they were counted, and what everybody else gets.

Printed, figures are identified for whoever holds ``information``, and the look is recorded: one
entry for each person, view and day. For everybody else, and in every file, they are guarded (small
numbers hidden, the rest rounded), and each file is an entry. ``--identified`` writes a file as it
was counted, under the same power. A look that cannot be recorded is none: figures are guarded then,
and why is said on standard error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.exports import Prepared
    from projections.result import Asked, ViewResult

F = TypeVar("F", bound=Callable[..., Any])

PROFILES = ("usual", "research")
_OPTIONS = (
    click.option("--guarded", is_flag=True, help="As a file would show it: small numbers hidden."),
    click.option(
        "--identified", is_flag=True, help="As counted, also in a file; needs `information`."
    ),
    click.option(
        "--for",
        "audience",
        metavar="AUDIENCE",
        default="public",
        help="For whom a file is: public, board, funder.",
    ),
    click.option("--profile", type=click.Choice(PROFILES), help="research hides below 10."),
)


def guarding_options(command: F) -> F:
    """Add the options that say how figures are guarded, in their order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def may_see(ws: Workspace) -> bool:
    """Whether who acts holds ``information`` everywhere, and has a key of theirs at hand."""
    from cli.looking import viewer

    return viewer(ws).information


def looked(ws: Workspace, result: ViewResult) -> bool:
    """Record that who acts looks at this view today, once; whether they may and it is recorded."""
    from cli.errors import CliError
    from cli.looking import viewer
    from domain.refusal import Refused
    from ledger.errors import LedgerError

    about, seen = result.asked.about, viewer(ws)
    if about is not None and (about == seen.who or about in seen.opened):
        return True  # one's own, or opened under case access, which `looking.look` recorded
    if not may_see(ws):
        nobody = " and a key of yours" if viewer(ws).who is None else ""
        ws.out.warn(
            f"Small numbers are hidden (*): seeing them needs the power `information`{nobody}."
        )
        return False
    try:
        _record_look(ws, result)
    except (CliError, LedgerError, Refused) as error:
        ws.out.warn(f"Small numbers are hidden (*), for the look cannot be recorded: {error}")
        return False
    return True


def _record_look(ws: Workspace, result: ViewResult) -> None:
    from cli.authors import acting
    from cli.recording import standing
    from cli.writer import Writer
    from domain.figures import FiguresViewed, Look

    about = result.asked.about
    person = about if about and about.startswith("person:") else None
    body = {
        "view": result.view,
        "day": ws.today().isoformat(),
        "size": result.checkpoint.size,
        "root": result.checkpoint.root,
    }
    event = FiguresViewed.model_validate(body | ({"person": person} if person else {}))
    if not standing(ws, Look, event.look(acting(ws))).seen:
        Writer(ws).write(FiguresViewed.TYPE, event.as_body())


def as_seen(ws: Workspace, result: ViewResult) -> ViewResult:
    """The view as who acts may see it on a screen, the look recorded."""
    return result if looked(ws, result) else guarded_view(ws, result.view, result.asked)


def of_today(ws: Workspace, name: str, narrowed: Mapping[str, str | None]) -> ViewResult:
    """The view by name as who acts may see it: of today, where no other day was asked for.

    Days go by while nobody writes anything; what is owed, and who waits, grows older all the same.

    Raises:
        WrongInput: something of ``narrowed`` cannot be read, or the view does not follow it.
    """
    from projections.views import answer

    return as_seen(ws, answer(ws.ledger, name, asked_today(ws, name, narrowed)))


def asked_today(ws: Workspace, name: str, narrowed: Mapping[str, str | None]) -> Asked:
    """What such a view is asked; raises as ``of_today`` does."""
    from dataclasses import replace

    from cli.asking import asked_of, refuse_unfollowed

    asked = asked_of(ws, **narrowed)
    if asked.at is None and not asked.dated:
        asked = replace(asked, happened_by=ws.local_today())
    refuse_unfollowed([name], asked, ws)
    return asked


def in_the_table(result: ViewResult) -> list[str]:
    """What is said where every sentence rests on figures that are hidden."""
    return [f"What there is to say is in figures: tally view {result.view}"]


def on_screen(
    ws: Workspace, result: ViewResult, *, guarded: bool, identified: bool, profile: str | None
) -> ViewResult:
    """The view as it is printed: as who acts may see it, or guarded where that was asked for.

    Raises:
        CliError: figures as they were counted were asked for by who may not see them.
    """
    if identified:
        refuse_identified(ws)
    if guarded or (profile and not identified):
        return guarded_view(ws, result.view, result.asked, profile)
    return as_seen(ws, result)


def explained(ws: Workspace, result: ViewResult, cell: str) -> tuple[dict[str, Any], list[str]]:
    """The entries behind a figure; it takes who may see people, and is a look.

    Raises:
        CliError: who acts may not, or the look cannot be recorded.
        WrongInput: the view has no such row or column.
    """
    from cli.errors import CliError
    from cli.why import explain

    refuse_identified(ws, "The entries behind a figure can name people. They")
    found = explain(ws, result, cell)
    if not looked(ws, result):
        raise CliError("Nothing is shown, for the look cannot be recorded.", exit_code=4)
    return found


def guarded_view(ws: Workspace, name: str, asked: Asked, profile: str | None = None) -> ViewResult:
    """One view as it may be published."""
    return prepare(ws, [name], asked, profile).views[0]


def prepare(
    ws: Workspace, names: Sequence[str], asked: Asked, profile: str | None = None
) -> Prepared:
    """The views as they may be published together.

    Raises:
        WrongInput: they were asked for later than the charter's last export date.
        CliError: they are held back, for too little came since an earlier export.
    """
    from cli.errors import REFUSED, CliError, WrongInput
    from projections.exports import NotThen, prepared
    from projections.guard_before import HeldBack

    try:
        return prepared(ws.ledger, names, asked, profile=profile or "usual")
    except HeldBack as error:
        raise CliError(
            f"The figures are held back: so few entries came since the export of entry "
            f"{error.since} that subtracting the two would tell what they added.",
            f"Wait until more is recorded, or ask for the same state again: --at {error.size}",
            exit_code=REFUSED,
        ) from error
    except NotThen as error:
        raise WrongInput(
            f"The charter fixes the dates of exports, and the last was {error.last}.",
            f"Leave --at out, or ask for that day or before: --at {error.last}",
        ) from error


def refuse_identified(ws: Workspace, what: str = "Figures as they were counted") -> None:
    """Refuse figures as they were counted to who may not see them.

    Raises:
        CliError: who acts does not hold ``information``.
    """
    from cli.errors import CliError

    if not may_see(ws):
        raise CliError(
            f"{what} are for who holds the power `information`.",
            "Figures with small numbers hidden need no power. It is given by: tally power grant "
            "PERSON information",
            exit_code=4,
        )
