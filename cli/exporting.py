"""Views on their way into files: counted one by one, set aside, recorded, and only then there.

    export = exported(ws, ["stages", "voices"], asked, ["csv"], audience="board")
    export.into(folder, lambda views, files: …)     # writes what it is given, and lets go of it

1. Each view is folded when the one before has been written and let go of. Guarded ones are all one
   system of figures, so they are counted together; what lies behind them is let go of then.
2. Files are written beside their places, whole and on the disk.
3. The export becomes an entry: what, for whom, at which checkpoint. Refused, no file is left.
4. The files are moved to their places. Should that fail, the export is recorded all the same: the
   record then says more than was let out and never less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from cli.workspace import Workspace
    from ledger.files import Aside
    from projections.exports import Prepared
    from projections.result import Asked, ViewResult

_EXPORTED = "figures-exported/v1"


class Export:
    """Views that leave for files, and what records that they do.

    ``counted`` gives them; ``record`` gets them without their rows, when all are given.
    """

    def __init__(
        self, counted: Iterable[ViewResult], record: Callable[[Sequence[ViewResult]], None]
    ) -> None:
        self._counted = counted
        self._record = record

    def into(
        self, folder: Path, write: Callable[[Iterator[ViewResult], Aside], None]
    ) -> list[Path]:
        """Write files into a folder and give their paths; ``write`` sets them aside.

        Raises:
            CliError: the export is recorded, and files could not be moved to their places.
            Refused: who acts holds neither ``information`` nor ``publication``.
            StorageFailed: a file could not be written; then nothing is recorded, and none is there.
        """
        from ledger.files import set_aside

        shown: list[ViewResult] = []
        with set_aside(folder) as files:
            write(self._passing(shown), files)
            self._record(shown)
            return _in_place(files, shown[0])

    def _passing(self, shown: list[ViewResult]) -> Iterator[ViewResult]:
        for counted in self._counted:
            view = replace(counted, counted=counted.digest)  # counted once, said in each file
            shown.append(replace(view, rows=(), hashes={}, relations=(), chart=None))
            del counted
            yield view
            del view


def exported(
    ws: Workspace,
    names: Sequence[str],
    asked: Asked,
    forms: Sequence[str],
    *,
    audience: str = "public",
    profile: str | None = None,
    identified: bool = False,
) -> Export:
    """The export of these views of one ledger, guarded unless it is ``identified``.

    Raises:
        CliError: figures as they were counted were asked for by who may not see them, or they are
            held back, for too little came since an earlier export.
        WrongInput: they were asked for later than the charter's last export date.
    """
    if identified:
        from cli.figures import refuse_identified
        from projections.views import one_by_one

        refuse_identified(ws)
        return Export(
            one_by_one(ws.ledger, names, asked),
            lambda shown: record_export(ws, shown, asked, forms, audience),
        )
    from cli.figures import prepare

    out = prepare(ws, names, asked, profile)
    views, said = list(out.views), out._replace(views=())
    return Export(
        (views.pop(0) for _ in range(len(views))),
        lambda shown: record_export(ws, shown, said.asked, forms, audience, said),
    )


def record_export(
    ws: Workspace,
    shown: Sequence[ViewResult],
    asked: Asked,
    forms: Sequence[str],
    audience: str,
    out: Prepared | None = None,
) -> None:
    """Record that these views are let out; without ``out`` they are identified.

    Raises:
        WrongInput: the audience is no word that can be recorded.
        Refused: who acts holds neither ``information`` nor ``publication``.
    """
    from cli.errors import WrongInput
    from cli.writer import Writer
    from domain.catalogue import parse
    from domain.refusal import NotAnEvent
    from projections.exports import body_of

    body: dict[str, Any] = body_of(shown, asked, audience=audience, forms=forms, out=out)
    try:
        parse(_EXPORTED, {name: value for name, value in body.items() if value is not None})
    except NotAnEvent as error:
        raise WrongInput(
            f"The export cannot be recorded: {error}.",
            "An audience is one short word: --for board",
        ) from error
    Writer(ws).write(_EXPORTED, body)


def _in_place(files: Aside, shown: ViewResult) -> list[Path]:
    """Move the files to their places; ``shown`` is one of the views they hold.

    Raises:
        CliError: some could not be moved; what is recorded, and what to do.
    """
    from cli.errors import STORAGE, CliError
    from ledger.errors import StorageFailed

    try:
        return files.put_in_place()
    except StorageFailed as error:
        at = "the same day" if shown.parts else shown.checkpoint.size
        raise CliError(
            f"The export is recorded, but {error.message}. The others are there and whole.",
            f"Mend that and run it again with --at {at}: it gives the same figures, and is an "
            "export of its own in the record.",
            exit_code=STORAGE,
        ) from error
