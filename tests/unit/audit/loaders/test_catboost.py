"""Models of CatBoost are read from their file and score as CatBoost did; it is not needed for it.

The files and what CatBoost said of them are made by ``tests/data/models/make_catboost.py``.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from doorlicht.audit.opening import open_model, score
from doorlicht.errors import InputError

FOLDER = Path(__file__).parents[3] / "data/models"
FORMS = ["cbm", "json"]


def table(name):
    with (FOLDER / name).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {column: [row[column] for row in rows] for column in rows[0]}


def people():
    told = table("people_with_gaps.csv")
    made = {
        name: np.array([np.nan if cell == "NA" else float(cell) for cell in told[name]])
        for name in ("age", "income", "children")
    }
    made["land"] = np.array(["-" if cell == "NA" else cell for cell in told["land"]], dtype=object)
    made["sex"] = np.array(told["sex"], dtype=object)
    return made


def said(name):
    told = {key: np.array([float(cell) for cell in column])
            for key, column in table("told_by_catboost.csv").items()}  # fmt: skip
    columns = [told[key] for key in told if key.startswith(f"{name}.")]
    return columns[-1] if len(columns) < 3 else np.stack(columns, axis=1)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["two", "three", "values", "uneven"])
def test_scores_are_those_of_catboost(name, form):
    artefact = open_model(FOLDER / f"catboost_{name}.{form}")
    assert (artefact.format, artefact.blind_spots) == ("catboost", ())
    assert artefact.feature_names == ("age", "income", "children")
    assert np.abs(score(artefact, people()) - said(f"catboost_{name}")).max() < 1e-12


def test_categories_are_known_by_their_names_where_the_file_has_them():
    artefact = open_model(FOLDER / "catboost_sets.json")
    assert artefact.feature_names == ("age", "land", "sex")
    assert np.abs(score(artefact, people()) - said("catboost_sets")).max() < 1e-12
    assert "TR" not in repr(artefact)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("catboost_sets.cbm", "OneHotFeature", id="names-are-hashed"),
        pytest.param("catboost_counted.cbm", "CtrFeature", id="counted-in-the-binary-form"),
        pytest.param("catboost_counted.json", "OnlineCtr", id="counted-in-the-document"),
    ],
)
def test_what_is_counted_over_the_training_is_told_with_the_features(name, part):
    artefact = open_model(FOLDER / name)
    assert artefact.feature_names == ("age", "land", "sex")
    assert part in artefact.blind_spots[0].details["parts"]
    with pytest.raises(InputError):
        score(artefact, people())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cut", [0.02, 0.3, 0.8, 0.99])
def test_a_file_that_is_cut_off_is_told(cut, form):
    content = (FOLDER / f"catboost_two.{form}").read_bytes()
    content = content[: int(len(content) * cut)] if form == "cbm" else content[:-200]
    artefact = open_model(content, f"model.{form}")
    assert artefact.scoring is None
    assert artefact.blind_spots


def test_a_file_in_which_a_byte_was_turned_never_stops_the_reader():
    content = bytearray((FOLDER / "catboost_uneven.cbm").read_bytes())
    random = np.random.default_rng(4)
    for place in random.integers(8, len(content), 200).tolist():
        before = content[place]
        content[place] ^= int(random.integers(1, 256))
        open_model(bytes(content), "model.cbm")
        content[place] = before
