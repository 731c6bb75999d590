"""What a model uses and what it does if only the origin changes, as pictures of bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from doorlicht.language import Language, say, show_number
from doorlicht.records import Flip, ModelFeature, ModelUse
from doorlicht.reports.audit_words import say_concept, say_importance, show_count
from doorlicht.reports.html import safe_name
from doorlicht.reports.pictures import MAX_ROWS, Axis, Picture, Row, even_axis, even_ticks, row_y
from doorlicht.reports.small_numbers import LIMIT


def draw_uses(use: ModelUse, language: Language) -> Picture | None:
    """Return the picture of what a model weighs: importance, or coefficients where there is none.

    Features about origin are all drawn, whatever they weigh.
    """
    features = use.artefact.features
    by_importance = any(one.importance is not None for one in features)
    weights = {
        one.name: weight
        for one in features
        if (weight := one.importance if by_importance else one.coefficient) is not None
    }
    if not weights:
        return None
    concepts = {one.name: one.concept for one in use.origin}
    drawn = _heaviest(features, weights, concepts)
    axis = even_axis(max(0.0, *(weights[one] for one in drawn)),
                     min(0.0, *(weights[one] for one in drawn)))  # fmt: skip
    kind = "importance" if by_importance else "coefficients"
    notes = [
        _told(f"{kind}_note", language, by=say_importance(use.artefact.importance_by, language))
    ]
    if concepts:
        notes.append(_told("origin_note", language))
    rows: list[Row] = []
    for at, name in enumerate(drawn):
        weight = weights[name]
        number = show_number(weight, ".1%" if by_importance else "+.4g", language)
        about = f" ({say_concept(concepts[name], language)})" if name in concepts else ""
        low, high = sorted((axis.x(0.0), axis.x(weight)))
        rows.append(
            Row(row_y(at), safe_name(name), number + about, low, high, axis.x(weight),
                is_bar=True, is_marked=name in concepts)
        )  # fmt: skip
    spec = ".0%" if by_importance and axis.end >= _WHOLE else ".3g"
    return Picture(
        "model-uses",
        _told("uses", language, name=safe_name(use.artefact.name)),
        tuple(notes),
        tuple(rows),
        tuple((axis.x(at), show_number(at, spec, language)) for at in even_ticks(axis)),
        axis.x(0.0),
        len(weights) - len(drawn),
    )


_WHOLE: Final = 0.045
"""From this importance on whole percentages tell the ticks apart."""


def _heaviest(
    features: Sequence[ModelFeature], weights: Mapping[str, float], concepts: Mapping[str, str]
) -> list[str]:
    names = [one.name for one in features if one.name in weights]
    names.sort(key=lambda name: -abs(weights[name]))
    kept = [name for name in names if name in concepts][:MAX_ROWS]
    others = [name for name in names if name not in concepts][: MAX_ROWS - len(kept)]
    chosen = {*kept, *others}
    return [name for name in names if name in chosen]


def draw_flips(use: ModelUse, language: Language) -> Picture | None:
    """Return the picture of how many people change sides if only the origin changes."""
    if not use.flips:
        return None
    drawn = direct_first(use)[:MAX_ROWS]
    up = [_open_count(one.to_selected) for one in drawn]
    down = [_open_count(one.to_unselected) for one in drawn]
    axis = even_axis(max(up), -max(down)) if any((*up, *down)) else Axis(-1.0, 1.0)
    ticks = [at for at in even_ticks(axis) if float(at).is_integer()]
    return Picture(
        "model-flips",
        _told("flips", language),
        (_told("flips_note", language),),
        tuple(
            Row(row_y(at), f"{safe_name(one.feature)} = {safe_name(one.to)}",
                _flipped(one, language), axis.x(-down[at]), axis.x(up[at]), None, is_bar=True)
            for at, one in enumerate(drawn)
        ),
        tuple((axis.x(at), show_number(abs(round(at)), ",", language)) for at in ticks),
        axis.x(0.0),
        len(use.flips) - len(drawn),
    )  # fmt: skip


def _open_count(count: int) -> int:
    """Return a count that may be shown; of a small one nothing is drawn, for a bar tells it too."""
    return 0 if 0 < count < LIMIT else count


def direct_first(use: ModelUse) -> list[Flip]:
    """Return the flips, those of features that only stand in for origin last."""
    stand_ins = {one.name for one in use.origin if one.kind == "proxy"}
    return sorted(use.flips, key=lambda one: one.feature in stand_ins)


def _flipped(one: Flip, language: Language) -> str:
    return _told(
        "flip_row", language, up=show_count(one.to_selected, language),
        down=show_count(one.to_unselected, language), people=show_count(one.people, language),
    )  # fmt: skip


def _told(key: str, language: Language, **params: str | float) -> str:
    return say(f"audit.picture.{key}", language, **params)
