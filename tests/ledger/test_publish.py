"""Publishing: what each class sees; what is added, removed and refused; who else accepts it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from builder import DECISION, NOTE, VOTE, Garden
from checkers import Checker, need_go, need_script
from publishing import brute_check, shown, snapshot

from ledger.checkpoint import parse_checkpoint
from ledger.directory import Directory, keys_text, parse_keys
from ledger.disclosure import parse as parse_disclosure
from ledger.errors import Malformed, Refused, Untrusted
from ledger.policy import Policy
from ledger.publish import publish
from ledger.types import TypeInfo
from ledger.witness import FileWitness


@pytest.fixture
def garden(tmp_path: Path) -> Iterator[Garden]:
    made = Garden.full(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


# --- what each class sees ----------------------------------------------------------------------


def test_an_auditor_sees_every_envelope_and_nothing_is_withheld(garden: Garden, out: Path) -> None:
    done = publish(garden.ledger, out, "auditor", garden.policy, proofs=[0, 5])
    hashes = brute_check(out, garden.policy)
    assert (done.checkpoint.size, done.checkpoints, done.added) == (18, 2, 17)
    assert (done.withheld, done.withdrawn) == (0, 1)
    with Directory(out) as directory:
        assert directory.shown_as == "auditor"
        assert directory.policy() == garden.policy.encode()
        assert len(shown(directory)) == len(hashes) - 1
        assert list(directory.withheld()) == []
        assert directory.proof_indexes() == [0, 5]


def test_the_public_sees_what_is_declared_public_and_the_rest_is_named(
    garden: Garden, out: Path
) -> None:
    done = publish(garden.ledger, out, "public", garden.policy)
    hashes = brute_check(out, garden.policy)
    types = {garden.hash(e.index): e.type for e in garden.ledger.entries() if e.envelope}
    public = {value for value, kind in types.items() if kind not in (NOTE, VOTE)}
    with Directory(out) as directory:
        assert set(shown(directory)) == public
        assert set(directory.withheld()) == set(types) - public
        assert done.withheld == len(types) - len(public) > 0
        # The withdrawn envelope is neither shown nor withheld.
        assert set(hashes) - public - set(directory.withheld()) == set(hashes) - set(types)


def test_each_class_sees_the_values_that_are_for_it(garden: Garden, out: Path) -> None:
    def names(cls: str) -> list[str]:
        publish(garden.ledger, out / cls, cls, garden.policy)
        with Directory(out / cls) as directory:
            return sorted(parse_disclosure(text).name for _, text in directory.disclosures())

    assert names("auditor") == ["question", "reason", "title"]
    assert names("public") == ["question"]


def test_an_erased_value_and_a_withdrawn_envelope_are_in_no_file(garden: Garden, out: Path) -> None:
    for cls in ("public", "auditor"):
        publish(garden.ledger, out / cls, cls, garden.policy)
        everything = b"".join(snapshot(out / cls).values())
        assert b"story" not in everything
        with Directory(out / cls) as directory:
            values = [parse_disclosure(text).value for _, text in directory.disclosures()]
        assert "why" not in values and "long" not in values


def test_keys_are_all_that_were_ever_enrolled_and_no_others(garden: Garden, out: Path) -> None:
    publish(garden.ledger, out, "public", garden.policy)
    records = list(garden.ledger.keyring().keys())
    with Directory(out) as directory:
        data = directory.keys() or b""
    assert data == keys_text(record.public for record in records)
    assert set(parse_keys(data)) == {record.key_id for record in records}
    listed = json.loads(data)
    assert [sorted(item) for item in listed] == [["keyid", "keytype", "keyval", "scheme"]] * len(
        records
    )


# --- publishing again --------------------------------------------------------------------------


def test_publishing_again_without_change_writes_nothing(garden: Garden, out: Path) -> None:
    publish(garden.ledger, out, "public", garden.policy, proofs=[3])
    before = snapshot(out)
    done = publish(garden.ledger, out, "public", garden.policy)
    assert done.added == 0
    assert snapshot(out) == before


def test_publishing_again_gives_what_publishing_anew_gives(garden: Garden, out: Path) -> None:
    for cls in ("public", "auditor"):
        publish(garden.ledger, out / cls, cls, garden.policy, proofs=[2])
    ana = garden.people["ana"]
    title = garden.say(ana, NOTE, {"about": ana.id}, values={"title": "x", "reason": "y"})
    garden.say(ana, DECISION, {"decision": garden.new_id("decision")}, values={"question": "?"})
    garden.checkpoint()
    garden.new_day()
    garden.erase(ana, values=[title], names=["title"])
    garden.erase(ana, withdraw=[11])
    garden.checkpoint()
    for cls in ("public", "auditor"):
        publish(garden.ledger, out / cls, cls, garden.policy)
        publish(garden.ledger, out / f"{cls}-anew", cls, garden.policy)
        brute_check(out / cls, garden.policy)
        again, anew = snapshot(out / cls), snapshot(out / f"{cls}-anew")
        assert again.pop("proofs/2.tlog-proof")
        assert again == anew


def test_a_proof_asked_for_once_stays_and_asked_again_is_renewed(garden: Garden, out: Path) -> None:
    publish(garden.ledger, out, "auditor", garden.policy, proofs=[2, 3])
    before = snapshot(out)
    garden.new_day()
    garden.checkpoint()
    publish(garden.ledger, out, "auditor", garden.policy, proofs=[3])
    after = snapshot(out)
    assert after["proofs/2.tlog-proof"] == before["proofs/2.tlog-proof"]
    assert after["proofs/3.tlog-proof"] != before["proofs/3.tlog-proof"]
    brute_check(out, garden.policy)


def test_a_type_that_becomes_public_is_shown_from_then_on_and_back(
    garden: Garden, out: Path
) -> None:
    publish(garden.ledger, out, "public", garden.policy)
    narrow = garden.ledger.catalogue
    garden.ledger.catalogue = {**narrow, VOTE: TypeInfo(VOTE, public=True)}
    publish(garden.ledger, out, "public", garden.policy)
    brute_check(out, garden.policy)
    votes = [garden.hash(e.index) for e in garden.ledger.of_types(frozenset({VOTE}))]
    with Directory(out) as directory:
        assert set(votes) <= set(shown(directory))
        assert not any(vote in directory.withheld() for vote in votes)
    garden.ledger.catalogue = narrow
    publish(garden.ledger, out, "public", garden.policy)
    with Directory(out) as directory:
        assert not set(votes) & set(shown(directory))
        assert all(vote in directory.withheld() for vote in votes)


def test_a_checkpoint_that_the_policy_does_not_accept_any_more_goes_with_what_it_needed(
    garden: Garden, out: Path
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy, proofs=[1])
    garden.new_day()
    note = garden.checkpoint(cosigned=False)
    lenient = f"log {garden.log_vkey}\nquorum none\n"
    publish(garden.ledger, out, "auditor", lenient)
    with Directory(out) as directory:
        assert directory.checkpoint_sizes() == [9, 18, 19]
        assert directory.checkpoint() == note
    brute_check(out, lenient)
    garden.new_day()
    garden.checkpoint()
    publish(garden.ledger, out, "auditor", garden.policy)
    with Directory(out) as directory:
        assert directory.checkpoint_sizes() == [9, 18, 20]
        assert directory.consistency_pairs() == [(9, 18), (18, 20)]
    assert not (out / "tile/0/000.p/19").exists()
    assert not (out / "tile/entries/000.p/19").exists()
    brute_check(out, garden.policy)


# --- only what is complete ---------------------------------------------------------------------


def test_a_checkpoint_without_its_quorum_is_not_published(garden: Garden, out: Path) -> None:
    ana = garden.people["ana"]
    garden.say(ana, NOTE, {"about": ana.id})
    garden.checkpoint(cosigned=False)
    done = publish(garden.ledger, out, "auditor", garden.policy)
    assert done.checkpoint.size == 18
    assert len(brute_check(out, garden.policy)) == 18


def test_nothing_is_published_before_a_checkpoint_is_complete(tmp_path: Path, out: Path) -> None:
    garden = Garden.start(tmp_path)
    with pytest.raises(Refused, match="no retained checkpoint"):
        publish(garden.ledger, out, "auditor", garden.policy)
    garden.checkpoint(cosigned=False)
    with pytest.raises(Refused, match="quorum of witnesses"):
        publish(garden.ledger, out, "auditor", garden.policy)
    assert not out.exists()


def test_an_erasure_that_no_complete_checkpoint_covers_is_refused(
    garden: Garden, out: Path
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy)
    before = snapshot(out)
    garden.erase(garden.people["ana"], withdraw=[11])
    garden.checkpoint(cosigned=False)
    with pytest.raises(Refused, match="does not cover it"):
        publish(garden.ledger, out, "auditor", garden.policy)
    assert snapshot(out) == before


def test_a_policy_that_does_not_name_the_log_cannot_vouch_for_it(
    garden: Garden, tmp_path: Path, out: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Garden.start(tmp_path / "other", origin="example.org/other", seed=9)
    with pytest.raises(Untrusted):
        publish(garden.ledger, out, "auditor", other.policy)
    with pytest.raises(Malformed):
        publish(garden.ledger, out, "auditor", "quorum nobody\n")
    assert not out.exists()


@pytest.mark.parametrize("proofs", [[18], [-1], [0, 99]])
def test_a_proof_of_an_entry_in_no_checkpoint_is_refused(
    garden: Garden, out: Path, proofs: list[int]
) -> None:
    with pytest.raises(Refused):
        publish(garden.ledger, out, "auditor", garden.policy, proofs=proofs)


# --- whose directory ---------------------------------------------------------------------------


def test_a_directory_of_another_class_ledger_or_kind_is_left_alone(
    garden: Garden, tmp_path: Path, out: Path
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy)
    (tmp_path / "other").mkdir()
    other = Garden.start(tmp_path / "other", origin="example.org/other", seed=9)
    other.checkpoint()
    foreign = tmp_path / "photos"
    foreign.mkdir()
    (foreign / "cat.jpeg").write_bytes(b"")
    before = snapshot(out)
    for ledger, cls, policy, where, words in (
        (garden.ledger, "public", garden.policy, out, "the auditor directory"),
        (other.ledger, "auditor", other.policy, out, "of example.org/garden"),
        (garden.ledger, "auditor", garden.policy, foreign, "not a published directory"),
        (garden.ledger, "secret", garden.policy, out, "no class"),
    ):
        with pytest.raises(Refused, match=words):
            publish(ledger, where, cls, policy)
    assert snapshot(out) == before
    assert [path.name for path in foreign.iterdir()] == ["cat.jpeg"]


def test_a_directory_copied_without_hidden_files_is_known_by_its_checkpoint(
    garden: Garden, out: Path
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy)
    for path in out.glob(".*"):
        path.unlink()
    with pytest.raises(Refused):
        publish(garden.ledger, out, "public", garden.policy)
    publish(garden.ledger, out, "auditor", garden.policy)
    brute_check(out, garden.policy)


def test_a_directory_ahead_of_the_ledger_or_of_another_past_is_kept_as_it_is(
    garden: Garden, tmp_path: Path, out: Path
) -> None:
    twin_path = tmp_path / "twin"
    twin_path.mkdir()
    twin = Garden.start(twin_path)
    twin.new_day()
    twin.checkpoint()
    publish(twin.ledger, out, "auditor", twin.policy)
    with pytest.raises(Refused, match="another past"):
        publish(garden.ledger, out, "auditor", garden.policy)
    twin.person("yan")
    twin.checkpoint()
    shorter = tmp_path / "shorter"
    shorter.mkdir()
    behind = Garden.start(shorter)
    behind.checkpoint()
    publish(twin.ledger, out, "auditor", twin.policy)
    with pytest.raises(Refused, match="shows size 3"):
        publish(behind.ledger, out, "auditor", behind.policy)
    brute_check(out, twin.policy)


# --- more than one tile ------------------------------------------------------------------------


def test_a_ledger_of_several_tiles_is_published_step_by_step(tmp_path: Path, out: Path) -> None:
    garden = Garden.start(tmp_path)
    ana = garden.person("ana")
    for target in (3, 256, 257, 600):
        while garden.ledger.head().size < target:
            garden.say(ana, NOTE, {"about": ana.id})
        garden.checkpoint()
        publish(garden.ledger, out, "auditor", garden.policy, proofs=[target - 1])
        assert len(brute_check(out, garden.policy)) == target
    publish(garden.ledger, tmp_path / "anew", "auditor", garden.policy)
    again, anew = snapshot(out), snapshot(tmp_path / "anew")
    assert {name: again[name] for name in anew} == anew
    for accepts in (need_go(), need_script("dsse_check.py", "securesystemslib")):
        accepted, words = accepts(out)
        assert accepted, words


# --- outside checkers --------------------------------------------------------------------------


@pytest.fixture(params=["go", "dsse", "merkle"])
def accepts(request: pytest.FixtureRequest) -> Checker:
    if request.param == "go":
        return need_go()
    if request.param == "dsse":
        return need_script("dsse_check.py", "securesystemslib")
    return need_script("merkle_check.py", "pymerkle", "sigstore")


def test_outside_checkers_accept_an_auditors_directory(
    garden: Garden, out: Path, accepts: Checker
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy, proofs=range(18))
    accepted, words = accepts(out)
    assert accepted, words


def test_the_go_checker_finds_a_changed_byte_in_every_kind_of_file(
    garden: Garden, out: Path
) -> None:
    accepts = need_go()
    publish(garden.ledger, out, "auditor", garden.policy, proofs=[3])
    files = snapshot(out)
    kinds = [
        "checkpoint",
        "checkpoints/9",
        "consistency/9-18",
        "disclosures.jsonl",
        "keys.json",
        "policy",
        "proofs/3.tlog-proof",
        "tile/0/000.p/18",
        "tile/entries/000.p/18",
        *(name for name in files if name.startswith("envelopes/")),
    ]
    for name in kinds:
        data = bytearray(files[name])
        at = len(data) - 20
        data[at] ^= 0x02
        (out / name).write_bytes(data)
        accepted, _ = accepts(out)
        assert not accepted, name
        (out / name).write_bytes(files[name])
    assert accepts(out)[0]


def test_a_witness_follows_the_published_consistency_files(
    garden: Garden, tmp_path: Path, out: Path
) -> None:
    publish(garden.ledger, out, "auditor", garden.policy)
    name, key = garden.witnesses[0]
    policy = Policy.parse(garden.policy)
    witness = FileWitness(tmp_path / "witness", name, key, policy.logs)
    with Directory(out) as directory:
        first, *_ = directory.checkpoint_sizes()
        witness.add_checkpoint(b"old 0\n\n" + directory.checkpoint_at(first), 1_800_000_000)
        for old, new in directory.consistency_pairs():
            witness.add_checkpoint(directory.consistency(old, new), 1_800_000_000)
    assert parse_checkpoint(witness.latest(garden.origin) or b"").size == 18
