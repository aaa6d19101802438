"""View ``measures``: outcomes without one side, options, what was carried on; and the view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from measured import (
    BOTH,
    PROJECT,
    SIDES,
    START,
    SWAYED,
    Said,
    acting,
    counts,
    decision,
    id_of,
    person,
    record,
    row,
)

from projections.measures import measures
from projections.result import Asked
from projections.stage_common import counted


@pytest.mark.parametrize(
    ("number", "things", "said"),
    [
        (0, "decisions", "0 decisions"),
        (1, "decisions", "1 decision"),
        (2, "people, smaller side", "2 people, smaller side"),
        (1, "people, smaller side", "1 person, smaller side"),
        (1, "lines, smaller side", "1 line, smaller side"),
        (1, "lines told", "1 line told"),
        (1, "inputs and promises", "1 input or promise"),
    ],
)
def test_one_of_anything_is_said_in_the_singular(number: int, things: str, said: str) -> None:
    assert counted(number, things) == said


def test_outcomes_that_change_without_the_ballots_of_one_side() -> None:
    said = [*SIDES]
    for number in range(10):
        said += decision(number, SWAYED if number < 6 else BOTH)
    result = measures(record(said), Asked())
    assert counts(result, "differently-community") == (6, 10, 60.0)
    assert counts(result, "differently-institution") == (0, 10, 0.0)
    assert row(result, "differently-community").cells["assessed"] is None
    assert len(row(result, "differently-community").behind["numerator"]) >= 6 * len(SWAYED)


def test_unanimous_ones_are_neutral_and_one_where_nobody_else_voted_compares_with_nothing() -> None:
    said = [
        *SIDES,
        *decision(1, SWAYED),
        *decision(2, [("ca", "a"), ("ia", "a"), ("ib", None)]),  # everybody who was for anything
        *decision(3, [("ca", "a"), ("cb", "a"), ("cc", "b")]),  # the community alone
    ]
    result = measures(record(said), Asked())
    assert counts(result, "differently-community") == (1, 1, None)
    excluded = row(result, "differently-community").cells["excluded"]
    assert excluded == "1 unanimous; 1 with nobody else voting"
    # Without the institution, decision 3 is as it was: nobody of the institution voted in it.
    assert counts(result, "differently-institution") == (0, 2, None)


def test_no_share_of_decisions_under_ten_and_the_row_says_why() -> None:
    result = measures(record([*SIDES, *decision(1, SWAYED)]), Asked())
    cells = row(result, "differently-community").cells
    assert cells["share"] is None
    assert cells["assessed"] == "no figure is given on fewer than 10 decisions"
    assert any("Would it have gone differently" in one for one in result.summary.unknown)


def test_ballots_of_tellers_of_one_office_and_below_quorum_are_not_counted_again() -> None:
    tellers = [person("ta"), person("tb")]
    said = [
        *SIDES,
        *decision(1, SWAYED, ballots="tellers", tellers=tellers),
        *decision(2, [("ia", "a")], method="executive"),
        *decision(3, SWAYED, quorum=6, electorate=[person(f"x{n}") for n in "abcdef"]),
    ]
    cells = row(measures(record(said), Asked()), "differently-community").cells
    assert (cells["numerator"], cells["denominator"]) == (0, 0)
    assert cells["excluded"] == ("1 without a quorum; 2 not open ballots of several people")


def test_whose_ballots_are_left_away_is_off_the_electorate_too() -> None:
    """Two thirds of the electorate: 4 of 6 say a; without the community 2 of 3, so it stands."""
    votes = [("ca", "a"), ("cb", "a"), ("cc", "b"), ("ia", "a"), ("ib", "a"), ("ic", "b")]
    rule = {"over": 2, "under": 3, "of": "electorate"}
    said = [*SIDES, *decision(1, votes, method="supermajority", threshold=rule)]
    assert counts(measures(record(said), Asked()), "differently-community") == (0, 1, None)


def test_an_objection_is_left_away_with_its_side() -> None:
    votes = [("ca", "a"), ("ia", "a"), ("ib", "a")]
    said = [*SIDES, *decision(1, votes, method="consensus", against=[("ca", "a")])]
    # With it nothing can be chosen; without it, a.
    result = measures(record(said), Asked())
    assert counts(result, "differently-community") == (1, 1, None)
    assert counts(result, "differently-institution") == (0, 1, None)


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("cinu"), st.sampled_from("ab")), min_size=1, max_size=7),
        max_size=8,
    )
)
def test_any_majority_is_counted_again_as_by_a_plain_count(
    polls: list[list[tuple[str, str]]],
) -> None:
    names = {side: [f"{side}{'abcdefg'[n]}" for n in range(7)] for side in "cinu"}
    said = [*acting("community", *names["c"]), *acting("institution", *names["i"])]
    said += acting("bridging", *names["n"])
    expected = {"community": [0, 0], "institution": [0, 0]}
    for number, poll in enumerate(polls):
        votes = [(names[side][n], choice) for n, (side, choice) in enumerate(poll)]
        said += decision(number, votes)
        for title, side in (("community", "c"), ("institution", "i")):
            left = [choice for whose, choice in poll if whose != side]
            if len({choice for _, choice in poll}) < 2 or not left:
                continue
            expected[title][1] += 1
            expected[title][0] += winner([choice for _, choice in poll]) != winner(left)
    result = measures(record(said), Asked())
    for title, (changed, whole) in expected.items():
        assert counts(result, f"differently-{title}")[:2] == (changed, whole)


def winner(votes: Sequence[str]) -> str | None:
    best, most = Counter(votes).most_common(1)[0]
    return best if 2 * most > len(votes) else None


# ── room on the ballot, and what was carried on ─────────────────────────────────────────────────


def test_options_put_by_the_community_of_those_whose_source_is_recorded() -> None:
    options = [
        {"option": "a", "put_by": person("ca")},
        {"option": "b", "put_by": person("ia")},
        {"option": "c", "side": "community"},
        {"option": "d", "put_by": person("ia"), "side": "community"},  # what was said outranks
        {"option": "e"},
        {"option": "f", "nothing": True, "side": "community"},
    ]
    said = [*SIDES]
    for number in range(3):
        said += decision(number, SWAYED, options=options)
    result = measures(record(said), Asked())
    assert counts(result, "room-options") == (9, 12, 75.0)
    assert row(result, "room-options").cells["left_out"] == 3
    notice = row(result, "room-notice").cells
    assert notice["value"] is None
    assert "no entry records" in str(notice["assessed"])


OTHER = "project:" + "o" * 26


def carried(id_: str, day: int, accepted: bool | None, to: str = OTHER) -> list[Said]:
    said: list[Said] = [
        (
            "matter-carried/v1",
            {"matter": id_, "project": PROJECT, "to_project": to, "person": person("ia")},
            day,
        )
    ]
    if accepted is not None:
        body = {"matter": id_, "project": to, "person": person("ia"), "accepted": accepted}
        said.append(("matter-received/v1", body, day + 1))
    return said


def test_what_was_open_at_a_close_is_taken_on_or_dropped() -> None:
    inputs = [id_of("input", n) for n in range(11)]
    promise, kept = id_of("commitment", 1), id_of("commitment", 2)
    said: list[Said] = [
        ("input-submitted/v1", {"input": one, "project": PROJECT, "people": [person("ca")]}, 1)
        for one in inputs
    ]
    said += [
        ("commitment-made/v1", {"commitment": one, "project": PROJECT, "person": person("ia")}, 1)
        for one in (promise, kept)
    ]
    said += [
        ("input-answered/v1", answer(inputs[0]), 2),  # answered: not open
        ("input-answered/v1", answer(inputs[1]), 2),
        ("input-not-answered/v1", {"input": inputs[1]}, 3),  # open again
        (
            "commitment-settled/v1",
            {"commitment": kept, "person": person("ia"), "outcome": "kept"},
            3,
        ),
        *carried(inputs[2], 4, True),  # before the close
        *carried(inputs[3], 4, None),  # nobody said yes
        *carried(inputs[4], 4, False),  # refused
        ("project-closed/v1", {"project": PROJECT}, 10),
        *carried(inputs[5], 11, True),
        *carried(promise, 11, True),
        ("input-answered/v1", answer(inputs[6]), 12),  # after the close: it was open then
    ]
    result = measures(record(said), Asked())
    # Open: ten inputs (all but the first) and one promise; taken on: two inputs and the promise.
    assert counts(result, "carried-on") == (3, 11, 27.3)
    assert counts(measures(record(said), Asked(at=20)), "carried-on")[1] == 0


def answer(input_: str) -> dict[str, Any]:
    return {"input": input_, "project": PROJECT, "people": [], "outcome": "noted"}


# ── the view ────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_record_gives_no_figure_and_says_of_each_measure_why() -> None:
    result = measures(record([]), Asked())
    for one in result.rows:
        figures = (one.cells[name] for name in ("share", "value", "average", "total"))
        assert set(figures) == {None}
        assert one.cells["assessed"]
    assert not result.summary.shows


def test_by_a_day_and_in_a_period_only_what_happened_then_counts() -> None:
    said = [*SIDES, *decision(1, SWAYED, 10), *decision(2, SWAYED, 40)]
    by = measures(record(said), Asked(happened_by=START + timedelta(days=20)))
    assert counts(by, "differently-community")[1] == 1
    period = (START + timedelta(days=30), START + timedelta(days=50))
    assert counts(measures(record(said), Asked(period=period)), "differently-community")[1] == 1
    assert counts(measures(record(said), Asked()), "differently-community")[1] == 2


def test_it_is_of_the_whole_programme_and_of_nobody(book: Book) -> None:
    with pytest.raises(ValueError, match="does not follow project"):
        book.view("measures", project=book.project())
    result = book.view("measures")
    assert not any(column.guard in {"person", "words"} for column in result.columns)
