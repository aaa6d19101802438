"""``tally init``: make a new ledger directory, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli.lazy import Command
from cli.settings import settings_of


@click.command(
    cls=Command,
    example='tally init late-clinic --name "Late clinic" --founder "Ana Silva" --currency GBP',
)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the ledger is called.")
@click.option("--founder", help="Your name: the first person, who may do everything.")
@click.option("--purpose", help="One sentence about what it is for.")
@click.option("--origin", default="", help="Its permanent unique name, e.g. example.org/clinic.")
@click.option("--currency", default="GBP", show_default=True, help="Three letters.")
@click.option("--zone", help="Time zone of all dates; this computer's if left out.")
@click.option("--store", default="sqlite:///ledger.db", show_default=True, help="Or postgresql://…")
@click.option(
    "--charter",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON that sets more of the charter: grants, amendment, major, thresholds, …",
)
@click.option(
    "--no-passphrase", is_flag=True, help="Leave the keys unprotected: for demos and scripts."
)
@click.pass_context
def init(
    ctx: click.Context,
    /,
    directory: Path,
    name: str,
    founder: str | None,
    zone: str | None,
    charter: Path | None,
    no_passphrase: bool,
    **more: Any,
) -> None:
    """Make a new ledger in DIR: keys, charter, trust policy, store and tally.toml.

    Either all of it is there afterwards, or nothing is.
    """
    from cli.founding import Founding, found, local_zone
    from cli.keyfiles import new_passphrase
    from cli.output import Out

    settings = settings_of(ctx)
    founding = Founding(
        name=name.strip(),
        founder=_founder(ctx, founder),
        zone=zone or local_zone(),
        passphrase=new_passphrase(settings, "the new keys", none=no_passphrase),
        charter=_charter(charter),
        **more,
    )
    out = Out(settings)
    with found(directory, founding, settings) as workspace:
        config, head = workspace.config, workspace.ledger.head()
        keys = sorted(file.name for file in workspace.keys.files())
        form = {
            "directory": str(workspace.directory),
            "origin": config.origin,
            "person": config.person,
            "size": head.size,
            "keys": keys,
        }
        out.answer(
            form,
            [
                f"✔ The ledger «{config.name}» is in {workspace.directory}.",
                f"  Founder: {founding.founder} · currency {config.currency} · zone {config.zone}",
                f"  Keys: {', '.join(keys)} in keys/"
                + (" (no passphrase: anyone who can read them can sign)" if no_passphrase else ""),
                "  Back up keys/ and vault.db now, apart from each other and from ledger.db.",
                f'  Next: cd {directory} && tally project open "…"',
            ],
        )


def _founder(ctx: click.Context, founder: str | None) -> str:
    from cli.errors import WrongInput

    settings = settings_of(ctx)
    if founder is None:
        if settings.no_input or settings.json:
            raise WrongInput("The ledger needs a founder.", "Add --founder NAME.")
        founder = str(click.prompt("Your name", err=True))
    if not founder.strip():
        raise WrongInput("The founder's name is empty.", "Add --founder NAME.")
    return " ".join(founder.split())


def _charter(path: Path | None) -> dict[str, Any]:
    from cli.errors import WrongInput

    if path is None:
        return {}
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongInput(f"{path} is not JSON: {error}.", "See `tally init --help`.") from error
    if not isinstance(fields, dict):
        raise WrongInput(f"{path}: expected one JSON object, found something else.")
    return fields
