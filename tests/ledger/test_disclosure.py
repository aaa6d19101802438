"""A disclosure has one digest, says nothing without its salt, and shows no value by accident."""

from __future__ import annotations

import doctest
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from strategies import json_values

from ledger import disclosure, jcs
from ledger.disclosure import MAX_TEXT, Disclosure, commit, digest_of, make, parse
from ledger.encoding import b64url_decode, b64url_encode, sha256
from ledger.errors import Malformed

SALT = b64url_encode(bytes(range(16)))


def text_of(value: object) -> str:
    return b64url_encode(json.dumps(value).encode())


def test_the_examples_of_the_module_are_true() -> None:
    assert doctest.testmod(disclosure).failed == 0


@given(json_values())
def test_a_disclosure_reads_back_with_its_name_value_and_digest(value: Any) -> None:
    made = make("reason", value)
    read = parse(made.text)
    assert (read.salt, read.name, read.value, read.digest) == (
        made.salt,
        "reason",
        value,
        made.digest,
    )
    assert read == made
    assert b64url_decode(read.digest) == sha256(read.text.encode())


def test_the_same_value_twice_has_two_digests() -> None:
    one, two = make("reason", "no"), make("reason", "no")
    assert one.digest != two.digest
    assert len(b64url_decode(one.salt)) == 16


def test_randomness_is_an_argument() -> None:
    assert make("reason", "no", bytes).salt == "A" * 22


def test_the_layout_of_others_is_kept_and_hashed_as_it_came() -> None:
    text = text_of([SALT, "reason", "she asked"])
    read = parse(text)
    assert read.text == text
    assert read.digest == digest_of(text)
    assert read.digest != Disclosure(SALT, "reason", "she asked").digest


def test_a_disclosure_shows_its_name_and_not_its_value() -> None:
    made = Disclosure(SALT, "reason", "she was ill")
    for shown in (repr(made), str(made), f"{made}"):
        assert "reason" in shown
        assert "ill" not in shown
        assert SALT not in shown


def test_digests_are_committed_to_in_an_order_that_tells_nothing() -> None:
    values = [make(name, name) for name in ("name", "reason", "words")]
    assert commit(values) == tuple(sorted(one.digest for one in values))
    assert commit(reversed(values)) == commit(values)
    assert commit([]) == ()


def test_one_name_twice_in_a_statement_is_malformed() -> None:
    with pytest.raises(Malformed, match="twice"):
        commit([make("reason", "a"), make("reason", "b")])


@pytest.mark.parametrize("name", ["", "_sd", "...", "Reason", "a b", "é", "x" * 65, "1a"])
def test_a_name_that_is_no_short_word_is_malformed(name: str) -> None:
    with pytest.raises(Malformed, match="name"):
        make(name, "value")


@pytest.mark.parametrize("salt", ["", "A" * 20, b64url_encode(bytes(15)), "A" * 22 + "=", "é" * 22])
def test_a_salt_under_128_bits_is_malformed(salt: str) -> None:
    with pytest.raises(Malformed):
        Disclosure(salt, "reason", "no")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "é",
        "====",
        text_of({}),
        text_of([SALT, "reason"]),
        text_of([SALT, "reason", 1, 2]),
        text_of([1, "reason", 1]),
        text_of([SALT, 1, 1]),
        text_of([SALT, "reason", None]),
        text_of([SALT, "reason", 1.5]),
        text_of([SALT, "reason", {"é": 1}]),
        text_of([SALT, "reason", "x"]) + "=",
        b64url_encode(b'["' + SALT.encode() + b'","reason",{"a":1,"a":2}]'),
        b64url_encode(b"\xff"),
    ],
)
def test_what_only_resembles_a_disclosure_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


def test_a_disclosure_above_the_limit_is_malformed() -> None:
    with pytest.raises(Malformed, match="at most"):
        parse("A" * (MAX_TEXT + 4))
    with pytest.raises(Malformed, match="longer"):
        make("story", "x" * MAX_TEXT)


def test_a_disclosure_is_never_changed_and_is_no_tuple_that_json_would_show() -> None:
    made = Disclosure(SALT, "reason", "she was ill")
    with pytest.raises(AttributeError):
        made.text = ""
    assert pickle.loads(pickle.dumps(made)).value == "she was ill"  # noqa: S301  made here
    assert {made} == {Disclosure(SALT, "reason", "she was ill")}
    with pytest.raises(Malformed):
        jcs.canonical({"value": made})
