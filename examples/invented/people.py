"""People who do not exist, for the example estate.

Names are put together from syllables and are drawn *independently of origin*: a name in the
example says nothing about where somebody comes from, and nobody can be recognised. Citizen
service numbers (BSN) start with 9999, the range that is kept for tests, and on top of that fail
the eleven-check on purpose: no living person can ever get one.

Codes of countries, nationalities and residence permits are those of the Dutch population register
(RvIG, Landelijke tabellen 32, 34 and 56), because the example must look like the real thing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

REFERENCE_DAY: Final = date(2026, 1, 1)
"""The day that the example is about; the clock of the machine is never read."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country as Dutch registers write it, with how often (relative) people come from it."""

    code: str
    iso3: str
    name: str
    nationality_code: str
    nationality: str
    language: str
    group: str
    places: tuple[str, ...]
    weight: int


def _read_countries() -> tuple[Country, ...]:
    with (Path(__file__).parent / "countries.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_country(row) for row in csv.DictReader(file))


def _country(row: dict[str, str]) -> Country:
    weight, places = int(row.pop("weight")), tuple(row.pop("places").split("|"))
    return Country(**row, places=places, weight=weight)


COUNTRIES: Final = _read_countries()
NETHERLANDS: Final = COUNTRIES[0]

EUROPEAN: Final = frozenset({"POL", "BEL"})
"""Citizens of the Union need no residence permit."""

RESIDENCE_CODES: Final = ("21", "25", "26", "27", "29", "33", "34")
"""Some permits of table 56 that are in use today."""

GIVEN_NAMES: Final = (
    "Ada", "Amin", "Bo", "Cato", "Dani", "Ela", "Fenna", "Gijs", "Hava", "Ilse", "Imre", "Jip",
    "Kaya", "Lenn", "Lou", "Mila", "Mees", "Nadi", "Noor", "Omar", "Pim", "Quinn", "Rana", "Roos",
    "Sami", "Sil", "Tara", "Teun", "Umar", "Vera", "Wout", "Xen", "Yara", "Yuna", "Zev", "Zoë",
)  # fmt: skip
FIRST_HALVES: Final = (
    "Wilgen", "Duin", "Berken", "Zilver", "Molen", "Kraaien", "Linden", "Haver", "Noorder",
    "Schelp", "Veen", "Klaver", "Eiken", "Regen", "Sterren", "Zomer",
)  # fmt: skip
SECOND_HALVES: Final = (
    "hoek", "stra", "burg", "man", "veld", "huizen", "ma", "sloot", "mans", "brug", "kamp", "zicht",
)  # fmt: skip
PREFIXES: Final = ("", "", "", "", "van", "de", "van der", "ten")
POSTCODE_LETTERS: Final = "ABCDEGHJKLMNPRTVWXZ"
MUNICIPALITIES: Final = ("0363", "0599", "0344", "0193", "0855", "0014", "0141", "0664")
"""Codes of table 33."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    number: int
    bsn: str
    given_name: str
    prefix: str
    surname: str
    sex: str
    born: date
    birth_place: str
    birth_country: Country
    mother_country: Country
    mother_place: str
    father_country: Country
    nationality: Country
    second_nationality: Country | None
    settled: date | None
    residence_code: str
    postcode: str
    municipality: str
    speaks: str

    @property
    def full_name(self) -> str:
        """Given name, prefix and surname."""
        return " ".join(part for part in (self.given_name, self.prefix, self.surname) if part)

    @property
    def generation(self) -> int:
        """0: no background of migration; 1: born abroad; 2: child of a parent born abroad."""
        if self.birth_country is not NETHERLANDS:
            return 1
        return 0 if self.mother_country is self.father_country is NETHERLANDS else 2

    @property
    def origin(self) -> Country:
        """The country that Statistics Netherlands (2022) counts somebody with."""
        if self.birth_country is not NETHERLANDS:
            return self.birth_country
        return self.father_country if self.mother_country is NETHERLANDS else self.mother_country


def invent_people(count: int, random: Random) -> tuple[Person, ...]:
    """Return ``count`` people, the same ones for the same random."""
    numbers = random.sample(range(100_000), count * 2)
    bsns = (bsn for number in numbers if fails_eleven_check(bsn := f"9999{number:05d}"))
    return tuple(_invent_person(number, next(bsns), random) for number in range(1, count + 1))


def fails_eleven_check(bsn: str) -> bool:
    """Tell whether this can never be a real BSN: the weighted sum of its digits must divide by 11.

    Source: Logisch Ontwerp BRP, element 01.20.

    Examples
    --------
    >>> fails_eleven_check("999990019"), fails_eleven_check("999990018")
    (False, True)
    """
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(digit) for w, digit in zip(weights, bsn, strict=True)) % 11 != 0


def random_day(first: date, last: date, random: Random) -> date:
    """Return a day from ``first`` up to and including ``last``."""
    return first + timedelta(days=random.randrange((last - first).days + 1))


def _invent_person(number: int, bsn: str, random: Random) -> Person:
    birth = _draw_country(random)
    born = random_day(date(1940, 1, 1), date(2007, 12, 31), random)
    mother, father = _draw_parents(birth, random)
    nationality, second = _draw_nationalities(birth, father, random)
    settled = None
    if birth is not NETHERLANDS:
        settled = random_day(born + timedelta(days=700), REFERENCE_DAY, random)
    needs_permit = nationality is not NETHERLANDS and nationality.iso3 not in EUROPEAN
    language = birth.language if random.random() < 0.6 else NETHERLANDS.language
    return Person(
        number=number,
        bsn=bsn,
        given_name=random.choice(GIVEN_NAMES),
        prefix=random.choice(PREFIXES),
        surname=random.choice(FIRST_HALVES) + random.choice(SECOND_HALVES),
        sex=random.choice("MV"),
        born=born,
        birth_place=random.choice(birth.places),
        birth_country=birth,
        mother_country=mother,
        mother_place=random.choice(mother.places),
        father_country=father,
        nationality=nationality,
        second_nationality=second,
        settled=settled,
        residence_code=random.choice(RESIDENCE_CODES) if needs_permit else "",
        postcode=f"{random.randrange(1000, 9999)}"
        f"{random.choice(POSTCODE_LETTERS)}{random.choice(POSTCODE_LETTERS)}",
        municipality=random.choice(MUNICIPALITIES),
        speaks=language,
    )


def _draw_country(random: Random) -> Country:
    return random.choices(COUNTRIES, weights=[country.weight for country in COUNTRIES])[0]


def _draw_parents(birth: Country, random: Random) -> tuple[Country, Country]:
    if birth is not NETHERLANDS or random.random() < 0.7:
        return birth, birth
    return _draw_country(random), _draw_country(random)


def _draw_nationalities(
    birth: Country, father: Country, random: Random
) -> tuple[Country, Country | None]:
    roots = birth if birth is not NETHERLANDS else father
    if roots.nationality_code == NETHERLANDS.nationality_code:
        return NETHERLANDS, None
    if birth is NETHERLANDS or random.random() < 0.5:
        return NETHERLANDS, roots if random.random() < 0.6 else None
    return roots, None
