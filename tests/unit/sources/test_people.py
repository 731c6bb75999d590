"""Tables of people: marks, groups, what is missing, and what is refused."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doorlicht.errors import InputError, SourceError
from doorlicht.sources.people import open_people
from doorlicht.sources.people_marks import Counting

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


def test_rows_of_a_person_who_was_met_before_or_of_nobody_known_are_counted(table):
    with open_people(table) as people:
        assert people.repeated("id") == (1, 0)
        assert people.repeated("nat") == (3, 1)


@pytest.mark.parametrize(
    ("weight", "cause"),
    [
        ("", "missing"),
        ("nan", "missing"),
        ("many", "words"),
        ("-1", "negative"),
        ("inf", "endless"),
    ],
)
def test_weights_that_are_none_are_refused_by_their_cause(tmp_path, weight, cause):
    path = str(tmp_path / "people.csv")
    (tmp_path / "people.csv").write_text(f"nat,picked,w\nNL,1,1\nNL,0,{weight}\n", "utf-8")
    with pytest.raises(InputError) as told:
        counted(path, selected="picked", w="w")
    assert told.value.code == f"audit.weights_{cause}"
    with open_people(path) as people, pytest.raises(InputError) as told:
        people.weights("w")
    assert told.value.code == f"audit.weights_{cause}"


def test_of_columns_with_the_same_name_none_is_taken(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("nat,picked,picked\nNL,1,0\nTR,0,1\n", "utf-8")
    with open_people(str(path)) as people:
        for mark in ("picked", "picked = 1"):
            with pytest.raises(InputError) as told:
                people.mark(mark)
            assert told.value.code == "audit.same_name"
        # All of them are there to be searched, each by a name of its own.
        assert people.columns == ("nat", "picked", "picked.1")
        assert set(people.read(people.columns)) == set(people.columns)


@pytest.fixture
def workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheets = {
        "About": [["What this is"], ["Made by us"]],
        "2023": [["nat", "picked"], ["NL", 1], ["TR", 0]],
        "2024": [
            ["Decisions"],
            [None],
            ["Source: us", None, "draft"],
            ["nat", "got"],
            ["NL", 1],
            ["TR", 0],
        ],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "book.xlsx")
    return str(tmp_path / "book.xlsx")


def test_a_column_on_another_sheet_is_told_with_that_sheet(workbook):
    with open_people(workbook) as people:
        with pytest.raises(InputError) as told:
            people.mark("picked")
        assert told.value.code == "audit.other_sheet"
        assert told.value.details["whole"] == f"{workbook}#2023"
        assert (people.sheet, people.other_sheets) == ("About", ("2023", "2024"))
    with open_people(f"{workbook}#2023") as people:
        assert (people.sheet, people.mark("picked").column) == ("", "picked")


def test_a_header_that_is_alone_is_a_table_with_nobody_in_it(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("nat,picked,out\n", "utf-8")
    with pytest.raises(InputError) as told, open_people(str(path)) as people:
        people.mark("picked")
    assert told.value.code == "audit.nobody"


def test_a_header_under_a_title_is_told_with_its_row(workbook):
    with open_people(f"{workbook}#2024") as people:
        with pytest.raises(InputError) as told:
            people.mark("got")
        assert told.value.code == "audit.header_below"
        # A value that a name is asked for is no header, and a number neither.
        for name in ("1", "TR"):
            with pytest.raises(InputError) as told:
                people.column(name)
            assert told.value.code == "audit.no_column"


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


def test_rows_that_do_not_fit_are_counted_apart(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("g,s\n" + "a,1\nb,0\n" * 10 + "a,0,surplus\n" * 3, "utf-8")
    with open_people(str(path)) as people:
        cells = people.count(Counting(("g",), people.mark("s")))
        assert sum(one.n for one in cells) == 20
        assert people.left_out == 3
        assert len(people.texts("g")) == 20
        assert people.left_out == 3


COMMAS = "nat;score;w\n" + "NL;0,9;1,5\nNL;0,250;2\nTR;0,8;0,5\nTR;1;1\nTR;;1\n"


@pytest.mark.parametrize("test", ["score >= 0.8", "score >= 0,8", "score > 0,79"])
def test_numbers_with_a_comma_before_their_decimals(tmp_path, test):
    path = tmp_path / "commas.csv"
    path.write_text(COMMAS, "utf-8")
    cells = counted(str(path), selected=test, w="w")
    found = {(cell.group[0], cell.selected): cell.weight for cell in cells}
    assert found == {
        ("NL", True): 1.5, ("NL", False): 2.0, ("TR", True): 1.5, ("TR", None): 1.0,
    }  # fmt: skip
    with open_people(str(path)) as people:
        read = people.read(["score"])["score"]
    assert read[:4].tolist() == [0.9, 0.25, 0.8, 1.0]


def test_a_comma_that_can_stand_between_thousands_is_not_guessed(tmp_path):
    path = tmp_path / "thousands.csv"
    path.write_text("nat;score\n" + "NL;1,240\nTR;15\n" * 5, "utf-8")
    cells = counted(str(path), selected="score >= 10")
    assert {(cell.group[0], cell.selected) for cell in cells} == {("NL", None), ("TR", True)}
    with open_people(str(path)) as people:
        assert people.read(["score"])["score"].dtype == object
