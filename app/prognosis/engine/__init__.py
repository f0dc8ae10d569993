"""The Cox model's own arithmetic, from sorted rows to the maximum and what follows from it."""
