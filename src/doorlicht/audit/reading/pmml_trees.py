"""Trees in PMML.

Source: Data Mining Group, *PMML 4.4.1*: TreeModel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.pmml_conditions import (
    Fields,
    predicate_of,
    truth_of,
)
from doorlicht.audit.reading.pmml_outcomes import Outcome
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.xml_elements import Element


def tree(model: Element, fields: Fields, depth: int) -> Outcome:
    """Return what a tree says."""
    del depth
    root = model.first("Node")
    if root is None:
        raise LackingError("Node")
    ended: list[tuple[Element | None, NDArray[np.int64]]] = []
    every = np.arange(fields.rows)
    held = truth_of(condition_of(root), fields) == 1
    ended.append((None, every[~held]))
    waiting = [(root, every[held])]
    strategy = model.get("missingValueStrategy", "none")
    falls_back = model.get("noTrueChildStrategy", "returnNullPrediction") == "returnLastPrediction"
    while waiting:
        node, rows = waiting.pop()
        children = list(node.find("Node"))
        if not children or not len(rows):
            ended.append((node, rows))
            continue
        left = rows
        for child in children:
            told = truth_of(condition_of(child), fields.taken(left))
            if strategy not in {"none", ""} and (told == -1).any():
                unknown = left[told == -1]
                _unknown(strategy, node, children, unknown, waiting, ended)
                left, told = left[told != -1], told[told != -1]
            waiting.append((child, left[told == 1]))
            left = left[told != 1]
        ended.append((node if falls_back else None, left))
    return _leaves(model, ended, fields.rows)


def condition_of(node: Element) -> Element:
    """Return the condition of a node, an attribute or a rule.

    Raises
    ------
    LackingError
        If it has none.
    """
    found = predicate_of(node)
    if found is None:
        raise LackingError("Node")
    return found


def _unknown(
    strategy: str,
    node: Element,
    children: list[Element],
    rows: NDArray[np.int64],
    waiting: list[tuple[Element, NDArray[np.int64]]],
    ended: list[tuple[Element | None, NDArray[np.int64]]],
) -> None:
    """Send rows on of which a condition is not known, as the tree says."""
    if strategy == "defaultChild":
        wanted = node.get("defaultChild")
        chosen = next((each for each in children if each.get("id") == wanted), None)
        if chosen is None:
            ended.append((None, rows))
        else:
            waiting.append((chosen, rows))
    elif strategy == "lastPrediction":
        ended.append((node, rows))
    elif strategy == "nullPrediction":
        ended.append((None, rows))
    else:
        raise LackingError(strategy)


def _leaves(
    model: Element, ended: list[tuple[Element | None, NDArray[np.int64]]], count: int
) -> Outcome:
    if model.get("functionName") != "classification":
        value = np.full(count, np.nan)
        for node, rows in ended:
            if node is not None and node.get("score"):
                value[rows] = float(node.get("score"))
        return Outcome(value)
    labels = np.full(count, None, dtype=object)
    chances: dict[str, Floats] = {}
    for node, rows in ended:
        if node is None:
            continue
        told = list(node.find("ScoreDistribution"))
        total = sum(float(each.get("recordCount")) for each in told) or 1.0
        for each in told:
            share = each.get("probability") or str(float(each.get("recordCount")) / total)
            chances.setdefault(each.get("value"), np.zeros(count))[rows] = float(share)
        if node.get("score"):
            labels[rows] = node.get("score")
        elif told:
            labels[rows] = max(told, key=lambda each: float(each.get("recordCount"))).get("value")
    for node, rows in ended:
        if node is None:
            # No prediction is not the same as a probability of zero.
            for chance in chances.values():
                chance[rows] = np.nan
    return Outcome(None, chances, labels)
