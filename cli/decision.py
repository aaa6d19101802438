"""``tally decision``: a question, who may vote on it and how, the ballots, and the outcome."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

METHODS = ("simple-majority", "supermajority", "consensus", "consent", "executive")
SCALES = ("individual", "group", "collective", "unsorted")
_FRACTION = re.compile(r"(\d+)/(\d+)(?: ?of ?(cast|ballots|electorate))?")


@click.group(cls=Group)
def decision() -> None:
    """Open, vote on and close decisions."""


@decision.command(
    "open",
    example='tally decision open "Open late?" --option "late=Until nine" \\\n'
    '    --option "nothing=Do nothing" --voter "Ana Silva" --voter "Ben Okri"',
)
@click.argument("question")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option(
    "--option", "options", multiple=True, required=True, metavar="KEY=WORDS", help="One answer."
)
@click.option("--put-by", multiple=True, metavar="KEY=PERSON", help="Who put an option forward.")
@click.option("--voter", "voters", multiple=True, required=True, metavar="PERSON", help="May vote.")
@click.option("--method", type=click.Choice(METHODS), default="simple-majority", show_default=True)
@click.option("--quorum", type=click.IntRange(0), default=1, show_default=True, help="Ballots.")
@click.option("--threshold", metavar="2/3", help="For a supermajority: «2/3 of cast».")
@click.option("--last-day", metavar="DATE", help="The last day to vote.")
@click.option("--major", is_flag=True, help="The charter calls it major.")
@click.option("--scale", type=click.Choice(SCALES), default="unsorted", help="For how many.")
@click.option("--problem", metavar="PROBLEM", help="The problem it is about.")
@click.option("--raised-by", metavar="PERSON", help="Who asked for it.")
@click.option("--input", "inputs", multiple=True, metavar="CONTRIBUTION", help="What it weighs.")
@click.option("--background", help="More words for those who decide.")
@writes
@with_workspace
def open_decision(
    ws: Workspace,
    question: str,
    options: tuple[str, ...],
    put_by: tuple[str, ...],
    voters: tuple[str, ...],
    background: str | None,
    manner: Manner,
    **more: Any,
) -> None:
    """Put QUESTION to a vote; everything that decides the outcome is fixed here.

    An option whose key is «nothing» is the one to do nothing.
    """
    from cli.answering import tell
    from cli.dates import parse_day
    from cli.writer import Writer
    from ledger.encoding import new_id

    made, words = new_id("decision"), _words(options)
    last_day = more["last_day"]
    body = {
        "decision": made,
        "project": ws.need("project", more["project"]),
        "options": _options(ws, words, put_by),
        "electorate": [ws.people.find(voter) for voter in voters],
        "method": more["method"],
        "quorum": more["quorum"],
        "threshold": _threshold(more["threshold"]),
        "last_day": parse_day(last_day).isoformat() if last_day else None,
        "major": more["major"],
        "scale": more["scale"],
        "problem": ws.find("problem", more["problem"]),
        "raised_by": ws.find("person", more["raised_by"]),
        "inputs": [ws.need("contribution", text) for text in more["inputs"]],
    }
    values = {"question": question, "options": words, "background": background}
    tell(ws, Writer(ws).write("decision-opened/v1", body, values, manner=manner), made)


@decision.command("vote", example='tally decision vote "Open late?" late --as "Ben Okri"')
@click.argument("which", metavar="DECISION")
@click.argument("choice", required=False)
@click.option("--abstain", is_flag=True, help="Vote for nothing; it counts for the quorum.")
@click.option(
    "--against", multiple=True, metavar="KEY", help="Oppose an option (consensus, consent)."
)
@click.option("--reason", help="Why (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def vote(
    ws: Workspace,
    which: str,
    choice: str | None,
    abstain: bool,
    against: tuple[str, ...],
    reason: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Cast one ballot for CHOICE, the key of an option. A ballot stands as cast."""
    from cli.answering import tell
    from cli.errors import WrongInput
    from cli.writer import Writer

    if (choice is None) != abstain:
        raise WrongInput(
            "A ballot is for one option, or abstains.",
            "Give the key of an option or --abstain; `tally decision show` lists the options.",
        )
    writer, spoken = Writer(ws), ws.on_behalf(behalf)
    body = {
        "decision": ws.need("decision", which),
        "voter": spoken["for"] or writer.acting(),
        "choice": choice,
        "against": list(against),
        **spoken,
    }
    tell(ws, writer.write("vote-cast/v1", body, {"reason": reason}, manner=manner))


@decision.command("close", example='tally decision close "Open late?" --owner "Ana Silva"')
@click.argument("which", metavar="DECISION")
@click.option("--reasons", help="Why; anyone may read it.")
@click.option("--dissent", help="What those who disagreed said.")
@click.option("--owner", metavar="PERSON", help="Who carries it out.")
@click.option("--review-on", metavar="DATE", help="When it is looked at again.")
@writes
@with_workspace
def close(
    ws: Workspace,
    which: str,
    reasons: str | None,
    dissent: str | None,
    owner: str | None,
    review_on: str | None,
    manner: Manner,
) -> None:
    """End voting. Tally and outcome are counted from the ballots, never typed in."""
    from cli.answering import tell
    from cli.dates import parse_day
    from cli.writer import Writer

    decided = ws.need("decision", which)
    body = {
        "owner": ws.find("person", owner),
        "review_on": parse_day(review_on).isoformat() if review_on else None,
    }
    values = {"reasons": reasons, "dissent": dissent}
    written, counted = _close(ws, Writer(ws), decided, body, values, manner)
    outcome = f": {counted['chosen']}" if counted["chosen"] else ""
    tell(ws, written, then=f"Outcome: {counted['outcome']}{outcome} ({_tally(counted['tally'])}).")


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
    """Show a decision: options, electorate, tally so far, outcome."""
    from cli.listing import about, disclosed, show_lines

    decided = ws.need("decision", which)
    thing = ws.register("decision").get(decided)
    words = disclosed(ws, thing.index).get("options") if thing else None
    state, _ = _state(ws, decided)
    opened = state.opened
    options = [
        {
            "option": option.option,
            "words": words.get(option.option) if isinstance(words, dict) else None,
            "put_by": option.put_by and ws.people.label(option.put_by),
            "votes": state.support.get(option.option, 0),
            "against": state.against.get(option.option, 0),
        }
        for option in opened.options
    ]
    form = {
        "id": decided,
        "question": thing.name if thing else None,
        "method": opened.method,
        "quorum": opened.quorum,
        "electorate": [ws.people.label(person) for person in opened.electorate],
        "ballots": state.ballots,
        "closed": bool(state.outcome),
        "outcome": state.outcome or None,
        "chosen": state.chosen,
        "options": options,
    }
    if ws.settings.json:
        ws.out.answer(form, "")
        return
    click.echo(ws.register("decision").label(decided))
    click.echo(
        f"{opened.method}, quorum {opened.quorum}; {state.ballots} of "
        f"{len(opened.electorate)} have voted; "
        + (f"closed: {state.outcome} {state.chosen or ''}".rstrip() if state.outcome else "open")
    )
    columns = (("option", "OPTION"), ("votes", "FOR"), ("against", "AGAINST"), ("words", "WORDS"))
    ws.out.rows(options, columns, "")
    show_lines(ws, about(ws, decided))


def _close(
    ws: Workspace,
    writer: Any,
    decided: str,
    more: dict[str, Any],
    values: dict[str, Any],
    manner: Manner,
) -> tuple[Any, dict[str, Any]]:
    """Count and record; count again when a ballot arrived in between."""
    from domain.refusal import Refused

    for attempt in range(3):
        _, counted = _state(ws, decided)
        body = {"decision": decided, **counted, **more}
        try:
            return writer.write("decision-closed/v1", body, values, manner=manner), counted
        except Refused as refusal:
            if refusal.rule != "tally-differs" or attempt == 2:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _state(ws: Workspace, decided: str) -> tuple[Any, dict[str, Any]]:
    """The decision as it stands, and the tally and outcome that closing it now must state."""
    from domain.decision import Decision
    from projections.store_world import StoreWorld

    state = StoreWorld(ws.ledger, ws.ledger.head().size).get(Decision, decided)
    outcome, chosen = state.result()
    tally = state.tally().model_dump(mode="json")
    return state, {"tally": tally, "outcome": outcome, "chosen": chosen}


def _tally(tally: dict[str, Any]) -> str:
    votes = ", ".join(f"{item['option']} {item['votes']}" for item in tally["support"])
    return f"{votes}; {tally['abstained']} abstained"


def _words(options: tuple[str, ...]) -> dict[str, str]:
    from cli.errors import WrongInput

    words: dict[str, str] = {}
    for option in options:
        key, equals, text = option.partition("=")
        key = key.strip()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", key) or (equals and not text.strip()):
            raise WrongInput(
                f"«{option}» is not an option.",
                'Write a short key and its words: --option "late=Open until nine"',
            )
        if key in words:
            raise WrongInput(f"Two options have the key {key}.", "Give each a key of its own.")
        words[key] = text.strip() or key
    return words


def _options(ws: Workspace, words: dict[str, str], put_by: tuple[str, ...]) -> list[dict[str, Any]]:
    from cli.errors import WrongInput

    by: dict[str, str] = {}
    for pair in put_by:
        key, _, who = pair.partition("=")
        if key not in words:
            raise WrongInput(f"--put-by {pair}: there is no option {key}.", "Write KEY=PERSON.")
        by[key] = ws.people.find(who)
    return [
        {"option": key, "nothing": key == "nothing"} | ({"put_by": by[key]} if key in by else {})
        for key in words
    ]


def _threshold(text: str | None) -> dict[str, Any] | None:
    from cli.errors import WrongInput

    if text is None:
        return None
    match = _FRACTION.fullmatch(text.strip())
    if match is None:
        raise WrongInput(
            f"«{text}» is not a threshold.", "Write 2/3, or «2/3 of electorate» (or ballots, cast)."
        )
    return {"over": int(match[1]), "under": int(match[2]), "of": match[3] or "cast"}
