"""Rules have a version: it changes at an index, and what was honest before it stays so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from story import Story, ident

from domain import catalogue
from domain.act import Act
from domain.charter import Charter
from domain.refusal import NotAnEvent, Refused
from domain.rules import Rulebook
from domain.world import FullWorld, World


def _no_more_groups(world: World, act: Act[Any]) -> None:
    raise Refused("no-grant", "under these rules nobody is counted in groups", "rules 1")


@pytest.fixture
def second() -> Iterator[None]:
    """A second version of the rules, a double: groups are recorded no more."""
    groups = replace(catalogue.EVENTS["group-recorded/v1"], rule=_no_more_groups)
    events = {**catalogue.EVENTS, "group-recorded/v1": groups}
    catalogue.RULEBOOKS["2"] = replace(catalogue.RULEBOOKS["1"], events=events)
    yield
    del catalogue.RULEBOOKS["2"]


GROUP = "group-recorded  project=breath label=x side=community"


def test_replay_judges_each_entry_by_the_rules_in_force_at_its_index(second: None) -> None:
    story = Story().tell(f"""
        ana  project-opened  project=breath
        ana  {GROUP} group=one
        ana  rules-adopted  rules=2 has=reasons
        ! no-grant  ana  {GROUP} group=two
        ! rules-went-back  ana  rules-adopted  rules=2
        ! rules-went-back  ana  rules-adopted  rules=1
    """)
    assert story.world.get(Rulebook, "").version == "2"
    again = FullWorld()
    for act in story.acts:  # the group of before stays allowed
        assert isinstance(act, Act)
        catalogue.check(again, act)
        again.apply(act)


def test_rules_that_this_program_does_not_know_fail_closed() -> None:
    story = Story().tell("! unknown-rules  ana  rules-adopted  rules=7")
    newer = story.make("ana", "rules-adopted", {"rules": "7"})
    story.happen(newer)  # as a newer program would have
    story.tell("! unknown-rules  ana  project-opened  project=breath")
    assert catalogue.RULES in catalogue.RULEBOOKS
    with pytest.raises(Refused, match="unknown-rules"):
        Story(rules="3")


def test_rules_change_only_by_as_many_founders_as_the_charter_asks(second: None) -> None:
    Story(founders=("ana", "ben", "cy"), needed=2).tell("""
        ! not-by-the-amendment-rule  ana  rules-adopted  rules=2
        ! not-by-the-amendment-rule  dee  rules-adopted  rules=2 with=ana,ben
        ana  rules-adopted  rules=2 with=cy
    """)


def test_an_amendment_changes_what_it_names_and_leaves_the_rest() -> None:
    story = Story(founders=("ana", "ben"), needed=2, major=["budget"], thresholds={"late": 30})
    story.tell("""
        ! nothing-amended  ana  charter-amended with=ben
        ! not-by-the-amendment-rule  ana  charter-amended  major=priority
        ana  charter-amended  major=priority,budget with=ben has=reasons
    """)
    story.say("ana", "charter-amended", {"thresholds": {"unanswered": 60}}, signed_by=["ben"])
    charter = story.world.get(Charter, "")
    assert charter.major == {"priority", "budget"}
    assert (charter.threshold("late", 0), charter.threshold("unanswered", 0)) == (30, 60)
    assert (charter.founders_needed, charter.amendment.needed) == (2, 2)
    story.say("ana", "charter-amended", {"amendment": {"needed": 1}}, signed_by=["ben"])
    story.tell("ben  charter-amended  major=budget")


BY_DECISION = {
    "rule": "decision",
    "method": "supermajority",
    "threshold": {"over": 2, "under": 3, "of": "cast"},
    "quorum": 2,
}
ASKED = (
    "decision-opened  options=yes,no* method=supermajority threshold=2/3 quorum=2 subject=charter"
)


def test_the_charter_is_amended_by_a_decision_under_its_own_rule() -> None:
    story = Story(founders=("ana", "ben"), amendment=BY_DECISION).tell(f"""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  {ASKED} decision=d electorate=ana,ben,cy
        ! not-by-the-amendment-rule  ana  charter-amended  major=budget with=ben
        ! decision-not-adopted       ana  charter-amended  major=budget decision=d
        ana  vote-cast  decision=d voter=ana choice=yes
        cy   vote-cast  decision=d voter=cy choice=yes
        ana  decision-closed  decision=d tally=auto
        cy   charter-amended  major=budget decision=d
        ! not-by-the-amendment-rule  ana  charter-amended  major=tea decision=d
    """)
    assert story.world.get(Charter, "").major == {"budget"}
    assert ident("decision", "d") in story.world.get(Charter, "").used


@pytest.mark.parametrize(
    "other",
    [
        ASKED.replace("2/3", "1/2") + " electorate=ana,ben,cy",
        ASKED.replace("quorum=2", "quorum=1") + " electorate=ana,ben,cy",
        ASKED.replace("subject=charter", "subject=tea") + " electorate=ana,ben,cy",
        ASKED + " electorate=ana,cy",
        ASKED + " electorate=ana,ben,cy project=breath",
        "decision-opened options=yes,no* method=consensus quorum=2 subject=charter "
        "electorate=ana,ben,cy",
    ],
)
def test_a_decision_taken_otherwise_than_the_charter_asks_amends_nothing(other: str) -> None:
    Story(founders=("ana", "ben"), amendment=BY_DECISION).tell(f"""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  {other} decision=d
        ana  vote-cast  decision=d voter=ana choice=yes
        cy   vote-cast  decision=d voter=cy choice=yes
        ana  decision-closed  decision=d tally=auto
        ! not-by-the-amendment-rule  ana  charter-amended  major=budget decision=d
    """)


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "decision"},
        {"rule": "founders", "method": "consensus"},
        {"rule": "decision", "method": "supermajority"},
        {"rule": "decision", "method": "consensus", "threshold": BY_DECISION["threshold"]},
    ],
)
def test_a_rule_of_amendment_that_cannot_be_met_is_no_rule(rule: dict[str, Any]) -> None:
    with pytest.raises(NotAnEvent, match="amendment"):
        Story(amendment=rule)
