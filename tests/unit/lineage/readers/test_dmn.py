"""Decisions tell what they look at, also through other decisions, with the lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.dmn import DmnReader
from doorlicht.lineage.readers.pmml import PmmlReader
from doorlicht.plugins import CodeReader
from doorlicht.records.code import Call, Hidden

SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
MODEL = f"""<?xml version="1.0"?>
<definitions xmlns="{SPACE}" id="d" name="Toezicht">
  <inputData id="i1" name="land van herkomst"><variable name="land van herkomst"/></inputData>
  <inputData id="i2" name="Aanvrager"/>
  <decision id="d1" name="Risicoklasse">
    <variable name="Risicoklasse" typeRef="string"/>
    <decisionTable hitPolicy="FIRST">
      <input label="Land"><inputExpression typeRef="string">
        <text>land van herkomst</text>
      </inputExpression></input>
      <input label="leeftijd"><inputExpression/></input>
      <input><inputExpression><text>Punten</text></inputExpression></input>
      <output name="klasse"/>
      <rule><inputEntry><text>"NL", Nederland</text></inputEntry>
        <inputEntry><text>&lt; 5</text></inputEntry>
        <outputEntry><text>"hoog"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="d2" name="Punten">
    <variable name="Punten"/>
    <literalExpression><text>
      if Aanvrager.nationaliteit = "Turkse nationaliteit" // oud: geslacht
      then weeg(Aanvrager.inkomen) else sum(for x in schulden return x)
    </text></literalExpression>
  </decision>
  <businessKnowledgeModel name="weeg"><encapsulatedLogic>
    <formalParameter name="bedrag"/>
    <literalExpression><text>bedrag * factor</text></literalExpression>
  </encapsulatedLogic></businessKnowledgeModel>
</definitions>
"""


def rules_of(unit):
    rules = {}
    for statement in unit.body:
        if isinstance(statement.value, Call):
            args = {arg.name: arg.value for arg in statement.value.args}
            inputs = [(arg.value.value, arg.value.line) for arg in args["inputs"].items]
            rules[args["name"].value] = (inputs, args["output"].value, statement.line)
    return rules


def read(text, reader=None, path="a.dmn"):
    (unit,) = (reader or DmnReader()).read(path, text.encode())
    return unit


def test_a_decision_names_what_it_looks_at():
    inputs, output, line = rules_of(read(MODEL))["Punten"]
    assert inputs == [("nationaliteit", 22), ("inkomen", 23), ("schulden", 23), ("factor", 28)]
    assert (output, line) == ("Punten", 19)


def test_a_table_looks_through_other_decisions():
    inputs, output, line = rules_of(read(MODEL))["Risicoklasse"]
    assert inputs[:2] == [("land van herkomst", 9), ("leeftijd", 11)]
    assert [name for name, _ in inputs[2:]] == ["nationaliteit", "inkomen", "schulden", "factor"]
    assert (output, line) == ("klasse", 5)


def test_the_inputs_of_the_model_are_named():
    names = [(arg.value.value, arg.value.line) for arg in read(MODEL).body[-1].value.items]
    assert names == [("land van herkomst", 3), ("Aanvrager", 4)]


def test_decisions_in_a_file_called_xml_are_read_too():
    assert rules_of(read(MODEL, PmmlReader(), "a.xml")) == rules_of(read(MODEL))


def test_decisions_that_rest_on_each_other_end():
    text = f"""<definitions xmlns="{SPACE}">
    <decision name="a"><literalExpression><text>b + x</text></literalExpression></decision>
    <decision name="b"><literalExpression><text>a + y</text></literalExpression></decision>
    </definitions>"""
    rules = rules_of(read(text))
    assert {name for name, _ in rules["a"][0]} == {"x", "y"}
    assert {name for name, _ in rules["b"][0]} == {"x", "y"}


def test_what_a_function_is_given_is_an_input_though_its_parameter_is_called_the_same():
    text = f"""<definitions xmlns="{SPACE}"><inputData name="land"/>
    <businessKnowledgeModel name="f"><encapsulatedLogic><formalParameter name="land"/>
    <literalExpression><text>land</text></literalExpression>
    </encapsulatedLogic></businessKnowledgeModel>
    <decision name="a"><invocation><literalExpression><text>f</text></literalExpression>
    <binding><parameter name="land"/><literalExpression><text>land</text></literalExpression>
    </binding></invocation></decision></definitions>"""
    assert rules_of(read(text))["a"][0] == [("land", 6)]


def test_a_context_keeps_its_own_names_to_itself():
    text = f"""<definitions xmlns="{SPACE}"><decision name="a"><context>
    <contextEntry><variable name="half"/>
    <literalExpression><text>geb_land</text></literalExpression></contextEntry>
    <contextEntry><literalExpression><text>half * 2</text></literalExpression></contextEntry>
    </context></decision></definitions>"""
    assert rules_of(read(text))["a"][0] == [("geb_land", 3)]


@pytest.mark.parametrize(
    "text",
    ['<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><decision name="a"/>'
     "</definitions>", "<a/>"],
    ids=["process", "other"],
)  # fmt: skip
def test_other_documents_hold_no_decisions(text):
    assert read(text).body == ()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', Hidden("xml_refused", 1)),
        ("<a>\n<b>", Hidden("xml_broken", 2)),
    ],
    ids=["entity", "broken"],
)
def test_dangerous_and_broken_files_are_told(text, hidden):
    assert read(text).hidden == (hidden,)


def test_the_reader_is_what_a_plugin_must_be():
    assert isinstance(DmnReader(), CodeReader)


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.sampled_from('ab."(/*) \n+for in'), max_size=200))
def test_no_expression_stops_the_reader(text):
    safe = text.replace("&", "")
    model = f"""<definitions xmlns="{SPACE}"><decision name="a b"><literalExpression>
    <text>{safe}</text></literalExpression></decision></definitions>"""
    assert list(rules_of(read(model))) == ["a b"]
