"""Columns that are named without their table: ``F.col("x")``, ``pl.col("x")``, a text of SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

SPARK = """
from pyspark.sql import SparkSession, functions as F
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.classification import GBTClassifier
spark = SparkSession.builder.getOrCreate()
p = spark.table("register.persons")
{code}
va = VectorAssembler(inputCols=["eu", "size"], outputCol="features")
m = GBTClassifier(labelCol="fined").fit(va.transform(d))
"""

POLARS = """
import polars as pl
from sklearn.linear_model import LogisticRegression
p = pl.read_parquet("persons.parquet")
{code}
m = LogisticRegression().fit(d.select("eu", "size"), d["fined"])
"""

USED = {("used", "landgeb", "eu")}


def flows(folder: Path, text: str) -> set[tuple[str, str, str]]:
    (folder / "job.py").write_text(text, encoding="utf-8")
    found = trace(TraceRequest((folder,), by="tester")).result.flows
    assert all(flow.source.dataset for flow in found)
    return {(flow.verdict, flow.source.column, flow.feature) for flow in found}


@pytest.mark.parametrize(
    "code",
    [
        'd = p.select("size", F.col("landgeb").alias("eu"))',
        'd = p.select([p.landgeb.alias("eu"), "size"])',
        'd = p.select("*", F.when(F.col("landgeb") == "NL", 1).otherwise(0).alias("eu"))',
        'd = p.selectExpr("size", "landgeb as eu")',
        'd = p.selectExpr("*", "case when landgeb = 1 then 1 else 0 end AS eu")',
        'd = p.select("size", F.expr("case when landgeb = 1 then 1 end as eu"))',
        'd = p.withColumn("eu", F.expr("landgeb = 1"))',
        'd = p.withColumns({"eu": F.col("landgeb") == 1})',
        'd = p.groupBy("household").agg(F.max(F.col("landgeb")).alias("eu"))',
        'd = p.groupBy("household").agg(F.countDistinct("landgeb").alias("eu"))',
        'd = p.groupBy("h").agg(*[F.max(c).alias(f"{c}_max") for c in ["landgeb", "size"]])'
        '.withColumnRenamed("landgeb_max", "eu")',
        'd = p.withColumn("eu", F.udf(lambda x: x in (1, 2))(F.col("landgeb")))',
        '@F.udf("int")\ndef group(x):\n    return 1 if x in (1, 2) else 0\n'
        'd = p.withColumn("eu", group("landgeb"))',
        'is_eu = F.col("landgeb").isin("NL", "BE")\nd = p.withColumn("eu", is_eu.cast("int"))',
        'def in_eu(name):\n    return F.when(F.col(name).isin(1, 2), 1).otherwise(0)\n'
        'd = p.withColumn("eu", in_eu("landgeb"))',
        'd = p.select(F.col("landgeb").alias("x1")).withColumn("eu", F.col("x1") == 1)',
        'c = F.col("x1") == 1\nd = p.select(F.col("landgeb").alias("x1")).withColumn("eu", c)',
    ],
)  # fmt: skip
def test_an_expression_makes_a_feature_of_a_column(tmp_path: Path, code: str) -> None:
    assert flows(tmp_path, SPARK.format(code=code)) == USED


@pytest.mark.parametrize(
    "code",
    [
        'd = p.filter("fined = 1 and landgeb = 1")',
        'd = p.where(F.col("landgeb") != "NL")',
        'abroad = F.col("landgeb") != "NL"\nd = p.filter(~abroad)',
    ],
)
def test_a_condition_without_a_table_selects_rows(tmp_path: Path, code: str) -> None:
    assert {
        (verdict, column) for verdict, column, _ in flows(tmp_path, SPARK.format(code=code))
    } == {("selection-rule", "landgeb")}


@pytest.mark.parametrize(
    "code",
    [
        'd = p.select("size", "fined", eu=pl.col("landgeb") == 1)',
        'd = p.select("size", "fined", pl.col("landgeb").is_in([1, 2]).cast(int).alias("eu"))',
        'd = p.group_by("h").agg(pl.col("landgeb").n_unique().alias("eu"), pl.len().alias("size"),'
        ' pl.col("fined").max())',
    ],
)
def test_an_expression_of_polars_makes_a_feature(tmp_path: Path, code: str) -> None:
    assert flows(tmp_path, POLARS.format(code=code)) == USED


def test_a_text_of_pandas_makes_a_column(tmp_path: Path) -> None:
    code = (
        "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
        'p = pd.read_parquet("persons.parquet")\nd = p.eval("eu = landgeb == 1")\n'
        'm = LogisticRegression().fit(d[["eu", "size"]], d["fined"])\n'
    )
    assert flows(tmp_path, code) == USED


def test_a_name_of_the_code_is_no_column_of_a_table(tmp_path: Path) -> None:
    code = (
        'landgeb = F.col("size")\n'
        'd = p.select("landgeb", "size").select(F.col("size").alias("eu"), landgeb)'
    )
    assert {flow[0] for flow in flows(tmp_path, SPARK.format(code=code))} <= {"not-used"}
