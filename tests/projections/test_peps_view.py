"""516 decisions about a language in a real ledger: what the view of decisions finds in them.

Skipped where the data does not lie beside this repository.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from book import Book
from leadership import Taken
from peps import OFFICE, PROJECT, Proposal, ballots, needs_data, opening, proposing, read
from story import ident, person

from domain.ballot import Ballots
from domain.closing import counted
from projections.result import ViewResult

pytestmark = needs_data


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewResult]:
    """The view over everything, recorded in one batch."""
    made = Taken(Book(tmp_path_factory.mktemp("peps"), day="2026-10-01"))
    made.say("project-opened/v1", {"project": PROJECT}, None)
    proposals = read()
    people = {name for one in proposals for name in (*one.authors, *one.delegates)}
    for name in sorted(people | {OFFICE}):
        made.say("person-enrolled/v1", {"person": person(name)}, None)
    for one in proposals:
        _take(made, one)
    made.write()
    yield made.book.view("decisions")
    made.book.ledger.close()


def _take(made: Taken, one: Proposal) -> None:
    for type_, body in proposing(one):
        made.say(f"{type_}/v1", body, None)
    if not one.outcome and not one.delegates:
        return
    body = opening(one)
    made.say("decision-opened/v1", body, None)
    if one.outcome is None:
        return
    for ballot in ballots(one):
        made.say("vote-cast/v1", ballot, None)
    found = counted(made.world.get(Ballots, body["decision"]))
    lists = {name: [*found[name]] for name in ("places", "chosen", "tied")}
    tally = found["tally"].model_dump(mode="json")
    closing = {"decision": body["decision"], "outcome": found["outcome"], "tally": tally, **lists}
    made.say("decision-closed/v1", closing, None)


def test_four_delegates_decided_on_what_they_had_written_themselves(result: ViewResult) -> None:
    own = [row for row in result.rows if row.cells["own"]]
    assert [row.key for row in own] == [ident("decision", n) for n in ("426", "440", "459", "503")]
    assert {row.cells["method"] for row in own} == {"delegated"}
    assert all(row.rests_on("own") for row in own)  # the opening, and who raised the problem


def test_287_closed_decisions_cite_no_evidence(result: ViewResult) -> None:
    closed = [row for row in result.rows if row.cells["outcome"] != "open"]
    found = Counter(row.cells["evidence"] for row in closed)
    assert found == {"none cited": 287, "cited": 229}
    assert "287 of 516 closed decisions cite no evidence." in result.summary.unknown


def test_all_are_counted_again_by_their_method_and_give_what_was_published(
    result: ViewResult,
) -> None:
    methods = Counter(row.cells["method"] for row in result.rows)
    assert (methods["delegated"], methods["consensus"]) == (128, 1)
    assert Counter(row.cells["chosen"] for row in result.rows if row.cells["chosen"]) == {
        "accept": 374 + 11,
        "reject": 131,
    }
    assert not any("DIFFERS" in str(row.cells["count"]) for row in result.rows)


def test_nobody_declared_for_whom_they_act_so_where_they_began_is_not_recorded(
    result: ViewResult,
) -> None:
    assert {row.cells["began_with"] for row in result.rows} == {"not recorded"}
