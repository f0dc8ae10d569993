# Writes what R tells of survival by group: Kaplan-Meier, medians, restricted means, log-rank and trend.
# Of a curve every seventh row is kept.
# Run in this folder: Rscript groups.R   (R 4.2.2, survival 3.5-3, jsonlite 1.8)
library(survival)

curve <- function(rows, horizon) {
  km <- survfit(Surv(days, died) ~ 1, rows, conf.type = "log-log")
  told <- survival:::survmean(km, rmean = horizon)$matrix
  i <- seq(1, length(km$time), by = 7)
  list(times = km$time[i], at_risk = km$n.risk[i], events = km$n.event[i], survival = km$surv[i],
    error = (km$std.err * km$surv)[i], lower = km$lower[i], upper = km$upper[i],
    median = unname(told[c("median", "0.95LCL", "0.95UCL")]),
    horizon = horizon, mean = unname(told["rmean"]), mean_error = unname(told["se(rmean)"]))
}

groups <- function(rows, horizon) {
  rows$group <- as.integer(factor(rows$group)) - 1L
  rows <- rows[!is.na(rows$group), ]
  test <- survdiff(Surv(days, died) ~ group, rows)
  scores <- sort(unique(rows$group))
  list(curves = unname(lapply(split(rows, rows$group), curve, horizon = horizon)),
    observed = test$obs, expected = test$exp, covariance = test$var, chi_squared = test$chisq,
    p = pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE),
    trend = sum(scores * (test$obs - test$exp))^2 / drop(scores %*% test$var %*% scores))
}

read <- function(name) transform(read.csv(paste0(name, ".csv")), days = time, died = status == 1)
lung <- read("lung"); veteran <- read("veteran"); gbsg2 <- read("gbsg2")
answer <- list(
  lung_by_sex = groups(transform(lung, group = sex), 365),
  lung_by_ecog = groups(transform(subset(lung, ph.ecog < 3), group = ph.ecog), 365),
  veteran_by_cell = groups(transform(veteran, group = small + 2 * adeno + 3 * large), 100),
  gbsg2_by_grade = groups(transform(gbsg2, group = grade2 + 2 * grade3), 1500),
  gbsg2_by_hormone = groups(transform(gbsg2, group = hormone), 1500))
writeLines(jsonlite::toJSON(answer, digits = I(17), auto_unbox = TRUE, matrix = "rowmajor", na = "null"), "groups.json")
