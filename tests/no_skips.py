"""A skipped test is a failure: it would look like a pass to whoever reads only the last line."""

import pytest
from _pytest.terminal import TerminalReporter


class SkippedTestsFail:
    """Turns the exit status of a run with a skipped test into a failure and says why."""

    def __init__(self, reporter: TerminalReporter) -> None:
        self._reporter = reporter

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        skipped = len(self._reporter.stats.get("skipped", ()))
        if skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            self._reporter.ensure_newline()
            self._reporter.write_line(f"{skipped} skipped: a test runs or is not there", red=True)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        config.pluginmanager.register(SkippedTestsFail(reporter))
