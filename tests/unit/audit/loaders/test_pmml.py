"""Models in PMML are computed as the standard says, and nothing outside the file is read."""

import numpy as np
import pytest

from doorlicht.audit.opening import open_model, score
from doorlicht.errors import InputError

HEAD = """<?xml version="1.0"?><PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">
<Header><Application name="maker" version="1.2"/></Header>
<DataDictionary><DataField name="age" optype="continuous" dataType="double"/>
<DataField name="land" optype="categorical" dataType="string"/>
<DataField name="y" optype="categorical" dataType="string"><Value value="nee"/><Value value="ja"/>
</DataField></DataDictionary>"""
SCHEMA = """<MiningSchema><MiningField name="age"/><MiningField name="land"/>
<MiningField name="y" usageType="target"/></MiningSchema>"""

AGE = np.array([20.0, 40.0, 60.0, np.nan])
LAND = np.array(["NL", "TR", None, "MA"], dtype=object)
DATA = {"age": AGE, "land": LAND}


def document(model, more=""):
    return f"{HEAD}{more}{model}</PMML>".encode()


def scores(model, more="", data=DATA):
    artefact = open_model(document(model, more), "model.pmml")
    assert artefact.blind_spots == ()
    return score(artefact, data)


def simple(field, operator, value):
    return f'<SimplePredicate field="{field}" operator="{operator}" value="{value}"/>'


def regression(tables, how="none", function="regression"):
    return (
        f'<RegressionModel functionName="{function}" normalizationMethod="{how}">{SCHEMA}{tables}'
        "</RegressionModel>"
    )


TABLE = """<RegressionTable intercept="1" targetCategory="ja">
<NumericPredictor name="age" coefficient="0.1"/>
<CategoricalPredictor name="land" value="TR" coefficient="2"/></RegressionTable>"""
OTHER = '<RegressionTable intercept="0" targetCategory="nee"/>'
SUM = 1 + 0.1 * AGE + 2 * (LAND == "TR")


def test_a_regression_is_a_sum():
    told = scores(regression(TABLE))
    assert np.allclose(told, SUM, equal_nan=True)


@pytest.mark.parametrize("how", ["logit", "softmax"])
def test_a_classification_gives_the_probability_of_the_second_outcome(how):
    told = scores(regression(TABLE + OTHER, how, "classification"))
    assert np.allclose(told, 1 / (1 + np.exp(-SUM)), equal_nan=True)


def test_a_product_of_fields_is_a_term():
    table = """<RegressionTable intercept="0"><PredictorTerm coefficient="2"><FieldRef field="age"/>
    <FieldRef field="age"/></PredictorTerm></RegressionTable>"""
    assert np.allclose(scores(regression(table)), 2 * AGE**2, equal_nan=True)


def test_a_generalised_regression_follows_its_matrix():
    model = f"""<GeneralRegressionModel functionName="regression" modelType="generalizedLinear"
    linkFunction="log">{SCHEMA}<ParameterList><Parameter name="p0"/><Parameter name="p1"/>
    <Parameter name="p2"/></ParameterList><FactorList><Predictor name="land"/></FactorList>
    <CovariateList><Predictor name="age"/></CovariateList><PPMatrix>
    <PPCell value="1" predictorName="age" parameterName="p1"/>
    <PPCell value="TR" predictorName="land" parameterName="p2"/></PPMatrix><ParamMatrix>
    <PCell parameterName="p0" beta="0.5"/><PCell parameterName="p1" beta="0.01"/>
    <PCell parameterName="p2" beta="0.3"/></ParamMatrix></GeneralRegressionModel>"""
    expected = np.exp(0.5 + 0.01 * AGE + 0.3 * (LAND == "TR"))
    assert np.allclose(scores(model), expected, equal_nan=True)


def tree(settings="", function="classification"):
    young, old = simple("age", "lessOrEqual", 30), simple("age", "greaterThan", 30)
    places = """<SimpleSetPredicate field="land" booleanOperator="isIn">
    <Array type="string">TR "MA"</Array></SimpleSetPredicate>"""
    return f"""<TreeModel functionName="{function}" {settings}>{SCHEMA}
    <Node id="0" defaultChild="2" score="5"><True/>
    <ScoreDistribution value="ja" recordCount="5"/><ScoreDistribution value="nee" recordCount="5"/>
    <Node id="1" score="1">{young}<ScoreDistribution value="ja" recordCount="1"/>
    <ScoreDistribution value="nee" recordCount="9"/></Node>
    <Node id="2" score="6">{old}
    <ScoreDistribution value="ja" recordCount="6"/><ScoreDistribution value="nee" recordCount="4"/>
    <Node id="3" score="9">{places}<ScoreDistribution value="ja" recordCount="9"/>
    <ScoreDistribution value="nee" recordCount="1"/></Node></Node></Node></TreeModel>"""


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param("", [0.1, 0.9, np.nan, np.nan], id="unknown-is-false"),
        pytest.param('noTrueChildStrategy="returnLastPrediction"', [0.1, 0.9, 0.6, 0.5], id="last"),
        pytest.param('missingValueStrategy="lastPrediction"', [0.1, 0.9, 0.6, 0.5], id="missing"),
        pytest.param(
            'missingValueStrategy="nullPrediction"', [0.1, 0.9, np.nan, np.nan], id="null"
        ),
    ],
)
def test_a_tree_treats_missing_values_as_it_says(settings, expected):
    assert np.allclose(scores(tree(settings)), expected, equal_nan=True)


def test_a_tree_may_name_the_child_of_missing_values():
    told = scores(
        tree('missingValueStrategy="defaultChild"'), data=DATA | {"land": np.full(4, "TR")}
    )
    assert told.tolist() == pytest.approx([0.1, 0.9, 0.9, 0.9])


def test_a_forest_is_the_mean_or_sum_of_its_trees():
    inner = tree('noTrueChildStrategy="returnLastPrediction"', "regression")
    for how, factor in (("average", 1), ("sum", 2)):
        model = f"""<MiningModel functionName="regression">{SCHEMA}
        <Segmentation multipleModelMethod="{how}"><Segment id="1"><True/>{inner}</Segment>
        <Segment id="2"><True/>{inner}</Segment></Segmentation></MiningModel>"""
        assert scores(model).tolist() == [1 * factor, 9 * factor, 6 * factor, 5 * factor]


def test_models_in_a_chain_take_what_the_one_before_gave():
    first = f"""<RegressionModel functionName="regression">{SCHEMA}<Output>
    <OutputField name="margin" feature="predictedValue"/><OutputField name="twice"
    feature="transformedValue"><Apply function="*"><FieldRef field="margin"/><Constant
    dataType="double">2</Constant></Apply></OutputField></Output>{TABLE}</RegressionModel>"""
    second = """<RegressionModel functionName="classification" normalizationMethod="logit">
    <MiningSchema><MiningField name="twice"/><MiningField name="y" usageType="target"/>
    </MiningSchema><RegressionTable intercept="0" targetCategory="ja"><NumericPredictor name="twice"
    coefficient="1"/></RegressionTable><RegressionTable intercept="0" targetCategory="nee"/>
    </RegressionModel>"""
    model = f"""<MiningModel functionName="classification">{SCHEMA}
    <Segmentation multipleModelMethod="modelChain"><Segment><True/>{first}</Segment>
    <Segment><True/>{second}</Segment></Segmentation></MiningModel>"""
    assert np.allclose(scores(model), 1 / (1 + np.exp(-2 * SUM)), equal_nan=True)


def test_a_scorecard_adds_the_points_of_the_first_attribute_that_holds():
    model = f"""<Scorecard functionName="regression" initialScore="10">{SCHEMA}<Characteristics>
    <Characteristic name="a"><Attribute partialScore="1">
    <SimplePredicate field="age" operator="isMissing"/></Attribute>
    <Attribute partialScore="5">{simple("age", "lessThan", 50)}</Attribute>
    <Attribute partialScore="-2"><True/></Attribute></Characteristic>
    <Characteristic name="b"><Attribute partialScore="3">{simple("land", "equal", "TR")}</Attribute>
    <Attribute partialScore="0"><True/></Attribute></Characteristic></Characteristics>
    </Scorecard>"""
    assert scores(model).tolist() == [15, 18, 8, 11]


DERIVED = """<TransformationDictionary>
<DerivedField name="a2" optype="continuous" dataType="double">
{}</DerivedField></TransformationDictionary>"""
OF_A2 = """<RegressionModel functionName="regression"><MiningSchema><MiningField name="age"/>
<MiningField name="land"/></MiningSchema><RegressionTable intercept="0"><NumericPredictor name="a2"
coefficient="1"/></RegressionTable></RegressionModel>"""


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        pytest.param(
            '<NormContinuous field="age"><LinearNorm orig="0" norm="0"/><LinearNorm orig="40" '
            'norm="1"/></NormContinuous>',
            [0.5, 1.0, 1.5, np.nan],
            id="stretched",
        ),
        pytest.param(
            '<NormDiscrete field="land" value="TR" mapMissingTo="0.5"/>',
            [0, 1, 0.5, 0],
            id="one-hot",
        ),
        pytest.param(
            '<Discretize field="age" defaultValue="3" mapMissingTo="9"><DiscretizeBin binValue="1">'
            '<Interval closure="openClosed" rightMargin="20"/></DiscretizeBin>'
            '<DiscretizeBin binValue="2"><Interval closure="openOpen" leftMargin="20" '
            'rightMargin="60"/></DiscretizeBin></Discretize>',
            [1, 2, 3, 9],
            id="bins",
        ),
        pytest.param(
            '<MapValues outputColumn="o" defaultValue="0" mapMissingTo="-1"><FieldColumnPair '
            'field="land" column="i"/><InlineTable><row><i>TR</i><o>7</o></row><row><i>MA</i><o>8'
            "</o></row></InlineTable></MapValues>",
            [0, 7, -1, 8],
            id="a-table",
        ),
        pytest.param(
            '<Apply function="if"><Apply function="and"><Apply function="greaterThan"><FieldRef '
            'field="age"/><Constant dataType="double">30</Constant></Apply><Apply function="equal">'
            '<FieldRef field="land"/><Constant dataType="string">TR</Constant></Apply></Apply>'
            '<Constant dataType="double">1</Constant><Constant dataType="double">0</Constant>'
            "</Apply>",
            [0, 1, 0, 0],
            id="a-choice",
        ),
        pytest.param(
            '<Apply function="ln"><Apply function="max"><FieldRef field="age"/><Constant '
            'dataType="double">50</Constant></Apply></Apply>',
            np.log([50, 50, 60, np.nan]),
            id="functions",
        ),
    ],
)
def test_derived_fields_are_computed(formula, expected):
    told = scores(OF_A2, DERIVED.format(formula))
    assert np.allclose(told, expected, equal_nan=True)


def test_missing_values_and_outliers_are_replaced_as_the_schema_says():
    model = """<RegressionModel functionName="regression"><MiningSchema><MiningField name="age"
    missingValueReplacement="33" outliers="asExtremeValues" lowValue="30" highValue="50"/>
    </MiningSchema><RegressionTable intercept="0"><NumericPredictor name="age" coefficient="1"/>
    </RegressionTable></RegressionModel>"""
    assert scores(model).tolist() == [30, 40, 50, 33]


def test_what_is_used_is_seen_through_derived_fields():
    formula = '<NormDiscrete field="land" value="TR"/>'
    artefact = open_model(document(OF_A2, DERIVED.format(formula)), "m.xml")
    assert {each.name: each.is_used for each in artefact.features} == {"age": False, "land": True}
    assert (artefact.library, artefact.algorithm) == ("maker 1.2", "RegressionModel")


def test_a_model_that_is_not_followed_is_told_with_its_fields():
    model = f'<TextModel functionName="classification">{SCHEMA}</TextModel>'
    artefact = open_model(document(model), "m.pmml")
    assert artefact.feature_names == ("age", "land")
    assert artefact.blind_spots[0].details["parts"] == "TextModel"
    with pytest.raises(InputError):
        score(artefact, DATA)


def test_a_field_that_nothing_gives_ends_in_an_error_that_says_so():
    table = TABLE.replace('name="age"', 'name="z"')
    artefact = open_model(document(regression(table)), "m.pmml")
    with pytest.raises(InputError) as raised:
        score(artefact, DATA)
    assert raised.value.code == "model.no_scores"


LAUGHS = """<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>
<PMML>&b;</PMML>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<PMML>&a;</PMML>"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(LAUGHS, "model.xml_refused", id="entities"),
        pytest.param(OUTSIDE, "model.xml_refused", id="another-file"),
        pytest.param("<PMML><Header>", "model.broken", id="cut-off"),
        pytest.param("<PMML/>", "model.not_followed", id="nothing-in-it"),
    ],
)
def test_what_is_broken_or_wants_more_is_told(text, code):
    artefact = open_model(text.encode(), "m.pmml")
    assert code in {spot.code for spot in artefact.blind_spots}
