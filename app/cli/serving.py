"""Serving over HTTP."""

from os import environ
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from app.cli.tls import is_loopback, serves_tls
from app.settings import Settings, SettingsProblem, load_settings

MOST_CONNECTIONS = 1000
"""Connections of one process; above it callers are told to come again, and memory stays bounded."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 8000,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes; default: the setting.")
    ] = None,
) -> None:
    """Serve over HTTP until stopped."""
    settings = load_settings()
    if not serves_tls(settings):
        _refuse_plain_http(settings, host)
    from app.cli.opened import opened
    from app.logs import configure_logs
    from app.main import create_app

    # What would stop every worker at its start stops here, once and in one line.
    create_app(settings)
    with opened():
        configure_logs(settings.log_format)
    workers = workers or settings.workers
    if workers == 1:
        _run(settings, host, port, 1)
        return
    with TemporaryDirectory(prefix="prognosis-") as folder:
        # A worker gets its settings from the environment; what they count ends with them.
        environ.setdefault("PROGNOSIS_METRICS_FOLDER", folder)
        _run(settings, host, port, workers)


def _run(settings: Settings, host: str, port: int, workers: int) -> None:
    import uvicorn

    from app.api.receiving import IDLE_S, TimedProtocol
    from app.cli.workers import replace_at_once

    replace_at_once()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http=TimedProtocol,
        loop="uvloop",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        proxy_headers=settings.behind_tls_proxy,
        forwarded_allow_ips=settings.trusted_proxies,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=settings.drain_seconds,
        timeout_worker_healthcheck=30,
    )


def _refuse_plain_http(settings: Settings, host: str) -> None:
    if not (settings.behind_tls_proxy or is_loopback(host)):
        raise SettingsProblem(
            "plain HTTP is served on loopback only; name PROGNOSIS_TLS_CERTIFICATE and"
            " PROGNOSIS_TLS_KEY, or, where a proxy in front ends TLS,"
            " set PROGNOSIS_BEHIND_TLS_PROXY=true"
        )
