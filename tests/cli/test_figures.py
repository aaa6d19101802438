"""Who sees figures as they were counted; what a file holds; what is recorded of both."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from user import User

REFUSED = 4


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana founded the ledger; twelve people gave a thing each, three of it design; P0 has a key."""
    user = User(tmp_path_factory.mktemp("figures"))
    where = user.begins()
    user.does("project open Clinic")
    for number in range(12):
        user.does(f"person add P{number} --acts-for community")
    for number in range(12):
        kind = "design" if number < 3 else "writing"
        user.does(f"contribution record W{number} --by P{number} --kind {kind} --stage S1")
    user.does("key new P0 --no-passphrase")
    return where


@pytest.fixture
def ana(begun: Path, tmp_path: Path) -> User:
    """Ana at a copy of that ledger."""
    copytree(begun, tmp_path / "clinic")
    return User(tmp_path, ledger=tmp_path / "clinic")


def kinds(answer: Any) -> dict[str, Any]:
    return {row["kind"]: row["standing"] for row in answer["rows"]}


def events(user: User, type: str) -> list[dict[str, Any]]:
    said = user.types(f"--json log --type {type}/v1")
    return [json.loads(line) for line in said.out.splitlines()]


# ── on the screen ───────────────────────────────────────────────────────────────────────────────


def test_who_holds_information_sees_figures_and_the_look_is_recorded_once_a_day(ana: User) -> None:
    for _ in range(2):
        assert kinds(ana.does("view contributions")) == {"writing": 9, "design": 3}
    [look] = events(ana, "figures-viewed")
    assert look["body"]["view"] == "contributions"
    assert look["body"]["day"] == "2026-05-04"
    assert look["body"]["size"] == look["index"]
    ana.does("view stages")
    ana.sleeps(days=1)
    ana.does("view contributions")
    days = [(one["body"]["view"], one["body"]["day"]) for one in events(ana, "figures-viewed")]
    assert days == [
        ("contributions", "2026-05-04"),
        ("stages", "2026-05-04"),
        ("contributions", "2026-05-05"),
    ]
    assert ana.types("verify").code == 0


def test_the_look_is_part_of_the_statement_of_who_looked(ana: User) -> None:
    ana.does("view contributions")
    path = ana.home / "ana.json"
    assert ana.types(f"statement 'Ana Silva' --format json -o {path}").code == 0
    assert "figures-viewed/v1" in said_in(path)


def said_in(path: Path) -> str:
    """All payloads of a bundle, decoded."""
    payloads = re.findall(r'"payload\\?":\s*\\?"([A-Za-z0-9+/=]+)', path.read_text())
    return "\n".join(b64decode(payload).decode() for payload in payloads)


def test_everybody_else_sees_small_numbers_hidden_and_is_told_why(ana: User) -> None:
    said = ana.types("--as P0 view contributions")
    assert said.code == 0
    assert "needs the power `information`" in said.err
    shown = json.loads(ana.types("--as P0 --json view contributions").out)
    assert kinds(shown) == {"writing": 10, "design": None}
    assert shown["hidden"] == {"design": {"standing": "small"}}
    assert shown["control"]["smallest"] == 8
    assert events(ana, "figures-viewed") == []


@pytest.mark.parametrize(
    "more", ["--identified", "--why writing/standing", "--identified -o x.json"]
)
def test_figures_as_counted_and_entries_are_refused_without_the_power(ana: User, more: str) -> None:
    said = ana.types(f"--as P0 view contributions {more}")
    assert said.code == REFUSED
    assert "power `information`" in said.err
    assert not Path("x.json").exists()


@pytest.mark.parametrize(
    ("missing", "says"), [("ana", "and a key of yours"), ("operator", "cannot be recorded")]
)
def test_a_look_that_cannot_be_recorded_is_none(ana: User, missing: str, says: str) -> None:
    assert ana.ledger is not None
    ana.sleeps()  # a new day, which only the operator's key can open
    for key in (ana.ledger / "keys").glob(f"{missing}*"):
        key.unlink()
    said = ana.types("--json view contributions")
    assert kinds(json.loads(said.out)) == {"writing": 10, "design": None}
    assert says in said.err
    assert events(ana, "figures-viewed") == []


def test_guarded_on_the_screen_shows_what_a_file_would_and_is_no_look(ana: User) -> None:
    assert kinds(ana.does("view contributions --guarded"))["design"] is None
    assert kinds(ana.does("view contributions --profile research"))["writing"] is None
    assert events(ana, "figures-viewed") == []


def test_figures_for_reading_say_whether_they_may_be_published(ana: User) -> None:
    assert "Not for publication" in ana.types("view contributions").out
    said = ana.types("view contributions --guarded").out
    assert "Not for publication" not in said
    assert "rounded to 5" in said


# ── in files ────────────────────────────────────────────────────────────────────────────────────


def test_a_file_hides_small_numbers_and_names_no_entries(ana: User) -> None:
    path = ana.home / "c.json"
    ana.does(f"view contributions -o {path}")
    shown = json.loads(path.read_text())
    assert kinds(shown) == {"writing": 10, "design": None}
    assert shown["events"] == {"rows": [[], []], "hashes": {}}
    assert "Not for publication" not in path.read_text()


def test_every_file_is_an_entry_that_says_what_for_whom_and_with_which_limits(ana: User) -> None:
    path = ana.home / "c.csv"
    size = ana.does("status")["size"]
    ana.does(f"view contributions --project Clinic --for board -o {path}")
    [entry] = events(ana, "figures-exported")
    body = entry["body"]
    assert (body["views"], body["audience"], body["forms"]) == (["contributions"], "board", ["csv"])
    assert body["size"] == size == entry["index"]
    assert set(body["asked"]) == {"project"}
    assert (body["control"]["smallest"], body["control"]["round-to"]) == (8, 5)
    assert len(body["digest"]) == 64
    assert ana.types("verify").code == 0


def test_an_identified_file_says_so_and_is_recorded_so(ana: User) -> None:
    path = ana.home / "c.json"
    ana.does(f"view contributions --identified --for board -o {path}")
    assert kinds(json.loads(path.read_text())) == {"writing": 9, "design": 3}
    assert "Not for publication" in path.read_text()
    [entry] = events(ana, "figures-exported")
    assert entry["body"]["identified"] is True


def test_who_holds_publication_may_export_and_not_identified(ana: User) -> None:
    ana.does("power grant P0 publication")
    path = ana.home / "c.json"
    assert ana.types(f"--as P0 view contributions -o {path}").code == 0
    assert kinds(json.loads(path.read_text()))["design"] is None


def test_who_holds_neither_writes_no_file(ana: User) -> None:
    path = ana.home / "c.json"
    said = ana.types(f"--as P0 view contributions -o {path}")
    assert said.code == REFUSED
    assert not path.exists()
    said = ana.types(f"--as P0 report all -o {ana.home / 'report'}")
    assert said.code == REFUSED
    assert not (ana.home / "report").exists()


def test_an_audience_is_one_word(ana: User) -> None:
    said = ana.types(f"view contributions --for 'The Board!' -o {ana.home / 'c.json'}")
    assert said.code == 2
    assert "--for board" in said.err


# ── a second count, and a second file ───────────────────────────────────────────────────────────


def test_a_guarded_file_is_counted_and_guarded_again_by_a_stranger(ana: User) -> None:
    path, shown = ana.home / "report", ana.home / "shown"
    ana.does(f"report all --format json -o {path}")
    ana.does("contribution record later --by P1 --kind design --stage S1")
    ana.does(f"report all --format json -o {path}2")
    ana.does(f"publish {shown} --class auditor")
    for file in ("report/contributions.json", "report2/contributions.json", "report2/stages.json"):
        said = ana.types(f"verify {ana.home / file} --ledger {shown}")
        assert said.code == 0, said.out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"row": "writing", "cell": 15}, "the view says 15, the record gives 10"),
        ({"row": "design", "cell": 5, "hidden": {}}, "the view shows it"),
        (
            {"row": "writing", "cell": None, "hidden": {"writing": {"standing": "small"}}},
            "hides it",
        ),
    ],
)
def test_a_guarded_figure_that_was_altered_is_named(
    ana: User, change: dict[str, Any], says: str
) -> None:
    path = ana.home / "c.json"
    ana.does(f"view contributions -o {path}")
    form = json.loads(path.read_text())
    form["rows"][form["keys"].index(change["row"])]["standing"] = change["cell"]
    form["hidden"] = change.get("hidden", form["hidden"])
    path.write_text(json.dumps(form))
    said = ana.types(f"verify {path}")
    assert said.code == 10
    assert says in said.out


def test_a_figure_that_differs_from_the_last_file_by_two_people_is_held_back(ana: User) -> None:
    ana.does("charter amend --limit round-to=1")
    path = ana.home / "c.json"
    ana.does(f"view contributions -o {path}")
    assert kinds(json.loads(path.read_text()))["writing"] == 9
    for number in (3, 4):
        ana.does(f"contribution record more{number} --by P{number} --kind writing")
    ana.does(f"view contributions -o {path}")
    shown = json.loads(path.read_text())
    assert kinds(shown)["writing"] is None
    assert shown["control"]["after"] == [events(ana, "figures-exported")[0]["index"]]
    assert any("held back" in note for note in shown["notes"])
    assert ana.types(f"verify {path}").code == 0


def test_a_report_is_held_back_while_two_files_would_tell_what_one_entry_added(ana: User) -> None:
    path = ana.home / "report"
    stood = ana.does("status")["size"]
    ana.does(f"report projects -o {path}")
    ana.does("contribution record unsorted --by P1 --kind design")  # the first without a stage
    said = ana.types(f"report projects -o {path}2")
    assert said.code == REFUSED
    assert "held back" in said.err
    assert not (ana.home / "report2").exists()
    assert len(events(ana, "figures-exported")) == 1
    ana.does(f"report projects --at {stood} -o {path}2")
    for number in range(8):
        ana.does(f"contribution record more{number} --by P{number} --kind writing --stage S1")
    ana.does(f"report projects -o {path}3")


def test_a_charter_can_fix_the_dates_on_which_files_stand(ana: User) -> None:
    ana.does("charter amend --limit export-months=1")
    path = ana.home / "c.json"
    ana.sleeps(days=30)  # into June: files stand on the record at the end of May
    ana.does("contribution record june --by P3 --kind writing")
    ana.does(f"view contributions -o {path}")
    assert json.loads(path.read_text())["asked"]["at"] == "2026-05-31"
    said = ana.types(f"view contributions --at 2026-06-03 -o {path}")
    assert said.code == 2
    assert "2026-05-31" in said.err
