library(tidyverse)
library(feather)
source("D:/analyse/heronderzoek/R/0_instellingen.R")

personen <- read_feather(paste0(map_data, "/personen_", datum, ".feather"))
afspraken <- read_feather(paste0(map_data, "/afspraken_", datum, ".feather"))
kenmerken <- personen %>%
  select(clientnr, GEBLAND, NAT1, leeftijd) %>%
  rename_all(tolower) %>%
  mutate(geb_buiten_eu = if_else(gebland %in% eu_landen, 0, 1)) %>%
  left_join(afspraken %>% group_by(clientnr) %>% summarise(n_afspraken = n()), by = "clientnr")
write_feather(kenmerken, paste0(map_data, "/kenmerken_", datum, ".feather"))
