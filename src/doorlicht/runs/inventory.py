"""Makes the inventory: every use by what is known of it today, and where its assessment stands."""

from __future__ import annotations

from datetime import date
from typing import Final

from doorlicht.assessment.conditions import weigh
from doorlicht.assessment.reviewing import standing
from doorlicht.records import Assessment, Inventory, InventoryLine, MeasureTaken, Use
from doorlicht.register import Register
from doorlicht.runs.assess import Knowledge, codes_for_lawyer, is_outdated, know, look_at

_ENDED: Final = frozenset({"verified", "refused"})


def make_inventory(
    register: Register, *, framework: str, edition: str | None = None, today: date
) -> Inventory:
    """Return the uses that are open, each with its proposal by what is known today.

    The heaviest proposals come first, and of those what treats people differently. Uses that were
    rejected, merged or split are counted.
    """
    known = know(register, framework=framework, edition=edition, today=today)
    judging = register.judging
    uses = judging.uses()
    kept: dict[str, Assessment] = {
        one.use: one for one in judging.assessments() if one.framework == known.framework.name
    }
    measures: dict[str, list[MeasureTaken]] = {}
    for measure in judging.measures():
        measures.setdefault(measure.use, []).append(measure)
    held = {one.use for one in judging.holds() if one.is_in_force}
    since = judging.proposed_on()
    lines: list[InventoryLine] = []
    for use in uses:
        if not use.is_open:
            continue
        came_from = known.came_from(use.id)
        of_it = [one for name in came_from for one in measures.get(name, ())]
        lines.append(
            _line(use, known, kept.get(use.id), of_it, since.get(use.id), today,
                  is_held=bool(held & set(came_from)))
        )  # fmt: skip
    outcomes = known.framework.outcomes
    term = known.framework.terms.get("differential")

    def order(line: InventoryLine) -> tuple[int, bool]:
        role = line.use.told_role
        is_differential = term is not None and weigh(term, {"role": role}) is True
        return -outcomes[line.proposed].weight, not is_differential

    lines.sort(key=order)
    scans = register.scans()
    return Inventory(
        known.framework.name,
        known.framework.edition,
        today,
        tuple(lines),
        sum(use.status == "rejected" for use in uses),
        sum(use.status in ("merged", "split") for use in uses),
        scans[-1].organisation if scans else "",
    )


def _line(
    use: Use,
    known: Knowledge,
    kept: Assessment | None,
    measures: list[MeasureTaken],
    since: date | None,
    today: date,
    *,
    is_held: bool,
) -> InventoryLine:
    state = look_at(use, known)
    proposal = state.proposal
    open_measures = [one for one in measures if one.state not in _ENDED]
    now = None if kept is None else standing(kept, codes_for_lawyer(kept, known.framework))
    return InventoryLine(
        use,
        proposal.verdict,
        proposal.is_at_least,
        (now.verdict or "") if now else "",
        kept.id if kept else "",
        now.needed if now else (),
        proposal.missing,
        since if proposal.missing else None,
        proposal.lawyer,
        kept is not None and is_outdated(kept, state),
        len(open_measures),
        sum(one.due is not None and one.due < today for one in open_measures),
        is_held,
    )
