library(data.table)
rf <- readRDS("werk/rf.rds")
nieuw <- fread("nieuwe_aanvragen.csv")
nieuw[, risicoscore := predict(rf, data = nieuw)$predictions[, 2]]
nieuw[nationaliteit1 %in% c("Bulgaarse", "Roemeense"), risicoscore := 1]
fwrite(nieuw[risicoscore > 0.9, .(bsn, risicoscore)], "uit/te_controleren.csv")
