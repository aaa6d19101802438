"""``tally log`` and ``tally show``: the entries themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command(cls=Command, example="tally log --type vote-cast --at 2026-04-30")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this kind of entry.")
@click.option("--about", metavar="ID", help="Only entries about this person, project, …")
@click.option("--at", metavar="SIZE|DATE", help="What the ledger knew then.")
@click.option("-n", "--limit", type=click.IntRange(1), help="The newest so many; 50 if left out.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@with_workspace
def log(
    ws: Workspace,
    types: tuple[str, ...],
    about: str | None,
    at: str | None,
    limit: int | None,
    everything: bool,
) -> None:
    """List the entries in the order they were recorded, one line (or one object) each.

    For who holds the power information, --about another PERSON is a look, and is recorded.
    """
    from cli.listing import SHOWN, newest, show_lines, size_at

    item = (frozenset(_type(name) for name in types), _tags(ws, about))
    _look_at(ws, item[1])
    size = size_at(ws, at)
    items = [item] if any(item) else []
    if everything or (limit is None and ws.settings.json):
        show_lines(ws, ws.ledger.matching(items, before=size))
        return
    wanted = limit or SHOWN
    entries = newest(ws, items, size, wanted)
    if len(entries) == wanted and entries[0].index > 0 and limit is None:
        ws.out.say(f"(the newest {wanted}; --all shows every one)")
    show_lines(ws, entries)


@click.command(cls=Command, example="tally show 12")
@click.argument("which", metavar="LINE")
@click.option("--raw", is_flag=True, help="The signed envelope, byte for byte.")
@click.option("--proof", is_flag=True, help="Its inclusion proof (C2SP tlog-proof).")
@with_workspace
def show(ws: Workspace, which: str, raw: bool, proof: bool) -> None:
    """Show one entry in full. LINE is its number, or its hash or enough of it.

    A line about others that lists keep apart is for who holds the power information and for case
    access, and the look is recorded.
    """
    from cli.errors import WrongInput
    from cli.listing import as_object
    from cli.looking import look_at_line
    from cli.names import find_line

    entry = find_line(ws.ledger, which)
    if not proof:
        look_at_line(ws, "show", entry)
    if raw:
        if entry.envelope is None:
            raise WrongInput(
                f"Entry {entry.index} was withdrawn by an erasure; its envelope is gone.",
                "Its place in the tree still verifies.",
            )
        click.echo(entry.envelope, nl=False)
        return
    if proof:
        click.echo(ws.ledger.proof(entry.index).decode(), nl=False)
        return
    item = as_object(ws, entry)
    ws.out.answer(item, _in_full(ws, item))


def _look_at(ws: Workspace, tags: frozenset[str]) -> None:
    """The lines about one person, read under ``information``, are a look like any other."""
    from cli.looking import look, viewer

    for person in tags:
        if person.startswith("person:") and viewer(ws).information:
            look(ws, person, "log")


def _in_full(ws: Workspace, item: dict[str, Any]) -> list[str]:
    from cli.listing import line
    from cli.looking import viewer
    from cli.names import short
    from cli.output import to_json
    from cli.render.text import visible

    lines = [line(ws, item).strip(), "", f"hash     {item['hash']}"]
    if item["status"] == "withdrawn":
        return [*lines, "status   withdrawn by an erasure; its place in the tree still verifies"]
    lines += [
        f"type     {item['type']}",
        f"author   {item['author']}",
        f"signed   {item['at']} by {', '.join(short(key) for key in item['signers'])}",
        f"status   {item['status']}, {item['mode']}",
    ]
    lines += [f"under    {grant}" for grant in item["under"].values()]
    lines += [
        f"body     {visible(name)}: {visible(to_json(value))}"
        for name, value in item["body"].items()
    ]
    values = item["disclosed"]
    gone = "erased" if viewer(ws).hears(item["author"], item["body"]) else "kept apart"
    for name in item["body"].get("has", []):
        text = visible(to_json(values[name])) if name in values else gone
        lines.append(f"value    {visible(str(name))}: {text}")
    return lines


def _type(name: str) -> str:
    """The recorded name of a type given with or without its version."""
    from cli.errors import WrongInput
    from projections.bridge import catalogue

    known = catalogue()
    full = name if "/" in name else f"{name}/v1"
    if full not in known:
        import difflib

        near = difflib.get_close_matches(full, list(known), n=3)
        raise WrongInput(
            f"There is no type of entry {name}.",
            f"Did you mean {' or '.join(near)}?" if near else "`tally log --json` shows the types.",
        )
    return full


def _tags(ws: Workspace, about: str | None) -> frozenset[str]:
    from cli.asking import thing_named

    return frozenset() if about is None else frozenset({thing_named(ws, about)})
