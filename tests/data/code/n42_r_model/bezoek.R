library(dplyr)
b <- readr::read_csv("bezoek.csv")
b <- b %>% mutate(weekend = wday %in% c(6, 7), totaal = volwassenen + kinderen)
m <- lm(totaal ~ temperatuur + weekend + neerslag, data = b)
