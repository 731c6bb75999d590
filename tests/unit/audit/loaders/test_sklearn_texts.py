"""Models of texts: words are counted as scikit-learn counts them, and none is told."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import murmurhash3_32

from doorlicht.audit.opening import open_model, score
from doorlicht.audit.scoring.words import murmur

pytestmark = pytest.mark.filterwarnings("ignore")

NUMBERS = np.random.default_rng(0)
WORDS = [
    "de",
    "burger",
    "heeft",
    "een",
    "café",
    "geopend",
    "in",
    "Den",
    "Haag,",
    "daarna",
    "",
    "over",
    "weg",
    "gegaan;",
    "naïef",
    "a",
    "bb",
    "ccc",
    "Dddd",
    "eee!",
    "12",
    "3",
    "x",
    "İstanbul",
    "straße",
]
TEXTS = pd.Series("  ".join(NUMBERS.choice(WORDS, NUMBERS.integers(0, 14))) for _ in range(200))
YES = TEXTS.str.contains("Haag").astype(int)
TABLE = pd.DataFrame({"note": TEXTS, "age": NUMBERS.normal(size=200)})
COLUMNS = {"x0": TEXTS.to_numpy(object), "note": TEXTS.to_numpy(object), "age": TABLE.age}


def logistic():
    return LogisticRegression(max_iter=300)


CASES = {
    "words": CountVectorizer(),
    "runs-of-words": CountVectorizer(ngram_range=(1, 3), stop_words=["de", "een"]),
    "only-runs": CountVectorizer(ngram_range=(2, 2), binary=True),
    "words-of-one-letter": CountVectorizer(token_pattern=r"(?u)\b\w+\b"),
    "english": CountVectorizer(stop_words="english"),
    "letters": TfidfVectorizer(analyzer="char", ngram_range=(2, 4), sublinear_tf=True),
    "letters-within-words": TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 7), norm="l1"),
    "without-accents": TfidfVectorizer(strip_accents="unicode", binary=True),
    "of-ascii": TfidfVectorizer(strip_accents="ascii", lowercase=False, use_idf=False, norm=None),
    "hashed": HashingVectorizer(n_features=64),
    "hashed-without-signs": HashingVectorizer(
        n_features=50, alternate_sign=False, norm=None, binary=True
    ),
    "two-ways": FeatureUnion([("a", TfidfVectorizer()), ("b", CountVectorizer(analyzer="char"))]),
}


@pytest.mark.parametrize("name", CASES)
def test_texts_are_scored_as_the_library_scores_them(name):
    model = make_pipeline(CASES[name], logistic()).fit(TEXTS, YES)
    artefact = open_model(pickle.dumps(model), "model.pkl")
    assert [spot.code for spot in artefact.blind_spots] == ["model.unnamed_features"]
    assert artefact.feature_names == ("x0",)
    told = score(artefact, COLUMNS)
    assert np.abs(told - model.predict_proba(TEXTS)[:, 1]).max() < 1e-12


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((CountVectorizer(), TfidfTransformer(), MultinomialNB()), id="weighed-later"),
        pytest.param((TfidfVectorizer(), TruncatedSVD(3), logistic()), id="mixed"),
    ],
)
def test_counts_of_words_go_through_other_steps(steps):
    model = make_pipeline(*steps).fit(TEXTS, YES)
    told = score(open_model(pickle.dumps(model)), COLUMNS)
    assert np.abs(told - model.predict_proba(TEXTS)[:, 1]).max() < 1e-12


def test_a_column_of_texts_stands_beside_others_and_no_word_is_told():
    parts = [("t", TfidfVectorizer(), "note"), ("s", StandardScaler(), ["age"])]
    forest = RandomForestClassifier(5, random_state=0)
    model = make_pipeline(ColumnTransformer(parts), forest).fit(TABLE, YES)
    artefact = open_model(pickle.dumps(model))
    assert artefact.blind_spots == ()
    assert artefact.feature_names == ("note", "age")
    assert np.abs(score(artefact, COLUMNS) - model.predict_proba(TABLE)[:, 1]).max() < 1e-12
    labels = {term.label for term in artefact.terms}
    assert {"note#0", "age"} <= labels
    assert "haag" in {term.word for term in artefact.terms}
    assert "haag" not in repr(artefact)
    assert not any("haag" in label for label in labels)
    assert all(feature.categories == () for feature in artefact.features)


def test_who_has_no_text_gets_no_score():
    model = make_pipeline(CountVectorizer(), logistic()).fit(TEXTS, YES)
    told = score(open_model(pickle.dumps(model)), {"x0": ["Den Haag", None, np.nan, ""]})
    assert np.isnan(told).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("step", "lack"),
    [
        pytest.param(HashingVectorizer(n_features=1 << 17), "n_features", id="many-columns"),
        pytest.param(CountVectorizer(ngram_range=(1, 10**9)), "ngram_range", id="endless-pieces"),
        pytest.param(CountVectorizer(tokenizer=str.split), "tokenizer", id="a-function"),
        pytest.param(CountVectorizer(token_pattern="(?:b+)+"), "token_pattern", id="a-trap"),
        pytest.param(
            CountVectorizer(stop_words="english", ngram_range=(1, 2)), "stop_words", id="a-list"
        ),
        pytest.param(
            CountVectorizer(stop_words="english", vocabulary=["over", "haag"]),
            "stop_words",
            id="words-that-were-given",
        ),
    ],
)
def test_what_cuts_texts_in_a_way_that_is_not_followed_is_told(step, lack):
    model = make_pipeline(step, logistic()).fit(TEXTS, YES)
    artefact = open_model(pickle.dumps(model))
    assert artefact.scoring is None
    (spot,) = (spot for spot in artefact.blind_spots if spot.code == "model.not_followed")
    assert lack in spot.details["parts"].split(", ")


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "abcd", "stra\u00dfe", "x" * 41])
def test_the_hash_is_that_of_the_library(text):
    assert murmur(text.encode()) == murmurhash3_32(text.encode(), seed=0)
