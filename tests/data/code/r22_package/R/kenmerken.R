#' @export
bouw_matrix <- function(clienten) {
  k <- clienten %>%
    dplyr::mutate(
      herkomst_groep = dplyr::case_when(
        geboorteland_code == "6030" ~ "NL",
        geboorteland_code %in% westers_codes() ~ "westers",
        TRUE ~ "niet-westers"
      ),
      bedrag_log = log1p(bedrag)
    )
  vars <- c("leeftijd", "geslacht", "herkomst_groep", "aantal_declaraties", "bedrag_log")
  d <- caret::dummyVars(~ ., data = k[, vars])
  list(x = predict(d, newdata = k[, vars]), y = k$fraude)
}

westers_codes <- function() {
  c("5010", "5002", "6029", "6014")
}
