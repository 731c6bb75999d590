"""Python, of every version: what is whole around an error is read too.

Source: the Python language reference (3.13), and that of 2.7 as far as the grammar takes it; what
it does not take is damage, and told as such.
"""

from __future__ import annotations

from doorlicht.lineage.readers.python_damage import first_error, read_again
from doorlicht.lineage.readers.python_expressions import Reading
from doorlicht.lineage.readers.python_statements import block
from doorlicht.lineage.readers.source import MAX_BYTES, MAX_HIDDEN, parser_of, read_text
from doorlicht.records import code


class PythonReader:
    """Reads scripts and modules of Python."""

    name = "python"
    suffixes = frozenset({".py", ".pyw"})

    def read(self, path: str, content: bytes) -> tuple[code.CodeUnit, ...]:
        """Return the file as one unit.

        Examples
        --------
        >>> PythonReader().read("a.py", b"print 'x'")[0].body[0].value.func.id
        'print'
        """
        if len(content) > MAX_BYTES:
            return (code.CodeUnit(path, "python", (), (), (code.Hidden("too_large", 1),)),)
        return (read_python(path, read_text(content)),)


def read_python(
    path: str, text: str, first_line: int = 1, words: dict[bytes, str] | None = None
) -> code.CodeUnit:
    """Return a text of Python as a unit; ``first_line`` is the line of its first line.

    ``words`` gives another name to names that a text was prepared with (``@sql``).

    Examples
    --------
    >>> read_python("a.py", "x = df['nat']").body[0].value.keys
    (Const(value='nat', line=1),)
    """
    source = text.encode("utf-8", "replace")
    root = parser_of("python").parse(source).root_node
    reading = Reading(source, first_line, words)
    if root.has_error:
        reading.is_damaged = True
        reading.read_again = read_again
    if root.is_error:
        out: list[code.Stmt] = []
        read_again(reading, (root,), 0, out)
        body = tuple(out)
    else:
        body = block(reading, root, 0)
    if root.has_error and not reading.damage:
        reading.damage.append(first_error(root) + first_line)
    lines = sorted(set(reading.damage))[:MAX_HIDDEN]
    hidden = tuple(code.Hidden("syntax_error", line) for line in lines)
    return code.CodeUnit(path, "python", body, tuple(reading.comments), hidden)
