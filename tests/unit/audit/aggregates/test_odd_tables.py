"""Published tables and specs as people make them: what does not fit is told, and not guessed."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import numpy as np
import openpyxl
import pytest

from doorlicht.audit.aggregates.published import PublishedTable, Total
from doorlicht.audit.aggregates.sheet import Sheet, SheetPlan, read_sheet, table_of
from doorlicht.audit.aggregates.spec_form import parse_spec
from doorlicht.audit.aggregates.totals import unknown_rows
from doorlicht.audit.aggregates.wizard import draft_spec
from doorlicht.errors import InputError
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_json import audit_schema, render_audit_json
from doorlicht.runs.audit_aggregates import audit_aggregates, draft_for

PLAN = SheetPlan(None, "A", {"n": "B"}, 2, marks=(".", "x"))
TABLE = ";all;born;abroad\nPeople;1000;700;300\nChecked;100;40;60\n"
SPEC = """
sheet: {columns: {all: B, born: C, abroad: D}, first_row: 2}
rounding: {base: 10, suppressed: {from: 1, to: 9, marks: ["*"]}}
groups: {abroad: [abroad], born: [born]}
reference: born
rates: {selection_rate: {selected: [Checked], population: [People]}}
verdicts: {selection_ratio: 2}
"""


@pytest.mark.parametrize("cells", [(), (("only", "words"),), ((),)])
def test_of_a_sheet_without_numbers_nothing_is_drafted(cells):
    with pytest.raises(InputError) as error:
        draft_spec(Sheet(cells, "cover", ("cover", "Table 1")))
    assert error.value.code == "aggregates.no_draft"
    assert error.value.details["others"] == "cover, Table 1"


def test_a_draft_names_the_marks_of_cells_that_were_left_out():
    cells = (("", "n", "m"), ("all", "1.240", "60"), ("ill", "x", "20"), ("sick", "30", "10"))
    spec, plan, _ = parse_spec(draft_spec(Sheet(cells, "t")))
    assert plan.marks == ("x",)
    assert spec.rounding.suppressed_to == math.inf


def test_a_draft_is_made_of_the_sheet_that_has_the_numbers(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active["A1"] = "What this is"
    table = book.create_sheet("Table 1")
    for row in (["", "n", "m"], ["all", 100, 60], ["ill", 30, 20]):
        table.append(row)
    book.save(tmp_path / "t.xlsx")
    assert "name: Table 1" in draft_for(str(tmp_path / "t.xlsx"), None, "en")


def test_an_empty_cell_was_left_out_only_where_no_other_mark_is_named():
    sheet = Sheet((("", "n"), ("row", "")), "t")
    assert math.isnan(table_of(sheet, SheetPlan(None, "A", {"n": "B"}, 2)).values[0, 0])
    marked = SheetPlan(None, "A", {"n": "B"}, 2, marks=("x", ""))
    assert math.isnan(table_of(sheet, marked).values[0, 0])


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        pytest.param({"n": "n"}, "aggregates.column_twice", id="one-text-above-two"),
        pytest.param({"n": "B", "m": "b"}, "aggregates.column_named_twice", id="two-names-for-one"),
        pytest.param({"n": "ZZ"}, "aggregates.no_column", id="a-letter-beyond-the-sheet"),
    ],
)
def test_columns_that_cannot_be_told_apart_are_refused(columns, code):
    sheet = Sheet((("", "n", "n"), ("row", 1.0, 2.0)), "t")
    with pytest.raises(InputError) as error:
        table_of(sheet, SheetPlan(None, "A", columns, 2))
    assert error.value.code == code


def test_a_row_below_the_end_of_the_table_is_told_with_the_row_that_ended_it():
    cells = (("", "n"), ("all", 1.0), ("", ""), ("ill", 2.0))
    with pytest.raises(InputError) as error:
        table_of(Sheet(cells, "t"), PLAN).row("ill")
    assert (error.value.code, error.value.details["row"]) == ("aggregates.row_below", 3)
    assert table_of(Sheet((*cells[:3], ("", "")), "t"), PLAN).ended == 0


def test_an_empty_sheet_names_the_others():
    sheet = Sheet((("cover",),), "Cover", ("Cover", "Table 1"))
    with pytest.raises(InputError) as error:
        table_of(sheet, SheetPlan(None, "A", {"n": "A"}, 2))
    assert error.value.details["others"] == "Table 1"


def test_rows_are_called_by_numbers_as_well():
    spec, _, _ = parse_spec(SPEC.replace("[Checked]", "[2014]"))
    table = table_of(Sheet((("", "n"), (2014.0, 5)), "t"), PLAN)
    assert spec.rates[0].above == table.rows == ("2014",)


def test_parts_that_no_row_is_called_are_told():
    table = PublishedTable(("all", "ill", "ill & old"), ("n",), np.ones((3, 1)))
    spec = replace(
        parse_spec(SPEC)[0], everybody="all", classifications={"health": ("ill", "wel")},
        row_totals=(Total("ill", ("ill & old", "ill & yuong")),),
    )  # fmt: skip
    assert unknown_rows(spec, table) == ("wel", "ill & yuong")
    with pytest.raises(InputError) as error:
        unknown_rows(replace(spec, everybody="everybody"), table)
    assert error.value.code == "aggregates.no_row"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_published_text_is_read_in_the_encodings_of_offices(tmp_path, encoding):
    (tmp_path / "t.csv").write_text('naam;n\n"één\nrij";5\n', encoding, newline="")
    assert table_of(read_sheet(tmp_path / "t.csv"), PLAN).rows == ("één rij",)


@pytest.mark.parametrize(
    "content",
    [b"n;m\n\x00\x00", b'n;m\n"all;1\nill;2\n', b"n;m\n" + b"a" * 200_000 + b";1"],
    ids=["no-text", "a-quotation-mark-that-never-ends", "a-cell-without-end"],
)
def test_a_text_that_cannot_be_divided_into_cells_is_refused(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError) as error:
        read_sheet(tmp_path / "t.csv")
    assert error.value.code == "aggregates.sheet_unreadable"


def audit_of(tmp_path, table, spec=SPEC):
    (tmp_path / "t.csv").write_text(table, "utf-8")
    (tmp_path / "s.yaml").write_text(spec, "utf-8")
    return audit_aggregates(str(tmp_path / "t.csv"), str(tmp_path / "s.yaml"))


def test_a_border_of_a_comparison_goes_by_its_usual_name(tmp_path):
    assert [one.key for one in audit_of(tmp_path, TABLE).conclusions] == ["audit_verdict.larger"]


@pytest.mark.parametrize(
    ("table", "doubt"),
    [
        pytest.param(TABLE, None, id="good"),
        pytest.param(TABLE.replace("60\n", "63\n"), "not_multiples", id="not-rounded-so"),
        pytest.param(TABLE.replace("40;60", "40;700"), "more_than_all", id="more-than-everybody"),
    ],
)
def test_where_spec_and_table_do_not_go_together_it_is_told(tmp_path, table, doubt):
    keys = [one.key for one in audit_of(tmp_path, table).limits]
    assert [key for key in keys if key.startswith("audit_doubt")] == (
        [f"audit_doubt.{doubt}"] if doubt else []
    )


def test_a_group_of_which_a_count_was_left_out_is_measured_and_shown(tmp_path):
    report = audit_of(tmp_path, TABLE.replace("40;60", "40;*"))
    assert math.isnan(report.audited[0].groups[0].selected)
    assert not report.audited[0].groups[0].has_fewer_than(5)
    for language in ("nl", "en"):
        page = render_audit_html(report, language, version="1", at=datetime(2026, 1, 1, tzinfo=UTC))
        assert "abroad" in page
        tree = render_audit_json(report, language, doorlicht="1")
        assert tree["groups"][0]["selected"] is None
        jsonschema.Draft202012Validator(audit_schema()).validate(tree)
