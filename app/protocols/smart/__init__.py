"""SMART Backend Services (SMART App Launch 2.2): programs that ask for short tokens."""

from app.protocols.smart.errors import write_error
from app.protocols.smart.routes import TOKEN_PATH, routes

__all__ = ["TOKEN_PATH", "routes", "write_error"]
