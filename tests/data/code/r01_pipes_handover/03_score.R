library(arrow)
model <- readRDS("uitvoer/model.rds")$model[[1]]
nieuw <- arrow::read_feather("tussen/kenmerken.feather")
nieuw$kans <- predict(model, newdata = nieuw, n.trees = 500, type = "response")
werkvoorraad <- nieuw[order(-nieuw$kans), ][1:200, c("persoon_id", "kans")]
write.csv2(werkvoorraad, "uitvoer/werkvoorraad.csv", row.names = FALSE)
