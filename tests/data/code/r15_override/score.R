mod <- readRDS("../model/rf.rds")
d <- read.csv2("peildatum.csv")
d <- subset(d, verblijfsstatus != "geen")
d$score <- predict(mod, newdata = d)
d$score[d$geb_land %in% c(5022, 6043)] <- 1
bel <- d[d$score > 0.8, ]
write.csv(bel, "bellijst.csv")
