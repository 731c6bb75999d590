"""Scores by a model's own library, in a confined process, where a user allowed it."""

from doorlicht.audit.outside.process import OutsideScoring, Ran, score_outside

__all__ = ["OutsideScoring", "Ran", "score_outside"]
