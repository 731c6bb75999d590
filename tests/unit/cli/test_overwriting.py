"""Outputs are written over earlier outputs only, never over the data of a user."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from doorlicht.cli.main import main
from doorlicht.cli.output import write_bytes, write_file
from doorlicht.cli.overwriting import is_ours
from doorlicht.errors import InputError

PEOPLE = "bsn;naam;geb_land\n" + "".join(
    f"{i};Persoon {i};{('6030', '5002')[i % 2]}\n" for i in range(40)
)
CODE = """import pandas as pd
from sklearn.linear_model import LogisticRegression
d = pd.read_csv("people.csv")
LogisticRegression().fit(d[["geb_land"]], d["y"])
"""
KINDS = {
    "--json": "json", "--report": "html", "--sarif": "sarif", "--openlineage": "openlineage",
    "--graphml": "graphml",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "score.py").write_text(CODE, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


@pytest.mark.parametrize("option", ["--json", "--report"])
@pytest.mark.parametrize("target", ["people.csv", "./people.csv", "notes.txt"])
def test_a_scan_writes_over_no_data(
    option: str, target: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / target
    if not file.exists():
        file.write_text("mine\n", "utf-8")
    before = file.read_bytes()
    for lang in ("en", "nl"):
        assert run("scan", "people.csv", option, target, "-q", "--lang", lang) == 64
        assert Path(target).name in capsys.readouterr().err
    assert file.read_bytes() == before
    assert not (folder / "doorlicht.register").exists()


@pytest.mark.parametrize("option", KINDS)
def test_a_trace_writes_over_its_own_outputs_alone(option: str, folder: Path) -> None:
    mine = folder / "mine"
    mine.write_text('{"mine": 1}\n', "utf-8")
    assert run("trace", "score.py", option, "mine", "-q") == 64
    assert run("trace", "score.py", option, "score.py", "-q") == 64
    assert mine.read_text("utf-8") == '{"mine": 1}\n'
    assert (folder / "score.py").read_text("utf-8") == CODE
    assert run("trace", "score.py", option, "out", "-q") == 1
    assert run("trace", "score.py", option, "out", "-q") == 1
    assert [kind for kind in KINDS.values() if is_ours(folder / "out", kind)] == [KINDS[option]]


def test_a_scan_and_what_reads_it_write_again_over_their_own(folder: Path) -> None:
    (folder / "empty.json").touch()
    for _ in range(2):
        written = ("--json", "empty.json", "--report", "out.html", "-q")
        assert run("scan", "people.csv", *written) == 1
    assert run("report", "--json", "empty.json", "--report", "out.html") == 0
    assert run("findings", "--json", "empty.json") == 1
    assert run("findings", "--json", "people.csv") == 64
    assert run("report", "--report", "people.csv") == 64
    assert (folder / "people.csv").read_text("utf-8") == PEOPLE


def test_the_page_of_another_program_by_the_usual_name_is_kept(folder: Path) -> None:
    page = folder / "doorlicht-report.html"
    page.write_text("<!doctype html><title>mine</title>", "utf-8")
    assert run("scan", "people.csv", "-q") == 64
    assert "mine" in page.read_text("utf-8")


@pytest.mark.usefixtures("folder")
def test_the_standard_output_by_its_path_takes_an_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("scan", "people.csv", "-q", "--json", "/dev/stdout") == 1
    assert "schema_version" in capsys.readouterr().out
    assert run("scan", "people.csv", "-q", "--report", "/dev/stdout") == 1
    assert "<!doctype html>" in capsys.readouterr().out


def test_a_pipe_takes_an_output_and_stays_one(folder: Path) -> None:
    # A pipe of our own: a test that fails must not replace a device of the machine.
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    assert run("scan", "people.csv", "-q", "--json", "pipe") == 1
    reader.join(10)
    assert "schema_version" in told[0]
    assert pipe.is_fifo()


def test_what_cannot_be_written_into_a_pipe_leaves_it_in_its_place(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError) as caught:
        write_file(lambda path: path.touch(), str(pipe))
    assert caught.value.code == "output.unwritable"
    told: list[bytes] = []
    reader = threading.Thread(target=lambda: told.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_bytes(b"\x00made", str(pipe))
    reader.join(10)
    assert told == [b"\x00made"]
    assert pipe.is_fifo()
