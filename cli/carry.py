"""``carry`` and ``receive`` of problems, inputs and promises: on to another project, to a receiver.

The three kinds differ in nothing but their name, so one pair of functions makes all six commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


def _one(group: str) -> str:
    return f"{'an' if group[0] in 'aeiou' else 'a'} {group}"


def _carry(group: str, kind: str, example: str) -> click.Command:
    @click.command(
        "carry",
        cls=Command,
        example=f"tally {group} carry {example} --to-project Next --receiver 'Fin Hall'",
        help=f"Carry {_one(group)} on to another project, to a named receiver.",
    )
    @click.argument("which", metavar=kind.upper())
    @click.option("--to-project", metavar="PROJECT", required=True, help="Where it goes.")
    @click.option("--receiver", metavar="PERSON", required=True, help="Who is to take it on.")
    @click.option("--project", metavar="PROJECT", help="Where it is; left out: where it began.")
    @click.option("--note", help="More, in words.")
    @writes
    @with_workspace
    def carry(
        ws: Workspace,
        which: str,
        to_project: str,
        receiver: str,
        project: str | None,
        note: str | None,
        manner: Manner,
    ) -> None:
        from cli.recording import made_by, record

        matter = made_by(ws, kind, which)
        body = {
            "matter": matter,
            "project": ws.find("project", project) or where(ws, kind, matter),
            "to_project": ws.need("project", to_project),
            "person": ws.people.find(receiver),
        }
        then = f"Nobody has it until the receiver says so: tally {group} receive"
        record(ws, "matter-carried/v1", body, {"note": note}, manner=manner, then=then)

    return carry


def _receive(group: str, kind: str, example: str) -> click.Command:
    @click.command(
        "receive",
        cls=Command,
        example=f"tally {group} receive {example} --as Fin",
        help=f"Say whether you take on {_one(group)} that was carried to you.",
    )
    @click.argument("which", metavar=kind.upper())
    @click.option("--no", "refused", is_flag=True, help="You do not take it on.")
    @click.option("--words", help="More, in words.")
    @on_behalf
    @writes
    @with_workspace
    def receive(
        ws: Workspace, which: str, refused: bool, words: str | None, behalf: Behalf, manner: Manner
    ) -> None:
        from cli.recording import made_by, record, standing
        from cli.writer import Writer
        from domain.carry import Carried

        matter = made_by(ws, kind, which)
        carried = standing(ws, Carried, matter)
        body = {
            "matter": matter,
            "project": carried.to_project or where(ws, kind, matter),
            "person": carried.receiver or Writer(ws).acting(),
            "accepted": not refused,
            **ws.on_behalf(behalf),
        }
        record(ws, "matter-received/v1", body, {"words": words}, manner=manner)

    return receive


problem_carry = _carry("problem", "problem", "Buses")
problem_receive = _receive("problem", "problem", "Buses")
input_carry = _carry("input", "input", "bench")
input_receive = _receive("input", "input", "bench")
promise_carry = _carry("promise", "commitment", "bench")
promise_receive = _receive("promise", "commitment", "bench")


def where(ws: Workspace, kind: str, matter: str) -> str | None:
    """The id of the project in which a matter of this kind is; of several, one."""
    from cli.recording import standing
    from domain.carry import KINDS

    return next(iter(sorted(standing(ws, KINDS[kind], matter).projects)), None)
