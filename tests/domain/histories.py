"""Random histories, each act judged by the rules and by a slow, obvious reference of them.

    play(Histories, settings=…)     # hypothesis makes up the acts, allowed and forbidden ones

Whatever is said, ``domain.catalogue.check`` over the full world must accept exactly what
``plain_votes.PlainRulesAndVotes`` accepts. What is accepted happens, so that later acts stand on
it. Whoever wants more of a history (its signatures, say) tells another ``begun`` story and looks at
what was ``accepted`` and ``refused``.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from plain_rules import Said
from plain_votes import PlainRulesAndVotes
from story import ALL_POWERS, Story, hashed, ident, person

from domain.act import Act
from domain.ballot import Ballots
from domain.catalogue import check
from domain.closing import counted
from domain.refusal import Refused

PEOPLE = ("ana", "ben", "cy", "dee")
POWERS = ("record", "enrol", "budget", "decision", "agenda")

#: How often each act was allowed and refused, over all examples of a run.
SEEN: Counter[tuple[str, bool]] = Counter()

#: Who says it, on which grant, and whether it is recorded afterwards.
whose = st.fixed_dictionaries(
    {
        "who": st.sampled_from(("ana",) * 6 + ("ben", "ben", "cy", "dee")),
        "grant": st.sampled_from(("own",) * 8 + ("none", "any", "made-up")),
        "history": st.sampled_from((False,) * 9 + (True,)),
    }
)
someone = st.sampled_from(PEOPLE)
someone_or_stranger = st.sampled_from((*PEOPLE, "zoe"))
place = st.sampled_from(("p",) * 9 + ("q", "nowhere"))
#: Which of the things there are; 9 is none of them. ``new``: whether a new one has a new id.
which = st.integers(0, 9)
new = st.sampled_from((True,) * 5 + (False,))
minor = st.sampled_from((10, 10, 20, 40, 100))
currency = st.sampled_from(("GBP",) * 8 + ("EUR",))
pot = st.sampled_from((None, None, None, 0, 0, 1, 9))
mostly = st.sampled_from((True, True, True, False))
helper = st.sampled_from((None, None, None, *PEOPLE))


def money(minor: int, currency: str) -> dict[str, Any]:
    """An amount."""
    return {"minor": minor, "currency": currency, "exponent": 2}


def given(**fields: Any) -> dict[str, Any]:
    """A body without the fields that say nothing."""
    return {name: value for name, value in fields.items() if value is not None}


class Histories(RuleBasedStateMachine):
    """One history: every step is an act that the rules and the reference both judge."""

    def __init__(self) -> None:
        super().__init__()
        self.story = self.begun()
        charter = self.story.acts[0]
        body = {"grants": [{"to": person("ana"), "kinds": ALL_POWERS, "scope": {}, "onward": 3}]}
        self.charter = Said(
            person("ana"), "charter-adopted", body, "", False, self.story.today, charter.hash
        )
        self.plain = PlainRulesAndVotes(self.charter)
        self.days = 0

    def begun(self) -> Story:
        """The story that is told; it has a charter."""
        return Story()

    def accepted(self, act: Act[Any], said: Said) -> None:
        """What becomes of an act that both allow: it happens."""
        self.story.happen(act)
        self.plain.past.append(said)

    def refused(self, act: Act[Any], refusal: Refused) -> None:
        """What becomes of an act that both refuse: nothing."""

    def say(self, how: dict[str, Any], type: str, body: dict[str, Any]) -> bool:
        """Judge an act twice; if both allow it, it happens."""
        under = self._grant(how)
        self.story.named["it"] = under
        act = self.story.make(
            how["who"],
            type,
            body,
            under="it" if under else None,
            mode="history" if how["history"] else "live",
        )
        said = Said(act.author, type, body, under, how["history"], self.story.today, act.hash)
        expected = self.plain.allows(said)
        refusal = None
        try:
            check(self.story.world, act)
        except Refused as no:
            refusal = no
        assert (refusal is None) == expected, (
            f"{said}: the reference {'allows' if expected else 'refuses'} it, the rules say "
            f"{refusal or 'yes'}"
        )
        SEEN[type, expected] += 1
        if refusal is None:
            self.accepted(act, said)
        else:
            self.refused(act, refusal)
        return expected

    def _id(self, kind: str, number: int | None) -> str | None:
        """An id of those there are."""
        if number is None:
            return None
        there = self._there(kind)
        return there[number % len(there)] if there and number < 9 else ident(kind, "none")

    def _new(self, kind: str, fresh: bool) -> str:
        there = self._there(kind)
        return ident(kind, str(len(there))) if fresh or not there else there[0]

    def _there(self, kind: str) -> list[str]:
        begun = f"{kind}-{'recorded' if kind == 'contribution' else 'opened'}"
        seldom = {"offer": "payment-offered", "payment": "payment-made", "action": "action-set"}
        begun = seldom.get(kind, begun)
        return [p.body[kind] for p in self.plain.past if p.type == begun]

    def _grant(self, how: dict[str, Any]) -> str:
        who = person(how["who"])
        if how["grant"] == "made-up":
            return hashed("made up")
        granted = [p for p in self.plain.past if p.type == "power-granted"]
        if how["grant"] == "any" and granted:
            return granted[-1].hash
        mine = [p.hash for p in granted if p.body["to"] == who]
        if who == person("ana"):
            mine.insert(0, self.charter.hash)
            return self.charter.hash if how["grant"] == "own" else mine[-1]
        return mine[-1] if mine and how["grant"] == "own" else ""

    @initialize()
    def begin(self) -> None:
        """A project, and people who take part in it."""
        how = {"who": "ana", "grant": "own", "history": False}
        self.say(how, "project-opened", {"project": ident("project", "p")})
        for name in ("ana", "ben", "cy"):
            body = {"person": person(name), "project": ident("project", "p")}
            self.say(how, "person-enrolled", body)
        for name, powers in (("ben", ["budget", "record"]), ("cy", ["decision"])):
            body = {"to": person(name), "kinds": powers, "scope": {}, "onward": 1}
            self.say(how, "power-granted", body)
        Histories.budget_opened(self, how, True, "p", 100, "GBP")
        more = {"what": (40, "GBP"), "budget": 0, "tied": "nothing", "where": "p"}
        Histories.payment_offered(self, how, True, "cy", **more)
        vote = {"electorate": ["ana", "ben", "cy"], "quorum": 2, "last_day": "2026-02-01"}
        Histories.decision_opened(self, how, True, "p", **vote)

    @rule()
    def a_day_passes(self) -> None:
        """Until what was to end has ended."""
        self.days += 1
        self.story.tell(f"day 2026-02-{min(self.days, 28):02}")

    @rule(
        how=whose,
        name=st.sampled_from(("q",) * 4 + ("p",)),
        what=st.sampled_from(("opened", "opened", "closed")),
    )
    def project_begins_or_ends(self, how: dict[str, Any], name: str, what: str) -> None:
        self.say(how, f"project-{what}", {"project": ident("project", name)})

    @rule(
        how=whose,
        who=someone,
        where=st.sampled_from((None, "p", "q", "nowhere")),
        by=st.sampled_from((None, None, "ben", "zoe")),
    )
    def person_enrolled(
        self, how: dict[str, Any], who: str, where: str | None, by: str | None
    ) -> None:
        body = given(
            person=person(who),
            project=ident("project", where) if where else None,
            invited_by=person(by) if by else None,
        )
        self.say(how, "person-enrolled", body)

    @rule(
        how=whose,
        pair=st.sampled_from((("ben", "cy"), ("ben", "dee"), ("cy", "dee"), ("cy", "cy"))),
        basis=st.sampled_from(("said-so", "guess")),
    )
    def persons_linked(self, how: dict[str, Any], pair: tuple[str, str], basis: str) -> None:
        one, other = map(person, pair)
        self.say(how, "persons-linked", {"person": one, "same_as": other, "basis": basis})

    @precondition(lambda self: self.plain.first("persons-linked"))
    @rule(how=whose, number=st.integers(0, 9), other=st.sampled_from((None, None, None, "ana")))
    def persons_unlinked(self, how: dict[str, Any], number: int, other: str | None) -> None:
        links = list(self.plain.all("persons-linked"))
        link = links[-1 - number % len(links)]
        body = {"person": link.body["person"], "same_as": link.body["same_as"], "link": link.hash}
        self.say(how, "persons-unlinked", body | ({"person": person(other)} if other else {}))

    @rule(
        how=whose,
        to=someone_or_stranger,
        kinds=st.sets(st.sampled_from(POWERS), min_size=1, max_size=2),
        where=st.sampled_from((None, "p", "q")),
        budget=st.sampled_from((None, None, None, 0)),
        limit=st.sampled_from((None, None, 40)),
        until=st.sampled_from((None, None, "2026-02-02", "2026-02-04")),
        onward=st.integers(0, 3),
    )
    def power_granted(self, how: dict[str, Any], to: str, **what: Any) -> None:
        scope = given(
            project=ident("project", what["where"]) if what["where"] else None,
            budget=self._id("budget", what["budget"]),
            amount=money(what["limit"], "GBP") if what["limit"] else None,
            until=what["until"],
        )
        body = {
            "to": person(to),
            "kinds": sorted(what["kinds"]),
            "scope": scope,
            "onward": what["onward"],
        }
        self.say(how, "power-granted", body)

    @rule(how=whose, number=st.integers(0, 9), other=st.sampled_from((None, None, None, *PEOPLE)))
    def power_revoked(self, how: dict[str, Any], number: int, other: str | None) -> None:
        granted = [p for p in self.plain.past if p.type == "power-granted"]
        one = granted[number % len(granted)]
        holder = person(other) if other else one.body["to"]
        self.say(how, "power-revoked", {"grant": one.hash, "holder": holder})

    @rule(
        how=whose,
        fresh=new,
        where=place,
        people=st.lists(someone, min_size=1, max_size=2, unique=True),
        fed=st.sampled_from((None, None, None, 0, 9)),
    )
    def contribution_recorded(
        self, how: dict[str, Any], fresh: bool, where: str, people: list[str], fed: int | None
    ) -> None:
        body = given(
            contribution=self._new("contribution", fresh),
            project=ident("project", where),
            people=[{"person": person(name)} for name in people],
            decision=self._id("decision", fed),
        )
        self.say(how, "contribution-recorded", body)

    @rule(how=whose, fresh=new, where=place, who=someone, of=st.sampled_from((None, 0, 0, 1, 9)))
    def action_set(
        self, how: dict[str, Any], fresh: bool, where: str, who: str, of: int | None
    ) -> None:
        body = given(
            action=self._new("action", fresh),
            project=ident("project", where),
            person=person(who),
            decision=self._id("decision", of),
        )
        self.say(how, "action-set", body)

    @rule(how=whose, id=which, back=st.booleans())
    def contribution_turned(self, how: dict[str, Any], id: int, back: bool) -> None:
        type = "contribution-reinstated" if back else "contribution-retracted"
        self.say(how, type, {"contribution": self._id("contribution", id)})

    @rule(
        how=whose,
        number=which,
        person_=st.sampled_from((None, None, None, None, *PEOPLE)),
        witness=helper,
        own=mostly,
    )
    def record_confirmed(
        self, how: dict[str, Any], number: int, person_: str | None, witness: str | None, own: bool
    ) -> None:
        types = {"contribution-recorded", "person-enrolled", "budget-opened"}
        lines = [p for p in self.plain.past if p.type in types]
        line = hashed("thin air")
        if number < 9:
            about = self.plain.about(lines[-1 - number % len(lines)])
            line = lines[-1 - number % len(lines)].hash
            if own and about:
                how = how | {"who": next(n for n in PEOPLE if person(n) in about)}
        body = given(
            line=line,
            **{"for": person(person_) if person_ else None},
            witness=person(witness) if witness else None,
        )
        self.say(how, "record-confirmed", body)

    @rule(how=whose, fresh=new, where=place, minor=minor, currency=currency)
    def budget_opened(
        self, how: dict[str, Any], fresh: bool, where: str, minor: int, currency: str
    ) -> None:
        body = {
            "budget": self._new("budget", fresh),
            "project": ident("project", where),
            "amount": money(minor, currency),
        }
        self.say(how, "budget-opened", body)

    @rule(
        how=whose,
        fresh=new,
        where=place,
        to=st.sampled_from(("cy",) * 5 + ("ben", "dee", "zoe", "ana")),
        what=st.tuples(minor, currency),
        budget=pot,
        tied=st.sampled_from(("nothing",) * 9 + ("confirmation",)),
    )
    def payment_offered(self, how: dict[str, Any], fresh: bool, to: str, **more: Any) -> None:
        body = given(
            offer=self._new("offer", fresh),
            project=ident("project", more["where"]),
            to=person(to),
            kind="fee",
            amount=money(*more["what"]),
            budget=self._id("budget", more["budget"]),
            depends_on=more["tied"],
        )
        self.say(how, "payment-offered", body)

    def _of_offer(self, id: int, budget: int | None) -> dict[str, Any]:
        """The offer by its id, and mostly the budget and payee that it names."""
        offer = self._id("offer", id)
        offered = self.plain.first("payment-offered", offer=offer)
        said = offered.body if offered else {}
        borne_by = self._id("budget", budget) or said.get("budget")
        return given(offer=offer, to=said.get("to", person("cy")), budget=borne_by)

    @rule(
        how=whose,
        id=which,
        budget=st.sampled_from((None,) * 5 + (0,)),
        less=st.sampled_from((None, None, 10, 30)),
        yes=mostly,
        own=mostly,
        witness=helper,
    )
    def payment_answered(self, how: dict[str, Any], id: int, **what: Any) -> None:
        found = self._of_offer(id, what["budget"])
        to = found.pop("to")
        if what["own"]:  # mostly, people answer for themselves
            how = how | {"who": next(n for n in (*PEOPLE, "zoe") if person(n) == to)}
        else:
            found |= given(
                **{"for": to}, witness=person(what["witness"]) if what["witness"] else None
            )
        if what["yes"] and what["less"]:
            found["amount"] = money(what["less"], "GBP")
        self.say(how, "payment-accepted" if what["yes"] else "payment-declined", found)

    @rule(
        how=whose,
        id=which,
        fresh=new,
        what=st.tuples(minor, currency),
        budget=st.sampled_from((None, None, 0, 0, 9)),
    )
    def payment_made(
        self,
        how: dict[str, Any],
        id: int,
        fresh: bool,
        what: tuple[int, str],
        budget: int | None,
    ) -> None:
        body = self._of_offer(id, budget)
        body |= {"payment": self._new("payment", fresh), "kind": "fee", "amount": money(*what)}
        self.say(how, "payment-made", body)

    @rule(how=whose, id=which, minor=minor)
    def payment_reversed(self, how: dict[str, Any], id: int, minor: int) -> None:
        payment = self._id("payment", id)
        made = self.plain.first("payment-made", payment=payment)
        said = made.body if made else {"offer": ident("offer", "1"), "to": person("cy")}
        body = given(
            payment=payment,
            offer=said["offer"],
            to=said["to"],
            budget=said.get("budget"),
            amount=money(minor, "GBP"),
            cause="mistake",
        )
        self.say(how, "payment-reversed", body)

    @rule(
        how=whose,
        fresh=new,
        where=place,
        electorate=st.lists(
            st.sampled_from(("ana", "ben", "cy", "cy", "dee")), min_size=1, max_size=3
        ),
        quorum=st.integers(1, 2),
        last_day=st.sampled_from((None, None, None, "2026-02-02")),
    )
    def decision_opened(self, how: dict[str, Any], fresh: bool, where: str, **what: Any) -> None:
        body = given(
            decision=self._new("decision", fresh),
            project=ident("project", where),
            options=[{"option": "a"}, {"option": "b"}],
            electorate=[person(name) for name in what["electorate"]],
            method="simple-majority",
            quorum=what["quorum"],
            last_day=what["last_day"],
        )
        self.say(how, "decision-opened", body)

    @rule(
        how=whose,
        id=which,
        voter=st.sampled_from(("ana", "ben", "cy", "cy", "dee")),
        own=mostly,
        choice=st.sampled_from((None, "a", "a", "b", "z")),
        witness=helper,
    )
    def vote_cast(self, how: dict[str, Any], id: int, voter: str, **what: Any) -> None:
        if what["own"]:
            how = how | {"who": voter}
        body = given(
            decision=self._id("decision", id),
            voter=person(voter),
            choice=what["choice"],
            witness=person(what["witness"]) if what["witness"] and not what["own"] else None,
        )
        self.say(how, "vote-cast", body)

    @rule(how=whose, id=which, who=someone, own=mostly, witness=helper)
    def recusal_declared(
        self, how: dict[str, Any], id: int, who: str, own: bool, witness: str | None
    ) -> None:
        if own:
            how = how | {"who": who}
        body = given(
            decision=self._id("decision", id),
            person=person(who),
            witness=person(witness) if witness and not own else None,
        )
        self.say(how, "recusal-declared", body)

    @precondition(lambda self: self.plain.first("decision-opened"))
    @rule(
        how=whose,
        id=which,
        wrong=st.sampled_from((None, None, None, "tally", "outcome", "chosen")),
    )
    def decision_closed(self, how: dict[str, Any], id: int, wrong: str | None) -> None:
        """With what the ballots give, or with something else in one place."""
        decision = self._id("decision", id) or ""
        found = counted(self.story.world.get(Ballots, decision))
        body: dict[str, Any] = {
            "decision": decision,
            "tally": found["tally"].model_dump(mode="json"),
            "outcome": found["outcome"],
            "chosen": list(found["chosen"]),
            "tied": list(found["tied"]),
        }
        if wrong == "tally":
            body["tally"]["ballots"] += 1
        elif wrong == "outcome":
            body["outcome"] = "tied" if body["outcome"] == "decided" else "decided"
        elif wrong == "chosen":
            body["chosen"] = ["b"] if body["chosen"] != ["b"] else ["a"]
        if body["tally"]["support"]:
            self.say(how, "decision-closed", body)
