library(dplyr)
d <- readRDS("data/toets.rds")
x <- d %>% select(-migratieachtergrond, -afgewezen)
model <- glm(d$afgewezen ~ ., data = x, family = binomial())
d$kans <- predict(model, x, type = "response")
d %>%
  group_by(migratieachtergrond) %>%
  summarise(selectie = mean(kans > 0.5), fpr = mean(kans[afgewezen == 0] > 0.5))
