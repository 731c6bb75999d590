"""Signing outside this program: by a device, or a service that never gives its key away.

Any program that reads the message from its standard input and writes the signature (64 bytes, or
their base64) to its standard output will do: ``pkcs11-tool`` for a card or HSM, the command line of
a key service, a script of one's own. What it says is checked with the public key before it is used.
"""

from __future__ import annotations

import base64
import binascii
import subprocess
from collections.abc import Sequence
from typing import Final

from doorlicht.errors import InputError
from doorlicht.evidence import is_signed_by
from doorlicht.evidence.signing import SIGNATURE_BYTES

TIMEOUT_SECONDS: Final = 120.0
"""Somebody may have to touch a device, or type a number on it."""


class CommandSigner:
    """A signer that asks a program.

    Attributes
    ----------
    command
        The program and its arguments; no shell reads them.
    public_key
        32 bytes; what the program makes must fit it.
    """

    def __init__(
        self, command: Sequence[str], public_key: bytes, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._command = list(command)
        self._public_key = public_key
        self._timeout_seconds = timeout_seconds

    @property
    def public_key(self) -> bytes:
        """32 bytes of Ed25519."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message.

        Raises
        ------
        InputError
            If the program fails, or its answer is no signature of this key over the message.
        """
        program = self._command[0]
        try:
            done = subprocess.run(  # noqa: S603 (what the user named, without a shell)
                self._command, input=message, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=self._timeout_seconds, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            kind = type(error).__name__
            raise InputError("key.command_failed", command=program, kind=kind) from None
        if done.returncode:
            raise InputError("key.command_failed", command=program, kind=str(done.returncode))
        signature = _signature_in(done.stdout)
        if not is_signed_by(self._public_key, signature, message):
            raise InputError("key.command_false", command=program)
        return signature


def _signature_in(answer: bytes) -> bytes:
    if len(answer) == SIGNATURE_BYTES:
        return answer
    try:
        return base64.b64decode(answer.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
