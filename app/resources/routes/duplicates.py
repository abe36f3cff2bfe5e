"""Places that stand in the catalogue twice: look at two side by side, put them together, or say that they are two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires, visitor_holds
from app.areas.queries import list_area_names
from app.clock import now
from app.resources.engine import wording
from app.resources.engine.duplicates import Likeness
from app.resources.engine.field_words import Names, label_of, shown
from app.resources.engine.merge_parts import COLUMNS, Part, Side, choices_of
from app.resources.engine.week import hours_text, schedule_text
from app.resources.forms.duplicates import MergeForm
from app.resources.models import Resource
from app.resources.models.derived import SUMMARY
from app.resources.models.rows import as_plain, columns_of
from app.resources.policies import KEEPERS
from app.resources.queries import duplicates as queries
from app.resources.queries.catalogue import list_names
from app.resources.queries.pairs import list_pairs
from app.resources.service import merging as service
from app.resources.vocabulary import ChangeSubject
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("resources_duplicates", __name__, template_folder="../templates")

PAIRS_ON_A_PAGE = 10
_APART_MOST = 20

# The code of a municipality says nothing beside the address, and what is drawn from a timetable nothing beside that.
_NOT_SHOWN = frozenset({"municipality_code"})
_DRAWN = _NOT_SHOWN | frozenset(SUMMARY)


@dataclass(frozen=True)
class ShownPair:
    """Two entries and what was seen of them."""

    first: Resource
    second: Resource
    likeness: Likeness


@dataclass(frozen=True)
class ShownChoice:
    """A part in which two entries differ: what each says, in words, and which is proposed."""

    part: Part
    first: tuple[tuple[str, str], ...]
    second: tuple[tuple[str, str], ...]
    taken: Side
    is_open: bool


@blueprint.get("/resources/duplicates")
@requires(*KEEPERS)
def list_duplicates() -> str:
    """The pairs that may be the same, the likeliest first."""
    scope, number = current_actor().scope, page_number()
    pairs = list_pairs(session(), scope=scope)
    part = pairs[(number - 1) * PAIRS_ON_A_PAGE : number * PAIRS_ON_A_PAGE]
    rows = queries.list_mergeable(
        session(), {key for pair in part for key in (pair.first_id, pair.second_id)}, scope=scope
    )
    apart = queries.list_distinct(session(), most=_APART_MOST, scope=scope)
    return render_template(
        "resources/duplicates/list.html",
        page=Page(
            [ShownPair(rows[pair.first_id], rows[pair.second_id], pair.likeness) for pair in part],
            len(pairs),
            number,
            PAIRS_ON_A_PAGE,
        ),
        towns=_towns(rows),
        apart=apart,
        names=list_names(
            session(), {key for said in apart for key in (said.first_id, said.second_id)}, scope=scope
        ),
        where_text=wording.where_text,
        when_text=_when_text,
    )


@blueprint.get("/resources/duplicates/<int:first_id>/<int:second_id>")
@requires(*KEEPERS)
def show_pair(first_id: int, second_id: int) -> str:
    """Two entries side by side, and what would stand after putting them together."""
    return _pair_page(first_id, second_id, MergeForm(formdata=None))


@blueprint.post("/resources/duplicates/<int:first_id>/<int:second_id>")
@requires(*KEEPERS)
def merge_pair(first_id: int, second_id: int) -> ResponseReturnValue:
    """Put the second into the first."""
    form = MergeForm()
    try:
        if not form.validate():
            return _pair_page(first_id, second_id, form), 422
        service.merge_resources(
            session(),
            kept_id=first_id,
            other_id=second_id,
            versions=form.versions,
            chosen=form.chosen,
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _refused_page(first_id, second_id, form)
    say("1つにまとめました。まちがいのときは「直した記録」から取り消せます。")
    return redirect(url_for("resources.show_resource", resource_id=first_id), 303)


@blueprint.post("/resources/duplicates/<int:first_id>/<int:second_id>/apart")
@requires(*KEEPERS)
def keep_apart(first_id: int, second_id: int) -> ResponseReturnValue:
    """They are two: nobody is asked again."""
    service.keep_apart(session(), first_id=first_id, second_id=second_id, by=current_actor(), at=now())
    say("別の場所として覚えました。この2つは、もう並びません。")
    return redirect(url_for(".list_duplicates"), 303)


@blueprint.post("/resources/duplicates/<int:first_id>/<int:second_id>/ask-again")
@requires(*KEEPERS)
def ask_again(first_id: int, second_id: int) -> ResponseReturnValue:
    """That they are two is taken back."""
    service.ask_again(session(), first_id=first_id, second_id=second_id, by=current_actor(), at=now())
    say("取り消しました。似ているときは、また並びます。")
    return redirect(url_for(".list_duplicates"), 303)


def render_link() -> Markup:
    """Lead here from the catalogue, for whoever may enter."""
    if not visitor_holds(*KEEPERS):
        return Markup("")
    return Markup(render_template("resources/duplicates/link.html"))  # noqa: S704 -- escaped by the template


def _refused_page(first_id: int, second_id: int, form: MergeForm) -> ResponseReturnValue:
    try:
        return _pair_page(first_id, second_id, form), 422
    except Missing:
        # Somebody was quicker, and one of the two has ended: there is nothing left to choose between.
        return render_template("resources/duplicates/gone.html", problems=form.form_errors), 422


def _pair_page(first_id: int, second_id: int, form: MergeForm) -> str:
    scope = current_actor().scope
    rows = queries.list_mergeable(session(), {first_id, second_id}, scope=scope)
    likeness = queries.find_likeness(session(), first_id, second_id, scope=scope)
    if len(rows) != 2 or likeness is None:
        raise Missing
    first, second = rows[first_id], rows[second_id]
    towns = _towns(rows)
    return render_template(
        "resources/duplicates/pair.html",
        first=first,
        second=second,
        likeness=likeness,
        choices=_shown_choices(first, second, form.chosen, towns),
        form=form,
        is_apart=queries.find_distinct(session(), first_id, second_id, scope=scope) is not None,
        towns=towns,
        where_text=wording.where_text,
        when_text=_when_text,
    )


def _shown_choices(
    first: Resource, second: Resource, chosen: Mapping[str, Side], towns: Mapping[int, str]
) -> list[ShownChoice]:
    names = Names(areas=towns, kinds={row.kind_id: row.kind.label for row in (first, second)})
    found = choices_of(columns_of(first, COLUMNS), columns_of(second, COLUMNS))
    return [
        ShownChoice(
            choice.part,
            _lines(first, second, choice.part, names),
            _lines(second, first, choice.part, names),
            chosen.get(choice.part.code, choice.proposed) if choice.is_open else choice.proposed,
            choice.is_open,
        )
        for choice in found
    ]


def _lines(row: Resource, other: Resource, part: Part, names: Names) -> tuple[tuple[str, str], ...]:
    """Return what a side says of a part; the columns in which both are equal are left out."""
    hidden = _NOT_SHOWN if row.timetable is None else _DRAWN
    return tuple(
        (
            label_of(ChangeSubject.RESOURCE, name) if len(part.columns) > 1 else "",
            shown(ChangeSubject.RESOURCE, name, as_plain(row, name), names),
        )
        for name in part.columns
        if name not in hidden and as_plain(row, name) != as_plain(other, name)
    )


def _towns(rows: Mapping[int, Resource]) -> dict[int, str]:
    ids = {row.town_id for row in rows.values() if row.town_id is not None}
    return list_area_names(session(), ids, scope=current_actor().scope) if ids else {}


def _when_text(resource: Resource) -> str:
    days = schedule_text(resource.schedule)
    hours = hours_text(resource.opens_minute, resource.closes_minute)
    return " ".join(filter(None, (days, hours))) or (resource.schedule_note or "")
