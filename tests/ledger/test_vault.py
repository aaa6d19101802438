"""Data keys: one a subject, replaced without loss at a crash, and gone when destroyed."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import new_id
from ledger.errors import Malformed, Refused, StorageFailed, Unverified
from ledger.vault import FileVault, MemoryVault, Vault, decrypt, encrypt

AMINA, BEN = "person:" + "a" * 26, "person:" + "b" * 26
ORIGIN = "tally.example/garden"
KEY = bytes(range(32))


@given(st.binary(), st.binary())
def test_what_is_encrypted_decrypts_with_its_key_at_its_place(value: bytes, place: bytes) -> None:
    blob = encrypt(KEY, value, place)
    assert decrypt(KEY, blob, place) == value
    assert len(blob) == len(value) + 29


def test_the_same_value_twice_looks_different() -> None:
    assert encrypt(KEY, b"no", b"") != encrypt(KEY, b"no", b"")


def test_another_key_place_or_byte_is_unverified() -> None:
    blob = encrypt(KEY, b"she was ill", b"here")
    with pytest.raises(Unverified):
        decrypt(bytes(32), blob, b"here")
    with pytest.raises(Unverified):
        decrypt(KEY, blob, b"there")
    for at in range(1, len(blob)):
        with pytest.raises(Unverified):
            decrypt(KEY, blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :], b"here")


def test_a_blob_of_another_version_or_cut_short_is_malformed() -> None:
    blob = encrypt(KEY, b"", b"")
    for wrong in (b"", blob[:-1], b"\x02" + blob[1:]):
        with pytest.raises(Malformed):
            decrypt(KEY, wrong, b"")


@pytest.fixture(params=["memory", "file"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    if request.param == "memory":
        yield MemoryVault()
        return
    with FileVault(tmp_path / "vault.db") as opened:
        yield opened


def test_a_subject_has_no_key_until_one_is_asked_for(vault: Vault) -> None:
    assert vault.key_for(AMINA) is None
    made = vault.key_for(AMINA, create=True)
    assert made is not None
    assert len(made) == 32
    assert vault.key_for(AMINA) == vault.key_for(AMINA, create=True) == made


def test_each_subject_has_its_own_key_and_so_has_the_ledger(vault: Vault) -> None:
    assert len({vault.key_for(one, create=True) for one in (AMINA, BEN, ORIGIN)}) == 3


def test_keys_asked_for_together_are_those_asked_for_one_by_one(vault: Vault) -> None:
    before = vault.key_for(AMINA, create=True)
    assert vault.keys_for([AMINA, BEN]) == {AMINA: before, BEN: None}
    made = vault.keys_for([BEN, AMINA, ORIGIN, BEN], create=True)
    assert list(made) == [BEN, AMINA, ORIGIN]
    assert len(set(made.values())) == 3
    assert made == {one: vault.key_for(one) for one in (BEN, AMINA, ORIGIN)}
    assert vault.keys_for([]) == {}


def test_one_that_is_no_subject_stops_all_before_a_key_is_made(vault: Vault) -> None:
    with pytest.raises(Malformed):
        vault.keys_for([AMINA, "Ben Ode"], create=True)
    assert vault.key_for(AMINA) is None


def test_a_thousand_new_keys_wait_for_the_disk_once(tmp_path: Path) -> None:
    written: list[str] = []
    with FileVault(tmp_path / "vault.db") as vault:
        vault._connection.set_trace_callback(written.append)
        keys = vault.keys_for([new_id("person") for _ in range(1000)], create=True)
        assert len(set(keys.values())) == 1000
    assert sum(line.startswith("COMMIT") for line in written) == 1


def test_a_destroyed_key_is_gone_and_the_next_one_is_another(vault: Vault) -> None:
    before = vault.key_for(AMINA, create=True)
    other = vault.key_for(BEN, create=True)
    vault.destroy(AMINA)
    assert vault.key_for(AMINA) is None
    assert vault.key_for(BEN) == other
    assert vault.key_for(AMINA, create=True) not in (None, before)
    vault.destroy("person:" + "c" * 26)


def test_a_replacement_keeps_the_old_key_until_it_is_settled(vault: Vault) -> None:
    before = vault.key_for(AMINA, create=True)
    old, new = vault.replace(AMINA)
    assert old == before != new
    assert vault.key_for(AMINA) == new
    assert vault.retiring_key(AMINA) == old
    assert vault.unsettled() == [AMINA]
    vault.settle(AMINA)
    assert vault.retiring_key(AMINA) is None
    assert vault.unsettled() == []
    assert vault.key_for(AMINA) == new


def test_a_replacement_begun_again_after_a_crash_gives_the_same_two_keys(vault: Vault) -> None:
    vault.key_for(AMINA, create=True)
    first = vault.replace(AMINA)
    assert vault.replace(AMINA) == first
    vault.settle(AMINA)
    vault.settle(AMINA)
    assert vault.replace(AMINA)[0] == first[1]


def test_a_key_destroyed_in_the_middle_of_its_replacement_is_gone_altogether(vault: Vault) -> None:
    vault.key_for(AMINA, create=True)
    vault.replace(AMINA)
    vault.destroy(AMINA)
    assert vault.key_for(AMINA) is None
    assert vault.retiring_key(AMINA) is None
    assert vault.unsettled() == []


def test_a_subject_without_a_key_has_nothing_to_replace(vault: Vault) -> None:
    with pytest.raises(Refused, match=AMINA):
        vault.replace(AMINA)
    assert vault.key_for(AMINA) is None


def test_a_subject_is_an_id_or_an_origin(vault: Vault) -> None:
    with pytest.raises(Malformed):
        vault.key_for("Amina Bello", create=True)


def test_keys_and_replacements_outlast_the_process(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    with FileVault(path) as first:
        key = first.key_for(AMINA, create=True)
        pair = first.replace(AMINA)
    with FileVault(path) as second:
        assert second.unsettled() == [AMINA]
        assert second.replace(AMINA) == pair
        assert pair[0] == key


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    with FileVault(path) as opened:
        opened.key_for(AMINA, create=True)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(Refused, match="mode 640"):
        FileVault(path)


def test_a_destroyed_key_leaves_no_byte_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    with FileVault(path) as opened:
        key = opened.key_for(AMINA, create=True)
        opened.key_for(BEN, create=True)
        assert key is not None
        assert key in path.read_bytes()
        old, new = opened.replace(AMINA)
        opened.settle(AMINA)
        assert old not in path.read_bytes()
        opened.destroy(AMINA)
        assert new not in path.read_bytes()
        assert AMINA.encode() not in path.read_bytes()
        assert [each.name for each in tmp_path.iterdir()] == ["vault.db"]


def test_the_file_is_kept_as_safely_as_the_docstring_says(tmp_path: Path) -> None:
    with FileVault(tmp_path / "vault.db") as opened:
        read = opened._connection.execute
        assert read("PRAGMA secure_delete").fetchone() == (1,)
        assert read("PRAGMA journal_mode").fetchone() == ("delete",)
        assert read("PRAGMA synchronous").fetchone() == (3,)


def test_two_openings_of_one_file_and_many_threads_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    found: set[bytes | None] = set()
    with FileVault(path) as one, FileVault(path) as two:
        threads = [
            threading.Thread(target=lambda v=vault: found.add(v.key_for(AMINA, create=True)))
            for vault in (one, two) * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        two.destroy(AMINA)
        assert one.key_for(AMINA) is None
    assert len(found) == 1
    assert None not in found


def test_another_file_is_not_taken_for_a_vault(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but longer than the header of one " * 20)
    database = tmp_path / "ledger.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE event (leaf BLOB)")
    connection.commit()
    connection.close()
    for path in (text, database):
        path.chmod(0o600)
        before = path.read_bytes()
        with pytest.raises(Malformed):
            FileVault(path)
        assert path.read_bytes() == before


def test_a_place_that_cannot_hold_a_file_is_a_failure_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        FileVault(tmp_path / "no" / "vault.db")
    (tmp_path / "folder").mkdir(mode=0o700)
    with pytest.raises(StorageFailed):
        FileVault(tmp_path / "folder")


def test_a_closed_vault_says_so(tmp_path: Path) -> None:
    opened = FileVault(tmp_path / "vault.db")
    opened.close()
    with pytest.raises(StorageFailed, match="vault"):
        opened.key_for(AMINA)


def test_a_vault_shows_its_path_and_no_key(tmp_path: Path) -> None:
    with FileVault(tmp_path / "vault.db") as opened:
        key = opened.key_for(AMINA, create=True)
        assert key is not None
        assert "vault.db" in repr(opened)
        assert key.hex() not in repr(opened)
