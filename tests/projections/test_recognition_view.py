"""View ``recognition``: roles, what came of them, benefits and gifts, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from book import Book
from hypothesis import given
from hypothesis import strategies as st
from made_up import facts_of

from cli.render.names import Known, with_names
from domain.contribution import ContributionRecorded
from domain.values import Kind
from ledger.encoding import new_id
from projections.credits import CREDIT, IN_CREDIT, LACKING, UNTANGIBLE
from projections.recognition import recognition
from projections.result import Asked

ROLE = "CRediT role"


def member(book: Book, side: str = "community") -> str:
    """Somebody who can speak for themselves."""
    person = book.person(side)
    book.give_key(person)
    return person


def credited(book: Book, project: str, *people: dict[str, Any], **how: Any) -> str:
    """A contribution whose givers have shares and roles attached."""
    id_ = new_id("contribution")
    body = {"contribution": id_, "project": project, "people": list(people), **how}
    book.say("contribution-recorded/v1", body)
    return id_


def lines(book: Book, part: str, side: str = "Community", **asked: Any) -> dict[str, Any]:
    """The number of each line of one part and side."""
    return {
        str(row.cells["what"]): row.cells["n"]
        for row in book.view("recognition", **asked).rows
        if row.cells["part"] == part and row.cells["side"] == side
    }


def test_roles_are_counted_with_their_degree_and_name_nobody(book: Book) -> None:
    project, ben, eve = book.project(), book.person("community"), book.person("institution")
    role = {"role": "methodology", "degree": "lead"}
    for giver in (ben, ben):
        credited(book, project, {"person": giver, "credit": [role]}, kinds=["design"])
    helps = {"role": "methodology", "degree": "supporting"}
    credited(book, project, {"person": ben, "credit": [helps]}, {"person": eve, "credit": [role]})
    result = book.view("recognition")
    [ours] = [row for row in result.rows if row.name == f"{ROLE}/methodology/community"]
    found = [ours.cells[name] for name in ("n", "people", "lead", "equal", "supporting")]
    assert found == [3, 1, 2, 0, 1]
    assert lines(book, ROLE, "Institution") == {"Methodology": 1}
    assert not any("person:" in str(cell) for row in result.rows for cell in row.cells.values())
    assert any("Nobody is named here" in note for note in result.notes)


def test_work_that_credit_lacks_and_intangible_labour_have_lines_of_their_own(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, kinds=["advice", "writing"])
    book.gave(project, ben, kinds=["mentoring"])
    assert lines(book, "work that CRediT has") == {"Writing": 1}
    assert lines(book, "work that CRediT lacks") == {"Advice": 1}
    assert lines(book, "intangible labour") == {"Mentoring": 1}
    assert "CRediT has no role for: advice" in book.view("recognition").summary.shows[0]


def test_work_that_nobody_sorted_is_not_said_to_lack_a_role(book: Book) -> None:
    book.gave(book.project(), book.person("community"))
    assert lines(book, "work not sorted to a kind yet") == {"Unsorted": 1}
    assert lines(book, "work that CRediT lacks") == {}
    assert not any("no role for" in said for said in book.view("recognition").summary.shows)


def test_lines_have_a_fixed_order_whatever_the_numbers(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    for kind in ("review", "advice", "review", "design", "review"):
        book.gave(project, ben, kinds=[kind])
    assert [row.cells["what"] for row in book.view("recognition").rows] == [
        "Design",
        "Advice",
        "Review",
    ]


def test_what_came_of_it_is_what_the_record_ties_together(book: Book) -> None:
    project, ben = book.project(), member(book)
    first = book.gave(project, ben, kinds=["advice"])
    book.decided([ben], project=project, inputs=[first])
    second = book.decision([ben], project=project)
    book.gave(project, ben, kinds=["advice"], decision=second)
    problem = book.problem(project, ben)
    book.gave(project, ben, kinds=["problem-raising"], problem=problem)
    assert lines(book, "came of it") == {
        "Fed a decision, adopted": 1,
        "Fed another decision": 1,
        "About another problem": 1,
    }
    book.say("problem-adopted/v1", {"problem": problem, "project": project})
    assert lines(book, "came of it")["About a problem, taken up"] == 1


def test_inputs_are_told_by_their_last_answer(book: Book) -> None:
    project, ben = book.project(), member(book)
    inputs = [new_id("input") for _ in range(3)]
    for one in inputs:
        body = {"input": one, "project": project, "people": [ben]}
        book.say("input-submitted/v1", body, author=ben)
    answer = {"input": inputs[0], "project": project, "people": [ben], "has": ["reasons"]}
    book.say("input-answered/v1", answer | {"outcome": "noted"})
    book.say("input-answered/v1", answer | {"outcome": "accepted"})
    assert lines(book, "came of it") == {"Input accepted": 1, "Input without an answer": 2}


def test_benefits_and_gifts_stand_on_each_side(book: Book) -> None:
    project, ben, ida = book.project(), member(book), member(book, "institution")
    for _ in range(2):
        book.say("benefit-received/v1", {"person": ben, "benefits": ["skills"]}, author=ben)
    book.say("benefit-received/v1", {"person": ida, "benefits": ["skills", "none"]}, author=ida)
    for revoked in (False, True):
        gift = new_id("gift")
        body = {"gift": gift, "person": ben, "project": project, "until": "2026-12-31"}
        book.say("gift-declared/v1", body, author=ben)
        if revoked:
            book.say("gift-revoked/v1", {"gift": gift, "person": ben}, author=ben)
    assert lines(book, "benefit received") == {"Skills": 1}  # one person who said it twice
    assert lines(book, "benefit received", "Institution") == {"None, as they say": 1, "Skills": 1}
    assert lines(book, "gift") == {"Declared, and standing": 1, "Declared, and taken back": 1}


def test_about_a_person_the_lines_are_their_own_and_nobody_elses(book: Book) -> None:
    project, ben, cat = book.project(), book.person("community"), book.person("community")
    credited(book, project, {"person": ben, "share": "lead"}, {"person": cat}, kinds=["advice"])
    book.gave(project, cat, kinds=["mentoring"], mode="history")
    result = book.view("recognition", about=ben)
    [row] = result.rows
    assert (row.name, row.cells["n"], row.cells["people"]) == (
        "work that CRediT lacks/advice/community",
        1,
        1,
    )
    assert row.cells["lead"] == 1
    assert not any("recorded afterwards" in note for note in result.notes)
    assert lines(book, "intangible labour", about=cat) == {"Mentoring": 1}


def test_about_a_person_both_of_their_pseudonyms_count(book: Book) -> None:
    project, ben, also_ben = book.project(), book.person("community"), book.person("community")
    book.gave(project, ben, kinds=["advice"])
    book.gave(project, also_ben, kinds=["advice"])
    book.link(ben, also_ben, "said-so")
    for name in (ben, also_ben):
        [row] = book.view("recognition", about=name).rows
        assert (row.cells["n"], row.cells["people"]) == (2, 1)


def test_a_group_counts_with_its_number_or_as_unknown(book: Book) -> None:
    project = book.project()
    five = book.group(project, "community", "parents", 5)
    some = book.group(project, "institution", "staff")
    book.gave(project, five, mode="history", kinds=["testimony"])
    book.gave(project, some, mode="history", kinds=["testimony"])
    people = {row.cells["side"]: row.cells["people"] for row in book.view("recognition").rows}
    assert people == {"Community": 5, "Institution": None}


def test_what_happened_later_or_on_no_known_day_is_in_no_line_of_an_earlier_day(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    for on in ("2025-03-01", "2025-09-01", None):
        book.gave(project, ben, kinds=["advice"], on=on)
    assert lines(book, "work that CRediT lacks", happened_by=date(2025, 6, 1)) == {"Advice": 1}
    assert lines(book, "work that CRediT lacks") == {"Advice": 3}


def named(book: Book, **asked: Any) -> list[tuple[Any, ...]]:
    """The lines of people: by name, by pseudonym, roles and work."""
    rows = book.view("recognition", options={"lines": "people"}, **asked).rows
    names = ("person", "pseudonym", "credit", "work")
    return [tuple(row.cells.get(name) for name in names) for row in rows]


def test_people_are_named_only_where_they_last_said_that_they_wish_to_be(book: Book) -> None:
    here, there = book.project(), book.project()
    ben, cat, dan = member(book), member(book), member(book)

    def wishes(person: str, wish: str, **how: Any) -> None:
        book.say("naming-said/v1", {"person": person, "wish": wish} | how, author=person)

    role = {"role": "validation"}
    credited(book, here, {"person": ben, "credit": [role]}, kinds=["review"])
    for giver, project, kind in (
        (cat, here, "advice"),
        (cat, there, "design"),
        (dan, here, "design"),
    ):
        book.gave(project, giver, kinds=[kind])
    assert named(book) == []
    wishes(cat, "by-pseudonym")
    wishes(ben, "by-name")
    assert named(book) == [
        (None, cat, None, "Design, Advice"),
        (ben, None, "Validation", "Review"),
    ]
    wishes(cat, "not-named", project=there)
    assert named(book)[0] == (None, cat, None, "Advice")
    before = book.size
    wishes(ben, "not-named")
    assert named(book) == [(None, cat, None, "Advice")]
    assert len(named(book, at=before)) == 2
    assert named(book, about=dan) == []


def test_somebody_named_by_pseudonym_gets_no_name_when_the_view_is_shown(book: Book) -> None:
    project, ben, cat = book.project(), member(book), member(book)
    for person, wish in ((ben, "by-name"), (cat, "by-pseudonym")):
        book.gave(project, person, kinds=["advice"])
        book.say("naming-said/v1", {"person": person, "wish": wish}, author=person)
    result = book.view("recognition", options={"lines": "people"})
    shown = with_names(result, Known({ben: "Ben Okri", cat: "Cat Stevens"}))
    assert [row.cells.get("person") for row in shown.rows] == ["Ben Okri", None]
    assert [row.cells.get("pseudonym") for row in shown.rows] == [None, cat]


def test_every_role_and_kind_of_the_domain_has_its_place() -> None:
    schema = ContributionRecorded.model_json_schema()
    roles = schema["$defs"]["Credit"]["properties"]["role"]["enum"]
    assert sorted(CREDIT) == sorted(roles)
    kinds = {*IN_CREDIT, *LACKING, *UNTANGIBLE, "unsorted"}
    assert kinds == set(get_args(Kind))


WORK = st.lists(
    st.tuples(
        st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
        st.sampled_from(["advice", "design", "mentoring"]),
    ),
    max_size=12,
)


@given(WORK)
def test_each_persons_own_record_adds_up_to_no_more_than_the_programmes(
    written: list[tuple[list[int], str]],
) -> None:
    story = [
        (
            "contribution-recorded/v1",
            {
                "contribution": f"contribution:{n}",
                "project": "project:p",
                "people": [{"person": f"person:{who}"} for who in givers],
                "kinds": [kind],
            },
            None,
        )
        for n, (givers, kind) in enumerate(written)
    ]
    facts = facts_of(story)
    whole = {row.name: row.cells for row in recognition(facts, Asked()).rows}
    own: dict[str, list[int]] = {}
    for who in range(4):
        for row in recognition(facts, Asked(about=f"person:{who}")).rows:
            own.setdefault(row.name, []).append(int(str(row.cells["n"])))
    assert set(own) == set(whole)
    for key, numbers in own.items():
        assert whole[key]["people"] == len(numbers)
        assert max(numbers) <= whole[key]["n"] <= sum(numbers)
        kind = key.split("/")[1]
        assert sum(numbers) == sum(len(givers) for givers, what in written if what == kind)


def test_what_has_no_scale_is_in_no_line_of_one(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, kinds=["advice"], scale="group")
    body = {"input": new_id("input"), "project": project, "people": [ben], "has": ["title"]}
    book.say("input-submitted/v1", body)
    assert lines(book, "came of it")
    result = book.view("recognition", scale="group")
    assert {row.cells["part"] for row in result.rows} == {"work that CRediT lacks"}
    assert any("have no scale" in note for note in result.notes)
