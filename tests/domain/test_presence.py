"""Coming and going, links between pseudonyms, groups of one's own."""

from __future__ import annotations

import pytest
from story import Story, person

from domain.identity import Link
from domain.presence import Presence


@pytest.fixture
def story() -> Story:
    """ben and cy take part in breath, dee in nothing; rec records, enr enrols."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben project=breath
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=rec
        ana  person-enrolled  person=enr
        ana  power-granted    to=rec kinds=record  as=r
        ana  power-granted    to=enr kinds=enrol   as=e
    """)


def test_somebody_pauses_and_comes_back_without_a_reason(story: Story) -> None:
    story.tell("""
        ben  person-paused    person=ben project=breath
        ! presence-unchanged  ben  person-paused  person=ben project=breath
        ben  person-returned  person=ben project=breath
        ! presence-unchanged  ben  person-returned  person=ben project=breath
        ! not-enrolled        ben  person-paused  person=ben
        ! unknown-project     ben  person-paused  person=ben project=nowhere
        ! no-grant            cy   person-paused  person=ben project=breath
        ! no-witness          rec  person-paused  person=ben project=breath for=ben under=r
        rec  person-paused    person=ben project=breath for=ben witness=cy under=r
    """)
    state = story.world.get(Presence, person("ben"))
    assert state.how("elsewhere") == ("present", None)


def test_who_left_without_a_word_is_only_seen_to_be_gone(story: Story) -> None:
    story.tell("""
        ! no-grant  cy   person-left  person=ben project=breath seen=yes
        rec  person-left      person=ben project=breath seen=yes stage=S4b on=2026-01-03 under=r
        ! presence-unchanged  ben  person-left  person=ben project=breath
        ! before-it-happened  ben  person-returned  person=ben project=breath on=2026-01-02
        ben  person-returned  person=ben project=breath
        ben  person-left      person=ben project=breath has=reason
    """)


def test_another_way_in_is_offered_or_there_was_none(story: Story) -> None:
    story.tell("""
        enr  way-in-offered  person=ben project=breath way=from-afar under=e
        rec  way-in-offered  person=ben way=none project=breath under=r
        ! no-grant         ben  way-in-offered  person=cy way=later
        ! not-enrolled     rec  way-in-offered  person=dee way=later under=r
        ! unknown-project  rec  way-in-offered  person=cy way=later project=nowhere under=r
    """)


def test_a_role_is_handed_to_somebody_or_ends_with_nobody(story: Story) -> None:
    story.tell("""
        ben  role-handed-over  person=ben to=cy project=breath role=facilitator papers=yes
        rec  role-handed-over  person=cy role=secretary under=r
        ! to-oneself       ben  role-handed-over  person=ben to=ben project=breath role=x
        ! not-enrolled     ben  role-handed-over  person=ben to=dee project=breath role=x
        ! unknown-project  ben  role-handed-over  person=ben project=nowhere role=x
        ! no-grant         cy   role-handed-over  person=ben project=breath role=x
    """)


def test_a_link_between_pseudonyms_can_be_undone_and_confers_nothing(story: Story) -> None:
    story.tell("""
        enr  persons-linked  person=ben same_as=cy basis=same-contact under=e  as=l
        ! unknown-person  enr  persons-linked  person=ben same_as=dee basis=guess under=e
        ! to-oneself      enr  persons-linked  person=ben same_as=ben basis=guess under=e
        ! no-grant        rec  persons-unlinked  person=ben same_as=cy link=l
        ! unknown-link    ben  persons-unlinked  person=ben same_as=rec link=l
        ! history-over-live  rec  persons-unlinked  person=ben same_as=cy link=l history under=r
        ben  persons-unlinked  person=ben same_as=cy link=l
        ! unlinked-already  cy  persons-unlinked  person=ben same_as=cy link=l
        cy   persons-linked  person=cy same_as=ben basis=said-so
    """)
    assert story.world.get(Link, story.named["l"]).undone


def test_groups_are_ones_own_to_say_change_and_clear(story: Story) -> None:
    story.tell("""
        ben  groups-declared  person=ben has=groups  as=said
        ben  groups-declared  person=ben answer=prefer-not-to-say
        ! unknown-person  dee  groups-declared  person=dee has=groups
        ! no-grant        cy   groups-declared  person=ben has=groups
        ! no-witness      rec  groups-declared  person=ben has=groups under=r
        rec  groups-declared  person=ben for=ben witness=cy answer=cleared under=r
    """)
    story.withdraw("said")
