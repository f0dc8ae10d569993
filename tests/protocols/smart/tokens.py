"""Programs that are registered and ask for tokens."""

from dataclasses import dataclass
from typing import Any

import httpx

from app.usecases.clients import SCOPES
from tests.api.conftest import Hospital
from tests.signing import Signer, claims_of

PATH = "/oauth2/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT = {"grant_type": "client_credentials"}


def form_of(assertion: str, **others: str) -> dict[str, str]:
    """Fill the form in as SMART Backend Services has it."""
    return {
        **GRANT,
        "client_assertion_type": JWT_BEARER,
        "client_assertion": assertion,
        **others,
    }


@dataclass(frozen=True)
class Program:
    """A client with keys of its own."""

    hospital: Hospital
    client_id: str
    key: str
    signer: Signer

    @property
    def audience(self) -> str:
        """The address for which it signs."""
        return f"{self.hospital.service.url}{PATH}"

    def claims(self, **changed: Any) -> dict[str, Any]:
        """State what holds, but for what is changed."""
        return claims_of(self.client_id, self.audience, **changed)

    def assertion(self, **changed: Any) -> str:
        """Sign that, but for what is changed."""
        return self.signer.sign(self.claims(**changed))

    def ask(self, assertion: str | None = None, **others: str) -> httpx.Response:
        """Ask for a token."""
        form = form_of(self.assertion() if assertion is None else assertion, **others)
        return self.hospital.service.client_with(None).post(PATH, data=form)

    def show_secret(self, secret: str | None = None, **others: str) -> httpx.Response:
        """Ask for a token with the secret of the key."""
        auth = (self.client_id, self.key.split("_", 2)[2] if secret is None else secret)
        anybody = self.hospital.service.client_with(None)
        return anybody.post(PATH, data={**GRANT, **others}, auth=auth)

    def calling(self, **others: str) -> httpx.Client:
        """Call with a token."""
        answer = self.ask(**others)
        assert answer.status_code == 200, answer.text
        return self.hospital.service.client_with(answer.json()["access_token"])


def registered(hospital: Hospital, signer: Signer | None = None, **members: Any) -> Program:
    """Register a program with its public keys."""
    signer = signer or Signer()
    body = {"name": "Program", "scopes": list(SCOPES), "jwks": signer.key_set, **members}
    answer = hospital.client.post("/v1/clients", json=body)
    assert answer.status_code == 201, answer.text
    return Program(hospital, answer.json()["client_id"], answer.json()["key"], signer)
