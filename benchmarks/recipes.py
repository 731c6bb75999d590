"""Columns of invented registries, each as an SQL expression over a row number ``i``.

Every value follows from the row number and the name of the column by a hash, so that the same
data comes out on every machine, with any number of threads. No number can be that of a
person: citizen service numbers fail the check that real ones pass (the "eleven-check").
Names, streets and sentences are put together from syllables and stock words.

The hash is DuckDB's own, which may change with its version; the cache of made files therefore
keeps the version in its key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ONSETS = (
    "b",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "v",
    "z",
)
_RIMES = (
    "aan",
    "ak",
    "ar",
    "ee",
    "el",
    "en",
    "erd",
    "et",
    "ie",
    "ijk",
    "im",
    "oen",
    "om",
    "oud",
    "us",
)
_SYLLABLES = tuple(onset + rime for onset in _ONSETS for rime in _RIMES)
_WORDS = (
    "aanvraag", "beslissing", "brief", "betrokkene", "gesprek", "termijn", "verlengd", "afgewezen",
    "toegekend", "met", "naar", "over", "is", "niet", "op", "de", "het", "een", "adres",
    "gewijzigd", "telefonisch", "contact", "geweest", "stukken", "ontvangen", "ontbreken", "nog",
    "week", "behandelaar", "bezwaar", "zitting", "gemachtigde", "inkomen", "huur", "kind", "school",
)  # fmt: skip
_COUNTRY_NAMES = (
    "Nederland", "België", "Duitsland", "Marokko", "Turkije", "Suriname", "Polen", "Syrië",
    "Indonesië", "Oekraïne", "Frankrijk", "Spanje", "Italië", "Iran", "Irak", "Ghana", "China",
    "India", "Brazilië", "Eritrea", "Somalië", "Afghanistan", "Roemenië", "Bulgarije", "Portugal",
)  # fmt: skip
_ISO2 = (
    "NL", "BE", "DE", "MA", "TR", "SR", "PL", "SY", "ID", "UA", "FR", "ES", "IT", "IR", "IQ", "GH",
    "CN", "IN", "BR", "ER", "SO", "AF", "RO", "BG", "PT",
)  # fmt: skip
_PLACES = (
    "Amsterdam", "Rotterdam", "Den Haag", "Utrecht", "Eindhoven", "Groningen", "Tilburg", "Almere",
    "Breda", "Nijmegen", "Apeldoorn", "Haarlem", "Arnhem", "Enschede", "Zwolle", "Leiden",
    "Paramaribo", "Casablanca", "Ankara", "Antwerpen", "Damascus", "Warschau", "Teheran", "Accra",
)  # fmt: skip
_NATIONALITIES = tuple(f"{number:04}" for number in (1, *range(27, 120), *range(200, 400, 3)))
_COUNTRIES = tuple(f"{number}" for number in (6030, *range(5001, 5055), *range(6000, 6080)))


def roll(salt: str, sides: int) -> str:
    """Return SQL of an integer 0..sides-1 that looks random, and is the same on every run."""
    return f"(hash(i, '{salt}') % {sides})"


def _quoted(values: Sequence[str]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def pick(salt: str, values: Sequence[str], *, skew: int = 1) -> str:
    """Return SQL that takes one of the values; a higher skew favours the first ones."""
    share = f"({roll(salt, 1_000_003)} / 1000003.0)"
    place = f"(1 + floor({len(values)} * power({share}, {skew})))::INTEGER"
    return f"{_quoted(values)}[{place}]"


def name(salt: str, syllables: int) -> str:
    """Return SQL of an invented name."""
    parts = " || ".join(pick(f"{salt}{part}", _SYLLABLES) for part in range(syllables))
    whole = f"({parts})"
    return f"(upper({whole}[1]) || {whole}[2:])"


def failing_number(salt: str) -> str:
    """Return SQL of nine digits that never pass the eleven-check of a citizen service number.

    Source: Regeling voorzieningen burgerservicenummer; the weighted sum 9..2 of the first eight
    digits, minus the ninth, is a multiple of eleven for a number that can be issued.
    """
    digits = [f"({roll(f'{salt}{place}', 10)})::INTEGER" for place in range(8)]
    total = " + ".join(f"{9 - place} * {digit}" for place, digit in enumerate(digits))
    last = f"((({total}) % 11 + 1 + {roll(f'{salt}9', 9)}::INTEGER) % 10)"
    return "(" + " || ".join([*digits, last]) + ")"


def day(salt: str, first: str, days: int) -> str:
    """Return SQL of a date in a range."""
    return f"(DATE '{first}' + {roll(salt, days)}::INTEGER)"


def sentence(salt: str, words: int) -> str:
    """Return SQL of a note of stock words."""
    return "(" + " || ' ' || ".join(pick(f"{salt}{word}", _WORDS) for word in range(words)) + ")"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A column: its name, and the SQL of its values given a salt."""

    name: str
    sql: Callable[[str], str]


def _postcode(salt: str) -> str:
    first, second = (f"chr((65 + {roll(f'{salt}{part}', 26)})::INTEGER)" for part in "ab")
    return f"((1000 + {roll(salt, 8999)})::VARCHAR || {first} || {second})"


def _mostly_null(salt: str, sql: str) -> str:
    return f"(CASE WHEN {roll(f'{salt}null', 20)} = 0 THEN {sql} END)"


def _case_number(salt: str) -> str:
    return f"('D-20' || (10 + {roll(f'{salt}y', 14)}) || '-' || {roll(salt, 900_000)})"


def _moment(salt: str) -> str:
    return f"(TIMESTAMP '2005-01-01' + to_minutes({roll(salt, 9_000_000)}::BIGINT))"


REGISTRY = (
    Recipe("persoon_id", lambda s: f"(100000000 + {roll(s, 900_000_000)})::BIGINT"),
    Recipe("bsn", failing_number),
    Recipe(
        "voornaam", lambda s: pick(s, [a + b for a in _SYLLABLES[::5] for b in ("a", "o", "en")])
    ),
    Recipe("tussenvoegsel", lambda s: pick(s, ("", "", "", "van", "de", "van der"))),
    Recipe("achternaam", lambda s: name(s, 3)),
    Recipe("geboortedatum", lambda s: day(s, "1930-01-01", 33_000)),
    Recipe("geslacht", lambda s: pick(s, ("M", "V", "O"))),
    Recipe("geb_land", lambda s: pick(s, _COUNTRIES, skew=6)),
    Recipe("nat_code", lambda s: pick(s, _NATIONALITIES, skew=6)),
    Recipe("tweede_nat", lambda s: _mostly_null(s, pick(s, _NATIONALITIES, skew=2))),
    Recipe("land_iso", lambda s: pick(s, _ISO2, skew=4)),
    Recipe("land_herkomst", lambda s: pick(s, _COUNTRY_NAMES, skew=4)),
    Recipe("geb_plaats", lambda s: pick(s, _PLACES, skew=2)),
    Recipe("postcode", _postcode),
    Recipe("huisnummer", lambda s: f"(1 + {roll(s, 400)})::INTEGER"),
    Recipe("gemeente_code", lambda s: f"lpad({roll(s, 1990)}::VARCHAR, 4, '0')"),
    Recipe("ingeschreven_op", _moment),
    Recipe(
        "status", lambda s: pick(s, ("lopend", "afgerond", "ingetrokken", "in bezwaar"), skew=2)
    ),
    Recipe("categorie", lambda s: pick(s, tuple("ABCDEFGH"), skew=2)),
    Recipe("bedrag", lambda s: f"({roll(s, 5_000_000)} / 100.0)::DECIMAL(10,2)"),
    Recipe("score", lambda s: f"round({roll(s, 1_000_003)} / 1000003.0, 6)::DOUBLE"),
    Recipe("verblijfstitel", lambda s: _mostly_null(s, pick(s, [str(n) for n in range(21, 47)]))),
    Recipe("is_gehuwd", lambda s: f"({roll(s, 5)} < 2)"),
    Recipe("dossier", _case_number),
)
"""24 columns as a register of persons has them: ids, names, dates, codes, amounts, flags."""

WIDE_TEXT = (
    Recipe("straat", lambda s: f"({name(s, 2)} || 'straat')"),
    Recipe("email", lambda s: f"(lower({name(s, 2)}) || {roll(s, 1000)} || '@voorbeeld.example')"),
    Recipe("kenmerk", lambda s: f"to_hex(hash(i, '{s}'))"),
    Recipe("toelichting", lambda s: sentence(s, 5)),
)
"""What a CSV export of the same register has on top: addresses, references, a note."""

NARROW = tuple(
    recipe
    for recipe in REGISTRY
    if recipe.name
    in {"persoon_id", "achternaam", "geboortedatum", "nat_code", "land_iso", "bedrag"}
)
"""Six columns of different kinds, for series over the number of rows."""


def repeated(recipes: Sequence[Recipe], columns: int) -> list[tuple[str, str]]:
    """Return so many (name, SQL) pairs, by going round the recipes with other salts.

    Examples
    --------
    >>> [name for name, _ in repeated(NARROW, 8)][-2:]
    ['persoon_id_2', 'achternaam_2']
    """
    made: list[tuple[str, str]] = []
    for place in range(columns):
        recipe = recipes[place % len(recipes)]
        lap = place // len(recipes) + 1
        title = recipe.name if lap == 1 else f"{recipe.name}_{lap}"
        made.append((title, recipe.sql(title)))
    return made
