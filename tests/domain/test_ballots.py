"""How ballots come in: signed, counted by two tellers, or imported; and who steps back."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.ballot import Ballots
from domain.decision import Decision


@pytest.fixture
def story() -> Story:
    """Five people in one project, and ana who holds every power."""
    return Story(major=["budget"]).tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dee
        ana  person-enrolled  person=eve
    """)


def state(story: Story, name: str = "d") -> Decision:
    """The decision of that name."""
    return story.world.get(Decision, ident("decision", name))


RANKED = (
    "ana  decision-opened  decision=d project=breath options=a,b,c electorate=ana,ben,cy "
    "method=ranked-choice count_rule=schulze"
)


def test_ranked_ballots_are_counted_by_the_rule_that_was_named(story: Story) -> None:
    story.tell(f"""
        {RANKED} seats=2
        ana  vote-cast  decision=d voter=ana ranking=a>b>c
        ben  vote-cast  decision=d voter=ben ranking=b>a
        cy   vote-cast  decision=d voter=cy  ranking=a=c
        ana  decision-closed  decision=d tally=auto
    """)
    assert (state(story).outcome, state(story).chosen) == ("decided", ("a", "b"))


def test_a_tie_for_the_last_seat_fills_only_the_others(story: Story) -> None:
    story.tell(f"""
        {RANKED} seats=2
        ana  vote-cast  decision=d voter=ana ranking=a>b=c
        ana  decision-closed  decision=d tally=auto
    """)
    closing = story.acts[-1].event
    assert (closing.outcome, closing.chosen, closing.tied) == ("tied", ("a",), ("b", "c"))
    assert closing.places == (("a",), ("b", "c"))


def test_a_ranked_ballot_has_its_own_form(story: Story) -> None:
    story.tell(f"""
        {RANKED}
        ! ballot-form     ana  vote-cast  decision=d voter=ana choice=a
        ! ballot-form     ana  vote-cast  decision=d voter=ana ranking=a>b>a
        ! ballot-form     ana  vote-cast  decision=d voter=ana against=a
        ! no-such-option  ana  vote-cast  decision=d voter=ana ranking=a>pool
        ana  vote-cast  decision=d voter=ana
    """)
    body = {"decision": ident("decision", "d"), "voter": ident("person", "ben"), "ranking": [[]]}
    with pytest.raises(Exception, match="ballot-form"):
        story.judge(story.make("ben", "vote-cast", body))
    assert story.world.get(Ballots, ident("decision", "d")).abstained == 1


def test_ranked_choice_names_its_count_rule_and_others_have_none(story: Story) -> None:
    base = "ana decision-opened decision=d project=breath options=a,b electorate=ana,ben"
    story.tell(f"""
        ! method-unclear  {base} method=ranked-choice
        ! method-unclear  {base} method=simple-majority count_rule=schulze
        ! method-unclear  {base} method=simple-majority seats=2
        ! method-unclear  {base} method=ranked-choice count_rule=schulze seats=3
        ! method-unclear  {base} method=simple-majority picks=2
        ! method-unclear  {base} method=simple-majority office=chair
        ! method-unclear  {base.replace("a,b ", "a:GBP1.00,b* ")} method=budget-vote money=GBP5.00
        ! options-unclear  {base} method=budget-vote money=GBP5.00 allocation=in-order-skip
        ! options-unclear  ana decision-opened decision=d project=breath options=a*,b* \
electorate=ana method=simple-majority
        {base} method=ranked-choice count_rule=instant-runoff seats=2
    """)


MONEY = (
    "ana  decision-opened  decision=d project=breath electorate=ana,ben,cy method=budget-vote "
    "options=ramp:GBP60.00,bus:GBP50.00,tea:GBP30.00,none* money=GBP100.00 "
    "allocation=in-order-skip picks=2"
)


def test_a_budget_vote_pays_in_order_of_votes_until_the_money_is_spent(story: Story) -> None:
    story.tell(f"""
        ! options-unclear  {MONEY.replace("bus:GBP50.00", "bus:EUR50.00")}
        {MONEY}
        ana  vote-cast  decision=d voter=ana approves=ramp,bus
        ben  vote-cast  decision=d voter=ben approves=ramp,bus
        ! ballot-form  cy  vote-cast  decision=d voter=cy  approves=ramp,bus,tea
        ! ballot-form  cy  vote-cast  decision=d voter=cy  choice=ramp
        cy   vote-cast  decision=d voter=cy  approves=ramp,tea
        ana  decision-closed  decision=d tally=auto
    """)
    assert state(story).chosen == ("ramp", "tea")


def test_an_executive_decision_is_the_office_holders_alone_and_under_a_grant(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ben \
method=executive office=chair
        ! ballots-unclear  ana  decision-opened  decision=e project=breath options=a,b \
electorate=ben method=executive ballots=imported
        ! not-on-electorate  ana  vote-cast  decision=d voter=ana choice=a
        ! no-grant  ben  vote-cast  decision=d voter=ben choice=b
        ! office-signs  ana  vote-cast  decision=d voter=ben for=ben witness=cy choice=b
        ana  power-granted  to=ben kinds=decision scope.project=breath  as=g
        ben  vote-cast  decision=d voter=ben choice=b under=g
        ana  decision-closed  decision=d tally=auto
    """)
    assert state(story).chosen == ("b",)


def test_a_delegated_decision_stands_on_the_delegation_that_it_names(story: Story) -> None:
    opened = (
        "ana  decision-opened  decision=d project=breath options=a,b electorate=ben "
        "method=delegated delegation.by=ana"
    )
    story.tell(f"""
        ana  power-delegated  to=ben kinds=decision scope.until=2026-02-01  as=g
        ana  power-granted    to=ben kinds=decision  as=other
        ! method-unclear      ana  decision-opened  decision=d project=breath options=a,b \
electorate=ben method=delegated
        ! delegation-unclear  {opened}
        ! delegation-unclear  {opened} delegation.grant=x delegation.until=2026-02-01
    """)
    grant = "delegation.grant=g"
    story.tell(f"""
        ! delegation-unclear  {opened} {grant} delegation.until=2026-03-01
        {opened} {grant} delegation.until=2026-02-01
        {opened.replace("=d ", "=late ")} {grant} delegation.until=2026-02-01
        ! not-the-delegation  ben  vote-cast  decision=d voter=ben choice=a under=other
        ben  vote-cast  decision=d voter=ben choice=a under=g
        ana  decision-closed  decision=d tally=auto
        day 2026-02-02
        ! grant-expired  ben  vote-cast  decision=late voter=ben choice=a under=g
    """)
    assert state(story).chosen == ("a",)


SECRET = (
    "ana  decision-opened  decision=d project=breath options=a,b electorate=ben,cy,dee "
    "method=simple-majority ballots=tellers tellers=ana,eve"
)


def test_two_tellers_prove_who_voted_and_attest_the_count(story: Story) -> None:
    story.tell(f"""
        ! ballots-unclear  {SECRET.replace("ana,eve", "eve,eve")}
        ! ballots-unclear  {SECRET.replace("ballots=tellers ", "")}
        {SECRET}
        ! other-ballots  ben  vote-cast  decision=d voter=ben choice=a
        ! count-missing  ana  decision-closed  decision=d tally=auto
        ! teller-missing  eve  count-attested  decision=d voted=ben,cy counted="2 a:2"
        ! teller-missing  ben  count-attested  decision=d voted=ben,cy counted="2 a:2" with=ana,eve
        ! not-on-electorate  eve  count-attested  decision=d voted=ben,eve counted="2 a:2" with=ana
        ! voted-already  eve  count-attested  decision=d voted=ben,ben counted="2 a:2" with=ana
        ! count-form     eve  count-attested  decision=d voted=ben counted="2 a:2" with=ana
        ! count-form     eve  count-attested  decision=d voted=ben,cy counted="2 a:1" with=ana
        ! count-form     eve  count-attested  decision=d voted=ben,cy counted="2 a:3" with=ana
        ! count-form     eve  count-attested  decision=d voted=ben,cy counted="2 a:1 a:1" with=ana
        ! count-form     eve  count-attested  decision=d voted=ben,cy counted="2/3" with=ana
        ! count-form     eve  count-attested  decision=d voted=ben,cy counted="2 a:2 !b:1" with=ana
        ! no-such-option eve  count-attested  decision=d voted=ben,cy counted="2 pool:2" with=ana
        eve  count-attested  decision=d voted=ben,cy counted="2/1 a:1" with=ana
        ! counted-already  eve  count-attested  decision=d voted=dee counted="1 b:1" with=ana
        ana  decision-closed  decision=d tally=auto
        ! decision-closed-already  eve  count-attested  decision=d voted=dee counted="1" with=ana
    """)
    assert state(story).chosen == ("a",)


def test_who_put_an_option_forward_does_not_count_it(story: Story) -> None:
    body = story.act(SECRET).event.as_body()
    body["options"][0]["put_by"] = ident("person", "eve")
    with pytest.raises(Exception, match="ballots-unclear"):
        story.judge(story.make("ana", "decision-opened", body))


def test_tellers_do_not_count_before_voting_has_ended(story: Story) -> None:
    story.tell(f"""
        {SECRET} last_day=2026-01-10
        ! closed-too-early  eve  count-attested  decision=d voted=ben,cy counted="2 a:2" with=ana
        dee  recusal-declared  decision=d person=dee
        ! voted-already  eve  count-attested  decision=d voted=ben,dee counted="2 a:2" with=ana
        eve  count-attested  decision=d voted=ben,cy counted="2 a:2" with=ana
    """)


MANY = (
    "ana  decision-opened  decision=d project=breath options=a,b,c eligible=12 "
    "method=ranked-choice count_rule=schulze ballots=imported"
)


def test_ballots_from_elsewhere_are_taken_over_with_the_hash_of_their_file(story: Story) -> None:
    story.tell(f"""
        ! electorate-unclear  {MANY.replace("imported", "open")}
        {MANY}
        ! other-ballots  ben  vote-cast  decision=d voter=ben ranking=a
        ! no-grant  ben  ballots-imported  decision=d source=f counted="3 1-2-3:3"
        ! count-form  ana  ballots-imported  decision=d source=f counted="13 1-2-3:13"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 1-2:3"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 1-2-3:2"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 2-1-3:2 1-2-3:1"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 0-0-0:1 1-2-3:2"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 a:3"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 1-2-3:3 a>b:3"
        ana  ballots-imported  decision=d source=f counted="4/1 0-0-0:1 1-2-3:2 3-2-0:1"
        ! counted-already  ana  ballots-imported  decision=d source=f counted="1 1-2-3:1"
        ana  decision-closed  decision=d tally=auto
        ! unknown-decision  ana  ballots-imported  decision=e source=f counted="1 1-2-3:1"
    """)
    assert state(story).chosen == ("a",)


def test_where_fewer_than_ten_may_vote_only_the_sums_are_taken(story: Story) -> None:
    few = MANY.replace("eligible=12", "eligible=9")
    story.tell(f"""
        {few}
        ! ballots-identify  ana  ballots-imported  decision=d source=f counted="3 1-2-3:3"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 a>a:3"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 a>b:2 b>a:2"
        ! count-form  ana  ballots-imported  decision=d source=f counted="3 a>b:1 a>b:1"
        ! no-such-option  ana  ballots-imported  decision=d source=f counted="3 a>pool:1"
        ana  ballots-imported  decision=d source=f counted="3 a>b:2 b>a:1 a>c:3 b>c:3"
        ana  decision-closed  decision=d tally=auto
        {few.replace("=d ", "=e ").replace("schulze", "instant-runoff")}
        ! count-form  ana  ballots-imported  decision=e source=f counted="3 a>b:2"
    """)
    assert state(story).chosen == ("a",)


def test_an_imported_tally_is_held_to_the_ballots_it_says(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b eligible=200 \
method=simple-majority quorum=150 ballots=imported last_day=2026-02-01
        ! closed-too-early  ana  ballots-imported  decision=d source=f counted="190/10 a:100 b:80"
        day 2026-02-02
        ! count-form  ana  ballots-imported  decision=d source=f counted="190/10 a:100 b:81"
        ana  ballots-imported  decision=d source=f counted="190/10 a:100 b:80"
        ana  decision-closed  decision=d tally=auto
    """)
    assert state(story).chosen == ("a",)


def test_a_voter_who_stepped_back_casts_no_ballot(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben,cy \
method=simple-majority last_day=2026-01-10
        ben  recusal-declared  decision=d person=ben has=reason
        ! recused  ben  vote-cast  decision=d voter=ben choice=a
        ! recused  ben  recusal-declared  decision=d person=ben
        ! not-on-electorate  dee  recusal-declared  decision=d person=dee
        cy   vote-cast  decision=d voter=cy choice=a
        ! voted-already  cy  recusal-declared  decision=d person=cy
        ana  vote-cast  decision=d voter=ana choice=a
        # nobody waits for ben
        ana  decision-closed  decision=d tally=auto
        ! decision-closed-already  ana  recusal-declared  decision=d person=ana
    """)
    assert state(story).chosen == ("a",)


def test_nobody_steps_back_for_somebody_who_can_sign(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben,cy \
method=simple-majority last_day=2026-01-10
        op   key-enrolled  person=ben key=k1 public=k1 via=operator
        ! signs-for-themselves  ana  recusal-declared  decision=d person=ben for=ben witness=dee
        ! no-grant  dee  recusal-declared  decision=d person=cy for=cy witness=ben
        ! no-witness     ana  recusal-declared  decision=d person=cy for=cy
        ! witness-not-free  ana  recusal-declared  decision=d person=cy for=cy witness=ana
        ! not-about-you  ana  recusal-declared  decision=d person=cy for=ben witness=dee
        ana  recusal-declared  decision=d person=cy for=cy witness=dee
        day 2026-01-11
        ! voting-over  ben  recusal-declared  decision=d person=ben
    """)


def test_an_interest_is_declared_by_its_owner_and_handled_by_another(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben,cy \
method=simple-majority
        ben  interest-declared  decision=d person=ben nature=employer option=a has=words
        ! no-grant     cy   interest-declared  decision=d person=ben nature=money
        ! no-interest  ana  interest-managed  decision=d person=cy handling=noted
        ! no-grant     ben  interest-managed  decision=d person=ben handling=noted
        ! unknown-decision  ana  interest-managed  decision=e person=ben handling=noted
        ana  interest-declared  decision=d person=ana nature=family
        ! own-interest  ana  interest-managed  decision=d person=ana handling=noted
        ana  interest-managed  decision=d person=ben handling=spoke-did-not-vote
        ana  vote-cast  decision=d voter=ana choice=a
        ! interest-hidden  ana  decision-closed  decision=d tally=auto unhandled=
        ana  decision-closed  decision=d tally=auto
        # late, and shown as late
        cy   interest-declared  decision=d person=cy nature=money
        cy   interest-declared  person=cy nature=office project=breath
        ! not-enrolled  dan  interest-declared  person=dan nature=office
    """)
    assert [a.event.unhandled for a in story.acts if a.type == "decision-closed/v1"] == [
        (ident("person", "ana"),)
    ]


def test_what_was_handled_is_to_be_handled_again_when_declared_again(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben \
method=simple-majority
        ben  interest-declared  decision=d person=ben nature=employer
        ana  interest-managed  decision=d person=ben handling=noted
        ben  interest-declared  decision=d person=ben nature=money
        ! interest-hidden  ana  decision-closed  decision=d tally=auto unhandled=
    """)


CONSENT = (
    "ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben,cy "
    "method=consent"
)


def test_a_reasoned_objection_stands_until_it_is_taken_back(story: Story) -> None:
    story.tell(f"""
        {CONSENT}
        ana  vote-cast  decision=d voter=ana choice=a
        ! ballot-form  ben  objection-raised  decision=d person=ben option=a
        ! not-on-electorate  dee  objection-raised  decision=d person=dee option=a has=reason
        ! no-such-option  ben  objection-raised  decision=d person=ben option=c has=reason
        ! no-objection  ben  objection-withdrawn  decision=d person=ben option=a
        ben  objection-raised  decision=d person=ben option=a has=reason
        ! objected-already  ben  objection-raised  decision=d person=ben option=a has=reason
        ! no-grant  cy  objection-withdrawn  decision=d person=ben option=a
    """)
    assert story.closing("d")["outcome"] == "not-reached"
    story.tell("""
        ben  objection-withdrawn  decision=d person=ben option=a has=reason
        ana  decision-closed  decision=d tally=auto
        ! decision-closed-already  ben  objection-raised  decision=d person=ben option=a has=reason
    """)
    assert state(story).chosen == ("a",)


def test_an_objection_and_a_vote_against_by_one_person_count_once(story: Story) -> None:
    story.tell(f"""
        {CONSENT}
        ben  objection-raised  decision=d person=ben option=a has=reason
        ben  vote-cast  decision=d voter=ben choice=b against=a has=reason
    """)
    against = story.closing("d")["tally"]["against"]
    assert list(against) == [{"option": "a", "votes": 1}]


def test_under_a_majority_an_objection_stops_nothing_but_dissent_is_kept(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben \
method=simple-majority
        ! ballot-form  ben  objection-raised  decision=d person=ben option=a has=reason
        ! not-closed   ben  dissent-stated  decision=d person=ben has=words
        ana  vote-cast  decision=d voter=ana choice=a
        ana  decision-closed  decision=d tally=auto
        ben  dissent-stated  decision=d person=ben has=words
        ! not-on-electorate  dee  dissent-stated  decision=d person=dee has=words
    """)


def test_the_charter_says_which_decisions_are_major_and_those_give_reasons(story: Story) -> None:
    base = "project=breath options=a,b electorate=ana,ben method=simple-majority"
    story.tell(f"""
        ! major-as-the-charter-lists  ana  decision-opened  decision=d {base} subject=budget
        ! unknown-decision  ana  decision-opened  decision=d {base} revisits=x
    """)
    body = story.act(f"ana decision-opened decision=d {base} subject=budget").event.as_body()
    story.say("ana", "decision-opened", {**body, "major": True})
    with pytest.raises(Exception, match="major-as-the-charter-lists"):
        other = {**body, "decision": ident("decision", "e"), "subject": "tea", "major": True}
        story.say("ana", "decision-opened", other)
    story.tell("""
        ana  vote-cast  decision=d voter=ana choice=a
        ! reasons-missing  ana  decision-closed  decision=d tally=auto
        ! not-enrolled     ana  decision-closed  decision=d tally=auto owner=dan has=reasons
        ana  decision-closed  decision=d tally=auto owner=ben has=reasons
    """)


def test_a_decision_of_the_whole_programme_needs_an_unlimited_grant(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=decision scope.project=breath  as=g
        ! outside-scope  ben  decision-opened  decision=d options=a,b electorate=ana,ben \
method=simple-majority under=g
        ana  decision-opened  decision=d options=a,b electorate=ana,ben method=simple-majority
    """)


def test_votes_recorded_afterwards_stay_in_history(story: Story) -> None:
    story.tell(f"""
        {RANKED} history on=2020-05-01
        ana  vote-cast  decision=d voter=ben ranking=a>b history on=2020-05-02
        ! stands-on-history  ben  vote-cast  decision=d voter=ben ranking=a>b
        ! before-it-happened  ana  recusal-declared  decision=d person=cy history on=2020-04-01
        ana  recusal-declared  decision=d person=cy history on=2020-05-02
        ana  decision-closed  decision=d tally=auto history on=2020-05-03
        {RANKED.replace("=d ", "=live ")}
        ! history-over-live  ana  recusal-declared  decision=live person=cy history
    """)


def test_who_decides_alone_on_what_they_put_forward_has_an_interest(story: Story) -> None:
    body = story.act(
        "ana decision-opened decision=d project=breath options=a,b electorate=ana method=executive"
    ).event.as_body()
    body["options"][0]["put_by"] = ident("person", "ana")
    story.say("ana", "decision-opened", body)
    story.tell("""
        ana  vote-cast  decision=d voter=ana choice=a
        ! interest-hidden  ana  decision-closed  decision=d tally=auto unhandled=
    """)
    assert story.closing("d")["unhandled"] == (ident("person", "ana"),)
    story.tell("""
        ana  power-granted  to=ben kinds=chairing scope.project=breath  as=g
        ana  interest-declared  decision=d person=ana nature=own-proposal
        ben  interest-managed  decision=d person=ana handling=independent-check under=g
        ana  decision-closed  decision=d tally=auto unhandled=
    """)


def test_what_an_auditable_decision_cites_and_one_does_not_is_said(story: Story) -> None:
    base = "project=breath electorate=ana,ben method"
    story.tell(f"""
        ana  decision-opened  decision=d {base}=consent options=a
        ana  decision-closed  decision=d tally=auto
        ana  decision-opened  decision=e {base}=simple-majority options=a,b
        ana  decision-closed  decision=e tally=auto has=reasons evidence=minutes
        {MANY.replace("=d ", "=f ")}
        ana  ballots-imported  decision=f source=f counted="3 1-2-3:3"
        ana  decision-closed  decision=f tally=auto has=reasons evidence=minutes
    """)
    assert state(story, "d").lacks == ("options", "reasons", "evidence")
    assert state(story, "e").lacks == ()
    assert state(story, "f").lacks == ("electorate",)
