"""From the profile of a table to findings: which columns hold origin-related data, how surely."""

from doorlicht.detection.combine import detect
from doorlicht.detection.weights import Weights, load_weights

__all__ = ["Weights", "detect", "load_weights"]
