"""View ``decision``: the dossier of one decision."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import tally
from domain.tally import Count, Frame
from ledger.encoding import new_id
from projections.exports import prepared
from projections.result import Asked, ViewResult, Words


@pytest.fixture
def voters(book: Book) -> list[str]:
    """Ben and Cy act for the community, Eve for the institution; all can sign."""
    people = [book.person(side) for side in ("community", "community", "institution")]
    for one in people:
        book.give_key(one)
    return people


def part(result: ViewResult, name: str) -> list[dict[str, Any]]:
    return [dict(row.cells) for row in result.rows if row.cells["part"] == name]


def line(result: ViewResult, name: str, item: str) -> dict[str, Any]:
    [found] = [row for row in part(result, name) if row.get("item") == item]
    return found


def test_the_dossier_names_options_with_who_put_them_and_what_they_got(
    book: Book, voters: list[str]
) -> None:
    ben, cy, eve = voters
    options = [
        {"option": "late", "put_by": ben},
        {"option": "nothing", "nothing": True},
    ]
    one = book.decision(voters, options=options, has=["question", "options"])
    for voter, choice in ((ben, "late"), (cy, "late"), (eve, "nothing")):
        book.vote(one, voter, choice)
    book.close(one)
    result = book.view("decision", about=one)
    late = line(result, "Options", "late")
    assert (late["who"], late["number"], late["unit"], late["said"]) == (
        ben,
        2,
        "vote for",
        "chosen",
    )
    assert isinstance(late["words"], Words)
    assert late["words"].name == "options/late"
    nothing = line(result, "Options", "nothing")
    assert (nothing["number"], nothing["said"]) == (1, "do nothing")
    assert line(result, "Outcome", "what stands")["said"] == "decided: late"
    assert line(result, "Count", "ballots")["number"] == 3


def test_two_names_of_one_person_on_an_electorate_are_said(book: Book, voters: list[str]) -> None:
    ben, cy, eve = voters
    one = book.decision(voters)
    book.link(ben, eve, "guess")
    assert "said to be one person" not in str(part(book.view("decision", about=one), "Electorate"))
    book.link(ben, cy, "said-so")
    same = line(book.view("decision", about=one), "Electorate", "said to be one person")
    assert same["who"] == f"{ben}, {cy}"


def test_it_says_who_may_vote_by_side_and_who_was_left_out_with_the_cause(
    book: Book, voters: list[str]
) -> None:
    ben, cy, eve = voters
    left = [{"person": cy, "cause": "interest"}, {"number": 4, "cause": "not-reached"}]
    one = book.decision([ben, eve], left_out=left)
    result = book.view("decision", about=one)
    sides = {row["side"]: row["number"] for row in part(result, "Electorate") if "side" in row}
    assert sides == {"community": 1, "institution": 1}
    out = [row for row in part(result, "Electorate") if row["item"] == "left out"]
    assert [(row.get("who"), row.get("number"), row["said"]) for row in out] == [
        (cy, None, "interest"),
        (None, 4, "not-reached"),
    ]


def test_the_rule_is_shown_as_fixed_before_the_first_ballot(book: Book, voters: list[str]) -> None:
    threshold = {"over": 2, "under": 3, "of": "electorate"}
    one = book.decision(voters, method="supermajority", threshold=threshold, quorum=2)
    opened = book.size - 1
    book.vote(one, voters[0], "a")
    result = book.view("decision", about=one)
    assert line(result, "Rule", "threshold")["said"] == "2/3 of electorate"
    assert line(result, "Rule", "quorum")["said"] == "2 ballots"
    assert line(result, "Rule", "fixed")["said"] == (
        f"with the opening, entry {opened}; the first that followed is entry {opened + 1}"
    )


def test_each_voter_stands_with_their_ballot_and_who_stepped_back(
    book: Book, voters: list[str]
) -> None:
    ben, cy, eve = voters
    dana = book.person()
    one = book.decision([*voters, dana])
    book.vote(one, ben, "a")
    book.vote(one, cy, None)
    book.say("recusal-declared/v1", {"decision": one, "person": eve}, author=eve)
    said = {row["who"]: row["said"] for row in part(book.view("decision", about=one), "Voters")}
    assert said == {
        ben: "for a",
        cy: "abstained",
        eve: "stepped back",
        dana: "no ballot recorded",
    }


def test_interests_show_how_they_were_handled_and_a_late_one_as_late(
    book: Book, voters: list[str]
) -> None:
    ben, cy, _eve = voters
    one = book.decision(voters)
    body = {"person": ben, "decision": one, "nature": "employer"}
    book.say("interest-declared/v1", body, author=ben)
    book.say("interest-managed/v1", {"person": ben, "decision": one, "handling": "left-the-room"})
    book.vote(one, ben, "a")
    book.close(one)
    body = {"person": cy, "decision": one, "nature": "family"}
    book.say("interest-declared/v1", body, author=cy)
    found = [
        (row["item"], row["who"], row.get("said"))
        for row in part(book.view("decision", about=one), "Interests")
    ]
    assert found == [
        ("declared", ben, "employer"),
        ("declared after the close", cy, "family"),
        ("handled", ben, "left-the-room"),
    ]


def test_an_objection_stands_until_it_is_taken_back_and_dissent_stays(
    book: Book, voters: list[str]
) -> None:
    ben, cy, eve = voters
    one = book.decision(voters, method="consensus")
    for person, option in ((ben, "a"), (eve, "b")):
        body = {"decision": one, "person": person, "option": option}
        book.say("objection-raised/v1", body, author=person)
    body = {"decision": one, "person": ben, "option": "a"}
    book.say("objection-withdrawn/v1", body, author=ben)
    book.vote(one, cy, "a")
    book.close(one)
    book.say("dissent-stated/v1", {"decision": one, "person": eve, "has": ["words"]}, author=eve)
    result = book.view("decision", about=one)
    assert [(row["item"], row["who"], row["said"]) for row in part(result, "Objections")] == [
        ("a", ben, "taken back"),
        ("b", eve, "stands"),
    ]
    [dissent] = part(result, "Dissent")
    assert dissent["who"] == eve
    assert dissent["words"].name == "words"
    # That somebody of three objected, declared or dissented is in no file, with no name either.
    tie = {"decision": one, "person": cy, "nature": "employer"}
    book.say("interest-declared/v1", tie, author=cy)
    assert part(book.view("decision", about=one), "Interests")
    [out] = prepared(book.ledger, ["decision"], Asked(about=one)).views
    parts = {row.cells["part"] for row in out.rows}
    assert not parts & {"Objections", "Dissent", "Interests"}
    assert "Outcome" in parts


def test_an_input_is_shown_as_cited_answered_or_left_lying(book: Book, voters: list[str]) -> None:
    ben = voters[0]
    project = book.project()
    one = book.decision(voters, project=project)
    ideas = [new_id("input") for _ in range(3)]
    for idea in ideas:
        body = {"input": idea, "project": project, "people": [ben], "decision": one}
        book.say("input-submitted/v1", body, author=ben, under=False)
    cite = {"input": ideas[0], "project": project, "people": [ben], "decision": one}
    book.say("input-cited/v1", cite)
    for voter in voters:
        book.vote(one, voter, "a")
    book.close(one)
    answer = {"input": ideas[1], "project": project, "people": [ben], "outcome": "not-accepted",
              "decision": one, "has": ["reasons"]}  # fmt: skip
    book.say("input-answered/v1", answer)
    found = [(row["item"], row["said"]) for row in part(book.view("decision", about=one), "Inputs")]
    assert found == [
        ("cited", ideas[0]),
        ("answered", "not-accepted"),
        ("meant for it, neither cited nor answered by it", ideas[2]),
    ]


def test_an_override_shows_the_count_the_rule_and_what_stands(
    book: Book, voters: list[str]
) -> None:
    ben, cy, _eve = voters
    one = book.decision([ben, cy])
    book.vote(one, ben, "a")
    book.vote(one, cy, "b")
    book.close(one)
    body = {"decision": one, "basis": "charter", "kind": "lot", "prefers": ["a"],
            "outcome": "decided", "chosen": ["a"], "has": ["rule"]}  # fmt: skip
    book.say("decision-overridden/v1", body)
    result = book.view("decision", about=one)
    assert line(result, "Outcome", "as counted")["said"] == "tied"
    assert line(result, "Outcome", "tie")["said"] == "a = b"
    over = line(result, "Outcome", "overridden by a cited rule")
    assert over["said"] == "lot, in the charter"
    assert over["words"].name == "rule"
    assert line(result, "Outcome", "what stands")["said"] == "decided: a"


def test_what_was_done_under_it_is_listed_and_money_is_a_sum_over_people(
    book: Book, voters: list[str]
) -> None:
    ben, cy, _eve = voters
    project = book.project()
    one = book.decided(voters, project=project)
    body = {"action": new_id("action"), "project": project, "person": ben, "decision": one}
    book.say("action-set/v1", body)
    amount = {"minor": 10000, "currency": "GBP", "exponent": 2}
    budget = {"budget": new_id("budget"), "project": project, "amount": amount, "decision": one}
    book.say("budget-opened/v1", budget)
    for person, minor in ((ben, 1800), (cy, 1200), (ben, 700)):
        book.offer(project, person, minor, budget=budget["budget"])
    result = book.view("decision", about=one)
    items = [row["item"] for row in part(result, "Done")]
    assert items == ["task set", "budget opened", "payment offered"]
    paid = line(result, "Done", "payment offered")
    assert (paid["number"], str(paid["amount"])) == (3, "37.00 GBP")  # 18 + 12 + 7
    assert "who" not in paid
    [row] = [row for row in result.rows if row.cells.get("item") == "payment offered"]
    assert row.payees["amount"] == (1200, 2500)


def test_parts_of_which_nothing_is_recorded_say_so(book: Book, voters: list[str]) -> None:
    one = book.decided(voters)
    result = book.view("decision", about=one)
    for name, item in (
        ("Origin", "proposal"),
        ("Electorate", "left out"),
        ("Inputs", "considered"),
        ("Interests", "declared"),
        ("Reasons", "reasons"),
        ("Owner", "who carries it out"),
        ("Review", "to be looked at again"),
        ("Done", "under it"),
    ):
        assert line(result, name, item)["said"] == "nothing recorded"


def test_lines_have_keys_of_their_own_that_are_the_same_at_a_later_size(
    book: Book, voters: list[str]
) -> None:
    one = book.decided(voters)
    early = book.view("decision", about=one)
    keys = [row.key for row in early.rows]
    assert len(set(keys)) == len(keys)
    body = {"decision": one, "person": voters[0]}
    book.say("dissent-stated/v1", body, author=voters[0])
    later = book.view("decision", about=one)
    assert set(keys) <= {row.key for row in later.rows}
    assert [row.key for row in book.view("decision", about=one, at=book.size - 1).rows] == keys


def test_a_name_that_is_no_decision_is_said_to_be_none(book: Book) -> None:
    result = book.view("decision", about=new_id("decision"))
    assert result.rows == ()
    assert result.notes == ("No decision of this name had been opened by then.",)


def test_it_cannot_be_asked_without_a_decision(book: Book) -> None:
    with pytest.raises(ValueError, match="decision does not follow about"):
        book.view("decision")


BALLOTS = st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=4)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(BALLOTS)
def test_the_outcome_is_what_the_domain_counts_whatever_the_ballots(
    book: Book, choices: list[str | None]
) -> None:
    people = [book.person() for _ in choices]
    one = book.decision(people, mode="history")
    for person, choice in zip(people, choices, strict=True):
        book.vote(one, person, choice, mode="history")
    book.close(one, mode="history")
    count = Count(
        len(choices),
        choices.count(None),
        {option: choices.count(option) for option in ("a", "b")},
    )
    frame = Frame("simple-majority", ("a", "b"), len(people), nothing="b")
    wanted = tally.outcome(frame, count)
    result = book.view("decision", about=one)
    said = line(result, "Outcome", "as counted")["said"]
    assert said.partition(":")[0].replace(" ", "-") == wanted.outcome
    assert line(result, "Count", "abstained")["number"] == choices.count(None)


def test_who_raised_the_problem_stands_by_side_and_not_by_name(
    book: Book, voters: list[str]
) -> None:
    ben, _cy, eve = voters
    project = book.project()
    problem = book.problem(project, ben)
    one = book.decision([eve], project=project, problem=problem, raised_by=ben)
    origin = {row["item"]: row for row in part(book.view("decision", about=one), "Origin")}
    assert origin["somebody asked for it"]["who"] == ben
    raised = origin["a problem raised"]
    assert (raised.get("who"), raised["side"], raised["said"]) == (None, "community", problem)
