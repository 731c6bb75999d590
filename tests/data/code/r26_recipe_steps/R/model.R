maak_recept <- function(data) {
  recipes::recipe(uitval ~ ., data = data) %>%
    recipes::update_role(studentnr, new_role = "id") %>%
    recipes::step_mutate(internationaal = as.integer(nationaliteit != "NLD")) %>%
    recipes::step_rm(nationaliteit) %>%
    recipes::step_nzv(recipes::all_predictors()) %>%
    recipes::step_dummy(recipes::all_nominal_predictors())
}

maak_model <- function() {
  parsnip::boost_tree(trees = 300) %>%
    parsnip::set_engine("xgboost") %>%
    parsnip::set_mode("classification")
}
