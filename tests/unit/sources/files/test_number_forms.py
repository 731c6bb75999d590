"""How numbers are written: whole ones with a point behind them are no fractions."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import BlindSpot, Source
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("cells", "digits", "fractional"),
    [
        pytest.param(["0.0", "1.0", ""], 1.0, 0.0, id="yes-and-no-with-gaps"),
        pytest.param(["1", "0", "1"], 1.0, 0.0, id="whole"),
        pytest.param(["0.5", "1.0", "0.25", "2.0"], 0.5, 0.5, id="some-of-both"),
        pytest.param(["0,50", "1,25"], 0.0, 1.0, id="decimal-comma"),
    ],
)
def test_whole_numbers_with_a_point_are_whole(
    tmp_path: Path, cells: list[str], digits: float, fractional: float
) -> None:
    rows = "".join(f"{number};{cell}\n" for number, cell in enumerate(cells))
    (tmp_path / "a.csv").write_text("nr;black\n" + rows, "utf-8")
    vocabulary = load_vocabulary()
    source = Source("x", "files", str(tmp_path))
    connector = FilesConnector()
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    (asset,) = connector.assets(source)
    assert not isinstance(asset, BlindSpot)
    (table,) = connector.profiles(source, asset, request)
    assert not isinstance(table, BlindSpot)
    shape = table.columns[1].shape
    assert (shape.digits, shape.fractional) == (digits, fractional)
