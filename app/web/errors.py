"""What can go wrong between a person and the product, said without any domain and without Flask.

Services raise these; ``app.web.error_pages`` turns them into pages. Their texts are shown to people, so they are
written in plain Japanese and never repeat what was typed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHANGED_MEANWHILE = "ほかの人が先に変更しました。画面を開き直して、いまの内容を確かめてください。"
"""What `Refused` says to the later of two who changed the same."""


class Missing(Exception):
    """There is nothing here for this person.

    It is raised alike for a thing that does not exist, for one that belongs to others and for one that may not be
    seen: from outside, the three must look the same.
    """


class Refused(Exception):
    """A rule says no, and the person can be told which one. ``field`` names the form field it concerns, if one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True)
class Problem:
    """One thing to mend in what was handed in: where it is, what it is, and how to mend it."""

    field: str | None
    line: int | None
    message: str
    remedy: str

    @property
    def text(self) -> str:
        """The problem in one sentence after the other, beginning with the line of the file."""
        where = f"{self.line}行目：" if self.line is not None else ""
        return f"{where}{self.message}{self.remedy}"


class InputRefused(Exception):
    """What was handed in cannot be taken as it is; carries every problem at once, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("InputRefused needs at least one problem to tell")
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class TooOften(Exception):
    """The same thing was tried too often; it may be tried again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again after {seconds} seconds")
        self.seconds = seconds


class NotNow(Exception):
    """The product cannot answer just now, for a reason that will pass (the disk is full, the database is busy)."""


class Busy(NotNow):
    """Too much of the same heavy work is going on; it may be asked for again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"ask again after {seconds} seconds")
        self.seconds = seconds
