"""The choices that commands offer are the ones the rules know: neither fewer nor others.

They are written out in ``cli`` so that ``--help`` need not load the rules; this holds the two
together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from cli import (
    access,
    action,
    agenda,
    body,
    choices,
    claim,
    contribution,
    disputes,
    electorates,
    erase,
    interest,
    key,
    outcome,
    output_,
    payment,
    person,
    presence,
    promise,
    question,
    reflect,
    settling,
    sorting,
    support,
    transfer,
)
from cli import input as said
from domain import access as cases
from domain import action as actions
from domain import (
    advice,
    correction,
    dispute,
    erasure,
    identity,
    membership,
    override,
    ranking,
    reflection,
    spending,
    tally,
    values,
)
from domain import body as bodies
from domain import claim as claims
from domain import commitment as promises
from domain import contribution as given
from domain import input as inputs
from domain import interest as interests
from domain import key as keys
from domain import offer as offers
from domain import output as outputs
from domain import payment as paid
from domain import presence as coming
from domain import problem as problems
from domain import question as asked
from domain import sorting as sortings
from domain import support as supports
from domain import transfer as moves


@pytest.mark.parametrize(
    ("offered", "known"),
    [
        (contribution.STAGES, values.Stage),
        (contribution.LEVELS, values.Level),
        (contribution.SCALES, values.Scale),
        (contribution.KINDS, values.Kind),
        (contribution.CAUSES, given.ContributionRetracted.model_fields["cause"].annotation),
        (question.METHODS, tally.Method),
        (question.COUNT_RULES, ranking.CountRuleName),
        (question.ALLOCATIONS, spending.Allocation),
        (question.BALLOTS, asked.BallotsAre),
        (electorates.CAUSES, asked.LeftOut.model_fields["cause"].annotation),
        (outcome.KINDS, override.DecisionOverridden.model_fields["kind"].annotation),
        (outcome.BASES, override.DecisionOverridden.model_fields["basis"].annotation),
        (outcome.FILLS, override.Fills),
        (interest.NATURES, interests.Nature),
        (interest.HANDLINGS, interests.Handling),
        (erase.GROUNDS, erasure.Ground),
        (key.REASONS, keys.Reason),
        (payment.KINDS, offers.PaymentKind),
        (payment.BASES, offers.Basis),
        (payment.DEPENDS, offers.DependsOn),
        (access.PURPOSES, cases.Purpose),
        (agenda.OUTCOMES, problems.ProblemClosed.model_fields["outcome"].annotation),
        (said.KINDS, inputs.InputSubmitted.model_fields["kind"].annotation),
        (said.OUTCOMES, inputs.Outcome),
        (output_.KINDS, outputs.OutputPublished.model_fields["kind"].annotation),
        (promise.OUTCOMES, promises.CommitmentSettled.model_fields["outcome"].annotation),
        (transfer.WAYS, moves.PowerTransferred.model_fields["way"].annotation),
        (transfer.STATES, moves.PowerSaid.model_fields["state"].annotation),
        (choices.STAGES, values.Stage),
        (action.OUTCOMES, actions.ActionEnded.model_fields["outcome"].annotation),
        (sorting.FORMS, sortings.ArtefactAttached.model_fields["form"].annotation),
        (sorting.CAUSES, correction.RecordCorrected.model_fields["cause"].annotation),
        (sorting.SPEAKS, values.SpeaksFor),
        (support.NEEDS, supports.Need),
        (support.BENEFITS, supports.Benefit),
        (support.RATIONALES, supports.Rationale),
        (support.NAMINGS, supports.Naming),
        (choices.SIDES, values.Side),
        (support.OUTCOMES, supports.SupportMet.model_fields["outcome"].annotation),
        (reflect.TOOLS, reflection.Tool),
        (reflect.SIDES, reflection.EvaluationHeld.model_fields["by"].annotation),
        (reflect.EFFECTS, reflection.OutcomeNoted.model_fields["effect"].annotation),
        (reflect.FOLLOWED, reflection.ImbalanceDiscussed.model_fields["outcome"].annotation),
        (body.CHOSEN, bodies.Chosen),
        (body.CAUSES, bodies.SeatVacated.model_fields["cause"].annotation),
        (disputes.HOW, dispute.PersonTold.model_fields["how"].annotation),
        (disputes.OUTCOMES, dispute.DisputeAnswered.model_fields["outcome"].annotation),
        (presence.WAYS, coming.Way),
        (presence.BASES, identity.PersonsLinked.model_fields["basis"].annotation),
        (claim.KINDS, offers.PaymentKind),
        (claim.CAUSES, claims.Cause),
        (settling.REVERSALS, paid.PaymentReversed.model_fields["cause"].annotation),
        (settling.WRITE_OFFS, paid.PaymentWrittenOff.model_fields["cause"].annotation),
        (settling.RECEIVED, paid.PaymentReceived.model_fields["received"].annotation),
        (settling.ANSWERS, advice.AdviceAnswered.model_fields["answer"].annotation),
        (settling.PACES, advice.PacingRequested.model_fields["pace"].annotation),
        (settling.GIVERS, advice.AdviceOffered.model_fields["by"].annotation),
        (person.SIDES, values.Side),
        (person.ROUTES, membership.Route),
        (choices.POWERS, values.Power),
    ],
)
def test_the_choices_of_a_command_are_those_of_the_rules(
    offered: tuple[str, ...], known: Any
) -> None:
    assert set(offered) == set(get_args(known))


def test_every_thing_with_a_name_is_looked_up_by_a_type_and_value_that_exist() -> None:
    from cli.names import KINDS
    from domain.catalogue import EVENTS

    for types, value, _ in KINDS.values():
        for name in types:
            assert not value or value in EVENTS[name].values, (name, value)


def test_every_event_can_be_recorded_by_a_command() -> None:
    from domain.catalogue import EVENTS

    room = Path(__file__).parent.parent.parent / "cli"
    # Who sees which types, and in which words, is no way to record them.
    silent = {"names.py", "grants.py", "phrases.py", "listing.py"}
    files = [file for file in room.rglob("*.py") if file.name not in silent]
    told = "".join(file.read_text("utf-8") for file in files if file.name != "looking.py")
    told += (room / "looking.py").read_text("utf-8").partition("def look(")[2]
    missing = [
        name
        for name, kind in EVENTS.items()
        if f'"{name}"' not in told and f"{kind.model.__name__}.TYPE" not in told
    ]
    assert not missing
