"""The value tables: the codes and words that they know, and how values may be written."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from doorlicht.vocabulary import load_vocabulary
from doorlicht.vocabulary.lexicon import make_lexicon

VOCABULARY = load_vocabulary()
LEXICON = VOCABULARY.lexicon
PLACES = {spelling: place for place, spelling in enumerate(LEXICON.spellings)}


def tables_of(value: str) -> set[str]:
    return {table for table, _ in LEXICON.entries[PLACES[value]]} if value in PLACES else set()


# Numbers of entries are those of the published tables, without the codes for "unknown".
SIZES = [
    ("brp/32", 200), ("brp/33", 1400), ("brp/34", 380), ("brp/56", 40), ("iso/3166-alpha2", 249),
    ("iso/3166-alpha3", 249), ("iso/3166-numeric", 249), ("ioc", 190), ("iso/639-1", 170),
    ("iso/639-3", 170), ("name/country", 249), ("name/nationality", 200), ("name/language", 500),
    ("name/city", 10_000), ("name/municipality", 1400), ("name/religion", 10),
    ("census/us", 12), ("census/uk", 7), ("census/ca", 3), ("cbs/origin-old", 6),
    ("cbs/origin-new", 5), ("word/residence-status", 40),
]  # fmt: skip

KNOWN = [
    # the population register
    ("0001", "brp/32"), ("0052", "brp/32"), ("0499", "brp/32"), ("6030", "brp/34"),
    ("5022", "brp/34"), ("9049", "brp/34"), ("0518", "brp/33"), ("0363", "brp/33"),
    ("21", "brp/56"), ("26", "brp/56"),
    # international codes
    ("NL", "iso/3166-alpha2"), ("ma", "iso/3166-alpha2"), ("NLD", "iso/3166-alpha3"),
    ("tur", "iso/3166-alpha3"), ("528", "iso/3166-numeric"), ("008", "iso/3166-numeric"),
    ("NED", "ioc"), ("SUI", "ioc"), ("ar", "iso/639-1"), ("ara", "iso/639-3"),
    # countries, also those that are no more
    ("Turkije", "name/country"), ("Türkiye", "name/country"), ("Marokko", "name/country"),
    ("Côte d\u2019Ivoire", "name/country"), ("Ivoorkust", "name/country"),
    ("Sovjetunie", "name/country"), ("Nederlandse Antillen", "name/country"),
    # words for the people of a country, in five languages
    ("Marokkaanse", "name/nationality"), ("Syrian", "name/nationality"),
    ("türkisch", "name/nationality"), ("française", "name/nationality"),
    ("española", "name/nationality"), ("Staatloos", "name/nationality"),
    # the classifications of Statistics Netherlands
    ("autochtoon", "cbs/origin-old"), ("niet-westerse migratieachtergrond", "cbs/origin-old"),
    ("westers", "cbs/origin-old"), ("tweede generatie", "cbs/origin-old"),
    ("Europa (exclusief Nederland)", "cbs/origin-new"),
    ("Geboren buiten Nederland", "cbs/origin-new"),
    # censuses
    ("Hispanic or Latino", "census/us"), ("Black or African American", "census/us"),
    ("White British", "census/uk"), ("Gypsy or Irish Traveller", "census/uk"),
    ("Visible minority", "census/ca"), ("Métis", "census/ca"), ("W", "census/letters"),
    # religion, residence, language, places
    ("rooms-katholiek", "name/religion"), ("Moslim", "name/religion"),
    ("hindoeïsme", "name/religion"), ("Jewish", "name/religion"),
    ("geen kerkelijke gezindte", "name/religion"), ("Arabisch", "name/language"),
    ("Tigrinya", "name/language"), ("Rotterdam", "name/municipality"),
    ("Casablanca", "name/city"), ("Noord-Holland", "name/region"),
]  # fmt: skip

WRITTEN = [
    ("Türkiye", ["türkiye", "TÜRKIYE", "Turkiye", "turkiye", "TURKIYE"]),
    ("Côte d\u2019Ivoire", ["CÔTE D\u2019IVOIRE", "Cote d\u2019Ivoire"]),
    ("Curaçao", ["CURAÇAO", "curaçao", "Curacao", "CURACAO"]),
    ("België", ["BELGIË", "belgie", "BELGIE"]),
    ("hindoeïsme", ["Hindoeïsme", "hindoeisme", "HINDOEISME"]),
    ("niet-westers", ["Niet-westers", "NIET-WESTERS", "niet westers"]),
    ("geboren buiten Nederland", ["Geboren buiten Nederland", "GEBOREN_BUITEN_NEDERLAND"]),
    ("White British", ["white british", "WHITE BRITISH", "white_british"]),
    ("NLD", ["nld"]),
]

UNKNOWN = [
    "", " ", "0000", "10000", "ZZ", "XQX", "Nederlnad", "Turkijestraat", "pizza", "2021-01-01",
    "niet-westers en zo", "j" * 300,
]  # fmt: skip


def test_twenty_thousand_terms_or_more_are_known() -> None:
    terms = [s for t in VOCABULARY.tables.values() for e in t.entries.values() for s in e]
    assert len(terms) >= 20_000
    assert len(LEXICON.spellings) > len(terms)


@pytest.mark.parametrize(("table", "entries"), SIZES, ids=[table for table, _ in SIZES])
def test_a_table_is_as_long_as_its_source(table: str, entries: int) -> None:
    assert len(VOCABULARY.tables[table].entries) >= entries


@pytest.mark.parametrize(
    ("value", "table"), [pytest.param(*row, id=f"{row[1]}:{row[0]}") for row in KNOWN]
)
def test_a_value_is_in_its_table(value: str, table: str) -> None:
    assert table in tables_of(value)


@pytest.mark.parametrize(("term", "written"), WRITTEN, ids=[term for term, _ in WRITTEN])
def test_case_accents_and_hyphens_do_not_hide_a_word(term: str, written: list[str]) -> None:
    meant = LEXICON.entries[PLACES[term]]
    for spelling in written:
        assert set(meant) <= set(LEXICON.entries[PLACES[spelling]]), spelling


@pytest.mark.parametrize("value", UNKNOWN, ids=range(len(UNKNOWN)))
def test_what_only_looks_like_an_entry_is_none(value: str) -> None:
    assert tables_of(value) == set()


def test_a_spelling_has_one_id_and_one_entry_of_a_table() -> None:
    assert len(PLACES) == len(LEXICON.spellings) == len(LEXICON.entries)
    assert all(s == s.strip() != "" for s in LEXICON.spellings)
    for pairs in LEXICON.entries:
        assert pairs
        assert max(Counter(table for table, _ in pairs).values()) == 1


def test_every_entry_can_be_found_by_one_of_its_spellings() -> None:
    found = {pair for pairs in LEXICON.entries for pair in pairs}
    for table in VOCABULARY.tables.values():
        if table.form == "code":
            assert {(table.id, entry) for entry in table.entries} <= found


def test_a_code_without_its_zeros_is_still_a_code() -> None:
    spellings = {LEXICON.spellings[place] for number, place in LEXICON.integers if number == 52}
    assert {"0052", "052"} & spellings == {"0052", "052"}
    assert all(int(LEXICON.spellings[place]) == number for number, place in LEXICON.integers)


VALIDITY = [
    ("brp/32", "0027", "19930101/"),  # Slovakia, from its independence
    ("brp/33", "0003", "/20210101"),  # a municipality that was joined to others
]


@pytest.mark.parametrize(("table", "entry", "period"), VALIDITY)
def test_a_code_says_from_when_until_when_it_was_valid(table, entry, period) -> None:
    assert VOCABULARY.tables[table].valid[entry] == period


def test_a_period_has_two_dates_in_order_and_belongs_to_an_entry() -> None:
    for table in VOCABULARY.tables.values():
        assert set(table.valid) <= set(table.entries)
        for period in table.valid.values():
            start, end = period.split("/")
            assert all(re.fullmatch(r"(\d{8})?", date) for date in (start, end))
            assert start or end
            assert not (start and end) or start <= end


def test_rows_count_once_for_a_table_and_for_each_table_that_knows_the_value() -> None:
    lexicon = make_lexicon(
        "x", {"a": {"1": ["Oman"], "2": ["Oman", "Mali"]}, "b": {"m": ["mali"]}},
        {"a": "word", "b": "word"},
    )  # fmt: skip
    place = {spelling: number for number, spelling in enumerate(lexicon.spellings)}
    hits = lexicon.hits({place["Oman"]: 5, place["OMAN"]: 2, place["Mali"]: 3})
    assert [(hit.table, dict(hit.rows_per_entry)) for hit in hits] == [
        ("a", {"1": 7, "2": 3}),
        ("b", {"m": 3}),
    ]
