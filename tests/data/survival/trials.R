# Writes what R tells of planned trials: probabilities of seen events, limits of shares, log-rank over strata.
# Run in this folder: Rscript trials.R   (R 4.2.2, survival 3.5-3, jsonlite 1.8)
library(survival)

# The event's density times the share still followed, which is integrated in two parts.
seen <- function(median, shape, ratio, accrual, follow_up, lost) {
  scale <- median / (log(2) * ratio)^(1 / shape)
  followed <- function(t) exp(-lost * t) * (if (accrual > 0) pmin(1, (accrual + follow_up - t) / accrual) else 1)
  part <- function(from, to) if (to > from) integrate(
    function(t) dweibull(t, shape, scale) * followed(t), from, to, rel.tol = 1e-11, subdivisions = 1000)$value else 0
  part(0, follow_up) + part(follow_up, accrual + follow_up)
}
cases <- data.frame(
  median = c(36.3, 16.0, 10.7, 24, 12, 45.6), shape = c(1.239, 1.239, 1, 1, 0.8, 1.176),
  ratio = c(1, 0.7, 1 / 1.7, 2, 1, 0.48), accrual = c(24, 24, 36, 0, 12, 30),
  follow_up = c(24, 12, 12, 18, 0, 24), lost = c(0, 0.01, 0, 0.02, 0.03, 0))
cases$seen <- do.call(mapply, c(list(FUN = seen), cases))

shares <- data.frame(seen = c(0, 3, 47, 911, 20), of = c(20, 20, 100, 1944, 20))
limits <- mapply(function(x, n) prop.test(x, n, correct = FALSE)$conf.int, shares$seen, shares$of)
shares$low <- limits[1, ]; shares$high <- limits[2, ]

rows <- read.csv("veteran.csv")
rows$cell <- rows$small + 2 * rows$adeno + 3 * rows$large
test <- survdiff(Surv(time, status) ~ trt + strata(cell), rows)
answer <- list(seen = cases, shares = shares,
  veteran = list(observed = sum(test$obs[2, ]), expected = sum(test$exp[2, ]), chi_squared = test$chisq))
writeLines(jsonlite::toJSON(answer, digits = I(17), auto_unbox = TRUE), "trials.json")
