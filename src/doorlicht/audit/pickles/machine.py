"""An inert pickle machine: it follows the instructions, and imports and calls nothing.

Source: PEP 307, PEP 3154 and PEP 574 (protocols 2, 4 and 5), and the descriptions of opcodes in
Python's ``pickletools``. Arrays that joblib writes between the instructions: the format of
``joblib.numpy_pickle.NumpyArrayWrapper`` (a byte that tells the padding since joblib 1.2).

Only opcodes of this list are followed. What an instruction costs is counted, so that a file that
means harm ends in an error and not in a full memory: each makes at most one node, and nothing is
ever copied but what stands in the file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from doorlicht.audit.pickles.arrays import dtype_of
from doorlicht.audit.pickles.cursor import INT4, UINT2, UINT4, UINT8, Budget, PickleBrokenError
from doorlicht.audit.pickles.literals import Literals
from doorlicht.audit.pickles.nodes import (
    Call,
    Extension,
    Global,
    Members,
    Node,
    Pairs,
    Persistent,
    RawArray,
    is_list,
    is_tuple,
)

NODE_BYTES: Final = 120
"""What an instruction takes in memory at most, apart from what stands in the file."""

MAX_NESTED_ARRAYS: Final = 20
"""How deep arrays of objects lie in each other."""

_WRAPPER_MODULES: Final = ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")


@dataclass(slots=True)
class Followed:
    """What came of a pickle.

    ``globals`` has every name that would be imported, also those that are thrown away again.
    ``end`` is where the next byte stands; ``broken`` why it was not followed to its end.
    """

    top: Node = None
    globals: list[Global] = field(default_factory=list[Global])
    protocol: int = 0
    operations: int = 0
    arrays: int = 0
    end: int = 0
    broken: PickleBrokenError | None = None


def follow(
    content: bytes | memoryview, budget: Budget, start: int = 0, nested: int = 0
) -> Followed:
    r"""Follow one pickle; what is wrong with it is in ``broken``, with all that came before.

    Examples
    --------
    >>> followed = follow(b"cos\nsystem\n(S'ls'\ntR.", Budget())
    >>> followed.top.function, followed.top.args
    (Global(module='os', name='system'), ('ls',))
    >>> follow(b"(lp0\n", Budget()).broken.code
    'model.truncated'
    """
    machine = _Machine(content, budget, start, nested)
    try:
        machine.run()
    except PickleBrokenError as error:
        machine.out.broken = error
    except (IndexError, struct.error):
        # More is taken from the stack or the file than there is.
        code = "model.truncated" if machine.at >= len(content) else "model.broken"
        machine.out.broken = PickleBrokenError(code, machine.at)
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError):
        machine.out.broken = PickleBrokenError("model.broken", machine.at)
    machine.out.end = machine.at
    return machine.out


class _Stop(Exception):  # noqa: N818 (as Python's own StopIteration)
    """The pickle is at its end."""


class _Machine(Literals):
    def __init__(
        self, content: bytes | memoryview, budget: Budget, start: int, nested: int
    ) -> None:
        super().__init__(content, budget, start)
        self.nested = nested
        self.out = Followed()
        self.marks: list[list[Node]] = []
        self.memo: dict[int, Node] = {}
        self.known: dict[tuple[str, str], Global] = {}

    def run(self) -> None:
        steps: list[Callable[[], None] | None] = [None] * 256
        for code, name in _STEPS.items():
            steps[code] = getattr(self, name)
        view = self.view
        most = min(self.budget.operations, self.budget.memory_bytes // NODE_BYTES)
        done = 0
        try:
            while True:
                code = view[self.at]
                self.at += 1
                step = steps[code]
                if step is None:
                    self.fail("model.opcode")
                done += 1
                if done > most:
                    self.fail("model.too_much")
                step()
        except _Stop:
            pass
        finally:
            self.out.operations += done
            self.budget.operations -= done
            self.budget.memory_bytes -= done * NODE_BYTES

    # -- what holds other things

    def _since_mark(self) -> list[Node]:
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def mark(self) -> None:
        if len(self.marks) >= self.budget.depth:
            self.fail("model.too_deep")
        self.marks.append(self.stack)
        self.stack = []

    def pop(self) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self._since_mark()

    def pop_mark(self) -> None:
        self._since_mark()

    def dup(self) -> None:
        self.stack.append(self.stack[-1])

    def empty_list(self) -> None:
        self.stack.append([])

    def empty_tuple(self) -> None:
        self.stack.append(())

    def empty_dict(self) -> None:
        self.stack.append(Pairs())

    def empty_set(self) -> None:
        self.stack.append(Members())

    def as_list(self) -> None:
        items = self._since_mark()
        self.stack.append(items)

    def as_tuple(self) -> None:
        items = self._since_mark()
        self.stack.append(tuple(items))

    def tuple1(self) -> None:
        self.stack[-1] = (self.stack[-1],)

    def tuple2(self) -> None:
        last = self.stack.pop()
        self.stack[-1] = (self.stack[-1], last)

    def tuple3(self) -> None:
        last = self.stack.pop()
        middle = self.stack.pop()
        self.stack[-1] = (self.stack[-1], middle, last)

    def as_dict(self) -> None:
        items = self._since_mark()
        self.stack.append(Pairs(_paired(items)))

    def as_frozenset(self) -> None:
        items = self._since_mark()
        self.stack.append(Members(items))

    def append(self) -> None:
        value = self.stack.pop()
        self._extend([value])

    def appends(self) -> None:
        items = self._since_mark()
        self._extend(items)

    def _extend(self, items: list[Node]) -> None:
        target = self.stack[-1]
        if is_list(target):
            target.extend(items)
        elif isinstance(target, Call):
            target.items.extend(items)
        elif isinstance(target, Members):
            target.members.extend(items)
        else:
            self.fail("model.broken")

    def set_item(self) -> None:
        value = self.stack.pop()
        key = self.stack.pop()
        self._fill([(key, value)])

    def set_items(self) -> None:
        items = self._since_mark()
        self._fill(_paired(items))

    def _fill(self, pairs: list[tuple[Node, Node]]) -> None:
        target = self.stack[-1]
        if isinstance(target, Pairs | Call):
            target.pairs.extend(pairs)
        else:
            self.fail("model.broken")

    # -- names, calls and states

    def _global(self, module: Node, name: Node) -> None:
        if type(module) is not str or type(name) is not str:
            # A name that is itself made by a call hides what it is.
            module, name = "", "?"
        found = self.known.get((module, name))
        if found is None:
            found = self.known[module, name] = Global(module, name)
            self.out.globals.append(found)
        self.stack.append(found)

    def global_lines(self) -> None:
        module = str(self.read_line(), "utf-8")
        self._global(module, str(self.read_line(), "utf-8"))

    def stack_global(self) -> None:
        name = self.stack.pop()
        self._global(self.stack.pop(), name)

    def reduce(self) -> None:
        args = self.stack.pop()
        self.stack[-1] = Call(self.stack[-1], args, None, "reduce")

    def newobj(self) -> None:
        args = self.stack.pop()
        self.stack[-1] = Call(self.stack[-1], args, None, "newobj")

    def newobj_ex(self) -> None:
        kwargs = self.stack.pop()
        args = self.stack.pop()
        self.stack[-1] = Call(self.stack[-1], args, kwargs, "newobj")

    def inst(self) -> None:
        module = str(self.read_line(), "utf-8")
        name = str(self.read_line(), "utf-8")
        args = tuple(self._since_mark())
        self._global(module, name)
        self.stack[-1] = Call(self.stack[-1], args, None, "inst")

    def obj(self) -> None:
        items = self._since_mark()
        self.stack.append(Call(items[0], tuple(items[1:]), None, "obj"))

    def extension1(self) -> None:
        self.stack.append(Extension(self.view[self.at]))
        self.at += 1

    def extension2(self) -> None:
        self.stack.append(Extension(self.read_number(UINT2, 2)))

    def extension4(self) -> None:
        self.stack.append(Extension(self.read_number(INT4, 4)))

    def persistent_line(self) -> None:
        self.stack.append(Persistent(str(self.read_line(), "utf-8", "replace")))

    def persistent(self) -> None:
        self.stack[-1] = Persistent(self.stack[-1])

    def build(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, Call):
            target.states.append(state)
            made_of = target.made_of
            if (
                made_of is not None
                and made_of.name == "NumpyArrayWrapper"
                and made_of.module in _WRAPPER_MODULES
            ):
                self.stack[-1] = self._raw_array(state)
        else:
            # The state of a list, or of a class itself: kept with what it would change.
            self.stack[-1] = Call(target, (), None, "reduce", [state])

    def next_buffer(self) -> None:
        # The buffer was handed over apart from the file, and is not in it.
        self.stack.append(Persistent("buffer"))

    def readonly_buffer(self) -> None:
        if not self.stack:
            self.fail("model.broken")

    def _raw_array(self, state: Node) -> Node:
        """Return an array whose bytes follow here; they are looked at where they stand."""
        told = state.named() if isinstance(state, Pairs) else {}
        shape, dtype = told.get("shape"), dtype_of(told.get("dtype"))
        if not is_tuple(shape) or dtype is None:
            self.fail("model.array")
        if not all(type(each) is int and each >= 0 for each in shape):
            self.fail("model.array")
        self.out.arrays += 1
        if dtype.hasobject:
            if self.nested >= MAX_NESTED_ARRAYS:
                self.fail("model.too_deep")
            inner = follow(self.view, self.budget, self.at, self.nested + 1)
            self.at = inner.end
            self.out.globals.extend(inner.globals)
            self.out.operations += inner.operations
            self.out.arrays += inner.arrays
            if inner.broken is not None:
                raise inner.broken
            return inner.top
        if told.get("numpy_array_alignment_bytes") is not None:
            self.take(self.take(1)[0])
        size = math.prod(shape) * dtype.itemsize
        return RawArray(dtype, shape, told.get("order") == "F", self.take(size))

    # -- the memo

    def get_line(self) -> None:
        self.stack.append(self.memo[self.read_digits(self.read_line())])

    def get1(self) -> None:
        self.stack.append(self.memo[self.view[self.at]])
        self.at += 1

    def get4(self) -> None:
        self.stack.append(self.memo[self.read_number(UINT4, 4)])

    def put_line(self) -> None:
        self.memo[self.read_digits(self.read_line())] = self.stack[-1]

    def put1(self) -> None:
        self.memo[self.view[self.at]] = self.stack[-1]
        self.at += 1

    def put4(self) -> None:
        self.memo[self.read_number(UINT4, 4)] = self.stack[-1]

    def memoize(self) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    # -- the pickle itself

    def proto(self) -> None:
        self.out.protocol = self.view[self.at]
        self.at += 1
        if self.out.protocol > _NEWEST_PROTOCOL:
            self.fail("model.newer")

    def frame(self) -> None:
        length = self.read_number(UINT8, 8)
        # A frame only helps whoever reads from a pipe; its end is not needed, but must exist.
        if length > len(self.view) - self.at:
            self.fail("model.truncated")

    def stop(self) -> None:
        self.out.top = self.stack.pop()
        raise _Stop


_NEWEST_PROTOCOL: Final = 5

_STEPS: Final[dict[int, str]] = {
    ord("("): "mark", ord("."): "stop", ord("0"): "pop", ord("1"): "pop_mark", ord("2"): "dup",
    ord("F"): "float_line", ord("I"): "int_line", ord("J"): "int4", ord("K"): "int1",
    ord("L"): "long_line", ord("M"): "int2", ord("N"): "push_none", ord("P"): "persistent_line",
    ord("Q"): "persistent", ord("R"): "reduce", ord("S"): "string_line", ord("T"): "string4",
    ord("U"): "string1", ord("V"): "unicode_line", ord("X"): "unicode4", ord("a"): "append",
    ord("b"): "build", ord("c"): "global_lines", ord("d"): "as_dict", ord("}"): "empty_dict",
    ord("e"): "appends", ord("g"): "get_line", ord("h"): "get1", ord("i"): "inst",
    ord("j"): "get4", ord("l"): "as_list", ord("]"): "empty_list", ord("o"): "obj",
    ord("p"): "put_line", ord("q"): "put1", ord("r"): "put4", ord("s"): "set_item",
    ord("t"): "as_tuple", ord(")"): "empty_tuple", ord("u"): "set_items", ord("G"): "float8",
    0x80: "proto", 0x81: "newobj", 0x82: "extension1", 0x83: "extension2", 0x84: "extension4",
    0x85: "tuple1", 0x86: "tuple2", 0x87: "tuple3", 0x88: "push_true", 0x89: "push_false",
    0x8A: "long1", 0x8B: "long4", ord("B"): "bytes4", ord("C"): "bytes1", 0x8C: "unicode1",
    0x8D: "unicode8", 0x8E: "bytes8", 0x8F: "empty_set", 0x90: "appends", 0x91: "as_frozenset",
    0x92: "newobj_ex", 0x93: "stack_global", 0x94: "memoize", 0x95: "frame", 0x96: "bytes8",
    0x97: "next_buffer", 0x98: "readonly_buffer",
}  # fmt: skip
"""The opcodes that are followed, all that Python has; any other ends the reading."""


def _paired(items: list[Node]) -> list[tuple[Node, Node]]:
    if len(items) % 2:
        raise ValueError(len(items))
    return list(zip(items[::2], items[1::2], strict=True))
