"""The catalogue is whole: every event, rule and value can be read there, and is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import Story, ident, person

from domain.catalogue import COMMON_RULES, EVENTS, check, parse
from domain.contribution import ContributionRecorded, Giver
from domain.refusal import NotAnEvent, Refused
from domain.values import Money, On, TimeWorked

HERE = Path(__file__).parent
ROOM = HERE.parent.parent / "domain"
DECLARED = {rule for kind in EVENTS.values() for rule in kind.refused_by} | set(COMMON_RULES)


def test_every_rule_that_refuses_is_declared_and_every_declared_rule_refuses() -> None:
    raised = set()
    for source in ROOM.glob("*.py"):
        raised |= set(re.findall(r'Refused\(\s*"([a-z-]+)"', source.read_text("utf-8")))
    raised |= {"unknown-grant", "not-the-holder"}  # one of two, chosen where power is revoked
    assert raised - {"unknown-type"} == DECLARED


@pytest.mark.parametrize("rule", sorted(DECLARED))
def test_every_rule_is_shown_refusing_something(rule: str) -> None:
    stories = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    assert re.search(rf"! {rule}\b", stories), f"no story shows the rule {rule}"


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_says_what_it_is_in_words(name: str) -> None:
    kind = EVENTS[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*/v1", name)
    assert kind.words.endswith(".")
    assert kind.who
    assert set(kind.values.values()) <= {"public", "auditor", "personal"}
    for field, info in kind.model.model_fields.items():
        assert info.description, f"{name}.{field} is not described"


def test_a_decline_has_no_place_for_a_reason() -> None:
    assert not EVENTS["payment-declined/v1"].values


def test_names_and_free_text_are_never_fields() -> None:
    texts = {
        (name, field)
        for name, kind in EVENTS.items()
        for field in kind.model.model_fields
        if field in {"name", "words", "reason", "reasons", "title", "note", "text", "description"}
    }
    assert texts == {("key-revoked/v1", "reason")}  # a code from a fixed list


def test_an_act_is_signed_by_its_author() -> None:
    story = Story()
    act = story.make("ana", "project-opened", {"project": ident("project", "x")})
    forged = type(act)(**{**_fields(act), "signed_by": frozenset({person("ben")})})
    with pytest.raises(Refused, match="not-the-author"):
        check(story.world, forged)
    # ! not-the-author


def test_a_value_is_listed_once() -> None:
    Story().tell("! values-repeated  ana  project-opened  project=x has=title,title")


def test_an_unknown_type_fails_closed() -> None:
    with pytest.raises(NotAnEvent, match="no such event type"):
        parse("project-burnt/v1", {})
    story = Story()
    act = story.make("ana", "project-opened", {"project": ident("project", "x")})
    with pytest.raises(Refused, match="unknown-type"):
        check(story.world, type(act)(**{**_fields(act), "type": "project-burnt/v1"}))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "project: Field required"),
        ({"project": "project:short"}, "project: String should match"),
        ({"project": ident("project", "x"), "colour": "red"}, "colour: Extra inputs"),
        ({"project": ident("person", "x")}, "project: String should match"),
        ({"project": ident("project", "x"), "has": ["name"]}, "cannot carry the value name"),
        ({"project": 7}, "project: Input should be a valid string"),
    ],
)
def test_a_body_that_is_no_event_is_told_why(body: dict[str, object], told: str) -> None:
    with pytest.raises(NotAnEvent, match=told):
        parse("project-opened/v1", body)


def test_what_was_found_is_told_in_short() -> None:
    with pytest.raises(NotAnEvent) as wrong:
        parse("project-opened/v1", {"project": "words " * 1000})
    assert len(str(wrong.value)) < 300


def test_a_body_is_written_with_the_names_of_the_format() -> None:
    event = ContributionRecorded(
        contribution=ident("contribution", "c"),
        project=ident("project", "p"),
        people=(Giver(person=person("ben")),),
        for_=person("ben"),
        time=TimeWorked(basis="unknown"),
    )
    body = event.as_body()
    assert body["for"] == person("ben")
    assert body["people"] == [{"person": person("ben")}]
    assert "group" not in body
    assert parse("contribution-recorded/v1", body) == event


@given(
    stage=st.sampled_from(["S1", "S4a", "G", "unsorted"]),
    minutes=st.none() | st.integers(1, 527_040),
    people=st.lists(st.sampled_from(["ana", "ben", "cy"]), max_size=3),
)
def test_what_is_said_can_be_read_again(stage: str, minutes: int | None, people: list[str]) -> None:
    body = {
        "contribution": ident("contribution", "c"),
        "project": ident("project", "p"),
        "people": [{"person": person(name), "share": "equal"} for name in people],
        "stage": stage,
        "time": {"basis": "unknown"}
        if minutes is None
        else {"basis": "worked", "minutes": minutes},
    }
    event = parse("contribution-recorded/v1", body)
    assert parse("contribution-recorded/v1", event.as_body()) == event


def test_unknown_time_is_not_zero() -> None:
    with pytest.raises(ValueError, match="minutes"):
        TimeWorked(basis="unknown", minutes=0)
    with pytest.raises(ValueError, match="minutes"):
        TimeWorked(basis="worked")


def test_money_is_written_with_its_currency_and_never_negative() -> None:
    assert str(Money(minor=7500, currency="GBP", exponent=2)) == "GBP 75.00"
    assert str(Money(minor=40, currency="time-credit", exponent=0)) == "time-credit 40"
    with pytest.raises(ValueError, match="greater than or equal"):
        Money(minor=-1, currency="GBP", exponent=2)


def test_a_claimed_date_is_read_from_the_statement() -> None:
    assert On.parse(None) is None
    assert On.parse({"precision": "unknown"}) == On(None, None, "unknown")
    assert On.parse({"from": "2026-01-05", "to": "2026-01-05", "precision": "day"}) == On.day(
        "2026-01-05"
    )


def _fields(act: object) -> dict[str, object]:
    return {name: getattr(act, name) for name in act.__dataclass_fields__}  # type: ignore[attr-defined]  # a dataclass
