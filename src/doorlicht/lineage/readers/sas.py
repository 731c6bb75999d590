"""Programs of SAS: DATA steps, PROC SQL, modelling procedures and macros.

Macros are worked out first (``sas_macros.py``); what is left is cut into steps, and each step
becomes operations on whole tables. Names of data sets, macros and columns come out in lower
case: SAS does not look at case.

Not followed: PROC IML, DS2, FCMP and CAS, variables that a DATA step gives to the macro language
(``CALL SYMPUT``), and macros that no file at hand defines. Those are told as hidden.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final

from doorlicht.lineage.readers.sas_data import DataStep
from doorlicht.lineage.readers.sas_macros import Expansion, Macro, expand
from doorlicht.lineage.readers.sas_procedures import Procedure
from doorlicht.lineage.readers.sas_program import Program, call
from doorlicht.lineage.readers.sas_sql import translate_sql
from doorlicht.lineage.readers.sas_words import Word, spelled, statements_of, words_of
from doorlicht.lineage.readers.source import MAX_BYTES, read_text
from doorlicht.records.code import Arg, Call, CodeUnit, Const, Hidden, Name, Seq

_ENDS: Final = frozenset(("run", "quit", "endsas"))
_GLOBAL: Final = frozenset(("libname", "filename", "%include", "%let"))


class SasReader:
    """Reads SAS.

    Examples
    --------
    >>> unit = SasReader().read("a.sas", b"data train; set bron.People; keep Nat; run;")[0]
    >>> unit.body[-1].targets[0].id
    'work.train'
    """

    name: Final = "sas"
    suffixes: Final = frozenset({".sas"})

    def read_among(
        self, path: str, content: bytes, others: Mapping[str, bytes]
    ) -> tuple[CodeUnit, ...]:
        """Return the program, with the macros and macro variables of other files of its group.

        A variable that several of them set counts only if this file includes one of those.
        """
        text = read_text(content).lower()
        macros: dict[str, Macro] = {}
        variables: dict[str, str] = {}
        doubtful: set[str] = set()
        called: set[str] = set()
        # What is included comes last, and so holds.
        for other in sorted(others, key=lambda name: (_base(name) in text, name)):
            if other == path:
                continue
            found = _shared_by(others[other])
            macros.update({name: _of_file(each, other) for name, each in found.macros.items()})
            called |= set(_CALL.findall(read_text(others[other]).lower()))
            is_included = _base(other) in text
            for name, value in found.variables.items():
                spelling = spelled(value)
                if not is_included and variables.get(name, spelling) != spelling:
                    doubtful.add(name)
                elif is_included:
                    doubtful.discard(name)
                variables[name] = spelling
        given = {name: value for name, value in variables.items() if name not in doubtful}
        own = _shared_by(content).macros
        waiting = [name for name in called if name in own]
        while waiting:
            # What such a macro calls is carried out there as well.
            for word in own[waiting.pop()].body:
                name = word.low.removeprefix("%")
                if word.kind == "macro" and name in own and name not in called:
                    called.add(name)
                    waiting.append(name)
        return self.read(path, content, macros, given, called)

    def read(
        self,
        path: str,
        content: bytes,
        macros: Mapping[str, Macro] | None = None,
        variables: Mapping[str, str] | None = None,
        called: Collection[str] = (),
    ) -> tuple[CodeUnit, ...]:
        """Return the program. Never raises for what the file holds.

        ``macros`` are those that other files define (:func:`macros_of`), by name in lower case;
        ``variables`` those that they set; ``called`` what they call of this one.
        """
        if len(content) > MAX_BYTES:
            return (CodeUnit(path, "sas", (), (), (Hidden("too_large", 1),)),)
        words, comments = words_of(read_text(content))
        expansion = expand(words, macros, variables, called)
        program = Program(hidden=list(expansion.hidden), path=path)
        try:
            translate(program, statements_of(expansion.words))
        except RecursionError:
            program.hide("too_deep", 1)
        hidden = tuple(dict.fromkeys(program.hidden))
        return (CodeUnit(path, "sas", tuple(program.body), tuple(comments), hidden),)


_CALL: Final = re.compile(r"%(?!macro\b|mend\b)([a-z_]\w*)")


def _of_file(macro: Macro, file: str) -> Macro:
    """Return a macro whose words say of which file they are."""
    return macro._replace(body=tuple(word._replace(file=file) for word in macro.body))


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1].lower()


@lru_cache(maxsize=2_000)
def _shared_by(content: bytes) -> Expansion:
    """Return what a file defines for others."""
    if len(content) > MAX_BYTES:
        return Expansion()
    return expand(words_of(read_text(content))[0])


def macros_of(content: bytes) -> dict[str, Macro]:
    """Return the macros that a file defines, for files that call them.

    Examples
    --------
    >>> list(macros_of(b"%macro Score(data=); proc print data=&data; run; %mend;"))
    ['score']
    """
    return _shared_by(content).macros


def translate(program: Program, statements: Sequence[list[Word]]) -> None:
    """Append statements to a program, step by step."""
    at = 0
    while at < len(statements):
        program.enter(statements[at][0])
        first = statements[at][0].low
        if first == "data" and not _is_assignment(statements[at]):
            end = _end_of_step(statements, at)
            DataStep(program, _without_globals(program, statements[at:end])).translate()
        elif first == "proc":
            end = _end_of_step(statements, at)
            step = _without_globals(program, statements[at:end], includes=True)
            if len(step[0]) > 1 and step[0][1].low in ("sql", "fedsql"):
                translate_sql(program, step)
            else:
                Procedure(program, step).translate()
        else:
            _open_code(program, statements[at])
            end = at + 1
        at = end


def _is_assignment(statement: Sequence[Word]) -> bool:
    return len(statement) > 1 and statement[1].value == "="


def _end_of_step(statements: Sequence[list[Word]], at: int) -> int:
    """Return where a step ends: after ``RUN`` or ``QUIT``, or where the next step begins."""
    name = statements[at][1].low if len(statements[at]) > 1 else ""
    # These do something at each ``RUN`` and go on until ``QUIT``.
    is_running = statements[at][0].low == "proc" and name in ("sql", "datasets", "fedsql", "plm")
    end = at + 1
    while end < len(statements):
        words = statements[end]
        low = words[0].low
        if (
            low in ("proc", "data")
            and not _is_assignment(words)
            and (low != "data" or len(words) > 1)
        ):
            return end
        end += 1
        if low in _ENDS and len(words) <= 2 and not (is_running and low == "run"):
            return end
    return end


def _without_globals(
    program: Program, step: Sequence[list[Word]], *, includes: bool = False
) -> list[list[Word]]:
    """Carry out what stands in a step but holds for the program; leave it out of the step."""
    kept: list[list[Word]] = []
    for statement in step:
        low = statement[0].low
        is_ours = low == "%include" and not includes
        if low in _GLOBAL and not is_ours:
            _open_code(program, statement)
        elif low not in _ENDS or len(statement) > 2:
            kept.append(statement)
    return kept


def _open_code(program: Program, statement: Sequence[Word]) -> None:
    """Follow a statement outside any step."""
    first, line = statement[0], statement[0].line
    if first.low == "libname" and len(statement) > 2:
        path = next((word for word in statement[2:] if word.kind == "text"), None)
        if path is not None:
            program.libraries[statement[1].low] = path.value.replace("\\", "/")
    elif first.low == "filename" and len(statement) > 2:
        path = next((word for word in statement[2:] if word.kind == "text"), None)
        if path is not None:
            program.files[statement[1].low] = path.value
    elif first.low == "%include":
        for word in statement[1:]:
            if word.kind == "text" or word.low in program.files:
                program.do(call("@include", Const(program.path_of([word]), line), line=line), line)
    elif first.low == "%let" and len(statement) > 2:
        words = [word for word in statement[2:] if word.kind in ("name", "text", "number")]
        items = tuple(Arg(None, Const(word.value, word.line)) for word in words)
        value = items[0].value if len(items) == 1 else Seq(items, "list", line)
        if items:
            program.assign(f"&{statement[1].value}", value, line)
    elif first.kind == "macro":
        args = tuple(
            Arg(None, Const(word.low, word.line)) for word in statement[1:] if word.kind == "name"
        )
        program.do(Call(Name(first.low, line), args, line), line)
