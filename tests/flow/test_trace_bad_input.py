"""Code that is broken, hostile or made by a program costs its own file at most."""

import os
import random

import pytest
from tests.code_corpus import FOLDER

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

FIT = (
    "\nimport pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
    "df = pd.read_csv('persons.csv')\n"
    "m = LogisticRegression().fit(df[['nationaliteit']], df['y'])\n"
)
R_FIT = "\ndf <- read.csv('persons.csv')\nm <- glm(y ~ nationaliteit, data = df)\n"
SAS_FIT = "\nproc logistic data=persons; model y = nationaliteit; run;\n"
DEEP = 2_000

STILL_FOLLOWED = {
    "brackets in brackets": ("a.py", "x = " + "(" * DEEP + "1" + ")" * DEEP + FIT),
    "calls in calls": ("a.py", "x = " + "f(" * DEEP + "1" + ")" * DEEP + FIT),
    "a long chain of calls": ("a.py", "x = a" + ".b()" * DEEP + FIT),
    "a long sum": ("a.py", "x = " + " + ".join(["a"] * 5_000) + FIT),
    "a long if": ("a.py", "if a: pass\n" + f"elif a == {1}: x = 1\n" * DEEP + FIT),
    "huge numbers": ("a.py", "x = " + "9" * 10_000 + "\ny = 1e999999\n" + FIT),
    "huge texts": (
        "a.py",
        "x = 'x' * 10**12\ny = '%1000000000d' % 5\nz = f'{1:>999999999}'\nr = list(range(10**12))\n"
        "b = 10**10**10\nt = 'a'.ljust(10**10)\n" + FIT,
    ),
    "a text that doubles": ("a.py", "x = 'ab'\n" + "x = x + x\n" * 60 + FIT),
    "a list that doubles": ("a.py", "x = ['ab']\n" + "x = x + x\n" * 60 + FIT),
    "classes that inherit from themselves": (
        "a.py",
        "class A(A): pass\nclass B(C): pass\nclass C(B): pass\nB().x()\nA().y()\n" + FIT,
    ),
    "functions that all call each other": (
        "a.py",
        "".join(
            f"def f{i}(a):\n    f{(i * 7 + 3) % 200}(a)\n    f{(i + 1) % 200}(a)\n"
            f"    return f{(i * 13 + 5) % 200}(a)\n"
            for i in range(200)
        )
        + FIT,
    ),
    "Python 2": ("a.py", "print 'x'\ntry:\n    pass\nexcept E, e:\n    print >>f, `e`\n" + FIT),
    "UTF-16": ("a.py", FIT.encode("utf-16")),
    "a mark of the order of bytes": ("a.py", b"\xef\xbb\xbf" + FIT.encode()),
    "Latin-1": ("a.py", ("# na\u00efef\n" + FIT).encode("latin-1")),
    "zero bytes": ("a.py", b"\x00" * 1_000 + FIT.encode()),
    "a long pipe of R": ("a.R", "x <- d" + " %>% f()" * DEEP + R_FIT),
    "ifelse in ifelse": ("a.R", "x <- " + "ifelse(a, 1, " * DEEP + "2" + ")" * DEEP + R_FIT),
    "R that repeats without end": (
        "a.R",
        "x <- paste(rep('a', 1e12), collapse = '')\nv <- 1:1e12\ny <- strrep('x', 1e10)\n"
        "for (i in 1:1e12) x <- paste0(x, x)\n" + R_FIT,
    ),
    "macros that call each other": (
        "a.sas",
        "%macro a; %b; %b; %mend; %macro b; %a; %a; %mend; %a;" + SAS_FIT,
    ),
    "a macro variable that doubles": ("a.sas", "%let a=xx;\n" + "%let a=&a&a;\n" * 60 + SAS_FIT),
}


@pytest.mark.parametrize("case", STILL_FOLLOWED)
def test_what_stands_beside_bad_code_is_followed(case, tmp_path):
    name, content = STILL_FOLLOWED[case]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    result = trace(TraceRequest([tmp_path], "test")).result
    assert {flow.source.column for flow in result.flows} == {"nationaliteit"}
    assert not {"not_followed", "reader_failed"} & {one.construct for one in result.lost}


LOST = {
    "a bomb of YAML": (
        "a.yaml",
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n"
            for i in range(12)
        )
        + "nationaliteit: 1\n",
    ),
    "entities of XML": (
        "a.pmml",
        '<!DOCTYPE l [<!ENTITY a "nationaliteit"><!ENTITY b "&a;&a;">]><PMML>&b;</PMML>',
    ),
    "brackets of JSON": ("a.json", '{"nationaliteit": ' + "[" * 50_000 + "]" * 50_000 + "}"),
    "half a notebook": ("a.ipynb", '{"cells": [{"source": ["nationaliteit = 1'),
    "brackets that are never closed": ("a.py", "nationaliteit = 1\n" + "x = (((((\n" * 500),
}


@pytest.mark.parametrize("case", LOST)
def test_what_cannot_be_read_is_told(case, tmp_path):
    name, content = LOST[case]
    (tmp_path / name).write_text(content, "utf-8")
    lost = trace(TraceRequest([tmp_path], "test")).result.lost
    assert {one.place.file for one in lost} == {name}
    assert not {"not_followed", "reader_failed"} & {one.construct for one in lost}


def test_a_pattern_of_the_code_cannot_keep_us_busy(tmp_path):
    name = "a" * 60 + "!"
    text = FIT.replace("m = ", f"df['{name}'] = 1\nd = df.filter(regex='(a+)+$')\nm = ")
    (tmp_path / "a.py").write_text(text, "utf-8")
    assert trace(TraceRequest([tmp_path], "test")).result.flows


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_told_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.py")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "b.py").write_text(FIT, "utf-8")
    result = trace(TraceRequest([tmp_path], "test")).result
    assert result.flows
    assert [one.place.file for one in result.lost if one.construct == "file_special"] == ["x.py"]


def mutated(content, chance):
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(content) + 1)
        end = min(len(content), at + chance.randrange(1, 60))
        kind = chance.randrange(4)
        if kind == 0:
            content = content[:at] + content[end:]
        elif kind == 1:
            content = content[:at] + content[at:end] * 2 + content[end:]
        elif kind == 2:
            piece = bytes(chance.choice(b"()[]{}'\"\\,;:%&\n\t .$@~=x0\xff") for _ in range(5))
            content = content[:at] + piece + content[at:]
        else:
            content = content[:at]
    return content


SOURCES = sorted(
    path for path in FOLDER.rglob("*") if path.suffix.lower() in (".py", ".r", ".sql", ".sas")
)


@pytest.mark.parametrize("seed", range(40))
def test_code_with_random_damage_breaks_nothing(seed, tmp_path):
    chance = random.Random(seed)  # noqa: S311 (no secret)
    for path in chance.sample(SOURCES, 3):
        (tmp_path / path.name).write_bytes(mutated(path.read_bytes(), chance))
    lost = trace(TraceRequest([tmp_path], "test")).result.lost
    assert not [one for one in lost if one.construct in ("not_followed", "reader_failed")]
