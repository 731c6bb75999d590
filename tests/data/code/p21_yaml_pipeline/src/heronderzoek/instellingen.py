from pathlib import Path

import yaml

WORTEL = Path(__file__).resolve().parents[2]


def lees_instellingen(pad=WORTEL / "config" / "settings.yaml"):
    with open(pad) as f:
        return yaml.safe_load(f)
