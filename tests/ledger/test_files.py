"""Files set aside are there all together, or none of them is."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import StorageFailed
from ledger.files import set_aside


def test_files_are_seen_once_all_of_them_are_whole(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    with set_aside(folder) as files:
        files.write("a.txt", ["one, ", "two"])
        files.write("b.txt", ["é\r\n"])
        assert not (folder / "a.txt").exists()
        assert files.put_in_place() == [folder / "a.txt", folder / "b.txt"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "a.txt": b"one, two",
        "b.txt": "é\r\n".encode(),
    }


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ValueError, OSError(errno.EIO, "broken")])
def test_what_was_not_put_in_place_is_gone_with_every_folder_made_for_it(
    tmp_path: Path, kind: BaseException
) -> None:
    def pieces() -> Iterator[str]:
        yield "half of it"
        raise kind

    with pytest.raises((KeyboardInterrupt, ValueError, StorageFailed)):  # noqa: SIM117  # the folder must be gone when it raises
        with set_aside(tmp_path / "new" / "out") as files:
            files.write("a.txt", ["whole"])
            files.write("b.txt", pieces())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize("asking", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_is_asked_to_end_tidies_up_first(tmp_path: Path, asking: signal.Signals) -> None:
    before = signal.getsignal(asking)
    with pytest.raises(SystemExit) as ended, set_aside(tmp_path / "out") as files:
        files.write("a.txt", ["whole"])
        signal.raise_signal(asking)
    assert ended.value.code == 128 + asking
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(asking) == before


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize("asking", [signal.SIGINT, signal.SIGTERM])
def test_whoever_is_asked_to_end_while_files_are_moved_moves_them_all(
    tmp_path: Path, asking: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def asked(self: Path, target: Path) -> Path:
        signal.raise_signal(asking)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", asked)
    with pytest.raises((KeyboardInterrupt, SystemExit)), set_aside(tmp_path / "out") as files:
        files.write("a.txt", ["one"])
        files.write("b.txt", ["two"])
        files.put_in_place()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.usefixtures("at_a_terminal")
def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    with set_aside(tmp_path / "out") as files:
        files.write("a.txt", ["whole"])
        signal.raise_signal(signal.SIGHUP)
        files.put_in_place()
    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == "whole"
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_files_are_set_aside_in_any_thread(tmp_path: Path) -> None:
    def write() -> None:
        with set_aside(tmp_path) as files:
            files.write("a.txt", ["whole"])
            files.put_in_place()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert (tmp_path / "a.txt").read_text() == "whole"


def test_a_folder_that_was_there_stays_with_what_it_held(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("before")
    with set_aside(tmp_path) as files:
        files.write("a.txt", ["after"])
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "before"


def test_a_folder_in_the_way_of_a_file_is_said_before_any_is_moved(tmp_path: Path) -> None:
    (tmp_path / "b.txt").mkdir()
    with (
        pytest.raises(StorageFailed, match=r"b\.txt could not be written"),
        set_aside(tmp_path) as it,
    ):
        it.write("a.txt", ["whole"])
        it.write("b.txt", ["whole"])
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with (
        pytest.raises(StorageFailed, match="out could not be written"),
        set_aside(tmp_path / "out"),
    ):
        pass
    assert (tmp_path / "out").read_text() == "a file"
