"""``tally home``: what needs a coordinator today, on one screen, and one next act.

The figures are those of the view ``home``; here they become lines, and the first of them that asks
for something becomes a command that can be typed as it stands. A word in capitals is theirs to fill
in, as in every usage line.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.result import Row, ViewResult


@click.command(cls=Command, example="tally home")
@click.option("--project", metavar="PROJECT", help="Only this project.")
@with_workspace
def home(ws: Workspace, project: str | None) -> None:
    """Say what needs you today, and one thing to do next.

    `tally view home` shows the same figures with their formula and, with --why, the entries behind
    each of them.
    """
    from cli.figures import as_seen
    from cli.render.json_ import as_json
    from cli.several import refuse_several
    from projections.result import Asked
    from projections.views import answer

    refuse_several(ws, "home", "tally view home")
    asked = Asked(project=ws.find("project", project), happened_by=ws.local_today())
    result = as_seen(ws, answer(ws.ledger, "home", asked))
    then = next_act(ws, result)
    lines = [
        f"«{ws.config.name}», {ws.local_today()}",
        *result.summary.shows,
        "Last backup: none recorded.",
        f"Next, {then.why}:",
        f"  {then.command}",
    ]
    form = as_json(result) | {"backup": None, "next": then._asdict()}
    ws.out.answer(form, lines)


class Act(NamedTuple):
    """One next act: the command, and why."""

    command: str
    why: str


def next_act(ws: Workspace, result: ViewResult) -> Act:
    """The first thing to do: money past its day, a decision past its day, then who waits."""
    return next(_acts(ws, {row.key: row for row in result.rows}))


def _acts(ws: Workspace, rows: dict[str, Row]) -> Iterator[Act]:
    owed = [row for key, row in rows.items() if key.startswith("owed-")]
    asked = [row for key, row in rows.items() if key.startswith("asked-")]
    undecided, unanswered = rows["undecided"].cells, rows["unanswered"].cells
    for row in owed:
        if row.cells["overdue"] != 0:
            yield _pay(ws, row, "money is past its day")
    if undecided["overdue"] != 0:
        act = _on(ws, undecided["thing"], "tally decision close {}", "tally decision list")
        yield Act(act, "the last day to vote is over")
    if unanswered["n"] != 0:
        yield Act(_answer(ws, unanswered["thing"]), "somebody waits for a reply")
    for row in owed:
        yield _pay(ws, row, "somebody is owed money")
    for row in asked:
        command = _on(ws, row.cells["thing"], "tally payment approve {}", "tally payment claims")
        yield Act(command, "somebody asks for money and nobody has looked")
    told = rows["told"].cells
    if told["of"] is not None and told["n"] != told["of"]:
        yield Act("tally told PERSON --how shown --contact WHERE", "not everybody was told")
    if undecided["n"] != 0:
        act = _on(ws, undecided["thing"], "tally decision show {}", "tally decision list")
        yield Act(act, "nobody has voted yet")
    if rows["signed"].cells["n"] == 1:
        yield Act("tally key new PERSON", "one person holds every key")
    if any(key.startswith("concern-") for key in rows):
        yield Act("tally view concerns", "something ought to be looked at")
    yield Act("tally contribution record", "nothing waits: write down what people gave")


def _pay(ws: Workspace, row: Row, why: str) -> Act:
    return Act(_on(ws, row.cells["thing"], "tally payment pay {}", "tally payment list"), why)


def _answer(ws: Workspace, thing: Any) -> str:
    if isinstance(thing, str) and thing.startswith("problem:"):
        return f"tally problem adopt {_named(ws, thing)}{_in_project(ws, thing)}"
    return _on(ws, thing, "tally input answer {} noted --reasons WHY", "tally unanswered")


def _in_project(ws: Workspace, problem: str) -> str:
    """The option that names its project, where there are others to be meant."""
    from cli.carry import where

    project = where(ws, "problem", problem)
    several = len(ws.register("project").things) > 1
    return f" --project {_named(ws, project)}" if project and several else ""


def _on(ws: Workspace, thing: Any, command: str, otherwise: str) -> str:
    """The command on that thing, or ``otherwise`` where it may not be named here."""
    if not isinstance(thing, str):  # guarded: it can point at somebody
        return otherwise
    return command.format(_named(ws, thing))


def _named(ws: Workspace, thing: str) -> str:
    """What to type for a thing: its name where that means no other, else its id."""
    from cli.errors import WrongInput
    from cli.names import KINDS

    kind = thing.partition(":")[0]
    if kind not in KINDS:
        return thing
    register = ws.register(kind)
    name = register.label(thing)
    try:
        alone = register.find(name) == thing
    except WrongInput:
        alone = False
    return shlex.quote(name) if alone else thing
