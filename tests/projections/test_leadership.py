"""Nine years of who led what go in as history and come out as every snapshot says.

1,148 role changes over 37 quarters; skipped where the data does not lie beside this repository.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

import pytest
from book import Book
from leadership import (
    EMERITUS,
    POWER,
    Taken,
    as_held,
    candidates,
    changes,
    in_force,
    needs_data,
    rows,
    snapshots,
)

from domain.refusal import Refused
from ledger.check import check
from ledger.check_live import LiveSource
from ledger.encoding import new_id
from ledger.errors import DOES_NOT_MATCH
from projections.bridge import catalogue
from projections.conduct import Conduct
from projections.facts import Facts
from projections.replay import read_facts

pytestmark = needs_data


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """The whole history, recorded in one batch."""
    made = Taken(Book(tmp_path_factory.mktemp("leadership"), day="2026-10-01"))
    for change in changes():
        if change.held.role != EMERITUS:
            made.take(change)
    made.write()
    yield made
    made.book.ledger.close()


@pytest.fixture(scope="module")
def facts(taken: Taken) -> Facts:
    """What the record says."""
    return read_facts(taken.book.ledger)


@pytest.fixture(scope="module")
def names(taken: Taken) -> dict[str, str]:
    """The name behind each pseudonym."""
    return {id_: name for name, id_ in taken.ids.items()}


def test_every_role_change_is_read_and_each_of_power_is_recorded(facts: Facts) -> None:
    read = Counter(row["role"] for row in rows("role_changes.csv"))
    assert sum(read.values()) == 1148
    assert set(read) == {*POWER, EMERITUS}
    assert read[EMERITUS] == 172
    begun = sum(one.after is None and one.held.role in POWER for one in changes())
    moved = len(facts.by_type["power-granted/v1"]) + len(facts.by_type["power-revoked/v1"])
    assert moved == begun + 1148 - 172


def test_who_held_what_matches_the_snapshot_of_every_quarter(
    facts: Facts, names: dict[str, str]
) -> None:
    found = snapshots()
    assert len(found) == 37
    for day, held in found.items():
        of_power = {one for one in held if one.role in POWER}
        assert as_held(in_force(facts, date.fromisoformat(day)), names) == of_power, day


def test_what_may_be_a_transfer_is_called_a_candidate_and_recorded_as_none(
    facts: Facts, names: dict[str, str]
) -> None:
    met: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows("role_changes.csv"):
        if row["role"] in POWER:
            key = (row["by_date"], f"{row['group_kind']}/{row['group']}", row["role"])
            met[key].add(row["change"])
    found = candidates(facts, names)
    assert {one[:3] for one in found} == {key for key, both in met.items() if len(both) == 2}
    assert all(one.words.startswith("candidate transfer") for one in found)
    assert "power-transferred/v1" not in facts.by_type
    assert all("by" not in fact.body for fact in facts.by_type["power-granted/v1"])


def test_the_record_is_clean_and_confers_nothing_today(taken: Taken, facts: Facts) -> None:
    book = taken.book
    source = LiveSource(book.ledger.store, vault=book.vault)
    report = check(source, policy=None, catalogue=catalogue(), conduct=Conduct())
    assert [one for one in report.findings if one.code >= DOES_NOT_MATCH] == []
    latest = facts.by_type["power-granted/v1"][-1]
    holder = latest.body["to"]
    book.give_key(holder)
    body = {"decision": new_id("decision"), "options": [{"option": "a"}], "electorate": [holder],
            "method": "simple-majority", "body": latest.body["scope"]["body"]}  # fmt: skip
    with pytest.raises(Refused) as refusal:
        book.say("decision-opened/v1", body, author=holder, under=latest.hash)
    assert refusal.value.rule == "stands-on-history"
