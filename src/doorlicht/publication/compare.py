"""Where a published record and the evidence disagree.

Each disagreement has the published statement, the evidence, and a degree: the record *contradicts*
the evidence, says *less* than it, or says nothing on it at all. That the evidence shows nothing is
no reason for any: a trace that finds no flow does not prove that there is none.

What a record says is recognised by words (``statements.yaml``), so a person reads the statement
before acting on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from doorlicht.language import Language, say
from doorlicht.publication.compared_duties import DUTIES
from doorlicht.publication.compared_working import WORKING
from doorlicht.publication.disagreement import DEGREES, Disagreement, PublishedRecord
from doorlicht.publication.fields import register_fields
from doorlicht.publication.forms import to_api
from doorlicht.publication.known_facts import KnownFacts


def compare_record(
    record: Mapping[str, Any], facts: KnownFacts, *, today: date
) -> list[Disagreement]:
    """Return where a published record and the evidence disagree, contradictions first.

    Parameters
    ----------
    record
        In either form; see :func:`doorlicht.publication.published.find_record`.

    Examples
    --------
    >>> from doorlicht.publication.known_facts import OriginData
    >>> used = OriginData("nationality", "nationaliteit", "direct", "nationality", "used", "nat",
    ...     "nat", "people", ("FL-1",))
    >>> facts = KnownFacts("M-1", "model", ("M-1",), origin=(used,))
    >>> record = {"name": "Model", "source_data": "Er wordt geen nationaliteit gebruikt."}
    >>> one = compare_record(record, facts, today=date(2026, 1, 1))[0]
    >>> one.degree, one.rule, one.said, one.evidence
    ('contradicts', 'origin_denied', 'Er wordt geen nationaliteit gebruikt.', ('FL-1',))
    """
    published = PublishedRecord(to_api(record))
    found = [one for rule in (*WORKING, *DUTIES) for one in rule(published, facts, today)]
    order = [one.name for one in register_fields()]
    found.sort(key=lambda one: (DEGREES.index(one.degree), order.index(one.field)))
    return list({(one.field, one.rule, str(one.params)): one for one in found}.values())


def say_disagreement(one: Disagreement, language: Language) -> str:
    """Return a disagreement in words, without the statement and the evidence.

    Examples
    --------
    >>> one = Disagreement("status", "contradicts", "ended", "In gebruik", ("U-1",),
    ...     {"day": "2024-05-01"})
    >>> say_disagreement(one, "en")
    'The record says that it is in use; the confirmed use ended on 2024-05-01.'
    """
    return say(f"publication.differs.{one.rule}", language, **one.params)
