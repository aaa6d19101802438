"""What may leave: the views of a report, guarded, held against what left before.

    names, what is asked  ->  prepared()  ->  views to publish, and the body of ``figures-exported``

An export stands on one state of the record and is an entry of it. The next one is held against it:
counted again at its checkpoint, with its limits and its pattern (``guard_before.py``). Held against
are, of the exports that show a view of the new one, the latest of each way it was narrowed, six at
most; identified ones went to people who may see people anyway.

Where the charter fixes export dates (``export-months``), files stand on the record as it was at the
end of the last such span, so that two files of one span are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from projections import guard_people
from projections.facts import Fact, Facts
from projections.guard import Joined, hidden_in, joined
from projections.guard_before import Earlier
from projections.guard_rules import Control
from projections.limits import AMENDED, CHARTER
from projections.result import Asked, Standing, ViewResult
from projections.views import answered, find, names, unfollowed

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

EXPORTED = "figures-exported/v1"
NEEDS = frozenset({EXPORTED, CHARTER, AMENDED}) | guard_people.NEEDS
#: So many earlier exports at most are held against a new one; each is counted again for it.
MOST = 6


class Prepared(NamedTuple):
    """Views that may be published together, and what their entry must say of them."""

    views: tuple[ViewResult, ...]
    asked: Asked
    control: Control
    after: tuple[int, ...]
    pattern: str

    @property
    def standing(self) -> Standing:
        """The tree they stand on."""
        return self.views[0].checkpoint


class NotThen(ValueError):
    """Figures were asked for later than the charter's last export date, which is ``last``."""

    def __init__(self, last: date) -> None:
        super().__init__(f"files stand on the record at {last}, as the charter fixes")
        self.last = last


def prepared(
    source: LedgerReader | Directory,
    wanted: Sequence[str],
    asked: Asked,
    *,
    profile: str = "usual",
    control: Control | None = None,
    after: Sequence[int] | None = None,
) -> Prepared:
    """Give the views ``wanted`` as they may be published together.

    ``control`` and ``after`` repeat a former export: its limits, and what it was held against.
    Raises ``KeyError`` for an unknown view, ``ValueError`` when one does not follow what was asked,
    ``NotThen``, and what reading the source raises.
    """
    from ledger.collector import collection_paused

    for name in wanted:
        if wrong := unfollowed(find(name), asked):
            raise ValueError(f"the view {name} does not follow {', '.join(wrong)}")
    with collection_paused():
        asked, one = _joined(source, wanted, asked, profile=profile, control=control, after=after)
        done = hidden_in(one)  # the facts are gone by now
        return Prepared(done.views, asked, one.control, done.after, done.pattern)


def _joined(
    source: LedgerReader | Directory,
    wanted: Sequence[str],
    asked: Asked,
    *,
    profile: str,
    control: Control | None,
    after: Sequence[int] | None,
) -> tuple[Asked, Joined]:
    """Read the record, and count and join the views; what was asked, put at a date of export."""
    from projections.kept import facts_of

    # Which views left before is known only from the record; reading all their types is cheap.
    needs = NEEDS.union(*(find(name).needs for name in names()))
    facts = facts_of(source, needs)
    again = control is not None
    limits = control or Control.of(_limits(facts), profile)
    asked = asked if again else _at_a_date(asked, facts, limits)
    behind = guard_people.Behind(facts)
    results = [_counted(facts, behind, name, asked) for name in wanted]
    return asked, joined(results, limits, _earlier(facts, behind, wanted, after), behind)


def _counted(facts: Facts, behind: guard_people.Behind, name: str, asked: Asked) -> ViewResult:
    return behind.with_people(replace(answered(find(name), facts, asked), asked=asked))


def _limits(facts: Facts) -> dict[str, Any]:
    """What the charter sets for disclosure control, with its amendments."""
    found: dict[str, Any] = {}
    for fact in facts.of(CHARTER, AMENDED, before=facts.size):
        for name in ("thresholds", "disclosure_control"):
            found.update(fact.body.get(name) or {})
    return found


def _at_a_date(asked: Asked, facts: Facts, control: Control) -> Asked:
    """Put what is asked at the last date on which the charter lets files stand."""
    if not control.export_months or not facts.days:
        return asked
    last = span_before(facts.days[-1][1], control.export_months)
    size = facts.size_at(last)
    if asked.at is None:
        return replace(asked, at=last)
    if facts.size_at(asked.at) > size:
        raise NotThen(last)
    return asked


def span_before(today: date, months: int) -> date:
    """The last day of the span of so many months before today's; spans begin with a year.

    Example:
        >>> span_before(date(2026, 5, 4), 3), span_before(date(2026, 5, 4), 1)
        (datetime.date(2026, 3, 31), datetime.date(2026, 4, 30))
    """
    first = (today.month - 1) // months * months + 1
    return date(today.year, first, 1) - timedelta(days=1)


# ── earlier exports ─────────────────────────────────────────────────────────────────────────────


def _earlier(
    facts: Facts, behind: guard_people.Behind, wanted: Sequence[str], after: Sequence[int] | None
) -> Iterator[Earlier]:
    chosen = _chosen(facts, wanted) if after is None else _named(facts, after)
    for fact in chosen:
        body = fact.body
        try:
            then = replace(asked_in(body.get("asked", {})), at=body["size"])
        except (ValueError, TypeError):
            continue  # made by hand: no view was ever asked that
        results = [one for name in body["views"] for one in _again(facts, behind, name, then)]
        control = Control.of(body.get("control", {}))
        yield Earlier(fact.index, tuple(results), control, body.get("pattern", ""))


def _again(facts: Facts, behind: guard_people.Behind, name: str, asked: Asked) -> list[ViewResult]:
    """One view of an earlier export; none where it cannot be counted any more.

    This release may not have the view, or what a series followed was withdrawn since. The others of
    the export are held against all the same: then its pattern does not fit, and all count as shown.
    """
    try:
        return [] if unfollowed(find(name), asked) else [_counted(facts, behind, name, asked)]
    except (LookupError, ValueError, TypeError):
        return []


def _chosen(facts: Facts, wanted: Sequence[str]) -> list[Fact]:
    found: dict[tuple[str, str], Fact] = {}
    for fact in reversed(list(facts.of(EXPORTED, before=facts.size))):
        shows = sorted(set(fact.body["views"]) & set(wanted))
        if shows and not fact.body.get("identified"):
            for name in shows:
                key = (name, json.dumps(fact.body.get("asked", {}), sort_keys=True))
                found.setdefault(key, fact)
    latest = sorted({fact.index: fact for fact in found.values()}.items(), reverse=True)
    return [fact for _, fact in latest[:MOST]]


def _named(facts: Facts, after: Sequence[int]) -> list[Fact]:
    by_index = {fact.index: fact for fact in facts.of(EXPORTED, before=facts.size)}
    if missing := [index for index in after if index not in by_index]:
        raise ValueError(f"the export of entry {missing[0]} is not in this record")
    return [by_index[index] for index in sorted(after, reverse=True)]


# ── what an entry says of an export ─────────────────────────────────────────────────────────────


def asked_out(asked: Asked) -> dict[str, str]:
    """What was asked as an entry has it: words by name, the checkpoint apart."""
    said = replace(asked, at=None).as_json()
    return {
        name: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for name, value in said.items()
    }


def asked_in(said: Mapping[str, str]) -> Asked:
    """What ``asked_out`` gave; raises ``ValueError`` for anything else."""
    try:
        whole = {
            name: json.loads(value) if name in ("period", "options", "series") else value
            for name, value in said.items()
        }
    except RecursionError:
        raise ValueError("nested deeper than anything that is asked") from None
    return Asked.of_json(whole)


def digest_of(views: Sequence[ViewResult]) -> str:
    """Hex SHA-256 over the digests of the views, each named: what the files showed."""
    lines = "".join(f"{view.view} {view.digest}\n" for view in views)
    return hashlib.sha256(lines.encode()).hexdigest()


def body_of(
    views: Sequence[ViewResult],
    asked: Asked,
    *,
    audience: str,
    forms: Sequence[str],
    out: Prepared | None = None,
) -> dict[str, Any]:
    """The body of ``figures-exported`` for these views; without ``out`` they are identified."""
    standing = views[0].checkpoint
    about = asked.about if asked.about and asked.about.startswith("person:") else None
    body: dict[str, Any] = {
        "views": [view.view for view in views],
        "audience": audience,
        "size": standing.size,
        "root": standing.root,
        "asked": asked_out(asked),
        "forms": list(forms),
        "digest": digest_of(views),
        "person": about,
    }
    if out is None:
        return body | {"identified": True}
    return body | {
        "control": out.control.as_json(),
        "after": list(out.after),
        "pattern": out.pattern,
    }
