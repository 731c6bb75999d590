"""Find, follow, measure and judge the use of origin-related personal data, with evidence.

The stages are libraries first: import a stage by its face, for instance
``from doorlicht import detection``. The command line is a thin door over :mod:`doorlicht.runs`, and
so are the audits for a notebook that stand here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from doorlicht.version import __version__

if TYPE_CHECKING:
    from doorlicht.runs.notebook import Audit, audit_decisions, audit_model, audit_without_groups

__all__ = ["Audit", "__version__", "audit_decisions", "audit_model", "audit_without_groups"]


def __getattr__(name: str) -> Any:
    """Load what stands in a notebook only when it is asked for: a scan needs none of it."""
    if name in __all__:
        return getattr(import_module("doorlicht.runs.notebook"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
