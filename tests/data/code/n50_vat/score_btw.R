btw <- readRDS(file.path("modellen", "btw.rds"))
nieuw <- read.csv2("data/facturen_nieuw.csv", fileEncoding = "latin1")
nieuw$kans <- predict(btw$model, nieuw[btw$kenmerken], type = "prob")[, 2]
write.csv2(nieuw[order(-nieuw$kans), ][1:100, ], "out/te_controleren_facturen.csv")
