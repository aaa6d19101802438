"""A small ledger book: write real signed entries in a line each, so that a test reads as a story.

    book = Book(tmp_path)                     # charter: Ana holds every power
    p = book.project()
    ben = book.person("community")
    book.gave(p, ben, stage="S1")             # a contribution, recorded by Ana
    result = book.view("stages")

Every entry goes through the rules (``StoreWorld``), the keys and the store, as in the product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from domain import catalogue as rules
from domain.ballot import Ballots
from domain.closing import counted, unhandled
from domain.interest import Interests
from ledger.disclosure import Disclosure
from ledger.disclosure import make as disclose
from ledger.encoding import new_id, new_nonce
from ledger.envelope import parse_envelope, seal
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.note import make_vkey
from ledger.records import Receipt
from ledger.statement import compose, parse_statement
from ledger.vault import MemoryVault
from projections.bridge import catalogue, to_act
from projections.result import Asked, ViewResult
from projections.store_world import StoreWorld
from projections.views import answer

ORIGIN = "example.org/book"
POWERS = ["record", "enrol", "agenda", "budget", "decision", "information", "keys", "chairing"]


class Book:
    """A ledger with one founder, Ana, who keeps it."""

    def __init__(self, folder: Path, day: str = "2026-01-01", origin: str = ORIGIN) -> None:
        self.origin = origin
        self.keys: dict[str, SigningKey] = {}
        self.day = day
        self.operator = self._newcomer("operator")
        self.ana = self._newcomer("person")
        self.log_key = SigningKey.generate()
        self.vault = MemoryVault()
        self.ledger = Ledger.create(f"sqlite:///{folder}/book.db", origin, catalogue(), self.vault)
        self.grant = ""
        self.grant = self.found()

    def _newcomer(self, kind: str) -> str:
        holder = new_id(kind)
        self.keys[holder] = SigningKey.generate()
        return holder

    def found(self) -> str:
        def listed(holder: str) -> dict[str, str]:
            key = self.keys[holder]
            kind = holder.partition(":")[0]
            return {"key": key.key_id, kind: holder, "public": key.public.raw.hex()}

        body = {
            "origin": self.origin,
            "log": make_vkey(self.origin, 1, self.log_key.public),
            "keys": [listed(self.ana), listed(self.operator)],
            "grants": [{"to": self.ana, "kinds": POWERS, "scope": {}, "onward": 2}],
            "rules": "1",
            "currency": "GBP",
            "zone": "Europe/London",
            "amendment": {"rule": "founders", "needed": 1},
            "thresholds": {},
            "disclosure_control": {},
            "withdrawable": ["contribution-recorded/v1"],
        }
        self.say("charter-adopted/v1", body, signers=(self.ana, self.operator))
        return self.hash(0)

    def hash(self, index: int) -> str:
        envelope = self.ledger.entry(index).envelope
        assert envelope is not None
        return parse_envelope(envelope).hash

    def sealed(
        self,
        type_: str,
        body: Mapping[str, Any],
        *,
        author: str = "",
        signers: tuple[str, ...] = (),
        mode: str = "live",
        on: str | Mapping[str, str] | None = None,
        under: bool | str = True,
        erased: tuple[str, ...] = (),
        values: Sequence[Disclosure] = (),
    ) -> bytes:
        author = author or self.ana
        signers = signers or (author,)
        key = self.keys[author]
        seq, prev = self.ledger.next_link(key.key_id)
        if isinstance(on, str):
            on = {"from": on, "to": on, "precision": "day"}
        usual = self.grant if under and author == self.ana else ""
        grant = under if isinstance(under, str) else usual
        payload = compose(
            type=type_,
            ledger=self.origin,
            author=author,
            key=key.key_id,
            seq=seq,
            prev=prev,
            signers=[self.keys[signer].key_id for signer in signers],
            body=dict(body),
            at=f"{self.day}T12:00:00Z",
            nonce=new_nonce(),
            under={key.key_id: grant} if grant else {},
            mode=mode,
            on=on,
            erased=erased,
            sd=[value.digest for value in values],
        )
        return seal(payload, [self.keys[signer] for signer in signers])

    def say(self, type_: str, body: Mapping[str, Any], **how: Any) -> Receipt:
        """Record one entry, judged by the rules; raises ``Refused``.

        Whatever values the body says it ``has`` are made up for it.
        """
        values = [disclose(name, "words") for name in body.get("has", ())]
        return self.put(self.sealed(type_, body, values=values, **how), values)

    def put(self, raw: bytes, values: Sequence[Disclosure] = ()) -> Receipt:
        envelope = parse_envelope(raw)
        statement = parse_statement(envelope.payload)
        world = StoreWorld(self.ledger, self.ledger.head().size)
        act = to_act(statement, self.ledger.keyring(), hash="", index=world.size, today=self.day)
        rules.check(world, act)
        return self.force(raw, world, values)

    def force(
        self, raw: bytes, world: StoreWorld | None = None, values: Sequence[Disclosure] = ()
    ) -> Receipt:
        """Record without asking the rules, as a dishonest steward could."""
        conditions = world.conditions() if world else ()
        return self.ledger.record(
            raw,
            [(value, ORIGIN) for value in values],
            conditions,
            today=date.fromisoformat(self.day),
        )

    def open_day(self, day: str) -> None:
        self.day = day
        self.say("day-opened/v1", {"day": day}, author=self.operator)

    def project(self) -> str:
        id_ = new_id("project")
        self.say("project-opened/v1", {"project": id_})
        return id_

    def person(self, side: str | None = None, project: str | None = None) -> str:
        id_ = new_id("person")
        self.say("person-enrolled/v1", {"person": id_})
        if side is not None:
            self.acts_for(id_, side, project)
        return id_

    def give_key(self, person: str) -> None:
        """Enrol a key of the person's own, vouched for by Ana."""
        key = self.keys[person] = SigningKey.generate()
        body = {"person": person, "key": key.key_id, "public": key.public.raw.hex()}
        self.say("key-enrolled/v1", body | {"via": "grant"}, signers=(self.ana, person))

    def acts_for(self, person: str, side: str, project: str | None = None) -> None:
        where = {} if project is None else {"project": project}
        self.say("acting-for-declared/v1", {"person": person, "side": side, **where})

    def group(self, project: str, side: str, label: str, number: int | None = None) -> str:
        id_ = new_id("group")
        count = {} if number is None else {"number": number}
        body = {"group": id_, "project": project, "side": side, "label": label, **count}
        self.say("group-recorded/v1", body, mode="history")
        return id_

    def problem(self, project: str, by: str, *, mode: str = "live", **how: Any) -> str:
        """Record a problem raised by a person or a group."""
        id_ = new_id("problem")
        who = {"group": by} if by.startswith("group:") else {"people": [by]}
        on = how.pop("on", None)
        body = {"problem": id_, "project": project, **who, **how}
        self.say("problem-proposed/v1", body, mode=mode, on=on)
        return id_

    def decision(self, voters: Sequence[str], *, mode: str = "live", **how: Any) -> str:
        """Put a question to these voters, by majority between «a» and «b» unless said otherwise."""
        id_ = new_id("decision")
        on = how.pop("on", None)
        body = {
            "decision": id_,
            "options": [{"option": "a"}, {"option": "b", "nothing": True}],
            "electorate": list(voters),
            "method": "simple-majority",
        } | how
        body = {name: value for name, value in body.items() if value is not None}
        self.say("decision-opened/v1", body, mode=mode, on=on)
        return id_

    def vote(self, decision: str, voter: str, choice: str | None = "a", **how: Any) -> None:
        """Cast a ballot: by the voter's own key, else as it was afterwards."""
        on = how.pop("on", None)
        body = {"decision": decision, "voter": voter, "choice": choice} | how
        said = {name: value for name, value in body.items() if value is not None}
        live = voter in self.keys and "mode" not in how
        said.pop("mode", None)
        mode, author = ("live", voter) if live else ("history", self.ana)
        self.say("vote-cast/v1", said, author=author, mode=mode, on=on)

    def close(self, decision: str, *, mode: str = "live", **how: Any) -> None:
        """End voting with what the domain counts."""
        world = StoreWorld(self.ledger, self.size)
        ballots = world.get(Ballots, decision)
        assert ballots.opened is not None
        found = counted(ballots)
        waiting = unhandled(ballots.opened, world.get(Interests, decision))
        on = how.pop("on", None)
        body = found | {"decision": decision, "tally": found["tally"].model_dump(mode="json")}
        body |= {name: [*found[name]] for name in ("chosen", "tied")}
        body |= {"places": [[*place] for place in found["places"]], "unhandled": [*waiting]}
        self.say("decision-closed/v1", body | how, mode=mode, on=on)

    def decided(self, voters: Sequence[str], **how: Any) -> str:
        """A decision for «a» by everybody, opened, voted and closed."""
        mode = how.get("mode", "live")
        id_ = self.decision(voters, **how)
        for voter in voters:
            self.vote(id_, voter, **({"mode": mode} if mode == "history" else {}))
        self.close(id_, mode=mode)
        return id_

    def gave(
        self, project: str, giver: str, *, mode: str = "live", on: Any = None, **how: Any
    ) -> str:
        """Record a contribution by a person or a group; ``how`` are its fields."""
        id_ = new_id("contribution")
        who = {"group": giver} if giver.startswith("group:") else {"people": [{"person": giver}]}
        body = {"contribution": id_, "project": project, **who, **how}
        self.say("contribution-recorded/v1", body, mode=mode, on=on)
        return id_

    def take_back(self, contribution: str) -> None:
        self.say("contribution-retracted/v1", {"contribution": contribution})

    def put_back(self, contribution: str) -> None:
        self.say("contribution-reinstated/v1", {"contribution": contribution})

    def correct(self, line: str, instead: str, *people: str) -> None:
        body = {"line": line, "instead": instead, "people": list(people), "cause": "mistake"}
        self.say("record-corrected/v1", body)

    def link(self, person: str, same_as: str, basis: str) -> None:
        body = {"person": person, "same_as": same_as, "basis": basis}
        self.say("persons-linked/v1", body)

    def offer(self, project: str, to: str, minor: int, *, mode: str = "live", **how: Any) -> str:
        id_ = new_id("offer")
        body = {
            "offer": id_,
            "project": project,
            "to": to,
            "kind": how.pop("kind", "fee"),
            "amount": {"minor": minor, "currency": how.pop("currency", "GBP"), "exponent": 2},
        }
        on = how.pop("on", None)
        self.say("payment-offered/v1", body | how, mode=mode, on=on)
        return id_

    def answered(
        self, offer: str, person: str, say: str = "accepted", less: int | None = None, **how: Any
    ) -> None:
        """Record a person's answer for them: ``accepted``, ``declined`` or ``redirected``."""
        body: dict[str, Any] = {"offer": offer, "for": person, "witness": self.person()}
        if less is not None:
            body["amount"] = {"minor": less, "currency": "GBP", "exponent": 2}
        self.say(f"payment-{say}/v1", body, **how)

    def answered_on(
        self, offer: str, person: str, budget: str, say: str = "accepted", less: int | None = None
    ) -> None:
        """The same, of an offer that a budget bears, in the person's own voice."""
        if person not in self.keys:
            self.give_key(person)
        body: dict[str, Any] = {"offer": offer, "budget": budget}
        if less is not None:
            body["amount"] = {"minor": less, "currency": "GBP", "exponent": 2}
        self.say(f"payment-{say}/v1", body, author=person)

    def claimed(self, project: str, to: str, minor: int, **how: Any) -> str:
        """Let a person claim in their own voice; ``how`` are fields, or ``mode`` and ``on``."""
        id_ = new_id("claim")
        said = {name: how.pop(name) for name in ("mode", "on") if name in how}
        body = {
            "claim": id_,
            "project": project,
            "to": to,
            "kind": how.pop("kind", "fee"),
            "amount": {"minor": minor, "currency": how.pop("currency", "GBP"), "exponent": 2},
        }
        if said.get("mode") != "history":
            if to not in self.keys:
                self.give_key(to)
            said["author"] = to
        self.say("payment-claimed/v1", body | how, **said)
        return id_

    def judged(self, claim: str, to: str, say: str, minor: int | None = None, **how: Any) -> None:
        """Let Ana approve, query or refuse a claim."""
        body: dict[str, Any] = {"claim": claim, "to": to}
        if say == "approved":
            body["amount"] = {"minor": minor, "currency": "GBP", "exponent": 2}
        else:
            body |= {"has": ["question" if say == "queried" else "reason"]}
            body |= {"cause": "other"} if say == "refused" else {}
        self.say(f"payment-{say}/v1", body | how)

    def paid(self, to: str, minor: int, *, mode: str = "live", on: Any = None, **how: Any) -> str:
        """Record a payment on an ``offer`` or a ``claim``."""
        id_ = new_id("payment")
        amount = {"minor": minor, "currency": how.pop("currency", "GBP"), "exponent": 2}
        body = {"payment": id_, "to": to, "kind": how.pop("kind", "fee"), "amount": amount}
        self.say("payment-made/v1", body | how, mode=mode, on=on)
        return id_

    def granted(
        self, to: str, *kinds: str, by: str = "", under: str = "", way: str = "granted", **how: Any
    ) -> str:
        """Pass a power on, by Ana unless said otherwise; gives the hash that names the grant."""
        said = {name: how.pop(name) for name in ("mode", "on") if name in how}
        body = {"to": to, "kinds": list(kinds), **how}
        self.say(f"power-{way}/v1", body, author=by, under=under or True, **said)
        return self.hash(self.size - 1)

    def body(self, project: str | None = None, **how: Any) -> str:
        """Create a body; ``how`` are its fields, or ``mode`` and ``on``."""
        id_ = new_id("body")
        said = {name: how.pop(name) for name in ("mode", "on") if name in how}
        where = {} if project is None else {"project": project}
        self.say("body-created/v1", {"body": id_, **where, **how}, **said)
        return id_

    def seated(self, body: str, person: str, chosen_by: str, **how: Any) -> None:
        """Fill a seat, voting unless said otherwise."""
        said = {name: how.pop(name) for name in ("mode", "on") if name in how}
        fields = {"body": body, "person": person, "chosen_by": chosen_by, "voting": True, **how}
        self.say("seat-filled/v1", fields, **said)

    @property
    def size(self) -> int:
        return self.ledger.head().size

    def view(self, name: str, **asked: Any) -> ViewResult:
        return answer(self.ledger, name, Asked(**asked))


def cells(result: ViewResult, **where: Any) -> dict[str, Any]:
    """The one row whose cells match."""
    found = [
        dict(row.cells)
        for row in result.rows
        if all(row.cells.get(name) == value for name, value in where.items())
    ]
    assert len(found) == 1, f"{len(found)} rows match {where}"
    return found[0]
