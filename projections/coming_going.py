"""How people came, who let them in, and who stayed, paused, left or came back.

A person is counted once, under the side they acted for when they first came; two linked pseudonyms
are one person. Somebody who left one project and goes on in another is «taking part» unless the
last that was recorded of them, in what was asked for, is that they paused or left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projections.facts import Fact
from projections.given import Given
from projections.lines import Lines, Things, by_side, joined
from projections.linked import Linked
from projections.lived import Lived
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import ALL_STAGES

ENROLLED = "person-enrolled/v1"
PAUSED = "person-paused/v1"
RETURNED = "person-returned/v1"
LEFT = "person-left/v1"
WAY_IN = "way-in-offered/v1"
COMING_TYPES = frozenset({ENROLLED, PAUSED, RETURNED, LEFT, WAY_IN})

ROUTES = {
    "open-call": "open call",
    "invited-by-staff": "invited by staff",
    "invited-by-peer": "invited by a peer",
    "through-organisation": "through an organisation",
    "elected": "elected",
    "sortition": "drawn by lot",
    "employed": "employed",
    "founder": "founder",
    "other": "another way",
    "unknown": "not known",
    "": "not recorded",
}
WAYS = {
    "pause": "a pause",
    "other-role": "another role",
    "other-project": "another project",
    "other-time": "another time",
    "from-afar": "from afar",
    "later": "later",
}
Events = tuple[int, ...]


@dataclass(slots=True)
class _People:
    """Everybody as asked: side and entries of their coming, and what became of them."""

    linked: Linked
    side: dict[str, str] = field(default_factory=dict)
    came: dict[str, Events] = field(default_factory=dict)
    first: dict[str, Fact] = field(default_factory=dict)
    last: dict[str, Fact] = field(default_factory=dict)
    back: dict[str, Events] = field(default_factory=dict)


def coming_lines(lived: Lived, lines: Lines, works: Iterable[Given]) -> None:
    """Add the lines of coming, staying and leaving; ``works`` say at which stages people gave."""
    people = _everybody(lived)
    in_span = {fact.index for fact in lived.acts(ENROLLED)}
    new = {
        person: people.came[person]
        for person, fact in people.first.items()
        if fact.index in in_span
    }
    came = by_side(new, people.side)
    _ways_in(lines, people, came)
    _gatekeepers(lived, lines, people, came)
    _staying(lines, people, works)
    _leaving(lived, lines, people)


def _everybody(lived: Lived) -> _People:
    people = _People(lived.linked)
    for fact in lived.lasting(ENROLLED):
        if not lived.here(fact):
            continue
        person = lived.linked.one(fact.body["person"])
        if person in people.first:
            continue
        side, because = lived.side(fact, fact.body["person"])
        people.first[person] = fact
        people.side[person] = side
        people.came[person] = (fact.index, because)
    for fact in lived.lasting(PAUSED, RETURNED, LEFT):
        if not _concerns(lived, fact):
            continue
        person = lived.linked.one(fact.body["person"])
        if person not in people.first and lived.asked.project is not None:
            continue
        people.last[person] = fact
        people.side.setdefault(person, lived.side(fact, fact.body["person"])[0])
        people.came.setdefault(person, ())
        if fact.type == RETURNED:
            people.back[person] = (*people.back.get(person, ()), fact.index)
    return people


def _ways_in(lines: Lines, people: _People, came: dict[str, dict[str, Events]]) -> None:
    for side, all_of_it in came.items():
        if not all_of_it:
            continue
        lines.add("way in", "all who came", side, all_of_it)
        by_route: dict[str, dict[str, Events]] = {route: {} for route in ROUTES}
        for person, events in all_of_it.items():
            by_route[people.first[person].body.get("route", "")][person] = events
        used = [(ROUTES[route], some) for route, some in by_route.items() if some]
        lines.add_parts("way in", used, side, of=all_of_it)


def _gatekeepers(
    lived: Lived, lines: Lines, people: _People, came: dict[str, dict[str, Events]]
) -> None:
    """Each gatekeeper by number, in the order of the first whom they let in; never by name.

    People of the community who invite others are peers and no gate: they share one line.
    """
    keepers: dict[str, str] = {}
    gates = 0
    new = {person for some in came.values() for person in some}
    for person, fact in people.first.items():
        if person in new and "invited_by" in fact.body:
            keeper = lived.linked.one(fact.body["invited_by"])
            if keeper not in keepers:
                acting = lived.side(fact, fact.body["invited_by"])[0]
                gates += acting != COMMUNITY
                who = f"gatekeeper {gates}, for {FOR[acting]}"
                keepers[keeper] = PEERS if acting == COMMUNITY else who
    order = {who: at for at, who in enumerate(dict.fromkeys(keepers.values()))}
    for side, all_of_it in came.items():
        let_in: dict[str, dict[str, Events]] = defaultdict(dict)
        nobody: dict[str, Events] = {}
        for person, events in all_of_it.items():
            by = people.first[person].body.get("invited_by")
            if by is None:
                nobody[person] = events
            else:
                let_in[keepers[lived.linked.one(by)]][person] = events
        parts = sorted(let_in.items(), key=lambda part: order[part[0]])
        if nobody:
            parts.append(("nobody's invitation recorded", nobody))
        lines.add_parts("gatekeeper", parts, side, of=all_of_it)
        through_one = [some for who, some in let_in.items() if who != PEERS]
        if through_one:
            most = max(through_one, key=len)
            lines.add("gatekeeper", "the most through one", side, most, of=all_of_it)


#: Who invites others without being a gate.
PEERS = "peers, of the community"
FOR = {
    "community": "the community",
    "front-line": "the front line",
    "institution": "the institution",
    "bridging": "both sides",
    UNSAID: "nobody recorded whom",
}


def _staying(lines: Lines, people: _People, works: Iterable[Given]) -> None:
    states: dict[str, dict[str, Events]] = {"taking part": {}, "paused": {}, "left": {}}
    for person, came in people.came.items():
        last = people.last.get(person)
        state = {PAUSED: "paused", LEFT: "left"}.get(last.type if last else "", "taking part")
        states[state][person] = (*came, last.index) if last else came
    for side, all_of_it in by_side(people.came, people.side).items():
        if not all_of_it:
            continue
        parts = [(state, _of_side(some, people, side)) for state, some in states.items()]
        lines.add_parts("staying", parts, side, of=all_of_it)
        back = _of_side(people.back, people, side)
        if back:
            lines.add("staying", "came back", side, back, of=all_of_it)
    _staying_by_stage(lines, people, states, works)


def _staying_by_stage(
    lines: Lines, people: _People, states: Mapping[str, Things], works: Iterable[Given]
) -> None:
    """Of those who gave at a stage: who takes part, paused, left; at two stages, in both."""
    gave: dict[str, dict[str, Events]] = {stage: {} for stage in ALL_STAGES}
    for work in works:
        for giver in work.givers:
            person = people.linked.one(giver.id)
            if person in people.came:
                gave[work.stage].setdefault(person, (work.fact.index,))
    for stage, some in gave.items():
        for side, all_of_it in by_side(some, people.side).items():
            parts = [
                (
                    f"{stage}: {state}",
                    {who: (*at, *now[who]) for who, at in all_of_it.items() if who in now},
                )
                for state, now in states.items()
            ]
            lines.add_parts(BY_STAGE, parts, side, of=all_of_it)


#: Where those stand now who gave at a stage.
BY_STAGE = "staying, by stage at which they gave"


def _of_side(things: Things, people: _People, side: str) -> dict[str, Events]:
    return {person: events for person, events in things.items() if people.side[person] == side}


def _leaving(lived: Lived, lines: Lines, people: _People) -> None:
    left: dict[str, Fact] = {}
    for fact in lived.acts(LEFT):
        if _concerns(lived, fact):
            person = lived.linked.one(fact.body["person"])
            if person in people.side:
                left[person] = fact
    ways = _ways_offered(lived)
    gone = {person: (fact.index,) for person, fact in left.items()}
    for side, mine in by_side(gone, people.side).items():
        if not mine:
            continue
        lines.add("leaving", "all who left", side, mine)
        at: dict[str, dict[str, Events]] = {stage: {} for stage in ALL_STAGES}
        for person, events in mine.items():
            at[left[person].body.get("stage", "unsorted")][person] = events
        parts = [
            (f"at {stage}: {ALL_STAGES[stage].lower()}", some) for stage, some in at.items() if some
        ]
        lines.add_parts("leaving", parts, side, of=mine)
        seen = {p: e for p, e in mine.items() if left[p].body.get("seen")}
        said = {p: e for p, e in mine.items() if "reason" in left[p].body.get("has", ())}
        lines.add("leaving", "only seen to be gone", side, seen, of=mine)
        lines.add("leaving", "gave a reason of their own", side, said, of=mine)
        _other_ways(lines, side, mine, ways)


def _concerns(lived: Lived, fact: Fact) -> bool:
    """Whether it is about the project asked for; leaving the programme is leaving each of them."""
    return lived.here(fact) or "project" not in fact.body


def _ways_offered(lived: Lived) -> dict[str, dict[str, Events]]:
    """By person the ways that were offered, each with its entries; whenever it was."""
    found: dict[str, dict[str, Events]] = defaultdict(dict)
    for fact in lived.lasting(WAY_IN):
        if _concerns(lived, fact):
            person, way = lived.linked.one(fact.body["person"]), fact.body["way"]
            found[person][way] = (*found[person].get(way, ()), fact.index)
    return found


def _other_ways(
    lines: Lines, side: str, left: dict[str, Events], ways: dict[str, dict[str, Events]]
) -> None:
    """Of those who left: who had another way in offered, and which."""
    pairs: dict[str, list[tuple[str, Events]]] = defaultdict(list)
    for person, events in left.items():
        offered = {way: at for way, at in ways.get(person, {}).items() if way != "none"}
        if offered:
            because = tuple(index for at in offered.values() for index in at)
            pairs["offered"].append((person, (*events, *because)))
        elif "none" in ways.get(person, {}):
            pairs["said to be none"].append((person, (*events, *ways[person]["none"])))
        else:
            pairs["not recorded"].append((person, events))
        for way, at in offered.items():
            pairs[WAYS[way]].append((person, (*events, *at)))
    whole = ("offered", "said to be none", "not recorded")
    lines.add_parts(
        "another way in",
        [(what, joined(pairs[what])) for what in whole if pairs[what]],
        side,
        of=left,
    )
    for what in WAYS.values():
        if pairs[what]:
            lines.add("another way in", what, side, joined(pairs[what]), of=left)
