maak_basis <- function(persoon, relaties) {
  persoon %>%
    mutate(
      leeftijd = floor(as.numeric(as.Date("2019-01-01") - as.Date(geboortedatum)) / 365.25),
      niet_nl = ifelse(nationaliteit_oms == "Nederlandse", 0, 1),
      taaleis_voldaan = taaleis_status == "voldaan"
    ) %>%
    left_join(relaties, by = "clientnr") %>%
    select(-nationaliteit_oms, -geboortedatum)
}

voeg_trajecten_toe <- function(basis, trajecten) {
  per_client <- trajecten %>%
    group_by(clientnr) %>%
    summarise(aantal_trajecten = n(), laatste_traject = max(einddatum))
  basis %>% left_join(per_client, by = "clientnr")
}
