"""View ``concerns``: each indicator fires by its own rule, falls silent, or cannot be assessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book, cells

from cli.render.table import render_table
from domain.concern import Indicator
from ledger.encoding import new_id
from projections.concerns import FIRST, INDICATORS, first_three
from projections.result import ViewResult, Words

FIRES, QUIET, UNKNOWN = "fires", "does not fire", "cannot be assessed"


def state(book: Book, id_: str, **asked: Any) -> str:
    return str(cells(book.view("concerns", **asked), id=id_)["state"])


def behind(book: Book, id_: str) -> tuple[int, ...]:
    [row] = [row for row in book.view("concerns").rows if row.name == id_]
    return row.rests_on("state")


def test_there_are_twenty_each_with_a_rule_and_what_would_clear_it() -> None:
    assert [one.id for one in INDICATORS] == [f"T{number}" for number in range(1, 21)]
    assert set(FIRST) == {one.id for one in INDICATORS} == set(Indicator.__args__)
    assert all(one.rule and one.clears and one.unit for one in INDICATORS)


def test_of_a_ledger_that_holds_nothing_nothing_is_called_clear(book: Book) -> None:
    result = book.view("concerns")
    assert {row.cells["state"] for row in result.rows} == {UNKNOWN}
    assert any("which is not «clear»" in note for note in result.notes)
    assert first_three(result) == []


# ── the work ────────────────────────────────────────────────────────────────────────────────────


def test_t1_who_only_delivers_was_asked_late(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", on="2025-12-01")
    assert state(book, "T1") == FIRES
    assert book.size - 1 in behind(book, "T1")
    book.gave(project, ben, stage="S1", on="2025-11-01")
    assert state(book, "T1") == QUIET


def test_t1_work_not_sorted_yet_may_have_been_at_the_beginning(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", on="2025-12-01")
    book.gave(project, ben, on="2025-11-01")
    assert state(book, "T1") == UNKNOWN


def test_t2_a_decision_that_cites_nothing_of_the_community_came_before_it(book: Book) -> None:
    project = book.project()
    ben, eve = book.person("community"), book.person("institution")
    theirs, ours = book.problem(project, eve), book.problem(project, ben)
    for person in (ben, eve):
        book.give_key(person)
    assert state(book, "T2") == UNKNOWN
    for problem in (ours, theirs):
        decision = book.decided([eve], project=project, problem=problem)
        adopted = {"problem": problem, "project": project, "decision": decision}
        book.say("problem-adopted/v1", adopted)
        assert state(book, "T2") == (QUIET if problem == ours else FIRES)


@pytest.mark.parametrize("sides", [["community"], ["institution"]])
def test_t20_a_claim_of_with_stands_until_a_member_says_so(book: Book, sides: list[str]) -> None:
    project, member = book.project(), book.person(sides[0])
    book.give_key(member)
    ben = book.person("community")
    book.gave(project, ben, stage="S2", level="collaborate", scale="group")
    assert state(book, "T20") == FIRES
    said = {"person": member, "project": project, "level": "collaborate"}
    book.say("level-said/v1", said, author=member)
    assert state(book, "T20") == (QUIET if sides == ["community"] else FIRES)


def _ended(book: Book, points: list[str]) -> None:
    project, ben = book.project(), book.person("community")
    for day in points:
        book.open_day(day)
        book.say(
            "evaluation-held/v1",
            {"evaluation": new_id("evaluation"), "project": project, "people": [ben],
             "label": day, "by": "inside"},
        )  # fmt: skip
    book.open_day("2026-12-31")
    book.say("project-closed/v1", {"project": project})


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (["2026-02-01", "2026-06-01", "2026-11-01"], QUIET),
        (["2026-02-01", "2026-11-01"], FIRES),  # two are too few
        (["2026-02-01", "2026-03-01", "2026-04-01"], FIRES),  # none in the second half
    ],
)
def test_t16_a_project_that_ended_was_looked_at_three_times_and_late(
    book: Book, points: list[str], expected: str
) -> None:
    _ended(book, points)
    assert state(book, "T16") == expected


def test_t16_of_a_project_that_goes_on_it_cannot_be_said(book: Book) -> None:
    book.project()
    assert state(book, "T16") == UNKNOWN


def test_t10_when_the_top_tenth_carry_half_somebody_needs_relief(book: Book) -> None:
    project = book.project()
    people = [book.person("community") for _ in range(20)]
    for person in people:
        book.gave(project, person)
    assert state(book, "T10") == QUIET  # two of twenty carry a tenth
    for _ in range(8):
        book.gave(project, people[0])
        book.gave(project, people[1])
    row = cells(book.view("concerns"), id="T10")  # 18 of 36 by two of twenty
    assert (row["state"], row["n"], row["of"]) == (FIRES, 2, 20)


# ── voice and power ─────────────────────────────────────────────────────────────────────────────


def _seat(book: Book, body: str, chosen_by: str, *, voting: bool = True) -> str:
    person = book.person("community" if chosen_by == "community" else "institution")
    seat = {"body": body, "person": person, "chosen_by": chosen_by, "voting": voting}
    book.say("seat-filled/v1", seat)
    return person


def _body(book: Book) -> str:
    body = new_id("body")
    book.say("body-created/v1", {"body": body})
    return body


def test_t4_and_t5_count_the_votes_of_those_whom_the_community_chose(book: Book) -> None:
    body = _body(book)
    _seat(book, body, "community")
    for _ in range(2):
        _seat(book, body, "institution")
    assert state(book, "T4") == QUIET  # one of three is a third
    assert state(book, "T5") == UNKNOWN  # three voters are too few to be alone among
    _seat(book, body, "institution")
    assert (state(book, "T4"), state(book, "T5")) == (FIRES, FIRES)
    _seat(book, body, "community")
    assert (state(book, "T4"), state(book, "T5")) == (QUIET, QUIET)


def test_t4_a_voice_without_a_vote_is_heard(book: Book) -> None:
    body = _body(book)
    _seat(book, body, "community", voting=False)
    _seat(book, body, "institution")
    assert state(book, "T4") == FIRES


def test_t6_a_chair_of_the_community_clears_it(book: Book) -> None:
    body = _body(book)
    eve, ben = _seat(book, body, "institution"), _seat(book, body, "community")
    book.say("chair-taken/v1", {"body": body, "person": eve, "chosen_by": "institution"})
    assert state(book, "T6") == FIRES
    chair = {"body": body, "person": ben, "chosen_by": "community", "with_others": True}
    book.say("chair-left/v1", {"body": body, "person": eve})
    book.say("chair-taken/v1", chair)
    assert state(book, "T6") == QUIET


def _input(book: Book, project: str, by: str) -> str:
    id_ = new_id("input")
    said = {"input": id_, "project": project, "people": [by], "has": ["title"]}
    book.say("input-submitted/v1", said)
    return id_


def test_t3_sixty_days_without_a_reply_fire_and_a_reply_clears(book: Book) -> None:
    project, ben = book.project(), book.person("community", None)
    idea = _input(book, project, ben)
    book.open_day("2026-03-02")  # sixty days later
    assert state(book, "T3") == QUIET
    book.open_day("2026-03-03")
    assert state(book, "T3") == FIRES
    answer = {"input": idea, "project": project, "people": [ben], "outcome": "explained"}
    book.say("input-answered/v1", answer | {"has": ["reasons"]})
    assert state(book, "T3") == QUIET


def test_t3_what_staff_said_does_not_fire_it(book: Book) -> None:
    _input(book, book.project(), book.person("institution"))
    book.open_day("2026-06-01")
    assert state(book, "T3") == UNKNOWN


def test_t7_looks_at_major_decisions_alone(book: Book) -> None:
    eve = book.person("institution")
    book.give_key(eve)
    book.decided([eve])
    assert state(book, "T7") == UNKNOWN  # the charter lists no major subject


def test_t8_an_approval_by_the_other_name_of_who_claims_fires_once_they_are_linked(
    book: Book,
) -> None:
    project, ben = book.project(), book.person("community")
    book.give_key(ben)
    book.judged(book.claimed(project, ben, 100), ben, "approved", 100)
    assert state(book, "T8") == QUIET
    book.link(book.ana, ben, "said-so")
    assert state(book, "T8") == FIRES


def test_t8_an_interest_is_cleared_by_saying_how_it_was_handled(book: Book) -> None:
    eve, ben = book.person("institution"), book.person("community")
    for person in (eve, ben):
        book.give_key(person)
    decision = book.decision([eve, ben])
    assert state(book, "T8") == QUIET
    tie = {"person": eve, "decision": decision, "nature": "money"}
    book.say("interest-declared/v1", tie, author=eve)
    assert state(book, "T8") == FIRES
    handled = {"decision": decision, "person": eve, "handling": "left-the-room"}
    book.say("interest-managed/v1", handled)
    assert state(book, "T8") == QUIET


def test_t18_a_grant_that_is_blocked_after_ninety_days_is_paper(book: Book) -> None:
    ben = book.person("community")
    book.give_key(ben)
    given = book.say("power-granted/v1", {"to": ben, "kinds": ["agenda"], "scope": {}, "onward": 0})
    says = {"grant": book.hash(given.index), "holder": ben, "state": "blocked"}
    book.say("power-said/v1", says, author=ben)
    book.open_day("2026-04-01")  # ninety days on
    assert state(book, "T18") == QUIET
    book.open_day("2026-04-02")
    assert state(book, "T18") == FIRES


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def _enrolled(book: Book, number: int, **how: Any) -> None:
    for _ in range(number):
        person = new_id("person")
        book.say("person-enrolled/v1", {"person": person, **how})
        book.acts_for(person, "community")


def test_t9_one_door_that_staff_control_is_narrow_and_peers_never_are(book: Book) -> None:
    _enrolled(book, 5, route="invited-by-staff")
    _enrolled(book, 4, route="open-call")
    assert state(book, "T9") == UNKNOWN  # nine are too few
    _enrolled(book, 1, route="open-call")
    assert state(book, "T9") == FIRES  # five of ten
    _enrolled(book, 1, route="invited-by-peer")
    assert state(book, "T9") == QUIET


def test_t9_a_gatekeeper_counts_if_they_do_not_act_for_the_community(book: Book) -> None:
    eve, ben = book.person("institution"), book.person("community")
    _enrolled(book, 5, route="other", invited_by=ben)
    _enrolled(book, 4, route="other")
    assert state(book, "T9") == QUIET
    _enrolled(book, 10, route="other", invited_by=eve)
    assert state(book, "T9") == FIRES  # ten of twenty


def test_t11_another_way_in_clears_a_leaving_and_none_to_offer_does_not(book: Book) -> None:
    ben = book.person("community")
    book.say("person-left/v1", {"person": ben, "seen": True})
    assert state(book, "T11") == FIRES
    book.say("way-in-offered/v1", {"person": ben, "way": "none"})
    assert state(book, "T11") == FIRES
    book.say("way-in-offered/v1", {"person": ben, "way": "from-afar"})
    assert state(book, "T11") == QUIET


def test_t12_a_role_handed_on_within_thirty_days_is_not_lost(book: Book) -> None:
    eve, kim = book.person("institution"), book.person("institution")
    book.say("person-left/v1", {"person": eve, "seen": True})
    assert state(book, "T12") == UNKNOWN  # its thirty days are not over
    book.open_day("2026-02-02")
    assert state(book, "T12") == FIRES
    handed = {"person": eve, "to": kim, "role": "coordinator"}
    book.say("role-handed-over/v1", handed, mode="history", on="2026-01-20")
    assert state(book, "T12") == QUIET


def test_t19_nine_of_ten_must_have_been_told_in_time(book: Book) -> None:
    people = [book.person("community") for _ in range(10)]
    told = {"how": "printed", "object_to": people[-1]}
    for person in people[:8]:
        book.say("person-told/v1", {"person": person, **told})
    assert state(book, "T19") == UNKNOWN  # the others' thirty days are not over
    book.open_day("2026-02-01")
    assert state(book, "T19") == FIRES  # eight of ten


# ── money and time ──────────────────────────────────────────────────────────────────────────────


def _claim(book: Book, project: str, to: str) -> str:
    claim = new_id("claim")
    body = {
        "claim": claim,
        "project": project,
        "to": to,
        "kind": "expense-refund",
        "amount": {"minor": 1800, "currency": "GBP", "exponent": 2},
    }
    book.say("payment-claimed/v1", body, author=to)
    return claim


def test_t14_an_expense_waits_thirty_days_and_no_longer(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.give_key(ben)
    _claim(book, project, ben)
    book.open_day("2026-01-31")
    early = cells(book.view("concerns"), id="T14")
    book.open_day("2026-02-01")
    late = cells(book.view("concerns"), id="T14")
    # Nobody approved it, so nothing is promised; it is asked for, and late all the same.
    assert (early["state"], late["state"]) == (QUIET, FIRES)


def test_t13_needs_time_known_on_both_sides_and_a_gap(book: Book) -> None:
    project = book.project()
    staff = [new_id("person") for _ in range(10)]
    for person in staff:
        book.say("person-enrolled/v1", {"person": person, "route": "employed"})
        book.acts_for(person, "institution")
    hour = {"basis": "worked", "minutes": 60}
    for person in staff:
        book.gave(project, person, time=hour, on="2025-12-01")
    assert state(book, "T13") == UNKNOWN
    for _ in range(10):
        book.gave(project, book.person("community"), time=hour, on="2025-12-01")
    row = cells(book.view("concerns"), id="T13")  # nobody was ever offered anything: 100 points
    assert (row["state"], "100 %" in str(row["found"])) == (FIRES, True)


def test_t15_advice_comes_before_the_first_fee_and_says_nothing_of_anybody(book: Book) -> None:
    project = book.project()
    ben, cy = book.person("community"), book.person("community")
    for person, advised in ((ben, True), (cy, False)):
        if advised:
            book.say("advice-offered/v1", {"person": person, "by": "independent"})
        offer = book.offer(project, person, 500)
        book.give_key(person)
        book.say("payment-accepted/v1", {"offer": offer}, author=person)
        book.paid(person, 500, offer=offer)
        row = cells(book.view("concerns"), id="T15")
        assert row["state"] == (QUIET if advised else FIRES)
        assert row["n"] is None  # a yes or no for the programme


def test_t17_under_half_unspent_of_what_was_reserved_leaves_too_little(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    budget = new_id("budget")
    plan = {
        "budget": budget,
        "project": project,
        "amount": {"minor": 10000, "currency": "GBP", "exponent": 2},
        "stages": ["S4b"],
    }
    book.say("budget-opened/v1", plan)
    offer = book.offer(project, ben, 5100, budget=budget)
    book.answered_on(offer, ben, budget)
    book.paid(ben, 5000, offer=offer, budget=budget)
    assert state(book, "T17") == QUIET  # half is unspent, whatever of it is promised
    book.paid(ben, 100, offer=offer, budget=budget)
    assert state(book, "T17") == FIRES


# ── the whole ───────────────────────────────────────────────────────────────────────────────────


def test_a_reply_is_shown_beside_a_concern_and_clears_nothing(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", on="2025-12-01")
    book.say("concern-answered/v1", {"indicator": "T1", "answer": "will-act", "project": project})
    row = cells(book.view("concerns", project=project), id="T1")
    assert (row["state"], row["reply"]) == (FIRES, "something will be done")


def test_a_reply_about_one_project_is_not_the_programmes_nor_another_projects(book: Book) -> None:
    here, there, ben = book.project(), book.project(), book.person("community")
    for project in (here, there):
        book.gave(project, ben, stage="S4b", on="2025-12-01")
    said = {"indicator": "T1", "answer": "explained", "project": here, "has": ["words"]}
    book.say("concern-answered/v1", said)
    reply = book.size - 1
    whole = book.view("concerns")
    row = cells(whole, id="T1")
    assert ("reply" in row, row["replied_in"]) == (False, 1)
    [shown] = [row for row in whole.rows if row.key == "T1"]
    assert shown.rests_on("replied_in") == (reply,)
    assert reply not in shown.rests_on("state")
    assert cells(book.view("concerns", project=here), id="T1")["words"] == Words(reply, "words")
    assert "reply" not in cells(book.view("concerns", project=there), id="T1")
    assert "T1" in [row.name for row in first_three(whole)]


def test_where_nobody_replied_it_is_said_once_and_a_reply_needs_no_words(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", on="2025-12-01")
    said = ["Reply: none recorded", "Projects with a reply of their own: 0"]
    assert _card(book, "T1")[-2:] == said
    book.say("concern-answered/v1", {"indicator": "T1", "answer": "acted"})
    assert _card(book, "T1")[-2:] == ["Reply: something was done", said[1]]
    here = _card(book, "T1", project=project)
    assert here[-2:] == [
        "Reply: none recorded",
        "Reply for the whole programme: something was done",
    ]


def _card(book: Book, id_: str, **asked: Any) -> list[str]:
    """The lines of one indicator on a terminal that is too narrow for a table."""
    text = render_table(book.view("concerns", **asked), width=80)
    [card] = [part for part in text.split("\n\n") if part.startswith(f"No.: {id_}\n")]
    return card.splitlines()


def test_a_programmes_reply_stands_beside_a_projects_own_as_the_programmes(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", on="2025-12-01")
    book.say("concern-answered/v1", {"indicator": "T1", "answer": "acted", "has": ["words"]})
    of_all = book.size - 1
    row = cells(book.view("concerns", project=project), id="T1")
    assert "reply" not in row
    assert (row["programme_reply"], row["programme_words"]) == (
        "something was done",
        Words(of_all, "words"),
    )
    book.say("concern-answered/v1", {"indicator": "T1", "answer": "disagree", "project": project})
    row = cells(book.view("concerns", project=project), id="T1")
    assert (row["reply"], row["programme_reply"]) == ("seen otherwise", "something was done")
    assert cells(book.view("concerns"), id="T1")["reply"] == "something was done"


def test_a_reply_that_came_later_is_none_on_the_day_asked_for(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", on="2025-12-01")
    book.open_day("2026-03-01")
    book.say("concern-answered/v1", {"indicator": "T1", "answer": "acted"})
    assert cells(book.view("concerns"), id="T1")["reply"] == "something was done"
    assert "reply" not in cells(book.view("concerns", happened_by=date(2026, 2, 1)), id="T1")


def test_a_first_page_shows_three_at_most_and_those_without_a_reply_first(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", level="collaborate", scale="group", on="2025-12-01")
    _input(book, project, ben)
    book.say("person-left/v1", {"person": ben, "seen": True})
    book.open_day("2026-06-01")
    firing = {row.name for row in book.view("concerns").rows if row.cells["state"] == FIRES}
    assert {"T1", "T3", "T11", "T20"} <= firing
    assert [row.name for row in first_three(book.view("concerns"))] == ["T3", "T11", "T20"]
    book.say("concern-answered/v1", {"indicator": "T3", "answer": "explained"})
    assert [row.name for row in first_three(book.view("concerns"))] == ["T11", "T20", "T1"]


def test_no_person_is_named_by_a_concern(book: Book) -> None:
    ben = book.person("community")
    book.say("person-left/v1", {"person": ben, "seen": True})
    result: ViewResult = book.view("concerns")
    texts = [str(cell) for row in result.rows for cell in row.cells.values()]
    assert not any("person:" in text for text in texts)


def test_what_fires_stands_first_and_what_cannot_be_assessed_last(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, stage="S4b", level="collaborate", scale="group", on="2025-12-01")
    states = [str(row.cells["state"]) for row in book.view("concerns").rows]
    assert states[0] == FIRES
    assert states == sorted(states, key=[FIRES, QUIET, UNKNOWN].index)
