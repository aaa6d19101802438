"""Concern indicators about people: T9, T11, T12 and T19 of domain.md section 9 (limits ‡)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from projections import about_people
from projections.coming_going import COMING_TYPES, ENROLLED, LEFT, PAUSED, RETURNED, WAY_IN
from projections.concern import FIRES, QUIET, STAFF, UNKNOWN, Concern, Evidence, Indicator
from projections.facts import Fact
from projections.matter import day_of
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many

HANDED_OVER = "role-handed-over/v1"
NEEDS = COMING_TYPES | about_people.LINE_TYPES | {about_people.TOLD, HANDED_OVER}

#: T9: ways that staff control; so many people at least; the share that is too much (‡).
STAFF_WAYS = frozenset({"invited-by-staff", "employed"})
ENTRANTS, HALF = 10, 50
#: T12 and T19: days; T19: the share to be told (‡).
DAYS, TOLD_SHARE = 30, 90


def narrow_entry(evidence: Evidence) -> Concern:
    """T9: one staff-controlled way or gatekeeper admits half or more of community people."""
    first: dict[str, Fact] = {}
    unsaid: dict[str, Fact] = {}
    for fact in filter(evidence.lived.here, evidence.lived.lasting(ENROLLED)):
        person = evidence.given.linked.one(fact.body["person"])
        side = evidence.acted_for(fact, fact.body["person"])
        if side in {COMMUNITY, UNSAID}:
            (first if side == COMMUNITY else unsaid).setdefault(person, fact)
    if len(first) < ENTRANTS:
        words = f"{many(len(first), 'person', 'people')} of the community; {ENTRANTS} are needed"
        return Concern(UNKNOWN, words, None, len(first))
    doors, unknown = _doors(evidence, first.values())
    widest = max(doors.values(), key=len, default=[])
    words = f"one door that staff control let in {len(widest)} of {len(first)}"
    if 100 * len(widest) >= HALF * len(first):
        return Concern(FIRES, words, len(widest), len(first), tuple(sorted(widest)))
    if 100 * (len(widest) + unknown) >= HALF * len(first):
        words += f"; by what way, or by whose hand, {unknown} more came is not recorded"
        return Concern(UNKNOWN, words, None, len(first))
    # Whoever came and never said for whom they act may be of the community too.
    beside, ways = _doors(evidence, [unsaid[person] for person in unsaid.keys() - first.keys()])
    for door in {*doors, *beside}:
        more = ways + len(beside.get(door, ()))
        if 100 * (len(doors.get(door, ())) + unknown + more) >= HALF * (len(first) + more):
            words += f"; for whom {many(more, 'more person', 'more people')} act is not recorded"
            return Concern(UNKNOWN, words, None, len(first))
    return Concern(QUIET, words, len(widest), len(first))


def _doors(evidence: Evidence, came: Iterable[Fact]) -> tuple[dict[str, list[int]], int]:
    """Who came by each door that staff control, and how many by one that is not recorded."""
    doors: defaultdict[str, list[int]] = defaultdict(list)
    unknown = 0
    for fact in came:
        route, by = fact.body.get("route", "unknown"), fact.body.get("invited_by")
        if route == "invited-by-peer":
            continue  # recruitment by peers is no gate, whoever they are paid by
        if route in STAFF_WAYS:
            doors[route].append(fact.index)
        keeper = evidence.acted_for(fact, by) if by is not None else ""
        if by is not None and keeper in STAFF:
            doors[evidence.given.linked.one(by)].append(fact.index)
        unknown += route not in STAFF_WAYS and (
            keeper == UNSAID or (route == "unknown" and by is None)
        )
    return doors, unknown


#: Wherever it is that somebody leaves next.
_ANY = "any"


def left_without_another_way(evidence: Evidence) -> Concern:
    """T11: people leave with no pause, return or other way in offered.

    Whoever came back and leaves again is offered something again, or was not.
    """
    of_it = _of_project(evidence)
    left: dict[str, Fact] = {}
    #: Where each has left, and where something was offered to who left, or would leave, there.
    gone: defaultdict[str, dict[str, Fact]] = defaultdict(dict)
    softened: defaultdict[str, set[str]] = defaultdict(set)
    for fact in sorted(evidence.lived.lasting(LEFT, PAUSED, RETURNED, WAY_IN), key=_in_time):
        person, where = evidence.given.linked.one(fact.body["person"]), fact.body.get("project", "")
        if fact.type == LEFT and of_it(fact):
            left[person] = gone[person][where] = fact
            softened[person] |= {where} if _ANY in softened[person] else set()
        elif fact.type == PAUSED:
            softened[person].add(where)
        elif fact.type == RETURNED:
            gone[person].pop(where, None)
            softened[person] -= {where, _ANY}
        elif fact.type == WAY_IN and fact.body["way"] != "none":
            softened[person] |= {_ANY, *gone[person]}
    bare = {
        person: fact
        for person, places in gone.items()
        for where, fact in places.items()
        if softened[person].isdisjoint({where, ""})
    }
    side = {person: evidence.acted_for(fact, fact.body["person"]) for person, fact in left.items()}
    ours = [person for person, said in side.items() if said == COMMUNITY]
    fired = [bare[person] for person in ours if person in bare]
    if fired:
        words = f"{len(fired)} of {len(ours)} who left"
        events = tuple(sorted(fact.index for fact in fired))
        return Concern(FIRES, words, len(fired), len(ours), events)
    whose = [person for person in bare if side[person] == UNSAID]
    if whose:
        words = f"for whom {len(whose)} more who left acted is not recorded"
        return Concern(UNKNOWN, words, None, len(ours) or None)
    if not ours:
        return Concern(UNKNOWN, "nobody of the community is recorded as having left")
    return Concern(QUIET, f"of {len(ours)} who left none", 0, len(ours))


def _in_time(fact: Fact) -> tuple[date, int]:
    """When it was, as far as is known, else when it was written down."""
    return day_of(fact)[1] or fact.day or date.min, fact.index


def _of_project(evidence: Evidence) -> Callable[[Fact], bool]:
    """Whether an entry is of the project asked for; who leaves the programme leaves each."""
    lived, one = evidence.lived, evidence.given.linked.one
    came = {one(fact.body["person"]) for fact in filter(lived.here, lived.lasting(ENROLLED))}
    return lambda fact: (
        lived.here(fact) or ("project" not in fact.body and one(fact.body["person"]) in came)
    )


def lost_handover(evidence: Evidence) -> Concern:
    """T12: a staff role ended, and no successor or handover within 30 days."""
    ended: defaultdict[str, list[Fact]] = defaultdict(list)
    passed: defaultdict[str, list[Fact]] = defaultdict(list)
    staff: set[str] = set()
    for fact in filter(_of_project(evidence), evidence.lived.lasting(LEFT, HANDED_OVER)):
        person = evidence.given.linked.one(fact.body["person"])
        side = evidence.acted_for(fact, fact.body["person"])
        if side in STAFF:
            staff.add(person)
        if fact.type == HANDED_OVER and "to" in fact.body:
            passed[person].append(fact)
        elif side in {*STAFF, UNSAID}:
            ended[person].append(fact)
    lost: list[Fact] = []
    waiting = whose = 0
    for person, facts in ended.items():
        bare = [one for one in facts if not any(_near(one, given) for given in passed[person])]
        over = [one for one in bare if not _waits(_day(one), evidence.today)]
        if person not in staff:
            whose += bool(bare)
            continue
        lost += over[:1]
        waiting += bool(bare and not over)
    roles = len(staff)
    if lost:
        words = f"{len(lost)} of {roles} staff roles that ended"
        events = tuple(sorted(fact.index for fact in lost))
        return Concern(FIRES, words, len(lost), roles, events)
    if whose:
        words = f"for whom {whose} more who left acted is not recorded"
        return Concern(UNKNOWN, words, None, roles or None)
    if not roles or waiting:
        words = f"{waiting} ended within {DAYS} days" if waiting else "no staff role has ended"
        return Concern(UNKNOWN, words, None, roles or None)
    return Concern(QUIET, f"of {many(roles, 'staff role')} none", 0, roles)


def _day(fact: Fact) -> date | None:
    return day_of(fact)[1] or fact.day


def _waits(ended: date | None, today: date | None) -> bool:
    """Whether the days in which it may still be handed over are not over."""
    return ended is not None and today is not None and (today - ended).days <= DAYS


def _near(ended: Fact, handed: Fact) -> bool:
    """Whether what somebody handed over may be the role that ended: there, and at that time."""
    places = {ended.body.get("project", ""), handed.body.get("project", "")}
    if len(places - {""}) > 1:
        return False
    one, other = _day(ended), _day(handed)
    if one is None or other is None:
        return True  # a handover is recorded, and nobody can say that it came too late
    return abs(other - one) <= timedelta(days=DAYS)


def not_told(evidence: Evidence) -> Concern:
    """T19: under 90 % of people were told within 30 days of what is recorded about them."""
    lines, one = evidence.lines, evidence.given.linked.one
    tellings: defaultdict[str, list[Fact]] = defaultdict(list)
    for (person, _), fact in lines.told_one.items():
        tellings[one(person)].append(fact)
    for person, facts in lines.told_all.items():
        tellings[one(person)] += facts
    states = Counter[str]()
    late: list[int] = []
    for person, (first, since) in _first_lines(evidence).items():
        state = _told(tellings[person], since, evidence.today)
        states[state] += 1
        if state == "late":
            late.append(first)
    looked = states["told"] + states["late"]
    if looked < evidence.least:
        words = many(looked, "person", "people")
        words += f" whose {DAYS} days are over; {evidence.least} are needed"
        return Concern(UNKNOWN, words, None, looked)
    share = 100 * states["told"] / looked
    words = f"{states['told']} of {looked} were told within {DAYS} days"
    if share < TOLD_SHARE:
        return Concern(FIRES, words, states["late"], looked, tuple(sorted(late)))
    return Concern(QUIET, words, states["late"], looked)


def _first_lines(evidence: Evidence) -> Mapping[str, tuple[int, date]]:
    """The first line about each person, and the first known day on which one was written."""
    first: dict[str, int] = {}
    since: dict[str, date] = {}
    for written in evidence.lines.written:
        begun, day = min(zip(written.indexes, written.days, strict=True))
        day = day or min((day for day in written.days if day), default=None)
        for person in written.others:
            first[person] = min(begun, first.get(person, begun))
            if day is not None:
                since[person] = min(day, since.get(person, day))
    found: dict[str, tuple[int, date]] = {}
    for name, day in since.items():
        if name.startswith("person:"):
            person = evidence.given.linked.one(name)
            index, earlier = found.get(person, (first[name], day))
            found[person] = min(index, first[name]), min(earlier, day)
    return found


def _told(tellings: Iterable[Fact], first: date, today: date | None) -> str:
    """``told`` within the days, ``late`` or not at all, or ``open`` while they run."""
    told = [fact.day for fact in tellings if fact.day is not None]
    if any(first <= day <= first + timedelta(days=DAYS) for day in told):
        return "told"
    return "open" if today is None or (today - first).days <= DAYS else "late"


INDICATORS = (
    Indicator(
        "T9",
        "narrow entry",
        f"One way or one person that staff control let in {HALF} % or more of community people, of "
        f"{ENTRANTS} or more. Recruitment by peers never fires it.",
        "people who come by other ways",
        "person",
        narrow_entry,
    ),
    Indicator(
        "T11",
        "left without another way",
        "People who act for the community left, and no pause, return or other way in is recorded.",
        "another way in offered to them",
        "person",
        left_without_another_way,
    ),
    Indicator(
        "T12",
        "lost handover",
        f"A staff role ended, and no successor or handover is recorded within {DAYS} days.",
        "the handover recorded, with a successor",
        "role",
        lost_handover,
    ),
    Indicator(
        "T19",
        "not told",
        f"Under {TOLD_SHARE} % of people were told within {DAYS} days what is recorded about them.",
        "telling them, in a form they can use",
        "person",
        not_told,
    ),
)
