purrr::walk(fs::dir_ls("R"), source)
con <- DBI::dbConnect(RPostgres::Postgres(), dbname = "ods")
studenten <- lees_studenten(con)
recept <- maak_recept(studenten)
wf <- workflows::workflow() %>%
  workflows::add_recipe(recept) %>%
  workflows::add_model(maak_model())
fit <- parsnip::fit(wf, data = studenten)
saveRDS(fit, "fit.rds")
