#' Klasse die het hele traject uitvoert
Leerplichtmodel <- R6::R6Class("Leerplichtmodel",
  public = list(
    instellingen = NULL,
    gegevens = NULL,
    fit = NULL,
    initialize = function(instellingen) {
      self$instellingen <- instellingen
    },
    laad = function() {
      self$gegevens <- haven::read_sav(self$instellingen$bron) |>
        haven::as_factor() |>
        janitor::clean_names()
      invisible(self)
    },
    bereid_voor = function() {
      df <- self$gegevens
      df$gb_ouders <- paste(df$geboorteland_moeder, df$geboorteland_vader)
      df$thuistaal_anders <- df$thuistaal != "Nederlands"
      df <- df[, setdiff(names(df), c(self$instellingen$uitsluiten, "geboorteland_moeder", "geboorteland_vader"))]
      weg <- caret::nearZeroVar(df)
      if (length(weg) > 0) df <- df[, -weg]
      private$df <- df
      invisible(self)
    },
    train = function() {
      formule <- as.formula(paste(self$instellingen$doel, "~ ."))
      self$fit <- caret::train(formule, data = private$df, method = self$instellingen$model$methode,
                               tuneLength = self$instellingen$model$tuneLength)
      invisible(self)
    }
  ),
  private = list(df = NULL)
)
