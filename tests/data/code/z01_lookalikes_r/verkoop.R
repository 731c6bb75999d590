verkoop <- read.csv("verkoop.csv")
verkoop$datum <- as.Date(verkoop$dagnr, origin = "1970-01-01")
verkoop$totaal <- verkoop$stuks * verkoop$prijs
verkoop$deelname <- verkoop$actie == "ja"
verkoop$afwijkend <- verkoop$totaal > 1000
m <- lm(totaal ~ deelname + prijs + afwijkend, data = verkoop)
