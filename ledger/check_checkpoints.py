"""Steps 2–4: who vouches for a root, how many have seen it, and whether it continues the last one.

    2  the note is signed by a log key of the policy            untrusted 11, false signature 10
    3  enough witnesses cosigned it, and not too long ago       11
    4  every root ever signed or remembered is the root of the first so many entries        10

Whose policy it is decides how much a good signature means. The checker's own is the best; a live
ledger may be checked with its own, for whoever asks it holds it; the one enclosed in a directory
vouches for itself, which is said and ends 11.

Source: format §4, §5, §7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger.check_entry import parse_entry
from ledger.check_report import Findings
from ledger.check_source import Source, words
from ledger.check_state import Remembered
from ledger.check_tree import TreeFold
from ledger.checkpoint import Checkpoint
from ledger.encoding import b64encode
from ledger.errors import LedgerError, Malformed, Untrusted
from ledger.keyring import Keyring
from ledger.owned import read_charter
from ledger.policy import Policy, TrustedCheckpoint
from ledger.types import CHARTER

#: How far the clock of a witness may be behind ours, in seconds, before a day counts as later.
CLOCK_SLACK = 3600


@dataclass(slots=True)
class Vouching:
    """The policy of one check, and the checkpoints it opened.

    ``policy`` is ``None`` when nobody can be trusted; ``own`` says that the checker brought it.
    ``oldest_allowed`` is the POSIX second from which a quorum's cosignatures are fresh enough.
    """

    source: Source
    findings: Findings
    policy: Policy | None
    own: bool
    oldest_allowed: int | None
    newest: TrustedCheckpoint | None = None
    retained: dict[int, Checkpoint] = field(default_factory=dict)
    _cosigned: list[tuple[int, int]] = field(default_factory=list)
    _quorate: bool = False
    _whole: bool = True

    def open(self, note: bytes, where: str) -> Checkpoint | None:
        """Steps 1–3 for a note found at ``where``; ``None`` when nobody trusted signed it."""
        trusted = self._open(note, where)
        if trusted is None:
            return None
        if not trusted.quorum_met and self.source.shown_as != "live":
            self._not_quorate(trusted, where)
        return trusted.checkpoint

    def open_all(self) -> None:
        """Open the newest checkpoint and every retained one."""
        live = self.source.shown_as == "live"
        try:
            note = self.source.newest()
        except Malformed as error:
            self.findings.wrong(1, None, "a malformed checkpoint", error.message)
            note = None
        else:
            if note is None:
                self._no_checkpoint(live)
        if note is not None:
            self.newest = self._open(note, "checkpoint")
        for size, kept in self.source.checkpoints(self.findings):
            where = f"checkpoints/{size}" if not live else f"the checkpoint row of size {size}"
            checkpoint = self.open(kept, where)
            if checkpoint is not None and checkpoint.size != size:
                message = f"{where}: it is of size {checkpoint.size}"
                self.findings.wrong(2, None, "a checkpoint under another size", message)
            elif checkpoint is not None:
                self.retained[size] = checkpoint
        self._check_quorum(live)

    def check_roots(
        self, tree: TreeFold, remembered: Iterable[Remembered], *, whole: bool = True
    ) -> None:
        """Step 4, and the root of step 5: every root that was signed is one this tree had.

        When not all entries could be read (``whole`` is False), roots beyond them are passed over.
        """
        self._whole = whole
        newest = self.newest.checkpoint if self.newest is not None else None
        if newest is not None:
            self._check_root(tree, newest, 5, "the newest checkpoint")
        for size, checkpoint in self.retained.items():
            if newest is not None and checkpoint.origin != newest.origin:
                message = f"checkpoint of size {size}: of another ledger, {checkpoint.origin}"
                self.findings.wrong(2, None, "a checkpoint of another ledger", message)
            elif newest is not None and size > newest.size:
                message = (
                    f"a checkpoint of size {size} was signed, but the newest is of size "
                    f"{newest.size}: the log was rolled back"
                )
                self.findings.wrong(4, None, "rolled back", message)
            else:
                self._check_root(tree, checkpoint, 4, f"the retained checkpoint of size {size}")
        if (
            newest is not None
            and self.source.shown_as != "live"
            and newest.size not in self.retained
        ):
            message = f"checkpoints/{newest.size}, which is the newest, is missing or not accepted"
            self.findings.wrong(4, None, "a retained checkpoint is missing", message)
        for past in remembered:
            self._check_remembered(tree, past)

    def check_charter(self, keyring: Keyring) -> None:
        """Step 8: the checkpoints are of the ledger that the charter founded."""
        if self.newest is None or keyring.charter is None:
            return
        origin = self.newest.checkpoint.origin
        if keyring.origin != origin:
            message = f"the checkpoint is of {origin}, the charter founds {keyring.origin}"
            self.findings.wrong(8, 0, "another origin", message)
        if all(key.text != keyring.log_vkey for key in self.newest.log_signatures):
            message = (
                f"the newest checkpoint is not signed by the log key of the charter "
                f"({keyring.log_vkey}), but by another key of the policy"
            )
            self.findings.wrong(2, None, "another log key", message)

    def check_days(self, openings: list[tuple[int, dt.date]], now: dt.datetime | None) -> None:
        """Step 8: no ledger day is later than the day on which a witness saw its entry, or than
        the checker's own clock."""
        if now is not None:
            self._check_clock(openings, now.astimezone(dt.UTC))
        for size, time in self._cosigned:
            latest = dt.datetime.fromtimestamp(time + CLOCK_SLACK, dt.UTC).date()
            for index, day in openings:
                if index < size and day > latest:
                    self.findings.wrong(
                        8,
                        index,
                        "a ledger day before its time",
                        f"entry {index}: opens {day}, but a witness had seen it by {latest}",
                    )

    def _check_clock(self, openings: list[tuple[int, dt.date]], now: dt.datetime) -> None:
        """Terms and expiries are judged by the ledger day, which the operator alone opens."""
        latest = (now + dt.timedelta(seconds=CLOCK_SLACK)).date()
        for index, day in openings:
            if day > latest:
                self.findings.unchecked(
                    8,
                    index,
                    "a ledger day that has not come",
                    f"entry {index}: opens {day}, and by your clock it is {now:%Y-%m-%d} (UTC): "
                    "the day was opened before its time, or your clock is behind",
                )

    def _open(self, note: bytes, where: str) -> TrustedCheckpoint | None:
        if self.policy is None:
            return None
        self.findings.count(1)
        try:
            trusted = self.policy.open(note)
        except Malformed as error:
            message = f"{where}: {error.message}"
            self.findings.wrong(1, None, "a malformed checkpoint", message)
            return None
        except Untrusted as error:
            message = f"{where}: {error.message}; nothing is shown to be wrong with it"
            self.findings.unchecked(2, None, "a checkpoint nobody trusted signed", message)
            return None
        except LedgerError as error:
            message = f"{where}: {error.message}"
            self.findings.wrong(2, None, "a checkpoint with a false signature", message)
            return None
        self.findings.count(2)
        self.findings.count(3, len(trusted.cosignatures))
        size = trusted.checkpoint.size
        self._cosigned += [(size, cosignature.time) for cosignature in trusted.cosignatures]
        if trusted.quorum_met and self._is_fresh(trusted):
            self._quorate = True
        return trusted

    def _is_fresh(self, trusted: TrustedCheckpoint) -> bool:
        if self.oldest_allowed is None or trusted.quorum_time is None:
            return True
        return trusted.quorum_time >= self.oldest_allowed

    def _check_quorum(self, live: bool) -> None:
        """Step 3: the newest has its quorum; of a live ledger, one of those retained has."""
        newest = self.newest
        if newest is None or (live and self._quorate):
            return
        if not newest.quorum_met:
            self._not_quorate(newest, "checkpoint")
        elif not self._is_fresh(newest) and newest.quorum_time is not None:
            seen = dt.datetime.fromtimestamp(newest.quorum_time, dt.UTC)
            message = (
                f"checkpoint at size {newest.checkpoint.size}: its witnesses saw it last at "
                f"{seen:%Y-%m-%dT%H:%M:%SZ}, which is older than you allow: ask for a newer"
            )
            self.findings.unchecked(3, None, "an old checkpoint", message)

    def _not_quorate(self, trusted: TrustedCheckpoint, where: str) -> None:
        try:
            trusted.require_quorum()
        except Untrusted as error:
            message = f"{where}: {error.message}"
            self.findings.unchecked(3, None, "a checkpoint without its quorum", message)

    def _no_checkpoint(self, live: bool) -> None:
        if live and not self.own:
            message = (
                "no checkpoint was ever signed: nobody outside can tell this past from another"
            )
            self.findings.noted(2, None, "no checkpoint", message)
        elif live:
            message = "no checkpoint was ever signed, so nobody your policy trusts vouches for it"
            self.findings.unchecked(2, None, "no checkpoint", message)
        else:
            message = "the file checkpoint is missing: nothing says what this directory should hold"
            self.findings.wrong(2, None, "no checkpoint", message)

    def _check_root(self, tree: TreeFold, checkpoint: Checkpoint, step: int, what: str) -> None:
        if checkpoint.size > tree.size:
            if not self._whole:
                return
            message = (
                f"{what} is of size {checkpoint.size}, but the tree here is of size {tree.size}: "
                "entries are missing at the end"
            )
            self.findings.wrong(step, None, "entries are missing", message)
            return
        self.findings.count(4)
        computed = tree.root(checkpoint.size)
        if computed != checkpoint.root:
            self.findings.wrong(
                step,
                None,
                "a signed root differs from the entries",
                f"{what}: the root of the first {checkpoint.size} entries does not match (expected "
                f"{b64encode(checkpoint.root)}, computed {b64encode(computed)})"
                f"{_still_holding(tree, self.retained, checkpoint.size)}",
            )

    def _check_remembered(self, tree: TreeFold, past: Remembered) -> None:
        if self.newest is not None and past.origin != self.newest.checkpoint.origin:
            message = f"what was remembered is of another ledger, {past.origin}"
            self.findings.wrong(4, None, "another ledger", message)
        elif past.size > tree.size and not self._whole:
            return
        elif past.size > tree.size:
            message = (
                f"an earlier check saw size {past.size}, now it is {tree.size}: the log was rolled "
                "back"
            )
            self.findings.wrong(4, None, "rolled back", message)
        elif tree.root(past.size) != past.root:
            message = (
                f"an earlier check saw root {b64encode(past.root)} at size {past.size}, now it is "
                f"{b64encode(tree.root(past.size))}: two pasts of one log (split view); keep both"
            )
            self.findings.wrong(4, None, "split view", message)
        else:
            self.findings.count(4)


def choose_policy(
    source: Source, given: Policy | str | bytes | None, findings: Findings
) -> Policy | None:
    """The policy to judge by; says whose it is. Raises Malformed for a given one of no use."""
    if isinstance(given, Policy):
        return given
    if given is not None:
        return Policy.parse(given)
    try:
        enclosed = source.policy()
        if enclosed is not None:
            policy = Policy.parse(enclosed)
            _say_enclosed(source, findings)
            return policy
    except Malformed as error:
        findings.wrong(1, None, "a malformed policy", error.message)
        return None
    if source.shown_as == "live":
        return _of_charter(source)
    message = "there is no policy: give one with --policy to say whom you trust"
    findings.unchecked(2, None, "no policy", message)
    return None


def _say_enclosed(source: Source, findings: Findings) -> None:
    if source.shown_as == "live":
        return
    message = (
        f"checked with the policy enclosed in {words(source.shown_as)}: whoever made the directory "
        "chose it. Give your own with --policy to know that it is the record others see"
    )
    findings.unchecked(2, None, "the enclosed policy", message)


def _of_charter(source: Source) -> Policy | None:
    """For a live ledger without a policy: the log key its charter names, and no witnesses."""
    for chunk in source.chunks(Findings()):
        raw = chunk.envelopes[0] if chunk.envelopes else None
        try:
            statement = parse_entry(raw or b"")[1]
            if statement.type == CHARTER:
                return Policy.parse(f"log {read_charter(statement).log}\nquorum none\n")
        except LedgerError:
            return None
        break
    return None


def _still_holding(tree: TreeFold, retained: dict[int, Checkpoint], below: int) -> str:
    """What earlier checkpoint is not touched, in words to end a message with."""
    for size in sorted((s for s in retained if s < below and s <= tree.size), reverse=True):
        if tree.root(size) == retained[size].root:
            return f"; entries 0–{size - 1} still match the checkpoint of size {size}"
    return "; no smaller checkpoint matches"
