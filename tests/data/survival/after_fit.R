# Writes what R tells after a fit: residuals, robust covariance, curves, and the test of proportional hazards.
# Of long results every 11th row is kept, and the columns' sums of squares.
# Run in this folder: Rscript after_fit.R   (R 4.2.2, survival 3.5-3, jsonlite 1.8)
library(survival)
exact <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
every <- function(m) as.matrix(m)[seq(1, NROW(m), by = 11), , drop = FALSE]
kept <- function(m) list(rows = every(m), squares = colSums(as.matrix(m)^2))

# The variance of an area under the curve, summed over all pairs of times: Cov(log S(s), log S(t)) for each.
area_error <- function(fit, rows, x, tau) {
  y <- fit$y; n <- ncol(y)
  parts <- survival:::agsurv(y, fit$x, rows$w, exp(drop(fit$x %*% coef(fit))),
    survtype = if (fit$method == "efron") 3 else 2, vartype = if (fit$method == "efron") 3 else 2)
  keep <- parts$time < tau
  hazard <- parts$cumhaz[keep]; risk <- exp(sum(x * coef(fit)))
  area <- diff(c(parts$time[keep], tau)) * exp(-hazard * risk)
  d <- outer(hazard, x) - parts$xbar[keep, , drop = FALSE]
  v <- cumsum(parts$varhaz[keep])
  pairs <- outer(seq_along(v), seq_along(v), function(i, j) v[pmin(i, j)])
  between <- risk^2 * (pairs + d %*% fit$var %*% t(d))
  sqrt(drop(area %*% between %*% area))
}

# Each stratum's baseline at the weighted means, from the parts that survfit puts together.
baseline <- function(fit, rows, means) {
  y <- fit$y; n <- ncol(y); type <- if (fit$method == "efron") 3 else 2
  strata <- if (is.null(fit$strata)) rep(1, nrow(y)) else as.integer(fit$strata)
  known <- if (is.null(rows[["known"]])) 0 else rows[["known"]]
  risk <- exp(drop(sweep(fit$x, 2, means) %*% coef(fit)) + known)
  lapply(sort(unique(strata)), function(code) {
    of <- strata == code
    parts <- survival:::agsurv(y[of, , drop = FALSE], sweep(fit$x, 2, means)[of, , drop = FALSE],
      rows$w[of], risk[of], type, type)
    i <- which(parts$n.event > 0); i <- i[seq(1, length(i), by = 7)]
    list(times = parts$time[i], cumulative_hazard = parts$cumhaz[i], variance = cumsum(parts$varhaz)[i],
      drift = parts$xbar[i, , drop = FALSE], at_risk = parts$n.risk[i])
  })
}

curve <- function(fit, rows, person, strata) {
  x <- fit$x[person, ]
  band <- lapply(c(log = "log", loglog = "log-log", plain = "plain"), function(kind) {
    s <- survfit(fit, newdata = rows[person, ], conf.type = kind, censor = FALSE)
    list(all = s, median = survival:::survmean(s, rmean = "none")$matrix)
  })
  s <- band$log$all
  i <- seq(1, length(s$time), by = 5)
  late <- survfit(fit, newdata = rows[person, ], start.time = s$time[8] + 0.25, censor = FALSE)
  j <- seq(1, length(late$time), by = 5)
  list(x = x, times = s$time[i], cumulative_hazard = s$cumhaz[i], standard_error = s$std.err[i],
    log = cbind(s$lower, s$upper)[i, ], plain = cbind(band$plain$all$lower, band$plain$all$upper)[i, ],
    loglog = cbind(band$loglog$all$lower, band$loglog$all$upper)[i, ],
    median = unname(band$log$median[c("median", "0.95LCL", "0.95UCL")]),
    median_loglog = unname(band$loglog$median[c("median", "0.95LCL", "0.95UCL")]),
    horizon = s$time[length(s$time) %/% 2] + 0.5,
    mean = unname(survival:::survmean(s, rmean = s$time[length(s$time) %/% 2] + 0.5)$matrix["rmean"]),
    mean_error = if (strata) NULL else area_error(fit, rows, x, s$time[length(s$time) %/% 2] + 0.5),
    since = s$time[8] + 0.25, late_times = late$time[j], late_hazard = late$cumhaz[j], late_error = late$std.err[j])
}

after <- function(right, rows, ties = "efron", cluster = seq_len(nrow(rows)) %% 20) {
  if (is.null(rows[["w"]])) rows$w <- 1
  rows$group <- cluster; rows$row <- seq_len(nrow(rows))
  environment(right) <- environment()
  fit <- coxph(right, rows, weights = w, ties = ties, control = exact, x = TRUE, robust = FALSE)
  strata <- !is.null(fit$strata)
  zph <- lapply(c(km = "km", rank = "rank", identity = "identity", log = "log"), function(clock) {
    test <- cox.zph(fit, transform = clock, terms = FALSE)
    list(chi_squared = test$table[, 1], p = test$table[, 3])
  })
  sandwich <- coxph(right, rows, weights = w, ties = ties, control = exact, cluster = row)
  clustered <- coxph(right, rows, weights = w, ties = ties, control = exact, cluster = group)
  answer <- list(ties = ties, coefficients = unname(coef(fit)), covariance = fit$var,
    martingale = kept(residuals(fit, "martingale")), score = kept(residuals(fit, "score")),
    schoenfeld = kept(residuals(fit, "schoenfeld")), scaled_schoenfeld = kept(residuals(fit, "scaledsch")),
    dfbeta = kept(residuals(fit, "dfbeta")), dfbetas = kept(residuals(fit, "dfbetas")),
    robust = sandwich$var, clustered = clustered$var, zph = zph,
    clock_times = sort(cox.zph(fit, terms = FALSE)$x))
  # For a stratified model a curve of the person's own stratum.
  answer$baselines <- baseline(fit, rows, apply(fit$x, 2, weighted.mean, rows$w))
  answer$curves <- lapply(c(1, nrow(rows)), function(person) curve(fit, rows, person, strata))
  answer
}

lung <- read.csv("lung.csv"); veteran <- read.csv("veteran.csv"); heart <- read.csv("heart.csv")
rossi <- read.csv("rossi.csv"); gbsg2 <- read.csv("gbsg2.csv")
known <- lung[!is.na(lung$ph.ecog), ]
place <- seq_len(nrow(lung))
weighted <- transform(lung, w = 0.5 + (place %% 4) / 2)
entered <- transform(lung, entry = (time * (place %% 5)) %/% 6)
both <- transform(entered, w = 0.5 + (place %% 4) / 2, known = (place %% 3) / 10)
mixed <- Surv(entry, time, status) ~ age + strata(sex) + offset(known)
fits <- list(
  rossi = after(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, rossi),
  rossi_breslow = after(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, rossi, "breslow"),
  lung = after(Surv(time, status) ~ age + sex, lung),
  lung_ecog = after(Surv(time, status) ~ age + sex + ph.ecog, known),
  veteran = after(Surv(time, status) ~ trt + prior + karno, veteran),
  gbsg2 = after(Surv(time, status) ~ hormone + age + post + tsize + grade2 + grade3 + pnodes + progrec + estrec, gbsg2),
  heart = after(Surv(start, stop, event) ~ age + year + surgery + transplant, heart, cluster = heart$id),
  stratified = after(Surv(time, status) ~ age + ph.ecog + strata(sex), known),
  weighted = after(Surv(time, status) ~ age + sex, weighted),
  weighted_breslow = after(Surv(time, status) ~ age + sex, weighted, "breslow"),
  entered = after(Surv(entry, time, status) ~ age + sex, entered),
  mixed = after(mixed, both),
  mixed_breslow = after(mixed, both, "breslow"))
writeLines(jsonlite::toJSON(fits, digits = I(17), auto_unbox = TRUE, matrix = "rowmajor", na = "null"), "after_fit.json")
