"""Tiles and entry bundles: paths, which of them a tree has, and hashes read out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.tiles import (
    Tile,
    TileReader,
    bundles,
    encode_bundle,
    new_tiles,
    parse_bundle,
    parse_tile,
    partial_tiles,
    tile_path,
    tiles_at,
)
from ledger.tree import (
    Frontier,
    consistency_proof,
    fold,
    inclusion_proof,
    leaf_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(70_000)]


def read(level: int, index: int) -> bytes:
    return fold(LEAVES[index << level : (index + 1) << level])


def tile_of(level: int, index: int, width: int) -> bytes:
    """A tile by its definition, hash after hash."""
    return b"".join(read(8 * level, at) for at in range(256 * index, 256 * index + width))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (("entries", 0, 256), "tile/entries/000"),
        ((0, 999, 256), "tile/0/999"),
        ((0, 1000, 256), "tile/0/x001/000"),
        ((2, 1234067, 256), "tile/2/x001/x234/067"),
        ((1, 0, 17), "tile/1/000.p/17"),
        (("entries", 1234067, 1), "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_tile_paths_are_those_of_the_specification(tile: tuple, path: str) -> None:
    assert tile_path(*tile) == path


@pytest.mark.parametrize("tile", [(0, 0, 0), (0, 0, 257), (0, -1, 256)])
def test_a_tile_of_no_width_has_no_path(tile: tuple) -> None:
    with pytest.raises(Malformed):
        tile_path(*tile)


def test_a_tree_of_70000_has_the_tiles_of_the_specifications_example() -> None:
    tiles = list(tiles_at(70_000))
    assert sum(tile == Tile(0, number, 256) for number, tile in enumerate(tiles)) == 273
    assert tiles[273:] == [
        Tile(0, 273, 112),
        Tile(1, 0, 256),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(partial_tiles(70_000)) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    assert list(tiles_at(256)) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert list(tiles_at(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_new_tiles_are_what_the_larger_tree_has_and_the_smaller_has_not(a: int, b: int) -> None:
    old, new = sorted((a, b))
    assert set(new_tiles(old, new)) == set(tiles_at(new)) - set(tiles_at(old))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_bundles_cover_the_entries_asked_for(a: int, b: int) -> None:
    start, stop = sorted((a, b))
    covered = [at for _, first, end in bundles(start, stop) for at in range(first, end)]
    assert set(range(start, stop)) <= set(covered)
    assert all(first == 256 * index for index, first, _ in bundles(start, stop))


def test_proofs_out_of_tiles_verify_in_a_tree_of_three_levels() -> None:
    size = 70_000
    tiles = {
        (t.level, t.index, t.width): tile_of(t.level, t.index, t.width) for t in tiles_at(size)
    }
    reader = TileReader(size, lambda *tile: tiles[tile])
    edge = Frontier()
    for leaf in LEAVES:
        edge.append(leaf)
    root = root_at(size, reader)
    assert root == edge.root()
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        verify_inclusion(index, size, LEAVES[index], inclusion_proof(index, size, reader), root)
    for old in (1, 255, 256, 257, 65_536, 69_999):
        proof = consistency_proof(old, size, reader)
        verify_consistency(old, size, root_at(old, reader), root, proof)


def test_a_tile_is_read_once_and_then_kept() -> None:
    asked = []

    def read_tile(level: int, index: int, width: int) -> bytes:
        asked.append((level, index, width))
        return tile_of(level, index, width)

    reader = TileReader(600, read_tile)
    for index in range(600):
        assert reader(0, index) == LEAVES[index]
    assert asked == [(0, 0, 256), (0, 1, 256), (0, 2, 88)]


def test_a_subtree_beyond_the_tree_is_not_read() -> None:
    reader = TileReader(300, tile_of)
    assert reader(8, 0) == read(8, 0)
    for level, index in ((0, 300), (8, 1), (9, 0), (-1, 0), (0, -1)):
        with pytest.raises(Malformed):
            reader(level, index)


def test_a_tile_of_another_length_is_malformed() -> None:
    with pytest.raises(Malformed, match="expected 64 bytes, found 65"):
        parse_tile(bytes(65), 2)
    with pytest.raises(Malformed):
        TileReader(2, lambda *_: bytes(63))(0, 0)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert parse_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.data())
def test_a_bundle_cut_short_is_malformed(entries: list[bytes], data: st.DataObject) -> None:
    bundle = encode_bundle(entries)
    cut = bundle[: data.draw(st.integers(0, len(bundle) - 1))]
    with pytest.raises(Malformed):
        parse_bundle(cut, len(entries))


def test_an_entry_too_long_for_its_length_field_is_malformed() -> None:
    assert parse_bundle(encode_bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(Malformed):
        encode_bundle([bytes(65_536)])
