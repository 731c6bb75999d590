import yaml
import pandas as pd

from risico.bos import Bos

with open("settings.yml") as f:
    settings = yaml.safe_load(f)

klanten = pd.read_csv(settings["invoer"], sep=";")
Bos(settings).fit(klanten)
