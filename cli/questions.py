"""What the longest commands ask at a terminal, and the sentence each would record.

One function for each command; it takes what was given and gives it back complete.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli.errors import WrongInput
from cli.prompting import UNSURE, Asking

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from cli.writing import Manner

SIDE_WORDS = {
    "community": "patients, carers, people who use services, citizens",
    "front-line": "practitioners who deliver them",
    "institution": "managers, commissioners, researchers, funders",
    "bridging": "between them: a paid peer researcher, say",
}
ROUTE_WORDS = {
    "open-call": "an open call",
    "invited-by-staff": "somebody on the staff asked them",
    "invited-by-peer": "somebody who takes part asked them",
    "through-organisation": "an organisation sent them",
    "elected": "they were elected",
    "sortition": "they were drawn by lot",
    "employed": "it is their job",
    "other": "another way in",
}
STAGE_WORDS = {
    "S1": "define the problem, set priorities",
    "S2": "design a response or study",
    "S3": "obtain and manage money and people",
    "S4a": "gather experience or data",
    "S4b": "deliver",
    "S5": "monitor, analyse, evaluate",
    "S6": "share and use the results",
    "G": "govern",
}
METHOD_WORDS = {
    "simple-majority": "more than half of the votes",
    "consensus": "nobody is against it",
    "consent": "nobody has a reasoned objection",
    "ranked-choice": "everybody ranks the options",
}
POWER_WORDS = {
    "record": "keep the record",
    "enrol": "enrol people",
    "information": "open what is recorded about people",
    "budget": "offer and pay money",
    "decision": "put questions to a vote, decide",
    "chairing": "chair, open and close votes",
    "agenda": "open projects, rank and adopt problems",
    "hiring": "fill seats, select people",
    "knowledge": "say whose evidence counts",
    "delivery": "deliver",
    "evaluation": "evaluate",
    "publication": "publish",
    "keys": "give and end keys",
}


def person(ws: Workspace, given: dict[str, Any], manner: Manner) -> dict[str, Any]:
    """``tally person add``."""
    ask, more = Asking(ws), dict(given)
    more["name"] = ask.need(more["name"], "name", "What is the person called?", _a_name)
    _project(ws, ask, more, "In which project? (empty: in all of them)")
    more["side"] = ask.choose(
        more["side"], "side", "Whose interests do they act for?", SIDE_WORDS, unknown="unsaid"
    )
    if ask.asked and more["side"] != "unsaid":
        more["role"] = ask.more(more["role"], "In which role, in your own words? (empty: none)")
    more["route"] = ask.choose(
        more["route"], "route", "How did they come to take part?", ROUTE_WORDS, unknown="unknown"
    )
    if ask.asked and more["side"] == "unsaid":
        more["side"] = None
    where = f"in {more['project']}" if more["project"] else "in the whole programme"
    acts = f", who acts for {more['side']}" if more["side"] else ""
    role = f" as «{more['role']}»" if more["role"] else ""
    ask.settle(f"{more['name']}{acts}{role}, takes part {where}; {_way(more['route'])}.", manner)
    return more


def contribution(
    ws: Workspace, given: dict[str, Any], manner: Manner
) -> tuple[dict[str, Any], Manner]:
    """``tally contribution record``."""
    from cli.amounts import parse_minutes
    from cli.contribution import KINDS
    from cli.dates import parse_on

    ask, more = Asking(ws), dict(given)
    more["what"] = ask.need(more["what"], "what", "What was given, in a few words?")
    _project(ws, ask, more, "In which project?", must=True)
    if not more["by_group"]:
        more["by"] = ask.names(
            more["by"], "Who gave it? (names with commas; empty: you)", ws.people.find
        )
    kinds = {kind: "" for kind in KINDS if kind != "unsorted"}
    more["kinds"] = ask.choose_some(
        more["kinds"], "kinds", "What kind of work was it?", kinds, unknown="unsorted"
    )
    more["stage"] = ask.choose(
        more["stage"], "stage", "At which stage?", STAGE_WORDS, unknown="unsorted"
    )
    more["given"] = _known(
        ask.more(
            more["given"],
            "How long did it take? (90m, 1h30, half-day; «?» unknown, empty: not said)",
            _unless_unsure(parse_minutes),
        )
    )
    today = ws.local_today()
    on = ask.more(
        manner.on,
        "When? (2026-05-04, 2026-05, yesterday; «?» unknown)",
        _unless_unsure(lambda text: parse_on(text, today)),
        default="today",
    )
    manner = replace(manner, on=_known(on))
    who = ", ".join(more["by"]) or more["by_group"] or "you"
    sorts = ", ".join(k for k in more["kinds"] if k != "unsorted") or "kind not sorted yet"
    stage = STAGE_WORDS.get(more["stage"], "stage not sorted yet")
    time = f"time {more['given']}" if more["given"] else "time not said"
    ask.settle(f"{who} gave «{more['what']}» ({sorts}; {stage}; {time}; {manner.on}).", manner)
    return more, manner


def offer(ws: Workspace, given: dict[str, Any], manner: Manner) -> dict[str, Any]:
    """``tally payment offer``."""
    from cli.amounts import parse_money
    from cli.dates import parse_day
    from cli.recording import payee

    ask, more = Asking(ws), dict(given)
    currency = ws.config.currency
    more["to"] = ask.need(
        more["to"], "to", "To whom? (a name, or a group)", lambda text: payee(ws, text)
    )
    more["amount"] = ask.need(
        more["amount"],
        "amount",
        f"How much? (in {currency}, as 25 or 12.50)",
        lambda text: parse_money(text, currency),
    )
    _project(ws, ask, more, "For which project?", must=True)
    more["what"] = ask.more(more["what"], "What is it for, in words?")
    more["kind"] = ask.choose(
        more["kind"], "kind", "What kind of payment is it?", _PAYMENTS, default="fee"
    )
    more["due"] = ask.more(
        more["due"], "By when is it to be paid? (2026-06-01; empty: not said)", parse_day
    )
    what = f" for «{more['what']}»" if more["what"] else ""
    due = f", due {more['due']}" if more["due"] else ", no day said"
    ask.settle(
        f"{more['to']} is offered {more['amount']} {currency} ({more['kind']}){what}{due}. "
        "They may say no, and need no reason.",
        manner,
    )
    return more


_PAYMENTS = {
    "fee": "a thank-you in money, an honorarium",
    "wage": "pay for employment",
    "expense-refund": "money they spent, paid back",
    "expense-in-advance": "money for what they will have to spend",
    "voucher": "a voucher",
    "in-kind": "something other than money",
    "time-credit": "hours in a time bank",
}


def grant(
    ws: Workspace, to: str | None, kinds: tuple[str, ...], limits: dict[str, Any], manner: Manner
) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """``tally power grant``."""
    from cli.dates import parse_day

    ask, more = Asking(ws), dict(limits)
    to = ask.need(to, "to", "To whom?", ws.people.find)
    kinds = ask.choose_some(kinds, "kinds", "What may they do?", POWER_WORDS)
    _project(ws, ask, more, "Only in one project? (its name; empty: everywhere)")
    more["until"] = ask.more(
        more["until"], "Until when? (2026-12-31; empty: until it is taken back)", parse_day
    )
    where = f"in {more['project']}" if more["project"] else "everywhere"
    end = f"until {more['until']}" if more["until"] else "until it is taken back"
    may = "; ".join(POWER_WORDS.get(kind, kind) for kind in kinds)
    ask.settle(f"{to} may, {where} and {end}: {may} ({', '.join(kinds)}).", manner)
    return to, kinds, more


def decision(ws: Workspace, given: dict[str, Any], manner: Manner) -> dict[str, Any]:
    """``tally decision open``, but for the options themselves (``question.py``)."""
    from cli.dates import parse_day

    ask, more = Asking(ws), dict(given)
    more["question"] = ask.need(more["question"], "question", "What is the question?")
    if not (more["options"] or more["pool"] or more["pool_file"]):
        ask.begin()
    if not more["everywhere"]:
        _project(ws, ask, more, "For which project? (empty: the whole programme)")
        more["everywhere"] = ask.asked and not more["project"]
    more["method"] = ask.choose(
        more["method"], "method", "How is it decided?", METHOD_WORDS, default="simple-majority"
    )
    _voters(ws, ask, more)
    more["last_day"] = ask.more(
        more["last_day"], "What is the last day to vote? (2026-06-01; empty: none)", parse_day
    )
    whom = f"the seats of {more['body']}" if more["by_seats"] else f"{len(more['voters'])} people"
    more["settle"] = lambda keys: ask.settle(
        f"«{more['question']}» is put to {whom}: {', '.join(keys)}; "
        f"{METHOD_WORDS.get(more['method'], more['method'])}; "
        + (f"last day {more['last_day']}" if more["last_day"] else "no last day")
        + ". None of it can be changed afterwards.",
        manner,
    )
    return more


def _voters(ws: Workspace, ask: Asking, more: dict[str, Any]) -> None:
    """Ask who may vote: the seats of a body, if there is one, or people by name."""
    from cli.recording import standing
    from domain.membership import Person

    said = ("voters", "voters_file", "by_seats", "eligible", "drawers")
    if not ask.asked or any(more[name] for name in said):
        return
    bodies = [str(thing.name or thing.id) for thing in ws.register("body").things.values()]
    if bodies:
        more["body"] = ask.more(
            more["body"],
            f"The voting seats of which body? (empty: people by name) {'; '.join(bodies[:9])}",
            lambda text: ws.find("body", text),
        )
        more["by_seats"] = more["body"] is not None
    if more["by_seats"]:
        return
    more["voters"] = ask.names(
        (), "Who may vote? (names with commas; empty: everybody who takes part)", ws.people.find
    )
    if not more["voters"]:
        where = ws.find("project", more["project"])
        everybody = ws.people.things
        more["voters"] = tuple(p for p in everybody if standing(ws, Person, p).takes_part(where))


def _project(
    ws: Workspace, ask: Asking, more: dict[str, Any], question: str, *, must: bool = False
) -> None:
    """Ask which project, unless it was given or there is none to ask about."""
    names = [str(thing.name or thing.id) for thing in ws.register("project").things.values()]
    if not ask.asked or more["project"] or not names or (must and len(names) == 1):
        return
    listed = "; ".join(names[:9])
    while True:
        found = ask.more(None, f"{question} {listed}", lambda text: ws.find("project", text))
        if found or not must:
            more["project"] = found
            return


def _a_name(text: str) -> None:
    if not any(letter.isalnum() for letter in text):
        raise WrongInput("That is no name.", "Any name will do that the project knows them by.")


def _way(route: str) -> str:
    return ROUTE_WORDS.get(route, "the way in is not known yet")


def _known(answer: str | None) -> str | None:
    return "unknown" if answer is not None and answer.casefold() in UNSURE else answer


def _unless_unsure(check: Any) -> Any:
    return lambda text: None if text.casefold() in UNSURE else check(text)
