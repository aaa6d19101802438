"""Canonical JSON agrees with another implementation, and only canonical bytes are read."""

from __future__ import annotations

import doctest
import json
from collections.abc import Iterator
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from strategies import json_values, objects

from ledger import jcs
from ledger.errors import Malformed
from ledger.jcs import MAX_DEPTH, canonical, parse, parse_loose


@pytest.fixture(scope="module", autouse=True, params=["the library alone", "the quick one first"])
def reader(request: pytest.FixtureRequest) -> Iterator[None]:
    """Everything here is asked twice: of the standard library, and with orjson before it."""
    before = jcs._first
    if request.param == "the library alone":
        jcs._first = jcs._refuse
    else:
        jcs.hasten()
        assert jcs._first is not jcs._refuse
    yield
    jcs._first = before


def test_the_examples_of_the_module_are_true() -> None:
    assert doctest.testmod(jcs).failed == 0


@given(json_values())
def test_canonical_bytes_are_those_of_an_independent_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(objects())
def test_canonical_bytes_parse_back_to_the_same_object(value: dict[str, Any]) -> None:
    assert parse(canonical(value)) == value


@given(objects())
def test_any_other_layout_of_the_same_object_is_malformed_and_read_loosely(
    value: dict[str, Any],
) -> None:
    spaced = json.dumps(value, indent=1).encode()
    assert parse_loose(spaced) == value
    if spaced != canonical(value):
        with pytest.raises(Malformed):
            parse(spaced)


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_bytes_that_parse_are_canonical(data: bytes) -> None:
    try:
        value = parse(data)
    except Malformed:
        return
    assert canonical(value) == data


@given(objects(), st.data())
def test_a_flipped_bit_gives_another_object_or_is_malformed(
    value: dict[str, Any], data: st.DataObject
) -> None:
    whole = bytearray(canonical(value))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        assert parse(bytes(whole)) != value
    except Malformed:
        return


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("[]", "not an object"),
        ("7", "not an object"),
        ('{"a":1}{}', "a second value"),
        ('{"a":1} ', "white space after it"),
        (' {"a":1}', "white space before it"),
        ('{"a": 1}', "white space inside"),
        ('{"a":1,"a":1}', "a key twice"),
        ('{"b":1,"a":1}', "keys out of order"),
        ('{"a":1.0}', "a float"),
        ('{"a":1e3}', "a float with an exponent"),
        ('{"a":-0}', "minus nothing"),
        ('{"a":01}', "a leading zero"),
        ('{"a":null}', "null"),
        ('{"a":{"b":[null]}}', "null inside"),
        ('{"a":NaN}', "not a number"),
        ('{"a":-Infinity}', "infinity"),
        ('{"a":9007199254740992}', "an integer of 2^53"),
        ('{"a":-9007199254740992}', "an integer of -2^53"),
        ('{"a":' + "9" * 5000 + "}", "an integer that takes long to read"),
        ('{"é":1}', "a key outside ASCII"),
        ('{"a":{"é":1}}', "a key outside ASCII inside"),
        (r'{"\u00e9":1}', "the same key in disguise"),
        (r'{"a":"\u0041"}', "an escape for a plain letter"),
        (r'{"a":"\u000A"}', "an escape in capitals"),
        (r'{"a":"\/"}', "an escaped slash"),
        (r'{"a":"\ud800"}', "half of a surrogate pair"),
        (r'{"a":"\ud83d\ude00"}', "a surrogate pair where UTF-8 is meant"),
        ('{"a":"\n"}', "a bare control character"),
        ('{"a":' * 40 + "1" + "}" * 40, "deep nesting"),
        ("[" * 100_000, "nesting deeper than a stack"),
        ('{"a":' + "[" * 100_000, "nesting deeper than a stack, in an object"),
        ("\ufeff{}", "a byte order mark"),
    ],
)
def test_what_the_profile_refuses_is_malformed(text: str, why: str) -> None:
    with pytest.raises(Malformed):
        parse(text.encode())


def test_bytes_that_are_not_utf8_are_malformed() -> None:
    for data in (b'{"a":"\xff"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xc0\x80"}'):
        with pytest.raises(Malformed, match="UTF-8"):
            parse(data)


def test_the_word_null_in_a_text_is_no_null() -> None:
    assert parse(b'{"a":"null"}') == {"a": "null"}


def test_integers_reach_to_the_last_one_every_reader_holds_exactly() -> None:
    for number in (2**53 - 1, -(2**53) + 1):
        assert parse(canonical({"n": number})) == {"n": number}


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), None, b"bytes", {1, 2}, 2**53, {"a": None}, {1: 2}, {"é": 1}, "\ud800"],
)
def test_what_the_profile_refuses_cannot_be_written(value: object) -> None:
    with pytest.raises(Malformed):
        canonical(value)


def _nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def test_the_deepest_nesting_is_read_and_one_level_more_is_not() -> None:
    assert parse(canonical(_nested(MAX_DEPTH))) == _nested(MAX_DEPTH)
    too_deep = rfc8785.dumps(_nested(MAX_DEPTH + 1))
    for read in (parse, parse_loose):
        with pytest.raises(Malformed, match="nested deeper"):
            read(too_deep)
    with pytest.raises(Malformed, match="nested deeper"):
        canonical(_nested(MAX_DEPTH + 1))


def test_many_brackets_side_by_side_are_not_deep() -> None:
    value: dict[str, list[list[int]]] = {"a": [[] for _ in range(100)]}
    assert parse(canonical(value)) == value


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":1.5}', '{"a":null}', '{"é":1}', r'{"a":"\ud800"}', "{", "NaN"]
)
def test_reading_loosely_still_refuses_what_two_readers_could_differ_on(text: str) -> None:
    with pytest.raises(Malformed):
        parse_loose(text.encode())


#: What others may write: floats, nulls, integers too large, keys and texts of any kind.
_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**53 - 2, 2**53 + 2)
    | st.floats()
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), _ANYTHING, max_size=4), st.booleans(), st.data())
def test_the_quick_reader_accepts_nothing_that_the_library_refuses(
    value: dict[str, Any], plain: bool, data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=plain, sort_keys=True, separators=(",", ":"))
    text = text.encode("utf-8", "replace").decode()
    at = data.draw(st.integers(0, len(text) - 1))
    for tried in (text, text[:at] + data.draw(st.sampled_from('0.e-,"\\ ]}')) + text[at:]):
        depth = data.draw(st.sampled_from([1, 2, MAX_DEPTH - 1, MAX_DEPTH]))
        with_quick = _outcome(tried, depth)
        before, jcs._first = jcs._first, jcs._refuse
        try:
            assert with_quick == _outcome(tried, depth)
        finally:
            jcs._first = before


def test_one_object_is_read_before_the_quick_reader_is_loaded_and_many_after() -> None:
    before, patience = jcs._first, jcs._patience
    try:
        jcs._first, jcs._patience = jcs._wait, 2
        assert parse(b'{"a":1}') == {"a": 1}
        assert jcs._first is jcs._wait
        assert parse(b'{"a":1}') == {"a": 1}
        assert jcs._first is not jcs._wait
    finally:
        jcs._first, jcs._patience = before, patience


def _outcome(text: str, depth: int) -> str:
    """What reading gives, types of values and words of a refusal included."""
    try:
        return repr(jcs.parse_text(text, depth=depth))
    except Malformed as error:
        return error.message
