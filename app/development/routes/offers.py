"""Offers and helpers, for those who ask around in the town."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.areas.queries import find_area_name, get_district_ids
from app.clock import now, today
from app.development.forms.residents import EndForm, HelperFilterForm, OfferFilterForm
from app.development.policies.residents import offer_may_become
from app.development.queries import leads
from app.development.queries import residents as queries
from app.development.service import offers as service
from app.development.vocabulary.residents import OFFER_ROLES, OfferState
from app.resources.vocabulary import WEEKDAYS
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.paging import Page, page_number
from app.web.transaction import apart, session

blueprint = Blueprint("development_offers", __name__, template_folder="../templates")

PAGE_SIZE = 30
OFFER_ID = "<string(length=22):offer_id>"
HELPER_ID = "<string(length=22):helper_id>"


@blueprint.get("/offers")
@requires(*OFFER_ROLES)
def list_offers() -> ResponseReturnValue:
    """What was offered, without names: new first."""
    scope = current_actor().scope
    form = OfferFilterForm(request.args)
    if not form.validate():
        return redirect(url_for("development_offers.list_offers"))
    number = page_number()
    offers = queries.list_offers(
        session(), form.wanted, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE, scope=scope
    )
    total = queries.count_offers(session(), form.wanted, scope=scope)
    return render_template(
        "development/offers/list.html",
        form=form,
        page=Page(offers, total, number, PAGE_SIZE),
        districts={key: name for name, key in get_district_ids(session(), scope=scope).items()},
    )


@blueprint.get(f"/offers/{OFFER_ID}")
@requires(*OFFER_ROLES)
def show_offer(offer_id: str) -> str:
    """One offer with how its sender is reached; that it was read stands in the log."""
    actor, scope = current_actor(), current_actor().scope
    with apart(write=True) as opened:
        service.record_offer_read(opened, offer_id=offer_id, by=actor, at=now())
    offer = queries.get_offer(session(), offer_id, scope=scope)
    content = queries.get_offer_content(session(), offer, scope=scope)
    return render_template(
        "development/offers/offer.html",
        offer=offer,
        content=content,
        days=_days(content.weekdays if content else 0),
        district=find_area_name(session(), offer.district_id, scope=scope),
        becomes=offer_may_become(offer.state),
        states=OfferState,
        lead=leads.find_lead_of_offer(session(), offer_id, scope=scope),
        helper=queries.find_helper_of_offer(session(), offer_id, scope=scope),
    )


@blueprint.post(f"/offers/{OFFER_ID}/contacted")
@requires(*OFFER_ROLES)
def note_contacted(offer_id: str) -> ResponseReturnValue:
    """The sender was called."""
    service.note_offer_contacted(session(), offer_id=offer_id, by=current_actor(), at=now())
    say("連絡したことを記録しました。")
    return redirect(url_for("development_offers.show_offer", offer_id=offer_id), 303)


@blueprint.post(f"/offers/{OFFER_ID}/declined")
@requires(*OFFER_ROLES)
def decline(offer_id: str) -> ResponseReturnValue:
    """It was declined or taken back."""
    service.decline_offer(session(), offer_id=offer_id, by=current_actor(), at=now())
    say("お断り・取り下げにしました。中身は1年後に消えます。")
    return redirect(url_for("development_offers.list_offers"), 303)


@blueprint.post(f"/offers/{OFFER_ID}/lead")
@requires(*OFFER_ROLES)
def make_lead(offer_id: str) -> ResponseReturnValue:
    """A lead from it."""
    lead_id = service.make_lead(session(), offer_id=offer_id, by=current_actor(), at=now())
    say("開拓メモにしました。申し出た人の連絡先は、申し出の画面にだけあります。")
    return redirect(url_for("development.show_lead", lead_id=lead_id), 303)


@blueprint.post(f"/offers/{OFFER_ID}/helper")
@requires(*OFFER_ROLES)
def make_helper(offer_id: str) -> ResponseReturnValue:
    """A helper from it."""
    helper_id = service.make_helper(session(), offer_id=offer_id, by=current_actor(), at=now())
    say("担い手の一覧に加えました。")
    return redirect(url_for("development_offers.show_helper", helper_id=helper_id), 303)


@blueprint.get("/helpers")
@requires(*OFFER_ROLES)
def list_helpers() -> ResponseReturnValue:
    """Who can be asked for what, and where."""
    actor, scope = current_actor(), current_actor().scope
    # The log is written before the session of this page reads, so what is listed is found in that transaction.
    with apart(write=False) as opened:
        districts = get_district_ids(opened, scope=scope)
        form = HelperFilterForm(request.args, districts=districts)
        if not form.validate():
            return redirect(url_for("development_offers.list_helpers"))
        total = queries.count_helpers(opened, form.wanted, on=today(), scope=scope)
    number = page_number()
    if total:
        with apart(write=True) as opened:
            service.record_helpers_listed(opened, count=total, by=actor, at=now())
    helpers = queries.list_helpers(
        session(), form.wanted, on=today(), first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE, scope=scope
    )
    rows = [(helper, queries.get_helper_content(session(), helper, scope=scope)) for helper in helpers]
    return render_template(
        "development/contributors/list.html",
        form=form,
        page=Page(rows, total, number, PAGE_SIZE),
        districts={key: name for name, key in districts.items()},
        is_filtered=any(request.args.get(name) for name in ("what", "district", "ended")),
    )


@blueprint.get(f"/helpers/{HELPER_ID}")
@requires(*OFFER_ROLES)
def show_helper(helper_id: str) -> str:
    """One helper with how they are reached; that it was read stands in the log."""
    actor, scope = current_actor(), current_actor().scope
    with apart(write=True) as opened:
        service.record_helper_read(opened, helper_id=helper_id, by=actor, at=now())
    helper = queries.get_helper(session(), helper_id, scope=scope)
    content = queries.get_helper_content(session(), helper, scope=scope)
    return render_template(
        "development/contributors/contributor.html",
        helper=helper,
        content=content,
        days=_days(content.weekdays if content else 0),
        district=find_area_name(session(), helper.district_id, scope=scope),
        form=EndForm.today(today()),
    )


@blueprint.post(f"/helpers/{HELPER_ID}/end")
@requires(*OFFER_ROLES)
def end_helper(helper_id: str) -> ResponseReturnValue:
    """Until when somebody helps."""
    form = EndForm()
    answer = redirect(url_for("development_offers.show_helper", helper_id=helper_id), 303)
    if not form.validate() or form.until.data is None:
        say("いつまでかを、日付で入力してください。", Tone.WARNING)
        return answer
    try:
        service.end_helper(
            session(), helper_id=helper_id, until=form.until.data, by=current_actor(), at=now()
        )
    except Refused as refusal:
        say(refusal.message, Tone.WARNING)
    else:
        say("いつまでかを記録しました。")
    return answer


def _days(mask: int) -> str:
    return "・".join(name for day, name in enumerate(WEEKDAYS) if mask >> day & 1)
