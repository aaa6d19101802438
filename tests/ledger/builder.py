"""A whole small ledger in a few lines, for every test that needs one.

    garden = Garden.start(tmp_path)              charter: two founders, an operator, a log key
    ana = garden.person("ana")                   enrolled by the first founder, and the new key
    e = garden.say(ana, NOTE, {"kind": "design"}, values={"reason": "she asked me to"})
    garden.say(ana, VOTE, {"decision": d}, also=[ben])        co-signed
    garden.new_day()                             tomorrow is opened by the operator
    garden.rotate(ana); garden.revoke(ben, suspect_from=3); garden.rotate_operator()
    garden.erase(ana, values=[e])                all values of entry e; digests=… for some of them
    garden.erase(ana, withdraw=[e])              the envelope too, leaving a tombstone
    note = garden.checkpoint()                   signed, retained, cosigned by both witnesses
    check_log(garden.ledger)                     verifies everything again, by brute force

``say`` gives the index of the new entry. ``Garden.full(tmp_path)`` is a ledger that has all of the
above in it. People are ``Actor``: ``.id``, ``.key`` (newest), ``.keys``. ``garden.policy`` is the
policy text (quorum of both witnesses), ``garden.catalogue`` the types, ``garden.ledger`` the
``Ledger``, ``garden.log_key`` the log's key. ``compose`` and ``seal`` make a statement and do not
record it. Keys, ids and nonces come from ``random.Random(seed)``, so that two runs give the same
bytes (but for ciphertexts).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.admission import Admission, verify_signatures
from ledger.checkpoint import add_signature, parse_checkpoint
from ledger.disclosure import Disclosure, make
from ledger.encoding import b64encode, new_id, new_nonce
from ledger.envelope import leaf_entry, parse_envelope, seal
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.note import COSIGNATURE, ED25519, make_vkey
from ledger.statement import compose, parse_statement
from ledger.tiles import TILE_WIDTH
from ledger.tree import (
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from ledger.types import LEDGER_TYPES, Catalogue, TypeInfo, tags_of
from ledger.values import match
from ledger.vault import MemoryVault, Vault
from ledger.witness import cosign

NOTE = "note-made/v1"
VOTE = "vote-cast/v1"
DECISION = "decision-opened/v1"

CATALOGUE: Catalogue = {
    **LEDGER_TYPES,
    NOTE: TypeInfo(
        NOTE,
        withdrawable=True,
        values={"title": "public", "reason": "auditor", "story": "personal"},
    ),
    VOTE: TypeInfo(VOTE, composites=(("ballot", ("decision", "author")),)),
    DECISION: TypeInfo(DECISION, public=True, values={"question": "public"}),
}


@dataclass
class Actor:
    """Somebody who signs: a person or the operator, with all keys they ever had."""

    name: str
    id: str
    keys: list[SigningKey]

    @property
    def key(self) -> SigningKey:
        """The newest key."""
        return self.keys[-1]


@dataclass
class Garden:
    """A ledger and everybody in it; see the module docstring."""

    ledger: Ledger
    vault: Vault
    catalogue: Catalogue
    log_key: SigningKey
    operator: Actor
    founders: list[Actor]
    witnesses: list[tuple[str, SigningKey]]
    today: dt.date
    rng: random.Random
    path: Path
    url: str
    mark: Path | None = None
    people: dict[str, Actor] = field(default_factory=dict)

    @classmethod
    def start(
        cls,
        path: Path,
        *,
        origin: str = "example.org/garden",
        url: str = "",
        catalogue: Catalogue = CATALOGUE,
        vault: Vault | None = None,
        withdrawable: Sequence[str] = (NOTE,),
        seed: int = 7,
        high_water: bool = True,
        charter: Mapping[str, Any] | None = None,
    ) -> Garden:
        """A ledger with its charter; the first ledger day is 2026-03-02."""
        rng = random.Random(seed)
        founders = [_actor(rng, "person", name) for name in ("flo", "gus")]
        operator = _actor(rng, "operator", "operator")
        log_key = SigningKey.from_seed(rng.randbytes(32))
        witnesses = [
            (f"witness.example/{name}", SigningKey.from_seed(rng.randbytes(32)))
            for name in ("a", "b")
        ]
        url = url or f"sqlite:///{path / 'ledger.db'}"
        vault = vault or MemoryVault()
        mark = path / "high-water" if high_water else None
        ledger = Ledger.create(url, origin, catalogue, vault, high_water=mark)
        garden = cls(
            ledger=ledger,
            vault=vault,
            catalogue=catalogue,
            log_key=log_key,
            operator=operator,
            founders=founders,
            witnesses=witnesses,
            today=dt.date(2026, 3, 2),
            rng=rng,
            path=path,
            url=url,
            mark=mark,
        )
        body = garden.charter_body(withdrawable) | dict(charter or {})
        garden.say(operator, "charter-adopted/v1", body, also=founders)
        return garden

    @classmethod
    def full(cls, path: Path, **options: Any) -> Garden:
        """A ledger with co-signatures, a rotated and a revoked key, values, an erased value, a
        withdrawn envelope, two days and two checkpoints with cosignatures."""
        garden = cls.start(path, **options)
        ana, ben, cem = (garden.person(name) for name in ("ana", "ben", "cem"))
        decision = garden.new_id("decision")
        question = {"question": "Which path?"}
        garden.say(ana, DECISION, {"decision": decision}, values=question, subject="")
        garden.say(ben, VOTE, {"decision": decision, "choice": "yes"})
        garden.say(cem, VOTE, {"decision": decision, "choice": "no"}, also=[ana])
        kept = garden.say(ana, NOTE, {"about": ben.id}, values={"title": "A", "reason": "why"})
        gone = garden.say(ben, NOTE, {"about": ana.id}, values={"story": "long", "title": "B"})
        garden.checkpoint()
        garden.new_day()
        garden.rotate(ana)
        garden.say(ana, NOTE, {"about": ana.id}, values={"reason": "again"})
        garden.erase(ana, values=[kept], names=["reason"])
        garden.erase(ben, withdraw=[gone])
        garden.revoke(cem, suspect_from=garden.ledger.head().size - 1)
        garden.say(ben, VOTE, {"decision": garden.new_id("decision"), "choice": "yes"})
        garden.rotate_operator()
        garden.new_day()
        garden.checkpoint()
        return garden

    @property
    def origin(self) -> str:
        """The name of the ledger."""
        return self.ledger.origin

    @property
    def policy(self) -> str:
        """A policy that trusts the log and asks both witnesses."""
        lines = [f"log {self.log_vkey}"]
        for number, (name, key) in enumerate(self.witnesses, start=1):
            lines.append(f"witness w{number} {make_vkey(name, COSIGNATURE, key.public)}")
        names = " ".join(f"w{number}" for number in range(1, len(self.witnesses) + 1))
        return "\n".join([*lines, f"group both all {names}", "quorum both", ""])

    @property
    def log_vkey(self) -> str:
        """The verifier key of the log."""
        return make_vkey(self.ledger.origin, ED25519, self.log_key.public)

    def charter_body(self, withdrawable: Sequence[str]) -> dict[str, Any]:
        """A charter's body for these founders and this operator."""
        keys = [{"key": f.key.key_id, "person": f.id, "public": f.key.public.hex()}
                for f in self.founders]  # fmt: skip
        operator = {
            "key": self.operator.key.key_id,
            "operator": self.operator.id,
            "public": self.operator.key.public.hex(),
        }
        return {
            "origin": self.origin,
            "log": self.log_vkey,
            "keys": [*keys, operator],
            "grants": [],
            "rules": "1",
            "currency": "GBP",
            "zone": "Europe/London",
            "amendment": {},
            "thresholds": {},
            "disclosure_control": {},
            "withdrawable": list(withdrawable),
        }

    def new_id(self, kind: str) -> str:
        """A fresh id of a kind."""
        return new_id(kind, self.rng.randbytes)

    def at(self) -> str:
        """The moment statements claim to be signed at: noon of the ledger day."""
        return f"{self.today}T12:00:00Z"

    def compose(
        self,
        author: Actor,
        type_: str,
        body: Mapping[str, Any],
        *,
        also: Sequence[Actor | SigningKey] = (),
        disclosures: Sequence[Disclosure] = (),
        key: SigningKey | None = None,
        **fields: Any,
    ) -> bytes:
        """The payload of a statement, linked to the end of its key's chain; ``fields`` override."""
        primary = key or author.key
        signers = [primary.key_id, *(_key_of(one).key_id for one in also)]
        seq, prev = self.ledger.next_link(primary.key_id)
        if disclosures:
            body = {**body, "has": sorted(d.name for d in disclosures)}
        given: dict[str, Any] = {
            "type": type_,
            "ledger": self.origin,
            "author": author.id,
            "key": primary.key_id,
            "seq": seq,
            "prev": prev,
            "signers": signers,
            "body": body,
            "at": self.at(),
            "nonce": new_nonce(self.rng.randbytes),
            "anchor": self.ledger.anchor(),
            "sd": sorted(d.digest for d in disclosures),
        }
        return compose(**(given | fields))

    def seal(
        self,
        author: Actor,
        type_: str,
        body: Mapping[str, Any],
        *,
        also: Sequence[Actor | SigningKey] = (),
        key: SigningKey | None = None,
        **options: Any,
    ) -> bytes:
        """As ``compose``, signed by everybody."""
        payload = self.compose(author, type_, body, also=also, key=key, **options)
        return seal(payload, [key or author.key, *map(_key_of, also)])

    def say(
        self,
        author: Actor,
        type_: str,
        body: Mapping[str, Any],
        *,
        values: Mapping[str, Any] | None = None,
        subject: str | None = None,
        **options: Any,
    ) -> int:
        """Compose, sign and record; gives the index. Values belong to the author, to ``subject``,
        or (``subject=""``) to nobody."""
        owner = author.id if subject is None else subject or self.origin
        made = [make(name, value, self.rng.randbytes) for name, value in (values or {}).items()]
        raw = self.seal(author, type_, body, disclosures=made, **options)
        pairs = [(one, owner) for one in made]
        return self.ledger.record(raw, pairs, today=self.today).index

    def person(self, name: str) -> Actor:
        """Enrol a person with one key, by the first founder."""
        actor = _actor(self.rng, "person", name)
        self.enrol(actor, actor.key)
        self.people[name] = actor
        return actor

    def enrol(self, actor: Actor, key: SigningKey) -> int:
        """Enrol a key for somebody, by the first founder; the new key signs too."""
        body = {
            "person": actor.id,
            "key": key.key_id,
            "public": key.public.hex(),
            "via": "invitation",
        }
        return self.say(self.founders[0], "key-enrolled/v1", body, also=[key])

    def rotate(self, actor: Actor) -> int:
        """Put a new key in the place of a person's newest."""
        return self._rotate(actor, "key-rotated/v1")

    def rotate_operator(self) -> int:
        """Put a new event key in the place of the operator's."""
        return self._rotate(self.operator, "operator-key-rotated/v1")

    def _rotate(self, actor: Actor, type_: str) -> int:
        new = SigningKey.from_seed(self.rng.randbytes(32))
        body = {"old": actor.key.key_id, "new": new.key_id, "public": new.public.hex()}
        index = self.say(actor, type_, body, also=[new])
        actor.keys.append(new)
        return index

    def revoke(self, actor: Actor, *, suspect_from: int | None = None) -> int:
        """End a person's newest key, by the first founder."""
        body: dict[str, Any] = {"key": actor.key.key_id, "reason": "lost"}
        if suspect_from is not None:
            body["suspect_from"] = suspect_from
        return self.say(self.founders[0], "key-revoked/v1", body)

    def new_day(self, days: int = 1) -> int:
        """Let time pass and open the new day."""
        self.today += dt.timedelta(days=days)
        return self.say(self.operator, "day-opened/v1", {"day": self.today.isoformat()})

    def erasure(
        self,
        about: Actor,
        *,
        values: Sequence[int] = (),
        names: Sequence[str] | None = None,
        withdraw: Sequence[int] = (),
    ) -> bytes:
        """A signed erasure by the operator, not yet recorded."""
        erased = []
        for index in values:
            digests = sorted(
                one.digest
                for one, _ in self.ledger.disclosures(index)
                if names is None or one.name in names
            )
            erased.append({"entry": self.hash(index), "digests": digests})
        stones = [self.ledger.tombstone_for(index).as_body() for index in withdraw]
        body = {"about": about.id, "ground": "asked", "values": erased, "tombstones": stones}
        return self.seal(
            self.operator, "values-erased/v1", body, erased=[stone["hash"] for stone in stones]
        )

    def erase(self, about: Actor, **what: Any) -> int:
        """Record an erasure and carry it out."""
        return self.ledger.erase(self.erasure(about, **what), today=self.today).index

    def hash(self, index: int) -> str:
        """The envelope hash of an entry."""
        raw = self.ledger.entry(index).envelope
        if raw is None:
            return self.ledger.withdrawn_hash(index)
        return parse_envelope(raw).hash

    def checkpoint(self, *, cosigned: bool = True) -> bytes:
        """Sign and retain a checkpoint; both witnesses cosign it at noon of the ledger day."""
        note = self.ledger.make_checkpoint(self.log_key)
        if cosigned:
            noon = dt.datetime.combine(self.today, dt.time(12), dt.UTC)
            for name, key in self.witnesses:
                note = add_signature(note, cosign(note, name, key, int(noon.timestamp())))
            self.ledger.store.replace_checkpoint(parse_checkpoint(note).size, note)
        return note

    def reopen(self) -> Ledger:
        """Close the ledger and open it again, as after a restart."""
        self.ledger.close()
        self.ledger = Ledger.open(
            self.url, self.origin, self.catalogue, self.vault, high_water=self.mark
        )
        return self.ledger


def check_log(ledger: Ledger) -> int:
    """Verify a ledger again from its stored bytes, slowly and by other ways than it was written.

    Leaf hashes, root, tiles, columns, tags, signatures, keys, chains, anchors, days, disclosures,
    every inclusion proof, and consistency of every retained checkpoint with the head. Gives the
    number of entries.
    """
    entries = list(ledger.entries())
    head = ledger.head()
    leaves = [entry.leaf_hash for entry in entries]
    assert len(entries) == head.size
    assert root_of(leaves) == head.root
    roots = {size: parse_checkpoint(note).root for size, note in ledger.checkpoints()}
    admission = Admission({size: b64encode(root) for size, root in roots.items()}.get)
    for index, entry in enumerate(entries):
        assert entry.index == index
        _check_entry(ledger, entry, admission)
        read = ledger.hash_reader(head.size)
        proof = ledger.inclusion(index, read.size)
        verify_inclusion(index, head.size, entry.leaf_hash, proof, head.root)
    for first in range(0, head.size, TILE_WIDTH):
        width = min(TILE_WIDTH, head.size - first)
        assert ledger.store.tile(0, first // TILE_WIDTH, width) == b"".join(
            leaves[first : first + width]
        )
    for size, root in roots.items():
        assert root_of(leaves[:size]) == root
        verify_consistency(size, head.size, root, head.root, ledger.consistency(size, head.size))
    assert ledger.keyring().ledger_day == admission.keyring.ledger_day
    assert list(ledger.keyring().keys()) == list(admission.keyring.keys())
    assert ledger.finish_erasures() == 0
    return head.size


def _check_entry(ledger: Ledger, entry: Any, admission: Admission) -> None:
    if entry.envelope is None:
        name = ledger.withdrawn_hash(entry.index)
        assert leaf_hash(leaf_entry(name)) == entry.leaf_hash
        assert ledger.store.disclosures(entry.index) == []
        assert entry.chain is not None
        assert entry.seq is not None
        stone = next(s for s in _tombstones(ledger) if (s.key, s.seq) == (entry.chain, entry.seq))
        assert tuple(sorted(entry.tags)) == stone.ids
        found = admission.examine_withdrawn(entry.index, stone.key, stone.seq, stone.payload_hash)
        assert not found, found
        return
    envelope = parse_envelope(entry.envelope)
    statement = parse_statement(envelope.payload)
    assert leaf_hash(leaf_entry(envelope.hash)) == entry.leaf_hash
    columns = (statement.key, statement.seq, statement.nonce, statement.type)
    assert (entry.chain, entry.seq, entry.nonce, entry.type) == columns
    assert set(entry.tags) == tags_of(statement, ledger.catalogue.get(statement.type))
    verify_signatures(envelope, statement, admission.keyring)
    found = admission.examine(entry.index, statement, envelope.hash)
    assert not found, found
    match(statement, [one for one, _ in ledger.disclosures(entry.index)])


def _tombstones(ledger: Ledger) -> list[Any]:
    from ledger.owned import read_erased
    from ledger.types import VALUES_ERASED

    return [
        stone
        for entry in ledger.of_types(frozenset({VALUES_ERASED}))
        for stone in read_erased(ledger.opened(entry.index)[1]).tombstones
    ]


def _actor(rng: random.Random, kind: str, name: str) -> Actor:
    key = SigningKey.from_seed(rng.randbytes(32))
    return Actor(name, new_id(kind, rng.randbytes), [key])


def _key_of(one: Actor | SigningKey) -> SigningKey:
    return one.key if isinstance(one, Actor) else one
