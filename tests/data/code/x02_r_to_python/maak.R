library(arrow)
p <- read_parquet("bron/personen.parquet")
p$jaren_sinds_immigratie <- 2020 - p$jaar_vestiging
write_parquet(p, "werk/kenmerken.parquet")
