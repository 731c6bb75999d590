# Makes the models of R in this folder, and what R itself says of each: Rscript make_models.R
# Invented people; needs rpart, randomForest, gbm, ranger and caret.
set.seed(1)
n <- 80
d <- data.frame(
  age = round(runif(n, 18, 90)), income = round(rnorm(n, 30, 9), 2),
  land = factor(sample(c("NL", "TR", "MA", "SR"), n, TRUE)),
  sex = sample(c("m", "v"), n, TRUE), children = rpois(n, 1)
)
d$outcome <- as.integer(d$age / 90 + rnorm(n, 0, .3) + (d$land == "TR") * .2 > .6)
d$answer <- factor(ifelse(d$outcome == 1, "ja", "nee"))
d$debt <- round(rexp(n) + d$children * .3, 3)
gaps <- d
gaps$age[seq(1, n, 9)] <- NA
gaps$land[seq(1, n, 11)] <- NA
told <- data.frame(row = seq_len(n))
keep <- function(name, model, scores) {
  saveRDS(model, paste0(name, ".rds"), compress = "xz")
  told[[name]] <<- scores
}
small <- function(model) {
  # What a model keeps of its data is not needed to score.
  for (part in c("model", "y", "data", "residuals", "fitted.values", "effects", "weights",
                 "linear.predictors", "prior.weights", "qr", "R")) model[[part]] <- NULL
  model
}
m <- glm(outcome ~ age * sex + log(income + 50) + I(children^2) + land, d, family = binomial)
keep("glm", small(m), predict(m, d, type = "response"))
m <- glm(children ~ age + land, d, family = poisson)
keep("glm_counts", small(m), predict(m, d, type = "response"))
m <- lm(debt ~ age + land + children, d)
keep("lm", small(m), predict(m, d))
small_rpart <- function(m) { m$where <- NULL; m$y <- NULL; m$functions <- NULL; m }
m <- rpart::rpart(answer ~ age + income + land + sex, gaps, method = "class", minsplit = 8)
keep("rpart", small_rpart(m), predict(m, gaps)[, 2])
m <- rpart::rpart(debt ~ age + income + land, d, minsplit = 8)
keep("rpart_values", small_rpart(m), predict(m, d))
m <- randomForest::randomForest(answer ~ age + income + land, d, ntree = 3)
keep("forest", m, predict(m, d, type = "prob")[, 2])
m <- randomForest::randomForest(debt ~ age + income + land, d, ntree = 3)
keep("forest_values", m, predict(m, d))
m <- gbm::gbm(outcome ~ age + income + land, data = gaps, distribution = "bernoulli",
              n.trees = 8, interaction.depth = 3, n.minobsinnode = 3, keep.data = FALSE)
keep("gbm", m, predict(m, gaps, n.trees = 8, type = "response"))
m <- ranger::ranger(answer ~ age + income + children, d, num.trees = 3, probability = TRUE,
                    importance = "impurity", num.threads = 1)
keep("ranger", m, predict(m, d, num.threads = 1)$predictions[, 2])
m <- ranger::ranger(debt ~ age + income + children, d, num.trees = 3, num.threads = 1)
keep("ranger_values", m, predict(m, d, num.threads = 1)$predictions)
m <- caret::train(answer ~ age + income + land, d, method = "rf", ntree = 3,
                  trControl = caret::trainControl(method = "none"), tuneGrid = data.frame(mtry = 2))
scores <- predict(m, d, type = "prob")[, 2]
for (part in c("modelInfo", "control", "trainingData")) m[[part]] <- NULL
keep("caret", m, scores)
write.csv(d, "people.csv", row.names = FALSE)
write.csv(gaps, "people_with_gaps.csv", row.names = FALSE)
write.csv(format(told, digits = 17), "told_by_r.csv", row.names = FALSE, quote = FALSE)
