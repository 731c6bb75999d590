lees_socrates <- function(pad) {
  tab <- read.csv2(pad, stringsAsFactors = FALSE, fileEncoding = "latin1")
  names(tab) <- tolower(names(tab))
  tab
}
