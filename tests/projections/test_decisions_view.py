"""View ``decisions``: how each was taken, where it began, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book, cells

from ledger.encoding import new_id
from projections.exports import prepared
from projections.result import Asked, Hidden, ViewResult


@pytest.fixture
def cy(book: Book) -> str:
    """Of whom nobody said for whom they act; can sign."""
    person = book.person()
    book.give_key(person)
    return person


def row(result: ViewResult, decision: str) -> dict[str, Any]:
    return cells(result, decision=decision)


def test_a_decision_of_signed_ballots_is_counted_again_and_said_so(
    book: Book, ben: str, cy: str, eve: str
) -> None:
    one = book.decision([cy, ben, eve])
    book.vote(one, cy, "a")
    book.vote(one, ben, "a")
    book.vote(one, eve, None)
    book.close(one)
    found = row(book.view("decisions"), one)
    # Two of two votes for «a», one abstains: more than half.
    assert (found["electorate"], found["ballots"], found["outcome"], found["chosen"]) == (
        3,
        3,
        "decided",
        "a",
    )
    assert found["count"] == (
        "counted again from ballots that each voter signed; the outcome follows from it"
    )
    assert found["method"] == "simple majority"
    assert (found["evidence"], found["lacks"]) == ("none cited", "reasons, evidence")


def test_a_close_that_states_another_tally_than_its_ballots_give_is_said_to_differ(
    book: Book, ben: str, cy: str
) -> None:
    one = book.decision([cy, ben])
    book.vote(one, ben, "b")
    body = {
        "decision": one,
        "tally": {
            "ballots": 1,
            "abstained": 0,
            "support": [{"option": "a", "votes": 1}, {"option": "b", "votes": 0}],
        },
        "outcome": "decided",
        "chosen": ["a"],
    }
    book.force(book.sealed("decision-closed/v1", body))  # past the rules, as a steward could
    result = book.view("decisions")
    assert row(result, one)["count"].endswith("counted again it DIFFERS in: tally, chosen")
    assert result.notes[0].startswith("In 1 decision what is recorded does not give")


def test_a_tie_in_the_count_is_shown_as_a_tie(book: Book, ben: str, eve: str) -> None:
    one = book.decision([ben, eve])
    book.vote(one, ben, "a")
    book.vote(one, eve, "b")
    book.close(one)
    found = row(book.view("decisions"), one)
    assert (found["outcome"], found["tie"], found["chosen"]) == ("tied", "a = b", None)


def test_options_that_share_a_place_are_a_tie_though_both_were_chosen(
    book: Book, ben: str, eve: str
) -> None:
    options = [{"option": name} for name in ("x", "y", "z")]
    one = book.decision(
        [ben, eve], method="ranked-choice", count_rule="schulze", seats=2, options=options
    )
    for voter, ranking in ((ben, [["x"], ["y"], ["z"]]), (eve, [["y"], ["x"], ["z"]])):
        book.vote(one, voter, None, ranking=ranking)
    book.close(one)
    found = row(book.view("decisions"), one)
    assert (found["outcome"], found["chosen"], found["tie"]) == ("decided", "x, y", "x = y")


def test_it_began_with_the_community_when_they_raised_the_problem_before(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    theirs, ours = book.problem(project, ben), book.problem(project, eve)
    mine = book.decided([eve], project=project, problem=theirs)
    other = book.decided([eve], project=project, problem=ours)
    bare = book.decided([eve], project=project)
    result = book.view("decisions")
    assert [row(result, one)["began_with"] for one in (mine, other, bare)] == [
        "community",
        "others",
        "not recorded",
    ]
    assert row(result, mine)["began_as"] == "a problem raised"
    [mine_row] = [one for one in result.rows if one.key == mine]
    assert mine_row.rests_on("began_with")  # the proposal and who acts for whom
    assert "1 of 3 adopted decisions began with the community." in result.summary.shows


def test_a_problem_restated_by_staff_still_began_with_who_raised_it_first(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    first = book.problem(project, ben)
    again = book.problem(project, eve, from_problem=first)
    one = book.decided([eve], project=project, problem=again)
    assert row(book.view("decisions"), one)["began_with"] == "community"


def test_what_was_asked_for_said_or_put_forward_by_the_community_is_an_origin_too(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    asked = book.decided([eve], project=project, raised_by=ben)
    options = [{"option": "a", "put_by": ben}, {"option": "b", "nothing": True}]
    put = book.decided([eve], project=project, options=options)
    by_side = [{"option": "a", "side": "community"}, {"option": "b", "nothing": True}]
    said_so = book.decided([eve], project=project, options=by_side)
    idea = new_id("input")
    book.say("input-submitted/v1", {"input": idea, "project": project, "people": [ben]})
    cited = book.decision([eve], project=project)
    book.say(
        "input-cited/v1",
        {"input": idea, "project": project, "people": [ben], "decision": cited},
    )
    told = book.gave(project, ben, kinds=["problem-raising"])
    weighed = book.decided([eve], project=project, inputs=[told])
    result = book.view("decisions")
    assert [
        (row(result, one)["began_with"], row(result, one)["began_as"])
        for one in (asked, put, said_so, cited, weighed)
    ] == [
        ("community", "somebody asked for it"),
        ("community", "the chosen option put forward"),
        ("community", "the chosen option put forward"),
        ("community", "something said"),
        ("community", "a problem raised in a contribution"),
    ]
    book.take_back(told)
    assert row(book.view("decisions"), weighed)["began_with"] == "not recorded"


def test_an_option_that_was_not_chosen_is_no_origin(book: Book, ben: str, eve: str) -> None:
    options = [{"option": "a"}, {"option": "b", "put_by": ben}]
    one = book.decided([eve], options=options)
    assert row(book.view("decisions"), one)["began_with"] == "not recorded"


def test_what_was_said_only_after_the_close_is_no_origin(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    one = book.decided([eve], project=project)
    idea = new_id("input")
    book.say("input-submitted/v1", {"input": idea, "project": project, "people": [ben]})
    body = {"input": idea, "project": project, "people": [ben], "decision": one}
    book.say("input-cited/v1", body)
    assert row(book.view("decisions"), one)["began_with"] == "not recorded"


def test_who_decides_alone_on_what_they_put_forward_is_counted_and_named_unhandled(
    book: Book, ben: str
) -> None:
    options = [{"option": "a", "put_by": ben}, {"option": "b"}]
    one = book.decided([ben], mode="history", method="executive", options=options)
    found = row(book.view("decisions"), one)
    assert (found["own"], found["interests"], found["unhandled"]) == (1, 0, 1)


def test_an_interest_is_unhandled_until_somebody_says_how_it_was_handled(
    book: Book, ben: str, eve: str
) -> None:
    one = book.decision([ben, eve])
    book.say(
        "interest-declared/v1",
        {"person": ben, "decision": one, "nature": "employer"},
        author=ben,
    )
    assert row(book.view("decisions"), one)["unhandled"] == 1
    body = {"person": ben, "decision": one, "handling": "noted"}
    book.say("interest-managed/v1", body)
    found = row(book.view("decisions"), one)
    assert (found["interests"], found["unhandled"]) == (1, 0)


def test_a_reversed_decision_is_no_longer_adopted(book: Book, eve: str) -> None:
    first = book.decided([eve])
    second = book.decided([eve], revisits=first)
    before = book.size
    book.say("decision-reversed/v1", {"decision": first, "by": second})
    result = book.view("decisions")
    assert row(result, first)["reversed_by"] == second
    assert "0 of 1 adopted decision began with the community." in result.summary.shows
    assert row(book.view("decisions", at=before), first)["reversed_by"] is None


def test_what_was_done_under_it_is_counted_money_below_its_budget_too(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    one = book.decided([eve], project=project)
    body = {"action": new_id("action"), "project": project, "person": ben, "decision": one}
    book.say("action-set/v1", body)
    budget = new_id("budget")
    amount = {"minor": 10000, "currency": "GBP", "exponent": 2}
    book.say(
        "budget-opened/v1",
        {"budget": budget, "project": project, "amount": amount, "decision": one},
    )
    book.offer(project, ben, 1800, budget=budget)
    book.offer(project, ben, 500)  # of no budget: nothing says under which decision
    result = book.view("decisions")
    assert row(result, one)["done"] == 3
    [found] = result.rows
    assert len(found.rests_on("done")) == 3


def test_of_secret_ballots_among_few_only_the_outcome_is_shown(
    book: Book, ben: str, cy: str
) -> None:
    one = book.decision([cy, ben], ballots="imported", mode="history", method="simple-majority")
    counted = {"ballots": 2, "support": [{"option": "a", "votes": 2}]}
    body = {"decision": one, "source": "ab" * 32, "counted": counted}
    book.say("ballots-imported/v1", body, mode="history")
    book.close(one, mode="history")
    result = book.view("decisions")
    found = row(result, one)
    assert (found["ballots"], found["outcome"], found["chosen"]) == (None, "decided", "a")
    assert found["count"].startswith("taken over from elsewhere, not proven")
    assert any("fewer than ten" in note for note in result.notes)


def test_by_a_day_a_decision_closed_later_is_still_open(book: Book, eve: str) -> None:
    one = book.decision([eve])
    book.open_day("2026-02-01")
    book.vote(one, eve)
    book.close(one)
    assert row(book.view("decisions"), one)["outcome"] == "decided"
    january = row(book.view("decisions", happened_by=date(2026, 1, 31)), one)
    assert (january["outcome"], january["dated"], january["ballots"]) == ("open", "yes", 0)
    assert book.view("decisions", happened_by=date(2025, 12, 31)).rows == ()
    assert row(book.view("decisions", at=date(2026, 1, 31)), one)["outcome"] == "open"


def test_a_period_holds_what_was_closed_in_it_and_says_what_has_no_date(
    book: Book, eve: str
) -> None:
    old = book.decided([eve])
    book.open_day("2026-02-01")
    new = book.decided([eve])
    undated = book.decided([eve], mode="history")
    result = book.view("decisions", period=(date(2026, 2, 1), date(2026, 2, 28)))
    assert {one.key: one.cells["dated"] for one in result.rows} == {
        new: "yes",
        undated: "date unknown",
    }
    assert any("1 decision outside the time asked for" in note for note in result.notes)
    assert "1 decision opened, 1 closed." in result.summary.shows
    assert old not in {one.key for one in result.rows}


def test_decisions_are_narrowed_by_project_and_scale(book: Book, eve: str) -> None:
    project = book.project()
    here = book.decided([eve], project=project, scale="group")
    everywhere = book.decided([eve])
    assert [one.key for one in book.view("decisions", project=project).rows] == [here]
    assert [one.key for one in book.view("decisions", scale="group").rows] == [here]
    assert cells(book.view("decisions"), decision=everywhere)["project"] is None


def test_no_decision_gives_no_figure_that_looks_like_one(book: Book) -> None:
    result = book.view("decisions")
    assert result.rows == ()
    assert result.summary.unknown == ("No decision is recorded.",)


def test_it_says_under_which_grant_it_was_closed(book: Book, ben: str, eve: str) -> None:
    under_charter = book.decided([eve])
    book.say("power-granted/v1", {"to": ben, "kinds": ["decision"], "scope": {}, "onward": 0})
    grant = book.size - 1
    one = book.decision([eve])
    book.vote(one, eve)
    tally = {"ballots": 1, "abstained": 0,
             "support": [{"option": "a", "votes": 1}, {"option": "b", "votes": 0}]}  # fmt: skip
    body = {"decision": one, "tally": tally, "outcome": "decided", "chosen": ["a"]}
    book.say("decision-closed/v1", body, author=ben, under=book.hash(grant))
    result = book.view("decisions")
    assert row(result, under_charter)["authority"] == "the charter"
    assert row(result, one)["authority"] == f"the grant in entry {grant}"
    [found] = [found for found in result.rows if found.key == one]
    assert found.rests_on("authority") == (book.size - 1, grant)


def test_what_a_cell_rests_on_is_among_the_entries_of_its_row(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    problem = book.problem(project, ben)
    one = book.decided([eve], project=project, problem=problem)
    book.say("problem-adopted/v1", {"problem": problem, "project": project, "decision": one})
    idea = new_id("input")
    book.say("input-submitted/v1", {"input": idea, "project": project, "people": [ben]})
    book.say("input-not-answered/v1", {"input": idea, "person": ben}, author=ben)
    for name in ("decisions", "chains", "provenance", "unanswered", "integrity", "reflection"):
        result = book.view(name)
        assert result.rows, name
        for row in result.rows:
            for events in row.behind.values():
                assert set(events) <= set(row.events), (name, row.key)
        assert set(result.hashes) == {index for row in result.rows for index in row.events}


def test_that_few_voters_tied_or_did_not_is_said_in_no_file(book: Book, ben: str, eve: str) -> None:
    """With two ballots a tie says how each voted; under ten voters only the outcome leaves."""
    open_ = book.decision([ben, eve])
    book.vote(open_, ben, "a")
    book.vote(open_, eve, "b")
    book.decided([ben, eve])
    for row in prepared(book.ledger, ["decisions"], Asked()).views[0].rows:
        assert row.cells["tie"] == Hidden("person")
