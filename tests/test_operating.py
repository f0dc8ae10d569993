"""What docs/operating.md names is there: settings and metrics."""

import re
from pathlib import Path

from app.api.metrics import Gauges, Metrics
from app.settings import Settings, describe

PAGE = (Path(__file__).parent.parent / "docs/operating.md").read_text()


def test_every_setting_that_it_names_can_be_set() -> None:
    named = set(re.findall(r"PROGNOSIS_[A-Z_]+", PAGE))

    assert len(named) > 4
    assert named <= {row.name for row in describe(Settings())}


def test_every_metric_that_it_names_is_told_from_the_start() -> None:
    named = set(re.findall(r"prognosis_[a-z_]+", PAGE))
    told = re.findall(r"^# TYPE (\S+)", Metrics([]).text(Gauges({})), re.MULTILINE)

    assert len(named) > 3
    assert named <= set(told)


def test_what_alerts_at_its_first_event_stands_at_nothing_before() -> None:
    told = Metrics([]).text(Gauges({})).splitlines()

    assert "prognosis_break_glass_total{} 0" in told
    assert 'prognosis_requests_refused_total{limit="wrong-keys"} 0' in told
