"""Invented people for models to be trained on."""

import numpy as np
import pandas as pd

ROWS = 400


def people():
    """Numbers, with some relation to the outcome."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": random.integers(18, 90, ROWS).astype(float),
            "income": random.normal(30, 9, ROWS),
            "children": random.poisson(1, ROWS).astype(float),
            "debt": random.exponential(1, ROWS),
        }
    )


def mixed():
    """Numbers and categories."""
    random = np.random.default_rng(1)
    made = people()
    made["land"] = random.choice(["NL", "TR", "MA", "SR", "PL"], ROWS, p=[0.6, 0.1, 0.1, 0.1, 0.1])
    made["sex"] = random.choice(["m", "v"], ROWS)
    made["code"] = random.integers(0, 4, ROWS)
    return made


def gaps():
    """Numbers and categories of which some are missing."""
    made = mixed()
    made.loc[::7, "age"] = np.nan
    made["land"] = made["land"].astype(object)
    made.loc[::11, "land"] = None
    return made


def outcome():
    """Yes or no."""
    random = np.random.default_rng(2)
    table = people()
    chance = table.age / 90 + random.normal(0, 0.3, ROWS) + (table.children > 1) * 0.3
    return (chance > 0.6).astype(int)


def outcomes():
    """One of three."""
    random = np.random.default_rng(3)
    return pd.cut(people().age + random.normal(0, 10, ROWS), 3, labels=["a", "b", "c"]).astype(str)


def columns(table):
    """The columns of a table by their names."""
    return {name: table[name].to_numpy() for name in table}
