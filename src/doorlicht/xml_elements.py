"""XML as elements with exact lines, refusing what makes reading it dangerous.

Entities that a file declares itself, and what it wants to fetch from elsewhere, are refused before
anything is expanded. The parser is expat, which is part of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from typing import IO, Final, NoReturn

# What the rule warns of, entities, is refused below.
from xml.parsers import expat

MAX_ELEMENTS: Final = 500_000
MAX_DEPTH: Final = 200
"""Deeper elements are passed over: no model or sheet has them."""

MAX_TEXT: Final = 1 << 16
"""Characters that are kept of one element."""

_BLOCK: Final = 1 << 18
_SPACE: Final = "\x1f"


class XmlRefusedError(Exception):
    """The file declares entities or asks for other files; ``line`` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class XmlBrokenError(Exception):
    """The file is no XML from ``line`` on, or too much of it."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True, eq=False)
class Element:
    """An element: its name and namespace apart, ``text`` what stands directly in it."""

    name: str
    space: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list["Element"])
    text: str = ""

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, by its name without namespace."""
        return self.attributes.get(name, default)

    def find(self, *names: str) -> Iterator[Element]:
        """Return the children with one of the names, in their order."""
        return (child for child in self.children if child.name in names)

    def first(self, name: str) -> Element | None:
        """Return the first child with a name."""
        return next(self.find(name), None)

    def walk(self) -> Iterator[Element]:
        """Return this element and everything in it, in the order of the file."""
        waiting: list[Element] = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


OnStart = Callable[[str, str, dict[str, str], int], None]
"""Takes the name, namespace, attributes and line of an element that begins."""


def stream_xml(
    stream: IO[bytes],
    on_start: OnStart,
    on_end: Callable[[str], None],
    on_text: Callable[[str], None],
) -> None:
    """Hand over elements as they come, without keeping them.

    Raises
    ------
    XmlRefusedError
        If the file declares entities.
    XmlBrokenError
        If it is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=_SPACE)
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(_SPACE)
        plain = {key.rpartition(_SPACE)[2]: value for key, value in attributes.items()}
        on_start(name, space, plain, parser.CurrentLineNumber)

    def end(tag: str) -> None:
        on_end(tag.rpartition(_SPACE)[2])

    def refuse(*_: object) -> NoReturn:
        raise XmlRefusedError(parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = on_text
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        while block := stream.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        # An encoding that Python does not know is a LookupError or ValueError.
        raise XmlBrokenError(max(parser.CurrentLineNumber, 1)) from error


def read_xml(
    stream: IO[bytes], skipped: Set[str] = frozenset(), most_elements: int = MAX_ELEMENTS
) -> Element:
    r"""Return the root of a document; elements whose name is in ``skipped`` are left out.

    Raises
    ------
    XmlRefusedError, XmlBrokenError
        As :func:`stream_xml`; also broken beyond ``most_elements``.

    Examples
    --------
    >>> import io
    >>> root = read_xml(io.BytesIO(b"<a>\n<b c='d'>text</b></a>"))
    >>> [(child.name, child.get("c"), child.text, child.line) for child in root.children]
    [('b', 'd', 'text', 2)]
    """
    top = Element("", "", {}, 0)
    open_elements = [top]
    depth_skipped = 0
    count = 0

    def start(name: str, space: str, attributes: dict[str, str], line: int) -> None:
        nonlocal depth_skipped, count
        if depth_skipped or name in skipped or len(open_elements) > MAX_DEPTH:
            depth_skipped += 1
            return
        count += 1
        if count > most_elements:
            raise XmlBrokenError(line)
        element = Element(name, space, attributes, line)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(name: str) -> None:
        nonlocal depth_skipped
        del name
        if depth_skipped:
            depth_skipped -= 1
        else:
            open_elements.pop()

    def text(data: str) -> None:
        element = open_elements[-1]
        if not depth_skipped and len(element.text) < MAX_TEXT:
            element.text += data

    stream_xml(stream, start, end, text)
    return top.children[0] if top.children else top
