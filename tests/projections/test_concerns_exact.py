"""Indicators at the edges of their rules: what does not fire them, and what cannot be assessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book, cells

from ledger.encoding import new_id

FIRES, QUIET, UNKNOWN = "fires", "does not fire", "cannot be assessed"


def state(book: Book, id_: str, **asked: Any) -> str:
    return str(cells(book.view("concerns", **asked), id=id_)["state"])


# ── T1, T2: asked late, arrived late ────────────────────────────────────────────────────────────


def test_t1_who_defined_the_problem_before_the_period_was_not_asked_late_in_it(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S1", on="2025-11-01")
    book.open_day("2026-04-01")
    book.gave(project, ben, stage="S4b", on="2026-02-01")
    spring = (date(2026, 1, 1), date(2026, 3, 31))
    assert state(book, "T1", period=spring) == QUIET
    assert state(book, "T1", period=(date(2025, 1, 1), date(2025, 6, 30))) == UNKNOWN


def test_t1_a_first_part_of_no_known_date_may_have_been_in_time(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S1")
    book.open_day("2026-04-01")
    book.gave(project, ben, stage="S4b", on="2026-02-01")
    assert state(book, "T1", period=(date(2026, 1, 1), date(2026, 3, 31))) == UNKNOWN


def test_t1_a_project_whose_givers_have_no_side_is_never_called_clear(book: Book) -> None:
    one, other, ben = book.project(), book.project(), book.person("community")
    book.gave(one, ben, stage="S1", on="2025-11-01")
    assert state(book, "T1") == QUIET
    book.gave(other, book.person(), stage="S4b", on="2025-12-01")
    assert state(book, "T1") == UNKNOWN


def _taken_up(book: Book, project: str, problem: str, voter: str, **how: Any) -> None:
    decision = book.decided([voter], project=project, problem=problem, **how)
    book.say("problem-adopted/v1", {"problem": problem, "project": project, "decision": decision})


def test_t2_asking_for_the_decision_is_no_contribution_that_came_before_it(book: Book) -> None:
    project, ben, eve = book.project(), book.person("community"), book.person("institution")
    book.give_key(eve)
    _taken_up(book, project, book.problem(project, eve), eve, raised_by=ben)
    assert state(book, "T2") == FIRES


def test_t2_a_testimony_weighed_in_the_decision_is_cited(book: Book) -> None:
    project, ben, eve = book.project(), book.person("community"), book.person("institution")
    book.give_key(eve)
    told = book.gave(project, ben, kinds=["testimony"], on="2025-12-01")
    _taken_up(book, project, book.problem(project, eve), eve, inputs=[told])
    assert state(book, "T2") == QUIET


def test_t2_what_somebody_of_no_known_side_said_may_have_been_the_communitys(book: Book) -> None:
    project, eve = book.project(), book.person("institution")
    book.give_key(eve)
    _taken_up(book, project, book.problem(project, book.person()), eve)
    assert state(book, "T2") == UNKNOWN


# ── T3, T6, T8: voice ───────────────────────────────────────────────────────────────────────────


def test_t3_a_problem_that_the_community_raised_waits_like_an_idea(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    problem = book.problem(project, ben)
    book.open_day("2026-03-02")  # sixty days later
    assert state(book, "T3") == QUIET
    book.open_day("2026-03-03")
    assert state(book, "T3") == FIRES
    assert len(book.view("unanswered").rows) == 1
    book.say("problem-adopted/v1", {"problem": problem, "project": project})
    assert state(book, "T3") == QUIET


def test_t3_what_waits_and_has_no_side_is_never_called_clear(book: Book) -> None:
    project = book.project()
    told = book.problem(project, book.person("community"))
    book.say("problem-adopted/v1", {"problem": told, "project": project})
    book.problem(project, book.person())
    book.open_day("2026-06-01")
    assert state(book, "T3") == UNKNOWN


def test_t6_a_chair_of_no_known_side_may_act_for_the_community(book: Book) -> None:
    body, kim = book.body(), book.person()
    book.seated(body, kim, "institution")
    book.say("chair-taken/v1", {"body": body, "person": kim, "chosen_by": "institution"})
    assert state(book, "T6") == UNKNOWN
    book.acts_for(kim, "institution")
    assert state(book, "T6") == FIRES


def test_t8_an_interest_handled_after_the_close_is_cleared_and_a_late_one_is_open(
    book: Book,
) -> None:
    eve, ben = book.person("institution"), book.person("community")
    for person in (eve, ben):
        book.give_key(person)
    decision = book.decision([eve, ben])
    tie = {"person": eve, "decision": decision, "nature": "money"}
    book.say("interest-declared/v1", tie, author=eve)
    for person in (eve, ben):
        book.vote(decision, person)
    book.close(decision)
    assert state(book, "T8") == FIRES
    handled = {"decision": decision, "person": eve, "handling": "independent-check"}
    book.say("interest-managed/v1", handled)
    assert state(book, "T8") == QUIET
    book.say("interest-declared/v1", tie | {"person": ben}, author=ben)
    assert state(book, "T8") == FIRES


def test_t8_who_decides_alone_and_gets_it_has_a_tie(book: Book) -> None:
    ida, body = book.person("institution"), book.body()
    book.say("person-enrolled/v1", {"person": book.ana})
    for seated, expected in ((ida, QUIET), (book.ana, FIRES)):
        decision = book.decided([book.ana], method="executive", office="director")
        book.seated(body, seated, "institution", decision=decision)
        assert state(book, "T8") == expected


# ── T9, T11: doors ──────────────────────────────────────────────────────────────────────────────


def _enrolled(book: Book, number: int, **how: Any) -> None:
    for _ in range(number):
        person = new_id("person")
        book.say("person-enrolled/v1", {"person": person, **how})
        book.acts_for(person, "community")


@pytest.mark.parametrize("side", ["bridging", "institution", "community", None])
def test_t9_recruitment_by_peers_is_no_gate_whoever_pays_them(book: Book, side: str | None) -> None:
    _enrolled(book, 10, route="invited-by-peer", invited_by=book.person(side))
    assert state(book, "T9") == QUIET


def test_t9_where_most_ways_are_not_recorded_it_cannot_be_assessed(book: Book) -> None:
    _enrolled(book, 6, route="open-call")
    _enrolled(book, 4)
    assert state(book, "T9") == QUIET  # even if all four came by one door
    _enrolled(book, 2)
    assert state(book, "T9") == UNKNOWN


def test_t9_a_gatekeeper_of_no_known_side_is_not_called_staff(book: Book) -> None:
    _enrolled(book, 10, route="other", invited_by=book.person())
    assert state(book, "T9") == UNKNOWN


def test_t11_who_left_and_has_no_side_is_never_called_clear(book: Book) -> None:
    ben, cy = book.person("community"), book.person()
    book.say("person-left/v1", {"person": ben, "seen": True})
    book.say("way-in-offered/v1", {"person": ben, "way": "later"})
    assert state(book, "T11") == QUIET
    book.say("person-left/v1", {"person": cy, "seen": True})
    assert state(book, "T11") == UNKNOWN


# ── T14: each claim has days of its own ─────────────────────────────────────────────────────────


def _refunds(book: Book, days: list[tuple[str, str]], minor: int = 500) -> None:
    """One offer of refunds, claimed and refunded on these days in turn."""
    project, ben = book.project(), book.person("community")
    offer = book.offer(project, ben, minor * len(days), kind="expense-refund")
    book.answered(offer, ben)
    for claimed, paid in days:
        book.open_day(claimed)
        claim = book.claimed(project, ben, minor, kind="expense-refund", offer=offer)
        book.judged(claim, ben, "approved", minor, offer=offer)
        book.open_day(paid)
        book.paid(ben, minor, offer=offer, claim=claim, kind="expense-refund")


def test_t14_what_was_claimed_and_refunded_each_spring_and_autumn_was_never_late(
    book: Book,
) -> None:
    _refunds(book, [("2026-03-01", "2026-03-10"), ("2026-09-01", "2026-09-11")])
    assert state(book, "T14") == QUIET


def test_t14_one_late_refund_of_several_fires(book: Book) -> None:
    _refunds(book, [("2026-03-01", "2026-04-05"), ("2026-09-01", "2026-09-11")])
    assert state(book, "T14") == FIRES


def test_t14_a_refund_of_which_no_day_is_known_cannot_be_assessed(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    claim = book.claimed(project, ben, 500, kind="expense-refund", mode="history")
    book.say(
        "payment-approved/v1",
        {"claim": claim, "to": ben, "amount": {"minor": 500, "currency": "GBP", "exponent": 2}},
        mode="history",
    )
    book.paid(ben, 500, claim=claim, kind="expense-refund", mode="history")
    assert state(book, "T14") == UNKNOWN


def test_t15_who_was_paid_and_has_no_side_is_never_called_clear(book: Book) -> None:
    project, ben, cy = book.project(), book.person("community"), book.person()
    book.say("advice-offered/v1", {"person": ben, "by": "independent"})
    for person, expected in ((ben, QUIET), (cy, UNKNOWN)):
        offer = book.offer(project, person, 500)
        book.answered(offer, person)
        book.paid(person, 500, offer=offer)
        assert state(book, "T15") == expected


def test_t20_who_says_with_and_has_no_side_may_be_a_member(book: Book) -> None:
    project, kim = book.project(), book.person()
    book.give_key(kim)
    book.gave(project, book.person("community"), stage="S2", level="lead", scale="group")
    assert state(book, "T20") == FIRES
    said = {"person": kim, "project": project, "level": "lead"}
    book.say("level-said/v1", said, author=kim)
    assert state(book, "T20") == UNKNOWN
    book.acts_for(kim, "institution")
    assert state(book, "T20") == FIRES
