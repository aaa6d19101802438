"""Signing beside somebody: ``--cosigner``, and who may be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User

from cli.errors import REFUSED, USAGE


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben has a key, Dana has none."""
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Late clinic'")
    for name in ("Ben Okri", "Dana Reyes"):
        user.does(f"person add '{name}'")
    user.does("key new Ben --no-passphrase")
    return user


def signers(user: User, index: int) -> list[str]:
    """The holders of the keys that signed an entry, in their order."""
    holders = {row["key"]: row["holder"] for row in user.does("key list")}
    return [holders[key] for key in user.does(f"show {index}")["signers"]]


def test_a_witness_who_has_a_key_signs_too(ana: User) -> None:
    line = ana.does("contribution record 'Peer support' --by Dana")["index"]
    said = ana.does(f"confirm {line} --recorded-for Dana --witness Ben --cosigner Ben")
    assert signers(ana, said["index"]) == ["Ana Silva", "Ben Okri"]
    assert ana.types("verify").code == 0


def test_a_witness_does_not_sign_unasked(ana: User) -> None:
    line = ana.does("contribution record 'Peer support' --by Dana")["index"]
    before = ana.does("status")["size"]
    said = ana.types(f"confirm {line} --recorded-for Dana --witness Ben")
    assert said.code == 4
    assert "witness-unsigned" in said.err
    assert "Add --cosigner and their name; their key must be here." in said.err
    assert ana.does("status")["size"] == before


def test_a_cosigner_signs_with_the_newest_of_their_keys(ana: User) -> None:
    ana.does("--as Ben key rotate --no-passphrase")
    newest = ana.does("key show ben-okri")["key"]
    said = ana.does("contribution record 'Read it aloud' --cosigner Ben")
    assert ana.does(f"show {said['index']}")["signers"][1] == newest


def test_the_chain_of_a_cosigner_does_not_move(ana: User) -> None:
    ana.does("contribution record 'Read it aloud' --cosigner Ben")
    ana.does("--as Ben contribution record 'Drew the map' --by Ben")
    ana.does("contribution record 'Walked the ward' --cosigner Ben")
    assert ana.types("verify").code == 0


def test_somebody_without_a_key_cannot_be_asked_to_sign(ana: User) -> None:
    before = ana.does("status")["size"]
    said = ana.types("contribution record 'Read it aloud' --cosigner Dana")
    assert said.code == REFUSED
    assert "Dana Reyes has no key" in said.err
    assert ana.does("status")["size"] == before


@pytest.mark.parametrize("line", ["--cosigner Ana", "--cosigner Ben --cosigner Ben"])
def test_nobody_signs_twice(ana: User, line: str) -> None:
    said = ana.types(f"contribution record 'Read it aloud' {line}")
    assert said.code == USAGE
    assert "signs this already" in said.err


def test_an_unknown_cosigner_is_a_typing_mistake(ana: User) -> None:
    assert ana.types("contribution record 'Read it aloud' --cosigner Zoe").code == USAGE


def test_every_refusal_for_want_of_another_signature_says_what_to_type(ana: User) -> None:
    ana.does("budget open Fees 100 --controller Ben --cosigner Ben")
    ana.does("decision open 'Open late?' --voter Ben --voter Dana --option late=Yes --option no=No "
             "--ballots tellers --teller Ana --teller Ben")  # fmt: skip
    for line in (
        "budget allocate 'Bus fares' 20 --from Fees",
        "decision count 'Open late?' --for late=1 --voted Ben",
    ):
        said = ana.types(line)
        assert (said.code, "Add --cosigner and their name" in said.err) == (REFUSED, True), said
