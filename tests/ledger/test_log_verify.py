"""Verifying on all cores: the first false signature is found, whoever looks and whatever dies."""

from __future__ import annotations

import os
import signal

import pytest

from ledger import log_verify
from ledger.keys import SigningKey
from ledger.log_verify import PORTION, Verifying, first_failure


def signatures(number: int) -> list[log_verify.Signed]:
    key = SigningKey.from_seed(bytes(32))
    messages = [b"said %d" % at for at in range(number)]
    return [(key.public.raw, key.sign(message), message) for message in messages]


def test_the_first_false_signature_of_each_portion_is_named() -> None:
    signed = signatures(PORTION + 20)
    key, signature, _ = signed[PORTION + 3]
    signed[PORTION + 3] = (key, signature, b"something else")
    with Verifying(2) as verifying:
        assert [portion.failed() for portion in verifying.submit(signed)] == [-1, 3]


def test_processes_take_over_when_there_is_much_to_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_verify, "WORTHWHILE", 10)
    with Verifying(2) as verifying:
        assert [portion.failed() for portion in verifying.submit(signatures(20))] == [-1]
        assert len(_workers(verifying)) > 0


def test_a_worker_that_is_killed_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_verify, "WORTHWHILE", 10)
    signed = signatures(20)
    with Verifying(2) as verifying:
        verifying.submit(signed)[0].failed()
        for worker in _workers(verifying):
            os.kill(worker, signal.SIGKILL)
        key, signature, _ = signed[7]
        signed[7] = (key, signature, b"something else")
        for _ in range(2):  # on the broken pool, and on the threads that come after it
            assert [portion.failed() for portion in verifying.submit(signed)] == [7]


def test_no_failure_is_minus_one() -> None:
    assert first_failure(signatures(3)) == -1
    assert first_failure([]) == -1


def _workers(verifying: Verifying) -> list[int]:
    return list(verifying._pool._processes)  # type: ignore[attr-defined]  # the pool's own
