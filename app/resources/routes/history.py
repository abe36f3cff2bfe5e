"""What was changed in the catalogue, step by step, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires, visitor_holds
from app.accounts.queries import list_account_names
from app.accounts.vocabulary import Actor, Scope
from app.areas.queries import list_area_names
from app.clock import now
from app.resources.engine.field_words import Names, label_of, line_of
from app.resources.engine.record_words import Line
from app.resources.models import Change
from app.resources.policies import IMPORTERS, KEEPERS, MOVERS
from app.resources.queries import history as queries
from app.resources.queries.catalogue import list_kinds
from app.resources.queries.history import BatchHead, BatchPart
from app.resources.routes.change_words import who_changed
from app.resources.service.changes import Kept, undo_batch
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject
from app.web.errors import Missing
from app.web.flashes import Tone, say
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("resources_history", __name__, template_folder="../templates")

STEPS_ON_A_PAGE = 30
CHANGES_ON_A_PAGE = 50
_COLUMNS_MOST = 3

_PAGES = {
    ChangeSubject.RESOURCE: ("resources.show_resource", "resource_id"),
    ChangeSubject.HOST: ("resources_hosts.show_host", "host_id"),
    ChangeSubject.KIND: ("resources_kinds.show_kind", "kind_id"),
}


@dataclass(frozen=True)
class ShownStep:
    """A step in words: who, of what, and in which columns."""

    head: BatchHead
    who: str
    of_what: str
    columns: str


@dataclass(frozen=True)
class ShownRow:
    """What was changed in one row; the address of its page, where there is one for this person."""

    name: str
    subject: ChangeSubject
    address: str | None
    lines: tuple[tuple[Line, ChangeState], ...]


@blueprint.get("/catalogue-changes")
@requires(*KEEPERS)
def list_steps() -> str:
    """The latest steps."""
    scope, number = current_actor().scope, page_number()
    heads = queries.list_batches(
        session(), scope=scope, first=(number - 1) * STEPS_ON_A_PAGE, most=STEPS_ON_A_PAGE
    )
    total = queries.count_batches(session(), scope=scope)
    return render_template(
        "resources/history/list.html", page=Page(_shown_steps(heads, scope), total, number, STEPS_ON_A_PAGE)
    )


@blueprint.get("/catalogue-changes/<string(length=32):batch>")
@requires(*KEEPERS)
def show_step(batch: str) -> str:
    """One step with all that it changed."""
    return _step_page(batch, ())


@blueprint.post("/catalogue-changes/<string(length=32):batch>/undo")
@requires(*KEEPERS)
def undo_step(batch: str) -> ResponseReturnValue:
    """Take a step back; what cannot be is shown with its reason."""
    actor = current_actor()
    head = queries.get_batch(session(), batch, scope=actor.scope)
    parts = queries.list_parts_of_batches(session(), [head.batch], scope=actor.scope)
    if not _may_undo(actor, head, parts):
        raise Missing
    undone = undo_batch(session(), batch_id=head.batch, by=actor, at=now())
    if undone.kept:
        return _step_page(batch, undone.kept)
    if undone.done:
        say("取り消して、元にもどしました。")
    else:
        say("もう取り消してあります。", Tone.INFO)
    return redirect(url_for(".show_step", batch=batch), 303)


def render_link() -> Markup:
    """Lead here from the catalogue, for whoever may enter."""
    if not visitor_holds(*KEEPERS):
        return Markup("")
    return Markup(render_template("resources/history/link.html"))  # noqa: S704 -- escaped by the template


def _step_page(batch: str, kept: Sequence[Kept]) -> str:
    actor, number = current_actor(), page_number()
    scope = actor.scope
    head = queries.get_batch(session(), batch, scope=scope)
    parts = queries.list_parts_of_batches(session(), [batch], scope=scope)
    changes = queries.list_page_of_batch(
        session(), batch, first=(number - 1) * CHANGES_ON_A_PAGE, most=CHANGES_ON_A_PAGE, scope=scope
    )
    return render_template(
        "resources/history/step.html",
        step=_shown_step(head, parts, list_account_names(session()), _names_of_rows(parts)),
        page=Page(changes, head.fields, number, CHANGES_ON_A_PAGE),
        rows=_shown_rows(changes, actor),
        may_undo=head.standing > 0 and _may_undo(actor, head, parts),
        kept=[(each, label_of(each.subject, each.field)) for each in kept],
    )


def _may_undo(actor: Actor, head: BatchHead, parts: Iterable[BatchPart]) -> bool:
    """Whoever keeps the catalogue takes steps in it back.

    An import is for those who may import, and what concerns the table of kinds for those who may move its entries.
    """
    if head.cause is ChangeCause.IMPORT and not actor.holds(*IMPORTERS):
        return False
    return actor.holds(*MOVERS) or all(part.subject is not ChangeSubject.KIND for part in parts)


def _shown_steps(heads: Sequence[BatchHead], scope: Scope) -> list[ShownStep]:
    if not heads:
        return []
    parts = queries.list_parts_of_batches(session(), [head.batch for head in heads], scope=scope)
    of_batch: dict[str, list[BatchPart]] = {}
    for part in parts:
        of_batch.setdefault(part.batch, []).append(part)
    accounts, names = list_account_names(session()), _names_of_rows(parts)
    return [_shown_step(head, of_batch.get(head.batch, []), accounts, names) for head in heads]


def _shown_step(
    head: BatchHead,
    parts: Sequence[BatchPart],
    accounts: dict[int, str],
    names: dict[tuple[ChangeSubject, int], str],
) -> ShownStep:
    most: dict[ChangeSubject, BatchPart] = {}
    for part in parts:
        if part.subject not in most or part.rows > most[part.subject].rows:
            most[part.subject] = part
    columns = list(dict.fromkeys(label_of(part.subject, part.field) for part in parts))
    more = f"など{len(columns)}項目" if len(columns) > _COLUMNS_MOST else ""
    return ShownStep(
        head,
        who_changed(head, accounts),
        "、".join(_of_what(part, parts, names) for part in most.values()),
        "・".join(columns[:_COLUMNS_MOST]) + more,
    )


def _of_what(part: BatchPart, parts: Sequence[BatchPart], names: dict[tuple[ChangeSubject, int], str]) -> str:
    if part.rows > 1:
        return f"{part.subject.label}{part.rows:,}件"
    # Where two were put together, each has columns of its own.
    keys = sorted({each.first_id for each in parts if each.subject is part.subject})
    called = [name for key in keys if (name := names.get((part.subject, key)))]
    if not called:
        return f"{part.subject.label}{len(keys)}件"
    return part.subject.label + "".join(f"「{name}」" for name in called)


def _names_of_rows(parts: Iterable[BatchPart]) -> dict[tuple[ChangeSubject, int], str]:
    return _names_of((part.subject, part.first_id) for part in parts if part.rows == 1)


def _shown_rows(changes: Sequence[Change], actor: Actor) -> list[ShownRow]:
    scope = actor.scope
    names = _names_of((change.subject, change.subject_id) for change in changes)
    words = _words(changes, scope)
    shown = []
    for (subject, row_id), group in groupby(changes, key=lambda change: (change.subject, change.subject_id)):
        of_row = list(group)
        lines = tuple(
            (
                line_of(
                    change.subject,
                    change.field,
                    change.before,
                    change.after,
                    words,
                    is_secret=change.is_refuge,
                ),
                change.state,
            )
            for change in of_row
        )
        name = names.get((subject, row_id))
        address = _address(subject, row_id, actor) if name else None
        shown.append(ShownRow(name or "（もう登録されていません）", subject, address, lines))
    return shown


def _address(subject: ChangeSubject, row_id: int, actor: Actor) -> str | None:
    if subject not in _PAGES or (subject is ChangeSubject.KIND and not actor.holds(*MOVERS)):
        return None
    endpoint, argument = _PAGES[subject]
    values: dict[str, Any] = {argument: row_id}
    return url_for(endpoint, **values)


def _names_of(wanted: Iterable[tuple[ChangeSubject, int]]) -> dict[tuple[ChangeSubject, int], str]:
    keys: dict[ChangeSubject, set[int]] = {}
    for subject, row_id in wanted:
        keys.setdefault(subject, set()).add(row_id)
    scope = current_actor().scope
    return {
        (subject, key): name
        for subject, ids in keys.items()
        for key, name in queries.list_names_of_rows(session(), subject, ids, scope=scope).items()
    }


def _words(changes: Sequence[Change], scope: Scope) -> Names:
    """Return the names of what the values on this page point at; only those are asked for that are there."""
    fields = {change.field for change in changes}
    areas = _keys(changes, "town_id")
    for change in changes:
        if change.field == "service_areas":
            areas |= {area_id for area_id, _ in [*(change.before or ()), *(change.after or ())]}
    places = _keys(changes, "resource_id") | _keys(changes, "merged_into_id")
    return Names(
        accounts=list_account_names(session()) if "keeper_id" in fields else {},
        places=queries.list_names_of_rows(session(), ChangeSubject.RESOURCE, places, scope=scope)
        if places
        else {},
        areas=list_area_names(session(), areas, scope=scope) if areas else {},
        kinds={kind.id: kind.label for kind in list_kinds(session(), scope=scope)}
        if not fields.isdisjoint({"kind_id", "merged_into_id"})
        else {},
    )


def _keys(changes: Iterable[Change], field: str) -> set[int]:
    values: Collection[int | None] = [
        value for change in changes if change.field == field for value in (change.before, change.after)
    ]
    return {value for value in values if value is not None}
