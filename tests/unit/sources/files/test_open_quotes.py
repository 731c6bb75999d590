"""A quotation mark that is opened and not closed hides no rows in silence."""

from __future__ import annotations

import pytest

from doorlicht.sources.files.open_quotes import OpenQuotes


def lines(text: str, *, escape: str = '"', block: int = 7) -> int:
    data = text.encode()
    quotes = OpenQuotes('"', ";", escape)
    for at in range(0, len(data), block):
        quotes.see(data[at : at + block])
    return quotes.lines


ROWS = "1;a;b\n" * 3_000


@pytest.mark.parametrize("block", [1, 7, 4_096])
@pytest.mark.parametrize(
    ("text", "swallowed"),
    [
        (ROWS, 0),
        (ROWS + '1;"x\n' + ROWS, 3_001),
        (ROWS + '1;"x\n' + ROWS + '1;y";b\n' + ROWS, 3_001),
        (ROWS + '1;"x\ny\nz";b\n' + ROWS, 0),
        (ROWS + '1;24" screen;b\n' + ROWS, 0),
        (ROWS + '1;"a ""b"" c";d\n' + ROWS + '1;5";d\n', 0),
        (ROWS + '1;"a;";d\n' + ROWS, 0),
        ("", 0),
    ],
)
def test_lines_of_a_value_without_end_are_counted(text: str, swallowed: int, block: int) -> None:
    assert lines(text, block=block) == swallowed


def test_a_mark_that_is_escaped_opens_and_closes_nothing() -> None:
    assert lines(ROWS + '1;\\"x;b\n' + ROWS, escape="\\", block=4_096) == 0
