library(dplyr)
library(tidyr)
library(arrow)

map_bron <- "bron"
map_tussen <- "tussen"

personen <- read_feather(file.path(map_bron, "personen.feather"))
klantbeeld <- readRDS(paste0(map_bron, "/klantbeeld.rds"))

kenmerken <- personen %>%
  select(persoon_id, leeftijd, geslacht, geb_land, wijk, verblijfstitel) %>%
  filter(!verblijfstitel %in% c(98, 99)) %>%
  mutate(ind_nietwesters = ifelse(geb_land %in% c(5043, 6043), 1, 0))

contacten <- klantbeeld %>%
  mutate(spreektaal_nl = as.integer(spreektaal == "NL")) %>%
  group_by(persoon_id) %>%
  summarise(aantal_contacten = n(), spreektaal_nl = max(spreektaal_nl))

set <- kenmerken %>%
  left_join(contacten, by = "persoon_id") %>%
  select(-geb_land, -wijk, -verblijfstitel)

write_feather(set, file.path(map_tussen, "kenmerken.feather"))
