"""地域の記録: notes from the field, written with a thumb; and the areas that somebody looks after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, find_actor, requires, visitor_holds
from app.accounts.queries import list_account_names
from app.accounts.vocabulary import Actor, Role
from app.areas import queries as areas
from app.clock import now, today
from app.resources.forms.fieldwork import AreasForm, NoteForm, NotesForm
from app.resources.models import Resource
from app.resources.policies import KEEPERS
from app.resources.queries import fieldwork as queries
from app.resources.queries.catalogue import get_resource
from app.resources.queries.fieldwork import NoteFilter, NoteLine
from app.resources.queries.hosts import get_host_entry
from app.resources.service import fieldwork as service
from app.resources.service.fieldwork import Seen
from app.resources.vocabulary import FieldResult, FieldWay, PhotoSize
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("resources_fieldwork", __name__, template_folder="../templates")

PAGE_SIZE: Final = 20
ON_CARD: Final = 3
_OWN: Final = "わたしの地域"
_KEPT: Final = ("area", "result", "resource", "host", "page")


@dataclass(frozen=True)
class Subject:
    """What a note is about: a place, a host, or, where both are empty, a town."""

    name: str | None = None
    resource_id: int | None = None
    host_id: int | None = None

    @property
    def parts(self) -> dict[str, int]:
        """The subject as an address says it."""
        both = {"resource": self.resource_id, "host": self.host_id}
        return {name: key for name, key in both.items() if key is not None}

    @property
    def address(self) -> str:
        """Where it stands; the list of notes for a town."""
        if self.resource_id is not None:
            return url_for("resources.show_resource", resource_id=self.resource_id)
        if self.host_id is not None:
            return url_for("resources_hosts.show_host", host_id=self.host_id)
        return url_for(".list_notes")


@blueprint.get("/field-notes")
@requires(*KEEPERS)
def list_notes() -> ResponseReturnValue:
    """The notes of one's own areas, or of all, the latest first."""
    actor, subject = current_actor(), _subject()
    own = queries.list_keeper_area_ids(session(), actor.account_id, scope=actor.scope)
    districts = areas.list_district_names(session(), scope=actor.scope)
    form = NotesForm(request.args, districts=districts, has_areas=bool(own))
    if not form.validate():
        return render_template("resources/fieldwork/list.html", form=form, page=None, subject=subject), 422
    wanted = form.filter_of(actor.account_id, resource_id=subject.resource_id, host_id=subject.host_id)
    number = page_number()
    total = queries.count_notes(session(), wanted, scope=actor.scope)
    lines = queries.list_notes(
        session(), wanted, scope=actor.scope, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE
    )
    return render_template(
        "resources/fieldwork/list.html",
        form=form,
        subject=subject,
        page=Page(lines, total, number, PAGE_SIZE),
        is_own=wanted.areas_of is not None,
        has_areas=bool(own),
        written=_own_note("written", actor),
        removed=_own_note("removed", actor),
        kept=_kept(),
        **_names(lines, actor),
    )


@blueprint.get("/field-notes/new")
@requires(*KEEPERS)
def show_form() -> str:
    """The form, empty but for what the note is about."""
    subject = _subject()
    return _form_page(_note_form(subject), subject)


@blueprint.post("/field-notes/new")
@requires(*KEEPERS)
def write_note() -> ResponseReturnValue:
    """Keep the note, and lead on to what it asks for."""
    actor, subject = current_actor(), _subject()
    form = _note_form(subject)
    is_valid = form.validate()
    photo = form.read_picture()
    if not is_valid or form.photo.errors:
        form.ask_for_photo_again(photo)
        return _form_page(form, subject), 422
    seen = Seen(
        how=FieldWay(form.how.data),
        result=FieldResult(form.result.data),
        words=(form.words.data or "").strip(),
        photo=photo,
        resource_id=subject.resource_id,
        host_id=subject.host_id,
        town_id=form.town_id,
    )
    try:
        note = service.write_note(session(), seen=seen, by=actor, at=now())
    except Refused as refusal:
        put_refusal_on(form, refusal)
        form.ask_for_photo_again(photo)
        return _form_page(form, subject), 422
    return redirect(_next(subject, seen, note.id), 303)


@blueprint.get("/field-notes/<string(length=22):note_id>/photo")
@requires(*KEEPERS)
def show_photo(note_id: str) -> Response:
    """The photo of a note; no browser keeps it."""
    size = PhotoSize.SMALL if request.args.get("size") == PhotoSize.SMALL.value else PhotoSize.LARGE
    data = service.open_photo(session(), note_id=note_id, size=size, by=current_actor())
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response


@blueprint.post("/field-notes/<string(length=22):note_id>/remove")
@requires(*KEEPERS)
def remove_note(note_id: str) -> ResponseReturnValue:
    """Take one's own note away."""
    service.remove_note(session(), note_id=note_id, by=current_actor(), at=now())
    return redirect(url_for(".list_notes", **_kept(), removed=note_id), 303)


@blueprint.post("/field-notes/<string(length=22):note_id>/restore")
@requires(*KEEPERS)
def restore_note(note_id: str) -> ResponseReturnValue:
    """Bring it back."""
    service.restore_note(session(), note_id=note_id, by=current_actor(), at=now())
    say("記録を、元にもどしました。")
    return redirect(url_for(".list_notes", **_kept()), 303)


@blueprint.get("/my-areas")
@requires(*KEEPERS)
def show_areas() -> str:
    """The districts and towns, those that one looks after checked."""
    return _areas_page(_areas_form())


@blueprint.post("/my-areas")
@requires(*KEEPERS)
def choose_areas() -> ResponseReturnValue:
    """Keep the choice."""
    form = _areas_form()
    if not form.validate():
        return _areas_page(form), 422
    service.set_own_areas(session(), area_ids=form.chosen, by=current_actor(), at=now())
    say("わたしの地域を保存しました。" if form.chosen else "わたしの地域を、すべて外しました。")
    return redirect(url_for(".list_notes"), 303)


def render_of_place(resource_id: int) -> Markup:
    """The latest notes on the card of a place, for whoever keeps the catalogue."""
    return _section(Subject(resource_id=resource_id))


def render_top_link(resource: Resource) -> Markup:
    """The way to a note at the head of a card, for whoever stands before the place with a phone."""
    if not visitor_holds(Role.COMMUNITY):
        return Markup("")
    return render_row_action("resource", resource.id)


def render_of_host(host_id: int) -> Markup:
    """The same on the page of a host."""
    return _section(Subject(host_id=host_id))


def render_row_action(subject: str, subject_id: int) -> Markup:
    """The way to a note from a row of 確かめる予定."""
    page = render_template("resources/fieldwork/row_action.html", parts={subject: subject_id})
    return Markup(page)  # noqa: S704 -- escaped by the template


def render_link() -> Markup:
    """Lead here from the catalogue, for whoever may enter."""
    if not visitor_holds(*KEEPERS):
        return Markup("")
    return Markup(render_template("resources/fieldwork/link.html"))  # noqa: S704 -- escaped by the template


def render_today(actor: Actor) -> Markup:
    """The line of きょう for community workers: their areas, and how much is to be confirmed there."""
    if not actor.holds(Role.COMMUNITY) or actor.account_id is None:
        return Markup("")
    own = queries.list_keeper_area_ids(session(), actor.account_id, scope=actor.scope)
    due = 0
    if own:
        due = queries.count_own_places_due(session(), actor.account_id, on=today(), scope=actor.scope)
    page = render_template("resources/fieldwork/today.html", has_areas=bool(own), due=due)
    return Markup(page)  # noqa: S704 -- escaped by the template


def _subject() -> Subject:
    """Read what a note is about; raise `Missing` for what is not there for this person."""
    scope = current_actor().scope
    if (key := _key("resource")) is not None:
        return Subject(get_resource(session(), key, scope=scope).name, resource_id=key)
    if (key := _key("host")) is not None:
        return Subject(get_host_entry(session(), key, on=today(), scope=scope).host.name, host_id=key)
    return Subject()


def _key(name: str) -> int | None:
    said = request.values.get(name, "")
    if not said:
        return None
    # A number that no key can have leads nowhere, as in an address.
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Missing
    return int(said)


def _note_form(subject: Subject) -> NoteForm:
    if subject.name is not None:
        return NoteForm(towns=None)
    return NoteForm(towns=_towns_own_first(), town=request.args.get("town", ""))


def _towns_own_first() -> dict[str, list[tuple[int, str]]]:
    scope = current_actor().scope
    own = set(queries.list_keeper_area_ids(session(), scope.account_id, scope=scope))
    names = areas.list_district_names(session(), scope=scope)
    held = {names[key] for key in own if key in names}
    found: dict[str, list[tuple[int, str]]] = {_OWN: []}
    for district, towns in areas.list_towns_by_district(session(), scope=scope).items():
        for key, name in towns:
            is_own = district in held or key in own
            found.setdefault(_OWN if is_own else district, []).append((key, name))
    return {group: towns for group, towns in found.items() if towns}


def _form_page(form: NoteForm, subject: Subject) -> str:
    return render_template("resources/fieldwork/form.html", form=form, subject=subject)


def _next(subject: Subject, seen: Seen, note_id: str) -> str:
    if seen.result is FieldResult.CHANGED:
        say("記録しました。変わったところを、ここで直してください。")
        if subject.resource_id is not None:
            return url_for("resources_editing.show_form", resource_id=subject.resource_id)
        return url_for("resources_hosts.show_edit_host", host_id=subject.host_id)
    if subject.name is None:
        return url_for(".list_notes", area="all", written=note_id)
    is_confirmed = seen.result is FieldResult.CONFIRMED
    say("記録しました。きょう確かめたことにもなりました。" if is_confirmed else "記録しました。")
    return subject.address


def _own_note(name: str, actor: Actor) -> Any:
    """Return the note that the address says was just written or removed, while that is true and it is one's own."""
    key = request.args.get(name, "")
    if not key:
        return None
    try:
        note = queries.get_note(session(), key, scope=actor.scope)
    except Missing:
        return None
    fits = (note.removed_at is not None) == (name == "removed") and note.sealed is not None
    return note if fits and note.account_id == actor.account_id else None


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in _KEPT if request.args.get(name)}


def _names(lines: Sequence[NoteLine], actor: Actor) -> dict[str, Any]:
    towns = {line.note.town_id for line in lines if line.note.town_id is not None}
    return {
        "own_id": actor.account_id,
        "towns": areas.list_area_names(session(), sorted(towns), scope=actor.scope),
        "people": list_account_names(session()),
    }


def _section(subject: Subject) -> Markup:
    actor = find_actor()
    if actor is None or not actor.holds(*KEEPERS):
        return Markup("")
    wanted = NoteFilter(resource_id=subject.resource_id, host_id=subject.host_id)
    lines = queries.list_notes(session(), wanted, scope=actor.scope, most=ON_CARD + 1)
    page = render_template(
        "resources/fieldwork/section.html",
        subject=subject,
        lines=lines[:ON_CARD],
        has_more=len(lines) > ON_CARD,
        **_names(lines, actor),
    )
    return Markup(page)  # noqa: S704 -- escaped by the template


def _areas_form() -> AreasForm:
    scope = current_actor().scope
    return AreasForm(
        districts=areas.list_district_names(session(), scope=scope),
        towns=areas.list_towns_by_district(session(), scope=scope),
        chosen=queries.list_keeper_area_ids(session(), scope.account_id, scope=scope),
    )


def _areas_page(form: AreasForm) -> str:
    return render_template("resources/fieldwork/areas.html", form=form)
