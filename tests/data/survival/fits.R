# Cox fits of R's survival, to the last digits, on the data sets of this folder.
# Run in this folder: Rscript fits.R   (R 4.2.2, survival 3.5-3)
library(survival)
exactly <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
numbers <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
told <- function(name, formula, data, load = 1, ties = "efron") {
  data$load <- load
  fit <- coxph(formula, data, weights = load, ties = ties, robust = FALSE, control = exactly)
  sprintf('  "%s": {"coefficients": %s, "standard_errors": %s, "log_likelihoods": %s, "score_test": %.17g}',
          name, numbers(coef(fit)), numbers(sqrt(diag(vcov(fit)))), numbers(fit$loglik), fit$score)
}
lung <- read.csv("lung.csv")
lung$weight <- 1 + lung$age %% 3
lung$start <- (lung$age * 7) %% lung$time
lung$known <- 0.02 * (lung$age - 60)
known <- lung[!is.na(lung$ph.ecog), ]
placed <- lung[!is.na(lung$inst), ]
fits <- c(
  told("rossi", Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, read.csv("rossi.csv")),
  told("lung", Surv(time, status) ~ age + sex, lung),
  told("lung ecog", Surv(time, status) ~ age + sex + ph.ecog, known),
  told("veteran", Surv(time, status) ~ trt + small + adeno + large + karno + diagtime + age + prior,
       read.csv("veteran.csv")),
  told("gbsg2", Surv(time, status) ~ hormone + age + post + tsize + grade2 + grade3 + pnodes + progrec + estrec,
       read.csv("gbsg2.csv")),
  told("heart", Surv(start, stop, event) ~ age + year + surgery + transplant, read.csv("heart.csv")),
  told("lung by sex", Surv(time, status) ~ age + ph.ecog + strata(sex), known),
  told("lung by institution", Surv(time, status) ~ age + sex + strata(inst), placed),
  told("lung weighted", Surv(time, status) ~ age + sex, lung, load = lung$weight),
  told("lung entered late", Surv(start, time, status) ~ age + sex, lung),
  told("lung with everything", Surv(start, time, status) ~ age + ph.ecog + strata(sex) + offset(known), known,
       load = known$weight),
  told("lung with an offset", Surv(time, status) ~ sex + offset(known), lung),
  told("lung breslow", Surv(time, status) ~ age + sex, lung, ties = "breslow"),
  told("rossi breslow", Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, read.csv("rossi.csv"),
       ties = "breslow"),
  told("lung weighted breslow", Surv(start, time, status) ~ age + sex, lung, load = lung$weight,
       ties = "breslow"))
cat("{", paste(fits, collapse = ",\n"), "}", file = "fits.json", sep = "\n")
