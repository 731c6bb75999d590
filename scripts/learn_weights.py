"""Learn the weights of the signals from labelled tables, and write them as a dated edition.

    python scripts/learn_weights.py --tables FOLDER [--tables FOLDER ...] --out FILE [--check]

A folder holds CSV files and ``labels.csv`` (``table_id, column, positive, doubtful, concept,
value_detectable``). Each table is learned twice: as it is, and with its columns renamed to c0..cN,
so that the values learn to speak for themselves.

The model is logistic regression on signals that fire or not. Every weight has a prior mean, the
judgement of people before any data (``PRIORS``), and is kept on its side of zero: a signal that
speaks for a concept never ends up speaking against it because of an accident in few tables.
``--check`` prints the accuracy on tables left out of the learning (grouped by table, ten folds).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from doorlicht.detection.combine import make_scene, weigh_column
from doorlicht.plugins import ProfileRequest
from doorlicht.records import Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

BASE = -2.5
PRIORS: dict[str, float] = {
    "name_certain": 5.5,
    "name_strong": 3.8,
    "name_ambiguous": 2.0,
    "name_hint": 0.5,
    "name_unknown_words": -0.5,
    "name_other_element": -6.0,
    "name_proxy": -3.0,
    "name_other_meaning": -2.0,
    "name_share": -1.0,
    "name_share_of_measures": -4.0,
    "name_attitude": -3.0,
    "name_thing": -3.0,
    "name_birth_other": -4.0,
    "name_aspect": -2.0,
    "values_specific_all": 4.0,
    "values_specific_one_or_other": 2.5,
    "values_specific_one": 1.0,
    "values_specific_most": 3.0,
    "values_specific_some": 1.0,
    "values_specific_few": 0.2,
    "values_generic_all": 1.8,
    "values_generic_one_or_other": 0.8,
    "values_generic_one": 0.2,
    "values_generic_most": 1.0,
    "values_generic_some": 0.5,
    "values_generic_few": 0.1,
    "values_letters_all": 0.8,
    "values_letters_one_or_other": 0.3,
    "values_letters_one": 0.1,
    "values_letters_most": 0.4,
    "values_letters_some": 0.1,
    "values_letters_few": 0.0,
    "shape_empty": -0.3,
    "shape_free_text": -2.0,
    "shape_dates": -3.0,
    "shape_measure": -5.0,
    "shape_grades": -3.0,
    "shape_flag": 1.0,
    "shape_codes": 0.5,
    "shape_numbers": -1.0,
    "shape_listed_once": -6.0,
    "shape_other_words": -2.5,
    "subject_no_person": -1.5,
    "subject_perhaps_person": -0.3,
    "subject_persons": 0.7,
    "subject_aggregates": -1.5,
    "subject_shares": -3.0,
    "subject_things": -2.0,
    "subject_things_too": -2.5,
    "subject_only_things": -1.5,
    "subject_countries": -3.0,
    "table_name": 2.5,
    "neighbour_kindred": 0.8,
    "neighbour_same_list": 1.5,
    "neighbour_persons": 1.5,
    "subject_whose": -6.5,
    "shape_opinions": -5.5,
    "shape_settings": -6.0,
    "subject_statistics": -6.5,
    "subject_unknown": -4.0,
    "subject_animals": -6.5,
    "subject_person_values": 0.7,
    "label_sure": 4.5,
    "label_unsure": 1.0,
    "value_labels_specific": 4.0,
    "value_labels_generic": 2.0,
    "text_many": 4.5,
    "text_some": 2.5,
    "text_few": 0.5,
}
"""Log-odds that people would give each signal; the data move them."""

PRIOR_DEVIATION = 1.0
"""How far the data may easily move a weight, in log-odds."""


@dataclass(frozen=True)
class Example:
    """A candidate of a labelled column."""

    table: str
    column: int
    signals: tuple[str, ...]
    is_positive: bool
    concept: str


def read_tables(folder: Path, vocabulary: Vocabulary) -> dict[str, TableProfile]:
    """Return the profile of each table in a folder, by its name without ending."""
    connector = FilesConnector()
    source = Source(id="learn", kind="files", location=str(folder))
    request = ProfileRequest(lexicon=vocabulary.lexicon, terms=vocabulary.terms)
    profiles: dict[str, TableProfile] = {}
    for asset in connector.assets(source):
        if not hasattr(asset, "format") or asset.path == "labels.csv":
            continue
        for profile in connector.profiles(source, asset, request):
            if isinstance(profile, TableProfile):
                profiles[Path(profile.table).stem] = profile
            else:
                print(f"not read: {asset.path} ({profile.code})", file=sys.stderr)
    return profiles


def without_names(profile: TableProfile) -> TableProfile:
    """Return a table whose columns are called c0..cN."""
    columns = tuple(replace(column, name=f"c{column.index}") for column in profile.columns)
    return replace(profile, columns=columns)


def read_examples(
    profiles: dict[str, TableProfile], labels: Path, vocabulary: Vocabulary
) -> list[Example]:
    """Return every candidate of every column that is not doubtful, with names and without."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with labels.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["table_id"]].append(row)
    examples: list[Example] = []
    for table, labelled in rows.items():
        if table not in profiles:
            continue
        for is_named in (True, False):
            profile = profiles[table] if is_named else without_names(profiles[table])
            examples.extend(_table_examples(table, profile, labelled, vocabulary, is_named))
    return examples


def _table_examples(
    table: str,
    profile: TableProfile,
    labelled: Sequence[dict[str, str]],
    vocabulary: Vocabulary,
    is_named: bool,
) -> list[Example]:
    scene = make_scene(profile, vocabulary)
    kinds = scene.concept_kinds
    examples: list[Example] = []
    for row, column in zip(labelled, scene.table.columns, strict=False):
        positive = row["positive"] == "true"
        if row["doubtful"] == "true":
            continue
        if positive and not is_named and row["value_detectable"] != "true":
            continue
        candidates = [
            weighed
            for weighed in weigh_column(column, scene)
            if kinds.get(weighed.candidate.concept) != "proxy"
        ]
        examples.extend(
            Example(
                table=table,
                column=column.index + (0 if is_named else 100_000),
                signals=tuple(piece.signal for piece in weighed.evidence),
                is_positive=positive,
                concept=weighed.candidate.concept,
            )
            for weighed in candidates
        )
        if positive and not candidates:
            examples.append(
                Example(table, column.index + (0 if is_named else 100_000), (), True, "")
            )
    return examples


def learn(examples: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """Return the base and the weights that fit the examples and the priors best."""
    names = list(PRIORS)
    position = {name: index for index, name in enumerate(names)}
    usable = [example for example in examples if example.concept]
    x = np.zeros((len(usable), len(names)))
    y = np.zeros(len(usable))
    for row, example in enumerate(usable):
        y[row] = example.is_positive
        for signal in example.signals:
            x[row, position[signal]] = 1.0
    prior = np.array([BASE, *PRIORS.values()])

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = w[0] + x @ w[1:]
        value = float(np.sum(np.logaddexp(0.0, z) - y * z))
        error = 1.0 / (1.0 + np.exp(-z)) - y
        away = (w - prior) / PRIOR_DEVIATION**2
        gradient = np.concatenate([[error.sum()], x.T @ error]) + away
        return value + float(0.5 * (away * (w - prior)).sum()), gradient

    bounds = [(None, None), *((0.0, None) if p >= 0 else (None, 0.0) for p in PRIORS.values())]
    fitted = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds)
    return float(fitted.x[0]), {
        name: float(value) for name, value in zip(names, fitted.x[1:], strict=True)
    }


def predict(
    examples: Sequence[Example], base: float, weights: dict[str, float]
) -> dict[tuple[str, int], tuple[bool, float, tuple[str, ...]]]:
    """Return truth, log-odds of the surest candidate and its signals, per column."""
    best: dict[tuple[str, int], tuple[bool, float, tuple[str, ...]]] = {}
    for example in examples:
        score = base + sum(weights[s] for s in example.signals) if example.concept else -50.0
        key = (example.table, example.column)
        if key not in best or score > best[key][1]:
            best[key] = (example.is_positive, score, (example.concept, *example.signals))
    return best


def describe(
    scores: dict[tuple[str, int], tuple[bool, float, tuple[str, ...]]], title: str
) -> None:
    """Print precision, recall and F1, with names and without."""
    for is_named in (True, False):
        part = [v for k, v in scores.items() if (k[1] < 100_000) is is_named]
        tp = sum(truth and score >= 0 for truth, score, _ in part)
        fp = sum(not truth and score >= 0 for truth, score, _ in part)
        fn = sum(truth and score < 0 for truth, score, _ in part)
        precision, recall = tp / max(1, tp + fp), tp / max(1, tp + fn)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(
            f"{title}, {'with' if is_named else 'without'} names: precision {precision:.3f} "
            f"recall {recall:.3f} F1 {f1:.3f} (tp {tp} fp {fp} fn {fn})"
        )


def check(examples: Sequence[Example], folds: int = 10) -> None:
    """Print the accuracy on tables that were left out of the learning."""
    tables = sorted({example.table for example in examples})
    order = np.random.default_rng(1).permutation(len(tables))
    left_out: dict[tuple[str, int], tuple[bool, float, tuple[str, ...]]] = {}
    for fold in range(folds):
        out = {tables[i] for i in order[fold::folds]}
        base, weights = learn([e for e in examples if e.table not in out])
        left_out |= predict([e for e in examples if e.table in out], base, weights)
    describe(left_out, "left out")


def main() -> None:
    """Read the arguments, learn, and write the edition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--edition", default="2026-11")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    vocabulary = load_vocabulary()
    examples: list[Example] = []
    for folder in options.tables:
        profiles = read_tables(folder, vocabulary)
        examples.extend(read_examples(profiles, folder / "labels.csv", vocabulary))
    base, weights = learn(examples)
    scores = predict(examples, base, weights)
    describe(scores, "learned on")
    wrong = [(k, v) for k, v in scores.items() if v[0] is not (v[1] >= 0)]
    for (table, column), (truth, score, signals) in sorted(wrong)[: options.errors]:
        kind = "missed" if truth else "false "
        print(f"  {kind} {table} column {column} {score:+.1f} {' '.join(signals)}")
    if options.check:
        check(examples)
    if options.out:
        text = {
            "edition": options.edition,
            "learned_on": f"{len({e.table for e in examples})} labelled tables, {len(examples)} "
            f"candidates, {date.today().isoformat()}",  # noqa: DTZ011 (a day, for people)
            "base": round(base, 2),
            "signals": {name: round(value, 2) for name, value in weights.items()},
        }
        header = (
            "# Weights of the signals, in log-odds. Written by scripts/learn_weights.py;\n"
            "# an edition is not changed once released.\n"
        )
        options.out.write_text(header + yaml.safe_dump(text, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
