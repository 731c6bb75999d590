library(feather)
source("R/0_instellingen.R")
eind <- readRDS("model/eindmodel.rds")
nieuw <- read_feather(paste0(map_data, "/kenmerken_", datum, ".feather"))
nieuw$risico <- predict(eind$model[[1]], nieuw[, eind$vars], type = "prob")[, 2]
write.csv2(head(nieuw[order(-nieuw$risico), ], 100), "uit/oproeplijst.csv")
