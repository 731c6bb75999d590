"""What Python projects are written like: each case is a small project with its flows."""

import pytest

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.lists import ListReader
from doorlicht.lineage.readers.python import read_python
from doorlicht.vocabulary import load_vocabulary


def follow(files):
    """The trace of files by name; a text is ``main.py``."""
    files = {"main.py": files} if isinstance(files, str) else files
    units = []
    for name, text in files.items():
        if name.endswith(".py"):
            units.append(read_python(name, text))
        else:
            units += ListReader().read(name, text.encode())
    return trace_units(TraceInput(units), load_vocabulary())


def flows(files):
    return {(flow.feature, flow.verdict) for flow in follow(files).flows}


HEAD = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("p.csv")
model = LogisticRegression()
"""

VERDICTS = {
    "a filter beside a feature that is made of the same column": (
        'df = df[df["verblijfstitel"] != "98"]\n'
        'df["tijdelijk"] = df["verblijfstitel"] == "21"\n'
        'model.fit(df[["age", "tijdelijk"]], df["y"])\n',
        {("tijdelijk", "used"), ("verblijfstitel", "selection-rule")},
    ),
    "a filter by a column that is a feature under its own name": (
        'df = df[df["verblijfstitel"] != "98"]\n'
        'model.fit(df[["age", "verblijfstitel"]], df["y"])\n',
        {("verblijfstitel", "used")},
    ),
    "weights by a column of which a feature is made": (
        'df["nl"] = df["nationaliteit"] == "NL"\n'
        'model.fit(df[["age", "nl"]], df["y"], sample_weight=df["nationaliteit"].map({1: 2}))\n',
        {("nl", "used")},
    ),
    "two columns of one concept in one feature": (
        'df["nl"] = (df["nationaliteit_1"] == "NL") | (df["nationaliteit_2"] == "NL")\n'
        'model.fit(df[["age", "nl"]], df["y"])\n',
        {("nl", "used")},
    ),
    "rows that the score of the model selects": (
        'df["herkomst"] = df["geboorteland"] != 6030\n'
        'X = df[["age", "herkomst"]]\nmodel.fit(X, df["y"])\n'
        'X["kans"] = model.predict(X)\nX = X[X["kans"] > 0.5]\nmodel.predict(X)\n',
        {("herkomst", "used")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", VERDICTS)
def test_verdicts(case):
    text, expected = VERDICTS[case]
    assert flows(HEAD + text) == expected


RULES = {
    "a function that scores, whose answer is only printed": (
        "import csv\n\ndef score(row):\n    points = 0\n    if row['nationaliteit'] != 'NL':\n"
        "        points += 10\n    return points\n\nwith open('a.csv') as f:\n"
        "    for row in csv.DictReader(f):\n        print(row['id'], score(row))\n",
        {("nationaliteit", "used")},
    ),
    "a list of rows that is kept": (
        "import csv\n\ndef points(row):\n    p = 0\n"
        "    if row['verblijfstitel'] in ('21', '22'):\n"
        "        p += 5\n    return p\n\nwith open('a.csv') as f:\n"
        "    rows = list(csv.DictReader(f))\n"
        "for row in rows:\n    row['risicopunten'] = points(row)\n",
        {("verblijfstitel", "used")},
    ),
    "a decision over an object with declared fields": (
        "from dataclasses import dataclass\n\n@dataclass\nclass Claim:\n    nationality: str\n"
        "    amount: float\n\ndef needs_review(claim: Claim) -> bool:\n"
        "    return claim.nationality not in ('NL', 'BE') and claim.amount > 100\n",
        {("nationality", "used")},
    ),
    "a function that tells nothing of a decision": (
        "def label(row):\n    if row['nationaliteit'] != 'NL':\n        return 'other'\n"
        "    return 'nl'\n",
        set(),
    ),
    "rows passed over in a loop": (
        "import csv\nchosen = []\nfor row in csv.DictReader(open('a.csv')):\n"
        "    if row['nationaliteit'] == 'NL':\n        continue\n    chosen.append(row)\n"
        "with open('selectie.csv', 'w') as f:\n    out = csv.DictWriter(f, ['id'])\n"
        "    out.writerows(chosen)\n",
        {("nationaliteit", "selection-rule")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RULES)
def test_rule_sets(case):
    text, expected = RULES[case]
    assert flows(text) == expected


FIT_NAMES = "LogisticRegression().fit(df[names], df['y'])\n"

SETTINGS = {
    "argparse": {
        "main.py": HEAD + "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--feature-names', nargs='+', default=['age', 'nationaliteit'])\n"
        "names = p.parse_args().feature_names\n" + FIT_NAMES
    },
    "click": {
        "main.py": HEAD + "import click\n@click.command()\n"
        "@click.option('-f', '--feature', 'names', default=('age', 'nationaliteit'))\n"
        "def main(names):\n    model.fit(df[list(names)], df['y'])\nmain()\n"
    },
    "typer": {
        "main.py": HEAD + "import typer\n"
        "def main(names: list[str] = typer.Option(['age', 'nationaliteit'])):\n"
        "    model.fit(df[names], df['y'])\ntyper.run(main)\n"
    },
    "hydra": {
        "main.py": HEAD + "import hydra\n"
        "@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n"
        "    model.fit(df[cfg.features.names], df['y'])\nmain()\n",
        "conf/config.yaml": "defaults:\n  - features: all\n",
        "conf/features/all.yaml": "names: [age, nationaliteit]\n",
    },
    "fields of an object as a row": {
        "main.py": "import joblib\nimport pandas as pd\nfrom pydantic import BaseModel\n"
        "class Person(BaseModel):\n    age: int\n    nationaliteit: str\n"
        "model = joblib.load('m.joblib')\n"
        "def score(person: Person):\n"
        "    return model.predict(pd.DataFrame([person.model_dump()]))\n"
    },
}


@pytest.mark.parametrize("case", SETTINGS)
def test_names_that_are_handed_in(case):
    verdict = "candidate" if case.startswith("fields") else "used"
    assert flows(SETTINGS[case]) == {("nationaliteit", verdict)}


TORCH = "import pandas as pd\nimport torch\nfrom torch import nn\ndf = pd.read_csv('p.csv')\n"
STEP = (
    "    loss = nn.BCELoss()(out, y)\n    optimizer.zero_grad()\n    loss.backward()\n"
    "    optimizer.step()\n"
)

NETWORKS = {
    "a class of its own": (
        TORCH + "X = torch.tensor(df[['age', 'nationaliteit_code']].values).float()\n"
        "y = torch.tensor(df['y'].values)\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.fc = nn.Linear(2, 1)\n"
        "    def forward(self, x):\n        return torch.sigmoid(self.fc(x))\nnet = Net()\n"
        "optimizer = torch.optim.Adam(net.parameters())\nnet.train()\nfor epoch in range(5):\n"
        "    out = net(X)\n" + STEP
    ),
    "layers in a row, fed by a loader": (
        TORCH + "from torch.utils.data import DataLoader, TensorDataset\n"
        "X = torch.from_numpy(df[['age', 'nationaliteit_code']].to_numpy())\n"
        "loader = DataLoader(TensorDataset(X, torch.tensor(df['y'].values)), batch_size=8)\n"
        "net = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 1))\n"
        "for xb, y in loader:\n    out = net(xb)\n" + STEP
    ),
    "a data set of its own": (
        TORCH + "class Rows(torch.utils.data.Dataset):\n    def __init__(self, df):\n"
        "        self.X = torch.tensor(df[['age', 'nationaliteit_code']].values)\n"
        "        self.y = torch.tensor(df['y'].values)\n    def __getitem__(self, i):\n"
        "        return self.X[i], self.y[i]\n"
        "net = nn.Sequential(nn.Linear(2, 1))\n"
        "for xb, y in torch.utils.data.DataLoader(Rows(df)):\n    out = net(xb)\n" + STEP
    ),
}


@pytest.mark.parametrize("case", NETWORKS)
def test_networks(case):
    result = follow(NETWORKS[case])
    assert {(flow.feature, flow.verdict) for flow in result.flows} == {
        ("nationaliteit_code", "used")
    }
    assert len(result.models) == 1


FAIRNESS = {
    "reweighing": (
        "from aif360.datasets import BinaryLabelDataset\n"
        "from aif360.algorithms.preprocessing import Reweighing\n"
        "ds = BinaryLabelDataset(df=df, label_names=['y'], protected_attribute_names=['race'])\n"
        "rw = Reweighing(unprivileged_groups=[{'race': 0}], privileged_groups=[{'race': 1}])\n"
        "new = rw.fit_transform(ds)\n"
        "model.fit(df[['age']], df['y'], sample_weight=new.instance_weights.ravel())\n",
        {("race", "weights-only")},
    ),
    "all columns of a labelled data set": (
        "from aif360.datasets import BinaryLabelDataset\ndf = df[['age', 'race', 'y']]\n"
        "ds = BinaryLabelDataset(df=df, label_names=['y'], protected_attribute_names=['race'])\n"
        "a, b = ds.split([0.7])\nmodel.fit(a.features, a.labels.ravel())\n",
        {("race", "used")},
    ),
    "a reduction": (
        "from fairlearn.reductions import ExponentiatedGradient, DemographicParity\n"
        "eg = ExponentiatedGradient(model, DemographicParity())\n"
        "eg.fit(df[['age']], df['y'], sensitive_features=df['race'])\n",
        {("race", "weights-only")},
    ),
    "thresholds by group": (
        "from fairlearn.postprocessing import ThresholdOptimizer\n"
        "to = ThresholdOptimizer(estimator=model, prefit=True)\n"
        "to.fit(df[['age']], df['y'], sensitive_features=df['race'])\n",
        {("race", "selection-rule")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAIRNESS)
def test_libraries_of_fairness(case):
    text, expected = FAIRNESS[case]
    assert flows(HEAD + text) == expected


PIPELINES = {
    "kedro": {
        "nodes.py": "from sklearn.linear_model import LogisticRegression\n"
        "def prepare(persons):\n    persons['nl'] = persons['nationaliteit'] == 'NL'\n"
        "    return persons\n"
        "def train(data, names):\n    LogisticRegression().fit(data[names], data['y'])\n",
        "pipeline.py": "from kedro.pipeline import Pipeline, node\n"
        "from nodes import prepare, train\ndef create_pipeline():\n    return Pipeline([\n"
        "        node(prepare, inputs='persons', outputs='data'),\n"
        "        node(func=train, inputs=['data', 'params:features'], outputs=None)])\n",
        "conf/base/parameters.yml": "features: [age, nl]\n",
    },
    "luigi": {
        "main.py": "import luigi\nimport pandas as pd\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "class Prepare(luigi.Task):\n    def output(self):\n"
        "        return luigi.LocalTarget('out.csv')\n    def run(self):\n"
        "        df = pd.read_csv('p.csv')\n        df['nl'] = df['nationaliteit'] == 'NL'\n"
        "        df[['age', 'nl', 'y']].to_csv(self.output().path)\n"
        "class Train(luigi.Task):\n    def requires(self):\n        return Prepare()\n"
        "    def run(self):\n        df = pd.read_csv(self.input().path)\n"
        "        LogisticRegression().fit(df[['age', 'nl']], df['y'])\n"
    },
}


@pytest.mark.parametrize("case", PIPELINES)
def test_pipelines(case):
    assert flows(PIPELINES[case]) == {("nl", "used")}


LISTS = {
    "names left out of a list by another": (
        "left = ['nationaliteit']\n"
        "names = [c for c in ['age', 'nationaliteit'] if c not in left]\n"
        "model.fit(df[names], df['y'])\n",
        {("nationaliteit", "not-used")},
    ),
    "names that are known in part": (
        "df = pd.get_dummies(df, columns=['nationaliteit', 'job'])\n"
        "names = [c for c in df.columns if not c.startswith('nationaliteit')]\n"
        "model.fit(df[names].drop('y', axis=1), df['y'])\n",
        {("nationaliteit_*", "not-used")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTS)
def test_lists_of_names(case):
    text, expected = LISTS[case]
    assert flows(HEAD + text) == expected


ORGANISED = {
    "steps that a decorator registers": {
        "main.py": HEAD + "STEPS = []\n\ndef step(f):\n    STEPS.append(f)\n    return f\n\n@step\n"
        "def origin(df):\n    df['nl'] = df['nationaliteit'] == 'NL'\n    return df\n\n"
        "def build(df):\n    for f in STEPS:\n        df = f(df)\n    return df\n\n"
        "df = build(df)\nmodel.fit(df[['age', 'nl']], df['y'])\n"
    },
    "a wrapper around a function": {
        "main.py": HEAD + "import functools\ndef timed(f):\n    @functools.wraps(f)\n"
        "    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n    return inner\n\n"
        "@timed\ndef origin(df):\n    df['nl'] = df['nationaliteit'] == 'NL'\n    return df\n\n"
        "model.fit(origin(df)[['age', 'nl']], df['y'])\n"
    },
    "transformers of its own in a pipeline": {
        "main.py": HEAD + "from sklearn.base import BaseEstimator, TransformerMixin\n"
        "from sklearn.pipeline import make_pipeline\n"
        "class Origin(BaseEstimator, TransformerMixin):\n    def fit(self, X, y=None):\n"
        "        return self\n    def transform(self, X):\n        X = X.copy()\n"
        "        X['nl'] = X['nationaliteit'] == 'NL'\n        return X[['age', 'nl']]\n"
        "make_pipeline(Origin(), model).fit(df, df['y'])\n"
    },
    "settings of which only the command line knows the path": {
        "main.py": HEAD + "import sys\nimport yaml\ncfg = yaml.safe_load(open(sys.argv[1]))\n"
        "df['nl'] = df['nationaliteit'] == 'NL'\nmodel.fit(df[cfg['features']], df[cfg['y']])\n",
        "conf/other.yaml": "host: x\nport: 1\n",
        "conf/model.yaml": "y: fraud\nfeatures: [age, nl]\n",
    },
}


@pytest.mark.parametrize("case", ORGANISED)
def test_how_code_is_organised(case):
    assert flows(ORGANISED[case]) == {("nl", "used")}


OVERRULES = {
    "a variable": "score = model.predict(df[['age']])[0]\nif row['nationaliteit'] == 'BG':\n"
    "    score = 1.0\nprint(score)\n",
    "an answer": "def check(row):\n    if row['nationaliteit'] == 'BG':\n        return 1.0\n"
    "    return model.predict(df[['age']])\ncheck(row)\n",
    "a field": "result = {'score': model.predict(df[['age']])}\n"
    "if row['nationaliteit'] == 'BG':\n    result['score'] = 1.0\n",
}


@pytest.mark.parametrize("case", OVERRULES)
def test_a_score_that_a_test_overrules(case):
    text = HEAD + "model.fit(df[['age']], df['y'])\nrow = df.iloc[0]\n" + OVERRULES[case]
    assert flows(text) == {("nationaliteit", "selection-rule")}


LEFT_OUT = {
    "a column that was built beside the one that is used": (
        "df['eu'] = df['nationaliteit'].isin(['BE'])\ndf['nl'] = df['nationaliteit'] == 'NL'\n"
        "model.fit(df[['age', 'nl']], df['y'])\n",
        {("nl", "used"), ("eu", "not-used")},
    ),
    "a column on the way to one that is used": (
        "df['land'] = df['nationaliteit'].str.upper()\ndf['nl'] = df['land'] == 'NL'\n"
        "model.fit(df[['age', 'nl']], df['y'])\n",
        {("nl", "used")},
    ),
    "names taken from those of the table": (
        "names = list(set(df.columns) - {'y', 'etniciteit'})\nmodel.fit(df[names], df['y'])\n",
        {("etniciteit", "not-used")},
    ),
    "the target itself": (
        "names = [c for c in df.columns if c not in ['ethnicity']]\n"
        "model.fit(df[names], df['ethnicity'])\n",
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_is_left_out(case):
    text, expected = LEFT_OUT[case]
    assert flows(HEAD + text) == expected


PARTS = {
    "rows of one value": "for g in df['race'].unique():\n    part = df[df['race'] == g]\n"
    "    print(g, part['p'].mean())\n",
    "parts of a grouped table": "for g, part in df.groupby('race'):\n"
    "    print(g, part['p'].mean())\n",
    "positions of a grouped table": "from sklearn.metrics import confusion_matrix\n"
    "p = model.predict(df[['age']])\n"
    "for g, at in df.groupby('race').groups.items():\n"
    "    print(g, confusion_matrix(df['y'][at], p[at]))\n",
}


@pytest.mark.parametrize("case", PARTS)
def test_a_measurement_part_by_part_is_a_bias_test(case):
    text = HEAD + "model.fit(df[['age']], df['y'])\ndf['p'] = model.predict(df[['age']])\n"
    assert flows(text + PARTS[case]) == {("race", "bias-test-only")}


LOOKUPS = {
    "brackets": "POINTS = {'MA': 3}\ndef score(r):\n    return POINTS[r['geboorteland']]\n",
    "get": "POINTS = {'MA': 3}\ndef score(r):\n    return POINTS.get(r['geboorteland'], 1)\n",
    "a class": "class RiskProfile:\n    def __init__(self, r):\n        self.r = r\n"
    "        self.n = 0\n    def evaluate(self):\n        if self.r['geboorteland'] != 'NL':\n"
    "            self.n += 10\n        return self.n\n",
}


@pytest.mark.parametrize("case", LOOKUPS)
def test_rules_that_look_up(case):
    assert flows(LOOKUPS[case]) == {("geboorteland", "used")}


def test_several_columns_changed_at_once_each_keep_their_own():
    text = HEAD + (
        "from sklearn.preprocessing import OrdinalEncoder\n"
        "df = df[['age', 'job', 'nationaliteit', 'y']]\nnames = ['job', 'nationaliteit']\n"
        "df[names] = OrdinalEncoder().fit_transform(df[names])\n"
        "df['n'] = df.groupby('job').cumcount()\n"
        "model.fit(df[['age', 'job', 'nationaliteit', 'n']], df['y'])\n"
    )
    assert flows(text) == {("nationaliteit", "used")}


def test_what_is_switched_off_changes_no_object():
    text = HEAD + (
        "class Model:\n    def __init__(self, names=None, more=False):\n"
        "        self.names = list(names or ['age'])\n        if more:\n"
        "            self.names += ['nationaliteit']\n"
        "    def fit(self, df):\n        model.fit(df[self.names], df['y'])\n"
        "Model().fit(df)\n"
    )
    assert flows(text) == {("nationaliteit", "not-used")}


def test_features_that_are_objects_side_by_side():
    text = HEAD + (
        "class Origin:\n    name = 'share'\n    def __call__(self, df):\n"
        "        return df['nationaliteit'] == 'NL'\n"
        "X = pd.concat({f.name: f(df) for f in [Origin()]}, axis=1)\nmodel.fit(X, df['y'])\n"
    )
    assert flows(text) == {("share", "used")}


def test_settings_within_settings():
    text = HEAD + (
        "from dataclasses import dataclass, field\n@dataclass\nclass Names:\n"
        "    used: list = field(default_factory=lambda: ['age', 'nationaliteit'])\n"
        "@dataclass\nclass Config:\n    names: Names = field(default_factory=Names)\n"
        "model.fit(df[Config().names.used], df['y'])\n"
    )
    assert flows(text) == {("nationaliteit", "used")}


@pytest.mark.parametrize(
    ("name", "is_language"), [("lang_verblijf", False), ("lang_code", True), ("user_lang", True)]
)
def test_long_is_no_language(name, is_language):
    text = HEAD + f"model.fit(df[['{name}']], df['y'])\n"
    assert flows(text) == ({(name, "used")} if is_language else set())


LAND = "df['k1'] = df['geboorteland'] != 6030\n"


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        (
            "e = pd.concat([df[['x']], (df['geboorteland'] != 6030).rename('k1')], axis=1)\n"
            "model.fit(e[['k1', 'x']], df['y'])\n",
            "k1",
        ),
        (
            "import patsy\ny, X = patsy.dmatrices('y ~ C(geboorteland)', df)\nmodel.fit(X, y)\n",
            "geboorteland",
        ),
        (
            "from enum import Enum\nclass K(str, Enum):\n    LAND = 'geboorteland'\n    X = 'x'\n"
            "model.fit(df[[K.LAND.value, K.X.value]], df['y'])\n",
            "geboorteland",
        ),
        (
            "from enum import Enum\nclass K(Enum):\n    LAND = 'geboorteland'\n    X = 'x'\n"
            "model.fit(df[[k.value for k in K]], df['y'])\n",
            "geboorteland",
        ),
        ("setattr(df, 'k1', df['geboorteland'] != 6030)\nmodel.fit(df[['k1']], df['y'])\n", "k1"),
        (
            "from pycaret.classification import setup, compare_models\n"
            "setup(df[['geboorteland', 'x', 'y']], target='y')\nbest = compare_models()\n",
            "geboorteland",
        ),
        (
            "from autogluon.tabular import TabularPredictor\n"
            "TabularPredictor(label='y').fit(df[['geboorteland', 'x', 'y']])\n",
            "geboorteland",
        ),
        (
            "import h2o\nfrom h2o.estimators import H2OGradientBoostingEstimator\n"
            "h = h2o.H2OFrame(df)\nH2OGradientBoostingEstimator().train("
            "x=['geboorteland', 'x'], y='y', training_frame=h)\n",
            "geboorteland",
        ),
        (
            LAND + "df.to_hdf('a.h5', key='d')\ne = pd.read_hdf('a.h5', 'd')\n"
            "model.fit(e[['k1', 'x']], e['y'])\n",
            "k1",
        ),
    ],
)
def test_ways_of_libraries_and_of_names(code, feature):
    assert flows(HEAD + code) == {(feature, "used")}


SELECTED_PERSONS = {
    "numbers of persons in a list that is joined and written": (
        "out = []\n"
        "for _, row in df.iterrows():\n"
        "    if row['nationaliteit'] == 'TR':\n"
        "        out.append(row['bsn'])\n"
        "open('selectielijst.txt', 'w').write('\\n'.join(out))\n"
    ),
    "numbers of persons that csv writes, one by one": (
        "import csv\n"
        "picked = []\n"
        "for row in df.itertuples():\n"
        "    if row.nationaliteit != 'NL' and row.inkomen < 1000:\n"
        "        picked.append(row.bsn)\n"
        "with open('te_controleren.csv', 'w') as file:\n"
        "    writer = csv.writer(file)\n"
        "    for number in picked:\n"
        "        writer.writerow([number])\n"
    ),
    "a row that is written where a test holds": (
        "import csv\n"
        "with open('inspections.csv', 'w') as file:\n"
        "    writer = csv.writer(file)\n"
        "    for row in df.to_dict('records'):\n"
        "        if row['nationaliteit'] != 'NL':\n"
        "            writer.writerow([row['bsn']])\n"
    ),
    "a comprehension of numbers": (
        "picked = [r['bsn'] for r in df.to_dict('records') if r['nationaliteit'] != 'NL']\n"
        "pd.DataFrame({'bsn': picked}).to_csv('controles.csv')\n"
    ),
}


@pytest.mark.parametrize("code", SELECTED_PERSONS.values(), ids=SELECTED_PERSONS.keys())
def test_a_list_of_numbers_of_persons_is_selected_by_origin(code):
    assert flows(HEAD + code) == {("nationaliteit", "selection-rule")}


def test_a_list_of_all_persons_with_their_origin_is_no_selection():
    code = (
        "import csv\n"
        "with open('inspections.csv', 'w') as file:\n"
        "    for row in df.to_dict('records'):\n"
        "        csv.writer(file).writerow([row['bsn'], row['nationaliteit']])\n"
    )
    assert flows(HEAD + code) == set()


CHOSEN = {
    "a pattern that spells origin": (
        "X = df.filter(regex='^(nationaliteit|age)$')\n",
        {("nationaliteit", "used")},
    ),
    "a pattern that leaves origin out": (
        "d = df[['nationaliteit', 'age']]\nX = d.filter(regex='^age$')\n",
        {("nationaliteit", "not-used")},
    ),
    "a part of a name": ("X = df.filter(like='nationaliteit')\n", {("*nationaliteit*", "used")}),
    "all of Polars but some": (
        "import polars as pl\n"
        "d = pl.read_csv('p.csv').select(['nationaliteit', 'age'])\n"
        "X = d.select(pl.all().exclude('nationaliteit'))\n",
        {("nationaliteit", "not-used")},
    ),
}


@pytest.mark.parametrize(("code", "expected"), CHOSEN.values(), ids=CHOSEN.keys())
def test_columns_chosen_by_a_test_on_their_names(code, expected):
    assert flows(HEAD + code + "model.fit(X, df['y'])\n") == expected


def test_a_module_whose_name_is_known_is_followed_and_another_is_lost():
    train = "def train(df):\n    model.fit(df[['nationaliteit']], df['y'])\n"
    head = HEAD + "import importlib, sys\n"
    known = {"main.py": head + "importlib.import_module('other').train(df)\n"}
    known["other.py"] = HEAD + train
    assert flows(known) == {("nationaliteit", "used")}
    lost = follow(head + "importlib.import_module('m.' + sys.argv[1]).train(df)\n").lost
    assert [one.construct for one in lost] == ["dynamic_code"]
