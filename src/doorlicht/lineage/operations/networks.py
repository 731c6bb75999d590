"""Networks that a loop of the code's own trains: PyTorch, without a call of ``fit``.

What a network is called with are its features; that it is trained shows where ``backward`` is
called on something that was made of its answer.

Sources: PyTorch, *Training a model*; Lightning, *Trainer*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Place
from doorlicht.lineage.operations.models import as_features, score_with, train
from doorlicht.lineage.state import Passing
from doorlicht.lineage.values import (
    Column,
    Estimator,
    Frame,
    FunctionValue,
    Instance,
    Value,
    Vector,
    deps_of,
    option_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_BASES: Final = ("Module", "LightningModule", "Model")


def is_network(base: str | None) -> bool:
    """Return whether a class of a library is one that networks inherit from."""
    return base is not None and base.rsplit(".", 1)[-1] in _BASES


def forward(run: Interpreter, site: CallSite, network: Value, answer: Value | None) -> Value:
    """``net(x)``: the answer of a network, with what it was given."""
    estimator = option_of(network, Estimator)
    if not isinstance(estimator, Estimator):
        return answer if answer is not None else site.unknown()
    given = [value for _, value in site.all_values()]
    frame = as_features(run, given[0] if len(given) == 1 else Vector(NOTHING, _named(given)))
    state = run.state
    if estimator.key is not None and site.place not in state.trained_at:
        return score_with(run, site, estimator, frame)
    deps = deps_of(answer) | frame.all_deps | frame.deps
    node = state.graph.add("derive", "", site.place, deps)
    state.passings[node] = Passing(estimator, frame, site.place)
    return Column(frozenset({node}))


def _named(values: list[Value]) -> list[tuple[str | None, Value]]:
    return [(None, value) for value in values]


def backward(run: Interpreter, site: CallSite) -> Value:
    """``loss.backward()``: the networks that the loss was made of are trained here."""
    loss = site.value("loss")
    deps = deps_of(loss) if loss is not None and deps_of(loss) else site.all_deps()
    behind = run.state.graph.ancestors(deps)
    for node, passing in list(run.state.passings.items()):
        if node in behind:
            run.state.trained_at.add(passing.place)
            _train(run, site, passing.estimator, passing.frame.copy())
    return site.unknown()


def _train(run: Interpreter, site: CallSite, estimator: Estimator, frame: object) -> None:
    assert isinstance(frame, Frame)  # noqa: S101 (a copy of a table)
    train(run, site, estimator, frame)


def fit_network(run: Interpreter, site: CallSite) -> Value | None:
    """``trainer.fit(network, loader)`` of Lightning; none if it is no such call."""
    given = [value for _, value in site.all_values()]
    network = given[0] if given else None
    if not isinstance(network, Instance) or network.of is None:
        return None
    estimator = run.network_of(network)
    if estimator is None:
        return None
    batch = run.element(given[1]) if len(given) > 1 else None
    step = run.member(network, "training_step")
    if isinstance(step, FunctionValue):
        values: list[tuple[str | None, Value]] = [(None, batch)] if batch is not None else []
        run.call_function(step, values, site.place.line)
    features = batch
    if isinstance(batch, Vector) and batch.items:
        features = batch.items[0][1]
    train(run, site, estimator, as_features(run, features))
    return estimator


def zipped(run: Interpreter, site: CallSite) -> Value:
    """``TensorDataset(x, y)``: one element is one of each."""
    del run
    return Vector(NOTHING, [(None, Vector(NOTHING, _named([v for _, v in site.all_values()])))])


def parts(run: Interpreter, site: CallSite) -> Value:
    """``df.randomSplit([0.8, 0.2])``, ``random_split(data, sizes)``: the same, several times."""
    value = site.value("table")
    frame = run.as_frame(value)
    held = value if value is not None else site.unknown()
    return Vector(NOTHING, _named([frame.copy() if frame is not None else held for _ in range(3)]))


def first_of(run: Interpreter, site: CallSite) -> Value:
    """``Dataset.from_tensor_slices((features, labels))``: the features."""
    del run
    value = site.value("table")
    if isinstance(value, Vector) and value.items:
        return value.items[0][1]
    return value if value is not None else site.unknown()


_ = Place
