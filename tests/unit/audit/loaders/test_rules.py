"""Scorecards, rules in SQL and decision tables score as a person who reads them would."""

import io

import numpy as np
import openpyxl
import pytest

from doorlicht.audit.opening import open_model, score
from doorlicht.audit.reading.value_tests import read_bin, read_unary_tests
from doorlicht.errors import InputError

NAN = float("nan")
AGES = np.array([17.0, 18.0, 25.0, 65.0, NAN])
LANDS = np.array(["NL", "BE", "TR", "", None], dtype=object)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        pytest.param("[18,25)", [0, 1, 0, 0, 0], id="half-open"),
        pytest.param("(18;25]", [0, 0, 1, 0, 0], id="semicolon"),
        pytest.param("[-Inf,18)", [1, 0, 0, 0, 0], id="no-lower-edge"),
        pytest.param("18-25", [0, 1, 1, 0, 0], id="span"),
        pytest.param("18 t/m 25", [0, 1, 1, 0, 0], id="up-to-and-including"),
        pytest.param("18 tot 25", [0, 1, 0, 0, 0], id="up-to"),
        pytest.param("< 18", [1, 0, 0, 0, 0], id="less"),
        pytest.param(">= 25", [0, 0, 1, 1, 0], id="at-least"),
        pytest.param("≤ 18", [1, 1, 0, 0, 0], id="sign"),
        pytest.param("65+", [0, 0, 0, 1, 0], id="plus"),
        pytest.param("65 jaar en ouder", [0, 0, 0, 0, 0], id="words-are-a-category"),
        pytest.param("jonger dan 18", [1, 0, 0, 0, 0], id="younger"),
        pytest.param("18", [0, 1, 0, 0, 0], id="one-number"),
        pytest.param("not 18", [1, 0, 1, 1, 0], id="not"),
        pytest.param("missing", [0, 0, 0, 0, 1], id="missing"),
        pytest.param("overig", [1, 1, 1, 1, 1], id="other"),
    ],
)
def test_bins_of_numbers(text, held):
    assert read_bin(text).held(AGES, "age").astype(int).tolist() == held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        pytest.param("NL", [1, 0, 0, 0, 0], id="one"),
        pytest.param("NL, BE", [1, 1, 0, 0, 0], id="list"),
        pytest.param("NL%,%TR", [1, 0, 1, 0, 0], id="list-of-r"),
        pytest.param("in (NL, TR)", [1, 0, 1, 0, 0], id="in"),
        pytest.param("= 'TR'", [0, 0, 1, 0, 0], id="equal"),
        pytest.param("niet NL", [0, 1, 1, 1, 0], id="not"),
        pytest.param("nl", [0, 0, 0, 0, 0], id="case-counts"),
    ],
)
def test_bins_of_categories(text, held):
    assert read_bin(text).held(LANDS, "land").astype(int).tolist() == held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        pytest.param("[18..25]", [0, 1, 1, 0, 0], id="closed"),
        pytest.param("]18..25[", [0, 0, 0, 0, 0], id="open"),
        pytest.param("< 18, > 60", [1, 0, 0, 1, 0], id="either"),
        pytest.param("not(18)", [1, 0, 1, 1, 0], id="not"),
        pytest.param("-", [1, 1, 1, 1, 1], id="any"),
        pytest.param("null", [0, 0, 0, 0, 1], id="null"),
    ],
)
def test_unary_tests(text, held):
    tests = read_unary_tests(text)
    made = np.any([test.held(AGES, "age") for test in tests], axis=0)
    assert made.astype(int).tolist() == held


DATA = {"leeftijd": AGES, "land": LANDS}
POINTS = [10 + 5, 10 + 1 + 2, 10 + 1 + 7, 10, 10]

CSV = """Risicoscore 2019;;
Kenmerk;Klasse;Punten
basispunten;;10
leeftijd;< 18;5
;18 t/m 25;1
land;BE;2
;TR;7
"""
YAML = """
startscore: 10
kenmerken:
  leeftijd: {"< 18": 5, "18 t/m 25": 1}
  land:
    - {waarde: BE, punten: 2}
    - {waarden: [TR, MA], punten: 7}
"""
LISTED = """
scorecard:
  base: 10
  attributes:
    - name: leeftijd
      bins: [{max: 18, points: 5}, {min: 18, max: 26, points: 1}]
    - name: land
      bins: [{value: BE, points: 2}, {value: TR, points: 7}]
"""
ROWS = """variable,bin,points
basepoints,,10
leeftijd,[-Inf;18),5
leeftijd,[18;26),1
land,BE,2
land,TR,7
"""


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["Toelichting"])
    sheet = book.create_sheet("kaart")
    for row in [("Score", None, None), ("Kenmerk", "Waarde", "Punten"), ("Basis", None, 10),
                ("leeftijd", "< 18", 5), (None, "18 t/m 25", 1), ("land", "BE", 2),
                (None, "TR", 7)]:  # fmt: skip
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("kaart.csv", CSV.encode(), id="csv-with-a-title"),
        pytest.param("card.csv", ROWS.encode(), id="csv-of-r"),
        pytest.param("kaart.yaml", YAML.encode(), id="yaml-by-name"),
        pytest.param("card.yml", LISTED.encode(), id="yaml-as-lists"),
        pytest.param("kaart.xlsx", workbook(), id="workbook"),
    ],
)
def test_a_scorecard_adds_the_points_of_the_first_bin_that_holds(name, content):
    artefact = open_model(content, name)
    assert (artefact.format, artefact.kind) == ("scorecard", "scorecard")
    assert artefact.feature_names == ("leeftijd", "land")
    assert score(artefact, DATA).tolist() == POINTS
    assert artefact.features[1].importance == pytest.approx(5 / 9)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("people.csv", b"name,age,land\na,1,NL\n", id="data"),
        pytest.param("settings.yaml", b"model: {depth: 3}\n", id="settings"),
        pytest.param("list.yaml", b"- a\n- b\n", id="list"),
        pytest.param("note.txt", b"points are given", id="text"),
    ],
)
def test_what_is_no_scorecard_is_no_model(name, content):
    with pytest.raises(InputError) as raised:
        open_model(content, name)
    assert raised.value.code == "model.unknown_format"


def sql(text, data=DATA):
    artefact = open_model(text.encode(), "rule.sql")
    return artefact, score(artefact, data).tolist()


def test_a_rule_in_sql_gives_points():
    artefact, told = sql(
        """SELECT id, CASE WHEN leeftijd < 18 THEN 5 WHEN leeftijd BETWEEN 18 AND 25 THEN 1 ELSE 0
        END + CASE land WHEN 'BE' THEN 2 WHEN 'TR' THEN 7 ELSE 0 END + 10 AS risicoscore
        FROM personen p"""
    )
    assert artefact.feature_names == ("leeftijd", "land")
    assert told == POINTS


def test_unknown_is_neither_true_nor_false():
    _, told = sql(
        "SELECT CASE WHEN NOT (land = 'NL') THEN 1 WHEN land IS NULL THEN 2 ELSE 0 END s FROM p"
    )
    assert told == [0, 1, 1, 1, 2]


def test_patterns_are_matched_whole():
    _, told = sql(
        "SELECT CASE WHEN land LIKE '_L' THEN 1 WHEN land LIKE 'T%' THEN 2 ELSE 0 END s FROM p"
    )
    assert told == [1, 0, 2, 0, 0]


def test_columns_of_inner_queries_are_followed():
    artefact, told = sql(
        """WITH a AS (SELECT leeftijd / 2 AS helft, land FROM personen),
        b AS (SELECT helft * 2 + 1 AS meer, COALESCE(land, 'XX') AS waar FROM a)
        SELECT CASE WHEN meer > 20 AND waar IN ('TR', 'XX') THEN 1 ELSE 0 END AS score FROM b"""
    )
    assert set(artefact.feature_names) == {"leeftijd", "land"}
    assert told == [0, 0, 1, 0, 0]


def test_a_query_that_only_chooses_rows_scores_one_for_those():
    _, told = sql("SELECT * FROM personen WHERE leeftijd >= 18 AND land <> 'NL'")
    assert told == [0, 1, 1, 1, 0]


def test_an_update_that_sets_points_is_a_rule():
    _, told = sql(
        "UPDATE p SET score = CASE WHEN land LIKE 'x' THEN 1 END, punten = IIF(leeftijd > 20, 3, 0)"
    )
    assert told == [0, 0, 3, 3, 0]


def test_what_needs_other_rows_is_told_and_not_computed():
    artefact = open_model(
        b"SELECT CASE WHEN COUNT(*) OVER (PARTITION BY land) > 3 THEN 1 ELSE 0 END AS score FROM p",
        "rule.sql",
    )
    assert artefact.feature_names == ("land",)
    assert artefact.blind_spots[0].code == "model.not_followed"
    assert artefact.scoring is None


def test_sql_without_a_rule_holds_no_model():
    artefact = open_model(b"SELECT a, b FROM p", "q.sql")
    assert [spot.code for spot in artefact.blind_spots] == ["model.no_model"]


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d">
<decision name="groep"><variable name="groep"/><decisionTable hitPolicy="FIRST">
<input><inputExpression><text>leeftijd</text></inputExpression></input><output name="groep"/>
<rule><inputEntry><text>&lt; 18</text></inputEntry>
<outputEntry><text>"jong"</text></outputEntry></rule>
<rule><inputEntry><text>[18..30]</text></inputEntry>
<outputEntry><text>"midden"</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"oud"</text></outputEntry></rule>
</decisionTable></decision>
<decision name="risico"><variable name="risico"/>
<decisionTable hitPolicy="COLLECT" aggregation="SUM">
<input><inputExpression><text>groep</text></inputExpression></input>
<input><inputExpression><text>land</text></inputExpression></input><output name="punten"/>
<rule><inputEntry><text>"jong","midden"</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>5</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>not("NL")</text></inputEntry>
<outputEntry><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_decisions_that_rest_on_each_other_are_computed():
    artefact = open_model(DMN.encode(), "d.dmn")
    assert artefact.blind_spots == ()
    assert set(artefact.feature_names) == {"leeftijd", "land"}
    assert artefact.target == "risico"
    assert score(artefact, DATA).tolist() == [5, 7, 7, 2, 0]


def test_a_decision_of_words_gives_a_column_for_each():
    alone = DMN[: DMN.index('<decision name="risico">')] + "</definitions>"
    artefact = open_model(alone.encode(), "d.dmn")
    assert artefact.target_classes == ("jong", "midden", "oud")
    assert score(artefact, DATA).argmax(axis=1).tolist() == [0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("[18..30]", "date(x)", id="a-function-in-a-cell"),
        pytest.param("<text>leeftijd</text>", "<text>sum(a)</text>", id="an-expression"),
        pytest.param('aggregation="SUM"', 'aggregation="MEDIAN"', id="a-policy"),
    ],
)
def test_what_goes_beyond_is_told(old, new):
    artefact = open_model(DMN.replace(old, new).encode(), "d.dmn")
    assert artefact.scoring is None
    assert artefact.blind_spots
