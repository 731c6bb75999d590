"""The secret part of a key as a file: encrypted under a passphrase, or not at all.

The form is PKCS#8 in PEM with PBES2: the passphrase goes through scrypt, and AES-256 in CBC mode
encrypts. ``openssl pkey`` opens it too. The library ``cryptography`` reads this form but writes
one that takes 2,048 rounds of PBKDF2, which a stolen file does not withstand; so the few bytes
around the encrypted key are put together here.

Source: RFC 5958 (PKCS#8), RFC 8018 (PBES2), RFC 7914 sections 6 and 7 (scrypt), RFC 8410
(Ed25519). The costs are those of the OWASP Password Storage Cheat Sheet; one with more memory is
refused by OpenSSL.
"""

from __future__ import annotations

import base64
import textwrap
from typing import Final

from doorlicht.errors import InputError
from doorlicht.evidence.signing import KeyInMemory

MIN_PASSPHRASE: Final = 12
"""Characters. A stolen file can be tried without end; a shorter one is guessed."""

MAX_FILE_BYTES: Final = 1 << 16

_N, _R, _P = 1 << 14, 8, 5

_HEAD: Final = "-----BEGIN ENCRYPTED PRIVATE KEY-----"
_TAIL: Final = "-----END ENCRYPTED PRIVATE KEY-----"

_PBES2: Final = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT: Final = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC: Final = bytes.fromhex("060960864801650304012a")
"""Object identifiers as DER has them: 1.2.840.113549.1.5.13, 1.3.6.1.4.1.11591.4.11 and
2.16.840.1.101.3.4.1.42.
"""


def seal_key(key: KeyInMemory, passphrase: str, *, salt: bytes, start: bytes) -> bytes:
    """Return the content of a key file.

    Parameters
    ----------
    salt, start
        16 random bytes each, never used before: for scrypt and as the first block of CBC.

    Raises
    ------
    InputError
        If the passphrase is too short.
    """
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if len(passphrase) < MIN_PASSPHRASE:
        raise InputError("key.short_passphrase", characters=MIN_PASSPHRASE)
    plain = key.secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    wrapping = Scrypt(salt=salt, length=32, n=_N, r=_R, p=_P).derive(passphrase.encode())
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(wrapping), modes.CBC(start)).encryptor()
    encrypted = encryptor.update(padded) + encryptor.finalize()
    costs = _sequence(_octets(salt), _integer(_N), _integer(_R), _integer(_P))
    derivation = _sequence(_SCRYPT, costs)
    encryption = _sequence(_AES_256_CBC, _octets(start))
    scheme = _sequence(_PBES2, _sequence(derivation, encryption))
    der = _sequence(scheme, _octets(encrypted))
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join([_HEAD, *lines, _TAIL, ""]).encode("ascii")


def open_key(content: bytes, passphrase: str) -> KeyInMemory:
    """Return the key in a file.

    Raises
    ------
    InputError
        If it is no encrypted key of this kind, or the passphrase is wrong.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if len(content) > MAX_FILE_BYTES or not content.lstrip().startswith(_HEAD.encode("ascii")):
        raise InputError("key.no_key_file")
    try:
        found = load_pem_private_key(content, passphrase.encode())
    except (ValueError, TypeError):
        # A damaged file and a wrong passphrase look the same; an empty one is a TypeError.
        raise InputError("key.wrong_passphrase") from None
    except UnsupportedAlgorithm:
        raise InputError("key.no_key_file") from None
    if not isinstance(found, Ed25519PrivateKey):
        raise InputError("key.no_key_file")
    return KeyInMemory(found)


def public_key_in(content: bytes) -> bytes:
    """Return the 32 bytes of a public key in PEM, as devices and OpenSSL write it.

    Raises
    ------
    InputError
        If it is none of Ed25519.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        found = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise InputError("key.no_public_key") from None
    if not isinstance(found, Ed25519PublicKey):
        raise InputError("key.no_public_key")
    return found.public_bytes_raw()


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _octets(content: bytes) -> bytes:
    return _tagged(0x04, content)


def _integer(number: int) -> bytes:
    return _tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, content: bytes) -> bytes:
    """Return a value in DER: its tag, its length, itself (X.690, section 8.1)."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content
