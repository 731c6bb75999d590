"""From a register to a signed export, and from exports to the overview of all organisations."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from doorlicht.cli.main import main
from doorlicht.records import OrganisationUnit, Source, Unit
from doorlicht.register import open_register
from doorlicht.runs.dossier_files import keep_units
from doorlicht.testing import EDITIONS, SteppingClock, make_reading

MARK = "kanarie8843"


def register_at(path: Path, name: str) -> None:
    with open_register(path, clock=SteppingClock()) as register:
        scan = register.start_scan(
            by="jo", editions=EDITIONS, settings={},
            sources=[Source("hr", "files", f"/data/{MARK}", name=MARK, unit="dg")],
            units=[Unit("dg", f"DG {name}"), Unit("dg2", f"DG2 {name}")], organisation=name,
        ).id  # fmt: skip
        register.keep_asset(scan, make_reading(f"{MARK}.csv"))
        register.finish_scan(scan)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOORLICHT_PASSPHRASE", "a sentence that is long")
    for letter in "ab":
        register_at(tmp_path / f"{letter}.register", f"Ministerie {letter.upper()}")
    return tmp_path


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


def exported(letter: str) -> str:
    named = ["--register", f"{letter}.register", "--key-file", f"{letter}.pem"]
    assert command("key", "create", *named) == 0
    assert command("uses", "--register", f"{letter}.register") == 0
    assert command("export", "--for", "coordinator", "-o", f"{letter}.export", *named) == 0
    assert command("key", "--register", f"{letter}.register", "--json", f"{letter}.json") == 0
    return str(json.loads(Path(f"{letter}.json").read_text("utf-8"))["keys"][0]["public"])


def test_two_organisations_become_one_overview(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "keys.txt").write_text("\n".join(map(exported, "ab")), "utf-8")
    for letter in "ab":
        assert MARK not in (folder / f"{letter}.export").read_text("utf-8")
    (folder / "expected.txt").write_text("Ministerie A\nMinisterie C\n", "utf-8")
    capsys.readouterr()
    code = command(
        "rollup", "a.export", "b.export", "--key", "keys.txt", "--expected", "expected.txt",
        "-o", "all.html", "--json", "all.json", "--lang", "nl",
    )  # fmt: skip
    assert code == 2
    shown = capsys.readouterr().out
    assert "Van Ministerie C is niets ontvangen" in shown
    assert "DG2 Ministerie A is nooit gekeken" in shown
    tree = json.loads((folder / "all.json").read_text("utf-8"))
    assert [one["is_signed"] for one in tree["organisations"]] == [True, True]
    assert {one["kind"] for one in tree["remarks"]} == {"not_covered", "not_received"}
    page = (folder / "all.html").read_text("utf-8")
    assert "Niet volledig" in page


def test_a_unit_of_the_public_register_that_two_claim_is_told(folder: Path) -> None:
    unit = OrganisationUnit("dg", "DG Gedeeld", identifier="https://example.org/tooi/1")
    for letter in "ab":
        with open_register(folder / f"{letter}.register", clock=SteppingClock()) as register:
            keep_units(register, [unit, OrganisationUnit("dg3", f"DG3 {letter}")], by="jo")
    (folder / "keys.txt").write_text("\n".join(map(exported, "ab")), "utf-8")
    told = ["--key", "keys.txt", "--json", "all.json", "--quiet"]
    assert command("rollup", "a.export", "b.export", *told) == 2
    tree = json.loads((folder / "all.json").read_text("utf-8"))
    by_kind = {one["kind"]: one for one in tree["remarks"]}
    assert by_kind["unit_twice"]["what"] == "DG Gedeeld"
    # Of the organisation, and never scanned.
    assert "DG3 a" in {one["what"] for one in tree["remarks"] if one["kind"] == "not_covered"}


def test_a_key_that_was_revoked_signs_no_export(folder: Path) -> None:
    exported("a")
    key = json.loads((folder / "a.json").read_text("utf-8"))["keys"][0]["id"]
    named = ["--register", "a.register"]
    assert command("key", "revoke", key, "--reason", "the laptop is gone", *named) == 0
    code = command(
        "export", "--for", "coordinator", "-o", "c.export", "--key-file", "a.pem", *named
    )
    assert code == 65
    assert not (folder / "c.export").exists()


def test_an_overview_of_a_changed_export_is_refused(folder: Path) -> None:
    key = exported("a")
    content = (folder / "a.export").read_bytes()
    (folder / "a.export").write_bytes(content.replace(b"Ministerie A", b"Ministerie Z"))
    assert command("rollup", "a.export", "--key", key) == 1
    assert command("rollup", "gone.export") == 65


def test_growth_between_two_exports_is_proven_and_told_in_the_report(folder: Path) -> None:
    key = exported("a")
    named = ["--register", "a.register", "--key-file", "a.pem"]
    assert command("uses", "--register", "a.register") == 0
    with open_register(folder / "a.register", clock=SteppingClock()) as register:
        keep_units(register, [OrganisationUnit("dg3", "DG3")], by="jo")
    since = ["--since", "a.export"]
    assert command("export", "--for", "coordinator", "-o", "a2.export", *since, *named) == 0
    told = ["--key", key, "--json", "all.json", "--quiet", "-o", "all.html"]
    command("rollup", "a2.export", "a.export", *told)
    tree = json.loads((folder / "all.json").read_text("utf-8"))
    (growth,) = tree["growth"]
    assert growth["is_proven"]
    assert growth["entries_now"] > growth["entries"]
    assert "replaced" not in {one["kind"] for one in tree["remarks"]}
    assert "proven that it only grew" in (folder / "all.html").read_text("utf-8")
    exported("b")
    other = ["--register", "b.register", "--key-file", "b.pem"]
    assert command("export", "--for", "coordinator", "-o", "c.export", *since, *other) == 65


def test_a_bundle_for_an_auditor_is_refused_by_what_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported("a")
    with zipfile.ZipFile(folder / "a.bundle", "w") as packed:
        packed.writestr("index.html", "x")
    capsys.readouterr()
    assert command("rollup", "a.export", "a.bundle", "--lang", "nl") == 65
    assert "bundel voor een auditor" in " ".join(capsys.readouterr().err.split())


def test_a_unit_of_the_public_register_that_nobody_names_is_told(folder: Path) -> None:
    key = exported("a")
    (folder / "units.csv").write_text(
        "id;name;identifier\nx;DG Vergeten;https://example.org/tooi/9\n", "utf-8"
    )
    told = ["--key", key, "--units", "units.csv", "--json", "all.json", "--quiet"]
    assert command("rollup", "a.export", *told) == 2
    tree = json.loads((folder / "all.json").read_text("utf-8"))
    assert ("unit_nowhere", "DG Vergeten") in [
        (one["kind"], one["what"]) for one in tree["remarks"]
    ]


def test_nothing_scanned_is_no_export(folder: Path) -> None:
    open_register(folder / "empty.register", clock=SteppingClock()).close()
    named = ["--register", "empty.register", "--key-file", "e.pem"]
    assert command("key", "create", *named) == 0
    assert command("export", "--for", "coordinator", "-o", "e.export", *named) == 65
    assert not (folder / "e.export").exists()
