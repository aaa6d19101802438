"""Many clients, one transaction: each gets its own answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from ledger.batch import Outcome
from ledger.errors import Conflict, LedgerError, StorageFailed
from ledger.group_commit import GroupCommitter
from ledger.store import Condition, Pending, Receipt, Store
from ledger.tree import root_of

CLIENTS = 32


def submit_at_once(
    group: GroupCommitter, batches: Sequence[Sequence[Pending]]
) -> list[list[Receipt | LedgerError]]:
    """What each client got, all of them starting together; each submits one after the other."""
    start = threading.Barrier(len(batches))
    answers: list[list[Receipt | LedgerError]] = [[] for _ in batches]

    def client(at: int) -> None:
        start.wait()
        for pending in batches[at]:
            try:
                answers[at].append(group.submit(pending))
            except LedgerError as error:
                answers[at].append(error)

    threads = [threading.Thread(target=client, args=(at,)) for at in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class Counting:
    """A store that counts its transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.batches: list[int] = []

    def append(self, batch: Sequence[Pending]) -> list[Outcome]:
        self.batches.append(len(batch))
        return self._store.append(batch)


def test_one_client_gets_what_the_store_answers(store: Store) -> None:
    group = GroupCommitter(store)
    pending = Pending(b"one", "x", (), "a" * 64, 1, "n")
    receipt = group.submit(pending)
    assert receipt.index == 0 and not receipt.duplicate
    assert group.submit(pending).duplicate
    with pytest.raises(Conflict, match="nonce n is taken"):
        group.submit(Pending(b"other", "x", (), "b" * 64, 1, "n"))


def test_what_waits_is_written_together_and_nothing_is_lost(store: Store) -> None:
    counting = Counting(store)
    group = GroupCommitter(counting)
    batches = [
        [Pending(b"%d/%d" % (client, n), "x", (), f"{client:064x}", n + 1) for n in range(20)]
        for client in range(CLIENTS)
    ]
    answers = submit_at_once(group, batches)
    receipts = [answer for row in answers for answer in row if isinstance(answer, Receipt)]
    assert sorted(receipt.index for receipt in receipts) == list(range(20 * CLIENTS))
    assert sum(counting.batches) == 20 * CLIENTS > len(counting.batches)
    for row in answers:
        indexes = [answer.index for answer in row if isinstance(answer, Receipt)]
        assert indexes == sorted(indexes)
    assert store.head().root == root_of([entry.leaf_hash for entry in store.entries()])


def test_of_32_clients_racing_for_one_ballot_one_wins_and_the_others_are_refused_alone(
    store: Store,
) -> None:
    seen = Condition.of(types={"vote-cast/v1"}, tags={"ballot|d|p"})
    votes = [
        [
            Pending(b"vote %d" % n, "vote-cast/v1", ("ballot|d|p",), conditions=(seen,)),
            Pending(b"other %d" % n, "note/v1", (f"note:{n}",)),
        ]
        for n in range(CLIENTS)
    ]
    answers = submit_at_once(GroupCommitter(store), votes)
    assert sum(isinstance(first, Receipt) for first, _ in answers) == 1
    assert sum(isinstance(first, Conflict) for first, _ in answers) == CLIENTS - 1
    assert all(isinstance(second, Receipt) for _, second in answers)
    assert store.head().size == CLIENTS + 1


def test_of_32_clients_racing_for_one_budget_no_more_are_paid_than_it_holds(
    store: Store,
) -> None:
    """Each decides on what it read, and reads again when it was late: 5 offers fit, no sixth."""
    group = GroupCommitter(store)
    tags, types, holds = {"budget:b"}, {"payment-offered/v1"}, 5
    store.append([Pending(b"opened", "budget-opened/v1", tags)])

    def offer(client: int) -> bool:
        while True:
            size = store.head().size
            items = [(frozenset(types), frozenset(tags))]
            spent = sum(1 for _ in store.matching(items, before=size))
            if spent >= holds:
                return False
            condition = Condition.of(types=types, tags=tags, after=size)
            try:
                group.submit(
                    Pending(
                        b"offer %d" % client, "payment-offered/v1", tags, conditions=(condition,)
                    )
                )
            except Conflict:
                continue
            return True

    paid = _all_at_once(offer)
    assert sum(paid) == holds
    assert store.head().size == 1 + holds


def test_a_store_that_fails_fails_every_one_who_waited_and_then_goes_on(store: Store) -> None:
    class Failing(Counting):
        broken = True

        def append(self, batch: Sequence[Pending]) -> list[Outcome]:
            if self.broken:
                time.sleep(0.02)
                raise StorageFailed("no space left", hint="make room")
            return super().append(batch)

    failing = Failing(store)
    group = GroupCommitter(failing)
    answers = submit_at_once(group, [[Pending(b"%d" % n, "x")] for n in range(8)])
    assert {str(answer) for [answer] in answers} == {"no space left"}
    failing.broken = False
    assert group.submit(Pending(b"later", "x")).index == 0


def test_an_interrupted_writer_leaves_no_one_waiting_for_ever(store: Store) -> None:
    class Interrupted(Counting):
        interrupted = False

        def append(self, batch: Sequence[Pending]) -> list[Outcome]:
            if not self.interrupted:
                self.interrupted = True
                raise KeyboardInterrupt
            return super().append(batch)

    group = GroupCommitter(Interrupted(store))
    with pytest.raises(KeyboardInterrupt):
        group.submit(Pending(b"1", "x"))
    assert group.submit(Pending(b"2", "x")).index == 0


def test_no_transaction_is_larger_than_the_limit(store: Store) -> None:
    class Slow(Counting):
        def append(self, batch: Sequence[Pending]) -> list[Outcome]:
            time.sleep(0.005)
            return super().append(batch)

    slow = Slow(store)
    group = GroupCommitter(slow, limit=4)
    submit_at_once(group, [[Pending(b"%d" % n, "x")] for n in range(CLIENTS)])
    assert max(slow.batches) == 4
    assert sum(slow.batches) == CLIENTS


def _all_at_once(work: Callable[[int], bool]) -> list[bool]:
    start = threading.Barrier(CLIENTS)
    done: list[bool] = []

    def client(at: int) -> None:
        start.wait()
        done.append(work(at))

    threads = [threading.Thread(target=client, args=(at,)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
