"""The plan of a week, and calendars that other programs fetch.

What leaves the product holds what residents see, whoever fetches it: calendars are kept by services outside, and the
programs that read them carry no sign-in.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public, visitors_scope
from app.accounts.vocabulary import RESIDENTS
from app.clock import TOKYO, today
from app.resources.engine import map_features
from app.resources.engine.week_plan import DatedPlace, plan_week, weeks_that_fit
from app.resources.engine.wording import where_text
from app.resources.exchange.calendar import WEEKS, CalendarPlace, calendar_of
from app.resources.forms.catalogue import FIRST_YEAR, LAST_YEAR
from app.resources.queries import calendar as queries
from app.resources.queries import catalogue
from app.resources.queries.calendar import CalendarRow
from app.resources.routes.question import (
    WORDS,
    Question,
    asked_for,
    chips,
    count_in_form,
    panel_of,
    read_question,
)
from app.resources.vocabulary import KindGroup
from app.web.answers import refuse_in_words
from app.web.transaction import database, session

blueprint = Blueprint("resources_calendar", __name__, template_folder="../templates")

PLACES_MOST: Final = 500
"""How many places one calendar holds: more fill the screen of a phone and nobody reads them."""
SESSIONS_MOST: Final = 3_000
"""From so many sessions on, a calendar ends earlier than after thirteen weeks, always with a whole week."""

_WEEK: Final = timedelta(weeks=1)
_AN_HOUR: Final = 3_600


@blueprint.get("/resources/calendar")
@public
def show_week() -> ResponseReturnValue:
    """What takes place in a week, with the filter of the catalogue; a refuge stands on it for nobody."""
    scope = visitors_scope()
    question = read_question(session(), scope=scope, with_refuges=False)
    if not question.form.validate():
        return _page(question, monday=_monday(None)), 422
    monday = _monday(question.form.on.data)
    # The week says when, and who goes on is all that it shows.
    wanted = replace(question.wanted, open_on=None, seats_at=None, new_since=None, with_ended=False)
    count_in_form(question, catalogue.count_by_kind(session(), wanted, scope=scope))
    places = queries.list_dated_places(session(), wanted, scope=scope)
    return _page(
        question,
        monday=monday,
        days=plan_week(places, monday),
        chips=chips(question, wanted),
        may_be_unknown=bool(wanted.asked_of_places) or wanted.shows_the_unknown,
        legend=[(mark, group.label) for group, mark in map_features.MARKS.items() if _has(places, group)],
    )


@blueprint.get("/resources/calendar.ics")
@public
def export_week() -> ResponseReturnValue:
    """The next weeks of all places of a filter, for a telephone."""
    with database().reading(RESIDENTS) as opened:
        question = read_question(opened, scope=RESIDENTS, with_refuges=False)
        if not question.form.validate():
            return refuse_in_words(
                "条件を読み取れませんでした。つなぎの画面で条件を選び直し、新しい住所を登録してください。"
            )
        rows = queries.list_calendar_rows(opened, question.wanted, scope=RESIDENTS)
    if len(rows) > PLACES_MOST:
        return refuse_in_words(
            f"場所が{len(rows)}件あり、1つのカレンダーに入りません。{PLACES_MOST}件までになるように、条件で絞ってください。"
        )
    return _calendar(rows, title="町内の場（つなぎ）", name="places.ics")


@blueprint.get("/resources/<int:resource_id>/calendar.ics")
@public
def export_resource(resource_id: int) -> Response:
    """The next weeks of one place that residents see."""
    with database().reading(RESIDENTS) as opened:
        row = queries.get_calendar_row(opened, resource_id, scope=RESIDENTS)
    return _calendar([row], title=row.name, name=f"place-{row.id}.ics")


def _page(question: Question, *, monday: date, **answer: object) -> str:
    current = _monday_of(today())
    return render_template(
        "resources/calendar/week.html",
        form=question.form,
        answer=answer or None,
        is_calendar=True,
        is_keeper_of_areas=question.areas_of is not None,
        # The week stands where a list offers days.
        days_offered={},
        panel=panel_of(question.form, without=("sort", "on", "seats", "ended")),
        monday=monday,
        sunday=monday + _WEEK - timedelta(days=1),
        is_current=monday == current,
        weeks={"before": _week(monday - _WEEK), "after": _week(monday + _WEEK), "shown": _week(monday)},
        # The day asked for belongs to a list; here the week says it.
        list_filter=asked_for("week", "on", "page", "view", "sort", "ended"),
        subscription=url_for(
            "resources_calendar.export_week",
            _external=True,
            **asked_for("week", "on", "page", "view", "sort", "ended", "seats", "mine"),
        ),
        **WORDS,
    )


def _has(places: list[DatedPlace], group: KindGroup) -> bool:
    return any(place.group is group for place in places)


def _monday(day: date | None) -> date:
    """Return the Monday of the week asked for (ISO 8601), or else of `day`, or else of today.

    What is no week, or lies beyond all plans, is as if it were not there.
    """
    usual = _monday_of(day or today())
    year, _, number = request.args.get("week", "").partition("-W")
    try:
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return usual
    return monday if FIRST_YEAR <= monday.year <= LAST_YEAR else usual


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def _calendar(rows: list[CalendarRow], *, title: str, name: str) -> Response:
    first = today()
    places = [
        CalendarPlace(
            key=f"resource-{row.id}",
            name=row.name,
            timetable=row.timetable,
            location=where_text(row.address, row.building, None),
            url=url_for("resources.show_resource", resource_id=row.id, _external=True),
        )
        for row in rows
    ]
    body = calendar_of(
        places,
        title=title,
        domain=request.host.partition(":")[0],
        first=first,
        # Of the day and not of the second: what has not changed is answered without being sent again.
        stamp=datetime.combine(first, time(), TOKYO),
        weeks=weeks_that_fit([row.timetable for row in rows], first, weeks=WEEKS, most=SESSIONS_MOST),
    )
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = f"public, max-age={_AN_HOUR}"
    response.add_etag()
    response.make_conditional(request)
    return response
