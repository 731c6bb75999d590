"""One construct at a time: what a few lines of code do to origin-related columns."""

import pytest

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.lists import ListReader
from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.r import read_r
from doorlicht.lineage.readers.sas import SasReader
from doorlicht.vocabulary import load_vocabulary

READERS = {
    "py": read_python,
    "R": read_r,
    "sas": lambda path, text: SasReader().read(path, text.encode())[0],
    "ini": lambda path, text: ListReader().read(path, text.encode())[0],
}


def follow(**files):
    """The trace of some files; ``a_py`` is ``a.py``."""
    units = []
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        units.append(READERS[suffix](f"{stem}.{suffix}", text))
    return trace_units(TraceInput(units), load_vocabulary())


def flows(result):
    return {(flow.source.column, flow.feature, flow.verdict) for flow in result.flows}


PANDAS = "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
FIT = "m = LogisticRegression()\nm.fit(X, y)\n"

PYTHON = {
    "columns by name": (
        "df = pd.read_csv('p.csv')\ny = df['y']\nX = df[['nationaliteit', 'age']]\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "a column computed": (
        "df = pd.read_csv('p.csv')\ny = df.y\ndf['nl'] = (df['nationaliteit'] == 1)\n"
        "X = df[['nl']]\n",
        {("nationaliteit", "nl", "used")},
    ),
    "a column dropped": (
        "df = pd.read_csv('p.csv')\ny = df.pop('y')\nX = df.drop(columns=['nationaliteit'])\n",
        {("nationaliteit", "nationaliteit", "not-used")},
    ),
    "a column renamed": (
        "df = pd.read_csv('p.csv').rename(columns={'nationaliteit': 'v1'})\ny = df['y']\n"
        "X = df[['v1']]\n",
        {("nationaliteit", "v1", "used")},
    ),
    "a table joined": (
        "a = pd.read_csv('a.csv')[['id', 'y']]\nb = pd.read_csv('b.csv')[['id', 'geboorteland']]\n"
        "df = a.merge(b, on='id')\ny = df['y']\nX = df.drop('y', axis=1)\n",
        {("geboorteland", "geboorteland", "used")},
    ),
    "rows filtered": (
        "df = pd.read_csv('p.csv')\ndf = df[df['nationaliteit'] != 'NL']\ny = df['y']\n"
        "X = df[['age']]\n",
        {("nationaliteit", "nationaliteit", "selection-rule")},
    ),
    "a list of columns of a table that is handed over": (
        "def train(data):\n    names = ['age', 'nationaliteit']\n    m = LogisticRegression()\n"
        "    m.fit(data[names], data['y'])\nX = y = None\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "rows filtered of a table that is handed over": (
        "def train(data):\n    some = data[data['nationaliteit'] != 'NL']\n"
        "    m = LogisticRegression()\n    m.fit(some[['age']], some['y'])\nX = y = None\n",
        {("nationaliteit", "nationaliteit", "selection-rule")},
    ),
    "a plain function called before and after a column is in what it uses": (
        "names = ['age']\ndef chosen():\n    return list(names)\na = chosen()\n"
        "names.append('nationaliteit')\ndf = pd.read_csv('p.csv')\ny = df['y']\n"
        "X = df[chosen()]\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "an object that is told the columns between two calls": (
        "class P:\n    def __init__(self):\n        self.names = []\n"
        "    def add(self, name):\n        self.names.append(name)\n"
        "    def cut(self, df):\n        return df[self.names]\n"
        "df = pd.read_csv('p.csv')\np = P()\np.add('age')\np.cut(df)\n"
        "p.add('nationaliteit')\ny = df['y']\nX = p.cut(df)\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "a loop within a loop": (
        "df = pd.read_csv('p.csv')\ny = df['y']\nfor a in range(n):\n    for b in range(m):\n"
        "        df['q'] = df['p']\n        df['p'] = df['nationaliteit']\nX = df[['q']]\n",
        {("nationaliteit", "q", "used")},
    ),
    "a query in a text": (
        "df = pd.read_csv('p.csv').query('nationaliteit == 1')\ny = df['y']\nX = df[['age']]\n",
        {("nationaliteit", "nationaliteit", "selection-rule")},
    ),
    "one-hot": (
        "df = "
        "pd.get_dummies(pd.read_csv('p.csv')[['geboorteland', 'y']], columns=['geboorteland'])\n"
        "y = df['y']\nX = df.drop(columns='y')\n",
        {("geboorteland", "geboorteland_*", "used")},
    ),
    "names by a gate": (
        "df = pd.read_csv('p.csv')[['nationaliteit', 'age', 'y']]\n"
        "X = df[[c for c in df.columns if 'nat' not in c and c != 'y']]\ny = df['y']\n",
        {("nationaliteit", "nationaliteit", "not-used")},
    ),
    "names put together": (
        "df = pd.read_csv('p.csv')\nX = df[[f'{stem}land' for stem in ('geboorte',)]]\n"
        "y = df['y']\n",
        {("geboorteland", "geboorteland", "used")},
    ),
    "a function of the code": (
        "def features(d, names):\n    d = d.copy()\n    return d[names]\n"
        "df = pd.read_csv('p.csv')\nX = features(df, ['nationaliteit'])\ny = df['y']\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "switched off": (
        "USE = False\ndf = pd.read_csv('p.csv')\nnames = ['age']\nif USE:\n"
        "    names.append('nationaliteit')\nX = df[['age']]\ny = df['y']\n",
        {("nationaliteit", "nationaliteit", "not-used")},
    ),
    "the values of a table": (
        "df = pd.read_csv('personen.csv')\ny = df.y\nX = df[['nationaliteit', 'age']].values\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "a mean by group": (
        "df = pd.read_csv('personen.csv')\ny = df.y\n"
        "df['mean'] = df.groupby('nationaliteit')['income'].transform('mean')\nX = df[['mean']]\n",
        {("nationaliteit", "mean", "used")},
    ),
    "a list made by the field of a data class": (
        "from dataclasses import dataclass, field\n@dataclass\nclass Config:\n"
        "    names: list = field(default_factory=lambda: ['age', 'nationaliteit'])\n"
        "df = pd.read_csv('personen.csv')\ny = df.y\nX = df[Config().names]\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
    "a pattern compiled beforehand": (
        "import re\npattern = re.compile('nation|etn')\n"
        "df = pd.read_csv('p.csv')[['nationaliteit', 'age', 'y']]\ny = df.y\n"
        "X = df[[c for c in df.columns if not pattern.search(c) and c != 'y']]\n",
        {("nationaliteit", "nationaliteit", "not-used")},
    ),
    "what a selector supports": (
        "from sklearn.feature_selection import RFE\n"
        "df = pd.read_csv('p.csv')[['nationaliteit', 'age', 'y']]\ny = df.pop('y')\n"
        "chooser = RFE(None)\nchooser.fit(df, y)\nX = df[df.columns[chooser.support_]]\n",
        {("nationaliteit", "nationaliteit", "candidate")},
    ),
    "expressions of polars": (
        "import polars as pl\ndf = pl.read_parquet('personen.parquet')\ny = df['y']\n"
        "df = df.with_columns((pl.col('geboorteland') == 1).alias('x'))\n"
        "X = df.select(pl.col('x'), pl.col(['age', 'income']))\n",
        {("geboorteland", "x", "used")},
    ),
    "an origin of flights": (
        "df = pd.read_csv('flights.csv')\ny = df.delay\nX = df[['origin', 'destination']]\n",
        set(),
    ),
    "an origin of persons": (
        "df = pd.read_csv('persons.csv')\ny = df.fraud\nX = df[['origin', 'age']]\n",
        {("origin", "origin", "used")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PYTHON)
def test_python(case):
    text, expected = PYTHON[case]
    assert flows(follow(a_py=PANDAS + text + FIT)) == expected


R = {
    "pipes": (
        "p <- read.csv('p.csv') %>% select(y, geb_land) %>% mutate(x = geb_land == 1) %>% "
        "select(-geb_land)\nm <- glm(y ~ ., data = p)\n",
        {("geb_land", "x", "used")},
    ),
    "base": (
        "p <- read.csv('p.csv')\np$x <- p$geb_land == 1\nm <- glm(y ~ x, data = p)\n",
        {("geb_land", "x", "used")},
    ),
    "data.table": (
        "p <- fread('p.csv')\np[, x := geb_land == 1]\nm <- glm(y ~ x, data = p)\n",
        {("geb_land", "x", "used")},
    ),
    "a formula of text": (
        "p <- read.csv('p.csv')\nv <- c('age', 'geb_land')\n"
        "m <- glm(as.formula(paste('y ~', paste(v, collapse = '+'))), data = p)\n",
        {("geb_land", "geb_land", "used")},
    ),
    "chosen by the data": (
        "p <- read.csv('p.csv')[, c('y', 'geb_land', 'a')]\np <- p[, -nearZeroVar(p)]\n"
        "m <- glm(y ~ ., data = p)\n",
        {("geb_land", "geb_land", "candidate")},
    ),
    "within": (
        "p <- read.csv('p.csv')\np <- within(p, { nw <- geb_land %in% 1:2; rm(nationaliteit) })\n"
        "m <- glm(y ~ nw, data = p)\n",
        {("geb_land", "nw", "used"), ("nationaliteit", "nationaliteit", "not-used")},
    ),
    "a design matrix": (
        "p <- readRDS('personen.rds')\nx <- model.matrix(~ age + herkomstland - 1, data = p)\n"
        "m <- cv.glmnet(x, p$y)\n",
        {("herkomstland", "herkomstland", "used")},
    ),
    "steps of choosing": (
        "p <- read.csv('personen.csv')\nm <- glm(y ~ age + nationaliteit, data = p)\n"
        "n <- step(m)\n",
        {("nationaliteit", "nationaliteit", "candidate")},
    ),
    "a task and a learner": (
        "p <- read.csv('personen.csv')\n"
        "t <- TaskClassif$new('t', backend = p[, c('y', 'etniciteit')], target = 'y')\n"
        "l <- lrn('classif.ranger')\nl$train(t)\n",
        {("etniciteit", "etniciteit", "used")},
    ),
    "weights": (
        "p <- read.csv('p.csv')\n"
        "m <- glm(y ~ a, data = p, weights = ifelse(geb_land == 1, 2, 1))\n",
        {("geb_land", "geb_land", "weights-only")},
    ),
    "a loop over names": (
        "p <- read.csv('p.csv')\nfor (v in c('geb_land')) p[[paste0(v, '_nl')]] <- p[[v]] == 1\n"
        "m <- glm(y ~ geb_land_nl, data = p)\n",
        {("geb_land", "geb_land_nl", "used")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", R)
def test_r(case):
    text, expected = R[case]
    assert flows(follow(a_R=text)) == expected


CLASSES = {
    "a method that begins with that of the class above": (
        "class Bron:\n    def load(self):\n        self.df = pd.read_csv('p.csv')\n"
        "        return self\n"
        "class Dienst(Bron):\n    def load(self):\n        super().load()\n"
        "        self.df = self.df.rename(columns={'geboorteland': 'v'})\n        return self\n"
        "d = Dienst().load()\ny = d.df['y']\nX = d.df[['v']]\n",
        {("geboorteland", "v", "used")},
    ),
    "each class hands on to the one above": (
        "class A:\n    def load(self):\n        self.df = pd.read_csv('p.csv')\n"
        "class B(A):\n    def load(self):\n        super().load()\n"
        "        self.df['nl'] = self.df['nationaliteit'] == 1\n"
        "class C(B):\n    def load(self):\n        super(C, self).load()\n"
        "c = C()\nc.load()\ny = c.df['y']\nX = c.df[['nl']]\n",
        {("nationaliteit", "nl", "used")},
    ),
    "a method of the class": (
        "class Bron:\n    columns = ['nationaliteit']\n    @classmethod\n"
        "    def read(cls, path):\n        return pd.read_csv(path)[cls.columns]\n"
        "X = Bron.read('p.csv')\ny = pd.read_csv('y.csv')['y']\n",
        {("nationaliteit", "nationaliteit", "used")},
    ),
}


@pytest.mark.parametrize("case", CLASSES)
def test_classes(case):
    text, expected = CLASSES[case]
    assert flows(follow(a_py=PANDAS + text + FIT)) == expected


def test_a_loop_measures_by_each_group():
    text = (
        "from fairlearn.metrics import MetricFrame\ndf = pd.read_csv('p.csv')\ny = df['y']\n"
        "X = df[['age']]\nm = LogisticRegression()\nm.fit(X, y)\np = m.predict(X)\n"
        "for g in ['nationaliteit', 'geboorteland', 'geslacht']:\n"
        "    MetricFrame(metrics=score, y_true=y, y_pred=p, sensitive_features=df[g])\n"
    )
    assert flows(follow(a_py=PANDAS + text)) == {
        ("nationaliteit", "nationaliteit", "bias-test-only"),
        ("geboorteland", "geboorteland", "bias-test-only"),
    }


def test_a_bias_test_is_of_the_model_whose_scores_it_measures():
    text = (
        "from fairlearn.metrics import MetricFrame\nfrom sklearn.svm import SVC\n"
        "df = pd.read_csv('p.csv')\ny = df['y']\nX = df[['age']]\n"
        "other = SVC()\nother.fit(df.drop(columns=['y', 'nationaliteit']), y)\n"
        "m = LogisticRegression()\nm.fit(X, y)\np = m.predict(X)\n"
        "MetricFrame(metrics=f, y_true=y, y_pred=p, sensitive_features=df['nationaliteit'])\n"
    )
    result = follow(a_py=PANDAS + text)
    names = {model.id: model.algorithm for model in result.models}
    assert {(names[flow.model], flow.verdict) for flow in result.flows} == {
        ("SVC", "not-used"),
        ("LogisticRegression", "bias-test-only"),
    }


def test_the_number_of_rows_tells_nothing_of_the_columns():
    text = (
        "df = pd.read_csv('p.csv')\ndf['nl'] = df['geboorteland'] == 1\n"
        "w = [1] * len(df)\nm = LogisticRegression()\n"
        "m.fit(df[['age']], df['y'], sample_weight=w)\n"
    )
    assert "weights-only" not in {verdict for _, _, verdict in flows(follow(a_py=PANDAS + text))}


def test_the_number_of_rows_tells_what_chose_them():
    text = (
        "df = pd.read_csv('p.csv')\nn = len(df[df['geboorteland'] == 1])\n"
        "m = LogisticRegression()\nm.fit(df[['age']], df['y'], sample_weight=df['w'] / n)\n"
    )
    assert ("geboorteland", "geboorteland", "weights-only") in flows(follow(a_py=PANDAS + text))


def test_files_hand_tables_over_whatever_their_order():
    result = follow(
        a_R="m <- glm(y ~ ., data = readRDS('tussen/set.rds'))\n",
        b_R="saveRDS(read.csv('p.csv')[, c('y', 'nationaliteit')], 'tussen/set.rds')\n",
    )
    assert flows(result) == {("nationaliteit", "nationaliteit", "used")}
    assert [hop.what for hop in result.flows[0].hops][-3:] == ["write", "load", "feature"]


def test_a_path_names_each_line_it_goes_through():
    text = (
        "df = pd.read_csv('p.csv')\ndf['nl'] = df['nationaliteit'] == 1\ny = df['y']\n"
        "X = df[['nl']]\n"
    )
    result = follow(a_py=PANDAS + text + FIT)
    hops = [(hop.what, hop.place.line) for hop in result.flows[0].hops]
    assert hops == [("read", 4), ("derive", 4), ("feature", 8)]


CURSOR = "cur = sqlite3.connect('d.db').cursor()\ncur.execute('select age, nationaliteit from p')\n"


@pytest.mark.parametrize(
    "text",
    [
        "rows = cur.fetchall()\nX = [[r[0], r[1]] for r in rows]\n",
        "X = []\nfor age, nat in cur:\n    X.append((age, nat))\n",
        "X = []\nr = cur.fetchone()\nwhile r:\n    X.append(list(r))\n    r = cur.fetchone()\n",
        "X = pd.DataFrame(cur.fetchall(), columns=['a', 'n'])[['n']]\n",
        "X = pd.DataFrame(cur, columns=[d[0] for d in cur.description])\n",
        "np.save('x.npy', pd.DataFrame(cur.fetchall()))\nX = np.load('x.npy')\n",
    ],
)
def test_a_cursor_gives_the_rows_of_what_it_carried_out(text):
    head = "import sqlite3\nimport numpy as np\n" + PANDAS + CURSOR + text + "y = [1]\n"
    assert {verdict for _, _, verdict in flows(follow(a_py=head + FIT))} == {"used"}


@pytest.mark.parametrize(
    "text",
    [
        "d$w <- rowSums(d[, grepl('^nationaliteit', names(d))])\n",
        "d$w <- rowSums(dplyr::select(d, starts_with('nationaliteit')))\n",
    ],
)
def test_what_is_counted_over_columns_that_a_test_on_names_spells_is_of_origin(text):
    fit = "m <- glm(y ~ w, data = d)\n"
    result = follow(a_R="d <- read.csv('p.csv')\n" + text + fit)
    assert flows(result) == {("nationaliteit", "w", "used")}
    others = text.replace("nationaliteit", "bedrag")
    assert flows(follow(a_R="d <- read.csv('p.csv')\n" + others + fit)) == set()


def test_what_pandas_counts_over_columns_that_a_test_on_names_spells_is_of_origin():
    text = (
        "df = pd.read_csv('p.csv')\ndf['w'] = df.filter(regex='^nationaliteit').sum(axis=1)\n"
        "y = df['y']\nX = df[['w']]\n"
    )
    assert flows(follow(a_py=PANDAS + text + FIT)) == {("nationaliteit", "w", "used")}


def steps(flow):
    return [(hop.what, hop.place.file, hop.place.line) for hop in flow.hops]


def test_a_path_begins_where_the_column_is_read_for_it_and_not_where_it_is_read_first():
    result = follow(
        a_R="d <- read.csv('p.csv')\nprint(table(d$geboorteland))\n",
        b_R="d <- read.csv('p.csv')\nm <- glm(y ~ geboorteland, data = d)\n",
    )
    (flow,) = result.flows
    assert steps(flow) == [("read", "b.R", 2), ("feature", "b.R", 2)]
    assert (flow.source.place.file, flow.source.place.line) == ("b.R", 2)


def test_a_path_of_a_column_that_nobody_names_is_that_of_its_table():
    result = follow(
        a_R="d <- read.csv('p.csv')\nsaveRDS(d, 'd.rds')\n",
        b_R="m <- glm(y ~ ., data = readRDS('d.rds'))\n",
        c_R="d <- readRDS('d.rds')\nprint(table(d$geboorteland))\n",
    )
    (flow,) = result.flows
    assert steps(flow) == [
        ("read", "a.R", 1),
        ("write", "a.R", 2),
        ("load", "b.R", 1),
        ("feature", "b.R", 1),
    ]
    assert {hop.name for hop in flow.hops} == {"geboorteland"}


def test_a_path_goes_through_the_files_that_hand_a_whole_table_over():
    result = follow(
        a_py=PANDAS + "pd.read_csv('p.csv').to_parquet('d.parquet')\n",
        b_py=PANDAS + "df = pd.read_parquet('d.parquet')\ndf['nl'] = df['nationaliteit'] == 1\n"
        "y = df['y']\nX = df[['nl']]\n" + FIT,
    )
    (flow,) = result.flows
    assert [what for what, _, _ in steps(flow)] == ["read", "write", "load", "derive", "feature"]
    assert [file for _, file, _ in steps(flow)] == ["a.py", "a.py", "b.py", "b.py", "b.py"]


def test_a_table_that_is_read_and_written_in_turn_ends():
    text = "d <- readRDS('d.rds')\nsaveRDS(rbind(d, readRDS('e.rds')), '{}.rds')\n"
    result = follow(
        a_R=text.format("d"), b_R=text.format("e"), c_R="m <- glm(y ~ nat, readRDS('d.rds'))\n"
    )
    assert {flow.verdict for flow in result.flows} <= {"used"}


LOOKALIKES = [
    "df['totaal']", "df['deelname']", "df['afwijkend']", "df['destination']", "df['keras']",
    "pd.to_datetime(df['d'], origin='1970-01-01')", "{'language': 'python'}['language']",
    "username", "app_name", "child_name.full_name", "fig_cp", "growth_cap", "cp_model.CpModel()",
    "is_poc", "start_migration", "translator", "BlankJudge()", "MixedCaseApp()", "'blackman'",
    "'J.R.R. Tolkien'", "1  # as in R. Islam and A.-B. Moslim (2018)",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOKALIKES)
def test_a_lookalike_is_no_reference(text):
    result = follow(
        a_py=PANDAS + f"df = pd.read_csv('p.csv')\nX = df[['a']]\nz = {text}\ny = 1\n" + FIT
    )
    assert result.references == ()


@pytest.mark.parametrize(
    "text",
    [
        "first_name",
        "birth_country",
        "migration_background",
        "df['user_name']",
        "df['cap']",
        "1  # the religion is Islam",
    ],
)
def test_what_resembles_a_lookalike_is_a_reference(text):
    result = follow(
        a_py=PANDAS + f"df = pd.read_csv('p.csv')\nX = df[['a']]\nz = {text}\ny = 1\n" + FIT
    )
    assert result.references


@pytest.mark.parametrize(
    "maker", ["clone(LogisticRegression())", "copy.deepcopy(LogisticRegression())"]
)
def test_a_copy_of_an_estimator_has_its_algorithm(maker):
    code = (
        "from sklearn.base import clone\nimport copy\ndf = pd.read_csv('p.csv')\n"
        f"m = {maker}\nm.fit(df[['nationaliteit']], df['y'])\n"
    )
    assert [m.algorithm for m in follow(a_py=PANDAS + code).models] == ["LogisticRegression"]


def test_a_score_of_something_unknown_is_no_model():
    code = (
        "df = pd.read_csv('p.csv')\ndef f(rule):\n    return rule.score(df['nationaliteit'], 1)\n"
    )
    assert follow(a_py=PANDAS + code).models == ()


ENDLESS = {
    "recursion": "def f(x):\n    return f(x + 1)\nf(1)\n",
    "two functions": "def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\nf(1)\n",
    "loops in loops": "x = []\n" + "".join(f"{'  ' * n}for i{n} in range(9):\n" for n in range(12))
    + "  " * 12 + "x.append(i0)\n",
    "a class of itself": "class A(A):\n    pass\nA().b()\n",
    "a long chain": "x = df" + ".a()" * 400 + "\n",
}  # fmt: skip


@pytest.mark.parametrize("case", ENDLESS)
def test_following_ends(case):
    follow(a_py=ENDLESS[case])


def test_what_cannot_be_followed_is_told():
    result = follow(a_py=PANDAS + "exec(input())\n")
    assert [(one.construct, one.place.line) for one in result.lost] == [("dynamic_code", 3)]


def test_a_model_that_is_stored_through_an_open_file_is_the_one_that_scores():
    train = (
        "import pickle\ndf = pd.read_csv('personen.csv')\nm = LogisticRegression()\n"
        "m.fit(df[['nationaliteit']], df.y)\n"
        "with open('m.pkl', 'wb') as file:\n    pickle.dump({'model': m, 'names': 1}, file)\n"
    )
    score = (
        "import pickle\nclass Scorer:\n    def __init__(self, path):\n"
        "        with open(path, 'rb') as file:\n            stored = pickle.load(file)\n"
        "        self.model, self.names = stored['model'], stored['names']\n"
        "    def score(self, table):\n        return self.model.predict(table)\n"
        "new = pd.read_csv('new.csv')\nnew['risk'] = Scorer('m.pkl').score(new)\n"
    )
    models = follow(train_py=PANDAS + train, score_py=PANDAS + score).models
    assert [[place.line for place in model.score] for model in models] == [[10]]


SAS = {
    "a column that keeps its value otherwise": (
        "nl = 0; if geb_land = '6030' then nl = 1;",
        {("geb_land", "nl", "used")},
    ),
    "an element of an array": (
        "array n{2} nat1 nat2; nl = 0; do i = 1 to 2; if n{i} = '0001' then nl = 1; end;",
        {("nat1", "nl", "used"), ("nat2", "nl", "used")},
    ),
}


def test_a_list_in_a_library_of_a_short_name_that_origin_selects():
    text = (
        "proc logistic data=in.zaak; model fraude = leeftijd; score data=in.nieuw out=uit; run;\n"
        "data p.lijst; set uit; where geboorteland ne '6030'; run;\n"
    )
    assert flows(follow(a_sas=text)) == {("geboorteland", "geboorteland", "selection-rule")}


@pytest.mark.parametrize("case", SAS)
def test_sas(case):
    text, expected = SAS[case]
    step = f"data b; set bron.personen; {text} run;\n"
    fit = "proc logistic data=b; model fraude = leeftijd nl; run;\n"
    assert flows(follow(a_sas=step + fit)) == expected


@pytest.mark.parametrize(
    "names", ["config['model']['names'].split(',')", "config.get('model', 'names').split(',')"]
)
def test_a_list_of_features_in_an_ini_file(names):
    text = (
        "from configparser import ConfigParser\nconfig = ConfigParser()\n"
        "config.read('model.ini')\ndf = pd.read_csv('personen.csv')\ny = df.y\n"
        f"X = df[{names}]\n"
    )
    result = follow(a_py=PANDAS + text + FIT, model_ini="[model]\nnames = age,nationaliteit\n")
    assert flows(result) == {("nationaliteit", "nationaliteit", "used")}
