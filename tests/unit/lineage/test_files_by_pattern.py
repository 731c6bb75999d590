"""Files of which code knows only a part of the name: the newest of a folder, all of a month."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

WRITE_PYTHON = """
import pandas as pd
d = pd.read_sql("select * from persons", con)
d["flag1"] = d["nationaliteit"] != 1
d.to_parquet(f"out/features_{month}.parquet")
"""

TRAIN_PYTHON = """
import glob, os
from pathlib import Path
import pandas as pd
from sklearn.linear_model import LogisticRegression
d = {read}
m = LogisticRegression().fit(d[["flag1", "age"]], d.y)
"""

WRITE_R = """
d <- DBI::dbReadTable(con, "persons")
d$flag1 <- d$nationaliteit != 1
saveRDS(d, file.path("out", paste0("features_", format(Sys.Date(), "%Y%m"), ".rds")))
"""

TRAIN_R = """
files <- {files}
d <- readRDS({one})
m <- glm(y ~ flag1 + age, data = d, family = binomial)
"""


def sources(folder: Path) -> set[tuple[str, str, str, str]]:
    return {
        (flow.source.dataset, flow.source.column, flow.feature, flow.verdict)
        for flow in trace(TraceRequest([folder], by="test")).result.flows
    }


@pytest.mark.parametrize(
    "read",
    [
        'pd.read_parquet(glob.glob("out/features_*.parquet")[-1])',
        'pd.read_parquet(sorted(glob.glob("out/features_*.parquet"))[0])',
        'pd.read_parquet(max(Path("out").glob("features_*.parquet"), key=os.path.getmtime))',
        'pd.read_parquet(next(Path("out").glob("features_*")))',
        'pd.concat([pd.read_parquet(f) for f in Path("out").rglob("*features*.parquet")])',
        'pd.concat(map(pd.read_parquet, glob.glob(os.path.join("out", "features_*.parquet"))))',
        'spark.read.parquet("out/features_202[0-9]*.parquet").toPandas()',
        'spark.sql("select flag1, age, y from parquet.`out/features_202401.parquet`")',
    ],
)
def test_python_takes_a_file_of_a_folder(tmp_path: Path, read: str) -> None:
    (tmp_path / "a.py").write_text(WRITE_PYTHON, encoding="utf-8")
    (tmp_path / "b.py").write_text(TRAIN_PYTHON.format(read=read), encoding="utf-8")
    assert sources(tmp_path) == {("persons", "nationaliteit", "flag1", "used")}


@pytest.mark.parametrize("one", ["dplyr::last(sort(files))", "rev(files)[1]", "max(files)"])
@pytest.mark.parametrize(
    "files",
    [
        'list.files("out", pattern = "^features_", full.names = TRUE)',
        r'list.files("out", "features_[0-9]{6}\\.rds$", full.names = TRUE)',
        'Sys.glob("out/features_*.rds")',
    ],
)
def test_r_takes_a_file_of_a_folder(tmp_path: Path, files: str, one: str) -> None:
    (tmp_path / "a.R").write_text(WRITE_R, encoding="utf-8")
    (tmp_path / "b.R").write_text(
        TRAIN_R.replace("{files}", files).replace("{one}", one), encoding="utf-8"
    )
    assert sources(tmp_path) == {("persons", "nationaliteit", "flag1", "used")}


def test_a_file_that_fits_no_pattern_is_another(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(WRITE_PYTHON, encoding="utf-8")
    read = 'pd.read_parquet(glob.glob("out/scores_*.parquet")[-1])'
    (tmp_path / "b.py").write_text(TRAIN_PYTHON.format(read=read), encoding="utf-8")
    assert not {source for source in sources(tmp_path) if source[3] == "used"}
