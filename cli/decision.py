"""``tally decision``: what is put to a vote, how it stands, and what became of it.

Opening lies in ``question.py``, ballots in ``ballots.py``, counts by tellers or from elsewhere in
``counts.py``, closing and what follows in ``outcome.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace

#: Members of the group that lie in files of their own.
LATER = {
    "open": ("cli.question:open_decision", "Put QUESTION to a vote."),
    "vote": ("cli.ballots:vote", "Cast one ballot: the key of an option, or several."),
    "object": ("cli.ballots:object_to", "Stand against an OPTION, or no longer."),
    "draw": ("cli.draws:draw", "Draw people by lot, in two steps."),
    "count": ("cli.counts:count", "Record what two tellers counted, signed by both."),
    "import": ("cli.counts:import_", "Take over a count or anonymous ballots from FILE."),
    "close": ("cli.outcome:close", "End voting."),
    "dissent": ("cli.ballots:dissent", "Say that you disagree with an outcome."),
    "override": ("cli.outcome:override", "Change what was chosen by a rule that you cite."),
    "reverse": ("cli.outcome:reverse", "End a decision by a later one that revisited it."),
}
#: How ballots come in, as people should read it.
BALLOTS_ARE = {
    "open": "each ballot signed by its voter",
    "tellers": "who voted is on the list; the count is attested by two tellers, not proven",
    "imported": "a count from elsewhere, taken over as it stands, not proven",
}


@click.group(cls=Group, lazy=LATER)
def decision() -> None:
    """Open, vote on, close, override and reverse decisions."""


@decision.command("list", example="tally decision list")
@with_workspace
def list_decisions(ws: Workspace) -> None:
    """List the decisions."""
    from cli.listing import things

    things(ws, "decision", "No decision is open yet: tally decision open QUESTION")


@decision.command("show", example='tally decision show "Open late?"')
@click.argument("which", metavar="DECISION")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show a decision: options, electorate, count so far, outcome, what stands of it.

    Of secret ballots among fewer than ten people only the outcome is shown. The whole of it, from
    where it began to what was done under it: tally view decision --about DECISION.
    """
    from cli.listing import about, show_lines
    from cli.standing import standing

    decided = ws.need("decision", which)
    stand = standing(ws, decided)
    form = stand.as_json()
    if ws.settings.json:
        ws.out.answer(form, "")
        return
    for line in _in_words(form):
        click.echo(line)
    columns = [("option", "OPTION"), ("for", "FOR"), ("against", "AGAINST"), ("words", "WORDS")]
    if form["places"]:
        columns[1:3] = [("place", "PLACE")]
    ws.out.rows(_rows(form), columns, "")
    click.echo()
    show_lines(ws, about(ws, decided))


def _rows(form: dict[str, Any]) -> list[dict[str, Any]]:
    options = [one | {"words": one["words"] or one["person"]} for one in form["options"]]
    if not form["places"]:
        return options
    place = {key: n for n, alike in enumerate(form["places"], 1) for key in alike}
    tied = {key for alike in form["places"] if len(alike) > 1 for key in alike}
    rows = [
        option
        | {"place": f"{place.get(option['option'], '–')}{' tie' * (option['option'] in tied)}"}
        for option in options
    ]
    return sorted(rows, key=lambda row: place.get(row["option"], len(place) + 1))


def _in_words(form: dict[str, Any]) -> list[str]:
    method = form["method"] + (f", counted by {form['count_rule']}" if form["count_rule"] else "")
    if form["seats"] > 1:
        method += f", {form['seats']} seats"
    lines = [
        str(form["question"] or form["id"]),
        f"{method}; quorum {form['quorum']}{'; major' if form['major'] else ''}.",
        _drawn(form) if form["draw"] else _turnout(form),
    ]
    if form["by_seats"]:
        tie = f"; a tie is broken by the chair, {form['casting']}" if form["casting"] else ""
        lines.append(f"The voting seats of {form['body']} decide, as they stood at opening{tie}.")
    for key, words in (
        ("left_out", "Left out of the electorate"),
        ("recused", "Stepped back"),
        ("interests", "Declared an interest"),
        ("unhandled", "Has an interest that nobody handled"),
        ("lacks", "Nothing is recorded of its"),
    ):
        if form[key]:
            lines.append(f"{words}: {', '.join(map(str, form[key]))}.")
    if form["suppressed"]:
        lines.append("Fewer than ten may vote: only the outcome is shown, not the count.")
    return [*lines, _outcome(form)]


def _turnout(form: dict[str, Any]) -> str:
    turnout = f"{form['ballots']} of {form['may_vote']} voted"
    if form["ballots"]:
        turnout += f" ({form['turnout']:.1%})"
    return f"{turnout}. Ballots: {form['ballots_are']} ({BALLOTS_ARE[form['ballots_are']]})."


def _drawn(form: dict[str, Any]) -> str:
    draw = form["draw"]
    from projections.drawn import side_words

    late = "kept back" if form["closed"] else "sealed"
    states = (
        f"{one['person']} ({'shown' if one['shown'] else late if one['sealed'] else 'waiting'})"
        for one in draw["drawers"]
    )
    acting = side_words([one["side"] for one in draw["drawers"]])
    quotas = "".join(f"; at least {n} of {side}" for side, n in draw["quotas"].items())
    seed = f" Seed {draw['seed']}." if draw["seed"] else ""
    return (
        f"Drawn from {len(form['options'])}{quotas}. Who draws: {', '.join(states)}, acting for "
        f"{acting}.{seed}"
    )


def _outcome(form: dict[str, Any]) -> str:
    if not form["closed"]:
        return "It is open."
    counted = form["counted"]
    said = f"Counted: {counted['outcome']}"
    if counted["chosen"]:
        said += f": {', '.join(counted['chosen'])}"
    if counted["tied"]:
        said += f"; tied: {', '.join(counted['tied'])}"
    if form["overridden"]:
        over = form["overridden"]
        said += (
            f". Overridden by a cited rule ({over['kind']}, {over['basis']}): «{over['rule']}». "
            f"What stands: {form['outcome']}: {', '.join(form['chosen'])}"
        )
    if form["reversed_by"]:
        said += f". Reversed by {form['reversed_by']}"
    return f"{said}."
