"""Erasure: values always, whole entries only of types that may be withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from story import Story, hashed, ident, person

from domain.refusal import NotAnEvent, Refused

DIGEST = "A" * 43
ORIGIN = "example.org/breath"


@pytest.fixture
def story() -> Story:
    """rec recorded a contribution of ben's and one of cy's."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben  as=enrolled
        ana  person-enrolled  person=cy
        ana  contribution-recorded  contribution=c project=breath people=ben has=words  as=line
        ana  contribution-recorded  contribution=d project=breath people=cy  as=other
    """)


def erasure(story: Story, name: str, about: str = "ben", **more: Any) -> dict[str, Any]:
    """The body of an erasure of one value of a named entry."""
    values = [{"entry": story.named[name], "digests": [DIGEST]}]
    body = {"about": person(about), "ground": "request", "values": values, "tombstones": []}
    return {**body, **more}


def tombstone(story: Story, name: str, type: str) -> list[dict[str, Any]]:
    """The tombstone of a named entry."""
    return [
        {
            "hash": story.named[name],
            "type": type,
            "author": person("ana"),
            "key": hashed("key ana"),
            "seq": 3,
            "nonce": "A" * 22,
            "payload_hash": hashed("payload"),
            "ids": [person("ana"), person("ben"), ident("contribution", "c")],
        }
    ]


def rule(story: Story, who: str, body: dict[str, Any]) -> str:
    """The rule that refuses an erasure."""
    with pytest.raises(Refused) as refusal:
        story.judge(story.make(who, "values-erased", body))
    return refusal.value.rule


def test_operator_person_concerned_and_who_keeps_information_may_erase(story: Story) -> None:
    story.say("op", "values-erased", erasure(story, "line"))
    story.say("ben", "values-erased", erasure(story, "line"))
    story.say("ana", "values-erased", erasure(story, "line"))
    assert rule(story, "cy", erasure(story, "line")) == "no-grant"


def test_information_about_one_project_does_not_let_its_holder_erase_for_others(
    story: Story,
) -> None:
    story.tell("ana  power-granted  to=cy kinds=information scope.project=breath  as=some")
    with pytest.raises(Refused) as refusal:
        story.judge(story.make("cy", "values-erased", erasure(story, "line"), under="some"))
    assert refusal.value.rule == "outside-scope"


def test_nobody_erases_words_about_others_as_their_own(story: Story) -> None:
    assert rule(story, "ben", erasure(story, "other")) == "not-about-you"
    # ! not-about-you


def test_an_erasure_names_somebody_who_is_known_or_the_ledger(story: Story) -> None:
    assert rule(story, "op", erasure(story, "line", about="ghost")) == "unknown-person"
    assert rule(story, "ana", erasure(story, "line") | {"about": "elsewhere"}) == "unknown-person"
    story.say("op", "values-erased", erasure(story, "line") | {"about": ORIGIN})


def test_an_erasure_stands_on_the_statement_of_whom_the_entry_is_about(story: Story) -> None:
    assert rule(story, "op", erasure(story, "line", about="cy")) == "not-about-them"
    assert rule(story, "ana", erasure(story, "line", about="cy")) == "not-about-them"
    story.say("op", "values-erased", erasure(story, "line", about="ana"))  # her own words in it
    given = tombstone(story, "line", "contribution-recorded/v1")
    body = erasure(story, "line", values=[], tombstones=given)
    for about in (ORIGIN, person("cy")):
        assert rule(story, "op", body | {"about": about}) == "not-about-them"
    # ! not-about-them


def test_only_types_that_may_be_withdrawn_are(story: Story) -> None:
    given = tombstone(story, "line", "contribution-recorded/v1")
    enrolled = tombstone(story, "enrolled", "person-enrolled/v1")
    story.say("op", "values-erased", erasure(story, "line", tombstones=given))
    body = erasure(story, "enrolled", tombstones=enrolled)
    assert rule(story, "op", body) == "not-withdrawable"
    # ! not-withdrawable


def test_a_charter_may_forbid_withdrawing_altogether() -> None:
    story = Story(withdrawable=[]).tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben
        ana  contribution-recorded  contribution=c project=breath people=ben  as=line
    """)
    given = tombstone(story, "line", "contribution-recorded/v1")
    assert rule(story, "op", erasure(story, "line", tombstones=given)) == "not-withdrawable"


def test_a_ground_is_one_of_the_list(story: Story) -> None:
    with pytest.raises(NotAnEvent, match="ground"):
        story.make("op", "values-erased", erasure(story, "line", ground="because"))


def test_one_of_several_givers_cannot_withdraw_the_record_of_the_others(story: Story) -> None:
    """! about-others-too: the entry is as much the others' as theirs."""
    story.tell("ana  contribution-recorded  contribution=e project=breath people=ben,cy  as=both")
    stones = tombstone(story, "both", "contribution-recorded/v1")
    body = erasure(story, "both", values=[], tombstones=stones)
    assert rule(story, "ben", body) == "about-others-too"
    story.say("ben", "values-erased", erasure(story, "both"))
    story.say("op", "values-erased", body)
