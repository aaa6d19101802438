"""A published directory that lost a file, or in which something was swapped, doubled or added."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from builder import CATALOGUE, NOTE, Garden

from ledger.check import Report, check_directory
from ledger.check_state import Remembered, load_state, save_state
from ledger.checkpoint import parse_checkpoint
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, NOTED, StorageFailed
from ledger.publish import publish

#: Files whose loss changes no verdict, and why.
LOSS_HARMLESS = {
    "policy": "the checker brought a policy",
    ".lock": "hidden: the publisher's own",
    ".publisher": "hidden: the publisher's own",
    "withheld": "it is empty: an auditor's directory withholds nothing",
    "proofs/5.tlog-proof": "made for whoever asked; it can be made again from the tiles",
}


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    return Garden.full(tmp_path)


@pytest.fixture
def auditor(garden: Garden) -> Path:
    directory = garden.path / "auditor"
    publish(garden.ledger, directory, "auditor", garden.policy, proofs=[5])
    return directory


def test_a_good_directory_passes_with_the_checkers_own_policy(
    garden: Garden, auditor: Path
) -> None:
    report = _check(garden, auditor)
    assert report.exit_code == 0
    assert report.checked["5"] == report.size == garden.ledger.head().size
    assert report.root == garden.ledger.head().root
    assert _said(report, NOTED, 9, "1 value and 1 envelope went by recorded")


def test_the_enclosed_policy_is_said_and_ends_11(garden: Garden, auditor: Path) -> None:
    report = check_directory(auditor, policy=None, catalogue=CATALOGUE)
    assert report.exit_code == CANNOT_BE_CHECKED
    assert _said(report, CANNOT_BE_CHECKED, 2, "policy enclosed")


def test_a_public_directory_counts_what_it_withholds_and_ends_11(garden: Garden) -> None:
    directory = garden.path / "public"
    publish(garden.ledger, directory, "public", garden.policy)
    report = _check(garden, directory)
    assert report.exit_code == CANNOT_BE_CHECKED
    assert _said(report, CANNOT_BE_CHECKED, 7, "5 envelopes are withheld")


def test_every_file_that_is_lost_is_missed(garden: Garden, auditor: Path) -> None:
    silent = set()
    for file in _files(auditor):
        whole = file.read_bytes()
        file.unlink()
        if not _check(garden, auditor).exit_code:
            silent.add(file.relative_to(auditor).as_posix())
        file.write_bytes(whole)
    assert silent == set(LOSS_HARMLESS)


def test_every_file_that_is_cut_short_is_named(garden: Garden, auditor: Path) -> None:
    silent = set()
    for file in _files(auditor):
        whole = file.read_bytes()
        for length in {0, len(whole) // 2, max(0, len(whole) - 1)} - {len(whole)}:
            file.write_bytes(whole[:length])
            if not _check(garden, auditor).exit_code:
                silent.add(file.relative_to(auditor).as_posix())
        file.write_bytes(whole)
    assert silent == {"policy", ".publisher"}  # see LOSS_HARMLESS


def test_a_directory_of_nothing_but_a_class_is_told_apart_from_a_good_one(
    garden: Garden, tmp_path: Path
) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "class").write_text("auditor\n")
    report = _check(garden, tmp_path / "bare")
    assert _said(report, DOES_NOT_MATCH, 2, "checkpoint is missing")


def test_a_folder_that_is_not_there_is_a_failure_of_the_medium(garden: Garden) -> None:
    with pytest.raises(StorageFailed):
        _check(garden, garden.path / "nowhere")


def test_an_unknown_class_is_a_finding(garden: Garden, auditor: Path) -> None:
    (auditor / "class").write_text("friends\n")
    report = _check(garden, auditor)
    assert _said(report, DOES_NOT_MATCH, 1, "'public' or 'auditor'")


def test_two_swapped_envelopes_are_both_named(garden: Garden, auditor: Path) -> None:
    one, two = (_envelope(garden, auditor, index) for index in (5, 6))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    report = _check(garden, auditor)
    named = {f.entry for f in report.findings if (f.code, f.step) == (DOES_NOT_MATCH, 6)}
    assert named == {5, 6}


def test_two_swapped_leaves_do_not_give_the_root(garden: Garden, auditor: Path) -> None:
    size = garden.ledger.head().size
    bundle = auditor / f"tile/entries/000.p/{size}"
    data = bundle.read_bytes()
    at = [data[n * 93 : n * 93 + 93] for n in range(size)]
    at[5], at[6] = at[6], at[5]
    bundle.write_bytes(b"".join(at))
    report = _check(garden, auditor)
    assert _said(report, DOES_NOT_MATCH, 5, "the root of the first")
    assert _said(report, DOES_NOT_MATCH, 5, f"tile/0/000.p/{size}")


def test_a_tile_with_a_byte_too_many_is_called_too_long_not_another_hash(
    garden: Garden, auditor: Path
) -> None:
    size = garden.ledger.head().size
    tile = auditor / f"tile/0/000.p/{size}"
    tile.write_bytes(tile.read_bytes() + b"x")
    report = _check(garden, auditor)
    wanted = f"expected {32 * size} bytes, found {32 * size + 1}"
    assert _said(report, DOES_NOT_MATCH, 5, wanted)


def test_an_entry_recorded_twice_is_named(garden: Garden, auditor: Path) -> None:
    size = garden.ledger.head().size
    bundle = auditor / f"tile/entries/000.p/{size}"
    data = bundle.read_bytes()
    bundle.write_bytes(data[: 6 * 93] + data[5 * 93 : 6 * 93] + data[7 * 93 :])
    report = _check(garden, auditor)
    assert _said(report, DOES_NOT_MATCH, 8, "fork")
    assert _said(report, DOES_NOT_MATCH, 8, "of entry 5; each may stand once")


def test_an_envelope_of_no_entry_does_not_match(garden: Garden, auditor: Path) -> None:
    extra = auditor / "envelopes/ab" / f"{'ab' * 32}.json"
    extra.parent.mkdir(exist_ok=True)
    extra.write_text("{}")
    assert _said(_check(garden, auditor), DOES_NOT_MATCH, 6, "not an entry of this ledger")


def test_a_file_of_no_meaning_is_noted(garden: Garden, auditor: Path) -> None:
    (auditor / "README").write_text("hello")
    report = _check(garden, auditor)
    assert report.exit_code == 0
    assert _said(report, NOTED, 1, "README: not part of a published directory")


def test_a_link_or_a_huge_file_in_the_place_of_an_envelope_is_refused(
    garden: Garden, auditor: Path
) -> None:
    envelope = _envelope(garden, auditor, 5)
    whole = envelope.read_bytes()
    envelope.unlink()
    envelope.symlink_to(_envelope(garden, auditor, 6))
    assert _said(_check(garden, auditor), DOES_NOT_MATCH, 1, "not followed")
    envelope.unlink()
    with envelope.open("wb") as file:
        file.truncate(1 << 34)
    assert _said(_check(garden, auditor), DOES_NOT_MATCH, 1, "longer than")
    envelope.unlink()
    envelope.write_bytes(whole)
    assert _check(garden, auditor).exit_code == 0


def test_keys_that_replay_does_not_give_are_named(garden: Garden, auditor: Path) -> None:
    keys = auditor / "keys.json"
    lines = keys.read_text().splitlines(keepends=True)
    keys.write_text("".join([lines[0], *lines[2:]]))
    assert _said(_check(garden, auditor), DOES_NOT_MATCH, 8, "keys.json")


def test_a_disclosure_of_another_entry_is_named(garden: Garden, auditor: Path) -> None:
    shown = auditor / "disclosures.jsonl"
    one, two, *rest = shown.read_text().splitlines()
    moved = one[:13] + two[13:77] + one[77:]
    shown.write_text("\n".join([moved, two, *rest]) + "\n")
    report = _check(garden, auditor)
    assert _said(report, DOES_NOT_MATCH, 9, "matches no digest")
    assert _said(report, DOES_NOT_MATCH, 9, "1 value this class may see is not shown")


def test_a_value_shown_to_the_wrong_reader_is_named(garden: Garden) -> None:
    auditor, public = garden.path / "a", garden.path / "p"
    publish(garden.ledger, auditor, "auditor", garden.policy)
    publish(garden.ledger, public, "public", garden.policy)
    shutil.copy(auditor / "disclosures.jsonl", public / "disclosures.jsonl")
    report = _check(garden, public)
    assert _said(report, DOES_NOT_MATCH, 9, "its envelope is not")


def test_withholding_what_is_shown_does_not_match(garden: Garden, auditor: Path) -> None:
    (auditor / "withheld").write_text(f"{garden.hash(5)}\n")
    assert _said(_check(garden, auditor), DOES_NOT_MATCH, 6, "withheld: lists 1 envelope;")


def test_an_absent_envelope_of_an_auditors_directory_is_10_not_11(
    garden: Garden, auditor: Path
) -> None:
    _envelope(garden, auditor, 5).unlink()
    report = _check(garden, auditor)
    assert report.exit_code == DOES_NOT_MATCH
    assert _said(report, DOES_NOT_MATCH, 6, "neither withheld nor withdrawn")


def test_an_older_checkpoint_than_remembered_is_a_rollback(garden: Garden, auditor: Path) -> None:
    head = garden.ledger.head()
    state = garden.path / "state"
    assert save_state(state, _check(garden, auditor))
    remembered = load_state(state)
    assert remembered is not None
    assert (remembered.size, remembered.root) == (head.size, head.root)
    shutil.copy(auditor / "checkpoints/9", auditor / "checkpoint")
    report = check_directory(
        auditor, policy=garden.policy, catalogue=CATALOGUE, remembered=remembered
    )
    assert _said(report, DOES_NOT_MATCH, 4, "rolled back")
    assert not save_state(state, report)
    assert load_state(state) == remembered


def test_another_root_at_a_remembered_size_is_a_split_view(garden: Garden, auditor: Path) -> None:
    other = Remembered(garden.origin, 9, bytes(32))
    report = check_directory(auditor, policy=garden.policy, catalogue=CATALOGUE, remembered=other)
    assert _said(report, DOES_NOT_MATCH, 4, "split view")


def test_a_second_check_verifies_the_signatures_of_new_entries_only(
    garden: Garden, auditor: Path
) -> None:
    root = parse_checkpoint((auditor / "checkpoints/9").read_bytes()).root
    before = _check(garden, auditor)
    after = check_directory(
        auditor,
        policy=garden.policy,
        catalogue=CATALOGUE,
        remembered=Remembered(garden.origin, 9, root, verified=9),
    )
    assert after.exit_code == 0
    assert 0 < after.checked["7"] < before.checked["7"]
    assert after.checked["8"] == before.checked["8"]


def test_an_untrusted_log_is_11_and_a_false_signature_10(garden: Garden, auditor: Path) -> None:
    other = Garden.start(_folder(garden.path / "other"), seed=8)
    report = check_directory(auditor, policy=other.policy, catalogue=CATALOGUE)
    assert report.exit_code == CANNOT_BE_CHECKED
    assert _said(report, CANNOT_BE_CHECKED, 2, "not signed by")
    note = (auditor / "checkpoint").read_text()
    (auditor / "checkpoint").write_text(note.replace("\n18\n", "\n17\n"))
    assert _said(_check(garden, auditor), DOES_NOT_MATCH, 2, "does not match")


def test_a_checkpoint_without_its_quorum_cannot_be_checked(garden: Garden, auditor: Path) -> None:
    lines = (auditor / "checkpoint").read_text().splitlines(keepends=True)
    (auditor / "checkpoint").write_text("".join(lines[:-1]))
    report = _check(garden, auditor)
    assert report.exit_code == CANNOT_BE_CHECKED
    assert _said(report, CANNOT_BE_CHECKED, 3, "not the quorum")


def test_many_findings_of_a_kind_are_counted_and_not_all_listed(garden: Garden) -> None:
    for number in range(30):
        garden.say(garden.people["ana"], NOTE, {"about": garden.operator.id, "n": number})
    garden.checkpoint()
    auditor = garden.path / "many"
    publish(garden.ledger, auditor, "auditor", garden.policy)
    for index in range(18, 48):
        _envelope(garden, auditor, index).unlink()
    absent = [f for f in _check(garden, auditor).findings if f.step == 6]
    assert len(absent) == 21
    assert "10 more like this, 30 in all" in absent[-1].message


def _check(garden: Garden, directory: Path) -> Report:
    return check_directory(directory, policy=garden.policy, catalogue=CATALOGUE)


def _said(report: Report, code: int, step: int, words: str) -> bool:
    found = [f for f in report.findings if (f.code, f.step) == (code, step) and words in f.message]
    assert found, report.findings
    return True


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _envelope(garden: Garden, directory: Path, index: int) -> Path:
    name = garden.hash(index)
    return directory / "envelopes" / name[:2] / f"{name}.json"


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
