"""The rules in force, and the charter's amendment: each by a decision under the charter's own rule.

``rules-adopted`` switches the rules of conduct at its index: entries before it are judged by the
version before, it and those after it by the new one... never the other way round: honest history
does not become forbidden. Code of superseded versions stays (``catalogue.RULEBOOKS``).

``charter-amended`` changes what the charter lets change: which decisions are major, the limits of
indicators, disclosure control, and the rule of amendment itself. Powers change by grants; keys,
origin and what may be withdrawn never do.

The charter's rule of amendment is one of two::

    founders   so many founders sign the amendment together
    decision   it cites a decision on the subject ``charter``, adopted by the method, threshold and
               quorum that the charter sets, with every founder on the electorate, used once
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from domain.act import Act
from domain.charter import Amendment, Charter, CharterAdopted, Version, most
from domain.decision import Decision, refuse_unless_decided
from domain.event import Event, Touches, audiences
from domain.refusal import Refused
from domain.values import DecisionId, Many, Slug
from domain.world import Subject, World

SUBJECT = "charter"


class RulesAdopted(Event):
    """From the next entry on, another version of the rules of conduct is in force."""

    TYPE = "rules-adopted/v1"
    VALUES = audiences(reasons="public")
    PUBLIC = True
    HISTORY = False
    OWN_VOICE = True
    WHO = "as many founders, or whom a decision allows, as the charter's rule of amendment asks"
    REFUSED_BY = (
        "not-by-the-amendment-rule",
        "decision-not-adopted",
        "stands-on-history",
        "rules-went-back",
    )

    rules: Version = Field(description="the version that holds from the next entry on")
    decision: DecisionId | None = Field(default=None, description="the decision that adopted it")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Rulebook, ""), (Charter, ""))

    def amend(self, charter: Charter) -> Charter:
        """The decision behind it is used up."""
        return replace(charter, used=charter.used | {self.decision or ""})


class CharterAmended(Event):
    """What the charter lets change was changed; what is left out stays as it was."""

    TYPE = "charter-amended/v1"
    VALUES = audiences(reasons="public")
    PUBLIC = True
    HISTORY = False
    OWN_VOICE = True
    WHO = RulesAdopted.WHO
    REFUSED_BY = ("not-by-the-amendment-rule", "decision-not-adopted", "nothing-amended")

    decision: DecisionId | None = Field(default=None, description="the decision that adopted it")
    amendment: Amendment | None = Field(default=None, description="the rule of amendment from now")
    major: Many[Slug] | None = Field(default=None, description="subjects of major decisions")
    thresholds: dict[Slug, int] | None = Field(
        default=None, description="limits of rules and indicators; days, counts or percent"
    )
    disclosure_control: dict[Slug, int] | None = Field(
        default=None, description="smallest count shown, rounding step"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Charter, ""),)

    def amend(self, charter: Charter) -> Charter:
        """The charter as amended."""
        rule = self.amendment or charter.amendment
        limits = {
            **dict(charter.limits),
            **(self.thresholds or {}),
            **(self.disclosure_control or {}),
        }
        return replace(
            charter,
            amendment=rule,
            founders_needed=most(rule.needed, charter.founders),
            major=charter.major if self.major is None else frozenset(self.major),
            limits=tuple(limits.items()),
            used=charter.used | {self.decision or ""},
        )


@dataclass(frozen=True, slots=True)
class Rulebook(Subject):
    """Which version of the rules is in force."""

    types: ClassVar = frozenset({CharterAdopted.TYPE, RulesAdopted.TYPE})
    keyed: ClassVar = "singleton"

    version: str = ""

    def apply(self, act: Act[Any], _key: str, /) -> Rulebook:
        return Rulebook(act.event.rules)


def adopt_rules(world: World, act: Act[RulesAdopted]) -> None:
    """Switch to another version of the rules."""
    from domain.catalogue import RULEBOOKS

    event = act.event
    now = world.get(Rulebook, "").version
    if event.rules not in RULEBOOKS:
        raise Refused(
            "unknown-rules",
            f"this program knows the rules {', '.join(RULEBOOKS)}, not {event.rules}",
            "a newer program",
        )
    if int(event.rules) <= int(now):
        raise Refused(
            "rules-went-back", f"{now} is in force; {event.rules} does not follow it", "a later one"
        )
    _refuse_unless_amended(world, act)


def amend(world: World, act: Act[CharterAmended]) -> None:
    """Change what the charter lets change."""
    event = act.event
    if not event.model_fields_set - {"decision", "has"}:
        raise Refused("nothing-amended", "it changes nothing", "charter-amended/v1 with a change")
    _refuse_unless_amended(world, act)


def _refuse_unless_amended(world: World, act: Act[RulesAdopted | CharterAmended]) -> None:
    """Raises Refused unless the charter's own rule of amendment was followed."""
    charter = world.get(Charter, "")
    rule = charter.amendment
    if rule.rule == "founders":
        signed = len(act.signed_by & charter.founders)
        if signed < charter.founders_needed or act.author not in charter.founders:
            raise Refused(
                "not-by-the-amendment-rule",
                f"{signed} founders signed, and the charter asks for {charter.founders_needed}",
                f"{act.type} by a founder, signed by as many founders",
            )
        return
    cited = act.event.decision
    if cited is None or cited in charter.used:
        raise Refused(
            "not-by-the-amendment-rule",
            "the charter is amended by decision, and "
            + ("none is cited" if cited is None else f"{cited} was used already"),
            f"{act.type} citing a decision on the subject {SUBJECT}",
        )
    refuse_unless_decided(world, act, cited)
    _refuse_other_decision(world.get(Decision, cited), cited, rule, charter)


def _refuse_other_decision(state: Decision, cited: str, rule: Amendment, charter: Charter) -> None:
    opened = state.opened
    if (
        opened is None
        or opened.project is not None
        or opened.subject != SUBJECT
        or opened.method != rule.method
        or opened.threshold != rule.threshold
        or opened.quorum < rule.quorum
        or not charter.founders <= state.electorate
    ):
        raise Refused(
            "not-by-the-amendment-rule",
            f"{cited} was not decided as the charter asks: on the subject {SUBJECT}, for the whole "
            f"programme, by {rule.method}, quorum {rule.quorum}, every founder on the electorate",
            "a decision that was",
        )
