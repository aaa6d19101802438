"""Generators of valid values for property tests, and the two or three keys that all tests share.

``statement_fields()`` draws the arguments of ``ledger.statement.compose``; every statement it can
make is valid. To test a refusal, draw a valid one and spoil one thing.

    @given(statement_fields())
    def test_a_statement_parses_back(fields): parse_statement(compose(**fields))
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ledger.encoding import b64encode, b64url_encode, sha256
from ledger.keys import SigningKey
from ledger.statement import EMPTY_ANCHOR, MODES, PRECISIONS

#: Keys of known seeds: making one costs a tenth of a millisecond and proves nothing.
KEYS: tuple[SigningKey, ...] = tuple(SigningKey.from_seed(bytes([n]) * 32) for n in range(4))
KEY_OF: dict[str, SigningKey] = {key.key_id: key for key in KEYS}

ORIGIN = "tally.example/garden"

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def ids(kind: str = "person") -> st.SearchStrategy[str]:
    """Ids of one kind."""
    return st.text(_BASE32, min_size=26, max_size=26).map(lambda tail: f"{kind}:{tail}")


def hashes() -> st.SearchStrategy[str]:
    """SHA-256 in hex."""
    return st.binary(min_size=1, max_size=4).map(lambda data: sha256(data).hex())


def texts() -> st.SearchStrategy[str]:
    """Any text that has a UTF-8 form, with quotes, controls and non-ASCII characters in it."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=24)


def integers() -> st.SearchStrategy[int]:
    """The integers that every JSON reader holds exactly."""
    return st.integers(-(2**53) + 1, 2**53 - 1)


def keys_of_objects() -> st.SearchStrategy[str]:
    """ASCII keys, mostly short words."""
    return st.one_of(
        st.sampled_from(["for", "kind", "has", "minutes", "chain", "prev"]),
        st.text(st.characters(max_codepoint=127), max_size=8),
    )


def json_values() -> st.SearchStrategy[Any]:
    """Values of our JSON profile, nested a little."""
    return st.recursive(
        st.one_of(st.booleans(), integers(), texts()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys_of_objects(), inner, max_size=3)
        ),
        max_leaves=8,
    )


def objects() -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects of our profile, such as a body."""
    return st.dictionaries(keys_of_objects(), json_values(), max_size=5)


def seconds() -> st.SearchStrategy[str]:
    """Moments as ``at`` writes them."""
    return st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z")


@st.composite
def happenings(draw: st.DrawFn) -> dict[str, str]:
    """The field ``on``: a precision, and days from–to in order; without days exactly if unknown."""
    precision = draw(st.sampled_from(PRECISIONS))
    found = {"precision": precision}
    if precision == "unknown":
        return found
    start, end = sorted(draw(st.tuples(st.dates(), st.dates())))
    if precision == "day":
        end = start
    shown = draw(st.sampled_from([("from",), ("to",), ("from", "to")]))
    days = {"from": start.isoformat(), "to": end.isoformat()}
    return found | {name: days[name] for name in shown}


@st.composite
def anchors(draw: st.DrawFn) -> dict[str, int | str]:
    """The field ``anchor``: nothing seen, or a checkpoint."""
    size = draw(st.integers(0, 2**53 - 1))
    if size == 0:
        return dict(EMPTY_ANCHOR)
    return {"size": size, "root": b64encode(draw(st.binary(min_size=32, max_size=32)))}


@st.composite
def statement_fields(draw: st.DrawFn, /, **fixed: Any) -> dict[str, Any]:
    """Arguments of ``compose`` for a valid statement signed by one or more of KEYS."""
    signers = draw(st.lists(st.sampled_from([key.key_id for key in KEYS]), min_size=1, unique=True))
    seq = draw(st.one_of(st.just(1), st.integers(1, 2**53 - 1)))
    kind = draw(st.sampled_from(["contribution-recorded/v1", "vote-cast/v12", "values-erased/v1"]))
    erases = kind.startswith("values-erased/")
    values = draw(st.lists(st.binary(max_size=3), max_size=3, unique=True))
    return {
        "type": kind,
        "ledger": ORIGIN,
        "author": draw(st.one_of(ids("person"), ids("operator"))),
        "key": draw(st.sampled_from(signers)),
        "seq": seq,
        "prev": None if seq == 1 else draw(hashes()),
        "signers": signers,
        "body": draw(objects()),
        "at": draw(seconds()),
        "nonce": b64url_encode(draw(st.binary(min_size=16, max_size=16))),
        "under": draw(st.dictionaries(st.sampled_from(signers), hashes())),
        "anchor": draw(anchors()),
        "on": draw(st.none() | happenings()),
        "mode": draw(st.sampled_from(MODES)),
        "sd": [b64url_encode(sha256(value)) for value in values],
        "erased": draw(st.lists(hashes(), max_size=3, unique=True)) if erases else (),
    } | fixed
