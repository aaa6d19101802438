"""The parts an audit is made of: fast code equals slow, and what is damaged is said."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.check_report import Findings
from ledger.check_seen import Seen, is_among
from ledger.check_shown import Shown
from ledger.check_state import load_state
from ledger.check_tree import TreeFold
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, StorageFailed
from ledger.tiles import tiles_at
from ledger.tree import Frontier, root_of


def _leaves(count: int) -> list[bytes]:
    return [sha256(b"%d" % number).digest() for number in range(count)]


@given(st.integers(0, 1200), st.integers(1, 300))
def test_the_root_at_every_size_is_that_of_the_definition(count: int, step: int) -> None:
    leaves, tree = _leaves(count), TreeFold()
    for at in range(0, count, step):
        tree.extend(b"".join(leaves[at : at + step]))
    for size in {0, 1, 255, 256, 257, 511, 512, 1024, count} & set(range(count + 1)):
        assert tree.root(size) == root_of(leaves[:size])


def test_a_tree_of_three_rows_gives_roots_and_tiles() -> None:
    count = 256 * 256 + 700
    leaves, tree, edge = _leaves(count), TreeFold(), Frontier()
    tree.extend(b"".join(leaves))
    roots = {}
    for size, leaf in enumerate(leaves, start=1):
        edge.append(leaf)
        if size in (65_535, 65_536, 65_537, count):
            roots[size] = edge.root()
    assert roots == {size: tree.root(size) for size in roots}

    def read(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    for tile in tiles_at(count):
        if tile.level:
            hashes = range(256 * tile.index, 256 * tile.index + tile.width)
            slow = b"".join(read(8 * tile.level, index) for index in hashes)
            assert tree.tile(tile.level, tile.index, tile.width) == slow


@given(st.lists(st.text(max_size=3)))
def test_a_name_seen_twice_is_known_to_be(names: list[str]) -> None:
    seen = Seen()
    for name in names:
        seen.add(name)
    assert all(name in seen for name in names)
    assert "a name that never came" not in seen
    twice = seen.twice()
    assert {n for n in names if is_among(n, twice)} == {n for n in names if names.count(n) > 1}


@pytest.mark.parametrize("long", [10, 40_000])
def test_disclosures_are_found_in_any_order_few_or_many(long: int) -> None:
    lines = [(f"{n % 500:064x}", f"text{n}" + "x" * long) for n in range(1000)]
    shown = Shown(lines)
    for number in (499, 0, 7):
        found = [text.rstrip("x") for text in shown.take(f"{number:064x}")]
        assert found == [f"text{number}", f"text{number + 500}"]
    assert shown.take("f" * 64) == []
    assert shown.left == 994
    shown.close()


def test_10_outranks_11_and_neither_is_lost() -> None:
    findings = Findings()
    findings.unchecked(3, None, "a", "cannot be checked")
    findings.wrong(9, 4, "b", "does not match")
    findings.noted(8, None, "c", "by the way")
    assert [f.code for f in findings.result()] == [DOES_NOT_MATCH, CANNOT_BE_CHECKED, 0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        b"tallystick/verify-state/v1\n{}\n",
        b'tallystick/verify-state/v1\n{"note":"","origin":"a","root":"AAAA","size":1}\n',
        b'tallystick/verify-state/v1\n{"note":"","origin":"a","root":"","size":"1"}\n',
    ],
)
def test_a_damaged_state_file_is_said_and_not_passed_over(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "state").write_bytes(data)
    with pytest.raises(StorageFailed, match="not the remembered state"):
        load_state(tmp_path / "state")
    assert load_state(tmp_path / "none") is None
