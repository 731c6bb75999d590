d <- read.csv("meting.csv")
d$datum <- as.Date(d$dagen, origin = "1970-01-01")
d$totaal <- d$a + d$b
afwijkend <- d[abs(d$totaal - mean(d$totaal)) > 3 * sd(d$totaal), ]
write.csv(afwijkend, "afwijkend.csv")
