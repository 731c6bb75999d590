"""Which reader understands which class, and what is said of a class that none understands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from doorlicht.audit.pickles.arrays import array_of
from doorlicht.audit.pickles.nodes import Call, Node, walk
from doorlicht.audit.reading import (
    boosting_machines,
    lightgbm_models,
    sklearn_boosting,
    sklearn_composed,
    sklearn_kernels,
    sklearn_linear,
    sklearn_neighbours,
    sklearn_preparing,
    sklearn_stacked,
    sklearn_texts,
    sklearn_trees,
    sklearn_votes,
    xgboost_models,
)
from doorlicht.audit.reading.things import LackingError, Thing, Understood, nodes_of
from doorlicht.audit.scoring.preparing import Same
from doorlicht.records.models import ModelKind

MAX_DEPTH: Final = 40
"""How deep models lie in each other; no honest one comes near."""

MAX_SEARCHED: Final = 200_000
"""Nodes among which a model is looked for in something that is none itself."""


class Reading:
    """Reads nodes, and refuses to go round in circles."""

    def __init__(self) -> None:
        self.depth = 0

    def understand(self, node: Node) -> Understood:
        """Return what a node is. Never raises for what the node holds."""
        if not isinstance(node, Call):
            # Some versions write "passthrough" where nothing is done.
            if node == "passthrough":
                return Understood("passthrough", "preparation", preparation=Same())
            return Understood("?", "unknown", lacks=["?"])
        thing = Thing(node)
        if self.depth >= MAX_DEPTH:
            return Understood(thing.name, "unknown", thing.package, lacks=["depth"])
        self.depth += 1
        try:
            return self._read(thing)
        # What a file claims may contradict itself in ways that numpy finds out.
        except (LackingError, ValueError, TypeError, IndexError, KeyError, OverflowError):
            return _recognised(thing, "?")
        finally:
            self.depth -= 1

    def _read(self, thing: Thing) -> Understood:
        simple = _SIMPLE.get(thing.name)
        if simple is not None:
            return simple(thing)
        composed = _COMPOSED.get(thing.name) or _BOOSTERS.get((thing.package, thing.name))
        if composed is not None:
            return composed(thing, self.understand)
        return _recognised(thing, thing.name)


def understand(node: Node) -> Understood:
    """Return what a node is; see :class:`Reading`."""
    return Reading().understand(node)


def _recognised(thing: Thing, lacking: str) -> Understood:
    """Return what any estimator tells, without how it computes."""
    kind: ModelKind = "unknown"
    if "classes_" in thing or thing.name.endswith("Classifier") or thing.name in _CLASSIFIERS:
        kind = "classifier"
    elif thing.name.endswith("Regressor") or thing.name in _REGRESSORS:
        kind = "regressor"
    made = sklearn_linear.begin(thing, kind)
    if made.width is None:
        made.width = _width_of(thing)
    made.lacks.append(lacking)
    return made


_CLASSIFIERS: Final = frozenset({"SVC", "NuSVC"})
_REGRESSORS: Final = frozenset({"SVR", "NuSVR"})


def _width_of(thing: Thing) -> int | None:
    for name in ("_fit_X", "support_vectors_", "shape_fit_", "X_train_"):
        found = thing.maybe(name)
        if found is not None and found.ndim == 2:
            return int(found.shape[1])
    first = nodes_of(thing.get("coefs_"))
    weights = array_of(first[0]) if first else None
    return int(weights.shape[0]) if weights is not None and weights.ndim == 2 else None


def models_in(top: Node) -> list[Node]:
    """Return the models that something holds which is none itself: a dictionary, a list, ...

    The outermost ones only, in the order in which they are met.
    """
    found: list[Node] = []
    inside: set[int] = set()
    seen = 0
    for node in walk(top):
        seen += 1
        if seen > MAX_SEARCHED:
            break
        if id(node) in inside or not isinstance(node, Call):
            continue
        thing = Thing(node)
        is_known = thing.name in _SIMPLE or thing.name in _COMPOSED
        if is_known or (thing.package, thing.name) in _BOOSTERS or _looks_fitted(node):
            found.append(node)
            inside.update(id(each) for each in walk(node))
    return found


def _looks_fitted(node: Call) -> bool:
    told = Thing(node).attributes
    return "n_features_in_" in told or ("classes_" in told and "get_params" not in told)


_SIMPLE: Final[dict[str, Callable[[Thing], Understood]]] = {
    **dict.fromkeys(
        [
            "LogisticRegression", "LogisticRegressionCV", "SGDClassifier", "RidgeClassifier",
            "RidgeClassifierCV", "LinearSVC", "Perceptron", "PassiveAggressiveClassifier",
            "LinearDiscriminantAnalysis",
        ],
        sklearn_linear.classifier,
    ),
    "QuadraticDiscriminantAnalysis": sklearn_linear.quadratic,
    **dict.fromkeys(
        [
            "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet",
            "ElasticNetCV", "SGDRegressor", "HuberRegressor", "BayesianRidge", "ARDRegression",
            "PoissonRegressor", "GammaRegressor", "TweedieRegressor", "LinearSVR", "Lars",
            "LassoLars", "LarsCV", "LassoLarsCV", "LassoLarsIC", "OrthogonalMatchingPursuit",
            "TheilSenRegressor", "QuantileRegressor", "PassiveAggressiveRegressor",
        ],
        sklearn_linear.regressor,
    ),
    "SGDOneClassSVM": sklearn_linear.outliers,
    **dict.fromkeys(["SVC", "NuSVC", "SVR", "NuSVR", "OneClassSVM"], sklearn_kernels.vectors),
    **dict.fromkeys(
        ["KNeighborsClassifier", "KNeighborsRegressor"], sklearn_neighbours.neighbours
    ),
    **dict.fromkeys(["MLPClassifier", "MLPRegressor"], sklearn_kernels.network),
    **dict.fromkeys(
        ["GaussianNB", "BernoulliNB", "MultinomialNB", "ComplementNB", "CategoricalNB"],
        sklearn_linear.bayes,
    ),
    **dict.fromkeys(sklearn_preparing.PREPARATIONS, sklearn_preparing.preparation),
    **dict.fromkeys(sklearn_texts.TEXTS, sklearn_texts.texts),
}  # fmt: skip

Composed = Callable[[Thing, Any], Understood]

_COMPOSED: Final[dict[str, Composed]] = {
    **dict.fromkeys(
        ["DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier",
         "ExtraTreeRegressor"],
        sklearn_trees.tree,
    ),
    **dict.fromkeys(
        ["RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier",
         "ExtraTreesRegressor"],
        sklearn_trees.forest,
    ),
    "IsolationForest": sklearn_trees.isolation,
    **dict.fromkeys(
        ["GradientBoostingClassifier", "GradientBoostingRegressor"], sklearn_boosting.gradient
    ),
    **dict.fromkeys(
        ["HistGradientBoostingClassifier", "HistGradientBoostingRegressor"],
        sklearn_boosting.histogram,
    ),
    **dict.fromkeys(["DummyClassifier", "DummyRegressor"], sklearn_votes.dummy),
    **dict.fromkeys(["AdaBoostClassifier", "AdaBoostRegressor"], sklearn_votes.adaboost),
    **dict.fromkeys(["BaggingClassifier", "BaggingRegressor"], sklearn_votes.bagging),
    **dict.fromkeys(["VotingClassifier", "VotingRegressor"], sklearn_votes.voting),
    **dict.fromkeys(["StackingClassifier", "StackingRegressor"], sklearn_stacked.stacking),
    "CalibratedClassifierCV": sklearn_stacked.calibrated,
    "OneVsRestClassifier": sklearn_stacked.one_against_rest,
    "Pipeline": sklearn_composed.pipeline,
    "PMMLPipeline": sklearn_composed.pipeline,
    "TransformerPipeline": sklearn_composed.pipeline,
    "ColumnTransformer": sklearn_composed.columns,
    "FeatureUnion": sklearn_composed.union,
    "DataFrameMapper": sklearn_composed.mapper,
    **dict.fromkeys(
        ["GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV",
         "BayesSearchCV", "TunedThresholdClassifierCV", "FixedThresholdClassifier"],
        sklearn_composed.search,
    ),
    "TransformedTargetRegressor": sklearn_composed.target,
    "SelectFromModel": sklearn_composed.selected_by_model,
    **dict.fromkeys(
        ["ExplainableBoostingClassifier", "ExplainableBoostingRegressor"],
        boosting_machines.machine,
    ),
    **dict.fromkeys(
        ["XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor"],
        xgboost_models.wrapper,
    ),
    **dict.fromkeys(
        ["LGBMClassifier", "LGBMRegressor", "LGBMRanker"], lightgbm_models.wrapper
    ),
}  # fmt: skip

_BOOSTERS: Final[dict[tuple[str, str], Composed]] = {
    ("xgboost", "Booster"): xgboost_models.wrapper,
    ("lightgbm", "Booster"): lightgbm_models.wrapper,
}
