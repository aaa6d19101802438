"""Reading a published directory, whose every byte may be hostile.

    class  policy  checkpoint  checkpoints/SIZE  tile/…  consistency/OLD-NEW
    proofs/INDEX.tlog-proof  envelopes/HH/HASH.json  withheld  disclosures.jsonl  keys.json

Promise: each file is read whole, within the size such a file can have, and parsed all or nothing;
no link is followed and no name taken from a file opens another. Nothing is verified here: that
is what ``ledger.check`` does. Source: format §5.

The texts that publisher and checker must write alike (``keys_text``, ``withheld_lines``,
``disclosure_line``) are here too, in one place.
"""

from __future__ import annotations

import contextlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

from ledger.checkpoint import parse_size
from ledger.encoding import is_hash
from ledger.errors import Malformed, StorageFailed
from ledger.keys import PublicKey, public_key
from ledger.note import MAX_NOTE
from ledger.policy import MAX_POLICY
from ledger.rooted import RootedFolder
from ledger.tiles import TILE_WIDTH, TileReader, parse_bundle, tile_path
from ledger.tree import HASH_SIZE

DirectoryClass = Literal["public", "auditor"]
CLASSES: Final[tuple[DirectoryClass, ...]] = ("public", "auditor")

#: There while a publication replaces files; what is read meanwhile belongs to two sizes.
PUBLISHING: Final = ".publishing"

MAX_ENVELOPE: Final = 1 << 20
#: Our entries are 91 bytes, each with its length of 2.
_MAX_BUNDLE: Final = TILE_WIDTH * (2 + 91)
_MAX_PROOF: Final = MAX_NOTE + 8192
_MAX_WITHHELD: Final = 65 * 4_000_000
_MAX_KEYS: Final = 64 << 20
_MAX_LINE: Final = 512 * 1024
_MAX_BUNDLES: Final = 1 << 24

_CONSISTENCY: Final = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
_PROOF: Final = re.compile(r"([0-9]{1,19})\.tlog-proof")
_SIZE: Final = re.compile(r"[0-9]{1,19}")
_DISCLOSURE: Final = re.compile(rb'\{"envelope":"([0-9a-f]{64})","disclosure":"([A-Za-z0-9_-]+)"\}')


class Directory:
    """A published directory of one class; use it in a ``with`` block, or ``close`` it.

    Raises StorageFailed when ``path`` is no folder and Malformed when its class cannot be read.
    A method for a part that a directory may lack answers None; the others raise Malformed for
    a part that is missing, and all raise it for one that does not parse.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._files = RootedFolder(self.path)
        try:
            self.shown_as = self._class()
        except BaseException:
            self._files.close()
            raise

    def __enter__(self) -> Directory:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[type[Directory], tuple[Path]]:
        """A worker process opens the folder again."""
        return Directory, (self.path,)

    def close(self) -> None:
        """Let go of the open folders."""
        self._files.close()

    def policy(self) -> bytes | None:
        """The policy the operator suggests; it proves nothing about the operator."""
        return self._files.read("policy", MAX_POLICY)

    def checkpoint(self) -> bytes | None:
        """The newest checkpoint, a signed note."""
        return self._files.read("checkpoint", MAX_NOTE)

    def checkpoint_sizes(self) -> list[int]:
        """The sizes of the retained checkpoints, smallest first."""
        names = self._names("checkpoints", _SIZE)
        return sorted(parse_size(match[0], "checkpoints/") for match in names)

    def checkpoint_at(self, size: int) -> bytes:
        """The retained checkpoint of this size, a signed note."""
        return self._need(f"checkpoints/{size}", MAX_NOTE)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first ``width`` hashes (1 to 256) of a tile, out of the full one if need be."""
        data = self._widest(level, index, width, TILE_WIDTH * HASH_SIZE)
        if len(data) % HASH_SIZE or len(data) < width * HASH_SIZE:
            raise Malformed(f"{tile_path(level, index, width)}: {len(data)} bytes is no such tile")
        return data[: width * HASH_SIZE]

    def hash_reader(self, size: int) -> TileReader:
        """The hashes of the tree of ``size`` entries, as the tiles have them."""
        return TileReader(size, self.tile)

    def bundle(self, index: int, width: int) -> list[bytes]:
        """The first ``width`` entries (1 to 256) of an entry bundle."""
        entries = parse_bundle(self._widest("entries", index, width, _MAX_BUNDLE))
        if len(entries) not in (width, TILE_WIDTH):
            raise Malformed(
                f"{tile_path('entries', index, width)}: expected {width} entries, "
                f"found {len(entries)}"
            )
        return entries[:width]

    def count_bundles(self) -> int:
        """How many files and folders lie below ``tile/entries``: no fewer than there are bundles.

        At most ``_MAX_BUNDLES`` are counted.
        """
        waiting, count = ["tile/entries"], 0
        while waiting and count < _MAX_BUNDLES:
            folder = waiting.pop()
            with contextlib.suppress(Malformed):  # a file; or said when it is read as a tile
                names = self._files.names(folder)
                count += len(names)
                waiting += [f"{folder}/{name}" for name in names if name.startswith("x")]
        return count

    def envelope(self, envelope_hash: str) -> bytes | None:
        """The envelope in the file of this hash, not yet hashed; None where it is not shown."""
        return self._files.read(envelope_path(envelope_hash), MAX_ENVELOPE)

    def withheld(self) -> Withheld:
        """The hashes of the envelopes that this class does not show; none without the file."""
        return Withheld.parse(self._files.read("withheld", _MAX_WITHHELD) or b"")

    def disclosures(self) -> Iterator[tuple[str, str]]:
        """``(envelope hash, disclosure text)`` of each line, in the order of the file.

        Raises Malformed at the first line that is not exactly what ``disclosure_line`` writes.
        """
        for number, line in enumerate(self._files.lines("disclosures.jsonl", _MAX_LINE), start=1):
            yield _parse_disclosure(number, line)

    def keys(self) -> bytes | None:
        """``keys.json`` as it stands; ``parse_keys`` reads it, ``keys_text`` is what it must be."""
        return self._files.read("keys.json", _MAX_KEYS)

    def consistency_pairs(self) -> list[tuple[int, int]]:
        """``(old, new)`` of each consistency file, in the order of sizes."""
        names = self._names("consistency", _CONSISTENCY)
        return sorted(
            (parse_size(match[1], "consistency/"), parse_size(match[2], "consistency/"))
            for match in names
        )

    def consistency(self, old: int, new: int) -> bytes:
        """An add-checkpoint request from size ``old`` to ``new`` (``witness.parse_request``)."""
        return self._need(f"consistency/{old}-{new}", _MAX_PROOF)

    def proof_indexes(self) -> list[int]:
        """The entries for which there is a ``.tlog-proof``, in order."""
        return sorted(parse_size(match[1], "proofs/") for match in self._names("proofs", _PROOF))

    def proof(self, index: int) -> bytes:
        """The ``.tlog-proof`` of one entry (``proof.parse_proof``)."""
        return self._need(f"proofs/{index}.tlog-proof", _MAX_PROOF)

    def _class(self) -> DirectoryClass:
        if self._files.read(PUBLISHING, 4096) is not None:
            raise StorageFailed(
                f"{self.path} is being published, or that was cut short: it is between two sizes",
                hint="publish again to finish it, or wait and try again",
            )
        text = self._need("class", 16)
        for cls in CLASSES:
            if text == f"{cls}\n".encode():
                return cls
        raise Malformed(f"{self.path / 'class'}: expected 'public' or 'auditor', found {text!r}")

    def _need(self, path: str, limit: int) -> bytes:
        if (data := self._files.read(path, limit)) is None:
            raise Malformed(f"{self.path / path} is missing")
        return data

    def _widest(self, level: int | Literal["entries"], index: int, width: int, limit: int) -> bytes:
        """The tile of this width; a partial one may have been replaced by the full one."""
        path = tile_path(level, index, width)
        data = self._files.read(path, limit)
        if data is None and width < TILE_WIDTH:
            data = self._files.read(tile_path(level, index), limit)
        if data is None:
            raise Malformed(f"{self.path / path} is missing")
        return data

    def _names(self, folder: str, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for name in self._files.names(folder):
            if (match := form.fullmatch(name)) is None:
                raise Malformed(f"{self.path / folder}: {name[:80]!r} has no place there")
            yield match


class Withheld:
    """Hashes in the order of their bytes, packed to 32 each: a million take 32 MB.

    Membership and length are by hex text, as everywhere.
    """

    __slots__ = ("_packed",)

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @classmethod
    def parse(cls, data: bytes) -> Withheld:
        """The hashes in a ``withheld`` file. Raises Malformed unless sorted, without repeats."""
        count, rest = divmod(len(data), 65)
        packed = bytearray()
        previous = b""
        for number in range(count):
            line = data[65 * number : 65 * number + 65]
            if line[64:] != b"\n" or not is_hash(line[:64].decode("latin-1")) or line <= previous:
                raise Malformed(f"withheld, line {number + 1}: not a hash in ascending order")
            packed += bytes.fromhex(line[:64].decode())
            previous = line
        if rest:
            raise Malformed("withheld: the last line is not whole")
        return cls(bytes(packed))

    def __len__(self) -> int:
        return len(self._packed) // 32

    def __getitem__(self, at: int) -> bytes:
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._packed[32 * at : 32 * at + 32]

    def __iter__(self) -> Iterator[str]:
        return (self[at].hex() for at in range(len(self)))

    def __contains__(self, envelope_hash: object) -> bool:
        if not is_hash(envelope_hash):
            return False
        wanted = bytes.fromhex(str(envelope_hash))
        at = bisect_left(self, wanted, 0, len(self))
        return at < len(self) and self[at] == wanted


def envelope_path(envelope_hash: str) -> str:
    """``envelopes/HH/HASH.json``. Raises Malformed for what is not a hash: it names a file."""
    if not is_hash(envelope_hash):
        raise Malformed(f"{str(envelope_hash)[:80]!r} is not the hash of an envelope")
    return f"envelopes/{envelope_hash[:2]}/{envelope_hash}.json"


def withheld_lines(digests: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of the ``withheld`` file for these 32-byte hashes: sorted, in hex."""
    return (digest.hex().encode() + b"\n" for digest in sorted(digests))


def disclosure_line(envelope_hash: str, text: str) -> bytes:
    """One line of ``disclosures.jsonl``, with its LF."""
    return b'{"envelope":"%s","disclosure":"%s"}\n' % (envelope_hash.encode(), text.encode())


def keys_text(keys: Iterable[PublicKey]) -> bytes:
    """``keys.json`` for these keys: one a line, in the order of key ids.

    Replay gives the same bytes, so a checker compares them whole.
    """
    lines = [
        json.dumps(
            {
                "keyid": key.key_id,
                "keytype": "ed25519",
                "scheme": "ed25519",
                "keyval": {"public": key.hex()},
            },
            separators=(",", ":"),
        )
        for key in sorted(set(keys), key=lambda key: key.key_id)
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def parse_keys(data: bytes) -> dict[str, PublicKey]:
    """The keys in ``keys.json`` by key id. Raises Malformed unless it is what ``keys_text`` gives.

    They are only claimed: what makes a key good is its enrolment in the log.
    """
    try:
        listed = json.loads(data)
        keys = [public_key(str(item["keyval"]["public"])) for item in listed]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Malformed("keys.json: not a list of Ed25519 keys") from error
    if keys_text(keys) != data:
        raise Malformed("keys.json: not the keys in the form and order the format gives them")
    return {key.key_id: key for key in keys}


def _parse_disclosure(number: int, line: bytes) -> tuple[str, str]:
    if (match := _DISCLOSURE.fullmatch(line)) is None:
        raise Malformed(f"disclosures.jsonl, line {number}: not in the one form a line can have")
    return match[1].decode(), match[2].decode()
