"""What a model uses of origin: features by their name, and what happens if only they change.

Source: counterfactual flips as in Kusner et al. (2017), "Counterfactual Fairness", taken in the
weak sense of Galhotra et al. (2017), "Fairness Testing", section 4: only the feature itself is
changed, and nothing that follows from it in a life. So a flip tells what the model does, and not
what would have happened to a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.artefacts import MAX_CATEGORIES
from doorlicht.audit.flips import measure_ablation, measure_dependence, measure_flips
from doorlicht.audit.opening import score
from doorlicht.audit.proxies import measure_features, measure_proxy_power
from doorlicht.errors import InputError
from doorlicht.records import Flip, ModelArtefact, ModelFeature, OriginFeature
from doorlicht.records.audits import Ablation, ProxyFeature, ProxyPower
from doorlicht.records.models import ModelTerm
from doorlicht.vocabulary import Vocabulary

MAX_VALUES: Final = 12
"""Values of a feature that everybody is given in turn; of more, those that most people have."""

MIN_PEOPLE: Final = 5
"""Who have a value, for everybody to be given it; a rarer one would tell of single people."""

MAX_PEOPLE: Final = 100_000
"""People for whom a feature is changed; of more, every so many-th."""

MAX_PROXY_PEOPLE: Final = 20_000
"""People from whom is learned how features tell of origin."""

Floats = NDArray[np.float64]

_TELLING: Final = frozenset({"certain", "strong"})


def find_origin(
    artefact: ModelArtefact,
    vocabulary: Vocabulary,
    derived: Mapping[str, str] | None = None,
) -> tuple[OriginFeature, ...]:
    """Return the features that are about origin, or stand for it, by their names.

    One column for each value (``nationality_TR``) is about what the column was about.

    Parameters
    ----------
    derived
        By the name of a feature the concept that it is made of, as a trace of the code showed.
    """
    traced = {name.casefold(): concept for name, concept in (derived or {}).items()}
    found: list[OriginFeature] = []
    worded = _worded(artefact)
    for feature in artefact.features:
        concept = _concept(feature, vocabulary)
        kind = "direct"
        if concept is None:
            concept, kind = traced.get(feature.name.casefold()), "derived"
        if concept is None:
            found += _by_words(feature.name, worded.get(feature.name, []), vocabulary)
            continue
        if kind == "direct" and vocabulary.concepts[concept].kind == "proxy":
            kind = "proxy"
        found.append(
            OriginFeature(
                feature.name, concept, kind, feature.importance, feature.coefficient,
                terms_of(artefact, feature.name),
            )
        )  # fmt: skip
    return tuple(found)


def _worded(artefact: ModelArtefact) -> dict[str, list[ModelTerm]]:
    """Return by the name of a feature of text the words that the model counts in it."""
    found: dict[str, list[ModelTerm]] = {}
    for term in artefact.terms:
        if term.word:
            for name in term.features:
                found.setdefault(name, []).append(term)
    return found


def _by_words(
    name: str, counted: Sequence[ModelTerm], vocabulary: Vocabulary
) -> list[OriginFeature]:
    """Return of what in origin a text speaks, by the words that the model knows of it.

    Words are told as the vocabulary writes them. Other words, which may be names, are not told.
    """
    if not counted:
        return []
    hits = vocabulary.terms.count([one.word for one in counted])
    sought = {term for hit in hits for term in hit.rows_per_term}
    by_concept: dict[str, list[ModelTerm]] = {}
    for one in counted:
        if any(term in one.word.lower() for term in sought):
            for hit in vocabulary.terms.count([one.word]):
                label = f"{name}: {', '.join(hit.rows_per_term)}"
                told = ModelTerm(label, one.features, one.weight, one.importance)
                by_concept.setdefault(hit.concept, []).append(told)
    return [
        OriginFeature(name, concept, "words", _total(terms), None, tuple(terms))
        for concept, terms in sorted(by_concept.items())
    ]


def _total(terms: Sequence[ModelTerm]) -> float | None:
    parts = [one.importance for one in terms if one.importance is not None]
    return sum(parts) if parts else None


def terms_of(artefact: ModelArtefact, name: str) -> tuple[ModelTerm, ...]:
    """Return what a model makes of a feature, where that is more than the feature as it is."""
    terms = tuple(one for one in artefact.terms if name in one.features and not one.word)
    return () if len(terms) == 1 and terms[0].label == name else terms


def _concept(feature: ModelFeature, vocabulary: Vocabulary) -> str | None:
    reading = vocabulary.names.read_name(feature.name)
    for match in reading.matches:
        if match.level in _TELLING:
            return match.concept
    return None


def use_each(
    artefact: ModelArtefact,
    origin: Sequence[OriginFeature],
    columns: Mapping[str, Any],
    threshold: float,
    random: np.random.Generator,
    *,
    outcome: Floats | None = None,
) -> tuple[tuple[Flip, ...], tuple[Ablation, ...], dict[str, int]]:
    """Return what changes if everybody gets one value of origin, and what is lost without it.

    The third tells of how many values of a feature that is not known: values that people have,
    and that the model cannot take or gives no score for.

    Parameters
    ----------
    columns
        The features of the model, one entry a person.
    outcome
        1 or 0 a person, NaN where it is not known.

    Raises
    ------
    InputError
        If a model that is scored outside gives no scores any more.
    """
    step = max(1, -(-len(next(iter(columns.values()))) // MAX_PEOPLE))
    few = {name: column[::step] for name, column in columns.items()}
    truth = None if outcome is None else outcome[::step]
    flips: list[Flip] = []
    ablations: list[Ablation] = []
    untaken: dict[str, int] = {}

    def scored(people: Mapping[str, Any]) -> Floats:
        given = score(artefact, people)
        return given if given.ndim == 1 else given[:, -1]

    worded = _worded(artefact)
    for name, members in _families(origin, few).items():
        # The texts of people are no values that everybody can be given, nor may they be told.
        is_text = any(member in worded for member in members)
        settings = {} if is_text else _settings(members, few)
        found = _flips(name, members, scored, few, settings, threshold)
        flips += found
        if len(found) < len(settings):
            untaken[name] = len(settings) - len(found)
        ablations.append(
            measure_ablation(scored, few, members, random, border=threshold, outcome=truth)
        )
    return tuple(flips), tuple(ablations), untaken


def unseen_categories(
    artefact: ModelArtefact, columns: Mapping[str, Any]
) -> dict[str, tuple[int, int]]:
    """Return of each feature how many values, of how many people, the model has never seen.

    Only features of which the file tells what values it knows; what is missing is no value.

    Examples
    --------
    >>> made = ModelArtefact("m", "pickle", "classifier",
    ...                      features=(ModelFeature("land", categories=("NL", "5041")),))
    >>> unseen_categories(made, {"land": np.array(["NL", 5041.0, "XK", "XK", None], object)})
    {'land': (1, 2)}
    """
    found: dict[str, tuple[int, int]] = {}
    for feature in artefact.features:
        if not 0 < len(feature.categories) < MAX_CATEGORIES:
            # Of more only the first are kept: the rest may well be known.
            continue
        known = {_as_code(one) for one in feature.categories}
        counts: Counter[Any] = Counter(columns[feature.name].tolist())
        unseen = [
            often
            for value, often in counts.items()
            if value is not None and value == value and _as_code(value) not in known
        ]
        if unseen:
            found[feature.name] = len(unseen), sum(unseen)
    return found


def _as_code(value: Any) -> str:
    """Return a category as a text that is the same for 5041, 5041.0 and "5041"."""
    return str(value).removesuffix(".0")


def _families(
    origin: Sequence[OriginFeature], columns: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Return which features are set together: those with a column for each value (``nat_TR``)."""
    families: dict[str, list[str]] = {}
    for feature in origin:
        prefix = _PREFIX.sub("", feature.name)
        is_yes_or_no = columns[feature.name].dtype != object and bool(
            np.isin(columns[feature.name], (0.0, 1.0)).all()
        )
        name = f"{prefix} ({feature.concept})" if is_yes_or_no and prefix else feature.name
        members = families.setdefault(name, [])
        if feature.name not in members:
            members.append(feature.name)
    return {
        name if len(members) > 1 else members[0]: tuple(members)
        for name, members in families.items()
    }


_PREFIX: Final = re.compile(r"[_.=\[ -][^_.=\[ -]*\]?$")


def _settings(members: Sequence[str], columns: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return by the name of each value what the columns of a feature are then."""
    if len(members) > 1:
        return {
            member: {other: float(other == member) for other in members}
            for member in members[:MAX_VALUES]
        }
    name = members[0]
    return {_shown(value): {name: value} for value in _values(columns[name])}


def _shown(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _values(column: Any) -> list[Any]:
    """Return the values of a column, those that most people have first; missing is none.

    Of numbers that hardly two people share, round numbers from low to high.
    """
    if column.dtype == object:
        counts = Counter(one for one in column.tolist() if one is not None)
        ordered = sorted(counts, key=lambda one: (-counts[one], str(one)))
        return [one for one in ordered if counts[one] >= MIN_PEOPLE][:MAX_VALUES]
    numbers = column[np.isfinite(column)]
    values, often = np.unique(numbers, return_counts=True)
    order = np.argsort(-often, kind="stable")
    shared = values[order][often[order] >= MIN_PEOPLE].tolist()
    if sum(often[often >= MIN_PEOPLE]) >= len(numbers) / 2 or not len(numbers):
        return shared[:MAX_VALUES]
    spread = np.quantile(numbers, _ALONG).tolist()
    return list(dict.fromkeys(float(f"{one:.2g}") for one in spread))


_UNTAKEN: Final = frozenset({
    "model.unknown_category", "model.not_numbers", "outside.failed", "audit.model_fails",
    "audit.no_scores",
})  # fmt: skip
"""What a model says of a value that it cannot take."""

_ALONG: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Parts of the people who have less, of numbers that hardly two people share."""


def _flips(
    name: str,
    members: Sequence[str],
    scored: Callable[[Mapping[str, Any]], Floats],
    people: Mapping[str, Any],
    settings: Mapping[str, Mapping[str, Any]],
    threshold: float,
) -> list[Flip]:
    found: list[Flip] = []
    for value, setting in settings.items():
        try:
            flip = measure_flips(scored, people, {value: setting}, border=threshold)[0]
            dependence = measure_dependence(scored, people, {value: setting})[0]
        except InputError as error:
            # A value that some people have and the model cannot take; what else goes wrong, as a
            # process that ends, says nothing of this value.
            if error.code not in _UNTAKEN:
                raise
            continue
        if not flip.people:
            continue
        is_other = np.zeros(len(people[members[0]]), bool)
        for member, given in setting.items():
            is_other |= people[member] != given
        found.append(
            Flip(name, value, int(is_other.sum()), flip.newly_selected, flip.no_longer_selected,
                 flip.mean_shift, flip.largest_shift, dependence.mean_score)
        )  # fmt: skip
    return found


def measure_stand_ins(
    artefact: ModelArtefact,
    origin: Sequence[OriginFeature],
    columns: Mapping[str, Any],
    group: Sequence[str | None],
    random: np.random.Generator,
    *,
    alike: Sequence[Sequence[str | None]] = (),
    level: float = 0.95,
) -> tuple[tuple[ProxyPower, ...], tuple[ProxyFeature, ...]]:
    """Return how well the features that are not about origin tell of what group people are.

    An upper bound on how far the model can know origin without being told.

    Parameters
    ----------
    alike
        Lawful factors, with a value for each person: it is also told what a feature adds to those.
    """
    direct = {one.name for one in origin if one.kind != "proxy"}
    others = [name for name in artefact.feature_names if name not in direct]
    step = max(1, -(-len(group) // MAX_PROXY_PEOPLE))
    marks = np.array(["unknown" if one is None else one for one in group][::step], dtype=object)
    given = {name: columns[name][::step] for name in others}
    if not given or len(set(marks.tolist())) < 2:
        return (), ()
    power = measure_proxy_power(given, marks, random, level=level)
    among = None
    if alike:
        rows = zip(*(one[::step] for one in alike), strict=True)
        among = np.array([repr(row) for row in rows], dtype=object)
    return power, measure_features(given, marks, among)
