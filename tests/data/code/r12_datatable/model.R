library(data.table)
library(ranger)
pers <- fread("personen.csv")
dos <- fread("dossiers.csv")
setnames(pers, "VERBLTIT", "verblijfstitel")
dt <- merge(pers[, .(bsn, verblijfstitel, leeftijd)], dos, by = "bsn")
dt[, heeft_asiel := as.integer(verblijfstitel %in% c(26, 27))]
dt[, c("bsn", "verblijfstitel") := NULL]
rf <- ranger(fraude ~ ., data = dt, probability = TRUE)
