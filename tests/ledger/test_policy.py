"""Trust policies: whose log, which witnesses, how many; and why a checkpoint is not believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, add_signature, sign_checkpoint
from ledger.errors import Malformed, Untrusted, Unverified
from ledger.keys import SigningKey
from ledger.note import COSIGNATURE, ED25519, make_vkey, sign_note
from ledger.policy import Policy
from ledger.witness import cosign

ORIGIN = "example.org/log"
LOG = SigningKey.from_seed(b"l" * 32)
OTHER = SigningKey.from_seed(b"o" * 32)
WITNESSES = {name: SigningKey.from_seed(name.encode() * 16) for name in ("X1", "X2", "Y1", "Y2")}
LOG_LINE = f"log {make_vkey(ORIGIN, ED25519, LOG.public)}"
WITNESS_LINES = [
    f"witness {name} {make_vkey(f'{name}.example', COSIGNATURE, key.public)}"
    for name, key in WITNESSES.items()
]
WITNESSES = {f"{name}.example": key for name, key in WITNESSES.items()}
CHECKPOINT = sign_checkpoint(Checkpoint(ORIGIN, 5, bytes(range(32))), ORIGIN, LOG)


def policy(*rules: str) -> Policy:
    return Policy.parse("\n".join([LOG_LINE, *WITNESS_LINES, *rules]) + "\n")


def cosigned(*names: str, times: dict[str, int] | None = None) -> bytes:
    note = CHECKPOINT
    for name in names:
        time = (times or {}).get(name, 1_700_000_000)
        key = WITNESSES[f"{name}.example"]
        note = add_signature(note, cosign(CHECKPOINT, f"{name}.example", key, time))
    return note


def test_a_policy_opens_a_checkpoint_its_log_signed() -> None:
    trusted = policy("quorum none").open(CHECKPOINT)
    assert (trusted.checkpoint.origin, trusted.checkpoint.size) == (ORIGIN, 5)
    assert trusted.quorum_met and trusted.cosignatures == () and trusted.quorum_time is None
    assert trusted.note == CHECKPOINT
    assert trusted.require_quorum() is trusted


def test_cosignatures_are_named_as_the_policy_names_them_with_their_times() -> None:
    trusted = policy("quorum X1").open(cosigned("X1", "Y1", times={"X1": 7, "Y1": 9}))
    assert [(c.witness, c.key_name, c.time) for c in trusted.cosignatures] == [
        ("X1", "X1.example", 7),
        ("Y1", "Y1.example", 9),
    ]


@pytest.mark.parametrize(
    ("rules", "names", "met"),
    [
        (["quorum X1"], ["X1"], True),
        (["quorum X1"], ["X2"], False),
        (["group g any X1 X2", "quorum g"], ["X2"], True),
        (["group g all X1 X2", "quorum g"], ["X2"], False),
        (["group g all X1 X2", "quorum g"], ["X2", "X1"], True),
        (["group g 2 X1 X2 Y1", "quorum g"], ["X1", "Y1"], True),
        (["group g 2 X1 X2 Y1", "quorum g"], ["X1", "Y2"], False),
        (["group x any X1 X2", "group y all Y1 Y2", "group a all x y", "quorum a"], ["X1"], False),
        (
            ["group x any X1 X2", "group y all Y1 Y2", "group a all x y", "quorum a"],
            ["X1", "Y1", "Y2"],
            True,
        ),
    ],
)
def test_a_quorum_is_met_by_the_witnesses_it_names(
    rules: list[str], names: list[str], met: bool
) -> None:
    assert policy(*rules).open(cosigned(*names)).quorum_met is met


def test_too_few_witnesses_cannot_be_checked_and_are_not_called_broken() -> None:
    trusted = policy("group g 2 X1 X2", "quorum g").open(cosigned("X1"))
    with pytest.raises(Untrusted, match="cosigned by X1"):
        trusted.require_quorum()


def test_the_age_counts_from_the_last_moment_at_which_a_whole_quorum_cosigned() -> None:
    rules = ("group g 2 X1 X2 Y1", "quorum g")
    note = cosigned("X1", "X2", "Y1", times={"X1": 10, "X2": 30, "Y1": 20})
    assert policy(*rules).open(note).quorum_time == 20
    assert policy(*rules).open(cosigned("X1")).quorum_time is None


def test_an_unknown_log_is_untrusted_and_so_is_an_unknown_key_of_a_known_log() -> None:
    elsewhere = sign_checkpoint(Checkpoint("example.org/b", 5, bytes(32)), "example.org/b", LOG)
    with pytest.raises(Untrusted, match="names no such log"):
        policy("quorum none").open(elsewhere)
    with pytest.raises(Untrusted, match="not signed by a key"):
        policy("quorum none").open(
            sign_checkpoint(Checkpoint(ORIGIN, 5, bytes(range(32))), ORIGIN, OTHER)
        )


def test_a_witness_alone_does_not_make_a_checkpoint_of_a_log() -> None:
    line = CHECKPOINT.split(b"\n\n")[0] + b"\n\n"
    cosignature = cosign(CHECKPOINT, "X1.example", WITNESSES["X1.example"], 7)
    with pytest.raises(Untrusted):
        policy("quorum X1").open(line + cosignature.encode())


def test_a_signature_that_does_not_match_is_unverified_whoever_made_it() -> None:
    for broken in (
        CHECKPOINT.replace(b"\n5\n", b"\n6\n"),
        cosigned("X1").replace(b"\n5\n", b"\n6\n"),
        add_signature(
            CHECKPOINT,
            cosign(
                sign_checkpoint(Checkpoint(ORIGIN, 6, bytes(32)), ORIGIN, LOG),
                "X1.example",
                WITNESSES["X1.example"],
                7,
            ),
        ),
    ):
        with pytest.raises(Unverified):
            policy("quorum none").open(broken)


def test_a_note_that_is_no_checkpoint_is_malformed() -> None:
    with pytest.raises(Malformed):
        policy("quorum none").open(sign_note(f"{ORIGIN}\n".encode(), ORIGIN, LOG))


def test_comments_tabs_blank_lines_urls_and_any_octets_in_names_are_read() -> None:
    text = (
        b"# whose log \xff\n\n \t" + LOG_LINE.encode() + b"\thttps://example.org/log \n"
        b"witness w\xff " + WITNESS_LINES[0].split()[2].encode() + b" https://w.example/\n"
        b"quorum w\xff"
    )
    parsed = Policy.parse(text)
    assert parsed.open(cosigned("X1")).quorum_met
    assert parsed.text.encode("utf-8", "surrogateescape") == text
    assert Policy.parse(parsed.text).quorum == parsed.quorum


VKEY = LOG_LINE.split()[1]
W1 = WITNESS_LINES[0].split()[2]
W2 = WITNESS_LINES[1].split()[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {VKEY}\n",
        "quorum none\nquorum none\n",
        "quorum\n",
        "quorum nobody\n",
        f"quorum w\nwitness w {W1}\n",
        "log\nquorum none\n",
        f"log {VKEY} url url\nquorum none\n",
        f"log {W1}\nquorum none\n",
        f"log {VKEY}x\nquorum none\n",
        f"log {VKEY}\nlog {VKEY}\nquorum none\n",
        f"witness w {VKEY}\nquorum none\n",
        f"witness w {W1}\nwitness v {W1}\nquorum none\n",
        f"witness w {W1}\nwitness w {W2}\nquorum none\n",
        f"witness none {W1}\nquorum none\n",
        f"witness w {W1}\ngroup g 0 w\nquorum g\n",
        f"witness w {W1}\ngroup g 2 w\nquorum g\n",
        f"witness w {W1}\ngroup g -1 w\nquorum g\n",
        f"witness w {W1}\ngroup g ² w\nquorum g\n",
        f"witness w {W1}\ngroup g many w\nquorum g\n",
        f"witness w {W1}\ngroup g any\nquorum g\n",
        f"witness w {W1}\ngroup w any w\nquorum w\n",
        f"witness w {W1}\ngroup g any g\nquorum g\n",
        f"witness w {W1}\ngroup g any none\nquorum g\n",
        f"witness w {W1}\ngroup g any w w\nquorum g\n",
        f"witness w {W1}\ngroup g any w\ngroup h any w\nquorum g\n",
        f"group g any w\nwitness w {W1}\nquorum g\n",
        "quorum none\r\n",
        "quorum none\x00\n",
        "quorum none\x7f\n",
        "trust everybody\nquorum none\n",
        "Quorum none\n",
    ],
)
def test_what_is_no_policy_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        Policy.parse(text)


def test_a_policy_without_end_is_refused_before_it_is_read() -> None:
    with pytest.raises(Malformed):
        Policy.parse(b"#" * (1 << 20) + b"\nquorum none\n")


@given(st.binary(max_size=100))
def test_no_bytes_make_the_policy_parser_fail_in_another_way(data: bytes) -> None:
    for text in (data, LOG_LINE.encode() + b"\n" + data, b"group g " + data, b"quorum " + data):
        try:
            Policy.parse(text)
        except Malformed:
            continue
