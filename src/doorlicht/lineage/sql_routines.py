"""What steers in routines of SQL: variables, conditions, loops over rows, rows of a trigger.

A routine (PL/pgSQL, PL/SQL, T-SQL, SQL/PSM) hands values on through variables and decides by
``IF`` and loops. Here each piece of it that touches data gets a :class:`Context`: which names are
variables, which stand for a row of a table, and under which conditions the piece is carried out. An
assignment becomes a piece of its own. Variables of a routine are columns of a table that is called
after it (``dbo.score()``).

Both branches of a condition are followed, and a variable keeps everything it ever held: too much
rather than too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

ROWS_OF_TRIGGER: Final[tuple[str, ...]] = ("new", "old", "inserted", "deleted")


class Token(NamedTuple):
    """A word, sign or text of SQL, with where it stands."""

    kind: str
    text: str
    start: int
    line: int
    is_first: bool
    """Whether it is the first on its line."""

    @property
    def upper(self) -> str:
        """The word in capitals; a sign as it is."""
        return self.text.upper() if self.kind == "word" else self.text

    @property
    def bare(self) -> str:
        """The name without quotes, in lower case."""
        return self.text.strip('"[]`').lower()


class Context(NamedTuple):
    """What a piece of a routine has around it; all but ``conditions`` in lower case.

    ``assigns`` are variables, or columns of ``target``, that what the piece gives is stored in.
    ``parameters`` are those of the variables that are given by a caller. ``answers`` is the line
    on which a function begins of which the piece is the answer. ``role`` is ``test`` for a piece
    that is itself a condition, and ``call`` where other code is called that is not followed.
    """

    held: str = ""
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    conditions: tuple[tuple[str, int], ...] = ()
    assigns: tuple[str, ...] = ()
    target: str = ""
    parameters: tuple[str, ...] = ()
    answers: int = 0
    role: str = ""


class Header(NamedTuple):
    """The head of a routine.

    ``rows`` are names that stand for a row of its table, ``condition`` is when a trigger begins (at
    ``line``), ``began`` the line of a function and 0 for what answers nothing.
    """

    name: str
    rows: dict[str, str]
    condition: str = ""
    line: int = 0
    parameters: tuple[str, ...] = ()
    began: int = 0


class Piece(NamedTuple):
    """One statement: its text and the line that it begins on."""

    text: str
    line: int
    context: Context | None = None


_STARTS: Final = frozenset(
    """BEGIN SET INSERT UPDATE DELETE SELECT EXEC EXECUTE RETURN PRINT RAISERROR THROW MERGE DROP
    TRUNCATE GOTO BREAK CONTINUE CREATE WITH IF ELSE END DECLARE WHILE OPEN FETCH CLOSE""".split()  # noqa: SIM905
)
_DATA: Final = frozenset("SELECT WITH INSERT UPDATE DELETE MERGE REPLACE CREATE COPY".split())  # noqa: SIM905
_NO_VARIABLE: Final = frozenset(
    """TABLE NULL STRICT FROM WHERE VALUES SELECT INTO OUTFILE""".split()  # noqa: SIM905
)
_ENDS_OF_LOOPS: Final = frozenset(["LOOP", "WHILE", "REPEAT", "FOR"])


@dataclass(slots=True)
class _Block:
    kind: str
    conditions: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    is_fresh: bool = True


def assigned_names(tokens: Sequence[Token], *, is_tsql: bool) -> set[str]:
    """Return the names that are given a value: variables, whatever they were declared as."""
    found: set[str] = set()
    declared: set[str] = set()
    for at, token in enumerate(tokens):
        if token.kind == "assign" and at:
            back = at - 1
            # In a declaration the type stands between: ``v_score numeric(5, 2) := 0``.
            while back > 0 and tokens[back - 1].text not in (";", "(", ",") and (
                tokens[back - 1].upper not in _STARTS | {"THEN", "LOOP", "IS", "AS", "DO"}
            ):  # fmt: skip
                back -= 1
            if back + 1 < len(tokens) and tokens[back + 1].text != ".":
                found.add(tokens[back].bare)
        elif token.kind != "word":
            continue
        elif token.text.startswith("@") and not token.text.startswith("@@"):
            found.add(token.bare)
        elif token.upper == "DECLARE" and at + 1 < len(tokens):
            declared.add(tokens[at + 1].bare)
        elif token.upper == "SET" and at + 2 < len(tokens) and tokens[at + 2].text == "=":
            if tokens[at + 1].bare in declared:
                found.add(tokens[at + 1].bare)
        elif token.upper == "INTO" and not is_tsql and not _fills_table(tokens, at):
            found.update(_names_after(tokens, at + 1))
    return {name for name in found if name.upper() not in _NO_VARIABLE}


def _fills_table(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].upper if at else ""
    return before in ("INSERT", "MERGE", "REPLACE", "IGNORE", "OVERWRITE")


def _names_after(tokens: Sequence[Token], at: int) -> list[str]:
    """Return the names of a list that begins here: ``INTO STRICT a, b``."""
    names: list[str] = []
    if at < len(tokens) and tokens[at].upper == "STRICT":
        at += 1
    while at < len(tokens) and tokens[at].kind in ("word", "quoted"):
        names.append(tokens[at].bare)
        if at + 1 >= len(tokens) or tokens[at + 1].text != ",":
            break
        at += 2
    return names


class Routine:
    """Reads the pieces of a text in their order; one for each text.

    Parameters
    ----------
    text
        What the tokens are from.
    name
        Of the routine, or of the file for what stands in none.
    rows
        Names that stand for a row of a table.
    """

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        *,
        name: str,
        is_tsql: bool,
        rows: dict[str, str] | None = None,
        parameters: Sequence[str] = (),
        began: int = 0,
    ) -> None:
        self.text = text
        self.name = name
        self.is_tsql = is_tsql
        self.variables = assigned_names(tokens, is_tsql=is_tsql)
        self.parameters = tuple(parameters)
        self.began = began
        """Line on which the function began that the text is of; 0 for what answers nothing."""
        self.rows = dict(rows or {})
        self.blocks: list[_Block] = []
        self.pending: list[tuple[str, int]] = []
        self.closed: list[tuple[str, int]] = []
        self.cursors: dict[str, tuple[str, int]] = {}
        self.waiting = ""
        """A record or cursor of which the query comes next."""
        self.waits_for = ""

    @property
    def held(self) -> str:
        """The table whose columns are the variables."""
        return f"{self.name}()"

    def begin(self, header: Header) -> None:
        """Enter another routine of the same text."""
        self.name, self.rows = header.name, header.rows
        self.parameters, self.began = header.parameters, header.began
        self.blocks, self.pending, self.closed, self.cursors = [], [], [], {}
        self.waiting = ""
        if header.condition:
            self.blocks.append(_Block("trigger", [(header.condition, header.line)]))

    def context(
        self, assigns: Sequence[str] = (), target: str = "", *, answers: int = 0, role: str = ""
    ) -> Context | None:
        """Return what is around a piece now; none where nothing is."""
        conditions = [each for block in self.blocks for each in block.conditions] + self.pending
        if not (conditions or self.variables or self.parameters or self.rows or assigns or answers):
            return None
        return Context(
            self.held,
            tuple(sorted(self.variables.union(self.parameters))),
            tuple(sorted(self.rows.items())),
            tuple(dict.fromkeys(conditions)),
            tuple(assigns),
            target,
            self.parameters,
            answers,
            role,
        )

    def called(self, line: int) -> list[Piece]:
        """Return a call of other code, if a condition decides whether it is made."""
        context = self.context(role="call")
        self.pending = []
        if context is None or not context.conditions:
            return []
        return [Piece("SELECT 1", line, context)]

    def data(self, piece: Sequence[Token], whole: str, *, is_procedure: bool) -> Iterator[Piece]:
        """Return a statement that touches data, with what is around it."""
        line = piece[0].line
        if self.waiting:
            yield from self._row_of(whole, line)
            return
        names = self._into(piece) if is_procedure and not self.is_tsql else []
        if names:
            yield from self._stored_in(names, whole, line)
        elif self.is_tsql and (assigned := self._tsql_select(piece)):
            yield from assigned
        else:
            # The one query of a function in SQL itself is what it answers.
            answers = 0 if self.blocks or self.is_tsql or not is_procedure else self.began
            yield Piece(whole, line, self.context(answers=answers))
        self.pending = []

    def _row_of(self, whole: str, line: int) -> Iterator[Piece]:
        """Return the query of a loop or cursor as a table of that name."""
        name, self.waiting = self.waiting, ""
        if self.waits_for == "cursor":
            self.cursors[name] = (whole, line)
        table = f"{self.name}.{name}()"
        self.rows[name] = table
        yield Piece(f'CREATE TABLE "{table}" AS {whole}', line, self.context())

    def _into(self, piece: Sequence[Token]) -> list[str]:
        if piece[0].upper not in ("SELECT", "WITH"):
            return []
        depth = 0
        for at, token in enumerate(piece):
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.upper == "INTO":
                return _names_after(piece, at + 1)
        return []

    def _stored_in(self, names: list[str], whole: str, line: int) -> Iterator[Piece]:
        yield Piece(whole, line, self.context(names, self.held))
        if len(names) == 1:
            # It may be a record, whose fields are asked for by name.
            table = f"{self.name}.{names[0]}()"
            self.rows[names[0]] = table
            yield Piece(f'CREATE TABLE "{table}" AS {whole}', line, self.context())

    def _tsql_select(self, piece: Sequence[Token]) -> list[Piece]:
        """Return ``SELECT @a = x, @b = y FROM t`` as what is stored in its variables."""
        if piece[0].upper != "SELECT" or len(piece) < 4:
            return []
        names: list[str] = []
        cuts: list[tuple[int, int]] = []
        depth, expected = 0, True
        for at, token in enumerate(piece[1:], 1):
            depth += (token.text == "(") - (token.text == ")")
            if depth:
                expected = False
                continue
            if token.upper in ("FROM", "WHERE"):
                break
            is_target = expected and token.text.startswith("@") and at + 1 < len(piece)
            if is_target and piece[at + 1].text == "=":
                names.append(token.bare)
                cuts.append((token.start, piece[at + 1].start + 1))
            expected = token.text == ","
        if not names:
            return []
        start, last = piece[0].start, piece[-1]
        end = last.start + len(last.text)
        text = ""
        for first, after in cuts:
            text += self.text[start:first]
            start = after
        text += self.text[start:end]
        return [Piece(text, piece[0].line, self.context(names, self.held))]

    # ── what only steers ────────────────────────────────────────────────────────────────────

    def steer(self, piece: Sequence[Token]) -> tuple[list[Piece], int]:
        """Take in a piece that steers; return assignments in it, and where data begins in it."""
        found: list[Piece] = []
        at = 0
        while at < len(piece):
            word = piece[at].upper
            if word in _DATA and at:
                return found, at
            moved = self._step(piece, at, word, found)
            if moved <= at:
                break
            at = moved
        return found, len(piece)

    def _step(self, piece: Sequence[Token], at: int, word: str, found: list[Piece]) -> int:
        following = piece[at + 1].upper if at + 1 < len(piece) else ""
        if word in ("THEN", "DO", "AS", "IS", "TRY", "CATCH", "EXCEPTION", ":", ";"):
            return at + 1
        if word in ("IF", "WHILE"):
            return self._condition(piece, at, word, found)
        if word in ("ELSIF", "ELSEIF", "WHEN"):
            kind = "case" if word == "WHEN" else "if"
            end = _find(piece, at + 1, {"THEN"})
            block = next((b for b in reversed(self.blocks) if b.kind == kind), None)
            if block is not None:
                found += self._tests(self._text(piece, at + 1, end) if kind == "if" else [])
                block.conditions += self._text(piece, at + 1, end)
            return end
        if word == "CASE":
            end = _find(piece, at + 1, {"WHEN"})
            self.blocks.append(_Block("case", self._text(piece, at + 1, end)))
            return end
        if word == "ELSE":
            if self.is_tsql:
                self.pending = list(self.closed)
            return at + 1
        if word in ("FOR", "FOREACH"):
            return self._loop(piece, at, found)
        if word == "LOOP":
            top = self.blocks[-1] if self.blocks else None
            if top is not None and top.kind == "loop" and top.is_fresh:
                top.is_fresh = False
            else:
                self.blocks.append(_Block("loop", is_fresh=False))
            return at + 1
        if word == "BEGIN":
            if following in ("TRAN", "TRANSACTION", "WORK"):
                return len(piece)
            self.blocks.append(_Block("begin", self.pending))
            self.pending = []
            return at + 1
        if word == "END":
            return self._end(at, following)
        if word == "DECLARE":
            return self._declare(piece, at, found)
        if word == "CURSOR" and following:
            self.waiting, self.waits_for = piece[at + 1].bare, "cursor"
            return len(piece)
        if word == "OPEN" and at + 2 < len(piece) and piece[at + 2].upper == "FOR":
            self.waiting, self.waits_for = piece[at + 1].bare, "cursor"
            return len(piece)
        if word == "FETCH":
            found += self._fetch(piece, at)
            return len(piece)
        if word == "SET":
            return self._set(piece, at, found)
        if word == "RETURN":
            return self._answer(piece, at, following, found)
        if word in ("CALL", "PERFORM"):
            found += self.called(piece[at].line)
            return len(piece)
        return self._assign(piece, at, found)

    def _text(self, piece: Sequence[Token], start: int, end: int) -> list[tuple[str, int]]:
        if start >= end:
            return []
        last = piece[end - 1]
        return [(self.text[piece[start].start : last.start + len(last.text)], piece[start].line)]

    def _answer(self, piece: Sequence[Token], at: int, following: str, found: list[Piece]) -> int:
        """Read ``RETURN expression``; ``RETURN QUERY SELECT`` and ``RETURN NEXT`` give rows."""
        if following in _DATA or following in ("QUERY", "NEXT", "TABLE"):
            return at + (1 if following in _DATA else 2)
        end = _find(piece, at + 1, _STARTS, is_line=True) if self.is_tsql else len(piece)
        is_row = end == at + 2 and (following in ("NULL", "NEW", "OLD"))
        if self.began and not is_row:
            found += [
                Piece(f"SELECT {text}", line, self.context(answers=self.began))
                for text, line in self._text(piece, at + 1, end)
            ]
        self.pending = []
        return max(end, at + 1)

    def _tests(self, conditions: Sequence[tuple[str, int]]) -> list[Piece]:
        """Return conditions as pieces of their own: they name columns whatever they decide."""
        context = Context(
            self.held,
            tuple(sorted(self.variables.union(self.parameters))),
            tuple(sorted(self.rows.items())),
            parameters=self.parameters,
            role="test",
        )
        return [Piece(text, line, context) for text, line in conditions]

    def _condition(self, piece: Sequence[Token], at: int, word: str, found: list[Piece]) -> int:
        stops = _STARTS if self.is_tsql else {"THEN", "LOOP", "DO"}
        end = _find(piece, at + 1, stops)
        text = self._text(piece, at + 1, end)
        found += self._tests(text)
        if self.is_tsql:
            # It holds for the next statement, or for the block that follows.
            self.pending += text
        else:
            self.blocks.append(_Block("if" if word == "IF" else "loop", text))
        return end

    def _loop(self, piece: Sequence[Token], at: int, found: list[Piece]) -> int:
        """Read ``FOR r IN (query) LOOP``, ``FOR r IN query LOOP`` and ``FOR r IN cursor LOOP``."""
        start = _find(piece, at + 1, {"IN"})
        end = _find(piece, start, {"LOOP", "DO"})
        if start >= len(piece):
            return len(piece)
        self.blocks.append(_Block("loop"))
        name = piece[at + 1].bare
        inner = [token for token in piece[start + 1 : end] if token.text not in ("(", ")")]
        if not inner:
            self.waiting, self.waits_for = name, "loop"
        elif inner[0].upper in ("SELECT", "WITH"):
            first, last = piece[start + 1], piece[end - 1]
            query = self.text[first.start : last.start + len(last.text)]
            self.waiting = name
            found += self._row_of(query, first.line)
        elif inner[0].bare in self.cursors:
            self.rows[name] = self.rows[inner[0].bare]
        return end

    def _end(self, at: int, following: str) -> int:
        kind, step = "begin", 1
        if following in _ENDS_OF_LOOPS:
            kind, step = "loop", 2
        elif following in ("IF", "CASE"):
            kind, step = following.lower(), 2
        elif following in ("TRY", "CATCH"):
            step = 2
        for number in range(len(self.blocks) - 1, -1, -1):
            if self.blocks[number].kind == kind:
                self.closed = self.blocks[number].conditions
                del self.blocks[number:]
                break
        return at + step

    def _declare(self, piece: Sequence[Token], at: int, found: list[Piece]) -> int:
        end = _find(piece, at + 1, _STARTS, is_line=True) if self.is_tsql else len(piece)
        words = [token.upper for token in piece[at:end]]
        if "CURSOR" in words:
            self.waiting, self.waits_for = piece[at + 1].bare, "cursor"
            return len(piece)
        if not self.is_tsql:
            return at + 1
        for start, stop in _items(piece, at + 1, end):
            sign = next((n for n in range(start, stop) if piece[n].text == "="), None)
            if sign is not None:
                found += self._given(piece[start].bare, piece, sign + 1, stop)
        return end

    def _fetch(self, piece: Sequence[Token], at: int) -> list[Piece]:
        into = _find(piece, at, {"INTO"})
        if into >= len(piece):
            return []
        cursor = piece[into - 1].bare
        names = _names_after(piece, into + 1)
        known = self.cursors.get(cursor)
        if known is None or not names:
            return []
        if len(names) == 1:
            self.rows[names[0]] = self.rows[cursor]
        # What the cursor gives decides nothing by the conditions of now.
        return [Piece(known[0], known[1], self.context(names, self.held))]

    def _set(self, piece: Sequence[Token], at: int, found: list[Piece]) -> int:
        end = _find(piece, at + 1, _STARTS, is_line=True)
        for start, stop in _items(piece, at + 1, end):
            sign = next((n for n in range(start, stop) if piece[n].text in ("=", ":=")), None)
            if sign is None or sign == start:
                continue
            if sign - start == 1 and piece[start].bare in self.variables:
                found += self._given(piece[start].bare, piece, sign + 1, stop)
            elif sign - start == 3 and piece[start].bare in self.rows:
                found += self._row_given(piece, start, sign, stop)
        self.pending = []
        return max(end, at + 1)

    def _assign(self, piece: Sequence[Token], at: int, found: list[Piece]) -> int:
        sign = next((n for n in range(at, len(piece)) if piece[n].kind == "assign"), None)
        if sign is None or sign == at:
            # ``c CURSOR FOR`` of PL/pgSQL, with its query next.
            if at + 1 < len(piece) and piece[at + 1].upper == "CURSOR":
                self.waiting, self.waits_for = piece[at].bare, "cursor"
            elif piece[at].kind in ("word", "quoted") and piece[-1].text == ")":
                # ``pkg.put_on_list(new.id)``
                found += self.called(piece[at].line)
            return len(piece)
        if piece[at + 1].text == "." and sign - at == 3:
            if piece[at].bare in self.rows:
                found += self._row_given(piece, at, sign, len(piece))
        else:
            found += self._given(piece[at].bare, piece, sign + 1, len(piece))
        self.pending = []
        return len(piece)

    def _given(self, name: str, piece: Sequence[Token], start: int, end: int) -> list[Piece]:
        return [
            Piece(f"SELECT {text}", line, self.context([name], self.held))
            for text, line in self._text(piece, start, end)
        ]

    def _row_given(self, piece: Sequence[Token], at: int, sign: int, end: int) -> list[Piece]:
        column, table = piece[at + 2], self.rows[piece[at].bare]
        return [
            Piece(f"SELECT {text}", line, self.context([column.bare], table))
            for text, line in self._text(piece, sign + 1, end)
        ]


def _find(
    piece: Sequence[Token], at: int, words: frozenset[str] | set[str], *, is_line: bool = False
) -> int:
    """Return where one of the words stands outside brackets (and begins a line), or the end."""
    depth = cases = 0
    for number in range(at, len(piece)):
        token = piece[number]
        depth += (token.text == "(") - (token.text == ")")
        is_here = depth == 0 and not cases and token.upper in words
        if is_here and (not is_line or token.is_first):
            return number
        if token.upper == "CASE":
            cases += 1
        elif token.upper == "END" and cases:
            cases -= 1
    return len(piece)


def _items(piece: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts between commas outside brackets."""
    depth = 0
    for at in range(start, end):
        depth += (piece[at].text == "(") - (piece[at].text == ")")
        if depth == 0 and piece[at].text == ",":
            yield start, at
            start = at + 1
    if start < end:
        yield start, end
