"""Comparing a trace with what the makers of a project say of it (``tests/data/code``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from doorlicht.records import TraceResult
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

FOLDER = Path(__file__).parent / "data/code"


@dataclass
class Score:
    """True, false and missed, with words for each that is wrong."""

    hits: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.hits += other.hits
        self.wrong += other.wrong
        self.missed += other.missed

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + len(self.missed))


KINDS = ("references", "roles", "models", "flows", "verdicts", "visibility", "lost")


@dataclass
class Scores:
    """What of a project, or of all of them, was right."""

    references: Score = field(default_factory=Score)
    flows: Score = field(default_factory=Score)
    models: Score = field(default_factory=Score)
    verdicts: Score = field(default_factory=Score)
    visibility: Score = field(default_factory=Score)
    roles: Score = field(default_factory=Score)
    lost: Score = field(default_factory=Score)

    def add(self, other: Scores) -> None:
        for name in KINDS:
            getattr(self, name).add(getattr(other, name))


def projects() -> list[Path]:
    """The folders of the corpus."""
    return sorted(path.parent for path in FOLDER.glob("*/expected.yaml"))


def trace_project(folder: Path) -> TraceResult:
    """The trace of one project, without its labels."""
    return trace(TraceRequest([folder], "test")).result


def places(values: Sequence[str]) -> set[tuple[str, int]]:
    return {(file, int(line)) for file, _, line in (value.rpartition(":") for value in values)}


def compare(folder: Path, result: TraceResult) -> Scores:
    """Which references, models and flows are right."""
    expected = yaml.safe_load((folder / "expected.yaml").read_text("utf-8"))
    scores = Scores()
    name = folder.name
    wanted = {
        (one["file"], one["line"], one["identifier"].lower()): one
        for one in expected.get("references") or []
    }
    seen = {
        (one.place.file, one.place.line, one.identifier.lower()): one
        for one in result.references
        if one.place.file != "expected.yaml"
    }
    for key, one in wanted.items():
        found = seen.get(key)
        if found is None or found.concept != one["concept"]:
            scores.references.missed.append(f"{name} {key} {one['concept']} {found}")
            continue
        scores.references.hits += 1
        if found.role == one["role"]:
            scores.roles.hits += 1
        else:
            scores.roles.wrong.append(f"{name} {key} {found.role} and not {one['role']}")
    scores.references.wrong += [
        f"{name} {key} {one.concept} {one.role}"
        for key, one in seen.items()
        if key not in wanted or wanted[key]["concept"] != one.concept
    ]
    paired = _pair_models(expected.get("models") or [], result, scores, name)
    _compare_flows(expected, result, paired, scores, name)
    lost = {(one.place.file, one.place.line) for one in result.lost}
    for one in expected.get("lost") or []:
        if (one["file"], one["line"]) in lost:
            scores.lost.hits += 1
        else:
            scores.lost.missed.append(f"{name} {one}")
    return scores


def _pair_models(models: list, result: TraceResult, scores: Scores, name: str) -> dict[str, str]:
    paired: dict[str, str] = {}
    taken: set[str] = set()
    for wanted in models:
        at = places(wanted.get("train") or []) or places(wanted.get("score") or [])
        scored = places(wanted.get("score") or [])
        best = None
        for one in result.models:
            if one.id in taken:
                continue
            own = {(p.file, p.line) for p in (*one.train, *one.score)}
            fits = bool(own & (at | scored)) or (
                wanted.get("algorithm") in ("rules", "scorecard")
                and one.algorithm == "rules"
                and {p.file for p in (*one.train, *one.score)} & {file for file, _ in at | scored}
            )
            if fits and (best is None or one.name == wanted.get("name")):
                best = one
        if best is None:
            scores.models.missed.append(f"{name} {wanted['id']} {wanted.get('name')}")
            continue
        taken.add(best.id)
        paired[best.id] = wanted["id"]
        scores.models.hits += 1
    scores.models.wrong += [
        f"{name} {one.name} {one.algorithm} "
        f"{[f'{p.file}:{p.line}' for p in (*one.train, *one.score)]}"
        for one in result.models
        if one.id not in taken
    ]
    return paired


def _compare_flows(
    expected: dict, result: TraceResult, paired: dict[str, str], scores: Scores, name: str
) -> None:
    waiting = list(expected.get("flows") or [])
    for flow in result.flows:
        match = next((one for one in waiting if _same(one, flow, paired.get(flow.model))), None)
        told = (
            f"{name} {flow.concept} {flow.source.column} as {flow.feature} {flow.verdict} "
            f"in {paired.get(flow.model)}"
        )
        if match is None:
            scores.flows.wrong.append(told)
            continue
        waiting.remove(match)
        scores.flows.hits += 1
        if match["verdict"] == flow.verdict:
            scores.verdicts.hits += 1
        else:
            scores.verdicts.wrong.append(f"{told}, not {match['verdict']}")
        if match["visibility"] == flow.visibility:
            scores.visibility.hits += 1
        else:
            scores.visibility.wrong.append(f"{told} {flow.visibility}, not {match['visibility']}")
    scores.flows.missed += [f"{name} {one}" for one in waiting]


def _same(wanted: dict, flow: object, model: str | None) -> bool:
    if wanted["model"] != model or wanted["concept"] != flow.concept:
        return False
    features = {
        wanted.get("feature", "").lower().replace("*", ""),
        wanted.get("column", "").lower(),
    }
    own = {flow.feature.lower().replace("*", ""), flow.source.column.lower()}
    return bool(features & own)


def all_scores(folders: Sequence[Path] | None = None) -> Iterator[tuple[Path, Scores]]:
    """Scores by project."""
    for folder in folders or projects():
        yield folder, compare(folder, trace_project(folder))


def main() -> None:
    """Print what is wrong, and the figures."""
    total = Scores()
    for _, scores in all_scores():
        total.add(scores)
    for kind in KINDS:
        score = getattr(total, kind)
        for text in score.wrong:
            print(kind, "WRONG", text)
        for text in score.missed:
            print(kind, "MISSED", text)
    for kind in KINDS:
        score = getattr(total, kind)
        print(f"{kind}: precision {score.precision:.3f} recall {score.recall:.3f} ({score.hits})")


if __name__ == "__main__":
    main()
