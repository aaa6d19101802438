"""View ``power``: who holds what, where it comes from, what was done under it, how it ended.

One row for each grant; with ``--by side``, one for each side and kind of power, where losses stand
beside gains. The chain names the entries up to the charter, so that each link can be read. A grant
that nobody used is shown with what its holder says of it, for an unused veto is still power.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from projections.entries import entries
from projections.facts import Facts
from projections.grants import HELD, NEEDS, Grant, Powers, exercised
from projections.matter import day_of
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult, Words
from projections.stage_common import SIDES, many, record_notes
from projections.view import View

_QUESTION = "Who holds which power, from where, and what became of it?"
#: Kinds that keep the record itself; the others are power in the programme.
KEEPING = frozenset({"record", "enrol", "keys"})
_ENDS = ("revoked", "given back", "handed on", "narrowed", "lapsed", "ended above")


def power(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the grants, one by one or by side and kind."""
    powers = exercised(facts, asked)
    found = [one for one in powers.grants if _wanted(one, asked)]
    by_side = asked.options.get("by", "grant") == "side"
    rows = tuple(_by_side(found, powers.today) if by_side else _by_grant(found, powers.today))
    return ViewResult(
        view="power",
        title="Power",
        question=_QUESTION,
        formula=(
            "A grant is held while neither it nor any grant above it has ended or lapsed at the "
            "day the record had reached. Chain: the entries it rests on, up to the charter, entry "
            "0. Acts: later entries that name the grant for a key of its holder. Side: whom the "
            "holder acts for, as declared when the grant was made. By side: one grant counts once "
            "under each kind it gives. Recorded afterwards: shown, and it confers nothing."
        ),
        does_not_show=(
            "Power that nobody recorded: of those who set the agenda, speak first, or pay. Whether "
            "it was used well. What a holder could have done and did not, beyond what they say."
        ),
        checkpoint=facts.standing(asked),
        columns=_SIDE_COLUMNS if by_side else _GRANT_COLUMNS,
        rows=rows,
        notes=tuple(_notes(facts, asked, powers, found)),
        summary=_summary(found, powers.today),
        relations=tuple(one for row in rows for one in _relations(row)) if by_side else (),
    )


def _wanted(grant: Grant, asked: Asked) -> bool:
    """A grant without a project holds in every project."""
    return (asked.project is None or grant.scope.get("project") in {None, asked.project}) and (
        asked.side in {None, grant.side}
    )


def _text(name: str, title: str, unknown: str = "not limited", *, open_: bool = True) -> Column:
    return Column(name, "text", "", title, unknown=unknown, guard="open" if open_ else "person")


_GRANT_COLUMNS = (
    _text("grant", "Entry"),
    _text("holder", "Holder", open_=False),
    Column("side", "text", "", "Acting for", guard="open", identity=True),
    _text("kinds", "Powers"),
    _text("way", "How"),
    _text("by", "From", "the charter, or not recorded", open_=False),
    _text("state", "State"),
    Column("since", "date", "", "Since", guard="day"),
    Column("until", "date", "", "Last day", unknown="no end set", guard="day"),
    Column("ended", "date", "", "Ended on", unknown="not ended, or not known", guard="day"),
    _text("project", "Project"),
    _text("body", "Body"),
    _text("budget", "Budget"),
    Column("limit", "text", "", "At most in one act", unknown="not limited", guard="open"),
    Column("onward", "integer", "", "May be passed on, times", guard="open"),
    Column("acts", "integer", "act", "Acts under it", unknown="confers nothing", guard="count"),
    Column("last_act", "date", "", "Last used", unknown="never", guard="day"),
    _text("says", "Its holder says", "nothing said"),
    Column("why", "text", "", "in their words", unknown="nothing said", guard="words"),
    _text("chain", "Rests on", "confers nothing"),
    _text("decision", "Decided in", "none cited"),
)


def _by_grant(found: Sequence[Grant], today: date | None) -> Iterator[Row]:
    for one in found:
        says = one.says
        has_words = says is not None and "reason" in says.body.get("has", ())
        cells: dict[str, Cell] = {
            "grant": one.key,
            "holder": one.to,
            "side": SIDES[one.side],
            "kinds": ", ".join(one.kinds),
            "way": one.way,
            "by": (one.by or None) if one.number < 0 else None,
            "state": state_of(one, today),
            "since": _day(day_of(one.fact)[0] or day_of(one.fact)[1]),
            "until": _day(one.until),
            "ended": _day(_ended(one, today)),
            "project": one.scope.get("project"),
            "body": one.scope.get("body"),
            "budget": one.scope.get("budget"),
            "limit": _limit(one),
            "onward": one.onward,
            "acts": None if one.history else len(one.acts),
            "last_act": _day(one.last_act.day) if one.last_act else None,
            "says": says.body["state"].replace("-", " ") if says else None,
            "why": Words(says.index, "reason") if says and has_words else None,
            "chain": _chain(one),
            "decision": one.fact.body.get("decision"),
        }
        events = entries((*one.events(), *one.acts))
        links = (one.fact.index, *(above.fact.index for above in one.chain()))
        behind = {"chain": links, "acts": entries(one.acts)}
        behind["says"] = behind["why"] = (says.index,) if says else ()
        if one.last_act is not None:
            behind["last_act"] = (one.last_act.index,)
        yield Row(cells, events, one.key, behind)


def _ended(grant: Grant, today: date | None) -> date | None:
    """The day it ended of itself; one that lapsed was held through its last day."""
    if grant.ended is not None:
        return day_of(grant.ended)[1]
    return grant.until if grant.state(today) == "lapsed" else None


def state_of(grant: Grant, today: date | None) -> str:
    """The state in words: what nobody can date is not called held."""
    state = grant.state(today)
    if not grant.dated:
        return "date unknown"
    if state == HELD and grant.end_unsure is not None:
        return "held, or ended on a day not known"
    return f"{state}, recorded afterwards" if grant.history else state


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _limit(grant: Grant) -> str | None:
    amount = grant.scope.get("amount")
    if not amount:
        return None
    from projections.result import Amount

    return str(Amount(amount["minor"], amount["currency"], amount["exponent"]))


def _chain(grant: Grant) -> str | None:
    if grant.history:
        return None
    if grant.number >= 0:
        return "the charter"
    return " ← ".join(above.key for above in grant.chain()) or None


_SIDE_COLUMNS = (
    Column("side", "text", "", "Acting for", guard="open", identity=True),
    _text("kind", "Power"),
    Column("given", "integer", "grant", "Ever given", guard="count"),
    Column("held", "integer", "grant", "Held", guard="count"),
    Column("used", "integer", "grant", "of these, used", guard="count"),
    Column("available", "integer", "grant", "unused, called available", guard="count"),
    Column("blocked", "integer", "grant", "unused, called blocked", guard="count"),
    Column("not_yet_needed", "integer", "grant", "unused, not yet needed", guard="count"),
    Column("silent", "integer", "grant", "unused, nothing said", guard="count"),
    *(
        Column(end.replace(" ", "_"), "integer", "grant", end.capitalize(), guard="count")
        for end in _ENDS
    ),
    Column("unsure", "integer", "grant", "Cannot be said", guard="count"),
    Column("afterwards", "integer", "grant", "of all, recorded afterwards", guard="count"),
)


def _by_side(found: Sequence[Grant], today: date | None) -> Iterator[Row]:
    by: dict[tuple[str, str], list[Grant]] = {}
    for one in found:
        for kind in one.kinds:
            by.setdefault((one.side, kind), []).append(one)
    for side, title in SIDES.items():
        for kind in sorted(kind for at, kind in by if at == side):
            yield _side_row(side, title, kind, by[side, kind], today)


def _side_row(side: str, title: str, kind: str, some: Sequence[Grant], today: date | None) -> Row:
    states = [(one, state_of(one, today).removesuffix(", recorded afterwards")) for one in some]
    held = [one for one, state in states if state == HELD]
    unused = [one for one in held if not one.acts]
    parts: dict[str, list[Grant]] = {
        "given": list(some),
        "held": held,
        "used": [one for one in held if one.acts],
        "silent": [one for one in unused if one.says is None],
        "afterwards": [one for one in some if one.history],
    }
    for said in ("available", "blocked", "not-yet-needed"):
        parts[said.replace("-", "_")] = [
            one for one in unused if one.says is not None and one.says.body["state"] == said
        ]
    for end in _ENDS:
        parts[end.replace(" ", "_")] = [one for one, state in states if state == end]
    known = {HELD, *_ENDS}
    parts["unsure"] = [one for one, state in states if state not in known]
    cells: dict[str, Cell] = {"side": title, "kind": kind}
    cells |= {name: len(grants) for name, grants in parts.items()}
    return Row(
        cells,
        _behind(some),
        f"{side}/{kind}",
        {name: _behind(grants) for name, grants in parts.items()},
        people={name: len({one.to for one in grants}) for name, grants in parts.items()},
    )


def _behind(grants: Iterable[Grant]) -> Sequence[int]:
    return entries(index for one in grants for index in one.events())


def _relations(row: Row) -> Iterable[Relation]:
    parts = ["held", *(end.replace(" ", "_") for end in _ENDS), "unsure"]
    yield Relation((row.key, "given"), tuple((row.key, part) for part in parts))
    parts = ["used", "available", "blocked", "not_yet_needed", "silent"]
    yield Relation((row.key, "held"), tuple((row.key, part) for part in parts))
    yield Relation((row.key, "given"), ((row.key, "afterwards"),), "within")


def _notes(facts: Facts, asked: Asked, powers: Powers, found: Sequence[Grant]) -> Iterable[str]:
    history = sum(one.history for one in found)
    if history:
        yield f"{many(history, 'grant')} recorded afterwards: shown, and conferring nothing today."
    if powers.later:
        yield f"{many(powers.later, 'grant')} made after {asked.happened_by}, not shown."
    if asked.dated:
        undated = sum(not one.dated for one in found)
        yield f"{many(undated, 'grant')} whose date does not say whether it was {asked.span}."
    if powers.today is not None:
        yield f"As of {powers.today}."
    yield from record_notes(facts, asked, frozenset(facts.by_type) & NEEDS)


def _summary(found: Sequence[Grant], today: date | None) -> Summary:
    shows, unknown = [], []
    for side, title in SIDES.items():
        mine = [one for one in found if one.side == side and set(one.kinds) - KEEPING]
        if not mine:
            continue
        held = [one for one in mine if state_of(one, today) == HELD]
        lost = sum(one.state(today) in {"revoked", "lapsed", "ended above"} for one in mine)
        away = sum(one.state(today) in {"given back", "handed on", "narrowed"} for one in mine)
        unused = sum(not one.acts for one in held)
        shows.append(
            f"{title}: {many(len(mine), 'grant')} of power in the programme, {len(held)} held now "
            f"({unused} never used), {lost} lost, {away} given up or handed on."
        )
    silent = sum(
        state_of(one, today) == HELD and not one.acts and one.says is None for one in found
    )
    if silent:
        unknown.append(
            f"Of {many(silent, 'unused grant')} the holder has not said whether it is available, "
            "blocked or not yet needed."
        )
    if not found:
        unknown.append("No power is recorded as asked.")
    return Summary(tuple(shows), (), tuple(unknown))


VIEW = View(
    "power",
    "Power",
    _QUESTION,
    NEEDS,
    power,
    filters=frozenset({"project", "side"}),
    options={"by": ("grant", "side")},
)
