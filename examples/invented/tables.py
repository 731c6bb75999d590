"""The tables of the example ministry that are about people.

Each function makes one table, with its columns named as such systems name them: the element
numbers of the population register, the abbreviations of an old case system, the value labels of a
survey. What a scan must find in them stands in ``ministry/expected.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from invented.people import NETHERLANDS, REFERENCE_DAY, Country, Person, random_day

Cell = str | int | float | bool | date | None
People = Sequence[Person]


@dataclass(frozen=True, slots=True)
class Table:
    """Names of columns, and rows; ``labels`` and ``value_labels`` where the format keeps them."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    labels: dict[str, str] = field(default_factory=dict[str, str])
    value_labels: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])


def population_extract(people: People) -> Table:
    """Make an extract of the population register, its columns named by element number."""
    columns = (
        "01.01.20", "01.02.10", "01.02.40", "01.03.10", "01.03.20", "01.03.30", "01.04.10",
        "02.03.20", "02.03.30", "03.03.30", "04.05.10", "04.63.10", "08.09.10", "08.11.60",
        "08.14.10", "08.14.20", "10.39.10",
    )  # fmt: skip
    return Table(columns, [_extract_row(person) for person in people])


def _extract_row(person: Person) -> tuple[Cell, ...]:
    abroad = person.birth_country is not NETHERLANDS
    return (
        person.bsn, person.given_name, person.surname, f"{person.born:%Y%m%d}",
        person.birth_place, person.birth_country.code, person.sex,
        person.mother_place, person.mother_country.code, person.father_country.code,
        person.nationality.nationality_code, "018" if person.second_nationality else "001",
        person.municipality, person.postcode,
        person.birth_country.code if abroad else "",
        f"{person.settled:%Y%m%d}" if person.settled else "", person.residence_code,
    )  # fmt: skip


def nationality_changes(people: People, random: Random) -> Table:
    """Make a delivery of changes, its columns named by element without the points."""
    rows: list[tuple[Cell, ...]] = []
    for person in people:
        for nationality in filter(None, (person.nationality, person.second_nationality)):
            since = random_day(date(2010, 1, 1), REFERENCE_DAY, random)
            rows.append((
                person.bsn, nationality.nationality_code, random.choice(("017", "018", "301")),
                f"{since:%Y%m%d}", f"{since + timedelta(days=2):%Y%m%d}",
            ))  # fmt: skip
    return Table(("0120", "0510", "6310", "8510", "8610"), rows)


def grants(people: People, random: Random, count: int) -> Table:
    """Make the payments of a benefit: codes as numbers, as an analytics platform keeps them."""
    columns = (
        "bsn", "regeling", "ingangsdatum", "bedrag_maand", "geboorteland_iso3", "nat_1", "nat_2",
        "huishouden", "postcode4", "taaleis_voldaan", "heronderzoek",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for _ in range(count):
        person = random.choice(people)
        second = person.second_nationality
        rows.append((
            int(person.bsn), random.choice(("bijstand", "toeslag huur", "toeslag zorg")),
            random_day(date(2024, 1, 1), REFERENCE_DAY, random),
            random.randrange(4_000, 145_000) / 100, person.birth_country.iso3,
            int(person.nationality.nationality_code),
            int(second.nationality_code) if second else None,
            random.choice(("alleenstaand", "samenwonend", "gezin")), int(person.postcode[:4]),
            person.generation != 1 or random.random() < 0.7, random.random() < 0.1,
        ))  # fmt: skip
    return Table(columns, rows)


ORIGIN_GROUPS: Final = (
    "Nederland", "Europa (exclusief Nederland)", "Turkije", "Marokko", "Suriname",
    "Nederlandse Cariben", "Indonesië", "overig buiten Europa",
)  # fmt: skip
RELIGIONS: Final = (
    "geen", "rooms-katholiek", "protestants", "islam", "hindoeïsme", "jodendom", "boeddhisme",
)  # fmt: skip
HOME_LANGUAGES: Final = (
    "Nederlands", "Turks", "Arabisch", "Sranan", "Papiaments", "Indonesisch", "Pools", "Frans",
    "Tigrinya", "Dari", "Oekraïens", "Somalisch",
)  # fmt: skip


def survey(people: People, random: Random) -> Table:
    """Make a survey of clients: the columns say nothing, their labels and codes do."""
    rows: list[tuple[Cell, ...]] = [
        (
            number, random.randrange(1, 11), random.randrange(1, 6),
            ORIGIN_GROUPS.index(person.origin.group) + 1, person.generation,
            HOME_LANGUAGES.index(person.speaks) + 1,
            random.choices(range(1, 8), weights=(50, 20, 15, 8, 3, 1, 3))[0],
            random.randrange(1, 4),
        )
        for number, person in enumerate(people, start=1)
    ]  # fmt: skip
    return Table(
        columns=("resp", "v01", "v02", "v07", "v08", "v09", "v10", "v11"),
        rows=rows,
        labels={
            "resp": "Volgnummer respondent",
            "v01": "Rapportcijfer voor de dienstverlening",
            "v02": "Oordeel over de wachttijd",
            "v07": "Herkomst van de respondent (indeling CBS 2022)",
            "v08": "Generatie (migratieachtergrond)",
            "v09": "Welke taal spreekt u thuis het meest?",
            "v10": "Tot welke kerk of geloofsgemeenschap rekent u zich?",
            "v11": "Hoe kwam u met ons in contact?",
        },
        value_labels={
            "v02": {1: "zeer slecht", 2: "slecht", 3: "redelijk", 4: "goed", 5: "zeer goed"},
            "v07": dict(enumerate(ORIGIN_GROUPS, start=1)),
            "v08": {0: "geen migratieachtergrond", 1: "eerste generatie", 2: "tweede generatie"},
            "v09": dict(enumerate(HOME_LANGUAGES, start=1)),
            "v10": dict(enumerate(RELIGIONS, start=1)),
            "v11": {1: "telefoon", 2: "balie", 3: "website"},
        },
    )


def participants(people: People, random: Random) -> Table:
    """Make the sheet that somebody keeps by hand."""
    rows: list[tuple[Cell, ...]] = [
        (
            number, person.full_name, person.nationality.nationality,
            "nee" if person.speaks == NETHERLANDS.language else random.choice(("ja", "nee")),
            random_day(date(2025, 1, 1), REFERENCE_DAY, random),
        )
        for number, person in enumerate(people, start=1)
    ]  # fmt: skip
    return Table(("Nr", "Naam deelnemer", "Nationaliteit", "Tolk nodig", "Startdatum"), rows)


def checklist(people: People, random: Random) -> Table:
    """Make the list on the hidden sheet: whom to look at more closely."""
    rows: list[tuple[Cell, ...]] = []
    for person in people:
        second = person.second_nationality
        rows.append((
            f"U{random.randrange(10**6):06d}", person.birth_country.name,
            second.nationality if second else None, random.choice(("hoog", "midden", "laag")),
        ))  # fmt: skip
    return Table(("dossiernr", "geb.land", "2e nat.", "prioriteit"), rows)


def mailed_list(people: People, random: Random) -> Table:
    """Make the list of an extra check: who has another nationality than the Dutch one."""
    rows: list[tuple[Cell, ...]] = [
        (
            person.bsn, person.full_name, person.nationality.nationality,
            person.second_nationality.nationality if person.second_nationality else None,
            random.choice(("adres", "inkomen", "meerdere meldingen", "steekproef")),
        )
        for person in people
        if person.nationality is not NETHERLANDS
    ]  # fmt: skip
    return Table(("BSN", "Naam", "Nationaliteit", "2e nationaliteit", "Reden"), rows)


def case_people(people: People) -> Table:
    """Make the table of people of the case system."""
    columns = (
        "persoon_id", "bsn", "naam", "geb_dat", "geb_land", "NATCD", "nat2", "landgeb_moeder",
        "landgeb_vader", "vbt_code",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for person in people:
        second = person.second_nationality
        rows.append((
            person.number, person.bsn, person.full_name, person.born.isoformat(),
            person.birth_country.code, person.nationality.nationality_code,
            second.nationality_code if second else None, person.mother_country.code,
            person.father_country.code, person.residence_code or None,
        ))  # fmt: skip
    return Table(columns, rows)


def case_signals(people: People, random: Random, count: int) -> Table:
    """Make the signals that cases start from: no origin in it."""
    rows: list[tuple[Cell, ...]] = [
        (
            number, random.choice(people).number, random.choice(("melding", "koppeling", "tip")),
            random_day(date(2024, 1, 1), REFERENCE_DAY, random).isoformat(),
            random.randrange(0, 1001) / 1000, random.choice(("AD1", "AD2", "IN1", "VM3")),
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    return Table(("signaal_id", "persoon_id", "bron", "datum", "score", "rdn_code"), rows)


def old_debtors(people: People, random: Random) -> Table:
    """Make an export of a system that was switched off, with the words of its day."""
    rows: list[tuple[Cell, ...]] = []
    for person in people:
        group = "autochtoon"
        if person.generation:
            group = "westers" if person.origin.group.startswith("Europa") else "niet-westers"
        rows.append((
            f"D{person.number:05d}", person.surname, person.birth_country.name, group,
            f"{random.randrange(0, 900_000) / 100:.2f}".replace(".", ","),
        ))  # fmt: skip
    return Table(("debiteurnr", "achternaam", "Geboorteland", "herk_groep", "saldo"), rows)


NOTES_ABOUT_ORIGIN: Final = (
    "Betrokkene heeft de {nationality} nationaliteit en belt over de termijn van de betaling.",
    "Mevrouw is geboren in {country} en vraagt om uitleg van de brief.",
    "Gesprek gevoerd met een tolk {language}. Inkomen klopt met de opgave.",
    "Meneer woont sinds {year} in Nederland en komt oorspronkelijk uit {country}.",
    "Verblijfsvergunning gezien en in orde bevonden, kopie niet bewaard.",
)
OTHER_NOTES: Final = (
    "Betaling is één dag te laat gedaan. Excuus aangeboden en nieuwe datum afgesproken.",
    "Betrokkene geeft door dat het inkomen is veranderd. Nieuwe berekening volgt deze week.",
    "Brief retour ontvangen. Adres nagevraagd bij de gemeente en opnieuw verzonden.",
    "Huisbezoek afgezegd wegens ziekte van de medewerker. Nieuwe afspraak per post.",
    "Terugbelverzoek gedaan. Betrokkene had een vraag over de jaaropgave van vorig jaar.",
)


def case_notes(people: People, random: Random) -> Table:
    """Make notes of talks: free text, of which a part tells of somebody's origin."""
    rows: list[tuple[Cell, ...]] = []
    for number, person in enumerate(people, start=1):
        texts = NOTES_ABOUT_ORIGIN if person.generation == 1 else OTHER_NOTES
        note = random.choice(texts).format(
            nationality=person.nationality.nationality,
            country=person.birth_country.name,
            language=person.speaks,
            year=person.settled.year if person.settled else 0,
        )
        day = random_day(date(2025, 1, 1), REFERENCE_DAY, random)
        rows.append((f"N{number:05d}", f"Z{random.randrange(1, 9000):05d}", day, note))
    return Table(("notitie_nr", "zaaknr", "datum", "notitie"), rows)


def change_log(people: People, random: Random, count: int) -> Table:
    """Make the log of a system that keeps what it should only pass on."""
    rows: list[tuple[Cell, ...]] = []
    moment = datetime.combine(date(2025, 9, 1), time(8, 0))
    for _ in range(count):
        moment += timedelta(seconds=random.randrange(5, 900))
        person: Person = random.choice(people)
        old: Country = person.second_nationality or person.birth_country
        rows.append((
            f"{moment:%Y-%m-%dT%H:%M:%S}", f"Z{random.randrange(1, 9000):05d}", "wijziging",
            old.nationality, person.nationality.nationality,
            random.choice(("web", "balie", "batch")),
        ))  # fmt: skip
    return Table(
        ("tijd", "zaaknr", "handeling", "nationaliteit_oud", "nationaliteit_nieuw", "kanaal"), rows
    )


def intake(people: People, random: Random) -> Table:
    """Make the intake of the directorate that is being founded."""
    columns = (
        "deelnemer", "voornaam", "moedertaal", "tolktaal", "land_van_herkomst", "datum_vestiging",
        "niveau", "vorderingen",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            f"T{person.number:05d}", person.given_name, person.birth_country.language,
            person.speaks if person.speaks != NETHERLANDS.language else "",
            person.birth_country.name, person.settled,
            random.choice(("A0", "A1", "A2", "B1")), random.choice(("goed", "matig", "")),
        )
        for person in people
        if person.generation == 1
    ]  # fmt: skip
    return Table(columns, rows)
