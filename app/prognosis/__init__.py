"""Statistics and clinical rules: pure functions of numbers."""
