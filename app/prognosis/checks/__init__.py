"""What is measured of a fit before it may answer, as plain values for the artefact."""
