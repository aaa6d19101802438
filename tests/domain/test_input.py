"""Inputs, outputs and commitments: said, answered, cited, published, promised."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.commitment import Commitment
from domain.input import Input
from domain.output import Output
from domain.refusal import NotAnEvent


@pytest.fixture
def story() -> Story:
    """ben and a group have a say; agn answers, pub publishes, rec records."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=next
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=agn
        ana  person-enrolled  person=pub
        ana  person-enrolled  person=rec
        ana  power-granted    to=agn kinds=agenda       as=a
        ana  power-granted    to=pub kinds=publication  as=p
        ana  power-granted    to=rec kinds=record       as=r
        ana  group-recorded   group=ten project=breath label=parents side=community number=10
        ben  problem-proposed  problem=bus project=breath people=ben
    """)


SAID = "input-submitted project=breath"


def test_an_input_is_said_in_ones_own_voice_or_recorded(story: Story) -> None:
    story.tell(f"""
        ben  {SAID} input=i people=ben kind=idea problem=bus  as=said
        rec  {SAID} input=g group=ten under=r
        rec  {SAID} input=h people=ben,cy under=r
        ! input-exists     ben  {SAID} input=i people=ben
        ! nobody-named     ben  {SAID} input=j
        ! no-grant         ben  {SAID} input=j people=cy
        ! not-enrolled     rec  {SAID} input=j people=zoe under=r
        ! unknown-group    rec  {SAID} input=j group=six under=r
        ! unknown-problem  ben  {SAID} input=j people=ben problem=x
        ! unknown-project  ben  input-submitted project=nowhere input=j people=ben
    """)
    story.withdraw("said")
    assert story.world.get(Input, ident("input", "i")).open


def test_an_answer_gives_reasons_and_is_not_ones_own(story: Story) -> None:
    answer = "input-answered project=breath input=i"
    story.tell(f"""
        ben  {SAID} input=i people=ben asked_by=cy on=2026-01-03
        ! no-grant              rec  {answer} people=ben outcome=noted has=reasons
        ! no-reason-given       agn  {answer} people=ben outcome=noted under=a
        ! unknown-input         agn  {answer} people=cy outcome=noted has=reasons under=a
        ! before-it-happened    agn  {answer} people=ben outcome=noted has=reasons on=2026-01-02 \
under=a
        ! history-over-live     rec  {answer} people=ben outcome=noted has=reasons history under=r
        ! decision-not-adopted  agn  {answer} people=ben outcome=accepted has=reasons decision=d \
under=a
        cy   {answer} people=ben outcome=explained has=reasons
        agn  {answer} people=ben outcome=accepted has=reasons under=a
        agn  {SAID} input=o people=agn
        ! own-input             agn  input-answered project=breath input=o people=agn \
outcome=accepted has=reasons under=a
    """)


def test_who_said_it_may_say_that_it_was_not_answered(story: Story) -> None:
    story.tell(f"""
        ben  {SAID} input=i people=ben
        agn  input-answered  project=breath input=i people=ben outcome=noted has=reasons under=a
        ! not-your-input  cy   input-not-answered  input=i person=cy
        ! no-grant        cy   input-not-answered  input=i person=ben
        ! unknown-input   ben  input-not-answered  input=x person=ben
        ben  input-not-answered  input=i person=ben
        ! said-already    ben  input-not-answered  input=i person=ben
        rec  {SAID} input=g group=ten under=r
        ! no-grant        cy   input-not-answered  input=g
        rec  input-not-answered  input=g under=r
    """)
    assert story.world.get(Input, ident("input", "i")).open


def test_an_input_is_cited_where_it_counted(story: Story) -> None:
    cited = "input-cited project=breath input=i people=ben"
    story.tell(f"""
        ben  {SAID} input=i people=ben
        pub  output-published  project=breath output=o people=ben:lead under=p
        pub  {cited} output=o under=p
        agn  {cited} problem=bus under=a
        ana  decision-opened  decision=d project=breath options=yes,no* electorate=ana \
method=executive
        ana  {cited} decision=d
        ! unknown-decision  ana  {cited} decision=x
        ! unknown-problem   ana  {cited} problem=x
        ! unknown-output    ana  {cited} output=x
        ! no-grant          ben  {cited} output=o
        ! unknown-input     ana  input-cited project=next input=i people=ben output=o
    """)
    assert story.world.get(Input, ident("input", "i")).cited == 3
    with pytest.raises(NotAnEvent, match="cited in one"):
        story.act(f"ana {cited} output=o problem=bus")


def test_an_official_output_is_replaced_by_one_with_named_writers(story: Story) -> None:
    out = "output-published project=breath"
    story.tell(f"""
        rec  {out} output=old official=yes kind=message history under=r
        pub  {out} output=new replaces=old people=ben:equal,cy:equal groups=ten under=p
        ! output-replaced-already  pub  {out} output=more replaces=old under=p
        ! output-exists            pub  {out} output=new under=p
        ! unknown-output           pub  {out} output=more replaces=x under=p
        ! not-enrolled             pub  {out} output=more people=zoe:lead under=p
        ! unknown-group            pub  {out} output=more groups=six under=p
        ! no-grant                 ben  {out} output=more people=ben:lead
        ! unknown-project          pub  output-published project=nowhere output=more under=p
        ! decision-not-adopted     pub  {out} output=more decision=d under=p
    """)
    assert story.world.get(Output, ident("output", "old")).replaced


def test_a_promise_is_made_and_both_sides_say_what_became_of_it(story: Story) -> None:
    story.tell("""
        agn  commitment-made  commitment=c project=breath person=agn people=ben due=2026-02-01 \
on=2026-01-04
        ! commitment-exists  agn  commitment-made  commitment=c project=breath person=agn
        ! no-grant           ben  commitment-made  commitment=d project=breath person=agn
        ! not-enrolled       agn  commitment-made  commitment=d project=breath person=agn people=zoe
        ! unknown-group      agn  commitment-made  commitment=d project=breath person=agn group=six
        ! unknown-project    agn  commitment-made  commitment=d project=nowhere person=agn
        ! unknown-input      agn  commitment-made  commitment=d project=breath person=agn input=x
        ! unknown-problem    agn  commitment-made  commitment=d project=breath person=agn problem=x
        rec  commitment-made  commitment=d project=breath person=agn group=ten under=r
        ! unknown-commitment  agn  commitment-settled  commitment=c person=ben outcome=kept
        ! no-grant            cy   commitment-settled  commitment=c person=agn outcome=not-kept
        ! before-it-happened  ben  commitment-settled  commitment=c person=agn outcome=not-kept \
on=2026-01-03
        ! history-over-live   rec  commitment-settled  commitment=c person=agn outcome=kept \
history under=r
        ben  commitment-settled  commitment=c person=agn outcome=not-kept
        ! said-already        ben  commitment-settled  commitment=c person=agn outcome=not-kept
    """)
    made: Commitment = story.world.get(Commitment, ident("commitment", "c"))
    assert made.open
    story.tell("""
        agn  commitment-settled  commitment=c person=agn outcome=kept
        agn  matter-carried   matter=commitment:d project=breath to_project=next person=cy under=a
        cy   matter-received  matter=commitment:d project=next person=cy
        ! unknown-matter  agn  matter-carried  matter=input:x project=breath to_project=next \
person=cy under=a
    """)
    assert not story.world.get(Commitment, ident("commitment", "c")).open


def test_a_withdrawn_input_leaves_what_was_said_of_it_allowed(story: Story) -> None:
    story.tell(f"""
        rec  {SAID} input=i people=ben asked_by=cy under=r  as=said
        cy   input-answered  project=breath input=i people=ben outcome=explained has=reasons
        ben  input-not-answered  input=i person=ben
    """)
    story.withdraw("said")
