"""Tables of people: marks, groups, what is missing, and what is refused."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doorlicht.errors import InputError, SourceError
from doorlicht.sources.people import Counting, open_people

TABLE = """\
nat,picked,score,out,w,id
NL,ja,0.9,1,2,a
NL,nee,0.2,,1,b
TR,Ja,0.8,0,1,c
,1,0.7,1,1,c
NL,,0.1,0,1,d
TR,no,,1,1,e
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(TABLE, "utf-8")
    return str(path)


def counted(path, **given):
    with open_people(path) as people:
        marks = {
            name: people.mark(given[name]) for name in ("selected", "outcome", "sampled")
            if name in given
        }  # fmt: skip
        counting = Counting(tuple(given.get("groups", ("nat",))), **marks, weights=given.get("w"))
        return people.count(counting)


def test_words_of_yes_and_no_are_read_and_what_is_missing_stays_so(table):
    cells = counted(table, selected="picked", outcome="out")
    found = {(cell.group[0], cell.selected, cell.outcome): cell.n for cell in cells}
    assert found == {
        ("NL", True, True): 1, ("NL", False, None): 1, ("TR", True, False): 1,
        (None, True, True): 1, ("NL", None, False): 1, ("TR", False, True): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("test", "selected"),
    [
        ("score >= 0.8", 2),
        ("score>0.8", 1),
        ("picked = ja|1", 2),
        ("picked != nee", 4),
        ("SCORE < 0.8", 3),
    ],
)
def test_tests_on_values_and_numbers(table, test, selected):
    assert sum(cell.n for cell in counted(table, selected=test) if cell.selected) == selected


def test_weights_are_summed_with_their_squares(table):
    cells = counted(table, selected="picked", w="w")
    cell = next(cell for cell in cells if cell.group == ("NL",) and cell.selected)
    assert (cell.n, cell.weight, cell.weight_squared) == (1, 2.0, 4.0)


def test_a_column_that_names_people_is_refused(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("id,y\n" + "".join(f"p{at},{at % 2}\n" for at in range(200)), "utf-8")
    with pytest.raises(InputError) as told:
        counted(str(path), groups=("id",), selected="y")
    assert told.value.code == "audit.names_people"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"selected": "nothing"}, "audit.no_column"),
        ({"selected": "nat"}, "audit.unclear_mark"),
        ({"selected": "score > high"}, "audit.no_number"),
        ({"selected": "picked", "groups": ("nothere",)}, "audit.no_column"),
    ],
)
def test_what_cannot_be_used_is_told(table, given, code):
    with pytest.raises(InputError) as told:
        counted(table, **given)
    assert told.value.code == code


def test_files_that_hold_no_table(tmp_path):
    (tmp_path / "empty.csv").write_text("", "utf-8")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + b"\x00" * 40)
    for name, code in (("empty.csv", "audit.no_table"), ("none.csv", "audit.missing")):
        with pytest.raises(InputError) as told, open_people(str(tmp_path / name)):
            pass
        assert told.value.code == code
    with pytest.raises(SourceError) as told, open_people(str(tmp_path / "cut.parquet")):
        pass
    assert told.value.code == "audit.unreadable"


def test_rows_of_a_person_who_was_met_before_are_counted(table):
    with open_people(table) as people:
        assert people.repeated("id") == 1


def test_columns_are_read_as_numbers_or_as_texts(table):
    with open_people(table) as people:
        read = people.read(["score", "nat"])
    assert read["score"].dtype == float
    assert read["nat"].tolist() == ["NL", "NL", "TR", None, "NL", "TR"]


def test_whole_numbers_in_a_column_of_fractions_are_whole_numbers(tmp_path):
    # What pandas makes of whole numbers with gaps.
    path = tmp_path / "people.parquet"
    made = {"nat": pa.array([1.0, 1.0, 2.5, None]), "picked": pa.array([1.0, 0.0, 1.0, None])}
    pq.write_table(pa.table(made), path)
    with open_people(str(path)) as people:
        assert people.texts("nat") == ["1", "1", "2.5", None]
        assert people.truths(people.mark("picked = 1"))[:3].tolist() == [1, 0, 1]
    assert {cell.group[0] for cell in counted(str(path), selected="picked")} == {"1", "2.5", None}


def test_codes_that_one_missing_value_made_fractions_of_are_codes(tmp_path):
    path = str(tmp_path / "people.parquet")
    pq.write_table(
        pa.table({"code": [5041.0, None, 6030.0, 0.5], "picked": [1.0, 0, 1, None]}), path
    )
    cells = counted(path, groups=("code",), selected="picked")
    assert {cell.group[0] for cell in cells} == {"5041", None, "6030", "0.5"}
    for mark in ("code = 5041", "code = 5041.0", "code = '5041.0'|7"):
        found = counted(path, groups=("picked",), selected=mark)
        assert sum(cell.n for cell in found if cell.selected) == 1


def test_a_table_with_columns_and_no_rows_has_nobody_in_it(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("nat,picked\n", "utf-8")
    assert counted(str(path), groups=("nat",), selected="picked") == ()
