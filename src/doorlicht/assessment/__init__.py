"""Judges a use: legal frameworks as data, and the rules that reason over them."""

from doorlicht.assessment.answers import (
    StatedCase,
    check_fact,
    check_facts,
    nearest_fact,
    read_cases,
)
from doorlicht.assessment.conditions import Facts, FactValue
from doorlicht.assessment.framework import Consequence, Fact, Framework, Node, Outcome
from doorlicht.assessment.load import find_framework, known_frameworks, load_framework
from doorlicht.assessment.propose import Period, propose

__all__ = [
    "Consequence",
    "Fact",
    "FactValue",
    "Facts",
    "Framework",
    "Node",
    "Outcome",
    "Period",
    "StatedCase",
    "check_fact",
    "check_facts",
    "find_framework",
    "known_frameworks",
    "load_framework",
    "nearest_fact",
    "propose",
    "read_cases",
]
