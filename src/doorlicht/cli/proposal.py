"""A proposal on screen: the outcome, the path to it, what is missing, what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.assessment import Framework, nearest_fact
from doorlicht.language import Language, say
from doorlicht.records import Change, Proposal
from doorlicht.reports.assessment_json import answer_label, status_label

MAX_CHANGES_SHOWN: Final = 8


def show_proposal(
    console: Console,
    framework: Framework,
    proposal: Proposal,
    language: Language,
    changes: Sequence[Change] | None = (),
    unknown_names: Sequence[str] = (),
) -> None:
    """Show a proposal: the outcome, the path to it, what is missing and what follows."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"assess.{key}", language, **params)

    for name in unknown_names:
        console.print(
            Styled(tell("unknown_fact", name=name[:60], nearest=nearest_fact(framework, name)),
                   style="bold yellow")
        )  # fmt: skip
    outcome = framework.outcomes[proposal.verdict]
    key = "at_least" if proposal.is_at_least else "proposal"
    console.print(
        Styled(tell(key, verdict=outcome.label[language],
                    framework=framework.title[language], edition=framework.edition), style="bold")
    )  # fmt: skip
    if outcome.meaning:
        console.print(Styled(outcome.meaning[language]))
    if any(not framework.node_by_id[step.node].checked_by for step in proposal.path):
        console.print(Styled(tell("unchecked"), style="yellow"))
    console.print()
    show_path(console, framework, proposal, language)
    _show_missing(console, framework, proposal, language)
    for code in proposal.lawyer:
        console.print(Styled(f"  {code}  {framework.lawyers[code][language]}"))
    if proposal.lawyer:
        console.print()
    show_changes(console, framework, changes or (), language)
    if proposal.consequences:
        console.print(tell("follows"), style="bold")
        for name in proposal.consequences:
            one = framework.consequence_by_id[name]
            console.print(Styled(f"  {framework.kinds[one.kind][language]}: {one.text[language]}"))
        console.print()
    if proposal.gaps:
        console.print(tell("gaps"), style="bold")
        for gap in proposal.gaps:
            due = f" ({tell('from', day=gap.due.isoformat())})" if gap.due else ""
            question = framework.node_by_id[gap.node].question[language]
            console.print(Styled(f"  {gap.node}  {question}  {tell(f'gap.{gap.status}')}{due}"))
        console.print()


def words_for_answers(language: Language) -> dict[str, str]:
    """Return yes, no and unknown in a language."""
    return {key: say(f"assess.answer.{key}", language) for key in ("yes", "no", "unknown")}


def show_path(
    console: Console, framework: Framework, proposal: Proposal, language: Language
) -> None:
    words = words_for_answers(language)
    table = Table(box=None, pad_edge=False)
    for title in ("node", "question", "answer", "status"):
        table.add_column(say(f"assess.column.{title}", language))
    for step in proposal.path:
        if step.status == "skipped":
            continue
        node = framework.node_by_id[step.node]
        shown = words.get(step.answer, step.answer)
        if isinstance(node.answer, str) and step.answer not in words:
            shown = answer_label(framework.facts[node.answer], step.answer, language, words)
        style = {"fails": "bold red", "open": "yellow", "provisional": "yellow"}.get(
            step.status, ""
        )
        table.add_row(
            step.node, Styled(node.question[language]), Styled(shown),
            Styled(status_label(framework, step.status, language), style=style),
        )  # fmt: skip
    console.print(table)
    for step in proposal.path:
        remark = framework.node_by_id[step.node].remark
        if step.answer == "unknown" and step.status == "passes" and remark:
            console.print(Styled(f"{step.node}  {remark[language]}", style="dim"))
    console.print()


def _show_missing(
    console: Console, framework: Framework, proposal: Proposal, language: Language
) -> None:
    if not proposal.missing:
        return
    console.print(say("assess.missing", language), style="bold")
    for name in proposal.missing:
        fact = framework.facts[name]
        who = f"  ({fact.who[language]})" if fact.who else ""
        console.print(Styled(f"  {name}: {fact.question[language]}{who}"))
    console.print()


def show_changes(
    console: Console,
    framework: Framework,
    changes: Sequence[Change],
    language: Language,
) -> None:
    if not changes:
        return
    words = words_for_answers(language)
    console.print(say("assess.why_not", language), style="bold")
    for change in changes[:MAX_CHANGES_SHOWN]:
        answers = ", ".join(
            f"{name} = {answer_label(framework.facts[name], value, language, words)}"
            for name, value in change.answers.items()
        )
        label = framework.outcomes[change.verdict].label[language]
        console.print(Styled(f"  {answers} → {label}"))
    more = len(changes) - MAX_CHANGES_SHOWN
    if more > 0:
        console.print(say("assess.more_changes", language, n=more))
    console.print()
