"""Histories in a small notation, so that a reader sees what happened before the assertion.

One line an act: who, which event, and its fields by short names that stand for ids.

    story = Story()                       # a charter: ana holds every power, onward 3; op operates
    story.tell('''
        ana  project-opened          project=breath
        ana  person-enrolled         person=ben route=open-call        as=enrolled
        ben  contribution-recorded   contribution=talk project=breath people=ben stage=S1
        ana  power-granted           to=ben kinds=record onward=0      as=g
        ben  contribution-recorded   contribution=notes project=breath people=ana under=g
        day 2026-03-01
        ! no-grant  ben  budget-opened  budget=pot project=breath amount=GBP100.00
    ''')

    as=NAME      names the act; line=, grant= and under= refer to acts by such a name
    under=NAME   the grant it stands on: the charter for a founder unless under=- is said
    with=A,B     others who sign; has=A,B values it carries
    on=DAY or DAY..DAY  when it happened;  history  recorded afterwards
    tally=auto   the tally and outcome that the ballots give
    options=a,b*,c:GBP5.00,d@cy/community   b is to do nothing, c costs, d stands for cy of a side
    options=e<cy,f<group:ten                put forward by cy, by a group
    seal=NAME, secret=NAME   of a draw: the seal of that secret, and the secret itself
    ranking=a>b=c  a ballot's places, best first;  counted=…  see ``_ballots``
    ! RULE …     the act must be refused by that rule, and does not happen
    # …          a remark

Every act is judged twice, in the full world and in a world loaded only by the subjects' own
questions: the verdicts must agree. Nothing here knows of keys or bytes.
"""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.act import Act
from domain.ballot import Ballots
from domain.catalogue import COMMON_RULES, EVENTS, MODELS, check, parse
from domain.closing import counted, unhandled
from domain.interest import Interests
from domain.lot import seal
from domain.refusal import Refused
from domain.values import On
from domain.world import FullWorld, PartialWorld, Question, Tombstone

FIRST_DAY = "2026-01-05"
ALL_POWERS = [
    "agenda",
    "decision",
    "chairing",
    "budget",
    "hiring",
    "information",
    "knowledge",
    "delivery",
    "evaluation",
    "publication",
    "record",
    "enrol",
    "keys",
]

#: Which kind of id each field holds; a value with a colon is taken as it is.
_IDS = {
    "person": "person", "people": "person", "to": "person", "by": "person", "holder": "person",
    "for": "person", "said_by": "person", "witness": "person", "invited_by": "person",
    "voter": "person", "electorate": "person", "raised_by": "person", "owner": "person",
    "about": "person", "tellers": "person", "voted": "person", "unhandled": "person",
    "project": "project", "part_of": "project", "group": "group", "body": "body",
    "problem": "problem", "from_problem": "problem", "contribution": "contribution",
    "inputs": "contribution", "budget": "budget", "decision": "decision", "offer": "offer",
    "payment": "payment", "claim": "claim", "controller": "person", "from": "budget",
    "input": "input", "output": "output", "replaces": "output", "commitment": "commitment",
    "problems": "problem", "groups": "group", "asked_by": "person", "to_project": "project",
    "support": "support", "training": "training", "gift": "gift", "action": "action",
    "evaluation": "evaluation", "trainers": "person", "matter": "problem",
    "same_as": "person", "object_to": "person", "revisits": "decision", "cites": "decision",
    "casting": "person",
}  # fmt: skip
_MANY = {
    "people", "kinds", "electorate", "inputs", "has", "against", "options", "tellers", "voted",
    "approves", "excludes", "prefers", "chosen", "tied", "unhandled", "left_out", "major",
    "stages", "counts", "lines", "problems", "groups",
    "trainers", "benefits", "rationales", "scores", "quotas", "views",
}  # fmt: skip
_NUMBERS = {
    "number",
    "onward",
    "quorum",
    "suspect_from",
    "eligible",
    "seats",
    "picks",
    "term",
    "size",
}
_ACTS = {"line", "lines", "instead", "grant", "dispute", "access", "link"}
_HASHES = {
    "key", "old", "new", "public", "row", "evidence", "artefact", "source", "secret",
    "digest",
}  # fmt: skip


def ident(kind: str, name: str) -> str:
    """The id that a short name stands for: always the same."""
    digest = hashlib.sha256(f"{kind}:{name}".encode()).digest()[:16]
    return f"{kind}:{base64.b32encode(digest).decode().rstrip('=').lower()}"


def person(name: str) -> str:
    """A person's id; ``op`` is the operator."""
    return ident("operator", name) if name == "op" else ident("person", name)


def hashed(name: str) -> str:
    """The hash that a short name stands for."""
    return hashlib.sha256(name.encode()).hexdigest()


def money(text: str) -> dict[str, Any]:
    """``GBP75.00`` as an amount; ``time-credit`` has no letters of its own."""
    currency = text.rstrip("0123456789.")
    digits = text[len(currency) :]
    exponent = len(digits.partition(".")[2])
    return {"minor": int(digits.replace(".", "")), "currency": currency, "exponent": exponent}


class Story:
    """A ledger's history as the rules see it; ``acts`` is all that happened."""

    def __init__(self, founders: Iterable[str] = ("ana",), needed: int = 1, **charter: Any) -> None:
        self.world = FullWorld()
        self.acts: list[Act[Any] | Tombstone] = []
        self.named: dict[str, str] = {}
        self.today = FIRST_DAY
        self.founders = tuple(founders)
        self._found(needed, charter)

    def tell(self, text: str) -> Story:
        """Let a history happen, line by line."""
        for line in filter(None, map(str.strip, text.splitlines())):
            self._line(line)
        return self

    def refused(self, line: str) -> Refused:
        """What the rules say to an act that must not be; it does not happen."""
        act = self.act(line)
        try:
            self.judge(act)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"allowed: {line}")

    def say(
        self, who: str, type: str, body: Mapping[str, Any], under: str | None = "", **more: Any
    ) -> Act[Any]:
        """Let one act happen whose body is given in full."""
        act = self.make(who, type, body, under=under, **more)
        self.judge(act)
        return self.happen(act)

    def judge(self, act: Act[Any]) -> None:
        """Judge an act in both worlds, which must agree; raises Refused."""
        full = self._verdict(self.world, act)
        part = self._verdict(PartialWorld(self.read), act)
        assert str(full) == str(part), f"full world: {full}; partial world: {part}"
        if full is not None:
            kind = EVENTS[act.type]
            assert full.rule in {*kind.refused_by, *COMMON_RULES}, f"{act.type} hides {full.rule}"
            raise full

    def happen(self, act: Act[Any]) -> Act[Any]:
        """Let an act happen whatever the rules say of it, as an operator could."""
        self.world.apply(act)
        self.acts.append(act)
        return act

    def withdraw(self, name: str) -> None:
        """Withdraw one act, then judge everything again from the start with its tombstone."""
        history, self.acts, self.world = self.acts, [], FullWorld()
        for past in history:
            if past.hash == self.named[name] and isinstance(past, Act):
                self._bury(Tombstone(past.type, past.author, tags(past)[1], past.hash, past.index))
                continue
            if isinstance(past, Act):
                self.judge(past)
                self.happen(past)
            else:
                self._bury(past)

    def _bury(self, stone: Tombstone) -> None:
        self.acts.append(stone)
        self.world.apply_tombstone(stone.type, stone.author, stone.ids, stone.hash, stone.index)

    def read(self, question: Question) -> Iterable[Act[Any] | Tombstone]:
        """The events that answer a question, as a store finds them: by type and tag, or by hash."""
        for past in self.acts:
            if past.type not in question.types:
                continue
            known = past.ids if isinstance(past, Tombstone) else tags(past)[0]
            if question.tags <= set(known) or past.hash == question.hash:
                yield past

    def get(self, subject: type[Any], name: str) -> Any:
        """The state of a subject by the short name of its id."""
        return self.world.get(subject, name)

    def make(
        self,
        who: str,
        type: str,
        body: Mapping[str, Any],
        *,
        under: str | None = "",
        signed_by: Iterable[str] = (),
        mode: str = "live",
        on: On | None = None,
    ) -> Act[Any]:
        """An act that has not happened; ``under`` is a name, "" the usual grant, None no grant."""
        author = person(who)
        if under == "":
            under = "charter" if who in self.founders and "charter" in self.named else None
        full = type if "/" in type else f"{type}/v1"
        return Act(
            type=full,
            author=author,
            event=parse(full, body),
            today=self.today,
            signed_by=frozenset({author, *map(person, signed_by)}),
            under={author: self.named.get(under, hashed(under))} if under else {},
            mode=mode,
            on=on,
            hash=hashed(f"act {len(self.acts)}"),
            index=len(self.acts),
        )

    def act(self, line: str) -> Act[Any]:
        """The act that a line says, named if it has ``as=``; it does not happen."""
        who, type, *rest = shlex.split(line)
        words = dict(word.partition("=")[::2] for word in rest)
        name = words.pop("as", None)
        under = words.pop("under", "")
        more: dict[str, Any] = {
            "under": None if under == "-" else under,
            "signed_by": [n for n in words.pop("with", "").split(",") if n],
            "mode": "history" if words.pop("history", None) is not None else "live",
            "on": _on(words.pop("on", "")),
        }
        act = self.make(who, type, self._body(type, words), **more)
        if name:
            self.named[name] = act.hash
        return act

    def _line(self, line: str) -> None:
        if line.startswith("#"):
            return
        if line.startswith("day "):
            self.today = line.split()[1]
            self.say("op", "day-opened", {"day": self.today})
        elif line.startswith("! "):
            _, rule, rest = line.split(maxsplit=2)
            found = self.refused(rest).rule
            assert found == rule, f"expected the rule {rule}, found {found}: {rest}"
        else:
            act = self.act(line)
            self.judge(act)
            self.happen(act)

    def _body(self, type: str, words: Mapping[str, str]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for field, text in words.items():
            if field == "tally" and text == "auto":
                body.update(self.closing(words["decision"]))
            elif field.startswith(("scope.", "delegation.")):
                outer, _, inner = field.partition(".")
                body.setdefault(outer, {})[inner] = self._value(inner, text)
            else:
                body[field] = self._value(field, text)
        if type in {"contribution-recorded", "output-published"} and "people" in body:
            body["people"] = [p if isinstance(p, dict) else {"person": p} for p in body["people"]]
        if "seal" in body:
            body["seal"] = seal(body["decision"], body["person"], hashed(body["seal"]))
        return body

    def closing(self, decision: str) -> dict[str, Any]:
        """Tally, places and outcome that the ballots give now, and whose interest is unhandled."""
        name = ident("decision", decision)
        body = counted(self.world.get(Ballots, name))
        ballots = self.world.get(Ballots, name)
        interests = self.world.get(Interests, name)
        waiting = unhandled(ballots.opened, interests) if ballots.opened else ()
        return body | {"tally": body["tally"].model_dump(mode="json"), "unhandled": waiting}

    def _value(self, field: str, text: str) -> Any:
        if field in _MANY:
            return [self._one(field, item) for item in text.split(",") if item]
        return self._one(field, text)

    def _one(self, field: str, text: str) -> Any:
        if field in _ACTS:
            return self.named.get(text, hashed(text))
        if field in _HASHES:
            return hashed(text)
        if field == "root":
            return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        if field in _NUMBERS:
            return int(text)
        if field in _IDS:
            return self._id(field, text)
        return _parsed(field, text)

    def _id(self, field: str, text: str) -> Any:
        name, _, share = text.partition(":")
        if field == "people" and share:
            return {"person": person(name), "share": share}
        if share:
            return ident(name, share)
        return person(text) if _IDS[field] == "person" else ident(_IDS[field], text)

    def _found(self, needed: int, charter: Mapping[str, Any]) -> None:
        keys = [{"key": hashed(f"key {n}"), "public": hashed(n), "person": person(n)}
                for n in self.founders]  # fmt: skip
        keys.append({"key": hashed("key op"), "public": hashed("op"), "operator": person("op")})
        body = {
            "origin": "example.org/breath",
            "log": "example.org/breath+0+key",
            "keys": keys,
            "grants": [
                {"to": person(n), "kinds": ALL_POWERS, "scope": {}, "onward": 3}
                for n in self.founders
            ],
            "rules": "1",
            "currency": "GBP",
            "zone": "Europe/London",
            "amendment": {"rule": "founders", "needed": needed},
            "withdrawable": sorted(n for n, k in EVENTS.items() if k.withdrawable),
        } | dict(charter)
        act = self.say(
            self.founders[0], "charter-adopted", body, signed_by=(*self.founders[1:], "op")
        )
        self.named["charter"] = act.hash

    @staticmethod
    def _verdict(world: Any, act: Act[Any]) -> Refused | None:
        try:
            check(world, act)
        except Refused as refusal:
            return refusal
        return None


def _parsed(field: str, text: str) -> Any:
    parser = _FORMS.get(field)
    return parser(text) if parser else text


def _option(text: str) -> dict[str, Any]:
    text, _, by = text.partition("<")
    key, _, cost = text.partition(":")
    key, _, who = key.partition("@")
    who, _, side = who.partition("/")
    said: dict[str, Any] = {"option": key.rstrip("*"), "nothing": key.endswith("*")}
    said |= {"person": person(who)} if who else {}
    kind, _, group = by.partition(":")
    said |= {"put_by_group": ident(kind, group)} if group else {"put_by": person(by)} if by else {}
    said |= {"side": side} if side else {}
    return said | ({"cost": money(cost)} if cost else {})


def _quota(text: str) -> dict[str, Any]:
    side, _, seats = text.partition(":")
    return {"side": side, "seats": int(seats)}


def _counted(text: str) -> dict[str, Any]:
    reason, _, number = text.partition(":")
    return {"reason": reason, "number": int(number)}


def _fraction(text: str) -> dict[str, Any]:
    share, _, of = text.partition(":")
    over, _, under = share.partition("/")
    return {"over": int(over), "under": int(under), "of": of or "cast"}


def _time(text: str) -> dict[str, Any]:
    basis, _, minutes = text.partition(":")
    return {"basis": basis} | ({"minutes": int(minutes)} if minutes else {})


def _score(text: str) -> dict[str, Any]:
    item, _, score = text.partition(":")
    return {"item": item, "score": int(score)}


def _measure(text: str) -> dict[str, Any]:
    amount, _, unit = text.partition(":")
    return {"amount": int(amount), "unit": unit}


def _yes(text: str) -> bool:
    return text == "yes"


def _ballots(text: str) -> dict[str, Any]:
    """``3/1 a:2`` is 3 ballots, 1 abstains, 2 for a; ``!a:1`` against; ``1-2-0:2`` two equal
    ballots' ranks; ``a>b:2`` two prefer a to b."""
    numbers, *items = text.split()
    ballots, _, abstained = numbers.partition("/")
    found: dict[str, Any] = {"ballots": int(ballots), "abstained": int(abstained or 0)}
    for item in items:
        what, _, number = item.partition(":")
        if ">" in what:
            option, to = what.split(">")
            found.setdefault("pairs", []).append(
                {"option": option, "to": to, "ballots": int(number)}
            )
        elif what[0].isdigit():
            ranks = [int(rank) for rank in what.split("-")]
            found.setdefault("ranked", []).append({"ranks": ranks, "ballots": int(number)})
        else:
            side = "against" if what.startswith("!") else "support"
            found.setdefault(side, []).append({"option": what.lstrip("!"), "votes": int(number)})
    return found


#: Fields that are neither words nor ids nor numbers, and how they are written here.
_FORMS: dict[str, Callable[[str], Any]] = {
    "amount": money,
    "money": money,
    "options": _option,
    "quotas": _quota,
    "counts": _counted,
    "counted": _ballots,
    "threshold": _fraction,
    "time": _time,
    "charity": _yes,
    "planned": _yes,
    "agreed": _yes,
    "scores": _score,
    "before": _measure,
    "after": _measure,
    "hidden": _yes,
    "seen": _yes,
    "identified": _yes,
    "papers": _yes,
    "voting": _yes,
    "with_others": _yes,
    "by_seats": _yes,
    "settled": _yes,
    "accepted": _yes,
    "official": _yes,
    "ranking": lambda text: [place.split("=") for place in text.split(">")],
    "left_out": lambda text: {"person": person(text), "cause": "interest"},
}


def _on(text: str) -> On | None:
    if not text:
        return None
    start, _, end = text.partition("..")
    return On(start or None, (end or start) if ".." not in text else (end or None), "period")


def tags(act: Act[Any]) -> tuple[frozenset[str], tuple[str, ...]]:
    """An act's tags as the ledger draws them, and the typed ids among them."""
    found: set[str] = {act.author, *act.under.values()}
    body = act.event.as_body()
    _collect(body, found)
    ids = tuple(sorted(t for t in found if ":" in t))
    for label, fields in MODELS[act.type].COMPOSITES:
        parts = [act.author if f == "author" else body.get(f) for f in fields]
        if all(parts):
            found.add("|".join([label, *map(str, parts)]))
    return frozenset(found), ids


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        hex64 = len(value) == 64 and not set(value) - set("0123456789abcdef")
        kind, _, rest = value.partition(":")
        if hex64 or (len(rest) == 26 and kind.isalpha()):
            found.add(value)
    elif isinstance(value, dict):
        for inner in value.values():
            _collect(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, found)
