"""Guarded reports of whole cases: all views, in files, name nobody and nothing small."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from user import User

CASES = ("cohesion", "student-researchers", "board-seats")
#: Columns whose small numbers are of things by which nobody can be told, as the views say.
OWN = re.compile(
    r"\b(person|operator|contribution|offer|claim|input|payment|gift|action):[a-z2-7]{26}"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, User]:
    """Two cases, each played into a ledger with a report of everything beside it."""
    users = {}
    for case in CASES:
        user = User(tmp_path_factory.mktemp(case))
        where = user.home / "ledger"
        assert user.types(f"demo {where} --case {case}").code == 0
        user.ledger = where
        user.now = user.now.replace(year=2027)
        said = user.types(f"report all --format html,csv,json -o {user.home / 'report'}")
        assert said.code == 0, said.err
        users[case] = user
    return users


def forms(user: User) -> dict[str, Any]:
    found = (user.home / "report").glob("*.json")
    return {path.stem: json.loads(path.read_text()) for path in sorted(found)}


@pytest.mark.parametrize("case", CASES)
def test_no_file_names_a_person_or_a_thing_of_theirs_or_an_entry(
    told: dict[str, User], case: str
) -> None:
    for path in (told[case].home / "report").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not OWN.search(text), (path.name, OWN.search(text))
    for form in forms(told[case]).values():
        assert form["control"]["smallest"] == 8
        assert form["events"]["hashes"] == {}
        assert not any(re.fullmatch(r"\d{1,3}(\W+\d+)*", key) for key in form["keys"])


@pytest.mark.parametrize("case", CASES)
def test_no_count_of_people_from_one_to_seven_is_in_any_view(
    told: dict[str, User], case: str
) -> None:
    for form in forms(told[case]).values():
        people = [c["name"] for c in form["columns"] if c["unit"] in ("person", "people")]
        for row in form["rows"]:
            for column in people:
                value = row.get(column)
                assert value is None or value == 0 or value >= 8, (form["view"], row)


@pytest.mark.parametrize("case", CASES)
def test_no_text_says_a_number_that_is_hidden_beside_it(told: dict[str, User], case: str) -> None:
    for name, form in forms(told[case]).items():
        size = form["checkpoint"]["size"]
        counted = told[case].does(f"view {name} --at {size}")
        rows = dict(zip(counted["keys"], counted["rows"], strict=True))
        for key, shown in zip(form["keys"], form["rows"], strict=True):
            for column, hidden in rows.get(key, {}).items():
                if type(hidden) is not int or not hidden or shown.get(column) is not None:
                    continue
                number = re.compile(rf"(?<![\w-]){hidden}(?![\w-])")
                for other, text in [*shown.items(), ("key", key)]:
                    if isinstance(text, str) and other not in ("rule", "clears"):
                        assert not number.search(text), (name, key, column, other, text)


def test_what_a_view_says_of_itself_holds_nothing_of_the_record(told: dict[str, User]) -> None:
    one, two = (forms(told[case]) for case in CASES[:2])
    assert one.keys() == two.keys()
    for name, form in one.items():
        for part in ("question", "formula", "does_not_show"):
            assert form[part] == two[name][part], (name, part)


def test_guarded_views_of_a_case_are_guarded_again_alike(told: dict[str, User]) -> None:
    user = told[CASES[0]]
    for name in ("inclusion", "provenance", "integrity"):
        said = user.types(f"verify {user.home / 'report' / name}.json")
        assert said.code == 0, said.out


def test_lists_in_short_name_nothing_to_who_may_not_see_people(told: dict[str, User]) -> None:
    user = told[CASES[0]]
    for command in ("unanswered", "owed"):
        said = user.types(f"--as Rosa {command}")
        assert said.code == 0, said.err
        assert not re.search(r"\d", said.out)
        assert said.out.strip()
