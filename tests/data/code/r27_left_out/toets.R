source("model.R")
for (kenmerk in gevoelig) {
  print(d %>% group_by(.data[[kenmerk]]) %>% summarise(gem = mean(p), n = n()))
}
