"""Documents from a real register: made, signed off, explained, and never written over."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from doorlicht.cli.main import main
from doorlicht.cli.overwriting import is_ours

DOSSIER = """
units:
  - {id: min, name: Ministerie van Voorbeelden}
  - {id: insp, name: Inspectie, parent: min}
  - {id: dg-n, name: DG Nieuw, parent: min, status: in_formation}
scope:
  - {id: S-1, unit: insp, decision: in, reason: it selects, by: A. Vries, on: 2026-01-05}
campaign: {id: C-1, name: Doorlichting, since: 2026-01-05, steps: [scan]}
question_sets:
  - id: Q-1
    kind: written
    title: Vragen over herkomst
    asked_on: 2026-02-02
    questions:
      - {number: 1, text: Waarom is een directoraat-generaal niet onderzocht?}
"""


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scanned")
    (folder / "data").mkdir()
    (folder / "data" / "people.csv").write_text("nationality;x\n0001;1\n0337;2\n", "utf-8")
    (folder / "dossier.yaml").write_text(DOSSIER, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run("scan", "data", "--lang", "en") in (0, 1)
        assert run("campaign", "import", "dossier.yaml", "--lang", "en") == 0
    return folder


@pytest.fixture
def ministry(scanned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for each test, with a register that was filled once."""
    folder = tmp_path / "ministry"
    shutil.copytree(scanned, folder)
    monkeypatch.chdir(folder)
    return folder


def test_a_report_is_signed_off_and_each_figure_of_it_can_be_explained(
    ministry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ("document", "progress", "-o", "report.html", "--on", "2026-03-02", "--lang", "en")
    assert run(*made, "--sign-off", "--by", "A. Vries") == 0
    capsys.readouterr()
    page = (ministry / "report.html").read_text("utf-8")
    figure = page.split(": units in scope")[0].rsplit("FIG-", 1)[1]
    assert run("explain", f"FIG-{figure}", "--lang", "en") == 0
    told = capsys.readouterr().out
    for part in ("units in scope", "units_in_scope", "insp", "signed off by A. Vries", "RP-"):
        assert part in told
    assert run("log", "verify", "--lang", "en") == 0
    # The next report compares with the one that was signed.
    assert run("document", "progress", "-o", "next.html", "--on", "2026-04-02", "--lang", "en") == 0
    assert "Compared with: Progress report" in (ministry / "next.html").read_text("utf-8")


def test_what_an_auditor_remarks_stands_in_the_final_report_with_the_answer(
    ministry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ("document", "final", "-o", "final.html", "--lang", "en")
    assert run(*made) == 0
    assert "No audit from outside is recorded" in (ministry / "final.html").read_text("utf-8")
    assert run("roles", "give", "auditor", "Anna Bakker", "--reason", "law", "--lang", "en") == 0
    said = ("--text", "A source is missing.", "--by", "Anna Bakker", "--lang", "en")
    assert run("remarks", "add", "finding", *said) == 0
    capsys.readouterr()
    assert run(*made) == 0
    page = (ministry / "final.html").read_text("utf-8")
    for part in ("Anna Bakker", "A source is missing.", "not known: response"):
        assert part in page
    assert "No audit from outside is recorded" not in page


def test_a_figure_that_was_never_signed_is_counted_anew_and_told_as_not_frozen(
    ministry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ("document", "progress", "-o", "p.html", "--on", "2026-06-01", "--lang", "en")
    assert run(*made) == 0
    figure = re.findall(r"FIG-[A-Z0-9]{10}", (ministry / "p.html").read_text("utf-8"))[-1]
    capsys.readouterr()
    assert run("explain", figure, "--on", "2026-06-01", "--lang", "en") == 0
    shown = capsys.readouterr().out
    assert figure in shown
    assert "Not frozen yet" in shown
    # Of another day it is another figure.
    assert run("explain", figure, "--on", "2026-06-02", "--lang", "en") == 65
    assert "figures.not_found" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "code"),
    [("final", 65), ("progress", 65), ("letter", 65), ("answers", 65), ("decision-note", 65),
     ("plan", 0), ("persons-letter", 0)],
)  # fmt: skip
def test_a_report_before_anything_was_scanned_is_refused_and_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.yaml").write_text("units: [{id: min, name: Ministerie}]", "utf-8")
    assert run("units", "import", "units.yaml", "--by", "Jo") == 0
    assert run("document", kind, "-o", "out.html", "--lang", "nl") == code
    assert ("documents.nothing_scanned" in capsys.readouterr().err) == (code == 65)
    assert (tmp_path / "out.html").exists() == (code == 0)
    assert run("inventory", "--lang", "nl") == 65
    assert "inventory.nothing_scanned" in capsys.readouterr().err
    # With a campaign there is progress to tell of, but no final report.
    (tmp_path / "dossier.yaml").write_text(DOSSIER, "utf-8")
    assert run("campaign", "import", "dossier.yaml", "--by", "Jo") == 0
    assert run("document", kind, "-o", "later.html") == (65 if kind == "final" else 0)


def test_an_inquiry_without_sources_gives_no_final_report_and_no_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "estate.yaml").write_text("name: X\nunits: []\nsources: []\n", "utf-8")
    (tmp_path / "inquiry.yaml").write_text(
        "name: X\nestate: estate.yaml\nregister: doorlicht.register\nreports: out\n", "utf-8"
    )
    assert run("run", "inquiry.yaml", "--quiet", "--only", "scan") == 0
    assert run("document", "final", "-o", "final.html") == 65
    assert "documents.nothing_scanned" in capsys.readouterr().err
    exported = ("export", "--for", "coordinator", "-o", "x.export", "--organisation", "X")
    assert run(*exported) == 65
    assert "coordinator.no_scan" in capsys.readouterr().err


def test_every_form_is_written_and_only_ours_is_written_over(ministry: Path) -> None:
    for form in ("html", "pdf", "docx", "odt"):
        made = ("document", "answers", "-o", f"answers.{form}", "--lang", "nl")
        assert run(*made) == 0
        assert is_ours(ministry / f"answers.{form}", form)
        assert run(*made) == 0
        (ministry / f"mine.{form}").write_text("<p>my own work", "utf-8")
        assert run("document", "answers", "-o", f"mine.{form}", "--lang", "nl") == 64
        assert (ministry / f"mine.{form}").read_text("utf-8") == "<p>my own work"


def test_open_data_needs_uses_and_describes_them(
    ministry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("open-data", "-o", "open", "--base", "https://example.org/d", "--publisher",
             "https://example.org/id", "--name", "Ministerie", "--contact", "loket@example.org",
             "--lang", "en")  # fmt: skip
    assert run(*asked) == 65
    assert "open_data.no_inventory" in capsys.readouterr().err
    assert run("uses", "--lang", "en") == 0
    assert run(*asked) == 0
    assert run(*asked) == 0
    uses = json.loads((ministry / "open" / "uses.json").read_text("utf-8"))["uses"]
    assert [one["concept"] for one in uses] == ["nationality"]
    assert "0337" not in (ministry / "open" / "uses.csv").read_text("utf-8")
    assert (ministry / "open" / "catalogue.ttl").read_text("utf-8").startswith("@prefix")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param(("letter", "-o", "x.txt"), 64, "documents.no_form", id="form"),
        pytest.param(("letter", "-o", "-", "--format", "pdf"), 64, "documents.packed_to_screen",
                     id="screen"),
        pytest.param(("letter", "-o", "x.html", "--questions", "Q-9"), 65,
                     "documents.no_such_questions", id="questions"),
        pytest.param(("persons-letter", "-o", "x.html", "--sign-off"), 65,
                     "documents.nothing_to_sign", id="nothing-to-sign"),
        pytest.param(("final", "-o", "x.html", "--on", "9999-01-01", "--sign-off"), 65,
                     "documents.future_day", id="future"),
        pytest.param(("final", "-o", "x.html", "--on", "2001-01-01"), 65,
                     "documents.before_campaign", id="before"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_told(
    ministry: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    assert ministry.exists()
    assert run("document", *arguments, "--lang", "en") == code
    assert told in capsys.readouterr().err
