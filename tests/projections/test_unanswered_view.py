"""View ``unanswered``: who said something and waits for a reply."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book, cells
from test_provenance_view import adopt, refuse, said, told

from ledger.encoding import new_id


def waiting(book: Book, **asked: Any) -> list[str]:
    return [row.key for row in book.view("unanswered", **asked).rows]


def test_the_oldest_waits_first_with_its_days_up_to_the_ledgers_day(book: Book, ben: str) -> None:
    project = book.project()
    first = said(book, project, ben, kind="idea")
    book.open_day("2026-01-20")
    second = book.problem(project, ben)
    book.open_day("2026-02-04")
    result = book.view("unanswered")
    # 1 January to 4 February: 34 days; 20 January to 4 February: 15.
    assert [(row.key, row.cells["days"]) for row in result.rows] == [(first, 34), (second, 15)]
    assert result.summary.shows[:2] == (
        "1 idea and 1 problem have no reply.",
        "The oldest waits 34 days.",
    )
    assert "Ages are counted up to 2026-02-04." in result.notes


def test_five_ideas_have_no_reply(book: Book, ben: str) -> None:
    project = book.project()
    for _ in range(5):
        said(book, project, ben, kind="idea")
    assert book.view("unanswered").summary.shows[0] == "5 ideas have no reply."


def test_whatever_was_taken_up_refused_or_answered_does_not_wait(book: Book, ben: str) -> None:
    project = book.project()
    taken, refused = book.problem(project, ben), book.problem(project, ben)
    adopt(book, project, taken)
    refuse(book, project, refused)
    idea = said(book, project, ben)
    assert waiting(book) == [idea]
    told(book, project, ben, idea, "noted")
    assert waiting(book) == []
    assert book.view("unanswered").summary.shows == (
        "Everything that people raised or said has a reply.",
    )


def test_a_decision_on_a_problem_is_a_reply_once_it_is_closed(book: Book, ben: str) -> None:
    project = book.project()
    problem = book.problem(project, ben)
    one = book.decision([ben], project=project, problem=problem)
    assert waiting(book) == [problem]
    idea = said(book, project, ben)
    body = {"input": idea, "project": project, "people": [ben], "decision": one}
    book.say("input-cited/v1", body)
    book.vote(one, ben)
    book.close(one)
    # The decision answers for the problem; who had the idea that it cites was told nothing.
    assert waiting(book) == [idea]


def test_who_said_it_may_say_that_the_answer_was_none_until_another_comes(
    book: Book, ben: str
) -> None:
    project = book.project()
    idea, other = said(book, project, ben), said(book, project, ben)
    told(book, project, ben, idea, "noted")
    for one in (idea, other):
        book.say("input-not-answered/v1", {"input": one, "person": ben}, author=ben)
    result = book.view("unanswered")
    assert cells(result, thing=idea)["state"] == "answered, and said to be no answer"
    assert cells(result, thing=other)["state"] == "said to be not answered"
    assert "2 said by those who asked to be not answered." in result.summary.shows
    told(book, project, ben, idea, "explained")
    assert waiting(book) == [other]


def test_being_ranked_or_cited_is_no_reply(book: Book, ben: str) -> None:
    project = book.project()
    problem, idea = book.problem(project, ben), said(book, project, ben)
    body = {"project": project, "problems": [problem], "people": [ben]}
    book.say("problems-prioritised/v1", body)
    body = {"input": idea, "project": project, "people": [ben], "problem": problem}
    book.say("input-cited/v1", body)
    result = book.view("unanswered")
    assert cells(result, thing=problem)["state"] == "ranked (place 1), neither taken up nor refused"
    assert cells(result, thing=idea)["state"] == "no reply; named as having counted, and not told"


def test_an_unknown_date_is_no_age_and_a_span_counts_from_its_end(book: Book, ben: str) -> None:
    project = book.project()
    undated = said(book, project, ben, mode="history")
    march = {"from": "2025-12-01", "to": "2025-12-31", "precision": "month"}
    spanned = said(book, project, ben, mode="history", on=march)
    result = book.view("unanswered")
    assert [(row.key, row.cells["days"]) for row in result.rows] == [(spanned, 1), (undated, None)]
    assert all("recorded afterwards" in str(row.cells["state"]) for row in result.rows)
    assert result.summary.unknown == ("Of 1 it is not known when they were said.",)


def test_a_problem_taken_on_by_another_project_waits_there_again(book: Book, ben: str) -> None:
    here, there = book.project(), book.project()
    problem = book.problem(here, ben)
    refuse(book, here, problem)
    body = {"matter": problem, "project": here, "to_project": there, "person": ben}
    book.say("matter-carried/v1", body)
    assert waiting(book) == []
    book.say("matter-received/v1", {"matter": problem, "project": there, "person": ben}, author=ben)
    result = book.view("unanswered")
    assert [row.cells["carried"] for row in result.rows] == ["taken on elsewhere"]


def test_by_a_day_what_was_answered_later_still_waits(book: Book, ben: str) -> None:
    project = book.project()
    idea = said(book, project, ben)
    book.open_day("2026-03-02")
    told(book, project, ben, idea, "accepted")
    assert waiting(book) == []
    [row] = book.view("unanswered", happened_by=date(2026, 3, 1)).rows
    assert (row.key, row.cells["days"], row.cells["dated"]) == (idea, 59, "yes")
    assert waiting(book, at=date(2026, 3, 1)) == [idea]


def test_it_is_narrowed_by_project_side_and_period(book: Book, ben: str) -> None:
    here, there = book.project(), book.project()
    eve = book.person("institution")
    mine, hers = said(book, here, ben), said(book, there, eve)
    assert waiting(book, project=here) == [mine]
    assert waiting(book, side="institution") == [hers]
    assert waiting(book, period=(date(2025, 1, 1), date(2025, 12, 31))) == []


def test_a_group_waits_like_anybody(book: Book) -> None:
    project = book.project()
    carers = book.group(project, "community", "carers", 5)
    id_ = new_id("input")
    body = {"input": id_, "project": project, "group": carers}
    book.say("input-submitted/v1", body, mode="history")
    assert cells(book.view("unanswered"), thing=id_)["side"] == "community"


def test_where_nobody_said_anything_there_is_no_praise_either(book: Book) -> None:
    result = book.view("unanswered")
    assert result.rows == ()
    assert result.summary.shows == ()
