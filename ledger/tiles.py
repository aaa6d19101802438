"""Tiles: the tree cut into files of 256 hashes, and the entries in bundles of 256.

Promise: from the tiles of a tree any hash of it can be computed, and a full tile never changes.

    tile/L/N        256 hashes: number i is MTH over entries (256·N + i)·256^L … (… + 1)·256^L
    tile/L/N.p/W    the first W of them (1 to 255), at the right edge of some tree
    tile/entries/N  (uint16 big-endian length, entry) repeated, for the same entries as tile/0/N

``N`` is written in groups of three digits, all but the last with an ``x`` before them.
Source: C2SP tlog-tiles v0.1.0.

    >>> tile_path(0, 1234067, 256), tile_path(2, 0, 17)
    ('tile/0/x001/x234/067', 'tile/2/000.p/17')
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ledger.errors import Malformed
from ledger.tree import HASH_SIZE, node_hash

#: Hashes in a full tile, and how many tree levels it spans (2^8 = 256).
TILE_WIDTH = 256
TILE_HEIGHT = 8
#: Longest entry that a bundle can carry (uint16 length).
MAX_ENTRY = 2**16 - 1
_CACHED_TILES = 64

Level = int | Literal["entries"]
#: Gives the bytes of a tile at ``level``, ``index``, of ``width`` hashes (1 to 256).
ReadTile = Callable[[int, int, int], bytes]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: level 0 to 7, index from 0, and how many hashes wide (256 when full)."""

    level: int
    index: int
    width: int


def tile_path(level: Level, index: int, width: int = TILE_WIDTH) -> str:
    """The path of a tile or entry bundle, relative to the published directory."""
    if not 1 <= width <= TILE_WIDTH or index < 0:
        raise Malformed(f"tile {index} at level {level}: no tile is {width} wide")
    groups = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        groups = f"x{index % 1000:03d}/{groups}"
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{groups}{partial}"


def tiles_at(size: int) -> Iterator[Tile]:
    """Every tile of the tree of ``size`` entries, lower levels first."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles that the tree of ``new`` entries has and the tree of ``old`` entries has not."""
    for level in range(TILE_HEIGHT):
        before, after = old >> (TILE_HEIGHT * level), new >> (TILE_HEIGHT * level)
        if before == after:
            return
        for index in range(before // TILE_WIDTH, after // TILE_WIDTH):
            yield Tile(level, index, TILE_WIDTH)
        if after % TILE_WIDTH:
            yield Tile(level, after // TILE_WIDTH, after % TILE_WIDTH)


def partial_tiles(size: int) -> Iterator[Tile]:
    """The partial tiles at the right edge of the tree of ``size`` entries."""
    for level in range(TILE_HEIGHT):
        hashes = size >> (TILE_HEIGHT * level)
        if hashes % TILE_WIDTH:
            yield Tile(level, hashes // TILE_WIDTH, hashes % TILE_WIDTH)


def bundles(start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """``(bundle index, first entry, stop)`` of the bundles that hold entries start … stop."""
    for index in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
        first = index * TILE_WIDTH
        yield index, first, min(first + TILE_WIDTH, stop)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """The entry bundle of these entries. Raises Malformed when one is longer than 65,535 bytes."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise Malformed(f"an entry of {len(entry)} bytes does not fit a bundle (at most 65535)")
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def parse_bundle(data: bytes, width: int | None = None) -> list[bytes]:
    """The entries of a bundle, all or nothing.

    Raises Malformed when it is cut short or holds another number of entries than ``width``.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise Malformed(f"entry bundle: cut short in entry {len(entries)}")
        entries.append(data[start:at])
    if width is not None and len(entries) != width:
        raise Malformed(f"entry bundle: expected {width} entries, found {len(entries)}")
    return entries


def parse_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile of ``width``. Raises Malformed when its length is another."""
    if len(data) != width * HASH_SIZE:
        raise Malformed(f"tile: expected {width * HASH_SIZE} bytes, found {len(data)}")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


class TileReader:
    """A hash reader over the tiles of one tree of ``size`` entries.

    It keeps the last 64 tiles, each with the levels between its hashes that were asked for.
    """

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self.size = size
        self._read_tile = read_tile
        self._cache: OrderedDict[tuple[int, int], list[list[bytes]]] = OrderedDict()

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree over entries ``index << level`` and on.

        Raises Malformed when that subtree is not complete in a tree of this size.
        """
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise Malformed(f"subtree {index} at level {level} is not within {self.size} entries")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, first = divmod(index << height, TILE_WIDTH)
        levels = self._tile(tile_level, tile_index)
        while len(levels) <= height:
            below = levels[-1]
            pairs = range(0, len(below) - 1, 2)
            levels.append([node_hash(below[at], below[at + 1]) for at in pairs])
        return levels[height][first >> height]

    def _tile(self, level: int, index: int) -> list[list[bytes]]:
        found = self._cache.pop((level, index), None)
        if found is None:
            width = min(TILE_WIDTH, (self.size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH)
            found = [parse_tile(self._read_tile(level, index, width), width)]
        self._cache[level, index] = found
        if len(self._cache) > _CACHED_TILES:
            self._cache.popitem(last=False)
        return found
