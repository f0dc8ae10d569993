"""What there is: the schema, the settings, the API's description, the version."""

import json
from dataclasses import asdict

from app import __version__
from app.cli.terminal import AsJson, print_json
from app.settings import Settings, describe, load_settings


def migrate() -> None:
    """Bring the database to the schema of this version; one process at a time."""
    from app.storage import schema

    is_new = schema.migrate(load_settings().database_url)
    print(f"the database {'has now' if is_new else 'has'} schema {schema.REVISIONS[-1]}")


def settings(as_json: AsJson = False) -> None:
    """Print every setting with its meaning, its default and its present value."""
    rows = describe(load_settings())
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    for row in rows:
        print(f"{row.name}={row.present}")
        print(f"    {row.meaning} Default: {row.default}.")


def openapi() -> None:
    """Print the OpenAPI description of the service with its default settings."""
    from app.main import create_app

    print(json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False))


def version(as_json: AsJson = False) -> None:
    """Print the version."""
    if as_json:
        print_json({"version": __version__})
    else:
        print(__version__)
