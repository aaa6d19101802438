"""Power shared, elected, handed on, returned, widened, narrowed, and what its holder says of it."""

from __future__ import annotations

import pytest
from story import Story, person

from domain.power import held
from domain.refusal import Refused


@pytest.fixture
def story() -> Story:
    """ben holds chairing and delivery in breath, one step onward; cy got part of it from ben."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dee
        ana  person-enrolled  person=rec
        ana  power-granted    to=rec kinds=record  as=r
        ana  power-granted    to=ben kinds=chairing,delivery scope.project=breath onward=2  as=g
        ben  power-granted    to=cy kinds=delivery scope.project=breath under=g  as=below
    """)


WHOLE = "kinds=chairing,delivery scope.project=breath onward=2"
OURS = "grant=g holder=ben"


def live(story: Story, grant: str, name: str) -> bool:
    try:
        held(story.world, story.named[grant], person(name), story.today)
    except Refused:
        return False
    return True


def test_a_shared_power_is_held_side_by_side(story: Story) -> None:
    story.tell("""
        ben  power-shared  to=dee kinds=chairing scope.project=breath has=conditions under=g  as=s
        ! grant-outside-what-is-held  ben  power-shared  to=dee kinds=budget under=g
    """)
    assert live(story, "s", "dee")
    assert live(story, "g", "ben")


def test_an_election_cites_its_decision_and_has_an_end(story: Story) -> None:
    story.tell("""
        ! no-decision             ana  power-elected  to=dee kinds=chairing scope.until=2026-12-31
        ! decision-not-adopted    ana  power-elected  to=dee kinds=chairing scope.until=2026-12-31 \
decision=d
        ana  decision-opened  decision=d project=breath options=dee,nobody* electorate=ana \
method=executive
        ! delegation-without-end  ana  power-elected  to=dee kinds=chairing decision=d
        ana  vote-cast        decision=d voter=ana choice=dee
        ana  decision-closed  decision=d tally=auto
        ana  power-elected    to=dee kinds=chairing scope.project=breath scope.until=2026-12-31 \
decision=d  as=e
        rec  power-elected    to=dee kinds=chairing by=ana history under=r
        day 2027-01-01
    """)
    assert not live(story, "e", "dee")


def test_a_grant_handed_on_leaves_its_giver_and_ends_what_the_giver_passed_on(story: Story) -> None:
    story.tell(f"""
        ! not-as-held     ben  power-transferred  {OURS} to=dee kinds=chairing \
scope.project=breath under=g
        ! not-as-held     ben  power-transferred  {OURS} to=dee kinds=chairing,delivery \
scope.project=breath onward=3 under=g
        ! to-oneself      ben  power-transferred  {OURS} to=ben {WHOLE} under=g
        ! not-the-holder  cy   power-transferred  {OURS} to=dee {WHOLE} under=below
        ! unknown-grant   ben  power-transferred  holder=ben to=dee {WHOLE} under=g
        ! unknown-person  ben  power-transferred  {OURS} to=zoe {WHOLE} under=g
        ! decision-not-adopted  ben  power-transferred  {OURS} to=dee {WHOLE} decision=d under=g
        ben  power-transferred  {OURS} to=dee {WHOLE} way=hand-over under=g  as=h
        ! grant-revoked   ben  power-granted  to=cy kinds=delivery scope.project=breath under=g
        dee  power-granted  to=cy kinds=delivery scope.project=breath under=h  as=new
    """)
    assert not live(story, "below", "cy")
    assert live(story, "new", "cy")
    story.tell("""
        ! not-yours-to-revoke  ben  power-revoked  grant=h holder=dee
        ana  power-revoked  grant=g holder=ben
    """)
    assert not live(story, "h", "dee")


def test_a_grant_goes_round_without_end(story: Story) -> None:
    story.tell(f"ben  power-transferred  {OURS} to=dee {WHOLE} way=rotate under=g  as=t0")
    names = ["dee", "ben"]
    for turn in range(300):
        giver, taker = names[turn % 2], names[(turn + 1) % 2]
        act = story.act(
            f"{giver} power-transferred grant=t{turn} holder={giver} to={taker} {WHOLE} "
            f"under=t{turn} as=t{turn + 1}"
        )
        story.happen(act)
    assert live(story, "t300", "dee")
    story.tell("ana  power-revoked  grant=g holder=ben")
    assert not live(story, "t300", "dee")


def test_a_founding_grant_handed_on_stays_a_founding_one(story: Story) -> None:
    kinds = (
        "agenda,decision,chairing,budget,hiring,information,knowledge,delivery,evaluation,"
        "publication,record,enrol,keys"
    )
    story.tell(f"""
        ana  power-transferred  grant=charter holder=ana to=dee kinds={kinds} onward=3  as=f
        ! grant-revoked  ana  project-opened  project=new
        dee  project-opened  project=new under=f
        ana  power-revoked   grant=f holder=dee under=-
    """)
    assert not live(story, "f", "dee")


def test_a_grant_is_widened_by_who_holds_more(story: Story) -> None:
    wider = "to=ben kinds=chairing,delivery,evaluation scope.project=breath"
    story.tell(f"""
        ! grant-outside-what-is-held  ben  power-expanded  {OURS} {wider} under=g
        ! not-as-held  ana  power-expanded  {OURS} to=ben kinds=evaluation scope.project=breath
        ana  power-expanded  {OURS} {wider}  as=w
    """)
    assert live(story, "w", "ben")
    assert live(story, "below", "cy")


def test_a_grant_is_narrowed_by_its_holder_or_from_above(story: Story) -> None:
    less = "to=ben kinds=chairing scope.project=breath scope.until=2026-02-01"
    story.tell(f"""
        ! not-yours-to-revoke   dee  power-narrowed  {OURS} {less}
        ! not-as-held           ana  power-narrowed  {OURS} to=ben kinds=budget scope.project=breath
        ! decision-not-adopted  ana  power-narrowed  {OURS} {less} decision=d
        ana  power-narrowed  {OURS} {less}  as=n
        ! grant-revoked   ben  power-said  grant=g holder=ben state=available
        ben  power-said   grant=n holder=ben state=available
        ben  power-narrowed  grant=n holder=ben to=ben kinds=chairing scope.project=breath \
scope.until=2026-01-10  as=m
        day 2026-01-11
        ! grant-expired   ben  power-said  grant=m holder=ben state=available
    """)
    assert not live(story, "below", "cy")


def test_a_holder_gives_it_back_to_whom_it_came_from(story: Story) -> None:
    story.tell("""
        ! not-as-held            cy   power-returned  grant=below holder=cy to=ana
        ! not-the-holder         ben  power-returned  grant=below holder=cy to=ben
        ! not-the-holder         cy   power-returned  grant=g holder=cy to=ana
        ! unknown-grant          cy   power-returned  grant=x holder=cy to=ana
        ! history-over-live      rec  power-returned  grant=below holder=cy to=ben history under=r
        cy   power-returned  grant=below holder=cy to=ben has=reason
        ! grant-already-revoked  cy   power-returned  grant=below holder=cy to=ben
    """)


def test_only_its_holder_says_how_it_stands_with_a_power(story: Story) -> None:
    story.tell("""
        cy   power-said  grant=below holder=cy state=blocked has=reason
        ! not-your-grant    ben  power-said  grant=below holder=cy state=available
        ! not-the-holder    cy   power-said  grant=g holder=cy state=blocked
        ! mode-not-allowed  rec  power-said  grant=below holder=cy state=blocked history under=r
    """)


def test_movements_recorded_afterwards_confer_and_end_nothing(story: Story) -> None:
    story.tell(f"""
        rec  power-transferred  holder=ben to=dee kinds=chairing on=2025-03-01 history under=r  as=t
        ! stands-on-history  dee  group-recorded  group=x project=breath label=x side=community \
under=t
        ! history-over-live  rec  power-transferred  {OURS} to=dee {WHOLE} history under=r
        ! stands-on-history  dee  power-transferred  holder=ben to=dee kinds=chairing history \
under=t
        rec  power-expanded  holder=ben to=ben kinds=chairing on=2025-03-01 history under=r
        rec  power-narrowed  holder=ben to=ben kinds=chairing on=2025-04-01 history under=r
    """)
    assert live(story, "g", "ben")


def test_a_grant_ends_by_a_decision_only_if_that_was_taken(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=end,keep* electorate=ana \
method=simple-majority
        ! decision-not-adopted  ana  power-revoked   grant=g holder=ben decision=d
        ! decision-not-adopted  ben  power-returned  grant=g holder=ben to=ana decision=d
        ana  vote-cast  decision=d voter=ana choice=end under=-
        ana  decision-closed  decision=d tally=auto
        ana  power-revoked  grant=g holder=ben decision=d
    """)
