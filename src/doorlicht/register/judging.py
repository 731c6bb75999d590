"""What a register remembers of judging: uses, answers, assessments, measures and holds.

A part of :class:`doorlicht.register.Register`, reached by its ``judging``; each method is one
transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doorlicht.register import assessments, measures, uses

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    import sqlalchemy as sa

    from doorlicht.records import Answer, Assessment, Hold, MeasureTaken, Review, Use
    from doorlicht.register.ledger import Writing
    from doorlicht.register.measures import MeasureEvent
    from doorlicht.register.uses import UseEvent


class Judging:
    """Reading and writing what belongs to judging."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Callable[[], AbstractContextManager[Writing]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    # Uses.

    def keep_proposed(self, proposed: Sequence[Use], *, by: str) -> tuple[int, int]:
        """Keep what is new of proposed uses; return how many are new, and how many got evidence.

        Nothing is written where nothing is new.
        """
        known = {one.id: one for one in self.uses()}
        is_new = any(one.id not in known or uses.has_more(known[one.id], one) for one in proposed)
        if not is_new:
            return 0, 0
        with self._writing() as writing:
            return uses.keep_proposed(writing, proposed, by=by)

    def uses(self, *, statuses: Collection[str] | None = None) -> list[Use]:
        """Return the uses in the order in which they were proposed."""
        with self._reading() as connection:
            return uses.read_uses(connection, statuses=statuses)

    def proposed_on(self) -> dict[str, date]:
        """Return on which day each use was proposed or added."""
        with self._reading() as connection:
            return uses.read_dates(connection)

    def use(self, use: str) -> Use:
        """Return one use.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        with self._reading() as connection:
            return uses.read_use(connection, use)

    def change_uses(
        self,
        action: str,
        *,
        changed: Sequence[Use],
        made: Sequence[Use] = (),
        reason: str,
        by: str,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what a person made of uses."""
        with self._writing() as writing:
            uses.change_uses(
                writing, action, changed=changed, made=made, reason=reason, by=by, content=content
            )

    def use_events(self, use: str) -> list[UseEvent]:
        """Return what happened to a use, oldest first."""
        with self._reading() as connection:
            return uses.read_events(connection, use)

    def keep_answers(self, use: str, answers: Sequence[Answer], *, by: str) -> None:
        """Keep answers on facts of a use."""
        with self._writing() as writing:
            uses.keep_answers(writing, use, answers, by=by)

    def answers(self, uses_wanted: Collection[str] | None = None) -> dict[str, list[Answer]]:
        """Return every answer by use, oldest first."""
        with self._reading() as connection:
            return uses.read_answers(connection, uses_wanted)

    # Assessments.

    def keep_assessment(self, assessment: Assessment) -> Assessment:
        """Keep a proposal, and return it as it is kept; the same one is kept once."""
        with self._reading() as connection:
            known = assessments.read_assessments(connection, ids=[assessment.id])
        if known:
            return known[0]
        with self._writing() as writing:
            assessments.keep_assessment(writing, assessment)
        return self.assessment(assessment.id)

    def assessments(self, *, uses: Collection[str] | None = None) -> list[Assessment]:
        """Return the assessments, oldest first."""
        with self._reading() as connection:
            return assessments.read_assessments(connection, uses=uses)

    def assessment(self, assessment: str) -> Assessment:
        """Return one assessment.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        with self._reading() as connection:
            return assessments.read_assessment(connection, assessment)

    def keep_review(
        self, assessment: str, review: Review, *, check: Callable[[Assessment], None]
    ) -> Assessment:
        """Add what a person said; ``check`` refuses it by what is kept at that very moment."""
        with self._writing() as writing:
            check(assessments.read_assessment(writing.connection, assessment))
            assessments.keep_review(writing, assessment, review)
        return self.assessment(assessment)

    # Measures and holds.

    def keep_measures(self, made: Sequence[MeasureTaken], *, by: str) -> None:
        """Keep measures that were proposed, those that are not there yet."""
        known = {one.id for one in self.measures()}
        new = [one for one in made if one.id not in known]
        if new:
            with self._writing() as writing:
                measures.keep_measures(writing, new, by=by)

    def change_measure(
        self, measure: MeasureTaken, *, reason: str, content: Mapping[str, Any], by: str
    ) -> None:
        """Keep a measure as it is now."""
        with self._writing() as writing:
            measures.change_measure(writing, measure, reason=reason, content=content, by=by)

    def measures(self, *, uses: Collection[str] | None = None) -> list[MeasureTaken]:
        """Return the measures, those with the nearest term first."""
        with self._reading() as connection:
            return measures.read_measures(connection, uses=uses)

    def measure(self, measure: str) -> MeasureTaken:
        """Return one measure.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        with self._reading() as connection:
            return measures.read_measure(connection, measure)

    def measure_events(self, measure: str) -> list[MeasureEvent]:
        """Return the steps of a measure, oldest first."""
        with self._reading() as connection:
            return measures.read_measure_events(connection, measure)

    def keep_hold(self, use: str, *, reason: str, by: str) -> None:
        """Lay a legal hold on a use."""
        self.use(use)
        with self._writing() as writing:
            measures.keep_hold(writing, use, reason=reason, by=by)

    def lift_hold(self, hold: Hold, *, reason: str, by: str) -> None:
        """Lift a legal hold."""
        with self._writing() as writing:
            measures.lift_hold(writing, hold, reason=reason, by=by)

    def holds(self, uses_wanted: Collection[str] | None = None) -> list[Hold]:
        """Return every hold, also those that were lifted."""
        with self._reading() as connection:
            return measures.read_holds(connection, uses_wanted)
