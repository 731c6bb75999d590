map <- "D:/analyse/heronderzoek"
datum <- "20190101"
map_data <- file.path(map, "data")
