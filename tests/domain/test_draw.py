"""Draws: nobody steers one, everybody can compute it again, and one secret short is no draw."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import Story, hashed, ident, person

from domain import lot
from domain.closing import DecisionClosed
from domain.decision import Decision

PEOPLE = "\n".join(
    f"ana  person-enrolled  person={name}"
    for name in ("ana", "ben", "cy", "dee", "eve", "fay", "gus", "hal")
)
POOL = "p1@cy/community,p2@dee/community,p3@eve/institution,p4@fay/institution,p5@gus/front-line"
OPEN = f"""
    ana  project-opened   project=breath
    {PEOPLE}
    ana  decision-opened  decision=panel project=breath method=sortition options={POOL} \
electorate=ana,ben quorum=2 seats=2 last_day=2026-02-01
"""
SEALED = """
    ana  draw-sealed    decision=panel person=ana seal=red under=-
    ben  draw-sealed    decision=panel person=ben seal=blue
"""
SHOWN = """
    ana  draw-revealed  decision=panel person=ana secret=red under=-
    ben  draw-revealed  decision=panel person=ben secret=blue
"""


def drawn(text: str = OPEN + SEALED + SHOWN) -> tuple[Story, DecisionClosed]:
    """A draw that was held and closed."""
    story = Story().tell(text + "ana  decision-closed  decision=panel tally=auto")
    event = story.acts[-1].event
    assert isinstance(event, DecisionClosed)
    return story, event


def computed_by_a_stranger(story: Story) -> list[str]:
    """The order, from the bodies of the entries and the words of the page alone."""
    said = [(act.type, act.event.as_body()) for act in story.acts]
    [opened] = [body for type, body in said if type == "decision-opened/v1"]
    shown = {b["person"]: b["secret"] for type, b in said if type == "draw-revealed/v1"}
    text = f"tallystick/draw-seed/v1\n{opened['decision']}\n"
    for option in opened["options"]:
        text += f"{option['option']} {option.get('person', '-')} {option['side']}\n"
    for drawer in sorted(shown):
        text += f"{drawer} {shown[drawer]}\n"
    seed = sha256(text.encode()).hexdigest()
    tickets = {
        option["option"]: sha256(
            f"tallystick/draw-ticket/v1\n{seed}\n{option['option']}\n".encode()
        ).hexdigest()
        for option in opened["options"]
    }
    return sorted(tickets, key=lambda key: tickets[key])


def test_a_stranger_computes_the_same_people() -> None:
    story, closed = drawn()
    order = computed_by_a_stranger(story)
    assert closed.outcome == "decided"
    assert list(closed.chosen) == order[:2]
    assert [key for place in closed.places for key in place] == order
    assert (closed.tally.ballots, closed.tally.abstained, closed.tally.support) == (2, 0, ())


def test_a_worked_example_can_be_checked_with_sha256sum() -> None:
    # printf 'tallystick/draw-seal/v1\nd\np\ns\n' | sha256sum
    assert lot.seal("d", "p", "s") == sha256(b"tallystick/draw-seal/v1\nd\np\ns\n").hexdigest()
    pool = [lot.Ticket("x", "person:a", "community"), lot.Ticket("y")]
    text = b"tallystick/draw-seed/v1\nd\nx person:a community\ny - unsaid\np 1\nq 2\n"
    assert lot.seed("d", pool, [("q", "2"), ("p", "1")]) == sha256(text).hexdigest()


def test_whoever_was_drawn_takes_the_seat_and_nobody_else() -> None:
    story, closed = drawn()
    names = dict(
        zip(("p1", "p2", "p3", "p4", "p5"), ("cy", "dee", "eve", "fay", "gus"), strict=True)
    )
    chosen = [names[key] for key in closed.chosen]
    [other, *_] = [name for name in names.values() if name not in chosen]
    seat = "body=board chosen_by=open-call voting=yes decision=panel"
    story.tell(
        f"""
        ana  body-created  body=board project=breath
        ! not-chosen  ana  seat-filled  person={other} {seat}
        ana  seat-filled  person={chosen[0]} {seat}
    """
    )
    story.tell(f"""
        ana  seat-filled  body=board person={other} chosen_by=institution voting=no
        ! not-chosen  ana  chair-taken  body=board person={other} chosen_by=open-call decision=panel
        ! not-chosen  ana  power-granted  to={other} kinds=evaluation decision=panel
        ana  power-granted  to={chosen[0]} kinds=evaluation decision=panel
        ! decision-not-adopted  ana  project-closed  project=breath decision=panel
    """)


def test_every_secret_is_sealed_before_any_is_shown() -> None:
    Story().tell(OPEN).tell("""
        ana  draw-sealed  decision=panel person=ana seal=red under=-
        ! not-all-sealed  ana  draw-revealed  decision=panel person=ana secret=red under=-
        ! sealed-already  ana  draw-sealed  decision=panel person=ana seal=green under=-
        ben  draw-sealed  decision=panel person=ben seal=blue
        ! secret-differs  ben  draw-revealed  decision=panel person=ben secret=green
        ! secret-differs  ben  draw-revealed  decision=panel person=ben secret=red
        ben  draw-revealed  decision=panel person=ben secret=blue
        ! revealed-already  ben  draw-revealed  decision=panel person=ben secret=blue
    """)


def test_a_seal_that_is_copied_opens_for_nobody_else() -> None:
    story = Story().tell(OPEN + "ana draw-sealed decision=panel person=ana seal=red under=-")
    copied = story.acts[-1].event.as_body()["seal"]
    body = {"decision": ident("decision", "panel"), "person": person("ben"), "seal": copied}
    story.say("ben", "draw-sealed", body)
    story.tell("! secret-differs  ben  draw-revealed  decision=panel person=ben secret=red")


def test_only_a_drawer_draws_and_nobody_for_them() -> None:
    Story().tell(OPEN).tell("""
        ! not-on-electorate  cy   draw-sealed  decision=panel person=cy seal=red
        ! not-your-secret    ana  draw-sealed  decision=panel person=ben seal=red
        ! mode-not-allowed   ana  draw-sealed  decision=panel person=ana seal=red history
        ! other-ballots      ana  vote-cast    decision=panel voter=ana under=-
        ! unknown-decision   ana  draw-sealed  decision=other person=ana seal=red under=-
        ana  decision-opened  decision=late project=breath options=a,b electorate=ana \
method=simple-majority
        ! no-draw  ana  draw-sealed  decision=late person=ana seal=red under=-
    """)


def test_a_secret_that_is_never_shown_ends_the_draw_and_decides_nothing() -> None:
    story = Story().tell(OPEN + SEALED + """
        ana  draw-revealed  decision=panel person=ana secret=red under=-
        ! closed-too-early  ana  decision-closed  decision=panel tally=auto
        day 2026-02-02
        ! voting-over  ben  draw-revealed  decision=panel person=ben secret=blue
        ana  decision-closed  decision=panel tally=auto
        ! decision-closed-already  ben  draw-revealed  decision=panel person=ben secret=blue
    """)  # fmt: skip
    state = story.get(Decision, ident("decision", "panel"))
    assert (state.outcome, state.chosen, state.adopted) == ("no-quorum", (), False)


def test_a_drawer_who_steps_back_ends_the_draw_at_once() -> None:
    story = Story().tell(OPEN + SEALED + """
        ben  recusal-declared  decision=panel person=ben
        ! recused  ben  draw-revealed  decision=panel person=ben secret=blue
        ana  draw-revealed  decision=panel person=ana secret=red under=-
        ana  decision-closed  decision=panel tally=auto
    """)  # fmt: skip
    assert story.get(Decision, ident("decision", "panel")).outcome == "no-quorum"


QUOTAS = OPEN.replace("seats=2", "seats=3 quotas=institution:2")


def test_a_quota_is_filled_first_and_the_rest_go_by_the_order() -> None:
    story, closed = drawn(QUOTAS + SEALED + SHOWN)
    order = computed_by_a_stranger(story)
    institution = [key for key in order if key in {"p3", "p4"}]
    third = next(key for key in order if key not in institution)
    assert set(closed.chosen) == {*institution, third}
    assert list(closed.chosen) == [key for key in order if key in closed.chosen]


def test_who_says_no_is_followed_by_the_next_of_the_draw_by_a_cited_rule() -> None:
    story, closed = drawn()
    order = computed_by_a_stranger(story)
    gone, rest = order[0], ",".join(order[1:3])
    line = (
        f"ana decision-overridden decision=panel basis=charter kind=other excludes={gone} has=rule"
    )
    story.tell(f"""
        ! outcome-differs  {line} outcome=decided chosen={order[1]},{order[3]}
        {line} outcome=decided chosen={rest}
    """)
    assert closed.chosen[0] == gone


def test_under_quotas_who_says_no_is_followed_by_one_of_the_same_side() -> None:
    story, closed = drawn(
        OPEN.replace("p5@gus/front-line", "p5@gus/institution").replace(
            "seats=2", "seats=2 quotas=institution:1,community:1"
        )
        + SEALED
        + SHOWN
    )
    order = computed_by_a_stranger(story)
    community = [key for key in order if key in {"p1", "p2"}]
    kept = next(key for key in closed.chosen if key not in community)
    chosen = ",".join(key for key in order if key in {community[1], kept})
    line = (
        f"ana decision-overridden decision=panel basis=charter kind=other excludes={community[0]} "
        "has=rule outcome=decided"
    )
    story.tell(f"""
        ! override-unclear  {line} chosen={chosen}
        {line} chosen={chosen} fills=recount
    """)


def test_a_draw_is_reversed_by_another_draw() -> None:
    story, _ = drawn()
    story.tell(f"""
        ana  decision-opened  decision=anew project=breath method=sortition options={POOL} \
electorate=ana,ben quorum=2 seats=2 last_day=2026-02-01 revisits=panel
        ana  draw-sealed    decision=anew person=ana seal=one under=-
        ben  draw-sealed    decision=anew person=ben seal=two
        ana  draw-revealed  decision=anew person=ana secret=one under=-
        ben  draw-revealed  decision=anew person=ben secret=two
        ana  decision-closed  decision=anew tally=auto
        ana  decision-reversed  decision=panel by=decision:anew
    """)


@pytest.mark.parametrize(
    ("change", "into"),
    [
        ("electorate=ana,ben quorum=2", "electorate=ana quorum=1"),
        ("quorum=2", "quorum=1"),
        ("electorate=ana,ben", "electorate=ana,cy"),
        ("last_day=2026-02-01", ""),
        ("p5@gus/front-line", "p5@gus/front-line,p6*"),
        ("seats=2", "seats=5"),
        ("seats=2", "seats=2 quotas=community:3"),
        ("seats=2", "seats=2 quotas=bridging:1"),
        ("seats=2", "seats=2 quotas=community:1,community:1"),
        ("electorate=ana,ben", "ballots=tellers tellers=hal,gus electorate=ana,ben"),
        ("quorum=2", "quorum=2 history on=2025-01-01"),
    ],
)
def test_a_draw_that_cannot_be_held_is_not_opened(change: str, into: str) -> None:
    *before, line = OPEN.strip().splitlines()
    assert change in line
    Story().tell("\n".join(before)).tell(f"! draw-unclear  {line.strip().replace(change, into)}")


def test_a_pool_names_nobody_twice_and_only_who_takes_part() -> None:
    *before, line = OPEN.strip().splitlines()
    story = Story().tell("\n".join(before))
    twice, stranger = line.replace("p2@dee", "p2@cy"), line.replace("p2@dee", "p2@zoe")
    story.tell(f"! options-unclear  {twice.strip()}\n! not-enrolled  {stranger.strip()}")
    story.tell("""
        ! method-unclear  ana  decision-opened  decision=d project=breath method=simple-majority \
options=a,b electorate=ana quotas=community:1
    """)


def test_a_pool_may_be_large_and_a_vote_may_not() -> None:
    story = Story().tell("ana project-opened project=breath\n" + PEOPLE)
    many = ",".join(f"p{n}" for n in range(500))
    story.tell(f"""
        ! options-unclear  ana  decision-opened  decision=d project=breath options={many} \
electorate=ana method=simple-majority
        ana  decision-opened  decision=panel project=breath method=sortition options={many} \
electorate=ana,ben quorum=2 seats=20 last_day=2026-02-01
    """)
    story.tell(SEALED + SHOWN + "ana decision-closed decision=panel tally=auto")
    assert len(story.acts[-1].event.chosen) == 20


@given(
    honest=st.integers(0, 2**256 - 1),
    other=st.integers(0, 2**256 - 1),
    size=st.integers(2, 30),
    seats=st.integers(1, 5),
)
def test_the_order_is_a_permutation_and_one_bit_of_one_secret_changes_the_seed(
    honest: int, other: int, size: int, seats: int
) -> None:
    pool = [lot.Ticket(f"p{n}") for n in range(size)]

    def of(mine: int) -> str:
        return lot.seed("d", pool, [("a", f"{mine:064x}"), ("b", f"{other:064x}")])

    order = lot.order(of(honest), (one.key for one in pool))
    assert sorted(order) == sorted(one.key for one in pool)
    assert of(honest) != of(honest ^ 1)
    sides = {one.key: one.side for one in pool}
    assert lot.take(order, sides, (), seats) == order[:seats]


def test_over_many_draws_everybody_comes_first_about_equally_often() -> None:
    pool = [lot.Ticket(f"p{n}") for n in range(5)]
    first: Counter[str] = Counter()
    for n in range(5000):  # one drawer always the same, the other honest
        seed = lot.seed("d", pool, [("a", "0" * 64), ("b", hashed(str(n)))])
        first[lot.order(seed, (one.key for one in pool))[0]] += 1
    assert all(850 < number < 1150 for number in first.values())  # five standard deviations


def test_a_charter_is_not_amended_by_a_draw() -> None:
    charter: dict[str, Any] = {"amendment": {"rule": "decision", "method": "sortition"}}
    with pytest.raises(Exception, match="amends no charter"):
        Story(**charter)
