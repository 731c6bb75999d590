"""What the source writes about a column: labels, comments, and data dictionaries."""

from __future__ import annotations

from collections.abc import Iterable

from doorlicht.detection.coverage import coverage
from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text


class ColumnLabel:
    """The label or comment of the column, read like a name."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield how sure the label is of the concept."""
        reading = scene.labels[candidate.column.index]
        for match in reading.matches:
            if match.concept == candidate.concept:
                level = "sure" if match.level in {"certain", "strong"} else "unsure"
                words = " + ".join(match.words)
                yield Evidence(f"label_{level}", Text(f"signal.label_{level}", {"words": words}))
                return


class ValueLabels:
    """The data dictionary of the column: what its codes mean."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield a signal where the meanings of the codes are entries of a value table."""
        column = candidate.column
        if not column.value_labels or not column.label_hits:
            return
        tables = {
            table: row
            for table, row in scene.strengths.by_table.items()
            if candidate.concept in row.concepts
        }
        for strength in ("specific", "generic"):
            named = [table for table, row in tables.items() if row.strength == strength]
            matched = coverage(column, named, column.label_hits).entries
            share = matched / len(column.value_labels)
            if matched >= 2 and share >= 0.4:
                yield Evidence(
                    f"value_labels_{strength}",
                    Text("signal.value_labels", {"entries": matched}),
                )
                return
