"""Serving processes whose parent hears at once when one of them dies."""

from typing_extensions import override
from uvicorn.supervisors import multiprocess


class Worker(multiprocess.Process):
    """A serving process that alone holds its end of the pipe on which its parent asks for life."""

    @override
    def start(self) -> None:
        super().start()
        # While the parent held that end too, no death closed it: one that came between question
        # and answer, or before the first answer, was taken for silence and waited out, 30 s long.
        self.child_conn.close()


def replace_at_once() -> None:
    """Have uvicorn's parent start such processes; it offers no setting for that."""
    multiprocess.Process = Worker  # type: ignore[misc]
