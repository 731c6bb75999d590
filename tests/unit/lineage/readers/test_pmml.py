"""Saved models tell their name, algorithm, features and target, with the lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.pmml import PmmlReader
from doorlicht.plugins import CodeReader
from doorlicht.records.code import Call, Const, Do, Hidden, Op, Seq

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <DataDictionary>
    <DataField name="leeftijd" optype="continuous" dataType="double"/>
    <DataField name="geb_land" optype="categorical" dataType="string"/>
    <DataField name="fraude" optype="categorical" dataType="string"/>
    <DataField name="sofinr" optype="categorical" dataType="string"/>
  </DataDictionary>
  <TransformationDictionary>
    <DerivedField name="is_nl" optype="continuous" dataType="double">
      <NormDiscrete field="geb_land" value="NL"/>
    </DerivedField>
  </TransformationDictionary>
  <RegressionModel modelName="risico" functionName="classification"
      algorithmName="logisticRegression">
    <MiningSchema>
      <MiningField name="leeftijd"/>
      <MiningField name="geb_land" usageType="active"/>
      <MiningField name="fraude" usageType="target"/>
      <MiningField name="sofinr" usageType="supplementary"/>
    </MiningSchema>
    <LocalTransformations>
      <DerivedField name="samen" optype="continuous" dataType="double">
        <Apply function="*"><FieldRef field="leeftijd"/><FieldRef field="is_nl"/></Apply>
      </DerivedField>
    </LocalTransformations>
    <RegressionTable intercept="1"><NumericPredictor name="samen"/></RegressionTable>
  </RegressionModel>
</PMML>
"""
FOREST = """<PMML xmlns="http://www.dmg.org/PMML-4_2" version="4.2">
<DataDictionary><DataField name="a"/><DataField name="b"/><DataField name="y"/></DataDictionary>
<MiningModel functionName="regression">
<MiningSchema><MiningField name="a"/><MiningField name="y" usageType="predicted"/></MiningSchema>
<Segmentation multipleModelMethod="sum">
<Segment><True/><TreeModel functionName="regression">
<MiningSchema><MiningField name="b"/><MiningField name="made"/></MiningSchema>
<Node score="1"><SimplePredicate field="a" operator="equal" value="x"/></Node>
</TreeModel></Segment></Segmentation></MiningModel></PMML>
"""


def read(text, path="model.pmml"):
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    (unit,) = PmmlReader().read(path, content)
    return unit


def model_of(unit):
    statement = unit.body[0]
    assert isinstance(statement, Do)
    call = statement.value
    assert isinstance(call, Call)
    assert call.func.id == "@model"
    return call, {arg.name: arg.value for arg in call.args}


def test_a_model_is_described_with_its_lines():
    call, args = model_of(read(MODEL))
    assert call.line == 14
    assert args["name"].value == "risico"
    assert args["algorithm"].value == "logisticRegression"
    assert args["target"].value == "fraude"
    plain = [arg.value for arg in args["features"].items if isinstance(arg.value, Const)]
    assert plain == [Const("leeftijd", 17), Const("geb_land", 18)]


def test_what_is_derived_names_the_fields_it_comes_from():
    _, args = model_of(read(MODEL))
    derived = {a.name: a.value for a in args["features"].items if isinstance(a.value, Op)}
    assert derived == {
        "is_nl": Op("derive", (Const("geb_land", 11),), 10),
        "samen": Op("derive", (Const("leeftijd", 24), Const("is_nl", 24)), 23),
    }


def test_the_fields_of_the_data_are_named():
    statement = read(MODEL).body[1]
    assert isinstance(statement.value, Seq)
    assert [arg.value for arg in statement.value.items][1] == Const("geb_land", 5)


def test_a_model_of_models_takes_the_fields_of_its_parts():
    _, args = model_of(read(FOREST, "x/forest.xml"))
    assert [arg.value.value for arg in args["features"].items] == ["a", "b"]
    assert (args["name"].value, args["algorithm"].value) == ("forest", "MiningModel")
    assert args["target"].value == "y"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.xml", "<project><a/></project>", id="other xml"),
        pytest.param("a.xml", "<a><b></a>", id="other broken xml"),
        pytest.param("a.xml", "", id="nothing"),
        pytest.param("a.pmml", "<PMML/>", id="no model"),
    ],
)
def test_other_files_hold_no_model(path, text):
    unit = read(text, path)
    assert (unit.body, unit.hidden) == ((), ())


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        pytest.param(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>\n<PMML>&l11;</PMML>',
                     Hidden("xml_refused", 1), id="entities of entities"),
        pytest.param('<!DOCTYPE x [\n<!ENTITY e SYSTEM "file:///etc/passwd">]><PMML>&e;</PMML>',
                     Hidden("xml_refused", 2), id="another file"),
        pytest.param("<PMML>\n<DataDictionary>", Hidden("xml_broken", 2), id="broken off"),
        pytest.param("<PMML>\n</PMLM>", Hidden("xml_broken", 2), id="closed wrongly"),
        pytest.param('<?xml version="1.0" encoding="klingon"?><PMML/>',
                     Hidden("xml_broken", 1), id="unknown encoding"),
        pytest.param(b"\x00\x01", Hidden("xml_broken", 1), id="bytes"),
    ],
)  # fmt: skip
def test_dangerous_and_broken_files_are_told(text, hidden):
    unit = read(text)
    assert unit.hidden == (hidden,)
    assert unit.body == ()


def test_deep_xml_ends():
    assert read("<a>" * 100_000 + "</a>" * 100_000).hidden == ()


def test_the_reader_is_what_a_plugin_must_be():
    assert isinstance(PmmlReader(), CodeReader)


@settings(max_examples=50, deadline=None)
@given(at=st.integers(0, len(MODEL)), piece=st.binary(max_size=8))
def test_a_damaged_model_stops_nothing(at, piece):
    content = MODEL.encode()
    assert len(PmmlReader().read("a.pmml", content[:at] + piece + content[at + 3 :])) == 1
