library(dplyr)
source("R/bouw.R")
cfg <- config::get()
model <- readRDS("model/model.rds")
nieuw <- readr::read_csv2("data/nieuw.csv") %>%
  bouw_kenmerken() %>%
  filter(nationaliteit != "Nederlandse")
nieuw$score <- predict(model, as.matrix(nieuw[, cfg$features]))
nieuw %>% arrange(desc(score)) %>% head(50) %>% readr::write_csv("uit/top50.csv")
