"""Joins the parts into one application; the only file that sees everything."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from signal import SIGTERM
from threading import Thread
from time import sleep

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.api import (
    cohort,
    courses,
    gate,
    hospital,
    imports,
    laboratory,
    messages,
    operators,
    pools,
    problems,
    trials,
)
from app.api.metrics import Metrics, operations_of
from app.api.openapi import describe
from app.api.reference import add_reference
from app.api.routing import ReportViews
from app.api.together import Together
from app.compute.warm_process import WarmProcess
from app.errors import ServiceError
from app.logs import configure_logs
from app.pages import (
    calibration_plot,
    cohort_plot,
    forest_plot,
    model_report,
    pool_plot,
    response_plot,
    survival_curve,
)
from app.prognosis.risk_group import SCHEMES
from app.protocols import smart
from app.protocols.hl7v2 import receiving
from app.settings import Settings, SettingsProblem, load_settings
from app.storage.database import Database
from app.storage.engines import dialect_of
from app.storage.schema import check_schema
from app.usecases.jobs import abandon, keep_place
from app.usecases.sealing import Sealer
from app.usecases.service import Service

THREADS = {"sqlite": 1, "postgresql": 4}
"""Requests worked on at once by one process; more of them wait their turn.

SQLite has one writer at a time, so further threads only contend for the interpreter;
PostgreSQL keeps a thread waiting for each statement. Figures in docs/performance.md.
"""

SPARE_CONNECTIONS = 4
"""Beside one for each thread: readiness, the sealer, and jobs that are told as lost."""

ANSWERS_S = 1.0
"""Seconds for which a process whose write failed goes on refusing, so that callers are told."""

log = logging.getLogger(__name__)

DOORS = (
    *(hospital.routes, laboratory.routes, courses.routes, operators.routes, cohort.routes),
    *(operators.spare, hospital.spare, cohort.spare, trials.routes, trials.spare, pools.spare),
    messages.routes,
    messages.spare,
    imports.routes,
    smart.routes,
    operators.health,
)
"""Routes are tried one after the other: the busiest stand first."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; it opens the database when it starts, not when it is built."""
    # With the environment's settings it serves for long: its jobs shall not wait for imports.
    is_server = settings is None
    settings = settings or load_settings()
    if settings.risk_scheme not in SCHEMES:
        raise SettingsProblem(f"PROGNOSIS_RISK_SCHEME is none of {', '.join(SCHEMES)}")
    app = describe(
        FastAPI(
            lifespan=partial(_running, settings, is_server),
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
        )
    )
    add_reference(app)
    app.state.error_forms = {smart.TOKEN_PATH: smart.write_error}
    app.state.pictures = survival_curve
    app.state.cohort_picture = cohort_plot.draw
    app.state.response_picture = response_plot.draw
    app.state.pool_picture = pool_plot.draw
    app.state.receive_hl7v2 = receiving.receive
    app.state.report_views = ReportViews(
        page=model_report.write, forest=forest_plot.draw, calibration=calibration_plot.draw
    )
    for routes in DOORS:
        app.include_router(routes)
    app.exception_handler(ServiceError)(problems.on_service_error)
    app.exception_handler(RequestValidationError)(problems.on_invalid)
    app.exception_handler(HTTPException)(problems.on_http_error)
    app.exception_handler(ClientDisconnect)(problems.on_hang_up)
    app.exception_handler(DBAPIError)(problems.on_database_failure)
    app.add_middleware(gate.Gate, state=app.state)
    return app


@asynccontextmanager
async def _running(settings: Settings, is_server: bool, app: FastAPI) -> AsyncIterator[None]:
    configure_logs(settings.log_format)
    _end_with_parent()
    threads = THREADS[dialect_of(settings.database_url)]
    current_default_thread_limiter().total_tokens = threads
    database = Database(settings.database_url, pool_size=threads + SPARE_CONNECTIONS)
    check_schema(database)
    fitting = WarmProcess(
        "app.usecases.fitting_process:start",
        {"database_url": settings.database_url},
        waits=partial(keep_place, database),
        lost=partial(abandon, database),
    )
    sealer = Sealer(database)
    if is_server and settings.warm_refits:
        fitting.start()
    if is_server:
        sealer.start()
        Thread(target=end_after_failure, args=(database,), name="disk", daemon=True).start()
    app.state.metrics = Metrics(operations_of(DOORS), settings.metrics_folder)
    app.state.service = Service(settings, database, fitting)
    app.state.together = Together(app.state.service)
    try:
        yield
    finally:
        fitting.close()
        sealer.close()
        app.state.service.key_uses.close()
        database.close()


def end_after_failure(database: Database) -> None:
    """End this process, once a write has failed, when its callers have been told."""
    database.disk.failed.wait()
    log.critical("the disk failed a write: this process ends and stores nothing more")
    sleep(ANSWERS_S)
    # At once: an orderly end would write to the file again.
    os._exit(os.EX_IOERR)


def _end_with_parent() -> None:
    # A worker that outlived its killed parent would keep the port from the next one.
    parent = parent_process()
    if parent is None:
        return

    def end() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), SIGTERM)

    Thread(target=end, name="parent", daemon=True).start()
