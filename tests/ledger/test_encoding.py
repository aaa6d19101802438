"""Every decoder reads its encoder's text and nothing else."""

from __future__ import annotations

import base64
import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import encoding
from ledger.encoding import (
    b64decode,
    b64encode,
    b64url_decode,
    b64url_encode,
    is_hash,
    is_id,
    is_origin,
    new_id,
    new_nonce,
    sha256,
    sha256_hex,
)
from ledger.errors import Malformed


def test_the_examples_of_the_module_are_true() -> None:
    assert doctest.testmod(encoding).failed == 0


@given(st.binary())
def test_every_encoding_gives_its_bytes_back(data: bytes) -> None:
    assert b64decode(b64encode(data)) == data
    assert b64url_decode(b64url_encode(data)) == data


@given(st.binary())
def test_base64_is_that_of_the_standard_library(data: bytes) -> None:
    assert b64encode(data) == base64.standard_b64encode(data).decode()
    assert b64url_encode(data) == base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(st.text(max_size=12) | st.text("AQRgwz+/-_= \n0f", max_size=12))
@settings(max_examples=400)
def test_a_decoder_accepts_a_text_only_if_it_is_the_canonical_one(text: str) -> None:
    for decode, encode in (
        (b64decode, b64encode),
        (b64url_decode, b64url_encode),
    ):
        try:
            data = decode(text)
        except Malformed:
            continue
        assert encode(data) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("QQ", "no padding"),
        ("QQ=", "half the padding"),
        ("QQ===", "too much padding"),
        ("QUFB=", "padding after a whole group"),
        ("QUFB==", "more of it"),
        ("QR==", "stray bits after the last byte"),
        ("Q Q=", "a space inside"),
        ("QQ==\n", "a line end"),
        ("QQ==QQ==", "two texts in one"),
        ("_-8=", "the URL alphabet"),
        ("QÄ==", "not ASCII"),
        ("=QQ=", "padding in front"),
    ],
)
def test_base64_with_a_second_spelling_is_malformed(text: str, why: str) -> None:
    with pytest.raises(Malformed):
        b64decode(text)


@pytest.mark.parametrize("text", ["QQ==", "QR", "+/8", "Q", "QQ\n", "QÄ", " QQ"])
def test_base64url_with_a_second_spelling_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        b64url_decode(text)


def test_a_hash_is_64_lower_case_hex_digits() -> None:
    assert sha256_hex(b"") == sha256(b"").hex()
    assert is_hash(sha256_hex(b""))
    assert not is_hash(sha256_hex(b"").upper())
    assert not is_hash(sha256_hex(b"") + "\n")
    assert not is_hash(b"0" * 64)


@given(st.binary(min_size=16, max_size=16))
def test_a_new_id_carries_its_128_random_bits(random: bytes) -> None:
    made = new_id("group-entry", lambda n: random[:n])
    assert is_id(made)
    assert is_id(made, "group-entry")
    assert not is_id(made, "person")
    tail = made.removeprefix("group-entry:").upper() + "======"
    assert base64.b32decode(tail) == random


@pytest.mark.parametrize("kind", ["", "Person", "a b", "a--b", "-a", "a:b", "é", "x" * 33])
def test_an_id_of_a_kind_that_is_no_word_is_malformed(kind: str) -> None:
    with pytest.raises(Malformed):
        new_id(kind)


@pytest.mark.parametrize(
    "text",
    [
        "person:" + "a" * 25,
        "person:" + "a" * 27,
        "person:" + "A" * 26,
        "person:" + "1" * 26,
        "person:" + "a" * 26 + "\n",
        ":" + "a" * 26,
        "a" * 26,
        "x" * 33 + ":" + "a" * 26,
        None,
        7,
    ],
)
def test_what_only_resembles_an_id_is_none(text: object) -> None:
    assert not is_id(text)


def test_two_nonces_differ_and_hold_16_bytes() -> None:
    one, two = new_nonce(), new_nonce()
    assert one != two
    assert len(b64url_decode(one)) == 16
    assert new_nonce(bytes) == "A" * 22


@pytest.mark.parametrize("text", ["tally.example/garden", "x", "~" * 255, "a:b@c"])
def test_an_origin_is_printable_ascii(text: str) -> None:
    assert is_origin(text)


@pytest.mark.parametrize(
    "text", ["", "a b", "a+b", 'a"b', "a\\b", "a\n", "é", "x" * 256, "\x7f", None]
)
def test_an_origin_that_a_signed_note_could_not_name_is_refused(text: object) -> None:
    assert not is_origin(text)
