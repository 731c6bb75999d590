"""Audits from a notebook: tables in memory, objects and functions as models, the same numbers."""

import inspect
import json
import pickle
import sys
from datetime import UTC, datetime

import jsonschema
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import doorlicht
from doorlicht.errors import InputError
from doorlicht.language import known_keys
from doorlicht.records import AuditReport
from doorlicht.register import open_register
from doorlicht.reports.audit_json import audit_schema
from doorlicht.runs.audit import AuditRequest, audit

FEATURES = ["nationality", "age", "debts"]


@pytest.fixture(scope="module")
def people():
    random = np.random.default_rng(3)
    rows = 800
    frame = pd.DataFrame(
        {
            "nationality": random.choice(["Dutch", "Turkish", "Moroccan"], rows, p=[0.7, 0.2, 0.1]),
            "sex": pd.Categorical(random.choice(["m", "f"], rows)),
            "age": random.integers(18, 80, rows),
            "debts": random.normal(2, 1, rows).round(3),
        }
    )
    frame.loc[::50, "nationality"] = None
    worse = frame["debts"] + (frame["nationality"] == "Turkish") + random.normal(0, 1, rows)
    return frame.assign(fraud=(worse > 3).astype(int), checked=frame["debts"] > 2.5)


@pytest.fixture(scope="module")
def pipeline(people):
    prepare = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["nationality"]),
        (StandardScaler(), ["age", "debts"]),
    )
    return make_pipeline(prepare, LogisticRegression()).fit(people[FEATURES], people["fraud"])


def made_by(make, people):
    """The same people in a table of another library."""
    if make is pd.DataFrame:
        return people
    columns = {
        name: [None if one != one else one for one in people[name].to_list()] for name in people
    }
    return make(columns)


def rates(made, name="selection_rate"):
    return {one.group: one.value for one in made.audited[0].measures if one.measure == name}


def flips(made):
    return [
        (one.feature, one.to, one.to_selected, one.to_unselected, round(one.mean_change, 12))
        for one in made.model.flips
    ]


# ── decisions ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table, dict])
def test_decisions_in_every_kind_of_table_give_what_their_file_gives(make, people, tmp_path):
    path = tmp_path / "people.parquet"
    people.to_parquet(path)
    filed = audit(
        AuditRequest(
            str(path), "tester", groups=("nationality", "sex"), selected="checked", outcome="fraud"
        )
    )
    table = made_by(make, people)
    made = doorlicht.audit_decisions(
        table, group=["nationality", "sex"], selected="checked", outcome="fraud"
    )
    assert isinstance(made, AuditReport)
    assert made.audited == filed.audited
    assert (made.people, made.limits, made.conclusions) == (
        filed.people, filed.limits, filed.conclusions,
    )  # fmt: skip


def test_groups_and_marks_can_be_values_beside_the_table(people):
    named = doorlicht.audit_decisions(
        people, group="nationality", selected="checked", outcome="fraud"
    )
    rest = people[["age"]]
    beside = doorlicht.audit_decisions(
        rest, group=people["nationality"], selected=people["debts"] > 2.5,
        outcome=people["fraud"].to_numpy(),
    )  # fmt: skip
    called = doorlicht.audit_decisions(
        rest, group={"nationality": people["nationality"].to_list()},
        selected=people["checked"].to_numpy(), outcome=list(people["fraud"]),
    )  # fmt: skip
    assert named.audited == beside.audited == called.audited
    both = doorlicht.audit_decisions(
        people, group=["sex", people["nationality"].to_numpy()], selected="checked"
    )
    assert [each.attribute for each in both.audited] == ["sex", "group_2", "sex x group_2"]


def test_values_that_share_the_name_of_another_column_are_kept_apart(people):
    other = people["nationality"].sample(frac=1, random_state=1).set_axis(people.index)
    made = doorlicht.audit_decisions(people, group=other, selected="checked")
    assert made.audited[0].attribute == "nationality (group)"


def test_subgroups_are_searched_without_groups(people):
    made = doorlicht.audit_without_groups(
        people, selected="checked", leave_out=["debts", "fraud", "nationality"]
    )
    assert made.kind == "without-groups"
    assert made.people == len(people)


def test_an_audit_of_a_file_is_the_same_by_path(people, tmp_path):
    path = tmp_path / "people.csv"
    people.to_csv(path, index=False)
    made = doorlicht.audit_decisions(path, group="nationality", selected="checked")
    filed = audit(AuditRequest(str(path), "tester", groups=("nationality",), selected="checked"))
    assert made.audited == filed.audited
    assert made.id == filed.id


# ── models ──────────────────────────────────────────────────────────────────────────────────


def test_a_fitted_pipeline_gives_what_its_file_gives(people, pipeline, tmp_path):
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(pipeline))
    people.to_parquet(tmp_path / "people.parquet")
    filed = audit(
        AuditRequest(
            str(tmp_path / "model.pkl"), "tester", data=str(tmp_path / "people.parquet"),
            groups=("nationality",), outcome="fraud",
        )
    )  # fmt: skip
    for model in (pipeline, pipeline.predict_proba, tmp_path / "model.pkl"):
        made = doorlicht.audit_model(model, people, group="nationality", outcome="fraud")
        assert made.audited == filed.audited
        assert made.limits == filed.limits
        assert made.model.flips == filed.model.flips
        assert made.model.origin == filed.model.origin
        assert [one.importance for one in made.model.artefact.features] == [
            one.importance for one in filed.model.artefact.features
        ]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_a_function_gets_a_table_of_the_same_kind_and_gives_the_same_flips(make, people, pipeline):
    def scores(table):
        # As a researcher would: the function knows its own columns, whatever else is there.
        assert type(table) is (type(make({"a": [1]})))
        columns = {name: table[name] for name in FEATURES}
        if make is pa.table:
            columns = {name: column.to_pandas() for name, column in columns.items()}
        return pipeline.predict_proba(pd.DataFrame({k: list(v) for k, v in columns.items()}))

    table = made_by(make, people)
    read = doorlicht.audit_model(pipeline, people, group="nationality", outcome="fraud")
    made = doorlicht.audit_model(scores, table, group="nationality", outcome="fraud")
    assert rates(made) == rates(read)
    assert rates(made, "fpr") == rates(read, "fpr")
    assert flips(made) == flips(read)
    assert "audit_limit.called" in {one.key for one in made.limits}
    assert "fraud" not in made.model.artefact.feature_names


def test_an_object_that_cannot_be_followed_is_called(people):
    knn = KNeighborsClassifier(metric="canberra").fit(people[["age", "debts"]], people["fraud"])
    made = doorlicht.audit_model(knn, people, group="nationality", outcome="fraud")
    chance = knn.predict_proba(people[["age", "debts"]])[:, 1]
    chosen = people["nationality"] == "Turkish"
    assert rates(made)["Turkish"] == pytest.approx((chance[chosen] >= 0.5).mean())
    assert made.model.artefact.algorithm == "KNeighborsClassifier"
    assert made.model.artefact.feature_names == ("age", "debts")
    assert "audit_limit.called" in {one.key for one in made.limits}


def test_features_without_names_are_matched_by_place(people):
    matrix = people[["age", "debts"]].to_numpy()
    forest = RandomForestClassifier(5, random_state=1).fit(matrix, people["fraud"])
    chosen = people["nationality"] == "Turkish"
    expected = (forest.predict_proba(matrix)[chosen, 1] >= 0.5).mean()
    named = doorlicht.audit_model(
        forest, people, group="nationality", features=["age", "debts"], outcome="fraud"
    )
    bare = doorlicht.audit_model(forest, matrix, group=people["nationality"])
    assert rates(named)["Turkish"] == rates(bare)["Turkish"] == pytest.approx(expected)
    assert named.model.artefact.feature_names == ("age", "debts")
    with pytest.raises(InputError) as error:
        doorlicht.audit_model(forest, people, group="nationality")
    assert error.value.code == "audit.features_by_place"
    assert error.value.details["n"] == 2


@pytest.mark.parametrize(
    ("returned", "threshold"),
    [
        pytest.param(lambda t: t["debts"] > 2.5, 0.5, id="yes-or-no"),
        pytest.param(lambda t: list(t["debts"] > 2.5), 0.5, id="list"),
        pytest.param(lambda t: np.c_[t["debts"] < 2.5, t["debts"] > 2.5], 0.5, id="two-outcomes"),
        pytest.param(lambda t: pl.Series(t["debts"] > 2.5), 0.5, id="series-of-polars"),
        pytest.param(lambda t: pa.array(t["debts"] * 1.0), None, id="points"),
    ],
)
def test_what_a_function_returns_becomes_scores(returned, threshold, people):
    made = doorlicht.audit_model(returned, people, group="nationality")
    if threshold is None:
        assert made.model.threshold == pytest.approx(people["debts"].quantile(0.9))
        assert "audit_limit.threshold_top" in {one.key for one in made.limits}
    else:
        expected = doorlicht.audit_decisions(people, group="nationality", selected="debts > 2.5")
        assert made.model.threshold == threshold
        assert rates(made) == rates(expected)


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        pytest.param(lambda _: 1, "audit.no_scores", id="one-number"),
        pytest.param(lambda t: ["Jansen"] * len(t), "audit.no_scores", id="words"),
        pytest.param(lambda t: np.zeros(len(t) - 1), "audit.no_scores", id="one-too-few"),
        pytest.param(lambda t: np.zeros((len(t), 0)), "audit.no_scores", id="no-columns"),
        pytest.param(lambda t: np.zeros((len(t), 2, 2)), "audit.no_scores", id="cube"),
        pytest.param(lambda _: None, "audit.no_scores", id="nothing"),
        pytest.param(lambda t: np.full(len(t), np.nan), "audit.nobody_scored", id="no-numbers"),
        pytest.param(lambda t: t["Jansen"], "audit.model_fails", id="fails"),
    ],
)
def test_what_are_no_scores_is_told_without_any_value(returned, code, people):
    with pytest.raises(InputError) as error:
        doorlicht.audit_model(returned, people, group="nationality")
    assert error.value.code == code
    assert "Jansen" not in str(error.value) + "".join(error.value.__notes__)


def test_a_function_is_not_asked_to_score_a_file(people, tmp_path):
    people.to_csv(tmp_path / "people.csv", index=False)
    with pytest.raises(InputError) as error:
        doorlicht.audit_model(lambda table: table["debts"], tmp_path / "people.csv", group="sex")
    assert error.value.code == "audit.not_in_memory"


def test_the_table_of_the_user_stays_as_it_was(people):
    before = people.copy(deep=True)

    def greedy(table):
        table["debts"] = 0.0
        return np.zeros(len(table))

    doorlicht.audit_model(greedy, people, group="nationality", outcome="fraud")
    pd.testing.assert_frame_equal(people, before)


# ── what comes back ─────────────────────────────────────────────────────────────────────────


def test_an_audit_can_be_shown_and_saved(people):
    made = doorlicht.audit_decisions(
        people, group="nationality", selected="checked", outcome="fraud"
    )
    tree = json.loads(made.to_json("nl"))
    jsonschema.validate(tree, audit_schema())
    assert tree["language"] == "nl"
    assert made.to_dict("nl") == tree
    assert "<html" in made.to_html("nl")
    frame = made._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert "<html" not in frame
    assert made.id in repr(made)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 (our own)


def test_an_audit_is_kept_where_a_register_is_named_and_under_a_name(people, tmp_path):
    register = tmp_path / "register.sqlite"
    with pytest.raises(InputError) as error:
        doorlicht.audit_decisions(people, group="sex", selected="checked", register=register)
    assert error.value.code == "audit.by_whom"
    assert not register.exists()
    made = doorlicht.audit_decisions(
        people, group="sex", selected="checked", register=register, by="A. Tester"
    )
    kept = open_register(register, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    try:
        assert kept.audit(made.id).content["people"] == len(people)
    finally:
        kept.close()


def test_nothing_is_written_without_a_register(people, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    doorlicht.audit_model(lambda table: table["debts"], people, group="nationality")
    doorlicht.audit_without_groups(people, selected="checked")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("call", "code"),
    [
        pytest.param(lambda t: doorlicht.audit_decisions(t, group="land", selected="checked"),
                     "audit.no_column", id="no-column"),
        pytest.param(lambda t: doorlicht.audit_decisions(t, group=(), selected="checked"),
                     "audit.no_groups", id="no-group"),
        pytest.param(lambda t: doorlicht.audit_decisions(t, group="sex"),
                     "audit.no_selection", id="no-selection"),
        pytest.param(lambda t: doorlicht.audit_decisions(t, group="sex", selected=[1, 0]),
                     "audit.lengths_beside", id="too-few-values"),
        pytest.param(lambda t: doorlicht.audit_decisions(t[::-1], group="sex", selected=t.fraud),
                     "audit.other_labels", id="rows-in-another-order"),
        pytest.param(lambda t: doorlicht.audit_decisions(t[5:], group=t.sex[:-5], selected="fraud"),
                     "audit.other_labels", id="other-rows"),
        pytest.param(lambda t: doorlicht.audit_decisions(t, group="sex", selected="age"),
                     "audit.unclear_mark", id="no-yes-or-no"),
        pytest.param(lambda t: doorlicht.audit_decisions(t, group="sex", selected="fraud", level=2),
                     "audit.level", id="level"),
        pytest.param(lambda t: doorlicht.audit_decisions(t[:0], group="sex", selected="fraud"),
                     "audit.nobody", id="no-rows"),
        pytest.param(lambda _: doorlicht.audit_decisions({}, group="sex", selected="fraud"),
                     "audit.no_column", id="no-columns"),
        pytest.param(lambda t: doorlicht.audit_decisions("no.csv", group=t.sex, selected="fraud"),
                     "audit.values_beside_file", id="values-beside-a-file"),
        pytest.param(lambda t: doorlicht.audit_model(3, t), "audit.no_model", id="no-model"),
        pytest.param(lambda t: doorlicht.audit_model(RandomForestClassifier(), t, group="sex"),
                     "audit.model_fails", id="not-fitted"),
        pytest.param(lambda t: doorlicht.audit_model(len, t, group="sex", features=["debt"]),
                     "audit.no_column", id="no-feature"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_told_in_both_languages(call, code, people):
    with pytest.raises(InputError) as error:
        call(people)
    assert error.value.code == code
    assert len(error.value.__notes__) == 6
    for language in ("nl", "en"):
        assert f"error.{code}.what" in known_keys(language)


# ── the public face ─────────────────────────────────────────────────────────────────────────


def test_what_doorlicht_offers_to_scripts_is_all_there_and_changes_in_the_open():
    assert doorlicht.__all__ == [
        "Audit", "__version__", "audit_decisions", "audit_model", "audit_without_groups",
    ]  # fmt: skip
    parameters = {
        name: list(inspect.signature(getattr(doorlicht, name)).parameters)
        for name in doorlicht.__all__
        if name.startswith("audit")
    }
    assert parameters == {
        "audit_decisions": [
            "data", "group", "selected", "outcome", "score", "threshold", "sampled", "weights",
            "person", "explained_by", "reference", "level", "correction", "name", "register", "by",
        ],
        "audit_model": [
            "model", "data", "group", "outcome", "threshold", "features", "sampled", "weights",
            "person", "explained_by", "reference", "level", "correction", "vocabulary",
            "allow_scoring", "trust_pickle", "name", "register", "by",
        ],
        "audit_without_groups": [
            "data", "selected", "outcome", "leave_out", "level", "name", "register", "by",
        ],
    }  # fmt: skip
    assert set(doorlicht.__all__) <= set(dir(doorlicht))
    with pytest.raises(AttributeError):
        doorlicht.no_such_thing  # noqa: B018


def test_the_face_of_the_stage_offers_its_measures():
    from doorlicht import audit as stage

    assert sorted(stage.__all__) == stage.__all__
    for name in stage.__all__:
        assert callable(getattr(stage, name))
        assert getattr(stage, name).__doc__
    with pytest.raises(AttributeError):
        stage.no_such_thing  # noqa: B018


def test_asking_for_help_loads_nothing_of_an_audit():
    import subprocess

    code = "import doorlicht, sys; print([m for m in sys.modules if m.startswith('doorlicht.')])"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "['doorlicht.version']"
