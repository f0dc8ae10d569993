"""Prognosis from circulating tumour cells: risk groups and Cox hazards as a service."""

__version__ = "0.1.0"
