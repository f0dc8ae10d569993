"""The items of TRIPOD+AI, each filled from what is known of a model or left to its authors."""

from dataclasses import dataclass
from typing import Literal

from app.prognosis.tripod_facts import Subject, known_items

SOURCE = "Collins GS et al. TRIPOD+AI statement. BMJ 2024;385:e078378."
"""Items are numbered as there; the titles are ours."""

Status = Literal["filled", "not applicable", "to be completed by the authors"]


@dataclass(frozen=True)
class TripodItem:
    """
    One item of the report.

    Attributes
    ----------
    item : str
        Its number in TRIPOD+AI, with the letter of its part.
    section, title : str
        Where it stands in a paper, and what it asks for.
    status : {'filled', 'not applicable', 'to be completed by the authors'}
        Whether the registry could say it.
    text : str
        What the registry says; for the authors' items what they have to add.
    """

    item: str
    section: str
    title: str
    status: Status
    text: str


def tripod_items(subject: Subject) -> tuple[TripodItem, ...]:
    """
    Fill the items of TRIPOD+AI.

    Parameters
    ----------
    subject : Subject
        What the report is about.

    Returns
    -------
    tuple of TripodItem
        In the order of the statement, each part of an item by itself.

    References
    ----------
    Collins GS et al. BMJ 2024;385:e078378.
    """
    known = known_items(subject)
    irrelevant = NOT_APPLICABLE | (JUDGEMENTS if subject.is_about_death else {})
    return tuple(
        TripodItem(item, section, title, *_answer(item, known.get(item), irrelevant))
        for section, titles in TITLES.items()
        for item, title in titles.items()
    )


def _answer(item: str, known: str | None, irrelevant: dict[str, str]) -> tuple[Status, str]:
    if item in irrelevant:
        return "not applicable", irrelevant[item]
    if known is None:
        return "to be completed by the authors", ASKED[item]
    if item in ASKED_BESIDES:
        return "to be completed by the authors", f"{known} {ASKED_BESIDES[item]}"
    return "filled", known


TITLES: dict[str, dict[str, str]] = {
    "Title": {"1": "Name of the study"},
    "Abstract": {"2": "Summary"},
    "Introduction": {
        "3a": "Clinical context",
        "3b": "For whom, when and for what",
        "3c": "Known inequalities",
        "4": "Aim",
    },
    "Methods": {
        "5a": "Where the data come from",
        "5b": "Dates",
        "6a": "Places",
        "6b": "Who was eligible",
        "6c": "Treatments",
        "7": "How the data were prepared",
        "8a": "Outcome",
        "8b": "Who judged the outcome",
        "8c": "Blinding of that judgement",
        "9a": "How predictors were chosen",
        "9b": "What the predictors are",
        "9c": "Who judged the predictors",
        "10": "Sample size",
        "11": "Missing values",
        "12a": "Which data for what",
        "12b": "Form of the predictors",
        "12c": "Kind of model and how it was built",
        "12d": "Differences between clusters",
        "12e": "Measures of performance",
        "12f": "Updating",
        "12g": "How predictions are computed",
        "13": "Rare outcomes",
        "14": "Fairness",
        "15": "What the model answers",
        "16": "Development against evaluation",
        "17": "Ethics",
    },
    "Open science": {
        "18a": "Funding",
        "18b": "Interests",
        "18c": "Protocol",
        "18d": "Registration",
        "18e": "Data",
        "18f": "Code",
    },
    "Patients and public": {"19": "How they took part"},
    "Results": {
        "20a": "Flow of patients",
        "20b": "Characteristics",
        "20c": "Comparison with the development data",
        "21": "Patients and events in each analysis",
        "22": "The whole model",
        "23a": "Performance",
        "23b": "Performance between clusters",
        "24": "Results of updating",
    },
    "Discussion": {
        "25": "Interpretation",
        "26": "Limitations",
        "27a": "Poor or missing input",
        "27b": "Who enters what",
        "27c": "Next steps",
    },
}
"""Titles of the items by section."""

ASKED = {
    "2": "A structured summary, by the statement's list for abstracts.",
    "3a": "The clinical context, and the models that there were before.",
    "3c": "Known inequalities in care or outcome between groups of people.",
    "6c": "The treatments that patients were given, and how they were handled.",
    "8b": "Who judged the outcome, and with what training.",
    "8c": "Whether the outcome was judged without knowledge of the predictors.",
    "9c": "Who judged those predictors that need judgement, and with what training.",
    "14": "No subgroup was measured: what was done for fairness, and why.",
    "17": "The committee that approved the study, and consent or its waiver.",
    "18a": "Who paid, and what say they had.",
    "18b": "Interests of the authors, financial or not.",
    "18c": "Where the protocol can be read, or that there is none.",
    "18d": "The register and the number, or that the study is in none.",
    "18e": "Whether and how the data can be had.",
    "19": "How patients and the public took part, or that they did not.",
    "25": "What the results mean, beside earlier ones and for fairness.",
    "27c": "What comes next; external validation above all.",
}
"""What the authors have to say, where nothing is known here."""

ASKED_BESIDES = {
    "5a": "The authors add why the data are representative.",
    "5b": "The authors add when accrual began and ended.",
    "6a": "The authors add the centres and the kind of care.",
    "20b": "The authors add what is not recorded here, treatments above all.",
}
"""What the authors have to add to what is known."""

JUDGEMENTS = dict.fromkeys(("8b", "8c"), "Death from any cause needs no judgement.")
"""Not applicable where the event is death."""

_ONE_CLUSTER = "One organisation; its centres are not told apart."
_NO_UPDATE = "A refit makes a new model; none is updated."
_NO_OTHER_DATA = "There are no other data than those of the development."

NOT_APPLICABLE = {
    "12d": _ONE_CLUSTER,
    "12f": _NO_UPDATE,
    "13": "Times to an event; rows are neither resampled nor weighted.",
    "16": _NO_OTHER_DATA,
    "20c": _NO_OTHER_DATA,
    "23b": _ONE_CLUSTER,
    "24": _NO_UPDATE,
}
"""What no model of this service has."""
