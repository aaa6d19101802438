"""Forbidden acts, written around the rules with true signatures: each is found and named.

Whoever runs the program can leave its rules aside; the keys still sign, the store still takes it.
Each case is one line of a story (``forged.py``) that the rules forbid. The check that ``tally
verify`` runs must find exactly that entry, at its step, and name the rule; the honest record of the
same shape must be clean.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forbidden import BASE, CASES, ERASURES, PEOPLE, REST, Forbidden
from forbidden_choices import CHOOSING, LOOKING, TAKING_BACK
from forbidden_edges import ANSWERING, BEGINNING
from forbidden_names import CITING, NAMES
from forbidden_names import REST as AND_MORE
from forged import Told
from story import person

from ledger.errors import DOES_NOT_MATCH

EVERY = [
    *CASES,
    *CHOOSING,
    *LOOKING,
    *TAKING_BACK,
    *CITING,
    *NAMES,
    *AND_MORE,
    *ANSWERING,
    *BEGINNING,
]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The honest record up to where somebody leaves the rules aside."""
    made = Told(tmp_path_factory.mktemp("honest"), withdrawable=["contribution-recorded/v1"])
    made.tell(PEOPLE)
    made.key_for("ben", "cy", "dee", "eve")
    made.tell(BASE.removeprefix(PEOPLE))
    made.ledger.close()
    return made


@pytest.fixture
def told(honest: Told, tmp_path: Path) -> Iterator[Told]:
    """A copy of it, to be written in."""
    made = honest.copied(tmp_path)
    yield made
    made.ledger.close()


def test_the_honest_record_is_clean(told: Told) -> None:
    told.tell(REST)
    report = told.audit()
    assert report.findings == []
    assert report.ok


def test_there_are_at_least_forty_each_with_a_name_of_its_own() -> None:
    assert len({case.name for case in EVERY}) == len(EVERY)
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_a_forbidden_act_is_found_and_named(told: Told, case: Forbidden) -> None:
    told.tell(case.before)
    index = told.forge(case.line, past_the_ledger=case.past_the_ledger, **case.change)
    report = told.audit()
    found = [(one.code, one.step, one.entry) for one in report.findings]
    assert (DOES_NOT_MATCH, case.step, index) in found, report.findings
    assert report.exit_code == DOES_NOT_MATCH
    told_of = [one.message for one in report.findings if one.step == 10]
    assert len(told_of) == 1, report.findings
    assert f"the rule {case.rule}:" in told_of[0]
    assert all(entry == index for _, _, entry in found)


@pytest.mark.parametrize("case", ERASURES, ids=lambda case: case[0])
def test_a_forbidden_erasure_is_found_and_named(told: Told, case: tuple[str, ...]) -> None:
    _, rule, who, about, what = case
    told.tell("""
        ana  contribution-recorded  contribution=walk project=breath people=cy,eve  as=both
        ana  payment-made payment=p offer=fee to=cy kind=fee budget=pot amount=GBP75.00  as=paid
    """)
    erased: dict[str, Any] = {"about": person(about), "values": [], "tombstones": []}
    if what == "values":
        erased["values"] = [{"entry": told.named["talk"], "digests": told.digests("talk")}]
    else:
        erased["tombstones"] = [told.stone(what)]
    # The ledger keeps what must be kept; for that the operator goes past it too.
    index = told.forge(
        f"{who} values-erased ground=request under=-", past_the_ledger=what == "paid", **erased
    )
    told_of = [one for one in told.audit().findings if one.step == 10]
    assert [one.entry for one in told_of] == [index]
    assert f"the rule {rule}:" in told_of[0].message


def test_an_erasure_on_a_ground_that_nobody_knows_is_found_and_named(told: Told) -> None:
    erased = {
        "about": person("cy"),
        "values": [{"entry": told.named["talk"], "digests": told.digests("talk")}],
        "tombstones": [],
    }
    index = told.forge("cy values-erased ground=request", unread={"ground": "because"}, **erased)
    [found] = [one for one in told.audit().findings if one.step == 10]
    assert found.entry == index
    assert "values-erased/v1: ground" in found.message


def test_an_act_signed_with_a_key_that_was_revoked_is_found(told: Told) -> None:
    told.tell("op key-revoked key=cy reason=stolen")
    index = told.forge("cy record-disputed line=talk", past_the_ledger=True)
    assert {one.entry for one in told.audit().findings} == {index}
