"""Adding an entry of the catalogue by hand, changing it, ending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.areas import queries as areas
from app.clock import now
from app.resources.engine import trait_fields
from app.resources.engine.record_words import Line
from app.resources.engine.stale import untouched
from app.resources.forms import resource_data
from app.resources.forms.areas_served import ADD as ADD_TOWN
from app.resources.forms.areas_served import AreaChoices
from app.resources.forms.resource import LightForm, ResourceForm, show
from app.resources.forms.resource_data import Shown
from app.resources.forms.retiring import RetireForm
from app.resources.forms.timetable import ADDING
from app.resources.models import Change, Resource
from app.resources.models.rows import as_plain
from app.resources.policies import KEEPERS, may_place_in_refuge
from app.resources.queries import catalogue, editing, history
from app.resources.queries.geocoding import find_place_of_address
from app.resources.routes.change_words import words_of_changes
from app.resources.service import catalogue as service
from app.resources.vocabulary import STANDARD_KINDS, ChangeSubject, KindGroup, group_of_kind
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.transaction import session

blueprint = Blueprint("resources_editing", __name__, template_folder="../templates")

EditForm: TypeAlias = "ResourceForm | LightForm"

_LIGHT_KIND = "居場所"
FIND_PLACE = "place"
"""The button that looks the address up, among those that add a row."""


@dataclass(frozen=True)
class _Page:
    """What a page with a form shows beside it."""

    form: EditForm
    resource: Resource | None = None
    beside: Resource | None = None
    known: service.AlreadyThere | None = None
    # What a colleague changed since the form was opened.
    changed: Sequence[Change] | None = None


@blueprint.get("/resources/new")
@requires(*KEEPERS)
def new_resource() -> ResponseReturnValue:
    """Choose between a light card and a full entry and its kind; then the empty form."""
    beside, form = _beside(), request.args.get("form")
    if form == "light":
        return _page(_Page(LightForm(None, areas=_areas(), shown=_begun(beside)), beside=beside))
    kind = request.args.get("kind", "")
    if form == "full" and kind in _kinds():
        return _page(_Page(_full_form(None, kind, _begun(beside)), beside=beside))
    return render_template("resources/editing/choose.html", kinds=list(_kinds()), beside=beside)


@blueprint.post("/resources/new")
@requires(*KEEPERS)
def add_resource() -> ResponseReturnValue:
    """Add an entry, or a row to its form."""
    beside, is_light = _beside(), request.values.get("form") == "light"
    shown = _begun(beside)
    form: EditForm = (
        LightForm(request.form, areas=_areas(), shown=shown)
        if is_light
        else _full_form(request.form, request.form.get("kind", ""), shown)
    )
    if _find_place(form) or _add_row(form):
        return _page(_Page(form, beside=beside))
    if not form.check():
        return _page(_Page(form, beside=beside)), 422
    facts = form.values | ({"is_light": True, "kind": _light_kind()} if is_light else {})
    try:
        row = service.add_resource(
            session(),
            facts={name: value for name, value in facts.items() if value not in ("", [], {})},
            is_sure=_is_checked(form, "is_sure"),
            is_confirmed=is_light or _is_checked(form, "is_confirmed"),
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        return _refused(_Page(form, beside=beside), refusal)
    say("登録しました。")
    return redirect(url_for("resources.show_resource", resource_id=row.id), 303)


@blueprint.get("/resources/<int:resource_id>/edit")
@requires(*KEEPERS)
def show_form(resource_id: int) -> str:
    """An entry as a form."""
    resource = _get(resource_id)
    return _page(_Page(_form_of(resource, None), resource))


@blueprint.post("/resources/<int:resource_id>/edit")
@requires(*KEEPERS)
def edit_resource(resource_id: int) -> ResponseReturnValue:
    """Change what was changed on the form, or add a row to it."""
    resource = _get(resource_id)
    form = _form_of(resource, request.form)
    if _find_place(form, resource.municipality_code) or _add_row(form):
        return _page(_Page(form, resource))
    if not form.check():
        return _page(_Page(form, resource)), 422
    current = _form_of(resource, None)
    current.check()
    before, typed = current.values, form.values
    try:
        changed = service.edit_resource(
            session(),
            resource_id=resource_id,
            facts={name: value for name, value in typed.items() if value != before.get(name)},
            version=form.version.data or 0,
            is_sure=_is_checked(form, "is_sure"),
            is_confirmed=_is_checked(form, "is_confirmed"),
            by=current_actor(),
            at=now(),
        )
    except service.ChangedSince:
        return _page(_Page(form, resource, changed=_merge(resource, form, current))), 409
    except Refused as refusal:
        return _refused(_Page(form, resource), refusal)
    say("保存しました。" if changed else "前と同じでした。変わったところはありません。")
    return redirect(url_for("resources.show_resource", resource_id=resource_id), 303)


@blueprint.post("/resources/<int:resource_id>/retire")
@requires(*KEEPERS)
def retire_resource(resource_id: int) -> ResponseReturnValue:
    """It has ended."""
    form = RetireForm()
    if not form.validate():
        return render_template("resources/editing/retire.html", form=form, resource=_get(resource_id)), 422
    try:
        service.retire_resource(
            session(), resource_id=resource_id, reason=form.reason.data or "", by=current_actor(), at=now()
        )
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return render_template("resources/editing/retire.html", form=form, resource=_get(resource_id)), 422
    say("終わりにしました。記録は残ります。まちがいのときは「取り消す」でもどせます。")
    return redirect(url_for("resources.show_resource", resource_id=resource_id), 303)


@blueprint.post("/resources/<int:resource_id>/restore")
@requires(*KEEPERS)
def restore_resource(resource_id: int) -> ResponseReturnValue:
    """It goes on again."""
    service.restore_resource(session(), resource_id=resource_id, by=current_actor(), at=now())
    say("もう一度、活動中にしました。")
    return redirect(url_for("resources.show_resource", resource_id=resource_id), 303)


def _get(resource_id: int) -> Resource:
    scope = current_actor().scope
    found = catalogue.get_resource(session(), resource_id, scope=scope)
    if not found.is_within(scope):
        raise Missing
    return found


def _beside() -> Resource | None:
    key = request.values.get("beside", "")
    # A number that no key can have leads nowhere, as in an address.
    return _get(int(key)) if key.isdecimal() and len(key) < 10 else None


def _begun(beside: Resource | None) -> Shown:
    if beside is not None:
        return resource_data.shown_beside(beside)
    # A place that somebody came upon in the field: the note knows the town.
    town = request.args.get("town", "")
    return Shown({"town_id": town}) if town.isdecimal() else Shown()


def _areas() -> AreaChoices:
    scope = current_actor().scope
    return AreaChoices(
        areas.list_district_names(session(), scope=scope),
        areas.list_towns_by_district(session(), scope=scope),
    )


def _kinds(also: str = "") -> dict[str, KindGroup]:
    """The kinds that can be chosen, those of the town first; of refuges only for the right's holders."""
    actor = current_actor()
    kinds = catalogue.list_kinds(session(), scope=actor.scope)
    found = {kind.label: kind.group for kind in kinds if not kind.is_retired or kind.label == also}
    known = {kind.label for kind in kinds}
    may = may_place_in_refuge(actor.scope)
    return found | {
        label: group
        for label, group in STANDARD_KINDS.items()
        if label not in known and (may or group is not KindGroup.REFUGE)
    }


def _light_kind() -> str:
    kinds = _kinds()
    fitting = [label for label, group in kinds.items() if group is KindGroup.TAKING_PART]
    return _LIGHT_KIND if _LIGHT_KIND in fitting or not fitting else fitting[0]


def _full_form(typed: Any, kind: str, shown: Shown) -> ResourceForm:
    kinds = _kinds(also=kind)
    if typed is None:
        shown = Shown({**shown.data, "kind": kind}, shown.timetable, shown.served, shown.traits)
    group = kinds.get(kind, group_of_kind(kind) if kind in STANDARD_KINDS else KindGroup.FACILITY)
    return ResourceForm(typed, kinds=list(kinds), group=group, areas=_areas(), shown=shown)


def _form_of(resource: Resource, typed: Any) -> EditForm:
    seen = editing.find_newest_change_id(session(), resource.id, scope=current_actor().scope)
    shown = resource_data.shown_of(resource, seen=seen)
    shape = request.values.get("form")
    # What was sent says its own shape: a colleague may have changed that of the entry meanwhile.
    if shape == "light" or (resource.is_light and shape != "full"):
        return LightForm(typed, areas=_areas(), shown=shown)
    kinds = _kinds(also=resource.kind.label)
    return ResourceForm(typed, kinds=list(kinds), group=resource.kind.group, areas=_areas(), shown=shown)


def _find_place(form: EditForm, municipality_code: str = "") -> bool:
    """Look the address up if that was asked for, for browsers without JavaScript. What was typed stays."""
    if request.form.get("add") != FIND_PLACE or not isinstance(form, ResourceForm) or form.is_secret:
        return False
    address = form.address.data or ""
    scope = current_actor().scope
    form.show_place(
        find_place_of_address(session(), address, municipality_code=municipality_code, scope=scope)
    )
    return True


def _add_row(form: EditForm) -> bool:
    """Add the row that was asked for. What was typed stays, right or wrong."""
    wanted = request.form.get("add", "")
    if not isinstance(form, ResourceForm):
        return False
    if wanted in ADDING and form.timetable is not None:
        form.timetable.add(wanted)
        return True
    if wanted == ADD_TOWN and form.areas is not None:
        form.areas.add()
        return True
    return False


def _is_checked(form: EditForm, name: str) -> bool:
    return name in form and bool(form[name].data)


def _merge(resource: Resource, form: EditForm, current: EditForm) -> list[Change]:
    """Take over what a colleague changed and this person did not touch; return all that was changed."""
    scope = current_actor().scope
    changes = [
        change
        for change in history.list_changes(
            session(), subject=ChangeSubject.RESOURCE, subject_ids=[resource.id], scope=scope
        )
        if change.id > (form.seen.data or 0)
    ]
    kinds = {kind.label: kind.id for kind in catalogue.list_kinds(session(), scope=scope)}
    said = form.values
    said |= {"kind_id": kinds.get(said.pop("kind"))} if "kind" in said else {}
    typed = {name: as_plain(resource, name, value) for name, value in said.items()}
    names = untouched(typed, [(each.field, each.before, each.after) for each in reversed(changes)])
    if (isinstance(form, ResourceForm) and isinstance(current, ResourceForm)) or (
        isinstance(form, LightForm) and isinstance(current, LightForm)
    ):
        form.take_over(current, names)
    show(form.version, current.version.data)
    show(form.seen, current.seen.data)
    return changes


def _refused(page: _Page, refusal: Refused) -> ResponseReturnValue:
    if isinstance(refusal, service.AlreadyThere):
        page = _Page(page.form, page.resource, page.beside, known=refusal)
    put_refusal_on(page.form, refusal)
    return _page(page), 422


def _page(page: _Page) -> str:
    name = "light" if isinstance(page.form, LightForm) else "full"
    return render_template(
        f"resources/editing/{name}.html",
        page=page,
        changed=_changed_words(page),
        form=page.form,
        resource=page.resource,
        adding=ADDING,
        finding=FIND_PLACE,
        traits=trait_fields,
    )


def _changed_words(page: _Page) -> list[Line] | None:
    if page.changed is None or page.resource is None:
        return None
    return words_of_changes(page.resource, page.changed, scope=current_actor().scope)
