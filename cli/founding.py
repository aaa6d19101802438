"""Making a ledger: keys, charter, policy, store and ``tally.toml``, all or nothing.

Everything is made in a directory beside the target and renamed at the end, so a directory either
is a whole ledger or is not there. (Of a PostgreSQL store only rows under an origin nobody uses
can be left behind.) The charter is entry 0, signed by the founder and the operator; it gives the
founder every power, to be passed on three times. The founder is then enrolled under it by name.

``tally init``, ``tally start`` and ``tally demo`` all call ``found``.
"""

from __future__ import annotations

import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cli.errors import CliError, WrongInput
from cli.keyfiles import LOG_KEY, OPERATOR_KEY
from cli.settings import Settings

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.keys import SigningKey

_ORIGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,198}[A-Za-z0-9])?")
_CHARTER_FIELDS = frozenset(
    {"grants", "amendment", "major", "thresholds", "disclosure_control", "withdrawable"}
)


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new ledger is to be; ``charter`` may set more of the charter's body."""

    name: str
    founder: str
    origin: str = ""
    store: str = "sqlite:///ledger.db"
    currency: str = "GBP"
    zone: str = "UTC"
    purpose: str | None = None
    passphrase: bytes | None = field(default=None, repr=False)
    charter: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Keys:
    log: SigningKey
    operator: SigningKey
    founder: SigningKey


def found(directory: Path, founding: Founding, settings: Settings) -> Workspace:
    """Make a ledger at ``directory`` and give it back, open for writing.

    Raises:
        WrongInput: the directory is in use, or a name, currency or zone cannot be meant.
    """
    from cli.workspace import CONFIG, Config, Workspace
    from ledger.encoding import new_id

    founding = _checked(directory, founding)
    directory.parent.mkdir(parents=True, exist_ok=True)
    building = directory.with_name(f".{directory.name}.{secrets.token_hex(4)}.making")
    try:
        (building / "keys").mkdir(parents=True, mode=0o700)
        (building / "state").mkdir()
        building.chmod(0o700)
        person, operator = new_id("person"), new_id("operator")
        keys = _make_keys(building / "keys", founding)
        config = Config(
            origin=founding.origin,
            name=founding.name,
            store=founding.store,
            currency=founding.currency,
            zone=founding.zone,
            person=person,
        )
        (building / CONFIG).write_text(config.to_toml(), encoding="utf-8")
        (building / "policy").write_text(_policy(founding.origin, keys.log), encoding="utf-8")
        with Workspace(building, config, settings) as workspace:
            _first_entries(workspace, founding, keys, person, operator)
        _move(building, directory)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Workspace.at(settings, str(directory))


def default_origin(name: str) -> str:
    """An origin nobody else has: the name in plain letters and 40 random bits."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "ledger"
    return f"tally/{plain}-{secrets.token_hex(5)}"


def local_zone() -> str:
    """The time zone this computer is set to, UTC when it does not say."""
    try:
        target = str(Path("/etc/localtime").resolve())
    except OSError:
        return "UTC"
    zone = target.partition("/zoneinfo/")[2]
    return zone if zone and not zone.startswith(("posix", "right")) else "UTC"


def key_file_name(name: str) -> str:
    """A file name for the key of somebody called ``name``."""
    letters = unicodedata.normalize("NFKD", name.casefold())  # «Cléo» becomes cleo, not cl-o
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:40] or "person"
    return f"{plain}-key" if plain in (LOG_KEY, OPERATOR_KEY) else plain


def check_free(directory: Path) -> None:
    """Raise WrongInput when something lies in ``directory`` already."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        ledger = (directory / "tally.toml").is_file()
        raise WrongInput(
            f"{directory} is a ledger already."
            if ledger
            else f"{directory} exists and is not empty.",
            "Choose another directory; nothing was touched.",
        )


def check_currency(code: str) -> None:
    """Raise WrongInput unless ``code`` is three capital letters, as in ISO 4217."""
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise WrongInput(f"«{code}» is not a currency.", "Write its three letters: GBP, EUR, PEN.")


def _checked(directory: Path, founding: Founding) -> Founding:
    from dataclasses import replace
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    check_free(directory)
    origin = founding.origin or default_origin(founding.name)
    if not _ORIGIN.fullmatch(origin):
        raise WrongInput(
            f"«{origin}» cannot be the origin of a ledger.",
            "Use letters, digits, dots, dashes and slashes, such as example.org/late-clinic.",
        )
    check_currency(founding.currency)
    try:
        ZoneInfo(founding.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongInput(
            f"«{founding.zone}» is not a time zone known here.",
            "Write one such as Europe/London or America/Lima.",
        ) from error
    unknown = sorted(set(founding.charter) - _CHARTER_FIELDS)
    if unknown:
        raise WrongInput(
            f"The charter file sets {', '.join(unknown)}, which is not its to set.",
            f"It may set {', '.join(sorted(_CHARTER_FIELDS))}.",
        )
    return replace(founding, origin=origin)


def _make_keys(directory: Path, founding: Founding) -> _Keys:
    from ledger.keys import SigningKey

    keys = _Keys(SigningKey.generate(), SigningKey.generate(), SigningKey.generate())
    for name, key in (
        (LOG_KEY, keys.log),
        (OPERATOR_KEY, keys.operator),
        (key_file_name(founding.founder), keys.founder),
    ):
        key.save(directory / name, founding.passphrase)
    return keys


def _policy(origin: str, log: SigningKey) -> str:
    from ledger.note import ED25519, make_vkey

    return (
        "# Whom this ledger's own checks trust. Add `witness NAME VKEY` and a quorum when others\n"
        "# cosign; a stranger brings a policy of their own.\n"
        f"log {make_vkey(origin, ED25519, log.public)}\n"
        "quorum none\n"
    )


def _first_entries(
    workspace: Workspace, founding: Founding, keys: _Keys, person: str, operator: str
) -> None:
    """The charter, and the founder enrolled under it; the keys need not be asked for again."""
    from cli.opening import create_ledger
    from cli.writer import Writer

    create_ledger(workspace)
    workspace.keys.hold(keys.operator, keys.founder)
    writer = Writer(workspace)
    writer.write_charter(
        _charter(founding, keys, person, operator),
        {"name": founding.name, "purpose": founding.purpose},
        operator,
        (keys.operator, keys.founder),
    )
    writer.write(
        "person-enrolled/v1",
        {"person": person, "route": "founder"},
        {"name": founding.founder},
        author=person,
    )


def _charter(founding: Founding, keys: _Keys, person: str, operator: str) -> dict[str, Any]:
    from domain.catalogue import EVENTS
    from domain.values import Power
    from ledger.note import ED25519, make_vkey

    body: dict[str, Any] = {
        "origin": founding.origin,
        "log": make_vkey(founding.origin, ED25519, keys.log.public),
        "keys": [
            {
                "key": keys.operator.key_id,
                "public": keys.operator.public.hex(),
                "operator": operator,
            },
            {"key": keys.founder.key_id, "public": keys.founder.public.hex(), "person": person},
        ],
        "grants": [{"to": person, "kinds": list(get_args(Power)), "scope": {}, "onward": 3}],
        "rules": "1",
        "currency": founding.currency,
        "zone": founding.zone,
        "amendment": {"rule": "founders", "needed": 1},
        "thresholds": {},
        # Statistics convention for small numbers (domain.md section 10): 1 to 7 are hidden.
        "disclosure_control": {"smallest": 8, "round-to": 5},
        "withdrawable": sorted(name for name, event in EVENTS.items() if event.withdrawable),
    }
    body.update(founding.charter)
    for grant in body["grants"]:
        if isinstance(grant, dict):
            grant.setdefault("to", person)
    return body


def _move(building: Path, directory: Path) -> None:
    try:
        building.replace(directory)
    except OSError as error:
        raise CliError(
            f"The ledger was made but could not be moved to {directory}: "
            f"{(error.strerror or str(error)).lower()}.",
            "Choose another directory; nothing was left behind.",
        ) from error
