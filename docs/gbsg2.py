"""Write the German Breast Cancer Study Group 2 trial as a cohort file: `python gbsg2.py FILE`."""

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

CLOSING = date(1992, 3, 31)
"""Invented: the public data hold times, no dates. Everybody's follow-up is laid to end here, so
that nobody alive looks lost, and the day is the data cut-off of the refit."""


def source() -> Path:
    """Find the trial's data in the lifelines package (Schumacher M et al. J Clin Oncol 1994)."""
    package = find_spec("lifelines")
    if package is None or package.origin is None:
        raise SystemExit("lifelines is not installed")
    return Path(package.origin).parent / "datasets" / "gbsg2.csv"


def rows() -> Iterator[dict[str, str | int]]:
    """Say of each patient what a cohort file says; grade as two binaries against grade I."""
    with source().open(newline="") as file:
        for number, patient in enumerate(csv.DictReader(file), start=1):
            days = int(patient["time"])
            yield {
                "patient_id": f"GBSG2-{number:03d}",
                "index_date": (CLOSING - timedelta(days)).isoformat(),
                "disease_setting": "non_metastatic",
                "age": patient["age"],
                "horth": int(patient["horTh"] == "yes"),
                "post": int(patient["menostat"] == "Post"),
                "tsize": patient["tsize"],
                "tgrade_ii": int(patient["tgrade"] == "II"),
                "tgrade_iii": int(patient["tgrade"] == "III"),
                "pnodes": patient["pnodes"],
                "progrec": patient["progrec"],
                "estrec": patient["estrec"],
                "follow_up_days": days,
                "died": "false",
                "progression_days": days if patient["cens"] == "1" else "",
            }


if __name__ == "__main__":
    patients = list(rows())
    with Path(sys.argv[1]).open("w", newline="") as file:
        writer = csv.DictWriter(file, list(patients[0]))
        writer.writeheader()
        writer.writerows(patients)
