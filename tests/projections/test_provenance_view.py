"""Views ``chains`` and ``provenance``: from what people said to what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book, cells
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.encoding import new_id
from projections.result import Said, ViewResult, Words


def said(book: Book, project: str, person: str, **how: Any) -> str:
    """Something said by a person, recorded by Ana."""
    id_ = new_id("input")
    mode, on = how.pop("mode", "live"), how.pop("on", None)
    body = {"input": id_, "project": project, "people": [person]} | how
    book.say("input-submitted/v1", body, mode=mode, on=on)
    return id_


def told(book: Book, project: str, person: str, input_: str, outcome: str, **how: Any) -> None:
    """The answer to it, with reasons."""
    body = {"input": input_, "project": project, "people": [person], "outcome": outcome}
    book.say("input-answered/v1", body | {"has": ["reasons"]} | how)


def adopt(book: Book, project: str, problem: str, **how: Any) -> None:
    book.say("problem-adopted/v1", {"problem": problem, "project": project} | how)


def refuse(book: Book, project: str, problem: str) -> None:
    body = {"problem": problem, "project": project, "has": ["reasons"]}
    book.say("problem-refused/v1", body)


def of(result: ViewResult, proposal: str) -> dict[str, Any]:
    return cells(result, proposal=proposal)


def figure(result: ViewResult, key: str) -> tuple[Any, ...]:
    [row] = [row for row in result.rows if row.key == key]
    return row.cells["n"], row.cells["of"], row.cells["share"]


def test_a_chain_runs_from_the_problem_over_its_decision_to_what_was_delivered(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    raised = book.size
    problem = book.problem(project, ben)
    one = book.decided([eve], project=project, problem=problem)
    adopt(book, project, problem, decision=one)
    book.gave(project, eve, stage="S4b", problem=problem)
    book.gave(project, eve, stage="S4b", decision=one)
    book.gave(project, eve, stage="S2", problem=problem)  # designed, not delivered
    body = {"problem": problem, "project": project, "outcome": "partly", "has": ["reasons"]}
    book.say("problem-closed/v1", body)
    result = book.view("chains")
    row = of(result, problem)
    assert (row["side"], row["reply"], row["outcome"]) == (
        "community",
        "closed: partly solved",
        "partly solved",
    )
    assert (row["decision"], row["decided"]) == (one, "decided: a")
    assert (row["delivered"], row["delivered_as"]) == (2, "2 pieces of work")
    assert isinstance(row["reasons"], Words)
    [found] = result.rows
    assert found.rests_on("proposal") == (raised,)
    assert len(found.rests_on("delivered")) == 2


def test_a_refusal_stands_with_its_reasons(book: Book, ben: str) -> None:
    project = book.project()
    problem = book.problem(project, ben)
    refuse(book, project, problem)
    row = of(book.view("chains"), problem)
    assert row["reply"] == "refused"
    assert row["reasons"] == Words(book.size - 1, "reasons")
    assert book.view("chains").summary.shows[0] == (
        "1 proposal: 0 taken up or accepted, 1 turned down (1 with reasons)."
    )


def test_a_decision_for_doing_nothing_is_a_refusal_and_another_option_takes_it_up(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    no, yes, waiting = (book.problem(project, ben) for _ in range(3))
    refused = book.decision([eve], project=project, problem=no)
    book.vote(refused, eve, "b")  # «b» is to do nothing
    book.close(refused)
    book.decided([eve], project=project, problem=yes)
    book.decision([eve], project=project, problem=waiting)  # still open
    result = book.view("chains")
    assert [of(result, one)["reply"] for one in (no, yes, waiting)] == [
        "refused",
        "taken up",
        "no reply",
    ]
    assert of(result, waiting)["decided"] == "open"


def test_an_idea_leads_to_the_output_in_which_it_was_cited(book: Book, ben: str) -> None:
    project = book.project()
    idea = said(book, project, ben, kind="idea")
    output = new_id("output")
    book.say("output-published/v1", {"output": output, "project": project}, mode="history")
    body = {"input": idea, "project": project, "people": [ben], "output": output}
    book.say("input-cited/v1", body)
    row = of(book.view("chains"), idea)
    assert (row["kind"], row["delivered_as"], row["reply"]) == ("idea", "1 output", "no reply")


def test_a_task_that_keeps_a_promise_on_an_idea_belongs_to_it_once_it_is_done(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    idea = said(book, project, ben)
    promise, task = new_id("commitment"), new_id("action")
    body = {"commitment": promise, "project": project, "person": eve, "input": idea}
    book.say("commitment-made/v1", body)
    body = {"action": task, "project": project, "person": eve, "commitment": promise}
    book.say("action-set/v1", body)
    assert of(book.view("chains"), idea)["delivered"] == 0
    book.say("action-ended/v1", {"action": task, "person": eve, "outcome": "done"})
    assert of(book.view("chains"), idea)["delivered_as"] == "1 task"


def test_a_line_that_was_corrected_is_counted_once(book: Book, ben: str) -> None:
    project = book.project()
    book.problem(project, ben)
    wrong = book.hash(book.size - 1)
    right = book.problem(project, ben)
    body = {"line": wrong, "instead": book.hash(book.size - 1), "people": [ben]}
    book.say("record-corrected/v1", body | {"cause": "mistake"})
    assert [row.key for row in book.view("chains").rows] == [right]


def test_the_origin_rate_is_given_from_ten_decisions_on(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    theirs, ours = book.problem(project, ben), book.problem(project, eve)
    for at in range(9):
        book.decided([eve], project=project, problem=theirs if at < 3 else ours)
    assert figure(book.view("provenance"), "origin-rate") == (3, 9, None)
    bare = book.decided([eve], project=project)
    result = book.view("provenance")
    # 3 of 10 began with the community; of one it is not recorded, and it stays in the whole.
    assert figure(result, "origin-rate") == (3, 10, 30.0)
    [row] = [row for row in result.rows if row.key == "origin-rate"]
    assert row.cells["not_recorded"] == 1
    said = "Adopted decisions that began with the community: 3 of 10."
    assert said in result.summary.shows
    # The sentence is made of cells, so that it can be said again from published figures.
    assert isinstance(result.summary.shows[0], Said)
    refused = book.decision([eve], project=project, problem=theirs)
    book.vote(refused, eve, "b")
    book.close(refused)  # decided to do nothing: not adopted
    assert figure(book.view("provenance"), "origin-rate")[:2] == (3, 10)
    revisit = book.decided([eve], project=project, revisits=bare)
    book.say("decision-reversed/v1", {"decision": bare, "by": revisit})
    assert figure(book.view("provenance"), "origin-rate")[:2] == (3, 10)  # one out, one in


def test_priorities_without_delivery_and_deliveries_without_a_proposal_are_orphans(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    served, bare, ranked, raised = (book.problem(project, ben) for _ in range(4))
    adopt(book, project, served)
    adopt(book, project, bare)
    body = {"project": project, "problems": [ranked, served], "people": [ben]}
    book.say("problems-prioritised/v1", body)
    book.gave(project, eve, stage="S4b", problem=served)
    book.gave(project, eve, stage="S4b")
    book.gave(project, eve, stage="S5")  # evaluated, not delivered
    result = book.view("provenance")
    # Three priorities: served, bare and ranked; of two nothing was delivered. Raised is none.
    assert figure(result, "orphan-priorities") == (2, 3, None)
    assert figure(result, "orphan-interventions") == (1, 2, None)
    assert of(book.view("chains"), ranked)["place"] == 1
    assert of(book.view("chains"), raised)["place"] is None


def test_what_happened_to_proposals_is_told_apart_by_side(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    nobody = book.person()
    for person, outcome in ((ben, "accepted"), (ben, "not-accepted"), (eve, "partly")):
        told(book, project, person, said(book, project, person), outcome)
    said(book, project, ben)
    said(book, project, nobody)
    result = book.view("provenance")
    assert figure(result, "taken-up-community") == (1, 3, None)
    assert figure(result, "turned-down-community") == (1, 3, None)
    assert figure(result, "no-reply-community") == (1, 3, None)
    assert figure(result, "taken-up-others") == (1, 1, None)
    assert figure(result, "no-reply-side-unknown") == (1, 1, None)


def test_chains_are_narrowed_by_side_project_and_period(book: Book, ben: str, eve: str) -> None:
    here, there = book.project(), book.project()
    march = said(book, here, ben, mode="history", on="2025-03-02")
    april = said(book, here, eve, mode="history", on="2025-04-02")
    elsewhere = book.problem(there, ben, mode="history", on="2025-03-02")

    def keys(**asked: Any) -> list[str]:
        return [row.key for row in book.view("chains", **asked).rows]

    assert keys(side="community") == [march, elsewhere]
    assert keys(project=here) == [march, april]
    assert keys(period=(date(2025, 3, 1), date(2025, 3, 31))) == [march, elsewhere]
    assert keys(happened_by=date(2025, 3, 31)) == [march, elsewhere]
    assert keys(side="institution") == [april]


def test_an_answer_after_the_period_still_answers_what_was_said_in_it(book: Book, ben: str) -> None:
    project = book.project()
    idea = said(book, project, ben)
    book.open_day("2026-05-01")
    told(book, project, ben, idea, "accepted")
    january = (date(2026, 1, 1), date(2026, 1, 31))
    assert of(book.view("chains", period=january), idea)["reply"] == "accepted"
    assert of(book.view("chains", happened_by=january[1]), idea)["reply"] == "no reply"
    assert of(book.view("chains", at=date(2026, 4, 30)), idea)["reply"] == "no reply"


def test_an_empty_record_gives_no_rate(book: Book) -> None:
    result = book.view("provenance")
    assert {row.cells["share"] for row in result.rows} == {None}
    assert result.summary.unknown == ("No adopted decision is recorded.",)
    assert book.view("chains").rows == ()


WORDS = {
    "accepted": "accepted",
    "partly": "accepted in part",
    "not-accepted": "not accepted",
    "explained": "explained",
    "noted": "noted",
    "mark": "answered, and said to be no answer",
}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(WORDS)), max_size=4))
def test_whatever_was_said_of_it_the_last_word_counts_and_every_proposal_is_in_one_band(
    book: Book, words: list[str]
) -> None:
    ben, project = book.person("community"), book.project()
    book.give_key(ben)
    idea, last = said(book, project, ben), ""
    for word in words:
        if word != "mark":
            told(book, project, ben, idea, word)
        elif last != "mark":  # said twice in a row it is refused
            book.say("input-not-answered/v1", {"input": idea, "person": ben}, author=ben)
        last = word
    asked = {"project": project}
    wanted = WORDS.get(last, "no reply")
    if last == "mark" and set(words) == {"mark"}:
        wanted = "said to be not answered"
    assert of(book.view("chains", **asked), idea)["reply"] == wanted
    waits = last in {"", "mark"}
    assert [row.key for row in book.view("unanswered", **asked).rows] == [idea] * waits
    bands = [
        figure(book.view("provenance", **asked), f"{key}-community")[0]
        for key in ("taken-up", "turned-down", "no-reply")
    ]
    assert sum(bands) == (last not in {"explained", "noted"})


def test_of_what_nobody_wrote_down_nothing_is_said_and_no_zero(book: Book) -> None:
    for row in book.view("provenance").rows:
        assert (row.cells["n"], row.cells["of"], row.cells["not_recorded"]) == (None, None, None)


def test_what_was_cited_and_answered_by_one_decision_has_it_once(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    idea = said(book, project, ben, kind="idea")
    one = book.decision([eve], project=project)
    body = {"input": idea, "project": project, "people": [ben], "decision": one}
    book.say("input-cited/v1", body)
    book.vote(one, eve, "a")
    book.close(one)
    told(book, project, ben, idea, "accepted", decision=one)
    row = of(book.view("chains"), idea)
    assert (row["decision"], row["decided"]) == (one, "decided: a")
    lines = [line.cells for line in book.view("decision", about=one).rows]
    assert [line["part"] for line in lines if line.get("said") == idea].count("Origin") == 1


def test_problems_that_restate_one_have_its_decision_once(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    first = book.problem(project, ben)
    both = [book.problem(project, eve, from_problem=first) for _ in range(2)]
    one = book.decided([eve], project=project)
    for problem in both:
        adopt(book, project, problem, decision=one)
    assert of(book.view("chains"), first)["decision"] == one
