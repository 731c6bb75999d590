"""The one form in which a small structure is stored, and in which entries of form 1 are hashed."""

from __future__ import annotations

import pytest

from doorlicht.evidence import canonical_json, content_hash


def test_the_form_does_not_depend_on_the_order_of_keys_and_is_ascii() -> None:
    content = {"b": [1, {"d": "é\ud800", "c": None}], "a": 0.1}
    turned = {"a": 0.1, "b": [1, {"c": None, "d": "é\ud800"}]}
    assert canonical_json(turned) == canonical_json(content)
    assert content_hash(turned) == content_hash(content)
    assert canonical_json(content).isascii()


@pytest.mark.parametrize("content", [{"a": float("nan")}, [float("inf")]])
def test_a_number_that_has_no_form_in_json_is_refused(content: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(content)


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_json({"a": {1, 2}})
