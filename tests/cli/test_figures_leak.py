"""Real records, every form of output: nothing that was hidden is anywhere in a file.

The 872 quotations of the AutSPACEs focus groups: groups of 9, 5 and 4 people and two of unknown
number. Every cross-table by group is suppressed (domain.md, section 10).
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from user import User

#: What each group gave: contributions and words spoken, in all and by stage; and offers by number.
HIDDEN = (383, 211, 157, 117, 8491, 4550, 3291, 2328, 270, 162, 872)
FORMS = ("report.html", "*.csv", "*.json")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of everything, and of the one project, in every form."""
    user = User(tmp_path_factory.mktemp("leak"))
    user.ledger = None
    where = user.home / "demo"
    assert user.types(f"demo {where}").code == 0
    user.ledger = where
    for name in ("all", "stages"):
        more = "--project AutSPACEs*" if name == "stages" else ""
        if more:
            more = f"--project {user.does('project list')[0]['id']}"
        said = user.types(f"report {name} {more} --format html,csv,json -o {user.home / name}")
        assert said.code == 0, said.err
    return user.home


def texts(files: Path) -> dict[str, str]:
    """Every file without its digests, hashes and ids of projects, where any digits may stand."""
    found = {}
    for folder in ("all", "stages"):
        for form in FORMS:
            for path in (files / folder).glob(form):
                text = path.read_text(encoding="utf-8")
                text = re.sub(r"[0-9a-f]{32,}|[A-Za-z0-9+/]{43}=|project:[a-z2-7]{26}", "", text)
                text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
                found[f"{folder}/{path.name}"] = text
    return found


def test_no_hidden_number_stands_in_any_file(files: Path) -> None:
    read = texts(files)
    assert len(read) > 10
    for name, text in read.items():
        for number in HIDDEN:
            assert not re.search(rf"(?<![\d.-]){number}(?![\d.-])", text), f"{number} in {name}"


def test_no_person_no_entry_and_no_group_with_a_number_stands_in_any_file(files: Path) -> None:
    for name, text in texts(files).items():
        assert not re.search(
            r"\b(person|operator|contribution|offer|claim|input):[a-z2-7]{26}", text
        )
        assert not re.search(r"autistic people \d|parents of autistic people \d", text), name
        if name.endswith(".json"):
            form = json.loads((files / name).read_text())
            assert not any(form["events"]["rows"])
            # A key went out with the size of its group: «…/community/9».
            assert not any(re.search(r"\bpeople/.*\d", key) for key in form["keys"])
            assert form["events"]["hashes"] == {}


def test_every_cross_table_by_group_is_suppressed(files: Path) -> None:
    for name in ("all/voices.json", "stages/stages.json"):
        form = json.loads((files / name).read_text())
        numbers = [c["name"] for c in form["columns"] if c["type"] in ("integer", "percent")]
        assert numbers
        for row in form["rows"]:
            assert all(row.get(column) is None for column in numbers), (name, row)
    with (files / "all" / "voices.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["contributions"] for row in rows} == {"*"}


def test_what_is_shown_is_rounded(files: Path) -> None:
    form = json.loads((files / "all" / "contributions.json").read_text())
    shown = {row["kind"]: row["standing"] for row in form["rows"]}
    assert shown == {"design": 610, "governance": 120, "priority-setting": 80, "testimony": 60}
