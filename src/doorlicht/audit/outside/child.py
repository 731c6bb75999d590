"""The confined process: takes a model and columns from its input, gives scores to its output.

Whatever goes wrong is told by the name of the error alone: its text could hold a value.
"""

from __future__ import annotations

import os
import sys
from typing import IO

import numpy as np

from doorlicht.audit.outside.confine import confine
from doorlicht.audit.outside.runtimes import Score, load
from doorlicht.audit.outside.wire import WireError, put, take, unpack_column

MOST_BYTES = 1 << 40
"""What the audit sends is its own; only memory limits it."""


def main() -> None:
    """Score until the input ends."""
    orders, answers = _take_pipes()
    try:
        head, blocks = take(orders, most_bytes=MOST_BYTES)
    except WireError:
        return
    confined = confine(
        memory_bytes=head["memory_bytes"], cpu_seconds=head["cpu_seconds"], entries=sys.path
    )
    how = {"held": confined.held, "is_blind": confined.is_blind}
    if head["needs_kernel"] and confined.held != "kernel":
        put(answers, {"error": "not_confined", **how})
        return
    try:
        kind, score = load(
            head["form"], blocks[0], head["features"], kind=head["kind"], link=head["link"]
        )
    # What is scored may raise anything.
    except BaseException as error:  # noqa: BLE001
        put(answers, {"error": _name(error), **how})
        return
    put(answers, {"kind": kind, **how})
    while True:
        try:
            head, blocks = take(orders, most_bytes=MOST_BYTES)
        except WireError:
            return
        _answer(answers, score, head["columns"], blocks)


def _answer(
    answers: IO[bytes], score: Score, named: list[tuple[str, str]], blocks: list[bytes]
) -> None:
    try:
        columns = {
            name: unpack_column(kind, block)
            for (name, kind), block in zip(named, blocks, strict=True)
        }
        found = np.asarray(score(columns), np.float64)
    except BaseException as error:  # noqa: BLE001 (what is scored may raise anything)
        put(answers, {"error": _name(error)})
        return
    put(answers, {"shape": list(found.shape)}, np.ascontiguousarray(found).tobytes())


def _name(error: BaseException) -> str:
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, PermissionError):
            return "confined"
        chain = chain.__cause__ or chain.__context__
    return type(error).__name__


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the pipes for us: what a library prints goes nowhere, for it might hold a value."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdin = sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (for as long as the process lives)
    return orders, answers


if __name__ == "__main__":
    main()
