"""Words and small sums that the views of stages share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set

from projections.entries import entries
from projections.facts import Facts, Happened
from projections.given import NEEDS, Given, Giver, Record
from projections.result import Asked, percent
from projections.sides import UNSAID

#: Below this many, no rate is given (domain.md section 8, a default of the product).
LEAST_FOR_A_RATE = 10
ELIGIBLE = frozenset({"involve", "collaborate", "lead"})
COMMUNITY = "community"
STAGES = {
    "S1": "Define problems, set priorities",
    "S2": "Design",
    "S3": "Obtain and manage resources",
    "S4a": "Gather experience or data",
    "S4b": "Deliver",
    "S5": "Monitor, analyse, evaluate",
    "S6": "Share and use results",
    "G": "Govern",
}
UNSORTED = "unsorted"
ALL_STAGES = {**STAGES, UNSORTED: "Stage not sorted yet"}
SIDES = {
    COMMUNITY: "Community",
    "front-line": "Front line",
    "institution": "Institution",
    "bridging": "Bridging",
    UNSAID: "Not recorded for whom",
}
#: Shares of 260 papers in the review that domain.md section 2 cites.
PUBLISHED = {"S1": 18.0, "S4b": 95.0}

DEFAULT_NOTE = (
    f"No share is given on fewer than {LEAST_FOR_A_RATE}; that limit is a default of this program, "
    "not a norm of the field."
)
NAMED = "named people"
GROUPS_NOTE = (
    "Groups are the labels of group entries, in the source's words. The groups that people count "
    "themselves among are personal values and in no figure."
)
CLAIM_NOTE = "Stage, level and date are claims of whoever recorded them."


def rate(part: int, whole: int) -> float | None:
    return percent(part, whole) if whole >= LEAST_FOR_A_RATE else None


def people_in(
    record: Record, given: Iterable[Given], counts: Callable[[Giver], bool] = lambda _giver: True
) -> int | None:
    """Count distinct people, a group entry as the number it states (``None``: it states none)."""
    persons = set[str]()
    groups: dict[str, int] = {}
    for one in given:
        for giver in one.givers:
            if not counts(giver):
                continue
            if giver.number is None:
                return None
            if giver.id.startswith("group:"):
                groups[giver.id] = giver.number
            else:
                persons.add(giver.id)
    return len(record.linked.distinct(persons)) + sum(groups.values())


def stages_of(given: Iterable[Given]) -> dict[str, list[Given]]:
    """Contributions by stage, every stage with a list of its own; one pass over them."""
    found: dict[str, list[Given]] = {stage: [] for stage in ALL_STAGES}
    for one in given:
        found[one.stage].append(one)
    return found


def who_of(giver: Giver, *, by_group: bool) -> tuple[str, str, str]:
    """Give the key, side and title of the part a giver counts in: their side, or their group.

    People who are named belong to no recorded group: they are «named people» of their side.
    """
    if by_group:
        label = giver.label if giver.id.startswith("group:") else NAMED
        return f"{label}/{giver.side}", giver.side, label or "group not shown to this reader"
    return giver.side, giver.side, SIDES[giver.side]


def events_of(given: Iterable[Given]) -> Sequence[int]:
    return entries(index for one in given for index in one.events)


def common_notes(facts: Facts, asked: Asked, record: Record) -> Iterable[str]:
    if record.retracted:
        yield f"{many(record.retracted, 'contribution')} taken back by then and not counted."
    if record.corrected:
        yield (
            f"{many(record.corrected, 'contribution')} corrected: the line that stands instead is "
            "counted, and not the old one."
        )
    if record.linked.events:
        yield (
            f"{many(len(record.linked.events), 'link')} between pseudonyms: somebody who goes by "
            "two is counted once among people."
        )
    if record.later:
        yield (
            f"{many(record.later, 'contribution')} dated outside the time asked for "
            f"({asked.span}), not counted."
        )
    if asked.dated:
        undated = len(record.dated(Happened.UNKNOWN))
        yield (
            f"{many(undated, 'contribution')} whose date does not say whether it was "
            f"{asked.span}: counted as «date unknown»."
        )
    yield from record_notes(facts, asked, NEEDS)
    history = sum(given.fact.mode == "history" for given in record.standing)
    if history:
        yield f"{many(history, 'contribution')} recorded afterwards, not at the time."
    yield CLAIM_NOTE
    yield DEFAULT_NOTE


def record_notes(facts: Facts, asked: Asked, types: Set[str]) -> Iterable[str]:
    """Say how many entries this reader lacks, and how many behind a view are contested.

    What is lacking is in no figure; what is contested is counted all the same.
    """
    size = facts.size_at(asked.at)
    absent = sum(index < size for index in facts.missing)
    if absent:
        yield (
            f"{many(absent, 'entry', 'entries')} not shown to this reader or withdrawn since; "
            "what they said is in no figure."
        )
    touched: Counter[int] = Counter()
    for one in facts.contested:
        if one.type in types and one.revoked_at < size:
            touched[one.suspect_from] += len(one.indexes)
    for since, number in sorted(touched.items()):
        yield (
            f"{many(number, 'entry is', 'entries are')} contested: signed by a key under suspicion "
            f"from entry {since} on. Counted all the same."
        )


def spoke(standing: Sequence[Given]) -> tuple[str, ...]:
    sides = Counter(side for given in standing for side in {giver.side for giver in given.givers})
    sentences = [
        f"{sides[side]} of {many(len(standing), 'contribution')} came from people acting for "
        f"{_FOR[side]}{_aside(sides[side], len(standing))}."
        for side in _FOR
        if sides[side]
    ]
    labels = Counter(giver.label for given in standing for giver in given.givers if giver.label)
    if labels:
        named = ", ".join(f"{label} {n}" for label, n in labels.most_common(8))
        sentences.append(f"By group, as recorded: {named}.")
    return tuple(sentences)


_FOR = {
    COMMUNITY: "the community",
    "front-line": "the front line",
    "institution": "the institution",
    "bridging": "both sides (bridging)",
}


def _aside(part: int, whole: int) -> str:
    share = rate(part, whole)
    return "" if share is None else f" ({share:.1f} %)"


def unsaid(standing: Sequence[Given]) -> tuple[str, ...]:
    unsaid = sum(given.by(UNSAID) for given in standing)
    if not unsaid:
        return ()
    return (f"For {many(unsaid, 'contribution')} it is not recorded whom the giver acted for.",)


def many(number: int, one: str, more: str | None = None) -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def counted(number: int, things: str) -> str:
    """Give a number with the word of a column of counts, which is in the plural.

    Example:
        >>> counted(2, "lines told"), counted(1, "lines told"), counted(1, "people, smaller side")
        ('2 lines told', '1 line told', '1 person, smaller side')
    """
    if number != 1:
        return f"{number} {things}"
    for plural, one in (("people", "person"), ("inputs and promises", "input or promise")):
        if things.startswith(plural):
            return f"1 {one}{things.removeprefix(plural)}"
    first = things.split(" ", maxsplit=1)[0].rstrip(",")
    return f"1 {first.removesuffix('s')}{things.removeprefix(first)}"
