"""``tally statement``: what is written down about one person, in a file they can check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command(cls=Command, example='tally statement "Ben Okri" --format json -o ben-okri.json')
@click.argument("who", metavar="PERSON")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json"]),
    default="json",
    show_default=True,
    help="As what.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file."
)
@with_workspace
def statement(ws: Workspace, who: str, form: str, output: Path | None) -> None:  # noqa: ARG001
    """Write everything recorded about PERSON, with proofs and the operator's signed count.

    It is for that person, for who holds the power information, and for case access; each look of
    the others is recorded, and is in the statement. The file can be checked anywhere, without this
    ledger: tally verify FILE
    """
    from cli.checkpoint import make_checkpoint
    from cli.errors import NoKey
    from cli.looking import look
    from ledger.bundle_make import make_bundle
    from ledger.files import write_file
    from projections.stage_common import many

    person, operator = ws.people.find(who), ws.operator_key()
    if operator is None:
        raise NoKey(
            f"The count in a statement is signed by the operator, whose key is not in "
            f"{ws.keys.directory}.",
            "Ask the operator to make the statement.",
        )
    look(ws, person, "statement")
    if ws.log_key() is not None:
        make_checkpoint(ws)
    bundle = make_bundle(ws.ledger, person, operator, ws.policy_path.read_text(encoding="utf-8"))
    if output is None:
        click.echo(bundle.decode().rstrip("\n"))
        return
    write_file(output, bundle, mode=0o600)
    lines, whom = sum(1 for _ in ws.ledger.about(person)), ws.people.label(person)
    ws.out.answer(
        {"file": str(output), "person": person, "lines": lines},
        f"✔ {many(lines, f'line about {whom} is', f'lines about {whom} are')} in {output}. "
        f"They can check it with: tally verify {output}",
    )
