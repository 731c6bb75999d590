"""Naive Bayes in PMML.

Source: Data Mining Group, *PMML 4.4.1*: NaiveBayes. A value that is missing, or that the model
never saw, says nothing and is passed over, as the standard asks.
"""

from __future__ import annotations

import numpy as np

from doorlicht.audit.reading.pmml_conditions import EXPRESSIONS, Fields, equals, value_of
from doorlicht.audit.reading.pmml_outcomes import Outcome, from_chances
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Column, Floats, as_numbers, is_missing
from doorlicht.audit.scoring.links import softmax
from doorlicht.xml_elements import Element


def bayes(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return the chances that naive Bayes gives."""
    del depth
    output = model.first("BayesOutput")
    prior = _counts(output)
    inputs = [each for part in model.find("BayesInputs") for each in part.find("BayesInput")]
    schema = model.first("MiningSchema")
    wanted = {
        each.get("name")
        for each in (schema.find("MiningField") if schema is not None else ())
        if each.get("usageType", "active") == "active"
    }
    if not inputs or wanted - {each.get("fieldName") for each in inputs}:
        # R wrote inputs of numbers in an extension of its own, which is not read.
        raise LackingError("BayesInput")
    least = float(model.get("threshold") or 0)
    with np.errstate(divide="ignore"):
        told = np.log(np.array(list(prior.values())))[None, :].repeat(fields.rows, axis=0)
        for each in inputs:
            told = told + _evidence(each, fields, list(prior), least)
    if np.isneginf(told).all(axis=1).any():
        raise LackingError("threshold")
    chances = softmax(told)
    return from_chances({name: chances[:, place] for place, name in enumerate(prior)})


def _counts(holder: Element | None) -> dict[str, float]:
    part = holder.first("TargetValueCounts") if holder is not None else None
    if part is None:
        raise LackingError("TargetValueCounts")
    return {each.get("value"): float(each.get("count")) for each in part.find("TargetValueCount")}


def _evidence(given: Element, fields: Fields, outcomes: list[str], least: float) -> Floats:
    """Return the logarithm of how likely each row is, a column for each outcome."""
    column = fields.column(given.get("fieldName"))
    shapes = given.first("TargetValueStats")
    if shapes is not None:
        return _of_shapes(shapes, as_numbers(column, given.get("fieldName")), outcomes, least)
    derived = given.first("DerivedField")
    if derived is not None:
        inner = next((each for each in derived.children if each.name in EXPRESSIONS), None)
        if inner is None:
            raise LackingError("DerivedField")
        column = value_of(inner, fields)
    return _of_counts(given, column, outcomes, least)


def _of_counts(given: Element, column: Column, outcomes: list[str], least: float) -> Floats:
    pairs = [(each.get("value"), _counts(each)) for each in given.find("PairCounts")]
    totals = [sum(counts.get(name, 0.0) for _, counts in pairs) for name in outcomes]
    made = np.zeros((len(column), len(outcomes)))
    gone = is_missing(column)
    for value, counts in pairs:
        held = ~gone & equals(column, value)
        for place, name in enumerate(outcomes):
            count = counts.get(name, 0.0)
            made[held, place] = np.log(count / totals[place] if count else least)
    return made


def _of_shapes(shapes: Element, numbers: Floats, outcomes: list[str], least: float) -> Floats:
    made = np.full((len(numbers), len(outcomes)), np.nan)
    for each in shapes.find("TargetValueStat"):
        if each.get("value") not in outcomes:
            continue
        normal, poisson = each.first("GaussianDistribution"), each.first("PoissonDistribution")
        if normal is not None:
            mean, spread = float(normal.get("mean")), float(normal.get("variance"))
            if spread <= 0:
                raise LackingError("variance")
            told = -0.5 * (np.log(2 * np.pi * spread) + (numbers - mean) ** 2 / spread)
        elif poisson is not None:
            told = _poisson(numbers, float(poisson.get("mean")))
        else:
            raise LackingError("TargetValueStat")
        made[:, outcomes.index(each.get("value"))] = np.maximum(told, np.log(least))
    gone = np.isnan(numbers)
    if np.isnan(made[~gone]).any():
        raise LackingError("TargetValueStat")
    made[gone] = 0.0
    return made


def _poisson(numbers: Floats, mean: float) -> Floats:
    # Loading scipy takes longer than opening a model, and few models need it.
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    made: Floats = numbers * np.log(mean) - mean - special.gammaln(numbers + 1)
    return made
