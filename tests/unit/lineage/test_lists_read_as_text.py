"""Files that list features, read as text or line by line: the list decides, however it is read."""

import pytest

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.lists import ListReader
from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.r import read_r
from doorlicht.vocabulary import load_vocabulary

FILES = {
    "f.json": '["leeftijd",\n "nationaliteit"]\n',
    "f.yaml": "- leeftijd\n- nationaliteit\n",
    "f.txt": "leeftijd\nnationaliteit\n",
    "f.csv": "naam,soort\nleeftijd,num\nnationaliteit,cat\n",
}

PYTHON = {
    "the text of an opened file": "F = json.loads(open('f.json').read())",
    "a text in a variable": "t = open('f.json').read()\nF = json.loads(t)",
    "within a with": "with open('f.yaml') as h:\n    F = yaml.safe_load(h.read())",
    "lines of a text": "F = open('f.txt').read().splitlines()",
    "lines of a path": "F = Path('f.txt').read_text().split('\\n')",
    "lines of a file": "F = [line.strip() for line in open('f.txt').readlines()]",
    "a file that is run over": (
        "F = []\nwith open('f.txt') as h:\n    for line in h:\n        F.append(line.rstrip())"
    ),
    "a file of a package": "F = json.loads(resources.files('p').joinpath('f.json').read_text())",
    "data of a package": "F = json.loads(pkgutil.get_data('p', 'f.json'))",
}

R = {
    "lines put together": "f <- jsonlite::fromJSON(paste(readLines('f.json'), collapse = ''))",
    "a text of yaml": "f <- yaml::yaml.load(readr::read_file('f.yaml'))",
    "a text cut in lines": "f <- strsplit(readChar('f.txt', 1e5), '\\n')[[1]]",
    "a table without a header": "f <- read.table('f.txt')$V1",
    "a column without a name": "f <- read.csv('f.csv', header = FALSE)$V1",
    "a column by its number": "f <- read.csv('f.csv')[, 1]",
    "an element by its number": "f <- read.csv('f.csv')[[1]]",
}


def follow(unit):
    lists = [ListReader().read(path, text.encode())[0] for path, text in FILES.items()]
    return trace_units(TraceInput([unit, *lists]), load_vocabulary())


@pytest.mark.parametrize("name", PYTHON)
def test_a_list_that_python_reads_as_text_decides(name):
    text = (
        "import json, pkgutil, yaml\nimport pandas as pd\nfrom importlib import resources\n"
        f"from pathlib import Path\nfrom sklearn.svm import SVC\n{PYTHON[name]}\n"
        "df = pd.read_csv('p.csv')\nSVC().fit(df[F], df['y'])\n"
    )
    (flow,) = follow(read_python("a.py", text)).flows
    assert (flow.source.column, flow.verdict, flow.visibility) == ("nationaliteit", "used", "list")


@pytest.mark.parametrize("name", R)
def test_a_list_that_r_reads_as_text_decides(name):
    text = f"{R[name]}\nd <- read.csv('p.csv')\nm <- glm(y ~ ., data = d[, c(f, 'y')])\n"
    (flow,) = follow(read_r("a.R", text)).flows
    assert (flow.source.column, flow.verdict, flow.visibility) == ("nationaliteit", "used", "list")


def test_the_first_of_the_texts_that_strsplit_gives_is_a_vector():
    text = (
        "f <- strsplit('leeftijd,nationaliteit', ',')[[1]]\nd <- read.csv('p.csv')\n"
        "m <- glm(y ~ ., data = d[, c(f, 'y')])\n"
    )
    (flow,) = follow(read_r("a.R", text)).flows
    assert (flow.source.column, flow.verdict) == ("nationaliteit", "used")


def test_rules_in_a_file_that_is_read_as_text_score():
    rules = '[{"veld": "nationaliteit", "in": ["a"], "punten": 4}]'
    code = (
        "import json\nimport pandas as pd\nREGELS = json.loads(open('regels.json').read())\n"
        "def score(rij):\n    totaal = 0\n    for regel in REGELS:\n"
        "        if rij[regel['veld']] in regel['in']:\n"
        "            totaal += regel['punten']\n    return totaal\n"
        "df = pd.read_csv('p.csv')\ndf['score'] = df.apply(score, axis=1)\n"
        "df[df.score > 3].to_csv('lijst.csv')\n"
    )
    units = [read_python("a.py", code), ListReader().read("regels.json", rules.encode())[0]]
    flows = trace_units(TraceInput(units), load_vocabulary()).flows
    assert ("nationaliteit", "used") in {(flow.source.column, flow.verdict) for flow in flows}


def test_lines_of_a_file_of_data_name_no_columns():
    code = (
        "F = []\nfor line in open('people.csv'):\n    F.append(line)\n"
        "df = pd.read_csv('p.csv')\nSVC().fit(df[F], df['y'])\n"
    )
    data = "name,nationality\nJan,taal\nPiet,herkomst\n"
    units = [
        read_python("a.py", "import pandas as pd\nfrom sklearn.svm import SVC\n" + code),
        ListReader().read("people.csv", data.encode())[0],
    ]
    assert trace_units(TraceInput(units), load_vocabulary()).flows == ()
