"""Build the nodes and sources of the framework ``adr-ark-controls`` from the list of norms.

    python scripts/build_norms.py NORMS.csv [--edition DATE] [--check]

The list (98 norms of the Algoritmekader with the control codes of the Auditdienst Rijk and the
Algemene Rekenkamer) is not part of this repository. What follows from it is written here: the
order, the step in the life cycle, when a norm applies and from which day, articles and codes. The
words are people's work and stand in ``facts.yaml`` beside it: a norm without a fact there, or a
fact without a norm, is told and nothing is written.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

FRAMEWORK: Final = (
    Path(__file__).parents[1] / "src/doorlicht/assessment/frameworks/adr-ark-controls"
)

GROUPS: Final = {
    "organisatieverantwoordelijkheden": "organisatie",
    "probleemanalyse": "probleemanalyse",
    "ontwerp": "ontwerp",
    "dataverkenning-en-datapreparatie": "data",
    "ontwikkelen": "ontwikkelen",
    "verificatie-en-validatie": "verificatie",
    "implementatie": "implementatie",
    "monitoring-en-beheer": "beheer",
    "uitfaseren": "uitfaseren",
}
"""Steps of the life cycle, to the groups of ``framework.yaml``."""

IN_WORDS: Final = {
    "organisatieverantwoordelijkheden": ("organisatie", "organisation"),
    "probleemanalyse": ("probleemanalyse", "analysis of the problem"),
    "ontwerp": ("ontwerp", "design"),
    "dataverkenning-en-datapreparatie": ("dataverkenning en datapreparatie", "preparing data"),
    "ontwikkelen": ("ontwikkelen", "development"),
    "verificatie-en-validatie": ("verificatie en validatie", "verification and validation"),
    "implementatie": ("implementatie", "implementation"),
    "monitoring-en-beheer": ("monitoring en beheer", "monitoring and operation"),
    "uitfaseren": ("uitfaseren", "phasing out"),
}
"""The same in Dutch and English."""

WHEN: Final = {
    "elk gebruik": "",
    "alle": "",
    "organisatie": "",
    "elk gebruik met verschil in behandeling": "differential",
    "alle met effect op personen": "decides or targeted_control",
    "geautomatiseerde besluiten/risicoselectie": "decides or targeted_control",
    "risicoprofilering (alle indicatoren)": "targeted_control",
    "risicoselectie": "targeted_control",
    "besluiten": "decides",
    "besluitvorming": "decides",
    "persoonsgegevens": "personal_data",
    "bijzondere persoonsgegevens": "is_special",
    "hoog risico": "personal_data and likely_high_risk",
    "AI-systeem": "ai_system",
    "AI-systeem, aanbieder": "ai_system and provider",
    "AI-testomgeving": "ai_system and sandbox",
    "modellen": "is_model",
    "inkoop": "bought",
    "impactvol": "impactful",
    "hoog-risico/impactvol": "high_risk_ai or impactful",
    "hoog-risico": "high_risk_ai",
    "hoog-risico bijlage III": "high_risk_ai",
    "hoog-risico (BIO/AVG: alle)": "high_risk_ai or personal_data",
    "hoog-risico, aanbieder": "high_risk_ai and provider",
    "hoog-risico, gebruiksverantwoordelijke": "high_risk_ai and deployer",
    "hoog-risico, overheid als gebruiksverantwoordelijke": (
        "high_risk_ai and deployer and public_body"
    ),
    "hoog-risico, publiekrechtelijk": "high_risk_ai and public_body",
    "vermoeden of vaststelling": "discrimination_suspected",
    "uitfaseren": "phasing_out",
}
"""When a norm applies, as the list says it, to a condition over facts."""

NO_DATE: Final = frozenset({"hoog-risico (BIO/AVG: alle)"})
"""Other law asks the same already: the date of the AI regulation would hide that."""

STEPS: Final = {
    "toetsen": ("toetsen", "testing"),
    "borgen": ("borgen", "safeguarding"),
    "verantwoorden/audit": ("verantwoorden", "accounting for it"),
    "opruimen": ("opruimen", "cleaning up"),
    "informeren": ("informeren", "informing"),
    "beeindigen": ("beëindigen", "ending"),
    "inventariseren": ("inventariseren", "making an inventory"),
}

SLIPS: Final = {"art. 5 lid 1 onder de AVG": "art. 5 lid 1 onder e AVG"}
"""Slips of the pen in the list."""

LAWS: Final = {
    "AI-vo": "AI-verordening",
    "AVG": "AVG",
    "UAVG": "UAVG",
    "Awb": "Algemene wet bestuursrecht",
    "Awgb": "Algemene wet gelijke behandeling",
    "Woo": "Wet open overheid",
    "EVRM Prot. 12": "EVRM Protocol 12",
    "EVRM": "EVRM",
    "EU-Handvest": "Handvest van de grondrechten van de EU",
    "Grondwet": "Grondwet",
    "Archiefwet 1995": "Archiefwet 1995",
    "Archiefwet": "Archiefwet 1995",
    "Aanbestedingswet 2012": "Aanbestedingswet 2012",
    "Baseline Informatiebeveiliging Overheid": "Baseline Informatiebeveiliging Overheid",
}

HEAD: Final = "# Written by scripts/build_norms.py; the words stand in facts.yaml.\n"


def main() -> int:
    """Write both files; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("norms", type=Path, metavar="NORMS.csv")
    parser.add_argument("--edition", help="the newest, if none is named")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    options = parser.parse_args()
    editions = sorted(one.name for one in FRAMEWORK.iterdir() if one.is_dir())
    folder = FRAMEWORK / (options.edition or editions[-1])
    with options.norms.open(encoding="utf-8", newline="") as file:
        norms = {short(row["id"]): row for row in csv.DictReader(file)}
    facts: dict[str, Any] = yaml.safe_load((folder / "facts.yaml").read_text("utf-8"))["facts"]
    about_norms = {name for name in facts if "-" in name}
    wrong = [f"no fact for norm {name}" for name in norms if name not in facts]
    wrong += [f"no norm for fact {name}" for name in sorted(about_norms - set(norms))]
    if not wrong:
        for name, text in (("nodes", nodes(norms, facts)), ("sources", sources(norms))):
            path = folder / f"{name}.yaml"
            if not options.check:
                path.write_text(text, "utf-8", newline="\n")
            elif path.read_text("utf-8") != text:
                wrong.append(f"{name}.yaml differs")
    print("\n".join(wrong) or f"{len(norms)} norms", file=sys.stderr if wrong else sys.stdout)
    return int(bool(wrong))


def short(urn: str) -> str:
    """Return the short id of a norm: ``urn:nl:ak:ver:avg-03`` is ``avg-03``."""
    return urn.rpartition(":")[2]


def nodes(norms: Mapping[str, Mapping[str, str]], facts: Mapping[str, Any]) -> str:
    """Return ``nodes.yaml``: norms in the order of the life cycle."""
    order = list(GROUPS)
    steps = {name: norm["lifecycle"].split() for name, norm in norms.items()}
    ordered = sorted(norms, key=lambda name: order.index(steps[name][0]))
    text = HEAD + "nodes:\n"
    for name in ordered:
        norm, question = norms[name], facts[name]["question"]
        text += f"  {name}:\n    group: {GROUPS[steps[name][0]]}\n"
        text += _words("question", *(_claim(question[language]) for language in ("nl", "en")))
        when = WHEN[norm["applies_to"]]
        if when:
            text += f"    when: {when}\n    unsure: ask\n"
        text += f"    passes: {name}\n    fails: voldoet_niet\n"
        day = re.match(r"\d{4}-\d\d-\d\d", norm["applies_from"])
        if day and norm["applies_to"] not in NO_DATE:
            text += f"    applies_from: {day[0]}\n"
        text += _words("remark", *_remark(norm, steps[name]))
        text += f"    sources: [{', '.join(slug for slug, _, _ in _sources_of(norm))}]\n"
    return text


def _claim(question: str) -> str:
    """Return the norm itself out of "Is this met? The norm."."""
    return question.partition("? ")[2]


def _remark(norm: Mapping[str, str], steps: list[str]) -> tuple[str, str]:
    step = STEPS[norm["step"]]
    dutch, english = [f"Stap in het onderzoek: {step[0]}."], [f"Step of the inquiry: {step[1]}."]
    if norm["relevance"] == "kern":
        dutch.append("Kern van de toets op afkomstgegevens.")
        english.append("Core of the test of data of origin.")
    if steps[1:]:
        again = [IN_WORDS[one] for one in steps[1:]]
        dutch.append(f"Komt terug bij: {', '.join(words[0] for words in again)}.")
        english.append(f"Comes back at: {', '.join(words[1] for words in again)}.")
    if norm["codes_source"] == "via maatregelen":
        dutch.append("De codes van ADR en ARK volgen uit de maatregelen bij deze eis.")
        english.append("The codes of ADR and ARK follow from the measures of this requirement.")
    if "Omnibus" in norm["applies_from"]:
        dutch.append("Datum van de AI-verordening na de Omnibus; controleer het Publicatieblad.")
        english.append("Date of the AI regulation after the Omnibus; check the official journal.")
    return " ".join(dutch), " ".join(english)


def sources(norms: Mapping[str, Mapping[str, str]]) -> str:
    """Return ``sources.yaml``: laws first, then requirements and controls."""
    found = {slug: (label, article) for norm in norms.values()
             for slug, label, article in _sources_of(norm)}  # fmt: skip
    text = HEAD + "sources:\n"
    for slug in sorted(found, key=_source_order):
        label, article = found[slug]
        shown = f", article: {json.dumps(article, ensure_ascii=False)}" if article else ""
        text += f"  {slug}: {{label: {json.dumps(label, ensure_ascii=False)}{shown}}}\n"
    return text


def _source_order(slug: str) -> tuple[int, list[str | int]]:
    kinds = ("adr-", "ark-", "norm-")
    kind = next((at for at, start in enumerate(kinds, 1) if slug.startswith(start)), 0)
    # Numbers at odd places, words at even ones: so two slugs can always be compared.
    parts = re.split(r"(\d+)", slug)
    return kind, [int(part) if at % 2 else part for at, part in enumerate(parts)]


def _sources_of(norm: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the sources of a norm: id, label and article."""
    yield f"norm-{short(norm['id'])}", "Algoritmekader", norm["id"]
    for part in norm["legal_articles"].split(";"):
        text = SLIPS.get(part.strip(), part.strip())
        if text and not text.startswith("(via "):
            yield _slug(text), *_law(text)
    for linked in norm["linked_vereisten"].split():
        kind = f"urn:nl:ak:ver:{linked}"
        yield f"norm-{linked}", "Algoritmekader", kind
    for code in norm["adr_codes"].split():
        yield _slug(f"adr {code}"), "ADR, Onderzoekskader algoritmes", code
    for code in norm["ark_codes"].split():
        yield _slug(f"ark {code}"), "Algemene Rekenkamer, Toetsingskader algoritmes", code


def _law(text: str) -> tuple[str, str]:
    for short_name, name in LAWS.items():
        found = re.fullmatch(rf"(.+?),? (?:van de )?{re.escape(short_name)}", text)
        if found:
            return name, found[1].replace(", lid", " lid")
    return text, ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].rstrip("-")


def _words(key: str, dutch: str, english: str) -> str:
    return f"    {key}:\n      nl: {_plain(dutch)}\n      en: {_plain(english)}\n"


def _plain(text: str) -> str:
    """Return text as YAML writes it: bare where that can be read only one way."""
    is_bare = text[:1].isalpha() and ": " not in text and " #" not in text and text[-1:] != ":"
    return text if is_bare else json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
