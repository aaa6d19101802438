"""The room's README: its worked example runs, and its table names every file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from book import Book
from whole import render_csv

import projections
from cli.render.html import render_html
from cli.render.table import render_table
from projections import views

ROOM = Path(projections.__file__).parent
README = (ROOM / "README.md").read_text(encoding="utf-8")


def test_adding_a_view_is_one_file_and_one_line(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    [(name, module)] = re.findall(r'^    "(\w+)": "projections\.(\w+)",$', README, re.MULTILINE)
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / f"{module}_of_the_readme.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(views._MODULES, name, f"{module}_of_the_readme")
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, kinds=["advice", "review"])
    gone = book.gave(project, ben, kinds=["advice"])
    book.gave(project, ben, kinds=["advice"])
    book.take_back(gone)
    result = book.view(name)
    assert [tuple(row.cells.values()) for row in result.rows] == [("advice", 2), ("review", 1)]
    assert render_csv(result) == "kind,contributions\r\nadvice,2\r\nreview,1\r\n"
    assert "Kind of work" in render_table(result, width=80)
    assert "Kind of work" in render_html(result)
    sys.modules.pop(f"{module}_of_the_readme")


def test_the_readme_names_every_file_of_the_room() -> None:
    files = {path.name for path in ROOM.glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"`{name}`" not in README} == set()


def test_every_view_can_be_found_and_says_what_it_is() -> None:
    for name in views.names():
        view = views.find(name)
        assert view.name == name
        assert view.question.endswith("?")
        assert f"`{name}`" in README
