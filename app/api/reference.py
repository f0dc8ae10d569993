"""The reference page at /docs; every asset comes from an installed package, none from elsewhere."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse


def add_reference(app: FastAPI) -> None:
    """Serve the reference page and its assets."""
    assets = Path(str(files("fastapi_standalone_docs"))) / "static"
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="ctc-prognosis",
        swagger_js_url="/docs/swagger/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger/swagger-ui.css",
        swagger_favicon_url="/docs/fastapi/favicon.png",
        # Swagger UI would show what it reads to a validator on the internet.
        swagger_ui_parameters={"validatorUrl": None},
    )

    async def reference() -> HTMLResponse:
        return page

    app.add_api_route("/docs", reference, include_in_schema=False, response_class=HTMLResponse)
    app.mount("/docs", StaticFiles(directory=assets))
