"""The stories of ``tests/domain/story.py`` written with real keys into a real ledger.

    told = Told(tmp_path)
    told.tell("ana project-opened project=breath")          # judged, signed, recorded
    index = told.forge("eve project-opened project=mine")   # signed and recorded, nobody asked

``forge`` is what an operator could do who leaves the program aside: the signatures are true, the
rules were not asked. ``Told.audit`` is the check that ``tally verify`` runs.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import shutil
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "domain"))

from story import Story, person

from domain.act import Act
from domain.values import On
from ledger.check import check
from ledger.check_live import LiveSource
from ledger.check_report import Report
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.disclosure import Disclosure
from ledger.disclosure import make as disclose
from ledger.encoding import new_nonce
from ledger.envelope import parse_envelope, seal
from ledger.erasure import tombstone
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.note import make_vkey
from ledger.records import Pending
from ledger.statement import compose, parse_statement
from ledger.types import tags_of
from ledger.vault import MemoryVault
from projections.bridge import catalogue
from projections.conduct import Conduct

ORIGIN = "example.org/told"


#: What a story changes as it goes on.
_COPIED = frozenset({"world", "acts", "named", "changed", "unread", "_sealed"})


class Told(Story):
    """A story whose acts are signed by the keys of who says them, and recorded."""

    def __init__(self, folder: Path, founders: Iterable[str] = ("ana",), **charter: Any) -> None:
        self.vault = MemoryVault()
        self.file = folder / "told.db"
        self.ledger = Ledger.create(f"sqlite:///{self.file}", ORIGIN, catalogue(), self.vault)
        self.log_key = key("the log")
        self.changed: dict[str, Any] = {}
        self.unread: dict[str, Any] = {}
        self._sealed: dict[str, tuple[bytes, list[Disclosure], str]] = {}
        listed = [
            {"key": key(n).key_id, "person": person(n), "public": key(n).public.raw.hex()}
            for n in founders
        ]
        op = key("op")
        listed.append({"key": op.key_id, "operator": person("op"), "public": op.public.raw.hex()})
        mine = {"origin": ORIGIN, "log": make_vkey(ORIGIN, 1, self.log_key.public), "keys": listed}
        super().__init__(founders, **(mine | charter))

    def copied(self, folder: Path) -> Told:
        """The same story so far, closed, in a ledger of its own."""
        mine = {name: value for name, value in vars(self).items() if name in _COPIED}
        made = Told.__new__(Told)
        vars(made).update({**vars(self), **copy.deepcopy(mine)})
        made.vault = MemoryVault()
        made.vault._keys = dict(self.vault._keys)
        made.file = Path(shutil.copy(self.file, folder))
        made.ledger = Ledger.open(f"sqlite:///{made.file}", ORIGIN, catalogue(), made.vault)
        return made

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.ledger.head().size

    def key_for(self, *names: str) -> None:
        """The operator enrols a first key for each."""
        for name in names:
            self.tell(f"op key-enrolled person={name} key={name} public={name} via=operator")

    def make(self, who: str, type: str, body: Mapping[str, Any], **more: Any) -> Act[Any]:
        """The same act, sealed by everybody who signs it."""
        act = super().make(who, type, body, **more)
        names = [who, *more.get("signed_by", ())]
        keys = [key(name) for name in names]
        keys += [brought for brought in self._brought(act, body) if brought not in keys]
        made = [disclose(name, "words") for name in act.event.has]
        first = keys[0].key_id
        grant = act.under.get(act.author)
        seq, prev = self.ledger.next_link(first) if self.size else (1, None)
        payload = compose(
            type=act.type,
            ledger=ORIGIN,
            author=act.author,
            key=first,
            seq=seq,
            prev=prev,
            signers=[one.key_id for one in keys],
            body=act.event.as_body() | self.unread,
            at=f"{self.today}T12:00:00Z",
            nonce=new_nonce(),
            under=dict.fromkeys([first], grant) if grant else {},
            mode=act.mode,
            on=_said(act.on),
            sd=sorted(one.digest for one in made),
            erased=[stone["hash"] for stone in body.get("tombstones", ())],
        )
        raw = seal(payload, keys)
        act = dataclasses.replace(act, hash=parse_envelope(raw).hash, index=self.size)
        self._sealed[act.hash] = (raw, made, act.author)
        return act

    def happen(self, act: Act[Any]) -> Act[Any]:
        """Record it, then let it change what later acts see."""
        self.record(act)
        return super().happen(act)

    def forge(
        self,
        line: str,
        *,
        past_the_ledger: bool = False,
        unread: Mapping[str, Any] | None = None,
        **changed: Any,
    ) -> int:
        """Record an act that nobody judged; ``changed`` are fields of its body, as they stand.

        ``past_the_ledger`` writes rows into the store, for what the ledger itself would refuse;
        ``unread`` are fields that make the body no event of its type.
        """
        self.changed, self.unread = changed, dict(unread or {})
        act = self.act(line)
        self.changed, self.unread = {}, {}
        if past_the_ledger:
            self._append(act)
        else:
            self.record(act)
        return act.index

    def digests(self, name: str) -> list[str]:
        """What an entry commits its values to."""
        _, made, _ = self._sealed[self.named[name]]
        return sorted(one.digest for one in made)

    def stone(self, name: str) -> dict[str, Any]:
        """The tombstone of an entry."""
        raw, _, _ = self._sealed[self.named[name]]
        envelope = parse_envelope(raw)
        statement = parse_statement(envelope.payload)
        return tombstone(envelope, statement, catalogue()[statement.type]).as_body()

    def audit(self, conduct: Conduct | None = None) -> Report:
        """The check that ``tally verify`` runs over a live ledger, with its checkpoint signed."""
        head = self.ledger.store.head()
        signed = sign_checkpoint(Checkpoint(ORIGIN, head.size, head.root), ORIGIN, self.log_key)
        self.ledger.store.add_checkpoint(head.size, signed)
        source = LiveSource(self.ledger.store, vault=self.vault)
        policy = f"log {make_vkey(ORIGIN, 1, self.log_key.public)}\nquorum none\n"
        return check(source, policy=policy, catalogue=catalogue(), conduct=conduct or Conduct())

    def record(self, act: Act[Any]) -> None:
        """Record an act that was made, whatever the rules say of it."""
        raw, made, subject = self._sealed[act.hash]
        pairs = [(one, subject) for one in made]
        self.ledger.record(raw, pairs, today=date.fromisoformat(self.today))

    def _append(self, act: Act[Any]) -> None:
        raw, _, _ = self._sealed[act.hash]
        statement = parse_statement(parse_envelope(raw).payload)
        tags = frozenset(tags_of(statement, catalogue()[statement.type]))
        pending = Pending(raw, statement.type, tags, statement.key, statement.seq, statement.nonce)
        [receipt] = self.ledger.store.append([pending])
        assert not isinstance(receipt, Exception), receipt

    def _brought(self, act: Act[Any], body: Mapping[str, Any]) -> list[SigningKey]:
        known = {key(name).key_id: key(name) for name in _KEYS}
        field = {"key-enrolled/v1": "key", "key-rotated/v1": "new"}.get(act.type)
        return [known[body[field]]] if field else []

    def _body(self, type: str, words: Mapping[str, str]) -> dict[str, Any]:
        return super()._body(type, words) | self.changed

    def _one(self, field: str, text: str) -> Any:
        if field in {"key", "old", "new"}:
            return key(text).key_id
        return key(text).public.raw.hex() if field == "public" else super()._one(field, text)


_KEYS: dict[str, SigningKey] = {}


def key(name: str) -> SigningKey:
    """The key that a short name stands for: always the same."""
    if name not in _KEYS:
        _KEYS[name] = SigningKey.from_seed(hashlib.sha256(f"key {name}".encode()).digest())
    return _KEYS[name]


def _said(on: On | None) -> dict[str, str] | None:
    if on is None:
        return None
    ends = {"from": on.from_, "to": on.to, "precision": "day" if on.from_ == on.to else "month"}
    return {name: said for name, said in ends.items() if said is not None}
