"""What scores a model in the confined process: the library that made it.

Each runtime takes the content of the file and returns a function from columns to scores. ONNX,
XGBoost, LightGBM and CatBoost read data; a pickle is a program, and loading it runs that.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module, metadata
from typing import Any, Final, cast

import numpy as np

from doorlicht.records.models import ScoreKind

Columns = Mapping[str, Any]
Score = Callable[[Columns], Any]

SAFE: Final = ("onnx", "xgboost", "lightgbm", "catboost")
"""Formats that hold data and no program."""

PROGRAMS: Final = ("pickle", "joblib", "skops")
"""Formats of which loading runs what they say."""

PACKAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "onnx": ("onnxruntime",), "xgboost": ("xgboost", "xgboost-cpu"), "lightgbm": ("lightgbm",),
    "catboost": ("catboost",), "pickle": ("scikit-learn",), "joblib": ("joblib",),
    "skops": ("skops",),
}  # fmt: skip


def runtime_version(form: str) -> str:
    """Return which library scores a format, with its version; empty if it is not installed."""
    for name in PACKAGES[form]:
        try:
            return f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    return ""


def load(
    form: str, content: bytes, features: Sequence[str], *, kind: str = "", link: str = ""
) -> tuple[ScoreKind, Score]:
    """Return what the scores of a model are, and what computes them from columns.

    Parameters
    ----------
    kind, link
        What was read of the file: a library that does not tell what a model is asks it of us.
    """
    if form == "catboost":
        return _catboost(content, features, kind, link)
    return _LOADERS[form](content, features)


def _matrix(columns: Columns, features: Sequence[str]) -> Any:
    return np.column_stack([np.asarray(columns[name], np.float64) for name in features])


def _frame(columns: Columns, features: Sequence[str]) -> Any:
    try:
        pandas: Any = import_module("pandas")
    except ImportError:
        return _matrix(columns, features)
    return pandas.DataFrame({name: columns[name] for name in features})


def _onnx(content: bytes, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    onnxruntime: Any = import_module("onnxruntime")

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    inputs = session.get_inputs()
    outputs = [one.name for one in session.get_outputs()]

    def score(columns: Columns) -> Any:
        if len(inputs) == 1:
            fed = {inputs[0].name: _as_tensor(_matrix(columns, features), inputs[0].type)}
        else:
            fed = {
                one.name: _as_tensor(np.asarray(columns[one.name])[:, None], one.type)
                for one in inputs
            }
        found = session.run(outputs, fed)
        # Of a classifier the second output holds the probabilities.
        return _plain(found[-1])

    return "probability" if len(outputs) > 1 else "value", score


def _as_tensor(values: Any, kind: str) -> Any:
    if "string" in kind:
        return np.asarray(values).astype(str).astype(object)
    return values.astype(
        {"tensor(double)": np.float64, "tensor(int64)": np.int64}.get(kind, np.float32)
    )


def _plain(found: Any) -> Any:
    """Return probabilities as a table, also where they come as a list of one mapping a row."""
    if isinstance(found, list):
        rows = cast("list[dict[object, float]]", found)
        return np.array([list(row.values()) for row in rows])
    return np.asarray(found)


def _xgboost(content: bytes, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    xgboost: Any = import_module("xgboost")

    booster = xgboost.Booster()
    booster.load_model(bytearray(content))

    def score(columns: Columns) -> Any:
        names = booster.feature_names
        data = xgboost.DMatrix(_matrix(columns, features), feature_names=names, nthread=1)
        return booster.predict(data)

    is_probability = '"binary:logistic"' in booster.save_config()
    return "probability" if is_probability else "value", score


def _lightgbm(content: bytes, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    lightgbm: Any = import_module("lightgbm")

    booster = lightgbm.Booster(model_str=content.decode("utf-8"))

    def score(columns: Columns) -> Any:
        return booster.predict(_matrix(columns, features), num_threads=1)

    is_probability = "objective=binary" in content[:100_000].decode("utf-8", "replace")
    return "probability" if is_probability else "value", score


def _catboost(
    content: bytes, features: Sequence[str], kind: str, link: str
) -> tuple[ScoreKind, Score]:
    catboost: Any = import_module("catboost")
    # Only a classifier has probabilities; asked of a regression they are an error.
    told = "Exponent" if link == "log" else "RawFormulaVal"
    asked = "Probability" if kind == "classifier" else told

    model = catboost.CatBoost()
    model.load_model(blob=content)

    def score(columns: Columns) -> Any:
        frame = _frame(columns, features)
        return model.predict(frame, prediction_type=asked, thread_count=1)

    return "probability" if asked == "Probability" else "value", score


_KINDS: Final[Mapping[str, ScoreKind]] = {
    "predict_proba": "probability", "decision_function": "margin", "predict": "value",
}  # fmt: skip


def _object(model: Any, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    name = next((one for one in _KINDS if hasattr(model, one)), None)
    if name is None:
        raise TypeError("no predict")

    def score(columns: Columns) -> Any:
        return getattr(model, name)(_frame(columns, features))

    return _KINDS[name], score


def _pickle(content: bytes, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    import pickle

    # The user said with --trust-pickle that this may be run; the process is confined.
    return _object(pickle.loads(content), features)  # noqa: S301


def _joblib(content: bytes, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    joblib: Any = import_module("joblib")
    # As above: a joblib file is a pickle, and is loaded only for who said --trust-pickle.
    return _object(joblib.load(io.BytesIO(content)), features)


def _skops(content: bytes, features: Sequence[str]) -> tuple[ScoreKind, Score]:
    skops: Any = import_module("skops.io")

    trusted = skops.get_untrusted_types(data=content)
    return _object(skops.loads(content, trusted=trusted), features)


_LOADERS: Final[Mapping[str, Callable[[bytes, Sequence[str]], tuple[ScoreKind, Score]]]] = {
    "onnx": _onnx, "xgboost": _xgboost, "lightgbm": _lightgbm,
    "pickle": _pickle, "joblib": _joblib, "skops": _skops,
}  # fmt: skip
