"""What an edition says does not change unseen: its data have the seal that was written down."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from doorlicht.assessment import known_frameworks, load_framework
from doorlicht.detection.weights import CURRENT
from doorlicht.vocabulary import load_vocabulary
from seal_editions import (
    PACKAGE,
    SEALS,
    broken_seals,
    data_files,
    frameworks,
    read_seals,
    seal,
)

NOW = {"vocabulary": load_vocabulary().edition, "weights": CURRENT}
WORDS = "vocabulary/words/lists.yaml"
WEIGHTS = f"detection/weights/{CURRENT}.yaml"
LAW = "motion-21@2026-11-27"
NODES = "assessment/frameworks/motion-21/2026-11-27/nodes.yaml"


def test_the_shipped_data_are_those_of_their_edition() -> None:
    wrong = broken_seals(PACKAGE, NOW)
    assert wrong == [], (
        "The data of an edition have changed. Was it released? Then date it anew (`edition` in"
        " vocabulary/tables.yaml, CURRENT in detection/weights.py, a new folder for a framework)."
        " Otherwise, or after that, run"
        " scripts/seal_editions.py."
    )


def test_every_file_of_data_is_under_the_seal() -> None:
    data = {path for path in (PACKAGE / "vocabulary").rglob("*") if path.is_file()}
    code = {path for path in data if path.suffix in {".py", ".pyc"}}
    assert data - code - {PACKAGE / SEALS} == set(data_files(PACKAGE, "vocabulary", "any"))


def test_every_edition_of_the_weights_is_sealed() -> None:
    shipped = {path.stem for path in (PACKAGE / "detection/weights").glob("*.yaml")}
    assert set(read_seals(PACKAGE)["weights"]) == shipped
    for edition in shipped:
        text = (PACKAGE / f"detection/weights/{edition}.yaml").read_text("utf-8")
        assert yaml.safe_load(text)["edition"] == edition


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the data, sealed."""
    copy = tmp_path / "doorlicht"
    for part in ("vocabulary", "detection/weights", "assessment/frameworks"):
        shutil.copytree(PACKAGE / part, copy / part, ignore=shutil.ignore_patterns("*.py*"))
    assert seal(copy, NOW) == []
    return copy


def test_every_edition_of_every_framework_is_sealed_with_all_it_says() -> None:
    editions = [
        (name, edition)
        for name, editions in known_frameworks().items()
        for edition in editions
    ]  # fmt: skip
    assert frameworks(PACKAGE) == sorted(f"{name}@{edition}" for name, edition in editions)
    for name, edition in editions:
        framework = load_framework(name, edition)
        assert (framework.name, framework.edition) == (name, edition)
        files = {path.name for path in data_files(PACKAGE, "frameworks", f"{name}@{edition}")}
        there = {one.name for one in known_frameworks()[name][edition].iterdir()}
        assert files == there - {"cases.yaml"}


def add_line(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")


@pytest.mark.parametrize(
    ("name", "subject", "edition"),
    [
        (WORDS, "vocabulary", NOW["vocabulary"]),
        (WEIGHTS, "weights", NOW["weights"]),
        (NODES, "frameworks", LAW),
    ],
    ids=["words", "weights", "framework"],
)
def test_a_change_breaks_the_seal_until_it_is_sealed_anew(
    package: Path, name: str, subject: str, edition: str
) -> None:
    add_line(package / name)
    wrong = broken_seals(package, NOW)
    assert len(wrong) == 1
    assert wrong[0].startswith(f"{subject} {edition} has other data")
    assert seal(package, NOW) == []
    assert broken_seals(package, NOW) == []


def test_a_new_file_breaks_the_seal(package: Path) -> None:
    (package / "vocabulary/words/more.yaml").write_text("{}", "utf-8")
    assert len(broken_seals(package, NOW)) == 1


def test_line_ends_of_windows_do_not(package: Path) -> None:
    path = package / WORDS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert broken_seals(package, NOW) == []


def test_what_was_released_is_not_sealed_anew(package: Path) -> None:
    assert seal(package, NOW, "0.1.0") == []
    assert broken_seals(package, NOW) == []
    add_line(package / WORDS)
    assert "was released" in broken_seals(package, NOW)[0]
    assert "0.1.0" in seal(package, NOW)[0]
    assert "was released" in broken_seals(package, NOW)[0]


def test_a_new_date_gives_a_new_edition_beside_the_released_one(package: Path) -> None:
    seal(package, NOW, "0.1.0")
    add_line(package / WORDS)
    later = NOW | {"vocabulary": "2099-01"}
    assert "is not sealed" in broken_seals(package, later)[0]
    assert seal(package, later) == []
    assert broken_seals(package, later) == []
    assert set(read_seals(package)["vocabulary"]) == {NOW["vocabulary"], "2099-01"}


def test_a_released_framework_stays_as_it_is_beside_a_newer_one(package: Path) -> None:
    seal(package, NOW, "0.1.0")
    newer = package / "assessment/frameworks/motion-21/2099-01-01"
    shutil.copytree((package / NODES).parent, newer)
    assert broken_seals(package, NOW) == ["frameworks motion-21@2099-01-01 is not sealed."]
    assert seal(package, NOW) == []
    add_line(newer / "nodes.yaml")
    assert seal(package, NOW) == []
    add_line(package / NODES)
    assert f"frameworks {LAW} was released with 0.1.0: date it anew." in seal(package, NOW)
    shutil.rmtree((package / NODES).parent)
    assert f"frameworks {LAW} is gone." in broken_seals(package, NOW)


def test_a_worked_case_more_breaks_no_seal(package: Path) -> None:
    add_line((package / NODES).with_name("cases.yaml"))
    assert broken_seals(package, NOW) == []


def test_weights_that_a_register_may_name_are_not_thrown_away(package: Path) -> None:
    later = NOW | {"weights": "2099-01"}
    (package / WEIGHTS).rename(package / "detection/weights/2099-01.yaml")
    assert f"weights {CURRENT} is gone." in broken_seals(package, later)
