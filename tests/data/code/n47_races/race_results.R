library(data.table)

races <- fread("data/race_results.csv")
races[, race_date := as.IDate(race_day, origin = "1970-01-01")]
races[, pace := minutes / distance_km]
setorder(races, runner_id, race_date)
races[, previous_pace := shift(pace), by = runner_id]
races[, n_races := seq_len(.N), by = runner_id]
fit <- glm(pace ~ previous_pace + n_races + race_type + race_altitude, data = races[!is.na(previous_pace)])
races[, expected := predict(fit, races)]
fwrite(races[, .(race_id, runner_id, expected)], "out/seeding.csv")
