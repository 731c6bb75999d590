suppressPackageStartupMessages({
  library(caret)
  library(purrr)
  library(yaml)
})

cfg <- read_yaml("config.yaml")

laad_data <- function(pad) {
  d <- readRDS(pad)
  d$afgewezen <- factor(ifelse(d$besluit == "afwijzing", "ja", "nee"))
  d
}

train_een <- function(kenmerken, data, methode = "xgbTree") {
  caret::train(
    x = data[, kenmerken],
    y = data[[cfg$doel]],
    method = methode,
    trControl = trainControl(method = "cv", number = 5, classProbs = TRUE)
  )
}

d <- laad_data(cfg$paden$invoer)
sets <- list(
  klein = cfg$kenmerken$basis,
  groot = c(cfg$kenmerken$basis, cfg$kenmerken$extra)
)
modellen <- map(sets, train_een, data = d)
saveRDS(modellen, paste0(cfg$paden$uitvoer, "modellen.rds"))
