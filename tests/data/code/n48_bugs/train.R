library(caret)
source("R/features.R")

commits <- add_features(read.csv("data/commits.csv"))
vars <- c("native_lines", "is_native", "race_condition_labels", "object_births", "files_touched")
set.seed(7)
model <- train(commits[, vars], factor(commits$has_bug), method = "rf",
               trControl = trainControl(method = "cv", number = 5))
saveRDS(model, "out/bug_model.rds")
