"""Models of PMML: what they consist of, points and rules, and models made of models.

Source: Data Mining Group, *PMML 4.4.1*: MiningModel, Scorecard, RuleSetModel, Targets and
Output.

Other kinds of models than these, regressions and trees are recognised with their fields, and not
computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.pmml_bayes import bayes
from doorlicht.audit.reading.pmml_conditions import (
    EXPRESSIONS,
    PREDICATES,
    Fields,
    equals,
    truth_of,
    value_of,
)
from doorlicht.audit.reading.pmml_networks import network
from doorlicht.audit.reading.pmml_outcomes import MAX_MODELS, Outcome
from doorlicht.audit.reading.pmml_regressions import general_regression, regression
from doorlicht.audit.reading.pmml_trees import condition_of, tree
from doorlicht.audit.reading.pmml_vectors import vectors
from doorlicht.audit.reading.pmml_votes import COMBINED
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Block, Column, Floats, as_numbers, is_missing
from doorlicht.audit.scoring.program import Predictor
from doorlicht.xml_elements import Element

MODELS: Final = frozenset(
    [
        "AnomalyDetectionModel", "AssociationModel", "BayesianNetworkModel", "BaselineModel",
        "ClusteringModel", "GaussianProcessModel", "GeneralRegressionModel", "MiningModel",
        "NaiveBayesModel", "NearestNeighborModel", "NeuralNetwork", "RegressionModel",
        "RuleSetModel", "SequenceModel", "Scorecard", "SupportVectorMachineModel", "TextModel",
        "TimeSeriesModel", "TreeModel",
    ]
)  # fmt: skip

LEFT_OUT: Final = frozenset(
    ["ModelStats", "ModelVerification", "ModelExplanation", "Extension", "TrainingInstances",
     "Cluster"]
)  # fmt: skip
_FEATURES: Final = frozenset({"active", "group", "order"})
_TARGETS: Final = frozenset({"target", "predicted"})


# -- what a model consists of


def fields_of(model: Element, usages: frozenset[str]) -> list[Element]:
    """Return the fields of a model that are used in some way."""
    schema = model.first("MiningSchema")
    if schema is None:
        return []
    return [
        each for each in schema.find("MiningField") if each.get("usageType", "active") in usages
    ]


def derived_of(part: Element | None) -> dict[str, Element]:
    """Return the fields that are derived in a dictionary of transformations."""
    return {} if part is None else {each.get("name"): each for each in part.find("DerivedField")}


def understand_pmml(root: Element) -> Understood:
    """Read a document; what is computed by none of the known models is told."""
    model = next((each for each in root.children if each.name in MODELS), None)
    if model is None:
        return Understood("PMML", "unknown", "pmml", lacks=["model"])
    made = Understood(model.get("algorithmName") or model.name, "unknown", "pmml")
    header = root.first("Header")
    application = header.first("Application") if header is not None else None
    if application is not None and application.get("name"):
        made.package, made.version = application.get("name"), application.get("version")
    is_classifier = model.get("functionName") == "classification"
    made.kind = "classifier" if is_classifier else "regressor"
    made.kind = "scorecard" if model.name == "Scorecard" else made.kind
    made.kind = "rules" if model.name == "RuleSetModel" else made.kind
    names = [each.get("name") for each in fields_of(model, _FEATURES) if each.get("name")]
    made.names, made.width = tuple(names), len(names)
    shared = derived_of(root.first("TransformationDictionary"))
    made.parts = [
        Understood(name, "unknown")
        for name in dict.fromkeys(
            each.get("algorithmName") or each.name
            for each in model.walk()
            if each.name in MODELS and each is not model
        )
    ]
    _note_used(made, model, shared)
    dictionary = root.first("DataDictionary")
    _note_outcomes(made, model, dictionary)
    made.keeps_rows = any(each.name == "VectorInstance" for each in model.walk())
    missing = [each.name for each in model.walk() if each.name in MODELS - set(_COMPUTED)]
    if missing:
        made.lacks += sorted(set(missing))
    else:
        _note_weights(made, model)
        scores = _Scores(root, model, shared, tuple(str(each) for each in made.outcomes))
        if model.name in _TRIED and (lack := _lack_of(scores, made.names)):
            made.lacks.append(lack)
            return made
        if not made.outcomes:
            made.predictor = Predictor(value=scores)
        elif model.name in _LABELLING:
            made.predictor = Predictor(label=scores)
        else:
            made.predictor = Predictor(proba=scores)
    return made


def _note_outcomes(made: Understood, model: Element, dictionary: Element | None) -> None:
    if model.get("functionName") != "classification":
        return
    labels: list[str] = []
    targets = {each.get("name") for each in fields_of(model, _TARGETS)}
    for told in dictionary.find("DataField") if dictionary is not None else ():
        if told.get("name") in targets:
            labels += [each.get("value") for each in told.find("Value")]
    if not labels:
        labels = list(
            dict.fromkeys(
                value
                for each in model.walk()
                for value in (
                    each.get("value") if each.name in _NAMING else "",
                    each.get("targetCategory"),
                    each.get("alternateTargetCategory"),
                )
                if value
            )
        )
    made.outcomes = tuple(labels)


_NAMING: Final = frozenset({"ScoreDistribution", "TargetValueCount"})


def _note_used(made: Understood, model: Element, shared: dict[str, Element]) -> None:
    """Note which fields anything computes with, also through what is derived of them."""
    derived = dict(shared)
    for each in model.walk():
        if each.name == "DerivedField":
            derived[each.get("name")] = each
    reads: set[str] = set()
    waiting = [each for each in model.walk() if each.name not in _NO_READING]
    seen: set[str] = set()
    while waiting:
        each = waiting.pop()
        for key in ("field", "name", "predictorName", "fieldName"):
            name = each.get(key)
            if not name or (key == "name" and each.name not in _NAMED_READING):
                continue
            reads.add(name)
            if name in derived and name not in seen:
                seen.add(name)
                waiting.extend(derived[name].walk())
    made.used = np.array([name in reads for name in made.names or ()], bool)


_TRIED: Final = frozenset({"NeuralNetwork", "SupportVectorMachineModel", "NaiveBayesModel"})
"""Models that compute alike for each row, so that one row tells what is not followed."""


def _lack_of(scores: _Scores, names: tuple[str, ...]) -> str:
    """Return what hinders a row of which nothing is known; an empty text if nothing does."""
    row = tuple(np.full(1, np.nan) for _ in names)
    try:
        with np.errstate(all="ignore"):
            scores(Block(row, names, 1))
    except LackingError as error:
        return error.attribute
    return ""


_LABELLING: Final = frozenset({"RuleSetModel", "SupportVectorMachineModel"})
"""Models that choose an outcome, and give it no probability."""

_NO_READING: Final = frozenset({"MiningField", "OutputField", "Target", "DerivedField"})
_NAMED_READING: Final = frozenset({"NumericPredictor", "CategoricalPredictor"})


def _note_weights(made: Understood, model: Element) -> None:
    """Note the coefficients of a regression whose terms are the fields themselves."""
    tables = list(model.find("RegressionTable"))
    if model.name != "RegressionModel" or not tables or made.names is None:
        return
    table = next((each for each in tables if each.children), tables[0])
    made.intercept = (float(table.get("intercept", "0")),)
    plain = {each.get("name"): each for each in table.children if each.name == "NumericPredictor"}
    if set(plain) <= set(made.names) and len(plain) == len(table.children):
        weights = [
            float(plain[name].get("coefficient")) if name in plain else 0.0 for name in made.names
        ]
        made.coefficients = np.array([weights])


# -- computing


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Scores:
    root: Element
    model: Element
    shared: dict[str, Element]
    outcomes: tuple[str, ...]

    def __call__(self, block: Block) -> Floats:
        columns = dict(zip(block.names, block.columns, strict=True))
        fields = Fields(columns, block.rows, self.shared)
        told = compute(self.model, fields, 0)
        if not self.outcomes:
            if told.value is None:
                raise LackingError(self.model.name)
            return told.value
        if told.chances:
            none = np.zeros(block.rows)
            return np.stack([told.chances.get(name, none) for name in self.outcomes], axis=1)
        if told.label is None:
            raise LackingError(self.model.name)
        made = np.stack([equals(told.label, name) for name in self.outcomes], axis=1).astype(float)
        made[is_missing(told.label)] = np.nan
        return made


def compute(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return what a model says."""
    if depth > MAX_MODELS:
        raise LackingError("depth")
    inner = Fields(
        _treated(model, fields),
        fields.rows,
        derived_of(model.first("LocalTransformations")),
        fields,
    )
    told = _COMPUTED[model.name](model, inner, depth)
    return _as_target(model, told)


def _treated(model: Element, fields: Fields) -> dict[str, Column]:
    """Return the fields that a model changes as it takes them: what is missing, and outliers."""
    made: dict[str, Column] = {}
    for each in fields_of(model, _FEATURES):
        name = each.get("name")
        replaced, how = each.get("missingValueReplacement"), each.get("outliers", "asIs")
        if not replaced and how == "asIs":
            continue
        column = fields.column(name)
        if how != "asIs":
            numbers = as_numbers(column, name)
            low = float(each.get("lowValue") or "-inf")
            high = float(each.get("highValue") or "inf")
            if how == "asExtremeValues":
                column = np.clip(numbers, low, high)
            else:
                column = np.where((numbers < low) | (numbers > high), np.nan, numbers)
        gone = is_missing(column)
        if replaced and gone.any():
            if column.dtype.kind in "biuf":
                column = np.where(gone, float(replaced), column)
            else:
                column = column.astype(object)
                column[gone] = replaced
        made[name] = column
    return made


def _as_target(model: Element, told: Outcome) -> Outcome:
    targets = model.first("Targets")
    target = targets.first("Target") if targets is not None else None
    if target is None or told.value is None:
        return told
    value = told.value
    if target.get("min"):
        value = np.maximum(value, float(target.get("min")))
    if target.get("max"):
        value = np.minimum(value, float(target.get("max")))
    value = value * float(target.get("rescaleFactor") or 1) + float(
        target.get("rescaleConstant") or 0
    )
    how = target.get("castInteger")
    if how:
        value = {"round": np.rint, "ceiling": np.ceil, "floor": np.floor}[how](value)
    return Outcome(value, told.chances, told.label)


# -- points and rules


def _scorecard(model: Element, fields: Fields, depth: int) -> Outcome:
    del depth
    total = np.full(fields.rows, float(model.get("initialScore", "0")))
    for part in model.find("Characteristics"):
        for characteristic in part.find("Characteristic"):
            points = np.full(fields.rows, np.nan)
            left = np.arange(fields.rows)
            for attribute in characteristic.find("Attribute"):
                if attribute.get("partialScore") == "":
                    raise LackingError("ComplexPartialScore")
                held = truth_of(condition_of(attribute), fields.taken(left)) == 1
                points[left[held]] = float(attribute.get("partialScore"))
                left = left[~held]
            total = total + points
    return Outcome(total)


def _rules(model: Element, fields: Fields, depth: int) -> Outcome:
    del depth
    rules = model.first("RuleSet")
    method = rules.first("RuleSelectionMethod") if rules is not None else None
    if rules is None or method is None or method.get("criterion") != "firstHit":
        raise LackingError("RuleSelectionMethod")
    labels = np.full(fields.rows, rules.get("defaultScore") or None, dtype=object)
    left = np.arange(fields.rows)
    for rule in rules.find("SimpleRule"):
        held = truth_of(condition_of(rule), fields.taken(left)) == 1
        labels[left[held]] = rule.get("score")
        left = left[~held]
    if model.get("functionName") != "classification":
        return Outcome(as_numbers(labels, ""))
    return Outcome(None, {}, labels)


# -- models of models


def _segments(model: Element) -> Iterator[tuple[Element, Element, float]]:
    """Return condition, model and weight of each part."""
    parts = model.first("Segmentation")
    for segment in parts.find("Segment") if parts is not None else ():
        inner = next((each for each in segment.children if each.name in MODELS), None)
        condition = next((each for each in segment.children if each.name in PREDICATES), None)
        if inner is None or condition is None:
            raise LackingError("Segment")
        yield condition, inner, float(segment.get("weight") or 1)


def _mining(model: Element, fields: Fields, depth: int) -> Outcome:
    parts = model.first("Segmentation")
    if parts is None:
        raise LackingError("Segmentation")
    how = parts.get("multipleModelMethod")
    if how == "modelChain":
        return _chain(model, fields, depth)
    told: list[tuple[Outcome, NDArray[np.bool_], float]] = []
    for condition, inner, weight in _segments(model):
        held = truth_of(condition, fields) == 1
        told.append((compute(inner, fields, depth + 1), held, weight))
    if not told:
        raise LackingError("Segment")
    combine = COMBINED.get(how)
    if combine is None:
        raise LackingError(how)
    return combine(told, fields.rows)


def _chain(model: Element, fields: Fields, depth: int) -> Outcome:
    """Compute models after each other, each with what the ones before it gave out."""
    told: Outcome | None = None
    inner = Fields({}, fields.rows, {}, fields)
    for condition, part, _ in _segments(model):
        held = truth_of(condition, inner)
        if (held == 0).all():
            continue
        if not (held == 1).all():
            # Some rows would be scored by one model and the others by another.
            raise LackingError("modelChain")
        told = compute(part, inner, depth + 1)
        inner.columns.update(_given_out(part, told, inner))
    if told is None:
        raise LackingError("Segment")
    return told


def _given_out(model: Element, told: Outcome, fields: Fields) -> dict[str, Column]:
    made: dict[str, Column] = {}
    output = model.first("Output")
    inner = Fields(made, fields.rows, {}, fields)
    for each in output.find("OutputField") if output is not None else ():
        feature, name = each.get("feature", "predictedValue"), each.get("name")
        if feature == "predictedValue":
            found = told.value if told.value is not None else told.label
            if found is None:
                raise LackingError(feature)
        elif feature == "probability":
            found = told.chances.get(each.get("value"), np.zeros(fields.rows))
        elif feature == "transformedValue":
            found = _transformed(each, inner)
        else:
            continue
        made[name] = found
        inner.columns[name] = found
    for each in fields_of(model, _TARGETS):
        if told.value is not None:
            made.setdefault(each.get("name"), told.value)
    return made


def _transformed(output: Element, fields: Fields) -> Column:
    inner = next((each for each in output.children if each.name in EXPRESSIONS), None)
    if inner is None:
        raise LackingError("transformedValue")
    return value_of(inner, fields)


_COMPUTED: Final[dict[str, Callable[[Element, Fields, int], Outcome]]] = {
    "RegressionModel": regression, "GeneralRegressionModel": general_regression, "TreeModel": tree,
    "Scorecard": _scorecard, "RuleSetModel": _rules, "MiningModel": _mining,
    "NeuralNetwork": network, "SupportVectorMachineModel": vectors, "NaiveBayesModel": bayes,
}  # fmt: skip
