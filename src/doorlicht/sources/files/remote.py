"""Object stores and other places behind fsspec: ``s3://``, ``abfs://``, ``gcs://``, ``memory://``.

Credentials come from the environment, as the libraries of each store read them; never from the
location. Files are read in ranges; nothing is copied to disk.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlsplit

from doorlicht.errors import SourceError
from doorlicht.records import Asset, BlindSpot, Source
from doorlicht.sources.tables import Blob, ending_of

_LOCAL: Final = frozenset({"", "file"})
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_BLOCK: Final = 4 << 20


def is_remote(location: str) -> bool:
    """Whether a location is behind fsspec and not a path of this machine.

    Examples
    --------
    >>> is_remote("s3://bucket/data"), is_remote("data/people.csv")
    (True, False)
    """
    filled = _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), location)
    scheme, mark, _ = filled.partition("://")
    return bool(mark) and scheme.lower() not in _LOCAL


class RemoteFolder:
    """A place in an object store."""

    def __init__(self, location: str) -> None:
        import fsspec

        try:
            filled = _VARIABLE.sub(lambda found: os.environ[found[1]], location)
            fs, root = fsspec.core.url_to_fs(filled)
        except KeyError:
            raise SourceError("source.unreachable", location=location) from None
        except ImportError:
            scheme = urlsplit(location).scheme
            raise SourceError("source.no_library", scheme=scheme, location=location) from None
        except (OSError, ValueError):
            raise SourceError("source.unreachable", location=location) from None
        self._fs: Any = fs
        self._root = str(root).rstrip("/")
        self._location = location

    def assets(self, source: Source) -> Iterator[Asset | BlindSpot]:
        """List the files, in order.

        Raises
        ------
        SourceError
            If the store cannot be reached or refuses.
        """
        try:
            found = cast("dict[str, dict[str, Any]]", self._fs.find(self._root, detail=True))
        except PermissionError:
            raise SourceError("source.denied", location=self._location) from None
        except FileNotFoundError:
            raise SourceError("source.missing", location=self._location) from None
        # Each store raises its own errors for a lost connection.
        except Exception:  # noqa: BLE001
            raise SourceError("source.unreachable", location=self._location) from None
        if not found:
            raise SourceError("source.missing", location=self._location)
        for path in sorted(found):
            info = found[path]
            # Consoles of stores make an empty object to show a folder; it is no file.
            if path.endswith("/") and not info.get("size"):
                continue
            relative = path[len(self._root) :].lstrip("/") or path.rpartition("/")[2]
            mark = info.get("ETag") or info.get("etag") or info.get("created")
            suffix = ending_of(relative)
            yield Asset(
                source.id, relative, suffix, int(info.get("size") or 0), str(mark) if mark else None
            )

    def blob(self, asset: Asset) -> Blob:
        """Return the bytes of a file, read in ranges."""
        path = f"{self._root}/{asset.path}"
        if not self._fs.isfile(path):
            path = self._root
        return Blob(
            asset.path,
            asset.size_bytes or 0,
            lambda: self._fs.open(path, "rb", block_size=_BLOCK, cache_type="readahead"),
        )
