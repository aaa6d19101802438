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
    """Open, close and list projects."""


@project.command("open", example='tally project open "Late clinic" --aim "Open until nine"')
@click.argument("title")
@click.option("--aim", help="What it is for; anyone may read it.")
@click.option("--part-of", metavar="PROJECT", help="The project it is a part of.")
@click.option("--another", is_flag=True, help="Another project that has the same title.")
@writes
@with_workspace
def open_project(
    ws: Workspace,
    title: str,
    aim: str | None,
    part_of: str | None,
    another: bool,
    manner: Manner,
) -> None:
    """Open a project under TITLE."""
    from cli.answering import tell
    from cli.errors import WrongInput
    from cli.writer import Writer
    from ledger.encoding import new_id

    here = ws.register("project").called(title)
    if here and not another:
        raise WrongInput(
            f"There is a project called {title} already: {here[0].label}.",
            "Nothing was recorded. Use that one, choose another title, or add --another.",
        )
    made = new_id("project")
    body = {"project": made, "part_of": ws.find("project", part_of)}
    written = Writer(ws).write(
        "project-opened/v1", body, {"title": title, "aim": aim}, manner=manner
    )
    tell(ws, written, made)


@project.command("close", example='tally project close "Late clinic" --summary "It stays open"')
@click.argument("which", metavar="PROJECT")
@click.option("--summary", help="What became of it; anyone may read it.")
@click.option("--next", "next_", help="What comes after; anyone may read it.")
@click.option("--decision", metavar="DECISION", help="The decision that ended it.")
@writes
@with_workspace
def close(
    ws: Workspace,
    which: str,
    summary: str | None,
    next_: str | None,
    decision: str | None,
    manner: Manner,
) -> None:
    """Close a PROJECT, for good: nothing new begins in it, and what was begun goes on.

    People still claim, are paid, answer and dispute; what is open can be carried on to another.
    """
    from cli.recording import record

    body = {"project": ws.need("project", which), "decision": ws.find("decision", decision)}
    then = "What is still open: tally input list --open, tally promise list"
    values = {"summary": summary, "next": next_}
    record(ws, "project-closed/v1", body, values, manner=manner, then=then)


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
