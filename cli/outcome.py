"""What comes of a decision: its close, an override by a cited rule, its reversal.

Tally and outcome are counted from the ballots and never typed in; nor is what an override gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Manner, evidence_hash, writes

if TYPE_CHECKING:
    from cli.standing import Standing
    from cli.workspace import Workspace

KINDS = ("seat-limit", "eligibility", "casting-vote", "lot", "veto", "other")
BASES = ("charter", "decision", "document")
FILLS = ("next-in-order", "recount", "left-vacant")


@click.command(
    "close", cls=Command, example='tally decision close "Open late?" --owner "Ana Silva"'
)
@click.argument("which", metavar="DECISION")
@click.option("--reasons", help="Why; anyone may read it.")
@click.option("--dissent", help="What those who disagreed said.")
@click.option("--owner", metavar="PERSON", help="Who carries it out.")
@click.option("--review-on", metavar="DATE", help="When it is looked at again.")
@click.option("--evidence", metavar="FILE", help="What shows it: its hash is recorded.")
@writes
@with_workspace
def close(
    ws: Workspace,
    which: str,
    reasons: str | None,
    dissent: str | None,
    owner: str | None,
    review_on: str | None,
    evidence: str | None,
    manner: Manner,
) -> None:
    """End voting. Tally and outcome are counted from the ballots, never typed in.

    Whoever has an interest that nobody handled is named in the entry.
    """
    from cli.answering import tell
    from cli.dates import parse_day
    from cli.writer import Writer

    decided = ws.need("decision", which)
    body = {
        "owner": ws.find("person", owner),
        "review_on": parse_day(review_on).isoformat() if review_on else None,
        "evidence": evidence_hash(evidence),
    }
    values = {"reasons": reasons, "dissent": dissent}
    written, stand = _close(ws, Writer(ws), decided, body, values, manner)
    tell(ws, written, then=_outcome(stand))


def _close(
    ws: Workspace,
    writer: Any,
    decided: str,
    more: dict[str, Any],
    values: dict[str, Any],
    manner: Manner,
) -> tuple[Any, Standing]:
    """Count and record; count again when a ballot arrived in between."""
    from cli.standing import standing
    from domain.refusal import Refused

    for attempt in range(3):
        stand = standing(ws, decided)
        body = {"decision": decided, **stand.counting(), **more}
        try:
            return writer.write("decision-closed/v1", body, values, manner=manner), stand
        except Refused as refusal:
            moved = refusal.rule in {"tally-differs", "outcome-differs", "interest-hidden"}
            if not moved or attempt == 2:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _outcome(stand: Standing) -> str:
    counted = stand.counting()
    said = counted["outcome"]
    if counted["chosen"]:
        said += f": {stand.names(counted['chosen'])}"
    if counted["tied"]:
        said += f"; tied: {stand.names(counted['tied'])}"
    if stand.suppressed:
        return f"Outcome: {said}."
    tally = counted["tally"]
    if stand.opened.method == "sortition":
        missing = [one for one in stand.opened.electorate if one not in stand.ballots.secrets]
        names = ", ".join(map(stand.ws.people.label, missing))
        short = f"\n  Never shown: the secret of {names}. Nothing is decided; open a new draw."
        return f"Outcome: {said}.{short if missing else ''}"
    votes = [f"{item['option']} {item['votes']}" for item in tally["support"]]
    numbers = ", ".join(votes) if votes else f"{tally['ballots']} ballots"
    words = f"Outcome: {said} ({numbers}; {tally['abstained']} abstained)."
    if counted["tied"]:
        words += "\n  A tie is broken by a cited rule alone: tally decision override --prefer KEY"
    if counted["unhandled"]:
        names = ", ".join(stand.ws.people.label(one) for one in counted["unhandled"])
        words += f"\n  Has an interest that nobody handled: {names}."
    return words


@click.command(
    "override",
    cls=Command,
    example='tally decision override "Steering committee" --exclude ben --kind seat-limit \\\n'
    '    --rule "No employer holds more than a third of the seats" --evidence charter.pdf',
)
@click.argument("which", metavar="DECISION")
@click.option("--rule", help="The text of the rule; anyone may read it.")
@click.option("--kind", type=click.Choice(KINDS), default="other", help="What kind of rule.")
@click.option("--basis", type=click.Choice(BASES), help="Where it stands.")
@click.option("--cites", metavar="DECISION", help="The earlier decision that made it.")
@click.option("--evidence", metavar="FILE", help="The document with it: its hash is recorded.")
@click.option("--exclude", "excludes", multiple=True, metavar="KEY", help="Whom it keeps out.")
@click.option("--fills", type=click.Choice(FILLS), default="next-in-order", help="Who follows.")
@click.option(
    "--prefer", "prefers", multiple=True, metavar="KEY", help="Whom of the tied it takes."
)
@click.option("--reasons", help="Why it applies; anyone may read it.")
@writes
@with_workspace
def override(
    ws: Workspace,
    which: str,
    rule: str | None,
    basis: str | None,
    cites: str | None,
    evidence: str | None,
    reasons: str | None,
    manner: Manner,
    **effect: Any,
) -> None:
    """Change what was chosen by a rule that you cite. The tally stays as it was counted.

    The rule's text goes on record, and where it stands: the charter, an earlier decision (--cites)
    or a document (--evidence). What follows from it is counted, not typed in.
    """
    from cli.answering import tell
    from cli.errors import WrongInput
    from cli.standing import standing
    from cli.writer import Writer
    from domain import override as rules
    from domain.catalogue import parse

    if rule is None:
        raise WrongInput(
            "An outcome is overridden only by a rule whose text is given.",
            'Add --rule "…", with --cites DECISION or --evidence FILE unless the charter has it.',
        )
    decided = ws.need("decision", which)
    stand = standing(ws, decided)
    body: dict[str, Any] = {
        "decision": decided,
        "basis": basis or ("decision" if cites else "document" if evidence else "charter"),
        "kind": effect["kind"],
        "cites": ws.find("decision", cites),
        "evidence": evidence_hash(evidence),
        "excludes": list(effect["excludes"]),
        "fills": effect["fills"],
        "prefers": list(effect["prefers"]),
    }
    asked = {name: value for name, value in body.items() if value is not None}
    event = parse("decision-overridden/v1", {**asked, "outcome": "decided"})
    if not isinstance(event, rules.DecisionOverridden):
        raise TypeError(f"{event!r} is no override")
    given = rules.overridden(stand.ballots, event)
    body |= {"outcome": given.outcome, "chosen": list(given.chosen)}
    values = {"rule": rule, "reasons": reasons}
    written = Writer(ws).write("decision-overridden/v1", body, values, manner=manner)
    tell(ws, written, then=f"What stands: {given.outcome}: {', '.join(given.chosen) or 'nothing'}.")


@click.command(
    "reverse", cls=Command, example='tally decision reverse "Open late?" --by "Close at five?"'
)
@click.argument("which", metavar="DECISION")
@click.option("--by", "later", required=True, metavar="DECISION", help="The later one.")
@click.option("--reasons", help="Why; anyone may read it.")
@writes
@with_workspace
def reverse(ws: Workspace, which: str, later: str, reasons: str | None, manner: Manner) -> None:
    """End a decision by a later one that revisited it (opened with --revisits) and was adopted."""
    from cli.answering import tell
    from cli.writer import Writer

    body = {"decision": ws.need("decision", which), "by": ws.need("decision", later)}
    written = Writer(ws).write("decision-reversed/v1", body, {"reasons": reasons}, manner=manner)
    tell(ws, written)
