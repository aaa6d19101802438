"""The audit of a large ledger: workers find what one process finds, in bounded memory.

Run with ``pytest -m long -s``. Prints the rate beside the limit of the same machine in the same
run: what it takes to verify every signature, decode every envelope and payload with the C library,
and hash every envelope, as if on all cores without loss. Rates are of processor time, all
processes together, so that a busy machine does not blur them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from builder import CATALOGUE, NOTE, Garden

from ledger.check import Report, check, check_directory
from ledger.check_live import LiveSource
from ledger.check_workers import WORTHWHILE
from ledger.checkpoint import add_signature, parse_checkpoint
from ledger.disclosure import Disclosure, make
from ledger.encoding import new_nonce
from ledger.envelope import pae, parse_envelope, seal
from ledger.errors import DOES_NOT_MATCH
from ledger.publish import publish
from ledger.records import Pending
from ledger.statement import compose, parse_statement
from ledger.store import Store
from ledger.types import tags_of
from ledger.values import associated_data
from ledger.vault import MemoryVault, encrypt
from ledger.witness import cosign

pytestmark = pytest.mark.timeout(1800)


def test_workers_find_what_one_process_finds(tmp_path: Path) -> None:
    garden = _large(tmp_path, WORTHWHILE + 700)
    entry = garden.ledger.store.head().size - 400
    garden.ledger.store.withdraw(garden.hash(entry))
    alone, beside = _check(garden, 1), _check(garden, 2)
    assert alone.as_json() == beside.as_json()
    assert [finding.entry for finding in alone.findings if finding.code] == [entry]
    assert alone.exit_code == DOES_NOT_MATCH


def test_workers_read_the_envelopes_of_a_directory_themselves(tmp_path: Path) -> None:
    garden = _large(tmp_path, WORTHWHILE + 300)
    directory = tmp_path / "auditor"
    publish(garden.ledger, directory, "auditor", garden.policy)
    report = check_directory(directory, policy=garden.policy, catalogue=CATALOGUE)
    assert report.exit_code == 0
    assert report.checked["7"] > report.size
    name = garden.hash(report.size - 5)
    file = directory / "envelopes" / name[:2] / f"{name}.json"
    file.write_bytes(file.read_bytes().replace(b'"keyid"', b'"keyID"'))
    report = check_directory(directory, policy=garden.policy, catalogue=CATALOGUE)
    assert {finding.entry for finding in report.findings if finding.code} == {report.size - 5}


def test_the_work_of_a_worker_that_died_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden = _large(tmp_path, WORTHWHILE + 100)
    submit = ProcessPoolExecutor.submit
    calls = []

    def dies_at_the_second(self: ProcessPoolExecutor, *given: Any) -> Future[Any]:
        calls.append(given)
        if len(calls) == 2:
            return submit(self, os._exit, 1)
        return submit(self, *given)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", dies_at_the_second)
    report = _check(garden, 2)
    assert len(calls) > 2
    assert report.exit_code == 0
    assert report.checked["7"] >= report.size


@pytest.mark.long
def test_two_hundred_thousand_entries_in_bounded_memory(tmp_path: Path) -> None:
    garden = _large(tmp_path, 200_000)
    keys = {one.id: garden.vault.key_for(one.id) for one in garden.people.values()}
    # In a process of its own, for what this one held may be another test's.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        audit = apart.submit(_audit, garden.url, garden.origin, keys, garden.policy).result()
    assert audit.exit_code == 0
    limit = _limit(garden, 20_000)
    print(
        f"\n{audit.size} entries: {audit.seconds:.1f} s, {audit.used / audit.size * 1e6:.1f} µs of "
        f"processor time an entry; limit {limit * 1e6:.1f} µs; ratio "
        f"{limit * audit.size / audit.used:.2f}; {audit.memory:.0f} MB"
    )
    assert audit.memory < 300


class _Audit(NamedTuple):
    """What an audit found and took: seconds by the clock and of processor time, and megabytes."""

    exit_code: int
    size: int
    seconds: float
    used: float
    memory: float


def _audit(url: str, origin: str, keys: dict[str, bytes], policy: str) -> _Audit:
    vault = MemoryVault()
    vault._keys.update(keys)
    start, before = time.perf_counter(), _processor()
    with Store.open(url, origin) as store:
        report = check(LiveSource(store, vault=vault), policy=policy, catalogue=CATALOGUE)
    seconds, used = time.perf_counter() - start, _processor() - before
    return _Audit(report.exit_code, report.size, seconds, used, _peak())


def _peak() -> float:
    """The most that this process held, in megabytes.

    Not ``ru_maxrss`` where there is another way: a program begins with that of whoever started it.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _check(garden: Garden, cores: int) -> Report:
    source = LiveSource(garden.ledger.store, vault=garden.vault)
    return check(source, policy=garden.policy, catalogue=CATALOGUE, cores=cores)


def _limit(garden: Garden, sample: int) -> float:
    """Seconds an entry: verify, fastest decode, hash."""
    records = list(garden.ledger.keyring().keys())
    keys = {record.key_id: record.public for record in records}
    envelopes = [entry.envelope or b"" for entry in garden.ledger.entries(0, sample)]
    parsed = [parse_envelope(raw) for raw in envelopes]
    messages = [pae(envelope.payload_type, envelope.payload) for envelope in parsed]
    start = time.process_time()
    for raw, envelope, message in zip(envelopes, parsed, messages, strict=True):
        for key_id, signature in envelope.signatures:
            keys[key_id].verify(signature, message)
        json.loads(base64.b64decode(json.loads(raw)["payload"]))
        hashlib.sha256(raw).digest()
    return (time.process_time() - start) / len(envelopes)


def _processor() -> float:
    """Seconds of processor time this process and the ended ones it started have used."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, both))


def _large(path: Path, entries: int) -> Garden:
    """A ledger of this many notes by 50 people, every third with a value; put straight into the
    store, for the door of the ledger is not what is measured."""
    garden = Garden.start(path)
    for number in range(50):
        garden.person(f"p{number}")
    garden.checkpoint()
    batch = []
    for pending in _notes(garden, entries):
        batch.append(pending)
        if len(batch) == 5000:
            garden.ledger.store.append(batch)
            batch = []
    garden.ledger.store.append(batch)
    note = garden.ledger.make_checkpoint(garden.log_key)
    for name, key in garden.witnesses:
        note = add_signature(note, cosign(note, name, key, 1_772_452_800))
    garden.ledger.store.replace_checkpoint(parse_checkpoint(note).size, note)
    return garden


def _notes(garden: Garden, entries: int) -> Iterator[Pending]:
    people = list(garden.people.values())
    links = {person.id: garden.ledger.next_link(person.key.key_id) for person in people}
    anchor = garden.ledger.anchor()
    for number in range(entries):
        person = people[number % len(people)]
        seq, prev = links[person.id]
        shown = [make("reason", f"because {number}", garden.rng.randbytes)][: number % 3 == 0]
        body = {"about": person.id, "kind": "advice", "n": number, "what": "meeting"}
        payload = compose(
            type=NOTE,
            ledger=garden.origin,
            author=person.id,
            key=person.key.key_id,
            seq=seq,
            prev=prev,
            signers=[person.key.key_id],
            body=body | ({"has": ["reason"]} if shown else {}),
            at=garden.at(),
            nonce=new_nonce(garden.rng.randbytes),
            anchor=anchor,
            on={"from": "2026-03-01", "precision": "day", "to": "2026-03-01"},
            sd=[one.digest for one in shown],
        )
        statement = parse_statement(payload)
        links[person.id] = (seq + 1, statement.payload_hash)
        yield Pending(
            seal(payload, [person.key]),
            NOTE,
            tags_of(statement, CATALOGUE[NOTE]),
            statement.key,
            seq,
            statement.nonce,
            tuple(_kept(garden, person.id, one) for one in shown),
        )


def _kept(garden: Garden, subject: str, shown: Disclosure) -> tuple[str, str, bytes]:
    key = garden.vault.key_for(subject, create=True)
    assert key is not None
    place = associated_data(garden.origin, shown.digest)
    return shown.digest, subject, encrypt(key, shown.text.encode(), place)
