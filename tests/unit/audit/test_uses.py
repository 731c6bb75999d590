"""Which values everybody is given in turn, and what a model makes of a feature of origin."""

import numpy as np
import pytest

from doorlicht.audit.uses import find_origin, unseen_categories, use_each
from doorlicht.errors import InputError
from doorlicht.records import OriginFeature
from doorlicht.records.models import ModelArtefact, ModelFeature, ModelTerm
from doorlicht.vocabulary import load_vocabulary


class Sum:
    """A model of one column; of some values it gives no score, or fails."""

    def __init__(self, code="", without=""):
        self.code = code
        self.without = without

    def __call__(self, columns):
        given = columns["nat"].tolist()
        if self.code and set(given) == {"TR"}:
            raise InputError(self.code, name="m")
        return np.array([
            np.nan if one == self.without else float(len(str(one))) for one in given
        ])  # fmt: skip


def used(column, scoring):
    made = ModelArtefact(
        "m", "pickle", "classifier", features=(ModelFeature("nat"),), scoring=scoring
    )
    origin = (OriginFeature("nat", "nationality", "direct"),)
    return use_each(made, origin, {"nat": column}, 1.5, np.random.default_rng(1))


def flipped(column):
    return [one.to for one in used(column, Sum())[0]]


NAMES = np.array(["NL"] * 50 + ["TR"] * 9 + ["MA"] * 8, dtype=object)


@pytest.mark.parametrize(
    "scoring", [Sum("model.unknown_category"), Sum("outside.failed"), Sum(without="TR")]
)
def test_a_value_that_a_model_cannot_take_is_counted(scoring):
    flips, _, untaken = used(NAMES, scoring)
    assert [one.to for one in flips] == ["NL", "MA"]
    assert untaken == {"nat": 1}


@pytest.mark.parametrize("code", ["outside.died", "outside.too_long", "model.features_missing"])
def test_a_process_that_ends_is_told_and_not_taken_for_a_value(code):
    with pytest.raises(InputError) as told:
        used(NAMES, Sum(code))
    assert told.value.code == code


@pytest.mark.parametrize(
    ("known", "column", "unseen"),
    [
        pytest.param(("NL", "TR"), NAMES, {"nat": (1, 8)}, id="words"),
        pytest.param(("1", "2"), np.array([1.0, 2, 3, 3, np.nan]), {"nat": (1, 2)}, id="numbers"),
        pytest.param(("1.0",), np.array(["1", "1.0", None], object), {}, id="one-code"),
        pytest.param((), NAMES, {}, id="not-told"),
    ],
)
def test_categories_that_a_model_never_saw_are_counted(known, column, unseen):
    features = (ModelFeature("nat", categories=known),)
    made = ModelArtefact("m", "pickle", "classifier", features=features)
    assert unseen_categories(made, {"nat": column}) == unseen


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


def counts_words(*words):
    """Return a model that counts words of a note, and scores by how long the note is."""
    terms = tuple(
        ModelTerm(f"note#{at}", ("note",), weight, None, word)
        for at, (word, weight) in enumerate(words)
    )

    def scoring(columns):
        return np.array([float(len(one)) for one in columns["note"]])

    return ModelArtefact(
        "m", "pickle", "classifier", features=(ModelFeature("note"),), terms=terms,
        scoring=scoring,
    )  # fmt: skip


def test_words_about_origin_that_a_model_counts_in_a_text_are_found_and_no_other_is_told():
    words = (("turkse", 0.5), ("janssen", 9.0), ("marokkaanse buurt", -0.2), ("moskee", 1.0))
    found = find_origin(counts_words(*words), load_vocabulary())
    assert {(one.name, one.kind) for one in found} == {("note", "words")}
    told = {term.label: term.weight for one in found for term in one.terms}
    assert told["note: turkse"] == 0.5
    assert told["note: marokkaanse"] == -0.2
    assert "janssen" not in repr(found)
    assert not any("buurt" in label for label in told)


def test_a_text_without_words_about_origin_is_not_about_origin():
    assert find_origin(counts_words(("huur", 1.0), ("schuld", 2.0)), load_vocabulary()) == ()


def test_no_text_of_a_person_is_given_to_everybody():
    model = counts_words(("turkse", 0.5))
    origin = (
        OriginFeature("note", "nationality", "words"),
        OriginFeature("note", "religion", "words"),
    )
    notes = np.array(["Jan heeft huur"] * 30 + ["turkse man"] * 30, dtype=object)
    flips, ablations, untaken = use_each(
        model, origin, {"note": notes}, 12.0, np.random.default_rng(1)
    )
    assert flips == ()
    assert [one.columns for one in ablations] == [("note",)]
    assert untaken == {}
