"""A root of code: its files, how they refer to each other, and following them all.

Files are followed in rounds: what one file writes, another reads, whatever the order in which they
run. The rounds end when nothing new is written, and at the latest after :data:`MAX_ROUNDS`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Final, cast

from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.graph import NOTHING, Place
from doorlicht.lineage.interpreter import MAX_STEPS, MAX_STEPS_ALONE, Interpreter, TooMuchError
from doorlicht.lineage.library import load_library
from doorlicht.lineage.modules import ModuleIndex
from doorlicht.lineage.naming import Names
from doorlicht.lineage.operations.registry import OPERATIONS
from doorlicht.lineage.paths import normal_dataset, same_dataset
from doorlicht.lineage.patterns import compiled
from doorlicht.lineage.references import spelled_in
from doorlicht.lineage.rules import features_of
from doorlicht.lineage.scanned import ScannedTables
from doorlicht.lineage.state import Analysis, Scoring, Training
from doorlicht.lineage.statements import run_statement
from doorlicht.lineage.values import (
    HOLE,
    Frame,
    FunctionValue,
    Instance,
    Literal_,
    Module,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
)
from doorlicht.records import code
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary.names import split_name

MAX_ROUNDS: Final = 4
STEPS_PER_FUNCTION: Final = 200
"""What functions that nobody calls may cost on average, with what they call."""

MIN_STEPS_ALONE: Final = 200
"""What each of them may cost at least."""

MAX_STEPS_IN_LARGE: Final = 50_000
"""What a file may cost of which only some names carry origin on; more is a blind spot."""

MAX_NESTED_FILES: Final = 100
"""Files that import each other in a row, followed one inside the other."""

MAX_NAME: Final = 200
"""Longer texts are no names."""

SETTINGS: Final = (".yaml", ".yml", ".toml", ".json", ".ini")
"""Endings of files that hold settings."""

MIN_KEYS: Final = 2
"""Settings with fewer keys resemble any."""

MAX_LIST_VALUES: Final = 5_000


@cache
def load_words() -> Mapping[str, frozenset[str]]:
    """Return the words of ``words.yaml``, each as the tokens of its name put together."""
    content = cast("dict[str, list[str]]", read_yaml("doorlicht.lineage", "words.yaml"))
    return {
        kind: frozenset("_".join(split_name(word)) for word in words)
        for kind, words in content.items()
    }


def has_word(kind: str, name: str) -> bool:
    """Return whether a name holds one of the words of a kind, as whole tokens.

    Examples
    --------
    >>> has_word("score", "RisicoScore_2020"), has_word("score", "scoreboard")
    (True, False)
    """
    tokens = split_name(name)
    words = load_words()[kind]
    return any(
        "_".join(tokens[start:end]) in words
        for start in range(len(tokens))
        for end in range(start + 1, min(start + 4, len(tokens)) + 1)
    )


@dataclass(slots=True)
class Project:
    """Units of code by path, and what each defines.

    Parameters
    ----------
    units
        All code that was read.
    names
        What names say about origin.
    scanned
        The tables that a scan knows, by the names under which code reads them.
    parse_text
        Turns a text into a unit: language, text, path, line.
    alone
        For files of which not everything is followed without a call: the names of what is.
    """

    units: Sequence[code.CodeUnit]
    names: Names
    scanned: ScannedTables = field(default_factory=ScannedTables)
    parse_text: Callable[[str, str, str, int], code.CodeUnit | None] | None = None
    alone: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    state: Analysis = field(init=False)
    _by_path: dict[str, list[code.CodeUnit]] = field(init=False)
    _modules: ModuleIndex = field(init=False)
    _python: dict[str, code.CodeUnit] = field(init=False)
    _scripts: dict[str, list[code.CodeUnit]] = field(init=False)
    _lists: dict[str, list[code.CodeUnit]] = field(init=False)
    _functions: dict[str, list[tuple[code.CodeUnit, code.Stmt]]] = field(init=False)
    _globals: dict[str, list[code.CodeUnit]] = field(init=False)
    _by_generic: dict[str, list[str]] = field(init=False)
    """Functions of R with a point in their name, by what stands before each point."""
    _scopes: dict[str, Scope] = field(init=False)
    _running: list[str] = field(init=False)
    _about_things: dict[str, bool] = field(init=False, default_factory=dict[str, bool])
    _words: dict[str, frozenset[str]] = field(
        init=False, default_factory=dict[str, "frozenset[str]"]
    )
    """The words of the names in a file."""
    _included: set[str] = field(init=False)

    def __post_init__(self) -> None:
        """Index the units by the ways in which others refer to them."""
        self.state = Analysis(self.names, self.scanned)
        self.state.is_about_things = self._is_about_things
        self.state.lists = frozenset(u.path for u in self.units if u.language == "data")
        self._by_path, self._python, self._scripts = {}, {}, {}
        self._lists, self._functions, self._globals = {}, {}, {}
        self._by_generic = {}
        self._scopes, self._running, self._included = {}, [], set()
        for unit in self.units:
            path = unit.path.lower()
            self._by_path.setdefault(unit.path, []).append(unit)
            base = posixpath.basename(path)
            if unit.language == "data":
                self._lists.setdefault(base, []).append(unit)
                continue
            self._scripts.setdefault(base, []).append(unit)
            if unit.language == "python":
                self._python.setdefault(unit.path, unit)
            if unit.language == "r":
                self._index_r(unit)
        self._modules = ModuleIndex(self._python)

    def _index_r(self, unit: code.CodeUnit) -> None:
        for statement in unit.body:
            if not isinstance(statement, code.Assign):
                continue
            for target in statement.targets:
                name = target.id if isinstance(target, code.Name) else None
                if name is None:
                    continue
                if isinstance(statement.value, code.Lambda):
                    self._functions.setdefault(name, []).append((unit, statement))
                    parts = name.split(".")
                    for at in range(1, len(parts)):
                        self._by_generic.setdefault(".".join(parts[:at]), []).append(name)
                else:
                    self._globals.setdefault(name, []).append(unit)

    # ── following ───────────────────────────────────────────────────────────────────────────

    def follow(self) -> Analysis:
        """Follow every file, in rounds, and return what was seen."""
        libraries = {name: load_library(name) for name in ("python", "r", "intrinsics")}
        libraries["sas"] = libraries["sql"] = libraries["data"] = libraries["intrinsics"]
        order = sorted(
            (unit for unit in self.units if self._is_entry(unit)), key=lambda unit: unit.path
        )
        before = ""
        for number in range(MAX_ROUNDS):
            self._scopes, self._included = {}, set()
            self.state.begin_round()
            run = Interpreter(self.state, libraries, OPERATIONS, self)
            for unit in order:
                if unit.language == "r" and unit.path in self._included:
                    continue
                self._follow_unit(run, unit)
            self._follow_uncalled(run)
            if number == 0 and self.state.is_settled():
                break
            signature = self._signature()
            if signature == before:
                break
            before = signature
        for unit in self.units:
            for hidden in unit.hidden:
                self.state.lose(Place(unit.path, hidden.line), hidden.construct)
        return self.state

    def _is_entry(self, unit: code.CodeUnit) -> bool:
        if unit.language != "data":
            return True
        return any(
            isinstance(s, code.Assign)
            or (isinstance(s, code.Do) and isinstance(s.value, code.Call))
            for s in unit.body
        )

    def _follow_unit(self, run: Interpreter, unit: code.CodeUnit) -> Scope:
        key = f"{unit.path}#{unit.language}"
        known = self._scopes.get(key)
        if known is not None:
            return known
        scope = Scope()
        if len(self._running) >= MAX_NESTED_FILES:
            self.state.lose(Place(unit.path, 1), "too_complex")
            return scope
        self._scopes[key] = scope
        self._running.append(key)
        steps, most = run.steps, run.most_steps
        run.steps = 0
        run.most_steps = MAX_STEPS_IN_LARGE if unit.path in self.alone else MAX_STEPS
        try:
            self._bounded(run, Place(unit.path, 1), lambda: run.run_unit(unit, scope))
        finally:
            run.steps, run.most_steps = steps, most
            self._running.pop()
        return scope

    def _follow_uncalled(self, run: Interpreter) -> None:
        """Follow functions that nobody calls here: others may."""
        for _ in range(3):
            waiting = [
                function
                for key, function in list(run.functions.items())
                if key not in run.called and self._is_alone(function)
            ]
            if not waiting:
                return
            left = MAX_STEPS + STEPS_PER_FUNCTION * len(waiting)
            for function in waiting:
                run.called.add((function.file, function.line))
                most = min(MAX_STEPS_ALONE, max(left, MIN_STEPS_ALONE))
                run.steps, run.most_steps = 0, most
                place = Place(function.file, function.line)
                self._bounded(run, place, partial(self._call_alone, run, function))
                left -= run.steps

    def _is_alone(self, function: FunctionValue) -> bool:
        """Return whether a function is followed even if nothing calls it."""
        names = self.alone.get(function.file)
        is_inner = function.scope is not None and function.scope.outer is not None
        if names is None or is_inner:
            return True
        owner = function.owner.node if function.owner is not None else None
        return function.name in names or (owner is not None and owner.name in names)

    def _bounded(self, run: Interpreter, place: Place, follow: Callable[[], object]) -> None:
        """Follow something; what it costs too much, or what fails in it, is a blind spot there."""
        depth, masks, at = len(run.calls), run.masks, run.at
        try:
            follow()
            return
        except (TooMuchError, RecursionError):
            self.state.lose(place, "too_complex")
        # A form of code that nobody thought of must cost its own file and nothing else.
        except Exception:  # noqa: BLE001
            self.state.lose(place, "not_followed")
        del run.calls[depth:]
        run.masks, run.at = masks, at

    def _call_alone(self, run: Interpreter, function: FunctionValue) -> None:
        if function.owner is not None and function.receiver is None and not function.bound:
            run.at.language = function.language
            instance = run.project_instance(function.owner)
            if function.language == "r":
                bound = run.bound(function, instance)
                run.at.file = function.file
                if isinstance(bound, FunctionValue):
                    run.call_function(bound, [], function.line)
                return
            function = FunctionValue(
                NOTHING, function.name, function.params, function.body, function.scope,
                function.file, function.line, function.language, instance, function.owner,
            )  # fmt: skip
            assert isinstance(instance, Instance)  # noqa: S101 (made just now)
        run.at.file = function.file
        run.call_function(function, [], function.line)

    def _signature(self) -> str:
        written = sorted(
            f"{each.dataset}@{each.place.file}:{each.place.line}:{_form(each.value)}"
            for each in self.state.written.values()
        )
        return f"{len(self.state.trainings)}|{len(self.state.graph)}|" + "|".join(written)

    # ── other code ──────────────────────────────────────────────────────────────────────────

    def find_module(self, run: Interpreter, node: code.Import) -> Module | None:
        """Return the module of the project that an import means, after following it."""
        if run.at.language != "python":
            return None
        unit = self._module_unit(run.at.file, node.module, node.level)
        if unit is None and node.name not in (None, "*"):
            dotted = f"{node.module}.{node.name}" if node.module else str(node.name)
            unit = self._module_unit(run.at.file, dotted, node.level)
            if unit is not None:
                scope = self._follow_unit(run, unit)
                return Module(NOTHING, Scope({str(node.name): Module(NOTHING, scope, dotted)}))
        if unit is None:
            return None
        scope = self._follow_unit(run, unit)
        if node.name is None and "." in node.module and not node.alias:
            # ``import a.b`` binds ``a``, through which ``b`` is reached.
            inner = Module(NOTHING, scope, node.module)
            for part in reversed(node.module.split(".")[1:]):
                inner = Module(NOTHING, Scope({part: inner}), part)
            return inner
        return Module(NOTHING, scope, node.module)

    def find_submodule(self, run: Interpreter, node: code.Import) -> Value | None:
        """Return ``from package import module``."""
        dotted = f"{node.module}.{node.name}" if node.module else str(node.name)
        unit = self._module_unit(run.at.file, dotted, node.level)
        if unit is None:
            return None
        return Module(NOTHING, self._follow_unit(run, unit), dotted)

    def submodule(self, run: Interpreter, module: Module, name: str) -> Value | None:
        """Return ``package.module`` where only the package was imported."""
        if not module.name:
            return None
        unit = self._module_unit(run.at.file, f"{module.name}.{name}", 0)
        if unit is None:
            return None
        return Module(NOTHING, self._follow_unit(run, unit), f"{module.name}.{name}")

    def _module_unit(self, file: str, module: str, level: int) -> code.CodeUnit | None:
        found = self._modules.find(file, module, level)
        return None if found is None else self._python[found]

    def run_script(self, run: Interpreter, spelled: str, scope: Scope, place: Place) -> bool:
        """Follow another file where it is sourced; return whether it was found."""
        path = normal_dataset(spelled)
        base = path.rsplit("/", 1)[-1]
        found = [
            unit
            for name, units in self._scripts.items()
            if same_dataset(name, base)
            for unit in units
            if same_dataset(normal_dataset(unit.path), path)
        ]
        if not found:
            found = self._scripts.get(base, [])
        for unit in found[:5]:
            key = f"{unit.path}#{unit.language}"
            if key in self._running or unit.path == place.file:
                continue
            self._included.add(unit.path)
            self._running.append(key)
            try:
                run.run_unit(unit, scope.top() if unit.language == "r" else scope)
            finally:
                self._running.pop()
        return bool(found)

    def scripts_in(self, folder: str, pattern: str) -> list[str]:
        """Return the scripts of R in a folder of this name, in their order."""
        parts = [part for part in normal_dataset(folder).lower().split("/") if part.strip(".")]
        test = compiled(pattern) if pattern else None
        # An absolute path of another machine agrees with the code in its last parts.
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            found = [
                unit.path
                for unit in self.units
                if unit.language == "r"
                and f"/{tail}/" in f"/{posixpath.dirname(unit.path).lower()}/"
            ]
            if found:
                return [
                    path
                    for path in sorted(found)
                    if test is None or test.search(posixpath.basename(path))
                ][:MAX_NESTED_FILES]
        return []

    def find_function(self, run: Interpreter, name: str) -> Value | None:
        """Return a function that another file of the project defines (R, where all are shared)."""
        if run.at.language != "r":
            return None
        for unit, statement in self._functions.get(name, ())[:1]:
            assert isinstance(statement, code.Assign)  # noqa: S101 (indexed so)
            value = statement.value
            assert isinstance(value, code.Lambda)  # noqa: S101
            scope = self._scopes.get(f"{unit.path}#{unit.language}")
            key = (unit.path, value.line)
            known = run.functions.get(key)
            if known is None:
                known = FunctionValue(
                    NOTHING, name, value.params, value.body, scope or Scope(), unit.path,
                    value.line, unit.language,
                )  # fmt: skip
                run.functions[key] = known
            return known
        return None

    def functions_under(self, run: Interpreter, prefix: str) -> list[tuple[str, FunctionValue]]:
        """Return the functions of R files whose names begin so, with what follows in them."""
        found: list[tuple[str, FunctionValue]] = []
        for name in self._by_generic.get(prefix.removesuffix("."), ()):
            if name.startswith(prefix):
                function = self.find_function(run, name)
                if isinstance(function, FunctionValue):
                    found.append((name[len(prefix) :], function))
        return found

    def has_methods(self, run: Interpreter, name: str) -> bool:
        """Return whether code gives a function of R methods for classes of its own."""
        return name in run.r_methods or name in self._by_generic

    def find_global(self, run: Interpreter, name: str) -> Value | None:
        """Return a variable that another script sets at its top (R scripts share them)."""
        if run.at.language != "r":
            return None
        found = self._globals.get(name, ())
        if len(found) != 1 or found[0].path == run.at.file:
            return self.find_function(run, name)
        unit = found[0]
        if f"{unit.path}#{unit.language}" in self._running:
            return None
        return self._follow_unit(run, unit).names.get(name)

    def parse(self, language: str, text: str, path: str, line: int) -> code.CodeUnit | None:
        """Return a text as code, for ``eval(parse(text = ...))``."""
        if self.parse_text is None or HOLE in text:
            return None
        return self.parse_text(language, text, path, line)

    # ── data ────────────────────────────────────────────────────────────────────────────────

    def columns_of(self, dataset: str) -> Sequence[str] | None:
        """Return the columns of a data set, if a scan knows it."""
        return self.scanned.columns_of(dataset)

    def _is_about_things(self, path: str) -> bool:
        """Return whether a file speaks of things; one that says neither, as all code beside it."""
        known = self._about_things.get(path)
        if known is None:
            lists = load_words()
            words = self._words_of(path)
            if not words & (lists["things"] | lists["persons"]):
                words = frozenset[str]().union(*map(self._words_of, self._by_path))
            known = bool(words & lists["things"]) and not words & lists["persons"]
            self._about_things[path] = known
        return known

    def _words_of(self, path: str) -> frozenset[str]:
        known = self._words.get(path)
        if known is None:
            known = self._words[path] = frozenset(
                word
                for unit in self._by_path.get(path, ())
                for name in spelled_in(unit, self.names)
                if len(name) <= MAX_NAME
                for word in split_name(name)
            )
        return known

    def read_list(self, run: Interpreter, dataset: str) -> Value | None:
        """Return what a small file of names or settings holds, if it lies in the project."""
        base = dataset.rsplit("/", 1)[-1]
        for name, units in self._lists.items():
            if not same_dataset(name, base):
                continue
            for unit in units:
                if same_dataset(normal_dataset(unit.path), dataset) or len(units) == 1:
                    return self._list_of(run, unit, dataset)
        return None

    def lines_in(self, run: Interpreter, path: Text) -> Value | None:
        """Return what code gets that reads a small file of names as text or line by line.

        Nothing of a table of data: what stands in its lines names no columns.
        """
        if not path.is_known:
            return None
        dataset = normal_dataset(path.text)
        listed = self.read_list(run, dataset)
        if not isinstance(listed, Frame):
            return listed if listed is not None else self.query_in(dataset)
        if not listed.lists:
            return None
        place = next((at for text in texts_of(listed) for at in text.places), Place(dataset, 1))
        first = [Text(NOTHING, name, frozenset({place._replace(line=1)})) for name in listed.lists]
        return Vector(NOTHING, [(None, text) for text in (*first, *texts_of(listed))])

    def query_in(self, path: str) -> Value | None:
        """Return the text of a file with one query, which code reads to hand it to a database."""
        if not path.endswith(".sql"):
            return None
        for unit in self._scripts.get(path.rsplit("/", 1)[-1], ()):
            if unit.language == "sql" and same_dataset(normal_dataset(unit.path), path):
                texts = [
                    Text(NOTHING, arg.value.value, frozenset({Place(unit.path, arg.value.line)}))
                    for statement in unit.body
                    if isinstance(statement, code.Do) and isinstance(statement.value, code.Call)
                    for arg in statement.value.args[:1]
                    if isinstance(arg.value, code.Const) and isinstance(arg.value.value, str)
                ]
                if len(texts) == 1:
                    return texts[0]
        return None

    def settings_for(self, run: Interpreter) -> Value | None:
        """Return the settings of which the code at hand spells the keys, if only one file fits.

        For a path that only the command line knows.
        """
        spelled: set[str] = set()
        for unit in self._by_path.get(run.at.file, ()):
            spelled.update(spelled_in(unit, self.names))
        fitting: list[code.CodeUnit] = []
        for units in self._lists.values():
            for unit in units:
                first = unit.body[0] if unit.body else None
                if not unit.path.lower().endswith(SETTINGS) or not isinstance(first, code.Do):
                    continue
                keys = top_keys(first.value)
                if len(keys) >= MIN_KEYS and keys <= spelled:
                    fitting.append(unit)
        if len(fitting) != 1:
            return None
        return self._list_of(run, fitting[0], fitting[0].path)

    def _list_of(self, run: Interpreter, unit: code.CodeUnit, dataset: str) -> Value | None:
        if not unit.body or not isinstance(unit.body[0], code.Do):
            return None
        expr = unit.body[0].value
        if isinstance(expr, code.Call):
            return None
        before = run.at.file
        run.at.file = unit.path
        try:
            value = run.evaluate(expr, Scope())
        finally:
            run.at.file = before
        if posixpath.splitext(unit.path)[1].lower() in (".csv", ".tsv"):
            return self._small_table(run, unit, value, dataset)
        return value

    def _small_table(
        self, run: Interpreter, unit: code.CodeUnit, value: Value, dataset: str
    ) -> Value:
        if not isinstance(value, Record):
            return value
        frame = Frame()
        place = Place(unit.path, 1)
        # A table with a column about origin is data of persons, and no list of features: what is
        # in its cells names nothing, and may be a name of somebody.
        # ``herkomst`` also says where a feature comes from, beside one that is called ``niet_nl``.
        about = [name for name in value.fields if self._is_direct(name)]
        is_data = not all(map(self.names.is_ambiguous, about)) or (
            bool(about) and not any(map(self._is_direct, _texts_in(value)))
        )
        for name, content in value.fields.items():
            number = run.state.graph.source(dataset, name, place)
            frame.columns[name] = frozenset({number})
            frame.made[name] = "data-value"
            if isinstance(content, Vector) and not is_data:
                frame.lists[name] = content
        return frame

    def _is_direct(self, name: str) -> bool:
        found = self.names.of_column(name)
        return found is not None and found.kind == "direct"

    def run_sql(self, run: Interpreter, text: Text, site: CallSite) -> Value:
        """Follow the statements of a text; the value is the table of the last query."""
        return run_statement(self, run, text, site)

    # ── what names tell ─────────────────────────────────────────────────────────────────────

    def is_score(self, name: str) -> bool:
        """Return whether a column of this name holds a score or a selection."""
        return HOLE not in name and has_word("score", name)

    def decides(self, name: str) -> bool:
        """Return whether a function or class of this name scores or decides."""
        return has_word("score", name) or has_word("decision", name)

    def is_about_fairness(self, run: Interpreter) -> bool:
        """Return whether the code at hand measures whether groups are treated alike."""
        stem = posixpath.splitext(posixpath.basename(run.at.file))[0]
        if has_word("fairness", stem):
            return True
        for file, line in run.calls:
            function = run.functions.get((file, line))
            if function is not None and function.name and has_word("fairness", function.name):
                return True
        return False

    def see_score(self, run: Interpreter, frame: Frame, name: str, node: int, place: Place) -> None:
        """Remember a rule set: a score that is computed from columns, not by a model."""
        del frame
        state = self.state
        ancestors = state.graph.ancestors(frozenset({node}))
        kinds = {state.graph[number].what for number in ancestors}
        if "score" in kinds or not kinds & {"read", "load", "param"}:
            return
        answers = {number for each in state.rule_functions.values() for number in each.nodes}
        parents = state.graph[node].parents
        # What a function answers is not what it looks at.
        parents = NOTHING.union(
            *(state.graph[p].parents if p in answers else frozenset({p}) for p in parents)
        )
        features = features_of(state, parents, place)
        if not features.columns:
            return
        seen = state.model(Place(place.file, 0), f"rules:{name}")
        seen.is_rules, seen.name, seen.target = True, seen.name or name, name
        seen.algorithm = "rules"
        seen.place = place
        known = next((t for (key, _), t in state.trainings.items() if key == seen.key), None)
        if known is not None:
            known.frame.columns.update(features.columns)
            known.frame.columns.pop(name, None)
        else:
            features.columns.pop(name, None)
            state.trainings[seen.key, place] = Training(
                seen.key,
                place,
                features,
                name,
                is_gated=run.at.gated,
                is_bias_test=self.is_about_fairness(run),
            )
        state.scorings[seen.key, place] = Scoring(seen.key, place, None, node)

    def see_output(self, run: Interpreter, frame: Frame, spelled: str, place: Place) -> None:
        """Remember in which list the scores of a model end up."""
        del place
        ancestors = run.state.graph.ancestors(frame.all_deps | frame.rows)
        for scoring in run.state.scorings.values():
            if scoring.node in ancestors:
                outputs = run.state.models[scoring.model].outputs
                name = spelled.replace(HOLE, "*")
                if name not in outputs:
                    outputs.append(name)


def top_keys(expr: code.Expr) -> frozenset[str]:
    """Return the keys of a dictionary that is written out."""
    if not isinstance(expr, code.Dict):
        return frozenset()
    return frozenset(
        key.value
        for key, _ in expr.pairs
        if isinstance(key, code.Const) and isinstance(key.value, str)
    )


def _texts_in(value: Record) -> Iterator[str]:
    for content in value.fields.values():
        if isinstance(content, Vector):
            for _, item in content.items:
                if isinstance(item, Text):
                    yield item.text


def _form(value: Value) -> str:
    if isinstance(value, Frame):
        columns = ",".join(sorted(value.columns))
        rests = ",".join(sorted(rest.dataset for rest in value.rests))
        return f"{columns};{rests};{len(value.rows)}"
    return type(value).__name__ + str(len(deps_of(value)))


_ = (Literal_, Unknown)
