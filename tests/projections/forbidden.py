"""The forbidden acts as a table: name, the rule that names it, the line, what came before it.

Lines are in the notation of ``tests/domain/story.py``; ``test_forbidden_acts.py`` writes them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from forged import key
from story import person

#: Ana holds every power. Ben keeps the books of breath; cy, dee and eve have keys, fay has none.
PEOPLE = """
    ana  project-opened   project=breath
    ana  project-opened   project=other
    ana  person-enrolled  person=ana
    ana  person-enrolled  person=ben
    ana  person-enrolled  person=cy
    ana  person-enrolled  person=dee
    ana  person-enrolled  person=eve project=breath
    ana  person-enrolled  person=fay                  as=fay-enrolled
"""
POWERS = """
    ana  power-granted  to=ben kinds=budget,record scope.project=breath scope.amount=GBP100.00 \
scope.until=2026-06-30 onward=1  as=books
    ana  power-granted  to=dee kinds=decision,hiring,record  as=chair
"""
WORK = """
    ana  contribution-recorded  contribution=talk project=breath people=cy has=words  as=talk
    ana  contribution-recorded  contribution=visit project=breath people=fay  as=visit
    eve  contribution-recorded  contribution=own project=breath people=eve   as=own
    ana  contribution-retracted  contribution=talk
    ana  contribution-reinstated  contribution=talk
    cy   record-confirmed  line=talk
"""
VOTES = """
    dee  decision-opened  decision=path project=breath options=a,b,nothing* electorate=cy,dee,eve \
method=supermajority threshold=2/3 quorum=2 last_day=2026-02-01 under=chair
    cy   vote-cast  decision=path voter=cy choice=a
"""
MONEY = """
    ana  budget-opened  budget=pot project=breath amount=GBP200.00
    ana  budget-opened  budget=lent project=breath amount=GBP50.00 controller=cy
    ben  payment-offered  offer=fee project=breath to=cy kind=fee amount=GBP75.00 budget=pot \
under=books
    cy   payment-accepted  offer=fee budget=pot
    ben  payment-offered  offer=no project=breath to=eve kind=fee amount=GBP20.00 under=books
    eve  payment-declined  offer=no
    ben  payment-offered  offer=open project=breath to=dee kind=fee amount=GBP10.00 under=books
    cy   payment-claimed  claim=train project=breath to=cy kind=expense-refund amount=GBP30.00
"""
PAST = """
    ana  power-granted  to=eve kinds=budget,record by=ana on=2025-01-01 history  as=old-grant
    ana  budget-opened  budget=old project=breath amount=GBP900.00 on=2025-01-01 history
    ana  decision-opened  decision=then project=breath options=a,b electorate=cy,dee \
method=simple-majority on=2025-01-01 history
    ana  vote-cast  decision=then voter=cy choice=a on=2025-01-02 history
    ana  decision-closed  decision=then tally=auto on=2025-01-03 history
"""
BOARD = """
    dee  body-created  body=board project=breath seats=1 under=chair
"""
BASE = PEOPLE + POWERS + WORK + VOTES + MONEY + PAST + BOARD

#: What honest people did next.
REST = """
    dee  vote-cast  decision=path voter=dee choice=a under=-
    eve  recusal-declared  decision=path person=eve
    dee  decision-closed  decision=path tally=auto under=chair
    dee  seat-filled  body=board person=cy chosen_by=community voting=yes decision=path under=chair
    ana  payment-made  payment=one offer=fee to=cy kind=fee amount=GBP75.00 budget=pot
    cy   payment-received  payment=one to=cy
    ana  payment-approved  claim=train to=cy amount=GBP30.00
    ben  payment-made  payment=two claim=train to=cy kind=expense-refund amount=GBP30.00 under=books
    ben  record-confirmed  line=visit for=fay witness=cy with=cy under=books
    dee  decision-opened  decision=again project=breath options=keep*,undo electorate=cy,dee,eve \
method=simple-majority revisits=path under=chair
    cy   vote-cast  decision=again voter=cy choice=undo
    dee  decision-closed  decision=again tally=auto under=chair
    dee  decision-reversed  decision=path by=decision:again under=chair
"""
CLOSED = """
    dee  vote-cast  decision=path voter=dee choice=a under=-
    eve  vote-cast  decision=path voter=eve choice=b
    dee  decision-closed  decision=path tally=auto under=chair
"""
VOTED = "dee vote-cast decision=path voter=dee choice=a under=-\n"
QUORATE = VOTED + "eve vote-cast decision=path voter=eve choice=a\n"
SUB = "power-granted to=eve kinds={} {}"
BOOKS = "scope.project=breath scope.amount=GBP100.00 scope.until=2026-06-30"


FOUNDING = [
    {"key": key(name).key_id, kind: person(name), "public": key(name).public.raw.hex()}
    for name, kind in (("eve", "person"), ("op", "operator"))
]


class Forbidden(NamedTuple):
    """One act, the rule that names it, what happened before, and its step of checking."""

    name: str
    rule: str
    line: str
    before: str = ""
    change: dict[str, Any] = {}  # noqa: RUF012  (read only)
    step: int = 10
    past_the_ledger: bool = False


def _passed(name: str, what: str, rule: str = "grant-outside-what-is-held") -> Forbidden:
    return Forbidden(
        f"power amplified in {name}", rule, f"ben power-granted to=eve under=books {what}"
    )


POWER = [
    _passed("kinds", f"kinds=budget,keys {BOOKS}"),
    _passed("project", f"kinds=budget {BOOKS.replace('breath', 'other')}"),
    _passed("project, by leaving it out", f"kinds=budget {BOOKS.partition(' ')[2]}"),
    _passed("amount", f"kinds=budget {BOOKS.replace('100.00', '100.01')}"),
    _passed("currency", f"kinds=budget {BOOKS.replace('GBP', 'EUR')}"),
    _passed("its end", f"kinds=budget {BOOKS.replace('06-30', '07-01')}"),
    _passed("onward", f"kinds=budget {BOOKS} onward=1"),
    Forbidden("power passed on that is not held", "not-the-holder",
              f"eve power-granted to=eve kinds=budget {BOOKS} under=books"),
    Forbidden("power passed on from no grant", "no-grant",
              "eve power-granted to=eve kinds=budget under=-"),
    Forbidden("power passed on that may not go onward", "grant-outside-what-is-held",
              "dee power-granted to=eve kinds=hiring under=chair"),
    Forbidden("power granted in another's name", "not-the-holder",
              "ben power-granted to=eve kinds=budget by=ana under=books"),
    Forbidden("power to one never enrolled", "unknown-person",
              "ana power-granted to=nobody kinds=budget"),
    Forbidden("delegation without end", "delegation-without-end",
              "ana power-delegated to=eve kinds=budget"),
    Forbidden("election without a decision", "no-decision",
              "ana power-elected to=eve kinds=chairing scope.until=2026-12-31"),
    Forbidden("somebody else's grant revoked", "not-yours-to-revoke",
              "eve power-revoked grant=books holder=ben"),
    Forbidden("somebody else's grant handed on", "not-the-holder",
              f"eve power-transferred grant=books holder=ben to=eve kinds=budget,record {BOOKS} "
              "onward=1 under=-"),
    Forbidden("act under a revoked grant", "grant-revoked",
              "ben group-recorded group=g project=breath label=x side=community under=books",
              "ana power-revoked grant=books holder=ben"),
    Forbidden("act under what a revoked grant passed on", "grant-revoked",
              "eve group-recorded group=g project=breath label=x side=community under=below",
              f"""ben power-granted to=eve kinds=record {BOOKS} under=books as=below
                  ana power-revoked grant=books holder=ben"""),
    Forbidden("act under an expired grant", "grant-expired",
              "ben group-recorded group=g project=breath label=x side=community under=books",
              "day 2026-07-01"),
    Forbidden("act under somebody else's grant", "not-the-holder",
              "eve budget-opened budget=b project=breath amount=GBP1.00 under=books"),
    Forbidden("act under a grant that was never made", "unknown-grant",
              "eve budget-opened budget=b project=breath amount=GBP1.00 under=thin-air"),
    Forbidden("act under no grant", "no-grant",
              "eve budget-opened budget=b project=breath amount=GBP1.00"),
    Forbidden("act outside the powers of its grant", "no-such-power",
              "dee budget-opened budget=b project=breath amount=GBP1.00 under=chair"),
    Forbidden("act outside the project of its grant", "outside-scope",
              "ben budget-opened budget=b project=other amount=GBP1.00 under=books"),
    Forbidden("act above the amount of its grant", "outside-scope",
              "ben budget-opened budget=b project=breath amount=GBP100.01 under=books"),
    Forbidden("live act standing on a grant of history", "stands-on-history",
              "eve budget-opened budget=b project=breath amount=GBP1.00 under=old-grant"),
    Forbidden("live offer from a budget of history", "stands-on-history",
              "ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP1.00 "
              "budget=old"),
    Forbidden("live seat on a decision of history", "stands-on-history",
              "dee seat-filled body=board person=cy chosen_by=community voting=yes decision=then "
              "under=chair"),
    Forbidden("history that changes a live budget", "history-over-live",
              "ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP1.00 "
              "budget=pot history on=2025-02-02"),
    Forbidden("history that ends a live grant", "history-over-live",
              "ana power-revoked grant=chair holder=dee history on=2025-02-02"),
    Forbidden("what has not happened yet", "not-yet-happened",
              "ana contribution-recorded contribution=c project=breath people=cy on=2027-01-01"),
    Forbidden("the operator says what people say", "not-yours-to-say",
              "op project-opened project=mine"),
]  # fmt: skip

VOTING = [
    Forbidden("vote after the close", "decision-closed-already",
              "eve vote-cast decision=path voter=eve choice=b",
              VOTED + "eve recusal-declared decision=path person=eve\n"
              "dee decision-closed decision=path tally=auto under=chair"),
    Forbidden("vote after its last day", "voting-over",
              "eve vote-cast decision=path voter=eve choice=b", "day 2026-02-02"),
    Forbidden("vote before the opening", "unknown-decision",
              "eve vote-cast decision=later voter=eve choice=b"),
    Forbidden("vote twice", "voted-already", "cy vote-cast decision=path voter=cy choice=b"),
    Forbidden("vote by somebody not on the electorate", "not-on-electorate",
              "ben vote-cast decision=path voter=ben choice=b under=-"),
    Forbidden("vote by who stepped back", "recused",
              "eve vote-cast decision=path voter=eve choice=b",
              "eve recusal-declared decision=path person=eve"),
    Forbidden("vote for somebody else", "no-grant",
              "cy vote-cast decision=path voter=eve choice=b"),
    Forbidden("vote for somebody else by who keeps the record", "no-witness",
              "ana vote-cast decision=path voter=eve choice=b"),
    Forbidden("vote for an option that was not put", "no-such-option",
              "eve vote-cast decision=path voter=eve choice=z"),
    Forbidden("forged recusal", "signs-for-themselves",
              "ana recusal-declared decision=path person=eve witness=cy with=cy"),
    Forbidden("electorate changed after opening", "decision-exists",
              "dee decision-opened decision=path project=breath options=a,b,nothing* "
              "electorate=dee method=supermajority threshold=2/3 under=chair"),
    Forbidden("options changed after opening", "decision-exists",
              "dee decision-opened decision=path project=breath options=b,nothing* "
              "electorate=cy,dee,eve method=supermajority threshold=2/3 quorum=2 under=chair"),
    Forbidden("threshold changed after opening", "decision-exists",
              "dee decision-opened decision=path project=breath options=a,b,nothing* "
              "electorate=cy,dee,eve method=supermajority threshold=1/3 quorum=2 under=chair"),
    Forbidden("decision opened without the power", "no-grant",
              "eve decision-opened decision=d project=breath options=a,b electorate=eve "
              "method=simple-majority"),
    Forbidden("electorate of people who do not take part", "not-enrolled",
              "dee decision-opened decision=d project=other options=a,b electorate=eve "
              "method=simple-majority under=chair"),
    Forbidden("close with another tally", "tally-differs",
              "dee decision-closed decision=path tally=auto under=chair", QUORATE,
              {"tally": {"ballots": 3, "abstained": 0, "support": [
                  {"option": "a", "votes": 2}, {"option": "b", "votes": 1},
                  {"option": "nothing", "votes": 0}], "against": []}}),
    Forbidden("close with another outcome", "outcome-differs",
              "dee decision-closed decision=path tally=auto under=chair", QUORATE,
              {"outcome": "decided", "chosen": ["b"]}),
    Forbidden("close as decided below the quorum", "outcome-differs",
              "dee decision-closed decision=path tally=auto under=chair", "day 2026-02-02",
              {"outcome": "decided", "chosen": ["a"]}),
    Forbidden("close while people may still vote", "closed-too-early",
              "dee decision-closed decision=path tally=auto under=chair", VOTED),
    Forbidden("close that hides an interest", "interest-hidden",
              "dee decision-closed decision=path tally=auto under=chair",
              "cy interest-declared decision=path person=cy nature=money\n" + QUORATE,
              {"unhandled": []}),
    Forbidden("own interest handled by oneself", "own-interest",
              "dee interest-managed decision=path person=dee handling=noted under=chair",
              "dee interest-declared decision=path person=dee nature=money under=-"),
    Forbidden("closed again", "decision-closed-already",
              "dee decision-closed decision=path tally=auto under=chair",
              QUORATE + "dee decision-closed decision=path tally=auto under=chair"),
    Forbidden("override without a cited rule", "no-rule-cited",
              "dee decision-overridden decision=path basis=charter kind=veto excludes=a "
              "fills=left-vacant outcome=not-reached under=chair",
              QUORATE + "dee decision-closed decision=path tally=auto under=chair"),
    Forbidden("override that gives what the rule does not", "outcome-differs",
              "dee decision-overridden decision=path basis=charter kind=veto excludes=a "
              "fills=left-vacant outcome=decided chosen=b has=rule under=chair",
              QUORATE + "dee decision-closed decision=path tally=auto under=chair"),
    Forbidden("decision reversed by nobody entitled", "no-grant",
              "eve decision-reversed decision=path by=decision:again",
              QUORATE + "dee decision-closed decision=path tally=auto under=chair"),
    Forbidden("decision reversed by one that does not revisit it", "not-a-later-decision",
              "dee decision-reversed decision=path by=decision:path under=chair",
              QUORATE + "dee decision-closed decision=path tally=auto under=chair"),
    Forbidden("power on a decision that was not taken", "decision-not-adopted",
              "ana power-granted to=eve kinds=budget decision=path"),
]  # fmt: skip

PAID = "payment-made payment=p offer=fee to=cy kind=fee budget=pot"
PAYING = [
    Forbidden("payment above the budget", "above-budget",
              "ana payment-made payment=p offer=big to=eve kind=fee amount=GBP125.01 budget=pot",
              """ana payment-offered offer=big project=breath to=eve kind=fee amount=GBP150.00
                 eve payment-accepted offer=big"""),
    Forbidden("payment above the offer", "above-offer", f"ana {PAID} amount=GBP75.01"),
    Forbidden("payment of what was paid already", "above-offer", f"ana {PAID} amount=GBP75.00",
              "ana payment-made payment=x offer=fee to=cy kind=fee budget=pot amount=GBP75.00"),
    Forbidden("payment in another currency", "other-currency", f"ana {PAID} amount=EUR75.00"),
    Forbidden("payment of another type", "not-as-offered",
              f"ana {PAID} amount=GBP75.00".replace("kind=fee", "kind=voucher")),
    Forbidden("payment to another than was offered", "not-as-offered",
              f"ana {PAID} amount=GBP75.00".replace("to=cy", "to=eve")),
    Forbidden("payment from another budget", "other-budget",
              f"ana {PAID} amount=GBP75.00".replace("budget=pot", "budget=lent")),
    Forbidden("payment to oneself", "to-oneself",
              "ana payment-made payment=p offer=hers to=ana kind=fee amount=GBP5.00",
              """ben payment-offered offer=hers project=breath to=ana kind=fee amount=GBP5.00 \
under=books
                 ana payment-accepted offer=hers under=-"""),
    Forbidden("offer to oneself", "to-oneself",
              "ben payment-offered offer=o project=breath to=ben kind=fee amount=GBP5.00 "
              "under=books"),
    Forbidden("payment on a declined offer", "not-accepted",
              "ana payment-made payment=p offer=no to=eve kind=fee amount=GBP20.00"),
    Forbidden("payment on an offer nobody answered", "not-accepted",
              "ana payment-made payment=p offer=open to=dee kind=fee amount=GBP10.00"),
    Forbidden("payment tied to a confirmation", "tied-to-confirmation",
              "ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP5.00 "
              "depends_on=confirmation"),
    Forbidden("offer above the balance", "above-budget",
              "ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP125.01 "
              "budget=pot"),
    Forbidden("offer in another currency than its budget", "other-currency",
              "ana payment-offered offer=o project=breath to=eve kind=fee amount=EUR5.00 "
              "budget=pot"),
    Forbidden("offer without the controller of its budget", "not-the-controller",
              "ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP5.00 "
              "budget=lent"),
    Forbidden("line allocated beyond its budget", "above-budget",
              "ana budget-allocated budget=line from=pot project=breath amount=GBP125.01"),
    Forbidden("somebody else's offer accepted", "not-your-offer",
              "eve payment-accepted offer=open"),
    Forbidden("accepted for them by who made the offer as witness", "witness-not-free",
              "ana payment-accepted offer=open for=dee witness=ben with=ben"),
    Forbidden("answered twice", "answered-already", "cy payment-accepted offer=fee budget=pot"),
    Forbidden("accepted for more than was offered", "above-offer",
              "dee payment-accepted offer=open amount=GBP11.00 under=-"),
    Forbidden("self-approval: approving what one claimed", "own-claim",
              "ana payment-approved claim=c to=ana amount=GBP5.00",
              "ana payment-claimed claim=c project=breath to=ana kind=expense-refund "
              "amount=GBP5.00 under=-"),
    Forbidden("approving what one recorded for another", "own-claim",
              "ben payment-approved claim=c to=fay amount=GBP5.00 under=books",
              "ben payment-claimed claim=c project=breath to=fay kind=expense-refund "
              "amount=GBP5.00 for=fay witness=cy with=cy under=books"),
    Forbidden("approving what one witnessed", "own-claim",
              "ben payment-approved claim=c to=fay amount=GBP5.00 under=books",
              "ana payment-claimed claim=c project=breath to=fay kind=expense-refund "
              "amount=GBP5.00 for=fay witness=ben with=ben"),
    Forbidden("approving more than was claimed", "above-claim",
              "ana payment-approved claim=train to=cy amount=GBP30.01"),
    Forbidden("payment on a claim nobody approved", "not-approved",
              "ana payment-made payment=p claim=train to=cy kind=expense-refund amount=GBP30.00"),
    Forbidden("money spent tomorrow, claimed today", "not-yet-spent",
              "cy payment-claimed claim=c project=breath to=cy kind=expense-refund "
              "amount=GBP5.00 spent_on=2026-01-06"),
    Forbidden("receipt confirmed by somebody else", "no-grant",
              "eve payment-received payment=p to=cy", f"ana {PAID} amount=GBP75.00"),
    Forbidden("more taken back than was paid", "above-payment",
              "ana payment-reversed payment=p offer=fee to=cy budget=pot amount=GBP75.01 "
              "cause=mistake", f"ana {PAID} amount=GBP75.00"),
    Forbidden("refusing a claim without a reason", "no-reason-given",
              "ana payment-refused claim=train to=cy cause=other"),
]  # fmt: skip

LINES = [
    Forbidden("confirming one's own record", "own-record", "eve record-confirmed line=own"),
    Forbidden("confirming a line about somebody else", "not-about-you",
              "eve record-confirmed line=talk"),
    Forbidden("confirming twice", "said-already", "cy record-confirmed line=talk"),
    Forbidden("confirming for somebody without a witness", "no-witness",
              "ben record-confirmed line=visit for=fay under=books"),
    Forbidden("confirming with a made-up witness", "no-witness",
              "ben record-confirmed line=visit for=fay witness=nobody under=books"),
    Forbidden("confirming with a witness who did not sign", "witness-unsigned",
              "ben record-confirmed line=visit for=fay witness=cy under=books"),
    Forbidden("a witness who recorded the line", "witness-not-free",
              "ben record-confirmed line=visit for=fay witness=ana with=ana under=books"),
    Forbidden("a witness of one's own words", "witness-not-free",
              "ben record-confirmed line=visit for=fay witness=ben under=books"),
    Forbidden("a live line confirmed as history", "history-over-live",
              "ana record-confirmed line=visit for=fay history on=2025-02-02"),
    Forbidden("somebody else's contribution retracted", "no-grant",
              "eve contribution-retracted contribution=talk"),
    Forbidden("reinstating what stands", "not-retracted",
              "ana contribution-reinstated contribution=talk"),
    Forbidden("retracting what does not stand", "not-standing",
              "ana contribution-retracted contribution=talk",
              "ana contribution-retracted contribution=talk"),
    Forbidden("a contribution recorded again under its id", "contribution-exists",
              "ana contribution-recorded contribution=talk project=breath people=eve"),
    Forbidden("a contribution of somebody who does not take part", "not-enrolled",
              "ana contribution-recorded contribution=c project=other people=eve"),
    Forbidden("a contribution recorded for others without the power", "no-grant",
              "eve contribution-recorded contribution=c project=breath people=cy"),
    Forbidden("enrolling twice", "already-enrolled", "ana person-enrolled person=fay"),
    Forbidden("enrolling without the power", "no-grant", "eve person-enrolled person=gil"),
    Forbidden("a member seated without authority", "no-grant",
              "eve seat-filled body=board person=eve chosen_by=community voting=yes"),
    Forbidden("a voting seat too many", "no-seat-left",
              "dee seat-filled body=board person=eve chosen_by=community voting=yes under=chair",
              "dee seat-filled body=board person=cy chosen_by=community voting=yes under=chair"),
    Forbidden("a chair without a seat", "not-seated",
              "dee chair-taken body=board person=eve chosen_by=community under=chair"),
    Forbidden("access to somebody's records granted to oneself", "to-oneself",
              "ana access-granted to=ana person=cy purpose=support until=2026-01-20"),
    Forbidden("access used that was never granted", "unknown-access",
              "eve access-used access=thin-air person=cy view=statement"),
    Forbidden("a look at identified figures without the power", "no-grant",
              "eve figures-viewed view=stages day=2026-01-05 size=3 root=r"),
    Forbidden("figures let out by nobody entitled", "no-grant",
              "eve figures-exported views=stages audience=public size=3 root=r digest=d"),
    Forbidden("the charter amended by nobody entitled", "not-by-the-amendment-rule",
              "eve charter-amended major=money"),
    Forbidden("a second charter", "charter-not-first",
              "eve charter-adopted origin=example.org/told log=x currency=GBP zone=UTC with=op",
              "", {"keys": FOUNDING, "grants": [{"to": person("eve"), "kinds": ["budget"]}]},
              step=7, past_the_ledger=True),
]  # fmt: skip

KEYS = [
    Forbidden("a key enrolled by a stranger", "no-grant",
              "eve key-enrolled person=fay key=stolen public=stolen via=grant"),
    Forbidden("a key enrolled as if one were that person", "not-as-stated",
              "eve key-enrolled person=fay key=stolen public=stolen via=person"),
    Forbidden("a second key enrolled by the operator", "first-key-only",
              "op key-enrolled person=cy key=stolen public=stolen via=operator"),
    Forbidden("a key revoked by a stranger", "no-grant", "eve key-revoked key=cy reason=lost"),
    Forbidden("somebody else's key rotated", "not-your-key",
              "eve key-rotated old=cy new=stolen public=stolen", step=7, past_the_ledger=True),
    Forbidden("the day opened by a person", "not-the-operator", "eve day-opened day=2026-01-09",
              step=8, past_the_ledger=True),
]  # fmt: skip

CASES = [*POWER, *VOTING, *PAYING, *LINES, *KEYS]


ERASURES = [
    ("erasure of another's values by a stranger", "no-grant", "eve", "cy", "values"),
    ("erasure of another's words as one's own", "not-about-you", "eve", "eve", "values"),
    ("erasure about somebody made up", "unknown-person", "op", "ghost", "values"),
    ("erasure put on another's statement", "not-about-them", "op", "eve", "values"),
    ("an entry withdrawn under another's name", "not-about-them", "op", "fay", "both"),
    ("an entry withdrawn that is about others too", "about-others-too", "cy", "cy", "both"),
    ("an entry withdrawn that nobody may withdraw", "not-withdrawable", "op", "cy", "paid"),
]
