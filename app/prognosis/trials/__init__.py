"""Prospective grouping: who may enter a trial, to which arm, and how many patients it takes."""
