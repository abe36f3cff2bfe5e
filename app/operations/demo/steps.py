"""Progress of the seeding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What is being put in, how many are, and of how many."""

    label: str
    done: int
    total: int
