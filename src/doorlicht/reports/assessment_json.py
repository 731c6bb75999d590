"""A proposal as JSON: what a framework says of a use, why, what is missing and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from doorlicht.assessment import Fact, Facts, Framework
from doorlicht.language import Language, say
from doorlicht.records import Change, Proposal
from doorlicht.records.verdicts import Status

SCHEMA_VERSION: Final = "1.0"


def with_head(tree: Mapping[str, Any], *, doorlicht: str) -> dict[str, Any]:
    """Return a tree with the version of its form and of the program at its head."""
    return {"schema_version": SCHEMA_VERSION, "doorlicht": {"version": doorlicht}, **tree}


def proposal_tree(
    framework: Framework,
    proposal: Proposal,
    facts: Facts,
    language: Language,
    *,
    changes: Sequence[Change] | None = (),
    unknown_facts: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a proposal as a tree of JSON; verdicts and nodes by their ids.

    ``path`` holds every node that was come to, also those that were not asked, with the reason.
    """
    by_id = framework.node_by_id
    return {
        "framework": proposal.framework,
        "edition": proposal.edition,
        "verdict": proposal.verdict,
        "label": framework.outcomes[proposal.verdict].label[language],
        "is_at_least": proposal.is_at_least,
        "failed": list(proposal.failed),
        "open": list(proposal.open),
        "lawyer": list(proposal.lawyer),
        "missing": [
            {
                "fact": name,
                "question": framework.facts[name].question[language],
                "choices": list(framework.facts[name].choices),
                "who": framework.facts[name].who.get(language, ""),
            }
            for name in proposal.missing
        ],
        "path": [
            {
                "node": step.node,
                "answer": step.answer,
                "status": step.status,
                "question": by_id[step.node].question[language],
                "facts": {name: facts.get(name) for name in step.facts},
                "sources": [
                    " ".join(
                        part for part in (framework.sources[one].label,
                                          framework.sources[one].article) if part
                    )
                    for one in by_id[step.node].sources
                ],
                "remark": by_id[step.node].remark.get(language, ""),
                "checked_by": by_id[step.node].checked_by or None,
            }
            for step in proposal.path
        ],
        "consequences": [
            consequence_tree(framework, one, language) for one in proposal.consequences
        ],
        "gaps": [
            {
                "node": gap.node,
                "status": gap.status,
                "question": by_id[gap.node].question[language],
                "applies_from": gap.due.isoformat() if gap.due else None,
            }
            for gap in proposal.gaps
        ],
        "why_not": None if changes is None else [
            {"answers": one.answers, "verdict": one.verdict} for one in changes
        ],
        "unknown_facts": list(unknown_facts),
        "unused_facts": list(proposal.unused),
    }  # fmt: skip


def consequence_tree(framework: Framework, name: str, language: Language) -> dict[str, Any]:
    """Return what follows from a verdict as a tree of JSON."""
    one = framework.consequence_by_id[name]
    return {
        "id": one.id,
        "kind": one.kind,
        "text": one.text[language],
        "owner": one.owner.get(language, ""),
        "term_days": one.term_days,
        "proof": one.proof.get(language, ""),
        "verifier": one.verifier.get(language, ""),
        "blocked_by_legal_hold": one.is_held,
    }


def answer_label(fact: Fact, value: object, language: Language, words: Mapping[str, str]) -> str:
    """Return an answer in words; ``words`` has those for yes, no and unknown."""
    if value is None:
        return words["unknown"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return next((one.label[language] for one in fact.values if one.id == value), str(value))


def status_label(framework: Framework, status: Status, language: Language) -> str:
    """Return what became of a node in words: those of the framework, or the usual ones."""
    own = framework.status_words.get(status)
    return say(f"assess.status.{status}", language) if own is None else own[language]
