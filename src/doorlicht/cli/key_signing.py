"""What signs for a command: a key file with its passphrase, or a program that asks a device."""

from __future__ import annotations

import getpass
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from doorlicht.errors import InputError, WrongUseError
from doorlicht.evidence import Signer
from doorlicht.language import Language, say
from doorlicht.register import Register
from doorlicht.runs.key_files import read_key_file, sealed_content
from doorlicht.runs.signers import CommandSigner
from doorlicht.settings import Settings

PASSPHRASE = "DOORLICHT_PASSPHRASE"  # noqa: S105 (its name, not itself)
"""The environment variable that a passphrase can come in."""

MAX_PASSPHRASE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Signing:
    """How a command was told to sign.

    Attributes
    ----------
    key_file
        Path of a key file; ``None``: that of the settings.
    sign_with
        A program with its arguments, instead of a key file.
    passphrase_fd
        A file descriptor that the passphrase is read from.
    """

    key_file: str | None
    sign_with: str | None
    passphrase_fd: int | None

    def path(self, settings: Settings) -> Path:
        """Return the key file."""
        return Path(self.key_file or settings.key)

    def signer(self, register: Register, settings: Settings, language: Language) -> Signer:
        """Return what signs for the log of a register.

        Raises
        ------
        WrongUseError
            If both a key file and a program were named.
        InputError, RefusedError
            If the key file cannot be used, or no key of the log is there for the program.
        """
        if self.sign_with is None:
            return self.file_signer(settings, language)
        if self.key_file is not None:
            raise WrongUseError("key.two_signers")
        usable = [one for one in register.attested.known_keys(use="log") if not one.events]
        if len(usable) != 1:
            raise InputError("key.which", n=len(usable))
        return CommandSigner(shlex.split(self.sign_with), usable[0].key.public)

    def file_signer(self, settings: Settings, language: Language) -> Signer:
        """Return the signer of a key file."""
        path = self.path(settings)
        # Before anybody types a passphrase for a file that is refused.
        sealed_content(path)
        return read_key_file(path, self.passphrase(language))

    def passphrase(self, language: Language, *, is_new: bool = False) -> str:
        """Return the passphrase: from the file descriptor, the environment, or the keyboard.

        Raises
        ------
        InputError
            If there is none, or two typed ones differ.
        """
        if self.passphrase_fd is not None:
            return _from_descriptor(self.passphrase_fd)
        if PASSPHRASE in os.environ:
            return os.environ[PASSPHRASE]
        if not sys.stdin.isatty():
            raise InputError("key.no_passphrase")
        typed = getpass.getpass(say("keys.passphrase", language) + " ")
        if is_new and getpass.getpass(say("keys.passphrase_again", language) + " ") != typed:
            raise InputError("key.passphrases_differ")
        return typed


def _from_descriptor(descriptor: int) -> str:
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_PASSPHRASE_BYTES)
    except OSError:
        raise InputError("key.no_passphrase") from None
    line = content.split(b"\n")[0].removesuffix(b"\r")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("key.no_passphrase") from None
