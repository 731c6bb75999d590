"""What an analysis has seen so far: the graph, what was trained and scored, what was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from doorlicht.lineage.graph import NOTHING, Deps, FlowGraph, Place
from doorlicht.lineage.naming import Meaning, Names
from doorlicht.lineage.paths import is_nameless, normal_dataset, same_dataset
from doorlicht.lineage.scanned import ScannedTables
from doorlicht.lineage.values import HOLE, NOWHERE, Estimator, Frame, Places, Text, Value
from doorlicht.records.flows import Role


@dataclass(slots=True, eq=False)
class Training:
    """A call that fits a model: on which columns, and what else decides.

    ``frame`` holds the features; ``excluded`` the names of targets and identifiers that the call
    itself leaves out.
    """

    model: int
    place: Place
    frame: Frame
    target: str = ""
    weights: Deps = NOTHING
    weight_places: Places = NOWHERE
    by_data: bool = False
    is_gated: bool = False
    is_bias_test: bool = False


@dataclass(slots=True, eq=False)
class Scoring:
    """A call that scores with a model, with the table that it scores."""

    model: int
    place: Place
    frame: Frame | None
    node: int
    is_bias_test: bool = False


@dataclass(slots=True, eq=False)
class Passing:
    """A call of a network, which may turn out to be a part of its training."""

    estimator: Estimator
    frame: Frame
    place: Place


@dataclass(slots=True, eq=False)
class ModelSeen:
    """A risk model or rule set, named by what it is assigned to."""

    key: int
    algorithm: str
    place: Place
    name: str = ""
    target: str = ""
    is_rules: bool = False
    from_artefact: bool = False
    outputs: list[str] = field(default_factory=list[str])
    feature_names: tuple[str, ...] = ()
    feature_source: str = ""


@dataclass(slots=True, eq=False)
class RuleFunction:
    """A function whose name says that it scores or decides; ``nodes`` are its answers."""

    name: str
    place: Place
    nodes: set[int] = field(default_factory=set[int])
    is_gated: bool = False
    is_sql: bool = False


@dataclass(slots=True, eq=False)
class Decision:
    """A place where rows or a score are decided by data: an override or a selection."""

    place: Place
    rows: Deps
    subject: Deps
    """What is decided: the score that is overruled, the list that is written."""
    name: str
    kind: Literal["override", "selection"]


@dataclass(slots=True, eq=False)
class BiasTest:
    """A measurement by group: the groups, and what is measured."""

    place: Place
    groups: Deps
    subject: Deps
    names: tuple[str, ...] = ()
    places: dict[str, Places] = field(default_factory=dict[str, Places])
    """Where the names of the groups are spelled, if not at ``place``."""


@dataclass(slots=True)
class Written:
    """A table or object that code stored under a name."""

    dataset: str
    value: Value
    place: Place
    times: int = 0


@dataclass(slots=True)
class Analysis:
    """Everything that is gathered while code is followed."""

    names: Names
    scanned: ScannedTables = field(default_factory=ScannedTables)
    graph: FlowGraph = field(default_factory=FlowGraph)
    notes: dict[Place, dict[str, set[Role]]] = field(
        default_factory=dict[Place, dict[str, set[Role]]]
    )
    trainings: dict[tuple[int, Place], Training] = field(
        default_factory=dict[tuple[int, Place], Training]
    )
    scorings: dict[tuple[int, Place], Scoring] = field(
        default_factory=dict[tuple[int, Place], Scoring]
    )
    models: dict[int, ModelSeen] = field(default_factory=dict[int, ModelSeen])
    decisions: dict[tuple[Place, str], Decision] = field(
        default_factory=dict[tuple[Place, str], Decision]
    )
    rule_functions: dict[Place, RuleFunction] = field(default_factory=dict[Place, RuleFunction])
    asked_with_origin: set[str] = field(default_factory=set[str])
    """Functions, in lower case, that SQL which names origin calls."""
    passings: dict[int, Passing] = field(default_factory=dict[int, Passing])
    trained_at: set[Place] = field(default_factory=set[Place])
    """Where networks are called to be trained by the answer."""
    bias_tests: dict[Place, BiasTest] = field(default_factory=dict[Place, BiasTest])
    written: dict[tuple[str, Place], Written] = field(
        default_factory=dict[tuple[str, Place], Written]
    )
    read: dict[str, set[Place]] = field(default_factory=dict[str, set[Place]])
    lost: dict[tuple[Place, str], Deps] = field(default_factory=dict[tuple[Place, str], Deps])
    is_about_things: Callable[[str], bool] = field(default=lambda _: False)
    """Whether the words of a file speak of things and not of persons."""
    lists: frozenset[str] = frozenset()
    """Files that hold no code but names: lists of features, settings, artefacts."""
    gated: dict[tuple[Place, str], Deps] = field(default_factory=dict[tuple[Place, str], Deps])
    _model_numbers: dict[tuple[Place, str], int] = field(
        default_factory=dict[tuple[Place, str], int]
    )
    writes: int = 0
    """How often anything was stored."""
    _index: WrittenIndex = field(default_factory=lambda: WrittenIndex())
    _asked: dict[str, int] = field(default_factory=dict[str, int])
    """Data sets that were asked for in this round, with how often they had been written then."""

    def begin_round(self) -> None:
        """Forget what a round said of models: the next one knows more of what is handed over."""
        for seen in (
            self.trainings,
            self.scorings,
            self.decisions,
            self.bias_tests,
            self.rule_functions,
            self.passings,
            self.lost,
            self.gated,
        ):
            seen.clear()
        self._asked.clear()

    def is_settled(self) -> bool:
        """Return whether all that was read in this round had been written by then.

        If so, another round sees the same.
        """
        return all(self._times_written(name) == times for name, times in self._asked.items())

    def _times_written(self, dataset: str) -> int:
        return sum(each.times for each in self._index.of(dataset))

    def note(self, places: Places, identifier: str, role: Role) -> None:
        """Remember what is done with a name at the places where it is spelled."""
        for place in places:
            self.notes.setdefault(place, {}).setdefault(identifier, set()).add(role)

    def note_feature(self, places: Places, identifier: str) -> None:
        """Remember that a name chooses a feature, unless it was only computed there."""
        self.note(
            frozenset(
                place for place in places
                if "derive" not in self.notes.get(place, {}).get(identifier, ())
            ),
            identifier, "feature",
        )  # fmt: skip

    def note_text(self, text: Text, role: Role) -> None:
        """Remember what is done with a name that a text holds."""
        self.note(text.places, text.text, role)

    def switch_off(self, texts: Iterable[Text], place: Place) -> None:
        """Remember names that are put in a list by code that a constant switches off."""
        for text in texts:
            if text.places:
                self.gated[place, text.text] = text.deps

    def see_bias_test(self, test: BiasTest) -> None:
        """Remember a measurement; a loop on one line measures by several groups."""
        known = self.bias_tests.get(test.place)
        if known is not None:
            spelled = {
                name: known.places.get(name, NOWHERE) | test.places.get(name, NOWHERE)
                for name in (*known.places, *test.places)
            }
            test = BiasTest(
                test.place,
                known.groups | test.groups,
                known.subject | test.subject,
                tuple(dict.fromkeys((*known.names, *test.names))),
                spelled,
            )
        self.bias_tests[test.place] = test

    def lose(self, place: Place, construct: str, deps: Deps = NOTHING) -> None:
        """Remember a construct that could not be followed, and what went into it."""
        self.lost[place, construct] = self.lost.get((place, construct), NOTHING) | deps

    def meaning(self, number: int) -> Meaning | None:
        """Return the concept of a node: by the name of its column, or what a scan found in it."""
        node = self.graph[number]
        if node.what not in ("read", "derive", "rename"):
            return None
        named = self.meaning_of(node.name, node.place.file)
        return self.scanned.meaning(node.dataset, node.name, named) if node.dataset else named

    def meaning_of(self, column: str, file: str) -> Meaning | None:
        """Return the concept of a column that code of a file names.

        In code about flights or crops, what only often means origin means something else.
        """
        found = self.names.of_column(column)
        return None if found is not None and self.means_a_thing(column, file) else found

    def is_from_list(self, places: Places) -> bool:
        """Return whether a name is spelled in files beside the code, and not in code."""
        spelled = [place for place in places if place.line]
        return bool(spelled) and all(place.file in self.lists for place in spelled)

    def means_a_thing(self, name: str, file: str) -> bool:
        """Return whether a name only often means origin, and stands in code about things."""
        return self.names.is_ambiguous(name) and self.is_about_things(file)

    def found_in_values(self) -> dict[str, Meaning]:
        """Return the columns, in lower case, that code reads and of which only a scan knows."""
        if not self.scanned.tables:
            return {}
        return {
            column.lower(): meaning
            for dataset, column in self.graph.sources()
            if self.names.of_column(column) is None
            and (meaning := self.scanned.meaning(dataset, column, None)) is not None
        }

    def is_about_origin(self, deps: Deps) -> bool:
        """Return whether anything of origin went into a value."""
        return any(self.meaning(number) is not None for number in self.graph.ancestors(deps))

    def model(self, place: Place, algorithm: str) -> ModelSeen:
        """Return the model that is made or fitted at a place, which is new the first time."""
        key = self._model_numbers.setdefault((place, algorithm), len(self._model_numbers))
        if key not in self.models:
            self.models[key] = ModelSeen(key, algorithm, place)
        return self.models[key]

    def write(self, spelled: str, value: Value, place: Place) -> None:
        """Remember that a value was stored under a name."""
        dataset = normal_dataset(spelled)
        known = self.written.get((dataset, place))
        if known is None:
            self.written[dataset, place] = known = Written(dataset, value, place)
            self._index.add(known)
        known.value = value
        known.times += 1
        self.writes += 1

    def writers(self, spelled: str) -> list[Written]:
        """Return what code stored under a name, or one that can be the same."""
        dataset = normal_dataset(spelled)
        if is_nameless(dataset):
            return []
        found = self._index.of(dataset)
        self._asked.setdefault(dataset, sum(each.times for each in found))
        return found


@dataclass(slots=True)
class WrittenIndex:
    """Finds what was written under a name, without looking at all that was written."""

    everything: list[Written] = field(default_factory=list[Written])
    by_name: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """By the last part of the name."""
    by_tail: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """By what follows each point in it: ``schema.table`` can be asked for as ``table``."""
    open: list[int] = field(default_factory=list[int])
    """Names of which a piece is not known."""

    def add(self, written: Written) -> None:
        """Take in something that was written."""
        number = len(self.everything)
        self.everything.append(written)
        last = written.dataset.rsplit("/", 1)[-1]
        if HOLE in last:
            self.open.append(number)
            return
        self.by_name.setdefault(last, []).append(number)
        for tail in _tails(last):
            self.by_tail.setdefault(tail, []).append(number)

    def of(self, dataset: str) -> list[Written]:
        """Return what can be the same data set, in the order in which it was first written."""
        last = dataset.rsplit("/", 1)[-1]
        if HOLE in last:
            return [each for each in self.everything if same_dataset(each.dataset, dataset)]
        numbers = {*self.open, *self.by_name.get(last, ()), *self.by_tail.get(last, ())}
        for tail in _tails(last):
            numbers.update(self.by_name.get(tail, ()))
        return [
            self.everything[number]
            for number in sorted(numbers)
            if same_dataset(self.everything[number].dataset, dataset)
        ]


def _tails(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[at:]) for at in range(1, len(parts))]
