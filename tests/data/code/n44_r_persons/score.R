m <- readRDS("m.rds")
l <- readRDS("leerlingen_nu.rds")
l$kans <- predict(m, l)
