# Times R's coxph and its bare routine on a cohort of benchmarks/fits.py, which calls this:
# Rscript fits.R FOLDER ROWS COVARIATES SECONDS METHOD
suppressMessages(library(survival))
given <- commandArgs(trailingOnly = TRUE)
n <- as.integer(given[2]); p <- as.integer(given[3]); longest <- as.numeric(given[4])
resident <- function(line) {
  status <- grep(paste0("^", line), readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", status)) * 1024
}
empty <- resident("VmRSS")
column <- function(name, count) readBin(file.path(given[1], name), "double", count)
x <- matrix(column("x.bin", n * p), n, p, dimnames = list(NULL, paste0("x", 1:p)))
cohort <- data.frame(stop = column("stops.bin", n), event = column("events.bin", n))
formula <- reformulate(colnames(x), quote(Surv(stop, event)))
cohort <- cbind(cohort, as.data.frame(x))
fit <- switch(given[5],
  coxph = { rm(x); function() coef(coxph(formula, cohort)) },
  exact = { rm(x); function() coef(coxph(formula, cohort, control = coxph.control(1e-14, 1e-15, 50))) },
  core = {
    y <- Surv(cohort$stop, cohort$event)
    rm(cohort)
    function() survival:::coxph.fit(x, y, NULL, numeric(n), numeric(p), coxph.control(), NULL, "efron", NULL)$coefficients
  })
seconds <- numeric(0)
while (sum(seconds) <= longest) {
  began <- Sys.time()
  found <- fit()
  seconds <- c(seconds, as.numeric(difftime(Sys.time(), began, units = "secs")))
}
cat(sprintf('{"seconds": [%s], "beta": [%s], "bytes": %.0f}', paste(sprintf("%.6f", seconds), collapse = ", "),
  paste(sprintf("%.17g", found), collapse = ", "), resident("VmHWM") - empty))
