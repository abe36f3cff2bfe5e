"""States of a job, the loss of its lease, and how its file is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PART_SIZE: Final = 1024 * 1024
"""In bytes, of the parts in which a file lies in the database."""


class LeaseLost(Exception):
    """Another worker has the job by now, or it was taken back: what this one did must not stand."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "queued": "順番待ち",
            "running": "処理中",
            "done": "終わりました",
            "failed": "できませんでした",
            "cancelled": "取りやめました",
        }[self.value]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in (JobState.QUEUED, JobState.RUNNING)
