"""View ``reflection``: what people say of the work, beside what the ledger holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from book import Book

from domain.reflection import ITEMS
from ledger.encoding import new_id
from projections.guard_rules import identifies
from projections.reflection import TOOLS
from projections.reflection_facts import BESIDE
from projections.result import ViewResult, Words


def scored(
    book: Book, project: str, people: list[str], tool: str = "rifkin", **scores: int
) -> None:
    body = {
        "project": project,
        "people": people,
        "tool": tool,
        "scores": [
            {"item": item.replace("_", "-"), "score": score} for item, score in scores.items()
        ],
        "agreed": True,
    }
    book.say("assessment-scored/v1", body)


def rows(result: ViewResult, part: str, item: str | None = None) -> list[dict[str, Any]]:
    return [
        dict(row.cells)
        for row in result.rows
        if row.cells["part"] == part and item in (None, row.cells.get("item"))
    ]


def scores(result: ViewResult, item: str, part: str = "Rifkin spidergram") -> list[tuple[Any, Any]]:
    return [(row["side"], row["score"]) for row in rows(result, part, item) if "score" in row]


def test_each_side_keeps_its_score_and_no_average_is_made(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    scored(book, project, [ben], leadership=2)
    scored(book, project, [eve], leadership=5)
    scored(book, project, [ben, eve], leadership=3)
    result = book.view("reflection", project=project)
    assert scores(result, "leadership") == [
        ("community", 2),
        ("institution", 5),
        ("community and institution, together", 3),
    ]
    numbers = [row.cells.get("score") for row in result.rows]
    assert 3.5 not in numbers  # the mean of 2 and 5
    assert all(type(number) is int for number in numbers if number is not None)


def test_scores_stand_through_time_at_their_evaluation_points(book: Book, ben: str) -> None:
    project = book.project()
    point = new_id("evaluation")
    body = {"evaluation": point, "project": project, "people": [ben], "label": "mid-term"}
    book.say("evaluation-held/v1", body)
    scored(book, project, [ben], leadership=2)
    book.open_day("2026-06-01")
    body = {"project": project, "people": [ben], "tool": "rifkin", "agreed": False,
            "scores": [{"item": "leadership", "score": 4}], "evaluation": point}  # fmt: skip
    book.say("assessment-scored/v1", body)
    found = [row for row in rows(book.view("reflection"), "Rifkin spidergram", "leadership")
             if "score" in row]  # fmt: skip
    assert [(row["score"], row["day"], row["said"], row.get("point")) for row in found] == [
        (2, "2026-01-01", "agreed", None),
        (4, "2026-06-01", "not agreed by all who scored", "mid-term"),
    ]


def test_an_item_that_nobody_scored_says_nothing_recorded_and_is_no_zero(
    book: Book, ben: str
) -> None:
    project = book.project()
    scored(book, project, [ben], leadership=1)
    result = book.view("reflection", project=project)
    assert rows(result, "Rifkin spidergram", "management")[0] == {
        "part": "Rifkin spidergram",
        "item": "management",
        "said": "nothing recorded",
    }
    for tool, items in ITEMS.items():
        for item in items:
            assert rows(result, TOOLS[tool], item), (tool, item)
    assert "score" not in rows(result, "Nesta six †", "assets")[0]


def test_every_item_has_facts_of_the_ledger_beside_it_by_side(
    book: Book, ben: str, eve: str
) -> None:
    assert set(BESIDE) == {(tool, item) for tool, items in ITEMS.items() for item in items}
    project = book.project()
    book.problem(project, ben)
    book.problem(project, eve)
    book.problem(project, book.person())
    book.gave(project, ben, stage="S1", on="2025-12-01")
    result = book.view("reflection", project=project)
    facts = {
        row["said"]: (row.get("community"), row.get("others"), row.get("unsaid"))
        for row in rows(result, "Rifkin spidergram", "needs-assessment")
        if row["said"].startswith("in the ledger")
    }
    assert facts == {
        "in the ledger: problems and ideas raised": (1, 1, 1),
        "in the ledger: contributions at S1": (1, 0, 0),
    }
    chairs = rows(result, "Rifkin spidergram", "leadership")[-1]
    assert chairs["said"] == "in the ledger: chairs taken: nothing recorded"
    assert "community" not in chairs


def test_a_rationale_stands_under_the_side_that_states_it(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    for person, side, rationale in (
        (ben, "community", "rights"),
        (eve, "institution", "managerial"),
    ):
        body = {"person": person, "project": project, "side": side, "rationales": [rationale]}
        witness = book.person()
        book.say("rationale-stated/v1", body | {"for": person, "witness": witness})
    found = rows(book.view("reflection"), "What each side takes part for")
    assert [(row["side"], row["said"]) for row in found] == [
        ("community", "as a right"),
        ("institution", "to manage better"),
    ]


def test_what_nobody_planned_and_what_went_worse_come_first(book: Book, ben: str) -> None:
    project = book.project()
    for planned, effect in ((True, "better"), (False, "better"), (True, "worse"), (False, "worse")):
        body = {"project": project, "people": [ben], "planned": planned, "effect": effect}
        if planned and effect == "better":
            unit = "percent-who-believe"
            body |= {"before": {"amount": 59, "unit": unit}, "after": {"amount": 81, "unit": unit}}
        book.say("outcome-noted/v1", body | {"has": ["what"]})
    result = book.view("reflection")
    found = rows(result, "What came of it")
    assert [row["item"] for row in found] == [
        "unplanned, for the worse",
        "unplanned, for the better",
        "planned, for the worse",
        "planned, for the better",
    ]
    assert found[-1]["said"] == (
        "measured: 59 percent-who-believe before, 81 percent-who-believe after"
    )
    assert isinstance(found[0]["words"], Words)
    assert "2 of the outcomes unplanned, 2 for the worse." in result.summary.shows


def test_parts_of_which_nothing_is_recorded_say_so(book: Book) -> None:
    result = book.view("reflection")
    for part, items in (
        ("What each side takes part for", ["rationale"]),
        ("Evaluation points", ["evaluation"]),
        ("What came of it", ["unplanned", "for the worse"]),
        ("Balance of power talked about", ["imbalance"]),
    ):
        assert [(row["item"], row["said"]) for row in rows(result, part)] == [
            (item, "nothing recorded") for item in items
        ]
    assert result.summary.shows == ()
    assert result.chart is None


def test_talk_about_the_balance_of_power_shows_what_followed(book: Book, ben: str) -> None:
    project = book.project()
    body = {"project": project, "people": [ben], "kinds": ["budget"], "outcome": "to-be-changed"}
    book.say("imbalance-discussed/v1", body)
    [row] = rows(book.view("reflection"), "Balance of power talked about")
    assert (row["item"], row["said"], row["side"]) == ("budget", "to-be-changed", "community")


def test_it_is_narrowed_by_side_project_and_time(book: Book, ben: str, eve: str) -> None:
    project = book.project()
    scored(book, project, [ben], leadership=2)
    book.open_day("2026-06-01")
    scored(book, project, [eve], leadership=5)

    def found(**asked: Any) -> list[tuple[Any, Any]]:
        return scores(book.view("reflection", **asked), "leadership")

    assert found(side="institution") == [("institution", 5)]
    assert found(happened_by=date(2026, 5, 31)) == [("community", 2)]
    assert found(at=date(2026, 5, 31)) == [("community", 2)]
    assert found(period=(date(2026, 6, 1), date(2026, 6, 30))) == [("institution", 5)]
    assert found(project=book.project()) == []


def test_the_chart_holds_the_latest_score_of_each_side_in_words(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    scored(book, project, [ben], leadership=2, management=3)
    scored(book, project, [ben], leadership=4)
    scored(book, project, [eve], leadership=5)
    chart = book.view("reflection").chart
    assert chart is not None
    values = {(v["row"], v["panel"]): (v["n"], v["label"]) for v in chart["data"]["values"]}
    assert values["leadership", "community"] == (4, "4 (2026-01-01)")
    assert values["leadership", "institution"] == (5, "5 (2026-01-01)")
    assert values["management", "institution"] == (None, "nothing recorded")


def test_what_one_person_said_alone_has_a_key_that_exports_leave_out(
    book: Book, ben: str, eve: str
) -> None:
    project = book.project()
    scored(book, project, [ben], leadership=2)
    scored(book, project, [ben, eve], leadership=3)
    keys = [row.key for row in book.view("reflection").rows if "score" in row.cells]
    assert [identifies(key) for key in keys] == [True, False]
