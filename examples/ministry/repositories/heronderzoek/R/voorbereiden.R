# Kenmerken voor het risicomodel heronderzoek.
library(arrow)
library(DBI)
library(dplyr)

toekenningen <- read_parquet("../../uitkeringen/toekenningen_2026.parquet")
con <- dbConnect(RSQLite::SQLite(), "../../handhaving/zaken.sqlite")
personen <- dbGetQuery(con, "SELECT * FROM personen")

basis <- toekenningen |>
  inner_join(personen, by = "bsn") |>
  mutate(
    leeftijd = 2026 - as.integer(substr(geb_dat, 1, 4)),
    ouder_elders = if_else(landgeb_moeder == "6030" & landgeb_vader == "6030", 0, 1)
  ) |>
  select(bsn, leeftijd, huishouden, bedrag_maand, ouder_elders, NATCD, heronderzoek)

write_feather(basis, "kenmerken.feather")

source("//vbz-fs01/analyse/logboek.R")  # op de schijf van de afdeling
