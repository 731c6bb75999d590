#' Haal clienten uit het datawarehouse
#' @param con verbinding
#' @export
haal_clienten <- function(con) {
  sql <- "
    SELECT c.client_id, c.leeftijd, c.geslacht, c.geboorteland_code, c.postcode4,
           z.aantal_declaraties, z.bedrag, z.fraude
    FROM dwh.client c
    INNER JOIN dwh.zorg z ON z.client_id = c.client_id
    WHERE z.jaar = 2019"
  DBI::dbGetQuery(con, sql)
}
