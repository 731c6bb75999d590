"""A framework as one page: its tree drawn, its questions, facts, consequences and worked cases.

Readable without network and without script, and printable. A lawyer checks a framework with it:
everything that the data says stands in it, and conditions stand as they are in the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import jinja2

from doorlicht.assessment import Fact, Framework, Node, StatedCase
from doorlicht.assessment.conditions import Always
from doorlicht.assessment.propose import Period
from doorlicht.assessment.spelling import spell, spell_term
from doorlicht.language import Language, say
from doorlicht.reports.framework_picture import draw_framework
from doorlicht.reports.html import safe_name, without_control


def render_framework(
    framework: Framework, cases: Sequence[StatedCase], language: Language, *, version: str
) -> str:
    """Return the page; it asks nothing of a network."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"frameworks.page.{key}", language, **params)

    def condition(of: object) -> str:
        # Only conditions are ever handed over; the template has no types.
        return spell(of, framework.terms)  # type: ignore[arg-type]

    def is_always(of: object) -> bool:
        return isinstance(of, Always)

    def answers(fact: Fact) -> list[tuple[str, str]]:
        # As it is written in a file, and in words.
        return [(value.id, without_control(value.label[language])) for value in fact.values]

    def checked(node: Node) -> str:
        return without_control(node.checked_by) or tell("nobody")

    def source(name: str) -> str:
        one = framework.sources[name]
        return without_control(", ".join(part for part in (one.label, one.article) if part))

    def period(of: Period) -> str:
        return f"{of.since or '…'} / {of.until or '…'}" if of.since or of.until else ""

    return _template().render(
        framework=framework,
        cases=cases,
        lang=language,
        t=tell,
        clean=without_control,
        name=safe_name,
        condition=condition,
        is_always=is_always,
        terms={name: spell_term(name, framework.terms) for name in framework.terms},
        checked=checked,
        checked_at_all=framework_checked(framework, language),
        is_unchecked=not framework.checked_by,
        source=source,
        period=period,
        answers=answers,
        applies=applies(framework, language),
        picture=draw_framework(framework, language),
        version=version,
    )


def applies(framework: Framework, language: Language) -> str:
    """Return the days in which a framework applies, in words."""
    if framework.applies_from is None and framework.applies_until is None:
        return say("frameworks.no_date", language)
    since, until = framework.applies_from, framework.applies_until
    parts = [
        say("frameworks.page.from", language, day=since.isoformat()) if since else "",
        say("frameworks.page.until", language, day=until.isoformat()) if until else "",
    ]
    return " ".join(part for part in parts if part)


def framework_checked(framework: Framework, language: Language) -> str:
    """Return who checked a framework against the law, in words."""
    if framework.checked_by:
        return without_control(framework.checked_by)
    done = sum(bool(node.checked_by) for node in framework.nodes)
    if not done:
        return say("frameworks.unchecked", language)
    return say("frameworks.partly_checked", language, n=done, of=len(framework.nodes))


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("framework.html.jinja")
