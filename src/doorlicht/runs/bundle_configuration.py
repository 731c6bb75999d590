"""With which program, editions, plugins and settings a register was made, for a bundle."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from importlib import metadata
from typing import Any, Final

from doorlicht.assessment import load_framework
from doorlicht.assessment.load import known_frameworks
from doorlicht.detection import load_weights
from doorlicht.evidence import moment
from doorlicht.register import Register
from doorlicht.register.opening import SCHEMA
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary import load_vocabulary

_GROUPS: Final = ("sources", "detectors", "code_readers", "model_loaders")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def configuration(register: Register) -> dict[str, Any]:
    """Return with what the register was made and the bundle is: programs, editions, plugins.

    Nothing of the machine but the version of Python, and no path.
    """
    return {
        "configuration": {
            "register": {"schema": SCHEMA},
            "python": platform.python_version(),
            "packages": _packages(),
            "vocabulary": load_vocabulary().edition,
            "weights": load_weights().edition,
            "frameworks": {
                name: {one: load_framework(name, one).digest for one in sorted(editions)}
                for name, editions in sorted(known_frameworks().items())
            },
            "seals": read_yaml("doorlicht.vocabulary", "editions.yaml"),
            "plugins": {
                group: {
                    point.name: f"{point.dist.name} {point.dist.version}" if point.dist else ""
                    for point in metadata.entry_points(group=f"doorlicht.{group}")
                }
                for group in _GROUPS
            },
            "scans": [
                {
                    "scan": one.id, "at": moment(one.started_at), "by": one.by,
                    "status": one.status, "sources": list(one.sources),
                    "settings": dict(one.settings), "vocabulary": one.editions.vocabulary,
                    "weights": one.editions.weights, "detection": one.editions.detection,
                    "doorlicht": one.editions.doorlicht,
                }
                for one in register.scans()
            ],
            "traces": [
                {
                    "trace": one.id, "at": moment(one.started_at), "by": one.by,
                    "vocabulary": one.vocabulary, "doorlicht": one.doorlicht,
                    "settings": _without_files(one.settings),
                }
                for one in register.traces()
            ],
            "audits": [
                {
                    "audit": one.id, "id": one.audit, "at": moment(one.started_at), "by": one.by,
                    "doorlicht": one.doorlicht, "settings": one.settings,
                }
                for one in register.audits()
            ],
        }
    }  # fmt: skip


def _packages() -> dict[str, str]:
    """Return the packages that doorlicht asks for and that are there, with their versions."""
    found: dict[str, str] = {}
    for requirement in metadata.requires("doorlicht") or ():
        named = _NAME.match(requirement)
        if named is None:
            continue
        try:
            found[named[0]] = metadata.version(named[0])
        except metadata.PackageNotFoundError:
            # One that is asked for by some only.
            continue
    return dict(sorted(found.items()))


def _without_files(settings: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the settings of a trace without the hash of every file, which its record has."""
    if settings is None:
        return None
    return {name: value for name, value in settings.items() if name != "files"}
