"""Power descends from the charter, is never amplified, and ends for everyone below at once."""

from __future__ import annotations

import pytest
from story import Story, hashed, person

from domain.power import Authority, Scope, held
from domain.refusal import Refused
from domain.values import Money


@pytest.fixture
def story() -> Story:
    """A project, three people, and nobody but ana with any power."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dee
    """)


def test_a_founder_passes_on_a_part_and_the_holder_may_use_it(story: Story) -> None:
    story.tell("""
        ! no-grant  ben  group-recorded  group=ten project=breath label=parents side=community
        ana  power-granted  to=ben kinds=record scope.project=breath  as=g
        ben  group-recorded  group=ten project=breath label=parents side=community under=g
    """)


def test_nobody_passes_on_a_kind_that_they_do_not_hold(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record,enrol onward=1  as=g
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=record,budget under=g
        ben  power-granted  to=cy kinds=record under=g
    """)


def test_nobody_passes_on_more_scope_than_they_hold(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=budget scope.project=breath scope.amount=GBP100.00 \
scope.until=2026-06-30 onward=1  as=g
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=budget under=g
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=budget \
scope.project=other scope.amount=GBP100.00 scope.until=2026-06-30 under=g
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=budget \
scope.project=breath scope.amount=GBP100.01 scope.until=2026-06-30 under=g
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=budget \
scope.project=breath scope.amount=EUR100.00 scope.until=2026-06-30 under=g
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=budget \
scope.project=breath scope.amount=GBP100.00 scope.until=2026-07-01 under=g
        ben  power-granted  to=cy kinds=budget \
scope.project=breath scope.amount=GBP100.00 scope.until=2026-06-30 under=g
    """)


def test_onward_becomes_strictly_less_until_nothing_is_left(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record onward=1  as=first
        ! grant-outside-what-is-held  ben  power-granted  to=cy kinds=record onward=1 under=first
        ben  power-granted  to=cy kinds=record onward=0 under=first  as=second
        ! grant-outside-what-is-held  cy  power-granted  to=dee kinds=record under=second
    """)


def test_a_grant_to_a_stranger_is_refused(story: Story) -> None:
    story.tell("! unknown-person  ana  power-granted  to=nobody kinds=record")


def test_power_is_passed_on_only_from_a_named_grant(story: Story) -> None:
    story.tell("""
        ! no-grant  ana  power-granted  to=ben kinds=record under=-
        ! unknown-grant  ana  power-granted  to=ben kinds=record under=made-up
        ana  power-granted  to=ben kinds=record onward=1  as=g
        ! not-the-holder  cy  power-granted  to=dee kinds=record under=g
        ! not-the-holder  cy  power-granted  to=dee kinds=record by=ben under=g
    """)


def test_nobody_grants_in_the_name_of_another(story: Story) -> None:
    story.tell("! not-the-holder  ana  power-granted  to=ben kinds=record by=cy")


def test_a_delegation_has_an_end_and_lives_through_its_last_day(story: Story) -> None:
    story.tell("""
        ! delegation-without-end  ana  power-delegated  to=ben kinds=record
        ana  power-delegated  to=ben kinds=record scope.until=2026-01-31  as=g
        day 2026-01-31
        ben  group-recorded  group=one project=breath label=parents side=community under=g
        day 2026-02-01
        ! grant-expired  ben  group-recorded  group=two project=breath label=parents \
side=community under=g
    """)


def test_a_revoked_grant_ends_everything_below_it(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record onward=2  as=first
        ben  power-granted  to=cy kinds=record onward=1 under=first  as=second
        cy   power-granted  to=dee kinds=record under=second  as=third
        dee  group-recorded  group=one project=breath label=a side=community under=third
        ana  power-revoked  grant=first holder=ben
        ! grant-revoked  dee  group-recorded  group=two project=breath label=a \
side=community under=third
        ! grant-revoked  cy  group-recorded  group=two project=breath label=a \
side=community under=second
    """)


def test_an_expired_grant_ends_everything_below_it(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record onward=1 scope.until=2026-02-01  as=first
        ben  power-granted  to=cy kinds=record scope.until=2026-02-01 under=first  as=second
        day 2026-02-02
        ! grant-expired  cy  group-recorded  group=g project=breath label=a side=community \
under=second
    """)


def test_any_holder_above_may_revoke_and_nobody_else(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record onward=2  as=first
        ben  power-granted  to=cy kinds=record under=first  as=second
        ! not-yours-to-revoke  dee  power-revoked  grant=second holder=cy
        ! not-yours-to-revoke  cy  power-revoked  grant=first holder=ben
        ana  power-revoked  grant=second holder=cy under=-
        ! grant-already-revoked  ben  power-revoked  grant=second holder=cy
    """)


def test_a_holder_gives_power_back_in_their_own_voice(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record  as=g
        ben  power-revoked  grant=g holder=ben
        ! grant-revoked  ben  group-recorded  group=g project=breath label=a side=community under=g
    """)


def test_revoking_names_a_grant_and_its_holder(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record  as=g
        ! unknown-grant  ana  power-revoked  grant=made-up holder=ben
        ! not-the-holder  ana  power-revoked  grant=g holder=cy
    """)


def test_founding_grants_end_by_as_many_founders_as_the_charter_asks() -> None:
    Story(founders=("ana", "ben", "cy"), needed=2).tell("""
        ! not-yours-to-revoke  ana  power-revoked  grant=charter holder=cy
        ana  power-revoked  grant=charter holder=cy with=ben
        ! grant-revoked  cy  project-opened  project=breath
        ben  project-opened  project=breath
    """)


def test_an_act_beyond_the_scope_is_refused(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=budget scope.project=breath scope.amount=GBP50.00  as=g
        ! outside-scope  ben  budget-opened  budget=pot project=other amount=GBP10.00 under=g
        ! outside-scope  ben  budget-opened  budget=pot project=breath amount=GBP50.01 under=g
        ! outside-scope  ben  budget-opened  budget=pot project=breath amount=EUR1.00 under=g
        ! no-such-power  ben  project-opened  project=third under=g
        ben  budget-opened  budget=pot project=breath amount=GBP50.00 under=g
    """)


def test_a_named_grant_must_live_even_where_none_is_needed(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record  as=g
        ana  power-revoked  grant=g holder=ben
        ! grant-revoked  ben  contribution-recorded  contribution=c project=breath people=ben \
under=g
        ben  contribution-recorded  contribution=c project=breath people=ben
    """)


def test_one_grant_above_that_has_ended_is_enough_to_refuse(story: Story) -> None:
    story.tell("ana  power-granted  to=ben kinds=record onward=1  as=g")
    live = held(story.world, story.named["g"], person("ben"), story.today)
    assert [grant.by for grant in live] == [person("ana")]
    story.tell("ana  power-revoked  grant=charter holder=ana")
    with pytest.raises(Refused, match="grant-revoked"):
        held(story.world, story.named["g"], person("ben"), story.today)


def test_an_unknown_event_gives_no_authority(story: Story) -> None:
    assert story.world.get(Authority, hashed("nothing")).grants == ()


def test_a_scope_lies_within_another_field_by_field() -> None:
    pound = Money(minor=100, currency="GBP", exponent=2)
    assert Scope().within(Scope())
    assert Scope(amount=pound).within(Scope())
    assert not Scope().within(Scope(amount=pound))
    assert not Scope().within(Scope(until="2026-01-01"))
    assert Scope(until="2026-01-01").within(Scope(until="2026-01-01"))


def test_who_passes_on_too_much_hears_what_they_lack(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=budget scope.project=breath scope.amount=GBP100.00 \
onward=1  as=g
        ana  power-granted  to=cy kinds=record  as=last
    """)
    whole = "scope.project=breath scope.amount=GBP100.00"
    for lacking, words in {
        f"ben power-granted to=cy kinds=budget,keys {whole} under=g": "holds budget, not keys",
        "ben power-granted to=cy kinds=budget scope.amount=GBP100.00 under=g": "only in project",
        "ben power-granted to=cy kinds=budget scope.project=breath under=g": "up to GBP 100.00",
        f"ben power-granted to=cy kinds=budget {whole} onward=1 under=g": "less than its own, 1",
        "cy power-granted to=ben kinds=record under=last": "may not be passed on",
    }.items():
        assert words in str(story.refused(lacking)), str(story.refused(lacking))
    assert "--project" in story.refused("ben power-granted to=cy kinds=budget under=g").allowed_by
