data(mtcars)
autos <- read.csv("autos.csv")
autos$origin <- factor(autos$origin, labels = c("USA", "Europe", "Japan"))
fit <- lm(mpg ~ cylinders + weight + origin, data = autos)
