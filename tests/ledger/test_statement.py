"""A statement parses exactly when it is of the format; what compose makes always parses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import KEYS, ORIGIN, json_values, statement_fields

from ledger import jcs
from ledger.encoding import b64encode, b64url_encode, is_origin, sha256
from ledger.errors import Malformed
from ledger.statement import (
    EMPTY_ANCHOR,
    EMPTY_ROOT_B64,
    MAX_PAYLOAD,
    MAX_SIGNERS,
    Statement,
    compose,
    parse_statement,
)

AMINA = "person:" + "a" * 26
KEY, OTHER = KEYS[0].key_id, KEYS[1].key_id
GRANT = "ab" * 32
DIGESTS = sorted(b64url_encode(sha256(bytes([n]))) for n in range(2))


def fields(**changed: Any) -> dict[str, Any]:
    """Amina says that she took part, in the twelfth statement of her key."""
    return {
        "type": "contribution-recorded/v1",
        "ledger": ORIGIN,
        "author": AMINA,
        "key": KEY,
        "seq": 12,
        "prev": GRANT,
        "signers": [KEY],
        "body": {"for": AMINA, "time": {"basis": "worked", "minutes": 90}},
        "at": "2026-11-21T10:00:00Z",
        "nonce": "A" * 22,
    } | changed


def document(**changed: Any) -> dict[str, Any]:
    """The same as JSON, to spoil it."""
    found: dict[str, Any] = json.loads(
        compose(
            **fields(
                sd=DIGESTS,
                on={"from": "2026-11-01", "to": "2026-11-20", "precision": "period"},
                under={KEY: GRANT},
            )
        )
    )
    return found | changed


def without(name: str) -> dict[str, Any]:
    spoiled = document()
    del spoiled[name]
    return spoiled


def test_a_statement_reads_back_with_every_field_it_was_composed_of() -> None:
    payload = compose(
        **fields(
            signers=[OTHER, KEY],
            under={KEY: GRANT},
            anchor={"size": 812, "root": b64encode(bytes(32))},
            on={"from": "2026-11-20", "precision": "day"},
            mode="history",
            sd=reversed(DIGESTS),
        )
    )
    said = parse_statement(payload)
    assert said == Statement(
        type="contribution-recorded/v1",
        ledger=ORIGIN,
        nonce="A" * 22,
        author=AMINA,
        key=KEY,
        seq=12,
        prev=GRANT,
        signers=(OTHER, KEY),
        under={KEY: GRANT},
        anchor_size=812,
        anchor_root=b64encode(bytes(32)),
        at="2026-11-21T10:00:00Z",
        on={"from": "2026-11-20", "precision": "day"},
        mode="history",
        body={"for": AMINA, "time": {"basis": "worked", "minutes": 90}},
        sd=tuple(DIGESTS),
        erased=(),
        payload=payload,
    )
    assert said.signers == (OTHER, KEY)
    assert said.sd == tuple(DIGESTS)
    assert said.on == {"from": "2026-11-20", "precision": "day"}
    assert said.payload_hash == sha256(payload).hex()
    assert len({said, parse_statement(payload)}) == 1


def test_the_shortest_statement_has_no_optional_field() -> None:
    payload = compose(**fields(seq=1, prev=None, body={}))
    assert set(json.loads(payload)) == {
        "anchor", "at", "author", "body", "chain", "ledger", "mode", "nonce", "signers", "type",
        "under", "v",
    }  # fmt: skip
    said = parse_statement(payload)
    assert (said.seq, said.prev, said.on, said.sd, said.erased) == (1, None, None, (), ())
    assert {"size": said.anchor_size, "root": said.anchor_root} == EMPTY_ANCHOR


def test_the_empty_root_is_the_hash_of_nothing() -> None:
    assert b64encode(sha256(b"")) == EMPTY_ROOT_B64


@given(statement_fields())
def test_what_is_composed_is_canonical_and_reads_back(drawn: dict[str, Any]) -> None:
    payload = compose(**drawn)
    assert payload == rfc8785.dumps(json.loads(payload))
    said = parse_statement(payload)
    for name in ("type", "ledger", "author", "key", "seq", "prev", "body", "at", "nonce", "on"):
        assert getattr(said, name) == drawn[name], name
    assert said.under == drawn["under"]
    assert said.signers == tuple(drawn["signers"])
    assert said.sd == tuple(sorted(drawn["sd"]))
    assert said.erased == tuple(drawn["erased"])


@given(statement_fields(), st.data())
def test_bytes_that_parse_after_damage_say_what_another_json_reader_reads(
    drawn: dict[str, Any], data: st.DataObject
) -> None:
    payload = bytearray(compose(**drawn))
    at = data.draw(st.integers(0, len(payload) - 1))
    end = data.draw(st.integers(at, min(at + 4, len(payload))))
    payload[at:end] = data.draw(st.binary(max_size=2) | st.sampled_from([b"0", b'"', b"}", b","]))
    try:
        said = parse_statement(bytes(payload))
    except Malformed:
        return
    read = json.loads(payload)
    assert rfc8785.dumps(read) == payload
    assert (said.body, said.seq, said.nonce) == (read["body"], read["chain"]["seq"], read["nonce"])


@given(statement_fields(), st.data())
def test_a_field_of_any_other_form_is_malformed(drawn: dict[str, Any], data: st.DataObject) -> None:
    spoiled = json.loads(compose(**drawn))
    name = data.draw(st.sampled_from(sorted(set(spoiled) - {"body"})))
    drawn_value = data.draw(json_values())
    # An empty `under` is as good as another; but true is not 1.
    assume((name, drawn_value) != ("under", {}))
    assume(name != "ledger" or not is_origin(drawn_value))  # a short text may be another ledger's
    assume((type(drawn_value), drawn_value) != (type(spoiled[name]), spoiled[name]))
    spoiled[name] = drawn_value
    with pytest.raises(Malformed):
        parse_statement(jcs.canonical(spoiled))


@pytest.mark.parametrize(
    "name",
    [
        "anchor", "at", "author", "body", "chain", "ledger", "mode", "nonce", "signers", "type",
        "under", "v",
    ],
)  # fmt: skip
def test_a_missing_field_is_malformed_and_named(name: str) -> None:
    with pytest.raises(Malformed, match=f"field {name} is missing"):
        parse_statement(jcs.canonical(without(name)))


@pytest.mark.parametrize("name", ["_sd", "_sd_alg"])
def test_digests_and_their_algorithm_stand_together(name: str) -> None:
    with pytest.raises(Malformed, match="together"):
        parse_statement(jcs.canonical(without(name)))


@pytest.mark.parametrize("name", ["index", "_", "zz", "sd", "V", ""])
def test_an_added_field_is_malformed(name: str) -> None:
    with pytest.raises(Malformed, match="unknown field"):
        parse_statement(jcs.canonical(document() | {name: 1}))


SPOILED: list[tuple[str, object]] = [
    ("v", 2),
    ("v", "1"),
    ("v", True),
    ("type", "contribution-recorded"),
    ("type", "contribution-recorded/v0"),
    ("type", "contribution-recorded/v01"),
    ("type", "Contribution-recorded/v1"),
    ("type", "contribution--recorded/v1"),
    ("type", "os.system/v1"),
    ("ledger", ""),
    ("ledger", "a b"),
    ("ledger", 'a"b'),
    ("nonce", "A" * 21),
    ("nonce", "A" * 21 + "B"),
    ("nonce", "A" * 21 + "="),
    ("nonce", "A" * 24),
    ("author", "a" * 26),
    ("author", "project:" + "a" * 26),
    ("author", "person:" + "A" * 26),
    ("author", AMINA + "\n"),
    ("chain", {"key": KEY, "seq": 0}),
    ("chain", {"key": KEY, "seq": 0, "prev": GRANT}),
    ("chain", {"key": KEY, "seq": -1, "prev": GRANT}),
    ("chain", {"key": KEY, "seq": 2}),
    ("chain", {"key": KEY, "seq": 1, "prev": GRANT}),
    ("chain", {"key": KEY, "seq": True}),
    ("chain", {"key": KEY, "seq": "1"}),
    ("chain", {"key": KEY, "seq": 12, "prev": GRANT.upper()}),
    ("chain", {"key": KEY, "seq": 12, "prev": GRANT[1:]}),
    ("chain", {"key": KEY, "seq": 12, "prev": GRANT, "more": 1}),
    ("chain", {"key": OTHER, "seq": 12, "prev": GRANT}),
    ("signers", []),
    ("signers", [OTHER]),
    ("signers", [KEY, KEY]),
    ("signers", KEY),
    ("signers", [KEY, "x"]),
    ("under", {OTHER: GRANT}),
    ("under", {KEY: "x"}),
    ("under", {KEY: GRANT, OTHER: GRANT}),
    ("under", []),
    ("anchor", {"size": 0, "root": b64encode(bytes(32))}),
    ("anchor", {"size": 1}),
    ("anchor", {"size": -1, "root": EMPTY_ROOT_B64}),
    ("anchor", {"size": 1, "root": "ab" * 32}),
    ("anchor", {"size": 1, "root": b64encode(bytes(31))}),
    ("anchor", {"size": 1, "root": "A" * 42 + "B="}),
    ("at", "2026-11-21T10:00:00"),
    ("at", "2026-11-21T10:00:00+00:00"),
    ("at", "2026-11-21T10:00:00.5Z"),
    ("at", "2026-11-21 10:00:00Z"),
    ("at", "2026-02-30T10:00:00Z"),
    ("at", "2026-11-21T24:00:00Z"),
    ("at", "2026-11-21T10:00:60Z"),
    ("at", "0000-11-21T10:00:00Z"),
    ("at", "٢٠٢٦-11-21T10:00:00Z"),
    ("on", {}),
    ("on", {"precision": "hour"}),
    ("on", {"from": "2026-11-21"}),
    ("on", {"from": "2026-02-29", "precision": "day"}),
    ("on", {"to": "2026-13-01", "precision": "day"}),
    ("on", {"from": "2026-11-21", "to": "2026-11-20", "precision": "period"}),
    ("on", {"from": "2026-W47-6", "precision": "day"}),
    ("on", {"precision": "unknown", "zone": "Europe/London"}),
    ("on", {"from": "2026-11-21", "precision": "unknown"}),
    ("on", {"precision": "unknown", "to": "2026-11-21"}),
    ("on", {"precision": "day"}),
    ("on", {"precision": "period"}),
    ("on", {"from": "2026-11-20", "precision": "day", "to": "2026-11-21"}),
    ("mode", "draft"),
    ("body", []),
    ("body", "text"),
    ("_sd", []),
    ("_sd", list(reversed(DIGESTS))),
    ("_sd", [DIGESTS[0], DIGESTS[0]]),
    ("_sd", [DIGESTS[0] + "="]),
    ("_sd", [DIGESTS[0][:-1] + "B"]),
    ("_sd_alg", "sha-512"),
    ("erased", [GRANT]),
    ("erased", []),
]


@pytest.mark.parametrize(("name", "value"), SPOILED)
def test_a_field_that_breaks_its_rule_is_malformed_and_named(name: str, value: object) -> None:
    named = "signers" if name == "chain" else name
    with pytest.raises(Malformed, match=rf"field ({name}|{named})\b"):
        parse_statement(jcs.canonical(document(**{name: value})))


def test_numbers_that_some_readers_round_are_malformed() -> None:
    text = compose(**fields(anchor={"size": 7, "root": b64encode(bytes(32))})).decode()
    big = str(2**53)
    for spoiled in (text.replace('"size":7', f'"size":{big}'), text.replace(":12}", f":{big}}}")):
        assert spoiled != text
        with pytest.raises(Malformed):
            parse_statement(spoiled.encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda payload: payload + b"\n",
        lambda payload: b" " + payload,
        lambda payload: payload[:-1],
        lambda payload: payload.replace(b":", b": ", 1),
        lambda payload: payload.replace(b'"v":1', b'"v":1,"v":1'),
        lambda payload: payload.replace(b'"body":{', b'"body":{},"body":{'),
        lambda payload: payload.replace(b'"v":1', b'"v":1.0'),
        lambda payload: payload.replace(b"minutes", b"minut\xc3\xa9s"),
        lambda payload: payload.replace(b'"minutes":90', b'"minutes":90.5'),
        lambda payload: payload.replace(b'"minutes":90', b'"minutes":null'),
        lambda payload: payload.replace(b"worked", b"\xff"),
        lambda payload: payload.replace(b"tally", rb"\u0074ally"),
        lambda _: b"",
        lambda _: b"null",
        lambda _: b"[]",
    ],
)
def test_bytes_that_are_not_the_one_text_of_a_statement_are_malformed(
    spoil: Callable[[bytes], bytes],
) -> None:
    payload = compose(**fields())
    spoiled = spoil(payload)
    assert spoiled != payload
    with pytest.raises(Malformed):
        parse_statement(spoiled)


def test_a_body_that_imitates_the_rest_of_a_statement_stays_a_body() -> None:
    inner = json.loads(compose(**fields(seq=1, prev=None)))
    for body in (
        inner,
        {"a": inner},
        {"body": {}, "chain": inner["chain"]},
        {"a": json.dumps(inner)},
    ):
        said = parse_statement(compose(**fields(body=body)))
        assert (said.body, said.seq) == (body, 12)


def test_many_imitations_in_a_body_are_read_in_good_time() -> None:
    inner = json.loads(compose(**fields(seq=1, prev=None)))
    payload = compose(**fields(body={f"k{n}": inner for n in range(800)}))
    assert len(payload) > 300_000
    assert parse_statement(payload).seq == 12
    with pytest.raises(Malformed):
        parse_statement(payload[:-1])


def test_an_erasure_names_each_withdrawn_envelope_once() -> None:
    erasure = fields(type="values-erased/v1")
    hashes = ["cd" * 32, GRANT]
    assert parse_statement(compose(**erasure, erased=hashes)).erased == tuple(hashes)
    with pytest.raises(Malformed, match="twice"):
        compose(**erasure, erased=[GRANT, GRANT])


def test_grants_out_of_order_in_the_bytes_are_malformed() -> None:
    one, two = sorted((KEY, OTHER))
    payload = compose(**fields(signers=[one, two], key=one, under={two: GRANT, one: GRANT}))
    assert parse_statement(payload).under == {one: GRANT, two: GRANT}
    ordered = f'{{"{one}":"{GRANT}","{two}":"{GRANT}"}}'.encode()
    for spoiled in (
        f'{{"{two}":"{GRANT}","{one}":"{GRANT}"}}'.encode(),
        f'{{"{one}":"{GRANT}","{one}":"{GRANT}"}}'.encode(),
    ):
        assert ordered in payload
        with pytest.raises(Malformed, match="under"):
            parse_statement(payload.replace(ordered, spoiled))


def test_a_statement_has_at_most_64_signers() -> None:
    many = [KEY] + [sha256(bytes([n])).hex() for n in range(MAX_SIGNERS)]
    assert len(parse_statement(compose(**fields(signers=many[:MAX_SIGNERS]))).signers) == 64
    with pytest.raises(Malformed, match="signers"):
        compose(**fields(signers=many))


def test_a_payload_above_the_limit_is_malformed_before_it_is_read() -> None:
    with pytest.raises(Malformed, match="at most"):
        parse_statement(b"{" * (MAX_PAYLOAD + 1))
    with pytest.raises(Malformed, match="at most"):
        compose(**fields(body={"a": "x" * MAX_PAYLOAD}))


def test_the_deepest_body_that_parses_is_the_deepest_that_can_be_composed() -> None:
    body: dict[str, Any] = {}
    for _ in range(jcs.MAX_DEPTH - 2):
        body = {"a": body}
    payload = compose(**fields(body=body))
    assert parse_statement(payload).body == body
    with pytest.raises(Malformed, match="nested"):
        compose(**fields(body={"a": body}))
    spoiled = payload.replace(b'"body":{', b'"body":{"a":{').replace(b'},"chain"', b'}},"chain"')
    with pytest.raises(Malformed, match="nested"):
        parse_statement(spoiled)


def test_a_text_of_the_body_may_hold_any_character() -> None:
    text = '"\\\x00\x1f\x7f\u2028é😀\n'
    assert parse_statement(compose(**fields(body={"text": text}))).body == {"text": text}


def test_what_a_message_quotes_of_hostile_bytes_is_short() -> None:
    with pytest.raises(Malformed) as caught:
        parse_statement(jcs.canonical(document(ledger="x" * 100_000)))
    assert len(str(caught.value)) < 200
    assert re.search("ledger", str(caught.value))


def test_statements_are_equal_by_their_bytes_alone() -> None:
    one = parse_statement(compose(**fields()))
    assert one == one._replace(seq=99)
    assert len({one, one._replace(seq=99)}) == 1
    assert one != one._replace(payload=b"other")
    assert one != tuple(one)


@pytest.mark.parametrize(
    "on",
    [
        {"precision": "unknown"},
        {"from": "2026-11-20", "precision": "day"},
        {"precision": "day", "to": "2026-11-20"},
        {"from": "2026-11-20", "precision": "day", "to": "2026-11-20"},
        {"from": "2026-11-01", "precision": "month", "to": "2026-11-30"},
        {"precision": "period", "to": "2026-11-20"},
    ],
)
def test_a_date_may_be_known_from_one_side_only(on: dict[str, str]) -> None:
    assert parse_statement(compose(**fields(on=on))).on == on


def test_what_is_wrong_with_a_date_is_said_in_words() -> None:
    with pytest.raises(Malformed, match="unknown goes without dates"):
        compose(**fields(on={"from": "2026-11-20", "precision": "unknown"}))
    with pytest.raises(Malformed, match="every other with one at least"):
        compose(**fields(on={"precision": "month"}))
    with pytest.raises(Malformed, match="2026-11-20 to 2026-11-21 is more than one day"):
        compose(**fields(on={"from": "2026-11-20", "precision": "day", "to": "2026-11-21"}))
