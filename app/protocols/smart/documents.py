"""What this door answers and takes, for the OpenAPI document."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """An answer, whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SmartConfiguration(Document):
    """Where and how a program gets a token (SMART App Launch 2.2, conformance)."""

    token_endpoint: str
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    scopes_supported: list[str]
    capabilities: list[str]
    code_challenge_methods_supported: list[str]


class TokenGiven(Document):
    """A token and what it is good for (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    scope: str


class TokenRefused(Document):
    """Why there is none (RFC 6749, section 5.2)."""

    error: Literal[
        "invalid_request",
        "invalid_client",
        "invalid_scope",
        "unsupported_grant_type",
        "temporarily_unavailable",
        "server_error",
    ]
    error_description: str
    request_id: str


JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"type": "string", "enum": ["client_credentials"]},
                    "scope": {
                        "type": "string",
                        "description": "Scopes with blanks between them, SMART's or ours; without,"
                        " all that the client has.",
                    },
                    "client_assertion_type": {"type": "string", "enum": [JWT_BEARER]},
                    "client_assertion": {
                        "type": "string",
                        "description": "A JSON Web Token that the client signed, of five minutes"
                        " at most; or send Authorization: Basic.",
                    },
                    "client_id": {"type": "string"},
                },
                "example": {
                    "grant_type": "client_credentials",
                    "scope": "system/Observation.rs",
                    "client_assertion_type": JWT_BEARER,
                    "client_assertion": "eyJhbGciOiJFUzM4NCIs…",
                },
            }
        }
    },
}
