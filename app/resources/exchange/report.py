"""What an import answers: a verdict for each row, and the four counts, which always sum to the rows."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, overload

from app.resources.vocabulary import Verdict

_PACKED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Alike:
    """A resource of the catalogue that may be the same as a row, and by what one sees it. Never a refuge."""

    resource_id: int
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One row: on which line it begins, what is done with it and why; `name` is for people.

    `alike` is for rows that would be added (重複かも): best first; `about` then is what the row says of itself (kind,
    place, contact). `changes` is for rows that change something: what it is called, what stood there and what would,
    in words.
    """

    line: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    name: str = ""
    alike: tuple[Alike, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    about: tuple[str, ...] = ()


class Items(Sequence[Item]):
    """The rows of a report, in some tens of bytes each: all but the last few hundred are kept packed."""

    def __init__(self) -> None:
        self._codes = bytearray()
        self._packed: list[bytes] = []
        self._last: list[Item] = []
        # The part that was looked at last, as people turn the pages of one part.
        self._opened: tuple[int, list[Item]] = -1, []

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._codes)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        """Return a row, or some of them."""
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(place)
        part, within = divmod(place, _PACKED_AT_ONCE)
        return self._part(part)[within]

    def __iter__(self) -> Iterator[Item]:
        """Yield all rows, unpacking one part at a time."""
        for packed in self._packed:
            yield from _unpack(packed)
        yield from self._last

    def append(self, item: Item) -> None:
        """Add a row."""
        self._codes.append(_CODES[item.verdict])
        self._last.append(item)
        if len(self._last) == _PACKED_AT_ONCE:
            self._packed.append(_pack(self._last))
            self._last = []

    def replace(self, place: int, item: Item) -> None:
        """Put another row in the place of one; cheap for the last rows only."""
        self._codes[place] = _CODES[item.verdict]
        part, within = divmod(place, _PACKED_AT_ONCE)
        items = self._part(part)
        items[within] = item
        if part < len(self._packed):
            self._packed[part] = _pack(items)

    def count(self, value: Any) -> int:
        """Return how many rows have a verdict."""
        return self._codes.count(_CODES[value])

    def choose(self, verdict: Verdict | None, first: int, most: int) -> list[Item]:
        """Return a page of the rows with a verdict, or of all; only the parts that it stands in are unpacked."""
        if verdict is None:
            return self[first : first + most]
        code = _CODES[verdict]
        places = (place for place, there in enumerate(self._codes) if there == code)
        return [self[place] for place in islice(places, first, first + most)]

    def to_json(self) -> dict[str, Any]:
        """Return the rows for keeping with a job."""
        parts = [*self._packed, *([_pack(self._last)] if self._last else [])]
        return {
            "verdicts": self._codes.decode("ascii"),
            "parts": [b64encode(part).decode("ascii") for part in parts],
        }

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> Items:
        """Return rows that were kept."""
        items = cls()
        items._codes = bytearray(words["verdicts"], "ascii")
        items._packed = [b64decode(part) for part in words["parts"]]
        if len(items) % _PACKED_AT_ONCE:
            items._last = _unpack(items._packed.pop())
        return items

    def _part(self, part: int) -> list[Item]:
        if part == len(self._packed):
            return self._last
        if self._opened[0] != part:
            self._opened = part, _unpack(self._packed[part])
        return self._opened[1]


_CODES: Final = {verdict: ord(verdict.value[0]) for verdict in Verdict}


def _pack(items: Sequence[Item]) -> bytes:
    rows = [
        [
            item.line,
            item.verdict.value,
            item.name,
            item.reasons,
            item.changes,
            [[alike.resource_id, alike.name, alike.reasons] for alike in item.alike],
            item.about,
        ]
        for item in items
    ]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def _unpack(packed: bytes) -> list[Item]:
    return [
        Item(
            line=line,
            verdict=Verdict(verdict),
            reasons=tuple(reasons),
            name=name,
            alike=tuple(Alike(key, called, tuple(seen)) for key, called, seen in alike),
            changes=tuple((label, before, after) for label, before, after in changes),
            about=tuple(about),
        )
        for line, verdict, name, reasons, changes, alike, about in json.loads(zlib.decompress(packed))
    ]


@dataclass(slots=True)
class ImportReport:
    """All rows of one import. `is_written` is False when nothing was written (a trial, or all-or-nothing).

    `batch` names the step in the history by which the import can be taken back. `placed` counts the rows that have an
    address and no point, and so get the point of their town (約).
    """

    items: Items = field(default_factory=Items)
    is_written: bool = False
    batch: str | None = None
    placed: int = 0

    def count(self, verdict: Verdict) -> int:
        """Return how many rows got this verdict."""
        return self.items.count(verdict)

    def counts(self) -> dict[str, int]:
        """Return the number of rows and of each verdict; of rows that were left out only where there are any."""
        told = {verdict.value: self.count(verdict) for verdict in Verdict}
        if not told[Verdict.SKIPPED.value]:
            del told[Verdict.SKIPPED.value]
        return {"rows": len(self.items)} | told

    def to_json(self) -> dict[str, Any]:
        """Return the answer of `--json`."""
        return self.counts() | {"items": [_item_json(item) for item in self.items]}

    def write_json(self) -> Iterator[str]:
        """Yield the text of the answer of `--json` in pieces, which for a long file take no memory."""
        yield f'{json.dumps(self.counts(), ensure_ascii=False)[:-1]}, "items": ['
        for place, item in enumerate(self.items):
            yield f"{', ' if place else ''}{json.dumps(_item_json(item), ensure_ascii=False)}"
        yield "]}\n"


def _item_json(item: Item) -> dict[str, Any]:
    return {"line": item.line, "verdict": item.verdict.value, "reasons": list(item.reasons)}
