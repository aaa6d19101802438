"""Thirteen elections through the commands: opened, imported, closed, shown, verified.

The rows stay where they lie; ``elections.py`` beside the rooms reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from elections import CONTROL, Election, needs_data, read
from user import User

from cli.settings import Settings
from cli.workspace import Workspace
from cli.writer import Writer
from ledger.encoding import new_id

pytestmark = needs_data
NAMES = sorted(CONTROL)
LIMIT = "Google would be over-represented with this result, so the next in order takes the seat"


@pytest.fixture(scope="module")
def sam(tmp_path_factory: pytest.TempPathFactory) -> User:
    """A ledger with every voter of whom a list is there, and all thirteen elections taken over."""
    user = User(tmp_path_factory.mktemp("elections"))
    user.begins()
    user.does("project open Kubernetes")
    found = [read(name) for name in NAMES]
    _enrol(user, sorted({voter.casefold() for one in found for voter in one.voters}))
    for one in found:
        _take_over(user, one)
    return user


def _enrol(user: User, voters: list[str]) -> None:
    settings = Settings(clock=lambda: user.now)
    with Workspace.at(settings, str(user.ledger)) as ws:
        writer = Writer(ws)
        for voter in voters:
            body = {"person": new_id("person"), "route": "unknown"}
            writer.write("person-enrolled/v1", body, {"name": voter})


def _take_over(user: User, one: Election) -> None:
    voters = ["--eligible", str(one.published.eligible)]
    if one.voters:
        listed = user.home / f"{one.name}.txt"
        listed.write_text("\n".join(one.voters), encoding="utf-8")
        voters = ["--voters", str(listed)]
    options = [f"--option={key}={words}" for key, words in one.candidates.items()]
    user.does(
        f"decision open {one.name} --method ranked-choice --count-rule {one.count_rule} "
        f"--seats {one.published.seats} --ballots imported --afterwards",
        *voters,
        *options,
    )
    user.does(f"decision import {one.name} --afterwards", str(one.file))
    user.does(f"decision close {one.name} --afterwards")


def shown(user: User, name: str) -> Any:
    """How the election of that name stands."""
    return user.does(f"decision show {name}")


@pytest.mark.parametrize("name", NAMES)
def test_the_published_winners_and_turnout_are_shown(sam: User, name: str) -> None:
    found, form = read(name), shown(sam, name)
    assert (form["ballots"], form["may_vote"]) == (
        found.published.ballots,
        found.published.eligible,
    )
    assert form["turnout"] == pytest.approx(found.published.ballots / found.published.eligible)
    assert bool(form["electorate"]) == bool(found.voters)
    assert form["ballots_are"] == "imported"
    if name != "steering-2017":
        assert found.won(tuple(form["counted"]["chosen"]))


def test_the_fourth_seat_of_2017_needs_the_override_with_its_rule(sam: User) -> None:
    found = read("steering-2017")
    assert not found.won(tuple(shown(sam, "steering-2017")["chosen"]))
    override = "decision override steering-2017 --exclude michael-rubin --kind seat-limit"
    said = sam.types(f"{override} --afterwards")
    assert (said.code, "a rule whose text is given" in said.err) == (2, True)
    paper = sam.home / "results.md"
    paper.write_text(LIMIT, encoding="utf-8")
    said = sam.types(f"{override} --afterwards", "--rule", LIMIT, "--evidence", str(paper))
    assert said.code == 0, said.err
    form = shown(sam, "steering-2017")
    assert found.won(tuple(form["chosen"]))
    assert form["counted"]["chosen"][3] == "michael-rubin"  # the tally stays what it was
    assert (form["overridden"]["kind"], form["overridden"]["rule"]) == ("seat-limit", LIMIT)
    words = sam.types("decision show steering-2017").out
    assert "Overridden by a cited rule (seat-limit, document): «Google would be" in words


def test_the_tie_of_2025_is_shown_as_a_tie(sam: User) -> None:
    form = shown(sam, "code-of-conduct-2025")
    assert form["places"][0] == ["endocrimes", "divya-mohan0209"]
    words = sam.types("decision show code-of-conduct-2025").out
    assert words.count("1 tie") == 2


def test_the_view_of_decisions_has_the_published_winners_and_the_tie(sam: User) -> None:
    rows = {row["decision"]: row for row in sam.does("view decisions")["rows"]}
    names = {one["name"]: one["id"] for one in sam.does("decision list")}
    for name in NAMES:
        found, row = read(name), rows[names[name]]
        assert row["count"] == "taken over from elsewhere, not proven; the outcome follows from it"
        small = found.published.eligible < 10
        assert row["ballots"] == (None if small else found.published.ballots)
        assert row["electorate"] == found.published.eligible
        if name != "steering-2017":  # its fourth seat is another test's
            assert found.won(tuple(row["chosen"].split(", ")))
    assert rows[names["code-of-conduct-2025"]]["tie"] == "endocrimes = divya-mohan0209"


def test_the_dossier_of_2017_shows_the_count_the_rule_and_what_stands(sam: User) -> None:
    """Runs after the override above, or makes it: the dossier shows both."""
    if not shown(sam, "steering-2017")["overridden"]:
        paper = sam.home / "results.md"
        paper.write_text(LIMIT, encoding="utf-8")
        sam.does(
            "decision override steering-2017 --exclude michael-rubin --kind seat-limit "
            "--afterwards",
            "--rule", LIMIT, "--evidence", str(paper),
        )  # fmt: skip
    said = sam.does("view decision --about steering-2017")["rows"]
    outcome = {row["item"]: row["said"] for row in said if row["part"] == "Outcome"}
    assert "michael-rubin" in outcome["as counted"]
    assert outcome["overridden by a cited rule"].startswith("seat-limit, in document")
    stands = outcome["what stands"].removeprefix("decided: ")
    assert read("steering-2017").won(tuple(stands.split(", ")))
    words = sam.types("view decision --about steering-2017").out
    assert "Google would be over-represented" in " ".join(words.split())


def test_the_dossier_agrees_with_what_decision_show_says(sam: User) -> None:
    for name in NAMES:
        form = shown(sam, name)
        said = sam.does(f"view decision --about {name}")["rows"]
        stands = next(row["said"] for row in said if row.get("item") == "what stands")
        assert stands.partition(": ")[2] == ", ".join(form["chosen"])
        lacking = [row["said"] for row in said if row["part"] == "Lacking"]
        assert lacking == ([", ".join(form["lacks"])] if form["lacks"] else [])
        order = [row for row in said if row["part"] == "Options" and "number" in row]
        place = {key: n for n, alike in enumerate(form["places"], 1) for key in alike}
        assert {row["item"]: row["number"] for row in order} == place


def test_ballots_of_seven_are_not_recorded_one_by_one_nor_their_count_shown(sam: User) -> None:
    for name in ("code-of-conduct-2023", "steering-2023-GB", "steering-2025-GB"):
        form = shown(sam, name)
        assert form["suppressed"]
        assert {option["for"] for option in form["options"]} == {None}
    said = sam.types("log --type ballots-imported --json").out
    assert said.count('"pairs"') == 4
    assert "Fewer than ten may vote" in sam.types("decision show steering-2025-GB").out


def test_whoever_checks_finds_nothing_wrong(sam: User) -> None:
    report = sam.does("verify")
    assert report["ok"]
    assert report["checked"]["10"] > 1800


def test_the_rows_stay_where_they_lie() -> None:
    root = Path(__file__).parents[2]
    assert not list(root.glob("tests/**/ballots.csv"))
