"""Looks at identified figures, one a person, view and day; and figures that left as files."""

from __future__ import annotations

from typing import Any

import pytest
from story import Story, person

from domain.figures import FiguresViewed, Look
from domain.line import Line
from domain.refusal import NotAnEvent

ROOT = "A" * 43 + "="


@pytest.fixture
def story() -> Story:
    """inf holds information, pub publication, ben nothing."""
    return Story().tell("""
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=inf
        ana  person-enrolled  person=pub
        ana  power-granted    to=inf kinds=information  as=i
        ana  power-granted    to=pub kinds=publication  as=p
    """)


def export(**changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "views": ["stages"],
        "audience": "public",
        "size": 3,
        "root": ROOT,
        "control": {"smallest": 8, "round-to": 5},
        "digest": "ab" * 32,
    }
    return {**whole, **changed}


def test_a_look_is_recorded_once_for_each_person_view_and_day(story: Story) -> None:
    story.tell("""
        inf  figures-viewed  view=stages day=2026-01-05 size=3 root=r under=i  as=look
        ! looked-already  inf  figures-viewed  view=stages day=2026-01-05 size=4 root=r under=i
        inf  figures-viewed  view=voices day=2026-01-05 size=3 root=r under=i
        ana  figures-viewed  view=stages day=2026-01-05 size=3 root=r
        day 2026-01-06
        inf  figures-viewed  view=stages day=2026-01-06 size=3 root=r under=i
    """)
    event = FiguresViewed(view="stages", day="2026-01-05", size=3, root=ROOT)
    assert story.world.get(Look, event.look(person("inf"))).seen
    assert not story.world.get(Look, event.look(person("ben"))).seen


def test_a_look_at_one_person_is_a_look_of_its_own_and_a_line_about_them(story: Story) -> None:
    story.tell("""
        inf  figures-viewed  view=stages day=2026-01-05 size=3 root=r under=i
        inf  figures-viewed  view=stages day=2026-01-05 size=3 root=r person=ben under=i  as=look
        ! looked-already  inf  figures-viewed  view=stages day=2026-01-05 size=3 root=r person=ben \
under=i
    """)
    assert story.world.get(Line, story.named["look"]).about == {person("ben")}


def test_only_information_sees_figures_as_they_were_counted(story: Story) -> None:
    story.tell("""
        ! no-grant       ben  figures-viewed  view=stages day=2026-01-05 size=3 root=r
        ! no-such-power  pub  figures-viewed  view=stages day=2026-01-05 size=3 root=r under=p
    """)


def test_a_look_is_of_today_at_entries_that_are_there_and_at_people_who_are_known(
    story: Story,
) -> None:
    story.tell("""
        ! not-today         ana  figures-viewed  view=stages day=2026-01-04 size=3 root=r
        ! checkpoint-ahead  ana  figures-viewed  view=stages day=2026-01-05 size=99 root=r
        ! unknown-person    ana  figures-viewed  view=stages day=2026-01-05 size=3 root=r person=zo
    """)


def test_files_are_let_out_by_information_or_publication_and_identified_by_information(
    story: Story,
) -> None:
    story.tell("""
        pub  figures-exported  views=stages audience=public size=3 root=r digest=d under=p
        inf  figures-exported  views=stages audience=board size=3 root=r digest=d identified=yes \
under=i
        ! no-such-power     pub  figures-exported  views=stages audience=public size=3 root=r \
digest=d identified=yes under=p
        ! no-grant          ben  figures-exported  views=stages audience=public size=3 root=r \
digest=d
        ! checkpoint-ahead  inf  figures-exported  views=stages audience=public size=99 root=r \
digest=d under=i
        ! unknown-person    inf  figures-exported  views=stages audience=public size=3 root=r \
digest=d person=zoe under=i
    """)


def test_an_export_about_one_person_is_a_line_about_them(story: Story) -> None:
    act = story.say("inf", "figures-exported", export(person=person("ben")), "i")
    assert story.world.get(Line, act.hash).about == {person("ben")}


@pytest.mark.parametrize(
    "wrong",
    [{"views": []}, {"root": "AAAA"}, {"pattern": "="}, {"size": 0}, {"digest": "xx"}],
)
def test_an_export_that_does_not_say_what_and_where_is_no_event(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAnEvent):
        Story().say("ana", "figures-exported", export(**wrong))
