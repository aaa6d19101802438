"""Publishing that dies or fails on the way: what is left, and how the next one takes it up."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builder import CATALOGUE, DECISION, VOTE, Garden
from checkers import need_go
from publishing import brute_check, shown, snapshot

from ledger.check import check_directory
from ledger.directory import Directory
from ledger.errors import LedgerError, StorageFailed
from ledger.publish import publish
from ledger.publish_folder import PublishedFolder
from ledger.types import TypeInfo


@pytest.fixture
def garden(tmp_path: Path) -> Iterator[Garden]:
    made = Garden.full(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


class Crash(Exception):
    """The process died."""


STEPS = ("add", "settle", "begin", "put", "put_parts", "remove", "finish")


def crash_at(monkeypatch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let the publisher die before its step of this number; gives the steps it took."""
    taken: list[str] = []

    def counted(name: str, step: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object, **options: object) -> object:
            if len(taken) == number:
                raise Crash
            taken.append(name)
            return step(*arguments, **options)

        return run

    for name in STEPS:
        monkeypatch.setattr(PublishedFolder, name, counted(name, getattr(PublishedFolder, name)))
    return taken


def grown(path: Path) -> Garden:
    """A ledger published once in both classes, which then grew, erased and was cosigned."""
    garden = Garden.full(path)
    for cls in ("public", "auditor"):
        publish(garden.ledger, path / cls, cls, garden.policy, proofs=[2])
    garden.erase(garden.people["ana"], withdraw=[11])
    ana = garden.people["ana"]
    garden.say(ana, DECISION, {"decision": garden.new_id("decision")}, values={"question": "?"})
    garden.checkpoint()
    return garden


@pytest.mark.parametrize("cls", ["public", "auditor"])
def test_wherever_a_publication_dies_the_directory_is_old_new_or_says_it_is_unfinished(
    tmp_path: Path, cls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden = grown(tmp_path)
    start = tmp_path / cls
    whole = tmp_path / "whole"
    shutil.copytree(start, whole)
    publish(garden.ledger, whole, cls, garden.policy, proofs=[4])
    number, states = 0, set()
    while True:
        cut = tmp_path / f"cut-{number}"
        shutil.copytree(start, cut)
        with monkeypatch.context() as patch:
            crash_at(patch, number)
            try:
                publish(garden.ledger, cut, cls, garden.policy, proofs=[4])
            except Crash:
                states.add(state_of(cut, garden.policy))
            else:
                break
        publish(garden.ledger, cut, cls, garden.policy, proofs=[4])
        assert snapshot(cut) == snapshot(whole)
        number += 1
    assert number > 15
    assert states == {"whole", "unfinished"}


def state_of(path: Path, policy: str) -> str:
    """What a reader finds; never that the directory was altered."""
    try:
        brute_check(path, policy)
    except StorageFailed as error:
        assert "cut short" in error.message
        return "unfinished"
    report = check_directory(path, policy=policy, catalogue=CATALOGUE)
    assert report.exit_code == (0 if path.joinpath("withheld").read_bytes() == b"" else 11)
    return "whole"


def test_a_first_publication_that_died_is_taken_up_again(
    garden: Garden, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (0, 5, 20, 25, 30):
        with monkeypatch.context() as patch:
            crash_at(patch, number)
            with pytest.raises(Crash):
                publish(garden.ledger, out, "auditor", garden.policy)
        with pytest.raises(LedgerError):
            brute_check(out, garden.policy)
        publish(garden.ledger, out, "auditor", garden.policy)
        brute_check(out, garden.policy)
        shutil.rmtree(out)


def test_an_outside_checker_accepts_what_a_publication_left_wherever_it_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepts = need_go()
    garden = grown(tmp_path)
    number = 0
    while True:
        cut = tmp_path / "cut"
        shutil.copytree(tmp_path / "auditor", cut)
        with monkeypatch.context() as patch:
            taken = crash_at(patch, number)
            try:
                publish(garden.ledger, cut, "auditor", garden.policy, proofs=[4])
            except Crash:
                accepted, words = accepts(cut)
                assert accepted, (taken[-1:], words)
            else:
                break
        shutil.rmtree(cut)
        number += 1


def test_a_disk_that_fails_is_a_storage_failure_and_leaves_the_old_directory(
    garden: Garden, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy)
    before = snapshot(out)
    garden.person("zoe")
    garden.checkpoint()

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("ledger.publish_folder._sync", full)
        with pytest.raises(StorageFailed, match="holds what was published before"):
            publish(garden.ledger, out, "auditor", garden.policy)
    assert snapshot(out) == before
    brute_check(out, garden.policy)
    publish(garden.ledger, out, "auditor", garden.policy)
    assert len(brute_check(out, garden.policy)) == 19


def test_a_type_that_became_public_in_a_publication_that_died_is_shown_by_the_next(
    garden: Garden, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(garden.ledger, out, "public", garden.policy)
    garden.ledger.catalogue = {**garden.ledger.catalogue, VOTE: TypeInfo(VOTE, public=True)}
    number = 0
    while True:
        cut = out.with_name("cut")
        shutil.copytree(out, cut)
        with monkeypatch.context() as patch:
            crash_at(patch, number)
            try:
                publish(garden.ledger, cut, "public", garden.policy)
            except Crash:
                died = True
            else:
                died = False
        publish(garden.ledger, cut, "public", garden.policy)
        votes = [garden.hash(e.index) for e in garden.ledger.of_types(frozenset({VOTE}))]
        with Directory(cut) as directory:
            assert set(votes) <= set(shown(directory))
            assert not any(vote in directory.withheld() for vote in votes)
        shutil.rmtree(cut)
        if not died:
            break
        number += 1
    assert number > 8
