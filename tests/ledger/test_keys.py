"""Keys that anybody could sign for are refused; private keys stay private, on disk too."""

from __future__ import annotations

import base64
import doctest
import pickle
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from strategies import KEYS

from ledger import keys
from ledger.encoding import sha256
from ledger.errors import Malformed, Refused, StorageFailed, Unverified
from ledger.keys import MAX_ROUNDS, MIN_ROUNDS, PublicKey, SigningKey, public_key

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SIGN = 1 << 255
PASSPHRASE = b"correct horse battery staple"


def test_the_examples_of_the_module_are_true() -> None:
    assert doctest.testmod(keys).failed == 0


def test_a_key_id_is_the_hash_of_the_der_encoding() -> None:
    key = KEYS[0]
    der = Ed25519PublicKey.from_public_bytes(key.public.raw).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert key.key_id == key.public.key_id == sha256(der).hex()


def test_a_signature_verifies_over_its_own_message_by_its_own_key_only() -> None:
    one, other = KEYS[:2]
    signature = one.sign(b"said")
    one.public.verify(signature, b"said")
    for key, message, sig in (
        (one, b"sad", signature),
        (other, b"said", signature),
        (one, b"said", bytes(64)),
        (one, b"said", signature[:-1]),
        (one, b"said", signature + b"\0"),
        (one, b"said", b""),
    ):
        with pytest.raises(Unverified, match=key.key_id[:16]):
            key.public.verify(sig, message)


def test_a_public_key_is_found_by_bytes_or_hex_and_made_once() -> None:
    key = KEYS[0].public
    assert public_key(key.raw) == public_key(key.hex()) == key
    assert public_key(key.raw) is public_key(key.hex())
    assert len({key, public_key(key.raw)}) == 1
    assert key != KEYS[1].public


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "0" * 63, " " + "0" * 64])
def test_hex_that_is_no_key_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        public_key(text)


def test_a_key_in_capitals_is_malformed() -> None:
    with pytest.raises(Malformed, match="lower-case"):
        public_key(KEYS[0].public.hex().upper())


def test_a_public_key_reaches_another_process() -> None:
    key = KEYS[0]
    copy = pickle.loads(pickle.dumps(key.public))  # noqa: S301  # our own bytes
    copy.verify(key.sign(b"said"), b"said")


def _order_divides_8(y: int, sign: int) -> bool:
    """Doubles the point three times with the textbook addition law; True at the neutral one."""
    x = _x_of(y, sign)
    if x is None:
        return False
    for _ in range(3):
        xx, yy, xy = x * x % P, y * y % P, x * y % P
        k = D * xx * yy % P
        x, y = 2 * xy * pow(1 + k, -1, P) % P, (yy + xx) * pow(1 - k, -1, P) % P
    return (x, y) == (0, 1)


def _x_of(y: int, sign: int) -> int | None:
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != xx:
        return None
    return P - x if x % 2 != sign else x


@pytest.mark.parametrize("y", sorted(keys._SMALL_ORDER_Y))
@pytest.mark.parametrize("sign", [0, 1])
def test_each_point_of_small_order_is_refused(y: int, sign: int) -> None:
    assert _order_divides_8(y, sign)
    with pytest.raises(Malformed, match="small order"):
        PublicKey((y + sign * SIGN).to_bytes(32, "little"))


@pytest.mark.parametrize("offset", range(19))
@pytest.mark.parametrize("sign", [0, 1])
def test_each_second_spelling_of_a_point_is_refused(offset: int, sign: int) -> None:
    with pytest.raises(Malformed, match="canonical"):
        PublicKey((P + offset + sign * SIGN).to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_accepted_exactly_when_it_is_a_point_with_an_order_of_its_own(raw: bytes) -> None:
    number = int.from_bytes(raw, "little")
    y, sign = number % SIGN, number // SIGN
    good = y < P and _x_of(y, sign) is not None and not _order_divides_8(y, sign)
    if good:
        assert PublicKey(raw).raw == raw
    else:
        with pytest.raises(Malformed):
            PublicKey(raw)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_or_seed_of_another_length_is_malformed(size: int) -> None:
    with pytest.raises(Malformed, match=f"found {size}"):
        PublicKey(bytes(size))
    with pytest.raises(Malformed, match=f"found {size}"):
        SigningKey.from_seed(bytes(size))


def test_two_generated_keys_differ() -> None:
    assert SigningKey.generate().key_id != SigningKey.generate().key_id


def test_a_signing_key_shows_no_secret_and_is_not_pickled() -> None:
    seed = bytes(range(32))
    key = SigningKey.from_seed(seed)
    assert seed.hex() not in repr(key) + str(key)
    with pytest.raises(Refused):
        pickle.dumps(key)


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "amina.key"
    KEYS[0].save(path, PASSPHRASE)
    return path


def test_an_unlocked_key_file_gives_its_key_back_and_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "amina.key"
    KEYS[0].save(path, None)

    def asked() -> bytes:
        raise AssertionError("an unlocked file needs no passphrase")

    assert SigningKey.load(path, asked).key_id == KEYS[0].key_id
    assert SigningKey.load(str(path), b"unused").key_id == KEYS[0].key_id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_locked_key_file_opens_with_its_passphrase_given_or_asked_for(locked: Path) -> None:
    assert SigningKey.load(locked, PASSPHRASE).key_id == KEYS[0].key_id
    assert SigningKey.load(locked, lambda: PASSPHRASE).key_id == KEYS[0].key_id


def test_a_wrong_passphrase_is_refused_and_not_repeated(locked: Path) -> None:
    with pytest.raises(Refused, match="wrong passphrase") as caught:
        SigningKey.load(locked, b"incorrect horse")
    assert "incorrect" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("nothing", [None, b"", lambda: b""])
def test_a_locked_key_file_without_a_passphrase_is_refused(locked: Path, nothing: object) -> None:
    with pytest.raises(Refused, match="locked"):
        SigningKey.load(locked, nothing)  # type: ignore[arg-type] # three kinds of nothing


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "amina.key"
    KEYS[0].save(path, None)
    before = path.read_bytes()
    with pytest.raises(Refused, match="never overwritten"):
        KEYS[1].save(path, None)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_that_leads_nowhere_is_not_followed_when_a_key_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "amina.key"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        KEYS[0].save(path, None)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("rounds", [0, 16, MIN_ROUNDS - 1, MAX_ROUNDS + 1])
def test_fewer_rounds_than_the_least_cannot_be_chosen(tmp_path: Path, rounds: int) -> None:
    with pytest.raises(Refused, match="rounds"):
        KEYS[0].save(tmp_path / "k", PASSPHRASE, rounds=rounds)
    assert not list(tmp_path.iterdir())


def test_an_empty_passphrase_does_not_lock_a_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="empty"):
        KEYS[0].save(tmp_path / "k", b"")


def test_a_folder_that_is_not_there_is_a_failure_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        KEYS[0].save(tmp_path / "no" / "k", None)
    with pytest.raises(StorageFailed):
        SigningKey.load(tmp_path / "no" / "k")


def test_a_damaged_key_file_is_malformed_wherever_it_is_damaged(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    KEYS[0].save(whole, None)
    data = whole.read_bytes()
    path = tmp_path / "damaged"
    for damage in (
        b"",
        b"-----BEGIN PRIVATE KEY-----\n",
        data[:40],
        data[:150],
        data.replace(b"b3Bl", b"b3Bm", 1),
        data + b"x" * 20_000,
    ):
        path.write_bytes(damage)
        with pytest.raises(Malformed, match=r"damaged|larger"):
            SigningKey.load(path)


def test_a_key_file_with_one_wrong_character_never_gives_another_key(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    KEYS[0].save(whole, None)
    data = bytearray(whole.read_bytes())
    path = tmp_path / "damaged"
    for at in range(36, len(data) - 36, 5):
        before = data[at]
        data[at] = ord("A") if before != ord("A") else ord("B")
        path.write_bytes(data)
        data[at] = before
        try:
            assert SigningKey.load(path).key_id == KEYS[0].key_id
        except Malformed:
            continue


def test_another_kind_of_key_is_malformed(tmp_path: Path) -> None:
    path = tmp_path / "ecdsa"
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(Malformed, match="another kind of key"):
        SigningKey.load(path)


def test_a_file_that_asks_for_days_of_bcrypt_is_malformed_before_the_passphrase_is_used(
    locked: Path, tmp_path: Path
) -> None:
    lines = locked.read_bytes().split(b"\n")

    blob = bytearray(base64.b64decode(b"".join(lines[1:-2])))
    at = blob.index(MIN_ROUNDS.to_bytes(4, "big"))
    blob[at : at + 4] = b"\x7f\xff\xff\xff"
    path = tmp_path / "slow"
    path.write_bytes(b"\n".join([lines[0], base64.b64encode(blob), lines[-2], b""]))
    with pytest.raises(Malformed, match="bcrypt rounds"):
        SigningKey.load(path, PASSPHRASE)


def test_a_key_saved_with_the_least_rounds_says_so_in_its_header(locked: Path) -> None:

    blob = base64.b64decode(b"".join(locked.read_bytes().split(b"\n")[1:-2]))
    assert b"bcrypt" in blob
    assert MIN_ROUNDS.to_bytes(4, "big") in blob[:120]
