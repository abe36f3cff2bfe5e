"""The two pages that residents send from, without an account and on a phone; the receipt; and the way there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import find_actor, public, visitors_scope
from app.accounts.vocabulary import Actor
from app.areas.queries import get_district_ids
from app.clock import now
from app.crypto.keys import Purpose
from app.development.forms.residents import NoticeForm, OfferForm
from app.development.queries import residents as queries
from app.development.service import sending as service
from app.development.vocabulary.residents import NoticeTopic, Receipt
from app.resources.queries import catalogue
from app.web.errors import Refused, TooOften
from app.web.forms import put_refusal_on
from app.web.transaction import apart, database

blueprint = Blueprint("development_sending", __name__, template_folder="../templates")

_RESIDENT = Actor(None, "住民")
_TAKING_IN = Actor.system("taking in what a resident sends").scope
_RECEIPT = "receipt"


@blueprint.get("/offers/new")
@public
def show_new_offer() -> str:
    """What can you give?"""
    return _offer_page(OfferForm(formdata=None))


@blueprint.post("/offers/new")
@public
def send_offer() -> ResponseReturnValue:
    """Take an offer in."""
    form = OfferForm()
    with apart(write=False) as opened:
        form.offer_districts(get_district_ids(opened, scope=visitors_scope()))
    if form.validate():
        what, content = form.what.data, form.content()
        return _taken_in(
            form,
            lambda opened: service.send_offer(
                opened,
                what=what,
                district_id=form.district_id.data,
                content=content,
                may_be_contacted=bool(form.consent.data),
                address_digest=_address(),
                by=find_actor() or _RESIDENT,
                at=now(),
            ),
            kind="offer",
            page=lambda: _offer_page(form),
        )
    return _offer_page(form), 422


@blueprint.get("/residents-notices/new")
@public
def show_new_notice() -> str:
    """What worries you? In an emergency, something else comes first."""
    resource_id = request.args.get("resource", type=int)
    form = NoticeForm(formdata=None)
    if resource_id is not None and _place_name(resource_id):
        form = NoticeForm(formdata=None, data={"resource_id": resource_id, "topic": NoticeTopic.PLACE})
    return _notice_page(form)


@blueprint.post("/residents-notices/new")
@public
def send_notice() -> ResponseReturnValue:
    """Take a notice in."""
    form = NoticeForm()
    if form.validate():
        topic, content, resource_id = form.topic.data, form.content(), form.resource_id.data
        # A number that was typed may lead to what its sender must not know of: it is dropped like one that leads nowhere.
        known = resource_id if resource_id is not None and _place_name(resource_id) else None
        return _taken_in(
            form,
            lambda opened: service.send_notice(
                opened,
                topic=topic,
                content=content,
                resource_id=known,
                address_digest=_address(),
                by=find_actor() or _RESIDENT,
                at=now(),
            ),
            kind="notice",
            page=lambda: _notice_page(form),
        )
    return _notice_page(form), 422


@blueprint.get("/offers/received")
@public
def show_offer_receipt() -> str:
    """Thank you, and the number."""
    return render_template("development/offers/received.html", number=_number_of("offer"))


@blueprint.get("/residents-notices/received")
@public
def show_notice_receipt() -> str:
    """Thank you, the number, and what happens next."""
    return render_template("development/notices/received.html", number=_number_of("notice"))


def render_catalogue_footer() -> Markup:
    """Below the catalogue: what a resident can give, and what they can say."""
    return Markup(render_template("development/catalogue_footer.html"))  # noqa: S704 -- escaped by the template


def render_resource_footer(resource_id: int) -> Markup:
    """Below a card: what stands here is not true any more."""
    return Markup(render_template("development/resource_footer.html", resource_id=resource_id))  # noqa: S704 -- escaped by the template


def _taken_in(
    form: OfferForm | NoticeForm, send: Callable[[Any], Receipt], *, kind: str, page: Callable[[], str]
) -> ResponseReturnValue:
    """Write what was sent in a transaction of the product's own: whoever sends may read nothing of it afterwards."""
    try:
        with database().writing(_TAKING_IN) as opened:
            receipt = send(opened)
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return page(), 422
    except TooOften as refusal:
        minutes = -(-refusal.seconds // 60)
        put_refusal_on(
            form, Refused(f"続けてたくさん送られています。{minutes}分ほど待って、もう一度送ってください。")
        )
        response: Response = make_response(page(), 429)
        response.headers["Retry-After"] = str(refusal.seconds)
        return response
    # The number alone: what it was about must not stay on a computer that others use too.
    browser[_RECEIPT] = {"kind": kind, "number": receipt.number}
    return redirect(url_for(f"development_sending.show_{kind}_receipt"), 303)


def _number_of(kind: str) -> str | None:
    receipt = browser.get(_RECEIPT) or {}
    return receipt.get("number") if receipt.get("kind") == kind else None


def _offer_page(form: OfferForm) -> str:
    with apart(write=False) as opened:
        form.offer_districts(get_district_ids(opened, scope=visitors_scope()))
    return render_template("development/offers/new.html", form=form)


def _notice_page(form: NoticeForm) -> str:
    resource_id = form.resource_id.data
    with apart(write=False) as opened:
        windows = queries.list_windows(opened, scope=visitors_scope())
    return render_template(
        "development/notices/new.html",
        form=form,
        windows=windows,
        place=_place_name(resource_id) if resource_id is not None else None,
    )


def _place_name(resource_id: int) -> str | None:
    with apart(write=False) as opened:
        return catalogue.list_names(opened, [resource_id], scope=visitors_scope()).get(resource_id)


def _address() -> str:
    """The network address of whoever sends, as a keyed fingerprint: it can be counted and not read."""
    return database().digest(Purpose.THROTTLE, f"residents:{request.remote_addr or ''}")
