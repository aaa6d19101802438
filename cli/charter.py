"""``tally charter``: what a ledger began with, and what was amended since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.group(cls=Group)
def charter() -> None:
    """Show and amend the charter."""


@charter.command("show", example="tally charter show")
@with_workspace
def show(ws: Workspace) -> None:
    """Show the charter: founders, powers, how it may be amended, what may be withdrawn.

    With --json entry 0 as it was signed, and under «now» what holds after its amendments.
    """
    from cli.listing import as_object, disclosed
    from domain.charter import Charter
    from projections.store_world import StoreWorld

    item = as_object(ws, ws.ledger.entry(0))
    charter = StoreWorld(ws.ledger, ws.ledger.head().size).get(Charter, "")
    now = {
        "amendment": charter.amendment.model_dump(mode="json", exclude_none=True),
        "major": sorted(charter.major),
        "limits": dict(charter.limits),
    }
    ws.out.answer(item | {"now": now}, _in_words(ws, item["body"], disclosed(ws, 0), item, now))


@charter.command("amend", example="tally charter amend --major budget --major charter")
@click.option("--decision", metavar="DECISION", help="The decision that adopted it.")
@click.option("--major", multiple=True, metavar="CODE", help="Subjects of major decisions, all.")
@click.option("--limit", "limits", multiple=True, metavar="NAME=N", help="A limit of a rule.")
@click.option(
    "--disclosure", multiple=True, metavar="NAME=N", help="What exports hide: smallest count, …"
)
@click.option("--founders", type=click.IntRange(1, 1000), help="So many sign from now on.")
@click.option("--by-decision", metavar="METHOD", help="From now on a decision, taken so.")
@click.option("--threshold", metavar="2/3", help="Of that decision, for a supermajority.")
@click.option("--quorum", type=click.IntRange(1), default=1, help="Of that decision: ballots.")
@click.option("--reasons", help="Why; anyone may read it.")
@writes
@with_workspace
def amend(
    ws: Workspace,
    decision: str | None,
    major: tuple[str, ...],
    limits: tuple[str, ...],
    disclosure: tuple[str, ...],
    reasons: str | None,
    manner: Manner,
    **rule: Any,
) -> None:
    """Change what the charter lets change, by its own rule of amendment.

    Where founders amend, the others sign too: --cosigner PERSON. Where a decision does, cite it.
    """
    from cli.answering import tell
    from cli.writer import Writer

    body = {
        "decision": ws.find("decision", decision),
        "major": list(major) or None,
        "thresholds": _limits(limits) or None,
        "disclosure_control": _limits(disclosure) or None,
        "amendment": _amendment(**rule),
    }
    written = Writer(ws).write("charter-amended/v1", body, {"reasons": reasons}, manner=manner)
    tell(ws, written)


def _limits(given: tuple[str, ...]) -> dict[str, int]:
    from cli.errors import WrongInput

    found: dict[str, int] = {}
    for pair in given:
        name, _, number = pair.partition("=")
        if not number.isdecimal():
            raise WrongInput(f"«{pair}» is no limit.", "Write NAME=NUMBER.")
        found[name] = int(number)
    return found


def _amendment(
    founders: int | None, by_decision: str | None, threshold: str | None, quorum: int
) -> dict[str, Any] | None:
    from cli.question import threshold as fraction

    if by_decision is None:
        return {"rule": "founders", "needed": founders} if founders else None
    said = {"rule": "decision", "method": by_decision, "quorum": quorum}
    share = fraction(threshold)
    return said | ({"threshold": share} if share else {})


def _in_words(
    ws: Workspace,
    body: dict[str, Any],
    values: dict[str, Any],
    item: dict[str, Any],
    now: dict[str, Any],
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
        _rule(now["amendment"]),
        f"Major decisions: {', '.join(now['major']) or 'none are listed'}.",
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


def _rule(amendment: dict[str, Any]) -> str:
    if amendment["rule"] == "founders":
        return f"To amend it, {amendment['needed']} of the founders sign together."
    share = amendment.get("threshold")
    words = f" ({share['over']}/{share['under']} of {share['of']})" if share else ""
    return (
        f"It is amended by decision: {amendment['method']}{words}, quorum {amendment['quorum']}, "
        "every founder on the electorate."
    )
