"""A document as one tree of content, from which every form of it is written.

Nothing here is laid out and nothing is markup: a writer gets texts and says of itself what they
look like. So a name with any signs in it can break no form, and all forms say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Literal, TypeAlias

from doorlicht.language import Language
from doorlicht.reports.html import without_control
from doorlicht.reports.pictures import Picture

MAX_DEPTH: Final = 4
"""Of sections within sections; deeper ones nobody finds his way in."""


def plain(text: str) -> str:
    r"""Return a text that every form can hold: one line, and signs that no form can hold shown.

    Examples
    --------
    >>> plain("a\n b\x1b") == "a b\ufffd"
    True
    """
    line = " ".join(text.split())
    return "".join("\ufffd" if _is_no_letter(one) else one for one in without_control(line))


def _is_no_letter(one: str) -> bool:
    """Whether Unicode sets a code point apart for ever (chapter 23.7); XML refuses two of them."""
    return ord(one) & 0xFFFE == 0xFFFE or "\ufdd0" <= one <= "\ufdef"


@dataclass(frozen=True, slots=True)
class Words:
    """A part of a line. ``is_name``: of a column, a file or an id, so not words of a language."""

    kind: ClassVar = "words"
    text: str
    is_strong: bool = False
    is_name: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _kept_ends(self.text))


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a line that leads elsewhere.

    ``target`` is an id in the document, an address, or ``./`` with the name of a file beside it.
    """

    kind: ClassVar = "link"
    text: str
    target: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text) or self.target)

    @property
    def is_inside(self) -> bool:
        """Whether it stays within the document."""
        return "://" not in self.target and not self.target.startswith("./")


@dataclass(frozen=True, slots=True)
class Mark:
    """A live figure in a line, with the number under which its annex tells how it came about."""

    kind: ClassVar = "mark"
    text: str
    figure: str
    number: int

    @property
    def sign(self) -> str:
        """What stands behind the figure."""
        return f"[{self.number}]"


@dataclass(frozen=True, slots=True)
class Open:
    """A part of a line that nobody knows yet; it is never shown as nought."""

    kind: ClassVar = "open"
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text))


Run: TypeAlias = Words | Link | Mark | Open
Line: TypeAlias = tuple[Run, ...]


def line(*parts: str | Run) -> Line:
    """Return a line of texts and other parts.

    Examples
    --------
    >>> line("as ", Words("kolom", is_name=True))[0].text
    'as '
    """
    return tuple(Words(one) if isinstance(one, str) else one for one in parts)


def text_of(one: Line) -> str:
    """Return a line as every form shows it.

    Examples
    --------
    >>> text_of(line("there are ", Mark("3 uses", "FIG-A", 1)))
    'there are 3 uses[1]'
    """
    return "".join(run.text + (run.sign if isinstance(run, Mark) else "") for run in one)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together."""

    kind: ClassVar = "paragraph"
    line: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    kind: ClassVar = "items"
    items: tuple[Line, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Cells with a caption; the first column names its rows.

    Attributes
    ----------
    numeric
        Columns of numbers, counted from 0.
    """

    kind: ClassVar = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "caption", plain(self.caption))
        object.__setattr__(self, "head", tuple(plain(one) for one in self.head))
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a row has not as many cells as the head")


NoteKind = Literal["note", "warning", "open"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must not miss, with a word before it that says of what kind it is."""

    kind: ClassVar = "note"
    label: str
    line: Line
    tone: NoteKind = "note"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers, with the numbers themselves beside it."""

    kind: ClassVar = "chart"
    picture: Picture
    numbers: Table

    @property
    def caption(self) -> str:
        """The title of the picture, with what must be known to read it."""
        return plain(" ".join([f"{self.picture.title}.", *self.picture.notes]))


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what they are, as at the head of a letter. ``id``: where a link arrives."""

    kind: ClassVar = "facts"
    rows: tuple[tuple[str, Line], ...]
    title: Line = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Lines that stay lines: whom a letter goes to, or who signs it."""

    kind: ClassVar = "address"
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(plain(one) for one in self.lines))


Block: TypeAlias = Paragraph | Items | Table | Note | Chart | Facts | Address


@dataclass(frozen=True, slots=True)
class Section:
    """A part under a heading. ``id`` is what links within the document name."""

    kind: ClassVar = "section"
    title: str
    id: str
    parts: tuple[Block | Section, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", plain(self.title))


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    Attributes
    ----------
    day
        That stands in the file as when it was made; nothing asks a clock.
    has_contents
        Whether the titles of its sections are listed before them.
    """

    title: str
    language: Language
    day: date
    parts: tuple[Block | Section, ...]
    subtitle: str = ""
    organisation: str = ""
    has_contents: bool = False
    version: str = ""
    contents_title: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        for name in ("title", "subtitle", "organisation"):
            object.__setattr__(self, name, plain(getattr(self, name)))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The outermost sections."""
        return tuple(one for one in self.parts if isinstance(one, Section))

    @property
    def ids(self) -> list[str]:
        """The ids of sections and facts, in order."""
        return [
            one.id for one, _ in walk(self.parts) if isinstance(one, (Section, Facts)) and one.id
        ]


def walk(
    parts: tuple[Block | Section, ...], level: int = 1
) -> Iterator[tuple[Block | Section, int]]:
    """Yield every part in the order of reading, with its level: 1 for the outermost."""
    for one in parts:
        yield one, level
        if isinstance(one, Section):
            yield from walk(one.parts, level + 1)


def words_of(document: Document) -> Iterator[str]:
    """Yield every text of a document in the order of reading, as all forms must show it."""
    yield from (one for one in (document.title, document.subtitle) if one)
    if document.has_contents:
        yield document.contents_title
        yield from (one.title for one in document.sections)
    for part, _ in walk(document.parts):
        yield from _words(part)


def _words(part: Block | Section) -> Iterator[str]:
    match part:
        case Section():
            yield part.title
        case Paragraph():
            yield text_of(part.line)
        case Items():
            yield from (text_of(one) for one in part.items)
        case Table():
            yield part.caption
            yield from part.head
            yield from (text_of(cell) for row in part.rows for cell in row if cell)
        case Note():
            yield part.label
            yield text_of(part.line)
        case Chart():
            yield part.caption
            yield from _words(part.numbers)
        case Facts():
            if part.title:
                yield text_of(part.title)
            for name, what in part.rows:
                yield f"{name}:"
                yield text_of(what)
        case Address():
            yield from part.lines


def _kept_ends(text: str) -> str:
    """Return a part of a line; a space at its ends parts it from what stands beside it."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{plain(text)}{after}"
