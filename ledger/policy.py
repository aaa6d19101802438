"""Trust policies: whose log, and how many witnesses must have seen it.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Promise: ``Policy.open`` gives back a checkpoint only when a log of the policy signed it, and says
which witnesses cosigned and whether they are enough. «Nobody we trust signed» (Untrusted) and «a
signature does not match» (Unverified) are never the same error. Source: C2SP tlog-policy and
tlog-cosignature v1.0.1. Names are opaque octets; a line may use only names defined above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ledger.checkpoint import Checkpoint, parse_checkpoint_text
from ledger.errors import Malformed, Untrusted
from ledger.note import COSIGNATURE, ED25519, VerifierKey, parse_note, verify_note
from ledger.tuples import NamedTuple
from ledger.witness import verify_cosignature

#: Limits of this implementation; the specification asks for at least 32 of each.
MAX_POLICY = 1 << 20
MAX_NAMES = 1024


class Cosignature(NamedTuple):
    """A verified cosignature: the witness by its name in the policy and as a key, and when."""

    witness: str
    key_name: str
    time: int


class Group(NamedTuple):
    """``threshold`` of these witnesses and groups must have cosigned."""

    threshold: int
    members: tuple[str, ...]


class TrustedCheckpoint(NamedTuple):
    """A checkpoint signed by a log of the policy, with what its witnesses said.

    ``quorum_time`` is the latest second (POSIX) at or after which a whole quorum cosigned: the
    age of the checkpoint counts from it. It is None without a quorum, or when none is asked for.
    """

    checkpoint: Checkpoint
    note: bytes
    log_signatures: tuple[VerifierKey, ...]
    cosignatures: tuple[Cosignature, ...]
    quorum_met: bool
    quorum_time: int | None

    def require_quorum(self) -> TrustedCheckpoint:
        """The checkpoint itself. Raises Untrusted when its witnesses are not enough."""
        if not self.quorum_met:
            names = ", ".join(c.witness for c in self.cosignatures) or "nobody"
            raise Untrusted(
                f"checkpoint at size {self.checkpoint.size}: cosigned by {names}, which is not "
                "the quorum the policy asks for; the log's own signature holds",
                hint="ask the witnesses to cosign it, or check with a policy you trust more",
                step=3,
            )
        return self


class Policy(NamedTuple):
    """The logs, witnesses and groups of a policy file, and what must have cosigned."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str
    text: str

    @classmethod
    def parse(cls, text: str | bytes) -> Policy:
        """The policy that ``text`` spells, all or nothing. Raises Malformed with the line."""
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        if len(data) > MAX_POLICY:
            raise Malformed(f"policy: {len(data)} bytes, at most {MAX_POLICY} are read")
        parser = _Parser()
        for number, line in enumerate(data.split(b"\n"), start=1):
            parser.line(number, line)
        return parser.finish(data.decode("utf-8", "surrogateescape"))

    def open(self, note: bytes) -> TrustedCheckpoint:
        """The checkpoint in ``note`` once a log of this policy has signed it.

        Raises Malformed when it does not parse, Untrusted when no log of the policy goes by its
        origin or has signed, Unverified when a signature of a known key does not match.
        """
        parsed = parse_note(note)
        checkpoint = parse_checkpoint_text(parsed)
        logs = [key for key in self.logs if key.name == checkpoint.origin]
        if not logs:
            raise Untrusted(
                f"checkpoint of {checkpoint.origin}: the policy names no such log", step=2
            )
        signed = verify_note(parsed, logs)
        if not signed:
            raise Untrusted(
                f"checkpoint of {checkpoint.origin} at size {checkpoint.size}: not signed by a "
                "key the policy gives for this log",
                step=2,
            )
        cosignatures = []
        for name, key in self.witnesses.items():
            time = verify_cosignature(parsed, key)
            if time is not None:
                cosignatures.append(Cosignature(name, key.name, time))
        met = self.is_met({c.witness for c in cosignatures})
        return TrustedCheckpoint(
            checkpoint,
            note,
            tuple(key for key, _ in signed),
            tuple(cosignatures),
            met,
            self._quorum_time(cosignatures) if met else None,
        )

    def is_met(self, witnesses: Iterable[str]) -> bool:
        """Whether these witnesses, by their names in the policy, are the quorum."""
        if self.quorum == "none":
            return True
        have = {name for name in witnesses if name in self.witnesses}
        # Groups refer only to names above them, so one pass in order settles all.
        for name, group in self.groups.items():
            if sum(member in have for member in group.members) >= group.threshold:
                have.add(name)
        return self.quorum in have

    def _quorum_time(self, cosignatures: list[Cosignature]) -> int | None:
        have: set[str] = set()
        if self.is_met(have):
            return None
        for cosignature in sorted(cosignatures, key=lambda c: -c.time):
            have.add(cosignature.witness)
            if self.is_met(have):
                return cosignature.time
        return None


class _Parser:
    """Reads a policy line by line; a name must be defined before it is used."""

    def __init__(self) -> None:
        self._logs: list[VerifierKey] = []
        self._witnesses: dict[str, VerifierKey] = {}
        self._groups: dict[str, Group] = {}
        self._members: set[str] = set()
        self._quorum: str | None = None
        self._number = 0

    def line(self, number: int, data: bytes) -> None:
        self._number = number
        if any((octet < 0x20 and octet != 0x09) or octet == 0x7F for octet in data):
            raise self._wrong("a control character other than tab")
        words = data.decode("utf-8", "surrogateescape").replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            return
        readers = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum_line,
        }
        if (reader := readers.get(words[0])) is None:
            raise self._wrong(f"{words[0]!r} is none of log, witness, group, quorum")
        reader(words[1:])
        if len(self._logs) + len(self._witnesses) + len(self._groups) > MAX_NAMES:
            raise self._wrong(f"more than {MAX_NAMES} logs, witnesses and groups")

    def finish(self, text: str) -> Policy:
        if self._quorum is None:
            raise Malformed("policy: no quorum line", hint="write «quorum none» to ask for none")
        return Policy(
            tuple(self._logs),
            MappingProxyType(self._witnesses),
            MappingProxyType(self._groups),
            self._quorum,
            text,
        )

    def _log(self, words: list[str]) -> None:
        if not 1 <= len(words) <= 2:
            raise self._wrong("expected log VKEY [URL]")
        key = self._key(words[0], ED25519, "log")
        if any(other.public.raw == key.public.raw for other in self._logs):
            raise self._wrong("this log key is listed twice")
        self._logs.append(key)

    def _witness(self, words: list[str]) -> None:
        if not 2 <= len(words) <= 3:
            raise self._wrong("expected witness NAME VKEY [URL]")
        key = self._key(words[1], COSIGNATURE, "witness")
        # One key under two names would be counted as two witnesses.
        if any(other.public.raw == key.public.raw for other in self._witnesses.values()):
            raise self._wrong("this witness key is listed twice")
        self._witnesses[self._fresh(words[0])] = key

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise self._wrong("expected group NAME all|any|K NAME...")
        name, rule, members = words[0], words[1], words[2:]
        for member in members:
            if member not in self._witnesses and member not in self._groups:
                raise self._wrong(f"{member!r} is not defined above")
            if member in self._members:
                raise self._wrong(f"{member!r} is in a group already and would count twice")
            self._members.add(member)
        self._groups[self._fresh(name)] = Group(self._threshold(rule, len(members)), tuple(members))

    def _threshold(self, rule: str, members: int) -> int:
        if rule in ("all", "any"):
            return members if rule == "all" else 1
        if not (rule.isascii() and rule.isdecimal() and 1 <= int(rule[:9]) <= members):
            raise self._wrong(f"{rule!r} of {members} is no threshold")
        return int(rule)

    def _quorum_line(self, words: list[str]) -> None:
        if len(words) != 1:
            raise self._wrong("expected quorum NAME")
        if self._quorum is not None:
            raise self._wrong("a second quorum line")
        name = words[0]
        if name != "none" and name not in self._witnesses and name not in self._groups:
            raise self._wrong(f"{name!r} is not defined above")
        self._quorum = name

    def _key(self, vkey: str, algorithm: int, role: str) -> VerifierKey:
        try:
            key = VerifierKey.parse(vkey)
        except Malformed as error:
            raise self._wrong(str(error)) from error
        if key.algorithm != algorithm:
            raise self._wrong(f"a {role} key is of type {algorithm:02x}, not {key.algorithm:02x}")
        return key

    def _fresh(self, name: str) -> str:
        if name == "none" or name in self._witnesses or name in self._groups:
            raise self._wrong(f"the name {name!r} is taken")
        return name

    def _wrong(self, what: str) -> Malformed:
        return Malformed(f"policy line {self._number}: {what}")
