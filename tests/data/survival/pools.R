# Writes what R tells of a model stratified by institution, of each institution alone, of each as
# judged by a model of the others, and of how far the effects of sex differ (DerSimonian and Laird).
# Run in this folder: Rscript pools.R   (R 4.2.2, survival 3.5-3, jsonlite 1.8)
library(survival)

lung <- subset(read.csv("lung.csv"), !is.na(inst))
deaths <- tapply(lung$status, lung$inst, sum)
lung <- subset(lung, inst %in% names(deaths)[deaths >= 5])
whole <- coxph(Surv(time, status) ~ age + sex + strata(inst), lung)

alone <- function(rows) {
  fit <- tryCatch(coxph(Surv(time, status) ~ age + sex, rows), warning = function(w) NULL)
  if (is.null(fit) || anyNA(coef(fit))) return(NULL)
  list(coefficient = unname(coef(fit)["sex"]), error = sqrt(vcov(fit)["sex", "sex"]))
}

held_out <- function(site) {
  rows <- subset(lung, inst == site)
  others <- coxph(Surv(time, status) ~ age + sex + strata(inst), subset(lung, inst != site))
  rows$predictor <- drop(as.matrix(rows[c("age", "sex")]) %*% coef(others))
  slope <- coxph(Surv(time, status) ~ predictor, rows)
  c <- concordance(Surv(time, status) ~ predictor, rows, reverse = TRUE)
  list(slope = unname(coef(slope)), slope_error = sqrt(vcov(slope)[1, 1]),
    concordance = unname(c$concordance), concordance_error = sqrt(c$var))
}

sites <- sort(unique(lung$inst))
own <- lapply(sites, function(site) alone(subset(lung, inst == site)))
told <- Filter(Negate(is.null), own)
b <- sapply(told, `[[`, "coefficient"); v <- sapply(told, `[[`, "error")^2; w <- 1 / v
q <- sum(w * (b - sum(w * b) / sum(w))^2); df <- length(b) - 1
tau2 <- max(0, (q - df) / (sum(w) - sum(w^2) / sum(w))); u <- 1 / (v + tau2)
answer <- list(
  coefficients = unname(coef(whole)), errors = unname(sqrt(diag(vcov(whole)))),
  log_likelihood = rev(whole$loglik), patients = whole$n, events = whole$nevent,
  sites = lapply(seq_along(sites), function(i) list(site = sites[i],
    patients = sum(lung$inst == sites[i]), events = sum(lung$status[lung$inst == sites[i]]),
    own = own[[i]], held_out = held_out(sites[i]))),
  heterogeneity = list(estimates = length(b), q = q, p = pchisq(q, df, lower.tail = FALSE),
    i_squared = max(0, (q - df) / q), tau_squared = tau2,
    common = c(sum(w * b) / sum(w), 1 / sqrt(sum(w))),
    average = c(sum(u * b) / sum(u), 1 / sqrt(sum(u)))))
writeLines(jsonlite::toJSON(answer, digits = I(17), auto_unbox = TRUE, null = "null"), "pools.json")
