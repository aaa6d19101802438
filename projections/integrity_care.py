"""Figures of the care taken of the record: corrections, keys, erasures, and who looked.

Causes, grounds, reasons and purposes are the codes of the events; nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from projections.about_people import by_body
from projections.facts import Facts
from projections.record_figures import Figure, Recorded, Things, each, things
from projections.sides import Sides
from projections.stage_common import SIDES

_TURNED = {
    "record-corrected/v1": ("corrected", "lines another stands instead of"),
    "contribution-retracted/v1": ("retracted", "contributions taken back"),
    "contribution-reinstated/v1": ("reinstated", "contributions put back"),
}
ENROLLED = "key-enrolled/v1"
ROTATED = frozenset({"key-rotated/v1", "operator-key-rotated/v1"})
REVOKED = "key-revoked/v1"
ERASED = "values-erased/v1"
GRANTED = "access-granted/v1"
USED = "access-used/v1"
SEEN = "records-seen/v1"
VIEWED = "figures-viewed/v1"
EXPORTED = "figures-exported/v1"


def corrections(recorded: Recorded) -> Iterator[Figure]:
    """Lines corrected, contributions taken back and put back, by cause."""
    for type_, (key, item) in _TURNED.items():
        some = recorded.of(type_)
        yield Figure(key, "Corrected", item, "", "", "entry", each(some))
        for cause, these in by_body(some, "cause").items():
            yield Figure(
                f"{key}.{cause}",
                "Corrected",
                f"of these: {cause}",
                "",
                "",
                "entry",
                each(these),
                each(some),
            )


def keys(facts: Facts, recorded: Recorded, size: int) -> Iterator[Figure]:
    """Keys given, exchanged and ended, and entries that are contested since."""
    given = recorded.of(ENROLLED)
    yield Figure("keys-enrolled", "Keys", "keys given", "", "", "key", each(given))
    exchanged = recorded.of(*ROTATED)
    yield Figure("keys-rotated", "Keys", "keys exchanged", "", "", "key", each(exchanged))
    ended = recorded.of(REVOKED)
    yield Figure("keys-revoked", "Keys", "keys ended", "", "", "key", each(ended))
    for reason, some in by_body(ended, "reason").items():
        yield Figure(
            f"keys-revoked.{reason}",
            "Keys",
            f"of these: {reason}",
            "",
            "",
            "key",
            each(some),
            each(ended),
        )
    there = recorded.all.among
    contested = {
        index: one.revoked_at
        for one in facts.contested
        if one.revoked_at < size
        for index in one.indexes
        if index in there
    }
    yield Figure(
        "contested",
        "Keys",
        "entries contested since, counted all the same",
        "",
        "",
        "entry",
        things(list(contested.items())),
        recorded.all,
    )


def erasures(facts: Facts, recorded: Recorded, size: int) -> Iterator[Figure]:
    """Erasures by ground: how many values, and entries withdrawn whole."""
    done = recorded.of(ERASED)
    yield Figure("erasures", "Erased", "erasures recorded", "", "", "erasure", each(done))
    for ground, some in by_body(done, "ground").items():
        yield Figure(
            f"erasures.{ground}",
            "Erased",
            f"of these: {ground}",
            "",
            "",
            "erasure",
            each(some),
            each(done),
        )
    values = [
        (fact.index,)
        for fact in done
        for one in fact.body.get("values", ())
        for _ in one["digests"]
    ]
    item = "values made unreadable"
    yield Figure("values-erased", "Erased", item, "", "", "value", things(values))
    stones = [(fact.index,) for fact in done for _ in fact.body.get("tombstones", ())]
    yield Figure("withdrawn", "Erased", "entries withdrawn whole", "", "", "entry", things(stones))
    withheld = sum(index < size for index in facts.missing) - len(stones)
    if withheld > 0:
        # They have no entry here to point to: that is what withheld means.
        yield Figure(
            "withheld",
            "Erased",
            "entries not shown to this class of reader",
            "",
            "",
            "entry",
            Things(withheld, ()),
        )


def looks(recorded: Recorded, sides: Sides) -> Iterator[Figure]:
    """Case access granted and used: for what, and on which side those are who looked."""
    granted = recorded.of(GRANTED)
    yield Figure(
        "access-granted",
        "Who looked",
        "accesses to one person's records granted",
        "",
        "",
        "access",
        each(granted),
    )
    for purpose, some in by_body(granted, "purpose").items():
        yield Figure(
            f"access-granted.{purpose}",
            "Who looked",
            f"of these: {purpose}",
            "",
            "",
            "access",
            each(some),
            each(granted),
        )
    used = recorded.of(USED, SEEN)
    office = [fact for fact in used if fact.type == SEEN]
    yield Figure(
        "access-used", "Who looked", "looks at one person's records", "", "", "look", each(used)
    )
    item = "of these, by who holds information"
    yield Figure("records-seen", "Who looked", item, "", "", "look", each(office), each(used))
    by_side: dict[str, list[tuple[int, ...]]] = {}
    for fact in used:
        side, because = sides.at(fact.author, None, fact.index)
        by_side.setdefault(side, []).append((fact.index, *((because,) if because >= 0 else ())))
    for side, title in SIDES.items():
        if looked := by_side.get(side):
            yield Figure(
                f"access-used.{side}",
                "Who looked",
                "of these, by people acting for",
                "",
                title,
                "look",
                things(looked),
                each(used),
            )


def figures(recorded: Recorded) -> Iterator[Figure]:
    """Looks at figures as they were counted, by view; exports, by audience, and identified ones."""
    viewed = recorded.of(VIEWED)
    item = "looks at figures as they were counted (one a person, view and day)"
    yield Figure("figures-viewed", "Who looked", item, "", "", "look", each(viewed))
    for view, some in by_body(viewed, "view").items():
        key, item = f"figures-viewed.{view}", f"of these: view {view}"
        yield Figure(key, "Who looked", item, "", "", "look", each(some), each(viewed))
    out = recorded.of(EXPORTED)
    yield Figure("exports", "What went out", "exports of figures", "", "", "export", each(out))
    for audience, some in by_body(out, "audience").items():
        key, item = f"exports.{audience}", f"of these: for {audience}"
        yield Figure(key, "What went out", item, "", "", "export", each(some), each(out))
    plain = [fact for fact in out if fact.body.get("identified")]
    item = "of these: identified, small numbers shown"
    yield Figure("exports-identified", "What went out", item, "", "", "export", each(plain),
                 each(out))  # fmt: skip
