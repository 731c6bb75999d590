"""The commands as a user and a script meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doorlicht.cli.main import main

PEOPLE = "bsn;naam;geb_land;leeftijd\n" + "".join(
    f"{i};Persoon {i};{('6030', '5002')[i % 2]};{20 + i}\n" for i in range(40)
)
THINGS = "artikel;prijs\nstoel;3\ntafel;4\nkast;5\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOORLICHT_LANG", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text(PEOPLE, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def test_findings_give_exit_code_one_and_lead_to_an_explanation(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("scan", "data", "--json", "out.json", "--quiet") == 1
    found = json.loads((folder / "out.json").read_text("utf-8"))
    (finding,) = [f for f in found["findings"] if f["column"] == "geb_land"]
    assert finding["concept"] == "country_of_birth"
    assert finding["asset"] == "people.csv"
    assert found["looked_at"]["rows"] == 40
    capsys.readouterr()
    assert run("explain", finding["id"].lower()) == 0
    told = capsys.readouterr().out
    assert "country of birth" in told
    assert "values_" in told


def test_nothing_found_gives_zero_and_says_how_much_was_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "data" / "people.csv").write_text(THINGS, "utf-8")
    assert run("scan", "data") == 0
    told = capsys.readouterr().out
    assert "No column was found" in told
    assert "3 rows" in told


@pytest.mark.parametrize("columns", ["60", "200"], ids=["narrow", "wide"])
def test_a_screen_of_any_width_says_what_to_do_about_a_blind_spot(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    (folder / "data" / "broken.parquet").write_bytes(b"PAR1 and then nothing")
    assert run("scan", "data") == 3
    told = " ".join(capsys.readouterr().out.split())
    assert "damaged" in told
    assert "Ask for the file again" in told


def test_what_could_not_be_read_adds_two(folder: Path) -> None:
    (folder / "data" / "kapot.parquet").write_bytes(b"PAR1" + b"x" * 50)
    assert run("scan", "data", "--quiet") == 3
    (folder / "data" / "people.csv").write_text(THINGS, "utf-8")
    assert run("scan", "data", "--quiet") == 2


def test_json_on_the_standard_output_stands_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (folder / "data").is_dir()
    assert run("scan", "data", "--json", "-") == 1
    assert json.loads(capsys.readouterr().out)["schema_version"] == "1.0"


def test_a_decision_survives_a_new_scan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("scan", "data", "--json", "a.json", "--quiet")
    (folder / "data" / "people.csv").write_text(PEOPLE + "99;Bo;6030;50\n", "utf-8")
    found = json.loads((folder / "a.json").read_text("utf-8"))["findings"]
    (number,) = [f["id"] for f in found if f["column"] == "geb_land"]
    assert run("triage", number, "reject", "--reason", "fictional", "--by", "An") == 0
    assert run("scan", "data", "--json", "b.json", "--quiet") == 0
    after = json.loads((folder / "b.json").read_text("utf-8"))["findings"]
    (same,) = [f for f in after if f["id"] == number]
    assert same["triage"] == "rejected"
    capsys.readouterr()
    run("explain", number)
    assert "Rejected by An" in capsys.readouterr().out


def test_a_report_made_later_still_has_the_name_of_the_organisation(folder: Path) -> None:
    estate = "name: Ministerie van Proeven\nsources: [{id: d, location: data}]\n"
    (folder / "estate.yaml").write_text(estate, "utf-8")
    run("scan", "estate.yaml", "--quiet")
    (folder / "estate.yaml").unlink()
    run("report", "--report", "later.html", "--json", "later.json")
    assert "Ministerie van Proeven" in (folder / "later.html").read_text("utf-8")
    told = json.loads((folder / "later.json").read_text("utf-8"))
    assert told["scan"]["organisation"] == "Ministerie van Proeven"


def test_a_sample_says_so_everywhere(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("scan", "data", "--sample", "10", "--json", "s.json") == 1
    assert "SAMPLE" in capsys.readouterr().out
    told = json.loads((folder / "s.json").read_text("utf-8"))
    assert told["scan"]["sample_rows"] == 10
    assert told["looked_at"]["rows"] == 10
    assert "This is a sample" in (folder / "doorlicht-report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["scan", "nergens"], 65, "There is nothing to scan at nergens"),
        (["scan"], 64, "Wrong use"),
        (["scan", "data", "--threshold", "7"], 64, "Wrong use"),
        (["explain", "F-AAAAAAAA"], 65, "There is no register"),
        (["triage", "F-A", "confirm"], 64, "--reason"),
        (["vocabulary", "nergens.yaml"], 65, "Cannot read the vocabulary file"),
        (["scan", "postgresql://u:geheim@h/db"], 65, "holds a password"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_wrong_use_tells_what_to_do(
    arguments: list[str], code: int, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    assert run(*arguments) == code
    told = capsys.readouterr().err
    assert words in told
    assert "geheim" not in told


def test_an_unknown_setting_names_the_nearest_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "doorlicht.toml").write_text("treshold = 0.7\n", "utf-8")
    assert run("scan", "data") == 65
    assert "threshold" in capsys.readouterr().err


def test_settings_come_from_the_file_then_the_environment_then_the_flags(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "doorlicht.toml").write_text('register = "uit_bestand"\n', "utf-8")
    run("scan", "data", "--quiet")
    monkeypatch.setenv("DOORLICHT_REGISTER", "uit_omgeving")
    run("scan", "data", "--quiet")
    run("scan", "data", "--quiet", "--register", "uit_vlag")
    assert all((folder / name).exists() for name in ("uit_bestand", "uit_omgeving", "uit_vlag"))


def test_everything_on_the_screen_is_dutch_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "data" / "leeg.csv").write_bytes(b"")
    run("scan", "data", "--lang", "nl")
    told = capsys.readouterr().out
    assert "Kon niet worden bekeken" in told
    assert "geboorteland" in told
    assert run("scan", "nergens", "--lang", "nl") == 65
    assert "Fout" in capsys.readouterr().err
    assert run("--lang", "nl", "--help") == 0
    told = capsys.readouterr().out
    assert "Gebruik:" in told
    assert "Options" not in told


def test_the_report_can_be_made_again_without_the_source(folder: Path) -> None:
    run("scan", "data", "--quiet")
    (folder / "data" / "people.csv").unlink()
    (folder / "doorlicht-report.html").unlink()
    assert run("report", "--json", "weer.json") == 0
    assert (folder / "doorlicht-report.html").exists()
    assert json.loads((folder / "weer.json").read_text("utf-8"))["findings"]


def test_an_estate_tells_which_unit_has_no_source(folder: Path) -> None:
    (folder / "estate.yaml").write_text(
        "name: Proef\nunits:\n- {id: a, name: Afdeling A}\n"
        "- {id: b, name: In Oprichting B, status: being_founded}\n"
        "sources:\n- {id: s, unit: a, location: data}\n",
        "utf-8",
    )
    assert run("scan", "estate.yaml", "--json", "e.json", "--quiet") == 3
    told = json.loads((folder / "e.json").read_text("utf-8"))
    assert [spot["code"] for spot in told["blind_spots"]] == ["unit.without_source"]
    assert "In Oprichting B" in (folder / "doorlicht-report.html").read_text("utf-8")
