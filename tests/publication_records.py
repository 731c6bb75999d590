"""One record that both forms take, and the published schemas where they are at hand."""

import copy
import json
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).parents[2] / "shared/data/algoritmeregister"
SCHEMAS = {
    "api": PUBLISHED / "publicatiestandaard-1.0.schema.json",
    "standard": PUBLISHED / "publication-standard-v1.0.0.schema.json",
}

RECORD = {
    "name": "Kiezen wie wordt heronderzocht",
    "description_short": "Het algoritme kiest van wie de uitkering opnieuw wordt bekeken.",
    "organization": "Ministerie van Voorbeeldzaken",
    "category": ["Sociale zekerheid", "Werk"],
    "status": "In gebruik",
    "begin_date": "2021-03",
    "contact_email": "algoritmes@voorbeeldzaken.example.nl",
    "website": "https://voorbeeldzaken.example.nl/heronderzoek",
    "publication_category": "Impactvolle algoritmes",
    "url": "https://voorbeeldzaken.example.nl/register/7.json",
    "goal": "<p>Het doel is onjuiste uitkeringen vinden.</p><p>Mensen krijgen een brief.</p>",
    "proportionality": "Een aselecte steekproef is ook bekeken.",
    "human_intervention": "Een medewerker beslist.",
    "risks": "<ul><li>Elk jaar wordt gemeten.</li></ul>",
    "lawful_basis": "Participatiewet, artikel 17.",
    "lawful_basis_grouping": [
        {"title": "Participatiewet", "link": "https://wetten.overheid.nl/BWBR0015703"}
    ],
    "process_index_url": "https://voorbeeldzaken.example.nl/avg",
    "impacttoetsen_grouping": [
        {"title": "Data Protection Impact Assessment (DPIA)",
         "link": "https://voorbeeldzaken.example.nl/dpia"},
        {"title": "Impact Assessment Mensenrechten en Algoritmes (IAMA)", "link": None},
    ],
    "impacttoetsen": None,
    "source_data": "Leeftijd, huishouden, bedrag per maand.",
    "source_data_grouping": [
        {"title": "Uitkeringen", "link": "https://voorbeeldzaken.example.nl/data"}
    ],
    "methods_and_models": "Een verzameling beslisbomen, getraind met gegevens van 2019.",
    "provider": "Intern ontwikkeld",
    "publiccode": "https://voorbeeldzaken.example.nl/code",
    "lang": "nld",
    "standard_version": "1.0",
    "source_id": "M-CZF6MNPHYG",
    "tags": "uitkering, heronderzoek",
}  # fmt: skip


def a_record(**changes):
    """A record of the API that is right, with some fields as a test wants them."""
    return {**copy.deepcopy(RECORD), **changes}


def published(form):
    """Return a published schema; the test is skipped where it is not at hand."""
    if not SCHEMAS[form].is_file():
        pytest.skip("../shared/data/algoritmeregister is not here")
    return json.loads(SCHEMAS[form].read_text("utf-8"))
