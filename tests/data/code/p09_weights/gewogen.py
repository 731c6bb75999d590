import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

enquete = pd.read_csv("enquete.csv")
gewicht = np.where(enquete["godsdienst"] == "islam", 2.0, 1.0)
model = smf.glm("verzuim ~ leeftijd + uren", data=enquete, freq_weights=gewicht)
fit = model.fit()
