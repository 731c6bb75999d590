"""Rewritings of a project that change nothing of what its code does, so that its flows stay.

Each takes a folder, changes it in place, and returns whether there was anything to rewrite.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

QUIET = ("utf-8", "surrogateescape")
PIPE_WITH_DOT = re.compile(r"\(\s*\.\s*[,)$\[]|, \.[,)]|\.\$|= \.\)|%>%\s*\{|%>%\s*\.")
NAME_IN_TEXT = re.compile(r"[A-Za-z]\w{3,}")


def _python(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _r(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".R", ".r"))


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


def windows_line_ends(folder: Path) -> bool:
    for path in folder.rglob("*"):
        if path.suffix.lower() in (".py", ".r", ".sql", ".sas"):
            plain = path.read_bytes().replace(b"\r\n", b"\n")
            path.write_bytes(plain.replace(b"\n", b"\r\n"))
    return True


def lines_above(folder: Path) -> bool:
    done = False
    for path in (*_python(folder), *_r(folder)):
        content = path.read_bytes()
        if not content.startswith(b"#!") and b"coding" not in content[:80]:
            path.write_bytes(b"# een\n\n# twee\n\n\n" + content)
            done = True
    return done


def deeper_folders(folder: Path) -> bool:
    items = list(folder.iterdir())
    # A folder that no project has: one cannot be moved into itself.
    inner = folder / "moved_here" / "project"
    inner.mkdir(parents=True)
    for item in items:
        item.rename(inner / item.name)
    return True


def python_in_a_function(folder: Path) -> bool:
    files = _python(folder)
    if len(files) != 1 or _r(folder):
        return False
    text = files[0].read_text("utf-8")
    odd = ('"""', "'''", "global ", "__name__", "__future__", "import *")
    if _parsed(text) is None or any(word in text for word in odd):
        return False
    body = "".join(f"    {line}\n" if line.strip() else "\n" for line in text.splitlines())
    whole = f'def main():\n{body}\n\nif __name__ == "__main__":\n    main()\n'
    if _parsed(whole) is None:
        return False
    files[0].write_text(whole, "utf-8")
    return True


def r_in_a_function(folder: Path) -> bool:
    files = _r(folder)
    if len(files) != 1 or _python(folder):
        return False
    text = files[0].read_text(*QUIET)
    if "<<-" in text:
        return False
    files[0].write_text(f"main <- function() {{\n{text}\n}}\nmain()\n", *QUIET)
    return True


def r_with_equals_signs(folder: Path) -> bool:
    return _replace(_r(folder), lambda text: re.sub(r"(?m)^(\s*[\w.$]+) <- ", r"\1 = ", text))


def r_with_native_pipes(folder: Path) -> bool:
    return _replace(
        _r(folder),
        lambda text: text if PIPE_WITH_DOT.search(text) else text.replace("%>%", "|>"),
    )


def other_file_format(folder: Path) -> bool:
    reading = re.compile(r"pd\.read_csv\(([\"'][^\"']*)\.csv([\"'])\)")
    return _replace(
        _python(folder),
        lambda text: reading.sub(r"pd.read_parquet(\1.parquet\2)", text),
    )


def _replace(files: list[Path], change) -> bool:
    done = False
    for path in files:
        text = path.read_text(*QUIET)
        changed = change(text)
        if changed != text:
            path.write_text(changed, *QUIET)
            done = True
    return done


def r_as_document(folder: Path) -> bool:
    files = _r(folder)
    if not files or any("source(" in path.read_text(*QUIET) for path in files):
        return False
    for path in files:
        text = path.read_text(*QUIET)
        path.unlink()
        document = f"---\ntitle: x\n---\n\nTekst.\n\n```{{r}}\n{text}\n```\n"
        path.with_suffix(".Rmd").write_text(document, *QUIET)
    return True


def python_as_notebook(folder: Path) -> bool:
    files = _python(folder)
    text = files[0].read_text("utf-8") if len(files) == 1 else ""
    tree = _parsed(text)
    if not text or tree is None or not tree.body:
        return False
    lines = text.splitlines(keepends=True)
    starts = [0]
    for node in tree.body[1:]:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorators)]) - 1
        if first > starts[-1]:
            starts.append(first)
    cells = [
        {
            "cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [],
            "source": lines[start:end],
        }
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]  # fmt: skip
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    files[0].unlink()
    files[0].with_suffix(".ipynb").write_text(json.dumps(book), "utf-8")
    return True


def python_with_constants(folder: Path) -> bool:
    done = False
    for path in _python(folder):
        text = path.read_text(*QUIET)
        changed = _with_constants(text)
        if changed is not None:
            path.write_text("".join(changed), *QUIET)
            done = True
    return done


def python_with_a_module_of_constants(folder: Path) -> bool:
    files = _python(folder)
    changed = _with_constants(files[0].read_text(*QUIET)) if len(files) == 1 else None
    if changed is None:
        return False
    constants, code = changed
    (files[0].parent / "instellingen.py").write_text(constants, "utf-8")
    files[0].write_text(f"from instellingen import *\n{code}", *QUIET)
    return True


def _with_constants(text: str) -> tuple[str, str] | None:
    """Return texts that may be names as constants, and the code that uses those instead."""
    tree = _parsed(text)
    if tree is None or "__future__" in text or "match " in text:
        return None
    left_alone: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            left_alone.update(map(id, ast.walk(node)))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_alone.add(id(node.value))
    spans = {
        (node.lineno, node.col_offset, node.end_col_offset): node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in left_alone
        and NAME_IN_TEXT.fullmatch(node.value)
        and node.lineno == node.end_lineno
    }
    if not spans:
        return None
    names = {value: f"K_{number}" for number, value in enumerate(sorted(set(spans.values())))}
    lines = text.encode(*QUIET).split(b"\n")
    for (line, start, end), value in sorted(spans.items(), reverse=True):
        row = lines[line - 1]
        lines[line - 1] = row[:start] + b" " + names[value].encode() + b" " + row[end:]
    constants = "".join(f'{name} = "{value}"\n' for value, name in names.items())
    code = b"\n".join(lines).decode(*QUIET)
    return (constants, code) if _parsed(constants + code) is not None else None


REWRITINGS = (
    windows_line_ends, lines_above, deeper_folders, python_in_a_function, r_in_a_function,
    r_with_equals_signs, r_with_native_pipes, other_file_format, r_as_document,
    python_as_notebook, python_with_constants, python_with_a_module_of_constants,
)  # fmt: skip
