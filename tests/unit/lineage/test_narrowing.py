"""Large code is tied along the names that carry origin, and not file by file."""

from __future__ import annotations

import pytest

from doorlicht.lineage import relevance
from doorlicht.lineage.naming import Names
from doorlicht.lineage.relevance import Code, read_words, relevant
from doorlicht.lineage.slicing import pieces_of
from doorlicht.vocabulary import load_vocabulary

NAMES = Names(load_vocabulary(()))
KNOWN = ["case_people"]
"""A table of which a scan knows that it holds origin."""


@pytest.fixture(autouse=True)
def _all_code_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relevance, "MAX_WHOLE", 0)


def kept(files: dict[str, str]) -> relevance.Relevance:
    words = [read_words(p, t, NAMES, KNOWN) for p, t in files.items()]
    return relevant(words, Code(files.__getitem__, NAMES, KNOWN))


def followed(files: dict[str, str]) -> list[str]:
    return sorted(frozenset[str]().union(*kept(files).groups))


PREPARE = {
    "lib/prepare.py": (
        "def add(df):\n    df['v'] = df['nationaliteit']\n    return df\n\n"
        "def plain(df):\n    return df\n"
    ),
}


def test_a_user_of_a_name_that_carries_origin_is_followed_and_one_of_another_name_is_not() -> None:
    files = {
        **PREPARE,
        "run.py": "from lib.prepare import add\n\nadd(1)\n",
        "other.py": "from lib.prepare import plain\n\nplain(1)\n",
    }

    assert followed(files) == ["lib/prepare.py", "run.py"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import lib.prepare as p\n\nx = p.add(1)\n", id="through-the-module"),
        pytest.param("from lib.prepare import add as plus\n\nplus(1)\n", id="another-name"),
        pytest.param("from lib.prepare import *\n\nadd(1)\n", id="star"),
        pytest.param("from lib import prepare\n\ngetattr(prepare, 'add')(1)\n", id="as-a-text"),
    ],
)
def test_however_it_takes_the_name(text: str) -> None:
    assert followed({**PREPARE, "run.py": text}) == ["lib/prepare.py", "run.py"]


def test_what_is_called_where_origin_is_carried_is_followed_and_nothing_else_it_needs() -> None:
    files = {
        **PREPARE,
        "lib/train.py": "from lib.fit import fit\n\ndef train(df):\n    return fit(df)\n",
        "lib/fit.py": "def fit(df):\n    return df\n",
        "lib/mail.py": "def mail(to):\n    return to\n",
        "run.py": (
            "from lib.prepare import add\nfrom lib.train import train\n"
            "from lib.mail import mail\n\ndef main():\n    train(add(1))\n\n"
            "def tell():\n    mail('x')\n"
        ),
    }

    assert followed(files) == ["lib/fit.py", "lib/prepare.py", "lib/train.py", "run.py"]


def test_what_a_registry_is_filled_with_comes_out_where_it_is_used() -> None:
    files = {
        "lib/registry.py": (
            "STEPS = []\n\ndef register(step):\n    STEPS.append(step)\n    return step\n"
        ),
        "lib/steps.py": (
            "from lib.registry import register\n\n"
            "@register\ndef add(df):\n    return df['nationaliteit']\n"
        ),
        "run.py": "from lib.registry import STEPS\n\nfor step in STEPS:\n    step(1)\n",
        "other.py": "from lib.registry import register\n\n@register\ndef f(x):\n    return x\n",
    }

    found = followed(files)

    assert {"run.py", "lib/registry.py", "lib/steps.py"} <= set(found)


def test_data_is_followed_to_where_its_name_is_spelled() -> None:
    files = {
        "a.py": "def f(df):\n    df['nationaliteit'].to_csv('out/people.csv')\n",
        "b.py": (
            "def g():\n    return read_csv('out/people.csv')\n\n"
            "def h():\n    return read_csv('weather.csv')\n"
        ),
        "c.py": "from b import g\n\ng()\n",
        "d.py": "from b import h\n\nh()\n",
    }

    assert followed(files) == ["a.py", "b.py", "c.py"]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("sql('select * from case_people')", id="a-table-that-a-scan-knows"),
        pytest.param("table['geboorte' + '_' + 'land']", id="a-name-that-is-put-together"),
    ],
)
def test_beside_a_name_of_origin_others_may_bring_it_in(read: str) -> None:
    files = {
        "a.py": f"LEFT_OUT = ['nationaliteit']\n\ndef load():\n    return {read}\n",
        "b.py": "from a import load\n\nload()\n",
    }

    assert followed(files) == ["a.py", "b.py"]


def test_without_a_call_only_what_carries_origin_is_followed() -> None:
    files = {
        **PREPARE,
        "lib/help.py": "def used():\n    pass\n\ndef unused():\n    pass\n",
        "run.py": (
            "from lib.prepare import add\nfrom lib.help import used\n\n"
            "class Job:\n    def go(self):\n        used(add(1))\n\ndef beside():\n    pass\n"
        ),
    }

    alone = kept(files).alone

    assert alone == {
        "lib/prepare.py": {"add"}, "run.py": {"Job"}, "lib/help.py": frozenset(),
    }  # fmt: skip


def test_statements_that_begin_at_the_left_are_pieces() -> None:
    made = pieces_of(
        "import a\n"
        "LIMIT: int = 3\n"
        "x, y = a.f(), (\n    1\n)\n"
        "@a.cache\ndef one():\n    '''text\n    '''\n    return LIMIT\n"
        "try:\n    import b\nexcept ImportError:\n    b = None\n"
        "if __name__ == '__main__':\n    one()\n"
    )

    assert [(sorted(piece.names), piece.is_open) for piece in made.pieces] == [
        (["LIMIT"], False),
        (["x", "y"], False),
        (["one"], True),
        ([], True),
        ([], False),
    ]


def test_many_small_projects_are_not_large_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relevance, "MAX_WHOLE", 2)
    files = {
        f"p{number}/{name}.py": text
        for number in range(3)
        for name, text in (
            ("a", "x = df['nationaliteit']\n\ndef plain():\n    pass\n"),
            ("b", "from a import plain\n\nplain()\n"),
        )
    }

    found = kept(files)

    assert sorted(map(len, found.groups)) == [2, 2, 2]
    assert found.alone == {}
