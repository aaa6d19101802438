"""View ``time``: minutes by stage and side as intervals, and what covered intangible labour."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from made_up import facts_of, holds

from ledger.encoding import new_id
from projections import views
from projections.result import Asked
from projections.time_given import time_given

PRAISE = Path(__file__).parents[3] / "shared" / "data" / "praise-recognition" / "praise.csv"


def timed(basis: str, minutes: int | None = None) -> dict[str, Any]:
    """The field ``time`` of a contribution."""
    return {"basis": basis} | ({} if minutes is None else {"minutes": minutes})


def gave(book: Book, project: str, *givers: str, **how: Any) -> str:
    """A contribution of several people."""
    id_ = new_id("contribution")
    body = {"contribution": id_, "project": project, "people": [{"person": g} for g in givers]}
    on = how.pop("on", None)
    book.say("contribution-recorded/v1", body | how, on=on)
    return id_


def row(book: Book, key: str, **asked: Any) -> dict[str, Any]:
    [found] = [one for one in book.view("time", **asked).rows if one.name == key]
    return dict(found.cells)


def test_time_is_worked_estimated_in_bands_or_not_known(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    for time in (timed("worked", 90), timed("estimated", 30), timed("band", 240), timed("unknown")):
        gave(book, project, ben, stage="S2", time=time)
    gave(book, project, ben, stage="S2")
    found = row(book, "S2/community")
    # 90 + 30 at least; with the band of up to 240, 360 at most; two without a time.
    assert [found[name] for name in ("worked", "estimated", "band", "least", "most")] == [
        90,
        30,
        240,
        120,
        360,
    ]
    assert (found["work"], found["untimed"], found["people"]) == (5, 2, 1)


def test_where_no_time_is_recorded_there_is_no_sum_and_no_zero(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    gave(book, project, ben, stage="S1")
    found = row(book, "S1/community")
    assert (found["least"], found["most"], found["untimed"]) == (None, None, 1)
    assert "intangible" not in found


def test_time_given_together_is_shared_and_all_stages_add_up(book: Book) -> None:
    project, ben, eve = book.project(), book.person("community"), book.person("institution")
    gave(book, project, ben, eve, stage="S1", time=timed("worked", 61))
    gave(book, project, ben, stage="S5", time=timed("worked", 20))
    assert row(book, "S1/community")["worked"] == 31  # the first takes the minute left over
    assert row(book, "S1/institution")["worked"] == 30
    assert row(book, "all/community")["worked"] == 51
    assert row(book, "all/community")["people"] == 1


def test_intangible_hours_and_how_many_of_them_were_covered(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.give_key(ben)
    paid = gave(book, project, ben, stage="S4b", kinds=["mentoring"], time=timed("worked", 60))
    offer = book.offer(project, ben, 2000, contribution=paid)
    book.say("payment-accepted/v1", {"offer": offer}, author=ben)
    book.paid(ben, 2000, offer=offer)
    gift = gave(book, project, ben, stage="S4b", kinds=["hosting"], time=timed("worked", 30))
    declared = {"gift": new_id("gift"), "person": ben, "project": project, "contribution": gift}
    book.say("gift-declared/v1", declared, author=ben)
    gave(book, project, ben, stage="S4b", kinds=["peer-support"], time=timed("band", 240))
    gave(book, project, ben, stage="S4b", kinds=["mentoring", "design"], time=timed("worked", 15))
    found = row(book, "all/community")
    assert (found["intangible_least"], found["intangible"]) == (90, 330)
    assert [found[f"intangible_{name}"] for name in ("covered", "choice", "uncovered")] == [
        60,
        30,
        240,
    ]
    assert found["most"] == 345
    shows = book.view("time").summary.shows
    assert any(
        "5 h 30 of it went into relationships" in said and "1 h of" in said for said in shows
    )


def test_a_day_leaves_out_what_came_later_and_counts_what_does_not_say(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    for on in ("2025-03-01", "2025-09-01", None):
        gave(book, project, ben, stage="S2", time=timed("worked", 60), on=on)
    found = row(book, "S2/community", happened_by=date(2025, 6, 1))
    assert (found["worked"], found["work"], found["date_unknown"]) == (60, 1, 1)
    before = book.size
    gave(book, project, ben, stage="S2", time=timed("worked", 60))
    assert row(book, "S2/community", at=before)["worked"] == 180


def test_the_time_of_the_hours_view_is_that_of_this_one(book: Book) -> None:
    project, ben, eve = book.project(), book.person("community"), book.person("institution")
    for giver, minutes in ((ben, 40), (eve, 50), (ben, 7)):
        gave(book, project, giver, stage="S2", time=timed("band", minutes))
    hours = {one.name: one.cells["minutes"] for one in book.view("hours").rows}
    for side, minutes in hours.items():
        assert row(book, f"all/{side}")["most"] == minutes


WRITTEN = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S4b", "unsorted"]),
        st.lists(
            st.sampled_from(["community", "institution"]), min_size=1, max_size=2, unique=True
        ),
        st.sampled_from(["worked", "estimated", "band", "unknown"]),
        st.integers(1, 500),
        st.sampled_from(["mentoring", "design"]),
    ),
    max_size=12,
)


@given(WRITTEN)
def test_minutes_come_out_as_they_were_stated(
    written: list[tuple[str, list[str], str, int, str]],
) -> None:
    story: list[tuple[str, dict[str, Any], str | None]] = [
        ("acting-for-declared/v1", {"person": f"person:{side}", "side": side}, None)
        for side in ("community", "institution")
    ]
    for n, (stage, sides, basis, minutes, kind) in enumerate(written):
        body = {
            "contribution": f"contribution:{n}",
            "project": "project:p",
            "people": [{"person": f"person:{side}"} for side in sides],
            "stage": stage,
            "kinds": [kind],
            "time": timed(basis, None if basis == "unknown" else minutes),
        }
        story.append(("contribution-recorded/v1", body, None))
    result = time_given(facts_of(story), Asked())
    assert all(holds(result, relation) for relation in result.relations)
    every = [row for row in result.rows if row.cells["stage"] == "all"]
    for basis in ("worked", "estimated", "band"):
        stated = sum(minutes for _, _, b, minutes, _ in written if b == basis)
        shown = sum(int(str(row.cells[basis])) for row in every if row.cells[basis] is not None)
        assert shown == stated
    unknown = sum(len(sides) for _, sides, basis, _, _ in written if basis == "unknown")
    assert sum(int(str(row.cells["untimed"])) for row in every) == unknown


@pytest.mark.skipif(not PRAISE.exists(), reason="needs ../shared/data/praise-recognition")
def test_awarded_hours_of_real_records_are_no_time_and_enter_no_rate() -> None:
    """6,948 rows, 11,488.30 awarded «impact hours»: a measure, and not one minute."""
    story: list[tuple[str, dict[str, Any], str | None]] = []
    people: set[str] = set()
    awarded = 0.0
    with PRAISE.open(encoding="utf-8") as file:
        for n, line in enumerate(csv.DictReader(file)):
            try:
                hours = float(line["impact_hours"])
            except ValueError:
                continue
            person = f"person:{line['to'].lower()}"
            if person not in people:
                people.add(person)
                story.append(
                    ("acting-for-declared/v1", {"person": person, "side": "community"}, None)
                )
            awarded += hours
            body = {
                "contribution": f"contribution:{n}",
                "project": "project:tec",
                "people": [{"person": person}],
                "measure": {"amount": round(hours * 1000), "unit": "thousandth-impact-hour"},
            }
            story.append(("contribution-recorded/v1", body, None))
    facts = facts_of(story)
    assert round(awarded, 2) == 11488.30
    [every] = [r for r in views.find("time").fold(facts, Asked()).rows if r.cells["stage"] == "all"]
    assert (every.cells["least"], every.cells["most"]) == (None, None)
    assert every.cells["untimed"] == every.cells["work"] == len(story) - len(people)
    [voice] = views.find("voices").fold(facts, Asked()).rows
    assert voice.cells["unit"] == "thousandth-impact-hour"
    assert abs(int(str(voice.cells["amount"])) / 1000 - awarded) < 1
    hours_view = views.find("hours").fold(facts, Asked())
    assert all(one.cells.get("minutes") in {0, None} for one in hours_view.rows)
    assert all(one.cells.get("share_uncovered") is None for one in hours_view.rows)


def test_an_empty_record_has_no_time(book: Book) -> None:
    assert book.view("time").rows == ()
