"""View ``inclusion``: small histories of coming, staying, leaving and needing, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book
from hypothesis import given
from hypothesis import strategies as st
from made_up import facts_of, holds

from ledger.encoding import new_id
from projections.inclusion import inclusion
from projections.result import Asked
from projections.timed import Minutes, shares


def came(book: Book, side: str, **how: Any) -> str:
    """Somebody who came in and can speak for themselves."""
    person = new_id("person")
    on = how.pop("on", None)
    book.say("person-enrolled/v1", {"person": person, **how}, on=on)
    book.acts_for(person, side)
    book.give_key(person)
    return person


def says(book: Book, person: str, type_: str, on: str | None = None, **body: Any) -> None:
    """What a person says of themselves."""
    book.say(type_, {"person": person, **body}, author=person, on=on)


def lines(
    book: Book, part: str, side: str = "Community", **asked: Any
) -> dict[str, tuple[Any, ...]]:
    """The lines of one part and side: what, with number and whole."""
    return {
        str(row.cells["what"]): (row.cells["n"], row.cells.get("of"))
        for row in book.view("inclusion", **asked).rows
        if row.cells["part"] == part and row.cells["side"] == side
    }


def test_people_are_counted_by_the_route_of_their_first_enrolment(book: Book) -> None:
    project = book.project()
    ben = came(book, "community", route="open-call")
    book.say("person-enrolled/v1", {"person": ben, "project": project, "route": "invited-by-staff"})
    came(book, "community", route="invited-by-staff")
    came(book, "community")
    came(book, "institution", route="employed")
    assert lines(book, "way in") == {
        "all who came": (3, None),
        "open call": (1, 3),
        "invited by staff": (1, 3),
        "not recorded": (1, 3),
    }
    assert lines(book, "way in", "Institution")["employed"] == (1, 1)
    assert lines(book, "way in", project=project) == {
        "all who came": (1, None),
        "invited by staff": (1, 1),
    }


def test_gatekeepers_have_numbers_and_no_names(book: Book) -> None:
    eve, ida = came(book, "institution"), came(book, "institution")
    for keeper in (ida, eve, eve):
        came(book, "community", route="invited-by-staff", invited_by=keeper)
    found = lines(book, "gatekeeper")
    assert found == {
        "gatekeeper 1, for the institution": (1, 3),
        "gatekeeper 2, for the institution": (2, 3),
        "the most through one": (2, 3),
    }
    for row in book.view("inclusion").rows:
        assert not any("person:" in str(cell) for cell in row.cells.values())


def test_a_share_is_given_on_ten_people_and_not_on_nine(book: Book) -> None:
    eve = came(book, "institution")
    for _ in range(9):
        came(book, "community", route="invited-by-staff", invited_by=eve)

    def share() -> Any:
        rows = {row.name: row.cells for row in book.view("inclusion").rows}
        return rows["way in/invited by staff/community"]["share"]

    assert share() is None
    came(book, "community", route="open-call")
    assert share() == 90.0


def test_staying_is_the_last_that_was_recorded_by_the_end(book: Book) -> None:
    ben, cat, dan, fay = (came(book, "community") for _ in range(4))
    says(book, ben, "person-paused/v1", on="2025-03-01")
    says(book, cat, "person-left/v1", on="2025-04-01", stage="S2")
    says(book, dan, "person-paused/v1", on="2025-03-01")
    says(book, dan, "person-returned/v1", on="2025-05-01")
    assert fay
    assert lines(book, "staying") == {
        "taking part": (2, 4),
        "paused": (1, 4),
        "left": (1, 4),
        "came back": (1, 4),
    }
    assert lines(book, "leaving") == {
        "all who left": (1, None),
        "at S2: design": (1, 1),
        "only seen to be gone": (0, 1),
        "gave a reason of their own": (0, 1),
    }


def test_by_a_day_people_are_as_they_were_then(book: Book) -> None:
    ben = came(book, "community", on="2025-01-01")
    says(book, ben, "person-left/v1", on="2025-04-01")
    before = lines(book, "staying", happened_by=date(2025, 3, 1))
    assert before["taking part"] == (1, 1)
    assert lines(book, "staying", happened_by=date(2025, 4, 1))["left"] == (1, 1)
    spring = (date(2025, 4, 1), date(2025, 6, 30))
    assert lines(book, "leaving", period=spring)["all who left"] == (1, None)
    assert lines(book, "way in", period=spring) == {}
    assert lines(book, "leaving", period=(date(2025, 5, 1), date(2025, 6, 30))) == {}


def test_of_those_who_left_it_is_said_who_had_another_way_in(book: Book) -> None:
    ben, cat, dan = (came(book, "community") for _ in range(3))
    for person in (ben, cat):
        says(book, person, "person-left/v1")
    book.say("person-left/v1", {"person": dan, "seen": True})
    book.say("way-in-offered/v1", {"person": ben, "way": "from-afar"})
    book.say("way-in-offered/v1", {"person": ben, "way": "other-role"})
    book.say("way-in-offered/v1", {"person": cat, "way": "none"})
    assert lines(book, "another way in") == {
        "offered": (1, 3),
        "said to be none": (1, 3),
        "not recorded": (1, 3),
        "another role": (1, 3),
        "from afar": (1, 3),
    }
    assert lines(book, "leaving")["only seen to be gone"] == (1, 3)


def test_a_need_is_met_when_the_person_says_so_whatever_others_say(book: Book) -> None:
    ben = came(book, "community")
    needs = {}
    for need in ("transport", "transport", "childcare", "easy-read"):
        support = new_id("support")
        says(book, ben, "support-asked/v1", support=support, need=need)
        needs.setdefault(need, []).append(support)
    first, second = needs["transport"]
    met = "support-met/v1"
    book.say(met, {"support": first, "person": ben, "outcome": "met"})
    says(book, ben, met, support=first, outcome="not-met")
    book.say(met, {"support": second, "person": ben, "outcome": "met"})
    says(book, ben, met, support=needs["childcare"][0], outcome="met")
    assert lines(book, "access and support") == {
        "all that was asked": (4, None),
        "met, says the person": (1, 4),
        "met, others say": (1, 4),
        "not met, says the person": (1, 4),
        "no word yet": (1, 4),
        "childcare: met": (1, 1),
        "easy read: met": (0, 1),
        "transport: met": (1, 2),
    }


def test_roles_handed_over_and_training_are_counted_by_side(book: Book) -> None:
    project = book.project()
    eve, ida, ben = came(book, "institution"), came(book, "institution"), came(book, "community")
    book.say("role-handed-over/v1", {"person": eve, "to": ida, "role": "chair", "papers": True})
    book.say("role-handed-over/v1", {"person": ida, "role": "contact"})
    training = {"training": new_id("training"), "project": project, "topic": "research"}
    book.say("training-held/v1", training | {"people": [eve, ida], "trainers": [ben]})
    assert lines(book, "handover", "Institution") == {
        "all roles that ended": (2, None),
        "to a successor, with papers": (1, 2),
        "to nobody, without papers": (1, 2),
    }
    assert lines(book, "training") == {"taught": (1, None)}
    assert lines(book, "training", "Institution") == {"learned": (2, None)}


def test_time_is_at_least_and_at_most_and_unknown_is_not_zero(book: Book) -> None:
    project, ben, eve = book.project(), came(book, "community"), came(book, "institution")
    for time in (
        {"basis": "worked", "minutes": 50},
        {"basis": "band", "minutes": 240},
        {"basis": "unknown"},
        None,
    ):
        book.gave(project, ben, stage="S2", **({"time": time} if time else {}))
    assert lines(book, "time") == {
        "work without a time": (2, 4),
        "minutes at least": (50, None),
        "minutes at most": (290, None),
    }
    book.gave(project, eve, stage="S2")
    assert lines(book, "time", "Institution")["minutes at least"] == (None, None)


def test_a_view_narrowed_to_a_side_has_the_lines_of_that_side_alone(book: Book) -> None:
    came(book, "community", route="open-call")
    came(book, "institution", route="employed")
    rows = book.view("inclusion", side="institution").rows
    assert {row.cells["side"] for row in rows} == {"Institution"}


def test_an_empty_record_says_that_nothing_is_recorded(book: Book) -> None:
    result = book.view("inclusion")
    assert result.rows == ()
    assert result.summary.unknown


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["community", "institution", "unsaid"]),
        st.sampled_from([None, "open-call", "invited-by-peer"]),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, "paused", "left"]),
        st.sampled_from([None, "later", "none"]),
    ),
    max_size=12,
)


@given(PEOPLE)
def test_every_line_is_within_its_whole_and_parts_add_up(
    people: list[tuple[str, str | None, int | None, str | None, str | None]],
) -> None:
    story: list[tuple[str, dict[str, Any], str | None]] = []
    for n, (side, route, by, state, way) in enumerate(people):
        person = f"person:{n}"
        body = {"person": person} | ({"route": route} if route else {})
        body |= {"invited_by": f"person:keeper{by}"} if by is not None else {}
        story.append(("acting-for-declared/v1", {"person": person, "side": side}, None))
        story.append(("person-enrolled/v1", body, None))
        if state:
            story.append((f"person-{state}/v1", {"person": person}, None))
        if way:
            story.append(("way-in-offered/v1", {"person": person, "way": way}, None))
    result = inclusion(facts_of(story), Asked())
    assert all(holds(result, relation) for relation in result.relations)
    rows = {row.name: row.cells for row in result.rows}
    for side in ("community", "institution", "unsaid"):
        mine = [one for one in people if one[0] == side]
        if not mine:
            continue
        assert rows[f"way in/all who came/{side}"]["n"] == len(mine)
        left = [one for one in mine if one[3] == "left"]
        assert rows[f"staying/left/{side}"]["n"] == len(left)
        offered = rows.get(f"another way in/offered/{side}", {"n": 0})
        assert offered["n"] == sum(one[4] == "later" for one in left)


TIMES = st.lists(
    st.tuples(
        st.sampled_from(["worked", "estimated", "band", "unknown"]),
        st.integers(1, 600),
        st.integers(1, 4),
    ),
    max_size=10,
)


@given(TIMES)
def test_shares_of_time_add_up_to_what_was_stated(written: list[tuple[str, int, int]]) -> None:
    from projections.given import read

    story: list[tuple[str, dict[str, Any], str | None]] = [
        (
            "contribution-recorded/v1",
            {
                "contribution": f"contribution:{n}",
                "project": "project:p",
                "people": [{"person": f"person:{who}"} for who in range(people)],
                "time": {"basis": basis} | ({} if basis == "unknown" else {"minutes": minutes}),
            },
            None,
        )
        for n, (basis, minutes, people) in enumerate(written)
    ]
    total = Minutes()
    for work in read(facts_of(story), Asked()).standing:
        parts = list(shares(work))
        known = [part.minutes for part in parts if part.minutes is not None]
        assert not known or max(known) - min(known) <= 1
        for part in parts:
            total.add(part)
    stated = {basis: sum(m for b, m, _ in written if b == basis) for basis, _, _ in written}
    assert total.worked == stated.get("worked", 0)
    assert total.least == stated.get("worked", 0) + stated.get("estimated", 0)
    assert total.most == total.least + stated.get("band", 0)
    assert total.unknown == sum(people for basis, _, people in written if basis == "unknown")


def test_staying_pausing_and_leaving_are_told_by_the_stage_at_which_people_gave(
    book: Book,
) -> None:
    project = book.project()
    ben, cy, dee = (came(book, "community") for _ in range(3))
    for person, stage in ((ben, "S1"), (cy, "S1"), (dee, "S1"), (dee, "S4b")):
        book.gave(project, person, stage=stage, on="2025-12-01")
    says(book, ben, "person-paused/v1")
    says(book, dee, "person-left/v1", stage="S4b")
    assert lines(book, "staying, by stage at which they gave") == {
        "S1: taking part": (1, 3),
        "S1: paused": (1, 3),
        "S1: left": (1, 3),
        "S4b: taking part": (0, 1),
        "S4b: paused": (0, 1),
        "S4b: left": (1, 1),
    }
