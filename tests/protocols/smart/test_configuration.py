"""What programs look up before they ask (SMART App Launch 2.2, conformance)."""

import pytest

from app.usecases.clients import SCOPES
from tests.running import Running

PATH = "/fhir/R4/.well-known/smart-configuration"


@pytest.mark.parametrize("accept", ["*/*", "application/fhir+xml", "text/html", ""])
def test_the_configuration_is_json_whatever_is_accepted(service: Running, accept: str) -> None:
    answer = service.client_with(None).get(PATH, headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    assert told["token_endpoint"] == f"{service.url}/oauth2/token"
    assert told["grant_types_supported"] == ["client_credentials"]
    assert "private_key_jwt" in told["token_endpoint_auth_methods_supported"]
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert {"client-confidential-asymmetric", "permission-v2"} <= set(told["capabilities"])
    assert {"system/Observation.cruds", *SCOPES} <= set(told["scopes_supported"])
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "issuer" not in told


def test_a_page_of_any_site_may_ask_for_it(service: Running) -> None:
    asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "GET"}

    answer = service.client_with(None).options(PATH, headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"


def test_no_page_of_another_site_may_ask_for_a_token(service: Running) -> None:
    asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"}

    answer = service.client_with(None).options("/oauth2/token", headers=asked)

    assert "access-control-allow-origin" not in answer.headers
