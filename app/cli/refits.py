"""Refits from the command line: the same row, gates and promotion as one asked for over HTTP."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.cli.terminal import AsJson, OrganisationName, print_table, progress_bar

if TYPE_CHECKING:
    from app.prognosis.specification import ModelRequest
    from app.usecases.service import Call, Service

POLL_S = 0.05
"""Seconds between two looks at a refit."""

Names = Annotated[str, typer.Option(metavar="A,B,C", help="Names separated by commas.")]


def refit(
    *,
    organisation: OrganisationName,
    endpoint: Annotated[
        Literal["overall_survival", "progression_free_survival", "disease_free_survival"],
        typer.Option(help="What is predicted."),
    ] = "overall_survival",
    setting: Annotated[
        Literal["metastatic", "non_metastatic", "neoadjuvant"], typer.Option(help="For whom.")
    ] = "metastatic",
    clock: Annotated[
        Literal["draw", "index_date", "weeks-3-5", "weeks-6-8", "weeks-9-14"],
        typer.Option(help="Time zero: a baseline draw, the index date, or a later draw."),
    ] = "draw",
    covariates: Annotated[
        str, typer.Option(metavar="auto|A,B,C", help="Names separated by commas.")
    ] = "auto",
    strata: Names = "",
    penalizer: Annotated[float, typer.Option(min=0, max=1000, help="On lifelines' scale.")] = 0.0,
    data_cutoff: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fit a model on an organisation's cohort; it goes into use when no gate refuses it."""
    one_thread()
    from app.cli.opened import calling, opened, organisation_named
    from app.prognosis.specification import ModelRequest

    with opened() as service:
        request = ModelRequest(
            organisation,
            endpoint,
            setting,
            clock,
            data_cutoff.date() if data_cutoff else service.today(),
            "auto" if covariates == "auto" else _names(covariates),
            _names(strata),
            penalizer,
        )
        call = calling(organisation_named(service, organisation), "refit")
        model = refitted(service, call, request)
    if as_json:
        print(model)
    else:
        _print_model(json.loads(model))


def one_thread() -> None:
    """Keep arithmetic to one thread, so that a fit has the bits that the service's own has."""
    # Read when numpy is loaded, which no module above does.
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))


def refitted(service: "Service", call: "Call", request: "ModelRequest") -> str:
    """Refit, wait, and give the model as JSON text; a refit that fails is a Conflict."""
    from app.storage.store import reading
    from app.usecases.models import refit_outcome, request_refit

    with _interrupts() as interrupted, progress_bar(1.0, "fit") as bar:
        reply = request_refit(service, call, request)
        refit_id = json.loads(reply.body or "{}")["refit_id"]
        while not interrupted.wait(POLL_S):
            outcome = refit_outcome(service, call, refit_id)
            if outcome is not None:
                return outcome.body or ""
            with reading(service.database, call.caller.organisation_id) as store:
                running = store.refits.find(refit_id)
            bar.update((running.progress if running else 0.0) - bar.n)
    raise KeyboardInterrupt


@contextmanager
def _interrupts() -> Iterator[Event]:
    """Note an interrupt until it can be heard; raised in a destructor, Python would drop it."""
    interrupted = Event()
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _print_model(model: Mapping[str, Any]) -> None:
    print(f"{model['model_id']}  {model['status']}")
    print(
        f"{model['endpoint']}, {model['setting']}, clock {model['clock']},"
        f" data cut-off {model['data_cutoff']}"
    )
    left_out = sum(model["left_out"].values())
    print(f"{model['patients']} patients, {model['events']} events, {left_out} patients left out")
    print()
    print_table([HEADINGS, *(_coefficient(row) for row in model["coefficients"])])
    print()
    print(
        f"log-likelihood {model['log_likelihood']:.4f} (null {model['log_likelihood_null']:.4f}),"
        f" concordance {model['concordance']:.3f}"
    )
    for gate in model["gates"]:
        value = "not finite" if gate["value"] is None else f"{gate['value']:g}"
        print(f"gate {gate['gate']}: {gate['verdict']} ({value}, limit {gate['limit']:g})")


HEADINGS = ("covariate", "coefficient", "se", "hazard ratio", "95% CI", "p")


def _coefficient(row: Mapping[str, Any]) -> tuple[str, ...]:
    interval = row["ci95"] and f"{row['ci95'][0]:.3f} to {row['ci95'][1]:.3f}"
    return (
        row["covariate"],
        f"{row['coefficient']:.5f}",
        f"{row['standard_error']:.5f}",
        f"{row['hazard_ratio']:.3f}",
        interval or "-",
        "-" if row["p"] is None else f"{row['p']:.2g}",
    )
