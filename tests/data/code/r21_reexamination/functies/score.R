maak_lijst <- function(nieuw, n = 500) {
  pakket <- readRDS(file.path(map_uit, "gbm.rds"))
  nieuw$score <- predict(pakket$model, newdata = nieuw[, pakket$kenmerken], n.trees = 500, type = "response")
  lijst <- nieuw[order(-nieuw$score), ][seq_len(n), ]
  write.csv2(lijst, file.path(map_uit, "lijst.csv"), row.names = FALSE)
  lijst
}
