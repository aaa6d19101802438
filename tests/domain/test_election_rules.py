"""Thirteen elections of a large open project, taken over as imported ballots: the rules agree.

Each goes in as it went: recorded afterwards, with its electorate (as a number where no list agrees
with what was published), its count rule, its ballots. Out come the published winners and turnout.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from elections import CONTROL, Election, needs_data, read
from story import Story, hashed, ident, person

from domain.ballot import Ballots
from domain.catalogue import check
from domain.decision import Decision
from domain.ranking import prefer, seat
from domain.tally import COUNT_RULES

pytestmark = needs_data
election = cache(read)
everyone = pytest.mark.parametrize("name", sorted(CONTROL))


def say(story: Story, type: str, body: dict[str, Any], under: str = "charter") -> None:
    """Judge an act in the full world alone: among hundreds of voters the other one reads slowly."""
    act = story.make("ana", type, body, under=under, mode="history")
    check(story.world, act)
    story.happen(act)


def taken_over(found: Election) -> Story:
    """The election, opened, its ballots imported and counted."""
    story = Story()
    say(story, "project-opened", {"project": ident("project", "k8s")})
    for voter in found.voters:
        say(story, "person-enrolled", {"person": person(voter)})
    say(story, "decision-opened", opened(found))
    say(
        story,
        "ballots-imported",
        {
            "decision": ident("decision", "d"),
            "source": hashed(found.name),
            "counted": counted(found),
        },
    )
    body = {"decision": ident("decision", "d"), **story.closing("d")}
    say(story, "decision-closed", body)
    return story


def opened(found: Election) -> dict[str, Any]:
    """Everything that was fixed."""
    electorate: dict[str, Any] = {"eligible": found.published.eligible}
    if found.voters:
        electorate = {"electorate": [person(voter) for voter in found.voters]}
    return {
        "decision": ident("decision", "d"),
        "project": ident("project", "k8s"),
        "options": [{"option": key} for key in found.candidates],
        "method": "ranked-choice",
        "count_rule": found.count_rule,
        "seats": found.published.seats,
        "ballots": "imported",
        **electorate,
    }


def counted(found: Election) -> dict[str, Any]:
    """The ballots; where fewer than ten may vote, only who is preferred to whom."""
    cast = Counter(found.ballots)
    silent = sum(number for ranks, number in cast.items() if not any(ranks))
    form: dict[str, Any] = {"ballots": len(found.ballots), "abstained": silent}
    keys = list(found.candidates)
    if found.published.eligible >= 10:
        return form | {"ranked": [{"ranks": r, "ballots": n} for r, n in sorted(cast.items())]}
    matrix = prefer(cast, len(keys))
    pairs = [(a, b) for a in range(len(keys)) for b in range(len(keys)) if matrix[a][b]]
    return form | {
        "pairs": [{"option": keys[a], "to": keys[b], "ballots": matrix[a][b]} for a, b in pairs]
    }


@everyone
def test_the_published_winners_and_turnout_come_out(name: str) -> None:
    found = election(name)
    story = taken_over(found)
    state = story.world.get(Decision, ident("decision", "d"))
    ballots = story.world.get(Ballots, ident("decision", "d"))
    assert state.opened is not None
    assert (ballots.ballots, state.opened.voters) == (
        found.published.ballots,
        found.published.eligible,
    )
    assert state.outcome == "decided"
    if name != "steering-2017":
        assert found.won(state.chosen)


def test_in_2017_the_fourth_by_the_tally_is_kept_out_by_a_cited_rule() -> None:
    found = election("steering-2017")
    story = taken_over(found)
    state = story.world.get(Decision, ident("decision", "d"))
    assert state.chosen[3] == "michael-rubin"
    assert not found.won(state.chosen)
    body = {
        "decision": ident("decision", "d"),
        "basis": "document",
        "evidence": hashed("results.md"),
        "kind": "seat-limit",
        "excludes": ["michael-rubin"],
        "outcome": "decided",
        "chosen": [*state.chosen[:3], *state.chosen[4:], "aaron-crickenberger"],
    }
    with pytest.raises(Exception, match="no-rule-cited"):
        say(story, "decision-overridden", body)
    say(story, "decision-overridden", {**body, "has": ["rule"]})
    assert found.won(story.world.get(Decision, ident("decision", "d")).chosen)


def test_in_2017_a_recount_without_the_excluded_would_have_chosen_the_same() -> None:
    found = election("steering-2017")
    story = taken_over(found)
    state = story.world.get(Decision, ident("decision", "d"))
    body = {
        "decision": ident("decision", "d"),
        "basis": "document",
        "evidence": hashed("results.md"),
        "kind": "seat-limit",
        "excludes": ["michael-rubin"],
        "fills": "recount",
        "outcome": "decided",
        "chosen": [*state.chosen[:3], *state.chosen[4:], "aaron-crickenberger"],
        "has": ["rule"],
    }
    say(story, "decision-overridden", body)


def test_the_tie_of_2025_is_shown_as_a_tie() -> None:
    story = taken_over(election("code-of-conduct-2025"))
    closed = story.acts[-1].event
    assert closed.places[:2] == (("endocrimes", "divya-mohan0209"), ("stmcginnis",))
    # For one seat nobody would have had it.
    frame = story.world.get(Ballots, ident("decision", "d"))
    assert frame.opened is not None
    one = {
        **opened(election("code-of-conduct-2025")),
        "seats": 1,
        "decision": ident("decision", "e"),
    }
    say(story, "decision-opened", one)
    say(
        story,
        "ballots-imported",
        {
            "decision": ident("decision", "e"),
            "source": hashed("f"),
            "counted": counted(election("code-of-conduct-2025")),
        },
    )
    assert story.closing("e")["outcome"] == "tied"
    assert set(story.closing("e")["tied"]) == {"endocrimes", "divya-mohan0209"}


@everyone
def test_where_seven_vote_their_ballots_do_not_go_in_one_by_one(name: str) -> None:
    found = election(name)
    if found.published.eligible >= 10:
        assert "ranked" in counted(found)
        return
    story = Story()
    say(story, "project-opened", {"project": ident("project", "k8s")})
    for voter in found.voters:
        say(story, "person-enrolled", {"person": person(voter)})
    say(story, "decision-opened", opened(found))
    rows = [{"ranks": r, "ballots": n} for r, n in sorted(Counter(found.ballots).items())]
    body = {
        "decision": ident("decision", "d"),
        "source": hashed("f"),
        "counted": {"ballots": len(found.ballots), "ranked": rows},
    }
    with pytest.raises(Exception, match="ballots-identify"):
        say(story, "ballots-imported", body)


@everyone
def test_the_count_rule_that_was_named_matters(name: str) -> None:
    found = election(name)
    cast, size = Counter(found.ballots), len(found.candidates)
    seated = {
        rule: set(seat(counts.from_ballots(cast, size), found.published.seats)[0])
        for rule, counts in COUNT_RULES.items()
        if counts.for_seats is None
    }
    others = {rule for rule in seated if seated[rule] != seated["schulze"]}
    # In 2021 a cycle lies behind the first two: elimination would have seated somebody else.
    expected = {
        "steering-2021": {"instant-runoff", "condorcet-irv"},
    }
    assert others == expected.get(name, set())
