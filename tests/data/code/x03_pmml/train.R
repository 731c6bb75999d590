library(dplyr)
library(pmml)
mensen <- readRDS("data/mensen.rds") |>
  mutate(buiten_nl_geboren = as.integer(geboorteland != "6030"))
model <- glm(fraude ~ leeftijd + buiten_nl_geboren, data = mensen, family = binomial())
XML::saveXML(pmml(model), "model/fraude.pmml")
