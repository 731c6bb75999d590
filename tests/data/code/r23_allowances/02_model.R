library(data.table)
library(ranger)
dt <- fread("werk/dt.csv")
dt <- dt[inkomen > 0 & !is.na(fout)]
kolommen <- c("inkomen", "aantal_kinderen", "eerste_aanvraag", "uren_opvang", "dubbele_nationaliteit")
dt[, gewicht := ifelse(nationaliteit1 == "Nederlandse", 1, 0.7)]
rf <- ranger(x = dt[, ..kolommen], y = as.factor(dt$fout), probability = TRUE,
             case.weights = dt$gewicht, num.trees = 300)
saveRDS(rf, "werk/rf.rds")
