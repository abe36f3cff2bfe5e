"""Where the bytes of a file come from: memory, the disk, or a store that is read a part at a time."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeAlias

_BLOCK: Final = 1024 * 1024


class Stored(Protocol):
    """A file that is kept elsewhere, as in the database, so that nobody has to hold all of it."""

    @property
    def size(self) -> int:
        """Its length in bytes."""

    def open(self) -> BinaryIO:
        """Return a stream at its beginning that can be moved to any place of it."""


Source: TypeAlias = bytes | Path | Stored


def open_source(source: Source) -> BinaryIO:
    """Open a file, wherever it is."""
    if isinstance(source, bytes):
        return BytesIO(source)
    return source.open("rb") if isinstance(source, Path) else source.open()


def size_of(source: Source) -> int:
    """Return the length of a file in bytes, without reading it."""
    if isinstance(source, bytes):
        return len(source)
    return source.stat().st_size if isinstance(source, Path) else source.size


def read_head(source: Source, size: int = _BLOCK) -> bytes:
    """Return the beginning of a file."""
    with open_source(source) as file:
        return file.read(size)


def blocks_of(source: Source) -> Iterator[bytes]:
    """Yield a file in parts of a megabyte."""
    with open_source(source) as file:
        while block := file.read(_BLOCK):
            yield block
