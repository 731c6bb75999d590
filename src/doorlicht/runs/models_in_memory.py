"""Models that are objects or functions of the user's own session.

An object is first read as its file would be: its pickle is taken apart and not loaded, so that what
it weighs is known and the same numbers come out as of the file. Only where its scores cannot be
computed from that, and for functions, it is called: it is the user's own and runs already.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.opening import open_model
from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import ModelArtefact, ModelFeature, Scoring
from doorlicht.records.models import ModelKind, ScoreKind
from doorlicht.sources.in_memory import HeldTable
from doorlicht.sources.people_marks import plain

Floats = NDArray[np.float64]

_TRIED: Final = 1_000
"""Rows by which is seen whether a function gives probabilities."""

_METHODS: Final[Sequence[tuple[str, ScoreKind, ModelKind]]] = (
    ("predict_proba", "probability", "classifier"),
    ("decision_function", "margin", "unknown"),
    ("predict", "value", "unknown"),
)
"""What objects score by, that which says most first."""


def is_in_memory(model: Any) -> bool:
    """Whether a model is an object or a function, and no path of a file.

    Raises
    ------
    InputError
        If it is neither a path nor anything that scores.
    """
    if isinstance(model, str | Path):
        return False
    if callable(model) or any(hasattr(model, name) for name, *_ in _METHODS):
        return True
    raise InputError("audit.no_model", kind=type(model).__name__)


def name_of(model: Any) -> str:
    """Return what a model is called: its path, or the name of its function or class."""
    if isinstance(model, str | Path):
        return str(model)
    model = _owner(model)
    return str(getattr(model, "__name__", type(model).__name__))


def open_in_memory(
    model: Any, name: str, held: HeldTable | None, columns: Sequence[str]
) -> tuple[ModelArtefact, list[Text]]:
    """Return the record of a model in memory, with scores, and what is to be told of these.

    Parameters
    ----------
    held
        The table that it scores; ``None`` if that is in a file.
    columns
        What it is given, in order, if it does not know the names of its features itself.

    Raises
    ------
    InputError
        If it can only be called and there is no table in memory, or takes other columns.
    """
    model = _owner(model)
    read = _read(model, name)
    if read is not None:
        read = _named(read, columns)
        if read.scoring is not None:
            return read, []
    if held is None:
        raise InputError("audit.not_in_memory", name=name)
    function, score, kind = _function(model)
    if read is not None and read.are_named and read.features:
        columns = read.feature_names
    missing = [each for each in columns if each not in held.columns]
    if missing:
        raise InputError(
            "audit.missing_features", path=name, n=len(missing), features=", ".join(missing[:20])
        )
    called = Called(name, function, held)
    if score != "probability" and score != "margin":
        score = called.kind(columns)
    if read is None:
        read = ModelArtefact(name, "python", kind, type(model).__name__)
    if not read.features:
        features = tuple(ModelFeature(each) for each in columns)
        read = replace(read, features=features, are_named=True)
    limit = Text("audit_limit.called", {"name": name, "n": len(columns)})
    return replace(read, scoring=called, score=score), [limit]


@dataclass(frozen=True, slots=True, eq=False)
class Called(Scoring):
    """Scores by calling a function with a table of the kind that was given; a ``Scoring``."""

    name: str
    function: Callable[[Any], Any]
    held: HeldTable

    def __call__(self, columns: Mapping[str, Any]) -> Floats:
        """Return what the function returns, one score or a row of scores a person.

        Raises
        ------
        InputError
            If the function fails, or what it returns are no such numbers.
        """
        rows = len(next(iter(columns.values()))) if columns else 0
        table = self.held.again(columns)
        try:
            returned = self.function(table)
        except Exception as error:
            # The trace of the user's own function stays below it.
            raise InputError(
                "audit.model_fails", name=self.name, kind=type(error).__name__
            ) from error
        try:
            scores = np.asarray(returned).astype(np.float64)
        except (TypeError, ValueError):
            raise InputError("audit.no_scores", name=self.name, rows=rows) from None
        if scores.ndim not in (1, 2) or len(scores) != rows or 0 in scores.shape[1:]:
            raise InputError("audit.no_scores", name=self.name, rows=rows)
        # Of two outcomes the score is the chance of the second, as everywhere here.
        return scores[:, -1] if scores.ndim == 2 and scores.shape[1] <= 2 else scores

    def kind(self, columns: Sequence[str]) -> ScoreKind:
        """Return whether it gives probabilities, by its first scores."""
        few = {name: plain(self.held.arrow(name))[:_TRIED] for name in columns}
        scores = self(few)
        finite = scores[np.isfinite(scores)]
        return "probability" if ((finite >= 0) & (finite <= 1)).all() else "value"


def _owner(model: Any) -> Any:
    """Return the object behind a method that gives its probabilities: it says more."""
    owner = getattr(model, "__self__", None)
    is_method = owner is not None and getattr(model, "__name__", "") == _METHODS[0][0]
    return owner if is_method else model


def _read(model: Any, name: str) -> ModelArtefact | None:
    """Return what the pickle of an object says; none if it has none, or that is no model."""
    if not any(hasattr(model, method) for method, *_ in _METHODS):
        return None
    try:
        content = pickle.dumps(model)
    except Exception:  # noqa: BLE001 (what cannot be pickled says so in many ways)
        return None
    try:
        read = open_model(content, f"{name}.pkl")
    except InputError:
        return None
    return replace(read, name=name, format="python")


def _named(read: ModelArtefact, columns: Sequence[str]) -> ModelArtefact:
    """Return a model whose features have no names with those of columns, by their place."""
    if read.are_named or not read.features:
        return read
    old = read.feature_names
    if len(columns) != len(old):
        raise InputError("audit.features_by_place", name=read.name, n=len(old), given=len(columns))
    new = dict(zip(old, columns, strict=True))
    scoring = read.scoring

    def renamed(given: Mapping[str, Any]) -> Any:
        return cast("Scoring", scoring)({name: given[new[name]] for name in old})

    return replace(
        read,
        features=tuple(replace(each, name=new[each.name]) for each in read.features),
        terms=tuple(
            replace(term, features=tuple(new[name] for name in term.features))
            for term in read.terms
        ),
        are_named=True,
        blind_spots=tuple(
            spot for spot in read.blind_spots if spot.code != "model.unnamed_features"
        ),
        scoring=None if scoring is None else renamed,
    )


def _function(model: Any) -> tuple[Callable[[Any], Any], ScoreKind, ModelKind]:
    for name, score, kind in _METHODS:
        method = getattr(model, name, None)
        if callable(method):
            return method, score, kind
    return model, "value", "unknown"
