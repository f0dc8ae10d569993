# Cox fits with Efron's ties that lifelines is to confirm: coefficients, standard errors, log partial
# likelihood without the penalty, and survival at the means at 6, 12 and 24 months, one row per stratum.
# Run in this folder: Rscript second_opinion.R   (R 4.2.2, survival 3.5-3)
library(survival)
exactly <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
days <- c(6, 12, 24) * 30.4375
numbers <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ", "), "]")

# A fit that is started at its own maximum and makes no step: the likelihood and the curve without the penalty.
stay_at <- function(outcome, x, strata, beta) {
  resting <- coxph.control(iter.max = 0)
  if (is.null(strata)) coxph(outcome ~ x, init = beta, control = resting)
  else coxph(outcome ~ x + strata(strata), init = beta, control = resting)
}

survival_at_means <- function(fit, x, days) {
  curves <- survfit(fit, newdata = list(x = t(colMeans(x))), se.fit = FALSE)
  # Without newdata strata, survfit gives one curve per stratum, in their order.
  matrix(summary(curves, times = days, extend = TRUE)$surv, ncol = length(days), byrow = TRUE)
}

oracle <- function(name, outcome, x, strata = NULL, penalizer = 0, curve = TRUE) {
  x <- as.matrix(x)
  theta <- penalizer * nrow(x)
  terms <- if (penalizer > 0) "ridge(x, theta = theta, scale = TRUE)" else "x"
  if (!is.null(strata)) terms <- paste(terms, "+ strata(strata)")
  fit <- coxph(as.formula(paste("outcome ~", terms)), control = exactly)
  beta <- unname(coef(fit))
  resting <- stay_at(outcome, x, strata, beta)
  survival <- if (curve) apply(survival_at_means(resting, x, days), 1, numbers) else character()
  sprintf('"%s": {"rows": %d, "coefficients": %s,\n  "standard_errors": %s,\n  "log_likelihood": %.17g, "survival": [%s]}',
          name, nrow(x), numbers(beta), numbers(sqrt(diag(fit$var))), resting$loglik[2],
          paste(survival, collapse = ", "))
}

rossi <- read.csv("rossi.csv")
lung <- read.csv("lung.csv")
gbsg2 <- read.csv("gbsg2.csv")
heart <- read.csv("heart.csv")
weeks <- with(rossi, Surv(week * 7, arrest))
gbsg2_days <- with(gbsg2, Surv(time, status))
months <- with(gbsg2, Surv(ceiling(time / 30.4375) * 30.4375, status))
fits <- c(
  oracle("rossi", weeks, rossi[3:9]),
  oracle("rossi by race", weeks, rossi[c("fin", "age", "prio")], rossi$race),
  oracle("lung", with(lung, Surv(time, status)), lung[c("age", "sex")]),
  oracle("lung by sex", with(lung, Surv(time, status)), lung["age"], lung$sex),
  oracle("gbsg2", gbsg2_days, gbsg2[3:11]),
  oracle("gbsg2 by post", gbsg2_days, gbsg2[c("hormone", "age", "pnodes")], gbsg2$post),
  oracle("gbsg2 ridge", gbsg2_days, gbsg2[3:11], penalizer = 0.1),
  oracle("gbsg2 ridge by post", gbsg2_days, gbsg2[c("hormone", "age", "pnodes")], gbsg2$post, 0.1),
  oracle("gbsg2 whole months", months, gbsg2[3:11]),
  oracle("heart", with(heart, Surv(start, stop, event)),
         heart[c("age", "year", "surgery", "transplant")], curve = FALSE)
)
cat("{", paste(fits, collapse = ",\n"), "}", sep = "\n", file = "second_opinion.json")
