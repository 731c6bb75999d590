library(caret)
library(feather)
source("R/0_instellingen.R")
data <- read_feather(paste0(map_data, "/kenmerken_", datum, ".feather"))
lijst <- read.csv("variabelen.csv", sep = ";", stringsAsFactors = FALSE)
gebruik <- lijst$variabele[lijst$in_model == 1]
model_gbm <- train(x = data[, gebruik], y = data$onrechtmatig, method = "gbm")
readr::write_rds(list(model = list(model_gbm), vars = gebruik), "model/eindmodel.rds")
