"""Networks, support vectors and naive Bayes in PMML score as the models they were written from."""

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import SVC, SVR, LinearSVC
from tests.unit.audit.loaders.made_data import columns, outcome, outcomes, people

from doorlicht.audit.opening import open_model, score
from doorlicht.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore")

P, Y, Y3 = people(), outcome(), outcomes()
S = (P - P.mean()) / P.std()
NAMES = list(S.columns)
FIELDS = "".join(
    f'<DataField name="{name}" optype="continuous" dataType="double"/>' for name in NAMES
)
SCHEMA = "<MiningSchema>{}<MiningField name='y' usageType='target'/></MiningSchema>".format(
    "".join(f'<MiningField name="{name}"/>' for name in NAMES)
)


def opened(model, labels=()):
    values = "".join(f'<Value value="{label}"/>' for label in labels)
    text = f"""<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><DataDictionary>{FIELDS}
    <DataField name="y" dataType="string">{values}</DataField></DataDictionary>{model}</PMML>"""
    return open_model(text.encode(), "model.pmml")


def scores(model, labels=(), table=S):
    artefact = opened(model, labels)
    codes = ["model.keeps_rows"] if "<VectorInstance" in model else []
    assert [spot.code for spot in artefact.blind_spots] == codes
    return score(artefact, columns(table))


def neurons(model, outputs):
    """Write a network as PMML; ``outputs`` are formulas of its last neurons."""
    made = "".join(
        f'<NeuralInput id="0,{at}"><DerivedField><FieldRef field="{name}"/></DerivedField>'
        "</NeuralInput>"
        for at, name in enumerate(NAMES)
    )
    made = f"<NeuralInputs>{made}</NeuralInputs>"
    kinds = {"relu": "rectifier", "softmax": "identity"}
    for depth, (weights, shifts) in enumerate(zip(model.coefs_, model.intercepts_, strict=True), 1):
        is_last = depth == len(model.coefs_)
        kind = model.out_activation_ if is_last else model.activation
        norm = ' normalizationMethod="softmax"' if is_last and kind == "softmax" else ""
        made += f'<NeuralLayer activationFunction="{kinds.get(kind, kind)}"{norm}>'
        for at in range(weights.shape[1]):
            made += f'<Neuron id="{depth},{at}" bias="{shifts[at]!r}">'
            for start in range(weights.shape[0]):
                made += f'<Con from="{depth - 1},{start}" weight="{weights[start, at]!r}"/>'
            made += "</Neuron>"
        made += "</NeuralLayer>"
    told = "".join(
        f'<NeuralOutput outputNeuron="{len(model.coefs_)},{at}"><DerivedField>{formula}'
        "</DerivedField></NeuralOutput>"
        for at, formula in enumerate(outputs)
    ).replace("np.float64(", "")
    made = made.replace("np.float64(", "").replace(')"', '"')
    return f"{SCHEMA}{made}<NeuralOutputs>{told}</NeuralOutputs>"


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
def test_a_network_gives_the_chances_of_its_outcomes(activation):
    model = MLPClassifier((4, 3), activation=activation, max_iter=20, random_state=0).fit(S, Y3)
    outputs = [f'<NormDiscrete field="y" value="{label}"/>' for label in model.classes_]
    text = f'<NeuralNetwork functionName="classification">{neurons(model, outputs)}</NeuralNetwork>'
    told = scores(text, model.classes_)
    assert np.abs(told - model.predict_proba(S)).max() < 1e-12


def test_a_network_of_values_gives_them_in_their_own_unit():
    model = MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, random_state=0).fit(S, P.debt)
    line = '<NormContinuous field="y"><LinearNorm orig="{}" norm="{}"/>{}</NormContinuous>'
    line = line.format(100, 0, '<LinearNorm orig="300" norm="1"/>')
    text = f'<NeuralNetwork functionName="regression">{neurons(model, [line])}</NeuralNetwork>'
    assert scores(text) == pytest.approx(100 + 200 * model.predict(S), abs=1e-9)


def test_a_large_network_is_computed_some_rows_at_a_time(monkeypatch):
    model = MLPClassifier((4,), max_iter=5, random_state=0).fit(S, Y3)
    outputs = [f'<NormDiscrete field="y" value="{label}"/>' for label in model.classes_]
    text = f'<NeuralNetwork functionName="classification">{neurons(model, outputs)}</NeuralNetwork>'
    monkeypatch.setattr("doorlicht.audit.reading.pmml_networks.CELLS", 100)
    told = scores(text, model.classes_)
    assert np.abs(told - model.predict_proba(S)).max() < 1e-12


def test_a_network_that_leads_back_into_itself_is_told():
    text = f"""<NeuralNetwork functionName="regression" activationFunction="tanh">{SCHEMA}
    <NeuralInputs><NeuralInput id="a"><DerivedField><FieldRef field="age"/></DerivedField>
    </NeuralInput></NeuralInputs><NeuralLayer><Neuron id="b"><Con from="c" weight="1"/></Neuron>
    </NeuralLayer></NeuralNetwork>"""
    (spot,) = opened(text).blind_spots
    assert (spot.code, spot.details["parts"]) == ("model.not_followed", "Con")


def numbers(values):
    return " ".join(repr(float(value)) for value in values)


def dictionary(support):
    fields = "".join(f'<FieldRef field="{name}"/>' for name in NAMES)
    made = "".join(
        f'<VectorInstance id="v{at}"><Array type="real" n="{len(row)}">{numbers(row)}</Array>'
        "</VectorInstance>"
        for at, row in enumerate(support)
    )
    return f"<VectorDictionary><VectorFields>{fields}</VectorFields>{made}</VectorDictionary>"


def machine(used, weights, shift, more=""):
    names = "".join(f'<SupportVector vectorId="v{at}"/>' for at in used)
    told = "".join(f'<Coefficient value="{float(weight)!r}"/>' for weight in weights)
    return (
        f"<SupportVectorMachine {more}><SupportVectors>{names}</SupportVectors>"
        f'<Coefficients absoluteValue="{float(shift)!r}">{told}</Coefficients>'
        "</SupportVectorMachine>"
    )


KERNELS = {
    "rbf": "<RadialBasisKernelType gamma='{g}'/>",
    "poly": "<PolynomialKernelType gamma='{g}' coef0='0.5' degree='2'/>",
    "sigmoid": "<SigmoidKernelType gamma='{g}' coef0='0.5'/>",
    "linear": "<LinearKernelType/>",
}


@pytest.mark.parametrize("kernel", KERNELS)
def test_support_vectors_of_values_compare_by_their_kernel(kernel):
    model = SVR(kernel=kernel, degree=2, coef0=0.5, C=10).fit(S, Y)
    text = f"""<SupportVectorMachineModel functionName="regression">{SCHEMA}
    {KERNELS[kernel].format(g=float(model._gamma))}{dictionary(model.support_vectors_)}
    {machine(range(len(model.support_)), model.dual_coef_[0], model.intercept_[0])}
    </SupportVectorMachineModel>"""
    assert np.abs(scores(text) - model.predict(S)).max() < 1e-11


@pytest.mark.parametrize("wins", ["false", "true"])
def test_support_vectors_choose_an_outcome_by_pairs(wins):
    model = SVC(decision_function_shape="ovo").fit(S, Y3)
    starts = np.cumsum([0, *model.n_support_])
    made = ""
    for at, (one, other) in enumerate([(0, 1), (0, 2), (1, 2)]):
        ours = [*range(starts[one], starts[one + 1]), *range(starts[other], starts[other + 1])]
        weights = np.array(
            [
                model.dual_coef_[other - 1, each]
                if each < starts[one + 1]
                else model.dual_coef_[one, each]
                for each in ours
            ]
        )
        # Of this library a value above nought is the first one.
        sign = 1 if wins == "true" else -1
        first, second = model.classes_[one], model.classes_[other]
        more = f'targetCategory="{first}" alternateTargetCategory="{second}"'
        made += machine(ours, sign * weights, sign * model.intercept_[at], more)
    text = f"""<SupportVectorMachineModel functionName="classification" maxWins="{wins}"
    classificationMethod="OneAgainstOne">{SCHEMA}
    {KERNELS["rbf"].format(g=float(model._gamma))}{dictionary(model.support_vectors_)}{made}
    </SupportVectorMachineModel>"""
    artefact = opened(text, model.classes_)
    assert artefact.score == "label"
    told = score(artefact, columns(S))
    is_drawn = np.isnan(told).all(axis=1)
    assert is_drawn.mean() < 0.2
    chosen = model.predict(S)[:, None] == model.classes_
    assert (told[~is_drawn] == chosen[~is_drawn]).all()


def test_support_vectors_as_coefficients_choose_the_least():
    model = LinearSVC().fit(S, Y3)
    made = "".join(
        machine((), -weights, -shift, f'targetCategory="{label}"')
        for weights, shift, label in zip(model.coef_, model.intercept_, model.classes_, strict=True)
    )
    text = f"""<SupportVectorMachineModel functionName="classification"
    svmRepresentation="Coefficients">{SCHEMA}<LinearKernelType/>{dictionary(())}{made}
    </SupportVectorMachineModel>"""
    told = scores(text, model.classes_)
    assert (told == (model.predict(S)[:, None] == model.classes_)).all()
    gaps = S.copy()
    gaps.iloc[0, 0] = np.nan
    assert np.isnan(scores(text, model.classes_, gaps)[0]).all()


def test_a_vector_that_is_cut_short_is_told():
    broken = dictionary([[1.0] * len(NAMES)]).replace(" 1.0</Array>", "</Array>")
    text = f"""<SupportVectorMachineModel functionName="regression">{SCHEMA}<LinearKernelType/>
    {broken}{machine([0], [1.0], 0)}</SupportVectorMachineModel>"""
    spot = opened(text).blind_spots[0]
    assert spot.details["parts"] == "Array"


def stats(model):
    made = ""
    for at, name in enumerate(NAMES):
        shapes = "".join(
            f'<TargetValueStat value="{label}"><GaussianDistribution mean="{mean!r}"'
            f' variance="{spread!r}"/></TargetValueStat>'
            for label, mean, spread in zip(
                model.classes_,
                model.theta_[:, at].tolist(),
                model.var_[:, at].tolist(),
                strict=True,
            )
        )
        made += f'<BayesInput fieldName="{name}"><TargetValueStats>{shapes}</TargetValueStats>'
        made += "</BayesInput>"
    return made


def counts(told):
    return "".join(f'<TargetValueCount value="{k}" count="{v}"/>' for k, v in told.items())


def naive(inputs, prior, schema=SCHEMA, least="1e-300"):
    return f"""<NaiveBayesModel functionName="classification" threshold="{least}">{schema}
    <BayesInputs>{inputs}</BayesInputs><BayesOutput fieldName="y"><TargetValueCounts>
    {counts(prior)}</TargetValueCounts></BayesOutput></NaiveBayesModel>"""


def test_naive_bayes_of_numbers_gives_the_chances_of_its_outcomes():
    model = GaussianNB().fit(S, Y3)
    prior = dict(zip(model.classes_, model.class_count_.tolist(), strict=True))
    told = scores(naive(stats(model), prior), model.classes_)
    assert np.abs(told - model.predict_proba(S)).max() < 1e-12


ONE = SCHEMA.replace("age", "sex", 1)
for unused in NAMES:
    ONE = ONE.replace(f'<MiningField name="{unused}"/>', "")
PAIRS = "".join(
    f'<PairCounts value="{value}"><TargetValueCounts>{counts(told)}</TargetValueCounts>'
    "</PairCounts>"
    for value, told in {"m": {"nee": 30, "ja": 10}, "v": {"nee": 60, "ja": 0}}.items()
)
SEX = np.array(["m", "v", None, "x"], dtype=object)


def test_naive_bayes_of_counts_passes_over_what_it_never_saw():
    text = naive(f'<BayesInput fieldName="sex">{PAIRS}</BayesInput>', {"nee": 90, "ja": 10}, ONE,
                 "0.001")  # fmt: skip
    told = score(opened(text, ["nee", "ja"]), {"sex": SEX})
    first = 10 / (10 + 90 * 30 / 90)
    second = 10 * 0.001 / (10 * 0.001 + 90 * 60 / 90)
    assert told == pytest.approx([first, second, 0.1, 0.1], abs=1e-12)


def test_an_input_of_naive_bayes_that_is_not_read_is_told():
    # As R writes it: an input of numbers stands in an extension.
    inputs = f"<Extension>{stats(GaussianNB().fit(S, Y3))}</Extension>"
    artefact = opened(naive(inputs, {"nee": 1, "ja": 1}), ["nee", "ja"])
    assert [spot.details["parts"] for spot in artefact.blind_spots] == ["BayesInput"]
    with pytest.raises(InputError):
        score(artefact, columns(S))
