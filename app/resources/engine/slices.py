"""Long lists in parts, so that no statement takes more values than the databases allow and memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_slices(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the items in parts of `size`, the last one shorter."""
    rest = iter(items)
    while part := tuple(islice(rest, size)):
        yield part
