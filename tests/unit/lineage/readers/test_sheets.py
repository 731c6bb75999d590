"""Formulas of workbooks become columns that are computed from columns."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import NamedExpressions, NamedRange, Table, TableCell, TableRow
from odf.text import P
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table as ExcelTable

from doorlicht.lineage.readers import workbooks
from doorlicht.lineage.readers.formulas import read_formula, shifted
from doorlicht.lineage.readers.sheets import SheetReader, decides
from doorlicht.plugins import CodeReader
from doorlicht.records.code import Assign, Call, Const, Hidden, Op


def xlsx(sheets, names=(), tables=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for name, cells in names:
        book.defined_names[name] = DefinedName(name, attr_text=cells)
    for title, name, cells in tables:
        book[title].add_table(ExcelTable(displayName=name, ref=cells))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets, names=()):
    book = OpenDocumentSpreadsheet()
    for title, rows in sheets.items():
        table = Table(name=title)
        for row in rows:
            line = TableRow()
            for cell in row:
                is_formula = isinstance(cell, str) and cell.startswith("of:=")
                if is_formula:
                    line.addElement(TableCell(formula=cell, valuetype="float", value=0))
                elif isinstance(cell, str):
                    made = TableCell(valuetype="string")
                    made.addElement(P(text=cell))
                    line.addElement(made)
                else:
                    line.addElement(TableCell(valuetype="float", value=cell))
            table.addElement(line)
        book.spreadsheet.addElement(table)
    if names:
        expressions = NamedExpressions()
        for name, cells in names:
            expressions.addElement(NamedRange(name=name, cellrangeaddress=cells))
        book.spreadsheet.addElement(expressions)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def read(content, path="a.xlsx"):
    (unit,) = SheetReader().read(path, content)
    return unit


def spelled(item):
    (key,) = item.keys
    return f"{item.base.id}.{key.value}"


def computed(unit):
    """What each column is computed from, by its name; rule sets apart from others."""
    found = {}
    for statement in unit.body:
        assert isinstance(statement, Assign)
        value = statement.value
        if isinstance(value, Op):
            found[spelled(statement.targets[0])] = [spelled(item) for item in value.operands]
        elif isinstance(value, Call) and value.func.id == "@rules":
            args = {arg.name: arg.value for arg in value.args}
            names = [arg.value.value for arg in args["inputs"].items]
            found[spelled(statement.targets[0])] = ("rules", args["name"].value, names)
    return found


PEOPLE = [["naam", "leeftijd", "geb land"], ["x", 30, "NL"], ["y", 40, "TR"]]


def people(*formulas, header="punten", **other):
    rows = [list(row) for row in PEOPLE]
    rows[0].append(header)
    for row, formula in zip(rows[1:], formulas, strict=False):
        row.append(formula)
    return xlsx({"Mensen": rows, **{k: v for k, v in other.items() if isinstance(v, list)}})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        pytest.param("=B2*2", ["Mensen.leeftijd"], id="cell"),
        pytest.param('=IF(C2="D2",$B$2,1)', ["Mensen.geb land", "Mensen.leeftijd"], id="absolute"),
        pytest.param("=SUM(B2:C9)", ["Mensen.leeftijd", "Mensen.geb land"], id="range"),
        pytest.param("=COUNTIF(C:C,C2)", ["Mensen.geb land"], id="whole column"),
        pytest.param("=VLOOKUP(C2,Codes!A:C,3,FALSE)",
                     ["Mensen.geb land", "Codes.code", "Codes.groep"], id="vlookup"),
        pytest.param("=INDEX(Codes!B2:B9,MATCH(C2,Codes!A2:A9,0))",
                     ["Codes.land", "Mensen.geb land", "Codes.code"], id="index and match"),
        pytest.param("=INDEX(Codes!A2:C9,MATCH(C2,Codes!A2:A9,0),3)",
                     ["Codes.groep", "Mensen.geb land", "Codes.code"], id="index of a block"),
        pytest.param("=_xlfn.XLOOKUP(C2,'Codes'!$A:$A,'Codes'!$B:$B)",
                     ["Mensen.geb land", "Codes.code", "Codes.land"], id="xlookup"),
        pytest.param("=MATCH(\"x\",Codes!1:1,0)+B2", ["Mensen.leeftijd"], id="header"),
        pytest.param("=ROW(C2)+B2", ["Mensen.leeftijd"], id="only the place"),
        pytest.param("=LOG10(B2)+A1B2(3)", ["Mensen.leeftijd"], id="functions like cells"),
        pytest.param("=D3+B2", ["Mensen.leeftijd"], id="itself"),
        pytest.param("=Nergens!A1+B2", ["Mensen.leeftijd"], id="a sheet that is not there"),
        pytest.param("=SUM(1,2)", [], id="nothing"),
    ],
)  # fmt: skip
def test_a_formula_reads_columns(formula, expected):
    codes = [["code", "land", "groep"], ["TR", "Turkije", "b"]]
    assert computed(read(people(formula, Codes=codes)))["Mensen.punten"] == expected


def test_statements_have_the_row_of_the_formula_and_names_that_of_the_header():
    rows = [["Overzicht 2020"], [], *PEOPLE]
    rows[2] = [*rows[2], "punten"]
    rows[4] = [*rows[4], "=C5"]
    unit = read(xlsx({"Mensen": rows}), "map/a.xlsx")
    first, second = unit.body
    assert first.value.args[0].value == Const("map/a.xlsx#Mensen", 1)
    assert second.line == 5
    assert second.value.operands[0].keys == (Const("geb land", 3),)


def test_different_formulas_of_one_column_are_taken_together():
    unit = read(people("=B2", "=C3"))
    assert computed(unit) == {"Mensen.punten": ["Mensen.leeftijd", "Mensen.geb land"]}


def test_columns_come_behind_those_that_they_rest_on():
    rows = [["a", "b", "c", "d"], ["=B2", "=C2", "=D2", 1]]
    assert list(computed(read(xlsx({"S": rows})))) == ["S.c", "S.b", "S.a"]


def test_columns_in_a_circle_end():
    rows = [["a", "b"], ["=B2", "=A2"]]
    assert set(computed(read(xlsx({"S": rows})))) == {"S.a", "S.b"}


def test_a_column_that_decides_is_a_rule_set():
    codes = [["code", "gewicht"], ["TR", 5]]
    unit = read(people("=B2*2+SUMIF(Codes!A:A,C2,Codes!B:B)", header="Risicoscore", Codes=codes))
    found = computed(unit)
    inputs = ["leeftijd", "code", "geb land", "gewicht"]
    assert found["Mensen.Risicoscore"] == ("rules", "Mensen", inputs)
    assert found.keys() == {"Mensen.Risicoscore"}
    looked_up = [spelled(s.targets[0]) for s in unit.body if s.value.__class__.__name__ == "Item"]
    assert looked_up == ["Mensen.code", "Mensen.gewicht"]


def test_a_rule_set_on_a_score_reads_what_the_score_reads():
    rows = [["land", "punten", "score", "selectie"], ["NL", "=A2", "=B2*2", "=C2>3"]]
    found = computed(read(xlsx({"S": rows})))
    assert found["S.selectie"] == found["S.score"] == ("rules", "S", ["punten"])


@pytest.mark.parametrize(
    ("header", "expected"),
    [("Score", True), ("risico_klasse", True), ("Fraud risk", True), ("Priorität", True),
     ("Sélectionné", True), ("rang", True), ("scoreboard", False), ("orange", False),
     ("flagship", False), ("", False)],
)  # fmt: skip
def test_a_header_tells_whether_its_column_decides(header, expected):
    assert decides(header) is expected


def test_names_stand_for_cells():
    rows = {"S": [["a", "b"], [1, "=Bedrag*2"]]}
    content = xlsx(rows, names=[("Bedrag", "S!$A$2:$A$9")])
    assert computed(read(content)) == {"S.b": ["S.a"]}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=T[land]", ["S.land"]),
        ("=T[[#This Row],[land]]*2", ["S.land"]),
        ("=SUM(T[[leeftijd]:[land]])", ["S.leeftijd", "S.land"]),
        ("=SUM(T[])", ["S.leeftijd", "S.land", "S.uit"]),
        ("=A5", ["S.leeftijd"]),
    ],
)
def test_tables_are_read_by_their_names(formula, expected):
    rows = [["titel"], [], [], ["leeftijd", "land", "uit"], [1, "x", 2], [2, "y", 3]]
    content = xlsx({"S": rows, "Uit": [["som"], [formula.replace("A5", "S!A5")]]},
                   tables=[("S", "T", "A4:C6")])  # fmt: skip
    assert computed(read(content)) == {"Uit.som": expected}


def test_a_sheet_without_headers_has_the_letters_of_its_columns():
    rows = [[1, 2], [3, "=A2"]]
    assert computed(read(xlsx({"S": rows}))) == {"S.B": ["S.A"]}


SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/x"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c>
<c t="inlineStr"><is><t>c</t></is></c><c t="inlineStr"><is><t>d</t></is></c></row>
<row><c><v>1</v></c><c><v>2</v></c>
<c r="C2"><f t="shared" ref="C2:D3" si="0">A2+$A2</f><v>2</v></c><c><f t="shared" si="0"/></c></row>
<row><c/><c/><c><f t="shared" si="0"/></c><c><f t="shared" si="0"/></c></row>
</sheetData></worksheet>"""
BOOK = """<workbook xmlns:r="urn:r"><sheets><sheet name="S" sheetId="1" r:id="x"/></sheets>
</workbook>"""
RELS = '<Relationships><Relationship Id="x" Target="worksheets/sheet1.xml"/></Relationships>'


def packed(**changes):
    parts = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELS,
        "xl/worksheets/sheet1.xml": SHEET,
        **changes,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_formulas_that_cells_share_move_with_them():
    assert computed(read(packed())) == {"S.c": ["S.a"], "S.d": ["S.b", "S.a"]}


def test_other_workbooks_are_named():
    book = BOOK.replace("</workbook>", "<externalReferences><e r:id='e'/></externalReferences>"
                        "</workbook>")  # fmt: skip
    rels = RELS.replace("</R", '<Relationship Id="e" Target="externalLinks/e.xml"/></R')
    link = ('<Relationships><Relationship Id="a" Target="file:///data/codes.xlsx" '
            'TargetMode="External"/></Relationships>')  # fmt: skip
    unit = read(packed(**{
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/externalLinks/_rels/e.xml.rels": link,
        "xl/worksheets/sheet1.xml": SHEET.replace("A2+$A2", "[1]Blad!B2"),
    }))  # fmt: skip
    opened = [s.value.args[0].value.value for s in unit.body if isinstance(s.value, Call)]
    assert opened == ["a.xlsx#S", "file:///data/codes.xlsx#Blad"]
    assert computed(unit)["S.c"] == ["[1]Blad.B"]


def test_open_documents_are_read_alike():
    rows = [
        ["land", "punten", "score"],
        ["NL", "of:=[.A2]*[$Codes.B$2]", "of:=SUM([.A2:.B2];Vast)"],
    ]
    codes = [["code", "gewicht"], ["NL", 2]]
    content = ods({"Mensen": rows, "Codes": codes}, names=[("Vast", "$Codes.$A$2:.$A$9")])
    assert computed(read(content, "a.ods")) == {
        "Mensen.punten": ["Mensen.land", "Codes.gewicht"],
        "Mensen.score": ("rules", "Mensen", ["land", "punten", "code"]),
    }


def test_a_workbook_of_values_holds_nothing():
    unit = read(xlsx({"S": PEOPLE}))
    assert (unit.body, unit.hidden) == ((), ())


@pytest.mark.parametrize(
    ("content", "hidden"),
    [
        pytest.param(b"", "sheet_broken", id="nothing"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500, "sheet_broken",
                     id="encrypted"),
        pytest.param(packed()[:-40], "sheet_broken", id="broken off"),
        pytest.param(packed(**{"xl/workbook.xml": "<a>"}), "sheet_broken", id="broken part"),
        pytest.param(packed(**{"xl/worksheets/sheet1.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}),
                     "sheet_broken", id="entities"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(content, hidden):
    unit = read(content)
    assert unit.hidden == (Hidden(hidden, 1),)
    assert unit.body == ()


def test_a_bomb_ends(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1_000_000)
    bomb = packed(**{"xl/worksheets/sheet1.xml": SHEET + " " * 5_000_000})
    assert read(bomb).hidden == (Hidden("sheet_too_large", 1),)


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({"xl/vbaProject.bin": "x"}, Hidden("sheet_macros", 1)),
        ({"xl/connections.xml": "<connections/>"}, Hidden("sheet_query", 1)),
        ({"xl/worksheets/sheet1.xml": SHEET.replace("$A2", "INDIRECT(B2)")},
         Hidden("sheet_indirect", 2)),
    ],
    ids=["macros", "query", "indirect"],
)  # fmt: skip
def test_what_formulas_do_not_tell_is_told(changes, hidden):
    unit = read(packed(**changes))
    assert hidden in unit.hidden
    assert "S.c" in computed(unit)


def test_a_long_sheet_is_read_once():
    rows = [["a", "b"], *([n, f"=A{n + 2}*{n % 3}"] for n in range(3000))]
    unit = read(xlsx({"S": rows}))
    assert computed(unit) == {"S.b": ["S.a"]}


def test_filled_sideways_only_what_is_not_fixed_moves():
    first, second = (shifted(ref, 2) for ref in read_formula("A1+$A1").refs)
    assert (first.first_column, second.first_column) == (3, 1)


def test_the_reader_is_what_a_plugin_must_be():
    assert isinstance(SheetReader(), CodeReader)


@given(text=st.text(st.sampled_from("A1$:!'\"[](){},;#@.é X_2"), max_size=60))
def test_no_formula_stops_the_reader(text):
    assert read_formula(text).refs is not None


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, len(packed())), piece=st.binary(max_size=6))
def test_a_damaged_workbook_stops_nothing(at, piece):
    content = packed()
    assert len(SheetReader().read("a.xlsx", content[:at] + piece + content[at + 2 :])) == 1


def test_a_sheet_with_too_many_cells_is_told_and_what_was_seen_is_kept(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_CELLS", 9)
    unit = read(packed())
    assert Hidden("sheet_too_large", 1) in unit.hidden
    assert computed(unit)["S.c"] == ["S.a"]
