"""How text tables are written; above all: the first row of people is never taken for names."""

from __future__ import annotations

import pytest

from doorlicht.sources.files.sniff import column_names, find_encoding, sniff
from doorlicht.sources.tables import UnreadableError

NO_HEADER = {
    "all-text": "Jan;Jansen;Amsterdam\nFatima;El Idrissi;Utrecht\nMehmet;Yilmaz;Den Haag\n",
    "with-numbers": "Jan;31;Amsterdam\nFatima;28;Utrecht\n",
    "bsn-first": "123456782;Jan;V\n111222333;Fatima;M\n",
    "one-column": "Jansen\nde Vries\nYilmaz\nBakker\n",
    "two-rows": "Jan;Amsterdam\nFatima;Utrecht\n",
    "one-row": "Jan;Jansen;Turkije\n",
    "upper-case": "JANSEN;NEDERLAND;MAN\nYILMAZ;TURKIJE;VROUW\nBAKKER;NEDERLAND;MAN\n",
    "lower-case": "jansen;nederland;man\nyilmaz;turkije;vrouw\nbakker;nederland;man\n",
    "names-that-are-colours": "White;London;Paris\nBlack;Berlin;Rome\nGreen;Oslo;Bern\n",
    "mail-addresses": "jan@x.nl;Jan\npiet@y.nl;Piet\n",
    "initials": "Jansen, P.;Nederland\nYilmaz, A.;Turkije\nVries, de K.;Suriname\n",
    "addresses": "Dorpsstraat 1;1234AB;Utrecht\nKerkstraat 2;2345BC;Breda\n",
    "a-first-row-with-a-gap": "Jan;;Amsterdam\nFatima;28;Utrecht\nMehmet;40;Breda\n",
    "a-first-row-with-unknown": "Jan;onbekend;Amsterdam\nFatima;28;Utrecht\nMehmet;40;Breda\n",
}
HEADER = {
    "numbers-below": ("bsn;naam;geslacht\n111222333;Fatima;M\n", ("bsn", "naam", "geslacht")),
    "all-text": (
        "voornaam,achternaam,woonplaats\nJan,Jansen,Amsterdam\nFatima,El Idrissi,Utrecht\n",
        ("voornaam", "achternaam", "woonplaats"),
    ),
    "one-column": ("achternaam\nJansen\nde Vries\nYilmaz\n", ("achternaam",)),
    "years": ("land;2001;2002\nNL;1;2\nDE;4;5\n", ("land", "2001", "2002")),
    "an-empty-name": (",age,sex\n1,30,m\n2,40,f\n", ("", "age", "sex")),
    "a-title-above": (
        "Overzicht 2024;;\n;;\nnaam;land;leeftijd\nJan;NL;3\n", ("naam", "land", "leeftijd"),
    ),
    "elements-of-the-brp": ("01.03.30;04.05.10\n6030;0001\n", ("01.03.30", "04.05.10")),
    "nothing-below": ("naam;geb_land;leeftijd\n", ("naam", "geb_land", "leeftijd")),
    "sep-line": ("sep=;\nnaam;leeftijd\nJan;3\n", ("naam", "leeftijd")),
    "repeated": ("naam;naam;x\nJan;P;1\nPiet;Q;2\n", ("naam", "naam", "x")),
    "quoted-line-ends": ('naam;nr\n"Jan\nPiet";1\nKees;2\n', ("naam", "nr")),
}  # fmt: skip


@pytest.mark.parametrize("text", NO_HEADER.values(), ids=NO_HEADER.keys())
def test_a_first_row_of_people_is_data(text: str) -> None:
    form = sniff(text.encode(), is_whole=True)
    assert form.names == ()
    assert form.skip_lines == 0
    names = column_names(form.names, form.columns)
    assert names == [f"column{i + 1}" for i in range(form.columns)]


@pytest.mark.parametrize(("text", "names"), HEADER.values(), ids=HEADER.keys())
def test_a_header_is_read_as_names(text: str, names: tuple[str, ...]) -> None:
    assert sniff(text.encode(), is_whole=True).names == names


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x01"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["naam", "bedrag", "leeftijd"], ["Jan", "1.5", "3"], ["Piet", "2.5", "4"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    form = sniff(text.encode(), is_whole=True)
    assert (form.delimiter, form.columns) == (delimiter, 3)


SPACED = {
    "colons": ("naam:geb_land:leeftijd\nJan:Polen:31\nde Vries:Peru:4\nBo::28\n", ":"),
    "colons-without-a-header": ("Jan:31:Polen\nBo:28:Marokko\nKim:44:Peru\n", ":"),
    "colons-and-a-comma-in-some": ("Jan:a, b:1\nBo:c:28\nKim:d:44\nLee:e, f:4\nSam:g:5\n", ":"),
    "one-blank": ("naam geb_land leeftijd\nJan Polen 31\nBo Marokko 28\nKim Peru 4\n", " "),
    "blanks": ("naam   land  nr\nJan   Polen 31\nBo Marokko    28\nKim  Peru  4\n", " "),
    "quoted": ('naam land nr\n"de Boer" Polen 3\nBo "Sri Lanka" 28\nKim Peru 4\n', " "),
    "aligned": ("".join(f"{n:<14}{c:<12}{a:>3}\n" for n, c, a in [
        ("naam", "geb land", "lft"),
        *[(f"Bo{'o' * (n % 4)} de Boer", f"{'Sri'[: n % 4]} Lanka", n) for n in range(9)],
        ("Kim", "", 7)]), " "),
    "aligned-with-commas": ("".join(
        f"{'Boerman'[n % 4:]}, de {n}".ljust(16) + f"{('Polen', 'Sri Lanka')[n % 2]:<12}{n:>3}\n"
        for n in range(9)), " "),
}  # fmt: skip
ONE_COLUMN = {
    "first-and-last-names": "Jan Jansen\nFatima Yilmaz\nBo Visser\nKim Bakker\n",
    "sentences": "Hij komt uit Polen.\nZij woont hier al lang.\nDat is zo.\nEn verder niets.\n",
    "times": "12:30\n13:45\n08:00\n09:15\n",
    "addresses-of-pages": "https://a.nl\nhttps://b.nl\nhttps://c.nl\nhttps://d.nl\n",
    "paths": "C:\\a\nC:\\b\nD:\\c\nC:\\d\n",
    "two-lines": "Let op: dit\nEn: dat\n",
}


@pytest.mark.parametrize(("text", "delimiter"), SPACED.values(), ids=SPACED.keys())
def test_colons_and_blanks_divide_columns_where_nearly_all_lines_say_so(
    text: str, delimiter: str
) -> None:
    form = sniff(text.encode(), is_whole=True)
    assert (form.delimiter, form.columns) == (delimiter, 3)


@pytest.mark.parametrize("text", ONE_COLUMN.values(), ids=ONE_COLUMN.keys())
def test_words_times_and_addresses_are_not_divided(text: str) -> None:
    assert sniff(text.encode(), is_whole=True).columns == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " "])
def test_a_header_that_is_short_of_the_number_of_the_row_is_not_shifted(delimiter: str) -> None:
    rows = [["naam", "geb_land", "leeftijd"],
            *[[str(n), f"Bo{n}", "Polen", str(30 + n)] for n in range(12)]]  # fmt: skip
    form = sniff("\n".join(delimiter.join(row) for row in rows).encode(), is_whole=True)
    assert form.names == ("", "naam", "geb_land", "leeftijd")
    assert (form.columns, form.skip_lines) == (4, 1)


def test_what_the_user_says_goes_before_what_is_found() -> None:
    text = b"Jan#31\nBo#28\n"
    form = sniff(text, is_whole=True, delimiter="#")
    assert (form.columns, form.names) == (2, ())
    form = sniff(text, is_whole=True, delimiter="#", header=True)
    assert (form.names, form.skip_lines) == (("Jan", "31"), 1)
    form = sniff(b"naam;nr\nJan;31\n", is_whole=True, header=False)
    assert (form.names, form.skip_lines) == ((), 0)
    assert sniff("é;3\n".encode("cp850"), is_whole=True, encoding="cp850").encoding == "cp850"


def test_a_decimal_comma_is_no_delimiter() -> None:
    assert sniff(b"naam;bedrag\nJan;1,50\nPiet;2,75\n", is_whole=True).delimiter == ";"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(encoding: str, found: str) -> None:
    text = "naam;land\nJosé;België\nZoë;Curaçao\n" * 20
    assert find_encoding(text.encode(encoding), is_whole=True) == found


@pytest.mark.parametrize(
    "head",
    [
        bytes(range(256)), b"\x02\x03" * 50, b"\x00" * 500, b"a;b\n1;2\n\x00\x00\x00\x00" * 20,
        b"a;b\n\x00\x02\n", b"a;b\n\x00\xff\xfe\n",
    ],
)  # fmt: skip
def test_bytes_that_are_no_text_are_refused(head: bytes) -> None:
    with pytest.raises(UnreadableError):
        find_encoding(head, is_whole=True)


def test_short_rows_are_noticed() -> None:
    assert sniff(b"a;b;leeftijd\n1;2;3\n4;5\n6;7;8\n", is_whole=True).is_ragged


@pytest.mark.parametrize(
    "text",
    [
        "Fatima El Amrani\nJan Jansen\nPiet de Vries\nMohammed Ali\n",
        "Jan van der Berg\nKim Jansen\nPiet Bakker\n",
        "Meneer belt over zijn geboorteland\nMevrouw kreeg een brief\nHij wil een tolk\n",
        "Jan van der Berg;Fatima El Amrani\nKim Jansen;Piet Bakker\nBo Smit;Ali Kaya\n",
    ],
)
def test_persons_in_the_first_row_are_no_names_of_columns(text: str) -> None:
    assert sniff(text.encode(), is_whole=True).names == ()


@pytest.mark.parametrize(
    "text", ["nationaliteit\nMarokkaans\nPools\n", "Land van herkomst\nPeru\nPolen\n"]
)
def test_a_lone_column_keeps_its_name(text: str) -> None:
    assert sniff(text.encode(), is_whole=True).names == (text.partition("\n")[0],)


def test_a_delimiter_at_the_end_of_each_row_shifts_no_names() -> None:
    rows = "".join(f"{number};Turkse;Marokko;\n" for number in range(20))
    form = sniff(f"bsn;nationaliteit;geboorteland\n{rows}".encode(), is_whole=True)
    assert form.names == ("bsn", "nationaliteit", "geboorteland", "")
