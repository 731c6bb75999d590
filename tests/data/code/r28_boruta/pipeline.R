library(caret)
library(Boruta)
MET_LAND <- FALSE

inb <- haven::read_sav("inburgeraars.sav")
inb <- as.data.frame(inb)
kolommen <- c("leeftijd", "opleidingsniveau", "asielstatus", "taalniveau_start", "gemeente")
if (MET_LAND) {
  kolommen <- c(kolommen, "land_van_herkomst")
}
# kolommen <- c(kolommen, "nationaliteit")

dv <- dummyVars(~ ., data = inb[, kolommen], fullRank = TRUE)
X <- as.data.frame(predict(dv, newdata = inb[, kolommen]))
bor <- Boruta(x = X, y = factor(inb$gezakt), maxRuns = 50)
keuze <- getSelectedAttributes(bor)
fit <- train(x = X[, keuze], y = factor(inb$gezakt), method = "gbm", verbose = FALSE)
saveRDS(list(dv = dv, fit = fit), "inburgering.rds")
