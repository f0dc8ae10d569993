"""A running service on each engine in turn, and a hospital of its own for each test."""

from tests.api.conftest import client, hospital, other_hospital, service

__all__ = ["client", "hospital", "other_hospital", "service"]
