"""States of a job."""

from __future__ import annotations

from enum import StrEnum


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
