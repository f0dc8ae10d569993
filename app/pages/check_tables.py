"""The checks of a model as tables of a page, or in words why there is no figure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.pages.markup import paragraph, section, table

NOT_TOLD = "–"
"""Where there is no figure."""


def check_sections(report: Mapping[str, Any]) -> Iterator[str]:
    """Write a section for each check but the calibration, which is drawn."""
    why = {each["check"]: each["detail"] for each in report["not_measured"]}
    for name, (title, write) in _SECTIONS.items():
        found = report["checks"][name]
        parts = not_measured(why.get(name)) if found is None else write(found)
        yield section(title, *parts)


def not_measured(why: str | None) -> list[str]:
    """Say that there is no figure, and why where that is known."""
    return [paragraph(f"Not measured{f': {why}' if why else ''}.")]


def calibration_table(entries: Sequence[Mapping[str, Any]]) -> str:
    """Write the figures of the calibration, a row for each horizon."""
    heads = (
        "Horizon",
        "Measured in",
        "Patients, events",
        "Observed, expected risk",
        "O/E (95 % interval)",
        "Slope (95 % interval)",
        "ICI, E50, E90",
        "O/E; ICI, E50, E90 without optimism",
        "Why not",
    )
    rows = (
        (
            f"{entry['months']:g} months",
            "held-out patients" if entry.get("held_out") else "patients of the fit",
            f"{count(entry.get('patients'))}, {count(entry.get('events'))}",
            f"{number(entry.get('observed'))}, {number(entry.get('expected'))}",
            number(entry.get("o_e"), 2) + interval(entry.get("o_e_ci95"), 2),
            number(entry.get("slope"), 2) + interval(entry.get("slope_ci95"), 2),
            ", ".join(number(entry.get(name)) for name in ("ici", "e50", "e90")),
            _calibration_corrected(entry.get("corrected")),
            entry.get("detail") or "",
        )
        for entry in entries
    )
    return table("Calibration by horizon", heads, rows)


def _calibration_corrected(found: Mapping[str, Any] | None) -> str:
    if not found:
        return NOT_TOLD
    apart = ", ".join(corrected(found.get(name), bounds=False) for name in ("ici", "e50", "e90"))
    return f"{corrected(found.get('o_e'), 2)}; {apart}"


def corrected(found: Mapping[str, Any] | None, decimals: int = 3, *, bounds: bool = True) -> str:
    """Write a figure without its optimism, with its interval if that is asked for."""
    if not found:
        return NOT_TOLD
    limits = interval(found.get("ci95"), decimals) if bounds else ""
    return number(found["value"], decimals) + limits


def number(value: float | None, decimals: int = 3) -> str:
    """Round a figure; one that the decimals would hide keeps two digits."""
    if value is None:
        return NOT_TOLD
    is_hidden = value != 0 and (abs(value) < 10**-decimals or abs(value) >= 1e6)
    rounded = f"{abs(value):.2g}" if is_hidden else f"{abs(value):.{decimals}f}"
    return f"−{rounded}" if value < 0 else rounded


def interval(limits: Sequence[float] | None, decimals: int = 3) -> str:
    """Write an interval behind its estimate, or nothing."""
    if limits is None:
        return ""
    low, high = (number(limit, decimals) for limit in limits)
    return f" ({low} to {high})"


def p_value(p: float | None) -> str:
    """Round a p value as journals do."""
    if p is None:
        return NOT_TOLD
    if p < 0.001:
        return "<\u00a00.001"  # not broken across two lines
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}"


def count(value: int | None) -> str:
    """Write a whole number."""
    return NOT_TOLD if value is None else f"{value:,}"


def _second_opinion(found: Mapping[str, Any]) -> list[str]:
    words = f"Verdict: {found.get('verdict') or NOT_TOLD}. {found.get('detail') or ''}".strip()
    figures = {**(found.get("figures") or {}), **(found.get("differences") or {})}
    rows = (
        (name.replace("_", " "), value if isinstance(value, str) else number(value))
        for name, value in figures.items()
    )
    tables = [table("Figures of the comparison", ("Figure", "Value"), rows)] if figures else []
    return [paragraph(words), *tables]


def _discrimination(found: Mapping[str, Any]) -> list[str]:
    error = number(found.get("standard_error"))
    resamples = count(found.get("resamples"))
    rows = [
        ("Concordance (Harrell) in training", f"{number(found.get('concordance'))}, s.e. {error}"),
        (
            f"Corrected for optimism, {resamples} resamples",
            number(found.get("corrected")) + interval(found.get("corrected_ci95")),
        ),
        ("Optimism", number(found.get("optimism"))),
        ("Slope corrected for optimism", number(found.get("slope_corrected"))),
        ("Resamples whose fit was refused", count(found.get("refused"))),
        (f"Concordance weighted for censoring (Uno){_until(found)}", number(found.get("uno"))),
        ("The same corrected for optimism", corrected(found.get("uno_corrected"))),
    ]
    areas = [
        (f"{each['months']:g} months", _area(each), corrected(each.get("corrected")), _why(each))
        for each in found.get("auc") or []
    ]
    heads = ("Horizon", "Area (95 % interval)", "without optimism (95 % interval)", "Why not")
    told = [table("Discrimination; 0.5 is chance, 1 is perfect", ("Measure", "Value"), rows)]
    told += [table("Area under the curve by horizon", heads, areas)] if areas else []
    return [*told, *_words(found)]


def _until(found: Mapping[str, Any]) -> str:
    months = found.get("uno_months")
    return "" if months is None else f", until {months:g} months"


def _area(each: Mapping[str, Any]) -> str:
    return number(each.get("auc")) + interval(each.get("ci95"))


def _why(each: Mapping[str, Any]) -> str:
    return each.get("detail") or ""


def _words(found: Mapping[str, Any]) -> list[str]:
    return [paragraph(found["detail"])] if found.get("detail") else []


def _brier(found: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = ((f"{each['months']:g} months", *_score(each), _why(each)) for each in found)
    return [
        table(
            "Error of predictions; lower is better, the gain higher",
            ("Horizon", *_SCORE_HEADS, "Why not"),
            rows,
        )
    ]


def _score(each: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        number(each.get("brier")) + interval(each.get("ci95")),
        number(each.get("null")),
        number(each.get("ipa")) + interval(each.get("ipa_ci95")),
        corrected(each.get("corrected")),
        corrected(each.get("ipa_corrected")),
    )


_SCORE_HEADS = (
    "Brier score",
    "of the model without covariates",
    "Accuracy gained (IPA)",
    "Brier score without optimism",
    "IPA without optimism",
)


def _integrated(found: Mapping[str, Any]) -> list[str]:
    if found.get("brier") is None:
        return not_measured(found.get("detail"))
    caption = (
        f"Integrated from {number(found.get('from_months'), 0)} to "
        f"{number(found.get('to_months'), 0)} months"
    )
    return [table(caption, ("Measure", "Value"), zip(_SCORE_HEADS, _score(found), strict=True))]


def _proportional_hazards(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (each["covariate"], number(each.get("chi_square"), 2), "1", p_value(each.get("p")))
        for each in found.get("covariates") or []
    ]
    if whole := found.get("global"):
        freedom = number(whole.get("degrees_of_freedom"), 0)
        tested = number(whole.get("chi_square"), 2)
        rows.append(("all together", tested, freedom, p_value(whole.get("p"))))
    caption = f"Test of proportional hazards, time transformed by {found.get('transform')}"
    heads = ("Covariate", "Chi-square", "Degrees of freedom", "p")
    return [
        table(caption, heads, rows),
        *_words(found),
        paragraph("A small p says that a ratio changes with time: it is then an average."),
    ]


def _influence(found: Mapping[str, Any]) -> list[str]:
    covariate = found.get("covariate")
    rows = [
        (
            f"Largest standardised dfbeta{f', of {covariate}' if covariate else ''}",
            number(found.get("largest_dfbetas"), 2),
        ),
        (
            "Largest share of patients whose survival at a year moves by more than 5 points",
            number(found.get("moved_share")),
        ),
    ]
    return [
        table("What leaving out one patient changes", ("Measure", "Value"), rows),
        *_words(found),
    ]


def _sample_size(found: Mapping[str, Any]) -> list[str]:
    rows = [
        ("Events a parameter", number(found.get("events_per_parameter"), 1)),
        ("Patients that Riley's criteria ask for", count(found.get("riley_patients"))),
        ("Events that they ask for", number(found.get("riley_events"), 1)),
        ("Expected shrinkage", number(found.get("shrinkage"))),
    ]
    return [table("Sample size", ("Measure", "Value"), rows), *_words(found)]


def _functional_form(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (each["form"], number(each.get("log_likelihood"), 2), number(each.get("aic"), 2))
        for each in found.get("forms") or []
    ]
    words = f"Preferred: {found.get('preferred') or NOT_TOLD}."
    if spline := found.get("spline_lr"):
        words += f" Likelihood ratio test of a spline against a line: p {p_value(spline.get('p'))}."
    heads = ("Form", "Log likelihood", "AIC")
    return [table("Forms in which the count could enter", heads, rows), paragraph(words)]


def _subgroups(found: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = (
        (
            f"{each['by']}: {each['group']}",
            count(each.get("patients")),
            count(each.get("events")),
            number(each.get("concordance"), 2) + interval(each.get("concordance_ci95"), 2),
            number(each.get("o_e"), 2) + interval(each.get("o_e_ci95"), 2),
            _why(each),
        )
        for each in found
    )
    heads = ("Group", "Patients", "Events", "Concordance", "Observed over expected", "Why not")
    return [table("Performance by subgroup", heads, rows)]


_SECTIONS: Mapping[str, tuple[str, Callable[[Any], list[str]]]] = {
    "discrimination": ("Discrimination", _discrimination),
    "brier": ("Error of predictions", _brier),
    "integrated_brier": ("Error over all times", _integrated),
    "subgroups": ("Subgroups", _subgroups),
    "proportional_hazards": ("Proportional hazards", _proportional_hazards),
    "functional_form": ("Form of the count", _functional_form),
    "influence": ("Influence of single patients", _influence),
    "sample_size": ("Sample size", _sample_size),
    "second_opinion": ("Second opinion", _second_opinion),
}
"""By check: the heading, and what is written where it was measured."""
