"""The pages for residents (住民向け): by purpose, day and area, without a sign-in, in plain or easy Japanese.

They show what everybody may see, whoever asks, and look the same for everybody: no name in the frame, no cookie, no
token. So a cache between may keep them for a few minutes; what somebody gets who is signed in is marked private all
the same. The language is part of the address (`easy=1`) for that reason. Only the page that says whom to call is kept
by nobody: somebody may look at this telephone after them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import find_actor, find_guest, public
from app.accounts.vocabulary import RESIDENTS
from app.areas.queries import AreaLine, find_area_name, list_area_lines, list_town_centres
from app.clock import today
from app.resources.engine import easy_words, environment, wording
from app.resources.engine.easy_texts import Voice
from app.resources.engine.helplines import LINES, WINDOWS, Line, Worry
from app.resources.engine.open_days import read_timetable
from app.resources.engine.public_list import Answer, DayChoice, Found, PublicPlace, choose
from app.resources.engine.purposes import ALL_PURPOSES, Purpose
from app.resources.engine.schedule import words as schedule_words
from app.resources.engine.schedule.expansion import OpenVerdict
from app.resources.engine.when import when_of
from app.resources.forms.public_pages import PublicForm
from app.resources.queries import public_pages as queries
from app.resources.queries.criteria import Filter, Origin
from app.resources.queries.public_pages import Window
from app.resources.routes.catalogue import columns_of
from app.resources.vocabulary import WEEKDAYS, DayPart, KindGroup
from app.text.values import first_phone_in
from app.web.errors import Missing
from app.web.paging import Page, page_number, url_with
from app.web.transaction import OpenSession, database

blueprint = Blueprint("resources_public", __name__, template_folder="../templates")

PAGE_SIZE: Final = 30
NEAR_METRES: Final = 2_000
WINDOWS_MOST: Final = 6
_FRESH_SECONDS: Final = 300


@dataclass(frozen=True)
class Choice:
    """What a visitor has chosen so far."""

    voice: Voice
    purpose: Purpose | None = None
    day: DayChoice | None = None
    part: DayPart | None = None
    area_id: int | None = None

    def to(self, name: str, /, **changes: object) -> str:
        """Return the address of a page that keeps what was chosen; None takes a choice away."""
        day = self.day
        chosen: dict[str, Any] = {
            "purpose": self.purpose.slug if self.purpose else None,
            "day": day.value if day else None,
            "part": self.part.value if self.part and day else None,
            "area": self.area_id,
            "easy": 1 if self.voice.is_easy else None,
        } | changes
        return url_for(f"{blueprint.name}.{name}", **{key: value for key, value in chosen.items() if value})

    def only(self, name: str, /, **chosen: object) -> str:
        """Return the address of a page that keeps nothing but the language."""
        return Choice(self.voice).to(name, **chosen)


@dataclass(frozen=True)
class Part:
    """A part of a list under its heading; `is_certain` is None where no day was asked for."""

    is_near: bool
    is_certain: bool | None
    found: tuple[Found, ...]


@blueprint.get("/places")
@public
def show_start() -> ResponseReturnValue:
    """Ask somebody who does not know the words of the field what they want to do."""
    choice, _ = read_choice()
    with database().reading(RESIDENTS) as opened:
        places = queries.list_public_places(opened, Filter(), scope=RESIDENTS)
    counts = Counter(slug for place in places for slug in place.purposes)
    # A tile that leads to nothing costs a tap; on a first day, without any place, all of them are shown.
    purposes = [purpose for slug, purpose in ALL_PURPOSES.items() if counts[slug] or not places]
    return answer("start", choice, purposes=purposes, counts=counts)


@blueprint.get("/places/list")
@public
def list_places() -> ResponseReturnValue:
    """The places of a purpose, a day and an area."""
    choice, form = read_choice()
    if form.errors:
        return answer("wrong", choice, status=422)
    with database().reading(RESIDENTS) as opened:
        areas = list_area_lines(opened, scope=RESIDENTS)
        area = area_of(areas, choice.area_id)
        places = queries.list_public_places(opened, Filter(), scope=RESIDENTS)
        near = _near(opened, area) if area and not area.is_district else []
    here = _choose(choice, places, towns_of(areas, area))
    around = _choose(choice, [place for place in near if area and place.town_id != area.id], None)
    every = [*_parts(here, choice, is_near=False), *_parts(around, choice, is_near=True)]
    total = here.total + around.total
    page = Page(range(total), total, page_number(), PAGE_SIZE)
    return answer(
        "list",
        choice,
        area=area,
        towns={each.id: each.name for each in areas},
        parts=_cut(every, page),
        page=page,
        here=here,
        around=around,
        unplaced=sum(place.town_id is None for place in places) if area else 0,
    )


@blueprint.get("/places/areas")
@public
def show_areas() -> ResponseReturnValue:
    """Districts and towns to choose from."""
    choice, _ = read_choice()
    return show_area_choice(choice, target="list_places")


@blueprint.get("/places/<int:resource_id>")
@public
def show_place(resource_id: int) -> ResponseReturnValue:
    """The card of a place in plain words."""
    choice, _ = read_choice()
    with database().reading(RESIDENTS) as opened:
        resource = queries.get_public_resource(opened, resource_id, scope=RESIDENTS)
        columns = columns_of(resource)
        when = when_of(resource.state, resource.timetable, columns, today=today())
        return answer(
            "place",
            choice,
            resource=resource,
            town=find_area_name(opened, resource.town_id, scope=RESIDENTS),
            when=when,
            easy_week=easy_words.easy_week(read_timetable(resource.timetable), columns, today=today()),
            contact=resource.contact if resource.contact_is_public else None,
            environment=environment,
            has_chosen=bool(choice.purpose or choice.day or choice.area_id),
        )


@blueprint.get("/places/phone")
@public
def show_phone() -> ResponseReturnValue:
    """Whom to call at once. The title tells nothing to whoever reads the history of the browser."""
    choice, _ = read_choice()
    with database().reading(RESIDENTS) as opened:
        windows = queries.list_windows(opened, scope=RESIDENTS)
    response = answer("phone", choice, calls=[_calls(worry, windows) for worry in Worry])
    response.headers["Cache-Control"] = "no-store"
    return response


def read_choice() -> tuple[Choice, PublicForm]:
    """Read the address; what cannot be read is as if it were not there, and an error of the form."""
    form = PublicForm(request.args)
    form.validate()
    wrong = form.errors

    def said(name: str) -> Any:
        return None if name in wrong else getattr(form, name).data or None

    return (
        Choice(
            voice=Voice(bool(form.easy.data)),
            purpose=ALL_PURPOSES.get(said("purpose") or ""),
            day=DayChoice(said("day")) if said("day") else None,
            part=DayPart(said("part")) if said("part") else None,
            area_id=said("area"),
        ),
        form,
    )


def answer(template: str, choice: Choice, *, status: int = 200, **context: Any) -> Response:
    """Render one of these pages, and say for how long it may be kept."""
    body = render_template(
        f"resources/public/{template}.html",
        choice=choice,
        voice=choice.voice,
        to=choice.to,
        only=choice.only,
        # The same page in the other language.
        switch=url_with(easy=None if choice.voice.is_easy else 1),
        day_choices=list(DayChoice),
        part_choices=list(DayPart),
        weekdays=WEEKDAYS,
        easy_words=easy_words,
        schedule_words=schedule_words,
        wording=wording,
        **context,
    )
    response = make_response(body, status)
    if status == 200:
        is_anybody = find_actor() is None and find_guest() is None
        kept = f"public, max-age={_FRESH_SECONDS}" if is_anybody else "private, no-cache"
        response.headers["Cache-Control"] = kept
    response.add_etag()
    response.make_conditional(request)
    return response


def show_area_choice(choice: Choice, *, target: str) -> Response:
    """The page on which an area is chosen for another page."""
    with database().reading(RESIDENTS) as opened:
        areas = list_area_lines(opened, scope=RESIDENTS)
    districts = [area for area in areas if area.is_district]
    known = {area.id for area in districts}
    towns: dict[int | None, list[AreaLine]] = {}
    for area in areas:
        if not area.is_district:
            towns.setdefault(area.parent_id if area.parent_id in known else None, []).append(area)
    return answer("areas", choice, districts=districts, towns_by_district=towns, target=target)


def area_of(areas: list[AreaLine], area_id: int | None) -> AreaLine | None:
    """Return the area that was chosen; raise `Missing` for one that is not there."""
    if area_id is None:
        return None
    for area in areas:
        if area.id == area_id:
            return area
    raise Missing


def towns_of(areas: list[AreaLine], area: AreaLine | None) -> frozenset[int] | None:
    """Return the towns that an area means; None means all."""
    if area is None:
        return None
    if not area.is_district:
        return frozenset({area.id})
    return frozenset(each.id for each in areas if each.parent_id == area.id)


def _near(opened: OpenSession, area: AreaLine) -> list[PublicPlace]:
    centres = {town.id: town.centre for town in list_town_centres(opened, scope=RESIDENTS)}
    if area.id not in centres:
        return []
    wanted = Filter(origin=Origin(area.name, centres[area.id], area.id), radius_m=NEAR_METRES).nearest_first()
    return queries.list_public_places(opened, wanted, scope=RESIDENTS)


def _choose(choice: Choice, places: list[PublicPlace], towns: frozenset[int] | None) -> Answer:
    days: tuple[date, ...] = choice.day.dates(today()) if choice.day else ()
    slug = choice.purpose.slug if choice.purpose else None
    return choose(places, purpose=slug, days=days, part=choice.part if days else None, towns=towns)


def _parts(found: Answer, choice: Choice, *, is_near: bool) -> list[Part]:
    parts = [Part(is_near, True if choice.day else None, found.certain), Part(is_near, False, found.unsure)]
    return [part for part in parts if part.found]


def _cut(parts: list[Part], page: Page[int]) -> list[Part]:
    """Return what stands on one page of the list."""
    first, last = (page.page - 1) * page.size, page.page * page.size
    shown: list[Part] = []
    begins = 0
    for part in parts:
        members = part.found[max(first - begins, 0) : max(last - begins, 0)]
        begins += len(part.found)
        if members:
            shown.append(Part(part.is_near, part.is_certain, members))
    return shown


@dataclass(frozen=True)
class WindowToCall:
    """A window of the town with what is known of today. `verdict` is None for a bed, which is asked at any hour."""

    window: Window
    number: str | None
    verdict: OpenVerdict | None
    hours: tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True)
class Calls:
    """Whom to call for a worry."""

    worry: Worry
    lines: tuple[Line, ...]
    windows: tuple[WindowToCall, ...]


def _calls(worry: Worry, windows: list[Window]) -> Calls:
    fitting = [
        window
        for window in windows
        if (window.group is KindGroup.SHELTER and worry is Worry.BED)
        or (window.group is not KindGroup.SHELTER and WINDOWS[worry].search(window.name))
    ]
    told = [_to_call(window) for window in fitting]
    # Who answers today stands first; names of equal standing stay in their order.
    order = (OpenVerdict.YES, None, OpenVerdict.UNKNOWN, OpenVerdict.NO)
    told.sort(key=lambda each: order.index(each.verdict))
    return Calls(worry, LINES[worry], tuple(told[:WINDOWS_MOST]))


def _to_call(window: Window) -> WindowToCall:
    number = first_phone_in(window.contact)
    if window.group is KindGroup.SHELTER:
        return WindowToCall(window, number, None, ())
    day = window.place.on(today())
    return WindowToCall(
        window, number, day.verdict, tuple((session.opens, session.closes) for session in day.sessions)
    )


def render_sign_in_link() -> Markup:
    """The way for residents who came to the door of the staff."""
    return Markup(render_template("resources/public/sign_in_link.html"))  # noqa: S704


def render_catalogue_link() -> Markup:
    """The way from the catalogue to these pages, for visitors; the staff print from the foot of it."""
    if find_actor() is not None:
        return Markup("")
    return Markup(render_template("resources/public/catalogue_link.html"))  # noqa: S704


def render_catalogue_footer() -> Markup:
    """The same for the staff, who hand these pages on."""
    if find_actor() is None:
        return Markup("")
    return Markup(render_template("resources/public/catalogue_footer.html"))  # noqa: S704
