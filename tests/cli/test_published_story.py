"""A programme kept with the commands alone, published, and checked by programs of others.

Four people and an operator over three days: keys made, exchanged and ended; lines signed by one,
two and three; values erased, a whole entry withdrawn; two checkpoints, each cosigned by two
witnesses whom the policy asks for. Then the verifier in Go (golang.org/x/mod), securesystemslib,
pymerkle and sigstore read the directory, and what they count is compared with what was typed.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from checkers import need_go, need_script
from user import User

from cli.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, REFUSED
from ledger.disclosure import parse as parse_disclosure
from ledger.keys import SigningKey

PROOFS = (0, 5, 12, 21)


@dataclass
class Story:
    """What was typed, counted as it was typed."""

    ana: User
    witnesses: Path
    policy: Path
    published: Path
    entries: int = 0
    signatures: int = 0
    sizes: list[int] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def writes(self, line: str, *more: str, signers: int = 1, name: str = "", new: int = 1) -> None:
        """Run a command that must record ``new`` entries, the one it names with ``signers``."""
        said = self.ana.does(line, *more)
        self.entries += new
        self.signatures += signers + (new - 1)
        assert self.ana.does("status")["size"] == self.entries, line
        [entry] = self.ana.types("log -n 1 --json").out.splitlines()  # a list is no look
        assert len(json.loads(entry)["signers"]) == signers, line
        if name:
            self.lines[name] = said["index"]

    def checkpoint(self) -> None:
        """Sign the ledger as it stands, and let both witnesses cosign it."""
        size = self.ana.does("checkpoint make")["size"]
        assert size == self.entries
        for name in ("north", "south"):
            cosigned = self.ana.does(f"checkpoint witness {self.asked(name)}")
            assert cosigned["size"] == size
        self.sizes.append(size)

    def asked(self, witness: str) -> str:
        """The options with which a witness is asked."""
        key, memory = self.witnesses / witness, self.witnesses / f"{witness}-memory"
        return f"--key {key} --name {witness}.example/witness --memory {memory}"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The programme, its two checkpoints, and its directory for auditors."""
    home = tmp_path_factory.mktemp("story")
    told = Story(User(home), home / "witnesses", home / "policy", home / "www")
    told.witnesses.mkdir()
    ledger = told.ana.begins()
    # The charter is signed by the operator and the founder; then the founder is enrolled.
    told.entries, told.signatures = 2, 3
    told.policy.write_text(_policy(told, ledger))
    _first_day(told)
    told.checkpoint()
    told.ana.sleeps()
    _second_day(told)
    told.ana.sleeps()
    # The new operator's key opens the third day, before the first line of it.
    told.writes("contribution record 'Read the draft aloud' --by Ben", new=2)
    told.checkpoint()
    wanted = " ".join(f"--proof {index}" for index in PROOFS)
    done = told.ana.does(
        f"publish {told.published} --class auditor --policy {told.policy} {wanted}"
    )
    assert (done["size"], done["withheld"], done["withdrawn"]) == (told.entries, 0, 1)
    return told


def _policy(told: Story, ledger: Path) -> str:
    """The ledger's own policy, but with the quorum of both witnesses."""
    from ledger.note import COSIGNATURE, make_vkey

    lines = [(ledger / "policy").read_text().replace("quorum none\n", "")]
    for name in ("north", "south"):
        key = SigningKey.generate()
        key.save(told.witnesses / name, None)
        vkey = make_vkey(f"{name}.example/witness", COSIGNATURE, key.public)
        lines.append(f"witness {name} {vkey}\n")
    return "".join([*lines, "group both all north south\n", "quorum both\n"])


def _first_day(told: Story) -> None:
    told.writes("project open 'Late clinic'", name="project")
    for name in ("Ben Okri", "Dana Reyes", "Eli Marsh"):
        told.writes(f"person add '{name}' --acts-for community", new=2)
    for name in ("Ben", "Dana"):
        told.writes(f"key new {name} --no-passphrase", signers=2)
    told.writes("power grant Ben record enrol --onward 1", name="grant")
    told.writes("--as Ben contribution record 'Drew the map' --by Dana", name="map")
    told.writes("contribution record 'Wrote the leaflet' --by Ben --cosigner Ben", signers=2)
    told.writes(
        "contribution record 'Walked the ward' --recorded-for Eli --witness Ben "
        "--cosigner Ben --cosigner Dana --words 'I showed them the stairs'",
        signers=3,
        name="walk",
    )
    told.writes("contribution record 'Told in confidence' --by Dana", name="confidence")


def _second_day(told: Story) -> None:
    told.writes("--as Ben key rotate --no-passphrase", signers=2, new=2)
    told.writes("confirm", str(told.lines["map"]), "--as", "Dana", name="yes")
    told.writes(f"key revoke Dana --reason stolen --suspect-from {told.lines['map']}")
    told.writes("erase Eli --fields name,what --ground request --yes", name="erasure")
    told.writes(
        f"erase Dana --entry {told.lines['confidence']} --ground consent-withdrawn --yes",
        name="withdrawal",
    )
    told.writes("--as operator key rotate --no-passphrase", signers=2)


def printed(words: str) -> dict[str, str]:
    """What a checker printed, by the first words of each line."""
    lines = (line.removeprefix("OK ").partition(": ") for line in words.splitlines())
    return {name: rest for name, _, rest in lines}


def shown_values(directory: Path) -> list[tuple[str, Any]]:
    """Name and value of everything disclosed in a directory."""
    lines = (directory / "disclosures.jsonl").read_text().splitlines()
    found = [parse_disclosure(json.loads(line)["disclosure"]) for line in lines]
    return [(one.name, one.value) for one in found]


# --- what was typed ----------------------------------------------------------------------------


def test_the_story_has_everything_that_a_verifier_should_meet(story: Story) -> None:
    logged = [json.loads(line) for line in story.ana.types("log --json").out.splitlines()]
    kinds = Counter(item["type"].partition("/")[0] for item in logged)
    assert kinds == {
        "charter-adopted": 1,
        "person-enrolled": 4,
        "acting-for-declared": 3,
        "project-opened": 1,
        "key-enrolled": 2,
        "power-granted": 1,
        "contribution-recorded": 5,
        "record-confirmed": 1,
        "key-rotated": 1,
        "key-revoked": 1,
        "values-erased": 2,
        "operator-key-rotated": 1,
        "day-opened": 2,
    }
    assert (len(logged), story.entries, story.sizes) == (25, 25, [16, 25])
    states = {item["index"]: item["status"] for item in logged}
    assert states[story.lines["confidence"]] == "withdrawn"
    # In doubt is what Dana's key says, not what it signed beside others.
    assert states[story.lines["yes"]] == "contested"
    assert states[story.lines["walk"]] == "recorded"


def test_our_own_check_accepts_the_ledger_and_its_directory(story: Story) -> None:
    assert story.ana.types("verify").code == 0
    report = story.ana.does(f"verify {story.published} --policy {story.policy}")
    assert (report["ok"], report["size"], report["origin"]) == (
        True,
        25,
        story.ana.does("status")["origin"],
    )
    assert not [finding for finding in report["findings"] if finding["code"]]


def test_what_was_erased_or_is_personal_is_not_in_the_directory(story: Story) -> None:
    values = shown_values(story.published)
    assert Counter(name for name, _ in values) == {"what": 3, "name": 1, "title": 1}
    assert {value for name, value in values if name == "what"} == {
        "Drew the map",
        "Wrote the leaflet",
        "Read the draft aloud",
    }
    everything = b"".join(file.read_bytes() for file in story.published.rglob("*.json"))
    for words in (b"Eli", b"stairs", b"Walked", b"confidence"):
        assert words not in everything


def test_a_checkpoint_is_published_only_when_both_witnesses_have_signed(tmp_path: Path) -> None:
    told = Story(User(tmp_path), tmp_path, tmp_path / "policy", tmp_path / "www")
    told.policy.write_text(_policy(told, told.ana.begins()))
    publish = f"publish {told.published} --class auditor --policy {told.policy}"
    told.ana.does("checkpoint make")
    for witness in ("north", "south"):
        assert told.ana.types(publish).code == REFUSED
        assert not (told.published / "checkpoint").exists()
        told.ana.does(f"checkpoint witness {told.asked(witness)}")
    assert told.ana.does(publish)["size"] == 2


# --- programs that are not ours ----------------------------------------------------------------


def test_the_verifier_in_go_counts_what_was_typed(story: Story) -> None:
    accepted, words = need_go()(story.published)
    assert accepted, words
    said = printed(words)
    origin = story.ana.does("status")["origin"]
    root = story.ana.does("checkpoint show")["root"]
    # The log and both witnesses.
    assert said.pop("checkpoint") == f"{origin} size 25 root {root}, 3 trusted signatures"
    # The withdrawn envelope had one signature: it went with it.
    assert (story.entries, story.signatures) == (25, 33)
    assert said == {
        "tree": "25 entries recompute to the signed root",
        "tiles": "0 upper tiles",
        "inclusion": "4 proofs",
        "consistency": "1 proofs over 2 checkpoints",
        "envelopes": "24 present, 1 erased with a record, 5 disclosures match",
        "dsse": "32 signatures on 24 envelopes",
    }


def test_securesystemslib_accepts_every_envelope_of_the_directory(story: Story) -> None:
    accepted, words = need_script("dsse_check.py", "securesystemslib")(story.published)
    assert accepted, words
    assert words.splitlines() == [
        "OK 24 DSSE envelopes verified by securesystemslib, 1 erased with a record"
    ]


def test_pymerkle_and_sigstore_accept_the_tree_and_its_proofs(story: Story) -> None:
    accepted, words = need_script("merkle_check.py", "pymerkle", "sigstore")(story.published)
    assert accepted, words
    assert words.splitlines() == [
        "OK pymerkle: roots agree at every checkpoint",
        "OK sigstore-python: 4 inclusion proofs",
    ]


@pytest.mark.parametrize("what", ["an envelope is gone", "an envelope is altered"])
def test_strangers_and_we_refuse_the_same_altered_directory(
    story: Story, tmp_path: Path, what: str
) -> None:
    altered = tmp_path / "www"
    shutil.copytree(story.published, altered)
    name = story.ana.does(f"show {story.lines['map']}")["hash"]
    envelope = altered / "envelopes" / name[:2] / f"{name}.json"
    if what == "an envelope is gone":
        envelope.unlink()
    else:
        envelope.write_bytes(envelope.read_bytes().replace(b"=", b"A", 1))
    said = story.ana.types(f"verify {altered} --policy {story.policy} --json")
    assert said.code == DOES_NOT_MATCH
    found = [f["entry"] for f in said.json["findings"] if f["code"] == DOES_NOT_MATCH]
    assert story.lines["map"] in found
    for accepts in (need_script("dsse_check.py", "securesystemslib"), need_go()):
        accepted, words = accepts(altered)
        assert not accepted
        assert "REJECT" in words


def test_strangers_and_we_refuse_a_directory_that_one_witness_has_not_seen(
    story: Story, tmp_path: Path
) -> None:
    alone = tmp_path / "www"
    shutil.copytree(story.published, alone)
    for note in (alone / "checkpoint", alone / "checkpoints" / str(story.sizes[-1])):
        lines = note.read_text().splitlines(keepends=True)
        note.write_text("".join(line for line in lines if "south.example" not in line))
    said = story.ana.types(f"verify {alone} --policy {story.policy}")
    assert said.code == CANNOT_BE_CHECKED
    accepted, words = need_go()(alone)
    assert not accepted
    assert "witness quorum not met" in words
