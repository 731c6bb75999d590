maak_vlaggen <- function(df, kolommen) {
  df %>% mutate(across(all_of(kolommen), ~ as.integer(!is.na(.x)), .names = "{.col}_bekend"))
}
kies <- function(df, achtervoegsel) df[, grepl(paste0(achtervoegsel, "$"), names(df))]
