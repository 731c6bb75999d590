"""What is found in tables: clear hits, and what merely looks like them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import pytest

from doorlicht.detection import detect, load_weights
from doorlicht.detection.weights import probability
from doorlicht.language import LANGUAGES
from doorlicht.records import ColumnProfile, Finding, Shape, TableProfile, TextHits, ValueHits
from doorlicht.vocabulary import Vocabulary, load_vocabulary
from doorlicht.vocabulary.lexicon import Lexicon

ROWS = 1000
PERSON = ("age", "sex", "married", "income", "children")
AREA = ("population", "density", "county")
CAR = ("model", "mpg", "horsepower", "price")


@dataclass(frozen=True)
class Column:
    """A column of an invented table, as a source would tell of it."""

    name: str
    words: Mapping[str, int] = field(default_factory=dict)
    shape: Shape = field(default_factory=lambda: Shape(ROWS, 4, 0.5, 4, 6.0, 9, letters=1.0))
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict)
    text_hits: tuple[TextHits, ...] = ()


FLAG = Shape(ROWS, 2, 0.8, 1, 1.0, 1, digits=1.0, low=0, high=1)
CODES = Shape(ROWS, 5, 0.6, 1, 1.0, 1, digits=1.0, low=1, high=5)
SHARES = Shape(ROWS, 900, 0.01, 3, 6.0, 8, fractional=0.95, low=0.0, high=1.0)
DATES = Shape(ROWS, 700, 0.01, 10, 10.0, 10, dates=1.0)
NUMBERS = Shape(ROWS, 400, 0.02, 1, 3.0, 4, digits=1.0, low=0, high=3000)
WORDS = Shape(ROWS, 6, 0.4, 4, 7.0, 12, letters=1.0)
EACH_ONCE = Shape(ROWS, ROWS, 0.001, 4, 9.0, 20, letters=1.0)
TEXT = Shape(ROWS, 990, 0.01, 40, 120.0, 400, spaced=1.0)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@cache
def ids_of(lexicon: Lexicon) -> dict[str, int]:
    return {spelling: number for number, spelling in enumerate(lexicon.spellings)}


def hits_of(words: Mapping[str, int], vocabulary: Vocabulary) -> tuple[ValueHits, ...]:
    ids = ids_of(vocabulary.lexicon)
    return vocabulary.lexicon.hits({ids[word]: n for word, n in words.items() if word in ids})


def as_column(column: Column | str) -> Column:
    return Column(column) if isinstance(column, str) else column


def table(
    columns: list[Column], vocabulary: Vocabulary, *, around: tuple[Column | str, ...] = PERSON,
    name: str = "tabel.csv",
) -> TableProfile:  # fmt: skip
    made = [
        ColumnProfile(
            name=column.name,
            index=index,
            kind="text",
            filled_rows=ROWS,
            shape=column.shape,
            hits=hits_of(column.words, vocabulary),
            text_hits=column.text_hits,
            is_free_text=column.shape is TEXT,
            label=column.label,
            value_labels=column.value_labels,
            label_hits=hits_of(dict.fromkeys(column.value_labels.values(), 1), vocabulary),
        )
        for index, column in enumerate([*columns, *map(as_column, around)])
    ]
    return TableProfile("bron", name, ROWS, ROWS, tuple(made))


def surest(findings: tuple[Finding, ...], column: str) -> Finding | None:
    wanted = [f for f in findings if f.location.column == column and f.kind != "proxy"]
    return max(wanted, key=lambda finding: finding.probability, default=None)


ETHNIC = {"White": 700, "Black": 200, "Asian": 60, "Other": 40}
COUNTRIES = {"Nederland": 700, "Turkije": 200, "Marokko": 60, "Suriname": 40}
LANGUAGES_SPOKEN = {"Turks": 500, "Arabisch": 300, "Pools": 200}
PERMITS = {"asielzoeker": 400, "kennismigrant": 300, "gezinshereniging": 300}
POLISH = {"ukrai\u0144skie": 500, "bia\u0142oruskie": 300, "wietnamskie": 200}
REGISTERED = {"Nederlandse": 400, "Turkse": 300, "Poolse": 200, "Staatloos": 100}
GROUPS = {"Creools": 400, "Kaukasisch": 300, "Mediterraan": 100, "Javaans": 100, "Afrikaner": 100}
FAITHS = Column("c3", {"moslim": 400, "katholiek": 300, "hindoe": 200, "joods": 100})
TEAMS = {"Nederlands": 400, "Turks": 300, "Pools": 200, "Marokkaans": 100}
LANGUAGE_CODES = {"en": 500, "pl": 200, "ur": 200, "ar": 100}
SEXES = Column("c2", {"m": 450, "w": 450, "d": 100})
FULL_NAMES = Column("c9", shape=Shape(ROWS, 990, 0.01, 6, 12.0, 25, spaced=0.3, names=0.5))
TITLES = Column("c8", shape=Shape(ROWS, 995, 0.01, 4, 22.0, 60, letters=0.9, spaced=0.6))
LISTED = ("code", "ingangsdatum")

FOUND = [
    pytest.param(Column("race", ETHNIC), PERSON, "ethnicity_race", id="race-of-persons"),
    pytest.param(Column("c3", ETHNIC), PERSON, "ethnicity_race", id="words-without-a-name"),
    pytest.param(Column("q28", ETHNIC), (), "ethnicity_race", id="words-and-nothing-else"),
    pytest.param(Column("black", shape=FLAG), PERSON, "ethnicity_race", id="yes-or-no"),
    pytest.param(Column("race", shape=CODES), PERSON, "ethnicity_race", id="recoded"),
    pytest.param(Column("moedertaal", LANGUAGES_SPOKEN), ("route",), "language", id="tongue"),
    pytest.param(Column("c1", LANGUAGE_CODES), (SEXES,), "language", id="codes-beside-sexes"),
    pytest.param(Column("c4", TEAMS), (FAITHS,), "nationality", id="nationality-beside-religion"),
    pytest.param(Column("c4", REGISTERED), (), "nationality", id="as-the-register-says-it"),
    pytest.param(Column("c4", COUNTRIES), (FULL_NAMES,), "country_of_origin", id="beside-names"),
    pytest.param(
        Column("c4", GROUPS), (Column("c5", GROUPS),), "ethnicity_race", id="groups-of-two-parents"
    ),
    pytest.param(Column("c4", POLISH), PERSON, "nationality", id="agrees-with-citizenship"),
    pytest.param(Column("geb_land", COUNTRIES), PERSON, "country_of_birth", id="country-of-birth"),
    pytest.param(Column("geb_land", shape=CODES), (), "country_of_birth", id="recoded-country"),
    pytest.param(Column("NATCD", shape=CODES), (), "nationality", id="abbreviation"),
    pytest.param(Column("nationaliteit"), (), "nationality", id="sure-name"),
    pytest.param(Column("verblijfstitel", shape=CODES), (), "residence_status", id="permit"),
    pytest.param(Column("race_id", shape=CODES), PERSON, "ethnicity_race", id="race-by-number"),
    pytest.param(Column("NACI", shape=CODES), ("EDAD", "SEXO"), "nationality", id="padron"),
    pytest.param(Column("vblcode", shape=CODES), PERSON, "residence_status", id="permit-code"),
    pytest.param(
        Column("c9", {"WBRI": 700, "APKN": 200, "BAFR": 100}, WORDS), PERSON, "ethnicity_race",
        id="codes-of-schools",
    ),
    pytest.param(Column("catholic", shape=FLAG), PERSON, "religion", id="religion-flag"),
    pytest.param(
        Column("v12", shape=CODES, label="Geboorteland van de moeder"), (),
        "parents_country_of_birth", id="label",
    ),
    pytest.param(
        Column(
            "v13", shape=CODES,
            value_labels={"1": "White", "2": "Black", "3": "Asian", "4": "Hispanic"},
        ),
        PERSON, "ethnicity_race", id="data-dictionary",
    ),
    pytest.param(
        Column("v_nummer", shape=Shape(ROWS, ROWS, 0.001, 10, 10.0, 10, digits=1.0)),
        PERSON, "residence_status", id="number-of-a-foreigner-is-no-amount",
    ),
    pytest.param(
        Column("language", {"English": 700, "French": 300}, WORDS), PERSON, "language",
        id="english-is-a-language-where-the-name-says-so",
    ),
    pytest.param(Column("tolktaal", LANGUAGES_SPOKEN), PERSON, "interpreter", id="interpreter"),
    pytest.param(
        Column("v14", shape=CODES, label="Herkomst van de respondent (indeling CBS)"), PERSON,
        "migration_background", id="classification",
    ),
    pytest.param(
        Column("notitie", shape=TEXT, text_hits=(TextHits("nationality", 200, 240),)), PERSON,
        "nationality", id="free-text",
    ),
    pytest.param(
        Column("c7", {"Mestizo/a": 600, "Afroecuatoriano/a": 250, "Indígena/a": 150}, WORDS),
        PERSON, "ethnicity_race", id="words-for-both-genders",
    ),
    pytest.param(
        Column("social_group", {"SC": 300, "ST": 200, "OBC": 300, "General": 200}, WORDS),
        PERSON, "ethnicity_race", id="caste-called-social-group",
    ),
    pytest.param(
        Column("nac", {"Ecuador": 900, "Colombia": 100}, WORDS), ("EDAD", "SEXO"), "nationality",
        id="nacionalidad-or-nacimiento",
    ),
]  # fmt: skip

NATIONS = {"Nederlandse": 400, "Turkse": 300, "Poolse": 200, "Marokkaanse": 100}
ANSWERS = {"increase": 300, "keep same": 400, "decrease": 300}
GRADES = Shape(ROWS, 5, 0.4, 1, 1.0, 1, digits=1.0, low=1, high=5)
LETTERS = Shape(ROWS, 3, 0.5, 1, 1.0, 1, letters=1.0, upper=1.0)
BIRTH_SETTINGS = {"ziekenhuis": 700, "thuis": 200, "geboortecentrum": 100}
FIRM = ("handelsnaam", "kvk_nummer", "sbi_code", "rechtsvorm")

NOT_FOUND = [
    pytest.param(Column("c4", COUNTRIES), (FULL_NAMES, TITLES), id="makers-of-titles"),
    pytest.param(Column("c4", GROUPS), (), id="groups-that-stand-alone"),
    pytest.param(Column("c1", LANGUAGE_CODES), ("c0",), id="language-codes-of-texts"),
    pytest.param(Column("land_van_herkomst", COUNTRIES), ("artnr", "prijs"), id="goods-by-number"),
    pytest.param(Column("race_id", shape=CODES), ("startnr", "nettotijd"), id="running-race"),
    pytest.param(Column("geboorteplaats_kind", BIRTH_SETTINGS), PERSON, id="kind-of-birthplace"),
    pytest.param(Column("race", {}, WORDS), ("distance", "runtime", "bib"), id="running-race"),
    pytest.param(Column("black", shape=SHARES), AREA, id="share-of-a-group"),
    pytest.param(Column("pct_foreign_born", shape=SHARES), AREA, id="named-share"),
    pytest.param(Column("origin", COUNTRIES), CAR, id="origin-of-a-car"),
    pytest.param(Column("colour", {"Black": 500, "White": 300, "Red": 200}), CAR, id="car-colour"),
    pytest.param(Column("hair_color_black", shape=FLAG), PERSON, id="colour-of-hair"),
    pytest.param(Column("geboortedatum", shape=DATES), PERSON, id="date-of-birth"),
    pytest.param(Column("lang", shape=NUMBERS), PERSON, id="language-test-score"),
    pytest.param(Column("totaal", shape=NUMBERS), PERSON, id="totaal-is-not-taal"),
    pytest.param(Column("occupation", {"white": 500}, WORDS), PERSON, id="white-and-blue-collar"),
    pytest.param(Column("05.06.30", COUNTRIES), PERSON, id="country-of-a-marriage"),
    pytest.param(Column("verblijfstitel", PERMITS, TEXT), LISTED, id="list-of-permits"),
    pytest.param(Column("nationaliteit", COUNTRIES, EACH_ONCE), LISTED, id="list-of-nationalities"),
    pytest.param(Column("aboriginal", shape=GRADES), PERSON, id="opinion-on-a-group"),
    pytest.param(Column("herkomst_land", COUNTRIES), FIRM, id="where-goods-come-from"),
    pytest.param(Column("vestigingsdatum", shape=DATES), FIRM, id="where-a-firm-settled"),
    pytest.param(Column("c3", {"mixed": 60, "no": 500, "yes": 440}, FLAG), (), id="mixed-alone"),
    pytest.param(Column("c4", {"English": 600, "French": 400}), FIRM, id="languages-of-a-firm"),
    pytest.param(Column("c5", {"W": 500, "H": 500}, LETTERS), PERSON, id="two-letters"),
    pytest.param(Column("c6", {"France": 500, "Spain": 400}), PERSON, id="one-list-of-countries"),
    pytest.param(Column("team_nationality", NATIONS, WORDS), ("season", "points"), id="team"),
    pytest.param(Column("caste", shape=CODES), ("hive", "bee_id", "forewing"), id="caste-of-a-bee"),
    pytest.param(
        Column("race_id", shape=CODES), ("bib", "finish_time", "laps"), id="race-by-number"
    ),
    pytest.param(Column("immigr", ANSWERS, WORDS), PERSON, id="answers-on-immigration"),
    pytest.param(Column("auslaender_anpassen", shape=CODES), PERSON, id="opinion-in-german"),
    pytest.param(Column("confiance_etrangers", shape=CODES), PERSON, id="opinion-in-french"),
    pytest.param(Column("opinion_inmigrantes", shape=CODES), PERSON, id="opinion-in-spanish"),
    pytest.param(Column("bedrijf_land", COUNTRIES), ("bedrijf", "kvk", "sbi"), id="firm"),
    pytest.param(Column("c8", TEAMS, WORDS), ("c0", "c1", "c2"), id="teams-or-dishes"),
    pytest.param(
        Column("country_of_birth", COUNTRIES, WORDS),
        ("dog_name", "breed", "sex", "birth_year"),
        id="birth-of-a-dog",
    ),
    pytest.param(
        Column("hijos", {"SI": 500, "NO": 500}, LETTERS),
        (*PERSON, "nacionalidad"),
        id="yes-and-no-are-no-countries",
    ),
    pytest.param(Column("c9", {"MA": 500, "AZ": 300, "ME": 200}, LETTERS), PERSON, id="states"),
    pytest.param(
        Column("title", shape=TEXT, text_hits=(TextHits("country_of_origin", 200, 200),)),
        PERSON,
        id="title-that-names-a-country",
    ),
    pytest.param(
        Column("stateless", shape=Shape(ROWS, 12, 0.3, 1, 2.0, 6, digits=1.0, low=0, high=90000)),
        ("year", "place"),
        id="count-of-people",
    ),
    pytest.param(
        Column("institute", shape=TEXT, text_hits=(TextHits("country_of_origin", 600, 600),)),
        PERSON,
        id="address-that-ends-with-a-country",
    ),
]


@pytest.mark.parametrize(("column", "around", "concept"), FOUND)
def test_origin_related_data_is_found(
    column: Column, around: tuple[str, ...], concept: str, vocabulary: Vocabulary
) -> None:
    finding = surest(detect(table([column], vocabulary, around=around), vocabulary), column.name)
    assert finding is not None
    assert finding.concept == concept
    assert finding.probability >= 0.5


@pytest.mark.parametrize(("column", "around"), NOT_FOUND)
def test_a_lookalike_is_not_taken_for_a_finding(
    column: Column, around: tuple[str, ...], vocabulary: Vocabulary
) -> None:
    finding = surest(detect(table([column], vocabulary, around=around), vocabulary), column.name)
    assert finding is None or finding.probability < 0.5


def test_the_weights_of_a_finding_add_up_to_its_probability(vocabulary: Vocabulary) -> None:
    finding = surest(detect(table([Column("race", ETHNIC)], vocabulary), vocabulary), "race")
    assert finding is not None
    total = sum(signal.weight for signal in finding.signals)
    assert finding.probability == pytest.approx(probability(total), abs=1e-4)


def test_a_finding_repeats_no_value_of_the_column(vocabulary: Vocabulary) -> None:
    finding = surest(detect(table([Column("race", ETHNIC)], vocabulary), vocabulary), "race")
    assert finding is not None
    assert not any(word in repr(finding) for word in ETHNIC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_can_be_read_in_both_languages(language: str, vocabulary: Vocabulary) -> None:
    columns = [param.values[0] for param in FOUND]
    for finding in detect(table(columns, vocabulary), vocabulary):  # type: ignore[arg-type]
        for signal in finding.signals:
            assert signal.note.in_language(language)  # type: ignore[arg-type]


def test_a_name_of_a_person_is_a_proxy_beside_the_findings(vocabulary: Vocabulary) -> None:
    findings = detect(table([Column("achternaam")], vocabulary), vocabulary)
    assert [(f.concept, f.kind) for f in findings if f.location.column == "achternaam"] == [
        ("name", "proxy")
    ]


def test_an_empty_column_is_judged_by_its_name_alone(vocabulary: Vocabulary) -> None:
    profile = TableProfile(
        "bron", "leeg.csv", 0, 0,
        (ColumnProfile("nationaliteit", 0, "empty", 0), ColumnProfile("x", 1, "empty", 0)),
    )  # fmt: skip
    assert [finding.concept for finding in detect(profile, vocabulary)] == ["nationality"]


def test_every_weight_has_the_sign_that_its_signal_means() -> None:
    signals = load_weights().signals
    against = ("shape_other", "shape_measure", "shape_dates", "subject_no", "name_share")
    assert all(weight <= 0 for name, weight in signals.items() if name.startswith(against))
    assert all(weight >= 0 for name, weight in signals.items() if name.startswith("values_"))
    assert signals["name_certain"] > signals["name_strong"] > signals["name_ambiguous"]


JOURNEY = {"Nederland": 400, "Turkije": 300, "Marokko": 200, "Suriname": 100}
NATIONALITIES = {"Nederlandse": 400, "Turkse": 300, "Marokkaanse": 200, "Surinaamse": 100}


def test_letters_of_races_are_found_where_they_stand_together(vocabulary: Vocabulary) -> None:
    column = Column("c5", {"W": 500, "B": 300, "H": 200}, LETTERS)
    finding = surest(detect(table([column], vocabulary, around=()), vocabulary), "c5")
    assert finding is not None
    assert finding.concept == "ethnicity_race"
    assert finding.probability >= 0.5


def test_three_lists_of_countries_are_of_a_person_and_the_parents(vocabulary: Vocabulary) -> None:
    countries = {"France": 500, "Spain": 300, "Italy": 200}
    columns = [Column(name, countries) for name in ("c5", "c6", "c7")]
    found = detect(table(columns, vocabulary), vocabulary)
    for name in ("c5", "c6", "c7"):
        finding = surest(found, name)
        assert finding is not None
        assert finding.probability >= 0.5


@pytest.mark.parametrize(
    ("values", "concept"),
    [
        ({"France": 500, "Spain": 300, "Italy": 200}, "country_of_origin"),
        ({"Arabic": 500, "Tigrinya": 300, "Somali": 200}, "language"),
    ],
)
@pytest.mark.parametrize(
    ("beside", "is_found"),
    [
        ({"man": 500, "vrouw": 500}, True),
        ({"Nederlandse": 400, "Turkse": 300, "Poolse": 200, "Marokkaanse": 100}, True),
        ({"man": 330, "vrouw": 330, "T": 340}, False),
        ({"red": 500, "blue": 500}, False),
    ],
)
def test_one_list_tells_origin_beside_values_that_only_persons_have(
    values: dict[str, int], concept: str, beside: dict[str, int], is_found: bool,
    vocabulary: Vocabulary,
) -> None:  # fmt: skip
    columns = [
        Column("c0", beside, WORDS),
        Column("c1", values, WORDS),
        Column("c2", shape=NUMBERS),
    ]
    finding = surest(detect(table(columns, vocabulary, around=()), vocabulary), "c1")
    assert (finding is not None and finding.probability >= 0.5) is is_found
    assert not is_found or finding is None or finding.concept == concept


def test_codes_of_table_32_are_found_where_the_dutch_one_and_four_others_stand(
    vocabulary: Vocabulary,
) -> None:
    shape = Shape(ROWS, 5, 0.8, 4, 4.0, 4, digits=1.0, low=1, high=339)
    codes = {"0001": 800, "0052": 50, "0083": 50, "0263": 50, "0339": 50}
    fewer = {"0052": 500, "0083": 500}
    for words, is_found in ((codes, True), (fewer, False)):
        found = detect(table([Column("c5", words, shape)], vocabulary, around=()), vocabulary)
        finding = surest(found, "c5")
        assert (finding is not None and finding.probability >= 0.5) is is_found


def test_countries_of_a_marriage_and_a_death_are_not_those_of_birth(vocabulary: Vocabulary) -> None:
    codes = {"6030": 500, "6043": 300, "5022": 200}
    shape = Shape(ROWS, 3, 0.5, 4, 4.0, 4, digits=1.0, low=5022, high=6043)
    names = ("01.03.30", "05.06.30", "05.07.30", "06.08.30")
    columns = [Column(name, codes, shape) for name in names]
    found = detect(table(columns, vocabulary), vocabulary)
    sure = {f.location.column for f in found if f.probability >= 0.5 and f.kind != "proxy"}
    assert sure == {"01.03.30"}


def test_a_code_of_a_data_model_is_no_amount_however_many_there_are(vocabulary: Vocabulary) -> None:
    columns = [Column("POBP", shape=NUMBERS)]
    found = detect(table(columns, vocabulary, around=("SERIALNO", "AGEP", "SEX")), vocabulary)
    finding = surest(found, "POBP")
    assert finding is not None
    assert finding.concept == "place_of_birth"


def test_a_name_that_says_something_else_is_believed_before_the_neighbours(
    vocabulary: Vocabulary,
) -> None:
    columns = [Column("05.06.30", JOURNEY, WORDS), Column("c1", NATIONALITIES, WORDS)]
    finding = surest(detect(table(columns, vocabulary, around=()), vocabulary), "05.06.30")
    assert finding is None or finding.probability < 0.5


GIVEN = {"Anna": 200, "Mohamed": 200, "Sophie": 200, "Jan": 150, "Fatima": 150, "Pieter": 100}
NAMES_OF_PERSONS = Shape(ROWS, 300, 0.2, 3, 5.0, 9, letters=1.0)


@pytest.mark.parametrize(
    ("beside", "shape"),
    [
        (GIVEN, NAMES_OF_PERSONS),
        ({"gehuwd": 500, "ongehuwd": 300, "weduwe": 200}, WORDS),
        ({"Bachelors": 400, "HS-grad": 600}, WORDS),
        ({"husband": 500, "own-child": 500}, WORDS),
    ],
)
def test_values_that_only_persons_have_tell_whose_nationality_it_is(
    beside: dict[str, int], shape: Shape, vocabulary: Vocabulary
) -> None:
    columns = [Column("c0", beside, shape), Column("c1", NATIONS, WORDS)]
    finding = surest(detect(table(columns, vocabulary, around=()), vocabulary), "c1")
    assert finding is not None
    assert finding.probability >= 0.5


def test_two_nationalities_divide_people_also_where_nothing_tells_of_persons(
    vocabulary: Vocabulary,
) -> None:
    column = Column("c1", {"Nederlands": 700, "niet-Nederlands": 300}, WORDS)
    finding = surest(detect(table([column], vocabulary, around=()), vocabulary), "c1")
    assert finding is not None
    assert finding.probability >= 0.5


def test_counts_by_citizenship_are_told_by_their_totals(vocabulary: Vocabulary) -> None:
    columns = [
        Column("citizenship", NATIONS, WORDS),
        Column("age", {"Total": 200}, WORDS),
        Column("value", shape=NUMBERS),
    ]
    for is_counted in (True, False):
        kept = columns if is_counted else [columns[0], Column("age", {}, NUMBERS), columns[2]]
        found = detect(table(kept, vocabulary, around=("sex",)), vocabulary)
        finding = surest(found, "citizenship")
        assert finding is not None
        assert (finding.probability < 0.5) is is_counted


def test_persons_of_many_countries_are_no_list_of_countries(vocabulary: Vocabulary) -> None:
    countries = ("France", "Spain", "Italy", "Peru", "Chile", "Japan", "Kenya", "Ghana")
    few = dict.fromkeys(countries, 1)
    residence = Column("residence", few, WORDS)
    profile = table([Column("birth_place", shape=NAMES_OF_PERSONS), residence], vocabulary)
    scarce = tuple(
        replace(column, filled_rows=8) if column.name == "residence" else column
        for column in profile.columns
    )
    finding = surest(detect(replace(profile, columns=scarce), vocabulary), "birth_place")
    assert finding is not None
    assert finding.probability >= 0.5


def test_a_column_of_figures_for_each_year_is_of_counts(vocabulary: Vocabulary) -> None:
    years = [Column(name, shape=NUMBERS) for name in ("2021", "2022M01", "2023 [YR2023]")]
    columns = [Column("citizenship", NATIONS, WORDS), *years]
    found = detect(table(columns, vocabulary, around=("sex", "age")), vocabulary)
    finding = surest(found, "citizenship")
    assert finding is None or finding.probability < 0.5


def test_small_numbers_beside_a_list_of_codes_tell_no_origin(vocabulary: Vocabulary) -> None:
    games = Column("games", {"0001": 300, "0052": 200, "0083": 200, "0263": 200, "0339": 100},
                   Shape(ROWS, 60, 0.1, 1, 1.7, 2, digits=1.0, low=1, high=82))  # fmt: skip
    league = Column("league", {"NL": 400, "AL": 400, "FR": 200}, LETTERS)
    finding = surest(detect(table([league, games], vocabulary, around=()), vocabulary), "league")
    assert finding is None or finding.probability < 0.5


def test_large_figures_in_a_short_table_are_no_yes_or_no(vocabulary: Vocabulary) -> None:
    counts = Shape(2, 2, 0.5, 5, 5.0, 5, digits=1.0, low=18274, high=24702)
    columns = [Column("black", shape=counts), Column("hispanic", shape=counts)]
    finding = surest(detect(table(columns, vocabulary, around=("kind",)), vocabulary), "black")
    assert finding is None or finding.probability < 0.5


def test_nationalities_that_stand_once_beside_sexes_are_no_reference_list(
    vocabulary: Vocabulary,
) -> None:
    once = dict.fromkeys(("Duitse", "Franse", "Spaanse", "Italiaanse", "Poolse", "Turkse",
                          "Griekse", "Ierse", "Deense"), 1)  # fmt: skip
    shape = Shape(9, 9, 0.2, 5, 7.0, 10, letters=1.0)
    sexes = Column("c0", {"man": 5, "vrouw": 4}, Shape(9, 2, 0.6, 3, 4.0, 5, letters=1.0))
    profile = table([sexes, Column("c1", once, shape)], vocabulary, around=())
    few = tuple(replace(column, filled_rows=9) for column in profile.columns)
    finding = surest(detect(replace(profile, columns=few), vocabulary), "c1")
    assert finding is not None
    assert finding.probability >= 0.5


def test_words_for_citizens_and_others_are_no_other_words(vocabulary: Vocabulary) -> None:
    column = Column("citizen_desc", {"US Citizen": 800, "Non-Citizen": 200}, WORDS)
    finding = surest(detect(table([column], vocabulary), vocabulary), "citizen_desc")
    assert finding is not None
    assert finding.probability >= 0.5
