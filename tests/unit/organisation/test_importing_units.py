"""Units from a table of an office, and from the government's register of organisations."""

import io
from datetime import date
from pathlib import Path

import pytest

from doorlicht.errors import InputError
from doorlicht.organisation import make_history, read_export, read_units_csv, units_of

SAMPLE = (Path(__file__).parents[2] / "data/organisation_register.xml").read_bytes()
MINISTRY = "Ministerie van Waterlinie en Veren"


def export(content):
    return read_export(io.BytesIO(content), "exportOO.xml")


def test_an_export_gives_organisations_with_their_dates_and_what_they_stand_under():
    assert [(one.id, one.parent, one.status, one.since, one.until) for one in export(SAMPLE)] == [
        ("mnre9901", None, "active", date(2010, 10, 14), None),
        ("oorg99010", "mnre9901", "active", None, None),
        ("roo-900020", None, "active", None, None),
        ("roo-900002", "mnre9901", "active", date(2011, 1, 1), None),
        ("roo-900003", "roo-900002", "abolished", date(2011, 1, 1), date(2024, 6, 30)),
    ]  # fmt: skip
    named = {one.id: (one.name, one.kind) for one in export(SAMPLE)}
    assert named["roo-900002"] == ("Directoraat-generaal Veren", "Directoraat-generaal")
    assert named["oorg99010"][1] == "Agentschap, Inspectie"


def test_no_person_in_an_export_is_read():
    assert b"Verzonnen" in SAMPLE
    assert "Verzonnen" not in repr(export(SAMPLE))
    assert "post@" not in repr(export(SAMPLE))


@pytest.mark.parametrize("name", ["mnre9901", MINISTRY, MINISTRY.upper()])
def test_one_ministry_is_taken_out_with_all_under_it(name):
    ids = [one.id for one in units_of(export(SAMPLE), name)]
    assert ids == ["mnre9901", "oorg99010", "roo-900002", "roo-900003"]
    assert make_history(units_of(export(SAMPLE), name))


def test_a_newer_form_of_the_export_is_read_as_well():
    assert export(SAMPLE.replace(b"export/2.6.9", b"export/2.7.0")) == export(SAMPLE)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(SAMPLE[:1500], "xml_broken", id="cut-off"),
        pytest.param(
            SAMPLE.replace(b"<!--", b"<!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/hosts'>]><!--"),
            "xml_refused", id="an-entity",
        ),
        pytest.param(SAMPLE.replace(b"/oo/export/", b"/oo/other/"), "no_export", id="namespace"),
        pytest.param(b"<html/>", "no_export", id="a-page"),
        pytest.param(SAMPLE.replace(b"2011-01-01", b"1 jan 2011"), "no_date", id="no-date"),
        pytest.param(SAMPLE.replace(b'p:systeemId="900003"', b""), "no_identity", id="no-number"),
        pytest.param(
            b'<o:overheidsorganisaties xmlns:o="https://x.example/static/schema/oo/export/2"/>',
            "empty_export", id="nothing-in-it",
        ),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused(content, code):
    with pytest.raises(InputError) as refused:
        export(content)
    assert refused.value.code == f"organisation.{code}"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("Ministerie van Ponten", "no_such_ministry", id="unknown"),
        pytest.param("Agentschap Sluizen", "several_ministries", id="two-of-one-name"),
    ],
)
def test_a_ministry_must_be_one(name, code):
    twice = [*export(SAMPLE), *export(SAMPLE.replace(b"oorg99010", b"oorg99011"))]
    with pytest.raises(InputError) as refused:
        units_of(twice, name)
    assert refused.value.code == f"organisation.{code}"


TABLE = '''\
id;naam;van;tot_en_met;onder;status;opvolgers
m;Ministerie;;;;;
a;DG A;2020-01-01;2024-06-30;m;gesplitst;b|c
b;DG B;2024-07-01;;m;in oprichting;
c;"DG ""C""";2024-07-01;;m;actief;
'''


def table(text):
    return read_units_csv(text.encode(), "units.csv")


def test_a_table_in_dutch_or_english_gives_units():
    units = table(TABLE)
    assert [one.status for one in units] == ["active", "split", "in_formation", "active"]
    assert (units[1].successors, units[1].until, units[3].name) == (
        ("b", "c"), date(2024, 6, 30), 'DG "C"',
    )  # fmt: skip
    english = TABLE.replace("naam;van;tot_en_met;onder", "name;since;until;parent")
    english = english.replace("opvolgers", "successors").replace("gesplitst", "split")
    assert table("\ufeff" + english) == units
    assert table(english.replace(";", ",")) == units


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "no_table", id="empty"),
        pytest.param("naam\nx\n", "no_table", id="no-id"),
        pytest.param("id;naem\nx;y\n", "unknown_column", id="unknown-column"),
        pytest.param("id;naam;name\nx;y;z\n", "column_twice", id="twice-in-two-languages"),
        pytest.param("id;naam\nx\n", "row_length", id="a-cell-too-few"),
        pytest.param('id;naam\nx;"y\n', "row_length", id="a-quotation-mark-without-end"),
        pytest.param("id;naam;status\nx;y;aktief\n", "unknown_status", id="unknown-status"),
        pytest.param("id;naam;van\nx;y;1-2-2024\n", "no_date", id="another-form-of-date"),
    ],
)
def test_a_table_that_would_lose_something_is_refused(text, code):
    with pytest.raises(InputError) as refused:
        table(text)
    assert refused.value.code == f"organisation.{code}"


def test_a_table_in_another_encoding_is_refused():
    with pytest.raises(InputError) as refused:
        read_units_csv("id;naam\nx;Coördinatie\n".encode("latin-1"), "units.csv")
    assert refused.value.code == "organisation.unreadable"
