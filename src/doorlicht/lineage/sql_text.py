"""Texts of SQL taken apart: templates filled in, comments, statements, bodies of procedures.

A file of SQL is seldom only SQL: it has marks of the tool that runs it (``GO``, ``/``), places to
fill in (``{{ ref('x') }}``, ``&schema..``, ``${date}``) and procedures in which the statements that
touch data stand between loops and conditions. Here the text is cut into the statements that
touch data; what only steers (``IF``, ``DECLARE``, ``LOOP``) is left out. No parser is needed for
that, so that one odd statement does not cost the rest of the file.

Line ends are kept wherever text is replaced, so that lines stay those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from doorlicht.lineage.sql_routines import ROWS_OF_TRIGGER, Header, Piece, Routine, Token

HOLE: Final = "\ufffc"
"""Stands for a piece of text that is not known until the code runs."""

MAX_NESTED: Final = 4
"""Texts within texts (a body between dollars in a string); deeper ones are not opened."""

_MAX_OPEN_QUOTES: Final = 50
"""Dollar quotes without an end that are searched for, so that the time stays linear."""


class Split(NamedTuple):
    """A text of SQL, taken apart. ``dynamic``: lines where SQL is put together and carried out."""

    statements: tuple[Piece, ...]
    comments: tuple[Piece, ...]
    dynamic: tuple[int, ...]


_TOKEN: Final = re.compile(
    r"""(?P<newline>\n)
    | (?P<space>[^\S\n]+)
    | (?P<comment>--[^\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/|\Z) | (?<![^\n])\#\ [^\n]*+)
    | (?P<string>[nN]?'(?:[^']|'')*+')
    | (?P<quoted>"[^"]*+" | `[^`]*+` | \[[^\[\]\n]*+\])
    | (?P<dollar>\$(?:[A-Za-z_]\w*)?\$)
    | (?P<word>[\w@\#$\ufffc]++)
    | (?P<assign>:=)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)

_JINJA: Final = re.compile(
    r"\{\{((?:[^{}]|\{[^{}]*\})*+)\}\}"
    r"|\{%(?:[^{}%]|%(?!\})|\{[^{}]*\})*+%\}"
    r"|\{\#(?:[^#{]|\#(?!\})|\{(?!\#))*+\#\}"
)
_REF: Final = re.compile(
    r"""\b(ref|source)\s*\(\s*['"]([^'"]*)['"]\s*(?:,\s*['"]([^'"]*)['"])?""", re.DOTALL
)
_PLACE: Final = re.compile(
    r"""\$\{[^{}\n]*\} | \$\(\w+\) | \#\{[^{}\n]*\} | \{[A-Za-z_][\w.]*\} | \{\}
    | %\(\w+\)s | (?<=[\s=(,'"])%s(?!\w) | &&?[A-Za-z_]\w*\.? | :'\w+' | :"\w+"
    """,
    re.VERBOSE,
)
_TRIGGER_ROW: Final = re.compile(r":(?=(?:new|old)\.)", re.IGNORECASE)


def is_dbt_model(text: str) -> bool:
    """Return whether the text is a model of dbt: its query becomes a table named as the file.

    Examples
    --------
    >>> is_dbt_model("select * from {{ ref('people') }}")
    True
    """
    return any(
        re.match(r"\s*-?\s*(ref|source|config)\s*\(", match.group(1) or "")
        for match in _JINJA.finditer(text)
    )


def fill_in(text: str) -> str:
    """Return the text with templates filled in, or a :data:`HOLE` where that cannot be done.

    Examples
    --------
    >>> fill_in("select a from {{ ref('people') }} join {{ source('brp', 'towns') }}")
    'select a from people join brp.towns'
    >>> fill_in("select a from &schema..people where b = '${year}'").replace(HOLE, "?")
    "select a from ?.people where b = '?'"
    """
    text = _JINJA.sub(_fill_jinja, text) if "{" in text else text
    text = _PLACE.sub(HOLE, text)
    return _TRIGGER_ROW.sub("", text)


def _fill_jinja(match: re.Match[str]) -> str:
    lines = "\n" * match.group(0).count("\n")
    inner = match.group(1)
    if inner is None or re.match(r"\s*-?\s*config\s*\(", inner):
        return " " + lines
    found = _REF.search(inner)
    if found is None:
        return HOLE + lines
    kind, first, second = found.groups()
    if kind == "source" and second:
        return f"{first}.{second}{lines}"
    return (second or first) + lines


def _tokens(text: str, line: int) -> tuple[list[Token], list[Piece]]:
    tokens: list[Token] = []
    comments: list[Piece] = []
    at, failed, is_first = 0, 0, True
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:  # pragma: no cover (the last branch takes any letter)
            break
        kind, found = match.lastgroup or "other", match.group(0)
        end = match.end()
        if kind == "dollar":
            close = text.find(found, end) if failed < _MAX_OPEN_QUOTES else -1
            if close < 0:
                failed += 1
            else:
                end = close + len(found)
                found = text[at:end]
        if kind == "newline":
            is_first = True
        elif kind == "comment":
            comments.append(Piece(found, line))
        elif kind != "space":
            tokens.append(Token(kind, found, at, line, is_first))
            is_first = False
        line += found.count("\n")
        at = end
    return tokens, comments


_DATA_WORDS: Final = frozenset(
    "SELECT WITH INSERT UPDATE DELETE MERGE REPLACE CREATE COPY UNLOAD EXPORT FROM".split()  # noqa: SIM905
)
"""A statement that begins with one of these touches data."""

_STEERING: Final = frozenset(
    """BEGIN END THEN ELSE ELSIF ELSEIF IF WHILE LOOP DECLARE FOR FOREACH EXCEPTION WHEN CURSOR
    OPEN FETCH CLOSE RETURN SET PRINT AS IS DO REPEAT UNTIL EXIT CONTINUE LEAVE ITERATE NULL
    RAISE RAISERROR THROW COMMIT ROLLBACK SAVEPOINT PERFORM EXEC EXECUTE CALL GO USE GRANT
    REVOKE DROP TRUNCATE ALTER COMMENT ANALYZE ANALYSE VACUUM EXPLAIN DESCRIBE SHOW PRAGMA SPOOL
    PROMPT DEFINE UNDEFINE WHENEVER QUIT LANGUAGE TYPE PROCEDURE FUNCTION PACKAGE PIPE GOTO TRY
    CATCH DELIMITER START LOCK UNLOCK REFRESH INSTALL LOAD ATTACH DETACH CACHE MSCK OPTIMIZE
    WAITFOR CASE PIVOT CONNECT DISCONNECT ACCEPT VARIABLE VAR BREAK CLEAR COLUMN STORE TTITLE
    SUBTYPE CONSTANT BULK COLLECT DBCC RECONFIGURE KILL SETUSER REINDEX CLUSTER DISCARD LISTEN
    NOTIFY RESET CHECKPOINT SUMMARIZE PURGE AUDIT RENAME SIGNAL RESIGNAL HANDLER INTO""".split()  # noqa: SIM905
)
"""A piece that begins with one of these only steers, or changes nothing that can be followed."""

_LINE_STARTS: Final = frozenset(
    """BEGIN END IF WHILE DECLARE SET EXEC EXECUTE PRINT RETURN""".split()  # noqa: SIM905
)
_BEFORE_SELECT: Final = frozenset(
    "UNION ALL EXCEPT INTERSECT MINUS AS DISTINCT GRANT REVOKE IN EXISTS ANY NOT FOR".split()  # noqa: SIM905
)
_BEFORE_CHANGE: Final = frozenset(
    """THEN DO FOR GRANT REVOKE AFTER BEFORE OR ON KEY OF INSTEAD AS NO""".split()  # noqa: SIM905
)
_HEADER_KINDS: Final = frozenset(
    """PROCEDURE PROC FUNCTION TRIGGER PACKAGE TYPE EVENT BODY""".split()  # noqa: SIM905
)


class _Cutter:
    """Cuts a list of tokens into pieces, one token at a time."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.pieces: list[list[Token]] = []
        self.piece: list[Token] = []
        self.words: set[str] = set()
        self.depth = 0
        self.cases = 0
        self.previous = ""
        self.main = ""
        """The word that decides what the piece is, past ``WITH ... AS (...)``."""
        self.is_header = False

    def cut(self) -> list[list[Token]]:
        for index, token in enumerate(self.tokens):
            following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            alone = token.is_first and (following is None or following.is_first)
            upper = token.text.upper() if token.kind == "word" else token.text
            if token.text == ";" or (alone and upper in ("GO", "/")):
                self._end()
                continue
            if self.depth == 0 and self.piece and self._begins(token, upper, following):
                self._end()
            self._take(token, upper)
        self._end()
        return self.pieces

    def _end(self) -> None:
        if self.piece:
            self.pieces.append(self.piece)
        self.piece, self.words, self.depth, self.cases = [], set(), 0, 0
        self.previous = self.main = ""
        self.is_header = False

    def _take(self, token: Token, upper: str) -> None:
        self.piece.append(token)
        if upper == "(":
            self.depth += 1
        elif upper == ")":
            self.depth = max(0, self.depth - 1)
        elif token.kind == "word" and self.depth == 0:
            if upper == "CASE":
                self.cases += 1
            elif upper == "END" and self.cases:
                self.cases -= 1
            if not self.main or (self.main == "WITH" and upper in _DATA_WORDS):
                self.main = upper
            if self.main in ("CREATE", "ALTER") and upper in _HEADER_KINDS and len(self.piece) < 8:
                self.is_header = True
            if self.main in ("PROCEDURE", "FUNCTION"):
                self.is_header = True
            self.words.add(upper)
        self.previous = upper

    def _begins(self, token: Token, upper: str, following: Token | None) -> bool:
        """Return whether a new statement begins here, though nothing ended the one before."""
        if token.kind != "word" or self.cases:
            return False
        first = self.piece[0].text.upper()
        after = following.text.upper() if following is not None else ""
        if self.is_header:
            return (upper in ("AS", "IS") and after != "$") or upper in ("BEGIN", "DECLARE")
        if len(self.piece) == 1 and first in ("AS", "IS") and upper in ("FUNCTION", "PROCEDURE"):
            # The first of a package.
            return True
        if first in _STEERING and self.main not in _DATA_WORDS:
            if upper in ("BEGIN", "THEN", "LOOP", "ELSE", "EXEC", "EXECUTE"):
                return first not in ("GRANT", "REVOKE", "ALTER") and first != upper
            return upper in _DATA_WORDS - {"FROM", "REPLACE"} and self._can_begin(upper, after)
        if upper == "LOOP" and first in ("SELECT", "WITH"):
            # The query of ``FOR r IN SELECT ... LOOP`` ends here.
            return bool(self.pieces) and self.pieces[-1][-1].upper == "IN"
        if not token.is_first:
            return False
        if upper in _LINE_STARTS:
            return self._steers(upper, after)
        return upper in _DATA_WORDS - {"FROM", "REPLACE"} and self._is_next(upper, after)

    def _can_begin(self, upper: str, after: str) -> bool:
        if upper == "WITH":
            return after not in ("(", "RECOMPILE", "EXECUTE", "GRANT", "SCHEMABINDING", "NOWAIT")
        if upper in ("UPDATE", "INSERT", "DELETE"):
            return after not in ("(", ",", "OR", ")") and self.previous not in ("FOR", "ON")
        first = self.piece[0].text.upper()
        return first not in ("GRANT", "REVOKE", "ALTER", "COMMENT", "USE")

    def _steers(self, upper: str, after: str) -> bool:
        if upper == "SET":
            return not (
                self.words & {"UPDATE", "MERGE"}
                and (self.main == "MERGE" or "SET" not in self.words)
            ) and self.previous not in ("DO", "UPDATE", "DELETE", "ON", "CHARACTER")
        if upper in ("EXEC", "EXECUTE"):
            return self.main != "INSERT" and self.previous != "WITH"
        if upper == "IF":
            return after != "(" and self.previous not in ("TABLE", "VIEW", "SCHEMA", "INDEX")
        return not (upper == "RETURN" and self.previous == ",")

    def _is_next(self, upper: str, after: str) -> bool:
        if self.previous in (",", "(", "=", ".") or not self.main:
            return False
        if upper == "SELECT":
            waits = (
                (self.main in ("INSERT", "REPLACE") and not self.words & {"SELECT", "VALUES"})
                or self.main == "WITH"
                or (self.main == "CREATE" and "SELECT" not in self.words)
            )
            return not waits and self.previous not in _BEFORE_SELECT
        if upper == "WITH":
            waits = self.main in ("INSERT", "CREATE") and "SELECT" not in self.words
            return not waits and after not in (
                "(", "NO", "DATA", "TIES", "CHECK", "ROLLUP", "CUBE", "TIME", "ORDINALITY",
            )  # fmt: skip
        if self.main == "WITH":
            return False
        if upper == "COPY" or upper == "EXPORT":
            return True
        return self.previous not in _BEFORE_CHANGE and self.main != "MERGE"


def split_statements(
    text: str,
    line: int = 1,
    depth: int = 0,
    *,
    name: str = "block",
    rows: Mapping[str, str] | None = None,
    parameters: Sequence[str] = (),
    began: int = 0,
) -> Split:
    r"""Return the statements of a text that touch data, and its comments.

    Parameters
    ----------
    text
        SQL with anything around it; templates are expected to be filled in (:func:`fill_in`).
    line
        Line of the first letter in its file.
    name
        Of the routine that the text is of, or of its file.
    rows
        Names that stand for a row of a table, with the table: ``new`` of a trigger.
    parameters
        Names that a caller gives a value.
    began
        Line on which the function begins that the text is of; 0 if it answers nothing.

    Examples
    --------
    >>> [piece.text for piece in split_statements("if x then\n update t set a = 1; end if;")[0]]
    ['x', 'update t set a = 1']
    """
    tokens, comments = _tokens(text, line)
    found: list[Piece] = []
    dynamic: list[int] = []
    is_tsql = looks_like_tsql(text)
    is_procedure = depth > 0
    routine = Routine(
        text, tokens, name=name, is_tsql=is_tsql, rows=dict(rows or {}), parameters=parameters,
        began=began,
    )  # fmt: skip
    tables = _hung_on(tokens)
    for piece in _Cutter(tokens).cut():
        first = piece[0].text.upper() if piece[0].kind == "word" else piece[0].text
        is_procedure = is_procedure or (first in _STEERING and first in ("BEGIN", "DECLARE", "IS"))
        if first in ("EXEC", "EXECUTE"):
            found += routine.called(piece[0].line)
            is_code = is_procedure and not is_tsql and _is_variable(piece, routine)
            if is_code:
                dynamic.append(piece[0].line)
            else:
                _add_dynamic(piece, found, dynamic, depth)
        elif first in _DATA_WORDS and not _is_header(piece):
            whole = _text_of(text, piece)
            if is_procedure and not is_tsql:
                whole = _without_into(whole)
            found += routine.data(piece, whole, is_procedure=is_procedure)
        else:
            if _is_header(piece) or first in ("PROCEDURE", "FUNCTION"):
                routine.begin(_header(text, piece, tables))
            else:
                assigned, at = routine.steer(piece)
                found += assigned
                if at < len(piece):
                    whole = _text_of(text, piece[at:])
                    found += routine.data(piece[at:], whole, is_procedure=is_procedure)
            inner = _inner_queries(text, piece)
            found += inner
            bodies = [token for token in piece if token.kind == "dollar"]
            for body in bodies if depth < MAX_NESTED else ():
                tag = body.text.index("$", 1) + 1
                own = f"{name}:{body.line}" if first == "DO" else routine.name
                nested = split_statements(
                    body.text[tag:-tag], body.line, depth + 1, name=own, rows=routine.rows,
                    parameters=routine.parameters, began=routine.began,
                )  # fmt: skip
                found += nested.statements
                comments += nested.comments
                dynamic += nested.dynamic
            if not inner and not bodies and first != "CREATE" and not _only_steers(piece, first):
                found.append(Piece(_text_of(text, piece), piece[0].line))
    return Split(tuple(found), tuple(comments), tuple(dynamic))


def _name_at(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the name that begins here, with its schema, and where it ends."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at].kind in ("word", "quoted"):
        parts.append(tokens[at].text.strip('"[]`'))
        at += 1
        if at >= len(tokens) or tokens[at].text != ".":
            break
        at += 1
    return ".".join(parts), at


def _hung_on(tokens: Sequence[Token]) -> dict[str, str]:
    """Return the tables that triggers of a text are hung on, by the function that they carry out.

    The key of a trigger with a body of its own is its own name.
    """
    found: dict[str, str] = {}
    trigger = table = ""
    for at, token in enumerate(tokens):
        word = token.upper
        if word == "TRIGGER" and at and tokens[at - 1].upper != "RETURNS":
            trigger, table = _name_at(tokens, at + 1)[0].lower(), ""
        elif trigger and word == "ON" and not table:
            table = _name_at(tokens, at + 1)[0]
            found.setdefault(trigger, table)
        elif table and word in ("FUNCTION", "PROCEDURE") and tokens[at - 1].upper == "EXECUTE":
            name = _name_at(tokens, at + 1)[0].lower()
            found.setdefault(name, table)
            found.setdefault(name.rsplit(".", 1)[-1], table)
            trigger = table = ""
    return found


def _is_variable(piece: Sequence[Token], routine: Routine) -> bool:
    """Return whether a text that only a variable holds is carried out: ``EXECUTE q``."""
    return len(piece) > 1 and piece[1].bare in routine.variables


def _parameters(piece: Sequence[Token], at: int) -> tuple[str, ...]:
    """Return the names that a caller gives a routine; the list of them begins at ``at``."""
    found: list[str] = []
    if at < len(piece) and piece[at].text == "(":
        depth = 0
        item: list[Token] = []
        for token in piece[at:]:
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 or (depth == 1 and token.text == ","):
                names = [t for t in item if t.upper not in ("IN", "OUT", "INOUT", "VARIADIC")]
                # One word alone is a type.
                if len(names) > 1 and names[0].kind in ("word", "quoted"):
                    found.append(names[0].bare)
                item = []
            elif token.text != "(" or depth > 1:
                item.append(token)
            if depth == 0:
                break
    else:
        found += [token.bare for token in piece[at:] if token.text.startswith("@")]
    return tuple(dict.fromkeys(found))


def _header(text: str, piece: list[Token], tables: Mapping[str, str]) -> Header:
    """Return what the head of a routine tells: its name, its parameters, and of a trigger more."""
    at = next((n for n, token in enumerate(piece) if token.upper in _HEADER_KINDS), 0)
    name, after = _name_at(piece, at + 1)
    name = name or "block"
    is_function = piece[at].upper == "FUNCTION"
    table = tables.get(name.lower()) or tables.get(name.lower().rsplit(".", 1)[-1])
    words = {token.upper for token in piece}
    if table is None and "TRIGGER" in words and "RETURNS" in words:
        table = f"{name} (new)"
    rows = dict.fromkeys(ROWS_OF_TRIGGER, table) if table else {}
    when = next((n for n, token in enumerate(piece) if token.upper == "WHEN"), len(piece))
    end = next(
        (n for n in range(when, len(piece)) if piece[n].upper in ("BEGIN", "EXECUTE")), len(piece)
    )
    condition = _text_of(text, piece[when + 1 : end]) if table and when + 1 < end else ""
    return Header(
        name, rows, condition, piece[min(when, len(piece) - 1)].line,
        _parameters(piece, after) if piece[at].upper != "TRIGGER" else (),
        piece[0].line if is_function and not rows else 0,
    )  # fmt: skip


def looks_like_tsql(text: str) -> bool:
    """Return whether the text has marks of SQL Server: ``@x``, ``#temp``, ``[x]``, ``GO``.

    Examples
    --------
    >>> looks_like_tsql("select top 10 * from [dbo].[people]")
    True
    """
    return _TSQL.search(text) is not None


_TSQL: Final = re.compile(
    r"@[A-Za-z]|(?<!\w)\#[A-Za-z]|\[[A-Za-z][^\]\n]*\]|^\s*go\s*$|\bdbo\.|\btop\s*\(?\s*\d"
    r"|\b(?:cross|outer)\s+apply\b",
    re.IGNORECASE | re.MULTILINE,
)
_INTO: Final = re.compile(
    r"\b(?:bulk\s+collect\s+)?into\s+(?:strict\s+)?[\w.%\"]+(?:\s*,\s*[\w.%\"]+)*(?=\s+from\b|\s*$)",
    re.IGNORECASE,
)


def _without_into(text: str) -> str:
    """Leave out the variables that a procedure reads a row into."""
    if not re.match(r"\s*(select|with)\b", text, re.IGNORECASE):
        return text
    return _INTO.sub(lambda match: "\n" * match.group(0).count("\n"), text)


def _text_of(text: str, piece: list[Token]) -> str:
    last = piece[-1]
    return text[piece[0].start : last.start + len(last.text)]


def _is_header(piece: list[Token]) -> bool:
    """Return whether the piece is the head of a procedure (``CREATE OR REPLACE PROCEDURE p``)."""
    words = [token.text.upper() for token in piece[:8] if token.kind == "word"]
    return words[:1] == ["CREATE"] and any(word in _HEADER_KINDS for word in words[1:5])


def _only_steers(piece: list[Token], first: str) -> bool:
    if piece[0].kind != "word" or first in _STEERING or first.startswith(("@", "#")):
        return True
    # A declaration or an assignment of a procedure, a label, a call, settings of a shell.
    return (
        len(piece) == 1
        or any(token.kind == "assign" for token in piece)
        or (
            all(token.kind in ("word", "string") or token.text in "().,%" for token in piece)
            and not any(token.text.upper() in ("SELECT", "FROM", "SET") for token in piece)
        )
    )


def _inner_queries(text: str, piece: list[Token]) -> list[Piece]:
    """Return queries between brackets in what only steers: ``if exists (select ...)``."""
    found: list[Piece] = []
    start, depth = -1, 0
    for index, token in enumerate(piece):
        if token.text == "(":
            depth += 1
            following = piece[index + 1] if index + 1 < len(piece) else None
            if start < 0 and following is not None and following.text.upper() in ("SELECT", "WITH"):
                start, depth = index + 1, 0
        elif token.text == ")":
            if start >= 0 and depth == 0:
                found.append(Piece(_text_of(text, piece[start:index]), piece[start].line))
                start = -1
            depth -= 1
    if start >= 0:
        found.append(Piece(_text_of(text, piece[start:]), piece[start].line))
    return found


def _add_dynamic(piece: list[Token], found: list[Piece], dynamic: list[int], depth: int) -> None:
    """Follow SQL that is carried out from a text, as far as the text stands there."""
    texts = [token for token in piece if token.kind == "string"]
    words = [token.text.upper() for token in piece if token.kind == "word"]
    if any(word.endswith("SP_EXECUTE_EXTERNAL_SCRIPT") for word in words):
        # Python or R in a text: a model may be trained there.
        dynamic.append(piece[0].line)
        return
    is_text = (
        "IMMEDIATE" in words[:2]
        or any(word.endswith("SP_EXECUTESQL") for word in words)
        or (len(piece) > 1 and (piece[1].text == "(" or piece[1].kind == "string"))
        or (len(piece) > 2 and piece[1].upper == "FORMAT")
    )
    if not is_text:
        return
    has_variable = any(token.text in ("||", "|", "+") for token in piece) or not texts
    if has_variable:
        dynamic.append(piece[0].line)
    if texts and depth < MAX_NESTED:
        content = texts[0].text.lstrip("nN")[1:-1].replace("''", "'")
        if has_variable:
            content += " " + HOLE
        found.extend(split_statements(content, texts[0].line, depth + 1).statements)
