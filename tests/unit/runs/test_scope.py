import pytest

from doorlicht.runs.scope import Scope


@pytest.mark.parametrize(
    ("only", "exclude", "path", "taken"),
    [
        pytest.param((), (), "a/b.csv", True, id="everything-by-default"),
        pytest.param(("a",), (), "a/b.csv", True, id="folder"),
        pytest.param(("a/",), (), "a/b.csv", True, id="folder-with-slash"),
        pytest.param(("a",), (), "ab/c.csv", False, id="not-a-folder-that-starts-alike"),
        pytest.param(("a/b.csv",), (), "a/b.csv", True, id="file"),
        pytest.param(("dbo.aanvragen",), (), "dbo.aanvragen", True, id="table"),
        pytest.param(("dbo.aanvragen",), (), "dbo.aanvragen2", False, id="other-table"),
        pytest.param(("*.csv",), (), "a/b.csv", True, id="star-crosses-folders"),
        pytest.param(("*.csv",), (), "a/b.CSV", False, id="case-counts"),
        pytest.param(("x", "a"), (), "a/b.csv", True, id="any-of-several"),
        pytest.param((), ("a",), "a/b.csv", False, id="excluded-folder"),
        pytest.param((), ("*.csv",), "a/b.sav", True, id="other-excluded"),
        pytest.param(("a",), ("a/b.csv",), "a/b.csv", False, id="exclusion-wins"),
    ],
)
def test_patterns_say_what_is_read(only, exclude, path, taken):
    assert Scope(only, exclude).takes(path) is taken


@pytest.mark.parametrize(
    ("blind", "path", "expected"),
    [
        pytest.param((), "a/b.csv", True, id="nothing-blind"),
        pytest.param(("a",), "a/b/c.csv", False, id="under-a-folder-that-could-not-be-listed"),
        pytest.param(("a",), "ab/c.csv", True, id="beside-it"),
        pytest.param(("a/b.csv",), "a/b.csv", False, id="the-very-file"),
    ],
)
def test_what_could_not_be_seen_is_not_said_to_be_gone(blind, path, expected):
    assert Scope(blind=frozenset(blind)).expects(path) is expected


def test_what_was_not_asked_for_is_not_said_to_be_gone():
    assert not Scope(only=("a",)).expects("b.csv")
