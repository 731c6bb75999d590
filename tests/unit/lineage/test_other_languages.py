"""Files in languages that are not followed are told if they name origin, and counted if not."""

import pytest

from doorlicht.lineage.naming import Names
from doorlicht.lineage.other_languages import look
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_following import MAX_ALIKE
from doorlicht.runs.trace_request import TraceRequest
from doorlicht.vocabulary import load_vocabulary

NAMES = Names(load_vocabulary())

TOLD = {
    "julia": ("a.jl", "x = 1\ny = df.nationaliteit\nz = df.geboorteland\n", 2, 2),
    "scala": ("A.scala", 'df.select(col("landOfBirth"), col("nationality"))\n', 1, 2),
    "java": ("A.java", "/* 1\n2 */\nint s = p.getNationality() == 1 ? 1 : 0;\n", 3, 1),
    "javascript": ("a.js", "if (p.geboorteland !== 'NL') score += 1;\n", 1, 1),
    "spss": ("a.SPS", "* x.\nIF (geboorteland <> 6030) score = 2.\n", 2, 1),
    "stata": ("a.do", "gen s = 0\nreplace s = 1 if nationaliteit != 1\n", 2, 1),
}
COUNTED = {
    "nothing of it": ("a.jl", "x = df.income\n"),
    "a language": ("a.js", 'const language = "en"; const destination = 1;\n'),
    "only in a comment": ("a.java", "// nationality\n/* geboorteland */ int x;\n"),
    "only in a comment of Julia": ("a.jl", "# nationaliteit\n"),
    "only in a comment of SPSS": ("a.sps", "* nationaliteit.\nCOMPUTE x = 1.\n"),
    "a lookalike": ("a.scala", "val totaal = keras + deelname\n"),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_file_that_names_origin_is_told(case):
    path, text, line, hidden = TOLD[case]

    lost = look(path, text, NAMES)

    assert lost is not None
    assert (lost.place.line, lost.construct, lost.hidden_flows) == (
        line, "language_not_followed", hidden,
    )  # fmt: skip


@pytest.mark.parametrize("case", COUNTED)
def test_any_other_file_is_only_counted(case):
    assert look(*COUNTED[case], NAMES) is None


def test_a_trace_tells_one_blind_spot_for_a_file_and_counts_all(tmp_path):
    (tmp_path / "a.jl").write_text("a = nationaliteit\nb = geboorteland\n")
    (tmp_path / "b.js").write_text("let x = 1;\n")
    (tmp_path / "c.py").write_text("x = 1\n")

    result = trace(TraceRequest([tmp_path], "test")).result

    assert [(one.place.file, one.construct) for one in result.lost] == [
        ("a.jl", "language_not_followed")
    ]
    assert (result.files, result.others) == (1, 2)


def test_of_many_blind_spots_of_one_kind_in_a_file_the_rest_is_a_number(tmp_path):
    broken = "".join(f"def f{number}(:\n  pass\nx = 1\n" for number in range(60))
    (tmp_path / "a.py").write_text("nationaliteit = 1\n" + broken)

    lost = trace(TraceRequest([tmp_path], "test")).result.lost

    assert [one.construct for one in lost] == ["syntax_error"] * (MAX_ALIKE - 1) + ["more_of_these"]
    assert lost[-1].reason == "51 x syntax_error"
