source("R/Leerplichtmodel.R")
m <- Leerplichtmodel$new(config::get())
m$laad()$bereid_voor()$train()
saveRDS(m$fit, "model.rds")
