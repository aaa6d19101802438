"""``tally contribution`` later on, and ``tally correct``: sort, level, artefact, stand instead.

Nothing is edited: the latest word of each field counts, and earlier ones stay readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import SCALES, STAGES
from cli.contribution import KINDS, LEVELS
from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, evidence_hash, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

FORMS = ("text", "image", "audio", "video", "data", "code", "object", "other")
CAUSES = ("mistake", "dispute", "late-news", "wrong-person", "duplicate")
SPEAKS = ("self", "other", "general", "unsaid")


@click.command(cls=Command, example="tally contribution sort leaflet --stage S4b --kind writing")
@click.argument("which", metavar="CONTRIBUTION")
@click.option("--stage", type=click.Choice(STAGES), help="S1 define … S6 share.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), metavar="KIND",
              help="advice, design, travel-and-waiting, …")  # fmt: skip
@click.option("--level", type=click.Choice(LEVELS), help="The level claimed.")
@click.option("--scale", type=click.Choice(SCALES), help="For how many.")
@click.option("--speaks-for", type=click.Choice(SPEAKS), help="Of oneself, another, in general.")
@click.option("--problem", metavar="PROBLEM", help="The problem it concerns.")
@click.option("--decision", metavar="DECISION", help="The decision it fed.")
@click.option("--reason", help="Why it is sorted so, in words.")
@writes
@with_workspace
def sort(ws: Workspace, which: str, reason: str | None, manner: Manner, **more: Any) -> None:
    """Sort a CONTRIBUTION, now or anew; fields you leave out stay as they are."""
    from cli.errors import WrongInput
    from cli.recording import made_by, record

    fields = {
        "stage": more["stage"],
        "kinds": list(more["kinds"]) or None,
        "level": more["level"],
        "scale": more["scale"],
        "speaks_for": more["speaks_for"],
        "problem": ws.find("problem", more["problem"]),
        "decision": ws.find("decision", more["decision"]),
    }
    if not any(fields.values()):
        raise WrongInput("Nothing is said of it.", "Give --stage, --kind, --level or --scale.")
    body = {"contribution": made_by(ws, "contribution", which), **fields}
    record(ws, "contribution-sorted/v1", body, {"reason": reason}, manner=manner)


@click.command(cls=Command, example="tally contribution level consult --stage S2 --as Ben")
@click.argument("level", type=click.Choice(LEVELS))
@click.option("--project", metavar="PROJECT", help="Of which; may be left out if there is one.")
@click.option("--stage", type=click.Choice(STAGES), help="At which stage; left out: altogether.")
@click.option("--contribution", metavar="CONTRIBUTION", help="Of one contribution.")
@click.option("--words", help="In your own words (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def level(ws: Workspace, level: str, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Say at which level it was, as you saw it. Whether it was «with» is yours to say."""
    from cli.recording import made_by, record
    from cli.writer import Writer

    said, of = ws.on_behalf(behalf), more["contribution"]
    body = {
        "person": said["for"] or Writer(ws).acting(),
        "project": ws.need("project", more["project"]),
        "level": level,
        "stage": more["stage"],
        "contribution": made_by(ws, "contribution", of) if of else None,
        **said,
    }
    record(ws, "level-said/v1", body, {"words": more["words"]}, manner=manner)


@click.command(cls=Command, example="tally contribution artefact leaflet leaflet.pdf --form text")
@click.argument("which", metavar="CONTRIBUTION")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--form", type=click.Choice(FORMS), default="other", show_default=True, help="What FILE is."
)
@click.option("--title", help="What it is called.")
@click.option("--where", help="Where it can be found (kept apart, erasable).")
@writes
@with_workspace
def artefact(
    ws: Workspace,
    which: str,
    file: str,
    form: str,
    title: str | None,
    where: str | None,
    manner: Manner,
) -> None:
    """Attach FILE to a CONTRIBUTION: the hash of its bytes is recorded, not the file."""
    from cli.recording import made_by, record

    body = {
        "contribution": made_by(ws, "contribution", which),
        "artefact": evidence_hash(file),
        "form": form,
    }
    record(ws, "artefact-attached/v1", body, {"title": title, "where": where}, manner=manner)


@click.command(cls=Command, example="tally correct 17 --instead 41 --cause dispute")
@click.argument("which", metavar="LINE")
@click.option("--instead", metavar="LINE", required=True, help="The line that is right.")
@click.option(
    "--cause",
    type=click.Choice(CAUSES),
    default="mistake",
    show_default=True,
    help="Why, as a code.",
)
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@writes
@with_workspace
def correct(
    ws: Workspace, which: str, instead: str, cause: str, reason: str | None, manner: Manner
) -> None:
    """Say that a line stands instead of LINE. Record the right one first; nothing is edited.

    A contribution that is corrected no longer counts; the one that stands instead does.
    """
    from cli.recording import line_named, record, standing
    from domain.line import Line

    old = line_named(ws, which)
    body = {
        "line": old,
        "instead": line_named(ws, instead),
        "people": sorted(standing(ws, Line, old).about),
        "cause": cause,
    }
    record(ws, "record-corrected/v1", body, {"reason": reason}, manner=manner)
    _take_back(ws, which, manner)


def _take_back(ws: Workspace, which: str, manner: Manner) -> None:
    """A corrected contribution no longer counts, unless it was taken back already."""
    from cli.names import find_line
    from cli.recording import body_of, standing
    from cli.writer import Writer
    from domain.contribution import Contribution

    entry = find_line(ws.ledger, which)
    if entry.type != "contribution-recorded/v1" or manner.dry_run:
        return
    given = body_of(ws, which, entry.type)["contribution"]
    if standing(ws, Contribution, given).standing:
        body = {"contribution": given, "cause": "mistake"}
        Writer(ws).write("contribution-retracted/v1", body, manner=manner)
