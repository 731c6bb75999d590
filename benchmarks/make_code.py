"""Code to measure a trace on, made from a seed: the same every time.

Projects of a dozen modules, as a department has them: services, reports and tools that have nothing
to do with persons, and now and then a risk model, with reading, preparing, training and
scoring in modules of their own that import each other. ``share`` says how many of the
projects are about a risk model with origin data; with 1.0 every module of every project is.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_data import FOLDER

SEED = 20261125
MODULES = 12
"""Modules of a project."""

NOUNS = (
    "account", "address", "agenda", "amount", "archive", "batch", "bill", "budget", "buffer",
    "case", "channel", "claim", "client", "column", "contract", "counter", "customer", "decision",
    "delivery", "document", "entry", "event", "filter", "folder", "form", "index", "invoice",
    "item", "job", "ledger", "letter", "limit", "line", "message", "meter", "notice", "order",
    "owner", "packet", "page", "payment", "period", "permit", "queue", "rate", "record", "region",
    "report", "request", "result", "route", "rule", "schedule", "section", "session", "shift",
    "signal", "status", "stock", "table", "task", "term", "ticket", "title", "total", "unit",
    "update", "user", "value", "vehicle", "version", "visit", "volume", "window", "worker",
)  # fmt: skip
VERBS = (
    "add", "apply", "build", "check", "clean", "close", "collect", "compute", "convert", "count",
    "create", "delete", "export", "fetch", "find", "format", "group", "handle", "join", "list",
    "load", "merge", "move", "open", "parse", "prepare", "print", "push", "read", "remove",
    "render", "reset", "resolve", "save", "select", "send", "set", "show", "sort", "split",
    "start", "stop", "store", "update", "validate", "write",
)  # fmt: skip
ORIGIN = (
    "nationaliteit", "geboorteland", "geboorteplaats", "herkomst", "etniciteit",
    "land_van_herkomst", "verblijfstitel", "country_of_birth", "nationality",
)  # fmt: skip
FEATURES = (
    "leeftijd", "inkomen", "huurprijs", "uitkering", "duur_uitkering", "aantal_kinderen",
    "aantal_adressen", "schulden", "vermogen", "werkuren", "meldingen", "betaalachterstand",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeSet:
    """So many bytes of code, in files of about so many bytes.

    Attributes
    ----------
    share
        Part (0..1) of the projects that are about a risk model.
    blocks
        Definitions per module: what decides how large a file is.
    files
        Stop after so many files; ``None`` stops at ``size`` only.
    """

    title: str
    size: int
    share: float
    blocks: int = 9
    files: int | None = None

    @property
    def folder_name(self) -> str:
        """Name that changes with what decides the content."""
        return f"code-{self.title}-{self.size}-{self.share}-{self.blocks}-{self.files}-{SEED}"


def make(code: CodeSet, into: Path = FOLDER) -> Path:
    """Return the folder of a code set, which is made if it is not there."""
    folder = into / code.folder_name
    if folder.exists():
        return folder
    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    written = 0
    for count, (path, text) in enumerate(modules(code), 1):
        file = beside / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        written += len(text)
        if written >= code.size or count == code.files:
            break
    beside.rename(folder)
    return folder


def modules(code: CodeSet) -> Iterator[tuple[str, str]]:
    """Yield path and text of module after module, without end.

    Examples
    --------
    >>> made = modules(CodeSet("doc", 1, 1.0))
    >>> next(made)[0]
    'p00000/m00.py'
    """
    number = 0
    while True:
        chance = random.Random(f"{SEED}-{code.title}-{number}")  # noqa: S311 (no secret)
        is_model = chance.random() < code.share
        folder = f"p{number:05}"
        for module in range(MODULES):
            writer = _Writer(chance, number, module)
            text = writer.model_module(code.blocks) if is_model else writer.module(code.blocks)
            yield f"{folder}/m{module:02}.py", text
        number += 1


class _Writer:
    """Writes one module."""

    def __init__(self, chance: random.Random, project: int, module: int) -> None:
        self.chance = chance
        self.project = project
        self.number = module

    def pick(self, words: tuple[str, ...]) -> str:
        return words[int(self.chance.random() * len(words))]

    def name(self) -> str:
        return f"{self.pick(NOUNS)}_{self.pick(NOUNS)}"

    def function_name(self) -> str:
        return f"{self.pick(VERBS)}_{self.name()}"

    def module(self, blocks: int) -> str:
        """Return a module that has nothing to do with origin."""
        parts = [self.head()]
        makers: list[Callable[[], str]] = [self.function, self.function, self.klass, self.constants]
        parts += [self.chance.choice(makers)() for _ in range(blocks)]
        return "\n\n".join(parts) + "\n"

    def model_module(self, blocks: int) -> str:
        """Return a module of a project about a risk model; each names origin or trains."""
        parts = [self.head(is_model=True)]
        makers = [self.prepare, self.function, self.query, self.klass, self.selection]
        parts.append([self.load, self.prepare, self.train, self.score][self.number % 4]())
        parts += [self.chance.choice(makers)() for _ in range(blocks - 1)]
        return "\n\n".join(parts) + "\n"

    def head(self, *, is_model: bool = False) -> str:
        lines = [f'"""{self.sentence()}"""', "", "import json", "import logging", "import os"]
        if is_model:
            lines += ["import numpy as np", "import pandas as pd"]
            lines.append("from sklearn.linear_model import LogisticRegression")
        if self.number:
            lines.append(f"from p{self.project:05} import m{self.number - 1:02}")
        lines += ["", "logger = logging.getLogger(__name__)"]
        return "\n".join(lines)

    def sentence(self) -> str:
        words = [self.pick(VERBS), "the", self.pick(NOUNS), "of a", self.pick(NOUNS), "and"]
        words += [self.pick(VERBS), "each", self.pick(NOUNS), "with its", self.pick(NOUNS)]
        return " ".join(words).capitalize() + "."

    def constants(self) -> str:
        name = self.name().upper()
        pairs = "\n".join(
            f'    "{self.name()}": {self.chance.randrange(1000)},'
            for _ in range(self.chance.randrange(4, 14))
        )
        return f"{name} = {{\n{pairs}\n}}"

    def function(self, indent: str = "", *, is_method: bool = False) -> str:
        first, second = self.name(), self.name()
        given = "self, " if is_method else ""
        lines = [
            f"def {self.function_name()}({given}{first}, {second}=None, "
            f"*, limit={self.chance.randrange(99)}):",
            f'    """{self.sentence()}',
            "",
            f"    {self.sentence()}",
            '    """',
        ]  # fmt: skip
        names = [first, second, "limit"]
        for _ in range(self.chance.randrange(4, 10)):
            lines += ["    " + line for line in self.statement(names, is_method=is_method)]
        lines.append(f"    return {self.chance.choice(names)}")
        return "\n".join(indent + line if line else line for line in lines)

    def klass(self) -> str:
        name = self.name().title().replace("_", "")
        lines = [f"class {name}:", f'    """{self.sentence()}"""', ""]
        fields = [self.name() for _ in range(3)]
        lines.append(f"    def __init__(self, {', '.join(fields)}):")
        lines += [f"        self.{field} = {field}" for field in fields]
        for _ in range(self.chance.randrange(1, 4)):
            lines += ["", self.function("    ", is_method=True)]
        return "\n".join(lines)

    def statement(self, names: list[str], *, is_method: bool) -> list[str]:
        """Return a statement; what it assigns is added to the names."""
        old, other = self.chance.choice(names), self.chance.choice(names)
        new, call = self.name(), self.function_name()
        owner = "self" if is_method else "os.path"
        kind = self.chance.randrange(12)
        if kind < 3:
            forms = (
                f"{new} = {call}({old}, {other})",
                f"{new} = {old}.{self.pick(VERBS)}({self.chance.randrange(9)}, name={other!r})",
                f"{new} = {old} + {self.chance.randrange(99)} * {other} - {old}",
                f"{new} = {owner}.{self.pick(NOUNS)}.{self.pick(VERBS)}({other})",
                f'{new} = {old}["{self.name()}"][{self.chance.randrange(9)}]',
            )
            names.append(new)
            return [self.chance.choice(forms)]
        if kind < 5:
            return [
                f"if {old} is None or {other} > {self.chance.randrange(50)}:",
                f'    raise ValueError(f"no {self.pick(NOUNS)} for {{{other}}}")',
            ]
        if kind == 5:
            names.append(new)
            return [
                f"{new} = []",
                f"for index, item in enumerate({old}):",
                f"    if item.{self.pick(NOUNS)} != {other}:",
                "        continue",
                f"    {new}.append({call}(item, index))",
            ]
        if kind == 6:
            names.append(new)
            return [f"{new} = [{call}(each) for each in {old} if each.{self.pick(NOUNS)}]"]
        if kind == 7:
            return [f'logger.info("%s of %d {self.pick(NOUNS)}", {old}, len({other}))']
        if kind == 8:
            names.append(new)
            return [
                "try:",
                f'    with open({old}, encoding="utf-8") as file:',
                f"        {new} = json.load(file)",
                "except (OSError, ValueError) as error:",
                f'    logger.warning("cannot read %s: %s", {old}, error)',
                f"    {new} = {{}}",
            ]
        if kind == 9:
            return [f"# {self.sentence()}", f"{call}({old})"]
        if kind == 10:
            names.append(new)
            pairs = ", ".join(
                f'"{self.name()}": {self.chance.choice(names[:-1])}' for _ in range(3)
            )
            return [f"{new} = {{{pairs}}}"]
        return [f"assert {old} != {other}, {self.sentence()!r}"]

    def load(self) -> str:
        return "\n".join(
            [
                f"def load_{self.name()}(folder):",
                f'    """{self.sentence()}"""',
                f'    data = pd.read_csv(os.path.join(folder, "persons_{self.project}.csv"))',
                f'    data = data.rename(columns={{"nat": "{self.pick(ORIGIN)}"}})',
                "    return data",
            ]
        )

    def prepare(self) -> str:
        name, origin = self.name(), self.pick(ORIGIN)
        first, second = self.pick(FEATURES), self.pick(FEATURES)
        return "\n".join(
            [
                f"def prepare_{name}(data, {self.pick(NOUNS)}=None):",
                f'    """{self.sentence()}"""',
                f'    data["is_{origin}"] = (data["{origin}"] != "NL").astype(int)',
                f'    data["{first}_log"] = np.log1p(data["{first}"].fillna(0))',
                f'    data = data[data["{second}"] > {self.chance.randrange(90)}]',
                f'    per = data.groupby("{first}", as_index=False).agg({{"{second}": "mean"}})',
                f'    data = data.merge(per, on="{first}", how="left")',
                f'    data = data.drop(columns=["{second}_x"])',
                f'    return data[["is_{origin}", "{first}_log", "{first}"]]',
            ]
        )

    def query(self) -> str:
        origin, first = self.pick(ORIGIN), self.pick(FEATURES)
        table = f"register_{self.project}_{self.number}"
        return "\n".join(
            [
                f"def query_{self.name()}(connection, year):",
                f'    """{self.sentence()}"""',
                f'    sql = """SELECT p.bsn, p.{origin}, b.{first}, sum(b.bedrag) AS totaal',
                f"             FROM {table} p JOIN besluiten_{self.project} b ON b.bsn = p.bsn",
                f'             WHERE b.jaar = %s GROUP BY p.bsn, p.{origin}, b.{first}"""',
                "    frame = pd.read_sql(sql, connection, params=[year])",
                f'    frame["{first}"] = frame["{first}"].astype(float)',
                "    return frame",
            ]
        )

    def selection(self) -> str:
        origin = self.pick(ORIGIN)
        return "\n".join(
            [
                f"def select_{self.name()}(frame, threshold=0.{self.chance.randrange(1, 9)}):",
                f'    """{self.sentence()}"""',
                f'    chosen = frame[(frame["score"] > threshold) & (frame["{origin}"] != "NL")]',
                f'    chosen.to_csv("selectie_{self.project}_{self.number}.csv", index=False)',
                "    return chosen",
            ]
        )

    def train(self) -> str:
        features = ", ".join(f'"{self.pick(FEATURES)}"' for _ in range(5))
        return "\n".join(
            [
                f"def train_{self.name()}(data):",
                f'    """{self.sentence()}"""',
                f'    features = [{features}, "{self.pick(ORIGIN)}"]',
                "    model = LogisticRegression(max_iter=200)",
                '    model.fit(data[features], data["fraude"])',
                '    logger.info("trained on %d rows", len(data))',
                "    return model",
            ]
        )

    def score(self) -> str:
        features = ", ".join(f'"{self.pick(FEATURES)}"' for _ in range(5))
        return "\n".join(
            [
                f"def score_{self.name()}(model, data):",
                f'    """{self.sentence()}"""',
                f'    data["score"] = model.predict_proba(data[[{features}]])[:, 1]',
                f'    data.to_csv("scores_{self.project}.csv", index=False)',
                "    return data",
            ]
        )
