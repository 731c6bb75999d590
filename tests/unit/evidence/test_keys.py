"""A key file opens with its passphrase and with nothing else, here and in OpenSSL."""

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from doorlicht.errors import InputError
from doorlicht.evidence.keys import open_key, seal_key
from doorlicht.evidence.signing import KeyInMemory, is_signed_by

PASSPHRASE = "zeven paarse olifanten é"
KEY = KeyInMemory.of_seed(bytes(range(32)))
SEALED = seal_key(KEY, PASSPHRASE, salt=bytes(16), start=bytes(range(16)))

# RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_the_rfc(secret, public, message, signature):
    signer = KeyInMemory.of_seed(bytes.fromhex(secret))
    assert signer.public_key.hex() == public
    assert signer.sign(bytes.fromhex(message)).hex() == signature
    assert is_signed_by(signer.public_key, bytes.fromhex(signature), bytes.fromhex(message))


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        pytest.param(KEY.public_key, KEY.sign(b"other"), id="other-message"),
        pytest.param(bytes(32), KEY.sign(b"text"), id="other-key"),
        pytest.param(KEY.public_key[:31], KEY.sign(b"text"), id="short-key"),
        pytest.param(KEY.public_key, KEY.sign(b"text") + b"\0", id="long-signature"),
        pytest.param(b"\xff" * 32, KEY.sign(b"text"), id="no-point"),
    ],
)
def test_a_signature_that_does_not_fit_is_false(public, signature):
    assert not is_signed_by(public, signature, b"text")


def test_a_key_file_opens_with_its_passphrase():
    assert open_key(SEALED, PASSPHRASE).public_key == KEY.public_key
    assert b"scrypt" not in SEALED
    assert KEY.secret.private_bytes_raw() not in SEALED


def test_a_library_and_openssl_open_it_too(tmp_path):
    assert load_pem_private_key(SEALED, PASSPHRASE.encode()) is not None
    if (program := shutil.which("openssl")) is None:
        pytest.skip("needs openssl")
    path = tmp_path / "log.key"
    path.write_bytes(SEALED)
    told = subprocess.run(
        [program, "pkey", "-in", path, "-passin", "stdin", "-text", "-noout"],
        input=PASSPHRASE.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert b"ED25519 Private-Key" in told.stdout


@pytest.mark.parametrize(
    ("content", "passphrase", "code"),
    [
        pytest.param(SEALED, PASSPHRASE + " ", "key.wrong_passphrase", id="wrong-passphrase"),
        pytest.param(SEALED, "", "key.wrong_passphrase", id="no-passphrase"),
        pytest.param(SEALED[:-80], PASSPHRASE, "key.wrong_passphrase", id="cut-off"),
        pytest.param(b"", PASSPHRASE, "key.no_key_file", id="empty"),
        pytest.param(b"name: value", PASSPHRASE, "key.no_key_file", id="other-file"),
        pytest.param(SEALED + b" " * (1 << 16), PASSPHRASE, "key.no_key_file", id="too-large"),
        pytest.param(
            KEY.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            PASSPHRASE,
            "key.no_key_file",
            id="not-encrypted",
        ),
        pytest.param(
            generate_private_key(SECP256R1()).private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode())
            ),
            PASSPHRASE,
            "key.no_key_file",
            id="other-kind-of-key",
        ),
    ],
)
def test_a_file_that_does_not_open_is_told(content, passphrase, code):
    with pytest.raises(InputError) as caught:
        open_key(content, passphrase)
    assert caught.value.code == code


def test_a_short_passphrase_is_refused():
    with pytest.raises(InputError) as caught:
        seal_key(KEY, "elf letters", salt=bytes(16), start=bytes(16))
    assert caught.value.code == "key.short_passphrase"
