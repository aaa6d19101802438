"""What can be said of one entry by itself: steps 1, 6, 9 and the arithmetic of 7 and 8.

Everything here is a function of bytes: it runs in this process for a small ledger and in worker
processes for a large one. What needs the entries before it (who may sign at this index, chains,
anchors, the ledger day) is left to the fold that follows.

A key id is the hash of the key, so any bytes that hash to it are the key, wherever they come from:
signatures are verified with whatever keys are at hand. An entry whose signers are not among them
comes back ``OPEN`` and is verified later, when the fold has met the keys.

Source: format §1, §2, §3, §7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.check_source import COLUMNS, LOST, Chunk, Class, Columns
from ledger.check_values import NOTHING, Values, account
from ledger.envelope import PAYLOAD_TYPE, Envelope, parse_envelope, verify_envelope
from ledger.errors import LedgerError, Malformed
from ledger.keyring import brought_keys
from ledger.keys import PublicKey, public_key
from ledger.statement import Statement, parse_statement
from ledger.types import TypeInfo, tags_of

#: Signatures verified; still to be verified once the keys are known; skipped, for they were
#: verified by an earlier check (incremental) or the bytes do not parse.
VERIFIED: Final = 0
OPEN: Final = 1
SKIPPED: Final = 2

_LEAF: Final = b"\x00tallystick/leaf/v1\nsha256:%s\n"


class Problem(NamedTuple):
    """Something that does not match: step, short kind, message."""

    step: int
    kind: str
    message: str


class Examined(NamedTuple):
    """What is known of one entry after examining it alone.

    ``present`` says whether its envelope was there. ``statement`` is ``None`` when it is absent or
    does not parse; ``signatures`` is VERIFIED, OPEN or SKIPPED and ``signed`` counts them.
    """

    hash: str
    present: bool
    statement: Statement | None
    signatures: int
    signed: int
    values: Values
    problems: tuple[Problem, ...]


#: Reads one envelope by its hash; ``None`` where there is none, ``Malformed`` for no plain file.
ReadEnvelope = Callable[[str], bytes | None]


@dataclass(slots=True)
class Examiner:
    """Examines entries one chunk after another, and remembers every key it meets.

    ``catalogue`` gives what the ledger knows of each type; ``skip_below`` is the index from which
    signatures are verified (earlier ones were, by a check whose root still holds).
    """

    catalogue: Mapping[str, TypeInfo]
    shown_as: Class
    skip_below: int
    read: ReadEnvelope
    keys: dict[str, PublicKey] = field(default_factory=dict)

    def learn(self, public: bytes) -> None:
        """Add public keys, 32 bytes each, one after the other."""
        for at in range(0, len(public), 32):
            key = public_key(public[at : at + 32])
            self.keys[key.key_id] = key

    def entries(self, chunk: Chunk, start: int = 0, stop: int | None = None) -> Iterator[Examined]:
        """Examine the entries of a chunk, those at the places ``start`` to before ``stop``."""
        for at in range(start, len(chunk.hashes) if stop is None else stop):
            index, named = chunk.first + at, chunk.hashes[at]
            try:
                raw = self._envelope(chunk, at, named)
            except Malformed as error:
                problem = Problem(1, "a malformed envelope", f"entry {index}: {error.message}")
                yield Examined(named, True, None, SKIPPED, 0, NOTHING, (problem,))
                continue
            if raw is None:
                yield Examined(named, False, None, SKIPPED, 0, NOTHING, ())
                continue
            leaf = chunk.leaves[32 * at : 32 * at + 32]
            columns = chunk.columns[at] if chunk.columns is not None else None
            texts = chunk.disclosures.get(at, ())
            yield self.entry(index, raw, leaf, named, columns=columns, texts=texts)

    def _envelope(self, chunk: Chunk, at: int, named: str) -> bytes | None:
        if chunk.envelopes is not None:
            return chunk.envelopes[at]
        return None if named == LOST else self.read(named)

    def entry(
        self,
        index: int,
        raw: bytes,
        leaf: bytes,
        named: str,
        *,
        columns: Columns | None,
        texts: Sequence[str],
    ) -> Examined:
        """Examine one entry whose envelope is there."""
        found = sha256(raw).hexdigest()
        problems: list[Problem] = []
        if sha256(_LEAF % found.encode()).digest() != leaf:
            expected = f"sha256:{named}" if named else f"leaf hash {leaf.hex()}"
            problems.append(
                Problem(
                    6,
                    "an envelope is not the one in its leaf",
                    f"entry {index}: the envelope does not match its leaf (expected {expected}, "
                    f"computed sha256:{found}); the other entries are judged without it",
                )
            )
        try:
            envelope, statement = parse_entry(raw)
        except Malformed as error:
            message = f"entry {index}: the envelope does not parse: {error.message}"
            problems.append(Problem(1, "a malformed envelope", message))
            return Examined(named or found, True, None, SKIPPED, 0, NOTHING, tuple(problems))
        info = self.catalogue.get(statement.type)
        signatures = self._signatures(index, envelope, statement, problems)
        if columns is not None:
            _check_columns(index, statement, info, columns, problems)
        values = NOTHING
        if statement.sd or texts or "has" in statement.body:
            values = account(index, statement, info, self.shown_as, texts)
            problems.extend(Problem(9, kind, message) for kind, message in values.problems)
        signed = len(envelope.signatures)
        return Examined(found, True, statement, signatures, signed, values, tuple(problems))

    def _signatures(
        self, index: int, envelope: Envelope, statement: Statement, problems: list[Problem]
    ) -> int:
        if index < self.skip_below:
            self._meet(statement)
            return SKIPPED
        keys = self.keys
        for key_id in statement.signers:
            if key_id not in keys and not self._meet(statement, key_id):
                return OPEN
        try:
            verify_envelope(envelope, keys, statement.signers)
        except LedgerError as error:
            problems.append(bad_signature(index, error))
        return VERIFIED

    def _meet(self, statement: Statement, key_id: str = "") -> bool:
        """Take in the keys a statement brings; whether ``key_id`` is known then."""
        try:
            for new in brought_keys(statement):
                self.keys.setdefault(new.key_id, new.public)
        except LedgerError:
            return False  # the fold says what is wrong with this statement
        return key_id in self.keys


def parse_entry(raw: bytes) -> tuple[Envelope, Statement]:
    """Step 1 for one entry: envelope and statement, all or nothing; raises ``Malformed``."""
    envelope = parse_envelope(raw)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise Malformed(f"payloadType: expected {PAYLOAD_TYPE}, found {envelope.payload_type!r}")
    return envelope, parse_statement(envelope.payload)


def bad_signature(index: int, error: LedgerError) -> Problem:
    """A signature that fails, in the words of a finding of step 7."""
    return Problem(7, "a signature does not verify", f"entry {index}: {error.message}")


def _check_columns(
    index: int,
    statement: Statement,
    info: TypeInfo | None,
    columns: Columns,
    problems: list[Problem],
) -> None:
    """Step 8, derived columns: each says what the signed payload says (style, rule 9)."""
    tags = "\n".join(sorted(tags_of(statement, info)))
    expected = (statement.key, statement.seq, statement.nonce, statement.type, tags)
    if columns == expected:
        return
    for name, should, does in zip(COLUMNS, expected, columns, strict=True):
        if should != does:
            problems.append(
                Problem(
                    8,
                    f"the column {name} differs from the signed statement",
                    f"entry {index}: the column {name} does not say what was signed (expected "
                    f"{_short(should)}, found {_short(does)}); the signed statement itself holds",
                )
            )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:197] + "…'"
