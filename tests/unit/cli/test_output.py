"""Files that commands write."""

from __future__ import annotations

import json

import pytest

from doorlicht.cli.output import json_text

TREES = {
    "nothing": {},
    "empty parts": {"a": [], "b": {}, "c": ""},
    "numbers": [0, -1, 1 << 60, 0.5, 0.951, True, None],
    "signs": {'\x00\x1f\x7f\u2028"\\/\b\f\n\r\t': "é€🙂<>&'"},
    "deep": {"a": [{"b": [[{"c": 1}]]}]},
    "half a letter": {"name": "a\ud800b"},
}


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_json_is_written_as_python_writes_it(tree: object) -> None:
    assert json_text(tree) == json.dumps(tree, ensure_ascii=False, indent=1) + "\n"
    assert json_text(tree, is_ascii=True) == json.dumps(tree, indent=1) + "\n"
