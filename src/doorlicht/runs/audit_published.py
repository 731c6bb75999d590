"""An audit of what others published: every figure recomputed from the counts beside it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from doorlicht.audit.published import check_figures, read_figures
from doorlicht.language import Text
from doorlicht.records import AuditReport


def audit_published(figures: str) -> AuditReport:
    """Return for each published figure whether it holds, is possible, or cannot be.

    Raises
    ------
    InputError
        If the file cannot be read, or names a measure or column that is not known.
    """
    checked = check_figures(read_figures(Path(figures)))
    counts = Counter(one.verdict for one in checked)
    said = [
        Text(f"audit_says.figures_{verdict}", {"n": counts[verdict]})
        for verdict in ("holds", "possible", "impossible", "unknown")
        if counts[verdict]
    ]
    return AuditReport(
        "published", figures, {"level": 1.0}, None, (), conclusions=tuple(said),
        limits=(Text("audit_limit.published"),), figures=checked,
        details={str(verdict): n for verdict, n in counts.items()},
    )  # fmt: skip
