add_features <- function(commits) {
  commits$native_lines <- commits$c_lines + commits$cpp_lines
  commits$is_native <- commits$native_lines > 0
  commits$race_condition_labels <- grepl("race condition", commits$message)
  commits$object_births <- commits$allocations
  commits$language_code <- tolower(commits$programming_language)
  commits
}
