library(data.table)
aanvragen <- fread("aanvragen.csv")
brp <- fread("brp_uittreksel.csv", select = c("bsn", "nationaliteit1", "nationaliteit2", "verblijfstitel"))
dt <- merge(aanvragen, brp, by = "bsn", all.x = TRUE)
dt[, dubbele_nationaliteit := as.integer(!is.na(nationaliteit2))]
dt[, eerste_aanvraag := as.integer(volgnr == 1L)]
dt[, c("verblijfstitel", "nationaliteit2") := NULL]
fwrite(dt, "werk/dt.csv")
