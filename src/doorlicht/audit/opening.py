"""The door to models: a file goes in, a record comes out, and scores where they are asked for."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.forest import TreesBrokenError
from doorlicht.errors import InputError
from doorlicht.plugins import ModelLimits, ModelLoader, PluginFailure, find_plugins
from doorlicht.records import BlindSpot, ModelArtefact

GROUP: Final = "doorlicht.model_loaders"


def open_model(
    source: str | Path | bytes, name: str = "", limits: ModelLimits | None = None
) -> ModelArtefact:
    """Return what a model is, what it takes and how it weighs that; nothing in it is run.

    Parameters
    ----------
    source
        A file, or its content.
    name
        What to call it in messages; the ending helps to tell formats apart that look alike.
    limits
        What opening it may cost.

    Raises
    ------
    InputError
        If there is no such file, it is too large, or it is of no format that is known. What is
        wrong inside a file that is known is a blind spot in the record.
    """
    limits = limits or ModelLimits()
    content, name = read_content(source, name, limits)
    loaders, failed = _loaders()
    for make in loaders:
        loader = make()
        if loader.recognises(name, content):
            return _opened(loader, name, content, limits)
    raise InputError("model.unknown_format", name=name or "-", failed=_failures(failed))


_CONTRADICTIONS: Final = (
    LackingError, TreesBrokenError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    OverflowError, ZeroDivisionError, RecursionError, MemoryError, struct.error,
)  # fmt: skip
"""What a reader runs into where a file contradicts itself in a way that it did not foresee."""


def _opened(loader: ModelLoader, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
    try:
        with np.errstate(all="ignore"):
            return loader.open(name, content, limits)
    except _CONTRADICTIONS:
        spot = BlindSpot("", name, "model.broken")
        return ModelArtefact(name, loader.name, "unknown", blind_spots=(spot,))


def score(artefact: ModelArtefact, columns: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the scores that a model gives, computed by us from what was read of it.

    Parameters
    ----------
    columns
        A column of values for each feature, all of the same length.

    Returns
    -------
    ndarray
        A score a row, in the sense of ``artefact.score``: for a model with two outcomes the
        probability of the second, for one with more a row of probabilities.

    Raises
    ------
    InputError
        If the model was not followed so far, if features are missing (which is said), or if a
        column holds what the model cannot take.
    """
    if artefact.scoring is None:
        spots = ", ".join(dict.fromkeys(spot.code for spot in artefact.blind_spots))
        raise InputError("model.no_scores", name=artefact.name or "-", spots=spots or "-")
    try:
        with np.errstate(all="ignore"):
            made: NDArray[np.float64] = np.asarray(artefact.scoring(columns), np.float64)
    except _CONTRADICTIONS as error:
        # What the file says contradicts itself where only these rows lead to.
        raise InputError("model.no_scores", name=artefact.name or "-", spots="-") from error
    return made


def read_content(
    source: str | Path | bytes, name: str = "", limits: ModelLimits | None = None
) -> tuple[bytes, str]:
    """Return the bytes of a model file and what it is called.

    Raises
    ------
    InputError
        If there is no such file, or it is too large.
    """
    limits = limits or ModelLimits()
    if isinstance(source, bytes):
        content = source
    else:
        path = Path(source)
        name = name or path.name
        try:
            size = path.stat().st_size
            if size <= limits.file_bytes:
                return path.read_bytes(), name
        except OSError as error:
            raise InputError("model.missing", name=name) from error
        raise InputError("model.too_large", name=name, mebibytes=limits.file_bytes >> 20)
    if len(content) > limits.file_bytes:
        raise InputError("model.too_large", name=name or "-", mebibytes=limits.file_bytes >> 20)
    return content, name


@cache
def _loaders() -> tuple[tuple[type[ModelLoader], ...], tuple[PluginFailure, ...]]:
    """Return the loaders in the order in which they are asked; finding them takes long."""
    found, failed = find_plugins(GROUP)
    loaders = cast("Mapping[str, type[ModelLoader]]", found)
    ordered = sorted(loaders.values(), key=lambda each: getattr(each, "rank", 0))
    return tuple(ordered), tuple(failed)


def _failures(failed: tuple[PluginFailure, ...]) -> str:
    return ", ".join(each.name for each in failed) or "-"
