modellen <- readRDS("uitvoer/modellen.rds")
nieuw <- readRDS("data/nieuw.rds")
nieuw$p <- predict(modellen$groot, nieuw, type = "prob")$ja
nieuw <- nieuw[order(nieuw$p, decreasing = TRUE), ]
saveRDS(nieuw, "uitvoer/gescoord.rds")
