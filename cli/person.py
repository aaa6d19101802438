"""``tally person``: who takes part, and whom they act for; what follows lies in ``presence.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import SIDES
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

ROUTES = (
    "open-call",
    "invited-by-staff",
    "invited-by-peer",
    "through-organisation",
    "elected",
    "sortition",
    "employed",
    "founder",
    "other",
    "unknown",
)


LATER = {
    "group": ("cli.presence:group", "Say which groups you count yourself among."),
    "pause": ("cli.presence:pause", "Take a break; your place is kept."),
    "return": ("cli.presence:come_back", "Come back, after a break or after leaving."),
    "leave": ("cli.presence:leave", "Leave, or record that somebody is gone."),
    "way": ("cli.presence:way", "Record that PERSON was offered another way to take part."),
    "handover": ("cli.presence:handover", "Record that PERSON's ROLE ended, and who takes it on."),
    "benefit": ("cli.support:benefit", "Say what you got out of taking part."),
    "rationale": ("cli.support:rationale", "Say what your SIDE works together for."),
    "naming": ("cli.support:naming", "Say whether you wish to be named where work is credited."),
    "link": ("cli.presence:link", "Say that two pseudonyms are one person."),
    "unlink": ("cli.presence:unlink", "Undo a link; LINE is the entry that made it."),
}


@click.group(cls=Group, lazy=LATER)
def person() -> None:
    """Add people, and say how they come, go and act."""


@person.command("add", example='tally person add "Ben Okri" --acts-for community --route open-call')
@click.argument("name", metavar="NAME", required=False)
@click.option("--project", metavar="PROJECT", help="Enrol in one project; else in the programme.")
@click.option("--route", type=click.Choice(ROUTES), default="unknown", help="The way in.")
@click.option("--invited-by", metavar="PERSON", help="Whose invitation it was.")
@click.option("--contact", help="How to reach them (kept apart, erasable).")
@click.option("--acts-for", "side", type=click.Choice(SIDES), help="Whose interests they act for.")
@click.option("--role", help="Their role, in the project's own words; with --acts-for.")
@click.option("--another", is_flag=True, help="Somebody else who has the same name.")
@click.option("--same", is_flag=True, help="The person of that name already here.")
@writes
@with_workspace
def add(ws: Workspace, another: bool, same: bool, manner: Manner, **given: Any) -> None:
    """Add a person under a pseudonym. The name is kept apart and can be erased.

    At a terminal it asks for what is missing.
    """
    from cli import questions
    from cli.answering import tell
    from cli.errors import WrongInput
    from cli.writer import Writer
    from ledger.encoding import new_id

    given = questions.person(ws, given, manner)
    name, side, role = given["name"], given["side"], given["role"]
    if role and not side:
        raise WrongInput(
            "--role says in which role; whom they act for is missing.", "Add --acts-for"
        )
    name = " ".join(name.split())
    if not any(letter.isalnum() for letter in name):
        raise WrongInput(
            "A person is added by a name, and none is given.",
            "Any name will do that the project knows them by; it is kept apart and can be erased.",
        )
    if same:
        person_id = ws.people.find(name)
    else:
        _refuse_twice(ws, name, another)
        person_id = new_id("person")
    body = {
        "person": person_id,
        "project": ws.find("project", given["project"]),
        "route": given["route"],
        "invited_by": ws.find("person", given["invited_by"]),
    }
    values = {"contact": given["contact"]} | ({} if same else {"name": name})
    writer = Writer(ws)
    written = writer.write("person-enrolled/v1", body, values, manner=manner)
    ws.forget_names()
    said = None
    if side and written.recorded:
        about = {"person": person_id, "project": body["project"], "side": side, "role": role}
        said = writer.write("acting-for-declared/v1", about, manner=manner)
    tell(ws, written, person_id, also=[said] if said else [])


@person.command("list", example="tally person list")
@with_workspace
def list_people(ws: Workspace) -> None:
    """List the people, with how each is known here.

    Names are for who holds the power information, for oneself, and for case access.
    """
    from cli.looking import viewer

    seen = viewer(ws)
    keyring = ws.ledger.keyring()
    rows = [
        {
            "id": thing.id,
            "name": thing.name if seen.may_open(thing.id) else None,
            "entry": thing.index,
            "keys": len(keyring.keys_of(thing.id)),
        }
        for thing in ws.people.things.values()
    ]
    columns = (("id", "ID"), ("entry", "ENTRY"), ("keys", "KEYS"), ("name", "NAME"))
    ws.out.rows(rows, columns, "Nobody is recorded yet. Add somebody: tally person add NAME")


@person.command("show", example='tally person show "Ben Okri"')
@click.argument("who", metavar="PERSON")
@with_workspace
def show(ws: Workspace, who: str) -> None:
    """Show everything recorded about one person, line by line.

    It is for that person, for who holds the power information, and for case access; each look of
    the others is recorded, and stands among these lines.
    """
    from cli.listing import about, show_lines
    from cli.looking import look

    person_id = ws.people.find(who)
    look(ws, person_id, "person-show")
    show_lines(ws, about(ws, person_id), title=ws.people.label(person_id))


@person.command(
    "acts-for", example='tally person acts-for "Ben Okri" community --role "patient partner"'
)
@click.argument("who", metavar="PERSON")
@click.argument("side", type=click.Choice(SIDES))
@click.option("--project", metavar="PROJECT", help="In one project; left out: in all.")
@click.option("--role", help="The role in the project's own words.")
@click.option("--organisation", help="The organisation they act for, as it is known publicly.")
@on_behalf
@writes
@with_workspace
def acts_for(
    ws: Workspace,
    who: str,
    side: str,
    project: str | None,
    role: str | None,
    organisation: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say whose interests a person acts for in a role."""
    from cli.answering import tell
    from cli.writer import Writer

    body = {
        "person": ws.people.find(who),
        "project": ws.find("project", project),
        "side": side,
        "role": role,
        "organisation": organisation,
        **ws.on_behalf(behalf),
    }
    tell(ws, Writer(ws).write("acting-for-declared/v1", body, manner=manner))


def _refuse_twice(ws: Workspace, name: str, another: bool) -> None:
    from cli.errors import WrongInput

    here = ws.people.called(name)
    if here and not another:
        raise WrongInput(
            f"There is a person called {name} already: {here[0].label}.",
            "Add --same if it is that person (to enrol them in another project), "
            "or --another if somebody else has the name.",
        )
