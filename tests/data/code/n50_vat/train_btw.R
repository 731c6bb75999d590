facturen <- read.csv2("data/facturen.csv", fileEncoding = "latin1")
names(facturen) <- tolower(gsub(" ", "_", names(facturen)))
facturen$buiten_eu <- !(facturen$place_of_supply %in% c("NL", "BE", "DE", "FR"))
facturen$totaal <- facturen$netto + facturen$btw
facturen$tarief_afwijkend <- round(facturen$btw / facturen$netto, 2) != 0.21
kenmerken <- c("buiten_eu", "totaal", "tarief_afwijkend", "aantal_regels")
model <- randomForest::randomForest(x = facturen[kenmerken], y = factor(facturen$onjuist))
saveRDS(list(model = model, kenmerken = kenmerken), file.path("modellen", "btw.rds"))
