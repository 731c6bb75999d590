library(caret)
kenmerken <- readRDS("kenmerken.rds")
kenmerken$geboorteland <- as.factor(kenmerken$geboorteland)
doel <- kenmerken$doel
kenmerken$doel <- NULL
weg <- nearZeroVar(kenmerken)
kenmerken <- kenmerken[, -weg]
hoog <- findCorrelation(cor(kenmerken[sapply(kenmerken, is.numeric)]), cutoff = 0.9)
kenmerken <- kenmerken[, -hoog]
model_rf <- train(x = kenmerken, y = doel, method = "rf", trControl = trainControl(method = "cv", number = 5))
