# Selectie heronderzoek bijstand: van ruwe bestanden naar risicolijst
library(dplyr)
library(feather)

invisible(lapply(list.files("functies", pattern = "\\.R$", full.names = TRUE), source))
source("instellingen.R")

relaties <- lees_socrates(file.path(map_invoer, "relaties.csv"))
persoon  <- lees_socrates(file.path(map_invoer, "persoon.csv"))
trajecten <- lees_socrates(file.path(map_invoer, "trajecten.csv"))

basis <- maak_basis(persoon, relaties)
basis <- voeg_trajecten_toe(basis, trajecten)
write_feather(basis, file.path(map_tussen, paste0("basis_", peildatum, ".feather")))

train_alle_modellen(peildatum)
