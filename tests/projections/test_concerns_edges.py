"""Indicators once more: what lies outside the time asked for, and what nobody recorded.

What may be otherwise is «cannot be assessed»; what is over or began later is neither.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book, cells

from ledger.encoding import new_id

FIRES, QUIET, UNKNOWN = "fires", "does not fire", "cannot be assessed"
SPRING = (date(2026, 1, 1), date(2026, 3, 31))
AUTUMN = (date(2026, 9, 1), date(2026, 11, 30))


def state(book: Book, id_: str, **asked: Any) -> str:
    return str(cells(book.view("concerns", **asked), id=id_)["state"])


# ── T1, T2: asked late, arrived late ────────────────────────────────────────────────────────────


def test_t1_delivery_of_no_known_day_or_side_may_be_the_communitys(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S2", on="2026-01-01")
    assert state(book, "T1") == QUIET
    book.gave(project, book.person(), stage="S4b", on="2026-01-01")
    assert state(book, "T1") == UNKNOWN
    other = book.project()
    book.gave(other, ben, stage="S4b")
    assert state(book, "T1", project=other) == FIRES
    assert state(book, "T1", project=other, period=SPRING) == UNKNOWN


def test_t2_a_problem_that_somebody_took_up_alone_cites_who_raised_it(book: Book) -> None:
    ben, eve = book.person("community"), book.person("institution")
    for by, expected in ((ben, QUIET), (eve, FIRES)):
        project = book.project()
        taken = {"problem": book.problem(project, by), "project": project}
        book.say("problem-adopted/v1", taken)
        assert state(book, "T2", project=project) == expected


def test_t2_old_books_seldom_say_by_what_decision(book: Book) -> None:
    project, eve = book.project(), book.person("institution")
    problem = book.problem(project, eve, mode="history")
    taken = {"problem": problem, "project": project}
    book.say("problem-adopted/v1", taken, mode="history", on="2025-06-01")
    assert state(book, "T2") == UNKNOWN


def test_t2_a_decision_of_the_whole_programme_is_looked_at_too(book: Book) -> None:
    project, eve = book.project(), book.person("institution")
    book.give_key(eve)
    problem = book.problem(project, eve)
    taken = {"problem": problem, "project": project}
    book.say("problem-adopted/v1", taken | {"decision": book.decided([eve], project=project)})
    assert state(book, "T2", project=project) == FIRES
    book.open_day("2026-09-01")
    assert state(book, "T2", project=project, period=SPRING) == FIRES
    assert state(book, "T2", project=project, period=AUTUMN) == UNKNOWN  # nothing was taken up


def test_t2_what_an_earlier_project_said_is_cited_as_well(book: Book) -> None:
    earlier, project = book.project(), book.project()
    ben, eve = book.person("community"), book.person("institution")
    book.give_key(eve)
    told = book.gave(earlier, ben, kinds=["testimony"], on="2025-12-01")
    problem = book.problem(project, eve)
    decision = book.decided([eve], project=project, problem=problem, inputs=[told])
    taken = {"problem": problem, "project": project, "decision": decision}
    book.say("problem-adopted/v1", taken)
    assert (state(book, "T2"), state(book, "T2", project=project)) == (QUIET, QUIET)


# ── T3, T6, T8: voice ───────────────────────────────────────────────────────────────────────────


def test_t3_what_waits_since_no_known_day_is_never_called_clear(book: Book) -> None:
    project = book.project()
    book.problem(project, book.person("community"), mode="history")
    assert state(book, "T3") == UNKNOWN


def _chair(book: Book, body: str, person: str, chosen_by: str) -> None:
    book.seated(body, person, chosen_by)
    book.say("chair-taken/v1", {"body": body, "person": person, "chosen_by": chosen_by})


def test_t6_a_chair_of_years_ago_clears_the_period_it_was_held_in_and_no_other(book: Book) -> None:
    body, ben, eve = book.body(), book.person("community"), book.person("institution")
    _chair(book, body, ben, "community")
    assert state(book, "T6") == QUIET
    book.open_day("2026-06-01")
    book.say("seat-vacated/v1", {"body": body, "person": ben})
    assert state(book, "T6") == FIRES
    _chair(book, body, eve, "institution")
    assert state(book, "T6") == FIRES
    assert state(book, "T6", happened_by=date(2026, 5, 31)) == QUIET
    assert state(book, "T6", period=SPRING) == QUIET
    book.open_day("2026-12-01")
    assert state(book, "T6", period=AUTUMN) == FIRES
    assert state(book, "T6", period=(date(2026, 5, 1), date(2026, 11, 30))) == QUIET


def test_t6_a_chair_whose_term_is_over_is_held_by_nobody(book: Book) -> None:
    body, ben = book.body(), book.person("community")
    book.seated(body, ben, "community", until="2026-02-01")
    book.say("chair-taken/v1", {"body": body, "person": ben, "chosen_by": "community"})
    book.open_day("2026-02-01")
    assert state(book, "T6") == QUIET
    book.open_day("2026-02-02")
    assert state(book, "T6") == FIRES


def test_t8_money_from_what_several_decided_is_a_tie_and_a_refund_is_none(book: Book) -> None:
    project, ben, cy = book.project(), book.person("community"), book.person("community")
    for person in (ben, cy):
        book.give_key(person)
    decision, budget = book.decided([ben, cy], project=project), new_id("budget")
    amount = {"minor": 9000, "currency": "GBP", "exponent": 2}
    opened = {"budget": budget, "project": project, "amount": amount, "decision": decision}
    book.say("budget-opened/v1", opened)
    book.offer(project, ben, 500, kind="expense-refund", budget=budget)
    book.offer(project, book.person("community"), 500, budget=budget)
    assert state(book, "T8") == QUIET
    book.offer(project, ben, 500, budget=budget)
    assert state(book, "T8") == FIRES
    tie = {"person": ben, "decision": decision, "nature": "money"}
    book.say("interest-declared/v1", tie, author=ben)
    assert state(book, "T8") == FIRES
    handled = {"decision": decision, "person": ben, "handling": "independent-check"}
    book.say("interest-managed/v1", handled)
    assert state(book, "T8") == QUIET


def test_t8_several_who_choose_one_of_themselves_for_a_seat_hold_an_election(book: Book) -> None:
    ben, cy, body = book.person("community"), book.person("community"), book.body()
    for person in (ben, cy):
        book.give_key(person)
    book.seated(body, ben, "community", decision=book.decided([ben, cy]))
    assert state(book, "T8") == QUIET


def test_t8_of_one_project_looks_at_its_own_approvals(book: Book) -> None:
    here, there, ben = book.project(), book.project(), book.person("community")
    book.give_key(ben)
    book.judged(book.claimed(here, ben, 100), ben, "approved", 100)
    book.link(book.ana, ben, "said-so")
    assert state(book, "T8", project=here) == FIRES
    assert state(book, "T8", project=there) == UNKNOWN


# ── T9 to T12: people ───────────────────────────────────────────────────────────────────────────


def _enrolled(book: Book, number: int, side: str | None, **how: Any) -> list[str]:
    people = [new_id("person") for _ in range(number)]
    for person in people:
        book.say("person-enrolled/v1", {"person": person, **how})
        if side is not None:
            book.acts_for(person, side)
    return people


def test_t9_those_of_no_known_side_who_came_by_the_same_door_may_widen_it(book: Book) -> None:
    _enrolled(book, 8, "community", route="open-call")
    _enrolled(book, 2, "community", route="invited-by-staff")
    assert state(book, "T9") == QUIET
    _enrolled(book, 5, None, route="invited-by-staff")
    assert state(book, "T9") == QUIET  # seven of fifteen at most
    _enrolled(book, 1, None, route="invited-by-staff")
    assert state(book, "T9") == UNKNOWN


def test_t9_who_was_hired_since_came_as_one_of_the_community(book: Book) -> None:
    people = _enrolled(book, 10, "community", route="invited-by-staff")
    for person in people:
        book.acts_for(person, "institution")
    assert state(book, "T9") == FIRES


def test_t10_those_of_no_known_side_may_carry_most_of_it(book: Book) -> None:
    project = book.project()
    for person in [book.person("community") for _ in range(20)]:
        book.gave(project, person)
    assert state(book, "T10") == QUIET
    kim, lee = book.person(), book.person()
    for _ in range(9):
        book.gave(project, kim)
        book.gave(project, lee)
    assert state(book, "T10") == QUIET  # 18 of 38 by two of twenty-two
    book.gave(project, kim)
    book.gave(project, kim)
    assert state(book, "T10") == UNKNOWN


def test_t11_what_was_offered_before_a_return_is_not_offered_again(book: Book) -> None:
    ben = book.person("community")
    gone = {"person": ben, "seen": True}
    back = {"person": ben, "for": ben, "witness": book.person()}
    book.say("person-left/v1", gone)
    book.say("way-in-offered/v1", {"person": ben, "way": "later"})
    assert state(book, "T11") == QUIET
    book.say("person-returned/v1", back)
    assert state(book, "T11") == QUIET
    book.open_day("2026-02-01")
    book.say("person-left/v1", gone)
    assert state(book, "T11") == FIRES
    book.say("way-in-offered/v1", {"person": ben, "way": "other-role"})
    assert state(book, "T11") == QUIET


def test_t12_who_left_and_has_no_side_may_have_been_staff(book: Book) -> None:
    eve, kim, lee = book.person("institution"), book.person("institution"), book.person()
    book.say("person-left/v1", {"person": eve, "seen": True})
    book.say("role-handed-over/v1", {"person": eve, "to": kim, "role": "coordinator"})
    book.open_day("2026-03-01")
    assert state(book, "T12") == QUIET
    book.say("person-left/v1", {"person": lee, "seen": True})
    assert state(book, "T12") == UNKNOWN
    book.acts_for(lee, "community")
    assert state(book, "T12") == QUIET


def test_t12_a_role_that_ends_a_second_time_is_handed_over_a_second_time(book: Book) -> None:
    eve, kim = book.person("institution"), book.person("institution")
    handed = {"person": eve, "to": kim, "role": "coordinator"}
    book.say("role-handed-over/v1", handed)
    book.say("person-left/v1", {"person": eve, "seen": True})
    book.say("person-returned/v1", {"person": eve, "for": eve, "witness": kim})
    book.open_day("2026-06-01")
    assert state(book, "T12") == QUIET
    book.say("person-left/v1", {"person": eve, "seen": True})
    assert state(book, "T12") == UNKNOWN  # its thirty days are not over
    book.open_day("2026-07-02")
    assert state(book, "T12") == FIRES


def test_t19_two_names_of_one_person_are_told_once(book: Book) -> None:
    people = [book.person("community") for _ in range(11)]
    for person in people[:9]:
        book.say("person-told/v1", {"person": person, "how": "printed", "object_to": people[9]})
    book.open_day("2026-02-02")
    assert state(book, "T19") == FIRES  # nine of eleven
    book.link(people[10], people[0], "same-document")
    assert state(book, "T19") == QUIET  # nine of ten


def test_t11_a_pause_here_is_nothing_offered_to_who_leaves_there(book: Book) -> None:
    here, there, ben = book.project(), book.project(), book.person("community")
    own = {"person": ben, "for": ben, "witness": book.person()}
    book.say("person-paused/v1", own | {"project": there})
    book.say("person-left/v1", {"person": ben, "project": here, "seen": True})
    assert state(book, "T11") == FIRES
    assert state(book, "T11", project=here) == FIRES
    assert state(book, "T11", project=there) == UNKNOWN  # nobody left it
    book.say("person-returned/v1", own | {"project": there})
    assert state(book, "T11") == FIRES
    book.say("way-in-offered/v1", {"person": ben, "project": there, "way": "other-project"})
    assert (state(book, "T11"), state(book, "T11", project=here)) == (QUIET, QUIET)


def test_t11_who_leaves_the_programme_leaves_the_project_they_came_to(book: Book) -> None:
    here, there = book.project(), book.project()
    [ben] = _enrolled(book, 1, "community", project=here)
    book.say("person-enrolled/v1", {"person": ben})
    book.say("person-left/v1", {"person": ben, "seen": True})
    assert state(book, "T11", project=here) == FIRES
    assert state(book, "T11", project=there) == UNKNOWN


def test_t12_another_role_handed_over_elsewhere_is_not_this_one(book: Book) -> None:
    here, there = book.project(), book.project()
    eve, kim = book.person("institution"), book.person("institution")
    handed = {"person": eve, "to": kim, "role": "coordinator"}
    book.say("role-handed-over/v1", handed | {"project": there})
    book.say("person-left/v1", {"person": eve, "project": here, "seen": True})
    book.open_day("2026-03-01")
    assert state(book, "T12", project=here) == FIRES
    assert state(book, "T12", project=there) == QUIET
    past = handed | {"project": here}
    book.say("role-handed-over/v1", past, mode="history", on="2026-01-10")
    assert state(book, "T12") == QUIET


def test_t9_t17_and_t18_of_one_project_are_that_projects_own(book: Book) -> None:
    here, there = book.project(), book.project()
    _enrolled(book, 10, "community", route="invited-by-staff", project=there)
    plan = {"project": there, "amount": {"minor": 10000, "currency": "GBP", "exponent": 2}}
    book.say("budget-opened/v1", plan | {"budget": new_id("budget"), "stages": ["S5"]})
    ben = book.person("community")
    grant = book.granted(ben, "agenda", scope={"project": there}, onward=0)
    book.say("power-revoked/v1", {"grant": grant, "holder": ben})
    for id_, expected in (("T9", FIRES), ("T17", QUIET), ("T18", FIRES)):
        assert state(book, id_, project=there) == expected
        assert state(book, id_, project=here) == UNKNOWN


# ── T13 to T17: time, money, looking back ───────────────────────────────────────────────────────


def test_t13_what_covered_the_rest_may_have_been_nothing(book: Book) -> None:
    project = book.project()
    hour = {"basis": "worked", "minutes": 60}
    for side in ("community", "institution"):
        for person in _enrolled(book, 10, side, route="employed"):
            book.gave(project, person, time=hour)
    assert state(book, "T13") == QUIET
    ben = book.person("community")
    for _ in range(3):  # three of thirteen hours are less than a quarter
        book.gave(project, ben, time=hour, mode="history", on="2025-12-01")
    assert state(book, "T13") == QUIET
    book.gave(project, ben, time=hour, mode="history", on="2025-12-01")
    assert state(book, "T13") == UNKNOWN


def test_t14_looks_at_what_was_claimed_in_the_period(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    claim = book.claimed(project, ben, 500, kind="expense-refund")
    book.open_day("2026-03-01")
    book.judged(claim, ben, "approved", 500)
    book.paid(ben, 500, claim=claim, kind="expense-refund")
    book.open_day("2026-10-01")
    claim = book.claimed(project, ben, 500, kind="expense-refund")
    book.judged(claim, ben, "approved", 500)
    book.paid(ben, 500, claim=claim, kind="expense-refund")
    assert (state(book, "T14"), state(book, "T14", period=SPRING)) == (FIRES, FIRES)
    assert state(book, "T14", period=AUTUMN) == QUIET


@pytest.mark.parametrize(
    ("advised", "expected"),
    [("2025-03-01", QUIET), ("2025-05-01", FIRES), (None, UNKNOWN), ("2025-04-01", UNKNOWN)],
)
def test_t15_what_was_written_down_afterwards_is_ordered_by_its_days(
    book: Book, advised: str | None, expected: str
) -> None:
    project, ben = book.project(), book.person("community")
    offer = book.offer(project, ben, 500, mode="history", on="2025-01-01")
    book.paid(ben, 500, offer=offer, mode="history", on="2025-04-01")
    offered = {"person": ben, "by": "independent"}
    book.say("advice-offered/v1", offered, mode="history", on=advised)
    assert state(book, "T15") == expected


def test_t15_a_peer_researcher_is_to_hear_of_advice_too_and_staff_are_not(book: Book) -> None:
    project = book.project()
    for side, expected in (("institution", UNKNOWN), ("bridging", FIRES)):
        person = book.person(side)
        offer = book.offer(project, person, 500)
        book.answered(offer, person)
        book.paid(person, 500, offer=offer)
        assert state(book, "T15") == expected


def test_t16_points_of_no_known_day_may_lie_in_the_second_half(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    said = {"project": project, "people": [ben], "by": "inside"}
    for _ in range(2):
        book.say("evaluation-held/v1", said | {"evaluation": new_id("evaluation")})
    book.say("evaluation-held/v1", said | {"evaluation": new_id("evaluation")}, mode="history")
    book.open_day("2026-12-31")
    book.say("project-closed/v1", {"project": project})
    assert state(book, "T16") == UNKNOWN
    assert state(book, "T16", happened_by=date(2026, 6, 1)) == UNKNOWN  # it had not ended
    book.say(
        "evaluation-held/v1",
        said | {"evaluation": new_id("evaluation")},
        mode="history",
        on="2026-11-01",
    )
    assert state(book, "T16") == QUIET
    assert state(book, "T16", period=AUTUMN) == UNKNOWN


def test_t17_a_budget_for_earlier_stages_too_does_not_say_what_it_reserves(book: Book) -> None:
    project = book.project()
    plan = {"project": project, "amount": {"minor": 10000, "currency": "GBP", "exponent": 2}}
    for stages, expected in ((["S4b"], QUIET), (["S1"], QUIET), (["S3", "S5"], UNKNOWN)):
        book.say("budget-opened/v1", plan | {"budget": new_id("budget"), "stages": stages})
        assert state(book, "T17") == expected
