"""What columns are called after one-hot coding, pivoting and putting a prefix before names."""

import pytest

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.python import read_python
from doorlicht.vocabulary import load_vocabulary

HEAD = """\
import pandas as pd
import polars as pl
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("p.csv")
model = LogisticRegression()
"""


def flows(text):
    result = trace_units(TraceInput([read_python("main.py", HEAD + text)]), load_vocabulary())
    return {(flow.feature, flow.verdict) for flow in result.flows}


DUMMIES = {
    "one prefix for each column": 'prefix=["vt", "wv"]',
    "prefixes by column": 'prefix={"verblijfstitel": "vt", "woonvorm": "wv"}',
}


@pytest.mark.parametrize("prefix", DUMMIES.values(), ids=list(DUMMIES))
def test_one_hot_names_begin_with_the_prefix_of_their_column(prefix):
    text = f'df = pd.get_dummies(df, columns=["verblijfstitel", "woonvorm"], {prefix})\n'
    fit = 'model.fit(df[[c for c in df.columns if c.startswith("{}_")]], df["y"])\n'
    assert flows(text + fit.format("vt")) == {("vt_*", "used")}
    assert ("vt_*", "used") not in flows(text + fit.format("wv"))


def test_one_hot_names_keep_what_stands_between():
    text = (
        'df = pd.get_dummies(df, columns=["verblijfstitel"], prefix="vt", prefix_sep=".")\n'
        'model.fit(df[[c for c in df.columns if c.startswith("vt.")]], df["y"])\n'
    )
    assert flows(text) == {("vt.*", "used")}


PIVOT = 'w = df.pivot(index="client", columns="soort", values="n")\n'
INDEXED = {
    "the index of a pivot": (PIVOT + 'w = w.add_prefix("taal_")\n', set()),
    "a column that was the index": (
        PIVOT + 'w = w.reset_index().add_prefix("taal_")\n',
        {"taal_client"},
    ),
    "an index that was set": (
        'w = df[["client", "n"]].set_index("client").add_prefix("taal_")\n',
        {"taal_n"},
    ),
}


@pytest.mark.parametrize(("text", "names"), INDEXED.values(), ids=list(INDEXED))
def test_a_prefix_is_not_put_before_the_index(text, names):
    found = {name for name, _ in flows(text + 'model.fit(w, df["y"])\n')}
    assert found - {"taal_*"} == names


def test_a_series_of_polars_has_its_name_first():
    text = (
        'model.fit(df[["age"]], df["y"])\n'
        'd = pl.read_parquet("p.parquet")\n'
        'd = d.with_columns(pl.Series("voorspeld", model.predict(d.select("age"))))\n'
        'd.group_by("nationaliteit").agg(pl.col("voorspeld").mean())\n'
    )
    assert flows(text) == {("nationaliteit", "bias-test-only")}


def test_the_mark_of_a_language_test_at_school_says_nothing_of_origin():
    assert flows('model.fit(df[["cijfer_taaltoets"]], df["y"])\n') == set()
    assert flows('model.fit(df[["taaltoets_behaald"]], df["y"])\n') == {
        ("taaltoets_behaald", "used")
    }
