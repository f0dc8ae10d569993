# Harrell's C of R's linear predictors with its standard error, weights, strata and entries included.
# Run in this folder: Rscript concordance.R   (R 4.2.2, survival 3.5-3, jsonlite 1.8)
library(survival)
exact <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
told <- function(right, rows) {
  if (is.null(rows[["w"]])) rows$w <- 1
  environment(right) <- environment()
  fit <- coxph(right, rows, weights = w, control = exact, x = TRUE, robust = FALSE)
  rows$y <- fit$y
  rows$predictor <- drop(fit$x %*% coef(fit))
  rows$stratum <- if (is.null(fit$strata)) 1 else as.integer(fit$strata)
  found <- concordance(y ~ predictor + strata(stratum), rows, weights = w, reverse = TRUE)
  list(concordance = unname(found$concordance), standard_error = sqrt(unname(found$var)))
}

lung <- read.csv("lung.csv"); veteran <- read.csv("veteran.csv"); heart <- read.csv("heart.csv")
rossi <- read.csv("rossi.csv"); gbsg2 <- read.csv("gbsg2.csv")
known <- lung[!is.na(lung$ph.ecog), ]
place <- seq_len(nrow(lung))
weighted <- transform(lung, w = 0.5 + (place %% 4) / 2)
entered <- transform(lung, entry = (time * (place %% 5)) %/% 6)
both <- transform(entered, w = 0.5 + (place %% 4) / 2)
fits <- list(
  rossi = told(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, rossi),
  lung = told(Surv(time, status) ~ age + sex, lung),
  lung_ecog = told(Surv(time, status) ~ age + sex + ph.ecog, known),
  veteran = told(Surv(time, status) ~ trt + prior + karno, veteran),
  gbsg2 = told(Surv(time, status) ~ hormone + age + post + tsize + grade2 + grade3 + pnodes + progrec + estrec, gbsg2),
  heart = told(Surv(start, stop, event) ~ age + year + surgery + transplant, heart),
  stratified = told(Surv(time, status) ~ age + ph.ecog + strata(sex), known),
  weighted = told(Surv(time, status) ~ age + sex, weighted),
  entered = told(Surv(entry, time, status) ~ age + sex, entered),
  weighted_strata_entered = told(Surv(entry, time, status) ~ age + strata(sex), both))
writeLines(jsonlite::toJSON(fits, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "concordance.json")
