bouw_kenmerken <- function(df) {
  df %>%
    mutate(
      leeftijd = 2023 - geboortejaar,
      taal_nl = if_else(voorkeurstaal == "NL", 1L, 0L)
    )
}
