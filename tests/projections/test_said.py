"""Sentences that can be said again from published cells, and cells that are hidden."""

from __future__ import annotations

from typing import get_args

from projections.result import REASONS, Fixed, Hidden, Reason, Row, Said, hidden, plain


def test_a_sentence_made_of_cells_keeps_the_cells_it_was_made_of() -> None:
    said = Said.of("{} of {} people.", {("S1", "people"): 12, ("all", "people"): 40})
    assert said == "12 of 40 people."
    assert said.template == "{} of {} people."
    assert said.cells == (("S1", "people"), ("all", "people"))


def test_a_fixed_sentence_reads_like_any_other() -> None:
    assert Fixed("Of 260 papers.") == "Of 260 papers."


def test_a_hidden_cell_is_null_and_says_its_reason_apart() -> None:
    row = Row({"who": "all", "n": Hidden("small"), "paid": None})
    assert plain(row) == {"who": "all", "n": None, "paid": None}
    assert hidden(row) == {"n": "small"}


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(get_args(Reason))
