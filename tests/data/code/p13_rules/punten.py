import csv


def punten(rij):
    p = 0
    if int(rij["leeftijd"]) < 25:
        p += 2
    if rij["verblijfstitel"] in ("21", "22"):
        p += 5
    if rij["samenwonend"] == "J":
        p += 1
    return p


with open("aanvragers.csv", newline="") as f:
    rijen = list(csv.DictReader(f))
for rij in rijen:
    rij["risicopunten"] = punten(rij)
rijen.sort(key=lambda r: -r["risicopunten"])
with open("huisbezoek.csv", "w", newline="") as f:
    uit = csv.DictWriter(f, fieldnames=["bsn", "risicopunten"])
    uit.writerows({k: r[k] for k in ("bsn", "risicopunten")} for r in rijen[:100])
