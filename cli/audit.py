"""``tally audit``: one page for each area, made for ten minutes; each line leads to its entries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.asking import asking_options
from cli.figures import guarding_options
from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.audit_page import Page
    from cli.workspace import Workspace
    from ledger.files import Aside
    from projections.result import ViewResult

AREAS = ("decisions", "power", "payments", "people")


@click.command(cls=Command, example="tally audit decisions -o audit --for board")
@click.argument("area", required=False, type=click.Choice(AREAS))
@asking_options
@guarding_options
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the pages into this directory.",
)
@with_workspace
def audit(
    ws: Workspace,
    area: str | None,
    output: Path | None,
    guarded: bool,
    identified: bool,
    audience: str,
    profile: str | None,
    **narrowed: str | None,
) -> None:
    """Answer on one page: decisions, power, payments or people.

    Without an AREA it is all four. Each line says how to come to the entries behind it; it is a
    prompt to look, not a verdict. In files small numbers are hidden, and the export is recorded.
    """
    import shutil

    from cli import audit_areas
    from cli.asking import asked_of, refuse_unfollowed
    from cli.exporting import exported
    from cli.figures import on_screen
    from cli.several import refuse_several
    from projections.result import GUARDED, NOT_FOR_PUBLICATION
    from projections.views import answers

    refuse_several(ws, "audit", "tally view decisions, power, payments or another")
    asked = asked_of(ws, **narrowed)
    wanted = [area] if area else list(AREAS)
    views = list(dict.fromkeys(v for one in wanted for v in audit_areas.AREAS[one].views))
    refuse_unfollowed(views, asked, ws)
    if output is None:
        shown = [
            on_screen(ws, one, guarded=guarded, identified=identified, profile=profile)
            for one in answers(ws.ledger, views, asked)
        ]
        pages = pages_of(ws, wanted, shown)
        room = shutil.get_terminal_size((100, 24)).columns
        lines = [line for page in pages for line in (*page.in_words(room), "")]
        ws.out.answer([page.as_json() for page in pages], lines[:-1])
        return
    export = exported(
        ws, views, asked, ["html"], audience=audience, profile=profile, identified=identified
    )
    written = export.into(output, lambda found, files: _write(ws, wanted, list(found), files))
    form = {"files": [str(path) for path in written]}
    ws.out.answer(form, [f"✔ {path}" for path in written])
    ws.out.say(f"  {NOT_FOR_PUBLICATION if identified else GUARDED}")


def pages_of(ws: Workspace, wanted: list[str], found: Sequence[ViewResult]) -> list[Page]:
    """The pages of the areas wanted, made of these views."""
    from cli import audit_areas
    from cli.audit_page import Page
    from cli.knowing import known_to
    from cli.render.names import with_names

    known = known_to(ws)
    by_name = {result.view: with_names(result, known) for result in found}
    pages = []
    for one in wanted:
        area = audit_areas.AREAS[one]
        results = [by_name[view] for view in area.views]
        pages.append(
            Page(
                one,
                area.title,
                tuple(part for part in area.sections(by_name) if part is not None),
                results[0].checkpoint,
                guarded=any(result.control is not None for result in results),
            )
        )
    return pages


def _write(ws: Workspace, wanted: list[str], found: Sequence[ViewResult], files: Aside) -> None:
    """One page of HTML for each area."""
    from cli.render.audit import render_audit

    for page in pages_of(ws, wanted, found):
        files.write(f"audit-{page.area}.html", [render_audit(page, name=ws.config.name)])
