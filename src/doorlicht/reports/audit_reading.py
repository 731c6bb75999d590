"""An audit as the register keeps it, read back, so that its page can be made again at any time.

What ``audit.json`` has no form for is made again from what it means: a number that is absent has
no end. A model comes back as far as pages show it; it scores nothing any more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from doorlicht.language import Text
from doorlicht.records import (
    Ablation,
    Audited,
    AuditReport,
    Band,
    BlindSpot,
    Detectable,
    Disclosed,
    FigureCheck,
    Flip,
    Group,
    Measure,
    ModelArtefact,
    ModelFeature,
    ModelTerm,
    ModelUse,
    OriginFeature,
    Outcomes,
    ProxyFeature,
    ProxyPower,
)

_ENDLESS: Final = frozenset({"inf", "-inf", "nan"})
_Row = Mapping[str, Any]


def read_audit(content: _Row) -> AuditReport:
    """Return an audit from its tree without a language, as the register keeps it.

    Raises
    ------
    LookupError, TypeError, ValueError
        If it is no such tree.
    """
    return AuditReport(
        content["kind"],
        content["subject"],
        content["settings"],
        content["people"],
        _audited(content),
        tuple(_text(one) for one in content["conclusions"]),
        tuple(_text(one) for one in content["limits"]),
        tuple(_spot(one) for one in content["blind_spots"]),
        None if content["model"] is None else _model(content["model"]),
        tuple(_figure(one) for one in content["figures"]),
        tuple(Disclosed(one["row"], one["column"], 0, 0, one["how"])
              for one in content["disclosed"]),
        content["details"],
    )  # fmt: skip


def _audited(content: _Row) -> tuple[Audited, ...]:
    parts: dict[str, tuple[list[Any], ...]] = {}
    kinds = {"groups": _group, "measures": _measure, "detectable": _detectable, "bands": _band}
    for at, (name, read) in enumerate(kinds.items()):
        for one in content[name]:
            lists = parts.setdefault(one["attribute"], ([], [], [], []))
            lists[at].append(read(one))
    return tuple(Audited(name, *map(tuple, lists)) for name, lists in parts.items())


def _group(one: _Row) -> Group:
    return Group(
        one["name"], _number(one["n"], math.nan), _number(one["selected"], math.nan),
        undecided=_number(one["undecided"], math.nan), effective_n=one["effective_n"],
        outcomes=_outcomes(one["outcomes"]), sample=_outcomes(one["random_sample"]),
    )  # fmt: skip


def _outcomes(one: _Row | None) -> Outcomes | None:
    return None if one is None else Outcomes(**one)


def _measure(one: _Row) -> Measure:
    return Measure(
        one["measure"], one["group"], one["reference"], one["value"],
        _number(one["low"], -math.inf), _number(one["high"], math.inf), one["level"], one["method"],
        None if one["note"] is None else _text(one["note"]), one["p_value"],
        one["adjusted_p_value"],
    )  # fmt: skip


def _detectable(one: _Row) -> Detectable:
    return Detectable(
        one["group"], one["reference"], one["ratio_above"], one["ratio_below"], one["difference"],
        one["level"], one["power"],
    )  # fmt: skip


def _band(one: _Row) -> Band:
    return Band(
        one["group"], _number(one["top"], math.inf), one["people"],
        _number(one["mean_score"], math.nan), one["checked"],
        _number(one["outcome_rate"], math.nan), _number(one["low"], math.nan),
        _number(one["high"], math.nan), one["level"],
    )  # fmt: skip


def _figure(one: _Row) -> FigureCheck:
    return FigureCheck(
        one["figure"], one["measure"], one["printed"], one["recomputed"],
        _number(one["low"], -math.inf), _number(one["high"], math.inf), one["verdict"],
        one["meant"], None if one["note"] is None else _text(one["note"]),
    )  # fmt: skip


def _model(one: _Row) -> ModelUse:
    origin = tuple(_origin(each) for each in one["origin"])
    terms = [term for each in origin for term in each.terms]
    # Of what is not about origin only the least and the largest weight are kept.
    for each in one.get("other_terms", ()):
        weights = [each["low"], *[each["high"]] * (each["terms"] - 1)]
        terms += [ModelTerm("", tuple(each["features"]), weight) for weight in weights]
    artefact = ModelArtefact(
        one["name"], one["format"], one["kind"], one["algorithm"], one["library"],
        tuple(one["classes"]),
        tuple(
            ModelFeature(each["name"], each["is_used"], each["importance"], each["coefficient"],
                         each["takes"])
            for each in one["features"]
        ),
        terms=tuple(terms), importance_by=one["importance_by"], target=one["target"],
        score=one["score"], link=one["link"], dangerous=tuple(one["dangerous"]),
        foreign=tuple(one["foreign"]),
    )  # fmt: skip
    return ModelUse(
        artefact,
        origin,
        tuple(Flip(**each) for each in map(_flip, one["flips"])),
        tuple(
            Ablation(
                tuple(each["features"]), each["people"], _number(each["changed_sides"], math.nan),
                _number(each["same_selected"], math.nan), each["auc"], each["auc_without"],
            )
            for each in one["ablations"]
        ),
        tuple(
            ProxyPower(
                each["group"], each["people"], _number(each["auc"], math.nan),
                _number(each["low"], math.nan), _number(each["high"], math.nan), each["level"],
                each["shuffled_auc"], each["p_value"],
            )
            for each in one["proxy_power"]
        ),
        tuple(
            ProxyFeature(
                each["name"], _number(each["cramers_v"], math.nan),
                _number(each["mutual_information"], math.nan),
                each["mutual_information_among_alike"],
            )
            for each in one["proxy_features"]
        ),
        one["scored"],
        one["threshold"],
        one["scored_by"] or "",
    )  # fmt: skip


def _flip(one: _Row) -> dict[str, Any]:
    means = {name: _number(one[name], math.nan) for name in ("mean_change", "largest_change")}
    return {**one, **means}


def _origin(one: _Row) -> OriginFeature:
    return OriginFeature(
        one["name"], one["concept"], one["kind"], one["importance"], one["coefficient"],
        tuple(
            ModelTerm(each["label"], tuple(each["features"]), each["coefficient"],
                      each["importance"])
            for each in one["terms"]
        ),
    )  # fmt: skip


def _spot(one: _Row) -> BlindSpot:
    code = str(one["code"])
    return BlindSpot("", one["asset"], code, _text(one["message"]).params)


def _text(one: _Row) -> Text:
    params = {
        name: float(value) if value in _ENDLESS else value for name, value in one["params"].items()
    }
    return Text(one["key"], params)


def _number(value: float | None, absent: float) -> float:
    return absent if value is None else value
