library(data.table)
dt <- fread("data/zaken.csv")
setnames(dt, tolower(names(dt)))
dt[, geb_buitenland := as.integer(geboorteplaats == "BUITENLAND")]
dt[, gem_duur := mean(duur), by = .(rechtbank)]
dt[nat_code == 1, gewicht := 1]
dt[is.na(gewicht), gewicht := 2]
kenmerken <- c("leeftijd", "gem_duur")
kenmerken <- c(kenmerken, paste("geb", "buitenland", sep = "_"))
f <- as.formula(paste("recidive ~", paste(kenmerken, collapse = " + ")))
fit <- glm(f, data = dt, family = binomial, weights = dt$gewicht)
summary(fit)
