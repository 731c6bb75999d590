"""YAML that was found somewhere must not end the process, nor mean more than it shows."""

import pytest
import yaml

from doorlicht.shipped import parse_found_yaml, parse_yaml_once, yaml_problem


@pytest.mark.parametrize("read", [parse_yaml_once, parse_found_yaml])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
@pytest.mark.parametrize("depth", [101, 200_000])
def test_yaml_that_is_nested_too_deep_is_an_error_and_no_crash(read, opening, depth):
    with pytest.raises(yaml.YAMLError) as caught:
        read(opening * depth)
    assert yaml_problem(caught.value) == "line 1: nested too deep"


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
    for old, new in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.mark.parametrize("text", [BOMB, "a: &a 1\nb: *a", "a: &a {b: 1}\nc:\n  <<: *a"])
def test_what_a_person_writes_has_no_anchors(text):
    with pytest.raises(yaml.YAMLError, match="anchor"):
        parse_yaml_once(text)


def test_a_key_that_comes_twice_is_an_error_at_its_line():
    with pytest.raises(yaml.YAMLError) as caught:
        parse_yaml_once("a: 1\nb: 2\na: 3")
    assert yaml_problem(caught.value) == "line 3: key 'a' twice"


def test_a_problem_is_told_without_a_piece_of_the_text():
    with pytest.raises(yaml.YAMLError) as caught:
        parse_yaml_once("jansen: [1990-01-01\n  achternaam: }")
    assert "jansen" not in yaml_problem(caught.value)
    assert "achternaam" not in yaml_problem(caught.value)
