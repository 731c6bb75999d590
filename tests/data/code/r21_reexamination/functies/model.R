lees_kenmerken <- function() {
  k <- read.csv("kenmerken.csv", sep = ";", stringsAsFactors = FALSE)
  k$kenmerk[k$in_model == "ja"]
}

train_alle_modellen <- function(datum) {
  data <- read_feather(file.path(map_tussen, paste0("basis_", datum, ".feather")))
  kenmerken <- lees_kenmerken()
  x <- as.data.frame(data)[, kenmerken]
  y <- data[[doelvariabele]]
  set.seed(1)
  fit <- gbm::gbm.fit(x = x, y = y, distribution = "bernoulli", n.trees = 500,
                      interaction.depth = 3, verbose = FALSE)
  saveRDS(list(model = fit, kenmerken = kenmerken), file.path(map_uit, "gbm.rds"))
  invisible(fit)
}
