import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

GEBRUIK_TAAL = False

numeriek = ["leeftijd", "inkomen"]
categorisch = ["geboorteland", "woonvorm"]
# categorisch += ["nationaliteit"]
if GEBRUIK_TAAL:
    categorisch.append("spreektaal")

df = pd.read_excel("steekproef.xlsx", sheet_name="Data")
stap = ColumnTransformer([("num", "passthrough", numeriek), ("cat", OneHotEncoder(handle_unknown="ignore"), categorisch)])
pijp = make_pipeline(stap, HistGradientBoostingClassifier())
zoeker = GridSearchCV(pijp, {"histgradientboostingclassifier__max_depth": [3, 5]}, cv=5)
zoeker.fit(df, df["label"])
