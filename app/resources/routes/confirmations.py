"""確かめる予定: whose openings and which places are to be confirmed, and one tap for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, find_actor, requires, visitor_holds
from app.accounts.queries import list_open_accounts
from app.accounts.vocabulary import Actor
from app.areas.queries import list_district_names
from app.audit.queries import list_latest
from app.clock import now, today
from app.resources.engine.freshness import Freshness, rhythm_of_place
from app.resources.forms.confirmations import ConfirmationsForm
from app.resources.models import Host, Resource
from app.resources.policies import KEEPERS
from app.resources.queries import history
from app.resources.queries.catalogue import list_kinds
from app.resources.queries.freshness import (
    URGENCY,
    AskingHost,
    find_asking_host,
    list_asking_hosts,
)
from app.resources.queries.places_to_check import (
    NO_DISTRICT,
    CheckOrder,
    PlaceFilter,
    PlaceToCheck,
    count_places,
    list_places_to_check,
)
from app.resources.service import confirming as service
from app.resources.vocabulary import ChangeSubject, ResourceState
from app.web.errors import Missing
from app.web.flashes import Tone, say
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("resources_confirmations", __name__, template_folder="../templates")

PAGE_SIZE: Final = 25
PRINTED_MOST: Final = 300
AHEAD: Final = timedelta(days=30)

_KEPT: Final = ("what", "state", "district", "kind", "mine", "sort", "page")
_BATCH_LENGTH: Final = 32


@dataclass(frozen=True)
class Group:
    """Rows of one caller: the hosts of a keeper, or the places of a district."""

    name: str
    hosts: Sequence[AskingHost] = ()
    places: Sequence[PlaceToCheck] = ()


@dataclass(frozen=True)
class _Found:
    """What a filter names: the hosts in their order, and how much there is of each state."""

    hosts: Sequence[AskingHost]
    host_counts: dict[Freshness, int]
    place_counts: dict[Freshness, int]
    form: ConfirmationsForm

    @property
    def counts(self) -> dict[Freshness, int]:
        """Hosts and places together, whatever state the filter names."""
        return {state: self.host_counts[state] + self.place_counts[state] for state in URGENCY}

    @property
    def places(self) -> int:
        """How many places there are in the list."""
        state = self.form.places.state
        return self.place_counts[state] if state else sum(self.place_counts.values())

    @property
    def total(self) -> int:
        """How many rows there are in the list."""
        return len(self.hosts) + self.places


@blueprint.get("/confirmations")
@requires(*KEEPERS)
def list_confirmations() -> ResponseReturnValue:
    """What is to be confirmed within a month, is due, has left the proposals, or was never confirmed."""
    actor = current_actor()
    form = _form(actor)
    if not form.validate():
        return render_template("resources/confirmations/list.html", form=form, page=None), 422
    names = {account.id: account.display_name for account in list_open_accounts(session())}
    found = _find(form, actor, names)
    is_paper = request.args.get("view") == "print"
    number, size = (1, PRINTED_MOST) if is_paper else (page_number(), PAGE_SIZE)
    first = (number - 1) * size
    hosts = found.hosts[first : first + size]
    rest = size - len(hosts)
    places = []
    if rest and found.places:
        places = list_places_to_check(
            session(),
            form.places,
            on=today(),
            until=today() + AHEAD,
            first=max(first - len(found.hosts), 0),
            most=rest,
            scope=actor.scope,
        )
    return render_template(
        f"resources/confirmations/{'print' if is_paper else 'list'}.html",
        form=form,
        page=Page([*hosts, *places], found.total, number, size),
        groups=_groups(hosts, places, names, actor),
        counts=[(state, number) for state, number in found.counts.items() if number],
        hosts=len(found.hosts),
        places=found.places,
        missed=_missed(hosts, places),
        undo=_own_step(actor),
        kept=_kept(),
    )


@blueprint.post("/confirmations/hosts/<int:host_id>/confirmed")
@requires(*KEEPERS)
def confirm_host(host_id: int) -> ResponseReturnValue:
    """The host said that all its openings stand."""
    done = service.confirm_host(session(), host_id=host_id, by=current_actor(), at=now())
    said = f"{done.openings}つの枠を、今日確かめたことにしました。"
    return _confirmed(done.batch, said, url_for("resources_hosts.show_host", host_id=host_id))


@blueprint.post("/confirmations/hosts/<int:host_id>/missed")
@requires(*KEEPERS)
def note_host_missed(host_id: int) -> ResponseReturnValue:
    """Nobody answered."""
    return _missed_now(ChangeSubject.HOST, host_id)


@blueprint.post("/confirmations/places/<int:resource_id>/confirmed")
@requires(*KEEPERS)
def confirm_place(resource_id: int) -> ResponseReturnValue:
    """The place is as it stands."""
    batch = service.confirm_place(session(), resource_id=resource_id, by=current_actor(), at=now())
    card = url_for("resources.show_resource", resource_id=resource_id)
    return _confirmed(batch, "今日、確かめたことにしました。", card)


@blueprint.post("/confirmations/places/<int:resource_id>/missed")
@requires(*KEEPERS)
def note_place_missed(resource_id: int) -> ResponseReturnValue:
    """Nobody answered, or nobody was there."""
    return _missed_now(ChangeSubject.RESOURCE, resource_id)


@blueprint.post("/confirmations/<string(length=32):batch>/undo")
@requires(*KEEPERS)
def undo(batch: str) -> ResponseReturnValue:
    """It was not confirmed after all."""
    undone = service.undo_confirmation(session(), batch=batch, by=current_actor(), at=now())
    if undone.done:
        say("取り消しました。前の確認の日にもどっています。")
    else:
        say("もう取り消してあるか、あとから直されています。", Tone.INFO)
    return _to_list()


def render_today(actor: Actor) -> Markup:
    """The line of きょう for keepers: how much is due."""
    if not actor.holds(*KEEPERS):
        return Markup("")
    hosts = list_asking_hosts(session(), on=today(), scope=actor.scope)
    places = count_places(session(), PlaceFilter(), on=today(), until=today(), scope=actor.scope).total
    due = [asking for asking in hosts if asking.state is not Freshness.SOON]
    if not due and not places:
        return Markup("")
    page = render_template(
        "resources/confirmations/today.html",
        hosts=len(due),
        own=sum(asking.host.keeper_id == actor.account_id for asking in due),
        left=sum(asking.state is Freshness.STALE for asking in due),
        places=places,
    )
    return Markup(page)  # noqa: S704 -- escaped by the template


def render_link() -> Markup:
    """Lead here from the catalogue, for whoever may enter."""
    if not visitor_holds(*KEEPERS):
        return Markup("")
    return Markup(render_template("resources/confirmations/link.html"))  # noqa: S704 -- escaped by the template


def render_place_banner(resource: Resource) -> Markup:
    """What stands over the card of a place whose confirmation is coming due, for whoever keeps it."""
    actor = find_actor()
    if actor is None or not resource.is_within(actor.scope) or resource.state is not ResourceState.ACTIVE:
        return Markup("")
    rhythm = rhythm_of_place(
        resource.confirmed_on,
        place_interval=resource.check_interval_days,
        kind_interval=resource.kind.check_interval_days,
        is_light=resource.is_light,
    )
    state = rhythm.on(today())
    # A day that somebody set speaks before the one that follows from the interval.
    if resource.next_check_on is not None and resource.next_check_on != rhythm.due_on:
        state = Freshness.DUE if resource.next_check_on <= today() else Freshness.FRESH
    if not state.asks:
        return Markup("")
    page = render_template("resources/confirmations/place_banner.html", resource=resource, state=state)
    return Markup(page)  # noqa: S704 -- escaped by the template


def render_host_banner(host: Host) -> Markup:
    """What stands over the page of a host whose openings ask for a confirmation."""
    actor = current_actor()
    asking = find_asking_host(session(), host.id, on=today(), scope=actor.scope)
    if asking is None:
        return Markup("")
    page = render_template("resources/confirmations/host_banner.html", asking=asking, state=asking.state)
    return Markup(page)  # noqa: S704 -- escaped by the template


def _form(actor: Actor) -> ConfirmationsForm:
    return ConfirmationsForm(
        request.args,
        districts=list_district_names(session(), scope=actor.scope),
        kinds=[(kind.id, kind.label) for kind in list_kinds(session(), scope=actor.scope)],
    )


def _find(form: ConfirmationsForm, actor: Actor, names: dict[int, str]) -> _Found:
    wanted, until = form.places, today() + AHEAD
    hosts: list[AskingHost] = []
    if form.shows_hosts:
        hosts = [
            asking
            for asking in list_asking_hosts(session(), on=today(), asks_until=until, scope=actor.scope)
            if _fits(asking, wanted) and (not form.mine.data or asking.host.keeper_id == actor.account_id)
        ]
    places = dict.fromkeys(URGENCY, 0)
    if form.shows_places:
        places = dict(count_places(session(), wanted, on=today(), until=until, scope=actor.scope).by_state)
    of_state = Counter(asking.state for asking in hosts)
    counts = {state: of_state[state] for state in URGENCY}
    if wanted.state is not None:
        hosts = [asking for asking in hosts if asking.state is wanted.state]
    if wanted.order is CheckOrder.NAME:
        hosts.sort(key=lambda asking: (asking.host.name, asking.host.id))
    # One's own first, then by keeper; what nobody looks after last. The order inside stays.
    hosts.sort(key=lambda asking: _place_of_keeper(asking, actor, names))
    return _Found(hosts, counts, places, form)


def _fits(asking: AskingHost, wanted: PlaceFilter) -> bool:
    districts = {opening.district_id for opening in asking.openings}
    kinds = {opening.kind_id for opening in asking.openings}
    district = None if wanted.district_id == NO_DISTRICT else wanted.district_id
    return (wanted.district_id is None or district in districts) and (
        wanted.kind_id is None or wanted.kind_id in kinds
    )


def _place_of_keeper(asking: AskingHost, actor: Actor, names: dict[int, str]) -> tuple[bool, bool, str, int]:
    keeper = asking.host.keeper_id if asking.host.keeper_id in names else None
    return (keeper != actor.account_id, keeper is None, names.get(keeper or 0, ""), keeper or 0)


def _groups(
    hosts: Sequence[AskingHost], places: Sequence[PlaceToCheck], names: dict[int, str], actor: Actor
) -> list[Group]:
    def keeper(asking: AskingHost) -> int:
        keeper_id = asking.host.keeper_id or 0
        return keeper_id if keeper_id in names else 0

    found = []
    for key, of_keeper in groupby(hosts, key=keeper):
        who = (
            "あなたが担当"
            if key == actor.account_id
            else f"担当 {names[key]}"
            if key
            else "担当が決まっていない"
        )
        found.append(Group(f"受け入れ先（{who}）", hosts=list(of_keeper)))
    for district, of_district in groupby(places, key=lambda place: place.district):
        found.append(Group(f"場所（{district or '圏域が不明'}）", places=list(of_district)))
    return found


def _missed(hosts: Sequence[AskingHost], places: Sequence[PlaceToCheck]) -> dict[tuple[str, int], datetime]:
    """Return when nobody answered last, of the rows that are shown; two statements."""
    found: dict[tuple[str, int], datetime] = {}
    for subject, ids in (
        (ChangeSubject.HOST, [asking.host.id for asking in hosts]),
        (ChangeSubject.RESOURCE, [place.resource_id for place in places]),
    ):
        latest = list_latest(
            session(),
            action=service.MISSED,
            subject_kind=subject.value,
            subject_ids=[str(key) for key in ids],
        )
        found |= {(subject.value, int(key)): at for key, at in latest.items()}
    return found


def _missed_now(subject: ChangeSubject, subject_id: int) -> ResponseReturnValue:
    service.note_missed(session(), subject=subject, subject_id=subject_id, by=current_actor(), at=now())
    say("つながらなかったことを記録しました。日をあらためて、また連絡してください。")
    return _to_list()


def _own_step(actor: Actor) -> str | None:
    """Return the step that the address says was just made, while it is one's own and stands."""
    batch = request.args.get("done", "")
    if len(batch) != _BATCH_LENGTH:
        return None
    try:
        head = history.get_batch(session(), batch, scope=actor.scope)
    except Missing:
        return None
    return batch if head.account_id == actor.account_id and head.standing else None


def _kept() -> dict[str, Any]:
    """What of the list stays as it was: its address says so, and so do the forms that are sent from it."""
    return {name: request.values[name] for name in _KEPT if name in request.values}


def _confirmed(batch: str, said: str, card: str) -> ResponseReturnValue:
    """Go back to where the button stood: a card says what was done, the list says it and offers the way back."""
    if request.form.get("from") != "card":
        return _to_list(done=batch)
    say(said)
    return redirect(card, 303)


def _to_list(**more: str) -> ResponseReturnValue:
    asked: dict[str, Any] = {**_kept(), **more}
    return redirect(url_for(".list_confirmations", **asked), 303)
