"""Fewer resamples of a model, where what a test looks at is there with few of them too."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.prognosis.checks import resampled
from app.prognosis.validation.optimism import RESAMPLES_FOR_AN_INTERVAL


@contextmanager
def few_resamples() -> Iterator[None]:
    """Check models by the fewest resamples that give an interval: they are most of a refit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resampled, "RESAMPLES", RESAMPLES_FOR_AN_INTERVAL)
        yield
