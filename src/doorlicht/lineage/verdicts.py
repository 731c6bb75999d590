"""From the graph to flows: which origin-related data reaches which model, and in which way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from doorlicht.lineage.graph import NOTHING, TRAVELS, Deps, Node, Place
from doorlicht.lineage.naming import Meaning
from doorlicht.lineage.paths import FILE_ENDINGS, normal_dataset
from doorlicht.lineage.project import has_word
from doorlicht.lineage.rules import rules_of_functions
from doorlicht.lineage.selecting import SPELLED_IN_TEST
from doorlicht.lineage.state import Analysis, Decision, ModelSeen, Training
from doorlicht.lineage.values import HOLE, NOWHERE, Frame, Rest, is_any_value
from doorlicht.records.flows import (
    CodePlace,
    Flow,
    FlowSource,
    Hop,
    RiskModelSeen,
    Verdict,
    Visibility,
    trace_id,
)

RANK: Final[tuple[Verdict, ...]] = (
    "used", "candidate", "selection-rule", "weights-only", "bias-test-only", "not-used",
)  # fmt: skip
BESIDE_OTHERS: Final = frozenset[Verdict]({"used", "candidate", "selection-rule"})
"""Verdicts that hold for a column whatever else it does; the others say *only* or *not*."""

SURE: Final = 0.95
UNNAMED_SOURCE: Final = 0.9
"""What is left of the confidence if it is not known from which data set a column comes."""

UNNAMED_COLUMN: Final = 0.8
"""The same if a column reaches the model among others, without being named on the way."""

_SPELLED: Final = {"starts": "{}*", "ends": "*{}", "contains": "*{}*", "matches": "{}"}
"""What is known of the name of a column that passes such a test."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A source column that reaches a model; ``ends`` are the nodes at which it does."""

    root: int
    meaning: Meaning
    verdict: Verdict
    feature: str
    visibility: Visibility
    ends: Deps
    certainty: float = 1.0
    column: str = ""
    is_guess: bool = False
    """Whether only an artefact that is not there can tell that it is a feature."""


@dataclass(slots=True)
class Judge:
    """Finds the flows of an analysis."""

    state: Analysis
    _roots: list[Deps] = field(default_factory=list[Deps])
    _roots_before_scores: list[Deps] = field(default_factory=list[Deps])
    _scored: frozenset[int] = frozenset()
    """Columns that rule sets score in."""
    _scores: dict[Deps, set[int]] = field(default_factory=dict[Deps, "set[int]"])
    _dropped: defaultdict[str, set[Place]] | None = None
    """Where names are spelled that code leaves out of a table."""
    _decisions: defaultdict[int, list[Decision]] | None = None

    def flows(self) -> tuple[list[RiskModelSeen], list[Flow]]:
        """Return the models that were seen, and every flow to one of them."""
        rules_of_functions(self.state)
        self._scored = frozenset(each.node for each in self.state.scorings.values())
        self._rules_from_lists()
        models: list[RiskModelSeen] = []
        flows: dict[str, Flow] = {}
        for key, seen, trainings, number in self._numbered():
            record = self._model(seen, trainings, number)
            models.append(record)
            for reach in self._best(self._reaches(key, seen, trainings)):
                flow = self._flow(record, reach)
                known = flows.get(flow.id)
                if known is None or known.confidence < flow.confidence:
                    flows[flow.id] = flow
        return models, sorted(flows.values(), key=lambda f: (f.model, RANK.index(f.verdict), f.id))

    # ── models ──────────────────────────────────────────────────────────────────────────────

    def _numbered(self) -> Iterator[tuple[int, ModelSeen, list[Training], int]]:
        """Yield each model with its trainings, and which it is of those alike in its file.

        The id of a model is made of that number and not of its line, so that what people decided
        on it still stands when somebody adds a line above it.
        """
        found: list[tuple[CodePlace, int, ModelSeen, list[Training]]] = []
        trained: defaultdict[int, list[Training]] = defaultdict(list)
        for (number, _), training in self.state.trainings.items():
            trained[number].append(training)
        scored: defaultdict[int, list[Place]] = defaultdict(list)
        for number, place in self.state.scorings:
            scored[number].append(place)
        for key, seen in self.state.models.items():
            trainings, scorings = trained[key], scored[key]
            if not trainings and not scorings:
                continue
            if trainings and all(t.is_bias_test for t in trainings) and seen.is_rules:
                continue
            places = [t.place for t in trainings] or scorings
            first = min(map(_code_place, places), key=lambda p: (p.file, p.line))
            found.append((first, key, seen, trainings))
        found.sort(key=lambda one: (one[0].file, one[0].line, one[1]))
        alike: Counter[tuple[str, str, str]] = Counter()
        for place, key, seen, trainings in found:
            kind = (place.file, seen.algorithm, seen.name)
            alike[kind] += 1
            yield key, seen, trainings, alike[kind]

    def _model(self, seen: ModelSeen, trainings: list[Training], number: int) -> RiskModelSeen:
        names: dict[str, None] = {}
        for training in trainings:
            names.update(dict.fromkeys(shown(name) for name in training.frame.columns))
        has_rests = any(training.frame.rests for training in trainings)
        source = seen.feature_source or (
            "selection"
            if any(t.by_data for t in trainings)
            else "list"
            if any(
                self._visibility(t.frame, name, t.place) == "list"
                for t in trainings
                for name in t.frame.columns
            )
            else "data"
            if has_rests
            else "code"
            if names
            else "unknown"
        )
        train = sorted({_code_place(t.place) for t in trainings}, key=lambda p: (p.file, p.line))
        score = sorted(
            {_code_place(p) for (number, p) in self.state.scorings if number == seen.key},
            key=lambda p: (p.file, p.line),
        )
        places = train or score
        return RiskModelSeen(
            id=trace_id("M", places[0].file, seen.algorithm, seen.name, str(number)),
            name=seen.name,
            algorithm=seen.algorithm,
            target=seen.target,
            train=tuple(train),
            score=tuple(score),
            features=tuple(names),
            feature_source=source,
            outputs=tuple(seen.outputs),
        )

    def _rules_from_lists(self) -> None:
        """Make a rule set of each list of persons that origin selects and no model scores."""
        for decision in list(self.state.decisions.values()):
            if self._scores_in(decision.subject | decision.rows):
                continue
            if not (has_word("list", decision.name) or has_word("score", decision.name)):
                continue
            seen = self.state.model(decision.place, "rules")
            seen.is_rules, seen.name = True, decision.name
            seen.outputs = [decision.name]
            frame = Frame(rows=decision.rows)
            self.state.trainings[seen.key, decision.place] = Training(
                seen.key, decision.place, frame
            )

    def _scores_in(self, deps: Deps) -> set[int]:
        """Return the models whose scores went into something."""
        known = self._scores.get(deps)
        if known is None:
            ancestors = self.state.graph.ancestors(deps)
            known = {s.model for s in self.state.scorings.values() if s.node in ancestors}
            self._scores[deps] = known
        return known

    def _decisions_on(self, key: int) -> list[Decision]:
        """Return the decisions over rows with scores of a model."""
        if self._decisions is None:
            self._decisions = defaultdict(list)
            for decision in self.state.decisions.values():
                for scored in self._scores_in(decision.subject):
                    self._decisions[scored].append(decision)
        return self._decisions.get(key, [])

    # ── what reaches a model ────────────────────────────────────────────────────────────────

    def _reaches(self, key: int, seen: ModelSeen, trainings: list[Training]) -> Iterator[Reach]:
        for training in trainings:
            yield from self._of_training(training)
        for scoring in self.state.scorings.values():
            if scoring.model != key or scoring.is_bias_test or scoring.frame is None:
                continue
            if not self._is_measured_within(scoring.node, scoring.frame.rows):
                yield from self._of_rows(scoring.frame.rows)
            if seen.from_artefact and not trainings:
                for reach in self._of_features(scoring.frame, "candidate", scoring.place):
                    yield replace(reach, is_guess=True)
        yield from self._switched_off({training.place.file for training in trainings})
        for decision in self._decisions_on(key):
            yield from self._of_rows(decision.rows)
        for test in self.state.bias_tests.values():
            # A measurement of known scores is about their models, whatever another left out.
            measured = self._scores_in(test.subject)
            if key not in measured and (measured or not self._is_dropped(test.groups, trainings)):
                continue
            for name in test.names:
                places = test.places.get(name, frozenset({test.place}))
                self.state.note(places, name, "bias-test")
            for root, meaning in self.roots(test.groups):
                alone = test.names[0] if len(test.names) == 1 else ""
                yield Reach(
                    root,
                    meaning,
                    "bias-test-only",
                    alone or self.state.graph[root].name,
                    "literal",
                    test.groups,
                )

    def _is_measured_within(self, score: int, rows: Deps) -> bool:
        """Return whether rows of one group are only scored to measure the scores within it."""
        graph = self.state.graph
        within = rows and any(
            graph.as_sources(test.groups) & graph.as_sources(rows)
            and score in graph.ancestors(test.subject)
            for test in self.state.bias_tests.values()
        )
        return bool(within)

    def _switched_off(self, files: set[str]) -> Iterator[Reach]:
        """Yield the names that a constant keeps out of a list, in the files that train a model."""
        for (place, name), deps in self.state.gated.items():
            meaning = self.state.names.of_column(name)
            if meaning is not None and place.file in files:
                node = self.state.graph.add("read", name, place, deps)
                ends = frozenset({node})
                yield Reach(node, meaning, "not-used", shown(name), "literal", ends)

    def _is_dropped(self, groups: Deps, trainings: list[Training]) -> bool:
        dropped: set[int] = set()
        for training in trainings:
            for deps in training.frame.dropped.values():
                dropped |= {root for root, _ in self.roots(deps)}
        return any(root in dropped for root, _ in self.roots(groups))

    def _of_training(self, training: Training) -> Iterator[Reach]:
        frame = training.frame
        verdict: Verdict = "candidate" if training.by_data else "used"
        if training.is_gated:
            verdict = "not-used"
        yield from self._of_features(frame, verdict, training.place)
        yield from self._of_rows(frame.rows)
        for root, meaning in self.roots(training.weights):
            yield Reach(
                root,
                meaning,
                "weights-only",
                self.state.graph[root].name,
                "literal",
                training.weights,
            )
        yield from self._left_out(training)

    def _left_out(self, training: Training) -> Iterator[Reach]:
        """Yield what was built or named and is no feature, nor what a feature was made of."""
        frame = training.frame
        # What weighs or selects is no feature either, but it is told as what it does.
        graph = self.state.graph
        features = graph.ancestors(frame.all_deps | frame.rows | training.weights)
        steps = {(graph[n].name, graph[n].place) for n in features}
        for name, deps in frame.dropped.items():
            if deps <= features or name in frame.bundles:
                continue
            if all((graph[n].name, graph[n].place) in steps for n in deps):
                # An earlier pass of a loop made a feature of it.
                continue
            for root, meaning in self.roots(deps):
                yield Reach(root, meaning, "not-used", shown(name), self._how_left_out(name), deps)
        for rest in frame.rests:
            names = {
                word for gate in rest.gates if gate.kind == "in" and not gate.is_kept
                for word in gate.words
            }  # fmt: skip
            for name in sorted(names - {training.target.lower(), training.target}):
                meaning = self.state.names.of_column(name)
                if meaning is None or name in frame.columns or name in frame.dropped:
                    continue
                node = self.state.graph.source(rest.dataset, name, training.place)
                ends = frozenset({node})
                if self.state.meaning(node) is not None and node not in features:
                    how = self._how_left_out(name)
                    yield Reach(node, meaning, "not-used", shown(name), how, ends)

    def _how_left_out(self, name: str) -> Visibility:
        """Return where it can be seen that a column is left out."""
        if self._dropped is None:
            self._dropped = defaultdict(set)
            for place, names in self.state.notes.items():
                for each, roles in names.items():
                    if "drop" in roles:
                        self._dropped[each].add(place)
        places = self._dropped.get(name)
        return "list" if places and self.state.is_from_list(frozenset(places)) else "literal"

    def _of_features(self, frame: Frame, verdict: Verdict, place: Place) -> Iterator[Reach]:
        for name, deps in frame.columns.items():
            visibility = self._visibility(frame, name, place)
            for root, meaning in self.roots(deps):
                yield Reach(root, meaning, verdict, shown(name), visibility, deps)
        for root, meaning in self.roots(frame.deps):
            yield Reach(
                root,
                meaning,
                verdict,
                self.state.graph[root].name,
                "literal",
                frame.deps,
                UNNAMED_COLUMN,
            )
        for rest in frame.rests:
            for column, number in self.state.graph.columns_of(rest.dataset):
                meaning = self.state.scanned.meaning(
                    rest.dataset, column, self.state.names.of_column(column)
                )
                if meaning is not None and rest.lets(column) and column not in frame.columns:
                    feature = rest.pattern.replace(HOLE, column)
                    yield Reach(
                        number,
                        meaning,
                        verdict,
                        feature,
                        "literal" if self._is_spelled(number) else "data-value",
                        frozenset({number, rest.step}),
                        UNNAMED_COLUMN,
                    )
            yield from self._spelled(frame, rest, verdict)

    def _spelled(self, frame: Frame, rest: Rest, verdict: Verdict) -> Iterator[Reach]:
        """Yield columns that only a test on names spells: ``starts_with("nationality")``.

        No code names one that passes; that one does is what the test is for.
        """
        known = {*frame.columns, *(name for name, _ in self.state.graph.columns_of(rest.dataset))}
        for gate in rest.gates:
            if not gate.is_kept or gate.kind == "in":
                continue
            for word in SPELLED_IN_TEST.findall(" ".join(gate.words)):
                meaning = self.state.names.of_column(word)
                if meaning is None or not rest.lets(word):
                    continue
                if any(word in name and rest.lets(name) for name in known):
                    continue
                place = self.state.graph[rest.step].place
                node = self.state.graph.source(rest.dataset, word, place)
                feature = rest.pattern.replace(HOLE, _SPELLED[gate.kind].format(word))
                ends = frozenset({node, rest.step})
                yield Reach(node, meaning, verdict, feature, "derived-name", ends, UNNAMED_COLUMN)

    def _is_spelled(self, number: int) -> bool:
        """Return whether the code that reads a column names it."""
        node = self.state.graph[number]
        return node.name in self.state.notes.get(node.place, {})

    def _visibility(self, frame: Frame, name: str, place: Place) -> Visibility:
        """Return where the name of a feature can be seen of what is fitted or scored at a place.

        A list beside the code that chooses it comes first: without that list nobody knows that the
        model has it, however its name was made. Rules that are written in a file of their own (a
        workbook, DMN) are no list but the rules themselves.
        """
        named = frame.named.get(name, NOWHERE)
        if self.state.is_from_list(named) and all(at.file != place.file for at in named):
            return "list"
        return frame.made.get(name, "literal")

    def _of_rows(self, rows: Deps) -> Iterator[Reach]:
        # Rows that a score selects are what the model is for; its features are told as such.
        for root, meaning in self.roots(rows, self._roots_before_scores):
            yield Reach(
                root, meaning, "selection-rule", self.state.graph[root].name, "literal", rows
            )

    def roots(
        self, deps: Iterable[int], known: list[Deps] | None = None
    ) -> list[tuple[int, Meaning]]:
        """Return the first nodes about origin that something was made of, with their concept."""
        known = self._roots if known is None else known
        found: dict[int, Meaning] = {}
        for number in frozenset[int]().union(*(self._roots_of(n, known) for n in deps)):
            meaning = self.state.meaning(number)
            if meaning is not None:
                found[number] = meaning
        return sorted(found.items())

    def _roots_of(self, number: int, known: list[Deps]) -> Deps:
        """Return the roots of a node: what its parents were made of, or itself if they have none.

        A node is made after its parents, so that theirs are known. What went into a score is left
        out of ``_roots_before_scores``.
        """
        stops = known is self._roots_before_scores
        for at in range(len(known), number + 1):
            node = self.state.graph[at]
            above = [known[parent] for parent in node.parents if known[parent]]
            if stops and (node.what == "score" or at in self._scored):
                known.append(NOTHING)
            elif above:
                known.append(above[0] if len(above) == 1 else NOTHING.union(*above))
            else:
                is_root = self.state.meaning(at) is not None
                known.append(frozenset({at}) if is_root else NOTHING)
        return known[number]

    def _best(self, reaches: Iterable[Reach]) -> list[Reach]:
        """Keep one reach for each concept and feature.

        What a source column does besides weakens nothing: a column that is a feature and selects
        rows under another name gives two flows. But verdicts that say *only* or *not* are kept
        only for a source column that does nothing more.
        """
        by_root: dict[tuple[str, str], list[Reach]] = {}
        for reach in reaches:
            name = self.state.graph[reach.root].name.lower()
            by_root.setdefault((reach.meaning.concept, name), []).append(reach)
        best: dict[tuple[str, str], Reach] = {}
        for many in by_root.values():
            if any(reach.verdict == "selection-rule" for reach in many):
                # That it selects is seen; that it is a feature too, only an artefact can tell.
                many = [reach for reach in many if not reach.is_guess]
            strongest = min(RANK.index(reach.verdict) for reach in many)
            for reach in many:
                rank = RANK.index(reach.verdict)
                is_other = (
                    reach.verdict == "not-used"
                    and RANK[strongest] in ("used", "candidate")
                    and any(self.state.graph[n].what in ("derive", "one-hot") for n in reach.ends)
                    and reach.feature.lower() != self.state.graph[reach.root].name.lower()
                )
                if rank > strongest and reach.verdict not in BESIDE_OTHERS and not is_other:
                    continue
                key = (reach.meaning.concept, reach.feature.lower())
                known = best.get(key)
                if known is None or self._weight(reach) > self._weight(known):
                    best[key] = reach
        return list(best.values())

    def _weight(self, reach: Reach) -> tuple[int, float, bool]:
        """Return what decides which of two reaches of one feature is told."""
        is_placed = self.state.graph[reach.root].dataset.strip("?") != ""
        return -RANK.index(reach.verdict), reach.certainty, is_placed

    # ── flows ───────────────────────────────────────────────────────────────────────────────

    def _path(self, reach: Reach) -> tuple[int, ...]:
        """Return the steps from a source column to where it reaches the model, as one path.

        The node of a source column stands where some code named it first, which can be far from
        this path; so the path begins where its table was opened or the column was read for it.
        """
        graph = self.state.graph
        path = graph.path(reach.root, reach.ends)
        if len(path) == 1:
            whole = [graph.travel(n) for n in sorted(reach.ends) if graph[n].what in TRAVELS]
            if not whole:
                return path
            travel = whole[0]
            return travel if graph[travel[0]].what == "open" else path + travel
        if len(path) > 1 and graph.is_reading(path[1]):
            path = path[1:]
            steps = sorted(graph[path[0]].parents - {reach.root})
            travel = graph.travel(steps[0]) if steps else ()
            if len(travel) > 1 and graph[travel[0]].what == "open":
                # That the column is read where something is made of it need not be said twice.
                is_said = len(path) > 1 and graph[path[1]].place == graph[path[0]].place
                return travel + path[is_said:]
        return path

    def _flow(self, model: RiskModelSeen, reach: Reach) -> Flow:
        graph = self.state.graph
        root = graph[reach.root]
        path = self._path(reach)
        hops = tuple(_hop(graph[number], root) for number in path) or (_hop(root, root),)
        confidence = SURE * reach.certainty
        for number in path:
            confidence *= 1 - graph[number].doubt
        dataset = root.dataset
        if not dataset or dataset.startswith("?"):
            confidence *= UNNAMED_SOURCE
            dataset = ""
        scanned = self.state.scanned.column(dataset, root.name)
        found = scanned.finding(reach.meaning.concept) if scanned is not None else None
        if found is not None and self.state.meaning_of(root.name, root.place.file) is None:
            # Only the scan says that it is about origin.
            confidence *= found.probability
        source = FlowSource(
            (scanned.source if scanned is not None else "") or _system(dataset),
            shown(dataset),
            shown(root.name),
            hops[0].place,
            found.id if found is not None else "",
        )
        return Flow(
            id=trace_id(
                "FL",
                model.id,
                reach.meaning.concept,
                source.dataset,
                source.column,
                reach.feature,
                reach.verdict,
            ),
            concept=reach.meaning.concept,
            kind=reach.meaning.kind,
            source=source,
            hops=hops,
            feature=reach.feature,
            model=model.id,
            verdict=reach.verdict,
            visibility=reach.visibility,
            confidence=round(confidence, 3),
        )


def shown(name: str) -> str:
    """Return a name with ``*`` for what is not known of it."""
    if is_any_value(name):
        return f"{name[1:-1].replace(HOLE, '*')}_*"
    return name.replace(HOLE, "*")


def _system(dataset: str) -> str:
    if not dataset:
        return "code"
    last = normal_dataset(dataset).rsplit("/", 1)[-1]
    return (
        "file"
        if "/" in dataset
        or (
            last.count(".") == 1
            and len(last.split(".")[1]) <= 8
            and last.split(".")[1] in FILE_ENDINGS
        )
        else "database"
    )


def _code_place(place: Place) -> CodePlace:
    return CodePlace(place.file, max(place.line, 1))


def _hop(node: Node, root: Node) -> Hop:
    """Return a step of a path; of a table that travels as a whole, what happens to its column."""
    if node.what == "open":
        return Hop(_code_place(node.place), "read", shown(root.name))
    return Hop(_code_place(node.place), node.what, shown(node.name or root.name))


_ = NOTHING
