"""People take part under a pseudonym, and say themselves whom they act for."""

from __future__ import annotations

import pytest
from story import Story, ident, person

from domain.membership import Person


@pytest.fixture
def story() -> Story:
    """Two projects and nobody enrolled."""
    return Story().tell("""
        ana  project-opened  project=breath
        ana  project-opened  project=other
    """)


def test_enrolling_into_a_project_counts_there_alone(story: Story) -> None:
    story.tell("ana  person-enrolled  person=ben project=breath route=open-call")
    ben = story.world.get(Person, person("ben"))
    assert ben.takes_part(ident("project", "breath"))
    assert not ben.takes_part(ident("project", "other"))


def test_enrolling_into_the_programme_counts_everywhere(story: Story) -> None:
    story.tell("ana  person-enrolled  person=ben route=invited-by-peer invited_by=ana")
    assert story.world.get(Person, person("ben")).takes_part(ident("project", "other"))


def test_enrolling_needs_the_power_to_enrol_here(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=ben
        ! no-grant  ben  person-enrolled  person=cy
        ana  power-granted  to=ben kinds=enrol scope.project=breath  as=g
        ! outside-scope  ben  person-enrolled  person=cy under=g
        ! outside-scope  ben  person-enrolled  person=cy project=other under=g
        ben  person-enrolled  person=cy project=breath under=g
    """)


def test_nobody_is_enrolled_twice_in_the_same_place(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=ben project=breath
        ! already-enrolled  ana  person-enrolled  person=ben project=breath
        ana  person-enrolled  person=ben
        ! already-enrolled  ana  person-enrolled  person=ben
        ! unknown-project   ana  person-enrolled  person=cy project=nowhere
    """)


def test_a_founder_is_known_but_takes_part_only_once_enrolled(story: Story) -> None:
    story.tell("""
        ! not-enrolled  ana  contribution-recorded  contribution=c project=breath people=ana
        ana  person-enrolled  person=ana route=founder
        ana  contribution-recorded  contribution=c project=breath people=ana under=-
    """)


def test_a_person_says_freely_whom_they_act_for(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ben  acting-for-declared  person=ben project=breath side=bridging role='peer researcher'
        ben  acting-for-declared  person=ben side=unsaid
        ! no-grant  cy   acting-for-declared  person=ben side=institution
        ana  acting-for-declared  person=ben project=breath side=community
    """)


def test_a_side_is_declared_of_someone_known_in_a_project_that_exists(story: Story) -> None:
    story.tell("""
        ! unknown-person   ana  acting-for-declared  person=nobody side=community
        ana  person-enrolled  person=ben
        ! unknown-project  ben  acting-for-declared  person=ben project=nowhere side=community
    """)


def test_projects_are_opened_by_who_sets_the_agenda_and_once(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=ben
        ! no-grant         ben  project-opened  project=third
        ! project-exists   ana  project-opened  project=breath
        ! unknown-project  ana  project-opened  project=third part_of=nowhere
        ana  power-granted  to=ben kinds=agenda scope.project=breath  as=g
        ! outside-scope    ben  project-opened  project=third under=g
        ben  project-opened  project=third part_of=breath under=g
    """)


def test_a_group_entry_is_a_number_without_names(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=ben
        ana  group-recorded  group=ten project=breath label=parents side=community number=10 \
on=2025-09-18..2025-10-04
        ! group-exists     ana  group-recorded  group=ten project=breath label=x side=community
        ! unknown-project  ana  group-recorded  group=two project=nowhere label=x side=community
        ! no-grant         ben  group-recorded  group=two project=breath label=x side=community
    """)
