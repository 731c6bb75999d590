"""Models of R are read from their file and score as R itself did; R is not needed for it.

The files and what R said of them are made by ``tests/data/models/make_models.R``.
"""

import csv
import gzip
import lzma
import struct
from pathlib import Path

import numpy as np
import pytest

from doorlicht.audit.opening import open_model, score
from doorlicht.audit.reading.r_serial import RBrokenError, read_r
from doorlicht.errors import InputError

FOLDER = Path(__file__).parents[3] / "data/models"
WITH_GAPS = {"rpart", "gbm"}
NAMES = sorted(path.stem for path in FOLDER.glob("*.rds"))


def table(name):
    with (FOLDER / name).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {column: values([row[column] for row in rows]) for column in rows[0]}


def values(cells):
    try:
        return np.array([np.nan if cell.strip() == "NA" else float(cell) for cell in cells])
    except ValueError:
        return np.array([None if cell == "NA" else cell for cell in cells], dtype=object)


def given(name):
    return table("people_with_gaps.csv" if name in WITH_GAPS else "people.csv")


def opened(name):
    return open_model(FOLDER / f"{name}.rds")


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_those_of_r(name):
    artefact = opened(name)
    assert artefact.format == "rds"
    assert artefact.blind_spots == ()
    assert artefact.are_named
    told = score(artefact, given(name))
    assert np.abs(told - table("told_by_r.csv")[name]).max() < 1e-12


@pytest.mark.parametrize(
    ("name", "features"),
    [
        pytest.param("glm", {"age", "sex", "income", "children", "land"}, id="glm"),
        pytest.param("rpart", {"age", "income", "land", "sex"}, id="rpart"),
        pytest.param("gbm", {"age", "income", "land"}, id="gbm"),
        pytest.param("forest", {"age", "income", "land"}, id="forest"),
        pytest.param("ranger", {"age", "income", "children"}, id="ranger"),
        pytest.param("caret", {"age", "income", "land"}, id="caret"),
    ],
)
def test_features_are_the_columns_of_the_data(name, features):
    assert set(opened(name).feature_names) == features


def test_coefficients_stand_by_their_terms():
    terms = {term.label: term for term in opened("glm").terms}
    assert terms["age:sexv"].features == ("age", "sex")
    assert terms["log(income + 50)"].features == ("income",)
    assert terms["landTR"].features == ("land",)
    assert opened("glm").link == "logit"


def test_what_stands_behind_a_wrapper_is_used_through_its_formula():
    artefact = opened("caret")
    assert artefact.classes == ("train", "randomForest")
    assert {each.name: each.is_used for each in artefact.features}["land"] is True


def test_levels_that_a_model_knows_are_kept_out_of_sight():
    land = next(each for each in opened("rpart").features if each.name == "land")
    assert set(land.categories) == {"NL", "TR", "MA", "SR"}
    assert "SR" not in repr(land)


def test_a_level_that_a_formula_does_not_know_is_refused_without_repeating_it():
    columns = given("glm")
    columns["land"] = np.full(len(columns["age"]), "Atlantis", dtype=object)
    with pytest.raises(InputError) as raised:
        score(opened("glm"), columns)
    assert raised.value.code == "model.unknown_category"
    assert "Atlantis" not in str(raised.value)


def unpacked(name):
    return lzma.decompress((FOLDER / f"{name}.rds").read_bytes())


@pytest.mark.parametrize("cut", [0.05, 0.3, 0.7, 0.99])
def test_a_file_that_is_cut_off_is_told(cut):
    content = unpacked("glm")
    artefact = open_model(content[: int(len(content) * cut)], "model.rds")
    assert artefact.scoring is None
    assert {spot.code for spot in artefact.blind_spots} <= {"model.truncated", "model.broken"}


def test_a_file_in_which_a_byte_was_turned_is_told_or_read_and_never_stops_the_reader():
    content = bytearray(unpacked("gbm"))
    random = np.random.default_rng(3)
    for place in random.integers(0, len(content), 150).tolist():
        before = content[place]
        content[place] ^= int(random.integers(1, 256))
        open_model(bytes(content), "model.rds")
        content[place] = before


HEADER = b"X\n" + struct.pack(">iii", 2, 0x40000, 0x20300)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(HEADER + struct.pack(">iii", 14, -1, 1 << 20), "model.truncated", id="long"),
        pytest.param(HEADER + struct.pack(">ii", 16, 1 << 30), "model.truncated", id="many-texts"),
        pytest.param(HEADER + struct.pack(">ii", 19, 1) * 400, "model.too_deep", id="deep"),
        pytest.param(HEADER + struct.pack(">i", 99), "model.broken", id="unknown-kind"),
        pytest.param(b"A\n2\n", "model.packing", id="as-text"),
        pytest.param(b"X\n" + struct.pack(">iii", 7, 0, 0), "model.newer", id="newer"),
        pytest.param(b"hello", "model.broken", id="something-else"),
    ],
)
def test_what_is_broken_ends_in_a_code(content, code):
    with pytest.raises(RBrokenError) as raised:
        read_r(content)
    assert raised.value.code == code


def test_an_object_that_is_no_model_is_told():
    text = struct.pack(">iiii", 16, 1, 9, 1) + b"a"
    artefact = open_model(gzip.compress(HEADER + text), "note.rds")
    assert [spot.code for spot in artefact.blind_spots] == ["model.no_model"]
