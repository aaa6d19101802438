"""A record to measure with: a real charter, people with keys, and statements without end.

    seed = Seed()                        charter, a project, eight people with keys, a checkpoint
    ledger = seed.plant(url)             the same entries in any database, under the same keys
    envelopes = seed.contributions(500)  the next contributions, each signed by its giver

The statements are those of the product: type, body, rules and types come from ``domain``. They are
made once and can be recorded in any number of ledgers, for a statement does not hold its index.
Every eighth belongs to the same chain. ``values=True`` gives each one text beside it.

Signing is not measured, so the making is short-cut: the text of one statement made by
``ledger.statement.compose`` is filled in again and again; the first of each is compared.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ledger.checkpoint import parse_checkpoint
from ledger.disclosure import Disclosure, make
from ledger.encoding import b64encode, new_id, new_nonce
from ledger.envelope import PAYLOAD_TYPE, pae, seal
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.statement import compose
from ledger.vault import MemoryVault
from projections.bridge import catalogue
from tests.projections.book import ORIGIN, Book

TYPE = "contribution-recorded/v1"
TODAY = dt.date(2026, 1, 1)
_KINDS = ("problem-raising", "testimony", "design", "review", "facilitation")


@dataclass(slots=True)
class Chain:
    """The chain of one person's key, as far as it was made."""

    person: str
    key: SigningKey
    seq: int = 0
    prev: str | None = None


@dataclass(slots=True)
class Made:
    """One statement to be recorded, and the value that comes with it, if any."""

    envelope: bytes
    values: tuple[tuple[Disclosure, str], ...] = ()


@dataclass(slots=True)
class Seed:
    """The first entries of a ledger, and the means to go on; ``people`` is how many sign."""

    people: int = 8
    seed: int = 1
    first: list[bytes] = field(init=False)
    note: bytes = field(init=False)
    chains: list[Chain] = field(init=False)
    project: str = field(init=False)
    operator_key: SigningKey = field(init=False)
    log_key: SigningKey = field(init=False)
    anchor: dict[str, int | str] = field(init=False)
    _rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)
        with tempfile.TemporaryDirectory(prefix="tally-bench-") as folder:
            book = Book(Path(folder))
            self.project = book.project()
            persons = [book.person("community", self.project) for _ in range(self.people)]
            for person in persons:
                book.give_key(person)
            self.chains = [Chain(person, book.keys[person]) for person in persons]
            self.operator_key, self.log_key = book.keys[book.operator], book.log_key
            self.note = book.ledger.make_checkpoint(self.log_key)
            self.first = [entry.envelope or b"" for entry in book.ledger.entries()]
            book.ledger.close()
        checkpoint = parse_checkpoint(self.note)
        self.anchor = {"size": checkpoint.size, "root": b64encode(checkpoint.root)}

    def plant(self, url: str, *, mark: Path | None = None) -> Ledger:
        """A new ledger at ``url`` with the first entries and their checkpoint."""
        ledger = Ledger.create(url, ORIGIN, catalogue(), MemoryVault(), high_water=mark)
        for envelope in self.first:
            ledger.record(envelope, today=TODAY)
        ledger.store.add_checkpoint(len(self.first), self.note)
        return ledger

    def contributions(self, number: int, *, values: bool = False) -> list[Made]:
        """The next ``number`` contributions, from one person after the other."""
        return list(self.stream(number, values=values))

    def stream(self, number: int, *, values: bool = False) -> Iterator[Made]:
        """As ``contributions``, one at a time."""
        forms = [_Form(self, chain, values=values) for chain in self.chains]
        for at in range(number):
            yield forms[at % len(forms)].next(self._rng, compare=at < len(forms))

    def keys(self) -> dict[str, bytes]:
        """The public keys of those who contribute, by key id."""
        return {chain.key.key_id: chain.key.public.raw for chain in self.chains}

    def restart(self) -> None:
        """Begin every chain anew, for another ledger."""
        for chain in self.chains:
            chain.seq, chain.prev = 0, None


class _Form:
    """The text of one person's contribution, with holes for what changes."""

    def __init__(self, seed: Seed, chain: Chain, *, values: bool) -> None:
        self._seed, self._chain, self._values = seed, chain, values
        self._signer = chain.key.key_id

    def next(self, rng: random.Random, *, compare: bool) -> Made:
        chain = self._chain
        chain.seq += 1
        values: tuple[Disclosure, ...] = ()
        if self._values:
            text = "said in the third session, and written down as it was said"
            values = (make("words", text, rng.randbytes),)
        fields = self._fields(rng, values)
        payload = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
        signature = chain.key.sign(pae(PAYLOAD_TYPE, payload))
        envelope = (
            f'{{"payload":"{b64encode(payload)}","payloadType":"{PAYLOAD_TYPE}","signatures":'
            f'[{{"keyid":"{self._signer}","sig":"{b64encode(signature)}"}}]}}'
        ).encode()
        if compare:
            self._compare(fields, payload, envelope)
        chain.prev = hashlib.sha256(payload).hexdigest()
        return Made(envelope, tuple((value, chain.person) for value in values))

    def _fields(self, rng: random.Random, values: tuple[Disclosure, ...]) -> dict[str, object]:
        seed, chain = self._seed, self._chain
        body: dict[str, object] = {
            "contribution": new_id("contribution", rng.randbytes),
            "project": seed.project,
            "people": [{"person": chain.person, "share": "lead"}],
            "stage": "S2",
            "kinds": [_KINDS[chain.seq % len(_KINDS)]],
            "level": "collaborate",
            "scale": "individual",
        }
        link = {"key": self._signer, "seq": chain.seq}
        fields: dict[str, object] = {
            "anchor": seed.anchor,
            "at": "2026-01-01T12:00:00Z",
            "author": chain.person,
            "body": body,
            "chain": link if chain.prev is None else link | {"prev": chain.prev},
            "ledger": ORIGIN,
            "mode": "live",
            "nonce": new_nonce(rng.randbytes),
            "on": {"from": "2026-01-01", "precision": "day", "to": "2026-01-01"},
            "signers": [self._signer],
            "type": TYPE,
            "under": {},
            "v": 1,
        }
        if values:
            body["has"] = sorted(value.name for value in values)
            fields |= {"_sd": sorted(value.digest for value in values), "_sd_alg": "sha-256"}
        return fields

    def _compare(self, fields: dict[str, object], payload: bytes, envelope: bytes) -> None:
        link = dict(fields["chain"])  # type: ignore[call-overload]  # a dict
        slow = {name: fields[name] for name in _SAME} | {
            "key": link["key"],
            "seq": link["seq"],
            "prev": link.get("prev"),
            "sd": fields.get("_sd", ()),
        }
        if compose(**slow) != payload or seal(payload, [self._chain.key]) != envelope:
            raise RuntimeError("a statement made in short is not the one that compose makes")


_SAME = (
    "anchor", "at", "author", "body", "ledger", "mode", "nonce", "on", "signers", "type", "under",
)  # fmt: skip
