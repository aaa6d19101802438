"""The main rules once more, as slowly and plainly as they can be said: a reference for tests.

Everything is read again from the list of all earlier acts, in loops; there is no state. It shares
no code with ``domain``: bodies are plain dictionaries, ids are text. ``test_model.py`` plays random
histories against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Said:
    """One act as the reference sees it; ``under`` is a hash, or empty."""

    author: str
    type: str
    body: dict[str, Any]
    under: str
    history: bool
    today: str
    hash: str


class PlainRules:
    """May this be said now? ``past`` is all that was said before."""

    def __init__(self, charter: Said) -> None:
        self.charter = charter
        self.past: list[Said] = []

    def allows(self, said: Said) -> bool:
        """The verdict."""
        if said.under and not self.grants(said.under, said.author, said.today):
            return False
        witness = said.body.get("witness")
        if witness is not None:
            if self.names(witness) & {said.author, *self.about(said)}:
                return False
            # Who has a key would have had to sign.
            if not said.history and (not self.known(witness) or self.has_key(witness)):
                return False
        return bool(getattr(self, said.type.replace("-", "_"))(said))

    def all(self, *types: str, **fields: Any) -> Iterator[Said]:
        """Earlier acts of these types whose bodies say this."""
        for past in self.past:
            if past.type in types and all(past.body.get(k) == v for k, v in fields.items()):
                yield past

    def first(self, *types: str, **fields: Any) -> Said | None:
        """The first of them."""
        return next(self.all(*types, **fields), None)

    # Power ----------------------------------------------------------------------------------------

    def made(self, grant: str, holder: str) -> list[tuple[dict[str, Any], Said | None]]:
        """What an act gave to a holder, whatever became of it; the charter's has no giver."""
        if grant == self.charter.hash:
            return [(g, None) for g in self.charter.body["grants"] if g["to"] == holder]
        return [(p.body, p) for p in self.all("power-granted", to=holder) if p.hash == grant]

    def grants(self, grant: str, holder: str, today: str) -> list[dict[str, Any]]:
        """What a holder may do by an act, as things stand."""
        if self.first("power-revoked", grant=grant, holder=holder):
            return []
        found = []
        for given, by in self.made(grant, holder):
            until = given["scope"].get("until")
            if until is not None and until < today:
                continue
            if by is not None and (by.history or not self.grants(by.under, by.author, today)):
                continue
            found.append(given)
        return found

    def may(
        self,
        said: Said,
        kinds: set[str],
        project: str | None,
        budget: str = "",
        amount: dict[str, Any] | None = None,
    ) -> bool:
        """Whether the author holds one of these powers here."""
        if not said.under:
            return False
        wanted = {"record"} if said.history else kinds
        for given in self.grants(said.under, said.author, said.today):
            scope = given["scope"]
            if not wanted & set(given["kinds"]):
                continue
            if scope.get("project") not in {None, project}:
                continue
            if scope.get("budget") not in {None, budget}:
                continue
            if amount is not None and not said.history and not self.fits(amount, scope):
                continue
            return True
        return False

    def fits(self, amount: dict[str, Any], scope: dict[str, Any]) -> bool:
        """Whether a single act may be about so much; a limit in pounds allows no euros."""
        limit = scope.get("amount")
        if limit is None:
            return True
        same = amount["currency"] == limit["currency"]
        return bool(same and amount["minor"] <= limit["minor"])

    def power_granted(self, said: Said) -> bool:
        """Only what is held, less far onward, to somebody known."""
        body, scope = said.body, said.body["scope"]
        if not self.known(body["to"]):
            return False
        if said.history:
            return self.may(said, {"record"}, scope.get("project"))
        if not said.under:
            return False
        for given in self.grants(said.under, said.author, said.today):
            outer = given["scope"]
            inside = set(body["kinds"]) <= set(given["kinds"]) and body["onward"] < given["onward"]
            for name in ("project", "budget"):
                if outer.get(name) is not None and scope.get(name) != outer[name]:
                    inside = False
            if outer.get("until") and not (scope.get("until") and scope["until"] <= outer["until"]):
                inside = False
            if outer.get("amount") and not (
                scope.get("amount") and self.fits(scope["amount"], outer)
            ):
                inside = False
            if inside:
                return True
        return False

    def power_revoked(self, said: Said) -> bool:
        """By its holder, its giver, any giver above, or a founder."""
        grant, holder = said.body["grant"], said.body["holder"]
        made = self.made(grant, holder)
        if not made or self.first("power-revoked", grant=grant, holder=holder):
            return False
        was_history = made[0][1] is not None and made[0][1].history
        if was_history != said.history:
            return False
        if said.history:
            return self.may(said, {"record"}, made[0][0]["scope"].get("project"))
        if said.author in {holder, *self.founders}:
            return True
        by = made[0][1]
        while by is not None:
            if by.author == said.author:
                return True
            above = self.made(by.under, by.author)
            by = above[0][1]
        return False

    @property
    def founders(self) -> set[str]:
        """Who began the ledger."""
        return {g["to"] for g in self.charter.body["grants"]}

    # People ---------------------------------------------------------------------------------------

    def has_key(self, person: str) -> bool:
        """A founder, or somebody who was given one."""
        return person in self.founders or self.first("key-enrolled", person=person) is not None

    def known(self, person: str) -> bool:
        """Enrolled, or a founder."""
        return person in self.founders or self.first("person-enrolled", person=person) is not None

    def takes_part(self, person: str, project: str) -> bool:
        """Enrolled here, or in the whole programme."""
        return any(
            p.body.get("project") in {None, project}
            for p in self.all("person-enrolled", person=person)
        )

    def project(self, project: str | None) -> bool:
        """Whether it was opened."""
        return self.first("project-opened", project=project) is not None

    def project_opened(self, said: Said) -> bool:
        """Once, by the power of agenda."""
        project = said.body["project"]
        return not self.project(project) and self.may(said, {"agenda"}, project)

    def project_closed(self, said: Said) -> bool:
        """Once, by the power of agenda; a live one is not closed afterwards."""
        project = said.body["project"]
        opened = self.first("project-opened", project=project)
        over = opened is None or self.first("project-closed", project=project)
        return not over and said.history <= opened.history and self.may(said, {"agenda"}, project)

    def over(self, said: Said) -> bool:
        """Whether the project of a live act was closed, so that nothing new begins in it."""
        closed = self.first("project-closed", project=said.body.get("project", ""))
        return closed is not None and not said.history

    def person_enrolled(self, said: Said) -> bool:
        """Once in each project."""
        project = said.body.get("project")
        if self.over(said) or not self.may(said, {"enrol", "record"}, project):
            return False
        if "invited_by" in said.body and not self.known(said.body["invited_by"]):
            return False
        if project is not None and not self.project(project):
            return False
        return all(
            p.body.get("project") != project
            for p in self.all("person-enrolled", person=said.body["person"])
        )

    def names(self, person: str) -> set[str]:
        """Everybody who is said, live and not as a guess, to be this one person."""
        found, before = {person}, set[str]()
        while found != before:  # each turn may reach further
            before = set(found)
            for link in self.all("persons-linked"):
                undone = self.first("persons-unlinked", link=link.hash)
                pair = {link.body["person"], link.body["same_as"]}
                if not (link.history or link.body["basis"] == "guess" or undone) and pair & found:
                    found |= pair
        return found

    def persons_linked(self, said: Said) -> bool:
        """Two known ones, by either of them or by the power to enrol."""
        one, other = said.body["person"], said.body["same_as"]
        if one == other or not self.known(one) or not self.known(other):
            return False
        return (said.author in {one, other} and not said.history) or self.may(said, {"enrol"}, None)

    def persons_unlinked(self, said: Said) -> bool:
        """A link of these two that stands, by the same."""
        one, other = said.body["person"], said.body["same_as"]
        link = next((p for p in self.all("persons-linked") if p.hash == said.body["link"]), None)
        if link is None or {link.body["person"], link.body["same_as"]} != {one, other}:
            return False
        if self.first("persons-unlinked", link=link.hash) or (said.history and not link.history):
            return False
        return (said.author in {one, other} and not said.history) or self.may(said, {"enrol"}, None)

    # Work and lines -------------------------------------------------------------------------------

    def contribution_recorded(self, said: Said) -> bool:
        """Of oneself freely; of others by the power to record."""
        project = said.body["project"]
        people = [giver["person"] for giver in said.body["people"]]
        if not people or not self.project(project):
            return False
        if self.first("contribution-recorded", contribution=said.body["contribution"]):
            return False
        if not all(self.takes_part(person, project) for person in people):
            return False
        fed = said.body.get("decision")
        if fed and not self.first("decision-opened", decision=fed, project=project):
            return False
        if people == [said.author] and not said.history:
            return True
        return self.may(said, {"record"}, project)

    def stands(self, contribution: str) -> tuple[Said | None, bool]:
        """Who recorded it, and whether it stands."""
        recorded, standing = None, False
        for past in self.all(
            "contribution-recorded",
            "contribution-retracted",
            "contribution-reinstated",
            contribution=contribution,
        ):
            if past.type == "contribution-recorded":
                recorded = past
            standing = past.type != "contribution-retracted"
        return recorded, standing

    def contribution_retracted(self, said: Said, wanted: bool = True) -> bool:
        """What stands, by who gave or recorded it, or by the power to record."""
        recorded, standing = self.stands(said.body["contribution"])
        if recorded is None or standing != wanted:
            return False
        concerned = {recorded.author, *(g["person"] for g in recorded.body["people"])}
        if said.author in concerned and not said.history:
            return True
        return self.may(said, {"record"}, recorded.body["project"])

    def contribution_reinstated(self, said: Said) -> bool:
        """What does not stand, by the same."""
        return self.contribution_retracted(said, wanted=False)

    def about(self, line: Said) -> set[str]:
        """Whom a line is about."""
        body = line.body
        found = {body.get(name) for name in ("person", "same_as", "to", "holder", "voter", "for")}
        found |= {giver["person"] for giver in body.get("people", ())}
        return {who for who in found if who}

    def record_confirmed(self, said: Said) -> bool:
        """By whom it is about, not by who recorded it; a word once."""
        line = next((p for p in self.past if p.hash == said.body["line"]), None)
        person = said.body.get("for", said.author)
        # Judging a line of another kind is not part of this reference.
        if line is None or line.author in self.names(person) or person not in self.about(line):
            return False
        if said.history and not line.history:
            return False
        said_before = ""
        for past in self.all("record-confirmed", "record-disputed", line=said.body["line"]):
            if past.body.get("for", past.author) == person:
                said_before = past.type
        if said_before == said.type:
            return False
        witness = said.body.get("witness")
        if not self.speaks(said, person, line.body.get("project")):
            return False
        return witness is None or line.author not in self.names(witness)

    def speaks(self, said: Said, person: str, project: str | None) -> bool:
        """For oneself; or by the power to record, with a witness who ``allows`` says was free."""
        if said.body.get("for", person) != person:
            return False
        if said.author == person and not said.history:
            return True
        if not self.may(said, {"record"}, project):
            return False
        return said.history or "witness" in said.body

    # Money ----------------------------------------------------------------------------------------

    def budget_opened(self, said: Said) -> bool:
        """Once, by the power of budget."""
        body = said.body
        return (
            self.project(body["project"])
            and not self.over(said)
            and self.first("budget-opened", budget=body["budget"]) is None
            and self.may(said, {"budget"}, body["project"], body["budget"], body["amount"])
        )

    def promised(self, offer: str, budget: str) -> int:
        """What an offer still binds of a budget."""
        bound = 0
        for past in self.past:
            if past.body.get("offer") != offer or past.body.get("budget") != budget:
                continue
            if past.type == "payment-offered":
                bound = past.body["amount"]["minor"]
            elif past.type == "payment-declined":
                bound = 0
            elif past.type == "payment-accepted" and "amount" in past.body:
                bound = min(bound, past.body["amount"]["minor"])
            elif past.type == "payment-made":
                bound = max(bound - past.body["amount"]["minor"], 0)
        return bound

    def within(self, said: Said, budget: str, project: str, offer: str = "") -> bool:
        """Whether a budget of this project, live as this is, has so much that is unpromised."""
        opened = self.first("budget-opened", budget=budget)
        if opened is None or opened.body["project"] != project or opened.history != said.history:
            return False
        if opened.body["amount"]["currency"] != said.body["amount"]["currency"]:
            return False
        free = opened.body["amount"]["minor"]
        for past in self.all("payment-made", budget=budget):
            free -= past.body["amount"]["minor"]
        for past in self.all("payment-reversed", budget=budget):
            free += past.body["amount"]["minor"]
        for past in self.all("payment-offered", budget=budget):
            if past.body["offer"] != offer:
                free -= self.promised(past.body["offer"], budget)
        return bool(said.body["amount"]["minor"] <= free)

    def payment_offered(self, said: Said) -> bool:
        """To another, known, by the power of budget, within the budget."""
        body = said.body
        budget = body.get("budget")
        if not self.project(body["project"]) or self.over(said):
            return False
        if body["depends_on"] == "confirmation" or not self.known(body["to"]):
            return False
        if body["to"] in self.names(said.author):
            return False
        if self.first("payment-offered", offer=body["offer"]):
            return False
        if not self.may(said, {"budget"}, body["project"], budget or "", body["amount"]):
            return False
        return budget is None or self.within(said, budget, body["project"])

    def answer(self, offer: str) -> tuple[str, int]:
        """How an offer was answered last, and for how much."""
        word, minor = "", 0
        for past in self.all(
            "payment-offered", "payment-accepted", "payment-declined", offer=offer
        ):
            if past.type == "payment-offered":
                minor = past.body["amount"]["minor"]
            else:
                word = past.type
                minor = past.body["amount"]["minor"] if "amount" in past.body else minor
        return word, minor

    def paid(self, offer: str) -> int:
        """What was paid on an offer and not taken back."""
        made = sum(p.body["amount"]["minor"] for p in self.all("payment-made", offer=offer))
        back = sum(p.body["amount"]["minor"] for p in self.all("payment-reversed", offer=offer))
        return made - back

    def answerable(self, said: Said) -> bool:
        """Whether it is for this person to answer, or was recorded for them."""
        offered = self.first("payment-offered", offer=said.body["offer"])
        if offered is None or (said.history and not offered.history):
            return False
        if said.body.get("budget") != offered.body.get("budget"):
            return False
        person = said.body.get("for", said.author)
        if person != offered.body["to"]:
            return False
        witness = said.body.get("witness")
        if witness is not None and offered.author in self.names(witness):
            return False
        return self.speaks(said, person, offered.body["project"])

    def payment_accepted(self, said: Said) -> bool:
        """Once, for all or less."""
        offered = self.first("payment-offered", offer=said.body["offer"])
        if not self.answerable(said) or self.answer(said.body["offer"])[0]:
            return False
        less = said.body.get("amount")
        if less is None or offered is None:
            return True
        same = less["currency"] == offered.body["amount"]["currency"]
        # Old books may have paid it before anybody noted the yes.
        opened = offered.body["amount"]["minor"] - self.paid(said.body["offer"])
        return bool(same and less["minor"] <= opened)

    def payment_declined(self, said: Said) -> bool:
        """Until something was paid, even after a yes."""
        offer = said.body["offer"]
        if self.answer(offer)[0] == "payment-declined" or self.paid(offer):
            return False
        return self.answerable(said)

    def as_agreed(self, said: Said, offered: Said) -> bool:
        """Whether a payment is what was offered, and the yes was said."""
        body = said.body
        if said.history and not offered.history:
            return False
        if offered.body.get("budget") not in {None, body.get("budget")}:
            return False
        for name in ("to", "kind"):
            if body[name] != offered.body[name]:
                return False
        word, minor = self.answer(body["offer"])
        if word != "payment-accepted" and not (said.history and not word):
            return False
        same = body["amount"]["currency"] == offered.body["amount"]["currency"]
        return bool(same and body["amount"]["minor"] <= minor - self.paid(body["offer"]))

    def payment_made(self, said: Said) -> bool:
        """As offered and agreed, to another, within offer and budget."""
        body = said.body
        offered = self.first("payment-offered", offer=body["offer"])
        if offered is None or not self.as_agreed(said, offered):
            return False
        if body["to"] in self.names(said.author):
            return False
        budget, project = body.get("budget"), offered.body["project"]
        if not self.may(said, {"budget"}, project, budget or "", body["amount"]):
            return False
        if self.first("payment-made", payment=body["payment"]):
            return False
        witnesses = [
            p.body.get("witness") for p in self.all("payment-accepted", offer=body["offer"])
        ]
        if self.names(said.author) & set(witnesses) and not said.history:
            return False
        return budget is None or self.within(said, budget, project, body["offer"])

    def payment_reversed(self, said: Said) -> bool:
        """At most what was paid, by another than who got it."""
        body = said.body
        made = self.first("payment-made", payment=body["payment"])
        if made is None or (said.history and not made.history):
            return False
        if body["to"] in self.names(said.author):
            return False
        if any(body.get(name) != made.body.get(name) for name in ("to", "offer", "budget")):
            return False
        if body["amount"]["currency"] != made.body["amount"]["currency"]:
            return False
        back = sum(
            p.body["amount"]["minor"] for p in self.all("payment-reversed", payment=body["payment"])
        )
        if back + body["amount"]["minor"] > made.body["amount"]["minor"]:
            return False
        offered = self.first("payment-offered", offer=body["offer"])
        project = offered.body["project"] if offered else None
        return self.may(said, {"budget"}, project, body.get("budget") or "")
