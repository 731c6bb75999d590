"""A record of the Algorithm Register as it is shown, on screen and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.language import Language, say
from doorlicht.publication import FORMS, Form, Problem, say_problem
from doorlicht.publication.compare import say_disagreement
from doorlicht.publication.disagreement import DEGREES, Disagreement
from doorlicht.publication.fields import field_named
from doorlicht.publication.fill import FilledField, FilledRecord
from doorlicht.publication.forms import LeftOut
from doorlicht.publication.plain_text import readable
from doorlicht.reports.html import safe_name, without_control
from doorlicht.reports.publication_json import (
    disagreements_tree,
    filled_tree,
    left_out_tree,
    problems_tree,
    say_label,
)
from doorlicht.runs.publish import Publication, is_absent

EXCERPT: Final = 70
"""Letters of a value on screen."""


def publication_tree(
    subject: str,
    filled: FilledRecord,
    made: Publication,
    own: Sequence[Disagreement],
    language: Language,
) -> dict[str, object]:
    """Return all that is on the screen, for machines."""
    return {
        "id": subject,
        "record": {form: made.form(form) for form in FORMS},
        **filled_tree(filled, language),
        "problems": problems_tree(made.problems, language),
        "left_out": left_out_tree(made.left_out),
        "passes": made.passes,
        "answers_against_evidence": disagreements_tree(own, language),
    }


def compared_tree(
    name: str, found: Sequence[Disagreement], language: Language
) -> dict[str, object]:
    """Return where a published record and the evidence disagree, for machines."""
    return {
        "name": name,
        "disagreements": disagreements_tree(found, language),
        "limits": [say("publication.screen.by_words", language)],
    }


def show_filled(console: Console, filled: FilledRecord, language: Language) -> None:
    """Show the fields that are filled, from what, and what they still lack."""
    console.print(say("publication.screen.filled", language, n=len(filled.fields)), style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for one in filled.fields:
        if one.source != "form":
            table.add_row(
                say_label(one.name, language), Styled(_excerpt(one.value)),
                Styled(_source(one, language), style="dim"),
            )  # fmt: skip
    console.print(table)
    lacking = [one for one in filled.fields if one.lacks]
    if lacking:
        console.print(say("publication.screen.lacks", language), style="bold yellow")
    for one in lacking:
        console.print(Styled(f"  - {say_label(one.name, language)}: {say(one.lacks, language)}"))


def _source(one: FilledField, language: Language) -> str:
    if one.source == "answers":
        return say("publication.screen.answered" + ("_instead" if one.replaced else ""), language)
    return ", ".join(one.evidence)


def _excerpt(value: object) -> str:
    """Return the beginning of a value on one line."""
    if isinstance(value, list):
        text = ", ".join(_title(one) for one in cast("list[object]", value))
    else:
        text = readable(str(value)).replace("\n", " ")
    shown = safe_name(text)
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def _title(item: object) -> str:
    if isinstance(item, Mapping):
        pair = cast("Mapping[str, object]", item)
        return str(pair.get("title") or pair.get("link") or "")
    return str(item)


def show_missing(console: Console, filled: FilledRecord, language: Language) -> None:
    """Show what is missing, with who usually knows."""
    if filled.missing:
        console.print(
            say("publication.screen.missing", language, n=len(filled.missing)), style="bold yellow"
        )
    for name in filled.missing:
        one = field_named(name)
        console.print(
            Styled(
                "  - "
                + say("publication.screen.missing_one", language, label=say_label(name, language),
                      field=name, help=say(f"publication.field.{one.name}.help", language),
                      who=say(f"publication.field.{one.name}.who", language))
            )
        )  # fmt: skip
    if filled.optional:
        names = ", ".join(filled.optional)
        console.print(
            Styled(say("publication.screen.optional", language, names=names)), style="dim"
        )


def show_problems(console: Console, made: Publication, language: Language) -> None:
    """Show what is wrong in each form, and whether it passes."""
    for form in FORMS:
        for one in made.problems[form]:
            if not is_absent(one):
                show_problem(console, one, language)
    for left in made.left_out:
        _line(console, "standard", _say_left(left, language), "", language)
    for form in FORMS:
        key = "passes" if made.passes[form] else "not_yet"
        console.print(say(f"publication.screen.{key}", language, form=_form(form, language)))


def _line(console: Console, form: Form, told: str, style: str, language: Language) -> None:
    console.print(Styled(f"  - {_form(form, language)}: {told}", style=style))


def _form(form: Form, language: Language) -> str:
    return say(f"publication.form.{form}", language)


def _say_left(left: LeftOut, language: Language) -> str:
    return say("publication.screen.left_out", language, field=left.field, n=left.number)


def show_problem(console: Console, one: Problem, language: Language) -> None:
    """Show one problem, with the form in which it is one."""
    style = "" if one.is_advice else "red"
    _line(console, one.form, say_problem(one, language), style, language)


def show_compared(
    console: Console, name: str, found: Sequence[Disagreement], language: Language
) -> None:
    """Show where a published record and the evidence disagree, contradictions first."""
    console.print(
        Styled(say("publication.screen.compared", language, name=safe_name(name)), style="bold")
    )
    if not found:
        console.print(say("publication.screen.agrees", language))
    for degree in DEGREES:
        of_degree = [one for one in found if one.degree == degree]
        if of_degree:
            style = "bold red" if degree == "contradicts" else "bold yellow"
            console.print(say(f"publication.screen.{degree}", language), style=style)
            show_disagreements(console, of_degree, language)
    console.print(say("publication.screen.by_words", language), style="yellow")


def show_disagreements(console: Console, found: Sequence[Disagreement], language: Language) -> None:
    """Show disagreements, each with the published statement and the evidence."""
    for one in found:
        label = say_label(one.field, language)
        console.print(Styled(f"  - {label}: {say_disagreement(one, language)}"))
        if one.said:
            told = say("publication.screen.said", language, text=without_control(one.said))
            console.print(Styled(f"    {told}"))
        ids = ", ".join(one.evidence)
        console.print(
            Styled(f"    {say('publication.screen.shown_by', language, ids=ids)}", style="dim")
        )
