library(gbm)
library(arrow)

set <- read_feather("tussen/kenmerken.feather")
labels <- read.csv2("bron/labels.csv")
train <- merge(set, labels, by = "persoon_id")
train$persoon_id <- NULL

model <- gbm(onderzoekswaardig ~ ., data = train, distribution = "bernoulli", n.trees = 500)
saveRDS(list(model = list(model), datum = Sys.Date()), "uitvoer/model.rds")
