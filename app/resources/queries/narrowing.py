"""What a filter means: conditions on the catalogue, made for one filter or for several with the same few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.search import has_words
from app.db.sets import is_one_of
from app.db.spatial.constructs import box_around, within_box
from app.resources.engine.open_days import verdict_of_text
from app.resources.engine.schedule.expansion import OpenVerdict
from app.resources.models import Change, Resource
from app.resources.models.distances import metres_from
from app.resources.models.wish_conditions import conditions_of
from app.resources.queries.criteria import CardForm, Filter
from app.resources.queries.fieldwork import select_own_towns
from app.resources.queries.seats import find_resources_with_free_seats
from app.resources.vocabulary import ChangeState, ChangeSubject, Disclosure, ResourceState
from app.text.synonyms import words_of
from app.text.terms import runs_of, searchable

_SRID = 4326
_Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Narrowed:
    """The conditions of a filter, and among what fulfils them: what surely fits, and what is new."""

    conditions: list[_Condition]
    # None where nothing that the filter asks can be unknown.
    is_sure: _Condition | None
    is_new: _Condition | None

    @property
    def sure_first(self) -> list[Any]:
        """What comes before the order of a filter."""
        return [] if self.is_sure is None else [sa.case((self.is_sure, 0), else_=1)]


def find_narrowed(session: Session, wanted: Filter, *, scope: Scope, in_passing: bool = False) -> Narrowed:
    """Return what a filter means. A day and free seats take a statement each.

    `in_passing` is for a statement that goes through a narrow index of all entries; see `app.db.search.has_words`.
    """
    return list_narrowed(session, [wanted], scope=scope, in_passing=in_passing)[0]


def list_narrowed(
    session: Session, wanted: Sequence[Filter], *, scope: Scope, in_passing: bool = False
) -> list[Narrowed]:
    """Do the same for several filters; free seats take no more statements than for one."""
    seats = _Seats(session, scope)
    found = []
    for each in wanted:
        conditions = _plain(each, scope)
        worded = _holds_words(each, dialect=session.get_bind().dialect.name, in_passing=in_passing)
        if worded is not None:
            conditions.append(worded)
        if each.seats_at is not None:
            conditions.append(is_one_of(Resource.id, seats.free(each.seats_at, each.open_on)))
        is_new = None if each.new_since is None else _is_new(each.new_since)
        if is_new is not None and each.only_new:
            conditions.append(is_new)
        sure = [*_on_weekdays(each), *_within_radius(each)] if each.shows_the_unknown else []
        for wish in each.asked_of_places:
            is_so, may_be_so = conditions_of(wish)
            conditions.append(may_be_so)
            sure.append(is_so)
        if each.open_on is not None:
            certain, unsure = _open_on(session, each.open_on, conditions, scope)
            conditions.append(is_one_of(Resource.id, certain + unsure))
            sure.append(is_one_of(Resource.id, certain))
        found.append(Narrowed(conditions, sa.and_(*sure) if sure else None, is_new))
    return found


def _plain(wanted: Filter, scope: Scope) -> list[_Condition]:
    conditions = [*_plain_conditions(wanted), *_place_conditions(wanted)]
    if wanted.areas_of is not None:
        own = select_own_towns(wanted.areas_of, scope=scope)
        conditions += [Resource.is_refuge.is_(False), Resource.town_id.in_(own)]
    return conditions


def _plain_conditions(wanted: Filter) -> Iterator[_Condition]:
    if wanted.kinds:
        yield Resource.kind_id.in_(sorted(wanted.kinds))
    for on_days in _on_weekdays(wanted):
        yield sa.or_(on_days, Resource.weekday_mask.is_(None)) if wanted.with_unknown else on_days
    if wanted.card is not None:
        yield Resource.is_light.is_(wanted.card is CardForm.LIGHT)
    if not wanted.with_ended:
        yield Resource.state != ResourceState.ENDED


def _place_conditions(wanted: Filter) -> Iterator[_Condition]:
    for within in _within_radius(wanted):
        # Of a refuge it is nobody's to learn whether it is near, nor whether that is known.
        yield Resource.is_refuge.is_(False)
        yield sa.or_(within, Resource.point.is_(None)) if wanted.with_unknown else within


def _on_weekdays(wanted: Filter) -> list[_Condition]:
    """What takes place on one of the days for certain; no condition where none is asked for."""
    return [Resource.weekday_mask.bitwise_and(wanted.weekdays) != 0] if wanted.weekdays else []


def _within_radius(wanted: Filter) -> list[_Condition]:
    """What is near enough for certain; no condition where no distance is asked for."""
    if wanted.origin is None or wanted.radius_m is None:
        return []
    point = wanted.origin.point
    return [
        sa.and_(
            within_box(Resource.point, Resource.id, box_around(point.lon, point.lat, wanted.radius_m)),
            metres_from(point) <= wanted.radius_m,
        )
    ]


def _is_new(since: datetime) -> _Condition:
    """Came after this moment, or was made public or taken up again after it."""
    opened = sa.or_(
        sa.and_(
            Change.field == "disclosure", sa.cast(Change.after, sa.Text) == f'"{Disclosure.PUBLIC.value}"'
        ),
        sa.and_(Change.field == "state", sa.cast(Change.after, sa.Text) == f'"{ResourceState.ACTIVE.value}"'),
    )
    changed = sa.select(Change.subject_id).where(
        Change.subject == ChangeSubject.RESOURCE,
        Change.state == ChangeState.APPLIED,
        Change.made_at > since,
        opened,
    )
    return sa.or_(Resource.created_at > since, Resource.id.in_(changed))


@dataclass
class _Seats:
    """The places with a free seat, each day asked for once."""

    session: Session
    scope: Scope

    def __post_init__(self) -> None:
        self._known: dict[tuple[datetime, date | None], Collection[int]] = {}

    def free(self, at: datetime, day: date | None) -> Collection[int]:
        if (at, day) not in self._known:
            self._known[at, day] = find_resources_with_free_seats(
                self.session, on=day or at.date(), now=at, day_only=day is not None, scope=self.scope
            )
        return self._known[at, day]


def _open_on(
    session: Session, day: date, conditions: Sequence[_Condition], scope: Scope
) -> tuple[list[int], list[int]]:
    """Return the keys of what is open on a day, and of what may be. What is paused or has ended is neither."""
    rows = session.execute(
        # The text and not the document: equal texts have been read before. Without one nobody has said enough for 否.
        sa.select(Resource.id, sa.cast(Resource.timetable, sa.Text))
        .join(Resource.kind)
        .where(*conditions, Resource.state == ResourceState.ACTIVE)
        .execution_options(scope=scope)
    )
    certain: list[int] = []
    unsure: list[int] = []
    for key, text in rows:
        verdict = verdict_of_text(text, day)
        if verdict is not OpenVerdict.NO:
            (certain if verdict is OpenVerdict.YES else unsure).append(key)
    return certain, unsure


def _holds_words(wanted: Filter, *, dialect: str, in_passing: bool) -> _Condition | None:
    words = words_of(wanted.words, literally=wanted.exact)
    if not words:
        return None
    ways = [[_runs(way) for way in word.all] for word in words]
    return has_words(
        Resource.search_terms, Resource.search_text, Resource.id, ways, dialect=dialect, in_passing=in_passing
    )


@lru_cache(16_384)
def _runs(way: str) -> tuple[str, ...]:
    return tuple(runs_of(searchable(way)))
