"""All settings: ``doorlicht.toml`` in the working folder, then ``DOORLICHT_*``, then flags.

An unknown key stops the start and names the nearest known one. No setting holds a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from doorlicht.errors import InputError, nearest

FILE: Final = "doorlicht.toml"
PREFIX: Final = "DOORLICHT_"
_NOT_SETTINGS: Final = frozenset({"LANG", "TRACEBACK", "PASSPHRASE"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set once for all commands.

    Attributes
    ----------
    register
        Path or URL of the register.
    report
        Path of the HTML report; empty: beside the register.
    threshold
        Probability (0..1) from which a finding is shown as found.
    workers
        Processes that read small files side by side; 0: as many as there are processors.
    memory
        MiB that the engine may use for one asset.
    by
        Name under which what a user does is kept; empty: the name of the account.
    key
        Path of the key file that signs checkpoints and bundles.
    """

    register: str = "doorlicht.register"
    report: str = ""
    threshold: float = 0.5
    workers: int = 0
    memory: int = 512
    by: str = ""
    key: str = "doorlicht.key"


DEFAULTS: Final = Settings()
_TYPES: Final[dict[str, type[str] | type[int] | type[float]]] = {
    "register": str,
    "report": str,
    "threshold": float,
    "workers": int,
    "memory": int,
    "by": str,
    "key": str,
}


def read_settings(folder: Path, environment: Mapping[str, str], **flags: object) -> Settings:
    """Return the settings; flags that are ``None`` were not given.

    Raises
    ------
    InputError
        If the file cannot be read, a key is not known, or a value is of the wrong kind.
    """
    settings = DEFAULTS
    path = folder / FILE
    if path.is_file():
        try:
            tree = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError("settings.unreadable", path=str(path)) from error
        for key, value in tree.items():
            settings = _with(settings, key, value, FILE)
    for name, value in environment.items():
        if name.startswith(PREFIX) and name[len(PREFIX) :] not in _NOT_SETTINGS:
            settings = _with(settings, name[len(PREFIX) :].lower(), value, name)
    for key, value in flags.items():
        if value is not None:
            settings = _with(settings, key, value, f"--{key}")
    return settings


def _with(settings: Settings, key: str, value: Any, where: str) -> Settings:
    if key not in _TYPES:
        raise InputError("settings.unknown", key=key, where=where, nearest=nearest(key, _TYPES))
    try:
        made = _TYPES[key](value)
    except (TypeError, ValueError) as error:
        kind = _TYPES[key].__name__
        raise InputError("settings.wrong_kind", key=key, where=where, kind=kind) from error
    if key == "threshold" and not 0 <= float(made) <= 1:
        raise InputError("settings.wrong_kind", key=key, where=where, kind="0..1")
    return replace(settings, **{key: made})
