"""``doorlicht assess``: what a legal framework proposes for a use, and why."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.assessment import Framework
from doorlicht.cli.assess_use import run_assess_use
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.proposal import show_proposal
from doorlicht.errors import InputError
from doorlicht.language import Language
from doorlicht.reports.assessment_json import proposal_tree
from doorlicht.runs.assess_facts import AssessedCase, assess_facts


def run_assess(
    language: Language,
    *,
    use: str | None,
    facts: str | None,
    framework: str,
    edition: str | None,
    case: str | None,
    answer: Sequence[str],
    note: str | None,
    document: Sequence[str],
    ask: bool | None,
    json_file: str | None,
    register: str | None,
    by: str | None,
    quiet: bool,
) -> int:
    """Assess a use of the register, or the facts of a file alone."""
    if use is None:
        if facts is None:
            raise InputError("assess.nothing")
        return run_assess_facts(
            language, facts=facts, framework=framework, edition=edition, case=case,
            json_file=json_file, quiet=quiet,
        )  # fmt: skip
    return run_assess_use(
        language, use=use, facts=facts, framework=framework, edition=edition, answers=answer,
        note=note or "", documents=document, ask=ask, json_file=json_file, register=register,
        by=by, quiet=quiet,
    )  # fmt: skip


def run_assess_facts(
    language: Language,
    *,
    facts: str,
    framework: str,
    edition: str | None,
    case: str | None,
    json_file: str | None,
    quiet: bool,
) -> int:
    """Propose for the facts of a file, show and write the outcome."""
    text = sys.stdin.read() if facts in STANDARD_OUTPUT else None
    loaded, assessed = assess_facts(facts, framework, edition, case=case, text=text)
    if json_file is not None:
        trees = [_tree(loaded, one, language) for one in assessed]
        is_one = len(trees) == 1 and (case is not None or not assessed[0].case.id)
        write_tree(trees[0] if is_one else {"assessments": trees}, json_file)
    if not quiet:
        out = sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout
        console = Console(file=out, highlight=False)
        for one in assessed:
            if one.case.id:
                console.print(Styled(f"{one.case.id}  {one.case.description}", style="bold"))
            show_proposal(
                console, loaded, one.proposal, language, one.changes, one.case.unknown_names
            )  # fmt: skip
    return 0


def _tree(framework: Framework, one: AssessedCase, language: Language) -> dict[str, object]:
    tree = proposal_tree(
        framework, one.proposal, one.case.facts, language,
        changes=one.changes, unknown_facts=one.case.unknown_names,
    )  # fmt: skip
    return {"id": one.case.id, **tree} if one.case.id else tree
