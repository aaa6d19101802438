"""Figures of the care taken of the record: corrections, keys, erasures, and who looked.

Causes, grounds, reasons and purposes are the codes of the events; nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from projections.about_people import by_body
from projections.facts import Fact, Facts
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
_LOOKED, _OUT = "Who looked", "What went out"


def corrections(recorded: Recorded) -> Iterator[Figure]:
    """Lines corrected, contributions taken back and put back, by cause."""
    for type_, (key, item) in _TURNED.items():
        some = recorded.of(type_)
        yield _figure("Corrected", key, item, "entry", some)
        yield from _by("cause", "Corrected", key, "entry", some)


def keys(facts: Facts, recorded: Recorded, size: int) -> Iterator[Figure]:
    """Keys given, exchanged and ended, and entries that are contested since."""
    yield _figure("Keys", "keys-enrolled", "keys given", "key", recorded.of(ENROLLED))
    yield _figure("Keys", "keys-rotated", "keys exchanged", "key", recorded.of(*ROTATED))
    ended = recorded.of(REVOKED)
    yield _figure("Keys", "keys-revoked", "keys ended", "key", ended)
    yield from _by("reason", "Keys", "keys-revoked", "key", ended)
    there = recorded.all.among
    contested = {
        index: one.revoked_at
        for one in facts.contested
        if one.revoked_at < size
        for index in one.indexes
        if index in there
    }
    item, some = "entries contested since, counted all the same", things(list(contested.items()))
    yield Figure("contested", "Keys", item, "", "", "entry", some, recorded.all)


def erasures(facts: Facts, recorded: Recorded, size: int) -> Iterator[Figure]:
    """Erasures by ground: how many values, and entries withdrawn whole."""
    done = recorded.of(ERASED)
    yield _figure("Erased", "erasures", "erasures recorded", "erasure", done)
    yield from _by("ground", "Erased", "erasures", "erasure", done)
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
        item, none = "entries not shown to this class of reader", Things(withheld, ())
        yield Figure("withheld", "Erased", item, "", "", "entry", none)


def looks(recorded: Recorded, sides: Sides) -> Iterator[Figure]:
    """Case access granted and used: for what, and on which side those are who looked."""
    granted, item = recorded.of(GRANTED), "accesses to one person's records granted"
    yield _figure(_LOOKED, "access-granted", item, "access", granted)
    yield from _by("purpose", _LOOKED, "access-granted", "access", granted)
    used = recorded.of(USED, SEEN)
    office = [fact for fact in used if fact.type == SEEN]
    yield _figure(_LOOKED, "access-used", "looks at one person's records", "look", used)
    item = "of these, by who holds information"
    yield _figure(_LOOKED, "records-seen", item, "look", office, of=used)
    by_side: dict[str, list[tuple[int, ...]]] = {}
    for fact in used:
        side, because = sides.at(fact.author, None, fact.index)
        by_side.setdefault(side, []).append((fact.index, *((because,) if because >= 0 else ())))
    item = "of these, by people acting for"
    for side, title in SIDES.items():
        if looked := by_side.get(side):
            key, some = f"access-used.{side}", things(looked)
            yield Figure(key, _LOOKED, item, "", title, "look", some, each(used))


def figures(recorded: Recorded) -> Iterator[Figure]:
    """Looks at figures as they were counted, by view; exports, by audience, and identified ones."""
    viewed = recorded.of(VIEWED)
    item = "looks at figures as they were counted (one a person, view and day)"
    yield _figure(_LOOKED, "figures-viewed", item, "look", viewed)
    yield from _by("view", _LOOKED, "figures-viewed", "look", viewed, before="view ")
    out = recorded.of(EXPORTED)
    yield _figure(_OUT, "exports", "exports of figures", "export", out)
    yield from _by("audience", _OUT, "exports", "export", out, before="for ")
    plain = [fact for fact in out if fact.body.get("identified")]
    item = "of these: identified, small numbers shown"
    yield _figure(_OUT, "exports-identified", item, "export", plain, of=out)


def _figure(
    part: str,
    key: str,
    item: str,
    unit: str,
    some: Sequence[Fact],
    *,
    of: Sequence[Fact] | None = None,
) -> Figure:
    """A figure of entries, each of which counts once, on nobody's side."""
    whole = None if of is None else each(of)
    return Figure(key, part, item, "", "", unit, each(some), whole)


def _by(
    name: str, part: str, key: str, unit: str, whole: Sequence[Fact], *, before: str = ""
) -> Iterator[Figure]:
    """Figures of the same entries by the code that their bodies hold under ``name``."""
    for code, some in by_body(whole, name).items():
        yield _figure(part, f"{key}.{code}", f"of these: {before}{code}", unit, some, of=whole)
