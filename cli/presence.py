"""``tally person`` beyond adding: groups of one's own, pauses, leaving, handing over, links.

Groups are values alone: as many as somebody likes, changed or cleared at will. Nobody has to say
why they pause or leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import STAGES
from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.workspace import Workspace

WAYS = ("pause", "other-role", "other-project", "other-time", "from-afar", "later", "none")
BASES = ("said-so", "same-contact", "same-document", "guess")


def _of_a_person(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--reason", help="Why; nobody has to say (kept apart, erasable).")(
        command
    )
    command = click.option("--project", metavar="PROJECT", help="In one; left out: in all.")(
        command
    )
    return click.argument("who", metavar="[PERSON]", required=False)(command)


@click.command(cls=Command, example="tally person group 'Deaf' 'parent' --as Ben")
@click.argument("groups", metavar="[GROUP…]", nargs=-1)
@click.option("--prefer-not-to-say", "silent", is_flag=True, help="Say that you say nothing.")
@click.option("--clear", is_flag=True, help="Take back what you said before.")
@on_behalf
@writes
@with_workspace
def group(
    ws: Workspace,
    groups: tuple[str, ...],
    silent: bool,
    clear: bool,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say which groups you count yourself among: any number, none, changed whenever you like.

    Nobody else can say it for you, and nothing depends on it.
    """
    from cli.errors import WrongInput
    from cli.recording import record

    if bool(groups) + silent + clear != 1:
        raise WrongInput(
            "Nothing, or two things at once, is said.",
            "Name groups, or give --prefer-not-to-say, or --clear.",
        )
    answer = "said" if groups else "cleared" if clear else "prefer-not-to-say"
    body = {**_self(ws, None, behalf), "answer": answer}
    values = {"groups": list(groups)} if groups else {}
    record(ws, "groups-declared/v1", body, values, manner=manner)


@click.command(cls=Command, example="tally person pause --as Ben")
@_of_a_person
@on_behalf
@writes
@with_workspace
def pause(ws: Workspace, who: str | None, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Take a break; your place is kept."""
    _moved(ws, "person-paused/v1", who, behalf, manner, more)


@click.command("return", cls=Command, example="tally person return --as Ben")
@_of_a_person
@on_behalf
@writes
@with_workspace
def come_back(ws: Workspace, who: str | None, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Come back, after a break or after leaving."""
    _moved(ws, "person-returned/v1", who, behalf, manner, more)


@click.command(cls=Command, example="tally person leave 'Ben Okri' --seen --offered other-time")
@_of_a_person
@click.option("--stage", type=click.Choice(STAGES), default="unsorted", help="At which stage.")
@click.option("--seen", is_flag=True, help="Only seen to be gone; they said nothing.")
@click.option("--offered", "way", type=click.Choice(WAYS), help="The other way in you offered.")
@on_behalf
@writes
@with_workspace
def leave(ws: Workspace, who: str | None, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Leave, or record that somebody is gone, and what other way in was offered."""
    from cli.recording import record
    from cli.writer import Writer

    way, body = more.pop("way"), {"stage": more.pop("stage"), "seen": more.pop("seen") or None}
    of = _self(ws, who, behalf) | {"project": ws.find("project", more["project"])}
    if way:
        offered = {"person": of["person"], "project": of["project"], "way": way}
        Writer(ws).write("way-in-offered/v1", offered, manner=manner)
    record(ws, "person-left/v1", of | body, {"reason": more["reason"]}, manner=manner)


@click.command(cls=Command, example="tally person way 'Ben Okri' from-afar --note 'By telephone'")
@click.argument("who", metavar="PERSON")
@click.argument("way", type=click.Choice(WAYS))
@click.option("--project", metavar="PROJECT", help="In which; left out: in any.")
@click.option("--note", help="More, in words (kept apart, erasable).")
@writes
@with_workspace
def way(
    ws: Workspace, who: str, way: str, project: str | None, note: str | None, manner: Manner
) -> None:
    """Record that PERSON was offered another way to take part, or that there was none."""
    from cli.recording import record

    body = {"person": ws.people.find(who), "project": ws.find("project", project), "way": way}
    record(ws, "way-in-offered/v1", body, {"note": note}, manner=manner)


@click.command(cls=Command, example="tally person handover 'Ana' facilitator --to 'Fin Hall'")
@click.argument("who", metavar="PERSON")
@click.argument("role")
@click.option("--to", metavar="PERSON", help="Who takes it on; left out: nobody does.")
@click.option("--project", metavar="PROJECT", help="In one; left out: in all.")
@click.option("--papers", is_flag=True, help="Notes and open matters were handed over too.")
@writes
@with_workspace
def handover(
    ws: Workspace,
    who: str,
    role: str,
    to: str | None,
    project: str | None,
    papers: bool,
    manner: Manner,
) -> None:
    """Record that PERSON's ROLE ended, and who takes it on."""
    from cli.recording import record

    body = {
        "person": ws.people.find(who),
        "to": ws.find("person", to),
        "project": ws.find("project", project),
        "role": role,
        "papers": papers or None,
    }
    record(ws, "role-handed-over/v1", body, manner=manner)


@click.command(cls=Command, example="tally person link 'Ben Okri' 'B. Okri' --basis said-so")
@click.argument("one", metavar="PERSON")
@click.argument("other", metavar="PERSON")
@click.option("--basis", type=click.Choice(BASES), required=True, help="How it is known.")
@writes
@with_workspace
def link(ws: Workspace, one: str, other: str, basis: str, manner: Manner) -> None:
    """Say that two pseudonyms are one person. It can be undone, and confers nothing."""
    from cli.recording import record

    body = {"person": ws.people.find(one), "same_as": ws.people.find(other), "basis": basis}
    record(ws, "persons-linked/v1", body, manner=manner)


@click.command(cls=Command, example="tally person unlink 31")
@click.argument("which", metavar="LINE")
@writes
@with_workspace
def unlink(ws: Workspace, which: str, manner: Manner) -> None:
    """Undo a link; LINE is the entry that made it."""
    from cli.recording import body_of, line_named, record

    linked = body_of(ws, which, "persons-linked/v1")
    body = {k: linked[k] for k in ("person", "same_as")} | {"link": line_named(ws, which)}
    record(ws, "persons-unlinked/v1", body, manner=manner)


def _moved(
    ws: Workspace, type: str, who: str | None, behalf: Behalf, manner: Manner, more: dict[str, Any]
) -> None:
    from cli.recording import record

    body = _self(ws, who, behalf) | {"project": ws.find("project", more["project"])}
    record(ws, type, body, {"reason": more["reason"]}, manner=manner)


def _self(ws: Workspace, who: str | None, behalf: Behalf) -> dict[str, Any]:
    """Whose act it is: the person named, whom it is recorded for, or who acts."""
    from cli.writer import Writer

    said = ws.on_behalf(behalf)
    return {"person": ws.find("person", who) or said["for"] or Writer(ws).acting(), **said}
