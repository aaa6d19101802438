"""The charter is entry 0 and signed by all; keys speak for whom they were given to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from story import Story, hashed, person

from domain.key import Key
from domain.refusal import NotAnEvent, Refused


@pytest.fixture
def story() -> Story:
    """One founder, and ben, enrolled, without a key."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben
    """)


def test_a_ledger_has_one_charter(story: Story) -> None:
    charter = story.acts[0]
    again = story.make(
        "ana", "charter-adopted", charter.event.as_body(), under=None, signed_by=("op",)
    )
    with pytest.raises(Refused, match="charter-not-first"):
        story.judge(again)
    # ! charter-not-first


def test_every_founder_and_the_operator_sign_the_charter() -> None:
    story = Story(founders=("ana", "ben"))
    body = story.acts[0].event.as_body()
    fresh = Story.__new__(Story)
    fresh.__dict__.update(Story().__dict__)
    fresh.acts, fresh.world, fresh.named = [], type(story.world)(), {}
    unsigned = fresh.make("ana", "charter-adopted", body, signed_by=("op",))
    with pytest.raises(Refused, match="charter-unsigned") as refusal:
        fresh.judge(unsigned)
    assert person("ben") in refusal.value.message
    # ! charter-unsigned


def test_the_ledger_date_never_goes_back(story: Story) -> None:
    story.tell("""
        day 2026-03-01
        ! day-went-back  op  day-opened  day=2026-02-28
        op  day-opened  day=2026-03-01
    """)


def test_only_the_operator_opens_a_day(story: Story) -> None:
    story.tell("! not-the-operator  ana  day-opened  day=2026-03-01")


def test_the_operator_says_nothing_for_people(story: Story) -> None:
    story.tell("! not-yours-to-say  op  project-opened  project=third")


def test_a_day_is_one_of_the_calendar(story: Story) -> None:
    with pytest.raises(NotAnEvent, match="day"):
        story.act("op day-opened day=2026-02-30")


def test_the_first_key_comes_from_a_grant_or_the_operator(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=cy
        op   key-enrolled  person=ben key=k1 public=k1 via=operator
        ana  key-enrolled  person=cy  key=k2 public=k2 via=grant
    """)
    assert story.world.get(Key, hashed("k1")).holder == person("ben")


def test_after_the_first_key_the_operator_cannot_speak_as_that_person(story: Story) -> None:
    story.tell("""
        op   key-enrolled  person=ben key=k1 public=k1 via=operator
        ! first-key-only  op  key-enrolled  person=ben key=k2 public=k2 via=operator
        ben  key-enrolled  person=ben key=k2 public=k2 via=person
    """)


def test_who_enrols_people_gives_a_first_key_and_who_keeps_keys_any(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=cy
        ana  power-granted  to=cy kinds=enrol  as=e
        ana  power-granted  to=cy kinds=keys   as=k
        cy   key-enrolled  person=ben key=k1 public=k1 via=grant under=e
        ! no-such-power  cy  key-enrolled  person=ben key=k2 public=k2 via=grant under=e
        cy   key-enrolled  person=ben key=k2 public=k2 via=grant under=k
        ! no-grant  ben  key-enrolled  person=cy key=k3 public=k3 via=grant
    """)


def test_an_enrolment_says_truly_who_vouches(story: Story) -> None:
    story.tell("""
        ! not-as-stated  ana  key-enrolled  person=ben key=k public=k via=person
        ! not-as-stated  ana  key-enrolled  person=ben key=k public=k via=operator
        ! not-as-stated  op   key-enrolled  person=ben key=k public=k via=grant
    """)


def test_a_key_is_enrolled_once_and_for_someone_known(story: Story) -> None:
    story.tell("""
        op  key-enrolled  person=ben key=k public=k via=operator
        ! key-exists  ben  key-enrolled  person=ben key=k public=k via=person
        ! unknown-person  op  key-enrolled  person=nobody key=k2 public=k2 via=operator
    """)


def test_a_person_exchanges_only_their_own_living_key(story: Story) -> None:
    story.tell("""
        op   key-enrolled  person=ben key=k1 public=k1 via=operator
        ! not-your-key  ana  key-rotated  old=k1 new=k2 public=k2
        ! unknown-key   ben  key-rotated  old=k0 new=k2 public=k2
        ben  key-rotated  old=k1 new=k2 public=k2
        ! key-ended     ben  key-rotated  old=k1 new=k3 public=k3
        ! key-exists    ben  key-rotated  old=k2 new=k1 public=k1
        ben  key-rotated  old=k2 new=k3 public=k3
    """)
    assert story.world.get(Key, hashed("k1")) == Key(person("ben"), ended=True)
    assert story.world.get(Key, hashed("k3")) == Key(person("ben"))


def test_the_operator_exchanges_the_event_key(story: Story) -> None:
    story.tell("""
        ! not-the-operator  ana  operator-key-rotated  old=k1 new=k2 public=k2
        op  operator-key-rotated  old='key op' new=k2 public=k2
        op  day-opened  day=2026-02-01
    """)


def test_a_key_ends_by_its_holder_the_operator_or_who_keeps_keys(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=cy
        op   key-enrolled  person=ben key=k1 public=k1 via=operator
        ben  key-enrolled  person=ben key=k2 public=k2 via=person
        ben  key-enrolled  person=ben key=k3 public=k3 via=person
        ! no-grant  cy  key-revoked  key=k1 reason=stolen
        ben  key-revoked  key=k1 reason=lost
        op   key-revoked  key=k2 reason=stolen suspect_from=3
        ana  key-revoked  key=k3 reason=left
        ! key-ended    ben  key-revoked  key=k1 reason=lost
        ! unknown-key  ben  key-revoked  key=k9 reason=lost
    """)


def test_a_new_key_does_not_vouch_for_itself(story: Story) -> None:
    body = {"person": person("ben"), "key": hashed("evil"), "public": hashed("e"), "via": "person"}
    alone = replace(story.make("ben", "key-enrolled", body), signed_by=frozenset[str]())
    with pytest.raises(Refused, match="not-the-author"):
        story.judge(alone)


def test_a_charter_key_belongs_to_one_holder() -> None:
    with pytest.raises(NotAnEvent, match="one person or to the operator"):
        Story(keys=[{"key": hashed("k"), "public": hashed("p")}])
