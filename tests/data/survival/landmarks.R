# Writes a serial cohort, its landmark and start-stop fits and those of the heart data, as R tells them.
# Run in this folder: Rscript landmarks.R   (R 4.2.2, survival 3.5-3, jsonlite 1.8)
library(survival)
exact <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)

# Three draws on a line of therapy; the hazard follows the count of the last one.
set.seed(20261123)
n <- 400
log_count <- rnorm(n, 1.5, 2)
second <- sample(21:41, n, replace = TRUE); third <- second + sample(21:42, n, replace = TRUE)
change <- rnorm(n, -0.8, 1.2); later <- change + rnorm(n, 0, 0.8)
counts <- floor(exp(cbind(log_count, log_count + change, log_count + later)))
line <- sample(1:3, n, replace = TRUE); censored <- sample(60:900, n, replace = TRUE)
edges <- cbind(0, second, third, Inf)
rows <- do.call(rbind, lapply(seq_len(n), function(i) {
  needed <- rexp(1); died <- Inf
  for (k in 1:3) {
    rate <- exp(-7 + 0.35 * log1p(counts[i, k]) + 0.2 * (line[i] - 1))
    length <- edges[i, k + 1] - edges[i, k]
    if (needed <= rate * length) { died <- ceiling(edges[i, k] + needed / rate); break }
    needed <- needed - rate * length
  }
  end <- min(died, censored[i]); open <- which(edges[i, 1:3] < end)
  stop <- pmin(edges[i, open + 1], end)
  data.frame(id = i, start = edges[i, open], stop = stop, event = as.numeric(died <= censored[i] & stop == end),
    ctc_count = counts[i, open], line = line[i])
}))
write.csv(rows, "serial.csv", row.names = FALSE, quote = FALSE)

told <- function(fit, naive = fit$var) list(rows = fit$n, events = fit$nevent,
  coefficients = unname(coef(fit)), covariance = naive, robust = if (is.null(fit$naive.var)) NULL else fit$var,
  log_likelihood = fit$loglik[2], log_likelihood_null = fit$loglik[1])
started <- function(right, rows, ties = "efron") {
  environment(right) <- environment()
  fit <- coxph(right, rows, ties = ties, cluster = id, control = exact)
  told(fit, fit$naive.var)
}

# One row for each who is still followed after the landmark, with what was known at it.
landmark <- function(rows, at) do.call(rbind, lapply(split(rows, rows$id), function(person) {
  day <- at(person); end <- max(person$stop)
  if (is.na(day) || end <= day) return(NULL)
  now <- person[max(which(person$start <= day)), ]
  transform(now, baseline = person$ctc_count[1], days = end - day, event = max(person$event))
}))
heart <- transform(read.csv("heart.csv"), ctc_count = 0)
of_heart <- landmark(heart, function(person) 30)
serial <- read.csv("serial.csv")
of_serial <- landmark(serial, function(person) person$start[2])
of_serial <- transform(of_serial, group = factor(paste0(ifelse(baseline < 5, "low", "high"), "-",
  ifelse(ctc_count < 5, "low", "high")), levels = c("low-low", "high-low", "low-high", "high-high")))
writeLines(jsonlite::toJSON(list(
  heart_start_stop = started(Surv(start, stop, event) ~ age + year + surgery + transplant, heart),
  heart_start_stop_breslow = started(Surv(start, stop, event) ~ age + year + surgery + transplant, heart, "breslow"),
  heart_landmark = told(coxph(Surv(days, event) ~ age + year + surgery + transplant, of_heart, control = exact)),
  serial_start_stop = started(Surv(start, stop, event) ~ log1p(ctc_count) + line, serial),
  serial_landmark = told(coxph(Surv(days, event) ~ log1p(ctc_count) + log1p(baseline) + line, of_serial,
    control = exact)),
  serial_groups = c(told(coxph(Surv(days, event) ~ group, of_serial, control = exact)),
    list(patients = unclass(table(of_serial$group))))),
  digits = I(17), auto_unbox = TRUE, matrix = "rowmajor", null = "null"), "landmarks.json")
