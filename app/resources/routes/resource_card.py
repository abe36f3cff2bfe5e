"""What the card of an entry shows to whoever keeps it, and the history of the entry with its undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, find_actor, requires, visitor_holds
from app.accounts.queries import list_account_names
from app.accounts.vocabulary import Scope
from app.areas import queries as areas
from app.clock import now
from app.resources.engine import field_words, week
from app.resources.engine.record_words import Line
from app.resources.forms.retiring import RetireForm
from app.resources.models import Change, Resource
from app.resources.policies import KEEPERS
from app.resources.queries import catalogue, editing, history
from app.resources.routes.change_words import who_changed, words_of_changes
from app.resources.routes.editing import blueprint as blueprint
from app.resources.service import catalogue as service
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject, Coverage
from app.web.errors import Missing
from app.web.flashes import Tone, say
from app.web.transaction import session

STEPS_MOST: Final = 40
_CHANGES_MOST: Final = 400
_JUST_NOW: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Step:
    """What somebody changed at one time. A step over several entries is not taken back from one of them."""

    batch: str
    made_at: datetime
    who: str
    how: str
    lines: tuple[Line, ...]
    can_undo: bool
    is_shared: bool


@blueprint.get("/resources/<int:resource_id>/history")
@requires(*KEEPERS)
def show_history(resource_id: int) -> str:
    """Who changed what when."""
    scope = current_actor().scope
    resource = catalogue.get_resource(session(), resource_id, scope=scope)
    changes = history.list_changes(
        session(),
        subject=ChangeSubject.RESOURCE,
        subject_ids=[resource_id],
        scope=scope,
        most=_CHANGES_MOST,
    )
    steps = _steps(resource, changes, scope)
    return render_template(
        "resources/editing/history.html",
        resource=resource,
        steps=steps[:STEPS_MOST],
        is_cut=len(steps) > STEPS_MOST or len(changes) == _CHANGES_MOST,
    )


@blueprint.post("/resources/<int:resource_id>/history/<string(length=32):batch>/undo")
@requires(*KEEPERS)
def undo_step(resource_id: int, batch: str) -> ResponseReturnValue:
    """Take one step back."""
    actor = current_actor()
    undone = service.undo_step(session(), resource_id=resource_id, batch=batch, by=actor, at=now())
    if undone.done:
        say("取り消しました。前の内容にもどっています。")
    for kept in undone.kept:
        label = field_words.label_of(ChangeSubject.RESOURCE, kept.field)
        say(f"「{label}」は取り消していません。{kept.why}", Tone.WARNING)
    try:
        catalogue.get_resource(session(), resource_id, scope=actor.scope)
    except Missing:
        # The step was the one in which the entry came.
        return redirect(url_for("resources.show_catalogue"), 303)
    return redirect(url_for("resources.show_resource", resource_id=resource_id), 303)


def render_actions(resource: Resource) -> Markup:
    """What may be done with an entry, on its card; nothing for whoever does not keep it."""
    actor = find_actor()
    if actor is None or not resource.is_within(actor.scope):
        return Markup("")
    return Markup(  # noqa: S704
        render_template(
            "resources/editing/card_actions.html",
            resource=resource,
            form=RetireForm(formdata=None),
            own=_own_step(resource, actor.account_id, actor.scope),
        )
    )


def render_beside(resource: Resource, *, scope: Scope) -> Markup:
    """What else there is in the same building, with days and hours."""
    neighbours = editing.list_neighbours(session(), resource, scope=scope)
    if not neighbours:
        return Markup("")
    return Markup(  # noqa: S704
        render_template("resources/editing/beside.html", neighbours=neighbours, week=week)
    )


def render_new_link() -> Markup:
    """The way to a new entry, for those who keep the catalogue."""
    if not visitor_holds(*KEEPERS):
        return Markup("")
    return Markup(render_template("resources/editing/link.html"))  # noqa: S704


def served_words(resource: Resource, *, scope: Scope) -> str | None:
    """Return from where people may come: the areas by name and how far, then the words beside them."""
    served = {area.area_id: area.coverage for area in resource.service_areas}
    if not served:
        return resource.served_area
    names = areas.list_area_names(session(), sorted(served), scope=scope)
    said = "、".join(
        name if served[key] is Coverage.WHOLE else f"{name}（{served[key].label}）"
        for key, name in sorted(names.items())
    )
    return f"{said}　{resource.served_area}" if resource.served_area else said


def _steps(resource: Resource, changes: Sequence[Change], scope: Scope) -> list[Step]:
    lines = dict(
        zip((change.id for change in changes), words_of_changes(resource, changes, scope=scope), strict=True)
    )
    rows = editing.count_rows_of_batches(session(), {change.batch for change in changes}, scope=scope)
    accounts = list_account_names(session())
    may_write = resource.is_within(scope)
    found = []
    for batch, group in groupby(changes, key=lambda change: change.batch):
        same = list(group)
        stands = any(change.state is ChangeState.APPLIED for change in same)
        is_shared = rows.get(batch, 0) > 1 or same[0].cause in (ChangeCause.IMPORT, ChangeCause.BULK)
        found.append(
            Step(
                batch=batch,
                made_at=same[0].made_at,
                who=who_changed(same[0], accounts),
                how=same[0].cause.label if stands else same[0].state.label,
                lines=tuple(lines[change.id] for change in reversed(same)),
                can_undo=stands and not is_shared and may_write,
                is_shared=stands and is_shared,
            )
        )
    return found


def _own_step(resource: Resource, account_id: int | None, scope: Scope) -> str | None:
    """Return the step that this person made a moment ago, which is the newest and stands."""
    newest = history.list_changes(
        session(), subject=ChangeSubject.RESOURCE, subject_ids=[resource.id], scope=scope, most=1
    )
    for change in newest:
        is_own = change.account_id == account_id and change.cause in (ChangeCause.EDIT, ChangeCause.CONFIRM)
        if is_own and change.state is ChangeState.APPLIED and now() - change.made_at < _JUST_NOW:
            return change.batch
    return None
