# Writes what R tells of two counts, of odds in tables of two by two, and of shares.
# The ratio (1 + second mean) / (1 + first mean) of two gamma means, integrated and inverted by R.
# Run in this folder: Rscript response.R   (R 4.2.2, jsonlite 1.8)
ratio <- function(first, second) {
  reached <- function(r) integrate(function(u) {
    pgamma(pmax(r * (1 + qgamma(u, first + 0.5)) - 1, 0), second + 0.5)
  }, 0, 1, rel.tol = 1e-10, subdivisions = 5000)$value
  limit <- function(p) exp(uniroot(function(l) reached(exp(l)) - p, c(-12, 12), tol = 1e-12)$root)
  noise <- qnbinom(c(0.025, 0.975), first + 0.5, 0.5)
  list(first = first, second = second, ci95 = sapply(c(0.025, 0.975), limit),
    repeat_draw_range = (1 + noise) / (1 + first))
}

odds <- function(a, b, c, d) {
  add <- if (any(c(a, b, c, d) == 0)) 0.5 else 0
  n <- c(a, b, c, d) + add
  fit <- suppressWarnings(glm(cbind(n[c(1, 3)], n[c(2, 4)]) ~ c(1, 0), family = binomial, epsilon = 1e-14))
  told <- unname(coef(fit)[2] + c(0, qnorm(c(0.025, 0.975)) * sqrt(vcov(fit)[2, 2])))
  list(table = list(c(a, b), c(c, d)), odds_ratio = exp(told[1]), ci95 = exp(told[2:3]))
}

share <- function(some, patients) {
  list(some = some, patients = patients, ci95 = c(prop.test(some, patients, correct = FALSE)$conf.int))
}

answer <- list(
  ratios = list(ratio(0, 0), ratio(17, 3), ratio(3, 17), ratio(1, 0), ratio(0, 9), ratio(40, 10), ratio(500, 480),
    ratio(12, 2760)),
  odds = list(odds(22, 13, 20, 83), odds(10, 30, 12, 88), odds(0, 14, 6, 25), odds(7, 0, 9, 30)),
  shares = list(share(0, 12), share(5, 20), share(83, 138), share(9, 9)))
writeLines(jsonlite::toJSON(answer, digits = I(17), auto_unbox = TRUE), "response.json")
