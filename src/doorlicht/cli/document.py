"""``doorlicht document``, ``open-data``: what goes to Parliament, to people and to the public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, cast

from rich.console import Console
from rich.text import Text as Styled

import doorlicht
from doorlicht.cli.output import json_text, write_bytes, write_text
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError, WrongUseError
from doorlicht.language import LANGUAGES, Language, say
from doorlicht.reports.documents import open_data
from doorlicht.reports.documents.content import Document
from doorlicht.reports.documents.docx import render_docx
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.documents.making import DocumentKind
from doorlicht.reports.documents.odt import render_odt
from doorlicht.reports.documents.pdf import render_pdf
from doorlicht.reports.html import safe_name
from doorlicht.runs.documents import (
    DocumentRequest,
    find_figure,
    gather_given,
    make_from_register,
    refuse_before_campaign,
    sign_document,
)
from doorlicht.vocabulary import load_vocabulary

_WRITERS: Final[Mapping[str, Callable[[Document], bytes]]] = {
    "html": lambda document: render_html_document(document).encode("utf-8", "replace"),
    "pdf": render_pdf,
    "docx": render_docx,
    "odt": render_odt,
}


def run_document(
    language: Language,
    *,
    kind: str,
    form: str | None,
    out: str,
    day: date | None,
    framework: str,
    edition: str | None,
    campaign: str | None,
    questions: str | None,
    sign_off: bool,
    register: str | None,
    by: str | None,
) -> int:
    """Make a document of what the register holds, write it, and freeze it where that is asked."""
    chosen = form_of(form, out)
    check_targets([(chosen, out)])
    request = DocumentRequest(
        cast("DocumentKind", kind.replace("-", "_")), language, day or now().date(), framework,
        edition, campaign, questions,
    )  # fmt: skip
    if sign_off and request.day > now().date():
        # What is counted then nobody knows yet; the next report would be set beside it.
        raise InputError("documents.future_day", day=str(request.day))
    console = Console(highlight=False, stderr=out in STANDARD_OUTPUT)
    with opened(register, by) as (found, settings):
        if day is not None:
            refuse_before_campaign(found, request)
        made = make_from_register(found, request, _concepts(), version=doorlicht.__version__)
        write_document(made.document, chosen, out)
        if sign_off:
            signed = sign_document(
                found, made, request, by=who(settings), version=doorlicht.__version__
            )
            told = say(
                "documents.screen.signed", language, id=signed.id, n=len(signed.figures),
                by=safe_name(signed.by),
            )  # fmt: skip
            console.print(Styled(told, style="bold"))
    console.print(say("documents.screen.made", language, path=out, n=len(made.figures)))
    return 0


def form_of(form: str | None, out: str) -> str:
    """Return the form of a document, by its option or else by the ending of its file."""
    ending = Path(out).suffix.casefold().lstrip(".")
    chosen = form or ending
    if chosen not in _WRITERS:
        raise WrongUseError("documents.no_form", path=out, known=", ".join(_WRITERS))
    return chosen


def write_document(document: Document, form: str, out: str) -> None:
    """Write a document in a form of :func:`form_of`; only a page can go to the screen."""
    content = _WRITERS[form](document)
    if form == "html":
        write_text(content.decode("utf-8"), out)
    elif out in STANDARD_OUTPUT:
        raise WrongUseError("documents.packed_to_screen", form=form.upper())
    else:
        write_bytes(content, out)


def _concepts() -> dict[Language, dict[str, str]]:
    known = load_vocabulary().concepts
    return {
        language: {name: one.name[language] for name, one in known.items()}
        for language in LANGUAGES
    }


def run_open_data(
    language: Language,
    *,
    out: str,
    base: str,
    publisher: str,
    name: str,
    contact: str,
    licence: str,
    framework: str,
    edition: str | None,
    register: str | None,
) -> int:
    """Write the inventory as open data into a folder, with its description."""
    wanted = open_data.check_publication(
        open_data.Publication(base, publisher, name, contact, licence)
    )
    request = DocumentRequest("final", language, now().date(), framework, edition)
    with opened(register) as (found, _):
        given = gather_given(found, request, _concepts())
    described = open_data.describe_data_set(given, wanted, version=doorlicht.__version__)
    files = {
        "uses.csv": open_data.render_open_csv(given),
        "uses.json": open_data.render_open_json(given),
        "catalogue.jsonld": json_text(described),
        "catalogue.ttl": open_data.render_turtle(described),
    }
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise InputError("output.unwritable", path=out)
    check_targets([(f"open_{file.rsplit('.', 1)[1]}", str(folder / file)) for file in files])
    for file, text in files.items():
        write_text(text, str(folder / file))
    uses = 0 if given.inventory is None else len(given.inventory.lines)
    Console(highlight=False).print(say("documents.screen.open_data", language, path=out, n=uses))
    return 0


def explain_figure(
    language: Language, figure_id: str, register: str | None, day: date | None = None
) -> int:
    """Print a figure: what was counted, when, and in which signed reports it stands, if in any."""
    request = DocumentRequest("final", language, day or now().date())
    with opened(register) as (found, _):
        figure, reports = find_figure(found, figure_id, request)
    console = Console(highlight=False, soft_wrap=True)

    def tell(key: str, text: str) -> None:
        console.print(Styled(f"{say(f'documents.figure.{key}', language)}: {text}"))

    unit = say(f"figures.unit.{figure.unit}", language)
    label = say(f"figures.query.{figure.query}.label", language)
    console.print(Styled(f"{figure.id}  {label}", style="bold"))
    tell("value", f"{unit} {figure.value} ({figure.day.isoformat()})")
    tell("definition", say(f"figures.query.{figure.query}.definition", language))
    asked = [f"{name} = {safe_name(value)}" for name, value in figure.parameters.items()]
    tell("query", "; ".join([figure.query, *asked]))
    tell("snapshot", figure.snapshot)
    unknown = say("documents.open", language, what=say("documents.figure.ledger", language))
    tell("ledger", unknown if figure.entries is None else str(figure.entries))
    rows = ", ".join(safe_name(one) for one in figure.rows)
    tell("rows", rows or say("documents.figure.no_rows", language))
    if not reports:
        console.print(Styled(say("documents.screen.not_frozen", language), style="yellow"))
    for one in reports:
        told = say(
            "documents.screen.stands_in", language, id=one.id, title=safe_name(one.title),
            by=safe_name(one.by), at=f"{one.at:%Y-%m-%d %H:%M}",
        )  # fmt: skip
        console.print(Styled(told))
    return 0
