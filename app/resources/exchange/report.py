"""What an import answers: a verdict for each row, and the four counts, which always sum to the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.resources.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Alike:
    """A resource of the catalogue that may be the same as a row, and by what one sees it. Never a refuge."""

    resource_id: int
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One row: on which line it begins, what is done with it and why; `name` is for people.

    `alike` is for rows that would be added (重複かも): best first.
    """

    line: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    name: str = ""
    alike: tuple[Alike, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """All rows of one import. `is_written` is False when nothing was written (a trial, or all-or-nothing).

    `batch` names the step in the history by which the import can be taken back.
    """

    items: list[Item] = field(default_factory=list)
    is_written: bool = False
    batch: str | None = None

    def count(self, verdict: Verdict) -> int:
        """Return how many rows got this verdict."""
        return sum(item.verdict is verdict for item in self.items)

    def counts(self) -> dict[str, int]:
        """Return the number of rows and of each verdict."""
        return {"rows": len(self.items)} | {verdict.value: self.count(verdict) for verdict in Verdict}

    def to_json(self) -> dict[str, Any]:
        """Return the answer of `--json`."""
        return self.counts() | {"items": [_item_json(item) for item in self.items]}


def _item_json(item: Item) -> dict[str, Any]:
    return {"line": item.line, "verdict": item.verdict.value, "reasons": list(item.reasons)}
