"""Models saved with skops give the same record and the same scores as their pickle."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io
from tests.unit.audit.loaders.made_data import columns
from tests.unit.audit.loaders.test_sklearn_scores import CASES

from doorlicht.audit.opening import open_model, score

pytestmark = pytest.mark.filterwarnings("ignore")

NAMES = ["logistic", "forest", "boosting", "histogram", "one-hot", "union", "grid", "filled"]


@pytest.mark.parametrize("name", NAMES)
def test_skops_and_pickle_give_the_same(name):
    model, table, answer = CASES[name]
    model.fit(table, answer)
    told = open_model(skops.io.dumps(model), "model.skops")
    other = open_model(pickle.dumps(model))
    assert told.format == "skops"
    assert (told.features, told.terms, told.trees) == (other.features, other.terms, other.trees)
    assert told.blind_spots == ()
    assert np.abs(score(told, columns(table)) - score(other, columns(table))).max() < 1e-12


def packed(schema):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", schema)
    return stream.getvalue()


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param("{", id="no-json"),
        pytest.param("[1]", id="no-description"),
        pytest.param('{"__loader__": "ListNode", "content": 3}', id="no-list"),
        pytest.param("[" * 100_000, id="too-deep"),
        pytest.param(
            json.dumps({"__loader__": "NdArrayNode", "type": "numpy", "file": "x.npy"}),
            id="no-array",
        ),
    ],
)
def test_what_is_broken_is_told(schema):
    artefact = open_model(packed(schema), "model.skops")
    assert "model.broken" in {spot.code for spot in artefact.blind_spots}


def test_functions_that_would_be_called_are_told():
    node = {"__loader__": "FunctionNode", "__module__": "os", "__class__": "system"}
    artefact = open_model(packed(json.dumps(node)), "model.skops")
    assert artefact.dangerous == ("os.system",)
