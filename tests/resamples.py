"""Fewer resamples of a model, where what a test looks at is there with few of them too."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from app.prognosis.checks import resampled
from app.prognosis.comparison import compare
from app.prognosis.validation.optimism import RESAMPLES_FOR_AN_INTERVAL
from app.usecases import comparing


@contextmanager
def few_resamples() -> Iterator[None]:
    """Check models by the fewest resamples that give an interval: they are most of a refit."""
    few = RESAMPLES_FOR_AN_INTERVAL
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resampled, "RESAMPLES", few)
        patch.setattr(comparing, "compare", partial(compare, resamples=few))
        yield
