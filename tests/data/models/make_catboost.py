"""Make the models of CatBoost in this folder, and what CatBoost says of each.

    python make_catboost.py

Needs catboost, which doorlicht itself does not. The people are invented; see ``make_models.R``.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier, CatBoostRegressor, Pool

HERE = Path(__file__).parent
SMALL = {"iterations": 4, "depth": 3, "allow_writing_files": False, "random_seed": 1}
KEPT = ("params", "class_params")


def main() -> None:
    """Write models and scores."""
    people = pd.read_csv(HERE / "people_with_gaps.csv", keep_default_na=False, na_values=["NA"])
    people["land"] = people["land"].fillna("-")
    numbers, told = people[["age", "income", "children"]], {}
    groups = np.array(["a", "b", "c"])[pd.cut(people.debt, 3, labels=False)]
    mixed = people[["age", "land", "sex"]]
    uneven = {**SMALL, "grow_policy": "Depthwise"}
    models = {
        "catboost_two": (CatBoostClassifier(**SMALL), numbers, people.outcome, []),
        "catboost_three": (CatBoostClassifier(**SMALL), numbers, groups, []),
        "catboost_values": (CatBoostRegressor(**SMALL), numbers, people.debt, []),
        "catboost_uneven": (CatBoostClassifier(**uneven), numbers, people.outcome, []),
        "catboost_sets": (
            CatBoostClassifier(one_hot_max_size=10, **SMALL),
            mixed,
            people.outcome,
            ["land", "sex"],
        ),
        "catboost_counted": (
            CatBoostClassifier(one_hot_max_size=1, **SMALL),
            mixed,
            people.outcome,
            ["land", "sex"],
        ),
    }
    for name, (model, table, answer, categories) in models.items():
        pool = Pool(table, answer, cat_features=categories)
        model.fit(pool, verbose=0)
        for key in list(model.get_metadata().keys()):
            if key not in KEPT:
                del model.get_metadata()[key]
        model.save_model(str(HERE / f"{name}.cbm"))
        model.save_model(str(HERE / f"{name}.json"), format="json", pool=pool)
        document = json.loads((HERE / f"{name}.json").read_text())
        document["model_info"] = {key: document["model_info"].get(key) for key in KEPT}
        document.pop("ctr_data", None)
        (HERE / f"{name}.json").write_text(json.dumps(document) + "\n")
        scores = (
            model.predict_proba(table) if hasattr(model, "predict_proba") else model.predict(table)
        )
        scores = scores[:, None] if scores.ndim == 1 else scores
        for place, column in enumerate(scores.T):
            told[f"{name}.{place}"] = column
    pd.DataFrame(told).to_csv(HERE / "told_by_catboost.csv", index=False, float_format="%.17g")


if __name__ == "__main__":
    main()
