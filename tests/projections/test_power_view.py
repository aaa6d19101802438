"""View ``power``: chains, use, losses; small histories, and the domain's own verdict as oracle."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from book import Book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.power import Authority, held
from domain.refusal import Refused
from projections.grants import HELD, read
from projections.replay import read_facts
from projections.result import Asked, Row, Words
from projections.store_world import whole_world


def rows(book: Book, **asked: Any) -> dict[str, Row]:
    return {row.key: row for row in book.view("power", **asked).rows}


def states(book: Book, **asked: Any) -> dict[str, Any]:
    return {key: row.cells["state"] for key, row in rows(book, **asked).items()}


def test_the_chain_leads_from_each_grant_to_the_charter_entry_by_entry(book: Book) -> None:
    ben, cem = book.person("community"), book.person("community")
    book.give_key(ben)
    first = book.granted(ben, "agenda", "budget", onward=1)
    one = book.size - 1
    book.granted(cem, "budget", by=ben, under=first)
    found = rows(book)
    assert found["0-1"].cells["chain"] == "the charter"
    assert found[f"{one}"].cells["chain"] == "0-1"
    last = found[f"{book.size - 1}"]
    assert last.cells["chain"] == f"{one} ← 0-1"
    assert last.rests_on("chain") == (book.size - 1, one, 0)
    assert (last.cells["by"], last.cells["side"]) == (ben, "Community")


def test_what_ends_above_ends_everything_below(book: Book) -> None:
    ben, cem = book.person(), book.person()
    book.give_key(ben)
    first = book.granted(ben, "budget", onward=1)
    at = book.size - 1
    book.granted(cem, "budget", by=ben, under=first)
    below = f"{book.size - 1}"
    before = book.size
    book.say("power-revoked/v1", {"grant": first, "holder": ben})
    assert states(book)[f"{at}"] == "revoked"
    assert states(book)[below] == "ended above"
    assert set(states(book, at=before).values()) == {"held"}


def test_who_hands_on_has_it_no_longer_and_what_follows_keeps_its_place(book: Book) -> None:
    ben, cem = book.person(), book.person()
    book.give_key(ben)
    first = book.granted(ben, "chairing")
    at = book.size - 1
    body = {"to": cem, "kinds": ["chairing"], "grant": first, "holder": ben}
    book.say("power-transferred/v1", {**body, "way": "rotate"}, author=ben, under=first)
    found = rows(book)
    assert found[f"{at}"].cells["state"] == "handed on"
    new = found[f"{book.size - 1}"]
    assert (new.cells["state"], new.cells["way"], new.cells["by"]) == ("held", "rotated", ben)
    assert new.cells["chain"] == f"{at} ← 0-1"


def test_a_term_lapses_by_itself_and_a_return_is_not_a_loss(book: Book) -> None:
    ben, cem = book.person("community"), book.person("community")
    book.give_key(cem)
    book.granted(ben, "agenda", way="delegated", scope={"until": "2026-02-01"})
    lapsed = f"{book.size - 1}"
    grant = book.granted(cem, "agenda")
    given_back = f"{book.size - 1}"
    book.say("power-returned/v1", {"grant": grant, "holder": cem, "to": book.ana}, author=cem)
    assert states(book)[lapsed] == "held"
    book.open_day("2026-02-02")
    assert (states(book)[lapsed], states(book)[given_back]) == ("lapsed", "given back")
    ended = {row.key: row.cells["ended"] for row in book.view("power").rows}
    assert (ended[lapsed], ended[given_back]) == ("2026-02-01", "2026-01-01")
    assert states(book, happened_by=date(2026, 2, 1))[lapsed] == "held"
    assert book.view("power").summary.shows[0] == (
        "Community: 2 grants of power in the programme, 0 held now (0 never used), 1 lost, 1 given "
        "up or handed on."
    )


def test_use_is_counted_from_later_acts_and_an_unused_one_says_what_its_holder_says(
    book: Book,
) -> None:
    ben, cem = book.person("community"), book.person("community")
    for person in (ben, cem):
        book.give_key(person)
    used = book.granted(ben, "agenda")
    one = f"{book.size - 1}"
    unused = book.granted(cem, "agenda")
    other = f"{book.size - 1}"
    from ledger.encoding import new_id

    for _ in range(2):
        book.say("project-opened/v1", {"project": new_id("project")}, author=ben, under=used)
    said = {"grant": unused, "holder": cem, "state": "blocked", "has": ["reason"]}
    book.say("power-said/v1", said, author=cem)
    found = rows(book)
    assert (found[one].cells["acts"], len(found[one].rests_on("acts"))) == (2, 2)
    assert (found[other].cells["acts"], found[other].cells["says"]) == (0, "blocked")
    assert found[other].cells["why"] == Words(book.size - 1, "reason")
    assert found["0-1"].cells["acts"] > 0
    side = rows(book, options={"by": "side"})["community/agenda"].cells
    assert (side["held"], side["used"], side["blocked"], side["silent"]) == (2, 1, 1, 0)


def test_losses_stand_beside_gains_on_every_side(book: Book) -> None:
    for side, lost in (("community", 2), ("institution", 1)):
        for at in range(3):
            person = book.person(side)
            grant = book.granted(person, "decision", "agenda")
            if at < lost:
                book.say("power-revoked/v1", {"grant": grant, "holder": person})
    result = book.view("power", options={"by": "side"})
    found = {row.key: row.cells for row in result.rows}
    assert [found[f"{side}/decision"]["revoked"] for side in ("community", "institution")] == [2, 1]
    for key, cells in found.items():
        for one in result.relations:
            if one.total[0] == key and one.kind == "sum":
                assert cells[one.total[1]] == sum(cells[part[1]] for part in one.parts)


def test_what_was_recorded_afterwards_is_shown_and_confers_nothing(book: Book) -> None:
    ben = book.person("community")
    quarter = {"from": "2025-01-01", "to": "2025-03-31", "precision": "quarter"}
    book.granted(ben, "chairing", mode="history", on=quarter)
    key = f"{book.size - 1}"
    row = rows(book)[key].cells
    assert (row["state"], row["acts"], row["chain"]) == ("held, recorded afterwards", None, None)
    assert (row["since"], row["by"]) == ("2025-01-01", None)
    assert states(book, happened_by=date(2025, 2, 1))[key] == "date unknown"
    assert key not in states(book, happened_by=date(2024, 12, 31))


def test_the_view_narrows_to_a_side_and_to_a_project_with_what_holds_everywhere(book: Book) -> None:
    here, there = book.project(), book.project()
    ben, eve = book.person("community"), book.person("institution")
    book.granted(ben, "agenda", scope={"project": here})
    one = f"{book.size - 1}"
    book.granted(eve, "agenda", scope={"project": there})
    other = f"{book.size - 1}"
    assert set(rows(book, project=here)) == {"0-1", one}
    assert set(rows(book, side="institution")) == {other}


@pytest.mark.parametrize("by", ["grant", "side"])
def test_every_row_has_its_entries_and_the_same_digest_each_time(book: Book, by: str) -> None:
    book.granted(book.person("community"), "agenda")
    result = book.view("power", options={"by": by})
    assert result.digest == book.view("power", options={"by": by}).digest
    for row in result.rows:
        assert set(row.events) <= result.hashes.keys()
        assert all(set(some) <= result.hashes.keys() for some in row.behind.values())


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["grant", "delegate", "revoke", "return", "transfer", "day"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 20),
    ),
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=MOVES)
def test_a_grant_is_held_exactly_when_the_rules_would_let_its_holder_act(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int, int, int]]
) -> None:
    book = Book(tmp_path_factory.mktemp("moves"))
    people = [book.ana] + [book.person() for _ in range(3)]
    for person in people[1:]:
        book.give_key(person)
    made: list[tuple[str, str]] = [(book.grant, book.ana)]
    for what, by, to, which in moves:
        grant, holder = made[which % len(made)]
        try:
            _move(book, what, (people[by], people[to]), (grant, holder), made)
        except Refused:
            continue
    world, today = whole_world(book.ledger, book.size), book.day
    found = {}
    for name, holder in made:
        try:
            held(world, name, holder, today)
            found[name, holder] = True
        except Refused:
            found[name, holder] = False
    powers = read(read_facts(book.ledger), Asked())
    mine = {(g.fact.hash, g.to): g.state(powers.today) == HELD for g in powers.grants}
    book.ledger.close()
    assert mine == found
    assert all(world.get(Authority, name).grants for name, _ in made)


def _move(
    book: Book,
    what: str,
    who: tuple[str, str],
    named: tuple[str, str],
    made: list[tuple[str, str]],
) -> None:
    by, to = who
    grant, holder = named
    if what == "day":
        book.open_day(str(date.fromisoformat(book.day).replace(day=min(28, int(book.day[8:]) + 3))))
    elif what in {"grant", "delegate"}:
        scope = {"scope": {"until": "2026-01-05"}} if what == "delegate" else {}
        way = "granted" if what == "grant" else "delegated"
        made.append(
            (
                book.granted(
                    to, "agenda", by=holder, under=grant, way=way, onward=len(made) % 2, **scope
                ),
                to,
            )
        )
    elif what == "revoke":
        book.say(
            "power-revoked/v1",
            {"grant": grant, "holder": holder},
            author=by,
            under=book.grant if by == book.ana else False,
        )
    elif what == "return":
        body = {"grant": grant, "holder": holder, "to": to}
        book.say("power-returned/v1", body, author=holder, under=False)
    else:
        kinds = ["agenda"]
        body = {"to": to, "kinds": kinds, "grant": grant, "holder": holder}
        book.say("power-transferred/v1", body, author=holder, under=grant)
        made.append((book.hash(book.size - 1), to))
