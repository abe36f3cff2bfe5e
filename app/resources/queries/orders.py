"""The orders of lists, as an address writes them."""

from __future__ import annotations

from enum import StrEnum


class ColumnOrder(StrEnum):
    """An order by a column: a leading hyphen turns it round. The members are those of each list."""

    @property
    def key(self) -> str:
        """The column that it follows."""
        return self.value.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether it runs from the last to the first."""
        return self.value.startswith("-")
