"""Pictures of an audit as files, and the page and explanations in Dutch."""

import json
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from importlib import resources

import pytest

from doorlicht.cli.main import main
from doorlicht.language import known_keys
from doorlicht.records import Audited, AuditReport, Flip, Group, Measure, ModelUse, OriginFeature
from doorlicht.records.models import ModelArtefact, ModelFeature, ModelTerm
from doorlicht.reports.audit_pictures import pictures_of
from doorlicht.reports.audit_words import show_certain
from doorlicht.reports.picture_files import render_png, render_svg
from doorlicht.runs.audit import AuditRequest, settings_of

SVG = "{http://www.w3.org/2000/svg}"


def run(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(one) for one in arguments])
    return int(stop.value.code or 0)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOORLICHT_LANG", "nl")
    rows = ["Noors,1,"] * 3 + ["Noors,0,"] * 300  # too few were selected to be shown
    rows += ["Deens,1,1"] * 60 + ["Deens,1,0"] * 140 + ["Deens,0,"] * 1_000 + [",0,"] * 7
    rows += ["Zweeds,1,1"] * 20 + ["Zweeds,1,0"] * 30 + ["Zweeds,0,"] * 850
    text = "nationaliteit,gecontroleerd,fraude\n" + "\n".join(rows) + "\n"
    (tmp_path / "besluiten.csv").write_text(text, "utf-8")
    return tmp_path


ASKED = ("besluiten.csv", "--group", "nationaliteit", "--selected", "gecontroleerd")


def texts_of(png):
    """Return the texts that a PNG carries, checking every part of it."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(png):
        length = struct.unpack(">I", png[at : at + 4])[0]
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        if kind == b"iTXt":
            name, text = data.split(b"\0\0\0\0\0", 1)
            found[name.decode()] = text.decode("utf-8")
        at += 12 + length
    return found


def test_each_picture_is_an_svg_and_a_png_with_title_and_description(folder):
    assert run("audit", *ASKED, "--outcome", "fraude", "--plots", "plaatjes") == 1
    names = sorted(path.name for path in (folder / "plaatjes").iterdir())
    assert [name for name in names if name.startswith("selection")] == [
        "selection-rate-nationaliteit.png", "selection-rate-nationaliteit.svg",
        "selection-ratio-nationaliteit.png", "selection-ratio-nationaliteit.svg",
    ]  # fmt: skip
    assert {name.split("-")[0] for name in names} == {"selection", "precision", "fpr", "fnr"}
    svg = ET.parse(folder / "plaatjes/selection-rate-nationaliteit.svg").getroot()  # noqa: S314
    title, described = svg.find(f"{SVG}title").text, svg.find(f"{SVG}desc").text
    assert title == "Selectiegraad naar nationaliteit"
    assert svg.get("aria-labelledby") == "title description"
    # What is told is what is drawn: numbers in Dutch, and no group of which few were selected.
    assert "Deens: 16,7% (14,7% \N{EN DASH} 18,9%)" in described
    drawn = [one.text for one in svg.iter(f"{SVG}text")]
    assert "16,7% (14,7% \N{EN DASH} 18,9%)" in drawn
    assert "Noors" not in " ".join(drawn) + described
    png = (folder / "plaatjes/selection-rate-nationaliteit.png").read_bytes()
    assert texts_of(png)["Title"] == title
    assert texts_of(png)["Description"] == described


def test_pictures_are_written_over_their_own_and_over_nothing_else(folder, capsys):
    for _ in range(2):
        assert run("audit", *ASKED, "--plots", "plaatjes") == 1
    own = folder / "plaatjes/selection-ratio-nationaliteit.png"
    own.write_bytes(b"\x89PNG\r\n\x1a\nof a holiday")
    assert run("audit", *ASKED, "--plots", "plaatjes") == 64
    assert own.read_bytes().endswith(b"holiday")
    assert "PNG" in capsys.readouterr().err


def test_where_no_dot_stands_the_line_is_what_is_possible(folder):
    assert run("audit", *ASKED, "--outcome", "fraude", "--plots", "plaatjes") == 1
    svg = (folder / "plaatjes/fpr-nationaliteit.svg").read_text("utf-8")
    assert "<circle" not in svg
    assert "alles wat mogelijk is" in svg


def model_use(features, origin=(), flips=()):
    made = ModelArtefact("model.json", "xgboost", "classifier", features=features,
                         importance_by="gain")  # fmt: skip
    return AuditReport("model", "model.json", {}, 100, (), model=ModelUse(made, origin, flips))


def test_a_model_is_drawn_with_every_feature_about_origin():
    features = tuple(ModelFeature(f"f{at}", importance=0.03) for at in range(30))
    features = (*features, ModelFeature("nat", importance=0.0001), ModelFeature("unused"))
    report = model_use(features, (OriginFeature("nat", "nationality", "direct", 0.0001),))
    (picture,) = pictures_of(report, "nl")
    assert picture.rows[-1].name == "nat"
    assert picture.rows[-1].text == "0,0% (nationaliteit)"
    assert [row.is_marked for row in picture.rows].count(True) == 1
    assert picture.left_out == 6
    svg = render_svg(picture, "nl", version="1", audit="AU-X")
    assert "6 rijen zijn niet getekend" in svg
    assert texts_of(render_png(svg, picture, version="1"))["Title"] == picture.title


def test_coefficients_are_drawn_to_both_sides_where_there_is_no_importance():
    features = (ModelFeature("a", coefficient=-2.0), ModelFeature("b", coefficient=1.0))
    (picture,) = pictures_of(model_use(features), "en")
    a, b = picture.rows
    assert a.high == b.low == picture.base
    assert a.high - a.low == pytest.approx(2 * (b.high - b.low), abs=0.2)


def test_of_few_who_change_sides_no_length_is_drawn():
    flips = (Flip("nat", "1", 90, 3, 40, 0.1, 0.2), Flip("nat", "2", 90, 0, 0, 0.0, 0.0))
    (picture,) = pictures_of(model_use((), flips=flips), "en")
    assert picture.rows[0].high == picture.base > picture.rows[0].low
    assert picture.rows[0].text == "< 5 more, 40 fewer (90)"


def test_of_prepared_columns_each_category_about_origin_is_drawn_and_no_other():
    terms = (
        ModelTerm("nat=NL", ("nat",), -2.0), ModelTerm("nat=TR", ("nat",), 0.5),
        ModelTerm("street=Kerkstraat", ("street",), -0.3),
        ModelTerm("street=Dorpsweg", ("street",), 0.2), ModelTerm("age", ("age",), 0.1),
    )  # fmt: skip
    features = tuple(ModelFeature(name) for name in ("nat", "street", "age"))
    origin = (OriginFeature("nat", "nationality", "direct", terms=terms[:2]),)
    made = ModelArtefact("m", "pickle", "classifier", features=features, terms=terms)
    (picture,) = pictures_of(
        AuditReport("model", "m", {}, None, (), model=ModelUse(made, origin)), "en"
    )
    assert [(row.name, row.is_marked) for row in picture.rows] == [
        ("nat=NL", True), ("nat=TR", True), ("street", False), ("age", False),
    ]  # fmt: skip
    assert picture.rows[2].text.startswith("-0.3 ")
    assert picture.rows[2].low < picture.base < picture.rows[2].high
    assert "Kerkstraat" not in picture.description


def test_what_is_drawn_on_the_page_is_not_steered_by_the_style_of_other_reports():
    templates = resources.files("doorlicht.reports") / "templates"
    drawn = (templates / "drawing.jinja").read_text("utf-8")
    scan = (templates / "scan.css").read_text("utf-8")
    for name in {name for one in re.findall(r'class="([^"]+)"', drawn) for name in one.split()}:
        word = name.strip("{}'")
        assert f".{word}{{" not in scan, word
        assert not re.search(rf"\.{re.escape(word)}[ ,]", scan), word


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        pytest.param(0.5, 0.4, 0.6, ("50.0%", "40.0% to 60.0%"), id="usual"),
        pytest.param(0.0371, 0.03702, 0.03718, ("3.71%", "3.70% to 3.72%"), id="narrow"),
        pytest.param(0.5, 0.5, 0.5, ("50.0%", "50.0% to 50.0%"), id="the-same"),
        pytest.param(None, 0.0, 1e-9, ("?", "0.0000% to 0.0000%"), id="narrower-than-anything"),
    ],
)
def test_as_many_decimals_are_shown_as_tell_the_ends_apart(value, low, high, shown):
    one = Measure("fpr", "a", None, value, low, high, 1.0, "bounds")
    told = tuple(text.replace("\N{EN DASH}", "to") for text in show_certain(one, "en"))
    assert told == shown


NAMES = ("<b>&\"'", "a\x00b\x1b[31m", "\ud800", "\ufffe", "ثعلب", "x" * 500, "")


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_give_whole_pictures(name):
    rate = Measure("selection_rate", name, None, 0.5, 0.4, 0.6, 0.95, "wilson")
    ratio = Measure("selection_ratio", name, "b", None, 0.0, float("inf"), 0.95, "wilson")
    each = Audited(name, (Group(name, 100, 50),), (rate, ratio))
    report = AuditReport("decisions", "x", {}, 100, (each, each))
    made = pictures_of(report, "en")
    assert len({picture.name for picture in made}) == 4
    for picture in made:
        assert re.fullmatch(r"[a-z0-9-]+", picture.name)
        svg = render_svg(picture, "en", version="1", audit="AU-X")
        ET.fromstring(svg)  # noqa: S314
        assert texts_of(render_png(svg, picture, version="1"))
    assert not any(row.value for row in made[1].rows)
    assert made[1].rows[0].opens_left
    assert made[1].rows[0].opens_right


# ── in Dutch ────────────────────────────────────────────────────────────────────────────────


def test_the_page_and_the_screen_are_dutch_to_the_numbers(folder, capsys):
    assert run("audit", folder / "besluiten.csv", *ASKED[1:], "--outcome", "fraude") == 1
    screen = capsys.readouterr().out
    page = (folder / "doorlicht-audit.html").read_text("utf-8")
    assert "16,7%" in screen
    assert "1.200" in screen
    assert "<title>Audit van besluiten.csv</title>" in page
    assert str(folder) not in page
    for english in ("16.7", "miettinen-nurminen", "explained_by", "wilson<", "bounds", "selection"):
        assert english not in page
    for dutch in ("score-interval van Miettinen-Nurminen", "alles wat mogelijk is", "95 %"):
        assert dutch in page


def test_an_audit_that_is_kept_is_explained_in_either_language(folder, capsys):
    assert run("audit", *ASKED, "--outcome", "fraude", "--json", "audit.json") == 1
    made = json.loads((folder / "audit.json").read_text("utf-8"))
    noted = next(one for one in made["measures"] if one["measure"] == "fpr" and one["note"])
    assert "Alles binnen deze grenzen kan" in noted["note"]
    capsys.readouterr()
    assert run("explain", noted["id"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Alles binnen deze grenzen kan" in told
    assert "methode: alles wat mogelijk is" in told
    assert run("--lang", "en", "explain", noted["id"]) == 0
    assert "The range is all that is" in " ".join(capsys.readouterr().out.split())
    assert run("explain", made["id"]) == 0
    assert "keer zo vaak geselecteerd" in capsys.readouterr().out


def test_sentences_hide_how_few_people_they_are_about(folder, capsys):
    with (folder / "besluiten.csv").open("a", encoding="utf-8") as file:
        file.write("Deens,,\n" * 3)
    run("audit", *ASKED)
    page = (folder / "doorlicht-audit.html").read_text("utf-8")
    for told in (" ".join(capsys.readouterr().out.split()), page.replace("&lt;", "<")):
        assert "Van < 5 mensen is niet bekend of zij zijn geselecteerd" in told


def test_every_setting_and_method_has_a_name():
    keys = known_keys("nl")
    for name in settings_of(AuditRequest("", "x")):
        assert f"audit.setting.{name}" in keys
