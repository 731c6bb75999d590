"""How many flows may be hidden behind what could not be followed."""

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.python import read_python
from doorlicht.vocabulary import load_vocabulary


def hidden(text):
    lost = trace_units(TraceInput([read_python("a.py", text)]), load_vocabulary()).lost
    return {one.construct: one.hidden_flows for one in lost}


def test_behind_damage_there_may_be_all_that_the_file_names():
    text = 'import pandas as pd\nd = pd.read_csv("p.csv")\nx = d["nationaliteit"], d["taal"]\n'

    assert hidden(text + "def f(:\n") == {"syntax_error": 2}


def test_what_only_a_comment_names_is_not_hidden():
    assert hidden("# nationaliteit\ndef f(:\n") == {"syntax_error": 0}


def test_behind_a_file_that_names_no_origin_nothing_is_hidden():
    assert hidden('x = d["bedrag"]\ndef f(:\n') == {"syntax_error": 0}


def test_behind_code_that_is_put_together_there_may_be_what_goes_in():
    text = (
        'import pandas as pd\nd = pd.read_csv("p.csv")\nprint(d["taal"])\n'
        'v = d["nationaliteit"]\nexec(f"{v} + {name}")\n'
    )

    assert hidden(text)["dynamic_code"] == 1
