"""The native JSON door: HTTP in, use cases below, JSON out."""
