"""Boosted trees of other libraries: from pickles and from their own files, scored as they do."""

import json
import pickle

import lightgbm
import numpy as np
import pytest
import xgboost
from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor
from tests.unit.audit.loaders.made_data import columns, gaps, mixed, outcome, outcomes, people

from doorlicht.audit.opening import open_model, score
from doorlicht.audit.reading.ubjson import UbjsonError, read_ubjson

pytestmark = pytest.mark.filterwarnings("ignore")

P, M, G, Y, Y3 = people(), mixed(), gaps(), outcome(), outcomes()
THIRD = Y3.map({"a": 0, "b": 1, "c": 2})


def with_categories(table):
    return table.assign(land=table.land.astype("category"), sex=table.sex.astype("category"))


C, CG = with_categories(M), with_categories(G)
X = {"n_estimators": 10, "n_jobs": 1}
L = {"n_estimators": 10, "verbose": -1, "n_jobs": 1}
SMALL = {"min_data_per_group": 5, "cat_smooth": 1}

XGBOOST = {
    "two": (xgboost.XGBClassifier(**X), P, Y),
    "three": (xgboost.XGBClassifier(**X), P, THIRD),
    "values": (xgboost.XGBRegressor(**X), G[["age", "debt"]], P.debt),
    "poisson": (xgboost.XGBRegressor(objective="count:poisson", **X), P, P.children),
    "linear": (xgboost.XGBClassifier(booster="gblinear", **X), P, Y),
    "dart": (xgboost.XGBClassifier(booster="dart", rate_drop=0.3, **X), P, Y),
    "forest": (xgboost.XGBRFClassifier(**X), P, Y),
    "categories": (xgboost.XGBClassifier(enable_categorical=True, **X), C, Y),
    "sets": (
        xgboost.XGBClassifier(enable_categorical=True, max_cat_to_onehot=1, **X),
        CG,
        Y,
    ),
}
LIGHTGBM = {
    "two": (lightgbm.LGBMClassifier(**L), P, Y),
    "three": (lightgbm.LGBMClassifier(**L), P, Y3),
    "one-against-all": (lightgbm.LGBMClassifier(objective="multiclassova", **L), P, Y3),
    "values": (lightgbm.LGBMRegressor(**L), G[["age", "debt"]], P.debt),
    "poisson": (lightgbm.LGBMRegressor(objective="poisson", **L), P, P.children),
    "categories": (lightgbm.LGBMClassifier(**SMALL, **L), C, Y),
    "categories-with-gaps": (lightgbm.LGBMClassifier(**SMALL, **L), CG, Y),
    "forest": (
        lightgbm.LGBMClassifier(boosting_type="rf", subsample=0.5, subsample_freq=1, **L),
        P,
        Y,
    ),
    "lines": (lightgbm.LGBMRegressor(linear_tree=True, **L), P, P.debt),
    "lines-with-gaps": (lightgbm.LGBMClassifier(linear_tree=True, **L), G[["age", "debt"]], Y),
    "lines-of-three": (lightgbm.LGBMClassifier(linear_tree=True, **L), P, Y3),
    "lines-beside-categories": (
        lightgbm.LGBMClassifier(linear_tree=True, **SMALL, **L),
        C,
        Y,
    ),
    "zero-is-missing": (lightgbm.LGBMClassifier(zero_as_missing=True, **L), P, Y),
}
MACHINES = {
    "two": (ExplainableBoostingClassifier(max_rounds=20, outer_bags=2, n_jobs=1), M, Y),
    "three": (ExplainableBoostingClassifier(max_rounds=10, outer_bags=2, n_jobs=1), P, Y3),
    "values": (
        ExplainableBoostingRegressor(max_rounds=20, outer_bags=2, interactions=3, n_jobs=1),
        G,
        P.debt,
    ),
}
SINGLE = 2e-6
"""XGBoost adds up in 32 bits."""


@pytest.fixture(scope="module")
def fitted():
    made = {}

    def fit(cases, name):
        if (id(cases), name) not in made:
            model, table, answer = cases[name]
            made[id(cases), name] = model.fit(table, answer)
        return made[id(cases), name], cases[name][1].sample(150, random_state=1)

    return fit


def given(table):
    return {
        name: np.asarray(column.astype(object))
        if column.dtype == "category"
        else np.asarray(column)
        for name, column in table.items()
    }


def expected(model, kind, table):
    told = model.predict_proba(table) if kind == "probability" else model.predict(table)
    return told[:, 1] if told.ndim == 2 and told.shape[1] == 2 else told


def check(artefact, model, table, within):
    assert artefact.blind_spots == ()
    assert artefact.feature_names == tuple(table.columns)
    told = score(artefact, given(table))
    assert np.abs(told - expected(model, artefact.score, table)).max() < within


@pytest.mark.parametrize("name", XGBOOST)
def test_xgboost_in_a_pickle_scores_as_the_library(name, fitted):
    model, table = fitted(XGBOOST, name)
    check(open_model(pickle.dumps(model)), model, table, SINGLE)


@pytest.mark.parametrize("name", XGBOOST)
@pytest.mark.parametrize("form", ["json", "ubj"])
def test_xgboost_in_its_own_files_scores_as_the_library(name, form, fitted):
    model, table = fitted(XGBOOST, name)
    artefact = open_model(bytes(model.get_booster().save_raw(form)))
    assert artefact.format == "xgboost"
    check(artefact, model, table, SINGLE)


def test_xgboost_stops_where_training_found_best():
    model = xgboost.XGBClassifier(n_estimators=60, early_stopping_rounds=2, learning_rate=1.0)
    model.fit(P[:200], Y[:200], eval_set=[(P[200:], Y[200:])], verbose=False)
    assert model.best_iteration < 50
    check(open_model(pickle.dumps(model)), model, P, SINGLE)


@pytest.mark.parametrize("name", LIGHTGBM)
def test_lightgbm_in_a_pickle_scores_as_the_library(name, fitted):
    model, table = fitted(LIGHTGBM, name)
    check(open_model(pickle.dumps(model)), model, table, 1e-12)


@pytest.mark.parametrize("name", LIGHTGBM)
def test_lightgbm_in_its_own_text_scores_as_the_library(name, fitted):
    model, table = fitted(LIGHTGBM, name)
    artefact = open_model(model.booster_.model_to_string().encode())
    assert artefact.format == "lightgbm"
    check(artefact, model, table, 1e-12)


def test_a_pickle_that_begins_with_the_text_of_a_model_is_still_a_pickle(fitted):
    model, _ = fitted(LIGHTGBM, "two")
    content = pickle.dumps([model.booster_.model_to_string(), model])
    assert open_model(content).format == "pickle"


def test_lightgbm_text_that_is_cut_off_is_told_and_not_scored(fitted):
    model, _ = fitted(LIGHTGBM, "two")
    text = model.booster_.model_to_string()
    artefact = open_model(text[: text.index("Tree=8")].encode())
    assert artefact.scoring is None
    assert "model.truncated" in {spot.code for spot in artefact.blind_spots}


@pytest.mark.parametrize("name", MACHINES)
def test_explainable_boosting_machines_score_as_the_library(name, fitted):
    model, table = fitted(MACHINES, name)
    artefact = open_model(pickle.dumps(model))
    check(artefact, model, table, 1e-12)
    told = np.array([term.importance for term in artefact.terms])
    own = np.array(model.term_importances())
    assert np.abs(told - own / own.sum()).max() < 1e-12


def test_a_pair_of_features_is_one_term_of_both(fitted):
    model, _ = fitted(MACHINES, "values")
    pairs = [term for term in open_model(pickle.dumps(model)).terms if len(term.features) == 2]
    assert len(pairs) == 3


def broken(change):
    document = json.loads(XGBOOST["two"][0].fit(P, Y).get_booster().save_raw("json"))
    trees = document["learner"]["gradient_booster"]["model"]["trees"]
    change(document, trees[0])
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _, tree: tree["left_children"].__setitem__(0, 10**6), id="outside"),
        pytest.param(lambda _, tree: tree["left_children"].__setitem__(1, 0), id="circle"),
        pytest.param(lambda _, tree: tree["split_indices"].__setitem__(0, 99), id="no-feature"),
        pytest.param(lambda _, tree: tree.pop("right_children"), id="part-missing"),
        pytest.param(lambda doc, _: doc["learner"].pop("objective"), id="no-objective"),
    ],
)
def test_trees_that_contradict_themselves_are_told_and_not_scored(change):
    artefact = open_model(broken(change))
    assert artefact.scoring is None
    assert artefact.blind_spots[0].code == "model.not_followed"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{U\x01a[$i#L\x0f\xff\xff\xff\xff\xff\xff\xff", id="an-endless-array"),
        pytest.param(b"[" * 5000, id="too-deep"),
        pytest.param(b"{U\x05ab", id="cut-off"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[$T#l\x7f\xff\xff\xff", id="many-that-take-no-room"),
    ],
)
def test_broken_ubjson_is_refused(content):
    with pytest.raises(UbjsonError):
        read_ubjson(content)


@pytest.mark.parametrize("content", [b"binf\x00\x01", b'{"learner": {'], ids=["old", "cut-off"])
def test_xgboost_that_cannot_be_read_is_recognised_and_told(content):
    artefact = open_model(content, "model.bin")
    assert artefact.format == "xgboost"
    assert artefact.blind_spots


def test_columns_of_the_data_may_stand_in_another_order(fitted):
    model, table = fitted(LIGHTGBM, "two")
    artefact = open_model(pickle.dumps(model))
    turned = columns(table[list(table.columns)[::-1]])
    assert np.abs(score(artefact, turned) - score(artefact, columns(table))).max() == 0


def test_lines_in_leaves_that_would_fill_the_memory_are_told():
    model = lightgbm.LGBMRegressor(linear_tree=True, **L).fit(P, P.debt)
    text = model.booster_.model_to_string()
    lines = text.split("\n")
    at = next(
        place for place, line in enumerate(lines)
        if line.startswith("num_features=") and any(map(int, line[13:].split()))
    )  # fmt: skip
    many = 1 << 18
    sizes = lines[at][13:].split()
    lines[at] = "num_features=" + " ".join([str(many), *["0"] * (len(sizes) - 1)])
    lines[at + 1] = "leaf_features=" + "0 " * many
    lines[at + 2] = "leaf_coeff=" + "0 " * many
    artefact = open_model("\n".join(lines).encode(), "model.txt")
    assert [spot.code for spot in artefact.blind_spots] == ["model.not_followed"]
