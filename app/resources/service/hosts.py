"""What a host does on its own page, and what a coordinator does for it. Every change is kept with what stood before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.policies import LINK_VISIT_LASTS
from app.accounts.service import follow_link, issue_link
from app.accounts.vocabulary import Actor
from app.audit.engine import Detail
from app.audit.service import record_event
from app.resources.engine.stale import left_and_clashing
from app.resources.models import Host, Opening, OpeningSlot
from app.resources.models.rows import SlotValues, as_plain, subject_of
from app.resources.policies import ASKED_THROUGH, MOST_SEATS, WAITING_FIELDS, do_seats_wait
from app.resources.queries import host_changes
from app.resources.queries import openings as queries
from app.resources.service.batches import Batch
from app.resources.service.changes import Undone, undo_batch
from app.resources.vocabulary import ChangeCause, ChangeState
from app.web.errors import Missing, Refused

SUBJECT = "host"
"""The kind of subject of a host's signed links."""


class ChangedSince(Exception):
    """Somebody else wrote other words into fields that the host was changing; `now` has them by column."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__()
        self.now = dict(now)


@dataclass(frozen=True)
class Told:
    """What became of what a host typed: how many fields changed at once, and how many wait for a coordinator."""

    changed: int
    waiting: int


def invite_host(session: Session, *, host_id: int, by: Actor, at: datetime) -> str:
    """Make a fresh signed link for a host and return its token; the one before ends."""
    queries.get_host(session, host_id, scope=by.scope)
    return issue_link(session, subject_kind=SUBJECT, subject_id=host_id, by=by, at=at)


def enter_and_confirm(session: Session, *, token: str, by: Actor, at: datetime) -> str:
    """Follow a host's link and confirm all its openings in the same step; return the token of the visit.

    Raises `Missing` for a link that does not exist, was used or has run out, without saying which.
    """
    visit_token, (kind, host_id) = follow_link(session, token=token, at=at)
    if kind != SUBJECT:
        raise Missing
    confirm_openings(session, host_id=host_id, by=by, at=at)
    return visit_token


def confirm_openings(session: Session, *, host_id: int, by: Actor, at: datetime) -> int:
    """Note that all openings of a host are still as they stand; return how many."""
    openings = list_own_openings(session, host_id=host_id, by=by, at=at)
    batch = Batch(session, ChangeCause.HOST, by=by, at=at)
    for opening in openings:
        batch.change(opening, {"confirmed_on": at.date()})
    _record(session, "openings.confirmed", host_id, by, at, {"openings": len(openings)})
    return len(openings)


def change_slots(
    session: Session,
    *,
    host_id: int,
    seats: Mapping[int, int],
    shown: Mapping[int, int] | None = None,
    added: Sequence[tuple[int, SlotValues]] = (),
    by: Actor,
    at: datetime,
) -> Told:
    """Change the seats of the host's own slots (slot id → seats), and add slots (opening id, slot).

    Who has a seat keeps it: fewer seats than are taken only means that none is free. A slot without seats stays where it
    is, to be opened again. A slot or an opening of another host is passed over, since nobody can name it from the page.
    Far more seats than before wait for a coordinator. `shown` are the seats that the page showed: what the host left as
    it was shown stays as it is by now. Raises `Refused` for numbers that cannot be, and for a slot that both changed.
    """
    batch = Batch(session, ChangeCause.HOST, by=by, at=at)
    changed = waiting = 0
    for opening in list_own_openings(session, host_id=host_id, by=by, at=at):
        before = [SlotValues.of(slot) for slot in opening.slots]
        after = [
            replace(value, seats=_seats(_wanted(slot, seats, shown or {}), f"slot-{slot.id}"))
            for slot, value in zip(opening.slots, before, strict=True)
        ]
        for opening_id, slot in added:
            if opening_id == opening.id:
                after = _with(after, slot, f"new-seats-{opening_id}")
        _refuse_crowd(opening, after)
        values: dict[str, Any] = {"confirmed_on": at.date()}
        if after != before:
            if do_seats_wait(sum(slot.seats for slot in before), sum(slot.seats for slot in after)):
                waiting += _propose(session, host_id, opening, "all_slots", after, by, at)
            else:
                _take_back(session, host_id, opening, "all_slots", by, at)
                values["all_slots"] = after
                changed += sum(slot not in before for slot in after)
        batch.change(opening, values)
    return Told(changed, waiting)


def pause_openings(session: Session, *, host_id: int, until: date, by: Actor, at: datetime) -> None:
    """Rest all openings until a day, from which they come back by themselves; raise `Refused` for a day gone by."""
    if until <= at.date():
        raise Refused("再開の日は、あした以降の日にしてください。", field="until")
    _rest(session, host_id, until, by, at)


def resume_openings(session: Session, *, host_id: int, by: Actor, at: datetime) -> None:
    """End a rest early."""
    _rest(session, host_id, None, by, at)


def ask_for_call(session: Session, *, host_id: int, by: Actor, at: datetime) -> None:
    """Note that the host would like to be called."""
    host = queries.get_host(session, host_id, scope=by.scope)
    Batch(session, ChangeCause.HOST, by=by, at=at).change(host, {"call_asked_at": at})


def change_details(
    session: Session,
    *,
    host_id: int,
    opening_id: int | None,
    values: Mapping[str, Any],
    marks: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Told:
    """Change what a host says of itself, or with `opening_id` of one of its openings (columns of the row).

    What `WAITING_FIELDS` names waits for a coordinator, each field for itself. Raises `Missing` for an opening of
    another host, `Refused` for what does not fit together. `marks` are those of what the host was shown: what it left
    alone stays as it is by now, and `ChangedSince` is raised where both it and somebody else changed a field.
    """
    row: Host | Opening
    if opening_id is None:
        row = queries.get_host(session, host_id, scope=by.scope)
        _refuse_unreachable(row, values)
    else:
        own = list_own_openings(session, host_id=host_id, by=by, at=at)
        found = next((opening for opening in own if opening.id == opening_id), None)
        if found is None:
            raise Missing
        row = found
        begins, ends = values.get("insured_from"), values.get("insured_to")
        if begins and ends and ends < begins:
            raise Refused("保険の終わりが、始まりより前です。日付を確かめてください。", field="insured_to")
    values = _without_left(row, values, marks or {})
    risky = WAITING_FIELDS[subject_of(row)]
    waiting = sum(
        _propose(session, host_id, row, name, value, by, at)
        for name, value in values.items()
        if name in risky
    )
    harmless = {name: value for name, value in values.items() if name not in risky}
    changed = Batch(session, ChangeCause.HOST, by=by, at=at).change(row, harmless)
    return Told(len(changed), waiting)


def _without_left(row: Host | Opening, values: Mapping[str, Any], marks: Mapping[str, str]) -> dict[str, Any]:
    typed = {name: as_plain(row, name, value) for name, value in values.items()}
    stands = {name: as_plain(row, name) for name in values}
    left, clashing = left_and_clashing(typed, stands, marks)
    if clashing:
        raise ChangedSince({name: stands[name] for name in values if name in clashing})
    return {name: value for name, value in values.items() if name not in left}


def undo_last(session: Session, *, host_id: int, by: Actor, at: datetime) -> Undone:
    """Take back the host's last change of this visit; nothing where there is none."""
    last = host_changes.find_last_batch_of_host(session, host_id, since=at - LINK_VISIT_LASTS, scope=by.scope)
    if not last:
        return Undone(0, ())
    return undo_batch(session, batch_id=last[0].batch, by=by, at=at)


def withdraw_proposal(session: Session, *, host_id: int, batch_id: str, by: Actor, at: datetime) -> bool:
    """Take back what waits for a coordinator; tell whether it still waited."""
    waiting = [
        change
        for change in host_changes.list_waiting_of_hosts(session, host_id=host_id, scope=by.scope)
        if change.batch == batch_id
    ]
    for change in waiting:
        change.state, change.decided_at = ChangeState.UNDONE, at
    if waiting:
        _record(session, "host.change_withdrawn", host_id, by, at, {"changes": len(waiting)})
    return bool(waiting)


def list_own_openings(session: Session, *, host_id: int, by: Actor, at: datetime) -> list[Opening]:
    """Return what a host still offers."""
    return [
        opening
        for opening in queries.list_openings_of_host(session, host_id, scope=by.scope)
        if opening.ended_on is None or opening.ended_on > at.date()
    ]


def _propose(
    session: Session, host_id: int, row: Host | Opening, name: str, value: Any, by: Actor, at: datetime
) -> int:
    """Propose one field, in a step of its own so that each is decided on for itself; the host's earlier word is over."""
    if _is_proposed(session, host_id, row, name, value, by):
        return 0
    _take_back(session, host_id, row, name, by, at)
    return Batch(session, ChangeCause.HOST, by=by, at=at).propose(row, {name: value})


def _is_proposed(
    session: Session, host_id: int, row: Host | Opening, name: str, value: Any, by: Actor
) -> bool:
    return any(
        (change.subject, change.subject_id, change.field) == (subject_of(row), row.id, name)
        and change.after == as_plain(row, name, value)
        for change in host_changes.list_waiting_of_hosts(session, host_id=host_id, scope=by.scope)
    )


def _take_back(
    session: Session, host_id: int, row: Host | Opening, name: str, by: Actor, at: datetime
) -> None:
    for change in host_changes.list_waiting_of_hosts(session, host_id=host_id, scope=by.scope):
        if (change.subject, change.subject_id, change.field) == (subject_of(row), row.id, name):
            change.state, change.decided_at = ChangeState.UNDONE, at


def _rest(session: Session, host_id: int, until: date | None, by: Actor, at: datetime) -> None:
    batch = Batch(session, ChangeCause.HOST, by=by, at=at)
    for opening in list_own_openings(session, host_id=host_id, by=by, at=at):
        batch.change(opening, {"paused_until": until, "confirmed_on": at.date()})


def _with(slots: list[SlotValues], added: SlotValues, field: str) -> list[SlotValues]:
    """Add a slot; where the weekday and part are there already, they take its seats, and its hours where it has some."""
    if not _seats(added.seats, field):
        raise Refused("加える曜日の人数を、1以上の数字で入力してください。", field=field)
    if added.runs_backwards:
        raise Refused("終わりの時刻が、始まりより前です。時刻を確かめてください。", field=field)
    for number, slot in enumerate(slots):
        if (slot.weekday, slot.part) == (added.weekday, added.part):
            hours = (slot.begins_minute, slot.ends_minute)
            if added.begins_minute is not None or added.ends_minute is not None:
                hours = (added.begins_minute, added.ends_minute)
            opened = replace(slot, seats=added.seats, begins_minute=hours[0], ends_minute=hours[1])
            return [*slots[:number], opened, *slots[number + 1 :]]
    return [*slots, added]


def _wanted(slot: OpeningSlot, seats: Mapping[int, int], shown: Mapping[int, int]) -> int:
    typed = seats.get(slot.id, slot.seats)
    before = shown.get(slot.id, slot.seats)
    if before == slot.seats or typed in (before, slot.seats):
        return slot.seats if typed == before else typed
    raise Refused(
        f"さきほど、担当者がここを{slot.seats}人に直しました。{typed}人でよければ、もう一度押してください。",
        field=f"slot-{slot.id}",
    )


def _seats(wanted: int, field: str) -> int:
    if not 0 <= wanted <= MOST_SEATS:
        raise Refused(f"席の数は0から{MOST_SEATS}までの数字にしてください。", field=field)
    return wanted


def _refuse_crowd(opening: Opening, slots: Sequence[SlotValues]) -> None:
    """A facility's own users have their seats first."""
    for slot in slots:
        if slot.is_crowded:
            held = next(
                (held for held in opening.slots if (held.weekday, held.part) == (slot.weekday, slot.part)),
                None,
            )
            raise Refused(
                f"席の数は、本来の利用者{slot.original_users or 0}人とあわせて、定員{slot.capacity}人までにしてください。",
                field=f"slot-{held.id}" if held is not None else None,
            )


def _refuse_unreachable(host: Host, values: Mapping[str, Any]) -> None:
    ask_by = values.get("ask_by")
    if ask_by is not None and ask_by in ASKED_THROUGH:
        column, word = ASKED_THROUGH[ask_by]
        if not values.get(column) and not getattr(host, column):
            raise Refused(f"{ask_by.label}で聞くには、{word}も入力してください。", field=column)


def _record(session: Session, action: str, host_id: int, by: Actor, at: datetime, detail: Detail) -> None:
    record_event(
        session,
        action=action,
        subject_kind=SUBJECT,
        subject_id=host_id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
