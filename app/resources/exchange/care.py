"""Rows by which something would become public that somebody ought to have been asked about first.

A file that says 「公開」, or that is a published one, says nothing of whether a home for children may stand on a page that
everybody reads. Such rows come in as 関係者 unless whoever imports says otherwise, and what people here closed stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from app.resources.exchange.cells import Value
from app.resources.exchange.checking import CheckedRow
from app.resources.policies import wants_care_before_public
from app.resources.vocabulary import Disclosure


@dataclass(frozen=True)
class Care:
    """What whoever imports said: both hold something back, and both hold where nothing was said.

    `holds_back`: what protects children or women does not become public. `keeps_closed`: an entry that is here keeps its
    公開区分 where the file says 「公開」.
    """

    holds_back: bool = True
    keeps_closed: bool = True

    def take(self, row: CheckedRow) -> CheckedRow:
        """Return the row as it may be taken in."""
        if not says_public(row):
            return row
        if self.holds_back and wants_care(row):
            return _without_disclosure(row, Disclosure.PARTNERS)
        if self.keeps_closed and "disclosure" in row.values:
            return _without_disclosure(row, Disclosure.PUBLIC)
        return row


@dataclass(frozen=True)
class CarefulRows:
    """Rows as they may be taken in, asked for as often as one likes."""

    rows: Iterable[CheckedRow]
    care: Care

    def __iter__(self) -> Iterator[CheckedRow]:
        """Yield the rows one by one."""
        return map(self.care.take, self.rows)


@dataclass(frozen=True)
class WatchedRows:
    """Rows as the file has them. While they are read, it is noted which lines say 「公開」 and whether that wants care.

    A line that is public only because its file is, and wants no care, is not noted: nobody is asked about it.
    """

    rows: Iterable[CheckedRow]
    public: dict[int, bool] = field(default_factory=dict)

    def __iter__(self) -> Iterator[CheckedRow]:
        """Yield the rows one by one."""
        for row in self.rows:
            if says_public(row):
                is_delicate = wants_care(row)
                if is_delicate or "disclosure" in row.values:
                    self.public[row.line] = is_delicate
            yield row


def says_public(row: CheckedRow) -> bool:
    """Tell whether a row would make a new entry public."""
    said = row.values.get("disclosure", row.defaults.get("disclosure"))
    return not row.is_refuge and said == Disclosure.PUBLIC.value


def wants_care(row: CheckedRow) -> bool:
    """Tell whether kind, name or legal basis say that somebody must have been asked before this is public."""
    basis = row.values.get("legal_basis")
    return wants_care_before_public(row.kind, row.name, basis if isinstance(basis, str) else None)


def _without_disclosure(row: CheckedRow, disclosure: Disclosure) -> CheckedRow:
    """Leave the 公開区分 of what is here alone, and say with what a new entry starts."""
    values = {name: value for name, value in row.values.items() if name != "disclosure"}
    defaults: dict[str, Value] = {**row.defaults, "disclosure": disclosure.value}
    if disclosure is not Disclosure.PUBLIC:
        defaults["contact_is_public"] = False
        values.pop("contact_is_public", None)
    return replace(row, values=values, defaults=defaults)
