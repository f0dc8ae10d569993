"""The report of a model as one page that loads nothing, to be read on a screen or printed."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.pages import baseline_plot, calibration_plot, forest_plot
from app.pages.check_tables import (
    NOT_TOLD,
    calibration_table,
    check_sections,
    not_measured,
    number,
    p_value,
)
from app.pages.drawing import STARTS, TITLES
from app.pages.forest_plot import ratio_words, unit_of
from app.pages.markup import figure, heading, page, paragraph, section, table, warning


def write(report: Mapping[str, Any]) -> str:
    """Write the report of a model as told in JSON."""
    title = f"Report of a prognostic model: {_subject(report['model'])}"
    return page(
        title,
        [
            heading(1, title),
            paragraph(f"{report['use'][:1].upper()}{report['use'][1:]}."),
            warning("Limits", (limit["sentence"] for limit in report["limits"])),
            _facts(report),
            _effects(report),
            section("Baseline", figure(baseline_plot.draw(report))),
            _calibration(report),
            *check_sections(report),
            _gates(report["model"]),
            _tripod(report["tripod_ai"]),
            _provenance(report),
        ],
    )


def _subject(model: Mapping[str, Any]) -> str:
    return f"{TITLES.get(model['endpoint'], model['endpoint']).lower()}, {model['setting']}"


def _facts(report: Mapping[str, Any]) -> str:
    model = report["model"]
    months = model["median_follow_up_months"]
    specification = model["specification"]
    rows = [
        ("Organisation", report["organisation"]),
        ("Status", _status(model)),
        ("Endpoint", TITLES.get(model["endpoint"], model["endpoint"])),
        ("Setting", model["setting"]),
        ("Time zero", STARTS[model["clock"]]),
        ("Patients, events", f"{model['patients']:,}, {model['events']:,}"),
        ("Median follow-up", NOT_TOLD if months is None else f"{months:.1f} months"),
        ("Data until", model["data_cutoff"]),
        ("Concordance in training", _concordance(model)),
        ("Log likelihood, without covariates", _likelihoods(model)),
        ("Strata", ", ".join(specification["strata"]) or "none"),
        ("Penalty", f"{specification['penalizer']:g}" if specification["penalizer"] else "none"),
    ]
    left = [(why.replace("_", " "), f"{n:,}") for why, n in model["left_out"].items()]
    return section(
        "The model",
        table("The model at a glance", ("Fact", "Value"), rows),
        table("Patients left out", ("Why", "Patients"), left or [("nobody", "0")]),
    )


def _status(model: Mapping[str, Any]) -> str:
    status, promotion = model["status"], model["promotion"]
    return f"{status}, put into use by a person: {promotion['reason']}" if promotion else status


def _concordance(model: Mapping[str, Any]) -> str:
    return f"{number(model['concordance'])}, standard error {number(model['concordance_se'])}"


def _likelihoods(model: Mapping[str, Any]) -> str:
    return f"{number(model['log_likelihood'], 2)}, {number(model['log_likelihood_null'], 2)}"


def _effects(report: Mapping[str, Any]) -> str:
    kinds = {each["covariate"]: each for each in report["covariates"]}
    rows = (
        (
            each["covariate"],
            unit_of(kinds[each["covariate"]]),
            number(each["coefficient"]),
            number(each["standard_error"]),
            ratio_words(each),
            p_value(each["p"]),
            number(each["mean"], 2),
        )
        for each in report["model"]["coefficients"]
    )
    return section(
        "Hazard ratios",
        figure(forest_plot.draw(report)),
        table("Coefficients of the model", _EFFECT_HEADS, rows),
        table(
            "What the covariates are",
            ("Covariate", "Definition", "Range in training"),
            ((each["covariate"], each["definition"], _range(each)) for each in kinds.values()),
        ),
    )


_EFFECT_HEADS = (
    "Covariate",
    "Compares",
    "Coefficient",
    "Standard error",
    "Hazard ratio (95 % interval)",
    "p",
    "Mean",
)


def _range(covariate: Mapping[str, Any]) -> str:
    if covariate["training_minimum"] is None:
        return covariate["role"] if covariate["role"] == "stratum" else NOT_TOLD
    return f"{covariate['training_minimum']:.4g} to {covariate['training_maximum']:.4g}"


def _calibration(report: Mapping[str, Any]) -> str:
    entries = report["checks"]["calibration"]
    if entries:
        drawn = map(figure, calibration_plot.draw_each(report))
        return section("Calibration", *drawn, calibration_table(entries))
    why = {each["check"]: each["detail"] for each in report["not_measured"]}
    return section("Calibration", *not_measured(why.get("calibration")))


def _gates(model: Mapping[str, Any]) -> str:
    rows = (
        (gate["gate"], number(gate["value"], 2), number(gate["limit"], 2), gate["verdict"])
        for gate in model["gates"]
    )
    heads = ("Gate", "Value", "Limit", "Verdict")
    return section("Gates", table("Checks against limits", heads, rows))


def _tripod(tripod: Mapping[str, Any]) -> str:
    rows = (
        (f"{each['item']} {each['title']}", each["status"], each["text"])
        for each in tripod["items"]
    )
    heads = ("Item", "Status", "Text")
    return section(
        "TRIPOD+AI",
        paragraph(
            f"Numbered as in {tripod['source']} The titles are ours; what the registry cannot know "
            "is left to the authors."
        ),
        table("Items of the reporting guideline", heads, rows),
    )


def _provenance(report: Mapping[str, Any]) -> str:
    return section("Provenance", table("Where it comes from", ("Fact", "Value"), _sources(report)))


def _sources(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    model = report["model"]
    provenance = model["provenance"]
    yield "Model", model["model_id"]
    yield "Fitted at", model["fitted_at"]
    yield "Training rows", provenance.get("training_fingerprint", NOT_TOLD)
    yield "Training rows changed since", f"{model['changed_rows']:,}"
    yield "Seed", str(provenance.get("seed", NOT_TOLD))
    yield from provenance.get("software", {}).items()
