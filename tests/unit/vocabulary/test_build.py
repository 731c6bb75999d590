"""The shipped value tables follow from their sources: the same sources give the same bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLES = ROOT / "src/doorlicht/vocabulary/tables"
REFERENCE = ROOT.parent / "shared/data/reference"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    if not REFERENCE.is_dir():
        pytest.skip("the published tables of RvIG are not beside this checkout")
    out = tmp_path_factory.mktemp("tables")
    script = ROOT / "scripts/build_vocabulary.py"
    subprocess.run(
        [sys.executable, str(script), "--reference", str(REFERENCE), "--out", str(out)], check=True
    )
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_the_script_makes_every_table_and_no_other(built: dict[str, bytes]) -> None:
    assert sorted(built) == sorted(path.name for path in TABLES.glob("*.csv"))


@pytest.mark.parametrize("name", sorted(path.name for path in TABLES.glob("*.csv")))
def test_a_table_comes_out_byte_for_byte_as_it_is_shipped(
    built: dict[str, bytes], name: str
) -> None:
    assert built[name] == (TABLES / name).read_bytes()
