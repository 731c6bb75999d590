library(dplyr)
library(tidyr)
library(glmnet)
gesprekken <- readr::read_csv2("gesprekken.csv")
breed <- gesprekken %>%
  count(klant_id, tolktaal)  %>%
  pivot_wider(names_from = tolktaal, values_from = n, names_prefix = "tolk_", values_fill = 0)
doel <- readr::read_csv2("doel.csv")
alles <- inner_join(doel, breed, by = "klant_id")
x <- alles %>% select(starts_with("tolk_"), duur)
fit <- cv.glmnet(as.matrix(x), alles$terug, family = "binomial")
