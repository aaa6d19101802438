"""Reading a published directory whose every byte, name and link may be hostile."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import rooted
from ledger.directory import (
    Directory,
    Withheld,
    disclosure_line,
    envelope_path,
    keys_text,
    parse_keys,
    withheld_lines,
)
from ledger.encoding import b64url_encode, sha256_hex
from ledger.errors import LedgerError, Malformed, StorageFailed
from ledger.keys import SigningKey
from ledger.rooted import RootedFolder
from ledger.tiles import encode_bundle

HASHES = [sha256_hex(bytes([number])) for number in range(8)]
KEYS = [SigningKey.from_seed(bytes([number]) * 32).public for number in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "class").write_bytes(b"auditor\n")
    return tmp_path


def put(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# --- the folder below which everything is read -------------------------------------------------


def test_a_file_is_read_whole_and_one_that_is_not_there_is_none(folder: Path) -> None:
    put(folder, "a/b/c", b"x" * 100_000)
    files = RootedFolder(folder)
    assert files.read("a/b/c", 100_000) == b"x" * 100_000
    assert files.read("a/b/d", 9) is None
    assert files.read("a/x/c", 9) is None
    files.close()


def test_a_file_beyond_its_limit_is_malformed_before_it_is_in_memory(folder: Path) -> None:
    with (folder / "big").open("wb") as file:
        file.truncate(1 << 40)
    files = RootedFolder(folder)
    with pytest.raises(Malformed, match="longer than the 10 bytes"):
        files.read("big", 10)
    files.close()


@pytest.mark.parametrize("name", ["link", "linked/file", "pipe", "a", "class/x"])
def test_links_pipes_and_folders_are_not_read(folder: Path, name: str) -> None:
    put(folder, "a/file", b"secret")
    (folder / "link").symlink_to(folder / "a" / "file")
    (folder / "linked").symlink_to(folder / "a")
    os.mkfifo(folder / "pipe")
    files = RootedFolder(folder)
    with pytest.raises(Malformed):
        files.read(name, 100)
    files.close()


@pytest.mark.parametrize("name", ["../class", "a/../class", "./class", "a//class"])
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    put(folder, "a/file", b"")
    files = RootedFolder(folder / "a" if name.startswith("../") else folder)
    with pytest.raises(Malformed):
        files.read(name, 100)
    files.close()


def test_without_descriptors_of_folders_links_are_refused_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooted, "_DIR_FD", False)
    put(folder, "a/file", b"secret")
    (folder / "linked").symlink_to(folder / "a")
    files = RootedFolder(folder)
    assert files.read("a/file", 10) == b"secret"
    assert files.read("a/none", 10) is None
    assert files.names("a") == ["file"]
    for name in ("linked/file", "../x"):
        with pytest.raises(Malformed):
            files.read(name, 10)
    files.close()


def test_many_folders_do_not_use_up_the_descriptors(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooted, "_OPEN_FOLDERS", 3)
    for number in range(10):
        put(folder, f"f{number}/file", b"%d" % number)
    files = RootedFolder(folder)
    for _ in range(2):
        for number in range(10):
            assert files.read(f"f{number}/file", 10) == b"%d" % number
    assert len(files._folders) <= 3
    files.close()


def test_names_are_listed_without_hidden_ones_and_not_without_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b", "a", ".hidden"):
        put(folder, f"many/{name}", b"")
    files = RootedFolder(folder)
    assert files.names("many") == ["a", "b"]
    assert files.names("none") == []
    monkeypatch.setattr(rooted, "MAX_NAMES", 1)
    with pytest.raises(Malformed):
        files.names("many")
    files.close()


def test_lines_are_read_one_by_one_and_a_long_or_cut_one_is_malformed(folder: Path) -> None:
    put(folder, "lines", b"one\ntwo\n")
    put(folder, "cut", b"one\ntwo")
    files = RootedFolder(folder)
    assert list(files.lines("lines", 3)) == [b"one", b"two"]
    assert list(files.lines("none", 3)) == []
    for name, limit in (("lines", 2), ("cut", 10)):
        with pytest.raises(Malformed):
            list(files.lines(name, limit))
    files.close()


# --- what a directory is -----------------------------------------------------------------------


def test_a_folder_without_its_class_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="missing"):
        Directory(tmp_path)
    for text in (b"", b"secret\n", b"auditor", b"auditor\r\n", b"public\n\n", b"x" * 99):
        (tmp_path / "class").write_bytes(text)
        with pytest.raises(Malformed):
            Directory(tmp_path)
    with pytest.raises(StorageFailed):
        Directory(tmp_path / "none")


def test_a_directory_between_two_sizes_says_so_and_is_not_called_altered(folder: Path) -> None:
    put(folder, ".publishing", b"")
    with pytest.raises(StorageFailed, match="cut short"):
        Directory(folder)


def test_parts_that_are_not_there_are_none_or_missing(folder: Path) -> None:
    with Directory(folder) as directory:
        assert directory.policy() is None
        assert directory.checkpoint() is None
        assert directory.keys() is None
        assert directory.envelope(HASHES[0]) is None
        assert len(directory.withheld()) == 0
        assert list(directory.disclosures()) == []
        assert directory.checkpoint_sizes() == directory.proof_indexes() == []
        assert directory.consistency_pairs() == []
        reads: list[Callable[[], object]] = [
            lambda: directory.checkpoint_at(3),
            lambda: directory.tile(0, 0, 3),
            lambda: directory.bundle(0, 3),
            lambda: directory.proof(3),
            lambda: directory.consistency(3, 4),
        ]
        for read in reads:
            with pytest.raises(Malformed, match="missing"):
                read()


def test_a_worker_process_can_be_handed_a_directory(folder: Path) -> None:
    with Directory(folder) as directory:
        again = pickle.loads(pickle.dumps(directory))  # noqa: S301  # our own bytes
    assert again.shown_as == "auditor"
    again.close()


def test_names_are_read_as_numbers_in_their_order(folder: Path) -> None:
    for name in ("checkpoints/10", "checkpoints/9", "consistency/9-10", "proofs/0.tlog-proof"):
        put(folder, name, name.encode())
    with Directory(folder) as directory:
        assert directory.checkpoint_sizes() == [9, 10]
        assert directory.checkpoint_at(10) == b"checkpoints/10"
        assert directory.consistency_pairs() == [(9, 10)]
        assert directory.consistency(9, 10) == b"consistency/9-10"
        assert directory.proof_indexes() == [0]
        assert directory.proof(0) == b"proofs/0.tlog-proof"


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("checkpoints/09", Directory.checkpoint_sizes),
        ("checkpoints/x", Directory.checkpoint_sizes),
        ("checkpoints/-1", Directory.checkpoint_sizes),
        ("checkpoints/٣", Directory.checkpoint_sizes),
        ("checkpoints/9999999999999999999", Directory.checkpoint_sizes),
        ("consistency/9", Directory.consistency_pairs),
        ("consistency/9-010", Directory.consistency_pairs),
        ("proofs/1", Directory.proof_indexes),
        ("proofs/x.tlog-proof", Directory.proof_indexes),
    ],
)
def test_a_name_that_has_no_place_is_malformed(
    folder: Path, name: str, read: Callable[[Directory], object]
) -> None:
    put(folder, name, b"")
    with Directory(folder) as directory, pytest.raises(Malformed):
        read(directory)


def test_the_full_tile_serves_when_the_partial_one_is_gone(folder: Path) -> None:
    tile = bytes(range(256)) * 32
    put(folder, "tile/0/000", tile)
    put(folder, "tile/0/x001/234.p/2", tile[:64])
    put(folder, "tile/entries/000", encode_bundle([b"%d" % n for n in range(256)]))
    with Directory(folder) as directory:
        assert directory.tile(0, 0, 256) == tile
        assert directory.tile(0, 0, 7) == tile[: 7 * 32]
        assert directory.tile(0, 1234, 2) == tile[:64]
        assert directory.bundle(0, 3) == [b"0", b"1", b"2"]
        with pytest.raises(Malformed):
            directory.tile(0, 1234, 3)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tile/0/000.p/2", bytes(63)),
        ("tile/0/000.p/2", bytes(65)),
        ("tile/0/000.p/2", bytes(32)),
        ("tile/0/000.p/2", bytes(9000)),
        ("tile/entries/000.p/2", encode_bundle([b"1", b"2", b"3"])),
        ("tile/entries/000.p/2", encode_bundle([b"1"])),
        ("tile/entries/000.p/2", b"\x00\x05abc"),
        ("tile/entries/000.p/2", bytes(30_000)),
    ],
)
def test_a_tile_or_bundle_of_another_length_is_malformed(
    folder: Path, name: str, data: bytes
) -> None:
    put(folder, name, data)
    with Directory(folder) as directory, pytest.raises(Malformed):
        directory.bundle(0, 2) if "entries" in name else directory.tile(0, 0, 2)


def test_an_envelope_is_found_by_its_hash_alone(folder: Path) -> None:
    put(folder, envelope_path(HASHES[0]), b"envelope")
    with Directory(folder) as directory:
        assert directory.envelope(HASHES[0]) == b"envelope"
        for wrong in ("", "../../class", HASHES[0].upper(), HASHES[0][:63], "é" * 64):
            with pytest.raises(Malformed):
                directory.envelope(wrong)


def test_an_envelope_that_is_a_link_or_endless_is_malformed(folder: Path) -> None:
    put(folder, envelope_path(HASHES[0]), bytes((1 << 20) + 1))
    (folder / envelope_path(HASHES[0])).with_name(f"{HASHES[0]}x").write_bytes(b"")
    put(folder, envelope_path(HASHES[1]), b"")
    (folder / envelope_path(HASHES[1])).unlink()
    (folder / envelope_path(HASHES[1])).symlink_to("/etc/hostname")
    with Directory(folder) as directory:
        for value in HASHES[:2]:
            with pytest.raises(Malformed):
                directory.envelope(value)


# --- texts -------------------------------------------------------------------------------------


def test_withheld_hashes_are_found_by_their_text() -> None:
    text = b"".join(withheld_lines(bytes.fromhex(value) for value in HASHES[:6]))
    withheld = Withheld.parse(text)
    assert list(withheld) == sorted(HASHES[:6])
    assert all(value in withheld for value in HASHES[:6])
    assert not any(value in withheld for value in [*HASHES[6:], "", "x", None])
    assert len(withheld) == 6
    with pytest.raises(IndexError):
        withheld[6]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + b"\n",
        lambda text: text.upper(),
        lambda text: text[65:] + text[:65],
        lambda text: text[:65] + text,
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: b"\xff" + text[1:],
    ],
)
def test_a_withheld_file_in_another_form_is_malformed(spoil: Callable[[bytes], bytes]) -> None:
    text = b"".join(withheld_lines(bytes.fromhex(value) for value in HASHES))
    with pytest.raises(Malformed):
        Withheld.parse(spoil(text))


@given(st.lists(st.tuples(st.sampled_from(HASHES), st.binary(min_size=1, max_size=99)), max_size=9))
def test_disclosures_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("d")
    pairs = [(value, b64url_encode(data)) for value, data in lines]
    (folder / "class").write_bytes(b"public\n")
    (folder / "disclosures.jsonl").write_bytes(b"".join(disclosure_line(*pair) for pair in pairs))
    with Directory(folder) as directory:
        assert list(directory.disclosures()) == pairs


@pytest.mark.parametrize(
    "line",
    [
        b"{}\n",
        b"\n",
        disclosure_line(HASHES[0], "AA==").replace(b"AA", b"A="),
        disclosure_line(HASHES[0], "AA").replace(b":", b": "),
        disclosure_line(HASHES[0].upper(), "AA"),
        disclosure_line(HASHES[0], ""),
        disclosure_line(HASHES[0], "AA")[:-1],
        b"\xff" + disclosure_line(HASHES[0], "AA"),
        disclosure_line(HASHES[0], "A" * 600_000),
    ],
)
def test_a_disclosure_line_in_another_form_is_malformed(folder: Path, line: bytes) -> None:
    put(folder, "disclosures.jsonl", disclosure_line(HASHES[0], "AA") + line)
    with Directory(folder) as directory:
        found = directory.disclosures()
        assert next(found) == (HASHES[0], "AA")
        with pytest.raises(Malformed):
            next(found)


def test_keys_are_written_in_one_form_and_read_in_no_other() -> None:
    text = keys_text([*KEYS, KEYS[0]])
    assert parse_keys(text) == {key.key_id: key for key in KEYS}
    assert keys_text(reversed(KEYS)) == text
    assert parse_keys(keys_text([])) == {}
    first, second = text.split(b"\n")[1:3]
    for wrong in (
        b"",
        b"{}",
        b"[1]",
        b'[{"keyid":"x"}]',
        b"[" * 100_000,
        text.replace(b",", b", "),
        text.replace(KEYS[0].key_id.encode(), KEYS[1].key_id.encode()),
        text.replace(first + b"\n" + second, second + b"\n" + first),
        text.replace(KEYS[0].hex().encode(), (b"01" + b"00" * 31)),
    ):
        with pytest.raises(Malformed):
            parse_keys(wrong)


@given(st.binary(max_size=200))
def test_no_bytes_make_a_reader_fail_in_another_way(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("d")
    (folder / "class").write_bytes(b"public\n")
    for name in ("withheld", "disclosures.jsonl", "keys.json", "tile/0/000.p/2"):
        put(folder, name, data)
    with Directory(folder) as directory:
        reads: list[Callable[[], object]] = [
            directory.withheld,
            lambda: list(directory.disclosures()),
            lambda: parse_keys(directory.keys() or b""),
            lambda: directory.tile(0, 0, 2),
        ]
        for read in reads:
            try:
                read()
            except LedgerError:
                continue
