"""Taking checked rows into the catalogue: once, in one transaction, in slices so that a long file keeps memory flat.

What a file does not say, and what it leaves blank, stays as the catalogue knows it: a telephone call by a worker is
worth more than an empty cell. A row that says what it said last time is not even looked at closely, so corrections made
here survive every further edition that repeats the old line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Right
from app.audit.service import record_event
from app.resources.engine.slices import in_slices
from app.resources.exchange.cells import Value
from app.resources.exchange.checking import CheckedRow
from app.resources.exchange.firsts import Firsts
from app.resources.exchange.identity import REFUGE
from app.resources.exchange.report import Alike, ImportReport, Item, Items
from app.resources.queries import imports as queries
from app.resources.queries.duplicates import find_alike
from app.resources.queries.imports import Known
from app.resources.service.import_rows import Editions, Rows
from app.resources.service.row_names import RowNames
from app.resources.vocabulary import Disclosure, KindGroup, Verdict

_SLICE = 1_000

_NO_RIGHT = "秘匿：秘匿の避難先を登録できるのは、「秘匿の避難先へのつなぎ」の権限を持つ人だけです。権限を持つ人に取り込みを頼んでください。"
_STAYS_HIDDEN = (
    "秘匿：この場所は秘匿の避難先として登録されています。取り込みで公開することはできません。"
    "秘匿の列に「1」と書くか、権限を持つ人が画面で確かめてください。"
)
_GONE = "「同じ」とした資源が、いまは登録されていません。ファイルをもう一度選び、この行を確かめてください。"
_LEFT_OUT = "取り込まないことにした行です。"

Progress = Callable[[int], None]
"""Told how many rows are done."""


class ImportMode(StrEnum):
    """How an import treats what it finds."""

    NORMAL = "normal"
    DRY_RUN = "dry_run"
    ALL_OR_NOTHING = "all_or_nothing"


def import_resources(
    session: Session,
    *,
    rows: Iterable[CheckedRow],
    mode: ImportMode = ImportMode.NORMAL,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Take rows in and report on each. All-or-nothing asks for the rows twice: give it `CheckedRows`, or a list.

    With all-or-nothing a single refused row keeps everything out: the report then says what would have been done, and
    its `is_written` is False. A trial also says which rows resemble an entry that is there; see `Item.alike`.
    """
    if mode is ImportMode.ALL_OR_NOTHING:
        rows = list(rows) if isinstance(rows, Iterator) else rows
        trial = _Import(session, by, at, writes=False, progress=None).run(rows)
        if trial.count(Verdict.REFUSED):
            return trial
    writes = mode is not ImportMode.DRY_RUN
    run = _Import(session, by, at, writes=writes, progress=progress, compares=not writes)
    report = run.run(rows)
    if writes:
        report.batch = run.editions.batch.id
        record_event(
            session,
            action="resources.imported",
            subject_kind="import",
            subject_id="resources",
            by=by.account_id,
            at=at,
            detail={**report.counts(), "batch": report.batch},
        )
    return report


@dataclass(frozen=True, slots=True)
class _Pending:
    """A row of an entry that is there, and its place in the report."""

    row: CheckedRow
    place: int
    known: Known
    # Somebody said that it is this entry, and no identity does.
    is_told: bool


class _Import:
    """One run over the rows."""

    def __init__(
        self,
        session: Session,
        by: Actor,
        at: datetime,
        *,
        writes: bool,
        progress: Progress | None,
        compares: bool = False,
    ) -> None:
        self._session, self._by, self._progress = session, by, progress
        self._writes, self._compares = writes, compares
        self._names = RowNames(session, scope=by.scope)
        self.editions = Editions(session, writes=writes, by=by, at=at)
        self._may_place_in_refuge = by.scope.system is not None or Right.PLACE_IN_REFUGE in by.rights
        self._items = Items()
        # On which line each entry was named first.
        self._named = Firsts()
        # Rows that name an entry by a further identity: they wait until all that have an own one are through.
        self._waiting: list[_Pending] = []

    def run(self, rows: Iterable[CheckedRow]) -> ImportReport:
        """Judge and, when writing, apply every row."""
        for part in in_slices(rows, _SLICE):
            self._names.look_up(part)
            self._take([self._as_meant(row) for row in part])
            if self._progress is not None:
                self._progress(len(self._items))
        for waiting in in_slices(self._waiting, _SLICE):
            self._settle([pending for pending in waiting if self._comes_first(pending)])
        return ImportReport(self._items, is_written=self._writes, placed=self.editions.placed)

    def _as_meant(self, row: CheckedRow) -> CheckedRow:
        """Return a row with what it names; the file need not know that the town keeps a kind secret."""
        row = self._names.complete(row)
        if row.is_refuge or self.editions.group_of(row.kind) is not KindGroup.REFUGE:
            return row
        closed: dict[str, Value] = {
            "is_refuge": True,
            "disclosure": Disclosure.CLOSED.value,
            "contact_is_public": False,
        }
        return replace(row, is_refuge=True, identity=REFUGE + row.identity, values={**row.values, **closed})

    def _take(self, rows: Sequence[CheckedRow]) -> None:
        known = self._find_known(rows)
        added: list[CheckedRow] = []
        differing: list[_Pending] = []
        places: dict[int, int] = {}
        for row in rows:
            there = known.of(row)
            item = self._judge(row, there, known)
            if item.verdict is Verdict.ADDED:
                places[row.line] = len(self._items)
                added.append(row)
            elif item.verdict is Verdict.UNCHANGED and there is not None and not there.is_out_of_reach:
                pending = _Pending(row, len(self._items), there, is_told=known.by_word(row) is None)
                if there.is_by_alias or pending.is_told:
                    self._waiting.append(pending)
                else:
                    self._named.first(str(there.id), row.line)
                    differing.append(pending)
            self._items.append(item)
        if self._compares:
            alike = find_alike(self._session, added, scope=self._by.scope)
            for row in added:
                if row.line in alike:
                    self._items.replace(places[row.line], _resembling(row, alike[row.line]))
        self.editions.add(added)
        self._settle(differing)

    def _judge(self, row: CheckedRow, there: Known | None, known: _KnownRows) -> Item:
        """Return what becomes of a row; whether one that is there changes is seen when it is compared."""
        if row.is_skipped:
            return _item(row, Verdict.SKIPPED, (_LEFT_OUT,))
        if row.reasons:
            return _item(row, Verdict.REFUSED, row.reasons)
        if there is not None and there.is_out_of_reach:
            return _item(row, Verdict.UNCHANGED)
        if row.is_refuge and not self._may_place_in_refuge:
            return _item(row, Verdict.REFUSED, (_NO_RIGHT,))
        if not row.is_refuge and (known.is_secret(row) or (there is not None and there.is_refuge)):
            return _item(row, Verdict.REFUSED, (_STAYS_HIDDEN,))
        if there is None and row.same_as is not None:
            return _item(row, Verdict.REFUSED, (_GONE,))
        return _item(row, Verdict.ADDED if there is None else Verdict.UNCHANGED)

    def _find_known(self, rows: Sequence[CheckedRow]) -> _KnownRows:
        wanted: dict[str, None] = {}
        for row in rows:
            bare = row.identity.removeprefix(REFUGE)
            wanted |= {bare: None, REFUGE + bare: None}
        said = {row.same_as for row in rows if row.same_as is not None}
        scope = self._by.scope
        return _KnownRows(
            queries.find_known(self._session, wanted, scope=scope),
            queries.find_known_by_id(self._session, said, scope=scope),
        )

    def _comes_first(self, pending: _Pending) -> bool:
        """Tell whether no other row named the entry; of one that comes twice the row with its own identity counts."""
        first = self._named.first(str(pending.known.id), pending.row.line)
        if first == pending.row.line:
            return True
        told = f"{first}行目と同じ資源として扱っているため、この行の内容は読みません。"
        self._items.replace(
            pending.place, _item(pending.row, Verdict.UNCHANGED, (*pending.row.warnings, told))
        )
        self._remember(pending)
        return False

    def _remember(self, pending: _Pending) -> None:
        if pending.is_told:
            self.editions.remember(pending.row.identity, pending.known.id)

    def _settle(self, rows: Sequence[_Pending]) -> None:
        """Look closely at the entries that a row may change."""
        wanted: dict[int, _Pending] = {}
        for pending in rows:
            self._remember(pending)
            known = pending.known
            if known.digest != pending.row.digest or (self._writes and not known.has_town):
                wanted[known.id] = pending
        rows_by_id: Rows = {
            key: (pending.row, pending.known.digest != pending.row.digest) for key, pending in wanted.items()
        }
        compared = self.editions.change(rows_by_id)
        for key, changes in compared.changes.items():
            item = replace(_item(wanted[key].row, Verdict.CHANGED), changes=changes)
            self._items.replace(wanted[key].place, item)
        for key, reason in compared.refused.items():
            self._items.replace(wanted[key].place, _item(wanted[key].row, Verdict.REFUSED, (reason,)))


@dataclass(frozen=True)
class _KnownRows:
    """What the catalogue has for a slice of rows."""

    by_identity: Mapping[str, Known]
    by_id: Mapping[int, Known]

    def of(self, row: CheckedRow) -> Known | None:
        """Return the entry that a row is, by its identity or because somebody said so; None for a new one."""
        found = self.by_word(row)
        return self.by_id.get(row.same_as) if found is None and row.same_as is not None else found

    def by_word(self, row: CheckedRow) -> Known | None:
        """Return the entry that has the identity of a row."""
        found = self.by_identity.get(row.identity)
        if found is None and row.is_refuge:
            # A place that was listed openly turns out to be secret: the same entry is closed, none is left behind.
            found = self.by_identity.get(row.identity.removeprefix(REFUGE))
        return found

    def is_secret(self, row: CheckedRow) -> bool:
        """Tell whether the entry of an open row is a secret one."""
        found = self.by_identity.get(REFUGE + row.identity)
        # One that was put into an entry which is open by now stands for that one.
        return found is not None and found.is_refuge


def _item(row: CheckedRow, verdict: Verdict, reasons: tuple[str, ...] | None = None) -> Item:
    return Item(row.line, verdict, row.warnings if reasons is None else reasons, row.name)


def _resembling(row: CheckedRow, alike: tuple[Alike, ...]) -> Item:
    place = row.values.get("address") or row.values.get("building")
    about = tuple(str(words) for words in (row.kind, place, row.values.get("contact")) if words)
    return replace(_item(row, Verdict.ADDED), alike=alike, about=about)
