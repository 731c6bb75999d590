"""Tables that look like origin-related personal data and are not.

A scan that cries wolf at these is of no use to the people who must read its report: runners in a
race, the origin of cars, the countries of a list, shares per neighbourhood, the language of books,
opinions *about* migration.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from invented.people import COUNTRIES, NETHERLANDS
from invented.tables import Cell, Table

MONTHS: Final = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip


def running_race(random: Random) -> Table:
    """Make the results of a race in the other sense of the word."""
    rows: list[tuple[Cell, ...]] = []
    seconds = 1_900
    for place in range(1, 241):
        seconds += random.randrange(1, 20)
        rows.append((
            place, random.randrange(1, 900), random.choice(("10 km", "5 km", "bedrijvenloop")),
            random.choice(("M35", "V35", "M45", "V45", "Msen", "Vsen")),
            f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}",
        ))  # fmt: skip
    return Table(("plaats", "startnummer", "race", "categorie", "eindtijd"), rows)


def list_of_countries() -> Table:
    """Make a reference list: each row is a country, not a person."""
    rows: list[tuple[Cell, ...]] = [
        (country.code, country.name, country.iso3, country.nationality)
        for country in sorted(COUNTRIES, key=lambda country: country.code)
    ]
    return Table(("landcode", "landnaam", "isocode", "nationaliteit_omschrijving"), rows)


def car_pool(random: Random) -> Table:
    """Make a list of cars, which have an origin too."""
    models = (
        ("Volkswagen", "Duitsland"), ("Renault", "Frankrijk"), ("Toyota", "Japan"),
        ("Volvo", "Zweden"), ("Kia", "Zuid-Korea"), ("Fiat", "Italië"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for _ in range(180):
        brand, origin = random.choice(models)
        rows.append((
            f"{random.choice('GHJKLN')}-{random.randrange(100, 999)}-"
            f"{random.choice('BDFGHJ')}{random.choice('KLMNPR')}",
            brand, origin, random.randrange(2015, 2026), random.randrange(1_000, 190_000),
            random.choice(("elektrisch", "hybride", "benzine")),
        ))  # fmt: skip
    return Table(("kenteken", "merk", "herkomst", "bouwjaar", "km_stand", "brandstof"), rows)


def neighbourhood_figures(random: Random) -> Table:
    """Make shares of groups per neighbourhood: aggregates, about no single person."""
    rows: list[tuple[Cell, ...]] = []
    for number in range(1, 121):
        western = random.randrange(4, 25)
        other = random.randrange(2, 60)
        rows.append((
            f"BU9999{number:04d}", f"Buurt {number}", random.randrange(200, 9_000),
            100 - western - other, western, other, random.randrange(180, 520) * 1000,
        ))  # fmt: skip
    return Table(
        (
            "buurtcode", "buurtnaam", "aantal_inwoners", "% autochtoon", "% westers",
            "% niet-westers", "gemiddelde_woz_waarde",
        ),
        rows,
    )  # fmt: skip


def library(random: Random) -> Table:
    """Make a list of books, which are in a language and were translated from one."""
    titles = ("Lezen", "Rekenen", "Op weg", "Aan het werk", "De buurt", "Gezond", "Formulieren")
    rows: list[tuple[Cell, ...]] = [
        (
            f"978-90-{random.randrange(10_000, 99_999)}-{number:03d}-0",
            f"{random.choice(titles)} {random.randrange(1, 9)}",
            random.choice(("Nederlands", "Engels", "Arabisch", "Turks", "Oekraïens")),
            random.choice(("", "", "Engels", "Duits", "Frans")), random.randrange(1998, 2026),
            random.randrange(40, 320),
        )
        for number in range(1, 161)
    ]  # fmt: skip
    return Table(("isbn", "titel", "taal", "vertaald_uit", "jaar", "bladzijden"), rows)


def opinions(random: Random) -> Table:
    """Make a poll: what people think of migration does not tell where they come from."""
    rows: list[tuple[Cell, ...]] = [
        (
            number, random.randrange(1, 6), random.randrange(1, 6), random.randrange(1, 6),
            random.randrange(0, 11), random.choice(("18-34", "35-54", "55+")),
        )
        for number in range(1, 601)
    ]  # fmt: skip
    return Table(
        (
            "respnr", "mening_immigratie", "mening_taaleis_inburgering", "houding_asielbeleid",
            "vertrouwen_overheid", "leeftijdsgroep",
        ),
        rows,
    )  # fmt: skip


def pigeons(random: Random) -> Table:
    """Make a list of pigeons, which have a race and a colour."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"NL-{random.randrange(20, 26)}-{random.randrange(10**6):06d}",
            random.choice(("Janssen", "Meulemans", "Fabry", "Houben")),
            random.choice(("blauwband", "gekrast", "vaal", "wit", "zwart", "rood")),
            random.randrange(900, 1500) / 1000, random.randrange(90, 900),
        )
        for _ in range(150)
    ]  # fmt: skip
    return Table(("ringnummer", "race", "kleur", "snelheid_km_min", "vlucht_km"), rows)


def firms(random: Random) -> Table:
    """Make a list of firms: a firm has a nation, a person has a nationality."""
    nations = [country.name for country in COUNTRIES[:7]]
    rows: list[tuple[Cell, ...]] = [
        (
            f"9{random.randrange(10**7):07d}", f"Handelsmaatschappij {number}",
            NETHERLANDS.name if random.random() < 0.6 else random.choice(nations),
            random.choice(("4711", "5610", "6201", "8121")), random.randrange(1, 400),
        )
        for number in range(1, 201)
    ]  # fmt: skip
    return Table(("kvk_nr", "handelsnaam", "nation", "sbi_code", "werkzame_personen"), rows)


def meetings(random: Random) -> Table:
    """Make a list of meetings: ``maart`` is a month, and ``lang`` is long."""
    rows: list[tuple[Cell, ...]] = [
        (
            number, random.choice(MONTHS), random.randrange(1, 29),
            random.choice(("kort", "lang", "middellang")),
            random.choice(("zaal Utrecht", "zaal Parijs", "zaal Rome")), random.randrange(2, 30),
        )
        for number in range(1, 131)
    ]  # fmt: skip
    return Table(("nr", "maand", "dag", "duur", "zaal", "aanwezigen"), rows)


def inspections(random: Random) -> Table:
    """Make a list of visits to institutions, not to persons."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"B{number:04d}", date(2025, 1, 6) + timedelta(days=random.randrange(700)),
            random.choice(("uitvoerder", "taalschool", "bemiddelaar", "bewindvoerder")),
            random.choice(("Assen", "Breda", "Ede", "Goes", "Hoorn", "Venlo")),
            random.choice(("voldoende", "verbeteren", "onvoldoende")),
        )
        for number in range(1, 161)
    ]  # fmt: skip
    return Table(("bezoek", "datum", "soort instelling", "plaats", "oordeel"), rows)


def bills(random: Random) -> Table:
    """Make a planning of bills: ``herkomst`` is who asked for one."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"W{number:03d}",
            random.choice(("wet", "besluit", "regeling", "beleidsregel")),
            random.choice(("coalitieakkoord", "motie", "uitspraak rechter", "Europese richtlijn")),
            random.choice(("voorbereiding", "internetconsultatie", "Raad van State", "Kamer")),
            random.randrange(1, 36),
        )
        for number in range(1, 91)
    ]  # fmt: skip
    return Table(("nummer", "soort", "herkomst", "stand", "maanden"), rows)


def payments(random: Random) -> Table:
    """Make payments by month: amounts and counts, nobody by name or number."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"2026-{month:02d}",
            soort,
            random.randrange(2_000, 9_000),
            random.randrange(80, 900) * 1_000,
        )
        for month in range(1, 11)
        for soort in ("huur", "zorg", "kinderen", "energie")
    ]
    return Table(("maand", "toelage", "ontvangers", "euro"), rows)
