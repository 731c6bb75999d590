import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

STOP = {"language": "dutch"}
klachten = pd.read_json("klachten.jsonl", lines=True)
pijp = make_pipeline(TfidfVectorizer(stop_words=None, strip_accents="unicode"), SGDClassifier())
pijp.fit(klachten["tekst"], klachten["categorie"])
