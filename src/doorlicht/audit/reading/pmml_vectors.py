"""Support vectors in PMML.

Source: Data Mining Group, *PMML 4.4.1*: SupportVectorMachine. Of several outcomes the one with the
least value is chosen, and of two the first where the value is below the threshold, unless
``maxWins`` turns that round; they get no probabilities.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from doorlicht.audit.reading.pmml_conditions import Fields, equals, words_of
from doorlicht.audit.reading.pmml_outcomes import Outcome
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Column, Floats, few_at_a_time
from doorlicht.xml_elements import Element

Kernel = Callable[[Floats, Floats], Floats]


def vectors(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return what support vectors say."""
    del depth
    machines = list(model.find("SupportVectorMachine"))
    if not machines:
        raise LackingError("SupportVectorMachine")
    dictionary = model.first("VectorDictionary")
    if dictionary is None:
        raise LackingError("VectorDictionary")
    matrix, places = _columns(dictionary, fields)
    if model.get("svmRepresentation") == "Coefficients":
        sums = [_weighted(each, matrix) for each in machines]
    else:
        known = _instances(dictionary, places)
        kernel = _kernel_of(model)
        sums = [_compared(each, matrix, known, kernel) for each in machines]
    if model.get("functionName") != "classification":
        return Outcome(sums[0])
    if model.get("alternateBinaryTargetCategory"):
        raise LackingError("alternateBinaryTargetCategory")
    sign = -1.0 if model.get("maxWins") == "true" else 1.0
    is_of_pairs = model.get("classificationMethod") == "OneAgainstOne" or len(machines) == 1
    choose = _by_pairs if is_of_pairs else _by_least
    return Outcome(None, {}, choose(model, machines, sums, sign))


def _columns(dictionary: Element, fields: Fields) -> tuple[Floats, int]:
    """Return what vectors are compared with, a column for each of their places."""
    part = dictionary.first("VectorFields")
    made: list[Floats] = []
    for each in part.children if part is not None else ():
        if each.name == "FieldRef":
            made.append(fields.numbers(each.get("field")))
        elif each.name == "CategoricalPredictor":
            held = equals(fields.column(each.get("name")), each.get("value"))
            made.append(held.astype(np.float64) * float(each.get("coefficient") or 1))
        else:
            raise LackingError(each.name)
    if not made:
        raise LackingError("VectorFields")
    return np.stack(made, axis=1), len(made)


def _instances(dictionary: Element, places: int) -> dict[str, Floats]:
    return {each.get("id"): _vector(each, places) for each in dictionary.find("VectorInstance")}


def _vector(instance: Element, places: int) -> Floats:
    array = instance.first("Array")
    if array is not None:
        made = np.array([float(each) for each in words_of(array)])
        if len(made) != places:
            raise LackingError("Array")
        return made
    sparse = instance.first("REAL-SparseArray")
    if sparse is None:
        raise LackingError("VectorInstance")
    at, told = (sparse.first(name) for name in ("Indices", "REAL-Entries"))
    indices = [int(each) - 1 for each in words_of(at)] if at is not None else []
    values = [float(each) for each in words_of(told)] if told is not None else []
    if len(indices) != len(values) or any(not 0 <= each < places for each in indices):
        raise LackingError("REAL-SparseArray")
    made = np.full(places, float(sparse.get("defaultValue") or 0))
    made[indices] = values
    return made


def _kernel_of(model: Element) -> Kernel:
    for each in model.children:
        gamma, shift = float(each.get("gamma") or 1), float(each.get("coef0") or 1)
        if each.name == "LinearKernelType":
            return lambda rows, known: rows @ known.T
        if each.name == "PolynomialKernelType":
            degree = float(each.get("degree") or 1)
            return lambda rows, known: (gamma * (rows @ known.T) + shift) ** degree
        if each.name == "RadialBasisKernelType":
            return lambda rows, known: np.exp(-gamma * _distances(rows, known))
        if each.name == "SigmoidKernelType":
            return lambda rows, known: np.tanh(gamma * (rows @ known.T) + shift)
    raise LackingError("KernelType")


def _distances(rows: Floats, known: Floats) -> Floats:
    made = np.zeros((len(rows), len(known)))
    for place in range(rows.shape[1]):
        made += (rows[:, place, None] - known[None, :, place]) ** 2
    return made


def _coefficients(machine: Element) -> tuple[Floats, float]:
    part = machine.first("Coefficients")
    if part is None:
        raise LackingError("Coefficients")
    weights = [float(each.get("value") or 0) for each in part.find("Coefficient")]
    return np.array(weights), float(part.get("absoluteValue") or 0)


def _weighted(machine: Element, matrix: Floats) -> Floats:
    weights, shift = _coefficients(machine)
    if len(weights) != matrix.shape[1]:
        raise LackingError("Coefficients")
    return matrix @ weights + shift


def _compared(machine: Element, matrix: Floats, known: dict[str, Floats], kernel: Kernel) -> Floats:
    weights, shift = _coefficients(machine)
    part = machine.first("SupportVectors")
    names = [each.get("vectorId") for each in part.find("SupportVector")] if part else []
    if len(names) != len(weights) or any(name not in known for name in names):
        raise LackingError("SupportVectors")
    made = np.full(len(matrix), shift)
    if not names:
        return made
    support = np.stack([known[name] for name in names])
    for few in few_at_a_time(len(matrix), len(support)):
        made[few] += kernel(matrix[few], support) @ weights
    return made


def _by_least(model: Element, machines: list[Element], sums: list[Floats], sign: float) -> Column:
    del model
    labels = np.array([each.get("targetCategory") for each in machines], dtype=object)
    told = sign * np.stack(sums)
    return _labelled(labels[np.nan_to_num(told).argmin(axis=0)], told)


def _by_pairs(model: Element, machines: list[Element], sums: list[Floats], sign: float) -> Column:
    """Return the outcome with the most votes; of several the one that was voted for first."""
    pairs = [(each.get("targetCategory"), each.get("alternateTargetCategory")) for each in machines]
    if not all(first and second for first, second in pairs):
        raise LackingError("alternateTargetCategory")
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    votes = np.zeros((len(names), len(sums[0])))
    for machine, pair, told in zip(machines, pairs, sums, strict=True):
        edge = float(machine.get("threshold") or model.get("threshold") or 0)
        is_first = sign * told < sign * edge
        votes[names.index(pair[0])] += is_first
        votes[names.index(pair[1])] += ~is_first
    most = votes == votes.max(axis=0)
    if len(names) > 2 and (most.sum(axis=0) > 1).any():
        # The standard leaves open which is the first, and programs differ.
        votes[:, most.sum(axis=0) > 1] = np.nan
    chosen = np.array(names, dtype=object)[np.nan_to_num(votes).argmax(axis=0)]
    return _labelled(chosen, np.concatenate([np.stack(sums), votes]))


def _labelled(labels: Column, told: Floats) -> Column:
    """Return labels, and nothing where something of what they rest on is missing."""
    labels[np.isnan(told).any(axis=0)] = None
    return labels
