"""Parts of a decision's dossier: options, electorate, inputs, interests, objections, what was done.

Each function adds lines to a ``Dossier``. Numbers of secret ballots among fewer than ten people
are left out, for they would tell who voted how (domain.md section 10).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from projections.behind import day_said
from projections.cited import WORDS, Acts
from projections.decided import (
    ATTESTED,
    CLOSED,
    IMPORTED,
    INTERESTED,
    MANAGED,
    OBJECTED,
    RECUSED,
    REVEALED,
    SEALED,
    UNOBJECTED,
    VOTED,
    Decided,
)
from projections.decisions import own
from projections.dossier import Dossier, money, option_words, words
from projections.drawn import told_of
from projections.facts import Fact
from projections.linked import Linked
from projections.origins import ANSWERED, CITED, Origins
from projections.result import Amount
from projections.sides import UNSAID, Sides

_SAID_OF_SIDE = {UNSAID: "not recorded"}


def side_words(sides: Sides, person: str, project: str | None, index: int) -> tuple[str, int]:
    """Give whom a person acts for, in words, and the entry that says so (-1: nothing does)."""
    side, because = sides.at(person, project, index)
    return _SAID_OF_SIDE.get(side, side), because


def options(made: Dossier, one: Decided) -> None:
    """Add each option: who put it forward, its words, and what it got."""
    counted, opened, here = one.counted, one.opened, (one.fact.index,)
    came = tuple(fact.index for fact in one.of(VOTED, ATTESTED, IMPORTED, SEALED, REVEALED))
    shown = not one.few
    tally = counted["tally"]
    support = {item.option: item.votes for item in tally.support}
    against = {item.option: item.votes for item in tally.against}
    # Of an open ranking the order would be a forecast; of a secret one among few, the places show.
    places = counted["places"] if opened.ballots == "open" or one.closed else ()
    place = {key: n for n, alike in enumerate(places, 1) for key in alike}
    for option in opened.options:
        number: int | None
        key = option.option
        said = ["do nothing"] if option.nothing else []
        said += ["stands"] if option.person else []
        said += [f"costs {option.cost}"] if option.cost else []
        said += ["chosen"] if key in one.chosen else []
        if key in place:
            number, unit = place[key], "place, shared" if _shares(places, key) else "place"
        else:
            number, unit = support.get(key) if shown else None, "vote for"
        made.add(
            "Options",
            key,
            (*here, *came),
            who=option.person or option.put_by,
            side=option.side if option.side != UNSAID else None,
            said=", ".join([*([option.put_by_group] if option.put_by_group else []), *said]),
            number=number,
            unit=unit if number is not None else None,
            electorate=opened.voters if number is not None else None,
            words=option_words(one.fact, key),
        )
        if shown and against.get(key):
            made.add(
                "Options",
                f"{key}, against",
                (*here, *came),
                number=against[key],
                unit="vote against",
                electorate=opened.voters,
            )


def _shares(places: Any, key: str) -> bool:
    return any(key in alike and len(alike) > 1 for alike in places)


def electorate(made: Dossier, one: Decided, sides: Sides, linked: Linked) -> None:
    """Add how many may vote, by side; who is one person; who was left out; and what each did."""
    opened, here = one.opened, (one.fact.index,)
    made.add(
        "Electorate",
        "draw" if one.draws else "may vote",
        here,
        number=opened.voters,
        unit="person",
        said="known as a number alone" if opened.eligible else None,
    )
    by_side: Counter[str] = Counter()
    because: defaultdict[str, set[int]] = defaultdict(set)
    for person in opened.electorate:
        side, at = side_words(sides, person, opened.project, one.fact.index)
        by_side[side] += 1
        because[side] |= {at} - {-1}
    for side, number in sorted(by_side.items()):
        made.add(
            "Electorate",
            "acting for",
            (*here, *because[side]),
            key=f"side.{side}",
            side=side,
            number=number,
            unit="person",
        )
    names: defaultdict[str, list[str]] = defaultdict(list)
    for person in opened.electorate:
        names[linked.one(person)].append(person)
    for first, alike in names.items():
        if len(alike) > 1:
            made.add(
                "Electorate",
                "said to be one person",
                (*here, *linked.events),
                key=f"one.{first}",
                who=", ".join(alike),
            )
    for at, left in enumerate(opened.left_out):
        made.add(
            "Electorate",
            "left out",
            here,
            key=f"left-out.{left.person or ''}.{at}",
            who=left.person,
            said=", ".join(filter(None, [left.group, left.cause])),
            number=left.number,
            unit="person" if left.number else None,
        )
    if not opened.left_out:
        made.nothing("Electorate", "left out", here)
    _voters(made, one, sides)


def _voters(made: Dossier, one: Decided, sides: Sides) -> None:
    """Each person on it with their ballot, where the record says of each whether they voted."""
    if one.opened.ballots == "imported":
        return
    cast = {str(fact.body["voter"]): fact for fact in one.of(VOTED)}
    given = {str(person): fact for fact in one.of(ATTESTED) for person in fact.body["voted"]}
    back = {str(fact.body["person"]): fact for fact in one.of(RECUSED)}
    for person in one.opened.electorate:
        side, at = side_words(sides, person, one.opened.project, one.fact.index)
        fact = cast.get(person) or given.get(person) or back.get(person)
        said = "" if one.draws else _ballot(person, cast, given, back)
        if one.draws:
            said, fact = told_of(one, person)
        events = {one.fact.index, *({fact.index} if fact else ()), *({at} - {-1})}
        made.add(
            "Voters",
            "draws" if one.draws else "voter",
            events,
            key=person,
            who=person,
            side=side,
            said=said,
            day=day_said(fact) if fact else None,
            words=words(fact, "reason") if fact else None,
        )


def _ballot(
    person: str, cast: Mapping[str, Fact], given: Mapping[str, Fact], back: Mapping[str, Fact]
) -> str:
    if person in back:
        return "stepped back"
    if person in given:
        return "was given a ballot; it is secret"
    if person not in cast:
        return "no ballot recorded"
    body = cast[person].body
    ranked = " > ".join(" = ".join(alike) for alike in body.get("ranking", ()))
    chosen = ranked or ", ".join(body.get("approves", ())) or body.get("choice")
    said = f"for {chosen}" if chosen else "abstained"
    against = ", ".join(body.get("against", ()))
    said += f"; against {against}" if against else ""
    recorded = body.get("for")
    return f"{said} (recorded for them, with a witness)" if recorded else said


def inputs(made: Dossier, one: Decided, origins: Origins) -> None:
    """Add what was weighed, cited or answered by it, and what was meant for it and was not."""
    for id_ in one.opened.inputs:
        fact = origins.given.get(id_)
        made.add(
            "Inputs",
            "contribution weighed",
            (one.fact.index, *([fact.index] if fact else [])),
            key=id_,
            said=id_,
            words=words(fact, "what") if fact else None,
        )
    answered: dict[str, list[Fact]] = {}
    for fact in origins.taken.get(one.id, ()):
        if fact.type in {ANSWERED, CITED}:
            answered.setdefault(fact.body["input"], []).append(fact)
    for id_, some in answered.items():
        said = origins.inputs.get(id_)
        ways = list(origins.said(id_))
        for fact in some:
            cited = fact.type == CITED
            made.add(
                "Inputs",
                "cited" if cited else "answered",
                (fact.index, *(index for way in ways for index in way.events)),
                key=f"{id_}.{fact.index}",
                side=", ".join(sorted(side for way in ways for side in way.sides)),
                said=id_ if cited else f"{fact.body['outcome']}",
                day=day_said(fact),
                words=words(fact, "note" if cited else "reasons")
                or (words(said, "title") if said else None),
            )
    meant = [
        fact
        for id_, fact in origins.inputs.items()
        if fact.body.get("decision") == one.id and id_ not in answered
    ]
    for fact in meant:
        made.add(
            "Inputs",
            "meant for it, neither cited nor answered by it",
            (fact.index,),
            key=f"meant.{fact.index}",
            said=fact.body["input"],
            day=day_said(fact),
            words=words(fact, "title"),
        )
    if not one.opened.inputs and not answered and not meant:
        made.nothing("Inputs", "considered", (one.fact.index,))


def interests(made: Dossier, one: Decided, origins: Origins) -> None:
    """Add declared interests, how each was handled, who stepped back, and who decided on theirs."""
    ended = one.at(CLOSED)
    for fact in one.of(INTERESTED):
        late = ended is not None and fact.index > ended
        made.add(
            "Interests",
            "declared" + (" after the close" if late else ""),
            (fact.index,),
            key=f"declared.{fact.body['person']}.{fact.index}",
            who=fact.body["person"],
            said=", ".join(filter(None, [fact.body["nature"], fact.body.get("option")])),
            day=day_said(fact),
            words=words(fact, "words"),
        )
    for fact in one.of(MANAGED, RECUSED):
        made.add(
            "Interests",
            "handled" if fact.type == MANAGED else "stepped back",
            (fact.index,),
            key=f"handled.{fact.body['person']}.{fact.index}",
            who=fact.body["person"],
            said=fact.body.get("handling"),
            day=day_said(fact),
            words=words(fact, "reason"),
        )
    for person in one.unhandled:
        made.add("Interests", "not handled", one.events[:1], key=f"unhandled.{person}", who=person)
    mine, because = own(one, origins)
    for person in mine:
        made.add(
            "Interests",
            "on the electorate, and put it forward",
            because,
            key=f"own.{person}",
            who=person,
        )
    if not one.of(INTERESTED):
        made.nothing("Interests", "declared", (one.fact.index,))


def objections(made: Dossier, one: Decided) -> None:
    """Add who stood against an option, and whether that still stands."""
    taken_back = {(f.body["person"], f.body["option"]): f for f in one.of(UNOBJECTED)}
    for fact in one.of(OBJECTED):
        back = taken_back.get((fact.body["person"], fact.body["option"]))
        gone = back is not None and back.index > fact.index
        made.add(
            "Objections",
            fact.body["option"],
            (fact.index, *([back.index] if back and gone else [])),
            key=f"{fact.body['person']}.{fact.index}",
            who=fact.body["person"],
            said="taken back" if gone else "stands",
            day=day_said(fact),
            words=words(fact, "reason"),
        )


def done(made: Dossier, acts: Acts) -> None:
    """Add what was done under it: each act, and money as sums by type and currency."""
    paid: defaultdict[tuple[str, str, str, int], list[Fact]] = defaultdict(list)
    kinds = {
        fact.body["offer"]: fact.body["kind"]
        for fact in acts.facts
        if fact.type == "payment-offered/v1"
    }
    for fact in acts.facts:
        if fact.type.startswith("payment-"):
            amount = fact.body["amount"]
            kind = fact.body.get("kind") or kinds.get(fact.body.get("offer", ""), "type not said")
            paid[fact.type, kind, amount["currency"], amount["exponent"]].append(fact)
            continue
        body = fact.body
        seat = fact.type in {"seat-filled/v1", "chair-taken/v1"}
        made.add(
            "Done",
            WORDS[fact.type],
            (fact.index,),
            key=str(fact.index),
            who=body.get("person") if seat else None,
            said=body.get("outcome")
            or body.get("output")
            or body.get("problem")
            or body.get("budget")
            or body.get("action"),
            amount=money(body),
            day=day_said(fact),
            words=words(fact, "title") or words(fact, "what") or words(fact, "reasons"),
        )
    for (type_, kind, currency, exponent), some in sorted(paid.items()):
        _paid(made, WORDS[type_], kind, Amount(0, currency, exponent), some)
    if not acts.facts:
        made.nothing("Done", "under it")


def _paid(made: Dossier, item: str, kind: str, unit: Amount, some: list[Fact]) -> None:
    shares: Counter[str] = Counter()
    for fact in some:
        shares[fact.body["to"]] += fact.body["amount"]["minor"] * fact.body.get("number", 1)
    made.add(
        "Done",
        item,
        (fact.index for fact in some),
        key=f"{item}.{kind}.{unit.currency}",
        said=kind,
        number=len(some),
        unit="entry",
        amount=Amount(sum(shares.values()), unit.currency, unit.exponent),
        payees=tuple(sorted(shares.values())),
    )
