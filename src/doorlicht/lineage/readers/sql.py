"""Files of SQL: each statement that touches data becomes a call of ``@sql``.

Views, scripts, models of dbt, and the bodies of procedures and packages (PL/SQL, T-SQL, PL/pgSQL).
What the statements do is read later (``lineage/sql.py``), with what is known of the tables by then.
"""

from __future__ import annotations

import json
import posixpath
from typing import Final

from doorlicht.lineage.readers.source import MAX_BYTES, read_text
from doorlicht.lineage.sql_routines import Piece
from doorlicht.lineage.sql_text import fill_in, is_dbt_model, split_statements
from doorlicht.records.code import Arg, Call, CodeUnit, Comment, Const, Do, Expr, Hidden, Name


class SqlReader:
    r"""Reads SQL, whatever database it is for.

    Examples
    --------
    >>> unit = SqlReader().read("a.sql", b"-- people\nselect nat from people;\ngo\n")[0]
    >>> unit.body[0].value.args[0].value, unit.comments[0].text
    (Const(value='select nat from people', line=2), '-- people')
    """

    name: Final = "sql"
    suffixes: Final = frozenset({".sql", ".ddl", ".hql", ".pks", ".pkb", ".prc", ".vw"})

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        """Return the statements of a file. Never raises for what the file holds."""
        if len(content) > MAX_BYTES:
            return (CodeUnit(path, "sql", (), (), (Hidden("too_large", 1),)),)
        text = read_text(content)
        stem = posixpath.splitext(posixpath.basename(path))[0]
        split = split_statements(fill_in(text), name=stem)
        calls = [(_call(piece), piece.line) for piece in split.statements]
        if calls and is_dbt_model(text):
            call, line = calls[-1]
            table = Const(stem, line)
            written = Call(Name("@write", line), (Arg(None, call), Arg(None, table)), line)
            calls[-1] = (written, line)
        return (
            CodeUnit(
                path,
                "sql",
                tuple(Do(call, line) for call, line in calls),
                tuple(Comment(each.text, each.line) for each in split.comments),
                tuple(Hidden("dynamic_code", line) for line in split.dynamic),
            ),
        )


def _call(piece: Piece) -> Expr:
    args = [Arg(None, Const(piece.text, piece.line))]
    if piece.context is not None:
        args.append(Arg("context", Const(json.dumps(piece.context), piece.line)))
    return Call(Name("@sql", piece.line), tuple(args), piece.line)
