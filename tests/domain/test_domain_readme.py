"""The room's page is true: its table is what the catalogue says, its example runs."""

from __future__ import annotations

import re

import pytest

from domain import reference


def test_the_page_of_events_is_what_the_catalogue_says() -> None:
    text = reference.PAGE.read_text("utf-8")
    assert text == reference.with_page(text), "run: python -m domain.reference"
    assert reference.main(["--check"]) == 0


def test_the_example_of_the_page_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", reference.PAGE.read_text("utf-8"), re.DOTALL)
    exec(compile(example, str(reference.PAGE), "exec"), {})  # noqa: S102  # our own page


def test_every_file_of_the_room_is_on_the_page() -> None:
    text = reference.PAGE.read_text("utf-8")
    for source in reference.PAGE.parent.glob("*.py"):
        assert source.name == "__init__.py" or f"`{source.name}`" in text, source.name


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no marks"):
        reference.with_page("# a page")
