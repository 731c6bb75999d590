"""Reviews of benefits, and the model that chose them: what an audit of the example looks at.

The model of the ministry counts reports, the age and whether somebody needs an interpreter. Nobody
asked it for a nationality; the interpreter stands for it. One in twenty is reviewed whatever the
model says, by a draw, so that it can be told what the model gets wrong.
"""

from __future__ import annotations

import math
from random import Random
from typing import Final

from invented.people import NETHERLANDS
from invented.tables import Cell, People, Table

INTERCEPT: Final = -1.6
WEIGHTS: Final = {"meldingen": 0.9, "leeftijd": -0.012, "tolk_nodig": 1.3}
THRESHOLD: Final = 0.5


def reviews(people: People, random: Random) -> Table:
    """Make a table of people with what the model knows, whom it chose, and what came out."""
    columns = (
        "nationaliteit", "leeftijd", "meldingen", "tolk_nodig", "gekozen", "loting", "onrechtmatig",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for person in people:
        is_dutch = person.nationality is NETHERLANDS
        known: dict[str, int] = {
            "meldingen": min(int(random.expovariate(1.1)), 4),
            "leeftijd": 2026 - person.born.year,
            "tolk_nodig": int(random.random() < (0.03 if is_dutch else 0.45)),
        }
        score = INTERCEPT + sum(WEIGHTS[name] * value for name, value in known.items())
        is_chosen = 1 / (1 + math.exp(-score)) >= THRESHOLD
        is_drawn = random.random() < 0.05
        # What is found hangs on the reports alone: an interpreter says nothing of it.
        is_wrong = random.random() < 0.05 + 0.08 * known["meldingen"]
        # Of some people the register holds no nationality.
        name = "" if random.random() < 0.02 else person.nationality.nationality
        rows.append(
            (name, known["leeftijd"], known["meldingen"], known["tolk_nodig"],
             "ja" if is_chosen else "nee", "ja" if is_drawn else "nee",
             ("ja" if is_wrong else "nee") if is_chosen or is_drawn else "")
        )  # fmt: skip
    return Table(columns, rows)


def model() -> str:
    """Return the model as PMML 4.4, as a statistics package would export it."""
    fields = "".join(
        f'  <DataField name="{name}" optype="continuous" dataType="double"/>\n' for name in WEIGHTS
    )
    used = "".join(f'   <MiningField name="{name}"/>\n' for name in WEIGHTS)
    weighed = "".join(
        f'   <NumericPredictor name="{name}" coefficient="{weight}"/>\n'
        for name, weight in WEIGHTS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">\n'
        ' <Header description="risicomodel heronderzoek"/>\n'
        f" <DataDictionary>\n{fields}"
        '  <DataField name="onrechtmatig" optype="categorical" dataType="string">\n'
        '   <Value value="nee"/>\n   <Value value="ja"/>\n  </DataField>\n </DataDictionary>\n'
        ' <RegressionModel functionName="classification" normalizationMethod="logit">\n'
        f'  <MiningSchema>\n{used}   <MiningField name="onrechtmatig" usageType="target"/>\n'
        "  </MiningSchema>\n"
        f'  <RegressionTable intercept="{INTERCEPT}" targetCategory="ja">\n{weighed}'
        '  </RegressionTable>\n  <RegressionTable intercept="0" targetCategory="nee"/>\n'
        " </RegressionModel>\n</PMML>\n"
    )
