# Reads a cohort from a database and fits it, for benchmarks/end_to_end.py:
# Rscript end_to_end.R sqlite FILE   or   Rscript end_to_end.R postgresql HOST PORT USER NAME
suppressMessages({ library(survival); library(DBI) })
given <- commandArgs(trailingOnly = TRUE)
resident <- function(line) {
  status <- grep(paste0("^", line), readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", status)) * 1024
}
now <- function() as.numeric(Sys.time())
connection <- if (given[1] == "sqlite") {
  dbConnect(RSQLite::SQLite(), given[2])
} else {
  dbConnect(RPostgreSQL::PostgreSQL(), host = given[2], port = given[3], user = given[4], dbname = given[5])
}
go <- function() {
  began <- now()
  cohort <- dbGetQuery(connection, "SELECT * FROM flat")
  read <- now()
  names <- setdiff(names(cohort), c("patient_id", "days", "event"))
  # coxph counts the concordance too.
  fit <- coxph(reformulate(names, quote(Surv(days, event))), cohort)
  baseline <- basehaz(fit)
  ended <- now()
  list(read = read - began, fit = ended - read, total = ended - began, beta = coef(fit))
}
for (warming in 1:2) go()
found <- go()
cat(sprintf('{"read": %.6f, "fit": %.6f, "total": %.6f, "beta": [%s], "bytes": %.0f}',
  found$read, found$fit, found$total, paste(sprintf("%.17g", found$beta), collapse = ", "), resident("VmHWM")))
invisible(dbDisconnect(connection))
