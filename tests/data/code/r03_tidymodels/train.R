library(tidymodels)
afspraken <- arrow::read_parquet("input/afspraken.parquet", col_select = c("no_show", "leeftijd", "nationaliteit", "moedertaal"))
splitsing <- initial_split(afspraken, prop = 0.8)
rec <- recipe(no_show ~ ., data = training(splitsing)) %>%
  step_rm(nationaliteit) %>%
  step_normalize(all_numeric_predictors()) %>%
  step_dummy(all_nominal_predictors())
spec <- rand_forest(trees = 300) %>%
  set_engine("ranger") %>%
  set_mode("classification")
wf <- workflow() %>%
  add_recipe(rec) %>%
  add_model(spec)
gefit <- fit(wf, data = training(splitsing))
voorspeld <- predict(gefit, testing(splitsing))
