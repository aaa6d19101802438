"""Several ledgers read together: ``tally --ledger A --ledger B view NAME``.

    portfolio.py folds the facts of all  ->  here: who may look, names, and the way back

Figures of several ledgers are for who holds the power ``information`` in each of them: beside a
file of one, a file of all of them gives the other away, and no one ledger can hold the two against
each other. So there is no guarded form, a look or an export is recorded in each, and a ledger that
refuses it stops all. Commands that write use the last ledger named, as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli.errors import CliError, WrongInput

if TYPE_CHECKING:
    from cli.exporting import Export
    from cli.render.names import Known
    from cli.workspace import Workspace
    from projections.result import Asked, ViewResult


def is_several(ws: Workspace) -> bool:
    """Whether more than one ledger was named."""
    return len(ws.settings.ledgers) > 1


@contextmanager
def several(ws: Workspace) -> Iterator[Several]:
    """The ledgers named, in their order, open while this holds.

    Raises:
        NoLedger: one of them is none.
    """
    from cli.workspace import Workspace, find_directory

    with ExitStack() as stack:
        found = []
        for name in ws.settings.ledgers:
            if find_directory(ws.settings, name) == ws.directory:
                found.append(ws)
            else:
                found.append(stack.enter_context(Workspace.at(ws.settings, name)))
        yield Several(tuple(found))


class Several:
    """The ledgers of one reading, in the order in which they were named."""

    def __init__(self, ledgers: tuple[Workspace, ...]) -> None:
        self.ledgers = ledgers

    @property
    def title(self) -> str:
        """Their names."""
        return " + ".join(ws.config.name for ws in self.ledgers)

    def asked(self, **narrowed: str | None) -> Asked:
        """What was asked, with names as ids of whichever ledger knows them.

        Raises:
            WrongInput: a number of entries was asked for, or no ledger knows a name.
        """
        from cli.asking import asked_of

        at = narrowed.get("at")
        if at is not None and at.isdecimal():
            raise WrongInput(
                f"{at} entries are another moment in each ledger; nothing was counted.",
                "Give a day, which is the same in all of them: --at 2026-06-30",
            )
        refusal: WrongInput | None = None
        for ws in self.ledgers:
            try:
                return asked_of(ws, **narrowed)
            except WrongInput as error:
                refusal = refusal or error
        raise refusal or WrongInput("No ledger was named.", "--ledger DIR")

    def answer(self, name: str, asked: Asked) -> ViewResult:
        """The view over all of them, in one reading; raises as ``counted`` does."""
        [result] = self.counted([name], asked)
        return result

    def counted(self, names: Sequence[str], asked: Asked) -> Iterator[ViewResult]:
        """The views over all of them, in one reading, one by one.

        Raises:
            CliError: who acts may not see figures of one of them.
            WrongInput: a ledger is named twice, or what was asked is asked of one alone.
        """
        from projections.portfolio import Portfolio
        from projections.views import one_by_one

        self.refuse_unseen()
        try:
            yield from one_by_one(Portfolio(tuple(ws.ledger for ws in self.ledgers)), names, asked)
        except ValueError as error:
            raise WrongInput(
                f"{str(error).capitalize()}.", "Name each ledger once, and ask it of all."
            ) from error

    def refuse_unseen(self) -> None:
        """Refuse who does not hold ``information`` in each of them.

        Raises:
            CliError: names the ledger.
        """
        from cli.figures import may_see

        for ws in self.ledgers:
            if not may_see(ws):
                raise CliError(
                    f"Figures of several ledgers are for who holds the power `information` in each "
                    f"of them; in «{ws.config.name}» you do not.",
                    "Ask each ledger alone: there, small numbers are hidden for whoever lacks it.",
                    exit_code=4,
                )

    def look(self, result: ViewResult) -> None:
        """Record the look in each of them that had begun by then, at its own checkpoint.

        Raises:
            CliError: one of them cannot record it, so nothing is shown.
        """
        from cli.figures import looked

        for ws, part in zip(self.ledgers, result.parts, strict=True):
            if part.size and not looked(ws, replace(result, checkpoint=part)):
                raise CliError(
                    f"Nothing is shown, for the look cannot be recorded in «{ws.config.name}».",
                    exit_code=4,
                )

    def exported(
        self, names: Sequence[str], asked: Asked, forms: Sequence[str], audience: str
    ) -> Export:
        """The export of these views as counted, recorded in each that had begun by then."""
        from cli.exporting import Export, record_export

        def record(shown: Sequence[ViewResult]) -> None:
            for at, ws in enumerate(self.ledgers):
                own = [replace(view, checkpoint=view.parts[at]) for view in shown]
                if own[0].checkpoint.size:
                    record_export(ws, own, asked, forms, audience)

        return Export(self.counted(names, asked), record)

    def place(self, result: ViewResult, index: int) -> tuple[Workspace, int]:
        """The ledger of an entry of the reading, and its index there."""
        from projections.portfolio import Portfolio

        at, own = Portfolio(()).part_of(result.parts, index)
        return self.ledgers[at], own

    def known(self, result: ViewResult) -> Known:
        """What the readers of these ledgers can call things: each asks its own."""
        from cli.knowing import known_to_several

        return known_to_several(self.ledgers, lambda index: self.place(result, index))


def refuse_guarded(*, guarded: bool, profile: str | None, to_file: bool, identified: bool) -> None:
    """Refuse a guarded form of several ledgers.

    Raises:
        WrongInput: one was asked for, or a file that does not say --identified.
    """
    if guarded or profile is not None or (to_file and not identified):
        raise WrongInput(
            "Figures of several ledgers have no guarded form: beside those of one ledger they "
            "would give the other away. Nothing was written.",
            "Write a guarded file of each ledger, or --identified for who may see people.",
        )


def refuse_several(ws: Workspace, command: str, instead: str) -> None:
    """Refuse a command that reads one ledger, where several were named: it would leave some out.

    Raises:
        WrongInput: names what reads them together.
    """
    if is_several(ws):
        raise WrongInput(
            f"`tally {command}` is about one ledger, and {len(ws.settings.ledgers)} are named; "
            "nothing was counted.",
            f"Name one --ledger, or read them together: {instead}",
        )


def refuse_alone(said: dict[str, Any], about_kind: str) -> None:
    """Refuse what is asked of one ledger at a time.

    Raises:
        WrongInput: a figure through time, or the view of one person.
    """
    if said.get("series") is not None:
        raise WrongInput(
            "A figure through time is asked of one ledger at a time.", "Name one --ledger."
        )
    if about_kind == "person" and said.get("about") is not None:
        raise WrongInput(
            "A person has an id of their own in each ledger, and nothing joins them.",
            "Name the one --ledger that you mean.",
        )
