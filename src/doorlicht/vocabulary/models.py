"""Names of columns that a published data model gives, whatever words they look like.

Censuses and surveys name their columns by codes: ``PB220A`` is citizenship in EU-SILC, ``CRYOX7``
the country of birth in the British Labour Force Survey. ``terms/models.yaml`` lists them by model.
Long and odd names are sure wherever they stand; short ones (``CIT``, ``ENG``) only where other
columns of the same table show that the model is used.

Not seen here: a model that the list does not have, and columns that somebody renamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from doorlicht.shipped import read_yaml

MIN_COMPANY: Final = 2
"""Other columns of the same model from which on a short name is taken for one of it."""

_SIGNS: Final = re.compile(r"[^0-9a-z]+")
_NUMBERED: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class DataModel:
    """Names of one model, squashed (:func:`squash`): to a concept, or only known."""

    id: str
    among: Mapping[str, str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class DataModels:
    """All models.

    Attributes
    ----------
    sure
        Squashed name to concept; ``""`` where the model says that it is not of origin.
    written
        The sure names as they are written, in lower case.
    """

    sure: Mapping[str, str]
    written: frozenset[str]
    models: Sequence[DataModel]

    def of_name(self, name: str) -> str | None:
        """Return the concept of a sure name, and ``None`` for a name that no model has.

        Examples
        --------
        >>> load_models().of_name("PB220A")
        'nationality'
        >>> load_models().of_name("CIT") is None
        True
        """
        return self.sure.get(squash(name)) or self.sure.get(_numbered(name)) or None

    def of_row(self, names: Sequence[str]) -> Mapping[int, str]:
        """Return the concepts of short names that stand in company, by position.

        The concept is ``""`` where the model says that the column is not of origin.

        Examples
        --------
        >>> load_models().of_row(["SERIALNO", "AGEP", "CIT"])
        {2: 'nationality'}
        >>> load_models().of_row(["name", "number", "CIT"])
        {}
        """
        squashed = [squash(name) for name in names]
        numbered = [_numbered(name) for name in names]
        found: dict[int, str] = {}
        for model in self.models:
            known = [
                plain in model.names or digits in model.names
                for plain, digits in zip(squashed, numbered, strict=True)
            ]
            company = sum(known)
            for index, is_known in enumerate(known):
                concept = model.among.get(squashed[index], model.among.get(numbered[index]))
                if is_known and concept is not None and company > MIN_COMPANY:
                    found.setdefault(index, concept)
        return found


def squash(name: str) -> str:
    """Return a name in lower case without signs.

    Examples
    --------
    >>> squash("COBN_S")
    'cobns'
    """
    return _SIGNS.sub("", name.lower())


def _numbered(name: str) -> str:
    """Return a squashed name with one ``#`` for each number in it."""
    return _NUMBERED.sub("#", squash(name))


@cache
def load_models() -> DataModels:
    """Return the models that doorlicht ships with."""
    rows = cast("list[dict[str, Any]]", read_yaml("doorlicht.vocabulary", "terms/models.yaml"))
    sure: dict[str, str] = {}
    written: set[str] = set()
    models: list[DataModel] = []
    for row in rows:
        own = _by_name(row.get("sure", {}))
        among = {
            **_by_name(row.get("among", {})),
            **dict.fromkeys(map(_listed, row.get("not", ())), ""),
        }
        sure |= own
        written |= {
            name.lower().split("#")[0] for names in row.get("sure", {}).values() for name in names
        }
        names = {*own, *among, *map(_listed, row["kin"])}
        models.append(DataModel(row["model"], among, frozenset(names)))
    return DataModels(sure, frozenset(written), tuple(models))


def _by_name(tree: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {_listed(name): concept for concept, names in tree.items() for name in names}


def _listed(name: str) -> str:
    return "#".join(squash(part) for part in name.split("#"))
