lees_bestand <- function(naam) {
  pad <- paste0(invoermap, "/", naam, ".csv")
  df <- read.csv(pad, stringsAsFactors = FALSE)
  names(df) <- tolower(names(df))
  df
}

kies_kenmerken <- function(df, kenmerken) {
  df[, c(kenmerken, doelvariabele)]
}
