"""Programs of SAS that consist of several files, and idioms of the DATA step."""

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

FIT = "proc logistic data=w; model fraude = {};\nrun;\n"
SEVERAL = {
    "table-of-an-included-file": {
        "a.sas": "%include 'prep.sas';\n" + FIT.format("gl"),
        "prep.sas": "data w; set b.p; gl = (geboorteland = '5022'); run;\n",
    },
    "macro-of-an-included-file": {
        "a.sas": "%include 'macros.sas';\n%prep(b.p)\n" + FIT.format("gl"),
        "macros.sas": "%macro prep(in); data w; set &in; gl=(geboorteland='5022'); run; %mend;\n",
    },
    "variable-of-an-included-file": {
        "a.sas": "%include 'lijst.sas';\ndata w; set b.p; run;\n" + FIT.format("&vars"),
        "lijst.sas": "%let vars = leeftijd geboorteland;\n",
    },
    "macros-that-call-macros": {
        "a.sas": "%include 'm.sas';\n%alles\n",
        "m.sas": "%macro prep(uit); data &uit; set b.p; run; %mend;\n"
        "%macro leer(d); proc logistic data=&d; model fraude = geboorteland; run; %mend;\n"
        "%macro alles; %prep(w) %leer(w) %mend;\n",
    },
}


def traced(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return trace(TraceRequest([folder], "test")).result


@pytest.mark.parametrize("name", SEVERAL)
def test_what_one_file_defines_another_uses(tmp_path, name):
    result = traced(tmp_path, SEVERAL[name])
    assert [(flow.source.column, flow.verdict) for flow in result.flows] == [
        ("geboorteland", "used")
    ]
    assert len(result.models) == 1
    assert result.lost == ()


def test_a_step_is_told_where_its_macro_is_defined(tmp_path):
    result = traced(tmp_path, SEVERAL["macros-that-call-macros"])
    assert [(place.file, place.line) for place in result.models[0].train] == [("m.sas", 2)]
    assert {one.place.file for one in result.references} == {"m.sas"}


def test_a_variable_that_two_files_set_is_that_of_the_included_one(tmp_path):
    result = traced(
        tmp_path,
        {
            "a.sas": "%include 'een.sas';\nproc logistic data=b.p; model fraude = &v; run;\n",
            "een.sas": "%let v = leeftijd;\n",
            "twee.sas": "%let v = geboorteland;\nproc print data=b.p; var &v; run;\n",
        },
    )
    assert [flow for flow in result.flows if flow.verdict == "used"] == []


def test_arrays_with_one_index_go_together(tmp_path):
    result = traced(
        tmp_path,
        {
            "a.sas": "data w; set b.p; array bron{2} geboorteland inkomen; array vlag{2} v1 v2;\n"
            "do i = 1 to 2; vlag{i} = (bron{i} > 1); end; run;\n" + FIT.format("v2")
        },
    )
    assert [(flow.feature, flow.verdict) for flow in result.flows] == [("v1", "not-used")]


def test_rows_that_a_score_selects_are_told_as_the_score_only(tmp_path):
    result = traced(
        tmp_path,
        {
            "a.sas": "data uit.score uit.rest; set b.p; risicoscore = 0;\n"
            "if geboorteland = '5022' then risicoscore = risicoscore + 5;\n"
            "if risicoscore > 4 then output uit.score; else output uit.rest; run;\n"
        },
    )
    assert [flow.verdict for flow in result.flows] == ["used"]


def test_a_chunk_of_sql_is_a_table_of_the_document(tmp_path):
    result = traced(
        tmp_path,
        {
            "a.Rmd": '```{sql, connection=con, output.var="mensen"}\n'
            "SELECT leeftijd, geboorteland AS gl, fraude FROM brp.personen\n```\n\n"
            "```{r}\nm <- glm(fraude ~ gl + leeftijd, data = mensen)\n```\n"
        },
    )
    assert [(f.source.dataset, f.source.column, f.verdict) for f in result.flows] == [
        ("brp.personen", "geboorteland", "used")
    ]
