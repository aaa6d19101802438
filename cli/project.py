"""``tally project``: where contributions, decisions and money belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.group(cls=Group)
def project() -> None:
    """Open and list projects."""


@project.command("open", example='tally project open "Late clinic" --aim "Open until nine"')
@click.argument("title")
@click.option("--aim", help="What it is for; anyone may read it.")
@click.option("--part-of", metavar="PROJECT", help="The project it is a part of.")
@writes
@with_workspace
def open_project(
    ws: Workspace, title: str, aim: str | None, part_of: str | None, manner: Manner
) -> None:
    """Open a project under TITLE."""
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.encoding import new_id

    made = new_id("project")
    body = {"project": made, "part_of": ws.find("project", part_of)}
    written = Writer(ws).write(
        "project-opened/v1", body, {"title": title, "aim": aim}, manner=manner
    )
    tell(ws, written, made)


@project.command("list", example="tally project list")
@with_workspace
def list_projects(ws: Workspace) -> None:
    """List the projects."""
    from cli.listing import things

    things(ws, "project", "No project is open yet. Open one: tally project open TITLE")


@project.command("show", example='tally project show "Late clinic"')
@click.argument("which", metavar="PROJECT")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show what is recorded in one project."""
    from cli.listing import about, show_lines

    project_id = ws.need("project", which)
    show_lines(ws, about(ws, project_id), title=ws.register("project").label(project_id))
