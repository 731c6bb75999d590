library(ranger)
library(dplyr)
d <- arrow::read_parquet("data/aanvragen.parquet")
gevoelig <- c("herkomst", "geloof", "nationaliteit")
x <- d %>% select(-any_of(gevoelig), -aanvraag_id)
freq <- table(d$herkomst)
w <- as.numeric(1 / freq[d$herkomst])
m <- ranger(toegekend ~ ., data = x, case.weights = w, probability = TRUE)
d$p <- predict(m, x)$predictions[, 2]
