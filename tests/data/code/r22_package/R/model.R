#' @export
train_xgb <- function(m, nrounds = 200) {
  dtrain <- xgboost::xgb.DMatrix(data = m$x, label = m$y)
  bst <- xgboost::xgb.train(
    params = list(objective = "binary:logistic", eta = 0.1, max_depth = 4),
    data = dtrain,
    nrounds = nrounds
  )
  bst
}

#' @export
scoor <- function(bst, m) {
  predict(bst, m$x)
}
