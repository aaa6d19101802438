"""A bundle about one person: what it shows offline, and what any change to it brings to light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from builder import NOTE, Garden
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.bundle import check_bundle
from ledger.bundle_make import make_bundle
from ledger.check_report import Report
from ledger.count import Count, digest_of, read_count, sign_count, verify_count
from ledger.errors import LedgerError, Malformed, Refused, Unverified
from ledger.keys import SigningKey
from ledger.policy import Policy

MADE: dict[str, Any] = {}


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Garden.full(tmp_path_factory.mktemp("garden"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def bundle(garden: Garden) -> bytes:
    made = make_bundle(garden.ledger, garden.people["ana"].id, garden.operator.key, garden.policy)
    MADE["bundle"], MADE["policy"] = made, garden.policy
    return made


def changed(bundle: bytes, change: Any) -> bytes:
    fields = json.loads(bundle)
    change(fields)
    return json.dumps(fields).encode()


def wrong(report: Report, step: int) -> bool:
    return any(f.code == 10 and f.step == step for f in report.findings)


def test_an_honest_bundle_holds(garden: Garden, bundle: bytes) -> None:
    report = check_bundle(bundle, Policy.parse(garden.policy))
    assert report.exit_code == 0, report.findings
    assert report.origin == garden.origin
    assert report.checked["3"] == 2
    assert report.checked["5"] == len(json.loads(bundle)["entries"])
    assert report.checked["9"] == 3


def test_it_says_what_it_cannot_show(bundle: bytes, garden: Garden) -> None:
    words = " ".join(f.message for f in check_bundle(bundle, Policy.parse(garden.policy)).findings)
    assert "no key was revoked" in words
    assert "makes an omission provable" in words


def test_by_its_own_policy_it_ends_11(bundle: bytes) -> None:
    report = check_bundle(bundle)
    assert report.exit_code == 11
    assert "which its sender chose" in report.findings[0].message


def test_without_any_policy_it_ends_11(bundle: bytes) -> None:
    report = check_bundle(changed(bundle, lambda b: b.pop("policy")))
    assert report.exit_code == 11


def test_a_policy_that_trusts_another_log_ends_11(bundle: bytes, tmp_path: Path) -> None:
    elsewhere = Garden.start(tmp_path, seed=8)
    assert check_bundle(bundle, Policy.parse(elsewhere.policy)).exit_code == 11
    elsewhere.ledger.close()


def test_it_holds_the_entries_about_the_person_and_no_others_values(
    garden: Garden, bundle: bytes
) -> None:
    ana = garden.people["ana"].id
    about = {entry.index for entry in garden.ledger.about(ana)}
    fields = json.loads(bundle)
    assert about <= {entry["index"] for entry in fields["entries"]}
    mine = {garden.hash(i) for i in about}
    assert {item["envelope"] for item in fields["disclosures"]} <= mine
    assert read_count(fields["count"].encode()).number == len(about)


def test_a_withdrawn_entry_is_explained_by_its_tombstone(garden: Garden, bundle: bytes) -> None:
    buried = [entry for entry in json.loads(bundle)["entries"] if "hash" in entry]
    assert len(buried) == 1


@pytest.mark.parametrize("person", ["ben", "cem"])
def test_every_person_gets_a_bundle_that_holds(garden: Garden, person: str) -> None:
    raw = make_bundle(garden.ledger, garden.people[person].id, garden.operator.key)
    report = check_bundle(raw, Policy.parse(garden.policy))
    assert report.exit_code == 0, report.findings


def test_an_entry_left_out_contradicts_the_count(garden: Garden, bundle: bytes) -> None:
    report = check_bundle(
        changed(bundle, lambda b: b["entries"].pop(-1)), Policy.parse(garden.policy)
    )
    assert report.exit_code == 10
    assert wrong(report, 8)


def test_a_value_exchanged_matches_no_digest(garden: Garden, bundle: bytes) -> None:
    from ledger.disclosure import make

    def exchange(fields: dict[str, Any]) -> None:
        fields["disclosures"][0]["disclosure"] = make("title", "another").text

    report = check_bundle(changed(bundle, exchange), Policy.parse(garden.policy))
    assert wrong(report, 9)


def test_a_value_left_out_is_counted(garden: Garden, bundle: bytes) -> None:
    report = check_bundle(
        changed(bundle, lambda b: b["disclosures"].pop()), Policy.parse(garden.policy)
    )
    assert report.exit_code == 0
    assert any("1 value is not enclosed" in f.message for f in report.findings)


def test_an_entry_moved_to_another_index_is_found(garden: Garden, bundle: bytes) -> None:
    def move(fields: dict[str, Any]) -> None:
        fields["entries"][-1]["index"] += 1

    assert wrong(check_bundle(changed(bundle, move), Policy.parse(garden.policy)), 5)


def test_a_key_exchanged_is_found(garden: Garden, bundle: bytes) -> None:
    def exchange(fields: dict[str, Any]) -> None:
        fields["keys"][0]["keyval"]["public"] = SigningKey.generate().public.hex()

    assert wrong(check_bundle(changed(bundle, exchange), Policy.parse(garden.policy)), 8)


@pytest.mark.parametrize(
    "other", [{"keytype": "rsa"}, {"scheme": "ed448"}, {"name": "Ana"}, {"keyval": {}}]
)
def test_a_key_is_listed_in_one_form(garden: Garden, bundle: bytes, other: dict[str, Any]) -> None:
    altered = changed(bundle, lambda fields: fields["keys"][0].update(other))
    with pytest.raises(Malformed, match="keys"):
        check_bundle(altered, Policy.parse(garden.policy))


def test_without_its_charter_nobody_can_be_trusted(garden: Garden, bundle: bytes) -> None:
    report = check_bundle(
        changed(bundle, lambda b: b["entries"].pop(0)), Policy.parse(garden.policy)
    )
    assert wrong(report, 7)


@given(st.integers(0, 10**6), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_is_malformed_or_found(position: int, bit: int) -> None:
    if not MADE:
        return  # made by the fixtures of the tests above
    raw = bytearray(MADE["bundle"])
    raw[position % len(raw)] ^= 1 << bit
    try:
        report = check_bundle(bytes(raw), Policy.parse(MADE["policy"]))
    except LedgerError as error:
        assert isinstance(error, (Malformed, Unverified))
        return
    if json.loads(raw).get("policy") == MADE["policy"]:
        # A name of a member or a text nobody signed may not be read at all; nothing else passes.
        assert report.exit_code != 0 or json.loads(raw) == json.loads(MADE["bundle"])


def test_a_bundle_rests_on_a_checkpoint_and_the_operators_key(tmp_path: Path) -> None:
    garden = Garden.start(tmp_path)
    ana = garden.person("ana")
    with pytest.raises(Refused, match="no checkpoint"):
        make_bundle(garden.ledger, ana.id, garden.operator.key)
    garden.checkpoint()
    with pytest.raises(Refused, match="operator's event key"):
        make_bundle(garden.ledger, ana.id, ana.key)
    with pytest.raises(Refused, match="about one person"):
        make_bundle(garden.ledger, garden.operator.id, garden.operator.key)
    garden.ledger.close()


def test_entries_after_the_checkpoint_are_not_in_it(tmp_path: Path) -> None:
    garden = Garden.start(tmp_path)
    ana = garden.person("ana")
    garden.checkpoint()
    garden.say(ana, NOTE, {})
    raw = make_bundle(garden.ledger, ana.id, garden.operator.key)
    assert read_count(json.loads(raw)["count"].encode()).number == 1
    assert check_bundle(raw, Policy.parse(garden.policy)).exit_code == 0
    garden.ledger.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"v":1}',
        b'{"checkpoint":"","count":"","disclosures":[],"entries":[],"keys":[],"origin":"a","v":2}',
        b'{"checkpoint":"","count":"","disclosures":[],"entries":{},"keys":[],"origin":"a","v":1}',
        b'{"checkpoint":"","count":"","disclosures":[],"entries":[{"index":0,"proof":[]}],'
        b'"keys":[],"origin":"a","v":1}',
    ],
)
def test_what_is_no_bundle_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        check_bundle(raw)


def test_a_count_is_signed_by_the_operator() -> None:
    key, other = SigningKey.generate(), SigningKey.generate()
    count = Count("example.org/a", 5, bytes(32), "person:" + "a" * 26, 2, digest_of([0, 3]))
    raw = sign_count(count, key)
    assert verify_count(raw, key.key_id, {key.key_id: key.public}) == count
    with pytest.raises(Unverified):
        verify_count(raw, other.key_id, {other.key_id: other.public})


def test_a_count_of_another_history_of_that_size_is_told_apart(
    garden: Garden, bundle: bytes
) -> None:
    def other(fields: Any) -> None:
        count = read_count(fields["count"].encode())._replace(root=bytes(32))
        fields["count"] = sign_count(count, garden.operator.key).decode()

    report = check_bundle(changed(bundle, other), Policy.parse(garden.policy))
    assert report.exit_code == 10
    assert any("two histories" in finding.message for finding in report.findings)


def test_the_digest_of_a_count_is_over_decimal_lines() -> None:
    import hashlib

    assert digest_of([0, 12]) == hashlib.sha256(b"0\n12\n").hexdigest()
    assert digest_of([]) == hashlib.sha256(b"").hexdigest()


def test_checking_a_bundle_imports_neither_database_nor_domain() -> None:
    code = (
        "import sys; import ledger.bundle; "
        "heavy = {'sqlalchemy', 'eventsourcing', 'pydantic', 'domain', 'projections'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_checkpoint_that_nobody_signed_ends_11_and_the_rest_is_checked(
    garden: Garden, bundle: bytes
) -> None:
    def strip(fields: dict[str, Any]) -> None:
        fields["checkpoint"] = "\n".join(
            line
            for line in fields["checkpoint"].split("\n")
            if not line.startswith(f"— {garden.origin} ")
        )

    report = check_bundle(changed(bundle, strip), Policy.parse(garden.policy))
    assert report.exit_code == 11
    assert report.checked["5"] > 0


def test_a_signature_that_fails_is_10_and_not_11(garden: Garden, bundle: bytes) -> None:
    def enlarge(fields: dict[str, Any]) -> None:
        fields["checkpoint"] = fields["checkpoint"].replace("\n18\n", "\n19\n")

    assert wrong(check_bundle(changed(bundle, enlarge), Policy.parse(garden.policy)), 2)
