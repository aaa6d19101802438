"""Tags are drawn from signed bytes alone, and nobody can leave one out or forge another."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import is_hash, is_id, new_id, new_nonce
from ledger.statement import Statement, compose, parse_statement
from ledger.types import LEDGER_TYPES, TypeInfo, about, tags_of, typed_ids

KEY = "ab" * 32
GRANT = "cd" * 32
AUTHOR = "person:" + "a" * 26
OTHER = "person:" + "b" * 26
DECISION = "decision:" + "c" * 26


def said(body: dict[str, Any], **fields: Any) -> Statement:
    given_: dict[str, Any] = {
        "type": "vote-cast/v1",
        "ledger": "example.org/garden",
        "author": AUTHOR,
        "key": KEY,
        "seq": 1,
        "prev": None,
        "signers": [KEY],
        "body": body,
        "at": "2026-03-02T12:00:00Z",
        "nonce": new_nonce(),
    }
    return parse_statement(compose(**(given_ | fields)))


def test_tags_are_author_ids_hashes_and_grants() -> None:
    statement = said({"deep": [{"x": OTHER}], "entry": "ef" * 32}, under={KEY: GRANT})
    assert tags_of(statement, None) == {AUTHOR, OTHER, "ef" * 32, GRANT}


def test_an_id_used_as_the_name_of_a_field_is_a_tag_too() -> None:
    assert OTHER in tags_of(said({"seats": {OTHER: 2}}), None)


def test_a_composite_tag_joins_author_and_body_fields() -> None:
    info = TypeInfo("vote-cast/v1", composites=(("ballot", ("decision", "author")),))
    assert f"ballot|{DECISION}|{AUTHOR}" in tags_of(said({"decision": DECISION}), info)


def test_a_composite_with_a_field_missing_gives_no_tag() -> None:
    info = TypeInfo("vote-cast/v1", composites=(("ballot", ("decision", "author")),))
    assert tags_of(said({"decision": 5}), info) == {AUTHOR}


def test_a_bar_or_line_feed_inside_a_part_cannot_imitate_another_composite() -> None:
    info = TypeInfo("x-done/v1", composites=(("pair", ("a", "b")),))
    one = tags_of(said({"a": "x|y", "b": "z"}, type="x-done/v1"), info)
    two = tags_of(said({"a": "x", "b": "y|z"}, type="x-done/v1"), info)
    assert one != two
    assert all("\n" not in tag for tag in tags_of(said({"a": "x\n", "b": "z"}), info))


def test_key_and_earlier_payload_are_not_tags_unless_the_body_names_them() -> None:
    assert KEY not in tags_of(said({}), None)


def test_about_is_the_author_and_every_typed_id_in_the_body() -> None:
    assert about(said({"for": OTHER, "h": "ef" * 32})) == {AUTHOR, OTHER}


def test_a_value_without_a_declared_audience_is_personal() -> None:
    info = TypeInfo("x/v1", values={"title": "public"})
    assert info.audience("title") == "public"
    assert info.audience("anything else") == "personal"


def test_no_ledger_owned_type_may_be_withdrawn() -> None:
    assert not any(info.withdrawable for info in LEDGER_TYPES.values())
    assert all(name == info.name for name, info in LEDGER_TYPES.items())


JSON = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.text(max_size=8)
    | st.sampled_from([AUTHOR, OTHER, DECISION, "ef" * 32, new_id("group-entry")]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from("abcde"), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_typed_ids_are_found_at_any_depth(value: object) -> None:
    def slowly(item: object) -> set[str]:
        if isinstance(item, dict):
            return set().union(*map(slowly, item.keys()), *map(slowly, item.values()))
        if isinstance(item, list):
            return set().union(*map(slowly, item))
        return {item} if isinstance(item, str) and is_id(item) else set()

    assert typed_ids(value) == slowly(value)


@given(JSON)
def test_every_tag_without_a_composite_is_an_id_or_a_hash(value: object) -> None:
    assert all(is_id(tag) or is_hash(tag) for tag in tags_of(said({"value": value}), None))
