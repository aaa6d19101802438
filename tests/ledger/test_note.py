"""Signed notes: read whole or not at all, believed only after every known key has verified."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed, Unverified
from ledger.keys import SigningKey
from ledger.note import (
    COSIGNATURE,
    ED25519,
    MAX_NOTE,
    MAX_SIGNATURES,
    VerifierKey,
    add_signature,
    make_vkey,
    parse_note,
    sign_note,
    verify_note,
)

ANA = SigningKey.from_seed(b"a" * 32)
BEN = SigningKey.from_seed(b"b" * 32)
ANA_KEY = VerifierKey.of("example.org/ana", ED25519, ANA.public)
BEN_KEY = VerifierKey.of("example.org/ben", ED25519, BEN.public)
TEXT = "one\n\ntwo — ü\n".encode()
NOTE = sign_note(TEXT, ANA_KEY.name, ANA)


def signers(note: bytes, *keys: VerifierKey) -> list[str]:
    return [key.name for key, _ in verify_note(parse_note(note), keys)]


def line_of(note: bytes) -> str:
    return parse_note(note).signatures[0].line


def test_a_note_gives_back_its_text_and_its_signer() -> None:
    assert parse_note(NOTE).text == TEXT
    assert signers(NOTE, ANA_KEY) == ["example.org/ana"]


def test_a_second_signature_leaves_the_first_and_the_text() -> None:
    both = add_signature(NOTE, line_of(sign_note(TEXT, BEN_KEY.name, BEN)))
    assert both.startswith(NOTE)
    assert signers(both, ANA_KEY, BEN_KEY) == ["example.org/ana", "example.org/ben"]
    assert add_signature(both, line_of(NOTE)) == both


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    assert signers(NOTE, BEN_KEY) == []
    same_name = VerifierKey.of("example.org/ana", ED25519, BEN.public)
    assert signers(NOTE, same_name) == []


def test_a_wrong_signature_of_a_known_key_spoils_the_whole_note() -> None:
    other = line_of(sign_note(b"another text\n", BEN_KEY.name, BEN))
    spoiled = add_signature(NOTE, other)
    assert signers(spoiled, ANA_KEY) == ["example.org/ana"]
    with pytest.raises(Unverified, match=r"example\.org/ben"):
        signers(spoiled, ANA_KEY, BEN_KEY)


@given(st.data())
def test_any_flipped_bit_of_the_text_or_signature_is_found(data: st.DataObject) -> None:
    parsed = parse_note(NOTE)
    at = data.draw(st.integers(0, 8 * len(TEXT) - 1))
    changed = bytearray(NOTE)
    changed[at // 8] ^= 1 << at % 8
    try:
        found = signers(bytes(changed), ANA_KEY)
    except (Malformed, Unverified):
        return
    # A note may fall apart at another blank line; then its text is signed by nobody.
    assert found == [] and parse_note(bytes(changed)).text != parsed.text


def test_one_key_twice_counts_once() -> None:
    key_id = ANA_KEY.key_id
    twice = NOTE + line_of(NOTE).encode()
    assert [s.key_id for s in parse_note(twice).signatures] == [key_id, key_id]
    assert signers(twice, ANA_KEY) == ["example.org/ana"]


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        b"\n\nno line\n",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"one", b"o\tne"),
        NOTE.replace(b"one", b"o\rne"),
        NOTE.replace(b"one", b"o\xffne"),
        NOTE.replace("— example".encode(), b"- example"),
        NOTE.replace("— example".encode(), "—  example".encode()),
        NOTE.replace(b"example.org/ana ", b"example.org/ana+ "),
        NOTE.replace(b"example.org/ana ", "example.org/\u2003ana ".encode()),
        b"text\n\n" + "— name AAAA\n".encode(),
        b"text\n\n" + "— name AAAAAAB=\n".encode(),
        b"text\n\n" + "— name ====\n".encode(),
        b"x" * (MAX_NOTE + 1),
        b"text\n\n" + "— n AAAAAAAA\n".encode() * (MAX_SIGNATURES + 1),
    ],
)
def test_what_is_no_note_is_malformed(note: bytes) -> None:
    with pytest.raises(Malformed):
        parse_note(note)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_fail_in_another_way(data: bytes) -> None:
    for note in (data, NOTE + data, data + NOTE):
        try:
            parse_note(note)
        except Malformed:
            continue


def test_a_text_without_its_newline_or_with_controls_is_not_signed() -> None:
    for text in (b"no end", b"tab\t\n", b"\xff\n"):
        with pytest.raises(Malformed):
            sign_note(text, "n", ANA)


def test_a_verifier_key_gives_back_its_text() -> None:
    for algorithm in (ED25519, COSIGNATURE):
        vkey = make_vkey("example.org/ana", algorithm, ANA.public)
        key = VerifierKey.parse(vkey)
        assert (key.text, key.algorithm, key.public) == (vkey, algorithm, ANA.public)


def test_one_public_key_has_another_id_for_each_name_and_algorithm() -> None:
    ids = {
        VerifierKey.of(name, algorithm, ANA.public).key_id
        for name in ("a", "b")
        for algorithm in (ED25519, COSIGNATURE)
    }
    assert len(ids) == 4


def _vkey(material: bytes, name: str = "n") -> str:
    key_id = VerifierKey.of("n", ED25519, ANA.public).key_id.hex()
    return f"{name}+{key_id}+{base64.b64encode(material).decode()}"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "n",
        "n+00000000",
        ANA_KEY.text.replace("+", "+0", 1),
        ANA_KEY.text.upper(),
        ANA_KEY.text.replace("ana", "anna"),
        ANA_KEY.text + "=",
        ANA_KEY.text + "\n",
        _vkey(b"\x01" + ANA.public.raw, name="n n"),
        _vkey(b"\x02" + ANA.public.raw),
        _vkey(b"\x06" + bytes(1312)),
        _vkey(b"\x01" + ANA.public.raw[:31]),
    ],
)
def test_what_is_no_verifier_key_of_ours_is_malformed(vkey: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(vkey)


def test_a_verifier_key_of_small_order_is_refused() -> None:
    raw = (1).to_bytes(32, "little")
    from ledger.note import key_hash

    vkey = f"n+{key_hash('n', 1, raw).hex()}+{base64.b64encode(bytes([1]) + raw).decode()}"
    with pytest.raises(Malformed, match="small order"):
        VerifierKey.parse(vkey)
