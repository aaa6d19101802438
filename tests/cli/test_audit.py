"""The audit of a board: one page for each area, each line with a way to its entries."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A ledger in which Ben raised a problem, and Ana and Ben decided on it."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    for name, side in (("Ben Okri", "community"), ("Dana Reyes", "institution")):
        user.does(f"person add '{name}' --acts-for {side}")
        user.does("key new --no-passphrase", name)
    user.does("--as Ben problem propose 'Buses stop at six'")
    user.does("--as Ben input submit 'A bench' --kind idea")
    user.does(
        "decision open 'Open late?' --voter Ben --voter Dana --problem Buses "
        "--option late='Until eight' --option nothing='As it is' --put-by late=Ben"
    )
    user.does("--as Dana interest declare employer --decision Open")
    for name, choice in (("Ben", "late"), ("Dana", "late")):
        user.does(f"--as {name} decision vote Open {choice}")
    user.does("decision close Open --reasons 'Most asked'")
    user.does("decision open 'Paint?' --voter Ben --voter Dana --option blue=Blue --option red=Red")
    return user


def test_decisions_are_one_page_of_what_was_decided_by_whom_under_what(ana: User) -> None:
    said = ana.types("audit decisions")
    assert said.code == 0, said.err
    assert (
        "Open late?: decided: late · on 2026-05-04 · by its electorate, simple majority, "
        "2 of 2 voted · under the charter · began with community → tally view"
    ) in " ".join(said.out.split())
    commands = [line for line in said.out.splitlines() if "→" in line]
    assert all(len(line) <= 100 for line in said.out.splitlines() if line not in commands)
    assert "  Open late?: 1 interest that nobody handled" in said.out
    assert "STILL OPEN\n  Paint?" in said.out
    assert "WHAT WE CANNOT SAY\n  1 of 1 closed decision cites no evidence." in said.out
    assert len(said.out.splitlines()) < 40


def test_every_way_that_a_line_names_can_be_gone(ana: User) -> None:
    ana.does("payment offer Ben 18 --for survey")
    pages = ana.does("audit")
    assert [page["area"] for page in pages] == ["decisions", "power", "payments", "people"]
    ways = {
        line["way"]: line["events"]
        for page in pages
        for section in page["sections"]
        for line in section["lines"]
        if line["way"]
    }
    assert len(ways) > 8
    for way, events in ways.items():
        assert events, way
        done = ana.types(way.removeprefix("tally "))
        assert done.code == 0, (way, done.err)
    [one] = [way for way in ways if "power --why" in way]
    behind = ana.does(one.removeprefix("tally "))["events"]
    assert {entry["index"] for entry in behind} >= set(ways[one])


def test_two_grants_of_one_power_to_one_person_do_not_read_alike(ana: User) -> None:
    ana.does("project open Buses")
    for project in ("Clinic", "Buses"):
        ana.does(f"power grant Dana agenda --project {project}")
    [power] = ana.does("audit power")
    for section in power["sections"]:
        texts = [line["text"] for line in section["lines"]]
        assert len(set(texts)) == len(texts), texts
    [look] = [one for one in power["sections"] if one["heading"] == "What needs a look"]
    assert look["lines"][0]["text"] == (
        "Dana Reyes: agenda over Clinic, since 2026-05-04 never used; its holder says: nothing said"
    )


def test_more_than_a_page_is_counted_and_the_view_named(ana: User) -> None:
    for at in range(10):
        ana.does(f"--as Ben input submit 'Idea {at}' --kind idea")
    said = ana.types("audit people").out
    section = said.partition("WHAT NOBODY HAS ANSWERED")[2].partition("\n\n")[0]
    assert section.count("→") == 8
    # Ten ideas and the bench wait; the problem was taken up by a decision.
    assert "  and 3 more: tally view unanswered" in section


def test_nobody_is_named_for_money_waiting_or_leaving(ana: User) -> None:
    ana.does("payment offer Ben 18 --for survey")
    for area in ("payments", "people"):
        assert "Ben" not in ana.types(f"audit {area}").out


def test_a_page_is_written_whole_for_each_area_and_says_what_it_stands_on(
    ana: User, tmp_path: Path
) -> None:
    out = tmp_path / "pages"
    files = ana.does(f"audit -o {out}")["files"]
    assert [Path(file).name for file in files] == [
        "audit-decisions.html",
        "audit-power.html",
        "audit-payments.html",
        "audit-people.html",
    ]
    page = Path(files[0]).read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert re.search(r"<code>tally view decision --about decision:\w+", page)
    assert "<code>tally/clinic" in page  # which record, and how to count again
    assert "--guarded</code>" in page
    assert ana.does("log --type figures-exported/v1")["body"]["audience"] == "public"


def test_files_are_guarded_and_identified_ones_take_the_power(ana: User, tmp_path: Path) -> None:
    ana.does(f"audit decisions -o {tmp_path}")
    guarded = (tmp_path / "audit-decisions.html").read_text(encoding="utf-8")
    assert "Guarded figures." in guarded
    assert "* of * voted" in guarded
    ana.does(f"audit decisions -o {tmp_path} --identified")
    assert "2 of 2 voted" in (tmp_path / "audit-decisions.html").read_text(encoding="utf-8")
    said = ana.types(f"--as Dana audit decisions -o {tmp_path} --identified")
    assert (said.code, "information" in said.err) == (4, True)


def test_who_may_not_see_figures_gets_the_page_guarded_on_the_screen(ana: User) -> None:
    said = ana.types("--as Dana audit")
    assert said.code == 0, said.err
    assert "* of * voted" in said.out
    assert "Small numbers are hidden" in said.err
    assert "--why" not in said.out


def test_text_of_others_is_escaped_in_a_page(ana: User, tmp_path: Path) -> None:
    ana.does("decision open", "<b>Now?</b>", *shlex.split("--voter Ben --option a=A --option b=B"))
    ana.does(f"audit decisions -o {tmp_path}")
    page = (tmp_path / "audit-decisions.html").read_text(encoding="utf-8")
    assert "<b>Now?" not in page
    assert "&lt;b&gt;Now?" in page


def test_it_is_narrowed_like_its_views_and_by_nothing_else(ana: User) -> None:
    assert ana.types("audit decisions --project Clinic").code == 0
    said = ana.types("audit decisions --group carers")
    assert (said.code, "cannot be narrowed by --group" in said.err) == (2, True)
    assert ana.types("audit weather").code == 2


def test_that_small_numbers_are_hidden_is_said_once_for_all_its_views(ana: User) -> None:
    said = ana.types("--as Dana audit")
    assert said.code == 0
    assert said.err.count("Small numbers are hidden") == 1
