"""How good a model's predictions are: ranking, calibration, optimism, by group and over time."""
