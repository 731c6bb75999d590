"""The connector for files: a folder, one file, or a place in an object store.

Every file becomes an asset or a blind spot. What holds no table is told once per kind, with the
number of files: documents, images, mail, code and models are looked at by other parts of doorlicht.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from doorlicht.errors import SourceError
from doorlicht.plugins import ProfileRequest
from doorlicht.records import Asset, BlindSpot, Source, TableProfile
from doorlicht.sources.files.dictionaries import with_dictionary
from doorlicht.sources.files.formats import NOT_TABLES, reader_for
from doorlicht.sources.files.readers.fixed_width import is_described
from doorlicht.sources.files.remote import RemoteFolder, is_remote
from doorlicht.sources.files.unpacking import is_workbook, members, packed_kind
from doorlicht.sources.files.walking import fingerprint, walk
from doorlicht.sources.tables import Blob, OpenTable, UnreadableError

_HEAD: Final = 8_192


class FilesConnector:
    """Lists and reads files; small ones can be read side by side."""

    name = "files"
    side_by_side = True

    def prepare(self, request: ProfileRequest) -> None:
        """Load the engine and its dictionary."""
        from doorlicht.sources.engine.counting import prepare

        prepare(request)

    def assets(self, source: Source) -> Iterator[Asset | BlindSpot]:
        """List the files of a source in order of their path.

        Raises
        ------
        SourceError
            If the folder or file is not there, or the store cannot be reached.
        """
        if is_remote(source.location):
            yield from _grouped(source, RemoteFolder(source.location).assets(source))
            return
        root = Path(source.location).expanduser()
        if not root.exists():
            raise SourceError("source.missing", location=source.location)
        if root.is_file():
            status = root.stat()
            print_of = fingerprint(root, status.st_size, status.st_mtime_ns)
            yield Asset(source.id, root.name, root.suffix[1:].lower(), status.st_size, print_of)
            return
        if not root.is_dir():
            yield BlindSpot(source.id, root.name, "file.special")
            return
        yield from _grouped(source, _local_assets(source, root))

    def profiles(
        self, source: Source, asset: Asset, request: ProfileRequest
    ) -> Iterator[TableProfile | BlindSpot]:
        """Count every table in one file, also inside archives."""
        try:
            blob = _blob(source, asset)
            yield from _read(blob, source, asset.path, request, depth=0)
        except UnreadableError as error:
            yield _blind(source, asset.path, error, request)
        except FileNotFoundError:
            yield BlindSpot(source.id, asset.path, "file.vanished")
        except PermissionError:
            yield BlindSpot(source.id, asset.path, "file.denied")
        except OSError:
            yield BlindSpot(source.id, asset.path, "file.unreadable")


def _local_assets(source: Source, root: Path) -> Iterator[Asset | BlindSpot]:
    options = source.options
    for met in walk(
        root,
        hidden=bool(options.get("hidden", False)),
        include=_patterns(options, "include"),
        exclude=_patterns(options, "exclude"),
    ):
        if met.code:
            yield BlindSpot(source.id, met.path, met.code)
            continue
        suffix = Path(met.path).suffix[1:].lower()
        mark = None
        if suffix not in NOT_TABLES:
            mark = fingerprint(root / met.path, met.size, met.modified_ns)
            mark = f"{mark}:{met.beside}" if mark and met.beside else mark
        yield Asset(source.id, met.path, suffix, met.size, mark)


def _patterns(options: Mapping[str, object], key: str) -> Sequence[str]:
    value = options.get(key, ())
    return (value,) if isinstance(value, str) else cast("Sequence[str]", value)


def _grouped(source: Source, found: Iterator[Asset | BlindSpot]) -> Iterator[Asset | BlindSpot]:
    """Pass on what can hold a table; tell of the rest once per kind, at the end."""
    others: Counter[str] = Counter()
    skipped = 0
    for item in found:
        if isinstance(item, BlindSpot) and item.code == "folder.skipped":
            skipped += 1
        elif isinstance(item, Asset) and item.format in NOT_TABLES:
            others[item.format] += 1
        else:
            yield item
    yield from _not_tables(source, "", others)
    if skipped:
        yield BlindSpot(source.id, "", "folder.skipped", {"folders": skipped})


def _not_tables(source: Source, path: str, suffixes: Counter[str]) -> Iterator[BlindSpot]:
    """Tell of files that hold no table that we read, once per kind."""
    kinds: Counter[str] = Counter()
    for suffix, files in suffixes.items():
        kinds[NOT_TABLES[suffix]] += files
    for kind, files in sorted(kinds.items()):
        details: dict[str, str | int | float] = {"files": files}
        if kind == "other":
            details["endings"] = ", ".join(
                f".{suffix} ({often})"
                for suffix, often in sorted(suffixes.items())
                if NOT_TABLES[suffix] == kind
            )
        yield BlindSpot(source.id, path, f"format.{kind}", details)


def _blob(source: Source, asset: Asset) -> Blob:
    if is_remote(source.location):
        return RemoteFolder(source.location).blob(asset)
    root = Path(source.location).expanduser()
    path = root if root.is_file() else _find(root, asset.path)
    # The engine takes names in UTF-8 only; a file of another name is handed over as a stream.
    is_plain = not any(0xD800 <= ord(letter) <= 0xDFFF for letter in str(path))
    size = path.stat().st_size
    return Blob(asset.path, size, lambda: path.open("rb"), path if is_plain else None)


def _find(root: Path, path: str) -> Path:
    """Return a file by its printable path: a name with odd bytes is looked up in its folder."""
    if "%" not in path:
        return root / path
    from doorlicht.sources.files.walking import printable

    here = root
    for part in path.split("/"):
        here = next(
            (child for child in here.iterdir() if printable(child.name) == part), here / part
        )
    return here


def _read(
    blob: Blob, source: Source, path: str, request: ProfileRequest, depth: int
) -> Iterator[TableProfile | BlindSpot]:
    if blob.size == 0:
        yield BlindSpot(source.id, path, "file.empty")
        return
    with blob.open() as file:
        head = file.read(_HEAD)
    kind = packed_kind(head)
    chosen = str(source.options.get("format", ""))
    if kind is not None and not (kind == "zip" and is_workbook(blob)):
        if blob.suffix in {"rds", "rdata", "rda"}:
            chosen = "r"
        else:
            yield from _read_members(blob, kind, source, path, request, depth)
            return
    elif kind == "zip":
        chosen = "excel"
    reader = reader_for(chosen, head, blob.suffix)
    is_text = reader is None or reader.name == "csv"
    if is_text and not chosen and is_described(blob, source.options):
        reader = reader_for("fixed-width", head, "")
    if reader is None:
        reader = _by_content(blob, head)
    if reader is None:
        code = (
            f"format.{NOT_TABLES[blob.suffix]}_file"
            if blob.suffix in NOT_TABLES
            else "format.unknown"
        )
        details: dict[str, str | int | float]
        details = {"suffix": blob.suffix} if blob.suffix else {"bare": 1}
        yield BlindSpot(source.id, path, code, details)
        return
    # Brings the engine along, which a process that only lists does without.
    from doorlicht.sources.files.folder_keys import with_folder_keys

    for table in reader.tables(blob, source.options, request.limits):
        if isinstance(table, UnreadableError):
            yield _blind(source, path, table, request)
            continue
        table = with_folder_keys(table, _whole_path(source, path))
        try:
            table = with_dictionary(table, blob, source.options)
        except UnreadableError as error:
            yield _blind(source, path, error, request)
        yield from _count(table, source, path, request)


def _whole_path(source: Source, path: str) -> str:
    """Return the path of a file with the folders of its source above it."""
    if is_remote(source.location) or not Path(source.location).expanduser().is_file():
        return f"{source.location}/{path}"
    return f"{Path(source.location).parent}/{path}"


def _by_content(blob: Blob, head: bytes) -> Any:
    """Return the reader for text without a telling suffix, if it looks like a table."""
    if blob.suffix in NOT_TABLES:
        return None
    from doorlicht.sources.files.sniff import DELIMITERS, sniff

    try:
        form = sniff(head, is_whole=len(head) < _HEAD, suffix=blob.suffix)
    except UnreadableError:
        return None
    # Settings and programs have colons and blanks too: only of a table can they be the layout.
    is_table = form.columns > 1 and (form.delimiter in DELIMITERS or bool(form.spans))
    return reader_for("csv", head, "") if is_table else None


def _count(
    table: OpenTable, source: Source, path: str, request: ProfileRequest
) -> Iterator[TableProfile | BlindSpot]:
    # The engine takes a while to import; who only lists files does without.
    from doorlicht.sources.engine.counting import count_table

    try:
        profile = count_table(table, source.id, path, request)
    except UnreadableError as error:
        yield _blind(source, path, error, request, suffix=table.suffix)
        return
    yield profile
    if profile.unreadable_rows:
        details = {"rows": profile.unreadable_rows}
        yield BlindSpot(source.id, path + table.suffix, "rows.unreadable", details)
    if profile.columns_left_out:
        details = {"columns": profile.columns_left_out}
        yield BlindSpot(source.id, path + table.suffix, "columns.cut", details)


def _read_members(
    blob: Blob, kind: str, source: Source, path: str, request: ProfileRequest, depth: int
) -> Iterator[TableProfile | BlindSpot]:
    if depth >= request.limits.nested_archives:
        yield BlindSpot(source.id, path, "limit.nested", {"depth": depth})
        return
    others: Counter[str] = Counter()
    for found in members(blob, kind, request.limits):
        if isinstance(found, UnreadableError):
            yield _blind(source, path, found, request)
            continue
        place, member = found
        inner = path + place
        if member.suffix in NOT_TABLES:
            others[member.suffix] += 1
            continue
        try:
            yield from _read(member, source, inner, request, depth + 1)
        except UnreadableError as error:
            yield _blind(source, inner, error, request)
    yield from _not_tables(source, path, others)


def _blind(
    source: Source, path: str, error: UnreadableError, request: ProfileRequest, suffix: str = ""
) -> BlindSpot:
    details = dict(error.details)
    if error.code == "limit.memory":
        details["mebibytes"] = request.limits.memory_bytes >> 20
    return BlindSpot(source.id, path + (error.suffix or suffix), error.code, details)
