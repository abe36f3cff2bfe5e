"""What people decide on rows that may be there already: it is the same place, another one, or it is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.resources.exchange.report import Item

NEW: Final = "new"
SKIP: Final = "skip"
SAME: Final = "same"
_SAME_AS: Final = f"{SAME}-"


def same_word(resource_id: int) -> str:
    """Return the word by which a form says that a row is this resource."""
    return f"{_SAME_AS}{resource_id}"


@dataclass(frozen=True)
class Decisions:
    """Line → resource that it is one more edition of, and the lines that are left out. All others are new."""

    same_as: Mapping[int, int] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return them under the names that `Options` has for them."""
        return {
            "same_as": {str(line): resource_id for line, resource_id in self.same_as.items()},
            "skipped": sorted(self.skipped),
        }

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> Decisions:
        """Return what was kept with a job."""
        same_as = {int(line): int(key) for line, key in (words.get("same_as") or {}).items()}
        return cls(same_as, frozenset(map(int, words.get("skipped") or ())))

    def word_of(self, line: int) -> str:
        """Return what was said of a row, as a form writes it."""
        if line in self.skipped:
            return SKIP
        return same_word(self.same_as[line]) if line in self.same_as else NEW

    def with_words(self, words: Mapping[int, str], items: Iterable[Item]) -> Decisions:
        """Return these decisions with further ones: line → word. `items` are the rows that are asked about.

        What names a row that nobody was asked about, or a resource that it was not compared with, counts for nothing.
        """
        same_as, skipped = dict(self.same_as), set(self.skipped)
        offered = _offered(items)
        for line, word in words.items():
            if line not in offered:
                continue
            same_as.pop(line, None)
            skipped.discard(line)
            key = word.removeprefix(_SAME_AS)
            if word == SKIP:
                skipped.add(line)
            elif (
                word.startswith(_SAME_AS) and key.isdecimal() and len(key) <= 10 and int(key) in offered[line]
            ):
                same_as[line] = int(key)
        return Decisions(same_as, frozenset(skipped))

    def still_fitting(self, items: Iterable[Item]) -> Decisions:
        """Return what still fits rows that were looked at anew."""
        offered = _offered(items)
        return Decisions(
            {line: key for line, key in self.same_as.items() if key in offered.get(line, ())},
            frozenset(line for line in self.skipped if line in offered),
        )


def best_words(word: str, items: Iterable[Item]) -> dict[int, str]:
    """Return the same answer for many rows; 「同じ」 names the resource that is most alike."""
    return {item.line: same_word(item.alike[0].resource_id) if word == SAME else word for item in items}


def _offered(items: Iterable[Item]) -> dict[int, set[int]]:
    return {item.line: {alike.resource_id for alike in item.alike} for item in items}
