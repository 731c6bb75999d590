"""Small files of names and settings become nodes with their lines; others stay data."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.lists import ListReader
from doorlicht.plugins import CodeReader
from doorlicht.records.code import Const, Dict, Do, Format, Hidden, Seq


def read(path, text):
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    (unit,) = ListReader().read(path, content)
    return unit


def plain(node):
    """The value of a node as Python has it, each name or number with its line."""
    if isinstance(node, Const):
        return (node.value, node.line)
    if isinstance(node, Format):
        return tuple(plain(part) for part in node.parts)
    if isinstance(node, Dict):
        return {key.value if key else None: plain(value) for key, value in node.pairs}
    assert isinstance(node, Seq)
    return [plain(arg.value) for arg in node.items]


def value_of(unit):
    (statement,) = unit.body
    assert isinstance(statement, Do)
    return plain(statement.value)


CASES = [
    pytest.param("a.yml", "features:\n  - age\n  - 'geb_land'\n",
                 {"features": [("age", 2), ("geb_land", 3)]}, id="yaml"),
    pytest.param("a.yaml", "a: 1\n---\nb: [x, 2.5]\n",
                 [{"a": (1, 1)}, {"b": [("x", 3), (2.5, 3)]}], id="yaml of two documents"),
    pytest.param("a.yaml", "base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\n",
                 {"base": {"x": (1, 1)}, "use": {None: {"x": (1, 1)}, "y": (2, 4)}},
                 id="yaml merged"),
    pytest.param("a.yaml", "path: !expr file.path('data')\nlist: !vec [a]\n",
                 {"path": ("file.path('data')", 1), "list": [("a", 2)]}, id="yaml tags"),
    pytest.param("a.yaml", "a: yes\nb: ~\nc: '1'\nd: 1\n",
                 {"a": (True, 1), "b": (None, 2), "c": ("1", 3), "d": (1, 4)}, id="yaml values"),
    pytest.param("a.yaml", "a: &x [*x]\n", {"a": [(None, 1)]}, id="yaml alias of itself"),
    pytest.param("a.json", '{\n "f": ["a",\n "b\\u00e9"], "n": null}',
                 {"f": [("a", 2), ("bé", 3)], "n": (None, 3)}, id="json"),
    pytest.param("a.jsonc", '{"f": [\n"a", // "b",\n],}', {"f": [("a", 2)]}, id="json commented"),
    pytest.param("a.ini", "[model]\nfeatures = a,b\nmore =\n  c\n  d\n",
                 {"model": {"features": ("a,b", 2), "more": (("\n", 3), ("c\n", 4), ("d", 5))}},
                 id="ini"),
    pytest.param("a.cfg", "x: 1 ; note\n[s]\ny=%(x)s\n", {"x": ("1", 1), "s": {"y": ("%(x)s", 3)}},
                 id="cfg"),
    pytest.param("a.conf", '{"a": "b"}', {"a": ("b", 1)}, id="conf in json"),
    pytest.param("a.properties", "! note\na.b=x\\\n  y\nc: z\n",
                 {"a.b": (("x", 2), ("y", 3)), "c": ("z", 4)}, id="properties"),
    pytest.param("a.toml", 'x.y = 1\n[m.n]\nf = [\n"a", # no\n\'b\']\n[[p]]\nq = """\nr"""\n',
                 {"x": {"y": (1, 1)}, "m": {"n": {"f": [("a", 4), ("b", 5)]}},
                  "p": [{"q": ("r", 7)}]}, id="toml"),
    pytest.param("a.csv", "name;use\n\nage;ja\nland;\n",
                 {"name": [("age", 3), ("land", 4)], "use": [("ja", 3), (None, 4)]}, id="csv"),
    pytest.param("a.csv", '"na\nme",b\nx,"1,5"\n', {"na\nme": [("x", 3)], "b": [(1.5, 3)]},
                 id="csv with a line end in a name"),
    pytest.param("a.csv", "age,1\nland,2\n", {"V1": [("age", 1), ("land", 2)],
                 "V2": [(1, 1), (2, 2)]}, id="csv without names"),
    pytest.param("a.csv", '"","a","a"\n"1","x","y"\n',
                 {"V1": [(1, 2)], "a": [("x", 2)], "a.1": [("y", 2)]}, id="csv of r"),
    pytest.param("a.tsv", "a\tb,c\nx\ty\n", {"a": [("x", 2)], "b,c": [("y", 2)]}, id="tsv"),
    pytest.param("a.txt", "age\n# no\n'geb_land',\n", [("age", 1), ("geb_land", 3)], id="txt"),
    pytest.param(".env", "export DATA='x y' \nB=c # d\n", {"DATA": ("x y", 1), "B": ("c", 2)},
                 id="env"),
    pytest.param("x/.Renviron", "A=${HOME}/b\n", {"A": ("${HOME}/b", 1)}, id="renviron"),
    pytest.param("a.dcf", "data: people.csv\nlibraries: dplyr,\n  readr\n",
                 {"data": ("people.csv", 1), "libraries": (("dplyr,\n", 2), ("readr", 3))},
                 id="dcf"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), CASES)
def test_a_list_is_read_with_its_lines(path, text, expected):
    unit = read(path, text)
    assert value_of(unit) == expected
    assert unit.hidden == ()
    assert (unit.path, unit.language) == (path, "data")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.csv", "a,b\n" + "1,2\n" * 2001, id="many rows"),
        pytest.param("a.csv", ",".join("abc") * 30, id="many columns"),
        pytest.param("a.csv", "a\n" + "x" * 300_000, id="many bytes"),
        pytest.param("a.json", '{"a": 1}\n{"a": 2}\n', id="json lines"),
        pytest.param("a.json", "[" + "1," * 60_000 + "1]", id="many numbers"),
        pytest.param("a.txt", "Dear reader,\nthis is prose.", id="prose"),
        pytest.param("a.txt", "123456782\n111222333\n", id="numbers"),
        pytest.param("a.txt", "", id="nothing"),
        pytest.param("nginx.conf", "server {\n listen 80;\n}\n", id="another kind of settings"),
    ],
)
def test_data_and_prose_are_no_list(path, text):
    unit = read(path, text)
    assert unit.body == ()
    assert unit.hidden == ()


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        pytest.param("a.yaml", "a: b\nc: [d\n", 3, id="yaml"),
        pytest.param("a.json", '{"a": [1,\n2}', 2, id="json closed wrongly"),
        pytest.param("a.json", '{"a":\n 1', 2, id="json broken off"),
        pytest.param("a.toml", "a = 1\nb = \n", 2, id="toml"),
        pytest.param("a.ini", "[a]\n<<<<\n", 2, id="ini"),
        pytest.param("a.csv", b"a\x00b", 1, id="bytes"),
        pytest.param("a.yaml", "[" * 100_000, 1, id="deep yaml"),
        pytest.param("a.json", "[" * 100_000, 1, id="deep json"),
    ],
)
def test_what_is_broken_is_told_with_its_line(path, text, line):
    assert read(path, text).hidden[0] == Hidden("list_broken", line)


def test_what_stands_before_a_break_is_kept():
    assert value_of(read("a.yaml", "a: [geb_land,\n")) == {"a": [("geb_land", 1)]}


def test_aliases_that_repeat_each_other_are_not_built():
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    unit = read("a.yaml", "\n".join(["l0: &l0 [x]", *levels]))
    assert unit.body == ()
    assert unit.hidden[0].construct == "list_broken"


def test_a_tag_makes_nothing():
    unit = read("a.yaml", "!!python/object/apply:os.system ['exit 1']")
    assert value_of(unit) == [("exit 1", 1)]


@pytest.mark.parametrize("key", ["DB_PASSWORD", "wachtwoord", "api_key", "access_token"])
def test_passwords_are_left_out(key):
    assert value_of(read(".env", f"{key}=geheim\nPATH=x")) == {key: (None, 1), "PATH": ("x", 2)}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "a: 'x # y' # geb_land weg\n", [("geb_land weg", 1)]),
        ("a.ini", "; geb_land\n[a]\n", [("geb_land", 1)]),
        ("a.toml", "# geb_land\na = 1\n", [("geb_land", 1)]),
        ("a.json", "[1 /* geb_land */]", [("geb_land", 1)]),
    ],
    ids=["yaml", "ini", "toml", "json"],
)
def test_comments_are_kept(path, text, expected):
    assert [tuple(comment) for comment in read(path, text).comments] == expected


def test_old_encodings_are_read():
    assert value_of(read("a.csv", "één;b\nx;y\n".encode("latin-1"))) == {
        "één": [("x", 2)],
        "b": [("y", 2)],
    }
    assert value_of(read("a.txt", "naam\n".encode("utf-16"))) == [("naam", 1)]


def test_the_reader_is_what_a_plugin_must_be():
    assert isinstance(ListReader(), CodeReader)
    assert set(ListReader.most_bytes) == ListReader.suffixes


PIECES = st.lists(
    st.sampled_from([*"[]{}:,=\"'\n#&*-?!|>%;\\ \t", "a", "<<", "1", '"""', "\x00", "é"]),
    max_size=60,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200) | PIECES.map(str.encode))
def test_no_content_stops_the_reader(content):
    for suffix in sorted(ListReader.suffixes):
        (unit,) = ListReader().read(f"a{suffix}", content)
        assert len(unit.body) <= 1
