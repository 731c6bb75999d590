"""The benchmarks make the same data every time, and measure what they say they measure."""

from __future__ import annotations

import ast
import itertools
import json
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from benchmarks import jobs, make_code, make_data, speed
from benchmarks.measure import Pairs, Run, exponent, in_pairs, run
from benchmarks.recipes import REGISTRY, WIDE_TEXT


def tiny(form="parquet", rows=500):
    recipes = (*REGISTRY, *WIDE_TEXT) if form == "csv" else REGISTRY
    return make_data.DataFile("tiny", form, rows, len(recipes), recipes)


def checksum(path):
    with duckdb.connect() as engine:
        source = jobs.relation(path)
        return engine.execute(
            f"SELECT count(*), bit_xor(hash(t)) FROM {source} AS t"  # noqa: S608
        ).fetchone()


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_same_data_is_made_twice(tmp_path, form):
    first, second = (make_data.make(tiny(form), tmp_path / part) for part in ("a", "b"))
    assert checksum(first) == checksum(second)
    assert checksum(first)[0] == 500


def test_a_file_that_is_there_is_not_made_again(tmp_path):
    path = make_data.make(tiny(), tmp_path)
    made = path.stat().st_mtime_ns
    assert make_data.make(tiny(), tmp_path) == path
    assert path.stat().st_mtime_ns == made


def test_what_decides_the_content_is_in_the_name():
    one = tiny()
    others = [replace(one, rows=501), replace(one, columns=3), replace(one, title="other")]
    assert len({one.file_name, *(other.file_name for other in others)}) == 4


def test_no_number_passes_the_check_of_a_citizen_service_number(tmp_path):
    path = make_data.make(tiny(rows=5000), tmp_path)
    with duckdb.connect() as engine:
        numbers = engine.execute(f"SELECT bsn FROM '{path.as_posix()}'").fetchall()  # noqa: S608
    for (number,) in numbers:
        digits = [int(digit) for digit in number]
        total = sum((9 - place) * digit for place, digit in enumerate(digits[:8])) - digits[8]
        assert len(number) == 9
        assert total % 11


@pytest.mark.parametrize(
    ("amounts", "power"),
    [
        pytest.param([2, 4, 8], 1.0, id="linear"),
        pytest.param([5, 5, 5], 0.0, id="flat"),
        pytest.param([1, 4, 16], 2.0, id="quadratic"),
    ],
)
def test_growth_is_told_as_a_power(amounts, power):
    assert exponent([1, 2, 4], amounts) == pytest.approx(power)


def test_a_pair_is_measured_in_turn_and_gives_the_middle_ratio():
    order = []

    def taking(name, seconds):
        times = iter(seconds)
        return lambda: (order.append(name), Run(next(times), 1, 0, "", ""))[1]

    pairs = in_pairs(taking("ours", [3, 20, 9]), taking("theirs", [1, 10, 3]), rounds=3)
    assert order == ["theirs", "ours", "ours", "theirs", "theirs", "ours"]
    assert pairs.ratio == 3
    assert pairs.spread == (2, 3)


def test_the_memory_of_a_child_counts():
    child = "b = bytearray(60 << 20); import time; time.sleep(.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    done = run([sys.executable, "-c", parent])
    assert done.code == 0
    assert done.seconds > 0.6
    assert done.peak_bytes > 60 << 20


def test_a_line_says_in_words_that_a_bar_is_missed():
    pairs = Pairs((Run(4, 0, 0, "", ""),), (Run(1, 0, 0, "", ""),))
    missed = speed.ratio_line("scan", pairs, 3.0)
    assert "4.00 times" in str(missed)
    assert "**no**" in str(missed)
    assert "**no**" not in str(speed.ratio_line("scan", pairs, 4.0))


@pytest.mark.long
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_engine_counts_a_made_file_beside_hashing_it(tmp_path, monkeypatch, form):
    monkeypatch.chdir(Path(__file__).parents[2])
    path = make_data.make(tiny(form), tmp_path)
    options = speed.Options(tmp_path, rounds=1)
    hashed, counted = (speed.job(name, path, options) for name in ("hash", "count"))
    assert speed.inner(hashed).seconds > 0
    told = json.loads(counted.output)
    assert told["rows"] == 500
    assert told["spellings"] >= 20_000
    assert told["columns_hit"] >= 5


def test_the_same_code_is_made_twice(tmp_path):
    code = make_code.CodeSet("test", 60_000, 0.5)
    first, second = (make_code.make(code, tmp_path / part) for part in ("a", "b"))
    texts = [
        {
            file.relative_to(folder).as_posix(): file.read_text("utf-8")
            for file in folder.rglob("*.py")
        }
        for folder in (first, second)
    ]
    assert texts[0] == texts[1]
    assert sum(map(len, texts[0].values())) >= 60_000


def test_made_code_is_python_and_about_origin_where_it_says_so():
    made = itertools.islice(make_code.modules(make_code.CodeSet("test", 1, 1.0)), 24)
    for path, text in made:
        ast.parse(text, path)
        assert any(word in text for word in (*make_code.ORIGIN, "LogisticRegression"))
