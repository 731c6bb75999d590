library(dplyr)
library(readr)
library(lubridate)

verkoop <- read_csv2("data/verkoop.csv") %>%
  mutate(
    datum = as.Date(dagnummer, origin = "1970-01-01"),
    weekdag = wday(datum, label = TRUE, locale = "C"),
    rasbrood = aantal_rasbrood / totaal_brood,
    terras = as.integer(terras_open)
  ) %>%
  filter(!afwijkend_tarief)

model <- lm(omzet ~ weekdag + rasbrood + temperatuur + terras, data = verkoop)
verkoop$verwacht <- predict(model, verkoop)
write_csv(verkoop, "out/verwachte_omzet.csv")
