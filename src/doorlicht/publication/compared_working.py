"""Where a record says otherwise than the code: what it uses, how it works, whom it picks."""

from __future__ import annotations

from datetime import date
from typing import Final

from doorlicht.publication.algorithms import families_in, family_of
from doorlicht.publication.disagreement import (
    TEXTS,
    Comparing,
    Disagreement,
    Found,
    HowFar,
    PublishedRecord,
    by_concept,
    excerpt,
    ids_of,
    stem,
    tokens,
)
from doorlicht.publication.known_facts import DECIDING, KnownFacts
from doorlicht.publication.statements import statements_on, words, words_of

# ── what it uses ────────────────────────────────────────────────────────────────────────────────


def _origin(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find origin-related data that the record denies, or does not name."""
    del today
    for concept, found in by_concept(facts).items():
        first = found[0]
        decides = any(one.degree in DECIDING for one in found)
        columns = ", ".join(dict.fromkeys(one.column or one.feature for one in found))
        params = {"concept": first.label, "columns": columns[:80]}
        own = words_of(concept, first.label)
        said = published.on(own)
        denied = [one for one in said if one.is_denied]
        if first.kind != "proxy":
            denied += [one for one in published.on(words("origin")) if one.is_denied]
        if denied:
            rule = "origin_denied" if decides else "origin_making_denied"
            degree: HowFar = "contradicts" if decides else "less"
            one = denied[0]
            yield Disagreement(one.field, degree, rule, one.said, ids_of(found), params)
        elif not said and not own.search(published.text("source_data_grouping")):
            text = published.text("source_data")
            yield Disagreement(
                "source_data", "less" if text else "not_said",
                "origin_not_named" if decides else "origin_making_not_named",
                excerpt(text), ids_of(found), params,
            )  # fmt: skip


def _personal(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find where it says that there are no personal data, or none of a special kind."""
    del today
    found = [one for each in by_concept(facts).values() for one in each if one.kind != "proxy"]
    if not found:
        return
    params = {"concept": ", ".join(dict.fromkeys(one.label for one in found))}
    special = [one for one in published.on(words("special")) if one.is_denied]
    sentences = {one.sentence for one in special}
    for one in published.on(words("personal")):
        if one.is_denied and one.sentence not in sentences:
            yield Disagreement(
                one.field, "contradicts", "personal_denied", one.said, ids_of(found), params
            )
            break
    sensitive = [one for one in found if one.legal_class in _SPECIAL]
    if special and sensitive:
        is_certain = facts.answer("special") is True or any(
            one.legal_class == "religion" or one.concept in _CERTAIN for one in sensitive
        )
        one = special[0]
        named = {"concept": ", ".join(dict.fromkeys(each.label for each in sensitive))}
        yield Disagreement(
            one.field, "contradicts" if is_certain else "less",
            "special_denied" if is_certain else "special_asked",
            one.said, ids_of(sensitive), named,
        )  # fmt: skip


_SPECIAL: Final = frozenset({"race_or_ethnic_origin", "religion"})
_CERTAIN: Final = frozenset({"ethnicity_race", "skin_colour", "migration_background"})
"""Concepts that reveal race or ethnic origin by themselves (AVG art. 9(1)); of others a lawyer says
it (question L1)."""


def _selects(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find where it says that nobody is selected by it."""
    del today
    found = [one for one in facts.origin if one.degree in DECIDING]
    if not found:
        return
    for one in published.on(words("selects")):
        if one.is_denied:
            yield Disagreement(one.field, "contradicts", "selects_denied", one.said, ids_of(found))
            return


def _sources(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find data sets of which no word is in the record."""
    del today
    text = " ".join(published.text(name) for name in (*TEXTS, "source_data_grouping")).casefold()
    unnamed = [
        name for name in dict.fromkeys(stem(one) for one in facts.datasets)
        if (parts := tokens(name)) and not any(part[:6] in text for part in parts)
    ]  # fmt: skip
    if unnamed:
        data = published.text("source_data")
        found = [one for one in facts.origin if stem(one.dataset) in unnamed]
        yield Disagreement(
            "source_data", "less" if data else "not_said", "source_not_named", excerpt(data),
            ids_of(found) or facts.model or facts.uses, {"names": ", ".join(unnamed)[:120]},
        )  # fmt: skip


# ── how it works ────────────────────────────────────────────────────────────────────────────────


def _algorithm(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find another kind of algorithm than the code has."""
    del today
    family = family_of(facts.algorithm)
    if family is None:
        return
    names = ("methods_and_models", "description_short", "goal")
    method = published.text("methods_and_models")
    params = {"algorithm": facts.algorithm}
    evidence = facts.model or facts.uses
    if family.is_learned:
        for one in published.on(words("strictly_learned"), names):
            if one.is_denied:
                yield Disagreement(
                    one.field, "contradicts", "learned_denied", one.said, evidence, params
                )
                return
        for one in published.on(words("by_rules_only"), names):
            if not one.is_denied:
                yield Disagreement(
                    one.field, "contradicts", "learned_denied", one.said, evidence, params
                )
                return
    named = {
        other.group: statement
        for name in names
        for other in families_in(published.text(name))
        for statement in statements_on(name, published.text(name), other.words)
        if not statement.is_denied
    }
    if named and family.group not in named:
        one = next(iter(named.values()))
        yield Disagreement(one.field, "contradicts", "algorithm_other", one.said, evidence, params)
    elif not named:
        learned = [
            one for one in published.on(words("learned"), names)
            if not one.is_denied and not family.is_learned
        ]  # fmt: skip
        if learned:
            one = learned[0]
            yield Disagreement(
                one.field, "contradicts", "algorithm_other", one.said, evidence, params
            )
        else:
            yield Disagreement(
                "methods_and_models", "less" if method else "not_said", "algorithm_not_named",
                excerpt(method), evidence, params,
            )  # fmt: skip


def _human(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find people between the algorithm and the decision who are not there, or are."""
    del today
    text = published.text("human_intervention")
    said = published.on(words("human"), ["human_intervention"])
    affirmed = [
        one for one in said if not one.is_denied and not words("automatic").search(one.sentence)
    ]
    for fact, value in (("automated", True), ("human_review", False)):
        if facts.answer(fact) is value:
            evidence = (facts.answers[fact].use,)
            if affirmed:
                yield Disagreement(
                    "human_intervention", "contradicts", f"human_{fact}", affirmed[0].said, evidence
                )
            elif not text:
                yield Disagreement("human_intervention", "not_said", f"human_{fact}", "", evidence)
    denied = [one for one in said if one.is_denied]
    if facts.answer("human_review") is True and denied and not affirmed:
        yield Disagreement(
            "human_intervention", "contradicts", "human_denied", denied[0].said,
            (facts.answers["human_review"].use,),
        )  # fmt: skip


def _measured(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find differences between groups that were measured and are not told."""
    del today
    found = [one for one in facts.measured if one.differing]
    if not found:
        return
    evidence = tuple(one.audit for one in found)
    params = {"attributes": ", ".join(dict.fromkeys(one.attribute for one in found))[:80]}
    said = published.on(words("difference"))
    denied = [one for one in said if one.is_denied]
    if denied:
        one = denied[0]
        yield Disagreement(
            one.field, "contradicts", "difference_denied", one.said, evidence, params
        )
    elif not said:
        text = published.text("risks")
        yield Disagreement(
            "risks", "less" if text else "not_said", "difference_not_named", excerpt(text),
            evidence, params,
        )  # fmt: skip


WORKING: Final[tuple[Comparing, ...]] = (
    _origin,
    _personal,
    _selects,
    _sources,
    _algorithm,
    _human,
    _measured,
)
