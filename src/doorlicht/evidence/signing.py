"""Signing with Ed25519, behind a small interface: where the secret part lives is its own affair.

A signer may hold the key itself, as here, or ask a device or a service that never gives it away.

Source: RFC 8032. The arithmetic is that of the library ``cryptography``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE_BYTES: Final = 64
PUBLIC_KEY_BYTES: Final = 32


class Signer(Protocol):
    """What can sign: its public key (32 bytes), and a signature (64 bytes) over a message."""

    @property
    def public_key(self) -> bytes:
        """32 bytes of Ed25519."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        ...


class KeyInMemory:
    """A signer that holds its secret key.

    Examples
    --------
    >>> signer = KeyInMemory.of_seed(bytes(32))
    >>> is_signed_by(signer.public_key, signer.sign(b"text"), b"text")
    True
    """

    def __init__(self, secret: Ed25519PrivateKey) -> None:
        self._secret = secret

    @staticmethod
    def of_seed(seed: bytes) -> KeyInMemory:
        """Return the signer of 32 secret bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return KeyInMemory(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> bytes:
        """32 bytes of Ed25519."""
        return self._secret.public_key().public_bytes_raw()

    @property
    def secret(self) -> Ed25519PrivateKey:
        """The secret key; to be sealed, and never shown."""
        return self._secret

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        return self._secret.sign(message)


def is_signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a public key (32 bytes) made the signature (64 bytes) over exactly this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(public) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
