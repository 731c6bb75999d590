"""Archives: every member has a place of its own, whatever it is called and however it is packed."""

from __future__ import annotations

import gzip
import io
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import Asset, BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

PEOPLE = b"naam;geb_land;leeftijd\nBo;Polen;31\nKim;Marokko;44\n"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def found_in(path: Path, vocabulary: Vocabulary) -> list[TableProfile | BlindSpot]:
    connector, source = FilesConnector(), Source("x", "files", str(path))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    [asset] = connector.assets(source)
    assert isinstance(asset, Asset)
    return list(connector.profiles(source, asset, request))


def tables_in(path: Path, vocabulary: Vocabulary) -> list[str]:
    found = found_in(path, vocabulary)
    assert not [one for one in found if isinstance(one, BlindSpot)]
    return sorted(one.table for one in found if isinstance(one, TableProfile))


def tar(mode: str, names: list[str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(PEOPLE)
            archive.addfile(info, io.BytesIO(PEOPLE))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tgz", "w:gz"), ("a.tar.gz", "w:gz"), ("a.tar.xz", "w:xz"),
     ("zonder-ending", "w:bz2")],
)  # fmt: skip
def test_members_of_a_packed_tar_have_names_of_their_own(
    name: str, mode: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    (tmp_path / name).write_bytes(tar(mode, ["p.csv", "map/q.csv"]))
    assert tables_in(tmp_path / name, vocabulary) == [f"{name}!map/q.csv", f"{name}!p.csv"]


def test_archives_in_archives_tell_the_whole_way(tmp_path: Path, vocabulary: Vocabulary) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("diep.tgz", tar("w:gz", ["p.csv", "q.csv"]))
        archive.writestr("los.csv.gz", gzip.compress(PEOPLE))
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    assert tables_in(tmp_path / "a.zip", vocabulary) == [
        "a.zip!diep.tgz!p.csv", "a.zip!diep.tgz!q.csv", "a.zip!los.csv.gz",
    ]  # fmt: skip


def test_two_members_of_one_name_are_two_tables(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("p.csv", PEOPLE)
        archive.writestr("p.csv", PEOPLE)
    assert tables_in(tmp_path / "a.zip", vocabulary) == ["a.zip!p.csv", "a.zip!p.csv!2"]


def test_odd_names_of_members_can_be_printed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("regel\neinde\x1b[31m.csv", PEOPLE)
        archive.writestr("../../buiten.csv", PEOPLE)
    assert tables_in(tmp_path / "a.zip", vocabulary) == [
        "a.zip!../../buiten.csv", "a.zip!regel%0Aeinde%1B[31m.csv",
    ]  # fmt: skip
