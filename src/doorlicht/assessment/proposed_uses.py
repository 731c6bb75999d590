"""From findings, flows and audits to proposed uses: which concept, in what, in which role.

A column with origin-related data is a use in the role *stored*. A flow into a model or a rule is a
use in the role that its verdict says. A proxy in a table alone (a postcode, a name) is no use: it
becomes one when something treats people by it. What a model does not use is no use either; it
stays in the trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from doorlicht.assessment.framework import Fact
from doorlicht.records import Evidence, Use
from doorlicht.records.flows import trace_id


def roles_by_evidence(role_fact: Fact) -> dict[str, str]:
    """Return the role that a framework gives to what evidence says (``used``, ``column`` ...).

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> roles_by_evidence(load_framework("motion-21").facts["role"])["selection-rule"]
    'selection'
    """
    return {match: value.id for value in role_fact.values for match in value.matches}


def propose_uses(
    evidence: Iterable[Evidence], roles: Mapping[str, str], proxies: frozenset[str]
) -> list[Use]:
    """Return the uses that evidence points at, each once, in the order of the evidence.

    Parameters
    ----------
    roles
        See :func:`roles_by_evidence`; evidence of which it says nothing proposes no use.
    proxies
        Concepts that are only looked at where a flow or a model leads to them.

    Examples
    --------
    >>> one = Evidence("FL-1", "flow", "nationality", "used", "fraud model", "M-1")
    >>> found = propose_uses([one, one], {"used": "score"}, frozenset())
    >>> [(use.concept, use.observed_role, use.evidence) for use in found]
    [('nationality', 'score', ('FL-1',))]
    """
    found: dict[str, Use] = {}
    for one in evidence:
        role = roles.get(one.what)
        if role is None or (one.kind == "finding" and one.concept in proxies):
            continue
        use_id = trace_id("U", one.concept, one.processing_id, role, one.unit)
        before = found.get(use_id)
        if before is None:
            found[use_id] = Use(
                use_id, one.concept, one.processing, one.processing_id, role, one.unit,
                evidence=(one.id,),
            )  # fmt: skip
        elif one.id not in before.evidence:
            found[use_id] = replace(before, evidence=(*before.evidence, one.id))
    return list(found.values())


def merge_uses(uses: Sequence[Use], *, unit: str | None = None) -> Use:
    """Return one use in the place of several: their evidence together, what they share kept.

    Raises
    ------
    ValueError
        If there are fewer than two, or they are of different concepts.

    Examples
    --------
    >>> a = Use("U-1", "nationality", "m", "M-1", "score", evidence=("FL-1",))
    >>> b = Use("U-2", "nationality", "m", "M-1", "training", evidence=("FL-2",))
    >>> merged = merge_uses([a, b])
    >>> merged.evidence, merged.observed_role
    (('FL-1', 'FL-2'), 'score')
    """
    if len(uses) < 2 or len({use.concept for use in uses}) > 1:
        raise ValueError("only several uses of one concept can be merged")
    first = uses[0]
    evidence = tuple(dict.fromkeys(one for use in uses for one in use.evidence))
    starts = [use.since for use in uses]
    ends = [use.until for use in uses]
    return Use(
        trace_id("U", "merged", *sorted(use.id for use in uses)),
        first.concept,
        first.processing,
        first.processing_id,
        first.observed_role,
        first.unit if unit is None else unit,
        first.declared_role,
        "; ".join(dict.fromkeys(use.purpose for use in uses if use.purpose)),
        min((one for one in starts if one), default=None) if all(starts) else None,
        max((one for one in ends if one), default=None) if all(ends) else None,
        evidence,
        "confirmed" if all(use.status == "confirmed" for use in uses) else "proposed",
    )


def split_use(use: Use, evidence: Sequence[str], *, unit: str = "") -> tuple[Use, Use]:
    """Return two uses in the place of one: with some of its evidence, and with the rest.

    ``unit`` names the unit of the first; that of the second stays.

    Raises
    ------
    ValueError
        If the evidence is not of the use, or nothing or all of it is taken and no unit is named.

    Examples
    --------
    >>> whole = Use("U-1", "nationality", "m", "M-1", "score", evidence=("FL-1", "FL-2"))
    >>> [part.evidence for part in split_use(whole, ["FL-2"])]
    [('FL-2',), ('FL-1',)]
    """
    taken = tuple(one for one in use.evidence if one in set(evidence))
    rest = tuple(one for one in use.evidence if one not in set(evidence))
    if set(evidence) - set(use.evidence) or not taken or (not rest and not unit):
        raise ValueError("the evidence does not divide the use")
    parts = (
        replace(use, evidence=taken, unit=unit or use.unit),
        replace(use, evidence=rest or use.evidence),
    )
    named = [trace_id("U", "split", use.id, str(at), *part.evidence, part.unit)
             for at, part in enumerate(parts)]  # fmt: skip
    return replace(parts[0], id=named[0]), replace(parts[1], id=named[1])
