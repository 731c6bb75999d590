repos <- jsonlite::fromJSON("repos.json")
telling <- table(repos$language)
repos$is_r <- repos$language == "R"
barplot(telling)
