"""The single transferable vote against a published count, a slow reference, and another program.

The reference follows the rules of SSI 2007/42 paper by paper and stops where they ask for a lot.
The other program is the PyPI library ``stvpoll``, which passes papers on to options that were
elected at the same stage, as rule 48(2) does not; so it is asked where nobody was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from story import Story
from stvpoll.scottish_stv import ScottishSTV
from test_counting import ballots, named

from domain import stv
from domain.ranking import Ballots, seat
from domain.stv import STAGES, VOTE, places
from domain.tally import Count, Frame, Result, outcome

#: What twenty guests would like to eat, three kinds at most: Oranges, Pears, Chocolate,
#: Strawberries, sWeets, Hamburgers (Wikipedia, «Single transferable vote», the party example).
PARTY = """
    4 O
    2 P>O
    8 C>S
    4 C>W
    1 S
    1 H
"""
GUESTS = "OPCSWH"


def test_the_party_of_twenty_eats_what_was_published() -> None:
    # Quota 20 ÷ 4 + 1 = 6. Chocolate has 12; of its papers each half goes on: strawberries 1 + 4,
    # sweets 2. Hamburgers, then pears go; oranges reach 6, and so on to the last seat.
    found = places(ballots(PARTY, GUESTS), 6, 3)
    assert named(found, GUESTS) == "C O S"


def test_what_is_smaller_than_a_hundred_thousandth_is_lost() -> None:
    # A: 7 of 10, quota 10 ÷ 3 + 1 = 4, surplus 3. Each of the 7 papers goes on at 0.42857.
    cast = ballots("7 A>B\n2 C\n1 D", "ABCD")
    assert named(places(cast, 4, 2), "ABCD") == "A B"
    assert 3 * VOTE * VOTE // (7 * VOTE) == 42857


def test_it_is_proportional_where_places_by_runoff_are_not() -> None:
    cast = ballots("60 A>B>C\n40 X>Y>Z", "ABCXYZ")
    assert {"A", "B", "X"} == set(named(places(cast, 6, 3), "ABCXYZ").replace(" ", ""))
    frame = Frame("ranked-choice", tuple("ABCXYZ"), 100, count_rule="instant-runoff", seats=3)
    assert outcome(frame, Count(100, ranked=cast)).chosen == ("A", "B", "C")


def test_the_last_earlier_stage_at_which_they_differed_decides_between_equals() -> None:
    # B and C end with 6 each after D goes; before that B had 6 and C 5, so C goes next.
    cast = ballots("9 A\n6 B>A\n5 C>B\n1 D>C", "ABCD")
    assert named(places(cast, 4, 1), "ABCD") == "B"


def test_a_tie_for_a_seat_is_shown_as_a_tie_and_not_drawn() -> None:
    frame = Frame("ranked-choice", ("a", "b", "c"), 20, count_rule="scottish-stv", seats=2)
    cast = ballots("8 a\n3 b\n3 c", "abc")
    assert outcome(frame, Count(14, ranked=cast)) == Result(
        "tied", ("a",), ("b", "c"), (("a",), ("b", "c"))
    )


def test_a_lot_that_changes_nothing_is_no_tie() -> None:
    # C and D have one each and no past: whoever goes first, A and B are elected.
    cast = ballots("5 A\n5 B\n1 C\n1 D", "ABCD")
    assert seat(places(cast, 4, 2), 2) == ((0, 1), ())


def test_a_lot_far_up_reaches_the_last_seat() -> None:
    # B and C tie for going out. Without B, C is elected with its papers; without C, D is.
    cast = ballots("6 A\n2 B>C\n2 C>D\n3 D", "ABCD")
    chosen, tied = seat(places(cast, 4, 2), 2)
    assert chosen == (0,)
    assert set(tied) == {2, 3}


def test_an_option_that_no_paper_ranks_does_not_stand() -> None:
    assert places(ballots("3 A>B", "ABC"), 3, 3) == ((0,), (1,))
    assert places({(0, 0): 4}, 2, 1) == ()
    frame = Frame("ranked-choice", ("a", "b", "c"), 3, count_rule="scottish-stv", seats=3)
    assert outcome(frame, Count(3, ranked=ballots("3 a>b", "abc"))).outcome == "not-reached"


def test_papers_that_prefer_several_alike_are_shared_equally() -> None:
    # 2 and 2 and 3: A or B goes, and the other has all four of the papers they shared.
    assert named(places(ballots("4 A=B\n3 C", "ABC"), 3, 1), "ABC") == "AB"
    assert named(places(ballots("4 A=B>C\n5 C", "ABC"), 3, 1), "ABC") == "C"
    assert named(places(ballots("4 A=B>C\n1 C", "ABC"), 3, 2), "ABC") == "AB"


def test_a_count_that_ties_without_end_leaves_its_options_tied() -> None:
    size = 12
    cast = {tuple((a + shift) % size + 1 for a in range(size)): 1 for shift in range(size)}
    chosen, tied = seat(places(cast, size, 5), 5)
    assert chosen == ()
    assert len(tied) == size
    assert STAGES < 10_000


class Lot(Exception):
    """The rules would decide this by lot."""


def by_the_book(cast: Ballots, options: int, seats: int) -> tuple[list[int], bool]:
    """The rules as they stand, paper by paper; and whether two were ever elected at one stage."""
    papers = [(ranks, VOTE) for ranks, number in cast.items() for _ in range(number) if any(ranks)]
    continuing = [o for o in range(options) if any(ranks[o] for ranks, _ in papers)]
    held: dict[int, list[tuple[tuple[int, ...], int]]] = {o: [] for o in continuing}
    quota = (len(papers) // (seats + 1) + 1) * VOTE
    for paper in papers:
        held[preferred(paper[0], continuing)].append(paper)  # rule 45
    elected: list[int] = []
    surplus: dict[int, int] = {}
    stages: list[dict[int, int]] = []
    kept: dict[int, int] = {}
    together = False
    while True:
        votes = {o: sum(value for _, value in held[o]) for o in held} | kept
        new = sorted((o for o in continuing if votes[o] >= quota), key=lambda o: -votes[o])
        together |= len(new) > 1
        elected += new  # rule 47
        continuing = [o for o in continuing if o not in new]
        surplus |= {o: votes[o] - quota for o in new if votes[o] > quota}
        if len(elected) == seats or len(continuing) <= seats - len(elected):  # rule 52
            return [*elected, *continuing][:seats], together
        if surplus:  # rules 48 and 49
            largest = max(surplus.values())
            one = lone([o for o in surplus if surplus[o] == largest], stages, max)
            part = (surplus.pop(one), votes[one])
            kept[one] = quota
        else:  # rules 50 and 51
            fewest = min(votes[o] for o in continuing)
            one = lone([o for o in continuing if votes[o] == fewest], stages, min)
            part = (1, 1)
            continuing.remove(one)
        stages.append(votes)
        for ranks, value in held.pop(one):
            to = preferred(ranks, continuing)
            if to >= 0:
                held[to].append((ranks, value * part[0] // part[1]))


def preferred(ranks: tuple[int, ...], continuing: Iterable[int]) -> int:
    """The next available preference; -1 if there is none."""
    return min((o for o in continuing if ranks[o]), key=lambda o: ranks[o], default=-1)


def lone(
    equal: list[int], stages: list[dict[int, int]], pick: Callable[[Iterable[int]], int]
) -> int:
    """The one whom the most recent stage singles out at which they were not equal."""
    for votes in reversed(stages):
        wanted = pick(votes[o] for o in equal)
        equal = [o for o in equal if votes[o] == wanted]
    if len(equal) > 1:
        raise Lot
    return equal[0]


@st.composite
def elections(draw: st.DrawFn) -> tuple[dict[tuple[int, ...], int], int, int]:
    """Papers that rank some of three to six options strictly, for one to four seats."""
    options = draw(st.integers(3, 6))
    seats = draw(st.integers(1, options - 1))
    cast: dict[tuple[int, ...], int] = {}
    for _ in range(draw(st.integers(1, 7))):
        order = draw(st.permutations(range(options)))[: draw(st.integers(1, options))]
        ranks = tuple(order.index(o) + 1 if o in order else 0 for o in range(options))
        cast[ranks] = cast.get(ranks, 0) + draw(st.integers(1, 25))
    return cast, options, seats


@given(elections())
@settings(max_examples=300)
def test_wherever_no_lot_is_needed_it_counts_as_the_rules_say(
    election: tuple[dict[tuple[int, ...], int], int, int],
) -> None:
    cast, options, seats = election
    try:
        expected, _ = by_the_book(cast, options, seats)
    except Lot:
        assume(False)
    chosen, tied = seat(places(cast, options, seats), seats)
    assert (set(chosen), tied) == (set(expected), ())


class Truncating(ScottishSTV):
    """The library, with the remainder ignored as rule 48(3) says, where it rounds."""

    round = staticmethod(lambda value: value.quantize(Decimal("0.00001"), rounding=ROUND_DOWN))


@given(elections())
@settings(max_examples=300)
def test_wherever_nobody_is_elected_together_another_program_agrees(
    election: tuple[dict[tuple[int, ...], int], int, int],
) -> None:
    cast, options, seats = election
    try:
        _, together = by_the_book(cast, options, seats)
    except Lot:
        assume(False)
    assume(not together)
    poll = Truncating(seats, list(map(str, range(options))), random_in_tiebreaks=False)
    for ranks, number in cast.items():
        ranked = sorted((o for o in range(options) if ranks[o]), key=lambda o: ranks[o])
        poll.add_ballot(list(map(str, ranked)), number)
    result = poll.calculate()
    assume(result.complete)
    theirs = set(map(int, result.elected_as_tuple()))
    chosen = set(seat(places(cast, options, seats), seats)[0])
    # The library fills seats with options that no paper ranks; here they do not stand.
    stand = {o for o in range(options) if any(ranks[o] for ranks in cast)}
    assert chosen == theirs & stand


@given(elections())
@settings(max_examples=200)
def test_nobody_is_elected_twice_and_no_seat_is_made(
    election: tuple[dict[tuple[int, ...], int], int, int],
) -> None:
    cast, options, seats = election
    found = places(cast, options, seats)
    everyone = [option for place in found for option in place]
    assert len(set(everyone)) == len(everyone)
    chosen, tied = seat(found, seats)
    assert len(chosen) <= seats
    assert not tied or len(tied) > seats - len(chosen)


def test_nobody_is_next_in_order_when_a_rule_keeps_an_elected_one_out() -> None:
    story = Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  decision-opened  decision=d project=breath options=a,b,c electorate=ana \
method=ranked-choice count_rule=scottish-stv seats=2
        ana  vote-cast  decision=d voter=ana ranking=a>b>c under=-
        ana  decision-closed  decision=d tally=auto
        ! override-unclear  ana  decision-overridden  decision=d basis=charter kind=seat-limit \
excludes=a fills=next-in-order outcome=decided chosen=b,c has=rule
        ana  decision-overridden  decision=d basis=charter kind=seat-limit excludes=a \
fills=recount outcome=decided chosen=b,c has=rule
    """)
    assert story.acts


@pytest.mark.parametrize("seats", [1, 2])
def test_few_secret_ballots_are_not_recorded_for_it_either(seats: int) -> None:
    Story().tell(f"""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  decision-opened  decision=d project=breath options=a,b,c eligible=4 ballots=imported \
method=ranked-choice count_rule=scottish-stv seats={seats}
        ! ballots-identify  ana  ballots-imported  decision=d source=file \
counted='2 1-2-0:2'
        ! count-form  ana  ballots-imported  decision=d source=file counted='2 a>b:2'
    """)


def test_where_hundreds_are_tied_no_more_stages_are_made_than_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = 0
    exclude = stv._exclude

    def counted(stage: stv._Stage, options: Iterable[int]) -> stv._Stage:
        nonlocal made
        made += 1
        return exclude(stage, options)

    monkeypatch.setattr(stv, "_exclude", counted)
    many = 150
    alone = {tuple(int(one == other) for other in range(many)): 1 for one in range(many)}
    assert places(alone, many, 2) == (tuple(range(many)),)
    assert made <= STAGES
