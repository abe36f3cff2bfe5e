"""The editable table of kinds."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires, visitor_holds
from app.accounts.vocabulary import Actor, Role
from app.clock import now
from app.resources.forms.kinds import GROUP_MEANINGS, KindForm, MergeForm
from app.resources.models import ResourceKind
from app.resources.policies import KIND_KEEPERS, MOVERS, may_keep_secrets
from app.resources.queries import kinds as queries
from app.resources.queries.catalogue import list_kinds
from app.resources.service import kinds as service
from app.resources.vocabulary import KindGroup
from app.web.errors import Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.transaction import session

blueprint = Blueprint("resources_kinds", __name__, template_folder="../templates")


@blueprint.get("/resource-kinds")
@requires(*KIND_KEEPERS)
def show_kinds() -> str:
    """The table, in the order in which kinds are offered; what nobody has looked at stands above it."""
    actor = current_actor()
    kinds = list_kinds(session(), scope=actor.scope)
    return render_template(
        "resources/kinds/list.html",
        kinds=kinds,
        unseen=[kind for kind in kinds if not kind.is_reviewed],
        counts=queries.count_entries(session(), scope=actor.scope),
    )


@blueprint.get("/resource-kinds/new")
@requires(*KIND_KEEPERS)
def show_new_kind() -> str:
    """Ask for a new kind."""
    form = KindForm(formdata=None, groups=_groups(current_actor(), None))
    return _form_page(form, None)


@blueprint.post("/resource-kinds/new")
@requires(*KIND_KEEPERS)
def add_kind() -> ResponseReturnValue:
    """Add a kind."""
    actor = current_actor()
    form = KindForm(groups=_groups(actor, None))
    if not form.validate():
        return _form_page(form, None), 422
    try:
        service.add_kind(session(), values=form.values, by=actor, at=now())
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return _form_page(form, None), 422
    say("種別を加えました。社会資源を登録するときに選べます。")
    return redirect(url_for(".show_kinds"), 303)


@blueprint.get("/resource-kinds/<int:kind_id>")
@requires(*KIND_KEEPERS)
def show_kind(kind_id: int) -> str:
    """One kind, to be changed or merged."""
    kind = queries.get_kind(session(), kind_id, scope=current_actor().scope)
    return _form_page(_form_of(kind, shown=True), kind)


@blueprint.post("/resource-kinds/<int:kind_id>")
@requires(*KIND_KEEPERS)
def change_kind(kind_id: int) -> ResponseReturnValue:
    """Change a kind."""
    actor = current_actor()
    kind = queries.get_kind(session(), kind_id, scope=actor.scope)
    form = _form_of(kind, shown=False)
    if not form.validate():
        return _form_page(form, kind), 422
    try:
        step = service.change_kind(
            session(), kind_id=kind_id, version=form.seen_version, values=form.values, by=actor, at=now()
        )
    except Refused as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _form_page(form, queries.get_kind(session(), kind_id, scope=actor.scope)), 422
    if step is not None and step.entries:
        say("種別を直しました。この種別の登録は、すべて秘匿になりました。権限を持つ人にだけ見えます。")
    else:
        say("種別を直しました。" if step is not None else "変わったところはありません。")
    return redirect(url_for(".show_kinds"), 303)


@blueprint.post("/resource-kinds/<int:kind_id>/<any(up, down):direction>")
@requires(*KIND_KEEPERS)
def move_kind(kind_id: int, direction: str) -> ResponseReturnValue:
    """One place up or down."""
    service.move_kind(session(), kind_id=kind_id, is_up=direction == "up", by=current_actor(), at=now())
    return redirect(url_for(".show_kinds", _anchor=f"kind-{kind_id}"), 303)


@blueprint.post("/resource-kinds/<int:kind_id>/merge")
@requires(*MOVERS)
def merge_kind(kind_id: int) -> ResponseReturnValue:
    """All its entries get another kind."""
    actor = current_actor()
    kind = queries.get_kind(session(), kind_id, scope=actor.scope)
    merge = MergeForm(kinds=_others(kind, actor))
    if not merge.validate():
        return _form_page(_form_of(kind, shown=True), kind, merge), 422
    try:
        step = service.merge_kinds(session(), kind_id=kind_id, into_id=merge.into.data, by=actor, at=now())
    except Refused as refusal:
        session().rollback()
        put_refusal_on(merge, refusal)
        kind = queries.get_kind(session(), kind_id, scope=actor.scope)
        return _form_page(_form_of(kind, shown=True), kind, merge), 422
    say("1つの種別にまとめました。前の種別は、新しく選べないようにしました。")
    return redirect(url_for("resources_history.show_step", batch=step.batch), 303)


def render_link() -> Markup:
    """Lead here from the catalogue, for whoever may enter."""
    if not visitor_holds(*KIND_KEEPERS):
        return Markup("")
    return Markup(render_template("resources/kinds/link.html"))  # noqa: S704 -- escaped by the template


def render_today(actor: Actor) -> Markup:
    """The part of きょう that belongs to the table of kinds: what an import brought, and for administrators the way in."""
    if not actor.holds(*KIND_KEEPERS):
        return Markup("")
    unseen = [kind for kind in list_kinds(session(), scope=actor.scope) if not kind.is_reviewed]
    if not unseen and not actor.holds(Role.ADMIN):
        return Markup("")
    return Markup(render_template("resources/kinds/today.html", unseen=unseen))  # noqa: S704 -- escaped by the template


def _form_of(kind: ResourceKind, *, shown: bool) -> KindForm:
    groups, days = _groups(current_actor(), kind), kind.check_interval_days
    if not shown:
        return KindForm(groups=groups, former_days=days)
    values = {
        "label": kind.label,
        "group": kind.group.value,
        "check_interval_days": str(days or ""),
        "is_reviewed": kind.is_reviewed,
        "is_retired": kind.is_retired,
        "version": str(kind.version),
    }
    return KindForm(formdata=None, data=values, groups=groups, former_days=days)


def _form_page(form: KindForm, kind: ResourceKind | None, merge: MergeForm | None = None) -> str:
    actor = current_actor()
    entries = 0
    if kind is not None:
        entries = queries.count_entries(session(), scope=actor.scope).get(kind.id, 0)
        if merge is None and actor.holds(*MOVERS):
            merge = MergeForm(formdata=None, kinds=_others(kind, actor))
    return render_template(
        "resources/kinds/form.html",
        form=form,
        kind=kind,
        merge=merge,
        entries=entries,
        meanings=GROUP_MEANINGS,
    )


def _groups(actor: Actor, kind: ResourceKind | None) -> list[KindGroup]:
    """Return the groups that may be chosen: of refuges nothing is said to whoever cannot decide about them."""
    return [
        group
        for group in KindGroup
        if group is not KindGroup.REFUGE
        or may_keep_secrets(actor)
        or (kind is not None and kind.group is KindGroup.REFUGE)
    ]


def _others(kind: ResourceKind, actor: Actor) -> list[tuple[int, str]]:
    offered = queries.list_offered_kinds(session(), scope=actor.scope)
    return [(other.id, other.label) for other in offered if other.id != kind.id]
