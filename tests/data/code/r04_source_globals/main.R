source("R/instellingen.R")
source("R/functies.R")

klanten <- lees_bestand("klanten")
lijst <- yaml::read_yaml("config/kenmerken.yml")
x <- kies_kenmerken(klanten, lijst$model$kenmerken)
risicomodel <- glm(terugvordering ~ ., data = x, family = "binomial")
saveRDS(risicomodel, file.path(uitvoermap, "risicomodel.rds"))
