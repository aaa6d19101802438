"""Count rules against worked examples of the literature, and against slow, obvious references.

Sources: M. Schulze, «A new monotonic, clone-independent …», Social Choice and Welfare 36 (2011);
the Tennessee example is the usual one in textbooks of voting methods.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ranking import Ballots, Places, prefer, seat
from domain.runoff import CONDORCET_IRV, INSTANT_RUNOFF, ROUNDS
from domain.schulze import SCHULZE, order, strongest_paths
from domain.spending import fund
from domain.tally import COUNT_RULES, Count, Frame, Result, outcome, recount


def ballots(text: str, options: str) -> Ballots:
    """``5 A>C>B=E`` a line: so many ballots, best first; who is left out: no opinion."""
    found: dict[tuple[int, ...], int] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        number, ranking = line.split()
        rank = {
            o: place for place, alike in enumerate(ranking.split(">"), 1) for o in alike if o != "="
        }
        found[tuple(rank.get(option, 0) for option in options)] = int(number)
    return found


def named(places: Places, options: str) -> str:
    """``E A CB``: the places, best first, those tied together."""
    return " ".join("".join(options[o] for o in place) for place in places)


SCHULZE_45 = """
    5 A>C>B>E>D
    5 A>D>E>C>B
    8 B>E>D>A>C
    3 C>A>B>E>D
    7 C>A>E>B>D
    2 C>B>A>D>E
    7 D>C>E>B>A
    8 E>B>A>D>C
"""
TENNESSEE = """
    42 M>N>C>K
    26 N>C>K>M
    15 C>K>N>M
    17 K>C>N>M
"""


def test_forty_five_voters_and_five_options_as_schulze_counts_them() -> None:
    cast = ballots(SCHULZE_45, "ABCDE")
    paths = strongest_paths(prefer(cast, 5))
    assert paths[0] == [0, 28, 28, 30, 24]  # the published row of A
    assert paths[4] == [25, 28, 28, 31, 0]
    assert named(SCHULZE.from_ballots(cast, 5), "ABCDE") == "E A C B D"


@pytest.mark.parametrize(
    ("rule", "first"), [("schulze", "N"), ("instant-runoff", "K"), ("condorcet-irv", "N")]
)
def test_the_capital_of_tennessee_depends_on_the_rule(rule: str, first: str) -> None:
    places = COUNT_RULES[rule].from_ballots(ballots(TENNESSEE, "MNCK"), 4)
    assert named(places, "MNCK")[0] == first


def test_instant_runoff_finds_further_places_without_the_ones_before() -> None:
    places = INSTANT_RUNOFF.from_ballots(ballots(TENNESSEE, "MNCK"), 4)
    assert named(places, "MNCK") == "K C N M"


def test_a_perfect_cycle_is_a_tie_under_every_rule() -> None:
    cast = ballots("1 A>B>C\n1 B>C>A\n1 C>A>B", "ABC")
    for rule in COUNT_RULES.values():
        assert rule.from_ballots(cast, 3) == ((0, 1, 2),)


def test_no_opinion_ranks_neither_way() -> None:
    # C is unknown to most, and preferred by the two who know it.
    cast = ballots("9 A>B\n1 C>A>B\n1 C>B", "ABC")
    assert prefer(cast, 3)[2] == [1, 2, 0]
    assert named(SCHULZE.from_ballots(cast, 3), "ABC") == "C A B"
    # Put last by the nine instead, it comes last.
    last = ballots("9 A>B>C\n1 C>A>B\n1 C>B", "ABC")
    assert named(SCHULZE.from_ballots(last, 3), "ABC") == "A B C"


def test_an_option_of_which_nobody_has_an_opinion_has_no_place() -> None:
    cast = ballots("3 A>B\n1 B>A", "ABC")
    for rule in COUNT_RULES.values():
        assert named(rule.from_ballots(cast, 3), "ABC") == ("A" if rule.for_seats else "A B")
    assert SCHULZE.from_ballots({(0, 0, 0): 5}, 3) == ()
    assert INSTANT_RUNOFF.from_ballots({(0, 0, 0): 5}, 3) == ()


def test_alike_at_the_top_shares_a_vote_exactly() -> None:
    # A has 1 + 3/2, B 3/2, C 2: B goes out first, though whole ballots would have said C.
    cast = ballots("1 A>C>B\n3 A=B>C\n2 C>B>A", "ABC")
    assert named(INSTANT_RUNOFF.from_ballots(cast, 3), "ABC").startswith("A")


def test_when_the_fewest_tie_whoever_can_win_shares_the_place() -> None:
    # A 4, B 3, C 3: without B, C wins; without C, B wins; A never does.
    cast = ballots("4 A>B>C\n3 B>C>A\n3 C>B>A", "ABC")
    assert named(INSTANT_RUNOFF.from_ballots(cast, 3), "ABC") == "BC A"
    # It does not matter which of two with nothing to give goes first.
    hopeless = ballots("9 A>B>C\n1 B>C>A\n1 C>B>A\n5 D>A>B>C", "ABCD")
    assert named(INSTANT_RUNOFF.from_ballots(hopeless, 4), "ABCD")[0] == "A"


def test_a_count_that_ties_without_end_leaves_its_options_tied() -> None:
    size = 12
    cast = {tuple((a + shift) % size + 1 for a in range(size)): 1 for shift in range(size)}
    cast[tuple(range(1, size + 1))] = 3
    cast[tuple(range(size, 0, -1))] = 3
    places = INSTANT_RUNOFF.from_ballots(cast, size)
    assert sorted(o for place in places for o in place) == list(range(size))
    assert 2**size > ROUNDS


def test_places_that_are_shared_fill_seats_together_or_not_at_all() -> None:
    places = ((2,), (0, 1), (3,))
    assert seat(places, 1) == ((2,), ())
    assert seat(places, 2) == ((2,), (0, 1))
    assert seat(places, 3) == ((2, 0, 1), ())
    assert seat(places, 5) == ((2, 0, 1, 3), ())


def test_fewer_options_ranked_than_there_are_seats_leave_seats_empty() -> None:
    frame = Frame("ranked-choice", ("a", "b", "c"), 9, seats=3)
    assert outcome(frame, Count(1, 0, ranked={(1, 2, 0): 1})).outcome == "not-reached"
    assert outcome(frame, Count(1, 0, ranked={(1, 2, 0): 1})).chosen == ("a", "b")


def test_a_recount_asks_the_same_ballots_without_some_options() -> None:
    frame = Frame("ranked-choice", ("a", "b", "c"), 9)
    count = Count(3, 0, ranked={(1, 2, 3): 2, (3, 1, 2): 1})
    assert recount(frame, count, frozenset("a")) == Result("decided", ("b",), (), (("b",), ("c",)))
    pairs = Count(3, 0, pairs=((0, 2, 2), (1, 0, 3), (1, 0, 0)))
    assert recount(frame, pairs, frozenset("a")).chosen == ("b",)
    votes = Count(9, 0, {"a": 5, "b": 4})
    majority = Frame("simple-majority", ("a", "b"), 9)
    assert recount(majority, votes, frozenset("a")).outcome == "not-reached"


# --- the budget vote


def test_money_goes_to_options_in_order_of_votes() -> None:
    assert fund([60, 50, 30], [9, 5, 4], 100, "in-order-skip") == ((0, 2), ())
    assert fund([60, 50, 30], [9, 5, 4], 100, "in-order-stop") == ((0,), ())


def test_options_tied_for_the_last_money_are_tied() -> None:
    assert fund([60, 30, 30], [9, 5, 5], 100, "in-order-skip") == ((0,), (1, 2))
    assert fund([60, 20, 20], [9, 5, 5], 100, "in-order-skip") == ((0, 1, 2), ())
    # one of the two never fitted: under «skip» there is no tie to break, under «stop» there is
    assert fund([60, 90, 20], [9, 5, 5], 100, "in-order-skip") == ((0, 2), ())
    assert fund([60, 90, 20], [9, 5, 5], 100, "in-order-stop") == ((0,), (1, 2))


def test_what_nobody_voted_for_or_no_more_than_nothing_is_not_paid_for() -> None:
    assert fund([1, 1], [0, 3], 100, "in-order-skip") == ((1,), ())
    frame = Frame(
        "budget-vote", ("a", "b", "none"), 9, costs=(10, 10, 0), money=100, nothing="none"
    )
    assert outcome(frame, Count(9, 0, {"a": 6, "b": 3, "none": 3})).chosen == ("a",)
    assert outcome(frame, Count(9, 0, {"none": 3})).outcome == "not-reached"


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), min_size=1, max_size=8),
    st.integers(0, 150),
    st.sampled_from(["in-order-skip", "in-order-stop"]),
)
def test_never_more_than_the_money_is_spent_nor_fewer_votes_preferred(
    options: list[tuple[int, int]], money: int, rule: str
) -> None:
    costs, votes = [cost for cost, _ in options], [n for _, n in options]
    paid, tied = fund(costs, votes, money, rule)
    assert sum(costs[o] for o in paid) <= money
    assert [votes[o] for o in paid] == sorted((votes[o] for o in paid), reverse=True)
    assert not set(paid) & set(tied)
    left = money - sum(costs[o] for o in paid)
    if rule == "in-order-skip" and not tied:
        assert not any(votes[o] and costs[o] <= left for o in range(len(votes)) if o not in paid)


# --- slow, obvious references

some_ballots = st.integers(1, 4).flatmap(
    lambda options: st.dictionaries(
        st.tuples(*[st.integers(0, options)] * options), st.integers(1, 5), max_size=7
    ).map(lambda cast: (options, cast))
)


def slow_schulze(cast: Ballots, options: int) -> list[set[int]]:
    """By the definition: every path there is, written out."""

    def preferring(a: int, b: int) -> int:
        return sum(n for r, n in cast.items() if r[a] and r[b] and r[a] < r[b])

    def strength(a: int, b: int) -> int:
        best = 0
        others = [o for o in range(options) if o not in (a, b)]
        for length in range(len(others) + 1):
            for middle in permutations(others, length):
                path = [a, *middle, b]
                links = list(pairwise(path))
                if all(preferring(x, y) > preferring(y, x) for x, y in links):
                    best = max(best, min(preferring(x, y) for x, y in links))
        return best

    compared = [
        a
        for a in range(options)
        if any(preferring(a, b) or preferring(b, a) for b in range(options))
    ]
    beaten = {a: sum(strength(b, a) > strength(a, b) for b in compared if b != a) for a in compared}
    return [{a for a in compared if beaten[a] == n} for n in sorted(set(beaten.values()))]


def slow_winners(cast: Ballots, standing: set[int]) -> set[int]:
    """Instant runoff, trying every way to break every tie, one option at a time."""
    votes = {o: Fraction(0) for o in standing}
    for ranks, number in cast.items():
        said = {o: ranks[o] for o in standing if ranks[o]}
        top = [o for o in said if said[o] == min(said.values())]
        for o in top:
            votes[o] += Fraction(number) / len(top)
    if not sum(votes.values()):
        return set()
    if len(set(votes.values())) == 1:
        return set(standing)
    most = max(votes, key=lambda o: votes[o])
    if votes[most] > sum(votes.values()) / 2:
        return {most}
    fewest = min(votes.values())
    found: set[int] = set()
    for out in (o for o in standing if votes[o] == fewest):
        found |= slow_winners(cast, standing - {out})
    return found


def slow_runoff(cast: Ballots, options: int) -> list[set[int]]:
    """Place after place."""
    standing, places = set(range(options)), []
    while standing and (first := slow_winners(cast, standing)):
        places.append(first)
        standing -= first
    return places


@given(some_ballots)
@settings(max_examples=300)
def test_schulze_agrees_with_every_path_written_out(cast: tuple[int, Ballots]) -> None:
    options, found = cast
    assert [set(p) for p in SCHULZE.from_ballots(found, options)] == slow_schulze(found, options)


@given(some_ballots)
@settings(max_examples=300)
def test_instant_runoff_agrees_with_every_tie_broken_every_way(cast: tuple[int, Ballots]) -> None:
    options, found = cast
    fast = [set(place) for place in INSTANT_RUNOFF.from_ballots(found, options)]
    assert fast == slow_runoff(found, options)


@given(some_ballots)
def test_who_is_preferred_to_each_other_holds_the_first_place(cast: tuple[int, Ballots]) -> None:
    options, found = cast
    matrix = prefer(found, options)
    for one in range(options):
        others = [o for o in range(options) if o != one]
        if others and all(matrix[one][o] > matrix[o][one] for o in others):
            assert SCHULZE.from_ballots(found, options)[0] == (one,)
            assert CONDORCET_IRV.from_ballots(found, options)[0] == (one,)


@given(some_ballots)
def test_whom_another_beats_by_paths_stands_behind_it(cast: tuple[int, Ballots]) -> None:
    options, found = cast
    matrix = prefer(found, options)
    paths = strongest_paths(matrix)
    place = {o: number for number, alike in enumerate(order(matrix)) for o in alike}
    for (a, behind), (b, ahead) in permutations(place.items(), 2):
        if paths[b][a] > paths[a][b]:
            assert ahead < behind


@given(some_ballots, st.permutations(range(4)))
def test_the_order_in_which_options_were_put_decides_nothing(
    cast: tuple[int, Ballots], shuffled: list[int]
) -> None:
    options, found = cast
    to = [o for o in shuffled if o < options]
    moved: dict[tuple[int, ...], int] = {}
    for ranks, number in found.items():
        there = tuple(ranks[o] for o in to)
        moved[there] = moved.get(there, 0) + number
    for rule in COUNT_RULES.values():
        here = [{to.index(o) for o in place} for place in rule.from_ballots(found, options)]
        assert here == [set(place) for place in rule.from_ballots(moved, options)]
