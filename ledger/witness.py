"""Witnesses: somebody else who has seen the log grow, and says when.

    signature  = time (uint64 big-endian, POSIX seconds) || Ed25519 signature over
                 "cosignature/v1\\ntime TIME\\n" || the checkpoint's text

    request    = "old SIZE\\n", a base64 hash a line (a consistency proof), "\\n", the checkpoint

Promise of ``FileWitness``: it never cosigns two pasts of one log, not even across a crash: what
it answers has been made durable first, under a lock, and a split view it is shown is refused and
kept as evidence. Sources: C2SP tlog-cosignature v1.0.1 and tlog-witness v1.0.0 (add-checkpoint).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ledger.checkpoint import Checkpoint, parse_checkpoint_text, parse_size
from ledger.encoding import b64decode, b64encode, sha256_hex
from ledger.errors import Conflict, Malformed, Refused, StorageFailed, Untrusted, Unverified
from ledger.files import locked, read_file, write_file
from ledger.keys import SigningKey
from ledger.note import (
    COSIGNATURE,
    ED25519,
    MAX_NOTE,
    Note,
    NoteSignature,
    VerifierKey,
    add_signature,
    check_name,
    key_hash,
    parse_note,
    verify_note,
)
from ledger.tree import EMPTY_ROOT, HASH_SIZE, verify_consistency
from ledger.tuples import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

#: The specification lets a client send no more consistency hashes than this.
MAX_PROOF_LINES = 63
_MAX_REQUEST = MAX_NOTE + 8192
_MAX_EVIDENCE = 100
_MAX_TIME = 2**63 - 1


class BehindWitness(Conflict):
    """The request starts from another size than the witness has: ask again from ``size``."""

    def __init__(self, size: int, message: str) -> None:
        super().__init__(message, hint=f"send a consistency proof from size {size}")
        self.size = size


class AddCheckpoint(NamedTuple):
    """An add-checkpoint request: the size to start from, the proof, and the signed note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


def encode_request(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of an add-checkpoint request; also the form of ``consistency/OLD-NEW`` files."""
    if len(proof) > MAX_PROOF_LINES:
        raise Malformed(f"consistency proof of {len(proof)} hashes; at most {MAX_PROOF_LINES}")
    lines = [f"old {old}", *(b64encode(value) for value in proof)]
    return ("\n".join(lines) + "\n\n").encode() + note


def parse_request(body: bytes) -> AddCheckpoint:
    """The request in ``body``, all or nothing; nothing of it is checked. Raises Malformed."""
    if len(body) > _MAX_REQUEST:
        raise Malformed(f"add-checkpoint request: {len(body)} bytes is too long")
    head, separator, note = body.partition(b"\n\n")
    lines = head.split(b"\n")
    if not separator or not lines[0].startswith(b"old ") or len(lines) - 1 > MAX_PROOF_LINES:
        raise Malformed("add-checkpoint request: expected 'old SIZE', proof lines, a blank line")
    if not head.isascii():
        raise Malformed("add-checkpoint request: size and proof lines are ASCII")
    proof = tuple(b64decode(line) for line in lines[1:])
    if any(len(value) != HASH_SIZE for value in proof):
        raise Malformed("add-checkpoint request: a proof line is not a 32-byte hash")
    return AddCheckpoint(parse_size(lines[0][4:].decode(), "old size"), proof, note)


def cosign(note: bytes, witness_name: str, key: SigningKey, time: int) -> str:
    """The signature line with which a witness cosigns the checkpoint in ``note`` at ``time``.

    ``time`` is POSIX seconds, 1 to 2^63-1. This signs and remembers nothing: whoever calls it
    has checked consistency (``FileWitness`` does). Raises Malformed.
    """
    parsed = parse_note(note)
    parse_checkpoint_text(parsed)
    if not 0 < time <= _MAX_TIME:
        raise Malformed(f"cosignature time {time} is outside 1 to 2^63-1")
    key_id = key_hash(check_name(witness_name), COSIGNATURE, key.public.raw)
    signature = time.to_bytes(8, "big") + key.sign(_signed_message(time, parsed.text))
    return NoteSignature(witness_name, key_id, signature).line


def verify_cosignature(note: Note, key: VerifierKey) -> int | None:
    """When the witness ``key`` cosigned ``note`` (POSIX seconds), or None when it did not.

    With several of its cosignatures the latest counts, and all must hold. Raises Unverified
    when one that names the key does not match.
    """
    times = [
        _verified_time(note.text, signature, key)
        for signature in note.signatures
        if signature.name == key.name and signature.key_id == key.key_id
    ]
    return max(times, default=None)


def _verified_time(text: bytes, signature: NoteSignature, key: VerifierKey) -> int:
    wrong = Unverified(
        f"signed note: the cosignature of {key.name}+{key.key_id.hex()} does not match"
    )
    time = int.from_bytes(signature.signature[:8], "big")
    if len(signature.signature) != 72 or not 0 < time <= _MAX_TIME:
        raise wrong
    try:
        key.public.verify(signature.signature[8:], _signed_message(time, text))
    except Unverified:
        raise wrong from None
    return time


def _signed_message(time: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + text


class FileWitness:
    """A witness that keeps its memory in a folder.

    ``logs`` are verifier keys it watches, one a line; ``ORIGIN-HASH/checkpoint`` is the last
    checkpoint it cosigned of each, with its cosignature; ``ORIGIN-HASH/evidence/`` holds what a
    log signed and should not have. Deleting a checkpoint makes the witness forget: never do.
    """

    def __init__(
        self, directory: Path, name: str, key: SigningKey, logs: Iterable[VerifierKey] = ()
    ) -> None:
        self.directory = directory
        self.key = key
        self.verifier = VerifierKey.of(name, COSIGNATURE, key.public)
        for log in logs:
            self.watch(log)

    def watch(self, log: VerifierKey) -> None:
        """Start watching a log (durable). Raises Malformed when the key is no log key."""
        if log.algorithm != ED25519:
            raise Malformed(f"{log.name}: a log key is of type 01, not {log.algorithm:02x}")
        with locked(self.directory / ".lock"):
            known = self.logs()
            if log not in known:
                lines = "".join(f"{key.text}\n" for key in [*known, log])
                write_file(self.directory / "logs", lines.encode())

    def logs(self) -> list[VerifierKey]:
        """The keys of the logs it watches. Raises StorageFailed when the list is damaged."""
        data = read_file(self.directory / "logs", MAX_NOTE) or b""
        try:
            return [VerifierKey.parse(line) for line in data.decode().splitlines()]
        except (Malformed, UnicodeDecodeError) as error:
            raise StorageFailed(f"witness list {self.directory / 'logs'} is damaged") from error

    def latest(self, origin: str) -> bytes | None:
        """The last checkpoint of ``origin`` it cosigned, with its cosignature; None before."""
        return read_file(self._folder(origin) / "checkpoint", MAX_NOTE)

    def add_checkpoint(self, request_body: bytes, now: int) -> str:
        """The signature lines for the checkpoint in the request, once it follows from the last.

        ``now`` is POSIX seconds. Its record is durable before this returns. Raises Malformed
        (400), Untrusted for an unknown log or key (404, 403), Unverified for a signature (403),
        a proof or a second root at one size (422, kept as evidence), BehindWitness with the
        witness's own size (409), Refused when the clock went back, StorageFailed.
        """
        request = parse_request(request_body)
        parsed = parse_note(request.note)
        text = _text_of(parsed)
        origin = text[0]
        logs = [key for key in self.logs() if key.name == origin]
        if not logs:
            raise Untrusted(f"checkpoint of {origin}: this witness does not watch such a log")
        signed = verify_note(parsed, logs)
        if not signed:
            raise Untrusted(f"checkpoint of {origin}: not signed by a key of the log")
        checkpoint = _checked(parsed, request)
        note = _only(parsed, [signature for _, signature in signed])
        with locked(self._folder(origin) / ".lock"):
            return self._answer(request, request_body, checkpoint, note, now)

    def _answer(
        self, request: AddCheckpoint, body: bytes, checkpoint: Checkpoint, note: bytes, now: int
    ) -> str:
        size, root, time = self._memory(checkpoint.origin)
        if checkpoint.size == size and checkpoint.root != root:
            self._keep(checkpoint.origin, body)
        if request.old != size:
            raise BehindWitness(
                size, f"checkpoint of {checkpoint.origin}: this witness is at size {size}"
            )
        try:
            verify_consistency(size, checkpoint.size, root, checkpoint.root, request.proof)
        except Unverified as error:
            self._keep(checkpoint.origin, body)
            raise Unverified(
                f"{checkpoint.origin}: {error}; nothing was cosigned and the request is kept"
            ) from error
        if now < time:
            raise Refused(
                f"the clock says {now}, but this witness cosigned at {time} already",
                hint="set the clock right: a cosignature must not be older than the one before",
            )
        line = cosign(note, self.verifier.name, self.key, now)
        write_file(self._folder(checkpoint.origin) / "checkpoint", add_signature(note, line))
        return line

    def _memory(self, origin: str) -> tuple[int, bytes, int]:
        """Size, root and time of the last checkpoint cosigned; those of the empty tree before."""
        if (data := self.latest(origin)) is None:
            return 0, EMPTY_ROOT, 0
        try:
            note = parse_note(data)
            checkpoint, time = parse_checkpoint_text(note), verify_cosignature(note, self.verifier)
        except (Malformed, Unverified) as error:
            raise StorageFailed(f"this witness's record of {origin} is damaged") from error
        if time is None or checkpoint.origin != origin:
            raise StorageFailed(f"this witness's record of {origin} was not made with its key")
        return checkpoint.size, checkpoint.root, time

    def _keep(self, origin: str, body: bytes) -> None:
        """Keep a request the log signed and should not have; a few are proof enough."""
        folder = self._folder(origin) / "evidence"
        kept = list(folder.glob("*")) if folder.is_dir() else []
        if len(kept) < _MAX_EVIDENCE:
            write_file(folder / sha256_hex(body), body)

    def _folder(self, origin: str) -> Path:
        return self.directory / sha256_hex(origin.encode())


def _text_of(note: Note) -> list[str]:
    lines = note.text.decode().split("\n")
    if not lines[0]:
        raise Malformed("checkpoint: the origin is empty")
    return lines


def _checked(note: Note, request: AddCheckpoint) -> Checkpoint:
    checkpoint = parse_checkpoint_text(note)
    if request.old > checkpoint.size:
        raise Malformed(f"old size {request.old} is larger than the checkpoint's {checkpoint.size}")
    return checkpoint


def _only(note: Note, signatures: Sequence[NoteSignature]) -> bytes:
    """The note with these signatures alone: what was not checked is not passed on."""
    lines = "".join(signature.line for signature in signatures)
    return note.text + b"\n" + lines.encode()
