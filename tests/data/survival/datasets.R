# Writes the data sets of R's package survival that the oracles are computed on, coded as numbers.
# Run in this folder: Rscript datasets.R   (R 4.2.2, survival 3.5-3)
library(survival)
save_rows <- function(rows, name) write.csv(rows, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
save_rows(with(lung, data.frame(inst, time, status = status - 1, age, sex, ph.ecog)), "lung")
save_rows(with(veteran, data.frame(time, status, trt, small = 1 * (celltype == "smallcell"),
  adeno = 1 * (celltype == "adeno"), large = 1 * (celltype == "large"), karno, diagtime, age, prior)), "veteran")
save_rows(with(heart, data.frame(id, start, stop, event, age, year, surgery,
  transplant = as.numeric(transplant) - 1)), "heart")
