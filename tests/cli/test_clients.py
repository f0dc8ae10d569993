"""Organisations, clients and covariates from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Prognosis, Run
from tests.running import running

PRIVATE_KEY = {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "d": "AA"}


def test_an_organisation_is_added_once(prognosis: Prognosis) -> None:
    assert prognosis("organisation", "add", "St. Mary's").status == 0
    assert prognosis("organisation", "add", "St. Mary's").err == (
        "prognosis: name-taken: there is an organisation of this name\n"
    )
    assert prognosis("organisation", "add", " ").status == 1
    assert [each["name"] for each in prognosis("organisation", "list", "--json").json()] == [
        "St. Mary's"
    ]


def add_client(prognosis: Prognosis, *more: object, organisation: str = "a") -> Run:
    scopes = ("--scope", "patients:read", "--scope", "patients:write")
    return prognosis(
        "client", "add", "--organisation", organisation, "--name", "ward", *scopes, *more
    )


def test_a_key_is_shown_once_and_works_until_it_is_revoked(
    prognosis: Prognosis, database_url: str
) -> None:
    prognosis("organisation", "add", "a")
    added = add_client(prognosis).json()

    listed = prognosis("client", "list", "--json")
    assert added["key"].startswith(f"ctc_{added['client_id']}_")
    assert listed.json()[0]["client_id"] == added["client_id"]
    assert added["key"] not in listed.out

    with running(database_url) as service:
        client = service.client_with(added["key"])
        assert client.get("/v1/patients").status_code == 200
        rotated = prognosis("client", "rotate", added["client_id"]).json()
        assert client.get("/v1/patients").status_code == 401
        client = service.client_with(rotated["key"])
        assert client.get("/v1/patients").status_code == 200
        assert prognosis("client", "revoke", added["client_id"]).status == 0
        assert client.get("/v1/patients").status_code == 401
        service.close_clients()
    assert prognosis("client", "revoke", added["client_id"]).status == 1


def test_a_list_tells_the_history_of_keys(prognosis: Prognosis) -> None:
    prognosis("organisation", "add", "a")
    client_id = add_client(prognosis).json()["client_id"]
    rotate = ("client", "rotate", client_id, "--overlap-minutes", 5)
    assert prognosis(*rotate, "--expires", "2999-01-01").status == 0
    assert prognosis(*rotate).err.startswith("prognosis: two-keys-work:")
    (client,) = prognosis("client", "list", "--json").json()

    assert [each["issued_by"][:8] for each in client["keys"]] == ["command:"] * 2
    assert [each["expires_at"] == "2999-01-01T00:00:00Z" for each in client["keys"]] == [
        False,
        True,
    ]
    heading, line = prognosis("client", "list").out.splitlines()
    assert "last_used_at" in heading
    assert "2999-01-01T00:00:00Z" in line


def test_a_key_can_end_by_itself(prognosis: Prognosis) -> None:
    prognosis("organisation", "add", "a")

    assert add_client(prognosis, "--expires", "2999-01-01").status == 0
    assert add_client(prognosis, "--expires", "2020-01-01").err == (
        "prognosis: invalid-input: --expires lies in the past\n"
    )
    assert add_client(prognosis, "--expires", "tomorrow").status == 1


def test_only_known_scopes_are_given(prognosis: Prognosis) -> None:
    prognosis("organisation", "add", "a")

    found = add_client(prognosis, "--scope", "everything")

    assert found.status == 1
    assert found.err.startswith("prognosis: unknown-scope: the scopes are: results:write,")


@pytest.mark.parametrize(
    "keys", [{"keys": [PRIVATE_KEY]}, {"keys": []}, {}, [], "no JSON", {"keys": [1]}]
)
def test_only_public_keys_are_taken(embedded: Prognosis, tmp_path: Path, keys: object) -> None:
    embedded("organisation", "add", "a")
    path = tmp_path / "jwks.json"
    path.write_text(keys if isinstance(keys, str) else json.dumps(keys))

    assert add_client(embedded, "--jwks", path).status == 1
    assert embedded("client", "list", "--json").json() == []


def test_public_keys_are_kept_with_the_client(embedded: Prognosis, tmp_path: Path) -> None:
    embedded("organisation", "add", "a")
    public = {name: value for name, value in PRIVATE_KEY.items() if name != "d"}
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [public]}))

    added = add_client(embedded, "--jwks", tmp_path / "jwks.json").json()

    assert added["jwks"] == {"keys": [public]}


def test_a_covariate_is_declared_once_and_alike(prognosis: Prognosis) -> None:
    prognosis("organisation", "add", "a")
    add = ("covariate", "add", "nodes", "--organisation", "a", "--min", 0, "--max", 50)

    assert prognosis(*add, "--kind", "continuous").out == "covariate nodes declared\n"
    assert prognosis(*add, "--kind", "continuous").out == ("covariate nodes was declared before\n")
    assert prognosis(*add, "--kind", "ordinal").err.startswith("prognosis: covariate-differs:")
    listed = prognosis("covariate", "list", "--organisation", "a", "--json").json()
    assert [each["name"] for each in listed if each["declared"]] == ["nodes"]
