"""Makes the files that speed is measured on; each is made once and kept in ``.bench/``.

    python -m benchmarks.make_data [--quick] [--folder .bench]

See :mod:`benchmarks.recipes` for what is in them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from benchmarks.recipes import NARROW, REGISTRY, WIDE_TEXT, Recipe, repeated

FOLDER = Path(".bench")
QUICK_DIVISOR = 20
"""``--quick`` measures on a twentieth of the rows."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file to measure on."""

    title: str
    form: Literal["parquet", "csv"]
    rows: int
    columns: int
    recipes: tuple[Recipe, ...]

    @property
    def file_name(self) -> str:
        """The name under which it is kept: all that decides its content is in it."""
        version = duckdb.__version__.replace(".", "_")
        return f"{self.title}-{self.rows}x{self.columns}-duckdb{version}.{self.form}"


def large_parquet(divisor: int = 1) -> DataFile:
    """Return the Parquet file of 10 million rows."""
    return DataFile("registry", "parquet", 10_000_000 // divisor, len(REGISTRY), REGISTRY)


def large_csv(divisor: int = 1) -> DataFile:
    """Return the CSV file of 2 million rows."""
    recipes = (*REGISTRY, *WIDE_TEXT)
    return DataFile("export", "csv", 2_000_000 // divisor, len(recipes), recipes)


def row_series(divisor: int = 1) -> list[DataFile]:
    """Return files of 1 to 40 million rows with the same six columns."""
    millions = (1, 2, 4, 10, 20, 40)
    return [DataFile("rows", "parquet", n * 1_000_000 // divisor, 6, NARROW) for n in millions]


def column_series(divisor: int = 1) -> list[DataFile]:
    """Return files of 8 to 200 columns with the same number of rows."""
    return [
        DataFile("columns", "parquet", 500_000 // divisor, columns, REGISTRY)
        for columns in (8, 24, 64, 200)
    ]


def make(data: DataFile, folder: Path = FOLDER) -> Path:
    """Return the path of the file, made first where it is not there yet."""
    path = folder / data.file_name
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    # Only a finished file gets its name, so that an interrupted run leaves nothing half.
    unfinished = path.with_suffix(path.suffix + ".part")
    form = (
        "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880"
        if data.form == "parquet"
        else "FORMAT csv, HEADER true"
    )
    selected = ", ".join(f'{sql} AS "{name}"' for name, sql in _columns(data))
    with duckdb.connect(config={"temp_directory": ""}) as engine:
        engine.execute(
            f"COPY (SELECT {selected} FROM range({data.rows}) AS numbers(i)) "
            f"TO '{unfinished.as_posix()}' ({form})"
        )
    unfinished.rename(path)
    return path


def _columns(data: DataFile) -> list[tuple[str, str]]:
    return repeated(data.recipes, data.columns)


def all_files(divisor: int = 1) -> Sequence[DataFile]:
    """Return every file that the speed benchmark reads."""
    return [
        large_parquet(divisor),
        large_csv(divisor),
        *row_series(divisor),
        *column_series(divisor),
    ]


def main() -> None:
    """Make every file that is not there yet, and print the sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    for data in all_files(QUICK_DIVISOR if options.quick else 1):
        path = make(data, options.folder)
        print(f"{path.stat().st_size / 1e6:9.1f} MB  {path}")


if __name__ == "__main__":
    main()
