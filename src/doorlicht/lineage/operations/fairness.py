"""Libraries of fairness that change what is trained: weights and thresholds by group.

Sources: AIF360, *Reweighing* and *BinaryLabelDataset* (``features`` are all columns but the labels,
``instance_weights`` are the weights); fairlearn, *Reductions* (a model is fitted many times with
weights that depend on the sensitive features) and *ThresholdOptimizer* (a threshold by group).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.operations.measuring import measure_by_group
from doorlicht.lineage.selecting import leave_out, read_column
from doorlicht.lineage.state import ModelSeen
from doorlicht.lineage.values import (
    Column,
    Estimator,
    Frame,
    Record,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

WEIGHTS: Final = "instance_weights"
_GROUPS: Final = ("unprivileged_groups", "privileged_groups")


def labelled(run: Interpreter, site: CallSite) -> Value:
    """``BinaryLabelDataset(df=df, label_names=[...], protected_attribute_names=[...])``."""
    measure_by_group(run, site)
    frame = site.table("table")
    if frame is None:
        return site.unknown()
    kept = frame.copy()
    labels = [text.text for text in site.texts("labels")]
    for name in labels:
        kept.columns.pop(name, None)
        kept.dropped.pop(name, None)
    kept.rests = leave_out(kept.rests, labels)
    return kept


def as_table(run: Interpreter, site: CallSite) -> Value:
    """``dataset.convert_to_dataframe()``: the table, and what belongs to it."""
    frame = run.as_frame(site.value("table"))
    if frame is None:
        return site.unknown()
    return Vector(NOTHING, [(None, without_weights(frame)), (None, Record(is_open=True))])


def without_weights(frame: Frame) -> Frame:
    """Return the columns of a data set without its weights: ``dataset.features``."""
    kept = frame.copy()
    kept.columns.pop(WEIGHTS, None)
    return kept


def reweighed(run: Interpreter, estimator: Estimator, frame: Frame, place: Place) -> Frame:
    """Return a data set with weights by group: ``Reweighing(...).fit_transform(dataset)``."""
    deps: Deps = NOTHING
    for option in _GROUPS:
        value = estimator.options.get(option)
        records = [value] if isinstance(value, Record) else []
        if isinstance(value, Vector):
            records = [item for _, item in value.items if isinstance(item, Record)]
        for record in records:
            for name in record.fields:
                run.state.note(record.places.get(name, frozenset()), name, "weight")
                deps |= read_column(run.state, frame, name, place)
    made = frame.copy()
    node = run.state.graph.add("derive", WEIGHTS, place, deps)
    made.columns[WEIGHTS] = frozenset({node})
    return made


def use_groups(run: Interpreter, estimator: Estimator, groups: Value | None, seen: ModelSeen,
               place: Place) -> None:  # fmt: skip
    """Remember what groups do to a model that is fitted with ``sensitive_features``."""
    if groups is None:
        return
    if isinstance(groups, (Column, Text)):
        name = groups.name if isinstance(groups, Column) else groups.text
        run.state.note(groups.places, name, "weight")
    training = run.state.trainings[seen.key, place]
    if estimator.algorithm in run.library().words.get("thresholds", ()):
        training.frame.rows |= deps_of(groups)
    else:
        training.weights |= deps_of(groups)


_ = (Unknown, texts_of)
