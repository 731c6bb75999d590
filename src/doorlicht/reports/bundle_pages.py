"""The pages of a bundle for people, and its description for programs.

``index.html`` (English) and ``LEESMIJ.html`` (Dutch) say what the bundle is, what is in it and how
to check it; they ask nothing of a network and run no script. ``ro-crate-metadata.json`` says the
same to programs that gather research data.

Source: RO-Crate 1.1 (Research Object Crate), sections on the metadata file and data entities.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

import jinja2

from doorlicht.language import Language, known_keys, say
from doorlicht.reports.html import safe_name

CONTEXT: Final = "https://w3id.org/ro/crate/1.1/context"
PROFILE: Final = "https://w3id.org/ro/crate/1.1"

_FORMATS: Final = {
    "html": "text/html", "json": "application/json", "jsonl": "application/jsonl",
    "py": "text/x-python", "txt": "text/plain", "tsr": "application/timestamp-reply",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BundlePage:
    """What the pages of a bundle show.

    Attributes
    ----------
    files
        Every file, with the key of its description in the catalogue and what goes into it.
    key
        The public key in one line.
    """

    origin: str
    size: int
    checkpoint: str
    key: str
    at: datetime
    by: str
    audience: str
    doorlicht: str
    records: Mapping[str, int]
    withheld: Sequence[str]
    older: Sequence[int]
    timestamps: Sequence[int]
    reports: Sequence[str]

    @property
    def has_small_counts(self) -> bool:
        """Whether exact counts of small groups are in it, which the reports hide."""
        return "audit" in self.records and "audit" not in self.withheld

    @property
    def files(self) -> list[tuple[str, str]]:
        """The files, each with the key of what it is."""
        shown = [kind for kind in self.records if kind not in self.withheld]
        return [
            ("log/entries.jsonl", "entries"),
            ("log/checkpoint.txt", "checkpoint"),
            *((f"log/checkpoints/{size}.txt", "older") for size in self.older),
            *((f"log/timestamps/{size}.tsr", "timestamp") for size in self.timestamps),
            *((f"records/{kind}.jsonl", "records") for kind in shown),
            *((f"reports/{name}", _report_key(name)) for name in self.reports),
            ("verify_bundle.py", "verifier"),
            ("index.html", "page"),
            ("LEESMIJ.html", "page"),
            ("manifest.json", "manifest"),
            ("manifest.dsse.json", "signature"),
        ]


_REPORTS: Final = {
    "audits": "report_audit", "traces": "report_trace", "inventory": "report_inventory",
    "assessments.json": "report_assessments", "configuration.json": "report_configuration",
}  # fmt: skip


def _report_key(name: str) -> str:
    return _REPORTS.get(name.partition("/")[0], "report")


def render_bundle_pages(page: BundlePage) -> dict[str, str]:
    """Return the files that describe a bundle, by their names."""
    return {
        "index.html": _render(page, "en"),
        "LEESMIJ.html": _render(page, "nl"),
        "ro-crate-metadata.json": json.dumps(crate(page), ensure_ascii=False, indent=1) + "\n",
    }


def kind_text(kind: str, language: Language) -> str:
    """Return what records of a kind are; the kind itself, where nobody wrote it down."""
    key = f"bundle.kind.{kind}"
    return say(key, language) if key in known_keys(language) else kind


def crate(page: BundlePage) -> dict[str, object]:
    """Return the description of a bundle as an RO-Crate."""
    about = say("bundle.page.about", "en", origin=page.origin)
    described = [
        {
            "@id": name,
            "@type": "File",
            "name": name.rpartition("/")[2],
            "description": say(f"bundle.file.{kind}", "en"),
            "encodingFormat": _FORMATS[name.rpartition(".")[2]],
        }
        for name, kind in page.files
    ]
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": PROFILE},
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": say("bundle.page.title", "en"),
                "description": about,
                "datePublished": page.at.isoformat(),
                "identifier": f"{page.origin}@{page.size}",
                "license": {"@id": "#use"},
                "creator": {"@id": "#maker"},
                "audience": page.audience,
                "hasPart": [{"@id": one["@id"]} for one in described],
            },
            {"@id": "#use", "@type": "CreativeWork", "name": say("bundle.page.licence", "en")},
            {"@id": "#maker", "@type": "Person", "name": page.by},
            {
                "@id": "#doorlicht",
                "@type": "SoftwareApplication",
                "name": "doorlicht",
                "softwareVersion": page.doorlicht,
            },
            *described,
        ],
    }


def _render(page: BundlePage, language: Language) -> str:
    def tell(key: str, **params: str | float) -> str:
        return say(f"bundle.page.{key}", language, **params)

    def kind(name: str) -> str:
        return kind_text(name, language)

    def describe(key: str) -> str:
        return say(f"bundle.file.{key}", language)

    return _template().render(
        page=page, lang=language, t=tell, kind=kind, describe=describe, clean=safe_name,
        other={"nl": "index.html", "en": "LEESMIJ.html"}[language],
    )  # fmt: skip


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bundle.html.jinja")
