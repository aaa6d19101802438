"""A ledger directory: finding it, what lies in it, and opening it.

    tally.toml      origin, name, store, currency, zone, person (who acts unless --as says else)
    ledger.db       the SQLite store, unless `store` names another
    vault.db        the data keys of personal values; back it up apart from the store
    highwater       the largest size ever vouched for: never put back from a backup
    policy          whom this ledger trusts to sign its checkpoints
    keys/           OpenSSH key files; `log` and `operator` are the steward's
    state/          what the last `tally verify` accepted

It is found like a git repository: ``--ledger``, TALLY_LEDGER, the current directory, its parents.

Example:
    with Workspace.at(settings) as workspace:
        workspace.ledger.head()
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from cli.errors import STORAGE, CliError, NoLedger
from cli.keyfiles import KeyFile, KeyRing
from cli.output import Out
from cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from cli.looking import Viewer
    from cli.names import People, Register
    from cli.writing import Behalf
    from ledger.keys import SigningKey
    from ledger.log import Ledger
    from ledger.vault import FileVault
    from projections.judge import Judge

CONFIG = "tally.toml"
_NEXT = (
    "Go to a ledger's directory, name one with --ledger DIR or TALLY_LEDGER, "
    "or make one: tally start"
)


@dataclass(frozen=True, slots=True)
class Config:
    """What ``tally.toml`` says; ``person`` is the id that acts when --as is not given."""

    origin: str
    name: str
    store: str
    currency: str
    zone: str
    person: str = ""

    def to_toml(self) -> str:
        """The text of the file; every value is a basic string."""
        lines = [f"{key} = {_quoted(getattr(self, key))}" for key in self.__slots__]
        return "# A Tallystick ledger. The keys and the store it names lie beside this file.\n" + (
            "\n".join(lines) + "\n"
        )

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read ``tally.toml``.

        Raises:
            NoLedger: the file cannot be read, is not TOML, or lacks a setting.
        """
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise NoLedger(
                f"{path} cannot be read: {why}.",
                "See to it that you may read it, or put it back from a backup.",
                exit_code=STORAGE,
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise NoLedger(
                f"{path} is damaged: {error}.",
                "Mend that line by hand, or put the file back from a backup; the record itself "
                "lies in the store and is not touched.",
            ) from error
        settings: dict[str, str] = {}
        for name in cls.__slots__:
            value = values.get(name, "" if name == "person" else None)
            if not isinstance(value, str) or (name != "person" and not value):
                raise NoLedger(
                    f"{path} lacks the setting `{name}`: expected a text, found {value!r}.",
                    f'Add a line {name} = "…", as `tally init` would have written it.',
                )
            settings[name] = value
        return cls(**settings)


class Workspace:
    """One ledger directory in use; closes what it opened."""

    def __init__(self, directory: Path, config: Config, settings: Settings) -> None:
        self.directory = directory
        self.config = config
        self.settings = settings
        self.out = Out(settings)
        self.keys = KeyRing(directory / "keys", settings)
        self._opened: Ledger | None = None
        self._vault: FileVault | None = None
        self._registers: dict[str, Register] = {}
        #: Who looks in this run; see ``looking.viewer``.
        self.looks: Viewer | None = None

    @classmethod
    def at(cls, settings: Settings, where: str | None = None) -> Self:
        """The ledger that ``where`` or the settings name, or that lies here or above.

        Raises:
            NoLedger: there is none, or its ``tally.toml`` is damaged.
        """
        directory = find_directory(settings, where)
        return cls(directory, Config.read(directory / CONFIG), settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store, if it was opened."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
            self.__dict__.pop("judge", None)
        if self._vault is not None:
            self._vault.close()
            self._vault = None

    @property
    def vault(self) -> FileVault:
        """The vault of data keys, opened on first use and closed with this workspace."""
        if self._vault is None:
            from cli.opening import open_vault

            self._vault = open_vault(self)
        return self._vault

    @property
    def store_url(self) -> str:
        """The store's URL, a relative SQLite path taken from this directory."""
        return store_url(self.config.store, self.directory)

    @property
    def policy_path(self) -> Path:
        """Where the ledger's own trust policy lies."""
        return self.directory / "policy"

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened on first use.

        Raises:
            StorageFailed: the store is missing, damaged, or behind the high-water mark.
            NoLedger: the store holds another ledger than ``tally.toml`` says.
        """
        if self._opened is None:
            from cli.opening import open_ledger

            self._opened = open_ledger(self)
        return self._opened

    def adopt(self, ledger: Ledger) -> None:
        """Use a ledger that was just made, and close it with this workspace."""
        self._opened = ledger
        self.__dict__.pop("judge", None)

    @cached_property
    def judge(self) -> Judge:
        """The rules over this ledger, with what they have folded so far in this run."""
        from projections.judge import Judge

        return Judge(self.ledger)

    @cached_property
    def people(self) -> People:
        """The people of this ledger by name and id."""
        from cli.names import People

        return People(self.ledger)

    def register(self, kind: str) -> Register:
        """The things of one kind (project, problem, …), read once in a run."""
        from cli.names import Register

        if kind == "person":
            return self.people
        if kind not in self._registers:
            self._registers[kind] = Register(self.ledger, kind)
        return self._registers[kind]

    def find(self, kind: str, text: str | None) -> str | None:
        """The id of what ``text`` names; None for None."""
        return None if text is None else self.register(kind).find(text)

    def need(self, kind: str, text: str | None) -> str:
        """The id of what ``text`` names, or of the only thing of its kind when it is left out.

        Raises:
            WrongInput: there are several, or none.
        """
        from cli.errors import WrongInput
        from cli.names import KINDS

        if text is not None:
            return self.register(kind).find(text)
        things = list(self.register(kind).things.values())
        if len(things) == 1:
            return things[0].id
        if not things:
            raise WrongInput(f"There is no {kind} in this ledger yet.", f"First: {KINDS[kind][2]}")
        names = "; ".join(thing.label for thing in things[:5])
        raise WrongInput(
            f"There are {len(things)} {kind}s: {names}.", f"Say which one: --{kind} NAME"
        )

    def on_behalf(self, behalf: Behalf) -> dict[str, str | None]:
        """The body fields that say for whom it is recorded, in whose words, and who was there."""
        return {
            "for": self.find("person", behalf.recorded_for),
            "said_by": self.find("person", behalf.said_by),
            "witness": self.find("person", behalf.witness),
        }

    def forget_names(self) -> None:
        """Read people and things again when next asked: something was just added."""
        self._registers.clear()
        self.__dict__.pop("people", None)

    def today(self) -> date:
        """The UTC day it is now by the run's clock."""
        return self.settings.clock().date()

    def local_today(self) -> date:
        """The day it is now where the ledger lives (the charter's time zone)."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return self.settings.clock().astimezone(ZoneInfo(self.config.zone)).date()
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CliError(
                f"The time zone «{self.config.zone}» in {self.directory / CONFIG} is not known.",
                "Write a name such as Europe/London; on Windows, install the package tzdata.",
            ) from error

    def operator_key(self) -> SigningKey | None:
        """The operator's event key, if its file is here; opens days, signs counts and erasures."""
        file = self.keys.file_of(self.ledger.keyring().operator_key)
        return self.keys.open(file) if file else None

    def log_key_file(self) -> KeyFile | None:
        """The file of the key that signs checkpoints, found by the charter's verifier key."""
        from ledger.note import VerifierKey

        return self.keys.file_of(VerifierKey.parse(self.ledger.keyring().log_vkey).public.key_id)

    def log_key(self) -> SigningKey | None:
        """The log's key, if its file is here: signs checkpoints."""
        file = self.log_key_file()
        return self.keys.open(file) if file else None


def find_directory(settings: Settings, where: str | None = None) -> Path:
    """The directory of the ledger in use.

    Raises:
        NoLedger: nothing at the place named, or nothing here and above.
    """
    named = where or (settings.ledgers[-1] if settings.ledgers else None)
    source = "" if named else " (from TALLY_LEDGER)"
    named = named or os.environ.get("TALLY_LEDGER")
    if named:
        directory = Path(named).expanduser()
        if not (directory / CONFIG).is_file():
            found = "no such directory" if not directory.is_dir() else f"no {CONFIG} in it"
            raise NoLedger(f"{directory}{source} is not a ledger: {found}.", _NEXT)
        return directory.resolve()
    here = Path.cwd()
    for directory in (here, *here.parents):
        if (directory / CONFIG).is_file():
            return directory
    raise NoLedger(f"There is no ledger in {here} or any directory above it.", _NEXT)


def store_url(store: str, directory: Path) -> str:
    """``sqlite:///ledger.db`` beside ``tally.toml`` becomes absolute; other URLs stay."""
    prefix = "sqlite:///"
    if store.startswith(prefix) and not store.startswith("sqlite:////"):
        return prefix + str(directory / store.removeprefix(prefix))
    return store


def with_workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command an open ``Workspace`` as its first argument and close it afterwards."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with Workspace.at(settings_of(click.get_current_context())) as workspace:
            return command(workspace, *args, **kwargs)

    return run


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            escapes.get(c, c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}") for c in text
        )
        + '"'
    )
