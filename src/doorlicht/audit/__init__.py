"""Measuring risk models: what they use, whom they select, and how sure that is.

A neighbour of detection and lineage: it takes counts and model files, and gives records. It reads
no register and writes none. What stands here works on arrays and counts that are in memory; whole
audits, of tables and of models in files or in memory, are ``doorlicht.audit_decisions`` and
``doorlicht.audit_model``.

Examples
--------
From people to measures; everything between is a record.

>>> from doorlicht import audit
>>> cells = audit.count_people([1, 0, 0, 1, 1, 0], [["a", "a", "a", "b", "b", "b"]])
>>> groups = audit.groups_of(cells)
>>> [(one.group, round(one.value, 2)) for one in audit.measure_selection(groups, reference="a")
...  if one.measure == "selection_ratio"]
[('b', 2.0)]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from doorlicht.audit.counting import count_people, groups_of
    from doorlicht.audit.detectable import smallest_detectable
    from doorlicht.audit.error_rates import measure_error_rates
    from doorlicht.audit.flips import measure_ablation, measure_dependence, measure_flips
    from doorlicht.audit.multiplicity import correct_for_number
    from doorlicht.audit.opening import open_model, score
    from doorlicht.audit.proxies import measure_proxy_power
    from doorlicht.audit.scores import calibrate, measure_top_shares, tabulate_scores
    from doorlicht.audit.selection import measure_selection
    from doorlicht.audit.subgroups import search_subgroups
    from doorlicht.audit.uses import find_origin

__all__ = [
    "calibrate",
    "correct_for_number",
    "count_people",
    "find_origin",
    "groups_of",
    "measure_ablation",
    "measure_dependence",
    "measure_error_rates",
    "measure_flips",
    "measure_proxy_power",
    "measure_selection",
    "measure_top_shares",
    "open_model",
    "score",
    "search_subgroups",
    "smallest_detectable",
    "tabulate_scores",
]

_HOME: Final = {
    "calibrate": "scores",
    "correct_for_number": "multiplicity",
    "count_people": "counting",
    "find_origin": "uses",
    "groups_of": "counting",
    "measure_ablation": "flips",
    "measure_dependence": "flips",
    "measure_error_rates": "error_rates",
    "measure_flips": "flips",
    "measure_proxy_power": "proxies",
    "measure_selection": "selection",
    "measure_top_shares": "scores",
    "open_model": "opening",
    "score": "opening",
    "search_subgroups": "subgroups",
    "smallest_detectable": "detectable",
    "tabulate_scores": "scores",
}
"""In which file each stands; loading all of them takes longer than `doorlicht --help`."""


def __getattr__(name: str) -> Any:
    """Load a file of the stage when something of it is asked for."""
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
