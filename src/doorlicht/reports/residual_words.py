"""What may still be there, in sentences and for JSON: each with the assumption it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from doorlicht.evidence.capture import Missed
from doorlicht.evidence.residual import Recall, Residual, SampleBound
from doorlicht.language import Language, say

_LEAST: Final = 0.05
"""A smaller estimate would be told as 0.0."""


def residual_sentences(residual: Residual, language: Language) -> list[str]:
    """Return the statement, the most certain first; what is not known is told as not known."""
    told = [_lead(residual, language), _coverage(residual, language)]
    known = residual.coverage
    if known.elsewhere or known.blind_elsewhere:
        told.append(say("residual.elsewhere", language, columns=known.elsewhere,
                        blind=known.blind_elsewhere))  # fmt: skip
    for one in residual.samples:
        told += _sample(one, language)
    if not residual.samples:
        told.append(say("residual.no_sample", language))
    told.append(_recall(residual, language))
    if residual.by_values_alone is not None:
        told.append(_values_alone(residual.by_values_alone, language))
    told += [_recapture(one, language) for one in residual.recapture]
    if not residual.recapture:
        told.append(say("residual.no_recapture", language))
    return told


def _values_alone(recall: Recall, language: Language) -> str:
    return say(
        "residual.values_alone", language, found=recall.found, labelled=recall.labelled,
        low=recall.low, high=recall.high,
    )  # fmt: skip


def _sample(one: SampleBound, language: Language) -> list[str]:
    told = [
        say(
            "residual.sample", language, id=one.sample, drawn=one.drawn, wrong=one.wrong,
            population=one.population, at_most=one.at_most, share=one.share,
            confidence=one.confidence,
        )
    ]  # fmt: skip
    if one.outside:
        told.append(say("residual.sample_outside", language, id=one.sample, outside=one.outside))
    if one.unfinished:
        told.append(say("residual.sample_unfinished", language, id=one.sample, n=one.unfinished))
    return told


def residual_tree(residual: Residual) -> dict[str, Any]:
    """Return the statement for JSON; ``null`` is: not known."""
    recall, alone = residual.recall, residual.by_values_alone
    return {
        "confidence": residual.confidence,
        "basis": residual.basis,
        "found": residual.found,
        "looked_at": residual.coverage.looked_at,
        "blind_spots": residual.coverage.blind_spots,
        "in_blind_spots": None,
        "looked_at_elsewhere": residual.coverage.elsewhere,
        "blind_spots_elsewhere": residual.coverage.blind_elsewhere,
        "samples": [
            {
                "sample": one.sample, "population": one.population, "drawn": one.drawn,
                "wrong": one.wrong, "at_most": one.at_most, "share": one.share,
                "confidence": one.confidence, "outside": one.outside,
                "others_without_result": one.unfinished,
            }
            for one in residual.samples
        ],
        "recall": None if recall is None else {
            **_recall_tree(recall.recall), "expected": recall.expected, "at_most": recall.high,
        },
        "recall_by_values_alone": None if alone is None else _recall_tree(alone),
        "recapture": [
            {
                "method": one.method, "ways": list(one.ways), "found": one.found,
                "missed": one.missed, "low": one.low, "high": one.high,
            }
            for one in residual.recapture
        ],
    }  # fmt: skip


def _recall_tree(one: Recall) -> dict[str, Any]:
    return {
        "found": one.found, "labelled": one.labelled, "low": one.low, "high": one.high,
        "source": one.source,
    }  # fmt: skip


def _lead(residual: Residual, language: Language) -> str:
    if residual.basis == "sample":
        best = residual.samples[0]
        return say(
            "residual.lead.sample", language, at_most=best.at_most, share=best.share,
            population=best.population, confidence=best.confidence,
        )  # fmt: skip
    if residual.recall is not None:
        return say(
            "residual.lead.recall", language, at_most=residual.recall.high,
            confidence=residual.confidence, found=residual.found,
        )  # fmt: skip
    return say("residual.lead.nothing", language)


def _coverage(residual: Residual, language: Language) -> str:
    known = residual.coverage
    key = "residual.blind" if known.blind_spots else "residual.no_blind"
    return say(key, language, columns=known.looked_at, blind=known.blind_spots)


def _recall(residual: Residual, language: Language) -> str:
    missed = residual.recall
    if missed is None:
        return say("residual.no_recall", language)
    one = missed.recall
    key = "residual.recall" if missed.expected is not None else "residual.recall_none_found"
    return say(
        key, language, found=one.found, labelled=one.labelled, low=one.low, high=one.high,
        set=say(f"residual.set.{one.source}", language), here=residual.found,
        expected=_number(missed.expected or 0.0, language), at_most=missed.high,
        confidence=residual.confidence,
    )  # fmt: skip


def _recapture(one: Missed, language: Language) -> str:
    ways = _listed([say(f"residual.way.{way}", language) for way in one.ways], language)
    if one.missed is None:
        return say(f"residual.recapture.{one.method}_unknown", language, ways=ways)
    missed = _number(one.missed, language)
    if one.high is None:
        key = f"residual.recapture.{one.method}_endless"
        return say(key, language, ways=ways, found=one.found, missed=missed)
    return say(
        f"residual.recapture.{one.method}", language, ways=ways, found=one.found, missed=missed,
        range=_range(one.low or 0.0, one.high, language),
    )  # fmt: skip


def _number(number: float, language: Language) -> str:
    """Return an estimate of what is left, which is never told as nought."""
    if number < _LEAST:
        return say("residual.few", language)
    return say("residual.number", language, number=number)


def _range(low: float, high: float, language: Language) -> str:
    if round(low) < 1:
        return say("residual.range_up_to", language, high=max(1.0, high))
    return say("residual.range", language, low=low, high=max(1.0, high))


def _listed(names: Sequence[str], language: Language) -> str:
    if len(names) < 2:
        return "".join(names)
    return say("residual.and", language, first=", ".join(names[:-1]), last=names[-1])
