"""A store keeps a tree without gaps, and says of every statement what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored import check_tree, item, one_by_one, plain

from ledger.errors import Conflict, Malformed, Refused, StorageFailed
from ledger.store import Condition, Item, Pending, Receipt, Store, envelope_leaf
from ledger.tree import EMPTY_ROOT, inclusion_proof, root_at, root_of, verify_inclusion


def test_an_empty_store_has_the_root_of_the_empty_tree(store: Store) -> None:
    assert store.head().size == 0
    assert store.head().root == EMPTY_ROOT
    assert list(store.entries()) == []


def test_what_was_appended_is_found_by_every_name_it_has(store: Store) -> None:
    pending = Pending(b"{}", "vote-cast/v1", ("b", "a"), "c" * 64, 7, "nonce")
    [receipt] = store.append([pending])

    entry = store.entry(0)
    assert receipt == Receipt(0, envelope_leaf(b"{}"))
    assert (entry.chain, entry.seq, entry.nonce) == ("c" * 64, 7, "nonce")
    assert (entry.type, entry.tags, entry.envelope) == ("vote-cast/v1", ("a", "b"), b"{}")
    found_by_hash = store.by_hash(
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    assert found_by_hash == store.by_nonce("nonce") == store.chain_at("c" * 64, 7) == entry
    assert store.chain_tip("c" * 64) == entry


def test_nothing_is_found_where_nothing_was_recorded(store: Store) -> None:
    assert store.by_hash("0" * 64) is None
    assert store.by_nonce("none") is None
    assert store.chain_at("a" * 64, 1) is None
    assert store.chain_tip("a" * 64) is None
    with pytest.raises(Malformed, match="entry 0 is outside the tree"):
        store.entry(0)
    with pytest.raises(Malformed, match="entry 3 is outside the tree"):
        store.leaf_hash(3)


def test_entries_of_bare_bytes_need_no_chain_and_no_nonce(store: Store) -> None:
    store.append([Pending(b"same", "bytes"), Pending(b"same", "bytes")])
    check_tree(store)
    assert [entry.chain for entry in store.entries()] == [None, None]


def test_the_same_bytes_under_the_same_nonce_get_the_earlier_receipt(store: Store) -> None:
    [first] = store.append([plain(1)])
    again, new = store.append([plain(1), plain(2)])
    assert again == Receipt(0, envelope_leaf(plain(1).envelope), duplicate=True)
    assert first == Receipt(0, envelope_leaf(plain(1).envelope))
    assert new == Receipt(1, envelope_leaf(plain(2).envelope))
    check_tree(store)


def test_a_repetition_within_a_batch_gets_the_same_receipt(store: Store) -> None:
    first, again = store.append([plain(1), plain(1)])
    assert (first, again) == (
        Receipt(0, envelope_leaf(plain(1).envelope)),
        Receipt(0, envelope_leaf(plain(1).envelope), duplicate=True),
    )
    check_tree(store)


def test_one_after_the_other_with_tags_values_and_full_tiles(store: Store) -> None:
    """Long enough that PostgreSQL goes its way of one round trip, and back where a tile fills."""
    for number in range(260):
        values = (("d1", "person:a", b"\x00%d" % number), ("d2", "person:b", b"")) * (number % 2)
        tags = ("t", f"n{number}")
        batch = [Pending(b"%d" % number, "x", tags, "a" * 64, number, str(number), values)]
        assert store.append(batch) == [Receipt(number, envelope_leaf(b"%d" % number))]
        assert store.append(batch)[0] == Receipt(number, envelope_leaf(b"%d" % number), True)
    check_tree(store)
    assert store.entry(259).tags == ("n259", "t")
    assert [value.blob for value in store.disclosures(259)] == [b"\x00259", b""]
    assert store.disclosures(258) == []


@pytest.mark.parametrize("together", [False, True])
def test_other_bytes_under_the_same_nonce_are_a_conflict(store: Store, together: bool) -> None:
    other = Pending(b"other", "vote-cast/v1", (), "b" * 64, 1, "nonce-1")
    outcomes = store.append([plain(1), other]) if together else one_by_one(store, plain(1), other)
    assert isinstance(outcomes[1], Conflict)
    assert "nonce nonce-1 is taken by entry 0" in str(outcomes[1])
    check_tree(store)


@pytest.mark.parametrize("together", [False, True])
def test_two_statements_in_one_place_of_a_chain_are_a_conflict(
    store: Store, together: bool
) -> None:
    fork = Pending(b"fork", "vote-cast/v1", (), "a" * 64, 1, "other-nonce")
    outcomes = store.append([plain(1), fork]) if together else one_by_one(store, plain(1), fork)
    assert isinstance(outcomes[1], Conflict)
    assert "place 1 in the chain of key " + "a" * 64 in str(outcomes[1])
    check_tree(store)


def test_a_gap_in_a_chain_is_stored_and_left_for_the_check_to_find(store: Store) -> None:
    store.append([plain(1), plain(7)])
    assert [entry.seq for entry in store.chain("a" * 64)] == [1, 7]


def test_an_unmet_condition_drops_one_statement_and_leaves_no_gap(store: Store) -> None:
    store.append([plain(1, "ballot")])
    refused = Pending(b"2nd", "vote-cast/v1", conditions=(Condition((item("ballot"),), 0),))
    outcomes = store.append([plain(2), refused, plain(3)])
    assert isinstance(outcomes[1], Conflict)
    assert "entry 0 was recorded after the 0 entries" in str(outcomes[1])
    assert [outcome.index for outcome in outcomes if isinstance(outcome, Receipt)] == [1, 2]
    check_tree(store)


def test_a_condition_looks_only_at_entries_after_what_was_seen(store: Store) -> None:
    store.append([plain(1, "ballot")])
    seen = Pending(b"seen", "vote-cast/v1", conditions=(Condition((item("ballot"),), 1),))
    assert isinstance(store.append([seen])[0], Receipt)


def test_conditions_see_the_earlier_statements_of_their_batch(store: Store) -> None:
    condition = (Condition((item("ballot|d|p"),), 0),)
    votes = [
        Pending(b"vote %d" % n, "vote-cast/v1", ("ballot|d|p",), conditions=condition)
        for n in range(3)
    ]
    outcomes = store.append(votes)
    assert [isinstance(outcome, Receipt) for outcome in outcomes] == [True, False, False]


def test_a_repeated_statement_is_not_refused_by_its_own_first_copy(store: Store) -> None:
    vote = Pending(
        b"vote", "vote-cast/v1", ("b",), "a" * 64, 1, "n", conditions=(Condition((item("b"),), 0),)
    )
    assert one_by_one(store, vote, vote)[1] == Receipt(0, envelope_leaf(b"vote"), duplicate=True)


def test_a_condition_without_items_allows_nothing_new_at_all(store: Store) -> None:
    store.append([plain(1)])
    outcomes = one_by_one(
        store,
        Pending(b"late", "x", conditions=(Condition((), 0),)),
        Pending(b"in time", "x", conditions=(Condition((), 1),)),
    )
    assert [type(outcome) for outcome in outcomes] == [Conflict, Receipt]


def test_a_whole_batch_is_recorded_or_nothing_of_it(store: Store) -> None:
    store.append([plain(1)])
    with pytest.raises(Conflict):
        store.append([plain(2), plain(1), Pending(b"!", "x", (), "a" * 64, 1, "n")], whole=True)
    assert store.head().size == 1
    check_tree(store)


def test_what_fails_before_the_commit_records_nothing(store: Store) -> None:
    def stop(size: int, _: object) -> None:
        raise Refused(f"stopped at {size}")

    with pytest.raises(Refused, match="stopped at 2"):
        store.append([plain(1), plain(2)], before_commit=stop)
    assert store.head().size == 0
    assert store.append([plain(1)]) == [Receipt(0, envelope_leaf(plain(1).envelope))]
    check_tree(store)


def test_a_tracking_position_is_recorded_with_the_events_or_not_at_all(store: Store) -> None:
    store.append([plain(1)], tracking=("upstream", 5))
    with pytest.raises(Conflict, match="upstream has been followed to 5 or beyond"):
        store.append([plain(2)], tracking=("upstream", 5))
    assert (store.tracked("upstream"), store.head().size) == (5, 1)
    assert store.tracked("another") is None


def test_queries_take_any_of_the_items_and_all_of_the_tags(store: Store) -> None:
    store.append(
        [
            Pending(b"0", "a", ("x",)),
            Pending(b"1", "b", ("x", "y")),
            Pending(b"2", "a", ("y",)),
            Pending(b"3", "c", ()),
        ]
    )

    def found(*items: Item, after: int = 0, limit: int = 99) -> list[int]:
        return [entry.index for entry in store.matching(items, after=after, limit=limit)]

    nothing: frozenset[str] = frozenset()
    assert found() == [0, 1, 2, 3]
    assert found((nothing, frozenset("x"))) == [0, 1]
    assert found((nothing, frozenset("xy"))) == [1]
    assert found((frozenset("ab"), frozenset("y"))) == [1, 2]
    assert found((frozenset("c"), nothing), (frozenset("a"), frozenset("x"))) == [0, 3]
    assert found((frozenset("never"), nothing)) == []
    assert found((nothing, frozenset("x")), after=1) == [1]
    assert found((nothing, frozenset("x")), limit=1) == [0]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.frozensets(st.sampled_from("xyz"))),
        max_size=12,
    ),
    st.lists(
        st.tuples(st.frozensets(st.sampled_from("ab")), st.frozensets(st.sampled_from("xyz"))),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 12),
)
def test_store_and_batch_agree_on_what_matches(
    shared_sqlite: tuple[str, Iterator[int]],
    events: list[tuple[str, frozenset[str]]],
    items: list[Item],
    after: int,
) -> None:
    expected = next(
        (
            index
            for index, (kind, tags) in enumerate(events)
            if index >= after
            and any((not types or kind in types) and wanted <= tags for types, wanted in items)
        ),
        None,
    )
    url, numbers = shared_sqlite
    probe = Pending(b"probe", "probe", conditions=(Condition(tuple(items), after),))
    batch = [Pending(b"", kind, tuple(tags)) for kind, tags in events]
    with Store.open(url, f"together/{next(numbers)}", create=True) as store:
        together = store.append([*batch, probe])[-1]
    with Store.open(url, f"apart/{next(numbers)}", create=True) as store:
        store.append(batch)
        [apart] = store.append([probe])
    assert isinstance(together, Conflict) == isinstance(apart, Conflict) == (expected is not None)


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Iterator[int]]:
    """One file for many small ledgers, and a number for each."""
    return f"sqlite:///{tmp_path_factory.mktemp('many') / 'ledgers.db'}", iter(range(10**6))


@pytest.mark.parametrize("sizes", [[255, 1, 1], [256, 256], [700], [1] * 3 + [600]])
def test_tiles_are_written_as_they_fill_however_the_entries_came(
    store: Store, sizes: list[int]
) -> None:
    number = 0
    for size in sizes:
        store.append([Pending(b"%d" % (number + at), "x") for at in range(size)])
        number += size
    leaves = store.leaf_hashes(0, number)
    for at in range(number // 256):
        assert store.tile(0, at) == b"".join(leaves[256 * at : 256 * at + 256])
    whole = number // 256
    if whole:
        roots = [root_of(leaves[256 * at : 256 * at + 256]) for at in range(whole)]
        assert store.tile(1, 0, whole) == b"".join(roots)
    check_tree(store)
    proof = inclusion_proof(number // 2, number, store.hash_reader())
    verify_inclusion(number // 2, number, leaves[number // 2], proof, store.head().root)


def test_a_second_level_of_tiles_fills_at_65536_entries(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'large.db'}", "large", create=True) as store:
        for start in range(0, 65_792, 8_224):
            store.append([Pending(b"%d" % (start + at), "x") for at in range(8_224)])
        leaves = store.leaf_hashes(0, 65_792)
        assert len(store.tile(1, 0)) == len(store.tile(0, 0)) == 8_192
        assert store.tile(2, 0, 1) == root_of(leaves[:65_536])
        assert store.head().root == root_of(leaves) == root_at(65_792, store.hash_reader())


def test_a_tile_that_is_not_there_is_said_to_be_missing(store: Store) -> None:
    store.append([plain(1)])
    with pytest.raises(StorageFailed, match="expected 2 hashes, the store has 1"):
        store.tile(0, 0, 2)


def test_checkpoints_are_retained_in_order_and_gain_cosignatures(store: Store) -> None:
    store.add_checkpoint(5, b"five")
    store.add_checkpoint(2, b"two")
    with pytest.raises(Conflict, match="a checkpoint of size 5 is retained already"):
        store.add_checkpoint(5, b"another")
    store.replace_checkpoint(5, b"five, cosigned")
    assert store.checkpoints() == [(2, b"two"), (5, b"five, cosigned")]


def test_values_and_envelopes_can_be_taken_away_and_the_tree_stays(store: Store) -> None:
    values = (("d1", "person:a", b"1"), ("d2", "person:a", b"2"), ("d3", "person:b", b"3"))
    store.append([plain(1), Pending(b"{}", "x", disclosures=values)])
    root = store.head().root
    named = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    assert [value.digest for value in store.disclosures(named)] == ["d1", "d2", "d3"]
    assert store.delete_disclosures(named, ["d1", "unknown"]) == 1
    assert store.reseal("person:a", lambda value: value.blob + b" anew") == 1
    assert [value.blob for value in store.disclosures_of("person:a")] == [b"2 anew"]
    assert (store.delete_disclosures(1), store.delete_disclosures(1)) == (2, 0)
    store.withdraw(named)
    entry = store.by_hash(named)
    assert entry is not None and entry.envelope is None
    assert store.head().root == root
    check_tree(store)


def test_a_withdrawn_envelope_sent_again_gets_its_first_receipt(store: Store) -> None:
    store.append([Pending(b"{}", "x", (), "a" * 64, 1, "n")])
    store.withdraw("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
    [again] = store.append([Pending(b"{}", "x", (), "a" * 64, 1, "n")])
    assert isinstance(again, Receipt) and again.duplicate
