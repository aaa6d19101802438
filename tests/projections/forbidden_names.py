"""Forbidden acts again: what is cited and never was, one person under two names, and the rest.

The notation and what happened before are those of ``forbidden.py``.
"""

from __future__ import annotations

from forbidden import BOOKS, PAID, Forbidden
from forbidden_choices import DRAW, PROPORTION

OPEN = (
    "dee decision-opened decision=d project=breath options=a,b electorate=cy,dee "
    "method=simple-majority under=chair"
)
CITING = [
    Forbidden("work said to have fed a decision that was never put", "unknown-decision",
              "ana contribution-recorded contribution=c project=breath people=cy "
              "decision=thin-air"),
    Forbidden("work on a problem that nobody raised", "unknown-problem",
              "ana contribution-recorded contribution=c project=breath people=cy problem=thin-air"),
    Forbidden("work sorted under a problem of another project", "unknown-problem",
              "ana contribution-sorted contribution=talk problem=far",
              "ana problem-proposed problem=far project=other people=cy"),
    Forbidden("work sorted under a decision that was never put", "unknown-decision",
              "cy contribution-sorted contribution=talk decision=thin-air"),
    Forbidden("decision that weighs work nobody gave", "unknown-contribution",
              f"{OPEN} inputs=talk,thin-air"),
    Forbidden("task that carries out what was not decided", "decision-not-adopted",
              "ana action-set action=t project=breath person=cy decision=path"),
    Forbidden("live task that carries out a decision of history", "stands-on-history",
              "ana action-set action=t project=breath person=cy decision=then"),
    Forbidden("task that keeps a promise nobody made", "unknown-commitment",
              "ana action-set action=t project=breath person=cy commitment=thin-air"),
    Forbidden("task on a problem that nobody raised", "unknown-problem",
              "ana action-set action=t project=breath person=cy problem=thin-air"),
    Forbidden("problem that carries on one nobody raised", "unknown-problem",
              "ana problem-proposed problem=p project=breath people=cy from_problem=thin-air"),
    Forbidden("input meant for a decision that was never put", "unknown-decision",
              "eve input-submitted input=i project=breath people=eve decision=thin-air"),
    Forbidden("input asked for by somebody made up", "unknown-person",
              "eve input-submitted input=i project=breath people=eve asked_by=nobody"),
    Forbidden("gatekeeper hidden behind a made-up inviter", "unknown-person",
              "ana person-enrolled person=gil invited_by=nobody"),
    Forbidden("made-up witness beside what needs none", "no-witness",
              "ana contribution-recorded contribution=c project=breath people=fay for=fay "
              "witness=nobody"),
    Forbidden("work said for somebody who did not give it", "not-about-you",
              "ana contribution-recorded contribution=c project=breath people=cy for=fay"),
    Forbidden("words put down to somebody made up", "unknown-person",
              "ben record-confirmed line=visit for=fay said_by=nobody witness=cy with=cy "
              "under=books"),
    Forbidden("witness beside what needs none, who did not sign", "witness-unsigned",
              "ana contribution-recorded contribution=c project=breath people=fay for=fay "
              "witness=cy"),
]  # fmt: skip


def _linked(one: str, other: str) -> str:
    return f"ana persons-linked person={one} same_as={other} basis=same-document as=joined\n"


NAMES = [
    Forbidden("claim approved by the claimant's other name", "own-claim",
              "ben payment-approved claim=train to=cy amount=GBP30.00 under=books",
              _linked("ben", "cy")),
    Forbidden("claim approved by the other name of the other name", "own-claim",
              "ben payment-approved claim=train to=cy amount=GBP30.00 under=books",
              _linked("ben", "fay") + _linked("cy", "fay")),
    Forbidden("claim approved twice by one person", "approved-already",
              "ana payment-approved claim=train to=cy amount=GBP30.00",
              _linked("ben", "ana")
              + "ben payment-approved claim=train to=cy amount=GBP30.00 under=books"),
    Forbidden("payment to the payer's other name", "to-oneself",
              f"ben {PAID} amount=GBP75.00 under=books", _linked("cy", "ben")),
    Forbidden("offer to the giver's other name", "to-oneself",
              "ben payment-offered offer=o project=breath to=cy kind=fee amount=GBP5.00 "
              "under=books", _linked("cy", "ben")),
    Forbidden("confirming what one's other name recorded", "own-record",
              "cy record-confirmed line=mine",
              _linked("ben", "cy") + "ben contribution-recorded contribution=c project=breath "
              "people=cy under=books as=mine"),
    Forbidden("witness who is the recorder's other name", "witness-not-free",
              "ben record-confirmed line=visit for=fay witness=cy with=cy under=books",
              _linked("ben", "cy")),
    Forbidden("case access for one's own other name", "to-oneself",
              "ana access-granted to=cy person=eve purpose=support until=2026-01-20",
              _linked("ana", "cy")),
    Forbidden("own interest handled by one's other name", "own-interest",
              "dee interest-managed decision=path person=eve handling=noted under=chair",
              _linked("dee", "eve")
              + "eve interest-declared decision=path person=eve nature=money"),
    Forbidden("draw by one person under two names", "draw-unclear",
              DRAW.strip(), _linked("cy", "dee")),
    Forbidden("draw by who can be drawn under another name", "draw-unclear",
              DRAW.strip(), _linked("dee", "eve")),
    Forbidden("two tellers who are one person", "ballots-unclear",
              f"{OPEN} ballots=tellers tellers=ana,ben", _linked("ana", "ben")),
    Forbidden("count by somebody who stands", "ballots-unclear",
              f"{OPEN} ballots=tellers tellers=ana,ben".replace("a,b ", "a@ben,b@fay ")),
    Forbidden("way to object that leads to the recorder's other name", "no-way-to-object",
              "ana person-told person=cy how=printed object_to=eve", _linked("ana", "eve")),
    Forbidden("two people linked by a stranger", "no-grant",
              "eve persons-linked person=ben same_as=cy basis=said-so"),
    Forbidden("link undone by a stranger", "no-grant",
              "eve persons-unlinked person=ben same_as=cy link=joined", _linked("ben", "cy")),
]  # fmt: skip

BELOW = f"ben power-granted to=eve kinds=record {BOOKS} under=books as=below\n"
GROUP = "eve group-recorded group=g project=breath label=x side=community under={}"
SPENDING = """
    dee  decision-opened  decision=spend project=breath method=budget-vote money=GBP100.00 \
allocation=in-order-skip picks=2 options=a:GBP80.00,b:GBP60.00,c:GBP10.00,nothing* \
electorate=cy,eve under=chair
    cy   vote-cast  decision=spend voter=cy approves=a,b
"""
STAND = "size={} root=r"
REST = [
    Forbidden("act under a grant that was given back", "grant-revoked", GROUP.format("lent"),
              """ana power-delegated to=eve kinds=record scope.until=2026-03-01 as=lent
                 eve power-returned grant=lent holder=eve to=ana"""),
    Forbidden("act under what a grant given back had passed on", "grant-revoked",
              GROUP.format("below"), BELOW + "ben power-returned grant=books holder=ben to=ana"),
    Forbidden("somebody else's grant given back", "not-the-holder",
              "eve power-returned grant=books holder=ben to=ana"),
    Forbidden("grant widened beyond what its giver holds", "grant-outside-what-is-held",
              f"ben power-expanded grant=below holder=eve to=eve kinds=record,keys {BOOKS} "
              "under=books", BELOW),
    Forbidden("budget vote that spends more than there is", "outcome-differs",
              "dee decision-closed decision=spend tally=auto under=chair",
              SPENDING + "eve vote-cast decision=spend voter=eve approves=a,b",
              {"outcome": "decided", "chosen": ["a", "b"], "tied": []}),
    Forbidden("ballot for more than may be picked", "ballot-form",
              "eve vote-cast decision=spend voter=eve approves=a,b,c", SPENDING),
    Forbidden("cost changed after opening", "decision-exists",
              SPENDING.strip().splitlines()[0].replace("a:GBP80.00", "a:GBP40.00"), SPENDING),
    Forbidden("seats changed after opening", "decision-exists",
              PROPORTION.strip().splitlines()[0].replace("seats=2", "seats=1"), PROPORTION),
    Forbidden("somebody next in order, where seats are in proportion", "override-unclear",
              "dee decision-overridden decision=seats basis=charter kind=seat-limit excludes=a "
              "fills=next-in-order outcome=decided chosen=c,b has=rule under=chair",
              PROPORTION + "dee decision-closed decision=seats tally=auto under=chair"),
    Forbidden("count signed by one teller alone", "teller-missing",
              "ana count-attested decision=d voted=cy,dee under=-",
              f"{OPEN} ballots=tellers tellers=ana,ben",
              {"counted": {"ballots": 2, "abstained": 0,
                           "support": [{"option": "a", "votes": 2}]}}),
    Forbidden("more ballots counted than were handed out", "count-form",
              "ana count-attested decision=d voted=cy with=ben under=-",
              f"{OPEN} ballots=tellers tellers=ana,ben",
              {"counted": {"ballots": 2, "abstained": 0,
                           "support": [{"option": "a", "votes": 2}]}}),
    Forbidden("witness of a yes who pays it", "witness-not-free",
              "ben payment-made payment=p offer=o to=fay kind=fee amount=GBP5.00 under=books",
              """ana payment-offered offer=o project=breath to=fay kind=fee amount=GBP5.00
                 ana payment-accepted offer=o for=fay witness=ben with=ben"""),
    Forbidden("gift declared by another", "not-your-gift",
              "ana gift-declared gift=g project=breath person=cy contribution=talk"),
    Forbidden("gift of somebody else's work", "unknown-contribution",
              "eve gift-declared gift=g project=breath person=eve contribution=talk"),
    Forbidden("input answered by who said it", "own-input",
              "dee input-answered input=i project=breath people=dee outcome=accepted has=reasons "
              "under=chair", "dee input-submitted input=i project=breath people=dee under=-"),
    Forbidden("dispute closed by somebody else", "no-grant",
              "eve dispute-closed dispute=row line=talk person=cy settled=yes",
              "cy record-disputed line=talk as=row"),
    Forbidden("reply to an indicator by nobody entitled", "no-grant",
              "eve concern-answered indicator=T3 answer=explained"),
    Forbidden("reply to an indicator under another power", "no-such-power",
              "ben concern-answered indicator=T3 project=breath answer=explained under=books"),
    Forbidden("look said to be of another day", "not-today",
              f"ana figures-viewed view=stages day=2026-01-04 {STAND.format(3)}"),
    Forbidden("look at a record that never was", "root-differs",
              f"ana figures-viewed view=stages day=2026-01-05 {STAND.format(3)}"),
    Forbidden("figures let out of a record that never was", "root-differs",
              f"ana figures-exported views=stages audience=public digest=d {STAND.format(3)}"),
    Forbidden("figures of entries that are not there yet", "checkpoint-ahead",
              f"ana figures-exported views=stages audience=public digest=d {STAND.format(9999)}"),
    Forbidden("figures of people let out under another power", "no-such-power",
              f"dee figures-exported views=stages audience=board digest=d {STAND.format(3)} "
              "identified=yes under=chair"),
    Forbidden("case access used after it was ended", "access-over",
              "cy access-used access=let-in person=eve view=lines",
              """ana access-granted to=cy person=eve purpose=complaint until=2026-01-20 as=let-in
                 ana access-ended access=let-in person=eve"""),
]  # fmt: skip
