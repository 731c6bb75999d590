"""What commands say of a sample and of rejected findings, and when nothing can be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from doorlicht.cli.main import main

PEOPLE = "bsn;naam;geb_land\n" + "".join(
    f"{i};Persoon {i};{('6030', '5002')[i % 2]}\n" for i in range(40)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOORLICHT_LANG", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def found(folder: Path) -> list[str]:
    told = json.loads((folder / "out.json").read_text("utf-8"))["findings"]
    return [one["id"] for one in told if one["kind"] == "direct"]


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.usefixtures("folder")
def test_a_full_disk_under_the_output_is_told_as_that() -> None:
    assert run("scan", "people.csv", "-q") == 1
    for arguments in (["findings"], ["vocabulary"], ["findings", "--json", "-"]):
        with Path("/dev/full").open("w") as full:
            ended = subprocess.run(
                [sys.executable, "-m", "doorlicht", *arguments],
                stdout=full, stderr=subprocess.PIPE, check=False, env=dict(os.environ),
            )  # fmt: skip
        assert ended.returncode == 65
        assert ended.stderr.decode().count("\n") == 1
        assert b"full" in ended.stderr


@pytest.mark.usefixtures("folder")
def test_a_reader_that_has_gone_is_no_trouble() -> None:
    assert run("scan", "people.csv", "-q") == 1
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "doorlicht", "findings"],
        stdout=write, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(write)
    assert ended.returncode in {0, 1}
    assert ended.stderr == b""


def test_findings_and_explain_say_that_a_scan_was_a_sample(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("scan", "people.csv", "-q", "--sample", "7", "--json", "out.json") == 1
    for arguments in (["findings"], ["explain", found(folder)[0]]):
        run(*arguments)
        assert "at most 7 rows" in capsys.readouterr().out
        run(*arguments, "--lang", "nl")
        assert "7 rijen" in capsys.readouterr().out


def test_rejected_findings_that_are_asked_for_do_not_count(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("scan", "people.csv", "-q", "--json", "out.json") == 1
    first = found(folder)[0]
    assert run("triage", first, "reject", "--reason", "a list for tests") == 0
    capsys.readouterr()
    assert run("findings", "--triage", "rejected") == 0
    told = capsys.readouterr().out
    assert first in told
    assert "Rejected by people: 1 column" in told
    assert "Found:" not in told


@pytest.mark.long
def test_the_hints_can_be_pasted(folder: Path) -> None:
    (folder / "score.py").write_text(
        "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
        'd = pd.read_csv("people.csv")\nLogisticRegression().fit(d[["geb_land"]], d["y"])\n'
    )
    for command, path, hints in (("scan", "people.csv", 2), ("trace", "score.py", 1)):
        given = [sys.executable, "-m", "doorlicht", command, path, "--register", "my own $x"]
        told = subprocess.run(given, capture_output=True, check=False, text=True).stdout
        lines = [line for line in told.splitlines() if " -m doorlicht " in line]
        assert len(lines) == hints
        for line in lines:
            pasted = line.partition(" ")[2].partition("? ")[0].partition("  (")[0]
            assert subprocess.run(["sh", "-c", pasted], capture_output=True).returncode == 0
