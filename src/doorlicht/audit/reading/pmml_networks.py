"""Networks of neurons in PMML.

Source: Data Mining Group, *PMML 4.4.1*: NeuralNetwork. Not computed: layers of radial basis
functions, and outputs that are turned back by a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from doorlicht.audit.reading.pmml_conditions import EXPRESSIONS, Fields, line_of, value_of
from doorlicht.audit.reading.pmml_outcomes import Outcome, from_chances
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats, as_numbers
from doorlicht.audit.scoring.links import logistic, shares, softmax
from doorlicht.xml_elements import Element

_ACTIVATIONS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "logistic": logistic, "tanh": np.tanh, "identity": lambda told: told, "exponential": np.exp,
    "reciprocal": lambda told: 1.0 / told, "square": np.square,
    "Gauss": lambda told: np.exp(-(told**2)), "sine": np.sin, "cosine": np.cos,
    "Elliott": lambda told: told / (1.0 + np.abs(told)),
    "arctan": lambda told: 2.0 * np.arctan(told) / np.pi,
    "rectifier": lambda told: np.maximum(told, 0.0),
}  # fmt: skip


CELLS: Final = 1 << 24
"""Rows times neurons that are computed at once."""


def network(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return what a network says."""
    del depth
    neurons = sum(1 for layer in model.find("NeuralLayer") for _ in layer.find("Neuron"))
    at_once = max(CELLS // max(neurons, 1), 1)
    if fields.rows <= at_once:
        return _said(model, fields)
    rows = np.arange(fields.rows)
    parts = [
        _said(model, fields.taken(rows[start : start + at_once]))
        for start in range(0, fields.rows, at_once)
    ]
    if parts[0].value is not None:
        return Outcome(np.concatenate([each.value for each in parts if each.value is not None]))
    return from_chances(
        {name: np.concatenate([each.chances[name] for each in parts]) for name in parts[0].chances}
    )


def _said(model: Element, fields: Fields) -> Outcome:
    told = _inputs(model, fields)
    for layer in model.find("NeuralLayer"):
        told |= _layer(model, layer, told)
    outputs = [
        (each.get("outputNeuron"), _expression(each))
        for part in model.find("NeuralOutputs")
        for each in part.find("NeuralOutput")
    ]
    if not outputs or any(neuron not in told for neuron, _ in outputs):
        raise LackingError("NeuralOutput")
    if model.get("functionName") == "classification":
        if any(how.name != "NormDiscrete" for _, how in outputs):
            raise LackingError("NeuralOutput")
        return from_chances({how.get("value"): told[neuron] for neuron, how in outputs})
    neuron, how = outputs[0]
    return Outcome(_turned_back(how, told[neuron]))


def _expression(element: Element) -> Element:
    derived = element.first("DerivedField")
    inner = () if derived is None else (e for e in derived.children if e.name in EXPRESSIONS)
    found = next(iter(inner), None)
    if found is None:
        raise LackingError(element.name)
    return found


def _inputs(model: Element, fields: Fields) -> dict[str, Floats]:
    made: dict[str, Floats] = {}
    for part in model.find("NeuralInputs"):
        for each in part.find("NeuralInput"):
            made[each.get("id")] = as_numbers(value_of(_expression(each), fields), "")
    return made


def _layer(model: Element, layer: Element, told: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return what each neuron of a layer gives, from those before it."""
    neurons = list(layer.find("Neuron"))
    sums: list[Floats] = []
    for neuron in neurons:
        total: Any = float(neuron.get("bias") or 0)
        for each in neuron.find("Con"):
            if each.get("from") not in told:
                # A network that leads back into itself has no order to compute it in.
                raise LackingError("Con")
            total = total + float(each.get("weight")) * told[each.get("from")]
        sums.append(np.broadcast_to(total, next(iter(told.values())).shape).astype(np.float64))
    if not sums:
        raise LackingError("Neuron")
    activation = layer.get("activationFunction") or model.get("activationFunction")
    edge = float(layer.get("threshold") or model.get("threshold") or 0)
    made = _activated(activation, np.stack(sums, axis=1), edge)
    how = layer.get("normalizationMethod") or model.get("normalizationMethod") or "none"
    if how in {"softmax", "simplemax"}:
        made = softmax(made) if how == "softmax" else shares(made)
    elif how != "none":
        raise LackingError(how)
    return {neuron.get("id"): made[:, place] for place, neuron in enumerate(neurons)}


def _activated(name: str, sums: Floats, edge: float) -> Floats:
    if name == "threshold":
        return np.where(np.isnan(sums), np.nan, sums > edge)
    if name not in _ACTIVATIONS:
        raise LackingError(name or "activationFunction")
    return _ACTIVATIONS[name](sums)


def _turned_back(how: Element, told: Floats) -> Floats:
    """Return a value in its own unit, given what was made of it for training."""
    if how.name == "FieldRef":
        return told
    if how.name == "NormContinuous":
        points = sorted(
            (float(p.get("norm")), float(p.get("orig"))) for p in how.find("LinearNorm")
        )
        return line_of(told, points)
    raise LackingError(how.name)
