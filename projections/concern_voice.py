"""Concern indicators about voice and power: T3 to T8 and T18 of domain.md section 9 (limits ‡)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from projections.entries import entries
from projections.facts import Fact, Happened, in_span
from projections.linked import Linked
from projections.matter import APPROVED, CLAIMED, day_of
from projections.proposals import PROPOSAL_NEEDS, Proposal, read_answered
from projections.seated import Term
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many
from projections.unanswered import LONG, age

NEEDS = PROPOSAL_NEEDS | seated.NEEDS | grants.NEEDS | CITING | {APPROVED, CLAIMED}

#: T8: what somebody gets by a decision, as the beginnings of types, and the fields that say who.
_MONEY = ("payment-offered/", "payment-made/")
_GETS = ("seat-filled/", "chair-taken/", "power-", "budget-", *_MONEY)
_GETTERS = ("to", "person", "controller")
_NO_GAIN = frozenset({"expense-refund", "expense-in-advance"})
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
        events = entries(index for one in waiting for index in one.events)
        words = f"{len(waiting)} of {len(theirs)} have had no reply in {LONG} days"
        return Concern(FIRES, words, len(waiting), len(theirs), events)
    if not theirs:
        return Concern(UNKNOWN, "nothing that the community raised or said is recorded")
    since = [one for one in theirs if one.waits and age(one.fact, evidence.today) is None]
    if since:
        words = f"since when {len(since)} of {len(theirs)} wait for a reply is not recorded"
        return Concern(UNKNOWN, words, None, len(theirs))
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


def _unsure(terms: Iterable[Term], evidence: Evidence) -> bool:
    """Whether no day says that some of these seats were held on the day looked at."""
    of_a_day = evidence.asked.period is not None or evidence.asked.happened_by is not None
    return of_a_day and any(term.left_unsure or term.start is None for term in terms)


def _bodies(
    fired: Mapping[str, Iterable[int]], looked: int, unsure: int, words: str, nothing: str
) -> Concern:
    if fired:
        events = entries(index for some in fired.values() for index in some)
        return Concern(
            FIRES, f"{words}: {len(fired)} of {looked} bodies", len(fired), looked, events,
            tuple(fired),
        )  # fmt: skip
    if unsure:
        words = f"of {many(unsure, 'body', 'bodies')} who sat there on the day is not recorded"
        return Concern(UNKNOWN, words, None, looked)
    return (
        Concern(QUIET, f"of {many(looked, 'body', 'bodies')} none", 0, looked)
        if looked
        else Concern(UNKNOWN, nothing)
    )


def voice_without_vote(evidence: Evidence) -> Concern:
    """T4: community-chosen members on a body, and under a third of its votes."""
    fired: dict[str, Iterable[int]] = {}
    looked = unsure = 0
    for body, terms in _now(evidence).items():
        chosen = [term for term in terms if term.chosen_by == COMMUNITY]
        voting = [term for term in terms if term.voting]
        if not chosen:
            continue
        looked += 1
        unsure += _unsure(terms, evidence)
        if 3 * sum(term.voting for term in chosen) < len(voting):
            fired[body] = [index for term in chosen for index in term.events()]
    return _bodies(
        fired,
        looked,
        unsure,
        "members chosen by the community hold under a third of the votes",
        "no body has members whom the community chose",
    )


def lone_seat(evidence: Evidence) -> Concern:
    """T5: exactly one community-chosen voter among four or more."""
    fired: dict[str, Iterable[int]] = {}
    looked = unsure = 0
    for body, terms in _now(evidence).items():
        voting = [term for term in terms if term.voting]
        if len(voting) < VOTERS:
            continue
        looked += 1
        unsure += _unsure(voting, evidence)
        chosen = [term for term in voting if term.chosen_by == COMMUNITY]
        if len(chosen) == 1:
            fired[body] = list(chosen[0].events())
    return _bodies(
        fired,
        looked,
        unsure,
        f"one voter chosen by the community among {VOTERS} or more",
        f"no body has {VOTERS} voters",
    )


def no_chair(evidence: Evidence) -> Concern:
    """T6: no body is community-chaired or co-chaired in the period."""
    bodies, chairs = evidence.seated.bodies, evidence.seated.chairs
    if not bodies or not chairs:
        return Concern(UNKNOWN, "no chair of a body is recorded")
    held = [(term, _chaired(term, evidence)) for term in chairs]
    ours = {term.body for term, then in held if then and _communitys(term)}
    if ours:
        return Concern(QUIET, f"{len(ours)} of {len(bodies)} bodies so chaired", 0, len(bodies))
    if any(then is None and _communitys(term) for term, then in held):
        return Concern(UNKNOWN, "when somebody of the community chaired is not recorded")
    if any(then is not False and term.side == UNSAID for term, then in held):
        return Concern(UNKNOWN, "for whom somebody in a chair acts is not recorded")
    events = entries(term.fact.index for term in chairs)
    return Concern(FIRES, f"none of {len(bodies)} bodies", len(bodies), len(bodies), events)


def _communitys(term: Term) -> bool:
    return COMMUNITY in {term.side, term.chosen_by}


def _chaired(term: Term, evidence: Evidence) -> bool | None:
    """Whether somebody chaired in the period asked for, or without one on the day that is looked
    at, as with seats: a chair of years ago clears nothing for ever. None where no day says.
    """
    asked = evidence.asked
    if term.start is None and (asked.period is not None or asked.happened_by is not None):
        return None
    if asked.period is None:
        return None if term.left_unsure else term.holds(evidence.seated.today)
    if term.ended_on is not None:
        return term.ended_on > asked.period[0]
    return None if term.left is not None else True


def opaque(evidence: Evidence) -> Concern:
    """T7: a major decision lacks method, electorate, options, reasons or evidence."""
    major = [one for one in evidence.decisions.dated() if one.opened.major and one.closed]
    lacking = [one for one in major if one.lacks]
    if lacking:
        named = sorted({what for one in lacking for what in one.lacks})
        events = entries(index for one in lacking for index in one.events)
        words = f"{len(lacking)} of {len(major)} major decisions lack {', '.join(named)}"
        return Concern(FIRES, words, len(lacking), len(major), events)
    known = {one.id for one in major}
    undated = [
        one
        for one in evidence.decisions.by_id.values()
        if one.opened.major and one.lacks and one.id not in known
    ]
    if undated:
        words = f"when {many(len(undated), 'major decision')} that lack something fell is not known"
        return Concern(UNKNOWN, words, None, len(major) or None)
    if not major:
        return Concern(UNKNOWN, "no decision that the charter calls major has been closed")
    return Concern(QUIET, f"of {many(len(major), 'major decision')} none", 0, len(major))


def tie_not_handled(evidence: Evidence) -> Concern:
    """T8: approver = claimant, decider = beneficiary, or a declared tie, with no handling recorded.

    As it stands now, whatever a close said: what was handled afterwards is cleared, and what was
    declared afterwards is open.
    """
    events: set[int] = set()
    tied = unsure = 0
    dated = {one.id for one in evidence.decisions.dated()}
    for one in evidence.decisions.by_id.values():
        waiting = closing.unhandled(one.opened, one.interests)
        got = _got(one, evidence.acts.get(one.id, Acts()), evidence.given.linked)
        if one.id not in dated:
            unsure += bool(waiting or got)
            continue
        declared = one.of("interest-declared/v1")
        events.update(fact.index for fact in declared if fact.body["person"] in waiting)
        if (waiting and not declared) or got:
            events.update((one.fact.index, *got))
        tied += bool(waiting or got)
    approvals = list(_approvals(evidence))
    own = []
    for fact, when in approvals:
        if _approved_own(fact, evidence.given.linked):
            own += [fact] if when is Happened.YES else []
            unsure += when is Happened.UNKNOWN
    events.update(fact.index for fact in own)
    looked = len(evidence.decisions.by_id) + len(approvals)
    if tied or own:
        words = f"{many(tied, 'decision')}, {many(len(own), 'approval')} of payments"
        return Concern(FIRES, words, tied + len(own), looked, entries(events))
    if unsure:
        words = f"when {unsure} of them fell, with a tie, is not known"
        return Concern(UNKNOWN, words, None, looked)
    if not looked:
        return Concern(UNKNOWN, "no decision and no approval is recorded")
    return Concern(
        QUIET,
        f"of {many(looked, 'decision or approval', 'decisions and approvals')} none",
        0,
        looked,
    )


def _got(one: Decided, acts: Acts, linked: Linked) -> list[int]:
    """What somebody who decided got by it: money for themselves; alone, any power or place too.

    A refund is no gain. That several choose one of themselves for a seat is an election, and no
    tie unless somebody declares one.
    """
    gets = _GETS if one.one_voter else _MONEY
    handled = {linked.one(person) for person in one.interests.handled}
    deciders = {linked.one(str(person)) for person in one.opened.electorate} - handled
    return [
        fact.index
        for fact in acts.facts
        if fact.type.startswith(gets)
        and fact.body.get("kind") not in _NO_GAIN
        and any(linked.one(fact.body.get(name, "")) in deciders for name in _GETTERS)
    ]


def _approvals(evidence: Evidence) -> Iterator[tuple[Fact, Happened]]:
    """Approvals of claims in the project asked for, and whether they are of the span asked for."""
    asked, facts = evidence.asked, evidence.facts
    project = {
        fact.body["claim"]: fact.body["project"] for fact in facts.of(CLAIMED, before=evidence.size)
    }
    for fact in facts.of(APPROVED, before=evidence.size):
        when = in_span(fact, asked, on_saying=True)
        wanted = asked.project in {None, project.get(fact.body["claim"])}
        if wanted and when is not Happened.NO:
            yield fact, when


def _approved_own(fact: Fact, linked: Linked) -> bool:
    by = fact.body.get("by") or fact.author
    return linked.one(by) == linked.one(fact.body["to"])


def paper_power(evidence: Evidence) -> Concern:
    """T18: a grant unused after 90 days whose holder says blocked, or revoked unused."""
    today = evidence.powers.today
    # A grant without a project holds in every project.
    here = {None, evidence.asked.project}
    grants_ = [
        grant
        for grant in evidence.powers.grants
        if not grant.history
        and (evidence.asked.project is None or grant.scope.get("project") in here)
    ]
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
        events = entries(index for grant in fired for index in grant.events())
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
        "No body is chaired or co-chaired by somebody who acts for the community or whom it chose, "
        "in the period asked for, or else on the day.",
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
        "Somebody approved what they claim, or got money by what they decided, or decided alone on "
        "what they put forward or got by it, or a declared interest has no handling recorded.",
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
