"""Changing many entries in one step, which is looked at before and can be taken back after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.engine.bulk_steps import Doing, Facts, Step, Target, values_of, why_ask, why_not
from app.resources.models import Resource
from app.resources.models.rows import as_plain
from app.resources.policies import may_keep_secrets
from app.resources.queries import selection as queries
from app.resources.queries.kinds import get_kind
from app.resources.queries.selection import Selection
from app.resources.service.batches import SLICE, Batch
from app.resources.vocabulary import ChangeCause, KindGroup
from app.web.errors import Refused

_NAME_MOST = 60
_TEXT_MOST = 200


@dataclass(frozen=True)
class Left:
    """An entry that is left out, and why."""

    resource: Resource
    why: str


@dataclass(frozen=True)
class Plan:
    """What a step would do: whom it changes, whom only after somebody made sure, whom not at all."""

    ready: tuple[Resource, ...]
    doubtful: tuple[Left, ...]
    impossible: tuple[Left, ...]
    # So many are already as the step would make them.
    same: int
    # Whether those that are changed become secret refuges.
    makes_secret: bool

    @property
    def total(self) -> int:
        """How many entries were picked."""
        return len(self.ready) + len(self.doubtful) + len(self.impossible) + self.same


@dataclass(frozen=True)
class Done:
    """A step that was done: its id in the history, None when nothing differed, and how many entries it changed."""

    batch: str | None
    changed: int


def plan_step(session: Session, *, step: Step, selection: Selection, by: Actor, at: datetime) -> Plan:
    """Look at what a step would do, and change nothing. Raises `Refused` where the step itself may not be done."""
    return _plan(session, step, selection, _target(session, step, by, at), by, for_changing=False)


def apply_step(
    session: Session,
    *,
    step: Step,
    selection: Selection,
    with_doubtful: bool,
    by: Actor,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> Done:
    """Do a step to every picked entry that it can be done to, in one batch. The selection is asked for anew.

    `progress` is told how many entries were gone through.
    """
    target = refuse_unfit(session, step=step, by=by, at=at)
    plan = _plan(session, step, selection, target, by, for_changing=True)
    rows = [*plan.ready, *((left.resource for left in plan.doubtful) if with_doubtful else ())]
    if not rows:
        return Done(None, 0)
    values = values_of(step, target)
    batch = Batch(session, ChangeCause.BULK, by=by, at=at)
    changed = batch.change_all((row, values) for row in _counted(rows, progress))
    is_secret = any(row.is_refuge for row in rows)
    record_event(
        session,
        action="catalogue.changed",
        subject_kind="catalogue_change",
        subject_id=batch.id,
        by=by.account_id,
        at=at,
        # How many refuges there are is nobody's to read in the log.
        detail={"step": step.code} if is_secret else {"step": step.code, "entries": changed},
    )
    return Done(batch.id, changed)


def refuse_unfit(session: Session, *, step: Step, by: Actor, at: datetime) -> Target:
    """Return what a step makes of entries; raise `Refused` where it may not be done, or lacks its words."""
    if step.doing.wants_text and not step.text:
        raise Refused(f"{step.doing.wants_text}を入力してください。", field="text")
    if len(step.text) > _TEXT_MOST:
        raise Refused(f"{_TEXT_MOST}文字以内で入力してください。", field="text")
    return _target(session, step, by, at)


def _counted(rows: Iterable[Resource], progress: Callable[[int], None] | None) -> Iterator[Resource]:
    for done, row in enumerate(rows):
        if progress is not None and done % SLICE == 0:
            progress(done)
        yield row


def _target(session: Session, step: Step, by: Actor, at: datetime) -> Target:
    group = None
    if step.kind_id is not None:
        kind = get_kind(session, step.kind_id, scope=by.scope)
        if kind.is_retired:
            raise Refused("もう選べない種別です。別の種別を選んでください。", field="step")
        if kind.group is KindGroup.REFUGE and not may_keep_secrets(by):
            raise Refused(
                "秘匿の避難先にできるのは、権限を持つコーディネーターか市職員だけです。", field="step"
            )
        group = kind.group
    return Target(on=at.date(), by=by.display_name[:_NAME_MOST], group=group)


def _plan(
    session: Session, step: Step, selection: Selection, target: Target, by: Actor, *, for_changing: bool
) -> Plan:
    values = values_of(step, target)
    rows = queries.list_selected(session, selection, scope=by.scope, for_changing=for_changing)
    at_work: set[int] = set()
    if step.doing is Doing.END:
        at_work = queries.find_places_with_openings(session, scope=by.scope)
    ready: list[Resource] = []
    doubtful: list[Left] = []
    impossible: list[Left] = []
    same = 0
    for row in rows:
        facts = _facts(row, at_work)
        if (why := why_not(step, facts, target)) is not None:
            impossible.append(Left(row, why))
        elif _is_so_already(step, row, values):
            same += 1
        elif (why := why_ask(step, facts)) is not None:
            doubtful.append(Left(row, why))
        else:
            ready.append(row)
    return Plan(tuple(ready), tuple(doubtful), tuple(impossible), same, target.group is KindGroup.REFUGE)


def _is_so_already(step: Step, row: Resource, values: dict[str, object]) -> bool:
    if step.doing in (Doing.END, Doing.RESTORE):
        # A place that has ended keeps its day and its reason.
        values = {"state": values["state"]}
    return all(as_plain(row, name) == as_plain(row, name, value) for name, value in values.items())


def _facts(row: Resource, at_work: set[int]) -> Facts:
    return Facts(
        name=row.name,
        kind=row.kind.label,
        group=row.kind.group,
        is_refuge=row.is_refuge,
        is_light=row.is_light,
        state=row.state,
        has_contact=bool(row.contact),
        has_check_note=bool(row.check_note),
        has_agreed=row.listing_agreed_on is not None,
        has_openings=row.id in at_work,
        is_merged=row.merged_into_id is not None,
    )
