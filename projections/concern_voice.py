"""Concern indicators about voice and power: T3 to T8 and T18 of domain.md section 9 (limits ‡)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from domain import closing
from projections import grants, seated
from projections.cited import CITING, Acts
from projections.concern import (
    FIRES,
    QUIET,
    UNKNOWN,
    Concern,
    Evidence,
    Indicator,
)
from projections.decided import Decided
from projections.facts import Fact
from projections.linked import Linked
from projections.matter import APPROVED, day_of
from projections.proposals import PROPOSAL_NEEDS, Proposal, read_answered
from projections.seated import Term
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many
from projections.unanswered import LONG, age

NEEDS = PROPOSAL_NEEDS | seated.NEEDS | grants.NEEDS | CITING | {APPROVED}

#: T8: what somebody gets by a decision, as the beginnings of types.
_GETS = ("seat-filled/", "chair-taken/", "power-", "budget-", "payment-offered/", "payment-made/")
#: T5: voters on the body at least (‡). T18: days without use (‡).
VOTERS, UNUSED = 4, 90


def unanswered(evidence: Evidence) -> Concern:
    """T3: community input with no reason and decision in 60 days, or marked «not answered».

    What people raised as a problem waits like what they said: the very rows of `unanswered`.
    """
    found = read_answered(evidence.facts, evidence.asked).proposals
    theirs = [one for one in found if COMMUNITY in one.sides]
    waiting = [one for one in theirs if _waits_long(one, evidence.today)]
    if waiting:
        events = tuple(sorted({index for one in waiting for index in one.events}))
        words = f"{len(waiting)} of {len(theirs)} have had no reply in {LONG} days"
        return Concern(FIRES, words, len(waiting), len(theirs), events)
    if not theirs:
        return Concern(UNKNOWN, "nothing that the community raised or said is recorded")
    whose = [one for one in found if UNSAID in one.sides and _waits_long(one, evidence.today)]
    if whose:
        words = f"of {len(whose)} more that wait so long it is not recorded for whom they were said"
        return Concern(UNKNOWN, words, None, len(theirs))
    return Concern(QUIET, f"of {many(len(theirs), 'idea or problem', 'ideas and problems')} none",
                   0, len(theirs))  # fmt: skip


def _waits_long(one: Proposal, today: date | None) -> bool:
    if one.reply == "not-answered":
        return True
    days = age(one.fact, today)
    return one.waits and days is not None and days > LONG


def _now(evidence: Evidence) -> Mapping[str, list[Term]]:
    """The seats held now, by body."""
    found: dict[str, list[Term]] = {body: [] for body in evidence.seated.bodies}
    for term in evidence.seated.now.values():
        if term.holds(evidence.seated.today):
            found.setdefault(term.body, []).append(term)
    return found


def _bodies(fired: Mapping[str, Iterable[int]], looked: int, words: str, nothing: str) -> Concern:
    if fired:
        events = tuple(sorted({index for some in fired.values() for index in some}))
        return Concern(
            FIRES, f"{words}: {len(fired)} of {looked} bodies", len(fired), looked, events,
            tuple(fired),
        )  # fmt: skip
    return (
        Concern(QUIET, f"of {many(looked, 'body', 'bodies')} none", 0, looked)
        if looked
        else Concern(UNKNOWN, nothing)
    )


def voice_without_vote(evidence: Evidence) -> Concern:
    """T4: community-chosen members on a body, and under a third of its votes."""
    fired: dict[str, Iterable[int]] = {}
    looked = 0
    for body, terms in _now(evidence).items():
        chosen = [term for term in terms if term.chosen_by == COMMUNITY]
        voting = [term for term in terms if term.voting]
        if not chosen:
            continue
        looked += 1
        if 3 * sum(term.voting for term in chosen) < len(voting):
            fired[body] = [index for term in chosen for index in term.events()]
    return _bodies(
        fired,
        looked,
        "members chosen by the community hold under a third of the votes",
        "no body has members whom the community chose",
    )


def lone_seat(evidence: Evidence) -> Concern:
    """T5: exactly one community-chosen voter among four or more."""
    fired: dict[str, Iterable[int]] = {}
    looked = 0
    for body, terms in _now(evidence).items():
        voting = [term for term in terms if term.voting]
        if len(voting) < VOTERS:
            continue
        looked += 1
        chosen = [term for term in voting if term.chosen_by == COMMUNITY]
        if len(chosen) == 1:
            fired[body] = list(chosen[0].events())
    return _bodies(
        fired,
        looked,
        f"one voter chosen by the community among {VOTERS} or more",
        f"no body has {VOTERS} voters",
    )


def no_chair(evidence: Evidence) -> Concern:
    """T6: no body is community-chaired or co-chaired in the period."""
    bodies, chairs = evidence.seated.bodies, evidence.seated.chairs
    if not bodies or not chairs:
        return Concern(UNKNOWN, "no chair of a body is recorded")
    since = evidence.asked.period[0] if evidence.asked.period else None
    ours = [
        term
        for term in chairs
        if COMMUNITY in {term.side, term.chosen_by}
        and (since is None or term.ended_on is None or term.ended_on > since)
    ]
    if ours:
        words = f"{len({term.body for term in ours})} of {len(bodies)} bodies were so chaired"
        return Concern(QUIET, words, 0, len(bodies))
    if any(term.side == UNSAID for term in chairs):
        return Concern(UNKNOWN, "for whom somebody in a chair acts is not recorded")
    events = tuple(sorted({term.fact.index for term in chairs}))
    return Concern(FIRES, f"none of {len(bodies)} bodies", len(bodies), len(bodies), events)


def opaque(evidence: Evidence) -> Concern:
    """T7: a major decision lacks method, electorate, options, reasons or evidence."""
    major = [one for one in evidence.decisions.dated() if one.opened.major and one.closed]
    lacking = [one for one in major if one.lacks]
    if lacking:
        named = sorted({what for one in lacking for what in one.lacks})
        events = tuple(sorted({index for one in lacking for index in one.events}))
        words = f"{len(lacking)} of {len(major)} major decisions lack {', '.join(named)}"
        return Concern(FIRES, words, len(lacking), len(major), events)
    if not major:
        return Concern(UNKNOWN, "no decision that the charter calls major has been closed")
    return Concern(QUIET, f"of {many(len(major), 'major decision')} none", 0, len(major))


def tie_not_handled(evidence: Evidence) -> Concern:
    """T8: approver = claimant, decider = beneficiary, or a declared tie, with no handling recorded.

    As it stands now, whatever a close said: what was handled afterwards is cleared, and what was
    declared afterwards is open.
    """
    events: set[int] = set()
    tied = 0
    for one in evidence.decisions.dated():
        waiting = closing.unhandled(one.opened, one.interests)
        got = _got_alone(one, evidence.acts.get(one.id, Acts()))
        declared = one.of("interest-declared/v1")
        events.update(fact.index for fact in declared if fact.body["person"] in waiting)
        if (waiting and not declared) or got:
            events.update((one.fact.index, *got))
        tied += bool(waiting or got)
    approvals = list(evidence.facts.of(APPROVED, before=evidence.size))
    own = [fact for fact in approvals if _approved_own(fact, evidence.given.linked)]
    events.update(fact.index for fact in own)
    looked = len(evidence.decisions.by_id) + len(approvals)
    if tied or own:
        words = f"{many(tied, 'decision')}, {many(len(own), 'approval')} of payments"
        return Concern(FIRES, words, tied + len(own), looked, tuple(sorted(events)))
    if not looked:
        return Concern(UNKNOWN, "no decision and no approval is recorded")
    return Concern(
        QUIET,
        f"of {many(looked, 'decision or approval', 'decisions and approvals')} none",
        0,
        looked,
    )


def _got_alone(one: Decided, acts: Acts) -> list[int]:
    """What somebody who decided alone got by it: a seat, a chair, power, a budget or money.

    Where several decide, that one of them is chosen or paid is what deciding together often means;
    there a tie is one that is declared.
    """
    if not one.one_voter:
        return []
    deciders = {str(person) for person in one.opened.electorate} - one.interests.handled
    return [
        fact.index
        for fact in acts.facts
        if fact.type.startswith(_GETS)
        and deciders & {fact.body.get(name) for name in ("to", "person", "controller")}
    ]


def _approved_own(fact: Fact, linked: Linked) -> bool:
    by = fact.body.get("by") or fact.author
    return linked.one(by) == linked.one(fact.body["to"])


def paper_power(evidence: Evidence) -> Concern:
    """T18: a grant unused after 90 days whose holder says blocked, or revoked unused."""
    today = evidence.powers.today
    grants_ = [grant for grant in evidence.powers.grants if not grant.history]
    ended = [
        grant
        for grant in grants_
        if grant.state(today) == "revoked"
        or (
            grant.says is not None
            and grant.says.body["state"] == "blocked"
            and _old(grant.fact, today)
        )
    ]
    unused = {grant.key for grant in evidence.exercised.grants if not grant.acts} if ended else ()
    fired = [grant for grant in ended if grant.key in unused]
    # What a charter gives its founders is not a power that was handed over, unless it is blocked.
    looked = [grant for grant in grants_ if grant.number < 0 or grant in fired]
    if fired:
        events = tuple(sorted({index for grant in fired for index in grant.events()}))
        words = f"{len(fired)} of {many(len(looked), 'grant')}"
        return Concern(FIRES, words, len(fired), len(looked), events)
    if not looked:
        return Concern(UNKNOWN, "nobody holds power below the charter's own grants")
    return Concern(QUIET, f"of {many(len(looked), 'grant')} none", 0, len(looked))


def _old(fact: Fact, today: date | None) -> bool:
    made = day_of(fact)[1]
    return today is not None and made is not None and today - made > timedelta(days=UNUSED)


INDICATORS = (
    Indicator(
        "T3",
        "unanswered",
        f"What the community raised or said has had no reason and decision in {LONG} days, or who "
        "said it marks it «not answered».",
        "an answer with reasons, to each of them",
        "idea or problem",
        unanswered,
    ),
    Indicator(
        "T4",
        "voice without vote",
        "Members chosen by the community sit on a body and hold under a third of its votes.",
        "voting seats filled by people whom the community chose",
        "body",
        voice_without_vote,
    ),
    Indicator(
        "T5",
        "lone seat",
        f"Exactly one voter chosen by the community sits among {VOTERS} or more.",
        "a second voting seat filled by the community's choice",
        "body",
        lone_seat,
    ),
    Indicator(
        "T6",
        "no chair",
        "No body is chaired or co-chaired by somebody who acts for the community or whom it chose.",
        "a chair taken by somebody of the community",
        "body",
        no_chair,
    ),
    Indicator(
        "T7",
        "opaque decision",
        "A decision that the charter calls major lacks method, electorate, options, reasons or "
        "evidence.",
        "a decision that looks at it again and cites what is missing",
        "decision",
        opaque,
    ),
    Indicator(
        "T8",
        "tie not handled",
        "Somebody approved what they claim, or decided alone on what they put forward or got by "
        "it, or a declared interest has no handling recorded.",
        "how the interest was handled, or an approval by somebody else",
        "decision or approval",
        tie_not_handled,
    ),
    Indicator(
        "T18",
        "paper power",
        f"A grant is unused after {UNUSED} days and its holder says «blocked», or it was revoked "
        "unused.",
        "an act under the grant, or another word by its holder",
        "grant",
        paper_power,
    ),
)
