"""Who decides: people by name, the voting seats of a body, or those who draw from a pool.

A pool is people by name; in the record each is a key (p01, p02 …) and a pseudonym, with whom they
act for as they last declared it, so that a quota has something to count.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cli.workspace import Workspace

CAUSES = ("not-eligible", "interest", "employer-limit", "late", "not-reached", "other")


def electorate(ws: Workspace, more: dict[str, Any]) -> dict[str, Any]:
    """The fields that say who decides, how ballots come in, and who was left out.

    Raises:
        WrongInput: a name is nobody's, or two ways of saying who decides are mixed.
    """
    from cli.errors import WrongInput

    body = ws.find("body", more["body"])
    voters = [*more["voters"], *people_in_file(more["voters_file"])]
    draws = more["method"] == "sortition"
    if draws and voters:
        raise WrongInput("Nobody votes in a draw.", "Say who draws: --drawer PERSON, twice or more")
    if (more["drawers"] or more["pool"] or more["pool_file"] or more["quotas"]) and not draws:
        raise WrongInput(
            "A pool, who draws from it and quotas belong to a draw.", "Add --method sortition"
        )
    if more["by_seats"] and (voters or more["drawers"]):
        raise WrongInput(
            "The electorate are the seats of a body, or people by name.",
            "Leave out one of the two; who may not vote is named by --left-out",
        )
    fields: dict[str, Any] = {
        "body": body,
        "electorate": [ws.people.find(name) for name in (more["drawers"] if draws else voters)],
        "eligible": more["eligible"],
        "left_out": [_left_out(ws, text) for text in more["left_out"]],
        "ballots": more["ballots"],
        "tellers": [ws.people.find(teller) for teller in more["tellers"]],
        "quorum": more["quorum"] or (len(more["drawers"]) if draws else 1),
        "quotas": [_quota(text) for text in more["quotas"]],
    }
    if more["by_seats"] or more["chair_breaks_ties"]:
        fields |= _seats(ws, body, fields, more)
    return fields


def _seats(
    ws: Workspace, body: str | None, fields: dict[str, Any], more: dict[str, Any]
) -> dict[str, Any]:
    from cli.errors import WrongInput
    from cli.recording import standing
    from domain.body import Body

    if body is None or not more["by_seats"]:
        raise WrongInput(
            "Which body's seats vote is not said.", "Add --body BODY --by-seats, or name --voter"
        )
    state, today = standing(ws, Body, body), ws.today().isoformat()
    out = {left.get("person") for left in fields["left_out"]}
    found: dict[str, Any] = {
        "by_seats": True,
        "electorate": sorted(state.voters(today) - out),
        "quorum": more["quorum"] or state.quorum or 1,
    }
    if more["chair_breaks_ties"]:
        chairs = state.chairs(today)
        if len(chairs) != 1:
            raise WrongInput(
                f"{len(chairs)} people chair {ws.register('body').label(body)}.",
                "Only a chair alone can break a tie: tally body chair BODY PERSON",
            )
        found["casting"] = next(iter(chairs))
    return found


def pool(ws: Workspace, more: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a draw: a key for each person of the pool, in the order given."""
    names = [*more["pool"], *people_in_file(more["pool_file"])]
    people = [ws.people.find(name) for name in names]
    width = max(2, len(str(len(people))))
    return [
        {"option": f"p{n:0{width}}", "person": person, "side": side_of(ws, person)}
        for n, person in enumerate(people, 1)
    ]


def side_of(ws: Workspace, person: str) -> str:
    """Whom a person acts for, as last declared."""
    from projections.payload import decoded

    item = (frozenset({"acting-for-declared/v1"}), frozenset({person}))
    side = "unsaid"
    for entry in ws.ledger.matching([item]):
        if entry.envelope is not None:
            body = decoded(entry.index, entry.envelope)["body"]
            side = body["side"] if body["person"] == person else side
    return side


def _quota(text: str) -> dict[str, Any]:
    from cli.choices import SIDES
    from cli.errors import WrongInput

    side, _, number = text.partition("=")
    if side.strip() not in SIDES or not number.strip().isdecimal():
        raise WrongInput(
            f"--quota {text}: a side, and how many.",
            f"Write SIDE=N, with a side of {', '.join(SIDES)}.",
        )
    return {"side": side.strip(), "seats": int(number)}


def people_in_file(file: str | None) -> list[str]:
    """Names or ids, one a line; empty lines and those that begin with # are left out.

    Raises:
        WrongInput: the file cannot be read as text.
    """
    from cli.errors import WrongInput

    if file is None:
        return []
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongInput(
            f"{file} cannot be read: {error}.", "Give a text file in UTF-8."
        ) from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _left_out(ws: Workspace, text: str) -> dict[str, Any]:
    from cli.errors import WrongInput
    from cli.recording import payee

    who, _, cause = text.rpartition("=")
    if cause not in CAUSES or not who:
        raise WrongInput(
            f"--left-out {text}: who, and a cause.", f"Write WHO=CAUSE: {', '.join(CAUSES)}."
        )
    who = who.strip()
    if who.isdecimal():
        return {"cause": cause, "number": int(who)}
    found = payee(ws, who)
    return {"cause": cause, "group" if found.startswith("group:") else "person": found}
