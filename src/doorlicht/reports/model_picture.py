"""What a model uses and what it does if only the origin changes, as pictures of bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from doorlicht.language import Language, say, show_number
from doorlicht.records import Flip, ModelUse
from doorlicht.reports.audit_words import say_concept, say_importance, show_count
from doorlicht.reports.html import safe_name
from doorlicht.reports.pictures import MAX_ROWS, Axis, Picture, Row, even_axis, even_ticks, row_y
from doorlicht.reports.small_numbers import LIMIT


@dataclass(frozen=True, slots=True)
class _Weight:
    """What a model gives a feature, or one of the things that it makes of it: from, to."""

    name: str
    low: float
    high: float
    concept: str | None = None

    @property
    def most(self) -> float:
        return max(abs(self.low), abs(self.high))


def draw_uses(use: ModelUse, language: Language) -> Picture | None:
    """Return the picture of what a model weighs: importance, or coefficients where there is none.

    Features about origin are drawn before all others, whatever they weigh.
    """
    by_importance = any(one.importance is not None for one in use.artefact.features)
    kind, weights = ("importance", _importances(use)) if by_importance else _coefficients(use)
    if not weights:
        return None
    weights.sort(key=lambda one: (one.concept is None, -one.most))
    drawn = sorted(weights[:MAX_ROWS], key=lambda one: -one.most)
    most = max(0.0, *(one.high for one in drawn), 0.0)
    axis = even_axis(most, min(0.0, *(one.low for one in drawn), 0.0))
    by = say_importance(use.artefact.importance_by, language)
    notes = [_told(f"{kind}_note", language, by=by)]
    if any(one.concept for one in drawn):
        notes.append(_told("origin_note", language))
    spec = ".0%" if by_importance and axis.end >= _WHOLE else ".1%" if by_importance else ".3g"
    return Picture(
        "model-uses",
        _told("uses", language, name=safe_name(use.artefact.name)),
        tuple(notes),
        tuple(_row(one, at, axis, by_importance, language) for at, one in enumerate(drawn)),
        tuple((axis.x(at), show_number(at, spec, language)) for at in even_ticks(axis)),
        axis.x(0.0),
        len(weights) - len(drawn),
    )


_WHOLE: Final = 0.045
"""From this importance on whole percentages tell the ticks apart."""


def _row(one: _Weight, at: int, axis: Axis, is_share: bool, language: Language) -> Row:
    spec = ".1%" if is_share else "+.4g"
    low, high = (show_number(end, spec, language) for end in (one.low, one.high))
    number = low if one.low == one.high else say("audit.range", language, low=low, high=high)
    about = "" if one.concept is None else f" ({say_concept(one.concept, language)})"
    # A bar begins at nought, unless it is from one coefficient to another on the same side.
    from_, to = (one.low, one.high) if one.low != one.high else sorted((0.0, one.low))
    return Row(
        row_y(at), safe_name(one.name), number + about, axis.x(from_), axis.x(to), None,
        is_bar=True, is_marked=one.concept is not None,
    )  # fmt: skip


def _importances(use: ModelUse) -> list[_Weight]:
    concepts = {one.name: one.concept for one in use.origin}
    return [
        _Weight(one.name, one.importance, one.importance, concepts.get(one.name))
        for one in use.artefact.features
        if one.importance is not None
    ]


def _coefficients(use: ModelUse) -> tuple[str, list[_Weight]]:
    """Return the coefficients of features as they are, or of what is made of them first.

    Categories of a feature that is not about origin are put together: what a model knows of
    other columns is not shown value by value.
    """
    concepts = {one.name: one.concept for one in use.origin}
    plain = [one for one in use.artefact.features if one.coefficient is not None]
    terms = [one for one in use.artefact.terms if one.weight is not None]
    if plain and len(plain) >= len(terms):
        return "coefficients", [
            _Weight(one.name, one.coefficient or 0.0, one.coefficient or 0.0,
                    concepts.get(one.name))
            for one in plain
        ]  # fmt: skip
    made: list[_Weight] = []
    together: dict[tuple[str, ...], list[float]] = {}
    for term in terms:
        weight = term.weight or 0.0
        about = next((concepts[name] for name in term.features if name in concepts), None)
        if about is not None:
            made.append(_Weight(term.label, weight, weight, about))
        else:
            together.setdefault(term.features, []).append(weight)
    made += [
        _Weight(" x ".join(names), min(found), max(found)) for names, found in together.items()
    ]
    return "terms", made


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
