"""What nobody has replied to, asked at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A ledger with a project and Ben, who acts for the community."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add 'Ben Okri' --acts-for community")
    return user


def test_it_says_how_many_ideas_wait_and_names_the_oldest(ana: User) -> None:
    assert ana.types("unanswered").out == (
        "Nobody is recorded as having raised or said anything.\n"
    )
    entries = [
        ana.does(f"input submit 'Idea {at}' --by Ben --kind idea")["index"] for at in range(6)
    ]
    ana.sleeps(34)
    said = ana.types("unanswered")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[:2] == ["6 ideas have no reply.", "The oldest waits 34 days."]
    assert lines[2:] == [
        *(f"{entries[at]:>6}  Idea {at} (idea, 34 days; no reply)" for at in range(5)),
        "  and 1 more: tally view unanswered",
    ]
    assert "Idea 0" in ana.types(f"show {entries[0]}").out
    answered = ana.does(f"input answer {entries[0]} accepted --reasons 'From May'")
    assert answered["line"].startswith("input answered by Ana Silva: Idea 0")
    assert "Idea 0" not in ana.types("unanswered").out


def test_an_answer_ends_the_waiting_and_the_chain_says_why_not(ana: User) -> None:
    ana.does("input submit 'A bench' --by Ben --kind idea")
    ana.does("input answer 'A bench' not-accepted --reasons 'The stop moves in May'")
    assert ana.types("unanswered").out == "Everything that people raised or said has a reply.\n"
    [row] = ana.does("view chains")["rows"]
    assert row["reply"] == "not accepted"
    words = " ".join(ana.types("view chains").out.split())
    assert "Why, or why not: The stop moves in May" in words


def test_what_it_does_not_follow_is_refused(ana: User) -> None:
    said = ana.types("unanswered --scale group")
    assert (said.code, "cannot be narrowed by --scale" in said.err) == (2, True)
