"""View ``stages`` narrowed to one side: the denominator stays that of all eligible projects."""

from __future__ import annotations

from book import Book, cells


def test_a_share_among_one_side_is_still_of_all_eligible_projects(book: Book) -> None:
    ben, eve = book.person("community"), book.person("institution")
    both = [book.project() for _ in range(4)]
    theirs = [book.project() for _ in range(6)]
    for project in both:
        book.gave(project, ben, stage="S1", level="collaborate", on="2025-12-01")
    for project in (*both, *theirs):
        book.gave(project, eve, stage="S4b", level="involve", on="2025-12-01")
    for split in ({}, {"split": "side"}):
        result = book.view("stages", side="community", options=split)
        row = cells(result, stage="S1")
        assert row["eligible"] == 10
        assert row["share"] == 40.0
    assert cells(book.view("stages", side="community"), stage="S1")["not_recorded"] == 6


def test_where_no_project_is_eligible_nothing_is_drawn_and_nothing_reads_as_zero(
    book: Book,
) -> None:
    book.project()
    result = book.view("stages")
    assert result.chart is None
    assert result.summary.shows == ("1 project, and no contribution is recorded.",)
