"""Where a fit runs: a warm process of this machine."""
