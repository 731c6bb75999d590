"""Scores computed from the nodes of a pickle are those of scikit-learn, to 1e-12."""

import copy
import io
import pickle
import sys
import types

import joblib
import numpy as np
import pytest
from joblib.numpy_pickle_compat import NDArrayWrapper
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import (
    ColumnTransformer,
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SelectFromModel, SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    RidgeClassifier,
    SGDClassifier,
    TweedieRegressor,
)
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestCentroid
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from tests.unit.audit.loaders.made_data import columns, gaps, mixed, outcome, outcomes, people

from doorlicht.audit.opening import open_model, score
from doorlicht.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore")

P, M, G, Y, Y3 = people(), mixed(), gaps(), outcome(), outcomes()
S = (P - P.mean()) / P.std()


def prepared(**settings):
    return ColumnTransformer(
        [
            ("o", OneHotEncoder(handle_unknown="ignore", **settings), ["land", "sex"]),
            ("s", StandardScaler(), ["age", "income"]),
        ],
        remainder="passthrough",
    )


def logistic():
    return LogisticRegression(max_iter=300)


FOREST = {"n_estimators": 8, "random_state": 0}
CASES = {
    "logistic": (logistic(), P, Y),
    "softmax": (logistic(), P, Y3),
    "liblinear": (LogisticRegression(solver="liblinear"), P, Y),
    "sgd-log": (SGDClassifier(loss="log_loss", random_state=0), P, Y),
    "sgd-huber": (SGDClassifier(loss="modified_huber", random_state=0), P, Y3),
    "ridge": (RidgeClassifier(), P, Y),
    "linear-svc": (LinearSVC(), P, Y3),
    "discriminant": (LinearDiscriminantAnalysis(), P, Y),
    "discriminant-of-three": (LinearDiscriminantAnalysis(), P, Y3),
    "linear": (LinearRegression(), P, P.age * 2 + Y),
    "lasso": (Lasso(), P, P.age),
    "poisson": (PoissonRegressor(), P / 90, P.children),
    "tweedie": (TweedieRegressor(power=0), P, P.age),
    "tree": (DecisionTreeClassifier(max_depth=5), P, Y),
    "tree-of-three": (DecisionTreeClassifier(), P, Y3),
    "tree-of-values": (DecisionTreeRegressor(max_depth=4), P, P.debt),
    "tree-with-gaps": (DecisionTreeClassifier(max_depth=5), G[["age", "debt"]], Y),
    "forest": (RandomForestClassifier(**FOREST), P, Y),
    "forest-of-three": (RandomForestClassifier(**FOREST), P, Y3),
    "forest-with-gaps": (RandomForestClassifier(**FOREST), G[["age", "debt"]], Y),
    "forest-of-values": (RandomForestRegressor(**FOREST), P, P.debt),
    "extra-trees": (ExtraTreesClassifier(**FOREST), P, Y),
    "boosting": (GradientBoostingClassifier(n_estimators=20), P, Y),
    "boosting-of-three": (GradientBoostingClassifier(n_estimators=8), P, Y3),
    "boosting-exponential": (GradientBoostingClassifier(n_estimators=8, loss="exponential"), P, Y),
    "boosting-of-values": (GradientBoostingRegressor(n_estimators=8), P, P.debt),
    "boosting-from-zero": (GradientBoostingClassifier(n_estimators=8, init="zero"), P, Y),
    "histogram": (HistGradientBoostingClassifier(max_iter=15), P, Y),
    "histogram-of-three": (HistGradientBoostingClassifier(max_iter=5), P, Y3),
    "histogram-with-gaps": (HistGradientBoostingRegressor(max_iter=8), G[["age", "debt"]], P.debt),
    "histogram-poisson": (HistGradientBoostingRegressor(loss="poisson", max_iter=8), P, P.children),
    "histogram-codes": (
        HistGradientBoostingClassifier(max_iter=8, categorical_features=["code"]),
        M[["age", "code"]],
        Y,
    ),
    "histogram-categories": (
        HistGradientBoostingClassifier(max_iter=8, categorical_features="from_dtype"),
        G.assign(land=G.land.astype("category"), sex=G.sex.astype("category")),
        Y,
    ),
    "bayes-gaussian": (GaussianNB(), P, Y),
    "bayes-bernoulli": (BernoulliNB(), P, Y),
    "bayes-multinomial": (MultinomialNB(), P.abs(), Y3),
    "bayes-complement": (ComplementNB(), P.abs(), Y3),
    "dummy": (DummyClassifier(), P, Y),
    "vectors": (SVC(), P, Y),
    "vectors-linear": (SVC(kernel="linear"), P / 50, Y),
    "vectors-of-powers": (SVC(kernel="poly", degree=2, coef0=1.0), P / 50, Y),
    "vectors-of-values": (SVR(), P, P.debt),
    "vectors-of-three": (SVC(), S, Y3),
    "vectors-of-pairs": (SVC(decision_function_shape="ovo"), S, Y3),
    "vectors-by-platt": (SVC(probability=True, random_state=0), S, Y),
    "vectors-by-platt-of-three": (SVC(probability=True, kernel="linear", random_state=0), S, Y3),
    "vectors-calibrated": (CalibratedClassifierCV(SVC(), cv=2), S, Y3),
    "neighbours": (KNeighborsClassifier(), S, Y),
    "neighbours-by-distance": (KNeighborsClassifier(7, weights="distance"), S, Y3),
    "neighbours-scaled": (make_pipeline(StandardScaler(), KNeighborsClassifier(p=1)), P, Y),
    "neighbours-compared": (KNeighborsClassifier(algorithm="brute", metric="minkowski"), S, Y),
    "neighbours-of-values": (KNeighborsRegressor(6, p=3), S, P.debt),
    "neighbours-of-one-place": (KNeighborsRegressor(3, weights="distance"), S, P.debt),
    "bayes-categorical": (CategoricalNB(), P[["children"]], Y3),
    "quadratic": (QuadraticDiscriminantAnalysis(), S, Y3),
    "one-against-rest": (OneVsRestClassifier(logistic()), S, Y3),
    "one-against-rest-of-two": (OneVsRestClassifier(logistic()), S, Y),
    "votes": (
        VotingClassifier(
            [
                ("a", make_pipeline(StandardScaler(), logistic())),
                ("b", DecisionTreeClassifier(max_depth=3)),
                ("c", GaussianNB()),
            ],
            weights=[2, 1, 2],
        ),
        P,
        Y3,
    ),
    "votes-of-two": (VotingClassifier([("a", logistic()), ("b", SVC())]), S, Y),
    "stacking-beside-columns": (
        StackingClassifier([("a", LinearSVC()), ("b", GaussianNB())], passthrough=True, cv=2),
        S,
        Y3,
    ),
    "stacking-of-values": (
        StackingRegressor([("a", LinearRegression()), ("b", DecisionTreeRegressor())], cv=2),
        S,
        P.debt,
    ),
    "calibrated-by-temperature": (
        CalibratedClassifierCV(LinearSVC(), method="temperature", cv=2),
        S,
        Y,
    ),
    "calibrated-by-temperature-of-three": (
        CalibratedClassifierCV(GaussianNB(), method="temperature", cv=2),
        S,
        Y3,
    ),
    "network": (MLPClassifier((4, 3), max_iter=20, random_state=0), P / 50, Y),
    "network-of-three": (MLPClassifier((4,), activation="tanh", max_iter=20), P / 50, Y3),
    "network-of-values": (MLPRegressor(hidden_layer_sizes=(4,), max_iter=20), P / 50, P.debt),
    "isolation": (IsolationForest(n_estimators=8, random_state=0), P, Y),
    "isolation-of-some": (IsolationForest(n_estimators=8, max_features=2), P, Y),
    "adaboost": (AdaBoostClassifier(n_estimators=6), P, Y),
    "adaboost-of-three": (AdaBoostClassifier(n_estimators=6), P, Y3),
    "adaboost-of-values": (AdaBoostRegressor(n_estimators=6, random_state=0), P, P.debt),
    "bagging": (BaggingClassifier(n_estimators=4, max_features=0.5), P, Y),
    "voting": (
        VotingClassifier(
            [("a", logistic()), ("b", RandomForestClassifier(**FOREST))],
            voting="soft",
            weights=[1, 2],
        ),
        P,
        Y,
    ),
    "voting-of-values": (
        VotingRegressor([("a", LinearRegression()), ("b", RandomForestRegressor(**FOREST))]),
        P,
        P.debt,
    ),
    "stacking": (
        StackingClassifier([("a", logistic()), ("b", RandomForestClassifier(**FOREST))], cv=2),
        P,
        Y,
    ),
    "calibrated": (CalibratedClassifierCV(LinearSVC(), cv=2), P, Y),
    "calibrated-steps": (
        CalibratedClassifierCV(RandomForestClassifier(**FOREST), method="isotonic", cv=2),
        P,
        Y,
    ),
    "calibrated-of-three": (CalibratedClassifierCV(DecisionTreeClassifier(), cv=2), P, Y3),
    "pipeline": (make_pipeline(StandardScaler(), logistic()), P, Y),
    "one-hot": (make_pipeline(prepared(), logistic()), M, Y),
    "one-hot-without-first": (
        make_pipeline(prepared(drop="first"), GradientBoostingClassifier(n_estimators=5)),
        M,
        Y,
    ),
    "one-hot-of-two": (make_pipeline(prepared(drop="if_binary"), logistic()), M, Y),
    "one-hot-of-rare": (make_pipeline(prepared(min_frequency=50), logistic()), M, Y),
    "filled": (
        make_pipeline(
            ColumnTransformer(
                [
                    ("o", OneHotEncoder(), ["land"]),
                    ("i", SimpleImputer(add_indicator=True), ["age"]),
                    (
                        "q",
                        make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler()),
                        ["income", "debt"],
                    ),
                    (
                        "f",
                        make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()),
                        ["land"],
                    ),
                ]
            ),
            logistic(),
        ),
        G,
        Y,
    ),
    "ordinal": (
        make_pipeline(
            ColumnTransformer(
                [
                    (
                        "o",
                        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                        ["land", "sex"],
                    ),
                    ("p", "passthrough", ["age"]),
                    ("d", "drop", ["children"]),
                ]
            ),
            RandomForestClassifier(**FOREST),
        ),
        G,
        Y,
    ),
    "best-columns": (
        make_pipeline(
            make_column_transformer(
                (OneHotEncoder(), ["land"]),
                (RobustScaler(), make_column_selector(dtype_include=float)),
            ),
            SelectKBest(k=4),
            logistic(),
        ),
        M,
        Y,
    ),
    "columns-by-model": (
        make_pipeline(SelectFromModel(RandomForestClassifier(**FOREST)), logistic()),
        P,
        Y,
    ),
    "components": (make_pipeline(StandardScaler(), PCA(2, whiten=True), logistic()), P, Y),
    "products": (make_pipeline(MaxAbsScaler(), PolynomialFeatures(2), logistic()), P, Y),
    "union": (
        make_pipeline(
            FeatureUnion([("a", StandardScaler()), ("b", FunctionTransformer(np.log1p))]),
            logistic(),
        ),
        P.abs(),
        Y,
    ),
    "intervals": (make_pipeline(KBinsDiscretizer(4), logistic()), P, Y),
    "power": (make_pipeline(PowerTransformer(), logistic()), P, Y),
    "places": (make_pipeline(QuantileTransformer(n_quantiles=40), logistic()), P, Y),
    "places-normal": (
        make_pipeline(
            SimpleImputer(),
            QuantileTransformer(n_quantiles=30, output_distribution="normal"),
            LinearRegression(),
        ),
        G[["age", "debt"]],
        P.debt,
    ),
    "other-unit": (
        TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1),
        P / 90,
        P.children,
    ),
    "other-unit-scaled": (
        TransformedTargetRegressor(RandomForestRegressor(**FOREST), transformer=StandardScaler()),
        P,
        P.debt,
    ),
    "norm": (make_pipeline(Normalizer(), VarianceThreshold(), logistic()), P, Y),
    "target-means": (
        make_pipeline(ColumnTransformer([("t", TargetEncoder(), ["land", "sex"])]), logistic()),
        M,
        Y,
    ),
    "grid": (
        GridSearchCV(
            make_pipeline(prepared(), logistic()), {"logisticregression__C": [0.1, 1]}, cv=2
        ),
        M,
        Y,
    ),
    "random-search": (
        RandomizedSearchCV(RandomForestClassifier(**FOREST), {"max_depth": [2, 3]}, n_iter=2, cv=2),
        P,
        Y,
    ),
}


KEEPING_ROWS = {
    name for name in CASES if name.startswith(("vectors", "neighbours")) or name == "votes-of-two"
}


def dumped(model, how):
    if how == "pickle":
        return pickle.dumps(model)
    stream = io.BytesIO()
    joblib.dump(model, stream, compress=how)
    return stream.getvalue()


def expected(model, kind, table):
    if kind == "probability":
        told = model.predict_proba(table)
        return told[:, 1] if told.shape[1] == 2 else told
    if kind == "label":
        told = (model.predict(table)[:, None] == model.classes_).astype(float)
        return told[:, 1] if told.shape[1] == 2 else told
    return model.decision_function(table) if kind == "margin" else model.predict(table)


@pytest.fixture(scope="module")
def fitted():
    made = {}

    def fit(name):
        if name not in made:
            model, table, answer = CASES[name]
            made[name] = model.fit(table, answer)
        return made[name], CASES[name][1]

    return fit


@pytest.mark.parametrize("name", CASES)
def test_scores_are_those_of_the_library(name, fitted):
    model, table = fitted(name)
    for how in ("pickle", 0, 3):
        artefact = open_model(dumped(model, how), "model.pkl")
        told_of = [spot.code for spot in artefact.blind_spots]
        assert told_of == (["model.keeps_rows"] if name in KEEPING_ROWS else [])
        assert set(artefact.feature_names) == set(table.columns)
        sample = table.sample(150, random_state=1)
        told = score(artefact, columns(sample))
        assert np.abs(told - expected(model, artefact.score, sample)).max() < 1e-12


@pytest.mark.parametrize(
    "name",
    ["tree", "forest", "forest-of-three", "extra-trees", "boosting", "boosting-of-values",
     "adaboost"],
)  # fmt: skip
def test_importances_are_those_of_the_library(name, fitted):
    model, _ = fitted(name)
    artefact = open_model(pickle.dumps(model))
    told = [feature.importance for feature in artefact.features]
    assert np.abs(np.array(told) - model.feature_importances_).max() < 1e-12
    assert artefact.importance_by == "impurity"


def test_coefficients_stand_by_the_names_of_the_columns(fitted):
    model, _ = fitted("logistic")
    artefact = open_model(pickle.dumps(model))
    told = [feature.coefficient for feature in artefact.features]
    assert told == pytest.approx(model.coef_[0].tolist(), abs=0)
    assert (artefact.kind, artefact.algorithm, artefact.link) == (
        "classifier",
        "LogisticRegression",
        "logit",
    )
    assert artefact.target_classes == ("0", "1")
    assert artefact.library.startswith("scikit-learn ")


def test_each_category_is_a_term_with_the_column_it_came_from(fitted):
    model, _ = fitted("one-hot")
    artefact = open_model(pickle.dumps(model))
    weights = {term.label: term.weight for term in artefact.terms}
    final = model[-1].coef_[0]
    assert weights["land=MA"] == final[0]
    assert {term.features for term in artefact.terms if "land=" in term.label} == {("land",)}
    land = next(each for each in artefact.features if each.name == "land")
    assert set(land.categories) == {"NL", "TR", "MA", "SR", "PL"}
    assert "TR" not in repr(artefact)


def test_a_column_that_a_pipeline_drops_is_not_used(fitted):
    model, _ = fitted("ordinal")
    used = {each.name: each.is_used for each in open_model(pickle.dumps(model)).features}
    assert used["children"] is False
    assert used["land"] is True


def test_the_shape_of_trees_is_told(fitted):
    model, _ = fitted("forest")
    shape = open_model(pickle.dumps(model)).trees
    trees = [each.tree_ for each in model.estimators_]
    assert (shape.trees, shape.nodes) == (8, sum(tree.node_count for tree in trees))
    assert shape.depth == max(tree.max_depth for tree in trees)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(NearestCentroid(), id="centroid"),
        pytest.param(KNeighborsClassifier(weights=np.exp), id="weights-by-a-function"),
        pytest.param(KNeighborsClassifier(metric="canberra"), id="a-rare-distance"),
        pytest.param(VotingClassifier([("a", LinearSVC()), ("b", NearestCentroid())]), id="votes"),
    ],
)
def test_what_is_not_followed_is_recognised_with_its_features_and_told(model):
    artefact = open_model(pickle.dumps(model.fit(P, Y)))
    assert artefact.algorithm == type(model).__name__
    assert artefact.feature_names == tuple(P.columns)
    keeps_rows = "_fit_X" in vars(model)
    assert [spot.code for spot in artefact.blind_spots] == [
        "model.not_followed", *["model.keeps_rows"] * keeps_rows
    ]  # fmt: skip
    with pytest.raises(InputError, match="no_scores"):
        score(artefact, columns(P))


def test_a_row_whose_neighbours_are_equally_far_and_say_different_things_gets_no_score():
    kept = np.array([[0.0], [2.0], [10.0], [12.0]])
    model = KNeighborsClassifier(1).fit(kept, [0, 1, 1, 1])
    artefact = open_model(pickle.dumps(model))
    told = score(artefact, {"x0": [1.0, 0.5, 11.0, np.nan]})
    # In the middle of two that say the same, it does not matter which one is taken.
    assert np.array_equal(told, [np.nan, 0.0, 1.0, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    "name",
    ["vectors", "vectors-of-three", "vectors-by-platt", "vectors-by-platt-of-three", "neighbours",
     "neighbours-of-values", "quadratic", "one-against-rest", "votes", "votes-of-two",
     "calibrated-by-temperature", "stacking-beside-columns"],
)  # fmt: skip
def test_who_lacks_a_feature_gets_no_score_and_no_vote(name, fitted):
    model, table = fitted(name)
    sample = table.sample(6, random_state=1).astype(float)
    sample.iloc[2, 0] = np.nan
    told = score(open_model(pickle.dumps(model)), columns(sample)).reshape(6, -1)
    assert np.isnan(told[2]).all()
    assert np.isfinite(np.delete(told, 2, axis=0)).all()


def test_people_with_a_category_that_naive_bayes_never_saw_get_no_score():
    model = CategoricalNB().fit([[0], [1], [0]], [0, 1, 1])
    told = score(open_model(pickle.dumps(model)), {"x0": [0, 1, 2]})
    assert np.isnan(told).tolist() == [False, False, True]


class _OldJoblib(pickle._Pickler):
    """Puts arrays in files of their own, as joblib did before version 0.10."""

    def __init__(self, stream):
        super().__init__(stream, protocol=2)
        self.kept = []

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, np.ndarray):
            self.kept.append(NDArrayWrapper(f"model.pkl_{len(self.kept)}.npy", np.ndarray))
            obj = self.kept[-1]
        super().save(obj, save_persistent_id)


def test_arrays_in_files_beside_the_model_are_told_and_what_rests_on_them_is_not_scored():
    stream = io.BytesIO()
    pickler = _OldJoblib(stream)
    pickler.dump(logistic().fit(P, Y))
    artefact = open_model(stream.getvalue(), "model.pkl")
    assert artefact.algorithm == "LogisticRegression"
    told = {spot.code: spot for spot in artefact.blind_spots}
    assert told["model.arrays_beside"].details["number"] == len(pickler.kept)
    assert "model.not_followed" in told
    assert artefact.scoring is None


class DataFrameMapper:
    """As sklearn_pandas pickles it; the package itself is not needed."""

    def __init__(self, features):
        self.built_features = features
        self.built_default = False


class TransformerPipeline:
    def __init__(self, steps):
        self.steps = steps


def test_a_mapper_of_data_frames_is_followed_by_the_names_of_columns(monkeypatch):
    parts = {
        "land": OneHotEncoder(sparse_output=False).fit(M[["land"]].to_numpy()),
        "age": StandardScaler().fit(M[["age"]].to_numpy()),
    }
    mapped = np.hstack(
        [parts[name].transform(M[[name]].to_numpy()) for name in parts]
        + [M[["debt", "children"]].to_numpy()]
    )
    model = logistic().fit(mapped, Y)
    module = types.ModuleType("sklearn_pandas")
    monkeypatch.setitem(sys.modules, "sklearn_pandas", module)
    for made in (DataFrameMapper, TransformerPipeline):
        monkeypatch.setattr(made, "__module__", "sklearn_pandas")
        setattr(module, made.__name__, made)
    chain = TransformerPipeline([("scale", parts["age"])])
    mapper = DataFrameMapper(
        [(["land"], parts["land"]), (["age"], chain), (["debt", "children"], None)]
    )
    pipeline = make_pipeline(FunctionTransformer(), model)
    pipeline.steps[0] = ("mapper", mapper)
    artefact = open_model(pickle.dumps(pipeline))
    assert artefact.blind_spots == ()
    assert artefact.feature_names == ("land", "age", "debt", "children")
    told = score(artefact, columns(M))
    assert np.abs(told - model.predict_proba(mapped)[:, 1]).max() < 1e-12


def test_features_without_names_are_called_by_their_place():
    artefact = open_model(pickle.dumps(logistic().fit(P.to_numpy(), Y)))
    assert artefact.feature_names == ("x0", "x1", "x2", "x3")
    assert not artefact.are_named
    assert [spot.code for spot in artefact.blind_spots] == ["model.unnamed_features"]


def test_features_that_the_data_lack_are_named(fitted):
    artefact = open_model(pickle.dumps(fitted("logistic")[0]))
    table = columns(P)
    del table["income"], table["debt"]
    with pytest.raises(InputError) as raised:
        score(artefact, table)
    assert raised.value.details["features"] == "income, debt"


def test_a_column_of_texts_where_numbers_belong_is_named_and_no_value(fitted):
    artefact = open_model(pickle.dumps(fitted("logistic")[0]))
    table = columns(P.assign(debt="Jansen"))
    with pytest.raises(InputError) as raised:
        score(artefact, table)
    assert raised.value.code == "model.not_numbers"
    assert "Jansen" not in str(raised.value)


def test_a_category_that_the_model_refuses_is_not_repeated():
    model = make_pipeline(ColumnTransformer([("o", OneHotEncoder(), ["land"])]), logistic())
    artefact = open_model(pickle.dumps(model.fit(M, Y)))
    with pytest.raises(InputError) as raised:
        score(artefact, columns(M.assign(land="Atlantis")))
    assert raised.value.code == "model.unknown_category"
    assert "Atlantis" not in str(raised.value)


def test_no_rows_give_no_scores(fitted):
    artefact = open_model(pickle.dumps(fitted("one-hot")[0]))
    assert score(artefact, columns(M.iloc[:0])).shape == (0,)


@pytest.mark.parametrize("wrapped", [dict, list], ids=["in-a-dictionary", "in-a-list"])
def test_a_model_inside_something_else_is_found(wrapped, fitted):
    model, _ = fitted("forest")
    other = logistic().fit(P, Y)
    content = {"a": 1, "model": model, "b": other} if wrapped is dict else [1, model, other]
    artefact = open_model(pickle.dumps(content))
    assert {artefact.algorithm} < {"RandomForestClassifier", "LogisticRegression"}
    assert [spot.code for spot in artefact.blind_spots] == ["model.several"]


def test_an_attribute_that_is_missing_is_told_and_the_rest_is_read(fitted):
    model = copy.copy(fitted("logistic")[0])
    del model.intercept_, model.classes_
    artefact = open_model(pickle.dumps(model))
    assert artefact.feature_names == tuple(P.columns)
    broken = copy.copy(fitted("forest")[0])
    del broken.estimators_
    artefact = open_model(pickle.dumps(broken))
    assert artefact.scoring is None
    assert artefact.blind_spots[0].details["parts"] == "estimators_"


def test_a_model_that_carries_harm_is_read_and_the_harm_is_told(fitted):
    class Harm:
        def __reduce__(self):
            return eval, ("1",)

    artefact = open_model(pickle.dumps({"model": fitted("forest")[0], "harm": Harm()}))
    assert artefact.dangerous == ("builtins.eval",)
    assert "model.dangerous" in {spot.code for spot in artefact.blind_spots}
