"""``tally charter``: the rules a ledger began with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.group(cls=Group)
def charter() -> None:
    """Show the rules the ledger began with."""


@charter.command("show", example="tally charter show")
@with_workspace
def show(ws: Workspace) -> None:
    """Show the charter: founders, powers, how it may be amended, what may be withdrawn."""
    from cli.listing import as_object, disclosed

    item = as_object(ws, ws.ledger.entry(0))
    ws.out.answer(item, _in_words(ws, item["body"], disclosed(ws, 0), item))


def _in_words(
    ws: Workspace, body: dict[str, Any], values: dict[str, Any], item: dict[str, Any]
) -> list[str]:
    from cli.names import short
    from cli.render.text import visible

    name = visible(str(values.get("name") or ws.config.name))
    lines = [f"{name} ({body['origin']}), since {item['at'][:10]}"]
    if values.get("purpose"):
        lines.append(visible(str(values["purpose"])))
    lines += [
        "",
        f"Currency {body['currency']}, dates in {body['zone']}, rules version {body['rules']}.",
        f"To amend it, {body['amendment']['needed']} of the founders sign together.",
        "",
    ]
    for key in body["keys"]:
        holder = key.get("person")
        who = ws.people.label(holder) if holder else "the operator"
        lines.append(f"Key {short(key['key'])}: {who}")
    for grant in body["grants"]:
        lines.append(
            f"{ws.people.label(grant['to'])} may {', '.join(grant['kinds'])}; "
            f"to be passed on {grant['onward']} times"
        )
    withdrawable = ", ".join(name.partition("/")[0] for name in body["withdrawable"])
    lines.append(f"May be withdrawn whole: {withdrawable or 'nothing'}.")
    return lines
