library(caret)
l <- readRDS("leerlingen.rds")
x <- l[, c("cijfer", "verzuim", "leeftijd")]
m <- train(x, l$uitval, method = "rf")
saveRDS(m, "m.rds")
