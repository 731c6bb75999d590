library(DBI)
library(rpart)
con <- dbConnect(odbc::odbc(), "DWH")
schema <- "dwh"
velden <- c("KLANTNR", "LEEFTIJD", "NATIONALITEIT", "FRAUDE")
vraag <- paste0("SELECT ", paste(velden, collapse = ", "), " FROM ", schema, ".klant WHERE VERBLIJFSSTATUS = 'T'")
klant <- dbGetQuery(con, vraag)
colnames(klant) <- tolower(colnames(klant))
boom <- rpart(fraude ~ leeftijd + nationaliteit, data = klant, method = "class")
