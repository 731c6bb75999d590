"""Procedures of SAS: those that fit and use models, and those that move and gather tables.

A procedure is a list of statements after ``PROC``; most procedures share the meaning of theirs
(``model``, ``class``, ``weight``, ``by``, ``output out=``, ``score data= out=``). One that is not
known and reads or makes a data set is told as hidden, and its columns travel on.

Source: *SAS/STAT 15.3 User's Guide*, *SAS Enterprise Miner: High-Performance Procedures*, *Base
SAS 9.4 Procedures Guide*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from doorlicht.lineage.readers.sas_expressions import Expressions, names_of
from doorlicht.lineage.readers.sas_program import (
    Program,
    Reference,
    call,
    dataset_name,
    names_seq,
    options_in,
    reference_at,
)
from doorlicht.lineage.readers.sas_words import Word, closing
from doorlicht.records.code import Const, Dict, Expr, Name, Op, Opaque

Words = Sequence[Word]

MODELS: Final = frozenset(
    """logistic reg glm genmod glmselect phreg lifereg mixed glimmix probit robustreg quantreg
    quantselect adaptivereg gam gampl surveylogistic surveyreg surveyphreg hplogistic hpreg
    hpgenselect hplmixed hpsplit hpforest hpneural hpsvm hpbnet gradboost forest treesplit
    neural nnet svmachine factmac bnet dmreg arboretum split discrim stepdisc candisc logselect
    regselect genselect phselect gammod lmixed plsmod qtrselect treeboost decisiontree hpdmdb
    catmod nlin nlmixed pls orthoreg transreg causaltrt bart fmm countreg severity hpcountreg
    kclus hpclus fastclus cluster kmeans mbc svdd semisupervise deepneural""".split()  # noqa: SIM905
)
"""Procedures that fit a model, or group rows by their columns."""

_SELECTS: Final = frozenset(("glmselect", "stepdisc", "quantselect"))
"""Procedures that choose columns by the data unless told otherwise."""

_SCORES: Final = frozenset(("score", "plm", "hp4score", "astore"))
_QUIET: Final = frozenset(
    """print contents report tabulate sgplot sgpanel sgscatter gplot gchart univariate ttest
    npar1way anova template format options printto catalog plot chart boxplot gmap delete javainfo
    product_status setinit document registry""".split()  # noqa: SIM905
)
"""Procedures that make no data set, or none of columns of their input."""


class Procedure:
    """Translates one step of a procedure.

    Parameters
    ----------
    program
        Gets the translated statements.
    statements
        Those of the step, ``PROC`` first, without ``RUN`` and ``QUIT``.
    """

    def __init__(self, program: Program, statements: Sequence[list[Word]]) -> None:
        self.program = program
        head = statements[0]
        self.name = head[1].low if len(head) > 1 else ""
        self.line = head[0].line
        self.options = _head_options(head[2:])
        self.statements = list(statements[1:])

    def translate(self) -> None:
        """Append the step to the program."""
        special = self._SPECIAL.get(self.name)
        if special is not None:
            special(self)
        elif self.name in _SCORES:
            self._score_only()
        elif self.name in MODELS:
            self._model()
        elif self.name in _QUIET:
            if "data" in self.options:
                self._mention(self._data())
        else:
            self._unknown()

    # ── what procedures share ───────────────────────────────────────────────────────────────

    def _reference(self, option: str) -> Reference | None:
        words = self.options.get(option)
        return reference_at(words, 0)[0] if words else None

    def _data(self, option: str = "data") -> Expr:
        """Return the table that the procedure reads, narrowed by its ``where``."""
        reference = self._reference(option)
        if reference is None:
            reference = Reference(self.program.last or "work._last_", self.line, {})
        table = self.program.read(reference)
        for words in self._all("where"):
            condition = Expressions().parse(words)
            table = call("@filter", table, condition, line=words[0].line if words else self.line)
        return table

    def _all(self, *names: str) -> list[list[Word]]:
        return [statement[1:] for statement in self.statements if statement[0].low in names]

    def _names(self, *names: str) -> list[Const]:
        found: dict[str, Const] = {}
        for words in self._all(*names):
            for name in names_of(_before_options(words)):
                found.setdefault(str(name.value), name)
        return list(found.values())

    def _text(self, option: str) -> Const | None:
        words = self.options.get(option)
        return Const(words[0].low, words[0].line) if words else None

    def _mention(self, table: Expr) -> None:
        for words in self._all("var", "class", "by", "tables", "id", "model", "columns", "column"):
            self.program.mention(table, _before_options(words), self.line)

    # ── models ──────────────────────────────────────────────────────────────────────────────

    def _model(self) -> None:
        table = self._data()
        fits = self._fits(table)
        model = fits or self._held_model()
        if model is None:
            self._mention(table)
            model = self.program.variable(self.name, self.line)
        self._stores(model)
        self._outputs(model, table)

    def _fits(self, table: Expr) -> str | None:
        """Translate each fit; return the variable of the last."""
        if self.options.get("inmodel") or self.options.get("restore"):
            return None
        found: list[tuple[Const | None, list[Const], str, int]] = []
        formulas = self._all("model")
        # A model can have a label: ``first: model y = x;``
        formulas += [s[3:] for s in self.statements if len(s) > 3 and s[2].low == "model"]
        found += [_formula(words) for words in formulas]
        if not found:
            target = self._names("target")
            inputs = self._names("input", "var")
            if self.name in ("discrim", "stepdisc", "candisc"):
                target = self._names("class")
            if not inputs:
                return None
            found.append((target[0] if target else None, inputs, "", self.line))
        weights = self._names("weight", "freq")
        model = ""
        for target, features, chosen, _ in found:
            chosen = chosen or self._selection()
            target_name = str(target.value) if target is not None else "groups"
            stored = self._reference("outmodel") or self._stored()
            model = stored.name if stored else f"{self.name}.{target_name}"
            fitted = call(
                "@fit",
                table,
                line=self.line,
                features=names_seq(features, self.line),
                target=target,
                weights=names_seq(weights, self.line) if weights else None,
                algorithm=Const(f"PROC {self.name.upper()}", self.line),
                name=Const(f"{self.name}_{target_name}", self.line),
                selection=Const(chosen, self.line) if chosen else None,
            )
            self.program.assign(model, fitted, self.line)
            self.program.made.add(model)
        return model

    def _selection(self) -> str:
        for words in self._all("selection"):
            options = options_in(words)
            if options.get("method"):
                return options["method"][0].low
            return "selection"
        return "stepwise" if self.name in _SELECTS else ""

    def _stored(self) -> Reference | None:
        for words in self._all("store", "savestate"):
            rest = options_in(words)
            named = rest.get("out") or rest.get("rstore") or [w for w in words if w.low != "out"]
            if named:
                return reference_at(named, 0)[0]
        return None

    def _held_model(self) -> str | None:
        """Return the variable of a model that was fitted before."""
        for option in ("inmodel", "restore", "rstore", "score", "model"):
            reference = self._reference(option)
            if reference is not None:
                if reference.name not in self.program.made:
                    opened = self.program.open(reference.name, reference.line)
                    variable = self.program.variable("model", self.line)
                    self.program.assign(variable, opened, self.line)
                    return variable
                return reference.name
        return None

    def _stores(self, model: str) -> None:
        """Follow what keeps the model: ``outmodel=``, ``store``, ``code file=``, ``save file=``."""
        program = self.program
        for reference in (self._reference("outmodel"), self._stored(), self._reference("outest")):
            if reference is None:
                continue
            if reference.name != model:
                program.assign(reference.name, Name(model, self.line), self.line)
                program.made.add(reference.name)
            program.keep(reference, self.line)
        for words in self._all("code", "save"):
            options = options_in(words)
            for each in ("file", "rstore", "out"):
                if options.get(each):
                    path = program.path_of(options[each])
                    program.scorers[path.lower()] = model
                    written = call("@write", Name(model, self.line), Const(path, self.line), line=self.line)  # fmt: skip  # noqa: E501
                    program.do(written, words[0].line)

    def _outputs(self, model: str, table: Expr) -> None:
        """Follow the tables with scores that a procedure makes."""
        for statement in self.statements:
            options = options_in(statement[1:])
            line = statement[0].line
            kind = statement[0].low
            if kind == "score":
                source = table
                if options.get("data"):
                    source = self.program.read(reference_at(options["data"], 0)[0])
                self._scored(model, source, options.get("out"), _score_names(options), line)
            elif kind == "output" and options.get("out"):
                self._scored(model, table, options["out"], _score_names(options), line)
        for option in ("out", "outstat"):
            words = self.options.get(option)
            if words and option == "out" and self.name not in ("hp4score",):
                self._scored(model, table, words, [], self.line)

    def _scored(
        self, model: str, table: Expr, out: list[Word] | None, names: list[Const], line: int
    ) -> None:
        name = names[0] if names else Const("p_1", line)
        scored = call("@score", Name(model, line), table, line=line, out=name)
        if not out:
            self.program.do(scored, line)
            return
        reference, _ = reference_at(out, 0)
        self.program.store(reference, scored, line, {str(name.value), "p_1", "p_0"})

    def _score_only(self) -> None:
        """PROC SCORE, PLM, ASTORE, HP4SCORE: score with what was fitted before."""
        model = self._held_model()
        scoring = [s for s in self.statements if s[0].low == "score"]
        for statement in scoring:
            options = options_in(statement[1:])
            held = options.get("rstore") or options.get("file")
            if model is None and held:
                path = self.program.path_of(held)
                name = dataset_name(path) if held[0].kind == "name" else path
                model = self.program.scorers.get(path.lower()) or (
                    name if name in self.program.made else None
                )
                if model is None:
                    model = self.program.variable("model", self.line)
                    opened = call("@read", Const(name, self.line), line=self.line)
                    self.program.assign(model, opened, self.line)
        if model is None:
            self._unknown()
            return
        if scoring:
            self._outputs(
                model, self._data() if "data" in self.options else call("@stack", line=self.line)
            )
        elif "out" in self.options:
            self._scored(model, self._data(), self.options["out"], [], self.line)

    # ── tables ──────────────────────────────────────────────────────────────────────────────

    def _sort(self) -> None:
        table = self._data()
        out = self._reference("out") or self._reference("data")
        self._mention(table)
        if out is not None:
            known = self._known("data")
            self.program.store(out._replace(options={}) if "out" not in self.options else out, table, self.line, known)  # fmt: skip  # noqa: E501

    def _known(self, option: str) -> set[str]:
        reference = self._reference(option)
        return self.program.known_columns(reference) if reference is not None else set()

    def _pass_on(self) -> None:
        """Pass the columns of the input on: samples, ranks, standard scores."""
        table = self._data()
        self._mention(table)
        out = self._reference("out") or self._reference("output")
        if out is None:
            return
        names, new = self._names("var"), self._names("ranks")
        if names and new:
            pairs: tuple[tuple[Expr | None, Expr], ...] = tuple(
                (after, Name(str(before.value), before.line))
                for after, before in zip(new, names, strict=False)
            )
            table = call("@derive", table, Dict(pairs, self.line), line=self.line)
        self.program.store(out, table, self.line, self._known("data"))

    def _import(self) -> None:
        path = Const(self.program.path_of(self.options.get("datafile") or self.options.get("file") or self.options.get("table") or []), self.line)  # fmt: skip  # noqa: E501
        out = self._reference("out")
        if out is not None:
            self.program.store(out, call("@read", path, line=self.line), self.line)

    def _export(self) -> None:
        words = (
            self.options.get("outfile") or self.options.get("file") or self.options.get("outtable")
        )
        path = Const(self.program.path_of(words or []), words[0].line if words else self.line)
        self.program.do(call("@write", self._data(), path, line=self.line), self.line)

    def _transpose(self) -> None:
        table = self._data()
        out = self._reference("out")
        prefix = self._text("prefix")
        id_, by, var = self._names("id"), self._names("by"), self._names("var")
        made = call(
            "@pivot",
            table,
            line=self.line,
            by=names_seq(by, self.line),
            names=names_seq(id_, self.line) if id_ else None,
            values=names_seq(var, self.line) if var else None,
            prefix=prefix,
        )
        if out is not None:
            self.program.store(out, made, self.line)
        else:
            self.program.do(made, self.line)

    def _means(self) -> None:
        table = self._data()
        by = self._names("class", "by")
        var = self._names("var", "analysis")
        for words in self._all("weight", "freq"):
            self.program.mention(table, words, self.line)
        gathered = call(
            "@aggregate",
            table,
            line=self.line,
            by=names_seq(by, self.line),
            columns=names_seq(var, self.line) if var else None,
        )
        outputs = self._all("output")
        if not outputs and "out" not in self.options:
            self.program.do(gathered, self.line)
        for words in outputs:
            out = options_in(words).get("out")
            if out:
                reference, _ = reference_at(out, 0)
                self.program.store(reference, self._statistics(gathered, words, var), self.line)
        if "out" in self.options and (reference := self._reference("out")) is not None:
            self.program.store(reference, gathered, self.line)

    def _statistics(self, table: Expr, words: Words, var: list[Const]) -> Expr:
        """Return the table with the columns of ``output mean(x)=avg_x sum=total;``."""
        pairs: list[tuple[Expr | None, Expr]] = []
        at = 0
        while at < len(words):
            word = words[at]
            of = var
            end = at + 1
            if end < len(words) and words[end].value == "(" and word.kind == "name":
                close = closing(words, end)
                of = names_of(words[end + 1 : close])
                end = close + 1
            if word.low != "out" and end < len(words) and words[end].value == "=":
                end += 1
                new: list[Word] = []
                while (
                    end < len(words)
                    and words[end].kind == "name"
                    and not _starts_option(words, end)
                ):
                    new.append(words[end])
                    end += 1
                for name, source in zip(new, of, strict=False):
                    made = Name(str(source.value), source.line)
                    pairs.append((Const(name.low, name.line), made))
            at = max(end, at + 1)
        return call("@derive", table, Dict(tuple(pairs), self.line), line=self.line) if pairs else table  # fmt: skip  # noqa: E501

    def _freq(self) -> None:
        table = self._data()
        for words in self._all("weight", "by"):
            self.program.mention(table, words, self.line)
        for words in self._all("tables", "table"):
            names = names_of(_before_options(words))
            gathered = call("@aggregate", table, line=self.line, by=names_seq(names, self.line))
            slash = next((i for i, w in enumerate(words) if w.value == "/"), len(words))
            out = options_in(words[slash + 1 :]).get("out")
            if out:
                self.program.store(reference_at(out, 0)[0], gathered, self.line)
            else:
                self.program.do(gathered, words[0].line if words else self.line)

    def _append(self) -> None:
        base = self._reference("base") or self._reference("out")
        if base is None:
            return
        data = self._data("data" if "data" in self.options else "new")
        table = data
        if base.name in self.program.made:
            table = call("@stack", self.program.open(base.name, self.line), data, line=self.line)
        self.program.store(base._replace(options={}), table, self.line, self._known("data"))

    def _datasets(self) -> None:
        library = self.options.get("library") or self.options.get("lib") or []
        prefix = library[0].low if library else "work"
        for words in self._all("change"):
            for at, word in enumerate(words):
                if word.value == "=" and 0 < at < len(words) - 1:
                    old = Reference(f"{prefix}.{words[at - 1].low}", self.line, {})
                    new = Reference(f"{prefix}.{words[at + 1].low}", self.line, {})
                    self.program.store(new, self.program.read(old), self.line, self.program.known_columns(old))  # fmt: skip  # noqa: E501
        for words in self._all("append"):
            self.options = options_in(words)
            self._append()

    def _copy(self) -> None:
        source, target = self.options.get("in"), self.options.get("out")
        if not source or not target:
            return
        for words in self._all("select"):
            for name in names_of(words):
                old = Reference(f"{source[0].low}.{name.value}", self.line, {})
                new = Reference(f"{target[0].low}.{name.value}", self.line, {})
                self.program.store(new, self.program.read(old), self.line)

    def _components(self) -> None:
        """PRINCOMP, FACTOR: new columns that are sums of the old ones."""
        table = self._data()
        out = self._reference("out")
        parts = tuple(Name(str(name.value), name.line) for name in self._names("var"))
        if out is None or not parts:
            self._mention(table)
            return
        label = "factor" if self.name == "factor" else "prin"
        pairs: tuple[tuple[Expr | None, Expr], ...] = tuple(
            (Const(f"{label}{number}", self.line), Op("+", parts, self.line))
            for number in (1, 2, 3)
        )
        made = call("@derive", table, Dict(pairs, self.line), line=self.line)
        self.program.store(out, made, self.line)

    def _unknown(self) -> None:
        """Let the columns of a table travel on through a procedure that is not known."""
        out = next(
            (r for key in ("out", "outdata", "casout", "output") if (r := self._reference(key))),
            None,
        )
        for words in self._all("output"):
            named = options_in(words).get("out")
            out = out or (reference_at(named, 0)[0] if named else None)
        if "data" not in self.options and out is None and not self._all("submit"):
            return
        self.program.hide("sas_procedure", self.line)
        table = self._data()
        self._mention(table)
        if out is not None:
            passed = Opaque((table,), self.line)
            self.program.store(out, table if isinstance(table, Name) else passed, self.line)

    def _foreign(self) -> None:
        self.program.hide("sas_procedure", self.line)

    _SPECIAL: Final[dict[str, Callable[[Procedure], None]]] = {
        "sort": _sort,
        "rank": _pass_on,
        "standard": _pass_on,
        "stdize": _pass_on,
        "surveyselect": _pass_on,
        "partition": _pass_on,
        "hpsample": _pass_on,
        "import": _import,
        "export": _export,
        "transpose": _transpose,
        "means": _means,
        "summary": _means,
        "freq": _freq,
        "surveyfreq": _freq,
        "append": _append,
        "datasets": _datasets,
        "copy": _copy,
        "princomp": _components,
        "factor": _components,
        "iml": _foreign,
        "ds2": _foreign,
        "fcmp": _foreign,
        "lua": _foreign,
        "python": _foreign,
        "groovy": _foreign,
        "cas": _foreign,
        "r": _foreign,
    }


def _head_options(words: Words) -> dict[str, list[Word]]:
    """Return the options of a ``PROC`` statement; values end where the next name comes."""
    found: dict[str, list[Word]] = {}
    at = 0
    while at < len(words):
        word = words[at]
        after = words[at + 1] if at + 1 < len(words) else None
        if word.kind == "name" and after is not None and after.value == "=" and at + 2 < len(words):
            _, end = reference_at(words, at + 2)
            found[word.low] = list(words[at + 2 : end])
            at = end
        else:
            found.setdefault(word.low, [])
            at += 1
    return found


def _before_options(words: Words) -> Words:
    """Return what stands before ``/``."""
    depth = 0
    for at, word in enumerate(words):
        depth += (word.value == "(") - (word.value == ")")
        if word.value == "/" and depth == 0 and word.kind == "mark":
            return words[:at]
    return words


def _formula(words: Words) -> tuple[Const | None, list[Const], str, int]:
    """Return target, features and selection of ``y(event='1') = a b a*b / selection=stepwise``."""
    line = words[0].line if words else 0
    depth_free = _before_options(words)
    equals = _top_level(depth_free, "=")
    left, right = depth_free[: max(equals, 0)], depth_free[equals + 1 :]
    target = _target(left)
    features: dict[str, Const] = {}
    for name in names_of(_without_functions(right)):
        features.setdefault(str(name.value), name)
    options = options_in(words[len(depth_free) + 1 :])
    chosen = options.get("selection", [])
    return target, list(features.values()), chosen[0].low if chosen else "", line


def _top_level(words: Words, mark: str) -> int:
    depth = 0
    for at, word in enumerate(words):
        depth += (word.value == "(") - (word.value == ")")
        if depth == 0 and word.value == mark and word.kind == "mark":
            return at
    return -1


def _target(words: Words) -> Const | None:
    """Return ``y`` of ``y(event='1')``; ``status`` of ``time*status(0)`` and ``r`` of ``r/n``."""
    names = [word for word in _without_brackets(words) if word.kind == "name"]
    if not names:
        return None
    is_survival = any(word.value == "*" for word in words)
    name = names[1] if is_survival and len(names) > 1 else names[0]
    return Const(name.low, name.line)


def _without_brackets(words: Words) -> list[Word]:
    kept: list[Word] = []
    at = 0
    while at < len(words):
        if words[at].value == "(":
            at = closing(words, at) + 1
            continue
        kept.append(words[at])
        at += 1
    return kept


def _without_functions(words: Words) -> list[Word]:
    """Leave out the names of functions around features (``spline(age)``) and nested effects."""
    kept: list[Word] = []
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else None
        opens = after is not None and after.value == "("
        is_function = opens and word.low in ("spline", "param", "poly", "effect", "loess")
        if not is_function and word.kind != "number" and word.value != "@":
            kept.append(word)
    return kept


def _starts_option(words: Words, at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    return following is not None and following.value in ("=", "(")


_SCORE_OPTIONS: Final = ("p", "pred", "predicted", "prob", "phat", "posterior", "survival")


def _score_names(options: dict[str, list[Word]]) -> list[Const]:
    return [
        Const(options[name][0].low, options[name][0].line)
        for name in _SCORE_OPTIONS
        if options.get(name)
    ]
