"""Concern indicators about people: T9, T11, T12 and T19 of domain.md section 9 (limits ‡)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from projections import about_people
from projections.coming_going import COMING_TYPES, ENROLLED, LEFT, PAUSED, RETURNED, WAY_IN
from projections.concern import FIRES, QUIET, STAFF, UNKNOWN, Concern, Evidence, Indicator
from projections.facts import Fact
from projections.matter import day_of
from projections.sides import UNSAID
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
    for fact in evidence.lived.lasting(ENROLLED):
        person = evidence.given.linked.one(fact.body["person"])
        if evidence.is_community(fact.body["person"]):
            first.setdefault(person, fact)
    if len(first) < ENTRANTS:
        words = f"{many(len(first), 'person', 'people')} of the community; {ENTRANTS} are needed"
        return Concern(UNKNOWN, words, None, len(first))
    doors: defaultdict[str, list[int]] = defaultdict(list)
    unknown = 0
    for fact in first.values():
        route, by = fact.body.get("route", "unknown"), fact.body.get("invited_by")
        if route == "invited-by-peer":
            continue  # recruitment by peers is no gate, whoever they are paid by
        if route in STAFF_WAYS:
            doors[route].append(fact.index)
        keeper = evidence.acting_for(by) if by is not None else ""
        if by is not None and keeper in STAFF:
            doors[evidence.given.linked.one(by)].append(fact.index)
        unknown += route not in STAFF_WAYS and (
            keeper == UNSAID or (route == "unknown" and by is None)
        )
    widest = max(doors.values(), key=len, default=[])
    share, at_most = (100 * n / len(first) for n in (len(widest), len(widest) + unknown))
    words = f"one door that staff control let in {len(widest)} of {len(first)}"
    if share >= HALF:
        return Concern(FIRES, words, len(widest), len(first), tuple(sorted(widest)))
    if at_most >= HALF:
        words += f"; by what way, or by whose hand, {unknown} more came is not recorded"
        return Concern(UNKNOWN, words, None, len(first))
    return Concern(QUIET, words, len(widest), len(first))


def left_without_another_way(evidence: Evidence) -> Concern:
    """T11: people leave with no pause, return or other way in offered."""
    last: dict[str, Fact] = {}
    softened: set[str] = set()
    for fact in evidence.lived.lasting(LEFT, PAUSED, RETURNED, WAY_IN):
        person = evidence.given.linked.one(fact.body["person"])
        if fact.type == WAY_IN and fact.body["way"] == "none":
            continue
        if fact.type == LEFT:
            last[person] = fact
        else:
            softened.add(person)
    gone = {
        person: fact for person, fact in last.items() if evidence.is_community(fact.body["person"])
    }
    bare = {person: fact for person, fact in gone.items() if person not in softened}
    if bare:
        words = f"{len(bare)} of {len(gone)} who left"
        events = tuple(sorted(fact.index for fact in bare.values()))
        return Concern(FIRES, words, len(bare), len(gone), events)
    if not gone:
        return Concern(UNKNOWN, "nobody of the community is recorded as having left")
    whose = [
        person
        for person in last.keys() - softened
        if evidence.acting_for(last[person].body["person"]) == UNSAID
    ]
    if whose:
        words = f"for whom {len(whose)} more who left acted is not recorded"
        return Concern(UNKNOWN, words, None, len(gone))
    return Concern(QUIET, f"of {len(gone)} who left none", 0, len(gone))


def lost_handover(evidence: Evidence) -> Concern:
    """T12: a staff role ended, and no successor or handover within 30 days."""
    ended: dict[str, tuple[Fact, date | None]] = {}
    passed: defaultdict[str, list[date | None]] = defaultdict(list)
    for fact in evidence.lived.lasting(LEFT, HANDED_OVER):
        person = fact.body["person"]
        day = day_of(fact)[1] or fact.day
        if fact.type == HANDED_OVER and "to" in fact.body:
            passed[person].append(day)
        elif evidence.acting_for(person) in STAFF:
            ended.setdefault(person, (fact, day))
    roles = {*ended, *(p for p in passed if evidence.acting_for(p) in STAFF)}
    lost: list[Fact] = []
    waiting = 0
    for person, (fact, day) in ended.items():
        if any(_near(day, handed) for handed in passed[person]):
            continue
        if day is not None and evidence.today is not None and (evidence.today - day).days <= DAYS:
            waiting += 1
            continue
        lost.append(fact)
    if lost:
        words = f"{len(lost)} of {len(roles)} staff roles that ended"
        events = tuple(sorted(fact.index for fact in lost))
        return Concern(FIRES, words, len(lost), len(roles), events)
    if not roles or waiting:
        words = f"{waiting} ended within {DAYS} days" if waiting else "no staff role has ended"
        return Concern(UNKNOWN, words, None, len(roles) or None)
    return Concern(QUIET, f"of {many(len(roles), 'staff role')} none", 0, len(roles))


def _near(ended: date | None, handed: date | None) -> bool:
    if ended is None or handed is None:
        return True  # a handover is recorded, and nobody can say that it came too late
    return abs(handed - ended) <= timedelta(days=DAYS)


def not_told(evidence: Evidence) -> Concern:
    """T19: under 90 % of people were told within 30 days of what is recorded about them."""
    first: dict[str, Fact] = {}
    dated: dict[str, Fact] = {}
    lines = evidence.lines
    for written in lines.written:
        begun = min(written.facts)  # facts compare by their index
        known = begun
        if begun.day is None:
            known = min((fact for fact in written.facts if fact.day is not None), default=begun)
        for person in written.others:
            first[person] = min(begun, first.get(person, begun))
            if known.day is not None:
                dated[person] = min(known, dated.get(person, known))
    states = Counter[str]()
    late: list[int] = []
    singly: defaultdict[str, list[Fact]] = defaultdict(list)
    for (person, _), fact in lines.told_one.items():
        singly[person].append(fact)
    for person, known in dated.items():
        if known.day is None or not person.startswith("person:"):
            continue
        tellings = [*lines.told_all.get(person, ()), *singly.get(person, ())]
        state = _told(tellings, known.day, evidence.today)
        states[state] += 1
        if state == "late":
            late.append(first[person].index)
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
