"""Which values everybody is given in turn, and what a model makes of a feature of origin."""

import numpy as np
import pytest

from doorlicht.audit.uses import find_origin, use_each
from doorlicht.records import OriginFeature
from doorlicht.records.models import ModelArtefact, ModelFeature, ModelTerm
from doorlicht.vocabulary import load_vocabulary


class Sum:
    """A model of one column."""

    def __call__(self, columns):
        return np.array([float(len(str(one))) for one in columns["nat"].tolist()])


def flipped(column):
    made = ModelArtefact(
        "m", "pickle", "classifier", features=(ModelFeature("nat"),), scoring=Sum()
    )
    origin = (OriginFeature("nat", "nationality", "direct"),)
    flips, _ = use_each(made, origin, {"nat": column}, 1.5, np.random.default_rng(1))
    return [one.to for one in flips]


def test_values_of_few_people_are_given_to_nobody():
    names = np.array(["NL"] * 50 + ["TR"] * 5 + ["rare"] * 4, dtype=object)
    assert flipped(names) == ["NL", "TR"]
    codes = np.array([1.0] * 50 + [2.0] * 5 + [31.0] * 4)
    assert flipped(codes) == ["1", "2"]


def test_of_numbers_that_hardly_two_people_share_round_ones_are_given():
    numbers = np.random.default_rng(2).normal(5_000, 900, 400)
    given = flipped(numbers)
    assert 3 <= len(given) <= 5
    assert all(one.endswith("00") for one in given)
    assert not set(given) & {str(one) for one in numbers.tolist()}


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        pytest.param((ModelTerm("nationality", ("nationality",), 0.5),), 0, id="as-it-is"),
        pytest.param(
            (ModelTerm("nationality=1", ("nationality",), 0.5), ModelTerm("age", ("age",), 1.0)),
            1, id="a-category",
        ),
        pytest.param((ModelTerm("nationality x age", ("nationality", "age")),), 1, id="both"),
    ],
)  # fmt: skip
def test_what_a_model_makes_of_a_feature_goes_with_it(terms, kept):
    features = (ModelFeature("nationality"), ModelFeature("age"))
    made = ModelArtefact("m", "pickle", "classifier", features=features, terms=terms)
    (origin,) = find_origin(made, load_vocabulary())
    assert len(origin.terms) == kept
