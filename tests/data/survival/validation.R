# What R says of predictions on GBSG2: C, O/E, slope and the smooth calibration curve's distances.
# Run in this folder: Rscript validation.R   (R 4.2.2, survival 3.5-3, and Hmisc)
library(survival)
control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
horizon <- 900

judge <- function(rows) {
  predictor <- 0.5 * log1p(rows$pnodes) + 0.01 * rows$tsize - 1.1
  risk <- -expm1(-0.35 * exp(predictor))
  outcome <- Surv(rows$time, rows$status)
  harrell <- concordance(outcome ~ predictor, reverse = TRUE)
  uno <- concordance(outcome ~ predictor, reverse = TRUE, timewt = "n/G2", ymax = 1201)
  slope <- coxph(outcome ~ predictor, control = control)
  marginal <- summary(survfit(outcome ~ 1), times = horizon)
  cloglog <- log(-log1p(-risk))
  bends <- Hmisc::rcspline.eval(cloglog, knots = quantile(cloglog, c(.05, .35, .65, .95)), inclx = TRUE)
  smooth <- coxph(outcome ~ bends, control = control)
  baseline <- summary(survfit(smooth, newdata = list(bends = bends)), times = horizon)$surv
  distance <- abs(1 - as.numeric(baseline) - risk)
  list(harrell = unname(harrell$concordance), harrell_error = sqrt(harrell$var),
    uno = unname(uno$concordance), slope = unname(coef(slope)), slope_error = sqrt(slope$var[1, 1]),
    observed = 1 - marginal$surv, observed_error = marginal$std.err, expected = mean(risk),
    ici = mean(distance), e50 = unname(quantile(distance, .5)), e90 = unname(quantile(distance, .9)))
}

gbsg2 <- read.csv("gbsg2.csv")
by_month <- transform(gbsg2, time = 30 * ceiling(time / 30))
as_json <- function(name, values) sprintf("  \"%s\": {\n%s\n  }", name,
  paste0(sprintf("    \"%s\": %.17g", names(values), unlist(values)), collapse = ",\n"))
both <- paste(as_json("days", judge(gbsg2)), as_json("months", judge(by_month)), sep = ",\n")
cat("{\n", both, "\n}\n", file = "validation.json", sep = "")
