"""``doorlicht assess U-…``: what evidence answers, what people are asked, a proposal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click
from rich.console import Console
from rich.text import Text as Styled

from doorlicht.assessment import Fact, Framework, check_fact, load_framework, read_cases
from doorlicht.assessment.reviewing import standing
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.pasting import command
from doorlicht.cli.proposal import show_changes, show_proposal, words_for_answers
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError, RefusedError
from doorlicht.language import Language, say
from doorlicht.records import Assessment, Change, ReviewKind
from doorlicht.register import Register
from doorlicht.reports.assessment_json import answer_label, status_label
from doorlicht.reports.html import safe_name
from doorlicht.reports.uses_json import assessment_tree
from doorlicht.runs import assess as runs

LATER: Final = ("", "?", "s")
"""What a person types to leave a question for later."""

STOP: Final = "q"


def run_assess_use(
    language: Language,
    *,
    use: str,
    facts: str | None,
    framework: str,
    edition: str | None,
    answers: Sequence[str],
    note: str,
    documents: Sequence[str],
    ask: bool | None,
    json_file: str | None,
    register: str | None,
    by: str | None,
    quiet: bool,
) -> int:
    """Fill in what is known, keep what is answered, ask the rest, and keep the proposal."""
    loaded = load_framework(framework, edition)
    out = sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout
    console = Console(file=out, highlight=False, quiet=quiet)
    given = dict(_pairs(answers))
    is_asked = sys.stdin.isatty() and not quiet if ask is None else ask
    with opened(register, by) as (found, settings):
        name = who(settings)
        if facts is not None:
            text = sys.stdin.read() if facts in STANDARD_OUTPUT else None
            case = read_cases(facts, loaded, text)[0]
            for unknown in case.unknown_names:
                raise InputError("assess.no_such_fact", fact=unknown[:60])
            runs.answer(found, use, loaded, case.facts, by=name, at=now(), evidence=documents,
                        note=note, from_file=True)  # fmt: skip
        if given:
            runs.answer(found, use, loaded, given, by=name, at=now(), evidence=documents,
                        note=note)  # fmt: skip
        state = _look(found, use, framework, edition)
        show_facts(console, state, language)
        if is_asked:
            state = _ask(console, found, state, framework, edition, name, language)
        kept = runs.assess(found, state, by=name, at=now(), language=language)
    if state.then is not None and state.then.verdict != state.proposal.verdict:
        console.print(
            Styled(say("assess.then", language,
                       then=loaded.outcomes[state.then.verdict].label[language],
                       now=loaded.outcomes[state.proposal.verdict].label[language]),
                   style="bold yellow")
        )  # fmt: skip
    show_proposal(console, loaded, state.proposal, language, state.changes)
    console.print(say("assess.kept", language, id=kept.id))
    console.print(
        say("assess.next", language,
            command=command(["review", kept.id, "--as", "first", "--verdict", kept.verdict],
                            register))
    )  # fmt: skip
    if json_file is not None:
        write_tree({**kept.proposal, **assessment_tree(kept)}, json_file)
    return 0


def _look(register: Register, use: str, framework: str, edition: str | None) -> runs.UseState:
    known = runs.know(register, framework=framework, edition=edition, today=now().date())
    return runs.look_at(register.judging.use(use), known, with_changes=True)


def _pairs(answers: Sequence[str]) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    for one in answers:
        name, sign, value = one.partition("=")
        if not sign:
            raise InputError("assess.no_pair", given=one[:60])
        pairs.append((name.strip(), value.strip()))
    return pairs


def show_facts(console: Console, state: runs.UseState, language: Language) -> None:
    """Show which facts evidence answers, what it does not prove, and where people say otherwise."""
    words = words_for_answers(language)
    for name, known in state.facts.items():
        fact = state.framework.facts[name]
        shown = answer_label(fact, known.value, language, words)
        if known.seen is not None:
            console.print(
                Styled(say("assess.seen", language, fact=name, value=answer_label(
                    fact, known.seen.value, language, words), ids=", ".join(known.seen.evidence)))
            )  # fmt: skip
            for part in ("proves", "does_not_prove"):
                text = say(f"evidence_fact.{known.seen.rule}.{part}", language)
                told = say(f"assess.{part}", language, text=text)
                console.print(Styled(f"    {told}", style="dim"))
        if known.answer is not None:
            key = "otherwise" if known.disagrees else "said"
            console.print(
                Styled(say(f"assess.{key}", language, fact=name, value=shown,
                           by=known.answer.by, note=known.answer.note),
                       style="bold yellow" if known.disagrees else "")
            )  # fmt: skip
    for conflict in state.conflicts:
        values = ", ".join(
            f"{answer_label(state.framework.facts[conflict.fact], one.value, language, words)}"
            f" ({', '.join(one.evidence)})"
            for one in conflict.answers
        )
        console.print(
            Styled(say("assess.conflict", language, fact=conflict.fact, values=values),
                   style="bold yellow")
        )  # fmt: skip
    if state.use.roles_conflict:
        console.print(Styled(say("uses.explain.conflict", language), style="bold red"))
    console.print()


def _ask(
    console: Console,
    register: Register,
    state: runs.UseState,
    framework: str,
    edition: str | None,
    name: str,
    language: Language,
) -> runs.UseState:
    """Ask what is missing, one question at a time; each answer is kept at once."""
    later: set[str] = set()
    console.print(say("assess.how_to_answer", language))
    while True:
        left = [one for one in state.proposal.missing if one not in later]
        label = state.framework.outcomes[state.proposal.verdict].label[language]
        console.print(
            Styled(say("assess.so_far", language, verdict=label, n=len(state.proposal.missing)),
                   style="bold")
        )  # fmt: skip
        if not left:
            return state
        fact = state.framework.facts[left[0]]
        value = _ask_one(console, fact, language)
        if value == STOP:
            return state
        if value is None:
            later.add(fact.id)
            continue
        runs.answer(register, state.use.id, state.framework, {fact.id: value}, by=name, at=now())
        state = _look(register, state.use.id, framework, edition)


def _ask_one(console: Console, fact: Fact, language: Language) -> object | None:
    console.print()
    console.print(Styled(fact.question[language], style="bold"))
    for text in (fact.help, fact.who):
        if text:
            key = "who" if text is fact.who else "help"
            console.print(Styled(say(f"assess.ask.{key}", language, text=text[language])))
    for at, value in enumerate(fact.values, 1):
        console.print(Styled(f"  {at}  {value.label[language]}"))
    while True:
        try:
            said = click.prompt(
                say("assess.ask.choice" if fact.values else "assess.ask.yes_no", language),
                default="", show_default=False, err=True,
            )  # fmt: skip
        except click.Abort:
            return STOP
        text = str(said).strip()
        if text.casefold() in LATER:
            return None
        if text.casefold() == STOP:
            return STOP
        found = _understood(fact, text)
        if found is not None:
            return found
        console.print(say("assess.ask.again", language))


def _understood(fact: Fact, text: str) -> object | None:
    if fact.values and text.isdigit() and 1 <= int(text) <= len(fact.values):
        return fact.values[int(text) - 1].id
    try:
        return check_fact(fact, text)
    except InputError:
        return None


def review(
    language: Language,
    *,
    assessment: str,
    kind: str,
    verdict: str,
    reason: str | None,
    question: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Keep what a person says of a proposal, in one capacity."""
    console = Console(highlight=False)
    with opened(register, by) as (found, settings):
        kinds: Mapping[str, ReviewKind] = {
            "first": "first", "second": "second", "lawyer": "lawyer", "controller": "decision",
        }  # fmt: skip
        if kind == "lawyer" and not question:
            raise RefusedError("review.which_question")
        kept, now_standing = runs.review(
            found, assessment, kind=kinds[kind], by=who(settings), at=now(), verdict=verdict,
            reason=reason or "", code=question or "",
        )  # fmt: skip
        framework = load_framework(kept.framework, kept.edition)
    show_reviews(console, kept, framework, language)
    if now_standing.needed:
        needed = ", ".join(say_needed(one, language) for one in now_standing.needed)
        console.print(say("review.needed", language, needed=needed))
    if now_standing.verdict:
        label = framework.outcomes[now_standing.verdict].label[language]
        console.print(Styled(say("review.verdict", language, verdict=label), style="bold"))
        console.print(
            say("review.next", language,
                command=command(["measures", "propose", kept.id], register))
        )  # fmt: skip
    return 0


def say_needed(needed: str, language: Language) -> str:
    """Return who has still to speak, in words."""
    kind, _, code = needed.partition(":")
    return say(f"review.kind.{kind}", language) + (f" ({code})" if code else "")


def show_reviews(
    console: Console, kept: Assessment, framework: Framework, language: Language
) -> None:
    """Show what people said, and mark who departed from the proposal."""
    for one in kept.reviews:
        label = framework.outcomes[one.verdict].label[language]
        key = "overruled" if one.verdict != kept.verdict else "said"
        console.print(
            Styled(
                say(f"review.{key}", language, at=f"{one.at:%Y-%m-%d %H:%M}", by=safe_name(one.by),
                    kind=say_needed(f"{one.kind}:{one.code}" if one.code else one.kind, language),
                    verdict=label, reason=one.reason),
                style="bold yellow" if key == "overruled" else "",
            )
        )  # fmt: skip


def explain_assessment(language: Language, assessment_id: str, register: str | None) -> int:
    """Print an assessment: per node the question, the answer, by whom, on what, the norm."""
    console = Console(highlight=False, soft_wrap=False)
    with opened(register) as (found, _):
        kept = found.judging.assessment(assessment_id)
        use = found.judging.use(kept.use)
        framework = load_framework(kept.framework, kept.edition)
        said = runs.codes_for_lawyer(kept, framework)
        measures = found.judging.measures(uses=[kept.use])
    proposal, words = kept.proposal, words_for_answers(language)
    label = framework.outcomes[kept.verdict].label[language]
    console.print(Styled(f"{kept.id}  {use.id}  {safe_name(use.processing)}", style="bold"))
    key = "at_least" if proposal["is_at_least"] else "proposal"
    console.print(
        Styled(say(f"assess.{key}", language, verdict=label, framework=framework.title[language],
                   edition=kept.edition), style="bold")
    )  # fmt: skip
    then = proposal.get("then")
    if then and then != kept.verdict:
        told = say(
            "assess.then", language, then=framework.outcomes[then].label[language], now=label
        )
        console.print(Styled(told, style="bold yellow"))
    if framework.digest != kept.digest:
        console.print(Styled(say("assess.other_data", language), style="bold red"))
    for step in proposal["path"]:
        if step["status"] == "skipped":
            continue
        node = framework.node_by_id[step["node"]]
        status = status_label(framework, step["status"], language)
        console.print()
        console.print(Styled(f"{node.id}  {node.question[language]}  [{status}]", style="bold"))
        for name, value in step["facts"].items():
            shown = answer_label(framework.facts[name], value, language, words)
            console.print(
                Styled(f"    {name} = {shown}{_by(proposal['from'].get(name), language)}")
            )
        checked = node.checked_by or say("assess.checked_by_nobody", language)
        norms = "; ".join(
            f"{framework.sources[one].label} {framework.sources[one].article}".strip()
            for one in node.sources
        )
        console.print(Styled(f"    {norms}  ({checked})", style="dim"))
    console.print()
    _explain_why_not(console, kept, framework, language)
    show_reviews(console, kept, framework, language)
    for code in said:
        text = (
            framework.lawyers[code][language]
            if code in framework.lawyers
            else say("review.lawful_question", language)
        )
        console.print(Styled(f"  {code}  {text}"))
    now_standing = standing(kept, said)
    if now_standing.needed:
        needed = ", ".join(say_needed(one, language) for one in now_standing.needed)
        console.print(say("review.needed", language, needed=needed))
    if now_standing.verdict:
        decided = framework.outcomes[now_standing.verdict].label[language]
        console.print(Styled(say("review.verdict", language, verdict=decided), style="bold"))
    for one in measures:
        text = framework.consequence_by_id[one.consequence].text[language]
        state = say(f"measures_taken.state.{one.state}", language)
        console.print(Styled(f"  {one.id}  {text}  [{state}]"))
    if not measures:
        for name in proposal["consequences"]:
            text = framework.consequence_by_id[name["id"]].text[language]
            console.print(Styled(f"  {text}"))
    return 0


def _by(known: Mapping[str, object] | None, language: Language) -> str:
    if known is None:
        return ""
    evidence = ", ".join(str(one) for one in known["evidence"])  # type: ignore[attr-defined] (a list of ids)
    if known["by"]:
        return "  " + say("assess.by", language, by=str(known["by"]), evidence=evidence,
                          note=str(known["note"]))  # fmt: skip
    return "  " + say("assess.by_evidence", language, evidence=evidence)


def _explain_why_not(
    console: Console, kept: Assessment, framework: Framework, language: Language
) -> None:
    changes = [
        Change(one["answers"], one["verdict"], len(one["answers"]))
        for one in kept.proposal["why_not"]
    ]
    show_changes(console, framework, changes, language)
