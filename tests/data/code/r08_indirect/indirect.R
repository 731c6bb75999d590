enquete <- read.csv("enquete.csv")
stappen <- list(
  maak_kerkelijk = function(d) {
    d$kerkelijk <- d$kerkgenootschap != "geen"
    d
  },
  ruim_op = function(d) d[, c("score", "leeftijd", "kerkelijk")]
)
doe <- function(d, rest) {
  if (length(rest) == 0) return(d)
  doe(do.call(rest[[1]], list(d)), rest[-1])
}
enquete <- do.call(stappen$maak_kerkelijk, list(enquete))
enquete <- do.call(stappen$ruim_op, list(enquete))
fit <- do.call("lm", list(formula = score ~ ., data = enquete))
opdracht <- readline()
eval(parse(text = opdracht))
