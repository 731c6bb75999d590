"""Which files are followed, and what of a file ties it to another."""

import io
import zipfile

import pytest

from doorlicht.lineage.mentions import mentions_of, text_of_notebook
from doorlicht.lineage.modules import ModuleIndex
from doorlicht.lineage.naming import Names
from doorlicht.lineage.relevance import Words, read_words, relevant, words_text
from doorlicht.lineage.ties import MAX_SHARING, MAX_USERS
from doorlicht.lineage.values import HOLE
from doorlicht.vocabulary import load_vocabulary

NAMES = Names(load_vocabulary(()))
SEED = "x['nationaliteit']\n"


def read(files):
    return relevant([read_words(path, text, NAMES) for path, text in files.items()])


def followed(**files):
    """The files that are followed; ``a__b_py`` stands for ``a/b.py``."""
    return reached({name.replace("__", "/").replace("_dot_", "."): t for name, t in files.items()})


def reached(files):
    return sorted(frozenset().union(*read(files).groups))


# ── modules ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("importer", "dotted", "level", "found"),
    [
        pytest.param("risk/run.py", "model", 1, "risk/model.py", id="beside"),
        pytest.param("risk/deep/run.py", "model", 2, "risk/model.py", id="one-up"),
        pytest.param("risk/run.py", "", 1, "risk/__init__.py", id="own-package"),
        pytest.param("run.py", "risk.model", 0, "risk/model.py", id="from-the-root"),
        pytest.param("tests/t.py", "risk.model", 0, "risk/model.py", id="from-elsewhere"),
        pytest.param("src/a/b.py", "lib.c", 0, "src/lib/c.py", id="source-folder"),
        pytest.param("jobs/run.py", "prepare", 0, "jobs/prepare.py", id="script-beside"),
        pytest.param("risk/run.py", "json", 0, None, id="library-and-not-a-namesake-elsewhere"),
        pytest.param("other/io/x.py", "json", 0, None, id="library-within-a-package"),
        pytest.param("jobs/run.py", "calendar", 0, "jobs/calendar.py", id="hides-the-library"),
        pytest.param("run.py", "model", 0, None, id="inside-a-package-not-by-last-name"),
        pytest.param("risk/run.py", "model", 3, None, id="above-the-root"),
        pytest.param("risk/model.py", "risk.model", 0, None, id="not-itself"),
    ],
)
def test_an_import_means_the_file_of_its_whole_path(importer, dotted, level, found):
    index = ModuleIndex(
        [
            "risk/__init__.py", "risk/model.py", "other/__init__.py", "other/io/__init__.py",
            "other/io/json.py", "jobs/prepare.py", "jobs/calendar.py", "src/lib/c.py",
        ]
    )  # fmt: skip
    assert index.find(importer, dotted, level) == found


def test_of_two_modules_of_one_name_the_nearest_is_meant():
    index = ModuleIndex(["a/tools.py", "b/tools.py"])
    assert index.find("b/run.py", "tools", 0) == "b/tools.py"


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        pytest.param("from a.b import c", "module:a.b|c", id="one-line"),
        pytest.param("from a import (\n  b,\n  c as d,\n)", "module:a|b,c=d", id="brackets"),
        pytest.param("from a import b, \\\n    c", "module:a|b,c", id="continued"),
        pytest.param("from .. import b", "module:..|b", id="relative"),
        pytest.param("from a import *", "module:a|*", id="star"),
        pytest.param("try: import a\nexcept E: pass", "module:a|*", id="behind-a-colon"),
        pytest.param("import a.b as c\nc.load(c.x)", "module:a.b|load,x", id="what-is-taken"),
        pytest.param("import_module('a.b')", "module:a.b|*", id="by-a-function"),
        pytest.param("__import__('a')", "module:a|*", id="by-the-built-in"),
        pytest.param("import_module(f'a.rules.{x}')", "modules:a.rules", id="partly-known"),
        pytest.param("STEPS = ['a.b.Clean']", "module:a.b.Clean|*", id="path-in-settings"),
    ],
)
def test_imports_are_read_in_every_form(text, mention):
    assert mention in mentions_of("x.py", text)


def test_a_namesake_elsewhere_is_not_followed():
    assert followed(a__run_dot_py="import json\n" + SEED, b__json_dot_py="x = 1") == ["a/run.py"]


def test_who_imports_a_file_about_origin_is_followed_and_what_that_needs():
    files = {
        "p/__init__.py": "",
        "p/clean.py": SEED,
        "p/train.py": "from p.clean import x\nfrom .fit import go",
        "p/fit.py": "def go(): pass",
        "p/other.py": "from .fit import go",
    }
    assert reached(files) == ["p/clean.py", "p/fit.py", "p/train.py"]


def test_a_package_that_only_passes_on_names_does_not_tie_all_its_files():
    files = {
        "p/__init__.py": "from .clean import clean\nfrom .mail import send\nfrom .plot import draw",
        "p/clean.py": "def clean(t):\n    return t['nationaliteit']",
        "p/mail.py": "def send(): pass",
        "p/plot.py": "def draw(): pass",
        "job.py": "from p import clean",
        "letters.py": "from p import send",
    }
    assert reached(files) == ["job.py", "p/__init__.py", "p/clean.py"]


def test_a_package_with_code_of_its_own_is_followed_with_what_it_needs():
    files = {
        "p/__init__.py": "from .clean import clean\nfrom .mail import send\nsend(clean(1))",
        "p/clean.py": "def clean(t):\n    return t['nationaliteit']",
        "p/mail.py": "def send(): pass",
        "letters.py": "from p import send",
    }
    assert reached(files) == ["p/__init__.py", "p/clean.py", "p/mail.py"]


def test_a_name_is_followed_through_two_packages_and_a_new_name():
    files = {
        "p/__init__.py": "from .sub import shorten as cut",
        "p/sub/__init__.py": "from .deep import *",
        "p/sub/deep.py": "def shorten(t):\n    return t['nationaliteit']",
        "job.py": "import p\np.cut(1)",
    }
    assert {"job.py", "p/sub/deep.py"} <= set(reached(files))


def test_imports_that_go_round_end():
    files = {"a.py": "from b import x\n" + SEED, "b.py": "from a import x"}
    assert reached(files) == ["a.py", "b.py"]


def test_a_module_found_by_a_text_is_followed():
    files = {"rules/nat.py": SEED, "run.py": "m = import_module(f'rules.{name}')"}
    assert reached(files) == ["rules/nat.py", "run.py"]


# ── data files and tables ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "is_tied"),
    [
        pytest.param("'out/scores.csv'", "'scores.csv'", True, id="same-name"),
        pytest.param("'train/scores.csv'", "'test/scores.csv'", False, id="other-folder"),
        pytest.param("f'risk_{year}.csv'", "'risk_2020.csv'", True, id="f-string"),
        pytest.param("f'risk_{year}.csv'", "'other_2020.csv'", False, id="other-name"),
        pytest.param("'risk_%s.csv' % year", "f'risk_{y}.csv'", True, id="percent"),
        pytest.param("paste0(dir, 'risk_', date, '.csv')", "'risk_2020.csv'", True, id="pasted"),
        pytest.param("glob('data/risk_*.csv')", "'risk_1.csv'", True, id="glob"),
        pytest.param("f'{folder}/{name}.csv'", "'risk_2020.csv'", False, id="nothing-known"),
        pytest.param("self.model", "self.model", False, id="no-file"),
        pytest.param("to_sql('scores', con)", "'SELECT a FROM scores'", True, id="plain-table"),
        pytest.param("dbWriteTable(con, 'scores')", "tbl(con, 'scores')", True, id="tables-of-r"),
        pytest.param("'SELECT * FROM dwh.scores'", "'insert into scores'", True, id="schema"),
        pytest.param("# from people to people", "# taken from people", False, id="prose"),
        pytest.param("__tablename__ = 'scores'", "'select a from scores'", True, id="orm"),
        pytest.param("saveAsTable('x.scores')", "spark.table('x.scores')", True, id="spark"),
    ],
)
@pytest.mark.parametrize("ending", [".py", ".R"])
def test_files_that_can_mean_one_data_set_are_tied(one, other, is_tied, ending):
    files = {f"a{ending}": f"{one}\nx['nationaliteit']\n", f"b/b{ending}": other}
    assert (f"b/b{ending}" in reached(files)) is is_tied


def test_tables_of_sas_are_tied():
    files = {"a.sas": "data risk.scores; set risk.people; keep nationaliteit; run;",
             "b.sas": "proc means data=risk.scores; run;"}  # fmt: skip
    assert reached(files) == ["a.sas", "b.sas"]


def test_what_a_helper_writes_ties_the_reader_of_it():
    files = {
        "main.py": "from store import save\nsave(t['nationaliteit'])",
        "store.py": "def save(t):\n    t.to_csv('handover.csv')",
        "late.py": "pd.read_csv('handover.csv')",
    }
    assert reached(files) == ["late.py", "main.py", "store.py"]


@pytest.mark.parametrize(
    ("settings", "text", "reader"),
    [
        pytest.param("config.yml", "yaml.safe_load(open('config.yml'))", "run.py", id="named"),
        pytest.param("config.yml", "config::get('columns')", "run.R", id="by-default"),
        pytest.param("conf/risk.yaml", "@hydra.main(config_name='risk')", "run.py", id="hydra"),
        pytest.param("lists/columns.csv", "read.csv('lists/columns.csv')", "run.R", id="list"),
        pytest.param("columns.csv", "pd.read_csv(f'{here}/columns.csv')", "run.py", id="pasted"),
    ],
)
def test_origin_named_only_in_settings_leads_to_who_reads_them(settings, text, reader):
    assert reached({settings: "columns: nationaliteit\n", reader: text}) == sorted(
        [settings, reader]
    )


def test_projects_with_settings_of_one_name_are_not_tied_by_it():
    files = {}
    for number in range(3):
        files[f"p{number}/config.yml"] = "a: 1"
        files[f"p{number}/run.py"] = "open('config.yml')" + ("\n" + SEED if number == 1 else "")
    assert reached(files) == ["p1/config.yml", "p1/run.py"]


# ── R ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "sapply(list.files('R', full.names = TRUE), source)",
        "lapply(dir('R', pattern = '\\\\.R$', full.names = TRUE), source)",
        "for (f in list.files(here::here('R'))) source(f)",
        "purrr::walk(fs::dir_ls('R'), source)",
        "tar_source()",
        "for (f in list.files(folder)) source(f)",
    ],
)
def test_a_folder_that_is_sourced_whole_is_followed(text):
    files = {"R/clean.R": "clean <- function(d) d$nationaliteit", "run.R": text}
    assert reached(files) == ["R/clean.R", "run.R"]


def test_scripts_of_r_are_tied_by_the_functions_that_they_call():
    files = {
        "R/clean.R": "clean_people <- function(d) d$nationaliteit",
        "R/train.R": "train <- function(d) glm(y ~ ., data = clean_people(d))",
        "R/plot.R": "draw <- function(d) plot(d)",
    }
    assert reached(files) == ["R/clean.R", "R/train.R"]


def test_a_name_that_a_script_sets_itself_ties_it_to_no_other():
    files = {
        "a.R": "people <- read('x')\npeople$nationaliteit",
        "b.R": "people <- other()\nsum(people$x)",
        "c.R": "f <- function(people) people$x",
    }
    assert reached(files) == ["a.R"]


def test_a_package_that_is_loaded_is_followed():
    files = {
        "risk/R/clean.R": "clean <- function(d) d$nationaliteit",
        "jobs/run.R": "library(risk)\nx <- y(1)",
    }
    assert reached(files) == ["jobs/run.R", "risk/R/clean.R"]


# ── names ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "is_seed"),
    [
        pytest.param("paste0('geboorte', 'land')", True, id="pieces-side-by-side"),
        pytest.param("x = 'nation' + 'ality'", True, id="pieces-that-say-nothing-alone"),
        pytest.param("b = 'land'\nc = 'geboorte' + b", True, id="pieces-apart"),
        pytest.param("b = 'land'\nc = paste0('geboorte', b)", True, id="pieces-apart-in-r"),
        pytest.param("b = 'geboorte'\nc = f'{b}_land'", True, id="tail-apart"),
        pytest.param("b = 'xx'\nc = 'origin' + b", False, id="other-half-says-nothing"),
        pytest.param("f'geboorte_{x}'\nx = 'land'", True, id="f-string"),
        pytest.param("a = ['post', 'land']\nb = ''.join(a)", False, id="other-pieces"),
        pytest.param("a = 'geboorte'\nb = 'land'", False, id="never-put-together"),
        pytest.param("# nationaliteit", False, id="comment"),
        pytest.param('"""\nnationaliteit\n"""', False, id="docstring"),
        pytest.param('q = """\nselect nationaliteit from x\n"""', True, id="query"),
    ],
)
def test_a_file_is_followed_by_itself_if_it_can_name_origin(text, is_seed):
    assert read_words("a.py", text, NAMES).is_seed is is_seed


def test_a_table_that_a_scan_knows_makes_its_reader_followed():
    assert read_words("a.py", "read('Persons.csv')", NAMES, ["persons"]).is_seed
    assert not read_words("a.py", "read('firms.csv')", NAMES, ["persons"]).is_seed


def test_a_model_without_origin_is_followed_with_what_it_needs():
    files = {
        "fit.py": "from load import get\nm.fit(pd.read_csv('x.csv'))",
        "load.py": "def get(): pass",
        "user.py": "import fit\nfit.m",
    }
    assert read(files).groups == [frozenset({"fit.py", "load.py"})]


def test_a_notebook_is_read_by_its_cells_even_if_damaged():
    whole = '{"cells": [{"source": ["import a\\n", "a.b"]}]}'
    assert "module:a|b" in mentions_of("x.ipynb", text_of_notebook(whole))
    assert "module:a|b" in mentions_of("x.ipynb", text_of_notebook(whole[:-2]))


def packed(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        for name, text in parts.items():
            book.writestr(f"xl/{name}.xml", text)
    return content.getvalue()


def test_a_workbook_is_read_by_what_is_packed_in_it():
    def is_seed(content):
        return read_words("x.xlsx", words_text("x.xlsx", content), NAMES).is_seed

    assert is_seed(packed(sharedStrings="<t>nationaliteit</t>"))
    assert not is_seed(packed(sharedStrings="<t>bedrag</t>"))
    # What cannot be unpacked is left to its reader, which tells why.
    assert is_seed(b"PK\x03\x04 damaged")


# ── what is left out is told ────────────────────────────────────────────────────────────────────


def test_a_file_that_very_many_use_is_told_and_models_among_them_are_followed():
    files = [Words("base.py", True, frozenset())]
    files += [
        Words(f"d{n}/use.py", False, frozenset({"module:base|x"}), is_model=n == 7)
        for n in range(MAX_USERS + 1)
    ]
    found = relevant(files)
    assert [sorted(group) for group in found.groups] == [["base.py", "d7/use.py"]]
    assert [(one.path, one.construct, one.files) for one in found.left_out] == [
        ("base.py", "used_widely", MAX_USERS)
    ]


def test_up_to_so_many_users_all_are_followed_and_nothing_is_told():
    files = [Words("base.py", True, frozenset())]
    files += [Words(f"d{n}/use.py", False, frozenset({"module:base|x"})) for n in range(MAX_USERS)]
    found = relevant(files)
    assert [len(group) for group in found.groups] == [MAX_USERS + 1]
    assert found.left_out == ()


def test_a_name_that_very_many_mention_ties_a_folder_and_the_rest_is_told():
    files = [
        Words(f"d{n // 2:02}/f{n}.py", n == 0, frozenset({"data:data.csv"}))
        for n in range(MAX_SHARING + 1)
    ]
    found = relevant(files)
    assert [sorted(group) for group in found.groups] == [["d00/f0.py", "d00/f1.py"]]
    (told,) = found.left_out
    assert (told.path, told.construct, told.name) == ("d00/f0.py", "shared_widely", "data.csv")
    assert told.files == MAX_SHARING - 1


def test_a_path_that_is_spelled_with_its_folder_ties_even_if_its_name_is_common():
    files = [
        Words(f"d{n}/f.py", n == 0, frozenset({"data:data.csv"})) for n in range(MAX_SHARING + 1)
    ]
    files += [
        Words("d0/g.py", False, frozenset({"data:shared/risk/data.csv"})),
        Words("e/h.py", False, frozenset({"data:shared/risk/data.csv"})),
    ]
    assert "e/h.py" in frozenset().union(*relevant(files).groups)


def test_a_script_named_in_a_text_is_one_of_the_same_project():
    files = {"a/models.py": SEED, "a/run.py": "run('models.py')", "b/doc.py": "see = 'models.py'"}
    assert reached(files) == ["a/models.py", "a/run.py"]


def test_code_that_raises_from_an_error_names_no_table():
    files = {"a.py": "raise X from some_error\n" + SEED, "b.py": "raise Y from some_error"}
    assert reached(files) == ["a.py"]


def test_what_a_helper_only_reads_ties_nobody():
    files = {
        "main.py": "from limits import check\ncheck(t['nationaliteit'])",
        "limits.py": "def check(t):\n    return load('limits.csv')",
        "other.py": "load('limits.csv')",
    }
    assert reached(files) == ["limits.py", "main.py"]


def test_files_of_tools_tie_nothing():
    files = [
        Words("a/x.py", True, frozenset({"data:requirements.txt"})),
        Words("b/y.py", False, frozenset({"data:requirements.txt"})),
    ]
    assert [sorted(group) for group in relevant(files).groups] == [["a/x.py"]]


def test_holes_are_kept_in_what_is_mentioned():
    assert f"data:risk_{HOLE}.csv" in mentions_of("a.py", "f'risk_{year}.csv'")
