"""Which reader takes a file: by its first bytes, and by its suffix where those do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from doorlicht.sources.tables import TableReader

ARCHIVE_SUFFIXES: Final = frozenset(
    {"zip", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "zst", "7z", "rar"}
)

NOT_TABLES: Final[dict[str, str]] = {
    **dict.fromkeys(("pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "html", "htm", "md",
                     "xml", "epub", "tex", "log"), "document"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "svg", "webp", "heic",
                     "mp3", "mp4", "wav", "avi", "mov", "mkv"), "image"),
    **dict.fromkeys(("eml", "msg", "pst", "mbox", "ost"), "mail"),
    **dict.fromkeys(("py", "r", "sql", "sas", "java", "js", "ts", "cs", "c", "cpp", "h", "go", "rs",
                     "rb", "php", "sh", "bat", "ps1", "ipynb", "rmd", "qmd", "do", "sps", "scala",
                     "m", "jl", "pl", "vb", "vba", "yaml", "yml", "toml", "ini", "cfg", "css"),
                    "code"),
    **dict.fromkeys(("pkl", "pickle", "joblib", "onnx", "pmml", "h5", "pt", "pth", "cbm", "ubj",
                     "skops", "dmn"), "model"),
    **dict.fromkeys(("exe", "dll", "so", "bin", "iso", "jar", "whl", "class", "pyc", "o", "mdb",
                     "accdb", "dbf", "bak", "dump", "mdf", "ldf", "7z", "rar", "parquet_crc"),
                    "other"),
}  # fmt: skip
"""Suffixes of files that hold no table that doorlicht reads, and of which kind they are."""


def reader_for(name: str, head: bytes, suffix: str) -> TableReader | None:
    """Return the reader of a file, or nothing where none takes it.

    Parameters
    ----------
    name
        Of a format that the user named in the estate, or empty.
    head
        First kilobytes.
    suffix
        In lower case, without the dot.
    """
    if name:
        return next((reader for reader in _readers() if reader.name == name), None)
    for reader in _readers():
        if reader.takes(head):
            # Text that begins with a bracket is JSON only if nothing says that it is a table.
            if reader.name == "json" and suffix in {"csv", "tsv", "txt"}:
                continue
            return reader
    if suffix in NOT_TABLES:
        return None
    return next((reader for reader in reversed(_readers()) if suffix in reader.suffixes), None)


@cache
def _readers() -> Sequence[TableReader]:
    """Return all readers, in the order in which their marks are tried.

    They are imported here, with the libraries that they use: who only lists files needs none.
    """
    from doorlicht.sources.files.readers.columnar import ArrowFile, Avro, Orc, Parquet
    from doorlicht.sources.files.readers.databases import DuckDb, Sqlite
    from doorlicht.sources.files.readers.fixed_width import FixedWidth
    from doorlicht.sources.files.readers.json_lines import Json
    from doorlicht.sources.files.readers.spreadsheets import Workbook
    from doorlicht.sources.files.readers.statistics_files import RFile, StatisticsFile
    from doorlicht.sources.files.readers.text import DelimitedText

    return (
        Parquet(),
        ArrowFile(),
        Orc(),
        Avro(),
        Sqlite(),
        DuckDb(),
        StatisticsFile(),
        RFile(),
        Workbook(),
        Json(),
        FixedWidth(),
        DelimitedText(),
    )
