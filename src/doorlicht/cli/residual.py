"""``doorlicht residual``: how sure "none" is."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.uses import opened
from doorlicht.language import Language
from doorlicht.reports import content_of
from doorlicht.reports.residual_words import residual_sentences, residual_tree
from doorlicht.runs.residual import residual_of
from doorlicht.vocabulary import load_vocabulary


def show_residual(
    language: Language, *, threshold: float | None, json_file: str | None, register: str | None
) -> int:
    """Show what may still be there after the last scan, each with its assumption."""
    with opened(register) as (found, settings):
        content = content_of(found, load_vocabulary().concepts)
        limit = settings.threshold if threshold is None else threshold
        residual = residual_of(found, content, limit)
    if json_file is not None:
        write_tree(residual_tree(residual), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    first, *others = residual_sentences(residual, language)
    console.print(Styled(first, style="bold"))
    for sentence in others:
        console.print(Styled(f"- {sentence}"))
    return 0
