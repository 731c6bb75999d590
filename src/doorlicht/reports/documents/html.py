"""A document as one accessible page: no network, no script, printable, light and dark."""

from __future__ import annotations

from functools import cache

import jinja2

from doorlicht.reports.documents.content import Document


def render_html_document(document: Document) -> str:
    """Return the page of a document."""
    return _template().render(document=document)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("document.html.jinja")
