"""The estate file: what an organisation has, where it lies, and mistakes in writing that down."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES, say
from doorlicht.records import Asset, BlindSpot, Source, Unit
from doorlicht.sources.estate import Estate, estate_of_paths, kind_of, read_estate
from doorlicht.sources.files.connector import FilesConnector

Read = Callable[..., Estate]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file and read it as an estate, in an environment of its own."""

    def write_and_read(text: str, **environment: str) -> Estate:
        path = tmp_path / "estate.yaml"
        path.write_text(text, "utf-8")
        return read_estate(path, environment)

    return write_and_read


def source_at(read: Read, location: str, more: str = "", **environment: str) -> Source:
    text = f"sources: [{{id: a, location: '{location}'{more}}}]"
    return read(text, **environment).sources[0]


WHOLE = """
name: Ministry of Examples
units:
  - {id: ministry, name: Ministry of Examples}
  - {id: benefits, name: Benefits directorate, parent: ministry, since: 2019-01-01}
  - {id: new, name: Integration, parent: ministry, status: being_founded, since: 2025-10-01}
  - {id: old, name: Old, status: abolished, since: 2001-05-01, until: 2018-12-31}
sources:
  - id: shares
    name: Shared files
    unit: benefits
    kind: files
    location: shares
    options: {exclude: ["*/old/*"], header: false, dictionary: books/codes.csv}
  - {id: cases, unit: benefits, location: postgresql://reader@dwh.example/cases}
vocabulary: [our-words.yaml]
"""


def test_every_field_of_an_estate_is_read(read: Read, tmp_path: Path) -> None:
    estate = read(WHOLE)
    assert estate.name == "Ministry of Examples"
    assert estate.units == (
        Unit("ministry", "Ministry of Examples"),
        Unit("benefits", "Benefits directorate", "ministry", "active", date(2019, 1, 1)),
        Unit("new", "Integration", "ministry", "being_founded", date(2025, 10, 1)),
        Unit("old", "Old", None, "abolished", date(2001, 5, 1), date(2018, 12, 31)),
    )
    options = {
        "exclude": ["*/old/*"],
        "header": False,
        "dictionary": str(tmp_path / "books/codes.csv"),
    }
    assert estate.sources == (
        Source("shares", "files", str(tmp_path / "shares"), "Shared files", "benefits", options),
        Source("cases", "postgresql", "postgresql://reader@dwh.example/cases", "", "benefits"),
    )
    assert estate.vocabulary_files == (tmp_path / "our-words.yaml",)


def test_a_unit_that_exists_without_sources_or_units_below_it_is_a_blind_spot(read: Read) -> None:
    assert read(WHOLE).blind_spots == (
        BlindSpot("", "", "unit.without_source", {"unit": "Integration"}),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet", "name: X", "sources: []"])
def test_an_estate_may_be_nearly_empty(read: Read, text: str) -> None:
    estate = read(text)
    assert (estate.units, estate.sources, estate.blind_spots) == ((), (), ())


# --- mistakes --------------------------------------------------------------------------------


def case(about: str, text: str, code: str, **details: object):
    return pytest.param(text, code, details, id=about)


SOURCE = "sources: [{id: a, location: x, "
MISTAKES = [
    case("key", "source: []", "invalid", where="source", nearest="sources"),
    case("key-of-a-unit", "units: [{id: a, name: A, partent: b}]", "invalid",
         where="units.0.partent", nearest="parent"),
    case("key-of-a-source", SOURCE + "unnit: b}]", "invalid", where="sources.0.unnit",
         nearest="unit"),
    case("key-like-no-other", "zzzzzz: 1", "invalid", where="zzzzzz",
         nearest="name, units, sources, vocabulary, id, parent, status, since, ..."),
    case("no-location", "sources: [{id: a}]", "invalid", where="sources.0.location"),
    case("no-name", "units: [{id: a}]", "invalid", where="units.0.name"),
    case("status", "units: [{id: a, name: A, status: gone}]", "invalid", where="units.0.status"),
    case("date", "units: [{id: a, name: A, since: soon}]", "invalid", where="units.0.since"),
    case("a-list", "- a", "invalid", where="."),
    case("a-word", "ministry", "invalid", where="."),
    case("no-such-date", "units: [{id: a, name: A, since: 2021-02-31}]", "no_yaml"),
    case("open-bracket", "name: X\nunits: [", "no_yaml", line=2),
    case("tab", "units:\n\t- id: a", "no_yaml", line=2),
    case("too-deep", "[" * 5000, "no_yaml"),
    case("a-command", "name: !!python/object/apply:os.getcwd []", "no_yaml", line=1),
    case("unit-twice", "units: [{id: a, name: A}, {id: a, name: B}]", "repeated", id="a"),
    case("source-twice", SOURCE + "}, {id: a, location: y}]", "repeated", id="a"),
    case("unit-of-a-source", "units: [{id: benefits, name: B}]\n" + SOURCE + "unit: benefit}]",
         "unknown_unit", unit="benefit", nearest="benefits"),
    case("parent", "units: [{id: a, name: A, parent: qqq}]", "unknown_unit", nearest="a"),
    case("no-unit-at-all", SOURCE + "unit: a}]", "no_units", unit="a"),
    case("own-parent", "units: [{id: a, name: A, parent: a}]", "circle", unit="a"),
    case("circle", "units: [{id: a, name: A, parent: b}, {id: b, name: B, parent: a}]", "circle"),
    case("variable", "sources: [{id: a, location: '${NOT_SET}/x'}]", "no_variable", id="a",
         name="NOT_SET"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "details"), MISTAKES)
def test_a_mistake_is_told_with_its_place(
    read: Read, text: str, code: str, details: dict[str, object]
) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.code == f"estate.{code}"
    assert {key: caught.value.details[key] for key in details} == details
    for language in LANGUAGES:
        for part in ("what", "why", "effect", "remedy"):
            assert say(f"error.estate.{code}.{part}", language, **caught.value.details)


@pytest.mark.parametrize("content", [None, b"name: \xff"], ids=["gone", "latin"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "estate.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_estate(path)
    assert (caught.value.code, caught.value.details["path"]) == ("estate.missing", str(path))


def test_a_folder_is_no_estate_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"estate\.missing"):
        read_estate(tmp_path)


# --- passwords -------------------------------------------------------------------------------

WITH_PASSWORD = [
    "postgresql://reader:s3cret@host/db",
    "postgresql://reader:s3cret${X}@host/db",
    "postgresql://reader:s3/cr@et@host/db",
    "postgresql://reader:s3cret@[host/db",
    "postgresql://reader@host/db?password=s3cret",
    "postgresql://reader@host/db?sslmode=require&sslpassword=s3cret",
    "host=db user=reader password=s3cret",
    "https://host/export.csv?token=s3cret",
    "s3://key:s3cret@bucket/folder",
]
WITHOUT = [
    "postgresql://reader@host/db",
    "postgresql://reader:${X}@host/db",
    "postgresql://host:5432/db?sslmode=require&sslkey=reader.pem",
    "http://host:8080/people@work.csv",
    "s3://bucket/password=1/people.csv",
    "shares/reader@host.csv",
]


@pytest.mark.parametrize("location", WITH_PASSWORD)
def test_a_location_with_a_password_is_refused_and_the_password_is_not_repeated(
    read: Read, location: str
) -> None:
    with pytest.raises(InputError) as caught:
        source_at(read, location, X="more")
    assert caught.value.code == "estate.password"
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize("location", WITHOUT)
def test_a_location_without_one_is_not_refused(read: Read, location: str) -> None:
    assert source_at(read, location, X="s3cret").id == "a"


@pytest.mark.parametrize("option", ["password", "secret_key", "token", "api-key"])
def test_a_password_among_the_options_is_refused(read: Read, option: str) -> None:
    with pytest.raises(InputError, match=r"estate\.password"):
        source_at(read, "s3://bucket", f", options: {{{option}: s3cret}}")


@pytest.mark.parametrize("mistake", ["  x: [", "sourses: []"], ids=["no-yaml", "unknown-key"])
def test_another_mistake_in_a_file_does_not_print_a_password_in_it(
    read: Read, mistake: str
) -> None:
    text = f"sources: [{{id: a, location: 'postgresql://u:s3cret@h/d', k: 1}}]\n{mistake}"
    with pytest.raises(InputError) as caught:
        read(text)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("location", ["postgresql://u:${X}@host/db", "${X}", "s3://${X}/folder"])
def test_what_a_variable_holds_is_not_kept_for_a_place_elsewhere(read: Read, location: str) -> None:
    source = source_at(read, location, X="postgresql://u:s3cret@host/db")
    assert source.location == location
    assert "s3cret" not in repr(source)


def test_a_whole_url_in_a_variable_says_the_kind(read: Read) -> None:
    assert source_at(read, "${X}", X="postgresql://u:s3cret@host/db").kind == "postgresql"


# --- places ----------------------------------------------------------------------------------

PLACES = [
    ("shares", "files", "{here}/shares"),
    ("./shares/../people.csv", "files", "{here}/people.csv"),
    ("/data/people.csv", "files", "/data/people.csv"),
    ("${ROOT}/people.csv", "files", "/data/people.csv"),
    ("file:///data/a%20b.csv", "files", "/data/a b.csv"),
    ("s3://bucket/folder", "files", "s3://bucket/folder"),
    ("sqlite:///cases.db", "sqlite", "sqlite:///{here}/cases.db"),
    ("sqlite:////data/cases.db", "sqlite", "sqlite:////data/cases.db"),
    ("duckdb:///${ROOT}/a b.duckdb", "duckdb", "duckdb:////data/a%20b.duckdb"),
    ("POSTGRES://host/db", "postgresql", "POSTGRES://host/db"),
]


@pytest.mark.parametrize(("written", "kind", "meant"), PLACES, ids=[row[0] for row in PLACES])
def test_a_place_is_relative_to_the_estate_file(
    read: Read, tmp_path: Path, written: str, kind: str, meant: str
) -> None:
    source = source_at(read, written, ROOT="/data")
    assert (source.kind, source.location) == (kind, meant.format(here=tmp_path))


def test_a_home_folder_is_filled_in(read: Read) -> None:
    assert source_at(read, "~/people.csv").location == str(Path.home() / "people.csv")


def test_a_kind_that_is_named_goes_before_that_of_the_location(read: Read) -> None:
    assert source_at(read, "s3://bucket/db", ", kind: duckdb").kind == "duckdb"


def test_an_address_that_is_no_url_is_a_place_for_files() -> None:
    assert kind_of("http://[bad") == kind_of("C:\\data\\x.csv") == "files"


def test_a_bucket_that_a_variable_names_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    with fsspec.filesystem("memory").open("/estate-test/people.csv", "wb") as file:
        file.write(b"nationaliteit\nTurkse\n")
    monkeypatch.setenv("ESTATE_TEST", "memory://estate-test")
    source = Source("a", "files", "${ESTATE_TEST}")
    connector = FilesConnector()
    assets = [asset for asset in connector.assets(source) if isinstance(asset, Asset)]
    assert [asset.path for asset in assets] == ["people.csv"]


# --- bare paths ------------------------------------------------------------------------------


def test_paths_are_an_estate_with_a_source_each(tmp_path: Path) -> None:
    for name in ("A b.csv", "x/data", "y/data"):
        (tmp_path / name).mkdir(parents=True)
    paths = [str(tmp_path / name) for name in ("A b.csv", "x/data", "y/data")]
    estate = estate_of_paths([*paths, "postgresql://reader@host:5433/cases?sslmode=require"])
    assert [(source.id, source.kind) for source in estate.sources] == [
        ("a-b.csv", "files"),
        ("data", "files"),
        ("data-2", "files"),
        ("host-cases", "postgresql"),
    ]
    assert [source.location for source in estate.sources[:3]] == paths
    assert estate == estate_of_paths([source.location for source in estate.sources])


def test_a_path_without_anything_is_named() -> None:
    with pytest.raises(InputError, match=r"estate\.no_path"):
        estate_of_paths(["no/such/folder"])


@pytest.mark.parametrize("location", [at for at in WITH_PASSWORD if "://" in at])
def test_a_password_in_a_url_on_the_command_line_is_refused(location: str) -> None:
    with pytest.raises(InputError) as caught:
        estate_of_paths([location])
    assert caught.value.code == "estate.password"
    assert caught.value.details == {"id": location.partition(":")[0]}


@pytest.mark.parametrize("name", ["parquet", "csv", "fixed-width", "excel", "r", "statistics"])
def test_a_format_that_an_estate_names_has_a_reader(name: str, tmp_path: Path) -> None:
    from doorlicht.sources.files.formats import reader_for

    file = tmp_path / "estate.yaml"
    file.write_text(f"sources: [{{id: a, location: x, options: {{format: {name}}}}}]", "utf-8")
    (source,) = read_estate(file).sources
    found = reader_for(str(source.options["format"]), b"", "")
    assert found is not None
    assert found.name == name
