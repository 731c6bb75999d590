library(DBI)
library(caret)
con <- dbConnect(odbc::odbc(), "DWH")
bijstand <- dbGetQuery(con, "SELECT * FROM risico.v_bijstand")
bijstand$klant_id <- NULL
set.seed(1)
fit <- train(onrechtmatig ~ ., data = bijstand, method = "gbm", trControl = trainControl(method = "cv"))
saveRDS(fit, "model/fit.rds")
