"""Listening for HL7 v2 over MLLP."""

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.tls import (
    demanding_certificates,
    is_loopback,
    refuse_readable_by_others,
    serves_tls,
)
from app.settings import Settings, SettingsProblem, load_settings

if TYPE_CHECKING:
    from app.usecases.service import Service


def mllp(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 2575,
) -> None:
    """Take HL7 v2 over MLLP until stopped, in the name of the key in PROGNOSIS_MLLP_KEY_FILE."""
    settings = load_settings()
    key = _key(settings)
    tls = None
    if serves_tls(settings) and settings.tls_certificate is not None:
        files = settings.tls_certificate, settings.tls_key, settings.mllp_client_ca
        tls = demanding_certificates(*files)
    _refuse_everybody(settings, host)
    import uvloop

    from app.cli.opened import opened
    from app.logs import configure_logs
    from app.protocols.hl7v2.receiving import caller_of

    with opened() as service:
        # What would refuse every message refuses the start, once and in one line.
        caller_of(service, key)
        configure_logs(settings.log_format)
        uvloop.run(_listen(service, key, host, port, tls))


async def _listen(
    service: "Service", key: str, host: str, port: int, tls: ssl.SSLContext | None
) -> None:
    import asyncio
    from signal import SIGINT, SIGTERM
    from threading import Thread

    from anyio.to_thread import current_default_thread_limiter

    from app.api.together import Together
    from app.main import THREADS, end_after_failure
    from app.protocols.hl7v2.mllp import Limits, MllpServer
    from app.protocols.hl7v2.receiving import Listener
    from app.storage.engines import dialect_of
    from app.usecases.sealing import Sealer

    settings, stopped = service.settings, asyncio.Event()
    current_default_thread_limiter().total_tokens = THREADS[dialect_of(settings.database_url)]
    loop = asyncio.get_running_loop()
    for each in (SIGINT, SIGTERM):
        loop.add_signal_handler(each, stopped.set)
    Thread(target=end_after_failure, args=(service.database,), name="disk", daemon=True).start()
    sealer = Sealer(service.database)
    sealer.start()
    listener = Listener(service, Together(service).answer, key)
    limits = Limits(settings.max_message_bytes, settings.mllp_idle_seconds)
    server = MllpServer(listener.respond, limits)
    try:
        found = await server.listen(host, port, tls)
        print(f"listening for HL7 v2 on {host} port {found}", flush=True)
        await stopped.wait()
        await server.stop(settings.drain_seconds)
    finally:
        sealer.close()
        service.key_uses.close()


def _key(settings: Settings) -> str:
    path = settings.mllp_key_file
    if path is None:
        raise SettingsProblem(
            "name in PROGNOSIS_MLLP_KEY_FILE the file with the key in whose name messages are"
            " stored; `prognosis client add` with the scopes results:write and patients:write"
            " makes one"
        )
    try:
        refuse_readable_by_others(path, "PROGNOSIS_MLLP_KEY_FILE")
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem("PROGNOSIS_MLLP_KEY_FILE cannot be read") from error


def _refuse_everybody(settings: Settings, host: str) -> None:
    knows_senders = settings.tls_certificate is not None and settings.mllp_client_ca is not None
    if not (knows_senders or settings.behind_tls_proxy or is_loopback(host)):
        raise SettingsProblem(
            "off loopback anybody could store results: name PROGNOSIS_TLS_CERTIFICATE,"
            " PROGNOSIS_TLS_KEY and PROGNOSIS_MLLP_CLIENT_CA, or, where a proxy in front demands"
            " certificates of clients, set PROGNOSIS_BEHIND_TLS_PROXY=true"
        )
