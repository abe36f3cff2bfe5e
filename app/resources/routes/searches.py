"""Searches that somebody keeps (保存した条件): a list with what is new, and what can be done with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, find_actor, signed_in
from app.accounts.vocabulary import Actor
from app.clock import now
from app.resources.forms.catalogue import since_text
from app.resources.forms.searches import SaveSearchForm, SearchNameForm, asked_of
from app.resources.models.searches import SavedSearch
from app.resources.queries import searches as queries
from app.resources.queries.criteria import Filter
from app.resources.queries.searches import Found
from app.resources.routes.question import Reader, named_filters
from app.resources.service import searches as service
from app.web.errors import Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.transaction import session

blueprint = Blueprint("resources_searches", __name__, template_folder="../templates")


@dataclass(frozen=True)
class Kept:
    """A search with what it finds now; None when a kind or a town that it names is not there any more."""

    search: SavedSearch
    filters: Sequence[str]
    found: Found | None


@blueprint.get("/saved-searches")
@signed_in
def list_searches() -> str:
    """All searches of this account, what is new in each before anything else."""
    return _list_page()


@blueprint.post("/saved-searches")
@signed_in
def save_search() -> ResponseReturnValue:
    """Keep the question of the page before."""
    actor, form = current_actor(), SaveSearchForm()
    if not form.validate():
        return _save_page(form), 422
    reader = Reader(session(), scope=actor.scope)
    if not form.question or not reader.read(asked_of(form.question)).form.validate():
        form.form_errors.append("保存できる条件がありません。社会資源の画面で条件を選び直してください。")
        return _save_page(form), 422
    try:
        service.save_search(session(), name=form.name.data or "", question=form.question, by=actor, at=now())
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return _save_page(form), 422
    say("条件を保存しました。新しい場所が出ると、ここと「きょう」に出ます。")
    return redirect(url_for(".list_searches"), 303)


@blueprint.post("/saved-searches/<int:search_id>/visits")
@signed_in
def open_search(search_id: int) -> ResponseReturnValue:
    """Lead to the answers and mark what was not there before; from now on it counts as seen."""
    actor = current_actor()
    search = queries.get_search(session(), search_id, scope=actor.scope)
    since = service.mark_seen(session(), search_id=search_id, by=actor, at=now())
    address = f"{url_for('resources.show_catalogue')}?{search.question}&since={since_text(since)}"
    return redirect(address, 303)


@blueprint.post("/saved-searches/<int:search_id>/name")
@signed_in
def rename_search(search_id: int) -> ResponseReturnValue:
    """Give a search another name."""
    actor, form = current_actor(), SearchNameForm(prefix=_prefix(search_id))
    queries.get_search(session(), search_id, scope=actor.scope)
    if not form.validate():
        return _list_page(wrong=(search_id, form)), 422
    try:
        service.rename_search(session(), search_id=search_id, name=form.name.data or "", by=actor, at=now())
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return _list_page(wrong=(search_id, form)), 422
    say("名前を変えました。")
    return redirect(url_for(".list_searches"), 303)


@blueprint.post("/saved-searches/<int:search_id>/removal")
@signed_in
def remove_search(search_id: int) -> ResponseReturnValue:
    """Forget a search."""
    service.remove_search(session(), search_id=search_id, by=current_actor(), at=now())
    say("保存した条件を消しました。場所の登録は、そのままです。")
    return redirect(url_for(".list_searches"), 303)


def render_link() -> Markup:
    """Lead here from the catalogue."""
    if find_actor() is None:
        return Markup("")
    return Markup(render_template("resources/searches/link.html"))  # noqa: S704 -- escaped by the template


def render_today(actor: Actor) -> Markup:
    """The line of きょう: searches in which something is new."""
    fresh = [kept for kept in _kept(actor) if kept.found and kept.found.new]
    if not fresh:
        return Markup("")
    return Markup(render_template("resources/searches/today.html", fresh=fresh))  # noqa: S704 -- escaped


def _kept(actor: Actor) -> list[Kept]:
    searches = queries.list_searches(session(), scope=actor.scope)
    if not searches:
        return []
    reader, at = Reader(session(), scope=actor.scope), now()
    wanted: dict[int, Filter] = {}
    said: dict[int, Sequence[str]] = {}
    for search in searches:
        question = reader.read(asked_of(search.question))
        if question.form.validate():
            # One moment for all, so that free seats are asked for once.
            seats_at = at if question.wanted.seats_at else None
            wanted[search.id] = replace(question.wanted, new_since=search.seen_at, seats_at=seats_at)
            said[search.id] = named_filters(question, wanted[search.id])
    counts = queries.count_answers(session(), list(wanted.values()), scope=actor.scope)
    found = dict(zip(wanted, counts, strict=True))
    return [Kept(search, said.get(search.id, ()), found.get(search.id)) for search in searches]


def _list_page(wrong: tuple[int, SearchNameForm] | None = None) -> str:
    kept = _kept(current_actor())
    forms = {
        each.search.id: SearchNameForm(
            formdata=None, data={"name": each.search.name}, prefix=_prefix(each.search.id)
        )
        for each in kept
    }
    if wrong:
        forms[wrong[0]] = wrong[1]
    return render_template(
        "resources/searches/list.html",
        kept=kept,
        forms=forms,
        wrong_id=wrong[0] if wrong else None,
        most=service.MOST,
    )


def _prefix(search_id: int) -> str:
    """Each form of the page has fields of its own."""
    return f"search{search_id}"


def _save_page(form: SaveSearchForm) -> str:
    return render_template("resources/searches/form.html", form=form)
