"""``tally decision open``: everything that decides an outcome, fixed before the first ballot.

At a terminal it asks for what is missing, options one by one. Whether a decision is major is not
typed in: the charter lists the subjects that are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from cli.choices import SCALES
from cli.electorates import CAUSES, electorate, pool, side_of
from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

METHODS = (
    "simple-majority",
    "supermajority",
    "consensus",
    "consent",
    "ranked-choice",
    "budget-vote",
    "executive",
    "delegated",
    "sortition",
)
COUNT_RULES = ("schulze", "instant-runoff", "condorcet-irv", "scottish-stv")
ALLOCATIONS = ("in-order-skip", "in-order-stop")
BALLOTS = ("open", "tellers", "imported")
_FRACTION = re.compile(r"(\d+)/(\d+)(?: ?of ?(cast|ballots|electorate))?")


@click.command(
    "open",
    cls=Command,
    example='tally decision open "Open late?" --option "late=Until nine" \\\n'
    '    --option "nothing=Do nothing" --voter "Ana Silva" --voter "Ben Okri"',
)
@click.argument("question", metavar="QUESTION", required=False)
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option("--everywhere", is_flag=True, help="It is about the whole programme.")
@click.option("--option", "options", multiple=True, metavar="KEY=WORDS", help="One answer.")
@click.option(
    "--put-by", multiple=True, metavar="KEY=WHO", help="Who put it forward: PERSON, GROUP or side."
)
@click.option("--stands", multiple=True, metavar="KEY=PERSON", help="Whom an option stands for.")
@click.option("--voter", "voters", multiple=True, metavar="PERSON", help="May vote.")
@click.option("--voters", "voters_file", metavar="FILE", help="Who may vote, one a line.")
@click.option("--body", metavar="BODY", help="The deciding body.")
@click.option("--by-seats", is_flag=True, help="Who holds a voting seat on BODY may vote.")
@click.option("--chair-breaks-ties", is_flag=True, help="By seats: the chair's vote breaks a tie.")
@click.option(
    "--eligible", type=click.IntRange(1), help="How many may vote, if only that is known."
)
@click.option("--eligibility", help="In words: who may vote, and why those.")
@click.option(
    "--left-out", multiple=True, metavar="WHO=CAUSE", help=f"Who may not: {', '.join(CAUSES)}."
)
@click.option(
    "--ballots",
    type=click.Choice(BALLOTS),
    default="open",
    show_default=True,
    help="How votes come in.",
)
@click.option("--teller", "tellers", multiple=True, metavar="PERSON", help="One of the two.")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="simple-majority",
    show_default=True,
    help="How it is decided.",
)
@click.option("--count-rule", type=click.Choice(COUNT_RULES), help="For ranked choice.")
@click.option("--seats", type=click.IntRange(1, 100), default=1, help="How many are chosen.")
@click.option("--quorum", type=click.IntRange(1), help="Fewest ballots: 1, or the body's own.")
@click.option("--threshold", metavar="2/3", help="For a supermajority: «2/3 of cast».")
@click.option("--money", metavar="AMOUNT", help="For a budget vote: what there is.")
@click.option("--cost", "costs", multiple=True, metavar="KEY=AMOUNT", help="Of an option.")
@click.option("--allocation", type=click.Choice(ALLOCATIONS), help="If one costs too much.")
@click.option("--picks", type=click.IntRange(1, 100), help="Most options on one ballot.")
@click.option("--pool", multiple=True, metavar="PERSON", help="For a draw: who can be drawn.")
@click.option("--pool-file", metavar="FILE", help="The same, one a line.")
@click.option("--drawer", "drawers", multiple=True, metavar="PERSON", help="For a draw: who draws.")
@click.option("--quota", "quotas", multiple=True, metavar="SIDE=N", help="At least N of a side.")
@click.option("--office", help="For an executive decision: the office, in words.")
@click.option("--delegated-by", metavar="PERSON", help="For a delegated one: who delegated it.")
@click.option("--delegated-until", metavar="DATE", help="Recorded afterwards: until when.")
@click.option("--last-day", metavar="DATE", help="The last day to vote.")
@click.option("--subject", default="unsorted", metavar="CODE", help="What the charter lists.")
@click.option("--scale", type=click.Choice(SCALES), default="unsorted", help="For how many.")
@click.option("--problem", metavar="PROBLEM", help="The problem it is about.")
@click.option("--revisits", metavar="DECISION", help="The earlier one that it may reverse.")
@click.option("--raised-by", metavar="PERSON", help="Who asked for it.")
@click.option("--input", "inputs", multiple=True, metavar="CONTRIBUTION", help="What it weighs.")
@click.option("--background", help="More words for those who decide.")
@writes
@with_workspace
def open_decision(ws: Workspace, manner: Manner, **more: Any) -> None:
    """Put QUESTION to a vote; everything that decides the outcome is fixed here.

    An option whose key is «nothing» is the one to do nothing. --ballots says how votes come in:
    open (each voter signs), tellers (two people count, and sign), or imported (from elsewhere).

    --method sortition draws people from a pool: two or more --drawer seal secrets, then show them.
    """
    from cli import questions
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.encoding import new_id

    more = questions.decision(ws, more, manner)
    made, drawn, options = new_id("decision"), pool(ws, more), more["options"]
    words = {} if drawn and not options else _words(options or _asked(ws))
    more["settle"](words)
    body = {
        "decision": made,
        "project": None if more["everywhere"] else ws.need("project", more["project"]),
        "options": [*drawn, *_options(ws, words, more)],
        **electorate(ws, more),
        **_method(ws, more),
        "last_day": _day(more["last_day"]),
        "subject": more["subject"],
        "major": _listed(ws, more["subject"]),
        "scale": more["scale"],
        "problem": ws.find("problem", more["problem"]),
        "revisits": ws.find("decision", more["revisits"]),
        "raised_by": ws.find("person", more["raised_by"]),
        "inputs": [ws.need("contribution", text) for text in more["inputs"]],
    }
    if body["method"] == "delegated":
        body["delegation"] = _delegation(ws, body, more, manner)
    _warn_of_same(ws, more["question"], body["project"])
    if body["method"] == "sortition":
        _warn_of_one_side(ws, body["electorate"])
    values = {
        "question": more["question"],
        "options": words,
        "eligibility": more["eligibility"],
        "background": more["background"],
    }
    written = Writer(ws).write("decision-opened/v1", body, values, manner=manner)
    tell(ws, written, made, then=_next(body))


def _warn_of_same(ws: Workspace, question: str, project: str | None) -> None:
    """Two open questions in the same words split the votes; that is seldom meant."""
    from domain.decision import Decision
    from projections.store_world import StoreWorld

    same = ws.register("decision").called(" ".join(question.split()))
    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    for thing in same:
        state = world.get(Decision, thing.id)
        if state.opened is not None and not state.outcome and state.opened.project == project:
            ws.out.warn(
                f"⚠ This question is open already: {thing.label}, entry {thing.index}. "
                "Close the one that is not meant: tally decision close DECISION."
            )


def _warn_of_one_side(ws: Workspace, drawers: list[str]) -> None:
    """No rule asks that drawers act for different sides; whose draw it was is asked later."""
    from projections.drawn import side_words

    sides = [side_of(ws, person) for person in drawers]
    if len(set(sides)) == 1:
        ws.out.warn(
            f"⚠ Those who draw act for {side_words(sides)}. A --drawer of another side makes it "
            "everybody's draw."
        )


def _next(body: dict[str, Any]) -> str:
    if body["method"] == "sortition":
        return (
            "Each drawer seals a secret, and shows it when all have: tally decision draw DECISION"
        )
    return {
        "open": "Each voter signs a ballot: tally decision vote DECISION CHOICE",
        "tellers": "When voting is over, the tellers sign: tally decision count DECISION",
        "imported": "Bring in what was counted: tally decision import DECISION FILE",
    }[body["ballots"]]


def _asked(ws: Workspace) -> tuple[str, ...]:
    """Options, asked for one by one."""
    from cli.errors import WrongInput

    if not ws.settings.may_ask:
        raise WrongInput("A decision needs options.", 'Add --option "late=Open until nine", …')
    click.echo("Options, one a line: a short key, «=», and its words. Empty to end.", err=True)
    click.echo("Put in «nothing=Do nothing», unless nothing is no choice.", err=True)
    found: list[str] = []
    while answer := click.prompt(
        f"Option {len(found) + 1}", default="", show_default=False, err=True
    ).strip():
        found.append(answer)
    if not found:
        raise WrongInput("A decision needs options.", "Write at least one.")
    return tuple(found)


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


def _options(ws: Workspace, words: dict[str, str], more: dict[str, Any]) -> list[dict[str, Any]]:
    from cli.amounts import parse_money

    by = {key: _put_by(ws, who) for key, who in _pairs(more["put_by"], words, "--put-by")}
    stands = {key: ws.people.find(who) for key, who in _pairs(more["stands"], words, "--stands")}
    cost = {
        key: parse_money(amount, ws.config.currency)
        for key, amount in _pairs(more["costs"], words, "--cost")
    }
    return [
        {"option": key, "nothing": key == "nothing"}
        | by.get(key, {})
        | ({"person": stands[key]} if key in stands else {})
        | ({"cost": cost[key]} if key in cost else {})
        for key in words
    ]


def _put_by(ws: Workspace, text: str) -> dict[str, str]:
    """Who put an option forward: one person, a group entry, or no more than a side."""
    from cli.choices import SIDES
    from cli.recording import payee

    if text in SIDES:
        return {"side": text}
    who = payee(ws, text)
    return {"put_by_group" if who.startswith("group:") else "put_by": who}


def _pairs(given: tuple[str, ...], words: dict[str, str], flag: str) -> list[tuple[str, str]]:
    from cli.errors import WrongInput

    found = [(pair.partition("=")[0].strip(), pair.partition("=")[2].strip()) for pair in given]
    for key, text in found:
        if key not in words or not text:
            raise WrongInput(
                f"{flag} {key}={text}: {'nothing is said' if key in words else 'no such option'}.",
                f"Write KEY=…, with a key of {', '.join(words)}.",
            )
    return found


def _method(ws: Workspace, more: dict[str, Any]) -> dict[str, Any]:
    from cli.amounts import parse_money

    ranked, budget = more["method"] == "ranked-choice", more["method"] == "budget-vote"
    return {
        "method": more["method"],
        "threshold": threshold(more["threshold"]),
        "count_rule": more["count_rule"] or ("schulze" if ranked else None),
        "seats": more["seats"],
        "money": parse_money(more["money"], ws.config.currency) if more["money"] else None,
        "allocation": more["allocation"] or ("in-order-skip" if budget else None),
        "picks": more["picks"],
        "office": more["office"],
    }


def threshold(text: str | None) -> dict[str, Any] | None:
    """``2/3`` or ``2/3 of electorate`` as the fraction of a supermajority; None for None.

    Raises:
        WrongInput: it is not a fraction of cast, ballots or electorate.
    """
    from cli.errors import WrongInput

    if text is None:
        return None
    match = _FRACTION.fullmatch(text.strip())
    if match is None:
        raise WrongInput(
            f"«{text}» is not a threshold.", "Write 2/3, or «2/3 of electorate» (or ballots, cast)."
        )
    return {"over": int(match[1]), "under": int(match[2]), "of": match[3] or "cast"}


def _day(text: str | None) -> str | None:
    from cli.dates import parse_day

    return parse_day(text).isoformat() if text else None


def _listed(ws: Workspace, subject: str) -> bool:
    """Whether the charter, as amended, lists the subject as major."""
    from domain.charter import Charter
    from projections.store_world import StoreWorld

    return subject in StoreWorld(ws.ledger, ws.ledger.head().size).get(Charter, "").major


def _delegation(
    ws: Workspace, body: dict[str, Any], more: dict[str, Any], manner: Manner
) -> dict[str, Any]:
    """Who delegated it; live, the grant is looked up among those that were made."""
    from cli.errors import WrongInput

    if not more["delegated_by"]:
        raise WrongInput(
            "A delegated decision says who delegated it.", "Add --delegated-by PERSON."
        )
    by = ws.people.find(more["delegated_by"])
    said = {"by": by, "role": more["office"], "until": _day(more["delegated_until"])}
    body["office"] = None
    if not manner.afterwards:
        made = _delegations(ws, by, body["electorate"])
        if len(made) != 1:
            raise WrongInput(
                f"{len(made)} live grants pass the power decision from {ws.people.label(by)} to "
                "the one on the electorate.",
                "First: tally power delegate PERSON decision --until DATE",
            )
        said |= made[0]
    return {key: value for key, value in said.items() if value is not None}


def _delegations(ws: Workspace, by: str, electorate: list[str]) -> list[dict[str, str]]:
    """The live grants of the power to decide that ``by`` passed on for a time, with their end."""
    from cli.grants import grants
    from domain.power import Authority
    from projections.store_world import StoreWorld

    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    return [
        {"grant": row["grant"], "until": grant.scope.until}
        for row in grants(ws)
        if row["state"] == "live" and row["person"] in electorate
        for grant in world.get(Authority, row["grant"]).grants
        if grant.by == by and grant.to == row["person"] and grant.scope.until
        if "decision" in grant.kinds
    ]
