"""Facts: the two axes of time, and reading in log order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from projections.facts import Fact, Facts, Happened, folded_once, happened
from projections.result import Asked
from projections.views import find, listed


def fact(
    index: int = 0,
    on: dict[str, str] | None = None,
    *,
    mode: str = "live",
    day: date | None = date(2026, 5, 1),
    type_: str = "a/v1",
) -> Fact:
    return Fact(index, f"{index:064x}", type_, "person:a", day, mode, on, {}, {})


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ({"from": "2026-03-01", "to": "2026-03-01", "precision": "day"}, Happened.YES),
        ({"from": "2026-03-15", "to": "2026-03-15", "precision": "day"}, Happened.YES),
        ({"from": "2026-03-16", "to": "2026-03-16", "precision": "day"}, Happened.NO),
        ({"from": "2026-03-15", "precision": "day"}, Happened.YES),
        ({"from": "2026-02-01", "to": "2026-02-28", "precision": "month"}, Happened.YES),
        ({"from": "2026-03-01", "to": "2026-03-31", "precision": "month"}, Happened.UNKNOWN),
        ({"from": "2026-04-01", "to": "2026-04-30", "precision": "month"}, Happened.NO),
        ({"to": "2026-01-01", "precision": "period"}, Happened.YES),
        ({"from": "2025-01-01", "precision": "period"}, Happened.UNKNOWN),
        ({"precision": "unknown"}, Happened.UNKNOWN),
        (None, Happened.UNKNOWN),
    ],
)
def test_a_claimed_date_says_yes_no_or_nothing(
    on: dict[str, str] | None, expected: Happened
) -> None:
    assert happened(fact(on=on), date(2026, 3, 15)) is expected


def test_without_a_day_asked_everything_has_happened() -> None:
    assert happened(fact(on={"precision": "unknown"}), None) is Happened.YES


def test_an_act_that_is_its_own_saying_happened_on_its_ledger_day() -> None:
    said = fact(day=date(2026, 5, 1))
    assert happened(said, date(2026, 5, 1), on_saying=True) is Happened.YES
    assert happened(said, date(2026, 4, 30), on_saying=True) is Happened.NO
    late = fact(day=date(2026, 5, 1), mode="history")
    assert happened(late, date(2026, 5, 1), on_saying=True) is Happened.UNKNOWN


FACTS = Facts(
    origin="example.org/log",
    size=10,
    by_type={
        "a/v1": [fact(1), fact(4)],
        "b/v1": [fact(2, type_="b/v1"), fact(7, type_="b/v1")],
    },
    days=((0, date(2026, 1, 1)), (3, date(2026, 1, 2)), (6, date(2026, 1, 9))),
    root_at=lambda size: f"root{size}",
)


@pytest.mark.parametrize(
    ("at", "size"),
    [
        (None, 10),
        (0, 0),
        (4, 4),
        (99, 10),
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 3),
        (date(2026, 1, 5), 6),
        (date(2026, 1, 9), 10),
    ],
)
def test_a_day_means_its_entries_and_all_before(at: int | date | None, size: int) -> None:
    assert FACTS.size_at(at) == size


def test_facts_of_several_types_come_in_log_order_and_stop_before_the_size() -> None:
    assert [one.index for one in FACTS.of("b/v1", "a/v1", before=5)] == [1, 2, 4]
    assert [one.index for one in FACTS.of("a/v1", before=4)] == [1]
    assert list(FACTS.of("c/v1", before=10)) == []


@folded_once
def several(facts: Facts, asked: Asked) -> list[int]:
    return [one.index for one in facts.of("a/v1", "b/v1", before=facts.size_at(asked.at))]


def test_what_is_asked_again_is_folded_once_and_what_is_asked_otherwise_anew() -> None:
    facts = replace(FACTS)
    first = several(facts, Asked())
    assert several(facts, Asked()) is first
    assert several(facts, Asked(at=5)) == [1, 2, 4]
    assert several(facts, Asked()) == first == [1, 2, 4, 7]
    assert several(facts, Asked(options={"ladder": "arnstein"})) is not several(facts, Asked())


def test_of_a_fold_the_newest_answer_alone_is_kept_and_by_these_facts_alone() -> None:
    facts, others = replace(FACTS), replace(FACTS, size=4)
    for size in range(10):
        several(facts, Asked(at=size))
    assert len(facts.folded) == 1
    assert several(facts, Asked()) == [1, 2, 4, 7]
    assert several(others, Asked()) == [1, 2]


@pytest.mark.parametrize("name", ["home", *listed()])
def test_every_view_says_how_many_entries_its_reader_lacks(name: str) -> None:
    seen = Facts("example.org/log", 10, {}, missing=(3, 7, 12))
    notes = find(name).fold(seen, Asked(at=8)).notes
    said = "2 entries not shown to this reader or withdrawn since; what they said is in no figure."
    assert notes.count(said) == 1
    assert said not in find(name).fold(seen, Asked(at=3)).notes
