lees_studenten <- function(con) {
  dplyr::tbl(con, dbplyr::in_schema("ods", "student")) %>%
    dplyr::filter(cohort >= 2015) %>%
    dplyr::select(studentnr, uitval, geslacht, vooropleiding, cijfer_vo, nationaliteit, moedertaal) %>%
    dplyr::collect()
}
