"""Regressions in PMML.

Source: Data Mining Group, *PMML 4.4.1*: RegressionModel, GeneralRegressionModel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.pmml_conditions import (
    Fields,
    equals,
)
from doorlicht.audit.reading.pmml_outcomes import Outcome, from_chances
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.links import inverse, logistic, shares, softmax
from doorlicht.xml_elements import Element


def regression(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return what a regression says."""
    del depth
    tables = list(model.find("RegressionTable"))
    sums = [_table_sum(table, fields) for table in tables]
    how = model.get("normalizationMethod", "none")
    if model.get("functionName") != "classification":
        value = sums[0]
        if how in {"softmax", "logit"}:
            value = logistic(value)
        elif how != "none":
            value = _normal(how, value)
        return Outcome(value)
    labels = [table.get("targetCategory") for table in tables]
    made = np.stack(sums, axis=1)
    if how == "softmax":
        chances = softmax(made)
    elif len(labels) == 2 and how not in {"simplemax"}:
        first = sums[0] if how == "none" else _normal(how, sums[0])
        chances = np.stack([first, 1.0 - first], axis=1)
    elif how == "none":
        chances = np.column_stack([made[:, :-1], 1.0 - made[:, :-1].sum(axis=1)])
    else:
        chances = shares(made if how == "simplemax" else _normal(how, made))
    return from_chances({label: chances[:, place] for place, label in enumerate(labels)})


def _normal(how: str, value: NDArray[Any]) -> Floats:
    made = inverse({"exp": "log", "none": "identity"}.get(how, how), value.astype(np.float64))
    if made is None:
        raise LackingError(how)
    return made


def _table_sum(table: Element, fields: Fields) -> Floats:
    total: Floats = np.full(fields.rows, float(table.get("intercept", "0")))
    for each in table.children:
        if each.name == "NumericPredictor":
            numbers = fields.numbers(each.get("name"))
            total = total + float(each.get("coefficient")) * numbers ** float(
                each.get("exponent") or 1
            )
        elif each.name == "CategoricalPredictor":
            column = fields.column(each.get("name"))
            held = equals(column, each.get("value")).astype(np.float64)
            total = total + float(each.get("coefficient")) * held
        elif each.name == "PredictorTerm":
            product = np.full(fields.rows, float(each.get("coefficient")))
            for part in each.find("FieldRef"):
                product = product * fields.numbers(part.get("field"))
            total = total + product
    return total


def general_regression(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return what a general regression says: its parameters over factors and covariates."""
    del depth
    factors = {each.get("name") for part in model.find("FactorList") for each in part.children}
    terms: dict[str, Floats] = {}
    for part in model.find("ParameterList"):
        for each in part.children:
            terms[each.get("name")] = np.ones(fields.rows)
    for part in model.find("PPMatrix"):
        for cell in part.find("PPCell"):
            name, value = cell.get("predictorName"), cell.get("value")
            if name in factors:
                effect = equals(fields.column(name), value).astype(np.float64)
            else:
                effect = fields.numbers(name) ** float(value)
            terms[cell.get("parameterName")] = terms[cell.get("parameterName")] * effect
    sums: dict[str, Floats] = {}
    for part in model.find("ParamMatrix"):
        for cell in part.find("PCell"):
            label = cell.get("targetCategory")
            weighed = float(cell.get("beta")) * terms[cell.get("parameterName")]
            sums[label] = sums.get(label, np.zeros(fields.rows)) + weighed
    offset = model.get("offsetVariable")
    if offset or model.get("trialsVariable"):
        raise LackingError("offsetVariable")
    kind, reference = model.get("modelType"), model.get("targetReferenceCategory")
    if kind in {"generalizedLinear", "generalLinear", "regression"}:
        link = model.get("linkFunction") or "identity"
        value = _normal(link, next(iter(sums.values())))
        if model.get("functionName") != "classification":
            return Outcome(value)
        label = next(iter(sums))
        return from_chances({label or "1": value, reference or "0": 1.0 - value})
    if kind == "multinomialLogistic":
        labels = [*sums, reference]
        table = np.stack([*sums.values(), np.zeros(fields.rows)], axis=1)
        chances = softmax(table)
        return from_chances({name: chances[:, place] for place, name in enumerate(labels)})
    raise LackingError(kind)
