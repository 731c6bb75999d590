"""The one form in which a record is written down, whole or in parts."""

from __future__ import annotations

import pytest

from doorlicht.evidence import Canonical, canonical_json, canonical_list, content_hash

PIECES = [{"b": 1, "a": "é\ud800"}, ["x", None, 0.1], "text", 7, True, {}]


def test_what_was_written_down_before_gives_the_form_of_the_whole() -> None:
    whole = {"z": 1, "items": [["flow", piece] for piece in PIECES], "a": "b"}
    parts = canonical_list(
        canonical_list(["flow", Canonical(canonical_json(piece))]) for piece in PIECES
    )
    assert canonical_json({"z": 1, "items": parts, "a": "b"}) == canonical_json(whole)
    assert content_hash({"z": 1, "items": parts, "a": "b"}) == content_hash(whole)


def test_an_empty_list_has_the_form_of_an_empty_list() -> None:
    assert canonical_json({"items": canonical_list([])}) == canonical_json({"items": []})


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan"), "b": Canonical("1")})
    with pytest.raises(TypeError):
        canonical_json({"a": [Canonical("1")]})
