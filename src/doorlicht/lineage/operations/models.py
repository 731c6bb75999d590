"""Models: made, fitted, scored with, and measured."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.choosing import choose_by_parts, choose_by_value
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.library import parse_entry
from doorlicht.lineage.noting import names_in
from doorlicht.lineage.operations.assembling import assemble, bundled, label_of
from doorlicht.lineage.operations.dummies import dummies
from doorlicht.lineage.operations.fairness import use_groups
from doorlicht.lineage.operations.formulas import by_formula, updated
from doorlicht.lineage.operations.preparing import prepared
from doorlicht.lineage.paths import FILE_ENDINGS
from doorlicht.lineage.selecting import Choice, choose, drop_column, leave_out, read_column
from doorlicht.lineage.state import ModelSeen, Scoring, Training
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    ClassValue,
    Column,
    Estimator,
    FormulaValue,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Places,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    join_frames,
    option_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

_MODEL_NAME: Final = re.compile(r"(Classifier|Regressor|Regression|Booster)(CV)?$")


def construct(run: Interpreter, site: CallSite) -> Value:
    """Return an object of a library class: an estimator, if the class is one."""
    name = site.name.rsplit(".", 1)[-1]
    role = run.library().models.get(name)
    if role is None and _MODEL_NAME.search(name) and site.receiver is None:
        role = "model"
    if role is None:
        return site.nothing
    made = Estimator(NOTHING, name, "model", place=site.place)
    values = site.all_values()
    if name in run.library().words.get("made_by_name", ()):
        told = [text for _, value in values for text in texts_of(value)]
        made.algorithm = told[0].text if told else name
    made.options = {label: value for label, value in values if label is not None}
    if name in run.library().words.get("by_function", ()) and values:
        made.options.setdefault("func", values[0][1])
    if role == "pipeline":
        made.role = "pipeline"
        made.parts = _steps(values)
    elif role == "columns":
        made.role = "columns"
        made.parts, made.keeps_others = _by_column(values)
    elif role == "search":
        made.role = "search"
        inner = [v for n, v in values if n in (None, "estimator", "model")]
        made.parts = (("estimator", inner[0], None),) if inner else ()
    else:
        made.role = role if role in ("transformer", "selector") else "model"  # type: ignore[assignment]
    return made


def _steps(values: list[tuple[str | None, Value]]) -> tuple[tuple[str, Value, Value | None], ...]:
    steps: list[tuple[str, Value, Value | None]] = []

    def add(value: Value, name: str = "") -> None:
        if isinstance(value, Vector):
            inner = [item for _, item in value.items]
            if len(inner) == 2 and isinstance(inner[0], Text):
                add(inner[1], inner[0].text)
            else:
                for item in inner:
                    add(item)
        elif isinstance(
            value, (Estimator, FunctionValue, ClassValue, Instance, Unknown, Choices, Known)
        ):
            steps.append((name, value, None))

    for name, value in values:
        if name in (None, "steps", "stages", "estimators", "transformer_list"):
            add(value)
    return tuple(steps)


def _by_column(
    values: list[tuple[str | None, Value]],
) -> tuple[tuple[tuple[str, Value, Value | None], ...], bool]:
    keeps = False
    parts: list[tuple[str, Value, Value | None]] = []

    def add(triple: Vector) -> None:
        inner = [item for _, item in triple.items]
        names = [item for item in inner if texts_of(item) and not isinstance(item, Text)]
        if len(inner) == 3:
            columns = inner[2]
            label = inner[0].text if isinstance(inner[0], Text) else ""
            parts.append((label, inner[1], columns))
        elif len(inner) == 2:
            first, second = inner
            is_first = bool(texts_of(first)) and not isinstance(first, Estimator)
            parts.append(("", second if is_first else first, first if is_first else second))
        elif names:
            parts.append(("", Unknown(), names[0]))

    for name, value in values:
        if name in ("remainder", "default"):
            keeps = not (
                (isinstance(value, Text) and value.text == "drop")
                or (isinstance(value, Literal_) and value.value is False)
            )
        elif name in (None, "transformers", "features") and isinstance(value, Vector):
            inner = [item for _, item in value.items]
            if (inner and all(isinstance(item, Vector) for item in inner) and name is not None) or (
                inner
                and isinstance(inner[0], Vector)
                and len(inner[0].items) in (2, 3)
                and not all(isinstance(i, Text) for _, i in inner[0].items)
            ):
                for item in inner:
                    if isinstance(item, Vector):
                        add(item)
            else:
                add(value)
    return tuple(parts), keeps


def final_model(value: Value | None, depth: int = 0) -> Estimator | None:
    """Return the model inside pipelines and searches."""
    estimator = option_of(value, Estimator)
    if not isinstance(estimator, Estimator) or depth > 6:
        return None
    if estimator.role in ("pipeline", "search"):
        for _, part, _ in reversed(estimator.parts):
            found = final_model(part, depth + 1)
            if found is not None:
                return found
        return estimator if estimator.role == "search" else None
    return estimator if estimator.role == "model" else None


def through(run: Interpreter, value: Value | None, frame: Frame, place: Place) -> Frame:
    """Return the table as it comes out of the steps before the model."""
    estimator = option_of(value, Estimator)
    if isinstance(value, Instance):
        return through_own(run, value, frame, place)
    if not isinstance(estimator, Estimator):
        return frame
    if estimator.algorithm in run.library().words.get("unions", ()):
        made = [through(run, part, frame, place) for _, part, _ in estimator.parts]
        return reduce(join_frames, made) if made else frame
    if estimator.algorithm in run.library().words.get("by_function", ()):
        function = estimator.options.get("func") or estimator.options.get("function")
        if isinstance(function, FunctionValue):
            answer = run.call_function(function, [(None, frame.copy())], place.line)
            return run.as_frame(answer) or frame
        return frame
    if estimator.role == "pipeline" or estimator.role == "search":
        for _, part, _ in estimator.parts:
            frame = through(run, part, frame, place)
    elif estimator.role == "transformer":
        frame = assemble(run, estimator, frame, place)
    elif estimator.role == "selector":
        frame = frame.copy()
        frame.chosen_by_data = True
    elif estimator.role == "columns":
        choice = Choice(with_all=estimator.keeps_others)
        for _, part, columns in estimator.parts:
            is_dropped = isinstance(part, Text) and part.text == "drop"
            inner = Choice()
            choose_by_value(columns, inner)
            if is_dropped:
                choice.left_out.extend(inner.picked)
            else:
                choice.picked.extend(inner.picked)
                choice.gates.extend(inner.gates)
                if inner.rests:
                    choice.rests = (choice.rests or ()) + inner.rests
                choice.is_open = choice.is_open or inner.is_open
                choice.by_data = choice.by_data or inner.by_data
        frame = choose(run.state, frame, choice, place)
    return frame


def through_own(run: Interpreter, instance: Instance, frame: Frame, place: Place) -> Frame:
    """Return a table as it comes out of a transformer that the code itself defines."""
    transform = run.member(instance, "transform")
    if not isinstance(transform, FunctionValue):
        return frame
    fitting = run.member(instance, "fit")
    if isinstance(fitting, FunctionValue):
        run.call_function(fitting, [(None, frame.copy())], place.line)
    answer = run.call_function(transform, [(None, frame.copy())], place.line)
    return run.as_frame(answer) or frame


def as_features(run: Interpreter, value: Value | None) -> Frame:
    """Return what a model is given as a table; something unknown is one unnamed feature."""
    frame = run.as_frame(value)
    if frame is not None:
        return frame.copy()
    if isinstance(value, Column):
        name = value.name or "?"
        return Frame(columns={name: value.deps}, named={name: value.places})
    if isinstance(value, Vector):
        merged = Frame()
        for name, item in value.items:
            part = as_features(run, item)
            for label, deps in part.columns.items():
                merged.columns[name or label] = deps
                merged.named[name or label] = part.named.get(label, NOWHERE)
            merged.rests = merged.rests + part.rests
            merged.deps |= part.deps
        return merged
    if isinstance(value, Unknown):
        if value.name and not value.deps:
            forced = run.as_frame(value, force=True)
            if forced is not None:
                return forced.copy()
        return Frame(value.deps)
    return Frame(deps_of(value))


def train(
    run: Interpreter,
    site: CallSite,
    estimator: Estimator,
    frame: Frame,
    *,
    target: str = "",
    weights: Value | None = None,
) -> ModelSeen:
    """Remember that a model is fitted on a table."""
    inner = final_model(estimator) or estimator
    algorithm = inner.algorithm or estimator.algorithm
    seen = run.state.model(site.place, algorithm)
    seen.name = seen.name or estimator.name or inner.name
    estimator.key = inner.key = seen.key
    frame = bundled(run, inner, through(run, estimator, frame, site.place), site.place)
    target = target or label_of(inner)
    seen.target = seen.target or target
    if target:
        frame.columns.pop(target, None)
        frame.dropped.pop(target, None)
        frame.rests = leave_out(frame.rests, [target])
    estimator.fitted = inner.fitted = frame
    frame.rests = tuple(
        rest._replace(step=run.state.graph.add("feature", "", site.place, frozenset({rest.step})))
        for rest in frame.rests
    )
    steps: set[int] = set()
    for name, deps in list(frame.columns.items()):
        node = run.state.graph.add("feature", name, site.place, deps)
        frame.columns[name] = frozenset({node})
        run.state.note_feature(frame.named.get(name, NOWHERE), name)
        if HOLE in name:
            # One of the columns that values of a column became.
            spelled = name.partition(HOLE)[0].rstrip("._")
            run.state.note_feature(frame.named.get(name, NOWHERE), spelled)
        steps.add(node)
    weight_places = weights.places if isinstance(weights, (Column, Text)) else NOWHERE
    if isinstance(weights, (Column, Text)):
        name = weights.name if isinstance(weights, Column) else weights.text
        run.state.note(weight_places, name, "weight")
    known = run.state.trainings.get((seen.key, site.place))
    training = Training(
        seen.key, site.place, frame, target, deps_of(weights) | frame.weights, weight_places,
        frame.chosen_by_data, run.at.gated, run.project.is_about_fairness(run),
    )  # fmt: skip
    if known is not None:
        dropped = {**known.frame.dropped, **frame.dropped}
        training.frame = join_frames(known.frame, frame)
        training.frame.dropped = {
            n: d for n, d in dropped.items() if n not in training.frame.columns
        }
        training.by_data = known.by_data or training.by_data
        training.is_gated = known.is_gated and training.is_gated
        training.weights |= known.weights
    run.state.trainings[seen.key, site.place] = training
    return seen


def fit(run: Interpreter, site: CallSite) -> Value:
    """``estimator.fit(X, y, sample_weight=w)``; a class of the code's own is followed."""
    receiver = site.receiver
    if isinstance(receiver, Instance):
        inner = receiver.fields.get("@estimator")
        given = run.as_frame(site.value("features"))
        if inner is None and site.option("gives") == "table" and given is not None:
            return through_own(run, receiver, given, site.place)
        receiver = inner if inner is not None else receiver
    estimator = option_of(receiver, Estimator)
    if not isinstance(estimator, Estimator):
        from doorlicht.lineage.operations.networks import fit_network

        fitted = fit_network(run, site)
        if fitted is not None:
            return fitted
        if isinstance(receiver, Unknown) and site.args:
            return _fit_unknown(run, site, receiver)
        return receiver if receiver is not None else site.unknown()
    if estimator.pending is not None:
        features, described, weights = estimator.pending
        train(run, site, estimator, features.copy(), target=described, weights=weights)
        return estimator
    if not site.parts():
        # ``network.train()`` tells a network that it will be trained.
        return estimator
    frame = as_features(run, site.value("features"))
    if site.value("frame") is not None:
        frame = _of_whole(run, site)
    spec = site.option("gives")
    model = final_model(estimator)
    if model is None:
        estimator.fitted = frame
        result = through(run, estimator, frame, site.place)
        if spec == "table":
            return _transformed(run, site, estimator, result)
        return estimator
    target = site.value("target")
    name = target.name if isinstance(target, Column) else ""
    if not name:
        texts = texts_of(target)
        name = texts[0].text if len(texts) == 1 else ""
    target_frame = run.as_frame(target)
    if target_frame is not None and len(target_frame.columns) == 1:
        name = next(iter(target_frame.columns))
    for label, line in names_in(site.expr("weights")):
        if run.state.names.of_column(label) is not None:
            run.state.note(frozenset({run.place(line)}), label, "weight")
    seen = train(run, site, estimator, frame, target=name, weights=site.value("weights"))
    use_groups(run, estimator, site.value("sensitive"), seen, site.place)
    return estimator if spec != "table" else score_with(run, site, estimator, frame)


def _fit_unknown(run: Interpreter, site: CallSite, receiver: Unknown) -> Value:
    """Follow ``model.fit(X, y)`` of something that was handed in: a model, with two arguments."""
    positional = [value for name, value in site.all_values() if name is None]
    given = len(positional) + sum(
        name in ("y", "X", "X_train", "y_train") for name, _ in site.all_values()
    )
    if given < 2:
        return receiver
    last = receiver.name.rsplit(".", 1)[-1]
    algorithm = last.split("@")[0] if last else "unknown"
    estimator = Estimator(NOTHING, algorithm, "model", place=site.place)
    train(
        run,
        site,
        estimator,
        as_features(run, site.value("features")),
        weights=site.value("weights"),
    )
    return estimator


def _transformed(run: Interpreter, site: CallSite, estimator: Estimator, frame: Frame) -> Value:
    if "OneHot" in estimator.algorithm or "Dummy" in estimator.algorithm:
        call = CallSite(run, "dummies", site.place, [], site.scope, given=[frame])
        call.entry = parse_entry("dummies table=0")
        return dummies(run, call)
    return frame


def transform(run: Interpreter, site: CallSite) -> Value:
    """``transformer.transform(X)``: the same columns, or fewer."""
    receiver = site.receiver
    if isinstance(receiver, Instance):
        receiver = receiver.fields.get("@estimator", receiver)
    estimator = option_of(receiver, Estimator)
    value = site.value("features")
    frame = run.as_frame(value)
    if frame is None:
        return value if value is not None else site.unknown()
    model = final_model(estimator)
    if isinstance(estimator, Estimator) and model is not None and model.key is not None:
        # Spark calls scoring transforming.
        scored = score_with(run, site, estimator, frame)
        kept = frame.copy()
        kept.columns["prediction"] = deps_of(scored)
        return kept
    if isinstance(estimator, Estimator):
        return _transformed(run, site, estimator, through(run, estimator, frame, site.place))
    return frame


def predict(run: Interpreter, site: CallSite) -> Value:
    """``model.predict(X)``, ``predict(model, newdata)``: a score for each row."""
    model = site.value("model")
    if isinstance(model, Instance):
        model = model.fields.get("@estimator", model)
    estimator = option_of(model, Estimator)
    if isinstance(model, Record) and not isinstance(estimator, Estimator):
        found = [v for v in model.fields.values() if isinstance(v, Estimator)]
        estimator = found[0] if found else None
    if isinstance(model, Vector):
        found = [v for _, v in model.items if isinstance(v, Estimator)]
        estimator = found[0] if found else None
    value = site.value("features")
    frame = as_features(run, value) if value is not None else None
    if isinstance(estimator, Estimator) and run.at.language == "r" and estimator.key is None:
        made = prepared(run, site, estimator, frame)
        if made is not None:
            return made
        if estimator.role == "selector" and estimator.fitted is not None:
            _fit_selector(run, estimator)
    if not isinstance(estimator, Estimator):
        # Anything can have a ``score``; it is a model's if a model is known to be behind it, or
        # if it was loaded from a file.
        is_score = site.name.rsplit(".", 1)[-1] == "score"
        ending = getattr(model, "name", "").rpartition(".")[2]
        if (
            isinstance(model, (Unknown, Known))
            and frame is not None
            and (not is_score or ending in FILE_ENDINGS)
        ):
            estimator = _from_artefact(run, site, model)
        else:
            return Column(site.all_deps())
    return score_with(run, site, estimator, frame)


def _fit_selector(run: Interpreter, estimator: Estimator) -> None:
    """Take what chose columns for a model too, now that code scores with it."""
    frame = estimator.fitted.copy() if estimator.fitted is not None else Frame()
    frame.chosen_by_data = True
    site = CallSite(run, estimator.algorithm, estimator.place, [], Scope())
    target = texts_of(estimator.options.get("@target"))
    train(run, site, estimator, frame, target=target[0].text if target else "")


def _from_artefact(run: Interpreter, site: CallSite, model: Value) -> Estimator:
    """Return a model that was trained elsewhere: only its scoring is seen."""
    name = getattr(model, "name", "") or "model"
    seen = run.state.model(site.place, "unknown")
    seen.from_artefact = True
    stem, _, ending = name.rpartition(".")
    # The name of a file, or the last part of a dotted name.
    seen.name = seen.name or (stem if stem and ending in FILE_ENDINGS else ending).split("@")[0]
    return Estimator(model.deps, "unknown", "model", place=site.place, key=seen.key)


def score_with(
    run: Interpreter, site: CallSite, estimator: Estimator, frame: Frame | None
) -> Value:
    """Remember that a model scores a table, and return the scores."""
    inner = final_model(estimator) or estimator
    key = inner.key if inner.key is not None else estimator.key
    if key is None:
        return Column(site.all_deps())
    training = [t for (number, _), t in run.state.trainings.items() if number == key]
    deps: Deps = NOTHING
    for each in training:
        deps |= each.frame.all_deps
    if not training and frame is not None:
        deps = frame.all_deps
    node = run.state.graph.add("score", run.state.models[key].name, site.place, deps)
    run.state.scorings[key, site.place] = Scoring(
        key, site.place, frame, node, run.project.is_about_fairness(run)
    )
    if site.option("gives") == "table" and frame is not None:
        scored = frame.copy()
        scored.columns[".pred"] = frozenset({node})
        return scored
    return Column(frozenset({node}), "")


def _of_whole(run: Interpreter, site: CallSite) -> Frame:
    """``model.train(x=names, y="y", training_frame=h)``: the features by their names (H2O)."""
    whole = site.table("frame") or Frame()
    choice = Choice()
    choose_by_value(site.value("features"), choice)
    if not (choice.picked or choice.gates or choice.rests):
        choice = Choice(with_all=True)
    return choose(run.state, whole, choice, site.place)


def fit_formula(run: Interpreter, site: CallSite) -> Value:
    """``glm(y ~ a + b, data = df)``, ``randomForest(x, y)``, ``train(y ~ ., method = "gbm")``."""
    algorithm = site.name.rsplit(".", 1)[-1] if "::" not in site.name else site.name
    algorithm = site.name if site.name.count(".") and run.at.language == "r" else algorithm
    method = site.text("method")
    if method is not None and method.is_known:
        algorithm = method.text
    algorithm = site.option("named") or algorithm
    estimator = Estimator(NOTHING, algorithm, "model", place=site.place)
    formula = site.value("formula")
    known = run.as_frame(site.value("table"))
    if known is not None:
        estimator.options["@data"] = known
    frame = site.table("table") if site.value("table") is not None else None
    target = ""
    if isinstance(formula, Frame):
        frame, formula = formula, None
    if frame is None and site.value("x") is not None:
        frame = as_features(run, site.value("x"))
        y = site.value("y")
        target = y.name if isinstance(y, Column) else ""
    features = frame
    weights = site.masked("weights", frame)
    for label, line in names_in(site.expr("weights")):
        if run.state.names.of_column(label) is not None:
            run.state.note(frozenset({run.place(line)}), label, "weight")
    if formula is not None:
        estimator.options["@formula"] = formula
        features, target = by_formula(run, site, formula, frame)
    elif frame is not None and (site.texts("names") or isinstance(site.value("names"), Vector)):
        choice = Choice()
        choose_by_value(site.value("names"), choice)
        features = choose(run.state, frame, choice, site.place)
    label = site.texts("target")
    if label and not target:
        target = label[0].text
    features = (features or Frame()).copy()
    if site.option("fitted") == "later":
        # ``smf.logit("y ~ a", data)`` only describes; ``.fit()`` fits.
        estimator.pending = (features, target, weights)
    else:
        train(run, site, estimator, features, target=target, weights=weights)
    return estimator


def update(run: Interpreter, site: CallSite) -> Value:
    """``update(formula, . ~ . + c)``: the formula, changed; of a model, the model fitted anew."""
    old, new = site.value("old"), site.value("new")
    if isinstance(old, FormulaValue) and isinstance(new, FormulaValue):
        return updated(old, new)
    model = option_of(old, Estimator)
    if not isinstance(model, Estimator):
        return old if old is not None else site.unknown()
    table = run.as_frame(site.value("table")) or run.as_frame(model.options.get("@data"))
    formula = model.options.get("@formula")
    if isinstance(formula, FormulaValue) and isinstance(new, FormulaValue):
        formula = updated(formula, new)
    if table is None or formula is None:
        return model
    again = Estimator(NOTHING, model.algorithm, "model", place=site.place)
    again.options.update({"@data": table, "@formula": formula})
    features, target = by_formula(run, site, formula, table)
    train(run, site, again, features.copy(), target=target, weights=site.value("weights"))
    return again


def split(run: Interpreter, site: CallSite) -> Value:
    """``train_test_split(X, y)``: each argument twice."""
    parts: list[tuple[str | None, Value]] = []
    for name, value in site.all_values():
        if name is None:
            frame = run.as_frame(value)
            parts.append((None, frame.copy() if frame is not None else value))
            parts.append((None, frame.copy() if frame is not None else value))
    return Vector(NOTHING, parts)


def resample(run: Interpreter, site: CallSite) -> Value:
    """``sampler.fit_resample(X, y)``: both, with other rows."""
    del run
    return Vector(NOTHING, [(None, value) for _, value in site.all_values()])


def importance(run: Interpreter, site: CallSite) -> Value:
    """Return what a model says of its features: their names come out of it."""
    subject = site.value("model")
    estimator = option_of(subject, Estimator)
    if isinstance(subject, Vector) and subject.by_data:
        return subject
    del run
    if isinstance(estimator, Estimator) and estimator.fitted is not None:
        names = list(estimator.fitted.columns)
        items: list[tuple[str | None, Value]] = [
            (None, Text(NOTHING, n, estimator.fitted.named.get(n, NOWHERE))) for n in names
        ]
        return Vector(NOTHING, items, estimator.fitted.rests, by_data=True)
    return Vector(NOTHING, is_open=True, by_data=True)


def weighted_matrix(run: Interpreter, site: CallSite) -> Value:
    """``xgb.DMatrix(x, label = y, weight = w)``: the columns, and what the rows weigh."""
    frame = run.as_frame(site.value("table"))
    weights = site.value("weights")
    if frame is None:
        value = site.value("table")
        return value if value is not None else site.unknown()
    weighted = frame.copy()
    weighted.weights = weighted.weights | deps_of(weights)
    return weighted


def choose_by_steps(run: Interpreter, site: CallSite) -> Value:
    """``stepAIC(model)``: the same model, of whose features the data decides which stay."""
    model = site.value("model")
    estimator = option_of(model, Estimator)
    if isinstance(estimator, Estimator) and estimator.key is not None:
        for (number, _), training in run.state.trainings.items():
            if number == estimator.key:
                training.by_data = True
                _add_scope(run, site, estimator, training)
    return model if model is not None else site.unknown()


def _add_scope(run: Interpreter, site: CallSite, estimator: Estimator, training: Training) -> None:
    """Add the columns that ``step(model, scope = ~ a + b)`` may choose."""
    told = site.value("scope")
    data = run.as_frame(estimator.options.get("@data"))
    inner = list(told.fields.values()) if isinstance(told, Record) else [told]
    for formula in inner:
        if isinstance(formula, FormulaValue) and data is not None:
            chosen = by_formula(run, site, formula, data)[0]
            for name, deps in chosen.columns.items():
                training.frame.columns.setdefault(name, deps)
                training.frame.named.setdefault(name, chosen.named.get(name, NOWHERE))


def describe(run: Interpreter, site: CallSite) -> Value:
    """``@model(...)``: a model that a file describes."""
    algorithm, name = site.text("algorithm"), site.text("name")
    seen = run.state.model(site.place, algorithm.text if algorithm else "model")
    seen.name = seen.name or (name.text if name else "")
    seen.from_artefact = True
    seen.feature_source = "artefact"
    target = site.text("target")
    frame = Frame()
    listed = site.expr("features")
    for arg in listed.items if isinstance(listed, code.Seq) else ():
        # A feature that the model computes itself has a name of its own beside its sources.
        deps: set[int] = set()
        spelled = [(word, run.place(line)) for word, line in names_in(arg.value)]
        for word, place in spelled:
            deps.add(run.state.graph.source(run.at.file, word, place))
            run.state.note(frozenset({place}), word, "derive" if arg.name else "feature")
        label = arg.name or (spelled[0][0] if spelled else "")
        made = frozenset(deps)
        if arg.name:
            made = frozenset({run.state.graph.add("derive", arg.name, site.place, made)})
        if label:
            frame.columns[label] = made
            frame.made[label] = "list"
    run.state.trainings[seen.key, site.place] = Training(
        seen.key, site.place, frame, target.text if target else ""
    )
    seen.target = target.text if target else ""
    return Estimator(NOTHING, seen.algorithm, "model", place=site.place, key=seen.key, fitted=frame)


def fit_described(run: Interpreter, site: CallSite) -> Value:
    """``@fit(table, features=, target=, algorithm=, ...)`` of a reader."""
    frame = site.table("table") or Frame()
    algorithm, name, target = site.text("algorithm"), site.text("name"), site.text("target")
    estimator = Estimator(
        NOTHING, algorithm.text if algorithm else "model", "model", place=site.place
    )
    estimator.name = name.text if name else ""
    features = site.value("features")
    chosen = frame
    if features is not None:
        choice = Choice()
        choose_by_value(features, choice)
        chosen = choose(run.state, frame, choice, site.place)
    if site.texts("selection") and site.texts("selection")[0].text.lower() not in ("", "none"):
        chosen = chosen.copy()
        chosen.chosen_by_data = True
    weights: Value | None = None
    for text in site.texts("weights"):
        weights = run.column(frame, text.text, site.place.line, text.places)
    train(
        run, site, estimator, chosen.copy(), target=target.text if target else "", weights=weights
    )
    return estimator


def score_described(run: Interpreter, site: CallSite) -> Value:
    """``@score(model, table, out=)`` of a reader."""
    estimator = option_of(site.value("model"), Estimator)
    frame = site.table("table")
    if not isinstance(estimator, Estimator):
        estimator = _from_artefact(run, site, site.value("model") or Unknown())
    value = score_with(run, site, estimator, frame)
    scored = (frame or Frame()).copy()
    out = site.text("out")
    scored.columns[out.text if out else "score"] = value.deps
    return scored


def rules_described(run: Interpreter, site: CallSite) -> Value:
    """``@rules(table, inputs=, output=, name=)``: a rule set that a file describes."""
    frame = site.table("table") if site.value("table") is not None else None
    name, output = site.text("name"), site.text("output")
    label = name.text if name else output.text if output else ""
    seen = run.state.model(site.place, f"rules:{output.text if output else label}")
    seen.is_rules, seen.algorithm = True, "rules"
    seen.name = seen.name or label
    seen.target = output.text if output else ""
    features = Frame()
    for text in site.texts("inputs"):
        place = next(iter(text.places), site.place)
        deps = (
            read_column(run.state, frame, text.text, site.place) if frame is not None else NOTHING
        )
        deps = deps or frozenset({run.state.graph.source(run.at.file, text.text, place)})
        features.columns[text.text] = deps
        features.named[text.text] = text.places
        run.state.note_text(text, "feature")
    run.state.trainings[seen.key, site.place] = Training(
        seen.key, site.place, features, seen.target
    )
    deps = features.all_deps
    node = run.state.graph.add("score", seen.name, site.place, deps)
    run.state.scorings[seen.key, site.place] = Scoring(seen.key, site.place, features, node)
    return Column(frozenset({node}), seen.target)


_PLACES: Places = NOWHERE
_ = (drop_column, choose_by_parts)
