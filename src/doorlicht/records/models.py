"""A risk model as it was read from its file: what it is, what it takes, and how it weighs that.

Values that a model knows (categories of a column, its outcomes) are kept here because they are
part of the model, as its coefficients are. They stay out of ``repr``, and so out of logs and
messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from doorlicht.records.findings import BlindSpot

ModelKind = Literal[
    "classifier", "regressor", "ranker", "scorecard", "rules", "outliers", "preparation", "unknown"
]
ScoreKind = Literal["probability", "margin", "value", "points", "label", "none"]
Takes = Literal["number", "category", "unknown"]


class Scoring(Protocol):
    """Computes the scores of a model from columns by their names.

    One that has an attribute ``scored_by`` is told by that; without it the scores are computed by
    doorlicht from what was read, and nothing of the model is run.
    """

    def __call__(self, columns: Mapping[str, Any]) -> Any:
        """Return one score a row, or a row of scores where there are several outcomes."""
        ...


@dataclass(frozen=True, slots=True)
class ModelFeature:
    """A column that a model takes.

    Attributes
    ----------
    is_used
        Whether anything in the model looks at it; ``None`` where that is not known.
    importance
        Its part (0..1) of all that the model weighs, by the measure that
        :attr:`ModelArtefact.importance_by` names; ``None`` where the model holds none.
    coefficient
        What one unit of it adds to the score, where the model takes the column as it is.
    categories
        The values that the model knows of it.
    """

    name: str
    is_used: bool | None = None
    importance: float | None = None
    coefficient: float | None = None
    takes: Takes = "unknown"
    categories: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ModelTerm:
    """What a model weighs after its preparation: a column, one category of it, or a combination.

    ``label`` may hold a category. ``features`` are the columns it is made from, ``weight`` its
    coefficient, ``importance`` its own measure as the model holds it. ``word`` is the piece of text
    that is counted; it may be the name of a person, and is never told as it is.
    """

    label: str = field(repr=False)
    features: tuple[str, ...]
    weight: float | None = None
    importance: float | None = None
    word: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TreeShape:
    """How large the trees of a model are."""

    trees: int
    nodes: int
    depth: int


@dataclass(frozen=True, slots=True)
class ModelArtefact:
    """A model file, read and not run.

    Attributes
    ----------
    format
        How it is stored: ``pickle``, ``joblib``, ``onnx``, ``pmml``, ``sql``, ...
    algorithm
        The class or method, in the words of its library: ``RandomForestClassifier``.
    library
        What made it, with the version where the file tells: ``scikit-learn 1.5.2``.
    classes
        Everything the file consists of, from the outside in: a pipeline, its steps, its model.
    are_named
        Whether the features have the names of columns; if not they are called by their place.
    target_classes
        The outcomes that it tells apart, in its own order.
    link
        What turns the sum into the score: ``identity``, ``logit``, ``softmax``, ``log``, ...
    dangerous, foreign
        Names that loading the file would call: those that run commands or code, and those of
        packages that are not known for models.
    scoring
        Computes the scores; ``None`` where the model is recognised and not followed so far.
    """

    name: str
    format: str
    kind: ModelKind
    algorithm: str = ""
    library: str = ""
    classes: tuple[str, ...] = ()
    features: tuple[ModelFeature, ...] = ()
    are_named: bool = False
    terms: tuple[ModelTerm, ...] = ()
    intercept: tuple[float, ...] = ()
    importance_by: str = ""
    trees: TreeShape | None = None
    target: str = ""
    target_classes: tuple[str, ...] = field(default=(), repr=False)
    score: ScoreKind = "none"
    link: str = ""
    dangerous: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    scoring: Scoring | None = field(default=None, repr=False, compare=False)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the features, in the order of the model."""
        return tuple(each.name for each in self.features)
