"""What names of columns say: hits, lookalikes, and both sides of each rule."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from doorlicht.errors import InputError
from doorlicht.vocabulary.names import load_name_terms, make_name_terms, split_name

TERMS = load_name_terms()

BULGARIAN = "\u0433\u0440\u0430\u0436\u0434\u0430\u043d\u0441\u0442\u0432\u043e"
GREEK = "\u03c5\u03c0\u03b7\u03ba\u03bf\u03cc\u03c4\u03b7\u03c4\u03b1"
HITS = [
    # registers of other countries of Europe; letters that Unicode does not take apart
    ("obywatelstwo", "nationality", "certain"),
    ("OBYWATEL", "nationality", "certain"),
    ("kraj_ur", "country_of_birth", "certain"),
    ("miejsce_urodzenia", "place_of_birth", "certain"),
    ("F\u00f8deland", "country_of_birth", "certain"),
    ("mor_f\u00f8deland", "parents_country_of_birth", "certain"),
    ("do\u011fum_yeri", "place_of_birth", "certain"),
    ("st\u00e1tn\u00ed_ob\u010danstv\u00ed", "nationality", "certain"),
    ("cetatenie", "nationality", "certain"),
    ("permesso_soggiorno", "residence_status", "certain"),
    ("anyanyelv", "language", "certain"),
    (BULGARIAN, "nationality", "certain"),
    (GREEK, "nationality", "certain"),
    # *app* is an applicant beside race, and no program
    ("app_race_1", "ethnicity_race", "certain"),
    ("app_eth", "ethnicity_race", "strong"),
    ("verblijfsdoc", "residence_status", "certain"),
    ("iss_ctry_doc", "travel_document_country", "strong"),
    # cut off where old systems stop
    ("STAATSAN", "nationality", "certain"),
    ("verblijfst", "residence_status", "certain"),
    ("f04_nonwest", "migration_background", "certain"),
    ("TAALROL", "language", "certain"),
    ("llegada_esp", "immigration_history", "certain"),
    # umlauts written out, and codes as official surveys and registers write them
    ("Auslaender", "nationality", "strong"),
    ("Staatsangehoerigkeit", "nationality", "certain"),
    ("Spaetaussiedler", "migration_background", "certain"),
    ("natkd", "nationality", "certain"),
    ("INDNAT", "nationality", "certain"),
    ("gebpl", "place_of_birth", "certain"),
    ("prov_nac", "place_of_birth", "certain"),
    ("asielverzoek_dt", "residence_status", "certain"),
    ("verblijfsdoel", "residence_status", "certain"),
    ("reisdoc_land", "travel_document_country", "certain"),
    ("dat_vest_ned", "immigration_history", "ambiguous"),
    ("imm_jaar", "immigration_history", "ambiguous"),
    ("interp_req", "interpreter", "strong"),
    ("spreekt_nl", "language", "strong"),
    ("mblck", "ethnicity_race", "certain"),
    # nationality, in the languages and abbreviations that government systems use
    ("nationaliteit", "nationality", "certain"),
    ("Nationaliteiten", "nationality", "certain"),
    ("NATIONALITEIT_OMS", "nationality", "certain"),
    ("natcd", "nationality", "certain"),
    ("NATCD", "nationality", "certain"),
    ("cdnat", "nationality", "certain"),
    ("nat_code", "nationality", "certain"),
    ("nat_omschrijving", "nationality", "strong"),
    ("nat2", "second_nationality", "strong"),
    ("tweede_nationaliteit", "second_nationality", "certain"),
    ("dual_citizenship", "second_nationality", "certain"),
    ("nationaliteiten.0.nationaliteit.code", "nationality", "certain"),
    ("Staatsangehörigkeit", "nationality", "certain"),
    ("nationalité", "nationality", "certain"),
    ("codeNationalite", "nationality", "certain"),
    ("nacionalidad_titular", "nationality", "certain"),
    ("medborgarskap", "nationality", "certain"),
    ("citizen", "nationality", "strong"),
    ("foreign_worker", "nationality", "strong"),
    ("has_dutch_nationality", "nationality", "certain"),
    ("nationaliteit_moeder", "parents_nationality", "certain"),
    ("datum_verkrijging_nationaliteit", "nationality_change", "certain"),
    ("naturalisatiedatum", "nationality_change", "certain"),
    # birth
    ("geboorteland", "country_of_birth", "certain"),
    ("geb_land", "country_of_birth", "certain"),
    ("landgeb", "country_of_birth", "certain"),
    ("GEBLAND", "country_of_birth", "certain"),
    ("geboorte.land.omschrijving", "country_of_birth", "certain"),
    ("BirthCountry", "country_of_birth", "certain"),
    ("country_birth", "country_of_birth", "certain"),
    ("pays_de_naissance", "country_of_birth", "certain"),
    ("Geburtsland", "country_of_birth", "certain"),
    ("pais_nacimiento", "country_of_birth", "certain"),
    ("foreignBorn", "country_of_birth", "certain"),
    ("native-country", "country_of_birth", "certain"),
    ("NATIVITY", "country_of_birth", "certain"),
    ("POBP", "place_of_birth", "certain"),
    ("mocntr", "parents_country_of_birth", "certain"),
    ("Born Abroad", "country_of_birth", "certain"),
    ("brnnorge", "country_of_birth", "certain"),
    ("brncntr", "country_of_birth", "certain"),
    ("utrikesfodd", "country_of_birth", "certain"),
    ("geboorteplaats", "place_of_birth", "certain"),
    ("birth_pl", "place_of_birth", "certain"),
    ("lieu_naissance", "place_of_birth", "certain"),
    ("geboorteland_moeder", "parents_country_of_birth", "certain"),
    ("father_birthplace", "parents_place_of_birth", "certain"),
    ("land_ouder1", "parents_country_of_birth", "strong"),
    # ethnicity and race
    ("ethnicity", "ethnicity_race", "certain"),
    ("ethnic_origin", "ethnicity_race", "certain"),
    ("vader_geboren", "parents_country_of_birth", "ambiguous"),
    ("ETHNICN", "ethnicity_race", "certain"),
    ("race", "ethnicity_race", "strong"),
    ("MomRace", "ethnicity_race", "certain"),
    ("RACEGR1", "ethnicity_race", "certain"),
    ("raceethnicity", "ethnicity_race", "certain"),
    ("subject_race", "ethnicity_race", "certain"),
    ("person_of_color", "ethnicity_race", "certain"),
    ("afam", "ethnicity_race", "certain"),
    ("Black.Victim", "ethnicity_race", "strong"),
    ("black", "ethnicity_race", "ambiguous"),
    ("huidskleur", "skin_colour", "certain"),
    ("skin_tone", "skin_colour", "certain"),
    # migration, residence, language, religion
    ("migratieachtergrond", "migration_background", "certain"),
    ("Herkomstgroepering", "migration_background", "certain"),
    ("ind_niet_westers_allochtoon", "migration_background", "certain"),
    ("Migrationshintergrund", "migration_background", "certain"),
    ("UTLANDSK_BAKGRUND", "migration_background", "certain"),
    ("herkomst_cbs", "migration_background", "certain"),
    ("indeling_herkomst", "migration_background", "certain"),
    ("land_van_herkomst", "country_of_origin", "certain"),
    ("ancestry", "country_of_origin", "certain"),
    ("land_vestiging", "immigration_history", "strong"),
    ("immigratiedatum", "immigration_history", "certain"),
    ("verblijfstitel", "residence_status", "certain"),
    ("verblijfsvergunning_type", "residence_status", "certain"),
    ("Aufenthaltstitel", "residence_status", "certain"),
    ("immigration_status", "residence_status", "certain"),
    ("dd_vest_nl", "immigration_history", "certain"),
    ("datvestiginginnl", "immigration_history", "certain"),
    ("ANARR", "immigration_history", "certain"),
    ("vnr", "residence_status", "strong"),
    ("ingangsdat_vbl", "residence_status", "certain"),
    ("aufenth_status", "residence_status", "certain"),
    ("perm_resid", "residence_status", "certain"),
    ("num_agdref", "residence_status", "certain"),
    ("eer_indicatie", "nationality", "certain"),
    ("datingangnat", "nationality", "certain"),
    ("nat_rdn_verkr", "nationality_change", "strong"),
    ("nat_rdn_verlies", "nationality_change", "strong"),
    ("herk_staat", "country_of_origin", "certain"),
    ("volkszug", "ethnicity_race", "certain"),
    ("commnaiss", "place_of_birth", "certain"),
    ("mig_status", "migration_background", "certain"),
    ("indtolk", "interpreter", "strong"),
    ("religieus", "religion", "ambiguous"),
    ("paspoort_land", "travel_document_country", "certain"),
    ("moedertaal", "language", "certain"),
    ("lang", "language", "ambiguous"),
    ("tolk_nodig", "interpreter", "strong"),
    ("taaleis_voldaan", "language_requirement", "certain"),
    ("inburgeringsplichtig", "language_requirement", "certain"),
    ("godsdienst", "religion", "certain"),
    ("catholic", "religion", "strong"),
    # proxies
    ("achternaam", "name", "certain"),
    ("postcode", "neighbourhood", "certain"),
    ("woonland", "country_of_residence", "certain"),
    # element numbers of the population register
    ("04.05.10", "nationality", "certain"),
    ("040510", "nationality", "certain"),
    ("0510", "nationality", "strong"),
    ("01.03.30", "country_of_birth", "certain"),
    ("02.03.30", "parents_country_of_birth", "certain"),
    ("03.03.20", "parents_place_of_birth", "certain"),
    ("08.14.10", "immigration_history", "certain"),
    ("10.39.10", "residence_status", "certain"),
    ("04.05.10 Nationaliteit", "nationality", "certain"),
]

MISSES = [
    "cors_origin", "allowed_origins", "brontaal", "doeltaal", "source_lang", "native_client",
    "foreign_key", "race_cond", "origin_system", "stato_civile", "data_ur", "delka_pobytu",
    "born60", "born_1960", "datum_inschrijving", "imm_code", "interp_score", "value", "queue",
    "totaal", "deelname", "afwijkend", "keras", "destination", "kwartaal", "betaald", "metaal",
    "international", "nationwide", "landbouw", "eiland", "island", "landline", "original_amount",
    "brace", "trace_id", "grace_period", "terras", "replace", "workplace_id", "protein", "protocol",
    "geboortedatum", "geboortedatum_moeder", "birth_date", "dob", "birthweight", "birth_order",
    "newborn", "churn",
    "senior_citizen", "organisatie", "generated_at", "naturally", "polished", "keten", "x1", "",
    "date", "amount", "bedrag", "datum_besluit", "score", "status", "natuur",
    "05.06.30", "06.08.30", "01.03.10", "01.01.20",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "concept", "level"), [pytest.param(*hit, id=hit[0]) for hit in HITS]
)
def test_a_name_stands_for_its_concept(name: str, concept: str, level: str) -> None:
    matches = TERMS.read_name(name).matches
    assert (concept, level) in [(match.concept, match.level) for match in matches[:1]]


@pytest.mark.parametrize("name", MISSES)
def test_a_lookalike_stands_for_nothing_origin_related(name: str) -> None:
    proxies = {"name", "neighbourhood", "country_of_residence"}
    surely = [
        match
        for match in TERMS.read_name(name).matches
        if match.concept not in proxies and match.level != "hint"
    ]
    assert surely == []


@pytest.mark.parametrize(
    ("name", "modifier"),
    [
        ("pct_foreign_born", "share"),
        ("racePctWhite", "share"),
        ("% niet-westers", "share"),
        ("aandeel_niet_westers", "share"),
        ("datumIngangNationaliteit", "time"),
        ("sameLanguage", "attitude"),
        ("company_country", "thing"),
        ("gewicht_bij_geboorte", "birth_other"),
    ],
)
def test_words_beside_the_term_are_noticed(name: str, modifier: str) -> None:
    assert modifier in TERMS.read_name(name).modifiers


def test_camel_case_digits_and_signs_separate_words() -> None:
    assert split_name("PctBornSameState") == ["pct", "born", "same", "state"]
    assert split_name("'; DROP TABLE nat2") == ["drop", "table", "nat", "2"]


def test_a_users_own_word_for_a_concept_is_certain() -> None:
    terms = make_name_terms({"nationality": ["landsoort"], "clan": ["clannaam"]})
    assert terms.read_name("landsoort").matches[0].concept == "nationality"
    assert terms.read_name("CLANNAAM").matches[0].concept == "clan"


def test_a_users_word_without_letters_is_refused() -> None:
    with pytest.raises(InputError):
        make_name_terms({"nationality": ["--"]})


def test_a_very_long_name_is_read_in_bounded_time() -> None:
    assert TERMS.read_name("geb" * 100_000).matches == ()


def test_every_origin_element_of_the_official_test_set_is_known() -> None:
    path = Path(__file__).parents[4] / "shared/data/brp/gbav_testset_persoonslijsten.csv"
    if not path.exists():
        pytest.skip("the official BRP test set is not beside this checkout")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    found = {name for name in header if TERMS.read_name(name).matches}
    suffixes = (".03.20", ".03.30", ".05.10", ".14.10", ".14.20", ".39.10")
    assert {name for name in header if name.endswith(suffixes)} <= found
    assert not {name for name in header if name.endswith((".06.30", ".08.30", ".10.10"))} & found
