"""An audit as the register kept it, as far as documents show it: groups and measures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from doorlicht.records import Audited, Group, Measure
from doorlicht.reports.documents.given import MeasuredAudit


def read_measured(content: Mapping[str, Any]) -> MeasuredAudit:
    """Return the groups and measures in the tree of an audit (``audit.json``, version 1).

    A number that the tree leaves out because JSON has no form for it has no end.
    """
    groups: dict[str, list[Group]] = {}
    for one in content["groups"]:
        groups.setdefault(one["attribute"], []).append(
            Group(one["name"], _number(one["n"], math.nan), _number(one["selected"], math.nan))
        )
    measures: dict[str, list[Measure]] = {}
    for one in content["measures"]:
        value = one["value"]
        measures.setdefault(one["attribute"], []).append(
            Measure(
                one["measure"], one["group"], one["reference"],
                None if value is None else float(value), _number(one["low"], -math.inf),
                _number(one["high"], math.inf), float(one["level"]), one["method"],
            )
        )  # fmt: skip
    return MeasuredAudit(
        str(content["subject"]),
        tuple(
            Audited(name, tuple(groups.get(name, ())), tuple(several))
            for name, several in measures.items()
        ),
    )


def _number(value: Any, absent: float) -> float:
    return absent if value is None else float(value)
