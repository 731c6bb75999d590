invoermap <- "data"
uitvoermap <- "uitvoer"
doelvariabele <- "terugvordering"
