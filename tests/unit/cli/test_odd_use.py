"""Slips of the pen, folders of one name, screens that lack letters: each is told as what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from doorlicht.cli import progress
from doorlicht.cli.main import main
from doorlicht.records import AssetStarted, SourceStarted

PEOPLE = "bsn;naam;geb_land;leeftijd\n" + "".join(
    f"{i};Persoon {i};{('6030', '5002')[i % 2]};{20 + i}\n" for i in range(40)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOORLICHT_LANG", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for name in ("a/data", "b/data"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "people.csv").write_text(PEOPLE, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def ids(folder: Path) -> set[str]:
    found = json.loads((folder / "out.json").read_text("utf-8"))["findings"]
    return {one["id"] for one in found if one["kind"] == "direct"}


@pytest.mark.long
def test_two_folders_of_one_name_share_no_finding_and_no_decision(folder: Path) -> None:
    assert run("scan", "a/data", "-q", "--json", "out.json") == 1
    first = ids(folder)
    for finding in first:
        assert run("triage", finding, "reject", "--reason", "a list for tests") == 0
    assert run("scan", "b/data", "-q", "--json", "out.json") == 1
    assert not first & ids(folder)
    assert run("scan", "a/data", "-q", "--json", "out.json") == 0
    assert ids(folder) == first


def test_a_folder_that_was_moved_keeps_its_findings(folder: Path) -> None:
    assert run("scan", "a/data", "-q", "--json", "out.json") == 1
    before = ids(folder)
    (folder / "a").rename(folder / "c")
    assert run("scan", "c/data", "-q", "--json", "out.json") == 1
    assert ids(folder) == before


def test_what_a_scan_writes_into_the_folder_that_it_scans_is_not_scanned(folder: Path) -> None:
    for _ in range(2):
        assert run("scan", ".", "-q", "--json", "out.json") == 1
        told = json.loads((folder / "out.json").read_text("utf-8"))
        assert told["looked_at"]["assets"] == 2
        assert not told["blind_spots"]


@pytest.mark.usefixtures("folder")
def test_a_concept_that_does_not_exist_is_not_told_to_be_absent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("scan", "a/data", "-q") == 1
    assert run("findings", "--concept", "nationalty") == 65
    assert "nationality" in capsys.readouterr().err
    assert run("findings", "--concept", "religion") == 0


@pytest.mark.usefixtures("folder")
def test_findings_as_json_give_the_same_exit_code_as_on_the_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("scan", "a/data", "-q") == 1
    assert run("findings", "--json", "-") == 1
    assert json.loads(capsys.readouterr().out)["findings"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "{id}"],
        *(pytest.param([one], marks=pytest.mark.long) for one in ("vocabulary", "findings")),
    ],
)
def test_a_screen_that_lacks_letters_ends_no_command(arguments: list[str], folder: Path) -> None:
    assert run("scan", "a/data", "-q", "--json", "out.json") == 1
    given = [part.format(id=min(ids(folder))) for part in arguments]
    ended = subprocess.run(
        [sys.executable, "-m", "doorlicht", *given, "--lang", "nl"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode in {0, 1}
    assert ended.stdout.isascii()


@pytest.mark.parametrize("content", ["", "[]\n", "sources: []\n", "units:\n - {id: u, name: U}\n"])
def test_an_estate_without_sources_is_not_told_to_be_clean(content: str, folder: Path) -> None:
    (folder / "estate.yaml").write_text(content, "utf-8")
    assert run("scan", "estate.yaml", "-q") == 65


@pytest.mark.parametrize(
    "options",
    [
        "{includ: '*.csv'}",
        "{include: 3}",
        "{hidden: 'false'}",
        "{header: 'no'}",
        "{encoding: nonsense}",
        "{delimiter: ';;'}",
        "{format: nonsense}",
        "{columns: []}",
        "{columns: [{name: x}]}",
        "{columns: [{name: x, start: 0, length: 2}]}",
    ],
)
def test_an_option_that_would_do_nothing_or_something_else_is_refused(
    options: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "estate.yaml").write_text(
        f"sources:\n - {{id: a, location: a/data, options: {options}}}\n", "utf-8"
    )
    assert run("scan", "estate.yaml", "-q") == 65
    assert "sources.a.options." in capsys.readouterr().err


def test_options_as_documented_are_taken(folder: Path) -> None:
    (folder / "estate.yaml").write_text(
        "sources:\n - id: a\n   location: a/data\n   options:\n"
        "     {include: ['*.csv'], exclude: x, hidden: true, format: csv, encoding: cp1252,\n"
        "      delimiter: ';', header: true}\n",
        "utf-8",
    )
    assert run("scan", "estate.yaml", "-q") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scan"], "ontbreekt"),
        (["scan", "a/data", "--sampel", "3"], "De optie --sampel bestaat niet"),
        (["scan", "a/data", "--sample", "x"], "'--sample'; wel kan: 1 ≤ een geheel getal."),
        (["scan", "a/data", "--threshold", "2"], "wel kan: 0 ≤ een getal ≤ 1."),
        (["triage", "F-X", "maybe", "--reason", "x"], "wel kan: confirm, reject."),
        (["scna"], "Het commando scna bestaat niet. Bedoelde u scan?"),
        (["qqq"], "Het commando qqq bestaat niet.\n"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_wrong_use_is_told_in_dutch_too(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, "--lang", "nl") == 64
    assert told in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_no_command_at_all_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 64
    told = capsys.readouterr().err
    assert "scan" in told
    assert told.startswith("Usage:")
    assert run("--lang", "nl") == 64
    assert "OPDRACHT ontbreekt" in capsys.readouterr().err


@pytest.mark.long
def test_of_two_sources_the_screen_says_which_and_how_much_was_rejected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b/data/broken.parquet").write_bytes(b"PAR1")
    (folder / "estate.yaml").write_text(
        "sources: [{id: one, name: The first, location: a}, {id: two, location: b}]", "utf-8"
    )
    assert run("scan", "estate.yaml", "--json", "out.json") == 3
    told = capsys.readouterr().out
    assert "people.csv  The first" in told
    assert "people.csv  two" in told
    assert "two: data/broken.parquet" in told
    assert "Rejected" not in told
    finding = min(ids(folder))
    assert run("triage", finding, "reject", "--reason", "a list for tests") == 0
    assert run("scan", "estate.yaml") == 3
    assert "Rejected by people, and not shown: 1" in " ".join(capsys.readouterr().out.split())


def test_a_log_does_not_count_files_before_they_are_listed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LINE_SECONDS", -1.0)
    with progress.Progressing("en") as progressing:
        progressing.tell(SourceStarted("files", 0, 0))
        progressing.tell(AssetStarted("files", "people.csv", 10))
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert lines == ["looking what is there", "0/1 file or table, 0 rows, now people.csv"]
